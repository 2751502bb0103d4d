"""Giving workloads to clusters and parting from them, writing down what clusters report of pods, and keeping
their logs."""

import contextlib
import struct
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.clusters import messages
from cubestudio.clusters.events import LogGrew, PodChanged
from cubestudio.clusters.model import Pod
from cubestudio.core import messages as shared
from cubestudio.core.cluster.port import (
    LOST,
    Cluster,
    LogSegment,
    Plan,
    PodState,
    PodStatus,
    Usage,
    Workload,
    WorkloadStatus,
)
from cubestudio.core.context import AppContext
from cubestudio.core.db import Database, Reader, Tx, pieces
from cubestudio.core.errors import Conflict, Fault, Invalid, Unavailable
from cubestudio.core.store import Store
from cubestudio.projects.access import Standing
from cubestudio.projects.model import Project
from cubestudio.projects.quotas import actions as quotas
from cubestudio.projects.registries import actions as registries

T = TypeVar("T")
COMPACT = 8
"""A finished log in more pieces than this is written again in pieces of `PIECE` bytes."""
PIECE = 8 * 2**20
STAMP = struct.Struct("<QQ")
"""A time stamp of a log: its position in bytes, and microseconds since 1970."""
BATCH = 500
"""How many of a project's logs or files are deleted at a time."""


def cluster_of(ctx: AppContext, name: str) -> Cluster:
    """A cluster by name; one that is not configured now may be again."""
    if name not in ctx.clusters:
        raise Unavailable(shared.CLUSTER_NOT_CONFIGURED(cluster=name))
    return ctx.clusters[name]


def chosen_cluster(ctx: AppContext, project: Standing, cluster: str | None, field: str = "cluster") -> str:
    """Where work of a project goes: where it was told to, if the project allows that, else the project's
    own."""
    place = cluster or project.cluster
    if place not in project.clusters:
        raise Invalid(
            messages.CLUSTER_NOT_ALLOWED(
                project=project.name, cluster=place[:60], clusters=", ".join(project.clusters)
            ),
            field=field,
        )
    if place not in ctx.clusters:
        raise Conflict(shared.CLUSTER_NOT_CONFIGURED(cluster=place), field=field)
    return place


def _space(ctx: AppContext, own: Mapping[str, str] | None, kind: str) -> str:
    settings = ctx.settings
    usual = {
        "notebook": settings.notebooks_namespace,
        "build": settings.notebooks_namespace,
        "service": settings.services_namespace,
    }
    return (own or {}).get(kind) or usual.get(kind, settings.runs_namespace)


async def space_of(conn: Reader, ctx: AppContext, project: str, kind: str) -> str:
    """The namespace of a kind of work (run, build, notebook, service) of a project on Kubernetes."""
    own = (await conn.execute(select(Project.spaces).where(Project.id == project))).scalar_one_or_none()
    return _space(ctx, own, kind)


async def equipped(conn: Reader, ctx: AppContext, workload: Workload) -> Workload:
    """A workload with what its project says of where it is on Kubernetes and with what its images are
    pulled."""
    project, kind = workload.labels["cubestudio/project"], workload.labels["cubestudio/kind"]
    row = (await conn.execute(select(Project.spaces, Project.node_group).where(Project.id == project))).one()
    pull = registries.credentials(ctx.vault, await registries.registries_of(conn, project))
    return replace(workload, space=_space(ctx, row.spaces, kind), group=row.node_group, pull=pull)


async def planned(ctx: AppContext, cluster: str, whole: Workload, waits: str | None) -> Plan:
    """What a cluster says to a workload, and its quota, which `waits` when there is no room in it."""
    return held_back(await ctx.clusters[cluster].plan(whole), waits)


def held_back(plan: Plan, waits: str | None) -> Plan:
    """A plan with what its quota says."""
    if waits and plan.verdict in ("now", "waits"):
        return replace(
            plan,
            verdict="waits",
            message=f"{waits}. {plan.message}" if plan.verdict == "waits" else f"{waits}.",
        )
    return plan


