"""Microsoft's FrameworkController v1.0 (frameworkcontroller.microsoft.com), by
pkg/apis/frameworkcontroller/v1 and pkg/controller."""

import json
import re

from tests.kubernetes.operators.common import Operator, phase, refuse


class Framework(Operator):
    version, plural, name = "frameworkcontroller.microsoft.com/v1", "frameworks", "Framework"

    def admit(self, body: dict) -> None:
        """crd.go: the naming convention."""
        for name in (body["metadata"]["name"], *(role["name"] for role in body["spec"]["taskRoles"])):
            if not re.fullmatch("[a-z0-9]{1,63}", name):
                raise refuse("Framework", name, "metadata.name in body should match '^[a-z0-9]{1,63}$'")

    def reconcile(self, body: dict) -> None:
        status, spec, name = self.status(body), body["spec"], body["metadata"]["name"]
        pods = self.pods(body)
        if status.get("state") == "Completed":
            return self.end(pods)
        found = {
            (role["name"], index): pods.get(f"{name}-{role['name']}-{index}")
            for role in spec["taskRoles"]
            for index in range(role["taskNumber"])
        }
        if not pods:
            for role in spec["taskRoles"]:
                for index in range(role["taskNumber"]):
                    told = {
                        "FC_FRAMEWORK_NAME": name,
                        "FC_TASKROLE_NAME": role["name"],
                        "FC_TASK_INDEX": str(index),
                    }
                    self.pod(
                        body,
                        f"{name}-{role['name']}-{index}",
                        json.loads(json.dumps(role["task"]["pod"])),
                        told,
                        told,
                    )
            status["state"] = "AttemptRunning"
        over = None
        for role in spec["taskRoles"]:
            phases, policy = (
                [phase(pod) for (each, _), pod in found.items() if each == role["name"]],
                role["frameworkAttemptCompletionPolicy"],
            )
            if 0 < policy["minFailedTaskCount"] <= phases.count("Failed"):
                over = over or ("Failed", f"{phases.count('Failed')} tasks of role {role['name']} failed")
            if 0 < policy["minSucceededTaskCount"] <= phases.count("Succeeded"):
                over = over or ("Succeeded", "")
        if over:
            code = 0 if over[0] == "Succeeded" else 1
            status |= {
                "state": "Completed",
                "attemptStatus": {
                    "completionStatus": {"code": code, "type": {"name": over[0]}, "diagnostics": over[1]}
                },
            }
        self.write(body, status)
