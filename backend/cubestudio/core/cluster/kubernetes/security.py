"""As whom the processes of a pod run, and what they may: by default what Pod Security "restricted" asks for.
Pure.

A pod runs as one user of its own, which is not root and has the same number in all pods, so that what one
leaves in a shared volume the next may read. Images that need root are known by patterns of the site, or by
the work that uses them. A cluster that gives each namespace a range of users (OpenShift's SCC restricted-v2)
refuses a number that is not in it, and chooses one itself where none is given."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from cubestudio.core.cluster.port import Machine, Task
from cubestudio.core.inputs.volumes import Volume

LABEL = "pod-security.kubernetes.io/enforce"
"""The label by which a namespace says which pods it refuses: privileged, baseline or restricted."""
CLUSTER, IMAGE = "cluster", "image"
"""Instead of a user's number: the cluster chooses one; the image's own, which may be root."""
GROUP = 100
"""The group that may write in the volumes of a pod. In many images it is `users`, of which their own user is;
and it is not the one that folders of notebooks had while pods ran as root, so that nodes set it once more on
what root left there."""
RANGES = "security.openshift.io"
"""The API group of a cluster that gives users to namespaces."""
CONTAINER: dict[str, Any] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
BUILDER: dict[str, Any] = {
    "runAsUser": 0,
    "runAsNonRoot": False,
    "allowPrivilegeEscalation": True,
    "capabilities": {
        "drop": ["ALL"],
        "add": [
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "MKNOD",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_ADMIN",
            "SYS_CHROOT",
        ],
    },
}
"""What building an image takes. The pod has a user namespace of its own (hostUsers: false), so these are
rights inside it only."""


def rooted(task: Task, usual: str, patterns: Iterable[str]) -> bool:
    """Whether a task runs as root, because it or a pattern of the site says that its image needs it. `usual`:
    the image of those that name none."""
    image = task.image.name or usual
    return not task.builder and (task.image.root or any(fnmatchcase(image, pattern) for pattern in patterns))


def pod(user: str, root: bool = False, keys: bool = False) -> dict[str, Any]:
    """What a pod says for all its containers. `user`: a number, "cluster" or "image"; `keys`: it is given
    keys of ssh in a volume, which must not be opened to the group: ssh takes no key that others may read."""
    context: dict[str, Any] = {"seccompProfile": {"type": "RuntimeDefault"}}
    if root:
        context["runAsUser"] = 0
    elif user != IMAGE:
        context["runAsNonRoot"] = True
        if user != CLUSTER:
            context["runAsUser"] = int(user)
    if keys:
        context["supplementalGroups"] = [GROUP]
    elif user != CLUSTER:
        context |= {"fsGroup": GROUP, "fsGroupChangePolicy": "OnRootMismatch"}
    return context


def container(task: Task) -> dict[str, Any]:
    return BUILDER if task.builder else CONTAINER


def helpers(names: Iterable[str]) -> dict[str, Any]:
    """What is laid over a pod of Argo's, so that its own containers may no more than ours. `names`: those of
    Argo's containers, of which init alone comes first."""
    patch: dict[str, Any] = {}
    for name in names:
        patch.setdefault("initContainers" if name == "init" else "containers", []).append(
            {"name": name, "securityContext": CONTAINER}
        )
    return patch


def refused(level: str, space: str, tasks: Mapping[str, tuple[Task, bool, str]]) -> list[str]:
    """Why a namespace with that level would refuse the pods of these tasks, by how each is called, with the
    way out; the flag says whether a task runs as root, and the word after it which kind of gang makes it so,
    empty where the task itself does."""
    if level not in ("baseline", "restricted"):
        return []
    return [
        f"{name} {words}, which namespace {space} refuses to every pod ({LABEL}: {level}): {way}"
        for name, (task, root, kind) in tasks.items()
        for words, way in _against(level, task, root, kind)
    ]


def separate(status: Mapping[str, Any]) -> bool:
    """Whether a node, by its status, gives a pod a user namespace of its own. Its kubelet makes no sandbox
    for one otherwise, and tries for ever (Kubernetes v1.36, pkg/kubelet/userns/userns_manager.go); the
    runtime's default handler has no name."""
    handlers = status.get("runtimeHandlers") or ()
    return any(
        not each.get("name") and (each.get("features") or {}).get("userNamespaces") is True
        for each in handlers
    )


def inseparable(name: str, task: Task, machines: Iterable[Machine], cluster: str) -> list[str]:
    """Why none of these machines could start a pod that builds images."""
    if not task.builder or any(each.separate for each in machines):
        return []
    return [
        f"{name} builds an image, for which it needs a user namespace of its own, and no node of "
        f"{cluster} says that it gives pods one: "
        "that takes containerd 2.0 with runc 1.2, or CRI-O 1.25"
    ]


ELSEWHERE = "use another namespace for it, or have an administrator of the cluster change that label"


def added(level: str, space: str, gangs: Mapping[str, tuple[str, str, str]]) -> tuple[list[str], list[str]]:
    """(problems, warnings) of gangs whose operator makes containers that a namespace with that level refuses:
    (kind, containers, how an administrator changes that or "") by how each is called."""
    found: tuple[list[str], list[str]] = ([], [])
    for name, (kind, what, way) in gangs.items() if level == "restricted" else ():
        words = (
            f"{name} runs as {kind}, whose operator makes {what} without a securityContext, which "
            f"namespace {space} refuses ({LABEL}: {level})"
        )
        found[bool(way)].append(
            f"{words}, unless {way}" if way else f"{words}: choose another kind, or {ELSEWHERE}"
        )
    return found


def _against(level: str, task: Task, root: bool, kind: str) -> Iterator[tuple[str, str]]:
    if task.builder:
        yield (
            "builds an image, for which it is root of a user namespace with capabilities of its own",
            ELSEWHERE,
        )
    if root and level == "restricted":
        way = (
            "choose another kind"
            if kind
            else "switch off root for it and use an image whose files its user may read and write"
        )
        yield f"runs as root{f', as {kind} does' if kind else ''}", f"{way}, or {ELSEWHERE}"
    for volume in task.volumes:
        if volume.kind == "hostpath" or (volume.kind == "nfs" and level == "restricted"):
            yield f"mounts {volume.path}, a volume of kind {volume.kind}", _instead(volume)


def _instead(volume: Volume) -> str:
    return (
        f"have a persistent volume and a claim made for {volume.source} and mount the claim, or {ELSEWHERE}"
    )
