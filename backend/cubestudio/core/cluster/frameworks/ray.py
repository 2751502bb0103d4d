"""Ray: a head that the command talks to, and workers; RAY_ADDRESS says where the head is."""

from cubestudio.core.cluster.frameworks.contract import Asked, Framework, Kind, Roles, Told, queued, scheduled

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


def make(asked: Asked) -> dict:
    members = dict(asked.roles)
    head = scheduled(asked, asked.pod("head", "ray-head", None))
    worker = scheduled(asked, asked.pod("worker", "ray-worker", None))
    command = " ".join(head["spec"]["containers"][0].pop("command"))
    worker["spec"]["containers"][0].pop("command")
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayJob",
        "metadata": queued(asked),
        "spec": {
            "entrypoint": command,
            "submissionMode": "HTTPMode",
            "shutdownAfterJobFinishes": True,
            "backoffLimit": 0,
            **({"activeDeadlineSeconds": int(asked.timeout)} if asked.timeout else {}),
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


FRAMEWORK = Framework("ray", "Ray", roles, told, ("ray", "add ray[default] to the step's requirements"))
KIND = Kind(
    "RayJob", "ray.io/v1", "rayjobs", ("ray",), "kuberay", make,
    lambda _: "status.jobStatus == SUCCEEDED", lambda _: "status.jobStatus in (FAILED, STOPPED), status.jobDeploymentStatus == Failed",
)  # fmt: skip
