"""The local cluster: the port's contract with processes of this machine."""

import asyncio
import contextlib
import fcntl
import os
import random
import shutil
import socket
import sqlite3
import time as stdtime
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from cubestudio.core import ballast, ids, log, tasks, time
from cubestudio.core.cluster.frameworks.table import single
from cubestudio.core.cluster.local import answering, descriptor, environment, harvest, machine, usage
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.local.cards import sample
from cubestudio.core.cluster.local.graph import ENDLESS, Runner
from cubestudio.core.cluster.local.homes import Homes
from cubestudio.core.cluster.local.sight import graph_seen, pod_seen, step_seen
from cubestudio.core.cluster.local.spawn import Spawner, Watched, bury
from cubestudio.core.cluster.local.state import PodRow, State, StepRow, WorkloadRow
from cubestudio.core.cluster.local.supervisor import BOOT, LINUX, ticks
from cubestudio.core.cluster.local.terminal import Terminal
from cubestudio.core.cluster.port import (
    Capacity,
    Component,
    Graph,
    Health,
    Log,
    Machine,
    Node,
    Note,
    Outcome,
    Plan,
    PodState,
    Present,
    Retry,
    Route,
    Server,
    Sighting,
    Task,
    Usage,
    Workload,
)  # fmt: skip
from cubestudio.core.config import Settings
from cubestudio.core.errors import NotFound
from cubestudio.core.store import Store

logger = log.get(__name__)
FOREVER = Retry(ENDLESS, 1, 2, 30)
"""How a replica of a server is started again."""
AGAIN = 10.0
"""Seconds after which a pod of which nothing is heard is started again."""
PATIENCE = 30.0
"""Seconds that the first in the queue waits for room before those behind it may no longer overtake."""


@dataclass
class Live:
    """A workload that has not ended: its row, its graph, when it was admitted, and what replaces it when it has ended."""

    row: WorkloadRow
    runner: Runner
    born: float
    blocked_since: float | None = None
    next: WorkloadRow | None = None
    replicas: int | None = None
    """Of a server that scales: how many are to run."""

    @property
    def server(self) -> Server | None:
        body = self.row.spec.body
        return body if isinstance(body, Server) else None


@dataclass
class Holding:
    """A pod that holds room on this machine."""

    row: PodRow
    task: Task
    gpus: tuple[int, ...]
    watched: Watched | None = None
    following: asyncio.Task | None = None
    metrics_at: int = 0
    metric_lines: int = 0
    measured_at: float = 0
    """When its cards were last looked at, in seconds since 1970."""
    asked: float = 0
    """When a supervisor was last asked for it, in seconds since 1970."""
    stop: bool = False
    asking: asyncio.Task | None = None
    """Whether it answers, for a replica of a server."""


PROGRAMS = (
    ("git", "pipelines and images from repositories", "apt-get install git"),
    ("mpirun", "MPI and Horovod gangs on this machine", "apt-get install openmpi-bin"),
    ("nvidia-smi", "GPUs of this machine", "the driver of the card"),
    ("code-server", "notebooks of the kind VS Code on this machine", "its own installer, or npm install --global code-server"),
    ("buildah", "building images on this machine", "apt-get install buildah"),
)
"""(program, what of ours uses it, how to have it)."""


