"""Kubeflow's MPI operator v0.8 (kubeflow.org/v2beta1), by pkg/controller/mpi_job_controller.go: workers serve
ssh, the launcher is a Job."""

import json

from tests.kubernetes.operators import mpi
from tests.kubernetes.operators.common import Operator, condition, phase, ready, refuse
from tests.kubernetes.operators.training import set_condition


class MPIJobV2(Operator):
    version, plural, name = "kubeflow.org/v2beta1", "mpijobs", "MPIJob"

    def admit(self, body: dict) -> None:
        """pkg/apis/kubeflow/validation/validation.go."""
        specs = body["spec"]["mpiReplicaSpecs"]
        if specs["Launcher"].get("replicas", 1) != 1:
            raise refuse(
                "MPIJob", body["metadata"]["name"], "spec.mpiReplicaSpecs[Launcher].replicas: must be 1"
            )

    def reconcile(self, body: dict) -> None:
        status, spec, job = self.status(body), body["spec"], body["metadata"]["name"]
        pods, specs = self.pods(body), body["spec"]["mpiReplicaSpecs"]
        if condition(status, "Succeeded") or condition(status, "Failed"):
            if spec["runPolicy"].get("cleanPodPolicy") == "Running":
                self.end(pods)
            return
        set_condition(status, "Created", True, "MPIJobCreated", "is created")
        if spec["runPolicy"].get("suspend"):
            set_condition(status, "Suspended", True, "MPIJobSuspended", "MPIJob suspended")
            return self.write(body, status)
        workers = [f"{job}-worker-{index}" for index in range(specs["Worker"]["replicas"])]
        for index, name in enumerate(workers):
            if name not in pods:
                template = json.loads(json.dumps(specs["Worker"]["template"]))
                self.pod(
                    body,
                    name,
                    template,
                    {"training.kubeflow.org/replica-index": str(index)},
                    {},
                    ["/usr/sbin/sshd", "-De"],
                )
        launcher = pods.get(f"{job}-launcher")
        if launcher is None and all(ready(pods.get(name)) for name in workers):
            hosts = mpi.enter(self.kubelet, "ssh with a secret", True) | {
                "OMPI_MCA_orte_default_hostfile": mpi.hostfile(
                    self.kubelet, [f"{name}.{job}.ns.svc" for name in workers]
                )
            }
            self.pod(
                body, f"{job}-launcher", json.loads(json.dumps(specs["Launcher"]["template"])), {}, hosts
            )
        if phase(launcher) == "Running":
            set_condition(status, "Running", True, "MPIJobRunning", "is running")
        if phase(launcher) == "Succeeded":
            set_condition(status, "Succeeded", True, "MPIJobSucceeded", "successfully completed")
        if phase(launcher) == "Failed":
            set_condition(
                status, "Failed", True, "MPIJobFailed", "Job has reached the specified backoff limit"
            )
        self.write(body, status)
