"""Spark: a driver that runs the command, and executors that it asks for."""

from cubestudio.core.cluster.frameworks.contract import Asked, Framework, Kind, Roles, Told, queued, scheduled


def roles(workers: int, _servers: int) -> Roles:
    return (("driver", 1), ("executor", workers))


def told(roles: Roles) -> list[Told]:
    """One process with a thread for each executor, by the variable that pyspark reads when it starts its own gateway."""
    return [Told({"PYSPARK_SUBMIT_ARGS": f"--master local[{dict(roles)['executor']}] pyspark-shell"})]


def make(asked: Asked) -> dict:
    driver = scheduled(asked, asked.pod("driver", "spark-kubernetes-driver", None))
    executor = scheduled(asked, asked.pod("executor", "spark-kubernetes-executor", None))
    main, other = driver["spec"]["containers"][0], executor["spec"]["containers"][0]
    program = main.pop("command")[-1]
    other.pop("command")
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
            **({"timeToLiveSeconds": int(asked.timeout)} if asked.timeout else {}),
            **({"batchScheduler": "volcano"} if asked.scheduler == "volcano" else {}),
            "driver": {"cores": 1, "template": driver},
            "executor": {"cores": 1, "instances": dict(asked.roles)["executor"], "template": executor},
        },
    }


FRAMEWORK = Framework("spark", "Spark", roles, told, ("java", "install a Java runtime (on Debian: apt-get install default-jre-headless)"))
KIND = Kind(
    "SparkApplication", "sparkoperator.k8s.io/v1beta2", "sparkapplications", ("spark",), "spark-operator", make,
    lambda _: "status.applicationState.state == COMPLETED", lambda _: "status.applicationState.state in (FAILED, SUBMISSION_FAILED)",
)  # fmt: skip
