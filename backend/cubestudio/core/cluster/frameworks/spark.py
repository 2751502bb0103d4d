"""Spark: a driver that runs the command, and executors that it asks for."""

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
)


def roles(workers: int, _servers: int) -> Roles:
    return (("driver", 1), ("executor", workers))


def told(roles: Roles) -> list[Told]:
    """One process with a thread for each executor, by the variable that pyspark reads when it starts its own
    gateway."""
    return [Told({"PYSPARK_SUBMIT_ARGS": f"--master local[{dict(roles)['executor']}] pyspark-shell"})]


def sized(container: dict[str, Any]) -> dict[str, Any]:
    """What Spark itself is told of a pod's resources, from which it makes those of the container; a fifth is
    left to what is not Java."""
    asked = container["resources"]["requests"]
    rest = max(int(asked["memory"]) // 5, 384 * 2**20)
    heap = max((int(asked["memory"]) - rest) // 2**20, 512)
    cores = int(asked["cpu"].removesuffix("m"))
    return {
        "cores": max(cores // 1000, 1),
        "coreRequest": f"{cores}m",
        "memory": f"{heap}m",
        "memoryOverhead": f"{rest // 2**20}m",
    }


def make(asked: Asked) -> dict[str, Any]:
    """The driver makes its executors itself, with its account's token; they have none."""
    driver = asked.pod("driver", "spark-kubernetes-driver", None)
    executor = asked.pod("executor", "spark-kubernetes-executor", None)
    main, other = driver["spec"]["containers"][0], executor["spec"]["containers"][0]
    program = main.pop("command")[-1]
    other.pop("command")
    executor["metadata"]["labels"][SERVES] = "true"
    driver["spec"]["automountServiceAccountToken"] = True
    return {
        "apiVersion": "sparkoperator.k8s.io/v1beta2",
        "kind": "SparkApplication",
        "metadata": queued(asked),
        "spec": {
            "type": "Python",
            "pythonVersion": "3",
            "mode": "cluster",
            "sparkVersion": "3.5.0",
            "image": main["image"],
            "imagePullPolicy": main["imagePullPolicy"],
            "mainApplicationFile": f"local://{program}",
            "restartPolicy": {"type": "Never"},
            **({"batchScheduler": "volcano"} if asked.scheduler == "volcano" else {}),
            "driver": {**sized(main), "serviceAccount": ACCOUNT, "template": driver},
            "executor": {**sized(other), "instances": dict(asked.roles)["executor"], "template": executor},
        },
    }


ACCOUNT = "cubestudio-spark"
RIGHTS = (
    {
        "apiGroups": [""],
        "resources": ["pods", "services", "configmaps", "persistentvolumeclaims"],
        "verbs": ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
    },
)
"""What a driver does to have executors, as the operator's own chart gives it."""
FRAMEWORK = Framework(
    name="spark",
    title="Spark",
    roles=roles,
    told=told,
    program=("java", "install a Java runtime (on Debian: apt-get install default-jre-headless)"),
)
KIND = Kind(
    name="SparkApplication",
    version="sparkoperator.k8s.io/v1beta2",
    plural="sparkapplications",
    frameworks=("spark",),
    needs="spark-operator",
    make=make,
    ends=Ends(
        path="applicationState.state",
        success=("COMPLETED",),
        failure=("FAILED", "SUBMISSION_FAILED"),
        words=("applicationState.errorMessage",),
    ),
    image="Spark and python3",
    group=lambda _: 0,
    account=(ACCOUNT, RIGHTS),
)
