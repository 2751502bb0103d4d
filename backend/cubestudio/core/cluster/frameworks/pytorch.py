"""PyTorch: torch.distributed finds its peers by MASTER_ADDR, MASTER_PORT, RANK and WORLD_SIZE."""

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Framework, led, rendezvous

FRAMEWORK = Framework("pytorch", "PyTorch", led, rendezvous)
KIND = kubeflow.job("PyTorchJob", "pytorchReplicaSpecs", "pytorch", ("pytorch",))
