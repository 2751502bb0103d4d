"""Spark operator v2.5 (sparkoperator.k8s.io), by internal/controller/sparkapplication: it submits, Spark
makes the driver's pod from the template, and the driver its executors, as the driver's own account."""

import json

from tests.kubernetes.operators.common import Operator, phase, ready

FINAL = ("COMPLETED", "FAILED", "SUBMISSION_FAILED")


class SparkApplication(Operator):
    version, plural, name = "sparkoperator.k8s.io/v1beta2", "sparkapplications", "SparkApplication"

    def admit(self, body: dict) -> None:
        return None

    def reconcile(self, body: dict) -> None:
        status, spec, app = self.status(body), body["spec"], body["metadata"]["name"]
        state = status.setdefault("applicationState", {"state": "SUBMITTED"})
        pods, space = self.pods(body), body["metadata"]["namespace"]
        driver = pods.get(f"{app}-driver")
        if state["state"] in FINAL:
            return
        template = json.loads(json.dumps(spec["driver"]["template"]))
        account = spec["driver"].get("serviceAccount", "default")
        executors = [f"{app}-exec-{index}" for index in range(1, spec["executor"]["instances"] + 1)]
        if not all(name in pods for name in executors):
            mounted = template["spec"].get("automountServiceAccountToken", True)
            if not mounted or not self.server.may(space, account, "create", "", "pods"):
                words = (
                    f'pods is forbidden: User "system:serviceaccount:{space}:{account}" cannot create '
                    'resource "pods"'
                )
                return self.write(
                    body,
                    status
                    | {
                        "applicationState": {
                            "state": "FAILED",
                            "errorMessage": f"driver container failed: {words}",
                        }
                    },
                )
            for name in executors:
                labels = {"spark-role": "executor", "spark-exec-id": name.rpartition("-")[2]}
                self.pod(body, name, spec["executor"]["template"], labels, {}, ["sleep", "365d"])
        elif driver is None and all(ready(pods[name]) for name in executors):
            main = template["spec"]["containers"][0]
            main["command"] = ["python3", spec["mainApplicationFile"].removeprefix("local://")]
            template["spec"]["serviceAccountName"] = account
            self.pod(
                body,
                f"{app}-driver",
                template,
                {"spark-role": "driver"},
                {"PYSPARK_GATEWAY_PORT": "1", "PYSPARK_GATEWAY_SECRET": "s"},
            )
            state["state"] = "RUNNING"
        elif phase(driver) in ("Succeeded", "Failed"):
            self.end(pods)
            state["state"] = "COMPLETED" if phase(driver) == "Succeeded" else "FAILED"
            if phase(driver) == "Failed":
                state["errorMessage"] = "driver container failed with ExitCode: 1, Reason: Error"
        self.write(body, status)
