"""Kubeflow Trainer's TrainJob (trainer.kubeflow.org): one resource for several frameworks, told apart by the runtime it names."""

from cubestudio.core.cluster.frameworks.contract import Asked, Kind, count, queued

INDEX = "batch.kubernetes.io/job-completion-index"
RUNTIMES = {"pytorch": "torch-distributed", "jax": "jax-distributed"}
"""Of those that come with it, the ones that fit."""


def make(asked: Asked) -> dict:
    """What the runtime says of pods is kept; ours is put on top of it: labels, volumes, environment."""
    template = asked.pod(asked.roles[0][0], "node", INDEX)
    (container,) = template["spec"]["containers"]
    patch = {
        "containers": [
            {
                "name": "node",
                "env": container["env"],
                "volumeMounts": container["volumeMounts"],
                "securityContext": container["securityContext"],
            }
        ],
        "volumes": template["spec"]["volumes"],
        "securityContext": template["spec"]["securityContext"],
        **({"imagePullSecrets": template["spec"]["imagePullSecrets"]} if template["spec"].get("imagePullSecrets") else {}),
    }
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainJob",
        "metadata": queued(asked),
        "spec": {
            "runtimeRef": {
                "apiGroup": "trainer.kubeflow.org",
                "kind": "ClusterTrainingRuntime",
                "name": RUNTIMES[asked.labels["cubestudio/framework"]],
            },
            **({"activeDeadlineSeconds": int(asked.timeout)} if asked.timeout else {}),
            "trainer": {
                "image": container["image"],
                "command": container["command"],
                "numNodes": count(asked.roles),
                "resourcesPerNode": container["resources"],
            },
            "runtimePatches": [
                {
                    "manager": "cubestudio.io/platform",
                    "trainingRuntimeSpec": {
                        "template": {
                            "spec": {
                                "replicatedJobs": [
                                    {"name": "node", "template": {"spec": {"template": {"metadata": template["metadata"], "spec": patch}}}}
                                ]
                            }
                        }
                    },
                }
            ],
        },
    }


KIND = Kind(
    "TrainJob", "trainer.kubeflow.org/v1alpha1", "trainjobs", tuple(RUNTIMES), "trainer", make,
    lambda _: "status.jobsStatus.0.succeeded > 0", lambda _: "status.jobsStatus.0.failed > 0",
)  # fmt: skip
