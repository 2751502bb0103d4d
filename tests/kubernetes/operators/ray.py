"""KubeRay v1.6's RayJob (ray.io), by ray-operator/controllers/ray/rayjob_controller.go and common/job.go, in
the mode K8sJobMode."""

import json
from pathlib import Path

from tests.kubernetes.operators.common import Operator, phase, ready, refuse

FINAL = ("Complete", "Failed", "ValidationFailed")


SERVING = ["sh", "-c", "trap 'kill $!; exit 1' TERM; sleep 365d & wait"]
"""`ray start --block` ends with 1 when it is asked to (seen with Ray 2.60)."""


def probed(template: dict) -> bool:
    """Whether a pod of the cluster is ever ready, in an image without wget: the operator gives a container
    that has no probes those that call it (common/pod.go, initLivenessAndReadinessProbe; seen on a cluster
    with v1.6.2)."""
    main = template["spec"]["containers"][0]
    return all("httpGet" in main.get(each, {}) for each in ("readinessProbe", "livenessProbe"))


class RayJob(Operator):
    version, plural, name = "ray.io/v1", "rayjobs", "RayJob"

    def admit(self, body: dict) -> None:
        spec = body["spec"]
        if spec.get("activeDeadlineSeconds", 1) <= 0:
            raise refuse(
                "RayJob", body["metadata"]["name"], "activeDeadlineSeconds must be a positive integer"
            )

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
            wanted += [
                (f"{group['groupName']}-{index}", group["template"]) for index in range(group["replicas"])
            ]
        for name, template in wanted:
            if f"{job}-{name}" not in pods:
                labels = {"ray.io/cluster": job, "ray.io/node-type": "head" if name == "head" else "worker"}
                self.pod(body, f"{job}-{name}", template, labels, {"RAY_ADDRESS": "127.0.0.1:6379"}, SERVING)
        status |= {"jobDeploymentStatus": "Initializing", "jobId": f"{job}-id"}
        submitter = pods.get(f"{job}-submitter")
        if all(ready(pods.get(f"{job}-{name}")) and probed(template) for name, template in wanted):
            status["jobDeploymentStatus"] = "Running"
            if submitter is None and spec["submissionMode"] == "K8sJobMode":
                self.submit(body, job)
        if phase(submitter) in ("Succeeded", "Failed"):
            code = int(self.note(job).read_text())
            status["jobStatus"] = "FAILED" if code else "SUCCEEDED"
            status["jobDeploymentStatus"] = "Failed" if code else "Complete"
            if code:
                words = (
                    f"Job entrypoint command failed with exit code {code}, last available logs "
                    "(truncated to 20,000 chars):"
                )
                status |= {
                    "reason": "AppFailed",
                    "message": f"{words}\nRunning entrypoint for job {job}-id\nboom\n",
                }
        self.write(body, status)

    def note(self, job: str) -> Path:
        """Where the submitter writes down how the command ended. No container ends so: `ray job logs
        --follow` succeeds whatever became of the job (Ray 2.60, dashboard/modules/job/cli.py; seen on a
        cluster)."""
        return self.kubelet.home / f"{job}.code"

    def submit(self, body: dict, job: str) -> None:
        """`ray job submit` and `ray job logs --follow`: the entrypoint runs in the head's container, with its
        variables and folders, and its output is what the submitter's container says."""
        template = json.loads(json.dumps(body["spec"]["submitterPodTemplate"]))
        head = body["spec"]["rayClusterSpec"]["headGroupSpec"]["template"]["spec"]["containers"][0]
        main = template["spec"]["containers"][0]
        assert (
            main["name"] == template["metadata"]["labels"]["cubestudio/container"] and "command" not in main
        )
        main["env"] = json.loads(json.dumps(head["env"]))
        main["command"] = [
            "sh",
            "-c",
            '"$@"; echo $? > ' + str(self.note(job)),
            "sh",
            *body["spec"]["entrypoint"].split(),
        ]
        self.pod(body, f"{job}-submitter", template, {"job-name": job}, {"RAY_ADDRESS": "127.0.0.1:6379"})
