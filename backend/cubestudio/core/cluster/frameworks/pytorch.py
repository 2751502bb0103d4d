"""PyTorch: torch.distributed finds its peers by MASTER_ADDR, MASTER_PORT, RANK and WORLD_SIZE."""

from dataclasses import replace

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Framework, count, led, rendezvous

FRAMEWORK = Framework(name="pytorch", title="PyTorch", roles=led, told=rendezvous)

_OPTION = (
    "the training operator is started with --pytorch-init-container-template-file and a template with "
    "that securityContext"
)
KIND = replace(
    kubeflow.job("PyTorchJob", "pytorchReplicaSpecs", "pytorch", ("pytorch",)),
    adds=lambda roles, _: ("container init-pytorch", _OPTION) if count(roles) > 1 else None,
)
