"""Kubeflow Trainer's TrainJob (trainer.kubeflow.org): one resource for several frameworks, told apart by the
runtime it names."""

from typing import Any

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.frameworks.contract import Asked, Ends, Kind, count, queued
from cubestudio.core.errors import Invalid

INDEX = "batch.kubernetes.io/job-completion-index"
RUNTIMES = {"pytorch": "torch-distributed", "jax": "jax-distributed"}
"""Of those that come with it, the ones that fit."""
MANAGER = "cubestudio.io/platform"


def make(asked: Asked) -> dict[str, Any]:
    """What the runtime says of pods is kept; ours is put on top of it: labels, volumes, the account without
    rights. Variables of the trainer's container stand in `trainer.env` alone: its webhook refuses them in
    patches. Since 2.2 these are `runtimePatches`; 2.1 has `podTemplateOverrides`, and 2.0 gives pods no
    labels by which they would be known as ours."""
    if "podSpecOverrides" in asked.fields:
        raise Invalid(messages.TRAINER_TOO_OLD(), field="gang.kind")
    older = "podTemplateOverrides" in asked.fields
    template = asked.pod(asked.roles[0][0], "node", INDEX)
    template["metadata"]["labels"]["cubestudio/role"] = (
        "node"  # they are numbered through, whatever the framework calls the first
    )
    spec = template["spec"]
    (container,) = spec["containers"]
    kept = OLD if older else (*OLD, "securityContext")
    mounted = {"name": "node", "volumeMounts": container["volumeMounts"]} | (
        {} if older else {"securityContext": container["securityContext"]}
    )
    patch = {
        "containers": [mounted],
        "serviceAccountName": ACCOUNT,
        **{key: spec[key] for key in kept if spec.get(key)},
    }
    job = {
        "name": "node",
        "template": {"spec": {"template": {"metadata": template["metadata"], "spec": patch}}},
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
            "trainer": {
                "image": container["image"],
                "command": container["command"],
                "env": [each for each in container["env"] if each["name"] not in RESERVED],
                "numNodes": count(asked.roles),
                "resourcesPerNode": container["resources"],
            },
            **(
                {
                    "podTemplateOverrides": [
                        {"targetJobs": [{"name": "node"}], "metadata": template["metadata"], "spec": patch}
                    ]
                }
                if older
                else {
                    "runtimePatches": [
                        {
                            "manager": MANAGER,
                            "trainingRuntimeSpec": {"template": {"spec": {"replicatedJobs": [job]}}},
                        }
                    ]
                }
            ),
        },
    }


OLD = ("nodeSelector", "imagePullSecrets", "volumes")
ACCOUNT = "cubestudio-run"
"""Its pods would have the namespace's own account, with its token, which nothing here can switch off; this
one has none."""
RESERVED = {"PET_NNODES", "PET_NPROC_PER_NODE", "PET_NODE_RANK", "PET_MASTER_ADDR", "PET_MASTER_PORT"}
"""Names that its webhook keeps for torchrun."""
KIND = Kind(
    name="TrainJob",
    version="trainer.kubeflow.org/v1alpha1",
    plural="trainjobs",
    frameworks=tuple(RUNTIMES),
    needs="trainer",
    make=make,
    ends=Ends(path="conditions", success=("Complete",), failure=("Failed",)),
    group=lambda _: 0,
    strict=True,
    varies=True,
    adds=lambda _, fields: (
        ("containers of 2.1", "its operator is that of 2.2 or later")
        if "podTemplateOverrides" in fields
        else None
    ),
)
