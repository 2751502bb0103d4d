"""MPI, and Horovod with it: mpirun starts the processes and tells them who they are.

On Kubernetes the launcher's pod runs mpirun and no program of a person; the workers' pods wait for it, each
starts our launcher once for each process, and that runs the command. Kubeflow's training operator has mpirun
enter the workers by `kubectl exec`, its MPI operator and Volcano by ssh."""

from typing import Any

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Asked, Framework, Kind, Roles, Told, queued, scheduled

PROGRAM = ("mpirun", "install Open MPI (on Debian: apt-get install openmpi-bin)")
SSH = "mkdir -p /run/sshd && exec $(command -v sshd || echo /usr/sbin/sshd) -De -o StrictModes=no"
"""The operator mounts its keys in a folder that everybody may write (a volume of a secret), which sshd
refuses as it is set up by default (RAN with mpi-operator 0.8; its own images are set up so:
build/base/Dockerfile)."""
ENTERED = {
    "drop": ["ALL"],
    "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID", "SYS_CHROOT"],
}
"""What a server of ssh takes to let somebody in."""


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


def launches(template: dict[str, Any], size: int) -> dict[str, Any]:
    """The launcher's pod, which starts so many processes elsewhere."""
    template["spec"]["containers"][0]["env"].append({"name": "CUBE_POD_MPI", "value": str(size)})
    return template


def waits(template: dict[str, Any], ssh: bool) -> dict[str, Any]:
    """A worker's pod, which is entered; without a command of ours, where the operator puts its own there."""
    container = template["spec"]["containers"][0]
    container.pop("command")
    if ssh:
        container["command"] = ["sh", "-c", SSH]
        container["securityContext"] = {"allowPrivilegeEscalation": False, "capabilities": ENTERED}
    return template


def make(asked: Asked) -> dict[str, Any]:
    """The training operator's."""
    body = PLAIN.make(asked)
    body["spec"] |= {"slotsPerWorker": 1, "mainContainer": "main"}
    specs = body["spec"]["mpiReplicaSpecs"]
    launches(specs["Launcher"]["template"], dict(asked.roles)["worker"])["spec"][
        "automountServiceAccountToken"
    ] = True  # it execs with it
    waits(specs["Worker"]["template"], ssh=False)
    return body


def own(asked: Asked) -> dict[str, Any]:
    """The MPI operator's."""
    size = dict(asked.roles)["worker"]
    launcher = launches(scheduled(asked, asked.pod("launcher", "main", None)), size)
    worker = waits(scheduled(asked, asked.pod("worker", "main", kubeflow.INDEX)), ssh=True)
    return {
        "apiVersion": "kubeflow.org/v2beta1",
        "kind": "MPIJob",
        "metadata": queued(asked),
        "spec": {
            "slotsPerWorker": 1,
            "mpiImplementation": "OpenMPI",
            "launcherCreationPolicy": "WaitForWorkersReady",
            "runPolicy": {"cleanPodPolicy": "Running", "backoffLimit": 0},
            "mpiReplicaSpecs": {
                "Launcher": {"replicas": 1, "restartPolicy": "Never", "template": launcher},
                "Worker": {"replicas": size, "restartPolicy": "Never", "template": worker},
            },
        },
    }


PLAIN = kubeflow.job("MPIJob", "mpiReplicaSpecs", "main", ("mpi",), needs="training-operator or mpi-operator")
FRAMEWORK = Framework(name="mpi", title="MPI or Horovod", roles=roles, told=told, program=PROGRAM)
IMAGE = "mpirun and, with the MPI operator, sshd"
KIND = Kind(
    name=PLAIN.name,
    version=PLAIN.version,
    plural=PLAIN.plural,
    frameworks=PLAIN.frameworks,
    needs=PLAIN.needs,
    make=make,
    image=IMAGE,
    adds=lambda *_: ("container kubectl-delivery", ""),
)
OWN = Kind(
    name="MPIJob",
    version="kubeflow.org/v2beta1",
    plural="mpijobs",
    frameworks=("mpi",),
    needs="mpi-operator",
    make=own,
    image=IMAGE,
    group=lambda roles: dict(roles)["worker"],
    rooted=("mpi",),
)
