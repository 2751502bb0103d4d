"""Katib with the visible behaviour of its controllers, for the part of them that we use: points spread over
the space, a pod for each trial with its point in place of ${trialParameters.x}, numbers read from what the
pod prints, and conditions in the status."""

import json
import re
from typing import Any

from tests.kubernetes.kubelet import PODS, Kubelet
from tests.kubernetes.server import Server

EXPERIMENTS = ("kubeflow.org/v1beta1", "experiments")


class Katib:
    def __init__(self, server: Server, kubelet: Kubelet):
        self.server, self.kubelet = server, kubelet
        server.kinds[EXPERIMENTS] = ("Experiment", True)
        self.observed: dict[str, list[dict[str, Any]]] = {}
        """{experiment: [{the point, "value": what was printed last or None}]}."""

    def look(self) -> None:
        for body in self.server.all(EXPERIMENTS):
            if not self._over(body):
                self._reconcile(body)

    @staticmethod
    def _over(body: dict) -> bool:
        return any(
            each["type"] in ("Succeeded", "Failed")
            for each in (body.get("status") or {}).get("conditions") or ()
        )

    def _reconcile(self, body: dict) -> None:
        spec, meta = body["spec"], body["metadata"]
        pods = {
            pod["metadata"]["name"]: pod
            for pod in self.server.all(PODS)
            if any(owner["uid"] == meta["uid"] for owner in pod["metadata"].get("ownerReferences") or ())
        }
        phases = [(pod.get("status") or {}).get("phase", "Pending") for pod in pods.values()]
        conditions = [{"type": "Created", "status": "True"}, {"type": "Running", "status": "True"}]
        failed = phases.count("Failed")
        values = {
            name: self._value(pod, spec)
            for name, pod in pods.items()
            if (pod.get("status") or {}).get("phase") == "Succeeded"
        }
        failed += sum(value is None for value in values.values())
        ended = len([phase for phase in phases if phase in ("Succeeded", "Failed")])
        if failed > spec["maxFailedTrialCount"]:
            conditions.append(
                {"type": "Failed", "status": "True", "reason": "ExperimentMaxFailedTrialsReached"}
            )
        elif ended >= spec["maxTrialCount"]:
            conditions.append({"type": "Succeeded", "status": "True", "reason": "ExperimentMaxTrialsReached"})
        else:
            for number in range(len(pods), min(spec["maxTrialCount"], ended + spec["parallelTrialCount"])):
                self._try(body, number)
        status = {"conditions": conditions, "trials": len(pods), "trialsSucceeded": len(values)}
        if status != body.get("status"):
            current = self.server.get(EXPERIMENTS, meta["namespace"], meta["name"])
            if current:
                current["status"] = status
                self.server.put(EXPERIMENTS, meta["namespace"], current)

    def _value(self, pod: dict, spec: dict) -> float | None:
        """What the collector of metrics finds in the output."""
        found = None
        for _, line in self.kubelet.containers[pod["metadata"]["uid"]].lines:
            if told := re.fullmatch(
                re.escape(spec["objective"]["objectiveMetricName"]) + r"=(\S+)", line.decode().strip()
            ):
                found = float(told[1])
        return found

    def _try(self, body: dict, number: int) -> None:
        spec, meta = body["spec"], body["metadata"]
        name = f"{meta['name']}-{number:08x}"
        point = {each["name"]: self._at(each, number, spec["maxTrialCount"]) for each in spec["parameters"]}
        known = {
            each["name"]: name if each["reference"] == "${trialSpec.Name}" else point[each["reference"]]
            for each in spec["trialTemplate"]["trialParameters"]
        }
        text = re.sub(
            r"\$\{trialParameters\.([^}]+)\}",
            lambda found: known[found[1]],
            json.dumps(spec["trialTemplate"]["trialSpec"]),
        )
        assert "${" not in text, text
        template = json.loads(text)["spec"]["template"]
        owner = {
            "apiVersion": body["apiVersion"],
            "kind": body["kind"],
            "name": meta["name"],
            "uid": meta["uid"],
            "controller": True,
        }
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "spec": template["spec"],
            "metadata": {
                "name": f"{name}-x",
                "labels": template["metadata"]["labels"] | {"batch.kubernetes.io/job-name": name},
                "annotations": template["metadata"].get("annotations", {}),
                "ownerReferences": [owner],
            },
        }
        self.server.check(
            PODS,
            pod | {"metadata": pod["metadata"] | {"namespace": meta["namespace"]}},
            pod["metadata"]["name"],
        )
        self.server.put(PODS, meta["namespace"], pod)

    @staticmethod
    def _at(parameter: dict, number: int, count: int) -> str:
        space = parameter["feasibleSpace"]
        if "list" in space:
            return space["list"][number % len(space["list"])]
        low, high = float(space["min"]), float(space["max"])
        value = low + (high - low) * (number + 0.5) / count
        return str(round(value)) if parameter["parameterType"] == "int" else str(value)
