"""Cards as nodes of Kubernetes offer them. Pure.

What a person asks for is a number and a kind. A kind is the name of a MIG profile, a name of the
installation's table (other makers' cards, shares of a card), and else what nodes are labelled with: by the
label that the installation names, or by the product that NVIDIA's operator finds out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from cubestudio.core.cluster.kubernetes import slices
from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.port import Graph, Machine, Server, Task

PRODUCT = "nvidia.com/gpu.product"
_PROFILE = re.compile(r"mig-\d+g\.\d+gb(\.\w+)?")


class Names(Protocol):
    """What an installation says of cards."""

    @property
    def gpu(self) -> str: ...
    @property
    def gpu_label(self) -> str: ...
    @property
    def gpu_kinds(self) -> Mapping[str, str]: ...
    @property
    def gpu_sharing(self) -> str: ...
    @property
    def scheduler(self) -> str: ...
    @property
    def machines(self) -> Sequence[Machine]: ...


def tasks(body: Graph | Task | Server) -> list[Task]:
    """What is to have GPUs."""
    return (
        [node.task for node in body.nodes]
        if isinstance(body, Graph)
        else [body.task if isinstance(body, Server) else body]
    )


def resource(kind: str, usual: str, table: Mapping[str, str]) -> str:
    """The name of the resource that cards of a kind are: `usual` for all that are told apart by labels."""
    if kind in table:
        return table[kind]
    return f"{usual.partition('/')[0]}/{kind}" if _PROFILE.fullmatch(kind) else usual


def offered(amounts: Mapping[str, Any], usual: str, table: Mapping[str, str]) -> dict[str, int]:
    """Of the resources of a node, those that are cards."""
    return {
        name: int(quantity(amount))
        for name, amount in amounts.items()
        if name == usual or name in table.values() or _PROFILE.fullmatch(name.partition("/")[2])
    }


def labelled(kind: str, table: Mapping[str, str]) -> bool:
    """Whether a kind is told by labels of nodes."""
    return bool(kind) and kind not in table and not _PROFILE.fullmatch(kind)


def affinity(task: Task, label: str, table: Mapping[str, str]) -> dict[str, Any]:
    """What a pod's specification says of the kind of its cards: one label or the other."""
    if not task.gpu or not labelled(task.gpu_type, table):
        return {}
    terms = [
        {"matchExpressions": [{"key": key, "operator": "In", "values": [task.gpu_type]}]}
        for key in dict.fromkeys((label, PRODUCT))
    ]
    return {
        "affinity": {
            "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
        }
    }


def fits(task: Task, machine: Machine, site: Names) -> bool:
    """Whether a machine's cards are of the kind that a task asks for."""
    if not task.gpu or not labelled(task.gpu_type, site.gpu_kinds):
        return True
    return task.gpu_type in (machine.labels.get(site.gpu_label), machine.labels.get(PRODUCT))


def divider(task: Task, site: Names) -> tuple[slices.Driver | None, list[Machine]]:
    """(what divides GPUs of the kind that a task requests, the nodes that have such)."""
    fitting = [machine for machine in site.machines if machine.divider and fits(task, machine, site)]
    return slices.driver(fitting, site.gpu_sharing), fitting


def amounts(task: Task, site: Names) -> dict[str, str]:
    """What a container says of GPUs, in requests and limits alike."""
    if not task.gpu:
        return {}
    if task.gpu_share:
        found, machines = divider(task, site)
        return slices.amounts(task.gpu, task.gpu_share, found, machines)
    return {resource(task.gpu_type, site.gpu, site.gpu_kinds): str(task.gpu)}


def scheduler(task: Task, site: Names) -> dict[str, Any]:
    """The scheduler that a pod names, where what divides GPUs wants that."""
    for each in slices.DRIVERS.values():
        if each.scheduler and each.count in amounts(task, site):
            return {"schedulerName": each.scheduler}
    return {}


def usual(machines: Iterable[Machine], name: str) -> str:
    """The resource that GPUs are which are no others: `name`, or that of what divides them, where no node
    offers any but divided ones."""
    known = list(machines)
    if not any(machine.cards.get(name) for machine in known):
        for each in slices.DRIVERS.values():
            if any(machine.cards.get(each.count) for machine in known):
                return each.count
    return name


