"""Submitting workloads to clusters, stopping them there, and having clusters delete what is stored here by
now: the same for every kind.

A job may run twice and its message may be lost: it reads the row, does what is wanted now, which done twice
changes nothing on the cluster, and the sweep sends it again."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from cubestudio.clusters import actions as clusters
from cubestudio.core.cluster.port import Workload
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound, QuotaExceeded
from cubestudio.core.jobs.declare import Failure, job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.projects.quotas import actions as quotas
from cubestudio.workloads import actions, listing, messages, placing
from cubestudio.workloads.events import WorkloadEnded, WorkloadLeft, WorkloadRequested, WorkloadStopping
from cubestudio.workloads.model import WAITING, WorkloadState

REFUSED = (Invalid, Forbidden, Conflict, NotFound, QuotaExceeded)
"""What a cluster or a quota answers that it answers again when it is asked again."""
LOGS = timedelta(seconds=2)
"""How long to wait for logs that are still being collected."""


async def _row(ctx: AppContext, key: str) -> Any:
    async with ctx.db.read() as conn:
        return await listing.workload(conn, key)


async def _whole(ctx: AppContext, row: Any, cluster: str, stops: bool = False) -> Workload | None:
    """What a cluster sees of a workload; None when its owner is gone."""
    async with ctx.db.read() as conn:
        made = await ctx.kinds[row.kind].workload(conn, ctx, row, cluster, stops)
        if made is None:
            return None
        return await clusters.equipped(conn, ctx, replace(made, generation=2, stop=True) if stops else made)


async def _end(ctx: AppContext, row: Any, reason: str, message: str) -> None:
    await ctx.db.transact(partial(actions.end, kinds=ctx.kinds, key=row.id, reason=reason, message=message))


async def _wait(ctx: AppContext, row: Any, reason: str, message: str) -> None:
    await ctx.db.transact(partial(actions.wait, kinds=ctx.kinds, key=row.id, reason=reason, message=message))


def _sentence(error: Conflict | Invalid | Forbidden | NotFound | QuotaExceeded) -> str:
    return " ".join(filter(None, (error.message, error.hint)))


def _delayed(cluster: str, failure: Failure, stops: bool) -> str:
    """Return why a cluster does not have yet what it is to start or to stop, or why the platform gave up,
    for the owner of the work."""
    what = "stop request" if stops else "submission"
    if failure.last:
        return f"The {what} to cluster {cluster} failed and is not tried again. {failure.message}"
    return f"The {what} to cluster {cluster} failed and is tried again. {failure.message}"


# submitting ----------------------------------------------------------------------------------------


async def unsubmitted(ctx: AppContext, event: WorkloadRequested, failure: Failure) -> None:
    """Say why a workload waits; one whose submission was given up has failed."""
    row = await _row(ctx, event.workload_id)
    if row is None or row.state not in WAITING or row.submitted_at is not None:
        return
    message = _delayed(row.cluster, failure, stops=False)
    if not failure.last:
        return await _wait(ctx, row, "Submission", message)
    await _end(ctx, row, "Submission", message)
    await clusters.freed(ctx, row.name)


@job(on=WorkloadRequested, failed=unsubmitted)
async def submit(ctx: AppContext, event: WorkloadRequested) -> None:
    """Choose the cluster of a workload where there are several, reserve what it needs, and have its cluster
    run it."""
    row = await _row(ctx, event.workload_id)
    if row is None or row.state not in WAITING or row.submitted_at is not None or row.leaving is not None:
        return
    try:
        await _submit(ctx, row, event)
    except REFUSED as error:
        await clusters.freed(ctx, row.name)
        await _end(ctx, row, "Refused", _sentence(error))


async def _submit(ctx: AppContext, row: Any, event: WorkloadRequested) -> None:
    cluster, passed = row.cluster, []
    if row.candidates:
        cluster, passed, _ = await placing.choose(ctx, row.candidates, partial(_made, ctx, row))
        if cluster is None:
            why = "; ".join(f"{name}: {words}" for name, words in passed)
            message = f"It can run on none of its clusters. {why}"
            return await _end(ctx, row, "Refused", message)
    whole = await _made(ctx, row, cluster)
    whole, waits = await ctx.db.transact(
        partial(quotas.reserve, cluster=cluster, workload=whole, job=submit.name, args=[event.pack()])
    )
    if waits:
        return await _wait(ctx, row, "Quota", f"It waits for room in its quota: {waits}.")
    port = clusters.cluster_of(ctx, cluster)
    if not port.health().reachable:
        # Raises while it does not answer: then it has nothing of the workload, which may still be moved.
        await port.capacity()
    offer = partial(
        actions.offer,
        key=row.id,
        cluster=row.cluster,
        placed=cluster if row.candidates else None,
        passed=passed,
    )
    if not await ctx.db.transact(offer):
        return  # it was moved or stopped at the same moment
    await port.apply(whole)
    await ctx.db.transact(partial(actions.submitted, kinds=ctx.kinds, key=row.id, cluster=cluster))


async def _made(ctx: AppContext, row: Any, cluster: str) -> Workload:
    whole = await _whole(ctx, row, cluster)
    if whole is None:
        raise NotFound(messages.WORKLOAD_OWNER_DELETED())
    return whole


# stopping ------------------------------------------------------------------------------------------


async def unstopped(ctx: AppContext, event: WorkloadStopping, failure: Failure) -> None:
    """Say why a workload does not stop; one that cannot be stopped in good order is deleted by its
    cluster."""
    row = await _row(ctx, event.workload_id)
    if row is None or row.state != WorkloadState.STOPPING:
        return
    message = _delayed(row.cluster, failure, stops=True)
    await _wait(ctx, row, "Submission", message)
    if failure.last:
        await delete(ctx, [row])
        await _end(ctx, row, "Submission", message)


@job(on=WorkloadStopping, failed=unstopped)
async def stop(ctx: AppContext, event: WorkloadStopping) -> None:
    """Have its cluster stop a workload; one that waited for its quota ends here."""
    row = await _row(ctx, event.workload_id)
    if row is None or row.state != WorkloadState.STOPPING:
        return
    if await ctx.db.transact(lambda tx: quotas.withdraw(tx, row.name)):
        return await _end(ctx, row, "Cancelled", "It was stopped while it waited for room in its quota.")
    whole = await _whole(ctx, row, row.cluster, stops=True)
    if whole is None:
        return await _end(ctx, row, "Cancelled", "What it was started for was deleted.")
    # A submission may be under way: applying the stopped workload makes it a stopped one in either order.
    try:
        await clusters.cluster_of(ctx, row.cluster).apply(whole)
    except REFUSED as error:
        await clusters.freed(ctx, row.name)
        return await _end(ctx, row, "Refused", _sentence(error))
    await ctx.db.transact(partial(actions.submitted, kinds=ctx.kinds, key=row.id, cluster=row.cluster))


# leaving a cluster ---------------------------------------------------------------------------------


async def unleft(ctx: AppContext, event: WorkloadLeft, failure: Failure) -> None:
    """Say why a workload that was moved waits."""
    row = await _row(ctx, event.workload_id)
    if row is not None and row.leaving == event.cluster:
        message = f"Cluster {event.cluster} has not forgotten it yet. {failure.message}"
        await _wait(ctx, row, "Submission", message)


@job(on=WorkloadLeft, failed=unleft)
async def leave(ctx: AppContext, event: WorkloadLeft) -> None:
    """Have a cluster delete a workload that is on another by now; then that other gets it."""
    async with ctx.db.read() as conn:
        row = await listing.workload(conn, event.workload_id)
        if row is None or row.cluster == event.cluster:
            return
        space = await clusters.space_of(conn, ctx, row.project_id, row.kind)
    if event.cluster in ctx.clusters:  # one that is configured no more is not asked
        await clusters.cluster_of(ctx, event.cluster).delete(row.name, space)
    await ctx.db.transact(partial(actions.left, key=row.id, cluster=event.cluster))


@job(on=WorkloadEnded, delay=timedelta(seconds=1))
async def release(ctx: AppContext, event: WorkloadEnded) -> None:
    """When all its logs are stored, have its cluster delete a workload and free its disk."""
    async with ctx.db.read() as conn:
        row = await listing.workload(conn, event.workload_id)
        if row is None or row.released_at is not None or not WorkloadState(row.state).final:
            return
        waits = await clusters.open_logs(conn, row.name)
    if waits:
        async with ctx.db.write() as tx:
            return tx.send(release.name, event.pack(), delay=LOGS)
    await delete(ctx, [row])


async def delete(ctx: AppContext, rows: Any) -> None:
    """Have clusters delete workloads, whether their logs are stored here or not."""
    for row in rows:
        async with ctx.db.read() as conn:
            space = await clusters.space_of(conn, ctx, row.project_id, row.kind)
        await clusters.cluster_of(ctx, row.cluster).delete(row.name, space)
        await clusters.freed(ctx, row.name)
    await ctx.db.transact(lambda tx: actions.released(tx, [row.id for row in rows]))


@job(cron="*/10 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Submit, stop and release workloads that have waited too long."""
    async with ctx.db.read() as conn:
        ended, waiting = await listing.unreleased(conn), await listing.waiting(conn)
    stopping = [row.id for row in waiting if row.state == WorkloadState.STOPPING]
    moved = [row for row in waiting if row.leaving is not None]
    requested = [row.id for row in waiting if row.state in WAITING and row.leaving is None]
    await send_again(
        ctx.db,
        {
            release: map(WorkloadEnded, ended),
            stop: map(WorkloadStopping, stopping),
            leave: [WorkloadLeft(row.id, row.leaving) for row in moved],
            submit: map(WorkloadRequested, requested),
        },
    )


async def clear(ctx: AppContext, project: str) -> None:
    """What clusters still have of a project's workloads goes."""
    async with ctx.db.read() as conn:
        rows = await listing.unreleased_of(conn, project)
    await delete(ctx, rows)
