"""What pods use: cores and memory as the metrics server tells, cards as NVIDIA's exporter (dcgm-exporter)
tells of each node's."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cubestudio.core import clock
from cubestudio.core.cluster.kubernetes.client import Client, Gone, path
from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.kubernetes.status.fields import parse_time
from cubestudio.core.cluster.port import Usage
from cubestudio.core.errors import Forbidden, Invalid, NotFound, Unavailable

SAMPLES = 2000
FORGET = 600.0
"""Seconds after which the samples of a pod that is gone are forgotten."""
EXPORTER = "dcgm-exporter"
PORT = 9400
_LINE = re.compile(
    r"^(DCGM_FI_DEV_GPU_UTIL|DCGM_FI_PROF_GR_ENGINE_ACTIVE|DCGM_FI_DEV_FB_USED)\{(.*)\}\s+([0-9.eE+-]+)"
)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
Key = tuple[str, str]
"""The namespace and the name of a pod."""


class Samples:
    """The samples of the pods of one cluster; `available`: whether a metrics server answers, None before it
    was asked; `blind`: why cards are not measured although there are exporters."""

    def __init__(self, client: Client, selector: str, spaces: Sequence[str]):
        self._client = client
        self._selector = selector
        self._spaces = spaces
        self._found: dict[Key, deque[Usage]] = defaultdict(lambda: deque(maxlen=SAMPLES))
        self.available: bool | None = None
        self.exporters: bool | None = None
        """Whether there are any; None before that was seen."""
        self.blind: str | None = None

    def of(self, key: Key, since: datetime | None) -> list[Usage]:
        return [point for point in self._found.get(key, ()) if since is None or point.at > since]

    async def take(self, pods: Iterable[Mapping]) -> None:
        """One sample of every pod of ours. `pods`: those of the whole cluster, among which the exporters
        are."""
        try:
            items = await self._measured()
        except (NotFound, Forbidden, Unavailable):
            self.available = False
            return
        self.available = True
        exporters = [body for body in pods if exports(body)]
        self.exporters = bool(exporters)
        cards = await self._cards(exporters) if items else {}
        now = {(body["metadata"]["namespace"], body["metadata"]["name"]): body for body in items}
        for key, body in now.items():
            used = [container.get("usage") or {} for container in body.get("containers") or ()]
            at = parse_time(body.get("timestamp")) or clock.now()
            cpu, memory = (sum(quantity(each.get(name)) for each in used) for name in ("cpu", "memory"))
            gpu, gpu_memory = cards.get(key, (None, None))
            point = Usage(at=at, cpu=cpu, memory=int(memory), gpu=gpu, gpu_memory=gpu_memory)
            if not self._found[key] or self._found[key][-1].at < at:
                self._found[key].append(point)
        for key in list(self._found):
            if key not in now and (clock.now() - self._found[key][-1].at).total_seconds() > FORGET:
                del self._found[key]

    async def _measured(self) -> list[dict]:
        group = "/apis/metrics.k8s.io/v1beta1"
        try:
            return (await self._client.items(f"{group}/pods", labelSelector=self._selector))[0]
        except Forbidden:  # an account that may see single namespaces only
            return [
                body
                for space in self._spaces
                for body in (
                    await self._client.items(f"{group}/namespaces/{space}/pods", labelSelector=self._selector)
                )[0]
            ]

    async def _cards(self, exporters: Sequence[Mapping]) -> dict[Key, tuple[float, int]]:
        """(cards at work, bytes in use on them) of each pod that has some."""
        found: dict[Key, tuple[float, int]] = {}
        self.blind = None
        for body in exporters:
            where = body["metadata"]
            try:
                text = await self._client.text(
                    path("v1", "pods", where["namespace"], f"{where['name']}:{PORT}", "proxy/metrics")
                )
            except (NotFound, Forbidden, Invalid, Gone, Unavailable) as error:
                self.blind = str(error)
                continue
            found |= cards(text)
        return found


def exports(body: Mapping) -> bool:
    labels = body["metadata"].get("labels") or {}
    return (body.get("status") or {}).get("phase") == "Running" and any(
        str(labels.get(name, "")).endswith(EXPORTER) for name in ("app.kubernetes.io/name", "app")
    )


def cards(text: str) -> dict[Key, tuple[float, int]]:
    """What an exporter's page says of pods: a card's share of time at work (in percent, or as a fraction
    where it is divided by MIG), and MiB of its memory in use."""
    busy: dict[Key, dict[str, float]] = defaultdict(dict)
    used: dict[Key, float] = defaultdict(float)
    for line in text.splitlines():
        if not (match := _LINE.match(line)):
            continue
        labels = dict(_LABEL.findall(match[2]))
        key = (
            labels.get("namespace") or labels.get("pod_namespace", ""),
            labels.get("pod") or labels.get("pod_name", ""),
        )
        if not all(key):
            continue
        card = f"{labels.get('UUID', labels.get('gpu'))}/{labels.get('GPU_I_ID', '')}"
        if match[1] == "DCGM_FI_DEV_FB_USED":
            used[key] += float(match[3]) * 2**20
        elif match[1] == "DCGM_FI_DEV_GPU_UTIL":
            busy[key].setdefault(card, float(match[3]) / 100)
        else:
            busy[key][card] = float(match[3])
    return {key: (sum(busy[key].values()), int(used[key])) for key in busy.keys() | used.keys()}
