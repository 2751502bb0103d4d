"""Kubeflow's training operator v1.9 (kubeflow.org/v1), by pkg/controller.v1/common/job.go, pkg/util/status.go
and each kind's controller."""

import json
from typing import Any

from tests.kubernetes.initial import EXECUTOR
from tests.kubernetes.operators import mpi
from tests.kubernetes.operators.common import Operator, condition, phase, ready, refuse, told

INDEX = "training.kubeflow.org/replica-index"
DEFAULTS = {"cleanPodPolicy": "Running"}


def set_condition(status: dict, kind: str, true: bool, reason: str, message: str) -> None:
    """pkg/util/status.go, setCondition: nothing changes after a failure, what is said is moved to the end, an
    end switches Running off."""
    if condition(status, "Failed"):
        return
    conditions = status.setdefault("conditions", [])
    now = next((each for each in conditions if each["type"] == kind), None)
    if now and (now["status"] == "True") == true and now["reason"] == reason:
        return
    kept = [each for each in conditions if each["type"] != kind]
    kept = [each for each in kept if {kind, each["type"]} != {"Restarting", "Running"}]
    if kind in ("Failed", "Succeeded"):
        kept = [each | {"status": "False"} if each["type"] == "Running" else each for each in kept]
    status["conditions"] = [*kept, told(kind, true, reason, message)]


class Training(Operator):
    """One kind. `field` has its replicas, `container` is the name that it looks for, `leaders` are the roles
    whose end is the end of all."""

    version = "kubeflow.org/v1"
    field: str
    container: str
    leaders: tuple[str, ...] = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.name = cls.__name__
        cls.plural = f"{cls.__name__.lower()}s"

    def admit(self, body: dict) -> None:
        """pkg/webhooks: names are labels of DNS, and the container is there."""
        for role, spec in body["spec"][self.field].items():
            if self.container not in [each["name"] for each in spec["template"]["spec"]["containers"]]:
                raise refuse(
                    self.name,
                    body["metadata"]["name"],
                    f"{role}: must have at least one container with name {self.container}",
                )

    def members(self, body: dict) -> list[tuple[str, int, dict]]:
        return [
            (role, index, spec["template"])
            for role, spec in body["spec"][self.field].items()
            for index in range(spec["replicas"])
        ]

    def reconcile(self, body: dict) -> None:
        """ReconcileJobs."""
        status, policy = self.status(body), DEFAULTS | body["spec"].get("runPolicy", {})
        pods = self.pods(body)
        reason = f"{self.name}%s"
        set_condition(
            status, "Created", True, reason % "Created", f"{self.name} {body['metadata']['name']} is created."
        )
        if condition(status, "Succeeded") or condition(
            status, "Failed"
        ):  # the policy of cleaning counts only once there is an end
            if policy["cleanPodPolicy"] == "Running":
                self.end(pods)
            return self.write(body, status)
        if policy.get("suspend"):
            self.end(pods, ("Running", "Pending", "Succeeded", "Failed"))
            set_condition(status, "Suspended", True, reason % "Suspended", "is suspended")
            return self.write(body, status)
        if condition(status, "Suspended"):
            set_condition(status, "Suspended", False, reason % "Resumed", "is resumed")
        members = self.members(body)
        named = {(role, index): pods.get(self.called(body, role, index)) for role, index, _ in members}
        failed = [key for key, pod in named.items() if phase(pod) == "Failed"]
        if (
            failed and policy.get("backoffLimit") is not None
        ):  # every pod goes, also the failed ones, and they are not counted
            self.end(pods, ("Running", "Pending", "Succeeded", "Failed"))
            set_condition(
                status,
                "Failed",
                True,
                reason % "Failed",
                f"Job {body['metadata']['name']} has failed because it has reached the specified "
                "backoff limit",
            )
            return self.write(body, status)
        self.fill(body, members, named)
        counts: dict[str, dict[str, int]] = {}
        for (role, _), pod in named.items():
            word = {"Running": "active", "Succeeded": "succeeded", "Failed": "failed"}.get(phase(pod))
            if word:
                counts.setdefault(role, {})[word] = counts.get(role, {}).get(word, 0) + 1
        status["replicaStatuses"] = counts
        self.judge(body, status, named, reason)
        self.write(body, status)

    def called(self, body: dict, role: str, index: int) -> str:
        return f"{body['metadata']['name']}-{role.lower()}-{index}"

    def fill(self, body: dict, members: list, named: dict[tuple[str, int], dict | None]) -> None:
        """Every pod that is not there."""
        for rank, (role, index, template) in enumerate(members):
            if named[role, index] is None:
                self.make(body, members, rank, role=role, index=index, template=template)

    def make(self, body: dict, members: list, rank: int, role: str, index: int, template: dict) -> None:
        name = self.called(body, role, index)
        labels = {
            INDEX: str(index),
            "training.kubeflow.org/replica-type": role.lower(),
            "training.kubeflow.org/job-name": body["metadata"]["name"],
        }
        self.pod(body, name, template, labels, self.told(body, members, rank))

    def judge(self, body: dict, status: dict, named: dict[tuple[str, int], dict | None], reason: str) -> None:
        """UpdateJobStatus: the leader's role, where there is one, else all."""
        roles = {role for role, _ in named}
        leading = next((role for role in self.leaders if role in roles), None)
        led = [phase(pod) for (role, _), pod in named.items() if role == (leading or "Worker")]
        if self.done(body, led, leading):
            set_condition(
                status, "Succeeded", True, reason % "Succeeded", f"{self.name} is successfully completed."
            )
        elif "Running" in led:
            set_condition(status, "Running", True, reason % "Running", f"{self.name} is running.")
        for role in sorted(roles):
            failed = sum(phase(pod) == "Failed" for (each, _), pod in named.items() if each == role)
            if failed and not condition(status, "Succeeded"):
                set_condition(
                    status,
                    "Failed",
                    True,
                    reason % "Failed",
                    f"{self.name} {body['metadata']['name']} is failed because {failed} {role} "
                    "replica(s) failed.",
                )

    def done(self, _body: dict, led: list[str], _leading: str | None) -> bool:
        return all(each == "Succeeded" for each in led)

    def told(self, body: dict, members: list, rank: int) -> dict[str, Any]:
        return {
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": self.held(body, 1)[0],
            "RANK": rank,
            "WORLD_SIZE": len(members),
        }


