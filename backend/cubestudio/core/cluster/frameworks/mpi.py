"""MPI, and Horovod with it: mpirun starts the processes and tells them who they are."""

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Asked, Framework, Kind, Roles, Told

PROGRAM = ("mpirun", "install Open MPI (on Debian: apt-get install openmpi-bin)")


def roles(workers: int, _servers: int) -> Roles:
    return (("launcher", 1), ("worker", workers))


def told(roles: Roles) -> list[Told]:
    """One process: mpirun makes the others itself."""
    return [
        Told(
            {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"},
            ("mpirun", "--oversubscribe", "-n", str(dict(roles)["worker"])),
        )
    ]


def make(asked: Asked) -> dict:
    body = PLAIN.make(asked)
    body["spec"]["slotsPerWorker"] = 1
    return body


PLAIN = kubeflow.job("MPIJob", "mpiReplicaSpecs", "main", ("mpi",), needs="training-operator or mpi-operator")
FRAMEWORK = Framework("mpi", "MPI or Horovod", roles, told, PROGRAM)
KIND = Kind(PLAIN.name, PLAIN.version, PLAIN.plural, PLAIN.frameworks, PLAIN.needs, make, PLAIN.success, PLAIN.failure)