async def fits(
    conn: Reader, ctx: AppContext, cluster: str, workload: Workload, field: str = "resources"
) -> None:
    """Refuse what could never run, or not within its quota. `field`: where its resources stand in the
    input."""
    await quotas.judged(conn, workload)
    if problems := await ctx.clusters[cluster].preview(await equipped(conn, ctx, workload)):
        words = [problem.removeprefix("step main ") for problem in problems]
        faults = [Fault(problem, field) for problem in words]
        raise Invalid.many(faults, messages.NEVER_FITS_CLUSTER, cluster=cluster)


async def freed(ctx: AppContext, *workloads: str) -> None:
    """These hold nothing of a quota any more."""
    await ctx.db.transact(lambda tx: quotas.release(tx, workloads))


def brief(pod: PodStatus) -> bool:
    """Whether a pod ended before it was worth sampling: without a log there is nothing of it to collect."""
    if pod.started_at is None or pod.finished_at is None:
        return True
    return (pod.finished_at - pod.started_at).total_seconds() < 1


async def observe(tx: Tx, cluster: str, seen: Sequence[PodStatus]) -> None:
    """Write down observations of pods; late or repeated ones change nothing."""
    newest = {sight.id: sight for sight in sorted(seen, key=lambda sight: sight.sequence)}
    keys = list(newest)
    known: dict[str, int] = {}
    again: set[str] = set()
    for start in range(0, len(keys), 500):
        for row in await tx.execute(
            select(Pod.id, Pod.seq, Pod.reason).where(Pod.id.in_(keys[start : start + 500]))
        ):
            known[row.id] = row.seq
            if row.reason == LOST and newest[row.id].reason != LOST:  # its log is to be collected again
                again.add(row.id)
    new = []
    for sight in newest.values():
        if known.get(sight.id, -1) >= sight.sequence:
            continue
        values = {
            "state": sight.state.value,
            "reason": sight.reason,
            "message": sight.message,
            "machine": sight.machine,
            "started_at": sight.started_at,
            "finished_at": sight.finished_at,
            "exit_code": sight.exit_code,
            "signal": sight.signal,
            "cpu_seconds": sight.cpu_seconds,
            "peak_cpu": sight.peak_cpu,
            "peak_memory": sight.peak_memory,
            "seq": sight.sequence,
        }
        empty = sight.state.final and sight.log_size == 0 and brief(sight)
        if sight.id in known:
            await tx.execute(
                update(Pod)
                .where(Pod.id == sight.id)
                .values(**values, **({"log_done": empty} if empty or sight.id in again else {}))
            )
        else:
            new.append(
                values
                | {
                    "id": sight.id,
                    "cluster": cluster,
                    "workload": sight.workload,
                    "project_id": sight.labels["cubestudio/project"],
                    "kind": sight.labels["cubestudio/kind"],
                    "owner_id": sight.labels["cubestudio/id"],
                    "step": sight.node,
                    "item": sight.item,
                    "attempt": sight.attempt,
                    "role": sight.role,
                    "rank": sight.rank,
                    "runtime": sight.runtime,
                    "cpu": sight.cpu,
                    "memory": sight.memory,
                    "gpus": list(sight.gpus),
                    "created_at": sight.created_at,
                    "log_size": 0,
                    "index_size": 0,
                    "log_done": empty,
                    "segments": [],
                    "usage": [],
                }
            )
        tx.record(PodChanged(sight.id, sight.labels["cubestudio/id"]))
        if empty:
            tx.record(LogGrew(sight.id))
    if new:
        await tx.execute(insert(Pod), new)


def log_key(pod: str, start: int, kind: str) -> str:
    """Where a piece of a pod's log (kind log), or its time stamps (idx), is in the store."""
    return f"{log_prefix(pod)}{start:016d}.{kind}"


