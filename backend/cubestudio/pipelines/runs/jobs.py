"""Deleting what the members of a run's gangs left for each other."""

from datetime import timedelta

from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import job
from cubestudio.pipelines.runs import listing
from cubestudio.pipelines.runs.events import RunFinished


@job(on=RunFinished, delay=timedelta(seconds=1))
async def discard(ctx: AppContext, event: RunFinished) -> None:
    """Delete the letters of a run that has ended: nobody reads them any more."""
    async with ctx.db.read() as conn:
        row = (await listing.runs_by_id(conn, [event.run_id])).get(event.run_id)
    if row is not None and row.posted:
        await ctx.store.delete(*await ctx.store.keys(f"posted/{event.run_id}/"))
