"""What clusters report, handed to the room that owns it; and their logs, collected into the store while pods
live."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from cubestudio import lost
from cubestudio.clusters import actions as clusters
from cubestudio.clusters.actions import brief
from cubestudio.core import clock, log, loops, tasks
from cubestudio.core import messages as shared
from cubestudio.core.cluster.port import Cluster, LogSegment, Observation, PodState, PodStatus, Synced, Usage
from cubestudio.core.context import AppContext
from cubestudio.core.errors import NotFound, Unavailable
from cubestudio.projects.quotas import actions as quotas
from cubestudio.projects.secrets.spec import Stream
from cubestudio.recorder import Recorder

logger = log.get(__name__)
BATCH = 500
FLUSH = 0.25
"""Seconds after which new log is put into the store."""
LARGE = 1 * 2**20


async def batches(observations: AsyncIterator[Observation]) -> AsyncIterator[list[Observation]]:
    """Observations in lists: one that is alone goes at once, many that come together go together."""
    queue: asyncio.Queue[Observation] = asyncio.Queue(maxsize=10 * BATCH)

    async def pump() -> None:
        async for observation in observations:
            await queue.put(observation)

    pumping = asyncio.create_task(pump())
    try:
        while True:
            getting = asyncio.create_task(queue.get())
            await asyncio.wait({getting, pumping}, return_when=asyncio.FIRST_COMPLETED)
            if not getting.done():
                getting.cancel()
                pumping.result()
                return
            batch = [getting.result()]
            while len(batch) < BATCH and not queue.empty():
                batch.append(queue.get_nowait())
            yield batch
    finally:
        pumping.cancel()


class Watcher:
    """Follows one cluster, has what it reports recorded, and collects the logs of its pods."""

    def __init__(self, ctx: AppContext, cluster: Cluster):
        self._ctx = ctx
        self._cluster = cluster
        self._collectors: dict[str, asyncio.Task] = {}
        self._recorder = Recorder(ctx, cluster.name)
        self._hidden: set[str] = set()
        """What the cluster had when it was asked by name, and did not list."""

    async def run(self) -> None:
        """For ever; a broken watch begins again with the present. A cluster that cannot be reached is that
        cluster's health, not ours."""
        name = f"watch {self._cluster.name}"
        while True:
            began = clock.now()
            try:
                async for batch in batches(self._cluster.watch()):
                    await self._recorder.write(batch)
                    loops.beat(name)
                    for observation in batch:
                        if isinstance(observation, PodStatus):
                            self._collect(observation)
                        elif isinstance(observation, Synced):
                            await self._compare(observation, began)
            except Unavailable as error:
                logger.warning("cluster unreachable", cluster=self._cluster.name, error=error.message)
            except Exception as error:
                loops.failed(name, error)
            await asyncio.sleep(1)

    async def close(self) -> None:
        await tasks.end(self._collectors.values())

    async def _compare(self, present: Synced, began) -> None:
        """After the present was told: what we hold and the cluster no longer has, is lost; what is
        uncollected, collected."""
        db = self._ctx.db
        if not present.sure:
            return
        async with db.read() as conn:
            logs = await clusters.uncollected(conn, self._cluster.name)
            held = [row.workload for row in await quotas.held_on(conn, self._cluster.name) if row.at < began]
        gone, hidden = await lost.find(self._ctx, self._cluster, present, began)
        there = present.workloads | {work.name for work in hidden}
        if free := [name for name in held if name not in there]:
            await clusters.freed(self._ctx, *free)
        await lost.end(self._ctx, self._cluster, gone)
        for row in logs:
            self._start(row.id)
        new, self._hidden = {work.name for work in hidden} - self._hidden, {work.name for work in hidden}
        if new:
            raise Unavailable(
                shared.CLUSTER_LISTS_LESS(cluster=self._cluster.name, pods=", ".join(sorted(new)[:5]))
            )

    def _collect(self, pod: PodStatus) -> None:
        quick = pod.log_size == 0 and brief(pod)
        if pod.state == PodState.RUNNING or (pod.state.final and not quick):
            self._start(pod.id)

    def _start(self, pod: str) -> None:
        if pod in self._collectors:
            return
        task = asyncio.create_task(self._follow(pod), name=f"log of {pod}")
        self._collectors[pod] = task
        task.add_done_callback(lambda _: self._collectors.pop(pod, None))

    async def _follow(self, pod: str) -> None:
        """Copy one pod's log into the store until it is whole."""
        db, store = self._ctx.db, self._ctx.store
        pause = 0.2
        while True:
            try:
                async with db.read() as conn:
                    row = (await clusters.pods_by_id(conn, [pod]))[pod]
                if row.log_done:
                    return
                position = row.log_size
                anchor = await clusters.anchor(db, store, pod)
                stream = Stream((await self._recorder.masks_of({row.project_id}))[row.project_id])
                async for pieces in gathered(self._cluster.logs(pod, position, follow=True, anchor=anchor)):
                    position = await clusters.keep(db, store, pod, stream.next(pieces), done=False)
                    pause = 0.2
                await clusters.keep(db, store, pod, stream.rest(), done=True, usage=await self._usage(pod))
                return
            except NotFound:
                async with db.write() as tx:
                    await clusters.give_up(tx, pod)
                return
            except KeyError:
                return
            except Exception as error:
                logger.warning("log collection put off", pod=pod, error=repr(error), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)

    async def _usage(self, pod: str) -> list[Usage]:
        with contextlib.suppress(NotFound):
            return await self._cluster.usage(pod)
        return []


async def gathered(logs: AsyncIterator[LogSegment]) -> AsyncIterator[list[LogSegment]]:
    """Pieces of a log put together: large ones at once, small ones after a moment."""
    queue: asyncio.Queue[LogSegment | BaseException | None] = asyncio.Queue(maxsize=8)

    async def pump() -> None:
        try:
            async for piece in logs:
                await queue.put(piece)
            await queue.put(None)
        except Exception as error:
            await queue.put(error)

    pumping = asyncio.create_task(pump())
    try:
        while True:
            pieces: list[LogSegment] = []
            end = await queue.get()
            if isinstance(end, LogSegment):
                pieces.append(end)
                end = await _fill(pieces, queue)
            if pieces:
                yield pieces
            if isinstance(end, BaseException):
                raise end
            if end is None:
                return
    finally:
        pumping.cancel()


async def _fill(
    pieces: list[LogSegment], queue: asyncio.Queue[LogSegment | BaseException | None]
) -> LogSegment | BaseException | None:
    """Add what comes within a moment to `pieces`; return what came last, None or an error at the end."""
    end: LogSegment | BaseException | None = pieces[-1]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FLUSH):
            while sum(len(piece.data) for piece in pieces) < LARGE:
                end = await queue.get()
                if not isinstance(end, LogSegment):
                    break
                pieces.append(end)
    return end
