"""GPUs that a driver divides among pods: what HAMi and Volcano vGPU write on nodes and pods, and what a pod
that gets a share says. Pure.

Both register the GPUs of a node in an annotation, and note in one of a pod which GPU it got and how much of
it. HAMi offers each GPU as many times as it may be divided, counts memory in a resource that no node offers,
and its webhook sends the pod to its own scheduler; Volcano offers all its resources, and the pod names its
scheduler."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.port import Machine, SharedGpu
from cubestudio.core.inputs.gpu_share import Share


@dataclass(kw_only=True, frozen=True)
class Driver:
    """What divides GPUs: the annotations of nodes and of pods, the names of its resources, and the scheduler
    that its pods name."""

    title: str
    registered: str
    taken: str
    count: str
    memory: str
    computing: str
    percent: str = ""
    """The resource of a part of the memory; empty where the scheduler looks for it among what nodes offer,
    and finds none."""
    scheduler: str = ""


DRIVERS = {
    "hami": Driver(
        title="HAMi",
        registered="hami.io/node-nvidia-register",
        taken="hami.io/vgpu-devices-allocated",
        count="nvidia.com/gpu",
        memory="nvidia.com/gpumem",
        computing="nvidia.com/gpucores",
        percent="nvidia.com/gpumem-percentage",
    ),
    "volcano": Driver(
        title="Volcano vGPU",
        registered="volcano.sh/node-vgpu-register",
        taken="volcano.sh/vgpu-ids-new",
        count="volcano.sh/vgpu-number",
        memory="volcano.sh/vgpu-memory",
        computing="volcano.sh/vgpu-cores",
        scheduler="volcano",
    ),
}
MOST = 2**31


def taken(pod: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """What a pod got of GPUs: (the GPU, MiB, percent of its time)."""
    notes = (pod.get("metadata") or {}).get("annotations") or {}
    found = []
    for driver in DRIVERS.values():
        for entry in str(notes.get(driver.taken) or "").replace(";", ":").split(":"):
            parts = entry.split(",")
            if len(parts) >= 4:
                found.append((parts[0], _whole(parts[2]), _whole(parts[3])))
    return found


def divided(node: Mapping[str, Any], pods: Iterable[Mapping[str, Any]]) -> tuple[str, tuple[SharedGpu, ...]]:
    """(what divides a node's GPUs, these); `pods`: those of the node. ("", ()) where nothing does: a driver
    that has left leaves its annotation, but nothing is offered any more."""
    notes = (node.get("metadata") or {}).get("annotations") or {}
    offers = (node.get("status") or {}).get("allocatable") or {}
    for name, driver in DRIVERS.items():
        if quantity(offers.get(driver.count)) > 0 and (
            found := dict(_registered(str(notes.get(driver.registered) or "")))
        ):
            for which, memory, percent in (each for pod in pods for each in taken(pod)):
                for key in found:
                    if which.startswith(key):  # an instance of MIG has the name of its GPU, and more
                        had = found[key]
                        found[key] = replace(
                            had,
                            used_memory=had.used_memory + memory,
                            used_percent=had.used_percent + percent,
                            used_pods=had.used_pods + 1,
                        )
            return name, tuple(found.values())
    return "", ()


def _registered(text: str) -> Iterable[tuple[str, SharedGpu]]:
    """The healthy GPUs of an annotation: a list in JSON (HAMi), or id,count,memory,… between colons (HAMi
    before 2.5, Volcano)."""
    if text.lstrip().startswith("["):
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            return
        for each in told:
            if (
                isinstance(each, dict)
                and each.get("health") is True
                and isinstance(each.get("id"), str)
                and each["id"]
            ):
                yield (
                    each["id"],
                    SharedGpu(
                        kind=str(each.get("type") or ""),
                        memory=_whole(each.get("devmem")),
                        pods=_whole(each.get("count")),
                    ),
                )
        return
    for entry in text.split(":"):
        parts = entry.split(",")
        if len(parts) in (7, 9):  # id, count, memory, computing, type, NUMA node, health[, index, mode]
            kind, health = parts[4], parts[6]
        elif len(parts) == 6:  # id, count, memory, type, health, mode
            kind, health = parts[3], parts[4]
        else:
            continue
        if parts[0] and health.lower() == "true":
            yield parts[0], SharedGpu(kind=kind, memory=_whole(parts[2]), pods=_whole(parts[1]))


def _whole(value: Any) -> int:
    """A number of an annotation; what is none, or beyond what drivers count in, is 0."""
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        return 0
    return found if 0 <= found < MOST else 0


def driver(machines: Iterable[Machine], usual: str) -> Driver | None:
    """What divides GPUs there; `usual`: what is said where nodes cannot be seen."""
    name = next((machine.divider for machine in machines if machine.divider), usual)
    return DRIVERS.get(name)


def memory(share: Share, gpu: SharedGpu) -> int:
    """MiB that a share of a GPU is."""
    return share.memory or gpu.memory * share.percent // 100


def amounts(gpus: int, share: Share, found: Driver | None, machines: Sequence[Machine]) -> dict[str, str]:
    """The resources of a pod that has a share of each of so many GPUs. Where nothing divides GPUs it is what
    no node offers: such a pod waits, and does not get a whole GPU."""
    by = found or DRIVERS["hami"]
    wanted = {by.count: str(gpus)}
    if share.memory:
        return wanted | {by.memory: str(share.memory)}
    if by.percent:
        return wanted | {by.percent: str(share.percent), by.computing: str(share.percent)}
    least = min((memory(share, gpu) for machine in machines for gpu in machine.divided), default=0)
    return wanted | {by.memory: str(max(least, 1)), by.computing: str(share.percent)}


def room(share: Share | None, gpu: SharedGpu) -> bool:
    """Whether a GPU has room for a share, or, with None, is free as a whole."""
    if share is None:
        return gpu.used_pods == 0
    return (
        gpu.used_pods < gpu.pods
        and gpu.used_memory + memory(share, gpu) <= gpu.memory
        and gpu.used_percent + share.percent <= 100
    ) and gpu.used_percent < 100


def size(mebibytes: int) -> str:
    return f"{mebibytes / 1024:.4g} GiB" if mebibytes >= 1024 else f"{mebibytes} MiB"


def lacking(
    name: str, gpus: int, share: Share, machines: Sequence[Machine], found: Driver | None, cluster: str
) -> str | None:
    """Why no node can give a share of so many GPUs, in a sentence with what there is; None when one can.
    `machines`: those with GPUs of the kind that is requested."""
    if found is None:
        return (
            f"{name} asks for {share.words}, and nothing divides GPUs on {cluster}: no node there is "
            "registered by HAMi or Volcano vGPU; "
            "ask for whole GPUs"
        )
    theirs = [machine for machine in machines if machine.divider]
    there = sorted({gpu.memory for machine in theirs for gpu in machine.divided})
    if share.percent and not found.percent and len(there) > 1:
        sizes = " and ".join(size(each) for each in there)
        return (
            f"{name} asks for {share.words}, and GPUs of {cluster} have {sizes} of memory; name a kind "
            "of GPU, or ask for an amount of memory"
        )
    if share.memory > max(there, default=0):
        return (
            f"{name} asks for {share.words}; the largest GPU that {found.title} divides on {cluster} has "
            f"{size(max(there, default=0))}"
        )
    most = max(
        (sum(memory(share, gpu) <= gpu.memory for gpu in machine.divided) for machine in theirs), default=0
    )
    if gpus > most:
        return (
            f"{name} asks for a share of {gpus} GPUs; the largest node of {cluster} has {most} that "
            f"{found.title} divides"
        )
    return None


def notes(machines: Iterable[Machine]) -> list[str]:
    """What the page of a cluster says of nodes whose GPUs are divided."""
    found = []
    for machine in machines:
        if machine.divider:
            used, all_ = (
                sum(gpu.used_memory for gpu in machine.divided),
                sum(gpu.memory for gpu in machine.divided),
            )
            title = DRIVERS[machine.divider].title
            found.append(
                f"{machine.name} divides its {len(machine.divided)} GPUs among pods ({title}): "
                f"{size(used)} of {size(all_)} of their memory are in use"
            )
    return found
