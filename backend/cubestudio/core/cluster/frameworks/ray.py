"""Ray: a head that the command talks to, and workers; RAY_ADDRESS says where the head is."""

from typing import Any

from cubestudio.core.cluster.frameworks.contract import (
    SERVES,
    Asked,
    Ends,
    Framework,
    Kind,
    Roles,
    Told,
    queued,
    scheduled,
)

START = (
    "place=$(mktemp -d /tmp/ray-XXXXXX) && trap 'rm -rf \"$place\"' EXIT && "
    'ray start --head --temp-dir "$place" --port @0@ --num-cpus "$0" --include-dashboard=false '
    '--disable-usage-stats >&2 && "$@"'
)
"""Its sockets are below a folder with a short name: the path of a socket has 107 bytes at most."""


def roles(workers: int, _servers: int) -> Roles:
    return (("head", 1), ("worker", workers))


def told(roles: Roles) -> list[Told]:
    """One process beside a head with a slot for each worker; what it starts ends with it."""
    return [Told({"RAY_ADDRESS": "127.0.0.1:@0@"}, ("sh", "-c", START, str(dict(roles)["worker"])))]


def make(asked: Asked) -> dict[str, Any]:
    """A third pod submits the command, which runs beside the head, and shows its output: that is no
    container's of the cluster."""
    members = dict(asked.roles)
    head = scheduled(asked, asked.pod("head", "ray-head", None))
    worker = scheduled(asked, asked.pod("worker", "ray-worker", None))
    submitter = asked.pod("head", "ray-job-submitter", None)
    entrypoint = " ".join(submitter["spec"]["containers"][0].pop("command"))
    submitter["spec"]["containers"][0]["resources"] = SMALL
    submitter["metadata"]["labels"]["cubestudio/role"] = "driver"
    for offset, (template, place) in enumerate(((head, GCS), (worker, RAYLET)), 1):
        template["metadata"]["labels"] |= {"cubestudio/offset": str(offset), SERVES: "true"}
        container = template["spec"]["containers"][0]
        container.pop("command")
        container["env"].append({"name": "RAY_USAGE_STATS_ENABLED", "value": "0"})
        container |= {"readinessProbe": probe(place), "livenessProbe": probe(RAYLET) | PATIENT}
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


def probe(place: tuple[int, str]) -> dict[str, Any]:
    """Its operator would ask by wget in the container, which slim images lack: one that has its own is left
    as it is."""
    return {
        "httpGet": {"port": place[0], "path": place[1]},
        "periodSeconds": 5,
        "timeoutSeconds": 5,
        "failureThreshold": 10,
    }


GCS = (8265, "/api/gcs_healthz")
RAYLET = (52365, "/api/local_raylet_healthz")
PATIENT = {"initialDelaySeconds": 30, "failureThreshold": 120}
SMALL = {"requests": {"cpu": "100m", "memory": "268435456"}, "limits": {"memory": "1073741824"}}
CODE = r"^Job entrypoint command failed with exit code (\d+)"
"""The words of Ray's job manager, with the log after them: the pod that submits it succeeds whatever becomes
of it."""
FRAMEWORK = Framework(
    name="ray",
    title="Ray",
    roles=roles,
    told=told,
    program=("ray", "add ray[default] to the step's requirements"),
)
KIND = Kind(
    name="RayJob",
    version="ray.io/v1",
    plural="rayjobs",
    frameworks=("ray",),
    needs="kuberay",
    make=make,
    ends=Ends(
        path="jobDeploymentStatus",
        success=("Complete",),
        failure=("Failed", "ValidationFailed"),
        words=("message", "reason"),
        code=CODE,
    ),
    image="ray",
    more=1,
)
