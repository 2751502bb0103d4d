"""Giving notebooks to clusters, ending them there, and looking whether they are in use."""

import asyncio
from datetime import timedelta

from sqlalchemy import Row

from cubestudio.clusters import actions as clusters
from cubestudio.core import log
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Refusal
from cubestudio.core.jobs.declare import Failure, job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.notebooks import actions, listing, spec
from cubestudio.notebooks.entrance import consider
from cubestudio.notebooks.events import NotebookDeleted, NotebookEnded, NotebookWanted
from cubestudio.notebooks.model import Notebook, NotebookState
from cubestudio.projects.contents import CONTENTS, Content

logger = log.get(__name__)
AT_ONCE = 20
"""Notebooks that are asked at the same time."""


async def untold(ctx: AppContext, event: NotebookWanted, failure: Failure) -> None:
    """Say why a notebook waits; a start whose cluster could not be told what is wanted ends."""
    async with ctx.db.read() as conn:
        row = await listing.whole(conn, event.notebook_id)
    if row is None or NotebookState(row.state).off:
        return
    stops = row.state == NotebookState.STOPPING.value
    if not stops and row.submitted_at is not None:
        return
    words = clusters.delayed(row.cluster, failure, stops)
    async with ctx.db.write() as tx:
        await actions.waits(tx, row.id, row.starts, "Submission", words)
    if failure.last:
        await clusters.abandon(
            ctx,
            row.cluster,
            row.project_id,
            kind="notebook",
            workload=spec.workload_name(row.id, row.starts),
            stops=stops,
        )
        async with ctx.db.write() as tx:
            await actions.lose(tx, row.id, row.starts, "Submission", words)


@job(on=NotebookWanted, failed=untold)
async def carry(ctx: AppContext, event: NotebookWanted) -> None:
    """Tell the cluster what is wanted now; telling it twice changes nothing there."""
    async with ctx.db.read() as conn:
        row = await listing.whole(conn, event.notebook_id)
    if row is None or NotebookState(row.state).off:
        return
    stops = row.state == NotebookState.STOPPING.value
    if not stops and row.submitted_at is not None:
        return
    # A start may be on its way: applying the stopped server makes it a stopped one in either order.
    try:
        refused = await clusters.give(
            ctx, row.cluster, lambda conn: actions.workload(conn, ctx, row, stops), carry.name, [event.pack()]
        )
    except clusters.Waits as waits:
        async with ctx.db.write() as tx:
            return await actions.waits(tx, row.id, row.starts, "Quota", str(waits))
    async with ctx.db.write() as tx:
        if refused is not None:
            await actions.lose(tx, row.id, row.starts, "Refused", refused)
        else:
            await actions.submitted(tx, row.id, row.starts)


@job(on=NotebookEnded, delay=timedelta(seconds=1))
async def release(ctx: AppContext, event: NotebookEnded) -> None:
    """When the logs of a start are kept, have the cluster forget it."""
    start = int(event.start)
    async with ctx.db.read() as conn:
        row = (await listing.notebooks_by_id(conn, [event.notebook_id])).get(event.notebook_id)
    if row is None:
        return
    parted = await clusters.part(
        ctx,
        row.cluster,
        row.project_id,
        kind="notebook",
        owner=row.id,
        workload=spec.workload_name(row.id, start),
    )
    async with ctx.db.write() as tx:
        if parted:
            await actions.released(tx, row.id, start)
        else:
            tx.send(release.name, event.pack(), delay=clusters.LOGS)


@job(on=NotebookDeleted)
async def forget(ctx: AppContext, event: NotebookDeleted) -> None:
    """What a cluster has of a deleted notebook goes."""
    cluster = clusters.cluster_of(ctx, event.cluster)
    async with ctx.db.read() as conn:
        space = await clusters.space_of(conn, ctx, event.project_id, "notebook")
    await cluster.delete(event.workload, space)
    await clusters.freed(ctx, event.workload)
    if event.folder:
        await cluster.discard(event.project_id, event.folder, space)


@job(cron="*/10 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Take up again whatever waited too long, whatever the reason was."""
    async with ctx.db.read() as conn:
        left, stuck = await listing.unreleased(conn), await listing.stuck(conn)
    over = [(row, row.starts if NotebookState(row.state).off else row.starts - 1) for row in left]
    ended = [
        NotebookEnded(row.id, str(start)) for row, last in over for start in range(row.released + 1, last + 1)
    ]
    await send_again(ctx.db, {release: ended, carry: map(NotebookWanted, stuck)})


@job(cron="* * * * *")
async def look(ctx: AppContext) -> None:
    """Ask every notebook that runs whether it is in use; warn, and stop those that are idle for too long."""
    async with ctx.db.read() as conn:
        rows = await listing.running(conn)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row) -> None:
        async with gate:
            try:
                await consider(ctx, row.id)
            except Refusal as refusal:
                logger.warning("a notebook could not be looked at", notebook=row.id, error=refusal.message)
            except Exception:
                logger.exception("a notebook could not be looked at", notebook=row.id)

    await asyncio.gather(*(one(row) for row in rows))


async def clear(ctx: AppContext, project: str) -> None:
    """What clusters have of a project's notebooks goes, their folders too."""
    async with ctx.db.read() as conn:
        rows = await listing.all_of(conn, project)
    for row in rows:
        await forget.run(
            ctx,
            NotebookDeleted(
                row.id, project, row.cluster, spec.workload_name(row.id, row.starts), spec.folder(row.id)
            ),
        )


CONTENTS.append(Content("notebook", Notebook, listing.going_of, clear))
