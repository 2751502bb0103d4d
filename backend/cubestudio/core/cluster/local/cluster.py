"""The local cluster: the port's contract with processes of this machine."""

import asyncio
import fcntl
import random
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import orjson

from cubestudio.core import clock, log
from cubestudio.core.cluster import messages
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.local import images, usage
from cubestudio.core.cluster.local.driver import Driver
from cubestudio.core.cluster.local.live import graph_of
from cubestudio.core.cluster.local.reach import Stream, Terminal
from cubestudio.core.cluster.local.site import Site
from cubestudio.core.cluster.local.status import pod_status, step_status, workload_status
from cubestudio.core.cluster.metrics import points
from cubestudio.core.cluster.port import (
    Capacity,
    ClusterEvent,
    Component,
    Graph,
    Health,
    LogSegment,
    Machine,
    Observation,
    Plan,
    PodState,
    Route,
    Server,
    Synced,
    Task,
    Usage,
    Workload,
)
from cubestudio.core.config import Settings
from cubestudio.core.errors import NotFound
from cubestudio.core.store import Store

logger = log.get(__name__)
BUILDER = "buildah"
PROGRAMS = (
    ("git", "pipelines and images from repositories", "apt-get install git"),
    ("mpirun", "MPI and Horovod gangs on this machine", "apt-get install openmpi-bin"),
    ("nvidia-smi", "GPUs of this machine", "the driver of the card"),
    (
        "code-server",
        "notebooks of the kind VS Code on this machine",
        "its own installer, or npm install --global code-server",
    ),
    (BUILDER, "building images on this machine", "apt-get install buildah"),
)
"""(program, what of ours uses it, how to have it)."""


