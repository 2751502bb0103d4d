"""Operators with the visible behaviour of Kubeflow's training operator and of Volcano, for the part of them that we use: a pod for
each member with its label, the environment of the framework, counts in the status, and everything ended with the first failure.
All pods share one network, so a member's address is this machine and a port of its own."""

import hashlib
import json
import socket
from typing import Any

from tests.kubernetes.katib import Katib
from tests.kubernetes.kubelet import PODS, Kubelet
from tests.kubernetes.server import Fault, Server, now

KUBEFLOW = {
    "PyTorchJob": ("pytorchReplicaSpecs", "pytorch"), "TFJob": ("tfReplicaSpecs", "tensorflow"), "JAXJob": ("jaxReplicaSpecs", "jax"),
    "XGBoostJob": ("xgbReplicaSpecs", "xgboost"),
}  # fmt: skip
DEPLOYMENTS = ("apps/v1", "deployments")
KINDS = {("kubeflow.org/v1", f"{name.lower()}s"): name for name in KUBEFLOW} | {("batch.volcano.sh/v1alpha1", "jobs"): "Job"}


def port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


class Operators:
    def __init__(self, server: Server, kubelet: Kubelet):
        self.server = server
        self.katib = Katib(server, kubelet)
        for kind, name in KINDS.items():
            server.kinds[kind] = (name, True)
        self._ports: dict[str, list[int]] = {}

    async def run(self) -> None:
        while True:
            news = self.server._news
            for kind in KINDS:
                for body in self.server.all(kind):
                    self._reconcile(kind, body)
            for body in self.server.all(DEPLOYMENTS):
                self._deploy(body)
            self.katib.look()
            await news.wait()

    def _deploy(self, body: dict) -> None:
        """What the deployment controller does: pods of the newest template, old ones when a new one answers, or first."""
        space, spec, name = body["metadata"]["namespace"], body["spec"], body["metadata"]["name"]
        if "template" not in spec or "metadata" not in spec["template"] or "strategy" not in spec:
            return
        text = json.dumps(spec["template"], sort_keys=True)
        mark = hashlib.sha256(text.encode()).hexdigest()[:8]
        wanted = spec.get("replicas", 1)
        mine = [
            pod
            for pod in self.server.all(PODS)
            if any(owner["uid"] == body["metadata"]["uid"] for owner in pod["metadata"].get("ownerReferences") or ())
            and (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")
            and not pod["metadata"].get("deletionTimestamp")
        ]
        leaving = [
            pod
            for pod in self.server.all(PODS)
            if any(owner["uid"] == body["metadata"]["uid"] for owner in pod["metadata"].get("ownerReferences") or ())
            and pod["metadata"].get("deletionTimestamp")
        ]
        new = [pod for pod in mine if pod["metadata"]["labels"]["pod-template-hash"] == mark]
        old = [pod for pod in mine if pod not in new]
        ready = [
            pod
            for pod in new
            if any(each.get("type") == "Ready" and each["status"] == "True" for each in pod.get("status", {}).get("conditions") or ())
        ]
        recreate = spec["strategy"]["type"] == "Recreate"
        if old and (recreate or len(ready) >= wanted):
            for pod in old:
                self.server.delete(PODS, space, pod["metadata"]["name"])
        for pod in new[wanted:]:
            self.server.delete(PODS, space, pod["metadata"]["name"])
        refused = ""
        if not (recreate and (old or leaving)):
            for _ in range(wanted - len(new)):
                self.server.revision += 1
                owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "uid": body["metadata"]["uid"], "controller": True}
                pod = {
                    "apiVersion": "v1", "kind": "Pod", "spec": json.loads(json.dumps(spec["template"]["spec"])),
                    "metadata": {
                        "name": f"{name}-{mark}-{self.server.revision:05x}", "ownerReferences": [owner],
                        "labels": {**spec["template"]["metadata"]["labels"], "pod-template-hash": mark},
                    },
                }  # fmt: skip
                try:
                    self.server.check(PODS, pod | {"metadata": pod["metadata"] | {"namespace": space}}, pod["metadata"]["name"])
                    self.server.put(PODS, space, pod)
                except Fault as fault:
                    refused = str(fault)
                    break
        status = {"replicas": len(mine), "readyReplicas": len(ready), "conditions": self._conditions(body, refused)}
        if {key: (body.get("status") or {}).get(key) for key in status} != status:
            current = self.server.get(DEPLOYMENTS, space, name)
            if current:
                current["status"] = status
                self.server.put(DEPLOYMENTS, space, current)

    def _conditions(self, body: dict, refused: str) -> list[dict]:
        """That no pod can be created is a condition (kubernetes v1.36, pkg/controller/replicaset/replica_set_utils.go), which stays as
        it is while nothing changes."""
        if not refused:
            return []
        made = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": refused, "lastTransitionTime": now()}
        return (body.get("status") or {}).get("conditions") or [made]

    def _reconcile(self, kind: tuple[str, str], body: dict) -> None:
        status = json.loads(json.dumps(body.get("status") or {}))
        if status.get("over"):
            return
        members = self._members(body)
        pods = {}
        for rank, (role, index, label, template) in enumerate(members):
            name = f"{body['metadata']['name']}-{role.lower()}-{index}"
            found = self.server.get(PODS, body["metadata"]["namespace"], name)
            if found is None and not status.get("began"):
                found = self._pod(body, name, label, index, template, self._told(body, members, rank))
            pods[role, index] = found
        phases = {key: ((pod or {}).get("status") or {}).get("phase", "Pending") if pod else "Gone" for key, pod in pods.items()}
        status["began"] = True
        leader = members[0][0]
        led = [phase for (role, _), phase in phases.items() if role == leader]
        failed = [key for key, phase in phases.items() if phase == "Failed"]
        over = bool(failed) or all(phase == "Succeeded" for phase in led)
        if kind[1] == "jobs":
            status["state"] = {"phase": "Aborted" if failed else "Completed" if over else "Running"}
        else:
            counts: dict[str, dict[str, int]] = {}
            for (role, _), phase in phases.items():
                words = {"Running": "active", "Pending": "active", "Succeeded": "succeeded", "Failed": "failed"}
                if phase in words:
                    counts.setdefault(role, {})[words[phase]] = counts.get(role, {}).get(words[phase], 0) + 1
            status["replicaStatuses"] = counts
        if over:
            status["over"] = True
            for key, pod in pods.items():
                if pod and phases[key] in ("Running", "Pending"):
                    self.server.delete(PODS, body["metadata"]["namespace"], pod["metadata"]["name"])
        if status != body.get("status"):
            current = self.server.get(kind, body["metadata"]["namespace"], body["metadata"]["name"])
            if current:
                current["status"] = status
                self.server.put(kind, body["metadata"]["namespace"], current)

    def _members(self, body: dict) -> list[tuple[str, int, str, dict]]:
        """(role, index, label that numbers it, template) of every member."""
        if body["kind"] == "Job":
            return [
                (task["name"], index, "volcano.sh/task-index", task["template"])
                for task in body["spec"]["tasks"]
                for index in range(task["replicas"])
            ]
        field, container = KUBEFLOW[body["kind"]]
        found = []
        for role, spec in body["spec"][field].items():
            assert [each["name"] for each in spec["template"]["spec"]["containers"]] == [container], (
                "the operator looks for its own container"
            )
            found += [(role, index, "training.kubeflow.org/replica-index", spec["template"]) for index in range(spec["replicas"])]
        return found

    def _told(self, body: dict, members: list, rank: int) -> dict[str, Any]:
        ports = self._ports.setdefault(body["metadata"]["uid"], [port() for _ in members])
        role, index, *_ = members[rank]
        if body["kind"] == "TFJob":
            places: dict[str, list[str]] = {}
            for place, (other, *_) in zip(ports, members, strict=True):
                places.setdefault(other.lower(), []).append(f"127.0.0.1:{place}")
            return {"TF_CONFIG": json.dumps({"cluster": places, "task": {"type": role.lower(), "index": index}})}
        if body["kind"] == "JAXJob":
            return {"COORDINATOR_ADDRESS": "127.0.0.1", "COORDINATOR_PORT": ports[0], "NUM_PROCESSES": len(members), "PROCESS_ID": rank}
        return {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": ports[0], "RANK": rank, "WORLD_SIZE": len(members)}

    def _pod(self, body: dict, name: str, label: str, index: int, template: dict, env: dict[str, Any]) -> dict:
        spec = json.loads(json.dumps(template["spec"]))
        spec["containers"][0]["env"] += [{"name": key, "value": str(value)} for key, value in env.items()]
        owner = {
            "apiVersion": body["apiVersion"],
            "kind": body["kind"],
            "name": body["metadata"]["name"],
            "uid": body["metadata"]["uid"],
            "controller": True,
        }
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": {**template["metadata"]["labels"], label: str(index)}, "ownerReferences": [owner]},
            "spec": spec,
        }
        self.server.check(PODS, pod | {"metadata": pod["metadata"] | {"namespace": body["metadata"]["namespace"]}}, name)
        return self.server.put(PODS, body["metadata"]["namespace"], pod)
