"""JAX: every process is told the coordinator's address, how many there are and which one it is."""

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Framework, Roles, Told, count, workers


def told(roles: Roles) -> list[Told]:
    """The names of our templates, and those that Kubeflow's operator gives."""
    size = str(count(roles))
    return [
        Told(
            {
                "JAX_COORDINATOR_ADDRESS": "127.0.0.1:@0@",
                "JAX_NUM_PROCESSES": size,
                "JAX_PROCESS_ID": str(rank),
                "COORDINATOR_ADDRESS": "127.0.0.1",
                "COORDINATOR_PORT": "@0@",
                "NUM_PROCESSES": size,
                "PROCESS_ID": str(rank),
            }
        )
        for rank in range(count(roles))
    ]


FRAMEWORK = Framework(name="jax", title="JAX", roles=workers, told=told)
KIND = kubeflow.job("JAXJob", "jaxReplicaSpecs", "jax", ("jax",))
