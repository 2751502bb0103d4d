"""Kubeflow Trainer v2 (trainer.kubeflow.org), by pkg/controller/trainjob_controller.go and the plugins
jobset, torch and jax below pkg/runtime/framework; the pods are those of a JobSet with one Job."""

import json
from typing import Any

from tests.kubernetes.operators.common import Operator, condition, phase, refuse, told

RESERVED = {"PET_NNODES", "PET_NPROC_PER_NODE", "PET_NODE_RANK", "PET_MASTER_ADDR", "PET_MASTER_PORT"}
RUNTIMES = {"torch-distributed": "torch", "jax-distributed": "jax"}


class TrainJob(Operator):
    version, plural, name = "trainer.kubeflow.org/v1alpha1", "trainjobs", "TrainJob"

    def patch(self, spec: dict) -> tuple[dict, dict]:
        """(metadata, spec) of the pods of job `node` in the way of this version."""
        for each in spec.get("podTemplateOverrides") or ():
            return each.get("metadata") or {}, each.get("spec") or {}
        for each in spec.get("podSpecOverrides") or ():
            return {}, each
        for each in spec.get("runtimePatches") or ():
            for job in each["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]:
                inner = job["template"]["spec"]["template"]
                return inner.get("metadata") or {}, inner["spec"]
        return {}, {}

    def admit(self, body: dict) -> None:
        """jobset.go and torch.go, Validate; the runtime must be there."""
        spec, name = body["spec"], body["metadata"]["name"]
        runtime = spec["runtimeRef"]["name"]
        if runtime not in self.runtimes:
            raise refuse(
                "TrainJob",
                name,
                f'spec.runtimeRef: Invalid value: ClusterTrainingRuntime "{runtime}" not found',
            )
        for container in self.patch(spec)[1].get("containers") or ():
            if container["name"] != "node":
                raise refuse(
                    "TrainJob", name, "must not have container that doesn't exist in the runtime job node"
                )
            if container.get("env"):
                raise refuse(
                    "TrainJob",
                    name,
                    "must not have envs for the dataset-initializer, model-initializer, node containers",
                )
        if RUNTIMES[runtime] == "torch" and (
            bad := sorted(RESERVED & {each["name"] for each in spec["trainer"].get("env") or ()})
        ):
            raise refuse(
                "TrainJob",
                name,
                f"spec.trainer.env: must not have reserved envs, invalid envs configured: {bad}",
            )

    runtimes = tuple(RUNTIMES)

    def reconcile(self, body: dict) -> None:
        status, spec, job = self.status(body), body["spec"], body["metadata"]["name"]
        pods = self.pods(body)
        if condition(status, "Complete") or condition(status, "Failed"):
            self.end(pods)
            return
        conditions = status.setdefault("conditions", [])
        if spec.get("suspend"):
            self.end(pods, ("Running", "Pending", "Succeeded", "Failed"))
            if not condition(status, "Suspended"):
                conditions.append(told("Suspended", True, "Suspended", "TrainJob is suspended"))
            return self.write(body, status)
        for each in conditions:
            if each["type"] == "Suspended":
                each |= {"status": "False", "reason": "Resumed"}
        size = spec["trainer"]["numNodes"]
        if not pods:
            for index in range(size):
                self.make(body, job, index, size)
        phases = [phase(pod) for pod in pods.values()]
        if pods and "Failed" in phases:
            conditions.append(
                told(
                    "Failed",
                    True,
                    "FailedJobs",
                    f"jobset failed due to one or more job failures (first failed job: {job}-node-0)",
                )
            )
        elif pods and all(each == "Succeeded" for each in phases):
            conditions.append(told("Complete", True, "AllJobsCompleted", "jobset completed successfully"))
        status["jobsStatus"] = [
            {"name": "node", "ready": 0, "succeeded": 0, "failed": 0, "active": 1, "suspended": 0}
        ]  # of jobs, not of pods
        self.write(body, status)

    def make(self, body: dict, job: str, index: int, size: int) -> None:
        spec = body["spec"]
        metadata, patch = self.patch(spec)
        trainer = spec["trainer"]
        container = {
            "name": "node",
            "image": trainer["image"],
            "command": trainer["command"],
            "resources": trainer["resourcesPerNode"],
        }
        container["env"] = json.loads(json.dumps(trainer.get("env") or []))
        for each in patch.get("containers") or ():
            container |= {key: value for key, value in each.items() if key != "env"}
        kept = {key: value for key, value in patch.items() if key not in ("containers", "targetJobs")}
        # JobSet's webhook makes the pods of a job start their containers again, and a Job allows that six
        # times
        template = {
            "metadata": metadata,
            "spec": {"restartPolicy": "OnFailure", **kept, "containers": [container]},
        }
        labels = {
            "batch.kubernetes.io/job-completion-index": str(index),
            "jobset.sigs.k8s.io/jobset-name": job,
        }
        self.pod(
            body,
            f"{job}-node-0-{index}",
            template,
            labels,
            self.told(body, RUNTIMES[spec["runtimeRef"]["name"]], index, size),
        )

    def told(self, body: dict, framework: str, index: int, size: int) -> dict[str, Any]:
        (place,) = self.held(body, 1)
        if framework == "jax":
            return {
                "JAX_NUM_PROCESSES": size,
                "JAX_PROCESS_ID": index,
                "JAX_COORDINATOR_ADDRESS": f"127.0.0.1:{place}",
            }
        return {
            "PET_NNODES": size,
            "PET_NPROC_PER_NODE": 1,
            "PET_NODE_RANK": index,
            "PET_MASTER_ADDR": "127.0.0.1",
            "PET_MASTER_PORT": place,
        }
