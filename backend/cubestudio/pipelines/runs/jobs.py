"""Giving runs to clusters, stopping them there, and letting clusters forget what is ours by now."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock
from cubestudio.core.cluster.port import Workload
from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import Failure, job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs import actions, listing, placing, spec
from cubestudio.pipelines.runs.events import RunCancelled, RunFinished, RunLeft, RunRequested
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.projects.contents import CONTENTS, Content


async def unsubmitted(ctx: AppContext, event: RunRequested, failure: Failure) -> None:
    """Say why a run waits; one whose submission was given up has failed."""
    async with ctx.db.write() as tx:
        row = await actions.untold(tx, event.run_id)
        if row is None or row.state != RunState.QUEUED.value:
            return
        words = clusters.delayed(row.cluster, failure, stops=False)
        if not failure.last:
            return await actions.waits(tx, row.id, "Submission", words)
        await actions.end(tx, row.id, RunState.FAILED, "Submission", words)
    await clusters.abandon(ctx, row.cluster, row.project_id, "run", spec.workload_name(row.id), stops=False)


async def unstopped(ctx: AppContext, event: RunCancelled, failure: Failure) -> None:
    """Say why a run does not stop; when its graph cannot be stopped in good order, the cluster deletes it."""
    async with ctx.db.write() as tx:
        row = await actions.untold(tx, event.run_id)
        if row is None or row.state != RunState.CANCELLING.value:
            return
        words = clusters.delayed(row.cluster, failure, stops=True)
        await actions.waits(tx, row.id, "Submission", words)
    if failure.last:
        await clusters.abandon(
            ctx, row.cluster, row.project_id, "run", spec.workload_name(row.id), stops=True
        )
        async with ctx.db.write() as tx:
            await actions.end(tx, row.id, RunState.CANCELLED, "Cancelled", words)


@job(on=RunRequested, failed=unsubmitted)
async def submit(ctx: AppContext, event: RunRequested) -> None:
    """Apply the run's graph to its cluster, which is chosen before where its project has a rule; applying
    twice changes nothing there."""
    async with ctx.db.read() as conn:
        row = await actions.whole(conn, event.run_id)
    if RunState(row.state) != RunState.QUEUED or row.submitted_at is not None:
        return
    options = row.candidates
    if options:
        placed = await place(ctx, row)
        if placed is None:
            return
        row = placed
    port = clusters.cluster_of(ctx, row.cluster)
    if not port.health().reachable:
        await (
            port.capacity()
        )  # raises while it does not answer: then it surely has nothing of the run, which may still be moved
    async with ctx.db.write() as tx:
        if not await placing.offer(tx, row.id, row.cluster, clock.now()):
            return  # it was moved or cancelled at the same moment
    try:
        refused = await clusters.give(
            ctx, row.cluster, lambda conn: actions.workload(conn, ctx, row), submit.name, [event.pack()]
        )
    except clusters.Waits as waits:
        async with ctx.db.write() as tx:
            await placing.kept(tx, row.id, row.cluster, options)
            return await actions.waits(tx, row.id, "Quota", str(waits))
    async with ctx.db.write() as tx:
        if not await actions.submitted(tx, event.run_id, row.cluster):  # it was moved meanwhile
            placing.report(tx, row.cluster, row.id, row.project_id)
        elif refused is not None:
            await actions.end(tx, event.run_id, RunState.FAILED, "Refused", refused)


async def place(ctx: AppContext, row: Row[Any]) -> Row[Any] | None:
    """Choose the cluster of a run by its project's rule; its row, or None when it has ended by that."""

    async def make(cluster: str) -> Workload:
        async with ctx.db.read() as conn:
            return await clusters.equipped(conn, ctx, await actions.workload(conn, ctx, row, place=cluster))

    chosen, passed, _ = await placing.choose(ctx, row.candidates, make)
    async with ctx.db.write() as tx:
        if chosen is None:
            words = "; ".join(f"{name}: {why}" for name, why in passed)
            await actions.end(
                tx, row.id, RunState.FAILED, "Refused", f"It can run on none of its clusters. {words}"
            )
            return None
        if not await placing.place(tx, row.id, chosen, passed):
            return None
    async with ctx.db.read() as conn:
        return await actions.whole(conn, row.id)


