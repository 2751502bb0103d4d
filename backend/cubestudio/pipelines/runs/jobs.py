"""Deleting what a run leaves behind that has ended or was deleted."""

from datetime import timedelta
from functools import partial

from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import Later, job
from cubestudio.pipelines.runs import listing, removal
from cubestudio.pipelines.runs.events import RunDeleted, RunFinished
from cubestudio.workloads import listing as workloads

AGAIN = timedelta(seconds=10)
"""Between looks at whether the cluster of a deleted run has released it."""


@job(on=RunFinished, delay=timedelta(seconds=1))
async def discard(ctx: AppContext, event: RunFinished) -> None:
    """Delete the letters of a run that has ended: nobody reads them any more."""
    async with ctx.db.read() as conn:
        row = (await listing.runs_by_id(conn, [event.run_id])).get(event.run_id)
    if row is not None and row.posted:
        await ctx.store.delete(*await ctx.store.keys(f"posted/{event.run_id}/"))


@job(on=RunDeleted, delay=timedelta(seconds=1))
async def forget(ctx: AppContext, event: RunDeleted) -> None:
    """Delete the pods and logs of a run that was deleted before its cluster had released it."""
    async with ctx.db.read() as conn:
        if await workloads.unreleased_by(conn, [event.run_id]):
            raise Later(AGAIN)
    await ctx.db.transact(partial(removal.remove_pods, project=event.project_id, runs=[event.run_id]))
