"""What the deployment controller of Kubernetes does."""

import hashlib
import json

from tests.kubernetes.kubelet import PODS, Kubelet
from tests.kubernetes.server import Fault, Server, now

DEPLOYMENTS = ("apps/v1", "deployments")


class Deployments:
    def __init__(self, server: Server, _kubelet: Kubelet):
        self.server = server

    def look(self) -> None:
        for body in self.server.all(DEPLOYMENTS):
            self._reconcile(body)

    def _reconcile(self, body: dict) -> None:
        """What the deployment controller does: pods of the newest template, old ones when a new one answers,
        or first."""
        space, spec, name = body["metadata"]["namespace"], body["spec"], body["metadata"]["name"]
        if "template" not in spec or "metadata" not in spec["template"] or "strategy" not in spec:
            return
        text = json.dumps(spec["template"], sort_keys=True)
        mark = hashlib.sha256(text.encode()).hexdigest()[:8]
        wanted = spec.get("replicas", 1)
        mine = [
            pod
            for pod in self.server.all(PODS)
            if any(
                owner["uid"] == body["metadata"]["uid"]
                for owner in pod["metadata"].get("ownerReferences") or ()
            )
            and (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")
            and not pod["metadata"].get("deletionTimestamp")
        ]
        leaving = [
            pod
            for pod in self.server.all(PODS)
            if any(
                owner["uid"] == body["metadata"]["uid"]
                for owner in pod["metadata"].get("ownerReferences") or ()
            )
            and pod["metadata"].get("deletionTimestamp")
        ]
        new = [pod for pod in mine if pod["metadata"]["labels"]["pod-template-hash"] == mark]
        old = [pod for pod in mine if pod not in new]
        ready = [
            pod
            for pod in new
            if any(
                each.get("type") == "Ready" and each["status"] == "True"
                for each in pod.get("status", {}).get("conditions") or ()
            )
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
                owner = {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": name,
                    "uid": body["metadata"]["uid"],
                    "controller": True,
                }
                pod = {
                    "apiVersion": "v1",
                    "kind": "Pod",
                    "spec": json.loads(json.dumps(spec["template"]["spec"])),
                    "metadata": {
                        "name": f"{name}-{mark}-{self.server.revision:05x}",
                        "ownerReferences": [owner],
                        "labels": {**spec["template"]["metadata"]["labels"], "pod-template-hash": mark},
                    },
                }
                try:
                    self.server.check(
                        PODS,
                        pod | {"metadata": pod["metadata"] | {"namespace": space}},
                        pod["metadata"]["name"],
                    )
                    self.server.put(PODS, space, pod)
                except Fault as fault:
                    refused = str(fault)
                    break
        status = {
            "replicas": len(mine),
            "readyReplicas": len(ready),
            "conditions": self._conditions(body, refused),
        }
        if {key: (body.get("status") or {}).get(key) for key in status} != status:
            current = self.server.get(DEPLOYMENTS, space, name)
            if current:
                current["status"] = status
                self.server.put(DEPLOYMENTS, space, current)

    def _conditions(self, body: dict, refused: str) -> list[dict]:
        """That no pod can be created is a condition (kubernetes v1.36,
        pkg/controller/replicaset/replica_set_utils.go), which stays as it is while nothing changes."""
        if not refused:
            return []
        made = {
            "type": "ReplicaFailure",
            "status": "True",
            "reason": "FailedCreate",
            "message": refused,
            "lastTransitionTime": now(),
        }
        return (body.get("status") or {}).get("conditions") or [made]