def first(template: dict, name: str) -> dict:
    """A template with a container of the operator's own that comes first, which says nothing of its
    rights."""
    made = json.loads(json.dumps(template))
    own = {"name": name, "image": EXECUTOR, "command": ["true"]}
    made["spec"]["initContainers"] = [*(made["spec"].get("initContainers") or ()), own]
    return made


class PyTorchJob(Training):
    field, container, leaders = "pytorchReplicaSpecs", "pytorch", ("Master",)

    def make(self, body: dict, members: list, rank: int, role: str, index: int, template: dict) -> None:
        """pkg/controller.v1/pytorch/initcontainer.go: workers wait until the master's name is known."""
        waits = role == "Worker" and "Master" in body["spec"][self.field]
        super().make(body, members, rank, role, index, first(template, "init-pytorch") if waits else template)


class XGBoostJob(Training):
    field, container, leaders = "xgbReplicaSpecs", "xgboost", ("Master",)


class PaddleJob(Training):
    field, container = "paddleReplicaSpecs", "paddle"

    def told(self, body: dict, members: list, rank: int) -> dict[str, Any]:
        """pkg/controller.v1/paddlepaddle/envvar.go."""
        role, index, _ = members[rank]
        return {
            "PADDLE_JOB_ID": body["metadata"]["name"],
            "PADDLE_MASTER": f"127.0.0.1:{self.held(body, 1)[0]}",
            "PADDLE_NNODES": len(members),
            "PADDLE_TRAINER_ID": index,
            "TRAINER_ID": index,
            "POD_IP": "127.0.0.1",
            "PADDLE_ROLE": role.lower(),
        }


class JAXJob(Training):
    field, container = "jaxReplicaSpecs", "jax"

    def told(self, body: dict, members: list, rank: int) -> dict[str, Any]:
        return {
            "COORDINATOR_ADDRESS": "127.0.0.1",
            "COORDINATOR_PORT": self.held(body, 1)[0],
            "NUM_PROCESSES": len(members),
            "PROCESS_ID": rank,
        }


class TFJob(Training):
    field, container, leaders = "tfReplicaSpecs", "tensorflow", ("Chief",)

    def done(self, body: dict, led: list[str], leading: str | None) -> bool:
        """Without a chief the end of worker 0 is that of all, unless it is said otherwise."""
        if not leading and body["spec"].get("successPolicy") != "AllWorkers":
            return led[0] == "Succeeded"
        return all(each == "Succeeded" for each in led)

    def told(self, body: dict, members: list, rank: int) -> dict[str, Any]:
        places: dict[str, list[str]] = {}
        for place, (role, *_) in zip(self.held(body, len(members)), members, strict=True):
            places.setdefault(role.lower(), []).append(f"127.0.0.1:{place}")
        role, index, _ = members[rank]
        return {"TF_CONFIG": json.dumps({"cluster": places, "task": {"type": role.lower(), "index": index}})}


class MPIJob(Training):
    """pkg/controller.v1/mpi/mpijob_controller.go. Its launcher enters the workers by `kubectl exec`, as the
    operator's own account for it."""

    field, container, leaders = "mpiReplicaSpecs", "main", ("Launcher",)

    def called(self, body: dict, role: str, index: int) -> str:
        return (
            f"{body['metadata']['name']}-launcher"
            if role == "Launcher"
            else super().called(body, role, index)
        )

    def fill(self, body: dict, members: list, named: dict[tuple[str, int], dict | None]) -> None:
        """The launcher's init container waits for the workers."""
        up = all(ready(pod) for (role, _), pod in named.items() if role == "Worker")
        super().fill(body, [each for each in members if each[0] == "Worker" or up], named)

    def make(self, body: dict, members: list, rank: int, role: str, index: int, template: dict) -> None:
        """newWorker, newLauncher, newLauncherRole: a worker without a command sleeps."""
        job = body["metadata"]["name"]
        labels = {INDEX: str(index), "training.kubeflow.org/replica-type": role.lower()}
        if role == "Worker":
            self.pod(body, f"{job}-worker-{index}", template, labels, {}, ["sleep", "365d"])
            return
        hosts = [f"{job}-worker-{each}" for each in range(body["spec"][self.field]["Worker"]["replicas"])]
        template = first(template, "kubectl-delivery")
        template["spec"].setdefault("serviceAccountName", f"{job}-launcher")
        by = mpi.enter(self.kubelet, "kubectl", template["spec"].get("automountServiceAccountToken", True))
        self.pod(
            body,
            f"{job}-launcher",
            template,
            labels,
            {**by, "OMPI_MCA_orte_default_hostfile": mpi.hostfile(self.kubelet, hosts)},
        )


KINDS = (PyTorchJob, XGBoostJob, PaddleJob, JAXJob, TFJob, MPIJob)
