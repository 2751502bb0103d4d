"""Volcano's own Job (batch.volcano.sh): all its pods start or none; its plugins tell the frameworks who is
where."""

from typing import Any

from cubestudio.core.cluster.frameworks import mpi
from cubestudio.core.cluster.frameworks.contract import Asked, Ends, Kind, count, queued

INDEX = "volcano.sh/task-index"
PLUGINS: dict[str, dict[str, list[str]]] = {
    "plain": {},
    "pytorch": {"pytorch": ["--master=master", "--worker=worker", "--port=23456"]},
    "tensorflow": {"tensorflow": ["--port=2222", "--worker=worker", "--ps=ps", "--chief=chief"]},
    "mpi": {"mpi": ["--master=launcher", "--worker=worker", "--port=22"], "ssh": []},
}


def make(asked: Asked) -> dict[str, Any]:
    """Any failure ends the whole; the leader's end completes it. Its plugin for MPI tells the launcher the
    hosts, that for ssh gives keys."""
    leader, framework = asked.roles[0][0], asked.labels["cubestudio/framework"]
    tasks = []
    for role, members in asked.roles:
        template = asked.pod(role, "main", INDEX)
        template["spec"]["schedulerName"] = "volcano"
        if framework == "mpi":
            template = (
                mpi.launches(template, dict(asked.roles)["worker"])
                if role == leader
                else mpi.waits(template, ssh=True)
            )
        policies = [{"event": "TaskCompleted", "action": "CompleteJob"}] if role == leader else []
        tasks.append(
            {"name": role, "replicas": members, "maxRetry": 0, "policies": policies, "template": template}
        )
    return {
        "apiVersion": "batch.volcano.sh/v1alpha1",
        "kind": "Job",
        "metadata": queued(asked),
        "spec": {
            "schedulerName": "volcano",
            "minAvailable": count(asked.roles),
            "maxRetry": 0,
            **({"queue": asked.queue} if asked.queue and asked.scheduler == "volcano" else {}),
            "plugins": {"env": [], "svc": [], **PLUGINS[framework]},
            "policies": [
                {"event": "PodFailed", "action": "AbortJob"},
                {"event": "PodEvicted", "action": "AbortJob"},
            ],
            "tasks": tasks,
        },
    }


KIND = Kind(
    name="Job",
    version="batch.volcano.sh/v1alpha1",
    plural="jobs",
    frameworks=tuple(PLUGINS),
    needs="volcano",
    make=make,
    ends=Ends(
        path="state.phase",
        success=("Completed",),
        failure=("Failed", "Aborted", "Terminated"),
        words=("state.message", "state.reason"),
    ),
    queued=False,
    group=lambda _: 0,
    rooted=("mpi",),
)
