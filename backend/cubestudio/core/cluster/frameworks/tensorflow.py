"""TensorFlow: every member reads the whole cluster and its own place in it from TF_CONFIG."""

import json

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Framework, Roles, Told, each


def roles(workers: int, servers: int) -> Roles:
    """Workers alone, or a chief, workers and parameter servers."""
    if not servers:
        return (("worker", workers),)
    return (("chief", 1), *((("worker", workers - 1),) if workers > 1 else ()), ("ps", servers))


def told(roles: Roles) -> list[Told]:
    places: dict[str, list[str]] = {}
    for rank, (role, _) in enumerate(each(roles)):
        places.setdefault(role, []).append(f"127.0.0.1:@{rank}@")
    return [
        Told(
            {"TF_CONFIG": json.dumps({"cluster": places, "task": {"type": role, "index": index}})},
            helper=role == "ps",
        )
        for role, index in each(roles)
    ]


def more(roles: Roles) -> dict:
    """Without a chief the operator would take the end of worker 0 for that of all."""
    return {} if "chief" in dict(roles) else {"successPolicy": "AllWorkers"}


FRAMEWORK = Framework(name="tensorflow", title="TensorFlow", roles=roles, told=told)
KIND = kubeflow.job("TFJob", "tfReplicaSpecs", "tensorflow", ("tensorflow",), {"ps": "PS"}, more=more)