def log_prefix(pod: str) -> str:
    """Return what the keys of all pieces of a pod's log begin with."""
    return f"logs/{pod[-4:]}/{pod}/"


async def keep(
    db: Database,
    store: Store,
    pod: str,
    pieces: Sequence[LogSegment],
    done: bool,
    usage: Sequence[Usage] = (),
) -> int:
    """Put more of a log into the store, then say so; the position up to which it is kept. What is kept
    already is passed over, so that two collectors, or one that starts again, double nothing."""
    async with db.read() as conn:
        row = (
            await conn.execute(
                select(Pod.log_size, Pod.index_size, Pod.segments, Pod.log_done).where(Pod.id == pod)
            )
        ).one()
    start = row.log_size
    data = b"".join(
        piece.data[max(start - piece.start, 0) :] for piece in pieces if piece.start + len(piece.data) > start
    )
    stamps = [
        (max(at, start), micros)
        for piece in pieces
        for at, micros in piece.stamps
        if piece.start + len(piece.data) > start
    ]
    if data:
        await store.put(log_key(pod, start, "idx"), b"".join(STAMP.pack(at, micros) for at, micros in stamps))
        await store.put(log_key(pod, start, "log"), data)
    if not data and (not done or row.log_done):
        return start
    values: dict[str, Any] = {"log_size": start + len(data), "log_done": done}
    if data:
        values["segments"] = [*row.segments, [start, len(data)]]
        values["index_size"] = row.index_size + len(stamps) * STAMP.size
    if usage:
        values["usage"] = [told(point) for point in usage]
    async with db.write() as tx:
        won = await tx.execute(
            update(Pod).where(Pod.id == pod, Pod.log_size == start, Pod.log_done.is_(False)).values(**values)
        )
        if won.rowcount == 1:
            tx.record(LogGrew(pod))
    if done and len(row.segments) > COMPACT:
        await _compact(db, store, pod)
    return start + len(data)


async def anchor(db: Database, store: Store, pod: str) -> tuple[int, int] | None:
    """(position, microseconds) of the first kept byte that bears the latest kept stamp; None when nothing is
    kept."""
    async with db.read() as conn:
        segments = (await conn.execute(select(Pod.segments).where(Pod.id == pod))).scalar_one()
    marks: list[tuple[int, int]] = []
    for start, _ in segments[-4:]:
        raw = await store.get(log_key(pod, start, "idx"))
        marks += list(STAMP.iter_unpack(raw))
    latest = max((micros for _, micros in marks), default=None)
    return min(mark for mark in marks if mark[1] == latest) if marks else None


async def _compact(db: Database, store: Store, pod: str) -> None:
    """Write a finished log again in few large pieces; readers have the old ones until the row names the
    new."""
    async with db.read() as conn:
        old = (await conn.execute(select(Pod.segments).where(Pod.id == pod))).scalar_one()
    groups: list[list[list[int]]] = []
    for segment in old:
        if groups and sum(size for _, size in groups[-1]) + segment[1] <= PIECE:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    for group in groups:
        if len(group) > 1:
            start = group[0][0]
            index = b"".join([await store.get(log_key(pod, at, "idx")) for at, _ in group])
            data = b"".join([await store.get(log_key(pod, at, "log")) for at, _ in group])
            await store.put(log_key(pod, start, "idx"), index)
            await store.put(log_key(pod, start, "log"), data)
    async with db.write() as tx:
        segments = [[group[0][0], sum(size for _, size in group)] for group in groups]
        await tx.execute(update(Pod).where(Pod.id == pod).values(segments=segments))
    kept = {group[0][0] for group in groups}
    await store.delete(
        *[log_key(pod, at, kind) for at, _ in old if at not in kept for kind in ("log", "idx")]
    )


@dataclass(frozen=True)
class Chunk:
    """Part of a kept log: bytes from `start`, stamps (position, microseconds), and whether this is the end of
    all."""

    start: int
    data: bytes
    stamps: list[tuple[int, int]]
    done: bool

    @property
    def cursor(self) -> int:
        return self.start + len(self.data)


