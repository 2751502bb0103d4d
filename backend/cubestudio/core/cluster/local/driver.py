"""Decides what runs on this machine, and writes down and reports what becomes of it.

Everything happens on one event loop and nothing in here awaits the work of a pod: what must be waited for is
a task of that pod (see `pods`), which comes back with a result. A failure of one workload or of one pod is
that one's failure: it is written down with a message, and the others go on.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from cubestudio.core import disk_reserve, ids, log, loops, tasks
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.local import usage
from cubestudio.core.cluster.local.cards import sample
from cubestudio.core.cluster.local.graph import Runner
from cubestudio.core.cluster.local.live import Holding, Live, graph_of
from cubestudio.core.cluster.local.pods import Pods
from cubestudio.core.cluster.local.site import Site
from cubestudio.core.cluster.local.spawn import Watched, bury
from cubestudio.core.cluster.local.state import PodRow, StepRow, WorkloadRow
from cubestudio.core.cluster.local.status import pod_status, step_status, workload_status
from cubestudio.core.cluster.metrics import Point, points
from cubestudio.core.cluster.port import Observation, PodState, Server, Task

logger = log.get(__name__)
PATIENCE = 30.0
"""Seconds that the first in the queue waits for room before those behind it may no longer overtake."""
LOOP = "local cluster"
EVERY = 1.0
"""Seconds between two looks at what running pods report."""


class Driver:
    """The one process of an installation that runs things on this machine."""

    def __init__(self, site: Site):
        self.site = site
        self.live: dict[str, Live] = {}
        self.holding: dict[str, Holding] = {}
        self._unstored: list[Any] = []
        """Rows that a full disk did not take yet."""
        self._tasks: set[asyncio.Task] = set()
        self._wake = asyncio.Event()
        self._pods = Pods(self)

    async def start(self) -> None:
        """Adopt what runs, then go on."""
        networks = self.site.networks
        replies = partial(
            self.site.forkserver.replies, self._pods.replied, networks.reported, networks.request_again
        )
        self.spawn(loops.run("forkserver replies", replies), "forkserver replies")
        await self._adopt()
        self.reconcile()
        self.spawn(loops.run(LOOP, self._run, patience=60), LOOP)
        if self.site.machine.cards:
            self.spawn(loops.run("graphics cards", self._watch_cards, patience=60), "graphics cards")

    async def close(self) -> None:
        """Stop driving. What runs goes on and is adopted by the next life."""
        await tasks.end(
            [*self._tasks, *(holding.following for holding in self.holding.values() if holding.following)]
        )
        for holding in self.holding.values():
            if holding.watched:
                holding.watched.close()
        self.site.networks.close(self.networks())

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task:
        """Let something go on beside; what it raises is logged."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("something failed beside the local cluster", task=task.get_name(), exc_info=error)

    def tell(self, *seen: Observation) -> None:
        for queue in self.site.watchers:
            for observation in seen:
                queue.put_nowait(observation)

    # the loop ------------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Retries whose pause is over, news of other processes, what pods report."""
        version = self.site.state.version
        reported = 0.0
        while True:
            nearest = time.time() + 0.25
            try:
                nearest = self._due(nearest)
                self.settle()
                if (seen := self.site.state.version) != version:
                    version = seen
                    self.reconcile()
                if time.time() - reported >= EVERY:
                    reported = time.time()
                    self._look()
                loops.beat(LOOP)
            except Exception as error:  # one turn failed; the next is not to be missed
                loops.failed(LOOP, error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(nearest - time.time(), 0.005)):
                    await self._wake.wait()
            self._wake.clear()

    def _due(self, nearest: float) -> float:
        now = time.time()
        for live in list(self.live.values()):
            nearest = min(nearest, live.runner.due(now) or nearest)
        return nearest

    def _look(self) -> None:
        """At each pod that runs; what goes wrong with one is that one's failure."""
        for holding in list(self.holding.values()):
            try:
                self._pods.request_again(holding)
                self._pods.progress(holding)
                self.report(holding)
            except Exception:
                logger.exception("a pod could not be looked at", pod=holding.row.id)
        self.site.agents.rest()
        self.site.networks.rest(self.networks(), time.time())

    def networks(self) -> set[str]:
        """Those that pods are in."""
        return {network for holding in self.holding.values() if (network := holding.row.data.get("network"))}

    def report(self, holding: Holding) -> None:
        """Tell the metrics that a pod wrote since the last time; what is left at its end, `Pods` tells."""
        if holding.watched is None:
            return
        data = folders.read_metrics(self.site.pods / holding.row.id, holding.metrics_at)
        if data:
            holding.metrics_at += len(data)
            self.report_metrics(holding, points(data))

    def report_metrics(self, holding: Holding, found: list[Point]) -> None:
        live = self.live[holding.row.workload]
        if found:
            self.tell(
                pod_status(
                    holding.row, live.row.spec.labels, self.site.machine.name, found, holding.metric_lines
                )
            )
            holding.metric_lines += len(found)

    async def _watch_cards(self) -> None:
        """Note down what the cards of each pod do; its supervisor cannot, for it knows only what comes with
        Python. By itself, so that a driver that hangs or a full disk costs samples, not the work."""
        while True:
            try:
                await self._measure()
                loops.beat("graphics cards")
            except Exception as error:
                loops.failed("graphics cards", error)
            await asyncio.sleep(1)

    async def _measure(self) -> None:
        holdings = [
            holding
            for holding in self.holding.values()
            if holding.gpus and holding.row.state == PodState.RUNNING
        ]
        if not holdings:
            return
        seen = await asyncio.to_thread(sample, {index for holding in holdings for index in holding.gpus})
        for holding in holdings:
            found = [seen[index] for index in holding.gpus if index in seen]
            place = self.site.pods / holding.row.id
            if found and place.exists():  # else it was removed meanwhile
                now, since = time.time(), holding.row.data.get("started") or holding.row.data["created"]
                busy, used = sum(each[0] for each in found), sum(each[1] for each in found)
                holding.measured_at = usage.note(
                    place, now, since, last=holding.measured_at, busy=busy, used=used
                )

    # what there is -------------------------------------------------------------------------------

    async def _adopt(self) -> None:
        """Take up every unfinished workload that has begun, its pods that run, and the ends of those that
        ended meanwhile. What was given while nobody drove has no steps yet and begins with the first
        `reconcile`."""
        known = set()
        for row in self.site.state.workloads():
            pods = self.site.state.pods(row.name)
            known |= {pod.id for pod in pods}
            steps = self.site.state.steps(row.name)
            if row.state.final or not steps:
                continue
            live = self.live[row.name] = Live(
                row=replace(row, stop=False),
                runner=Runner(row.name, graph_of(row.spec), steps, time.time),
                born=time.time(),
            )
            for pod in pods:
                if not pod.state.final:
                    self._pods.hold(live, pod)
            self._resize(live, row.replicas)
        for path in list(self.site.pods.iterdir()):
            if path.name not in known and not path.name.startswith("."):
                await self._forget(path.name)

    async def _forget(self, pod: str) -> None:
        """A pod of a life that nobody remembers: end it, and delete its folder."""
        watched = Watched(self.site.pods / pod)
        if watched.find():
            logger.warning(
                "a pod of a forgotten life was still running and is stopped", pod=pod, pid=watched.pid
            )
            watched.kill()
            await watched.ended()
            watched.close()
        bury(self.site.pods / pod)
        await self.site.discard_pod(pod)

    def reconcile(self) -> None:
        """Take up what was applied, stopped or deleted."""
        for name, stop, deleted, final, generation, replicas in self.site.state.wanted():
            live = self.live.get(name)
            if (
                live is not None
                and live.server
                and not stop
                and not live.row.stop
                and generation > (live.next or live.row).spec.generation
            ):
                live.next = self.site.state.workload(name)
                self._end(live)
            if live is None and not final:
                live = self._begin(self.site.state.workload(name))
            if live is not None and stop and not live.row.stop:
                live.row = replace(live.row, stop=True)
                live.next = None
                self._end(live)
            elif (
                live is not None and live.next is None and replicas is not None and replicas != live.replicas
            ):
                self._resize(live, replicas)
            if deleted and live is None:
                gone = [pod.id for pod in self.site.state.pods(name)]
                self.site.state.purge(name)
                self.spawn(self._discard(gone), f"discard pods of {name}")
        self.settle()

    def _begin(self, row: WorkloadRow) -> Live:
        runner = Runner(row.name, graph_of(row.spec), self.site.state.steps(row.name), time.time)
        state = PodState.PENDING if isinstance(row.spec.body, Server) else PodState.RUNNING
        live = self.live[row.name] = Live(
            row=replace(row, stop=False, state=state, started=time.time()), runner=runner, born=time.time()
        )
        if not runner.rows:
            self.guard(live, runner.begin)
        self._resize(live, row.replicas)
        self.site.state.put([live.row])
        self.tell(workload_status(live.row, 0 if live.server else None))
        return live

    async def _discard(self, pods: list[str]) -> None:
        """Delete the folders of pods that nothing is known of any more; what a kill leaves of them is found
        at the next start."""
        for pod in pods:
            await self.site.discard_pod(pod)

    def guard(self, live: Live, act: Callable[[], Any]) -> Any:
        """Do something with a workload's graph; when that throws, the workload fails, and nothing else."""
        try:
            return act()
        except Exception as error:
            logger.exception("a workload cannot be carried on", workload=live.row.name)
            self._stop(live.runner.abandon(f"the platform made an error while it ran this: {error!r}"[:500]))
            self._wake.set()
            return None

    def _end(self, live: Live) -> None:
        """Ask everything of a workload to stop."""
        self._stop(live.runner.stop())

    def _stop(self, pods: list[str]) -> None:
        for pod in pods:
            if holding := self.holding.get(pod):
                self._pods.stop(holding)

    def _resize(self, live: Live, replicas: int | None) -> None:
        """Have a server that scales run so many replicas, or as many as it begins with."""
        if live.server is None or live.server.scale is None or live.server.scale.most == 1:
            return
        live.replicas = live.server.replicas if replicas is None else replicas
        left = [self.holding[pod] for pod in live.runner.scale("main", live.replicas) if pod in self.holding]
        for holding in left:
            holding.row = holding.row.into(holding.row.state, ready=False)
        if left:  # nobody is led to them any more before they are asked to end
            stored = self.publish([live.row, *(holding.row for holding in left)])
            for holding in left:
                holding.row = stored[holding.row.id]
                self._pods.stop(holding)

    def _renew(self, live: Live) -> None:
        """Of a server that was changed, what was is over: begin what is to be."""
        assert live.next
        self.site.state.restart(live.row.name)
        live.row = replace(live.next, stop=False, state=PodState.PENDING, started=time.time())
        live.runner, live.next = Runner(live.row.name, graph_of(live.row.spec), [], time.time), None
        self.guard(live, live.runner.begin)
        self._resize(live, None)

    # what follows --------------------------------------------------------------------------------

    def settle(self) -> None:
        """Give places to what is ready, store what changed, tell it, and close what is over."""
        if self._unstored:
            self.publish([])
            if self._unstored:
                return
        placed = self._admit()
        rows: list[Any] = []
        for live in self.live.values():
            rows += live.runner.take()
        rows += [holding.row for holding in placed]
        held = {holding.row.workload for holding in self.holding.values()}
        over = [live for live in self.live.values() if live.runner.over and live.row.name not in held]
        for live in [live for live in over if live.next]:
            self._renew(live)
            over.remove(live)
            rows += [live.row, *live.runner.take()]
            self._wake.set()
        for live in over:
            state, reason, message = live.runner.verdict()
            if live.row.stop:
                state, reason, message = PodState.CANCELLED, "Cancelled", "it was asked to stop"
            live.row = replace(live.row, state=state, reason=reason, message=message, finished=time.time())
            rows.append(live.row)
        pods = self.publish(rows) if rows else {}
        for holding in placed:
            holding.row = pods[holding.row.id]
            self._pods.launch(holding)
        for live in over:
            del self.live[live.row.name]
        if over:
            self.reconcile()

    def publish(self, rows: list[Any]) -> dict[str, PodRow]:
        """Store rows and tell them; the pods among them as they are now. What a full disk does not take is
        kept, and stored before anything else."""
        rows = [*self._unstored, *rows]
        rows += self._messages(rows)
        self._unstored = []
        try:
            stored = self.site.state.put(rows)
        except sqlite3.OperationalError:
            disk_reserve.give_back(self.site.settings.home)
            try:
                stored = self.site.state.put(rows)
            except sqlite3.OperationalError as error:
                logger.warning("what happened cannot be written down yet", rows=len(rows), error=str(error))
                self._unstored = rows
                return {row.id: row for row in rows if isinstance(row, PodRow)}
        for row in stored:
            if isinstance(row, StepRow):
                live = self.live[row.workload]
                live.runner.stored([row])
                if not live.server:
                    self.tell(step_status(row, live.row.spec.labels))
            elif isinstance(row, PodRow):
                live = self.live[row.workload]
                self.tell(pod_status(row, live.row.spec.labels, self.site.machine.name))
            else:
                server = isinstance(row.spec.body, Server)
                self.tell(workload_status(row, self.answering(row.name) if server else None))
        return {row.id: row for row in stored if isinstance(row, PodRow)}

    def _messages(self, rows: list[Any]) -> list[WorkloadRow]:
        """Servers whose replica waits for another reason than before, by rows that are being stored: they say
        so as a whole."""
        told = {row.name for row in rows if isinstance(row, WorkloadRow)}
        changed: dict[str, WorkloadRow] = {}
        for row in rows:
            live = self.live.get(row.workload) if isinstance(row, StepRow) and not row.state.final else None
            if live is None or not live.server or live.row.name in told or self.answering(live.row.name):
                continue
            if (row.reason, row.message) != (live.row.reason, live.row.message):
                live.row = replace(live.row, reason=row.reason, message=row.message)
                changed[live.row.name] = live.row
        return list(changed.values())

    def answering(self, workload: str) -> int:
        """How many replicas of a server answer."""
        if (live := self.live.get(workload)) and live.next:
            return 0  # what answers still is not what was asked for
        return sum(
            holding.row.data.get("ready", False)
            for holding in self.holding.values()
            if holding.row.workload == workload
        )

    def _admit(self) -> list[Holding]:
        """Choose what runs next: higher priority first, then older; each graph's queue in order."""
        room = Room(self.site.machine, self.holding.values())
        placed: list[Holding] = []
        for live in sorted(self.live.values(), key=lambda live: (-live.row.spec.priority, live.born)):
            runner = live.runner
            limit = runner.graph.parallelism or 1_000_000
            while runner.ready and not live.row.stop:
                key = runner.ready[0]
                task = runner.nodes[key[0]].task
                if runner.running >= limit:
                    runner.waits(
                        key, "Parallelism", f"{limit} steps of this run are running, which is its limit"
                    )
                    break
                if lacks := room.lacks(task):
                    runner.waits(key, "Unschedulable", lacks)
                    live.blocked_since = live.blocked_since or time.time()
                    break
                live.blocked_since = None
                runner.ready.pop(0)
                if holding := self.guard(
                    live, lambda live=live, key=key, task=task: self._place(live, key, task, room.take(task))
                ):
                    placed.append(holding)
            if live.blocked_since and time.time() - live.blocked_since > PATIENCE:
                break
        return placed

    def _place(self, live: Live, key: tuple[str, int | None], task: Task, gpus: tuple[int, ...]) -> Holding:
        pod = ids.new()
        step = live.runner.placed(key, pod)
        now = time.time()
        data = {"cpu": task.cpu, "memory": task.memory, "gpus": list(gpus), "created": now}
        row = PodRow(
            id=pod,
            workload=live.row.name,
            node=key[0],
            item=key[1],
            attempt=step.attempt,
            state=PodState.PENDING,
            data=data,
        )
        holding = Holding(
            row=row, task=task, gpus=gpus, owner=self.site.owner(live.project, builder=task.builder)
        )
        self.holding[pod] = holding
        return holding

    def ended(
        self, holding: Holding, state: PodState, reason: str | None, message: str | None, outcome: Any = None
    ) -> None:
        """A pod is over: free its room, and consider what follows for its workload."""
        row = holding.row
        if row.id not in self.holding:
            return
        place = self.site.pods / row.id
        live = self.live[row.workload]
        size = (place / "log").stat().st_size if (place / "log").exists() else 0
        row = row.into(
            state,
            reason=reason,
            message=message,
            log=size,
            ready=False,
            finished=row.data.get("finished") or time.time(),
        )
        holding.row = row
        del self.holding[row.id]
        left = (row.node, row.item) in live.runner.leaving
        self.guard(live, lambda: live.runner.ended((row.node, row.item), state, reason, message, outcome))
        rows: list[Any] = [row, *live.runner.take()]
        if live.server:
            if not left:
                words = live.runner.rows[row.node, row.item].message or message
                live.row = replace(live.row, reason=reason, message=words)
            live.row = replace(
                live.row, state=PodState.RUNNING if self.answering(row.workload) else PodState.PENDING
            )
            rows.append(live.row)
        self.publish(rows)
        self.spawn(self.site.tidy(row.id, holding.owner, live.project), f"tidy {row.id}")
        self.settle()


