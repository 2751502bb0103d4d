"""What operators of gangs have in common: pods that belong to a resource, a status that is written when it
changed."""

import json
import socket
from typing import Any

from tests.kubernetes.kubelet import PODS, Kubelet
from tests.kubernetes.server import Fault, Server, now

FINAL = ("Succeeded", "Failed")
SUSPENDED = ("spec", "spec.runPolicy")


def port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def phase(pod: dict | None) -> str:
    return ((pod or {}).get("status") or {}).get("phase", "Pending") if pod else "Gone"


def ready(pod: dict | None) -> bool:
    return phase(pod) == "Running"


def condition(status: dict, kind: str) -> bool:
    return any(each["type"] == kind and each["status"] == "True" for each in status.get("conditions") or ())


def refuse(kind: str, name: str, words: str) -> Fault:
    return Fault(422, "Invalid", f'{kind} "{name}" is invalid: {words}')


class Operator:
    """One kind of resource. All pods share one network, so that a member's address is this machine and a port
    of its own."""

    version: str
    plural: str
    name: str

    def __init__(self, server: Server, kubelet: Kubelet):
        self.server, self.kubelet = server, kubelet
        self.kind = (self.version, self.plural)
        self.ports: dict[str, list[int]] = {}
        server.kinds[self.kind] = (self.name, True)

    def look(self) -> None:
        for body in self.server.all(self.kind):
            if not body["metadata"].get("deletionTimestamp"):
                self.reconcile(body)

    def reconcile(self, body: dict) -> None:
        raise NotImplementedError

    def held(self, body: dict, count: int) -> list[int]:
        return self.ports.setdefault(body["metadata"]["uid"], [port() for _ in range(count)])

    def pods(self, body: dict) -> dict[str, dict]:
        uid = body["metadata"]["uid"]
        return {
            pod["metadata"]["name"]: pod
            for pod in self.server.all(PODS)
            if any(owner["uid"] == uid for owner in pod["metadata"].get("ownerReferences") or ())
        }

    def pod(
        self,
        body: dict,
        name: str,
        template: dict,
        labels: dict[str, str],
        env: dict[str, Any],
        command: list[str] | None = None,
    ) -> dict:
        """A pod of a template; `command` where the template has none."""
        spec = json.loads(json.dumps(template["spec"]))
        main = spec["containers"][0]
        main.setdefault("env", [])
        main["env"] += [{"name": key, "value": str(value)} for key, value in env.items()]
        if command and not main.get("command"):
            main["command"] = command
        meta = body["metadata"]
        owner = {
            "apiVersion": body["apiVersion"],
            "kind": body["kind"],
            "name": meta["name"],
            "uid": meta["uid"],
            "controller": True,
        }
        told = template.get("metadata") or {}
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "spec": spec,
            "metadata": {
                "name": name,
                "labels": {**(told.get("labels") or {}), **labels},
                "annotations": told.get("annotations") or {},
                "ownerReferences": [owner],
            },
        }
        self.server.check(PODS, pod | {"metadata": pod["metadata"] | {"namespace": meta["namespace"]}}, name)
        return self.server.put(PODS, meta["namespace"], pod)

    def end(self, pods: dict[str, dict], only: tuple[str, ...] = ("Running", "Pending")) -> None:
        """Delete pods in these phases."""
        for pod in pods.values():
            if phase(pod) in only:
                self.server.delete(PODS, pod["metadata"]["namespace"], pod["metadata"]["name"])

    def write(self, body: dict, status: dict) -> None:
        if status == body.get("status"):
            return
        current = self.server.get(self.kind, body["metadata"]["namespace"], body["metadata"]["name"])
        if current:
            current["status"] = status
            self.server.put(self.kind, body["metadata"]["namespace"], current)

    @staticmethod
    def status(body: dict) -> dict:
        return json.loads(json.dumps(body.get("status") or {}))


def told(kind: str, true: bool, reason: str, message: str) -> dict:
    return {
        "type": kind,
        "status": "True" if true else "False",
        "reason": reason,
        "message": message,
        "lastTransitionTime": now(),
    }