class LocalCluster:
    """This machine. One process drives it (a file lock says which); others may apply, delete and read."""

    kind = "local"

    def __init__(self, name: str, settings: Settings, store: Store):
        self.name = name
        self._settings = settings
        self._store = store
        self._began = time.now()
        self._home = settings.home / "local"
        self._home.mkdir(parents=True, exist_ok=True)
        settings.home.chmod(0o711)
        self._home.chmod(0o711)
        self._pods = self._home / "pods"
        self._pods.mkdir(exist_ok=True)
        self._pods.chmod(0o711)
        self._state = State(self._home / "state.db")
        (self._home / "state.db").chmod(0o600)
        self.machine = machine.look(settings, self._pods)
        builder = machine.FIRST_UID - 1 if self.machine.isolated else None
        self._environments = environment.Environments(self._home / "environments", self.machine.python, builder)
        self._homes = Homes(self._home / "folders")
        self._spawner = Spawner(self._home / "supervisor.log")
        self._live: dict[str, Live] = {}
        self._holding: dict[str, Holding] = {}
        self._unstored: list[Any] = []
        """Rows that a full disk did not take yet."""
        self._watchers: set[asyncio.Queue[Sighting]] = set()
        self._tasks: set[asyncio.Task] = set()
        self._lock: Any = None
        self._wake = asyncio.Event()
        self._driving = False

    # the port ------------------------------------------------------------------------------------

    async def preview(self, workload: Workload) -> list[str]:
        why = []
        for node in _graph(workload).nodes:
            task = node.task
            for asked, has, unit in (
                (task.cpu, self.machine.cpu, "CPU cores"),
                (task.memory / 2**30, self.machine.memory / 2**30, "GiB of memory"),
                (task.gpu, len(self.machine.cards), "GPUs"),
            ):
                if asked > has:
                    note = f" ({self.machine.gpu_note})" if unit == "GPUs" and self.machine.gpu_note else ""
                    why.append(f"step {node.name} asks for {asked:g} {unit}, this machine has {has:.4g}{note}")
            if self.machine.cards and task.gpu > (fitting := sum(card.of(task.gpu_type) for card in self.machine.cards)):
                names = ", ".join(sorted({card.name for card in self.machine.cards}))
                why.append(f"step {node.name} asks for {task.gpu} cards of the kind {task.gpu_type}, this machine has {fitting}: {names}")
            for volume in task.volumes:
                if volume.kind not in ("pvc", "memory"):
                    why.append(
                        f"step {node.name} wants {volume.source} ({volume.kind}) at {volume.path}; on this machine volumes are folders (pvc) and memory"
                    )
        return why

    async def apply(self, workload: Workload) -> None:
        if self._state.apply(workload):
            self._reconcile()

    async def scale(self, name: str, replicas: int, space: str | None = None) -> None:
        if self._state.scale(name, replicas):
            self._reconcile()

    async def delete(self, name: str, space: str | None = None) -> None:
        self._state.mark_deleted(name)
        self._reconcile()

    async def watch(self) -> AsyncIterator[Sighting]:
        queue: asyncio.Queue[Sighting] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            names = set()
            for row in self._state.workloads():
                names.add(row.name)
                for pod in self._state.pods(row.name):
                    metrics, _ = folders.read_metrics(self._pods / pod.id)
                    yield pod_seen(pod, row.spec.labels, self.machine.name, metrics, 0)
                server = isinstance(row.spec.body, Server)
                for step in () if server else self._state.steps(row.name):
                    yield step_seen(step, row.spec.labels)
                yield graph_seen(row, self._answering(row.name) if server else None)
            yield Present(frozenset(names))
            while True:
                yield await queue.get()
        finally:
            self._watchers.discard(queue)

    async def logs(self, pod: str, since: int = 0, follow: bool = False, anchor: tuple[int, int] | None = None) -> AsyncIterator[Log]:
        if self._state.pod(pod) is None:
            raise NotFound(f"no pod {pod} on this machine")
        while True:
            row = self._state.pod(pod)
            over = row is None or row.state.final
            while True:
                data, stamps = folders.read_log(self._pods / pod, since, 2**20)
                if not data:
                    break
                yield Log(since, data, stamps)
                since += len(data)
            if over or not follow:
                return
            await asyncio.sleep(0.1)

    async def usage(self, pod: str, since: datetime | None = None) -> list[Usage]:
        return usage.read(self._pods / pod, since)

    async def plan(self, workload: Workload) -> Plan:
        if problems := await self.preview(workload):
            return Plan("never", "It could not run as it is.", tuple(problems))
        has = await self.capacity()
        first = [node.task for node in _graph(workload).nodes if not node.needs and not node.skip and not node.given]
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
                holders = Counter(name.partition("-")[0] for name in {pod.workload for pod in self._state.pods() if not pod.state.final})
                held = " and ".join(f"{count} {name}{'s' if count > 1 else ''}" for name, count in sorted(holders.items(), reverse=True))
                return Plan("waits", f"A first step waits for {', '.join(lacks)}" + (f", held by {held}." if held else "."))
        return Plan("now", "Each step that comes first fits on this machine now.")

    async def notes(self, pod: str) -> list[Note]:
        return []

    async def shell(self, pod: str, rows: int, columns: int) -> Terminal:
        place = self._pods / pod
        row = self._state.pod(pod)
        if row is None or row.state != PodState.RUNNING:
            raise NotFound(f"pod {pod} does not run on this machine")
        spec = orjson.loads((place / "pod.json").read_bytes())
        return await Terminal.start(spec["env"], place / "work", spec["uid"], rows, columns)

    async def manifest(self, pod: str) -> None:
        return None

    async def components(self) -> list[Component]:
        return [
            Component(
                "this machine", name, "ready" if (place := shutil.which(name)) else "absent", None, place or "not on PATH", needed, install
            )
            for name, needed, install in PROGRAMS
        ]

    async def capacity(self) -> Capacity:
        used = [holding.task for holding in self._holding.values()]
        if not self._driving:
            used = [
                Task((), cpu=pod.data["cpu"], memory=pod.data["memory"], gpu=len(pod.data["gpus"]))
                for pod in self._state.pods()
                if not pod.state.final
            ]
        here = self.machine
        return Capacity(
            here.cpu, here.memory, len(here.cards),
            here.cpu - sum(task.cpu for task in used), here.memory - sum(task.memory for task in used),
            len(here.cards) - sum(task.gpu for task in used), here.gpu_note, here.notes,
            (
                Machine(
                    self.machine.name, here.cpu, here.memory, len(here.cards), sum(task.cpu for task in used),
                    sum(task.memory for task in used), sum(task.gpu for task in used),
                    labels={f"gpu{card.index}": card.name for card in here.cards},
                ),
            ),
        )  # fmt: skip

    def health(self) -> Health:
        return Health(True, self._began, None, None, 0.0)

    async def close(self) -> None:
        """Stop driving. What runs goes on and is adopted by the next life."""
        self._driving = False
        await tasks.end([*self._tasks, *(holding.following for holding in self._holding.values() if holding.following)])
        for holding in self._holding.values():
            if holding.watched:
                holding.watched.close()
        self._spawner.close()
        self._state.close()
        if self._lock:
            self._lock.close()

    @property
    def running(self) -> int:
        """Pods that hold room now."""
        return len(self._holding)

    # driving -------------------------------------------------------------------------------------

    async def drive(self) -> None:
        """Become the one process that runs things: wait for the lock, adopt what runs, then go on."""
        self._lock = (self._home / "drive.lock").open("w")
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(0.5)
        self._driving = True
        self._spawner.warm()
        self._spawn(self._spawner.replies(self._replied), "spawner replies")
        self._adopt()
        self._reconcile()
        self._spawn(self._beat(), "local cluster")
        if self.machine.cards:
            self._spawn(self._watch_cards(), "cards")

    def _spawn(self, work: Any, name: str) -> asyncio.Task:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _beat(self) -> None:
        """Retries whose pause is over, news of other processes, live metrics."""
        version = self._state.version
        last_metrics = 0.0
        while True:
            now = stdtime.time()
            nearest = now + 0.25
            for live in list(self._live.values()):
                nearest = min(nearest, live.runner.due(now) or nearest)
            self._settle()
            if (seen := self._state.version) != version:
                version = seen
                self._reconcile()
            if now - last_metrics >= 1:
                last_metrics = now
                for holding in list(self._holding.values()):
                    self._ask_again(holding)
                    self._tell_metrics(holding)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(nearest - stdtime.time(), 0.005)):
                    await self._wake.wait()
            self._wake.clear()

    def _tell_metrics(self, holding: Holding) -> None:
        points, end = folders.read_metrics(self._pods / holding.row.id, holding.metrics_at)
        if points:
            live = self._live[holding.row.workload]
            self._tell(pod_seen(holding.row, live.row.spec.labels, self.machine.name, points, holding.metric_lines))
            holding.metrics_at = end
            holding.metric_lines += len(points)

    async def _watch_cards(self) -> None:
        """Note down what the cards of each pod do; its supervisor cannot, for it knows only what comes with Python. By itself, so that
        a driver that hangs or a full disk costs samples, not the work."""
        while True:
            try:
                await self._measure()
            except OSError as error:
                logger.warning("what cards do could not be noted down", error=repr(error))
            await asyncio.sleep(1)

    async def _measure(self) -> None:
        holdings = [holding for holding in self._holding.values() if holding.gpus and holding.row.state == PodState.RUNNING]
        if not holdings:
            return
        seen = await asyncio.to_thread(sample, {index for holding in holdings for index in holding.gpus})
        for holding in holdings:
            found = [seen[index] for index in holding.gpus if index in seen]
            place = self._pods / holding.row.id
            if found and place.exists():  # else it was removed meanwhile
                now, since = stdtime.time(), holding.row.data.get("started") or holding.row.data["created"]
                busy, used = sum(each[0] for each in found), sum(each[1] for each in found)
                holding.measured_at = usage.note(place, now, since, holding.measured_at, busy, used)

    def _tell(self, *seen: Sighting) -> None:
        for queue in self._watchers:
            for sighting in seen:
                queue.put_nowait(sighting)

    def _adopt(self) -> None:
        """Take up every unfinished workload, its pods that run, and the ends of those that ended meanwhile."""
        known = set()
        for row in self._state.workloads():
            pods = self._state.pods(row.name)
            known |= {pod.id for pod in pods}
            if row.state.final:
                continue
            steps = self._state.steps(row.name)
            live = self._live[row.name] = Live(
                replace(row, stop=False), Runner(row.name, _graph(row.spec), steps, stdtime.time), stdtime.time()
            )
            for pod in pods:
                if not pod.state.final:
                    self._hold(live, pod)
            self._resize(live, row.replicas)
        for path in self._pods.iterdir():
            if path.name not in known:
                watched = Watched(path)
                if watched.find():
                    logger.warning("a pod of a forgotten life was still running and is stopped", pod=path.name, pid=watched.pid)
                    watched.terminate()
                    watched.close()
                else:
                    folders.remove(path)

    def _reconcile(self) -> None:
        """Take up what was applied, stopped or deleted."""
        if not self._driving:
            return
        for name, stop, deleted, final, generation, replicas in self._state.wanted():
            live = self._live.get(name)
            if live is not None and live.server and not stop and not live.row.stop and generation > (live.next or live.row).spec.generation:
                live.next = self._state.workload(name)
                self._end(live)
            if live is None and not final:
                row = self._state.workload(name)
                runner = Runner(name, _graph(row.spec), self._state.steps(name), stdtime.time)
                state = PodState.PENDING if isinstance(row.spec.body, Server) else PodState.RUNNING
                live = self._live[name] = Live(replace(row, stop=False, state=state, started=stdtime.time()), runner, stdtime.time())
                if not runner.rows:
                    runner.begin()
                self._resize(live, row.replicas)
                self._state.put([live.row])
                self._tell(graph_seen(live.row, 0 if live.server else None))
            if live is not None and stop and not live.row.stop:
                live.row = replace(live.row, stop=True)
                live.next = None
                self._end(live)
            elif live is not None and live.next is None and replicas is not None and replicas != live.replicas:
                self._resize(live, replicas)
            if deleted and live is None:
                for pod in self._state.pods(name):
                    folders.remove(self._pods / pod.id)
                self._state.purge(name)
        self._settle()

    def _end(self, live: Live) -> None:
        """Ask everything of a workload to stop."""
        for pod in live.runner.stop():
            if holding := self._holding.get(pod):
                holding.stop = True
                if holding.watched:
                    holding.watched.terminate()

    def _resize(self, live: Live, replicas: int | None) -> None:
        """Have a server that scales run so many replicas, or as many as it begins with."""
        if live.server is None or live.server.scale is None or live.server.scale.most == 1:
            return
        live.replicas = live.server.replicas if replicas is None else replicas
        left = [self._holding[pod] for pod in live.runner.scale("main", live.replicas) if pod in self._holding]
        for holding in left:
            holding.stop = True
            holding.row = holding.row.into(holding.row.state, ready=False)
        if left:  # nobody is led to them any more before they are asked to end
            stored = self._publish([live.row, *(holding.row for holding in left)])
            for holding in left:
                holding.row = stored[holding.row.id]
                if holding.watched:
                    holding.watched.terminate()

    def _renew(self, live: Live) -> None:
        """Of a server that was changed, what was is over: begin what is to be."""
        assert live.next
        self._state.restart(live.row.name)
        live.row = replace(live.next, stop=False, state=PodState.PENDING, started=stdtime.time())
        live.runner, live.next = Runner(live.row.name, _graph(live.row.spec), [], stdtime.time), None
        live.runner.begin()
        self._resize(live, None)

    def _settle(self) -> None:
        """Give places to what is ready, store what changed, tell it, and close what is over."""
        if self._unstored:
            self._publish([])
            if self._unstored:
                return
        placed = self._admit()
        rows: list[Any] = []
        for live in self._live.values():
            rows += live.runner.take()
        rows += [holding.row for holding in placed]
        over = [
            live
            for live in self._live.values()
            if live.runner.over and not any(h.row.workload == live.row.name for h in self._holding.values())
        ]
        for live in [live for live in over if live.next]:
            self._renew(live)
            over.remove(live)
            rows += [live.row, *live.runner.take()]
            self._wake.set()
        for live in over:
            state, reason, message = live.runner.verdict()
            if live.row.stop:
                state, reason, message = PodState.CANCELLED, "Cancelled", "it was asked to stop"
            live.row = replace(live.row, state=state, reason=reason, message=message, finished=stdtime.time())
            rows.append(live.row)
        pods = self._publish(rows) if rows else {}
        for holding in placed:
            holding.row = pods[holding.row.id]
            self._launch(holding)
        for live in over:
            del self._live[live.row.name]
        if over:
            self._reconcile()

    def _publish(self, rows: list[Any]) -> dict[str, PodRow]:
        """Store rows and tell them; the pods among them as they are now. What a full disk does not take is kept, and
        stored before anything else."""
        rows = [*self._unstored, *rows]
        rows += self._words(rows)
        self._unstored = []
        try:
            stored = self._state.put(rows)
        except sqlite3.OperationalError:
            ballast.give_back(self._settings.home)
            try:
                stored = self._state.put(rows)
            except sqlite3.OperationalError as error:
                logger.warning("what happened cannot be written down yet", rows=len(rows), error=str(error))
                self._unstored = rows
                return {row.id: row for row in rows if isinstance(row, PodRow)}
        for row in stored:
            if isinstance(row, StepRow):
                live = self._live[row.workload]
                live.runner.stored([row])
                if not live.server:
                    self._tell(step_seen(row, live.row.spec.labels))
            elif isinstance(row, PodRow):
                live = self._live[row.workload]
                self._tell(pod_seen(row, live.row.spec.labels, self.machine.name))
            else:
                server = isinstance(row.spec.body, Server)
                self._tell(graph_seen(row, self._answering(row.name) if server else None))
        return {row.id: row for row in stored if isinstance(row, PodRow)}

    def _words(self, rows: list[Any]) -> list[WorkloadRow]:
        """Servers whose replica waits for another reason than before, by rows that are being stored: they say so as a whole."""
        told = {row.name for row in rows if isinstance(row, WorkloadRow)}
        changed: dict[str, WorkloadRow] = {}
        for row in rows:
            live = self._live.get(row.workload) if isinstance(row, StepRow) and not row.state.final else None
            if live is None or not live.server or live.row.name in told or self._answering(live.row.name):
                continue
            if (row.reason, row.message) != (live.row.reason, live.row.message):
                live.row = replace(live.row, reason=row.reason, message=row.message)
                changed[live.row.name] = live.row
        return list(changed.values())

    def _admit(self) -> list[Holding]:
        """Choose what runs next: higher priority first, then older; each graph's queue in order."""
        cpu = self.machine.cpu - sum(holding.task.cpu for holding in self._holding.values())
        memory = self.machine.memory - sum(holding.task.memory for holding in self._holding.values())
        held = {index for holding in self._holding.values() for index in holding.gpus}
        cards = [card for card in self.machine.cards if card.index not in held]
        placed: list[Holding] = []
        for live in sorted(self._live.values(), key=lambda live: (-live.row.spec.priority, live.born)):
            runner = live.runner
            limit = _graph(live.row.spec).parallelism or 1_000_000
            while runner.ready and not live.row.stop:
                key = runner.ready[0]
                task = runner.nodes[key[0]].task
                if runner.running >= limit:
                    runner.waits(key, "Parallelism", f"{limit} steps of this run are running, which is its limit")
                    break
                fitting = [card for card in cards if card.of(task.gpu_type)]
                lacks = [
                    f"{asked:g} {unit} are needed and {max(free, 0):.4g} of {total:.4g} are free"
                    for asked, free, total, unit in (
                        (task.cpu, cpu, self.machine.cpu, "CPU cores"),
                        (task.memory / 2**20, memory / 2**20, self.machine.memory / 2**20, "MiB of memory"),
                        (task.gpu, len(fitting), sum(card.of(task.gpu_type) for card in self.machine.cards), "GPUs"),
                    )
                    if asked > free + 1e-9
                ]
                if lacks:
                    runner.waits(key, "Unschedulable", "; ".join(lacks))
                    live.blocked_since = live.blocked_since or stdtime.time()
                    break
                live.blocked_since = None
                runner.ready.pop(0)
                taken = fitting[: task.gpu]
                cards = [card for card in cards if card not in taken]
                cpu -= task.cpu
                memory -= task.memory
                placed.append(self._place(live, key, task, tuple(card.index for card in taken)))
            if live.blocked_since and stdtime.time() - live.blocked_since > PATIENCE:
                break
        return placed

    # one pod -------------------------------------------------------------------------------------

    def _place(self, live: Live, key: tuple[str, int | None], task: Task, gpus: tuple[int, ...]) -> Holding:
        pod = ids.new()
        step = live.runner.placed(key, pod)
        now = stdtime.time()
        data = {"cpu": task.cpu, "memory": task.memory, "gpus": list(gpus), "created": now}
        holding = Holding(PodRow(pod, live.row.name, key[0], key[1], step.attempt, PodState.PENDING, data), task, gpus)
        self._holding[pod] = holding
        return holding

    def _hold(self, live: Live, row: PodRow) -> None:
        task = live.runner.nodes[row.node].task
        holding = self._holding[row.id] = Holding(row, task, tuple(row.data["gpus"]), stop=live.row.stop)
        if not (self._pods / row.id / "claim").exists():
            self._launch(holding)
        else:
            holding.following = self._spawn(self._follow(holding, None), f"pod {row.id}")

    def _launch(self, holding: Holding) -> None:
        """Lay out the folder and start: at once when nothing must be fetched or built, else in a task."""
        task = holding.task
        if task.inputs or task.placed or not task.image.host:
            holding.following = self._spawn(self._prepare(holding), f"prepare {holding.row.id}")
            return
        try:
            self._start(holding, None)
        except (folders.Refused, OSError) as error:
            self._ended(holding, PodState.FAILED, "CannotStart", str(error))

    async def _prepare(self, holding: Holding) -> None:
        place = self._pods / holding.row.id
        prefix = None
        try:
            folders.lay(place, None)
            if not holding.task.image.host and (prefix := self._environments.found(holding.task.image)) is None:
                runner = self._live[holding.row.workload].runner
                runner.waits((holding.row.node, holding.row.item), "Environment", "its Python environment is being built")
                self._settle()
                prefix = await self._environments.ready(holding.task.image, lambda data: folders.append_log(place, data, time.micros()))
            await self._fetch(holding)
            if holding.stop:
                self._ended(holding, PodState.CANCELLED, "Cancelled", "it was asked to stop")
                return
            self._start(holding, prefix)
        except environment.Failed as error:
            log_ = self._environments.log(holding.task.image)
            if not (place / "log").exists() and log_.exists():
                folders.append_log(place, log_.read_bytes(), time.micros())
            self._ended(holding, PodState.FAILED, "EnvironmentFailed", f"its Python environment cannot be built: {error}")
        except (folders.Refused, OSError) as error:
            self._ended(holding, PodState.FAILED, "CannotStart", str(error))

    async def _fetch(self, holding: Holding) -> None:
        """Put the artifacts of the steps before it, and the files that it names, into its input folder."""
        runner = self._live[holding.row.workload].runner
        root = self._pods / holding.row.id / "in"
        values: dict[str, Any] = {}
        for source in holding.task.inputs:
            row = runner.rows[source.node, None]
            values[source.node] = dict(row.outcome.values) if row.outcome else {}
            rows = (
                [(root / source.node, row)]
                if row.items is None
                else [(root / source.node / str(item.item), item) for item in runner.items(source.node)]
            )
            for target, step in rows:
                target.mkdir(parents=True, exist_ok=True)
                for artifact in step.outcome.artifacts if step.outcome else ():
                    path = target / artifact.path
                    path.parent.mkdir(parents=True, exist_ok=True)
                    if not path.exists():
                        await self._store.get_file(artifact.key, path)
        for artifact in holding.task.placed:
            path = root / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                await self._store.get_file(artifact.key, path)
        (root / "values.json").write_bytes(orjson.dumps(values))
        for parent, _, _ in os.walk(root):
            os.chmod(parent, 0o755)

    def _start(self, holding: Holding, prefix: Path | None) -> None:
        """Write what to run and have it run. The claim file makes sure that it is run once."""
        live = self._live[holding.row.workload]
        task, row = holding.task, holding.row
        place = self._pods / row.id
        project = live.row.spec.labels.get("cubestudio/project", "")
        uid = self._state.uid(project, machine.FIRST_UID) if self.machine.isolated else None
        folders.lay(place, uid)
        value = live.runner.rows[row.node, row.item].value
        join = partial(live.runner.join, item=value)
        for name, text in task.files.items():
            folders.place(place, name, join(text), uid)
        home = place / "work"
        server = live.server
        more: dict[str, str] = {}
        if server:
            row = holding.row = row.into(row.state, port=_free(), ready=False)
            more |= {"CUBE_HOST": "127.0.0.1", "CUBE_PORT": str(row.data["port"]), "CUBE_FILES": str(home)}
            if server.folder:
                home = self._homes.made(project, server.folder, uid)
        for volume in task.volumes:
            if volume.kind == "pvc":
                where = self._homes.made(project, f"volume-{volume.source}", uid)
                where = where / volume.sub if volume.sub else where
            else:
                where = place / "tmp" / f"volume-{volume.path.rstrip('/').rpartition('/')[2]}"
            where.mkdir(exist_ok=True)
            if uid is not None:
                os.chown(where, uid, uid)
            more[volume.variable] = str(where)
        if task.cache:
            more["CUBE_CACHE"] = str(self._homes.made(project, task.cache, uid))
        enclosed = task.builder and uid is not None
        if enclosed:
            more["_CONTAINERS_USERNS_CONFIGURED"] = "done"  # how buildah is told that it need not make one
        told = {
            "command": [join(text) for text in task.command],
            "env": descriptor.env(holding.row, task, place, home, join, value, holding.gpus, prefix, more),
            "cwd": str(home),
            "uid": uid,
            "ids": machine.ids(uid) if enclosed and uid is not None else None,
            "timeout": task.timeout,
            "memory": task.memory,
            "grace": self._settings.grace,
            "log_cap": self._settings.log_cap,
            "floor": ballast.floor(self._home),
        }
        written = place / "pod.json"
        written.touch(mode=0o600)
        written.write_bytes(orjson.dumps(told))
        holding.asked = stdtime.time()
        self._spawner.start(place)

    def _ask_again(self, holding: Holding) -> None:
        """Have a supervisor for a pod whose wish for one was lost, with the warm process that heard it."""
        place = self._pods / holding.row.id
        if holding.asked and holding.watched is None and stdtime.time() - holding.asked > AGAIN and not (place / "claim").exists():
            logger.warning("nothing came of starting a pod; it is started again", pod=holding.row.id)
            holding.asked = stdtime.time()
            self._spawner.start(place)

    def _replied(self, pod: str, pid: int) -> None:
        """The supervisor of a pod is there: follow it."""
        holding = self._holding.get(pod)
        if holding is None or holding.watched is not None:
            return
        holding.following = self._spawn(self._follow(holding, pid), f"pod {pod}")

    async def _follow(self, holding: Holding, pid: int | None) -> None:
        """From the start of a supervisor, which is process `pid` or (None) is adopted, to its end."""
        place, adopted = self._pods / holding.row.id, pid is None
        for _ in range(200 if adopted else 10_000):
            if (place / "pid").exists() or (pid and LINUX and not ticks(pid)):
                break
            await asyncio.sleep(0.01 if adopted else 0.002)
        watched = Watched(place)
        if watched.find():
            holding.watched = watched
            if holding.row.state == PodState.PENDING:
                runner = self._live[holding.row.workload].runner
                runner.started((holding.row.node, holding.row.item))
                holding.row = holding.row.into(PodState.RUNNING, started=stdtime.time())
                holding.row = self._publish([holding.row, *runner.take()])[holding.row.id]
            elif adopted:
                logger.info("a running pod was adopted", pod=holding.row.id, step=holding.row.node, pid=watched.pid)
            if holding.stop:
                watched.terminate()
            if server := self._live[holding.row.workload].server:
                holding.asking = self._spawn(self._ask(holding, server), f"answers {holding.row.id}")
            await watched.ended()
            watched.close()
            if holding.asking:
                await tasks.end([holding.asking])
        await self._finish(holding)

    async def _ask(self, holding: Holding, server: Server) -> None:
        """Ask a replica whether it answers, often until it does, then now and then; three silences are one too many."""
        silent = 0
        while True:
            answers = not holding.stop and await answering.answers(holding.row.data["port"], server.ready)
            silent = 0 if answers else silent + 1
            if answers != holding.row.data.get("ready") and (answers or silent >= 3):
                holding.row = holding.row.into(holding.row.state, ready=answers)
                live = self._live[holding.row.workload]
                count = self._answering(live.row.name)
                live.row = replace(live.row, state=PodState.RUNNING if count else PodState.PENDING)
                if count:
                    live.row = replace(live.row, reason=None, message=None)
                holding.row = self._publish([holding.row, live.row])[holding.row.id]
            await asyncio.sleep(5 if holding.row.data.get("ready") and not silent else 0.2)

    def _answering(self, workload: str) -> int:
        """How many replicas of a server answer."""
        if (live := self._live.get(workload)) and live.next:
            return 0  # what answers still is not what was asked for
        return sum(holding.row.data.get("ready", False) for holding in self._holding.values() if holding.row.workload == workload)

    async def discard(self, project: str, folder: str, space: str | None = None) -> None:
        await asyncio.to_thread(folders.remove, self._homes.of(project, folder))

    async def forget(self, project: str) -> None:
        await asyncio.to_thread(folders.remove, self._homes.of(project))

    async def connect(self, workload: str, port: int | None = None) -> answering.Stream:
        if port is not None:
            raise NotFound("servers of this machine have one port")
        ready = [pod for pod in self._state.pods(workload) if pod.state == PodState.RUNNING and pod.data.get("ready")]
        if not ready:
            raise NotFound(f"nothing of {workload} answers on this machine")
        return await answering.Stream.open(random.choice(ready).data["port"])

    async def route(self, name: str, labels: Mapping[str, str], way: Route | None, space: str | None = None) -> None:
        """Servers of this machine are reached through the platform."""

    async def _finish(self, holding: Holding) -> None:
        """It has ended: read how, take what it left, free its room."""
        place = self._pods / holding.row.id
        end = folders.read_end(place)
        if end is None:
            buried = bury(holding.row.id)
            words = "its supervisor ended without a word" if _same_boot(place) else "the machine was restarted while it ran"
            logger.warning("a pod was lost", pod=holding.row.id, processes_killed=buried)
            self._ended(holding, PodState.FAILED, "Lost", words)
            return
        holding.row = holding.row.into(
            holding.row.state, started=end["started"], finished=end["finished"], exit_code=end["code"], signal=end["signal"],
            cpu_seconds=end["cpu_seconds"], peak_cpu=end["peak_cpu"], peak_memory=end["peak_memory"],
        )  # fmt: skip
        reason, message = end["reason"], end["message"]
        left = (self._store, self._live[holding.row.workload].row.spec.labels.get("cubestudio/project", "none"), place)
        if reason == "Cancelled" and holding.stop:
            self._ended(holding, PodState.CANCELLED, reason, message, await harvest.salvage(*left))
        elif reason is not None:
            self._ended(holding, PodState.FAILED, reason, message, await harvest.salvage(*left))
        elif end["code"] == 0 and self._live[holding.row.workload].server:
            self._ended(holding, PodState.FAILED, "Ended", "it ended, although it is to stay")
        elif end["code"] != 0:
            words = f"it ended with exit code {end['code']}" if end["code"] is not None else f"it was killed by signal {end['signal']}"
            if message:
                words += f"; {message}"
            self._ended(holding, PodState.FAILED, "Error", words, await harvest.salvage(*left))
        else:
            try:
                outcome = await harvest.collect(*left, holding.task.outputs)
            except folders.Refused as error:
                self._ended(holding, PodState.FAILED, "OutputRefused", str(error))
            else:
                self._ended(holding, PodState.SUCCEEDED, None, message, outcome)

    def _ended(self, holding: Holding, state: PodState, reason: str | None, message: str | None, outcome: Outcome | None = None) -> None:
        row = holding.row
        place = self._pods / row.id
        live = self._live[row.workload]
        size = (place / "log").stat().st_size if (place / "log").exists() else 0
        row = row.into(state, reason=reason, message=message, log=size, ready=False, finished=row.data.get("finished") or stdtime.time())
        self._tell_metrics(holding)
        del self._holding[row.id]
        left = (row.node, row.item) in live.runner.leaving
        live.runner.ended((row.node, row.item), state, reason, message, outcome)
        rows: list[Any] = [row, *live.runner.take()]
        if live.server and left:
            live.row = replace(live.row, state=PodState.RUNNING if self._answering(row.workload) else PodState.PENDING)
            rows.append(live.row)
        elif live.server:
            answer = self._answering(row.workload)
            words = live.runner.rows[row.node, row.item].message or message
            live.row = replace(live.row, state=PodState.RUNNING if answer else PodState.PENDING, reason=reason, message=words)
            rows.append(live.row)
        self._publish(rows)
        folders.tidy(place)
        self._settle()


def _graph(workload: Workload) -> Graph:
    """What runs here: a task alone is a graph of one, a gang the processes of one pod, a server a task that is tried for ever."""
    body = workload.body
    if isinstance(body, Server):
        most = body.scale.most if body.scale else body.replicas
        each = tuple(range(most)) if most > 1 else None
        return Graph((Node("main", body.task, each=each, retry=FOREVER),))
    graph = body if isinstance(body, Graph) else Graph((Node("main", body),))
    return replace(graph, nodes=tuple(replace(node, task=single(node.task)) for node in graph.nodes))


def _free() -> int:
    """A port of this machine that is free now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def _same_boot(place: Path) -> bool:
    try:
        return (place / "pid").read_text().endswith(BOOT)
    except FileNotFoundError:
        return True
