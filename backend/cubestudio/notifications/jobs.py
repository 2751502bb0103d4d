"""Notify users of events, and delete old notifications."""

from functools import partial

from cubestudio.core.context import AppContext
from cubestudio.core.events import Event
from cubestudio.core.jobs.declare import job
from cubestudio.notifications import actions, sources


@job(on=tuple(sources.READERS), retries=20)
async def notify(ctx: AppContext, event: Event) -> None:
    """Write the notification of an event. Running twice does no harm: the event has one name."""
    async with ctx.db.read() as conn:
        notice = await sources.READERS[type(event)](conn, event)
    if notice is not None:
        await ctx.db.transact(partial(actions.write, notice=notice))


@job(cron="41 * * * *")
async def forget(ctx: AppContext) -> None:
    """Delete notifications that are older than 90 days."""
    while await ctx.db.transact(actions.forget):
        pass