async def unleft(ctx: AppContext, event: RunLeft, failure: Failure) -> None:
    """Say why a run that was moved waits."""
    async with ctx.db.write() as tx:
        await actions.waits(
            tx,
            event.run_id,
            "Submission",
            f"Cluster {event.cluster} has not forgotten it yet. {failure.message}",
        )


@job(on=RunLeft, failed=unleft)
async def leave(ctx: AppContext, event: RunLeft) -> None:
    """Have a cluster forget a run that is on another by now; then that other gets it."""
    async with ctx.db.read() as conn:
        row = (await listing.runs_by_id(conn, [event.run_id])).get(event.run_id)
        if row is None or row.cluster == event.cluster:
            return
        space = await clusters.space_of(conn, ctx, event.project_id, "run")
    if event.cluster in ctx.clusters:  # one that is configured no more is not asked
        await clusters.cluster_of(ctx, event.cluster).delete(spec.workload_name(event.run_id), space)
    async with ctx.db.write() as tx:
        if await placing.left(tx, event.run_id, event.cluster):
            tx.record(RunRequested(event.run_id, event.project_id))


@job(on=RunCancelled, failed=unstopped)
async def stop(ctx: AppContext, event: RunCancelled) -> None:
    """Ask the cluster to end the run; one that never reached it ends here."""
    async with ctx.db.read() as conn:
        row = await actions.whole(conn, event.run_id)
        if RunState(row.state).final:
            return
        workload = await actions.workload(conn, ctx, row, masked=True)
        stopped = replace(await clusters.equipped(conn, ctx, workload), generation=row.generation, stop=True)
    if await clusters.withdrawn(ctx, stopped.name):
        async with ctx.db.write() as tx:
            return await actions.end(
                tx,
                event.run_id,
                RunState.CANCELLED,
                "Cancelled",
                "It was stopped while it waited for room in its quota.",
            )
    # A submission may be on its way: applying the stopped graph makes it a stopped one in either order.
    await clusters.cluster_of(ctx, row.cluster).apply(stopped)
    async with ctx.db.write() as tx:
        await actions.submitted(tx, event.run_id, row.cluster)


@job(on=RunFinished, delay=timedelta(seconds=1))
async def release(ctx: AppContext, event: RunFinished) -> None:
    """When all logs are kept, have the cluster forget the run and free its disk."""
    async with ctx.db.read() as conn:
        row = (await listing.runs_by_id(conn, [event.run_id])).get(event.run_id)
    if row is None:
        return
    parted = await clusters.part(
        ctx,
        row.cluster,
        row.project_id,
        kind="run",
        owner=event.run_id,
        workload=spec.workload_name(event.run_id),
    )
    if parted and row.posted:
        await ctx.store.delete(*await ctx.store.keys(f"posted/{event.run_id}/"))
    async with ctx.db.write() as tx:
        if parted:
            await actions.released(tx, event.run_id)
        else:
            tx.send(release.name, event.pack(), delay=clusters.LOGS)


@job(cron="*/10 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Take up again whatever waited too long, whatever the reason was."""
    async with ctx.db.read() as conn:
        left, stuck, moved = (
            await actions.unreleased(conn),
            await actions.stuck(conn),
            await actions.leaving(conn),
        )
    await send_again(
        ctx.db,
        {
            release: [RunFinished(row.id, row.project_id) for row in left],
            leave: [RunLeft(row.id, row.project_id, row.leaving) for row in moved],
            submit: [
                RunRequested(row.id, row.project_id) for row in stuck if row.state == RunState.QUEUED.value
            ],
            stop: [
                RunCancelled(row.id, row.project_id)
                for row in stuck
                if row.state == RunState.CANCELLING.value
            ],
        },
    )


async def clear(ctx: AppContext, project: str) -> None:
    """What clusters still have of a project's runs goes."""
    async with ctx.db.read() as conn:
        rows = await listing.unreleased_of(conn, project)
    await clusters.drop(ctx, project, "run", [(row.cluster, spec.workload_name(row.id)) for row in rows])


CONTENTS.append(Content("pipeline", Pipeline))
CONTENTS.append(Content("run", Run, listing.going_of, clear))
