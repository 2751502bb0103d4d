"""Ray: a head that the command talks to, and workers; RAY_ADDRESS says where the head is."""

from typing import Any

from cubestudio.core.cluster.frameworks.contract import Asked, Ends, Framework, Kind, Roles, Told, queued, scheduled

START = (
    "place=$(mktemp -d /tmp/ray-XXXXXX) && trap 'rm -rf \"$place\"' EXIT && "
    'ray start --head --temp-dir "$place" --port @0@ --num-cpus "$0" --include-dashboard=false --disable-usage-stats >&2 && "$@"'
)
"""Its sockets are below a folder with a short name: the path of a socket has 107 bytes at most."""


def roles(workers: int, _servers: int) -> Roles:
    return (("head", 1), ("worker", workers))


def told(roles: Roles) -> list[Told]:
    """One process beside a head with a slot for each worker; what it starts ends with it."""
    return [Told({"RAY_ADDRESS": "127.0.0.1:@0@"}, ("sh", "-c", START, str(dict(roles)["worker"])))]


def make(asked: Asked) -> dict[str, Any]:
    """A third pod submits the command, which runs beside the head, and shows its output: that is no container's of the cluster."""
    members = dict(asked.roles)
    head = scheduled(asked, asked.pod("head", "ray-head", None))
    worker = scheduled(asked, asked.pod("worker", "ray-worker", None))
    submitter = asked.pod("head", "ray-job-submitter", None)
    entrypoint = " ".join(submitter["spec"]["containers"][0].pop("command"))
    submitter["spec"]["containers"][0]["resources"] = SMALL
    submitter["metadata"]["labels"]["cubestudio/role"] = "driver"
    for offset, template in enumerate((head, worker), 1):
        template["metadata"]["labels"]["cubestudio/offset"] = str(offset)
        template["spec"]["containers"][0].pop("command")
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayJob",
        "metadata": queued(asked),
        "spec": {
            "entrypoint": entrypoint,
            "submissionMode": "K8sJobMode",
            "submitterPodTemplate": submitter,
            "submitterConfig": {"backoffLimit": 0},
            "shutdownAfterJobFinishes": True,
            "backoffLimit": 0,
            "rayClusterSpec": {
                "headGroupSpec": {"rayStartParams": {"dashboard-host": "0.0.0.0"}, "template": head},
                "workerGroupSpecs": [
                    {
                        "groupName": "workers",
                        "replicas": members["worker"],
                        "minReplicas": members["worker"],
                        "maxReplicas": members["worker"],
                        "rayStartParams": {},
                        "template": worker,
                    }
                ],
            },
        },
    }


SMALL = {"requests": {"cpu": "100m", "memory": "268435456"}, "limits": {"memory": "1073741824"}}
FRAMEWORK = Framework("ray", "Ray", roles, told, ("ray", "add ray[default] to the step's requirements"))
KIND = Kind(
    "RayJob", "ray.io/v1", "rayjobs", ("ray",), "kuberay", make,
    Ends("jobDeploymentStatus", ("Complete",), ("Failed", "ValidationFailed"), ("message", "reason")), image="ray",
)  # fmt: skip
