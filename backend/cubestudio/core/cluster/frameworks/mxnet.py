"""MXNet's parameter server: a scheduler, servers and workers, told of each other by DMLC_*."""

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Framework, Roles, Told, each


def roles(workers: int, servers: int) -> Roles:
    return (("worker", workers), ("server", max(servers, 1)), ("scheduler", 1))


def told(roles: Roles) -> list[Told]:
    members = dict(roles)
    shared = {
        "DMLC_PS_ROOT_URI": "127.0.0.1",
        "DMLC_PS_ROOT_PORT": "@0@",
        "DMLC_NUM_WORKER": str(members["worker"]),
        "DMLC_NUM_SERVER": str(members["server"]),
        "DMLC_USE_KUBERNETES": "0",
    }
    return [Told({**shared, "DMLC_ROLE": role}, helper=role != "worker") for role, _ in each(roles)]


FRAMEWORK = Framework(name="mxnet", title="MXNet", roles=roles, told=told)
KIND = kubeflow.job(
    "MXJob",
    "mxReplicaSpecs",
    "mxnet",
    ("mxnet",),
    needs="training-operator before 1.8, the last that had it",
    more=lambda _: {"jobMode": "MXTrain"},
)
"""Upstream is gone: MXNet was retired in 2023, and the training operator dropped its resource with 1.8."""