async def steadily(read: Callable[[], Awaitable[T]]) -> T:
    """Read a log once more when its pieces were written together, and the small ones deleted, while it was
    read."""
    for _ in range(3):
        with contextlib.suppress(FileNotFoundError):
            return await read()
    return await read()


async def read_log(db: Database, store: Store, pod: str, since: int, most: int) -> Chunk:
    """What is kept of a log from byte `since`, up to `most` bytes."""
    return await steadily(lambda: _read(db, store, pod, since, most))


async def _read(db: Database, store: Store, pod: str, since: int, most: int) -> Chunk:
    async with db.read() as conn:
        row = (
            await conn.execute(select(Pod.log_size, Pod.segments, Pod.log_done).where(Pod.id == pod))
        ).one()
    data, stamps = b"", []
    position = since
    for start, size in row.segments:
        if start + size <= position or len(data) >= most:
            continue
        part = await store.part(
            log_key(pod, start, "log"), position - start, min(size, position - start + most - len(data))
        )
        raw = await store.get(log_key(pod, start, "idx"))
        marks = list(STAMP.iter_unpack(raw))
        before = [mark for mark in marks if mark[0] <= position]
        if before:
            stamps.append((position, before[-1][1]))
        stamps += [mark for mark in marks if position < mark[0] < position + len(part)]
        data += part
        position += len(part)
    return Chunk(since, data, stamps, row.log_done and position >= row.log_size)


COLUMNS = tuple(column for column in Pod.__table__.columns if column.name not in ("segments", "usage", "seq"))


async def pods_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {row.id: row for row in await conn.execute(select(*COLUMNS).where(Pod.id.in_(keys)))}


async def pods_of(
    conn: Reader, owner: str, step: str | None = None, item: int | None = None, most: int = 1000
) -> Sequence[Row]:
    """The pods of a run, in order of creation; of one step when named."""
    statement = select(*COLUMNS).where(Pod.owner_id == owner)
    if step is not None:
        statement = statement.where(
            Pod.step == step, Pod.item.is_(None) if item is None else Pod.item == item
        )
    return (await conn.execute(statement.order_by(Pod.created_at, Pod.rank, Pod.id).limit(most))).all()


async def restarts_by_workload(
    conn: AsyncConnection, keys: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], Row]:
    """Of servers, by (owner, workload): the pod by which it was last started again. Where each life is a pod
    of its own, the one that ended; where a container is started again in its pod, that pod, which has the
    reason of its last end."""
    ended = Pod.state.in_([PodState.FAILED.value, PodState.SUCCEEDED.value])
    again = or_(ended, (Pod.state == PodState.RUNNING.value) & Pod.reason.is_not(None))
    newest = func.row_number().over(
        partition_by=(Pod.owner_id, Pod.workload), order_by=(Pod.created_at.desc(), Pod.id.desc())
    )
    here = (
        Pod.owner_id.in_([owner for owner, _ in keys]),
        Pod.workload.in_([workload for _, workload in keys]),
    )
    ranked = select(*COLUMNS, newest.label("place")).where(*here, again).subquery()
    return {
        (row.owner_id, row.workload): row
        for row in await conn.execute(select(ranked).where(ranked.c.place == 1))
    }


def told(point: Usage) -> list[float]:
    """[milliseconds since 1970, cores, bytes], and where its cards are measured [… cards at work, bytes in
    use on them]."""
    first = [int(point.at.timestamp() * 1000), round(point.cpu, 3), point.memory]
    return first if point.gpu is None else [*first, round(point.gpu, 3), point.gpu_memory or 0]


async def usage_of(conn: Reader, pod: str) -> list[list[float]]:
    return (await conn.execute(select(Pod.usage).where(Pod.id == pod))).scalar_one_or_none() or []


