"""What divides the GPUs of emulated nodes among pods: HAMi v2.10.0 or Volcano (v1.16 in the making) with
volcano-vgpu-device-plugin.

HAMi: pkg/device/devices.go (MarshalNodeDevices: the annotation of a node; an unhealthy GPU has no field
`health`), pkg/scheduler/webhook.go and pkg/device/nvidia/device.go (MutateAdmission,
GenerateResourceRequests, Fit, PatchAnnotations), charts/hami/templates/_helpers.tpl (its resources are
managedResources with ignoredByScheduler, so only its own scheduler takes a pod that asks for them). Volcano:
pkg/scheduler/api/devices/nvidia/vgpu (NewGPUDevices, decodeNodeDevices,
checkNodeGPUSharingPredicateAndScore), pkg/scheduler/api/devices/util.go (ExtractResourceRequest);
pkg/scheduler/actions/allocate (Resource.LessEqual with Zero: a resource that a node does not offer is
missing, so vgpu-memory-percentage never fits)."""

import json
from typing import Any

from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.kubernetes.status.machines import requests
from tests.kubernetes.server import Fault, Server

NODES, PODS = ("v1", "nodes"), ("v1", "pods")
NAMES = {
    "hami": ("nvidia.com/gpu", "nvidia.com/gpumem", "nvidia.com/gpumem-percentage", "nvidia.com/gpucores"),
    "volcano": (
        "volcano.sh/vgpu-number",
        "volcano.sh/vgpu-memory",
        "volcano.sh/vgpu-memory-percentage",
        "volcano.sh/vgpu-cores",
    ),
}
TAKEN = {"hami": "hami.io/vgpu-devices-allocated", "volcano": "volcano.sh/vgpu-ids-new"}
SCHEDULER = {"hami": "hami-scheduler", "volcano": "volcano"}
Gpu = tuple[str, int, str]
"""(id, MiB, kind)."""


class Slices:
    def __init__(self, server: Server, kind: str, split: int = 10):
        self.server, self.kind, self.split = server, kind, split
        self.gpus: dict[str, list[Gpu]] = {}
        server.mutations.append(self.admit)

    def register(self, node: str, *gpus: Gpu, old: bool = False) -> None:
        """What the device plugin writes on a node; `old`: as HAMi did before 2.5."""
        body = self.server.get(NODES, "", node)
        assert body
        self.gpus[node] = list(gpus)
        room, notes = body["status"]["allocatable"], body["metadata"].setdefault("annotations", {})
        count, memory, _, cores = NAMES[self.kind]
        room[count] = str(self.split * len(gpus))
        if self.kind == "volcano":
            room[memory], room[cores] = str(sum(size for _, size, _ in gpus)), str(100 * len(gpus))
            listed = (f"{key},{self.split},{size},{kind},true,hami-core:" for key, size, kind in gpus)
            notes["volcano.sh/node-vgpu-register"] = "".join(listed)
        elif old:
            listed = (
                f"{key},{self.split},{size},100,{kind},0,true,{place},hami-core:"
                for place, (key, size, kind) in enumerate(gpus)
            )
            notes["hami.io/node-nvidia-register"] = "".join(listed)
        else:
            told = [
                {
                    "id": key,
                    "count": self.split,
                    "devmem": size,
                    "devcore": 100,
                    "type": kind,
                    "mode": "hami-core",
                    "health": True,
                }
                for key, size, kind in gpus
            ]
            notes["hami.io/node-nvidia-register"] = json.dumps(told)
        self.server.put(NODES, "", body)

    def admit(self, pod: dict) -> None:
        """HAMi's webhook; Volcano's does nothing to plain pods."""
        if self.kind != "hami" or pod["spec"].get("schedulerName", "default-scheduler") not in (
            "default-scheduler",
            SCHEDULER["hami"],
        ):
            return
        count, memory, percent, cores = NAMES["hami"]
        for container in pod["spec"]["containers"]:
            told = container.get("resources") or {}
            limits = told.get("limits") or {}
            if not 0 <= quantity(limits.get(percent)) <= 100:
                raise Fault(
                    500,
                    "InternalError",
                    f"invalid {percent} value {limits[percent]} in container {container['name']}",
                )
            if count not in limits:
                continue
            pod["spec"]["schedulerName"] = SCHEDULER["hami"]
            if cores not in limits and memory not in limits and quantity(limits.get(percent, 100)) == 100:
                limits[cores] = told["requests"][cores] = "100"  # a whole GPU is nobody else's

    def ours(self, pod: dict) -> bool:
        return NAMES[self.kind][0] in requests(pod)

    def wanted(self, pod: dict) -> dict[str, float]:
        """What the usual part of the scheduler looks for on a node."""
        mine = self.kind == "hami" and pod["spec"].get("schedulerName") == SCHEDULER["hami"]
        return {
            name: amount for name, amount in requests(pod).items() if not (mine and name in NAMES["hami"])
        }

    def allocate(self, pod: dict, node: dict) -> str | None:
        """Note on a pod which GPUs of a node it gets; else why it gets none."""
        if pod["spec"].get("schedulerName") != SCHEDULER[self.kind]:
            return None  # another scheduler knows nothing of GPUs
        used: dict[str, list[tuple[int, int]]] = {}
        for other in self.server.all(PODS):
            if other["spec"].get("nodeName") == node["metadata"]["name"] and other["status"].get(
                "phase"
            ) not in ("Succeeded", "Failed"):
                for entry in (
                    ((other["metadata"].get("annotations") or {}).get(TAKEN[self.kind]) or "")
                    .replace(";", ":")
                    .split(":")
                ):
                    if entry:
                        key, _, mem, part = entry.split(",")
                        used.setdefault(key, []).append((int(mem), int(part)))
        count, memory, percent, cores = (requests(pod).get(name, 0) for name in NAMES[self.kind])
        got: list[str] = []
        for key, size, _ in self.gpus.get(node["metadata"]["name"], ()):
            mine = used.get(key, [])
            need = (
                int(memory or size * (percent or 100) / 100)
                if self.kind == "hami"
                else int(size * percent / 100 if percent else memory or size)
            )
            busy = sum(part for _, part in mine)
            if len(mine) >= self.split or sum(mem for mem, _ in mine) + need > size or busy + cores > 100:
                continue
            if (cores == 100 and mine) or (busy == 100 and not cores):
                continue
            got.append(f"{key},NVIDIA,{need},{int(cores)}:")
            if len(got) == count:
                pod["metadata"].setdefault("annotations", {})[TAKEN[self.kind]] = "".join(got) + ";"
                return None
        return "CardInsufficientMemory" if self.kind == "hami" else "not enough gpu fitted on this node"

    def refused(self, pod: dict) -> str | None:
        """What the device plugin says of a pod that a scheduler placed which knows nothing of GPUs."""
        if self.ours(pod) and TAKEN[self.kind] not in (pod["metadata"].get("annotations") or {}):
            return (
                "Allocate failed due to rpc error: code = Unknown desc = no binding pod found on node, "
                "which is unexpected"
            )
        return None


def status(message: str) -> dict[str, Any]:
    """Of a pod that its kubelet did not take (pkg/kubelet/cm/devicemanager)."""
    return {
        "phase": "Failed",
        "reason": "UnexpectedAdmissionError",
        "message": f"Pod was rejected: {message}",
        "containerStatuses": [],
    }
