"""Giving builds to clusters, ending them there, and letting clusters forget what is ours by now."""

from datetime import timedelta

from cubestudio.clusters import actions as clusters
from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import Failure, job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.images import actions, listing, spec
from cubestudio.images.events import BuildEnded, BuildWanted
from cubestudio.images.model import BuildState, Image
from cubestudio.projects.contents import CONTENTS, Content


async def untold(ctx: AppContext, event: BuildWanted, failure: Failure) -> None:
    """Say why a build waits; one whose cluster could not be told what is wanted ends."""
    async with ctx.db.read() as conn:
        row = await listing.whole(conn, event.build_id)
    if row is None or BuildState(row.state).final:
        return
    stops = row.state == BuildState.CANCELLING.value
    if not stops and row.submitted_at is not None:
        return
    words = clusters.delayed(row.cluster, failure, stops)
    async with ctx.db.write() as tx:
        await actions.waits(tx, row.id, "Submission", words)
    if failure.last:
        await clusters.abandon(
            ctx, row.cluster, row.project_id, kind="build", workload=spec.workload_name(row.id), stops=stops
        )
        async with ctx.db.write() as tx:
            await actions.lose(tx, row.id, "Submission", words)


@job(on=BuildWanted, failed=untold)
async def carry(ctx: AppContext, event: BuildWanted) -> None:
    """Tell the cluster what is wanted now; telling it twice changes nothing there."""
    async with ctx.db.read() as conn:
        row = await listing.whole(conn, event.build_id)
    if row is None or BuildState(row.state).final:
        return
    stops = row.state == BuildState.CANCELLING.value
    if not stops and row.submitted_at is not None:
        return
    try:
        refused = await clusters.give(
            ctx, row.cluster, lambda conn: actions.prepared(conn, ctx, row, stops), carry.name, [event.pack()]
        )
    except clusters.Waits as waits:
        async with ctx.db.write() as tx:
            return await actions.waits(tx, row.id, "Quota", str(waits))
    async with ctx.db.write() as tx:
        if refused is not None:
            await actions.lose(tx, row.id, "Refused", refused)
        else:
            await actions.submitted(tx, row.id)


@job(on=BuildEnded, delay=timedelta(seconds=1))
async def release(ctx: AppContext, event: BuildEnded) -> None:
    """When its log is kept, have the cluster forget it and free its disk."""
    async with ctx.db.read() as conn:
        row = (await listing.builds_by_id(conn, [event.build_id])).get(event.build_id)
    if row is None:
        return
    parted = await clusters.part(
        ctx, row.cluster, row.project_id, kind="build", owner=row.id, workload=spec.workload_name(row.id)
    )
    async with ctx.db.write() as tx:
        if parted:
            await actions.released(tx, row.id)
        else:
            tx.send(release.name, event.pack(), delay=clusters.LOGS)


@job(cron="*/10 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Take up again whatever waited too long, whatever the reason was."""
    async with ctx.db.read() as conn:
        left, stuck = await listing.unsettled(conn)
    await send_again(ctx.db, {release: map(BuildEnded, left), carry: map(BuildWanted, stuck)})


async def clear(ctx: AppContext, project: str) -> None:
    """What clusters still have of a project's builds goes."""
    async with ctx.db.read() as conn:
        rows = await listing.unreleased_of(conn, project)
    await clusters.drop(ctx, project, "build", [(row.cluster, spec.workload_name(row.id)) for row in rows])


CONTENTS.append(Content("image", Image, listing.going_of, clear))