async def uncollected(conn: Reader, cluster: str) -> Sequence[Row]:
    """Pods of a cluster whose log is not wholly in the store."""
    statement = select(Pod.id, Pod.log_size, Pod.state).where(Pod.cluster == cluster, Pod.log_done.is_(False))
    return (await conn.execute(statement.limit(10_000))).all()


async def open_logs(conn: Reader, workload: str) -> int:
    """How many pods of a workload still have log to be stored."""
    statement = select(Pod.id).where(Pod.workload == workload, Pod.log_done.is_(False))
    return len((await conn.execute(statement.limit(100))).all())


async def give_up(tx: Tx, pod: str) -> None:
    """The cluster has no more of this pod's log: what is kept is all there will be."""
    await tx.execute(update(Pod).where(Pod.id == pod).values(log_done=True))
    tx.record(LogGrew(pod))


async def settle(tx: Tx, cluster: str, ended: Sequence[WorkloadStatus]) -> None:
    """Workloads have ended: pods of theirs whose own end was not seen, because the cluster had removed them
    by then, have too."""
    open_ = [state.value for state in PodState if not state.final]
    for seen in ended:
        state = PodState.CANCELLED if seen.state == PodState.CANCELLED else PodState.FAILED
        words = (
            "it was asked to stop"
            if state == PodState.CANCELLED
            else "the cluster had removed it before its end was seen"
        )
        await tx.execute(
            update(Pod)
            .where(Pod.cluster == cluster, Pod.workload == seen.workload, Pod.state.in_(open_))
            .values(state=state.value, reason="Deleted", message=words)
        )
    await quotas.release(tx, [seen.workload for seen in ended])


async def vanish(tx: Tx, cluster: str, workload: str, message: str) -> None:
    """The cluster has forgotten a workload: its pods that had not ended are lost, their logs are what was
    kept."""
    open_ = [state.value for state in PodState if not state.final]
    await tx.execute(
        update(Pod)
        .where(Pod.cluster == cluster, Pod.workload == workload, Pod.state.in_(open_))
        .values(state=PodState.FAILED.value, reason=LOST, message=message, seq=0)
    )
    await tx.execute(
        update(Pod).where(Pod.cluster == cluster, Pod.workload == workload).values(log_done=True)
    )
    await quotas.release(tx, [workload])


async def logs_of(conn: Reader, owners: Sequence[str]) -> Mapping[str, int]:
    """Return the logs of what owns pods, as the store has them: {prefix of their keys: bytes}."""
    found: dict[str, int] = {}
    for some in pieces(owners):
        statement = select(Pod.id, Pod.log_size, Pod.index_size).where(Pod.owner_id.in_(some))
        for row in await conn.execute(statement):
            found[log_prefix(row.id)] = row.log_size + row.index_size
    return found


async def remove(tx: Tx, owners: Sequence[str]) -> None:
    """Delete the pods of what is deleted; whoever calls this discards their logs."""
    for some in pieces(owners):
        await tx.execute(delete(Pod).where(Pod.owner_id.in_(some)))


async def clear(ctx: AppContext, project: str) -> None:
    """The logs and files of a project go from the store, and what this machine keeps for it from its disk."""
    while True:
        async with ctx.db.read() as conn:
            rows = (
                await conn.execute(select(Pod.id, Pod.segments).where(Pod.project_id == project).limit(BATCH))
            ).all()
        if not rows:
            break
        await ctx.store.delete(
            *[log_key(row.id, at, kind) for row in rows for at, _ in row.segments for kind in ("log", "idx")]
        )
        async with ctx.db.write() as tx:
            await tx.execute(delete(Pod).where(Pod.id.in_([row.id for row in rows])))
    files = await ctx.store.keys(f"artifacts/{project}/")
    for start in range(0, len(files), BATCH):
        await ctx.store.delete(*files[start : start + BATCH])
    for cluster in ctx.clusters.values():
        await cluster.forget(project)
