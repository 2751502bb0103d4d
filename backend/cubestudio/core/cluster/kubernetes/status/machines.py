"""A node of Kubernetes as the platform's machine, and what pods request of it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from cubestudio.core.cluster.kubernetes import gpus, security, slices
from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.kubernetes.status.fields import parse_time
from cubestudio.core.cluster.kubernetes.task import WORKLOAD
from cubestudio.core.cluster.port import ClusterEvent, Machine


def machine(
    body: Mapping[str, Any],
    used: Mapping[str, float],
    gpu: str,
    kinds: Mapping[str, str],
    pods: Sequence[Mapping[str, Any]] = (),
    devices: Mapping[str, str] | None = None,
) -> Machine:
    """Return a node as a machine. `used`: what its pods request, by resource. `gpu`, `kinds` and `devices`
    are the installation's names of resources."""
    status = body.get("status") or {}
    allocatable = status.get("allocatable") or status.get("capacity") or {}
    conditions = {each.get("type"): each for each in status.get("conditions") or ()}
    ready = (conditions.get("Ready") or {}).get("status") == "True"
    problems = [
        f"{kind}: {each.get('message') or each.get('reason')}"
        for kind, each in conditions.items()
        if ((kind == "Ready") != (each.get("status") == "True") and each.get("status") != "Unknown")
        or (kind == "Ready" and not ready)
    ]
    taints = [
        f"{each['key']}{'=' + each['value'] if each.get('value') else ''}:{each.get('effect')}"
        for each in (body.get("spec") or {}).get("taints") or ()
    ]
    offered, taken = gpus.offered(allocatable, gpu, kinds), gpus.offered(used, gpu, kinds)
    divider, divided = slices.divided(body, pods)
    if divider:  # it offers each GPU many times
        offered[slices.DRIVERS[divider].count] = len(divided)
        taken[slices.DRIVERS[divider].count] = sum(each.used_pods > 0 for each in divided)
    usual = gpus.usual([Machine(name="", cpu=0, memory=0, gpu=0, cards=offered)], gpu)
    return Machine(
        name=body["metadata"]["name"],
        ready=ready,
        cordoned=bool((body.get("spec") or {}).get("unschedulable")),
        cpu=quantity(allocatable.get("cpu")),
        memory=int(quantity(allocatable.get("memory"))),
        gpu=offered.get(usual, 0),
        used_cpu=used.get("cpu", 0),
        used_memory=int(used.get("memory", 0)),
        used_gpu=taken.get(usual, 0),
        labels=dict(body["metadata"].get("labels") or {}),
        taints=tuple(taints),
        problems=tuple(problems),
        version=(status.get("nodeInfo") or {}).get("kubeletVersion"),
        separate=security.separate(status),
        cards=offered,
        used_cards=taken,
        divider=divider,
        divided=divided,
        **{
            name: {each: int(quantity(amounts[each])) for each in (devices or {}).values() if each in amounts}
            for name, amounts in (("devices", allocatable), ("used_devices", used))
        },
    )


def requests(body: Mapping[str, Any]) -> dict[str, float]:
    """Return what a pod requests: the sum of its containers, or the most that one of those before them
    does."""
    spec = body.get("spec") or {}
    total: dict[str, float] = {}
    for container in spec.get("containers") or ():
        for name, amount in ((container.get("resources") or {}).get("requests") or {}).items():
            total[name] = total.get(name, 0) + quantity(amount)
    for container in spec.get("initContainers") or ():
        for name, amount in ((container.get("resources") or {}).get("requests") or {}).items():
            total[name] = max(total.get(name, 0), quantity(amount))
    return total


def consumer(body: Mapping[str, Any]) -> str:
    """Return who uses what a pod requests, for people: a run of ours, or the pod by its name."""
    labels = body["metadata"].get("labels") or {}
    if labels.get(WORKLOAD):
        return labels[WORKLOAD].replace("run-", "run ", 1)
    return f"pod {body['metadata'].get('namespace')}/{body['metadata']['name']}"


def event(body: Mapping[str, Any]) -> ClusterEvent:
    """Return an event of the cluster."""
    series = body.get("series") or {}
    at = (
        body.get("lastTimestamp")
        or series.get("lastObservedTime")
        or body.get("eventTime")
        or body.get("firstTimestamp")
    )
    return ClusterEvent(
        at=parse_time(at),
        bad=body.get("type") == "Warning",
        reason=body.get("reason") or "",
        message=body.get("message") or "",
        count=body.get("count") or series.get("count") or 1,
    )
