"""The only writers of workloads: requested, placed, submitted, observed, moved, stopped, ended, released."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import insert, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core.cluster.port import Observation, PodStatus, StepStatus, WorkloadStatus
from cubestudio.core.db import Tx
from cubestudio.core.errors import Raced
from cubestudio.workloads import lifecycle, listing, messages
from cubestudio.workloads.events import WorkloadEnded, WorkloadLeft, WorkloadRequested, WorkloadStopping
from cubestudio.workloads.kinds import Changed, Kind
from cubestudio.workloads.lifecycle import Change, Seen
from cubestudio.workloads.model import WAITING, Body, Workload, WorkloadEvent, WorkloadState

Kinds = Mapping[str, Kind]
S = TypeVar("S", PodStatus, StepStatus, WorkloadStatus)


@dataclasses.dataclass(kw_only=True, frozen=True)
class Request:
    """A start of something. `name`: what the cluster knows it by; `candidates`: the clusters among which it
    is placed when it is submitted, if there are several."""

    kind: str
    body: Body
    owner_id: str
    name: str
    project_id: str
    user_id: str
    cluster: str
    start: int = 1
    candidates: Sequence[str] | None = None
    replicas: int = 1


async def request(tx: Tx, wanted: Request) -> None:
    """Have a cluster run something."""
    key, now = ids.new(), clock.now()
    told = {each.name: getattr(wanted, each.name) for each in dataclasses.fields(wanted)}
    told |= {"body": wanted.body.value, "candidates": list(wanted.candidates or ()) or None}
    await tx.execute(
        insert(Workload).values(
            id=key, state=WorkloadState.REQUESTED.value, sequence=0, ready=0, requested_at=now, **told
        )
    )
    await tx.execute(
        insert(WorkloadEvent).values(
            id=ids.new(), workload_id=key, at=now, old=None, new=WorkloadState.REQUESTED.value
        )
    )
    tx.record(WorkloadRequested(key))


async def _locked(tx: Tx, statement: Any) -> Any:
    """The row that a statement finds, which nobody else changes until this transaction is over."""
    return (await tx.execute(statement.with_for_update())).one_or_none()


async def _by_id(tx: Tx, key: str) -> Any:
    return await _locked(tx, select(*listing.COLUMNS).where(Workload.id == key))


async def _apply(tx: Tx, row: Any, change: Change) -> Any:
    """Write a change down, which is the only place where a state changes; the row as it is now."""
    written = (
        update(Workload).where(Workload.id == row.id, Workload.state == row.state).values(**change.values)
    )
    if (await tx.execute(written)).rowcount != 1:
        raise Raced(messages.RACED_WORKLOAD(), field="id")
    now = clock.now()
    for step in change.transitions:
        await tx.execute(
            insert(WorkloadEvent).values(
                id=ids.new(),
                workload_id=row.id,
                at=now,
                old=step.old.value,
                new=step.new.value,
                reason=step.reason,
                message=step.message,
            )
        )
    new = SimpleNamespace(**{**row._mapping, **change.values})
    if change.transitions:
        if new.state == WorkloadState.STOPPING:
            tx.record(WorkloadStopping(row.id))
        elif WorkloadState(new.state).final:
            tx.record(WorkloadEnded(row.id))
    return new


async def _change(tx: Tx, kinds: Kinds, row: Any, change: Change | None) -> None:
    """Write a change down and tell the owner."""
    if change is not None:
        new = await _apply(tx, row, change)
        await kinds[row.kind].on_change(tx, Changed(row=new, before=row, outcome=change.outcome))


# what owners decide --------------------------------------------------------------------------------


async def newest(tx: Tx, owner: str) -> Any:
    """The newest start of an owner, which nobody else changes until this transaction is over."""
    return await _locked(tx, listing.newest(owner))


async def stop(tx: Tx, owner: str) -> bool:
    """Have the newest start of an owner end; False when there is nothing to stop. The owner notes that for
    itself."""
    row = await newest(tx, owner)
    if row is None or WorkloadState(row.state).final:
        return False
    if change := lifecycle.stop(row, clock.now()):
        await _apply(tx, row, change)
    return True


async def scale(tx: Tx, owner: str, start: int, replicas: int) -> Any:
    """Have a start run so many replicas from now on; its row, None when it does not answer any more."""
    here = (Workload.owner_id == owner, Workload.start == start)
    row = await _locked(tx, select(*listing.COLUMNS).where(*here))
    if row is None or row.state not in (WorkloadState.READY, WorkloadState.RUNNING) or row.ready_at is None:
        return None
    await tx.execute(update(Workload).where(*here).values(replicas=replicas))
    return SimpleNamespace(**{**row._mapping, "replicas": replicas})


async def move(tx: Tx, owner: str, cluster: str, why: str) -> None:
    """Give the newest start of an owner, of which nothing has started, to another cluster."""
    row = await newest(tx, owner)
    offered = row.offered_at is not None
    change = lifecycle.again(
        row,
        cluster=cluster,
        candidates=None,
        passed=[*(row.passed or ()), [row.cluster, why]],
        leaving=row.cluster if offered else None,
    )
    await _apply(tx, row, change)
    await clusters.vanish(tx, row.cluster, row.name, f"It was moved to cluster {cluster}.")
    tx.record(WorkloadLeft(row.id, row.cluster) if offered else WorkloadRequested(row.id))


# what jobs do --------------------------------------------------------------------------------------


async def offer(tx: Tx, key: str, cluster: str, placed: str | None, passed: Sequence[Any]) -> bool:
    """Note that a cluster may have a workload from now on, when it still is to go there. `placed`: it was
    placed on that cluster just now; `passed`: why not on those before it."""
    waits = (
        Workload.id == key,
        Workload.state.in_(WAITING),
        Workload.submitted_at.is_(None),
        Workload.leaving.is_(None),
        Workload.cluster == cluster,
    )
    values: dict[str, Any] = {"offered_at": clock.now()}
    if placed is not None:
        waits = (*waits, Workload.candidates.is_not(None))
        values |= {"cluster": placed, "candidates": None, "passed": list(passed) or None}
    return (await tx.execute(update(Workload).where(*waits).values(**values))).rowcount == 1


async def wait(tx: Tx, kinds: Kinds, key: str, reason: str, message: str) -> None:
    """Say why its cluster does not have it yet, or was not asked yet to stop it."""
    if (row := await _by_id(tx, key)) is not None:
        await _change(tx, kinds, row, lifecycle.wait(row, reason, message))


async def submitted(tx: Tx, kinds: Kinds, key: str, cluster: str) -> None:
    """A cluster has it, or was asked to stop it; when it is on another by now, that cluster is to delete
    it."""
    row = await _by_id(tx, key)
    if row is not None and row.cluster != cluster:
        tx.record(WorkloadLeft(key, cluster))
    elif row is not None:
        await _change(tx, kinds, row, lifecycle.submitted(row, clock.now()))


async def end(tx: Tx, kinds: Kinds, key: str, reason: str, message: str) -> None:
    """Close a workload of which no cluster says anything any more."""
    if (row := await _by_id(tx, key)) is not None:
        await _change(tx, kinds, row, lifecycle.end(row, clock.now(), reason, message))


async def left(tx: Tx, key: str, cluster: str) -> None:
    """The cluster that it was moved from has deleted it: the other gets it."""
    gone = update(Workload).where(Workload.id == key, Workload.leaving == cluster).values(leaving=None)
    if (await tx.execute(gone)).rowcount == 1:
        tx.record(WorkloadRequested(key))


async def released(tx: Tx, keys: Iterable[str]) -> None:
    """Clusters have deleted these."""
    await tx.execute(update(Workload).where(Workload.id.in_(list(keys))).values(released_at=clock.now()))


# what clusters report ------------------------------------------------------------------------------


async def observe(tx: Tx, kinds: Kinds, cluster: str, batch: Sequence[Observation]) -> None:
    """Write down what a cluster reports of workloads and their pods; what is on another cluster by now is to
    be deleted there, and changes nothing else."""
    pods = [seen for seen in batch if isinstance(seen, PodStatus) and seen.labels]
    steps = [seen for seen in batch if isinstance(seen, StepStatus) and seen.labels]
    graphs = [seen for seen in batch if isinstance(seen, WorkloadStatus) and seen.labels]
    names = sorted({seen.workload for seen in (*pods, *steps, *graphs)})
    rows: dict[str, Any] = {}
    for place in range(0, len(names), listing.PIECE):
        held = select(*listing.COLUMNS).where(Workload.name.in_(names[place : place + listing.PIECE]))
        rows |= {row.name: row for row in await tx.execute(held.order_by(Workload.name).with_for_update())}
    away = {name: row.id for name, row in rows.items() if row.cluster != cluster}
    for graph in graphs:
        if graph.workload in away and not graph.state.final:
            tx.record(WorkloadLeft(away[graph.workload], cluster))
    pods, steps, graphs = _without(pods, away), _without(steps, away), _without(graphs, away)
    await clusters.observe(tx, cluster, pods)
    touched = await _inside(tx, kinds, rows, steps, pods)
    now = clock.now()
    seen = _grouped(rows, graphs, steps, pods)
    for name, each in seen.items():
        row = rows[name]
        change = lifecycle.observe(row, each, now)
        inside = row.owner_id in touched
        if change is None and not inside:
            continue
        new = await _apply(tx, row, change) if change is not None else row
        told = Changed(
            row=new, before=row, outcome=change.outcome if change else None, observed=True, inside=inside
        )
        await kinds[row.kind].on_change(tx, told)
    await clusters.settle(tx, cluster, [graph for graph in graphs if graph.state.final])


def _without(seen: list[S], names: Mapping[str, Any]) -> list[S]:
    return [each for each in seen if each.workload not in names]


async def _inside(
    tx: Tx, kinds: Kinds, rows: Mapping[str, Any], steps: Sequence[StepStatus], pods: Sequence[PodStatus]
) -> set[str]:
    """Have rooms write down what their workloads' steps and pods say; the owners of which something
    changed."""
    touched: set[str] = set()
    for name, kind in kinds.items():
        if kind.inside is not None:
            mine = {each for each, row in rows.items() if row.kind == name}
            touched |= await kind.inside(
                tx,
                [step for step in steps if step.workload in mine],
                [pod for pod in pods if pod.workload in mine],
            )
    return touched


def _grouped(
    rows: Mapping[str, Any],
    graphs: Sequence[WorkloadStatus],
    steps: Sequence[StepStatus],
    pods: Sequence[PodStatus],
) -> dict[str, Seen]:
    """What is said of each workload that is known; of its whole the newest."""
    wholes = {graph.workload: graph for graph in graphs}
    own_steps: dict[str, list[StepStatus]] = {}
    own_pods: dict[str, list[PodStatus]] = {}
    for step in steps:
        own_steps.setdefault(step.workload, []).append(step)
    for pod in pods:
        own_pods.setdefault(pod.workload, []).append(pod)
    return {
        name: Seen(graph=wholes.get(name), steps=own_steps.get(name, ()), pods=own_pods.get(name, ()))
        for name in sorted({*wholes, *own_steps, *own_pods} & rows.keys())
    }
