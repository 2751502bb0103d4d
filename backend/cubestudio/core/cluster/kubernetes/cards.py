"""Cards as nodes of Kubernetes offer them. Pure.

What a person asks for is a number and a kind. A kind is the name of a MIG profile, a name of the installation's table (other makers' cards,
shares of a card), and else what nodes are labelled with: by the label that the installation names, or by the product that NVIDIA's
operator finds out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.port import Machine, Task

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
    terms = [{"matchExpressions": [{"key": key, "operator": "In", "values": [task.gpu_type]}]} for key in dict.fromkeys((label, PRODUCT))]
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}}


def fits(task: Task, machine: Machine, site: Names) -> bool:
    """Whether a machine's cards are of the kind that a task asks for."""
    if not task.gpu or not labelled(task.gpu_type, site.gpu_kinds):
        return True
    return task.gpu_type in (machine.labels.get(site.gpu_label), machine.labels.get(PRODUCT))


def free(machine: Machine, name: str) -> int:
    """How many cards of a resource nobody has asked for."""
    return machine.cards.get(name, 0) - machine.used_cards.get(name, 0)


def kinds(machines: Iterable[Machine], label: str, usual: str, table: Mapping[str, str]) -> list[str]:
    """The kinds of cards that nodes offer, as one asks for them."""
    names = {name: kind for kind, name in table.items()}
    found: set[str] = set()
    for machine in machines:
        for name in machine.cards:
            if name == usual:
                found |= {kind for key in (label, PRODUCT) if (kind := machine.labels.get(key))}
            else:
                found.add(names.get(name) or (name.partition("/")[2] if _PROFILE.fullmatch(name.partition("/")[2]) else name))
    return sorted(found)


def shared(machines: Iterable[Machine]) -> list[str]:
    """The nodes that offer each of their cards several times, with how often, in words."""
    found = []
    for machine in machines:
        times = str(machine.labels.get("nvidia.com/gpu.replicas", ""))
        if times.isdecimal() and int(times) > 1:
            how = str(machine.labels.get("nvidia.com/gpu.sharing-strategy") or "time-slicing")
            found.append(f"{machine.name} offers each card {times} times ({how}); its memory is not divided")
    return found


def lacking(name: str, task: Task, machines: Sequence[Machine], site: Names, cluster: str) -> str | None:
    """Why no node can have the cards that a step asks for, in a sentence with what there is; None when one can."""
    wanted = resource(task.gpu_type, site.gpu, site.gpu_kinds)
    most = max((machine.cards.get(wanted, 0) for machine in machines if fits(task, machine, site)), default=0)
    if task.gpu <= most:
        return None
    said = f"{task.gpu} GPUs" + (f" of the kind {task.gpu_type}" if task.gpu_type else "")
    there = ", ".join(kinds(machines, site.gpu_label, site.gpu, site.gpu_kinds))
    offers = f"; kinds that it has: {there}" if task.gpu_type and there else ""
    return f"{name} asks for {said}; the largest node of {cluster} has {most}{offers}"