def free(task: Task, machine: Machine, name: str) -> int:
    """How many cards, or shares of cards, as a task requests them, a machine has now; `name`: the resource of
    whole ones."""
    if machine.divider and (task.gpu_share or slices.DRIVERS[machine.divider].count == name):
        return sum(slices.room(task.gpu_share, gpu) for gpu in machine.divided)
    return 0 if task.gpu_share else machine.cards.get(name, 0) - machine.used_cards.get(name, 0)


def kinds(machines: Iterable[Machine], label: str, usual: str, table: Mapping[str, str]) -> list[str]:
    """The kinds of cards that nodes offer, as one asks for them."""
    names = {name: kind for kind, name in table.items()}
    found: set[str] = set()
    for machine in machines:
        for name in machine.cards:
            if name == usual or any(name == each.count for each in slices.DRIVERS.values()):
                found |= {kind for key in (label, PRODUCT) if (kind := machine.labels.get(key))}
            else:
                found.add(
                    names.get(name)
                    or (name.partition("/")[2] if _PROFILE.fullmatch(name.partition("/")[2]) else name)
                )
    return sorted(found)


def _shared(machine: Machine) -> str | None:
    """How a node offers each of its GPUs several times, in words; None when it does not. NVIDIA's device
    plugin divides the memory when pods share by MPS, and not when they take turns (k8s-device-plugin v0.17,
    README.md, internal/lm/resource.go for the labels)."""
    times = str(machine.labels.get("nvidia.com/gpu.replicas", ""))
    if not times.isdecimal() or len(times) > 6 or int(times) < 2:
        return None
    if machine.labels.get("nvidia.com/gpu.sharing-strategy") == "mps":
        return f"{machine.name} offers each GPU {times} times (MPS); each has an equal part of its memory"
    return f"{machine.name} offers each GPU {times} times (time-slicing); its memory is not divided"


def shared(machines: Iterable[Machine]) -> list[str]:
    """The nodes that offer each of their GPUs several times, in words."""
    return [words for machine in machines if (words := _shared(machine))]


def warnings(name: str, task: Task, machines: Iterable[Machine], site: Names) -> list[str]:
    """What may surprise on nodes that offer each GPU several times."""
    if not task.gpu or task.gpu_share:
        return []
    wanted = resource(task.gpu_type, site.gpu, site.gpu_kinds)
    there = [
        words
        for each in machines
        if each.cards.get(wanted) and fits(task, each, site) and (words := _shared(each))
    ]
    if not there:
        return []
    found = [f"{name} may share its GPUs with other pods: {there[0]}"]
    if task.gpu > 1:
        found.append(
            f"{name} asks for {task.gpu} GPUs that are offered several times: they may be one and "
            "the same, or be refused by the node"
        )
    return found


def lacking(name: str, task: Task, machines: Sequence[Machine], site: Names, cluster: str) -> str | None:
    """Why no node can have the cards that a step asks for, in a sentence with what there is; None when one
    can."""
    if (
        task.gpu
        and task.gpu_share
        and not (task.gpu_type and not any(fits(task, machine, site) for machine in machines))
    ):
        found, _ = divider(task, site)
        if (
            found
            and site.scheduler in ("volcano", "kube-batch")
            and task.gang
            and task.gang.kind
            and site.scheduler != found.scheduler
        ):
            return (
                f"{name} asks for {task.gpu_share.words}, which {found.title} places, and gangs are "
                f"placed by {site.scheduler}; ask for whole GPUs"
            )
        words = slices.lacking(
            name,
            task.gpu,
            task.gpu_share,
            machines=[each for each in machines if fits(task, each, site)],
            found=found,
            cluster=cluster,
        )
        there = [
            kind
            for kind in kinds(machines, site.gpu_label, site.gpu, site.gpu_kinds)
            if _PROFILE.fullmatch(kind)
        ]
        return (
            f"{words}, or for a part that the cluster has: {', '.join(there)}"
            if words and not found and there
            else words
        )
    wanted = resource(task.gpu_type, site.gpu, site.gpu_kinds)
    most = max((machine.cards.get(wanted, 0) for machine in machines if fits(task, machine, site)), default=0)
    if task.gpu <= most:
        return None
    said = f"{task.gpu} GPUs" + (f" of the kind {task.gpu_type}" if task.gpu_type else "")
    there = ", ".join(kinds(machines, site.gpu_label, site.gpu, site.gpu_kinds))
    offers = f"; kinds that it has: {there}" if task.gpu_type and there else ""
    return f"{name} asks for {said}; the largest node of {cluster} has {most}{offers}"