class Room:
    """What is free on the machine while places are given out."""

    def __init__(self, machine: Any, holdings: Any):
        self._machine = machine
        self._cpu = machine.cpu - sum(holding.task.cpu for holding in holdings)
        self._memory = machine.memory - sum(holding.task.memory for holding in holdings)
        held = {index for holding in holdings for index in holding.gpus}
        self._cards = [card for card in machine.cards if card.index not in held]

    def lacks(self, task: Task) -> str | None:
        """What is missing for a task, in words."""
        fitting = [card for card in self._cards if card.of(task.gpu_type)]
        return "; ".join(
            f"{asked:g} {unit} are needed and {max(free, 0):.4g} of {total:.4g} are free"
            for asked, free, total, unit in (
                (task.cpu, self._cpu, self._machine.cpu, "CPU cores"),
                (task.memory / 2**20, self._memory / 2**20, self._machine.memory / 2**20, "MiB of memory"),
                (task.gpu, len(fitting), sum(card.of(task.gpu_type) for card in self._machine.cards), "GPUs"),
            )
            if asked > free + 1e-9
        )

    def take(self, task: Task) -> tuple[int, ...]:
        """Have it; the numbers of the cards it gets."""
        taken = [card for card in self._cards if card.of(task.gpu_type)][: task.gpu]
        self._cards = [card for card in self._cards if card not in taken]
        self._cpu -= task.cpu
        self._memory -= task.memory
        return tuple(card.index for card in taken)
