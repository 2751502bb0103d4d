"""Volcano v1.9's Job (batch.volcano.sh), by pkg/controllers/job, its plugins env, svc, ssh, pytorch,
tensorflow and mpi, and its webhook."""

import json
from typing import Any

from tests.kubernetes.operators import mpi
from tests.kubernetes.operators.common import Operator, phase, refuse

PLUGINS = {"env", "svc", "ssh", "pytorch", "tensorflow", "mpi"}
FINAL = ("Completed", "Failed", "Aborted", "Terminated")
ENDING = {"Aborting": "Aborted", "Completing": "Completed", "Terminating": "Terminated"}


def flags(words: list[str]) -> dict[str, str]:
    return dict(word.lstrip("-").split("=", 1) for word in words)


class Volcano(Operator):
    version, plural, name = "batch.volcano.sh/v1alpha1", "jobs", "Job"

    def admit(self, body: dict) -> None:
        """pkg/webhooks/admission/jobs/validate/admit_job.go."""
        spec, name = body["spec"], body["metadata"]["name"]
        tasks = {task["name"]: task for task in spec["tasks"]}
        if strange := set(spec.get("plugins") or {}) - PLUGINS:
            raise refuse("Job", name, f"unable to find job plugin: {sorted(strange)[0]}")
        if sum(task["replicas"] for task in tasks.values()) < spec.get("minAvailable", 0):
            raise refuse("Job", name, "job 'minAvailable' should not be greater than total replicas in tasks")
        if spec.get("queue", "default") not in self.queues:
            raise refuse("Job", name, f'unable to find job queue: queues "{spec["queue"]}" not found')
        if "mpi" in spec.get("plugins", {}):
            told = flags(spec["plugins"]["mpi"])
            if told.get("master", "master") not in tasks:
                raise refuse("Job", name, "The specified mpi master task was not found")

    queues = ("default", "team")

    def reconcile(self, body: dict) -> None:
        status, job = self.status(body), body["metadata"]["name"]
        state = status.setdefault("state", {"phase": "Pending"})
        pods = self.pods(body)
        if state["phase"] in FINAL:
            return self.write(body, status)
        if state["phase"] in ENDING:
            self.end(pods)
            if not any(phase(pod) in ("Running", "Pending") for pod in pods.values()):
                state["phase"] = ENDING[state["phase"]]
            return self.write(body, status)
        tasks = body["spec"]["tasks"]
        found = {
            (task["name"], index): pods.get(f"{job}-{task['name']}-{index}")
            for task in tasks
            for index in range(task["replicas"])
        }
        if not pods:
            for task in tasks:
                for index in range(task["replicas"]):
                    self.make(body, task, index)
        elif all(phase(pod) in ("Running", "Succeeded") for pod in found.values()):
            state["phase"] = "Running"
        for task in tasks:
            mine = [phase(pod) for (name, _), pod in found.items() if name == task["name"]]
            policies = [*(task.get("policies") or ()), *body["spec"].get("policies", ())]
            events = (["PodFailed"] if "Failed" in mine else []) + (
                ["TaskCompleted"] if all(each == "Succeeded" for each in mine) else []
            )
            action = next(
                (each["action"] for event in events for each in policies if each["event"] == event), None
            )
            if action:
                state["phase"] = {
                    "AbortJob": "Aborting",
                    "CompleteJob": "Completing",
                    "TerminateJob": "Terminating",
                }[action]
                break
        self.write(body, status)

    def make(self, body: dict, task: dict, index: int) -> None:
        job = body["metadata"]["name"]
        labels = {
            "volcano.sh/task-index": str(index),
            "volcano.sh/job-name": job,
            "volcano.sh/task-spec": task["name"],
        }
        template = json.loads(json.dumps(task["template"]))
        self.pod(body, f"{job}-{task['name']}-{index}", template, labels, self.told(body, task, index))

    def told(self, body: dict, task: dict, index: int) -> dict[str, Any]:
        plugins, tasks = body["spec"].get("plugins") or {}, body["spec"]["tasks"]
        found: dict[str, Any] = {}
        sizes = {each["name"]: each["replicas"] for each in tasks}
        if "env" in plugins:
            found |= {"VC_TASK_INDEX": index, "VK_TASK_INDEX": index}
        if "pytorch" in plugins:
            rank = index if task["name"] == flags(plugins["pytorch"])["master"] else index + 1
            found |= {
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": self.held(body, 1)[0],
                "WORLD_SIZE": sum(sizes.values()),
                "RANK": rank,
            }
        if "tensorflow" in plugins and sum(sizes.values()) > 1:
            places, ports = {}, iter(self.held(body, sum(sizes.values())))
            for name, size in sizes.items():
                places[name] = [f"127.0.0.1:{next(ports)}" for _ in range(size)]
            found["TF_CONFIG"] = json.dumps(
                {"cluster": places, "task": {"type": task["name"], "index": index}}
            )
        if "mpi" in plugins and task["name"] == flags(plugins["mpi"]).get("master", "master"):
            worker = flags(plugins["mpi"]).get("worker", "worker")
            hosts = [
                f"{body['metadata']['name']}-{worker}-{each}.{body['metadata']['name']}"
                for each in range(sizes[worker])
            ]
            found |= {**mpi.enter(self.kubelet, "ssh", "ssh" in plugins), "MPI_HOST": ",".join(hosts)}
        return found