class LocalCluster:
    """This machine. One process drives it (a file lock says which); others may apply, delete and read."""

    kind = "local"

    def __init__(self, name: str, settings: Settings, store: Store):
        self.name = name
        self.site = Site(settings, store)
        self.driver: Driver | None = None
        self._began = clock.now()
        self._lock: Any = None

    @property
    def machine(self):
        return self.site.machine

    # the port ------------------------------------------------------------------------------------

    async def preview(self, workload: Workload) -> list[str]:
        why = []
        for node in graph_of(workload).nodes:
            task = node.task
            for asked, has, unit in (
                (task.cpu, self.machine.cpu, "CPU cores"),
                (task.memory / 2**30, self.machine.memory / 2**30, "GiB of memory"),
                (task.gpu, len(self.machine.cards), "GPUs"),
            ):
                if asked > has:
                    note = f" ({self.machine.gpu_note})" if unit == "GPUs" and self.machine.gpu_note else ""
                    why.append(
                        f"step {node.name} asks for {asked:g} {unit}, this machine has {has:.4g}{note}"
                    )
            if self.machine.cards and task.gpu > (
                fitting := sum(card.of(task.gpu_type) for card in self.machine.cards)
            ):
                names = ", ".join(sorted({card.name for card in self.machine.cards}))
                why.append(
                    f"step {node.name} asks for {task.gpu} cards of the kind {task.gpu_type}, this "
                    f"machine has {fitting}: {names}"
                )
            if task.gpu_share:
                why.append(
                    f"step {node.name} asks for {task.gpu_share.words}; nothing divides GPUs on this "
                    "machine: ask for whole GPUs"
                )
            for device in (*task.devices, *task.claims):
                why.append(
                    f"step {node.name} asks for the device {device}; pods on this machine have none "
                    "besides GPUs"
                )
            for volume in task.volumes:
                if volume.kind not in ("pvc", "memory"):
                    why.append(
                        f"step {node.name} wants {volume.source} ({volume.kind}) at {volume.path}; "
                        "on this machine volumes are folders (pvc) and memory"
                    )
        return why

    async def apply(self, workload: Workload) -> None:
        if self.site.state.apply(workload):
            self._take_up()

    async def gone(self, name: str, space: str | None = None) -> bool:
        return not self.site.state.workloads(name)

    async def scale(self, name: str, replicas: int, space: str | None = None) -> None:
        if self.site.state.scale(name, replicas):
            self._take_up()

    async def delete(self, name: str, space: str | None = None) -> None:
        self.site.state.mark_deleted(name)
        self._take_up()

    async def watch(self) -> AsyncIterator[Observation]:
        queue: asyncio.Queue[Observation] = asyncio.Queue()
        self.site.watchers.add(queue)
        try:
            names = set()
            for row in self.site.state.workloads():
                names.add(row.name)
                for pod in self.site.state.pods(row.name):
                    yield pod_status(pod, row.spec.labels, self.machine.name)
                    line = 0
                    for data in folders.metrics(self.site.pods / pod.id):
                        found = await asyncio.to_thread(points, data)
                        yield pod_status(pod, row.spec.labels, self.machine.name, found, line)
                        line += len(found)
                server = isinstance(row.spec.body, Server)
                for step in () if server else self.site.state.steps(row.name):
                    yield step_status(step, row.spec.labels)
                yield workload_status(
                    row, self.driver.answering(row.name) if server and self.driver else None
                )
            yield Synced(frozenset(names))
            while True:
                yield await queue.get()
        finally:
            self.site.watchers.discard(queue)

    async def logs(
        self, pod: str, since: int = 0, follow: bool = False, anchor: tuple[int, int] | None = None
    ) -> AsyncIterator[LogSegment]:
        if self.site.state.pod(pod) is None:
            raise NotFound(messages.LOCAL_POD_NOT_FOUND(pod=pod))
        while True:
            row = self.site.state.pod(pod)
            over = row is None or row.state.final
            while True:
                data, stamps = folders.read_log(self.site.pods / pod, since, 2**20)
                if not data:
                    break
                yield LogSegment(since, data, stamps)
                since += len(data)
            if over or not follow:
                return
            await asyncio.sleep(0.1)

    async def usage(self, pod: str, since: datetime | None = None) -> list[Usage]:
        return usage.read(self.site.pods / pod, since)

    async def plan(self, workload: Workload) -> Plan:
        if problems := await self.preview(workload):
            return Plan(verdict="never", message="It could not run as it is.", problems=tuple(problems))
        body = workload.body
        told = images.warnings(body, self.machine) if isinstance(body, Graph) else ()
        has = await self.capacity()
        first = [
            node.task
            for node in graph_of(workload).nodes
            if not node.needs and not node.skip and not node.given
        ]
        for task in first:
            lacks = [
                words
                for wanted, free, words in (
                    (task.gpu, has.free_gpu, f"{task.gpu} GPUs"),
                    (task.cpu, has.free_cpu, f"{task.cpu:g} cores"),
                    (task.memory, has.free_memory, f"{task.memory / 2**30:.3g} GiB of memory"),
                )
                if wanted > free
            ]
            if lacks:
                holders = Counter(
                    name.partition("-")[0]
                    for name in {pod.workload for pod in self.site.state.pods() if not pod.state.final}
                )
                held = " and ".join(
                    f"{count} {name}{'s' if count > 1 else ''}"
                    for name, count in sorted(holders.items(), reverse=True)
                )
                return Plan(
                    verdict="waits",
                    message=f"A first step waits for {', '.join(lacks)}"
                    + (f", held by {held}." if held else "."),
                    warnings=told,
                )
        return Plan(
            verdict="now", message="Each step that comes first fits on this machine now.", warnings=told
        )

    async def notes(self, pod: str) -> list[ClusterEvent]:
        return []

    async def shell(self, pod: str, rows: int, columns: int) -> Terminal:
        row = self.site.state.pod(pod)
        if row is None or row.state != PodState.RUNNING:
            raise NotFound(messages.LOCAL_POD_NOT_RUNNING(pod=pod))
        spec = orjson.loads((self.site.pods / pod / "pod.json").read_bytes())
        return await Terminal.start(self.site.pods / pod, spec["env"], spec["uid"], rows, columns)

    async def manifest(self, pod: str) -> None:
        return None

    async def components(self) -> list[Component]:
        return [self._component(*each) for each in PROGRAMS]

    def _component(self, name: str, needed: str, install: str) -> Component:
        place = shutil.which(name)
        state, words = ("ready", place) if place else ("absent", "not on PATH")
        if place and name == BUILDER and not self.site.isolated:
            state, words, install = (
                "not ready",
                "it needs the user ids that only a platform which runs as root has",
                "start the platform as root",
            )
        return Component(
            group="this machine",
            name=name,
            state=state,
            version=None,
            message=words,
            needed=needed,
            install=install,
        )

    async def capacity(self) -> Capacity:
        if self.driver:
            used = [holding.task for holding in self.driver.holding.values()]
        else:
            used = [
                Task(command=(), cpu=pod.data["cpu"], memory=pod.data["memory"], gpu=len(pod.data["gpus"]))
                for pod in self.site.state.pods()
                if not pod.state.final
            ]
        here = self.machine
        return Capacity(
            cpu=here.cpu,
            memory=here.memory,
            gpu=len(here.cards),
            free_cpu=here.cpu - sum(task.cpu for task in used),
            free_memory=here.memory - sum(task.memory for task in used),
            free_gpu=len(here.cards) - sum(task.gpu for task in used),
            gpu_note=here.gpu_note,
            notes=self.site.notes,
            machines=(
                Machine(
                    name=self.machine.name,
                    cpu=here.cpu,
                    memory=here.memory,
                    gpu=len(here.cards),
                    used_cpu=sum(task.cpu for task in used),
                    used_memory=sum(task.memory for task in used),
                    used_gpu=sum(task.gpu for task in used),
                    labels={f"gpu{card.index}": card.name for card in here.cards},
                ),
            ),
        )

    def health(self) -> Health:
        return Health(reachable=True, since=self._began, problem=None, version=None, latency=0.0)

    async def discard(self, project: str, folder: str, space: str | None = None) -> None:
        await self.site.discard_folder(project, folder)

    async def forget(self, project: str) -> None:
        await self.site.discard_folder(project)

    async def connect(self, workload: str, port: int | None = None) -> Stream:
        if port is not None:
            raise NotFound(messages.LOCAL_SERVER_ONE_PORT())
        ready = [
            pod
            for pod in self.site.state.pods(workload)
            if pod.state == PodState.RUNNING and pod.data.get("ready")
        ]
        if not ready:
            raise NotFound(messages.LOCAL_WORKLOAD_NOT_ANSWERING(workload=workload))
        pod = random.choice(ready)
        return await Stream.open(
            pod.data["port"], self.site.pods / pod.id if pod.data.get("network") else None
        )

    async def route(
        self, name: str, labels: Mapping[str, str], way: Route | None, space: str | None = None
    ) -> None:
        """Servers of this machine are reached through the platform."""

    async def close(self) -> None:
        """Stop driving. What runs goes on and is adopted by the next life."""
        if self.driver:
            await self.driver.close()
            self.driver = None
        self.site.close()
        if self._lock:
            self._lock.close()

    @property
    def running(self) -> int:
        """Pods that hold room now."""
        return len(self.driver.holding) if self.driver else 0

    # driving -------------------------------------------------------------------------------------

    async def drive(self) -> None:
        """Become the one process that runs things: wait for the lock, adopt what runs, then go on."""
        self._lock = self._lock or (self.site.local / "drive.lock").open("w")
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(0.5)
        self.site.examine()
        for note in self.site.notes:
            logger.warning(note)
        self.driver = Driver(self.site)
        await self.driver.start()

    def _take_up(self) -> None:
        """What was applied, stopped or deleted, if it is this process that drives; another one sees it within
        a moment."""
        if self.driver:
            self.driver.reconcile()
