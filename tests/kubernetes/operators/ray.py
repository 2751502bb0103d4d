"""KubeRay v1.6's RayJob (ray.io), by ray-operator/controllers/ray/rayjob_controller.go and common/job.go, in the mode K8sJobMode."""

import json

from tests.kubernetes.operators.common import Operator, phase, ready, refuse

FINAL = ("Complete", "Failed", "ValidationFailed")


class RayJob(Operator):
    version, plural, name = "ray.io/v1", "rayjobs", "RayJob"

    def admit(self, body: dict) -> None:
        spec = body["spec"]
        if spec.get("activeDeadlineSeconds", 1) <= 0:
            raise refuse("RayJob", body["metadata"]["name"], "activeDeadlineSeconds must be a positive integer")

    def reconcile(self, body: dict) -> None:
        status, spec, job = self.status(body), body["spec"], body["metadata"]["name"]
        pods = self.pods(body)
        if status.get("jobDeploymentStatus") in FINAL:
            if spec.get("shutdownAfterJobFinishes"):  # the cluster goes, the submitter stays
                self.end({name: pod for name, pod in pods.items() if not name.endswith("-submitter")})
            return
        if spec.get("suspend"):
            return self.write(body, status | {"jobDeploymentStatus": "Suspended"})
        cluster = spec["rayClusterSpec"]
        wanted = [("head", cluster["headGroupSpec"]["template"])]
        for group in cluster["workerGroupSpecs"]:
            wanted += [(f"{group['groupName']}-{index}", group["template"]) for index in range(group["replicas"])]
        for name, template in wanted:
            if f"{job}-{name}" not in pods:
                labels = {"ray.io/cluster": job, "ray.io/node-type": "head" if name == "head" else "worker"}
                self.pod(body, f"{job}-{name}", template, labels, {"RAY_ADDRESS": "127.0.0.1:6379"}, ["sleep", "365d"])
        status |= {"jobDeploymentStatus": "Initializing", "jobId": f"{job}-id"}
        submitter = pods.get(f"{job}-submitter")
        if all(ready(pods.get(f"{job}-{name}")) for name, _ in wanted):
            status["jobDeploymentStatus"] = "Running"
            if submitter is None and spec["submissionMode"] == "K8sJobMode":
                self.submit(body, job)
        if phase(submitter) in ("Succeeded", "Failed"):
            well = phase(submitter) == "Succeeded"
            status["jobStatus"] = "SUCCEEDED" if well else "FAILED"
            status["jobDeploymentStatus"] = "Complete" if well else "Failed"
            if not well:
                status |= {"reason": "AppFailed", "message": "Job entrypoint command failed with exit code 1, last available logs …"}
        self.write(body, status)

    def submit(self, body: dict, job: str) -> None:
        """`ray job submit` and `ray job logs --follow`: the entrypoint runs in the head's container, with its variables and folders, and
        its output is what the submitter's container says."""
        template = json.loads(json.dumps(body["spec"]["submitterPodTemplate"]))
        head = body["spec"]["rayClusterSpec"]["headGroupSpec"]["template"]["spec"]["containers"][0]
        main = template["spec"]["containers"][0]
        assert main["name"] == template["metadata"]["labels"]["cubestudio/container"] and "command" not in main
        main["env"] = json.loads(json.dumps(head["env"]))
        main["command"] = body["spec"]["entrypoint"].split()
        self.pod(body, f"{job}-submitter", template, {"job-name": job}, {"RAY_ADDRESS": "127.0.0.1:6379"})
