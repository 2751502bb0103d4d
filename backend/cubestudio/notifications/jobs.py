"""Notify users of events, and delete old notifications."""

from functools import partial

from cubestudio.core.context import AppContext
from cubestudio.core.db import Tx
from cubestudio.core.events import Event
from cubestudio.core.jobs.declare import job
from cubestudio.notifications import actions, sources
from cubestudio.notifications.channels import actions as channels
from cubestudio.notifications.spec import Notice


@job(on=tuple(sources.READERS), retries=20)
async def notify(ctx: AppContext, event: Event) -> None:
    """Write the notification of an event, and what is delivered of it. Running twice does no harm: the event
    has one name."""
    async with ctx.db.read() as conn:
        notice = await sources.READERS[type(event)](conn, event)
    if notice is not None:
        await ctx.db.transact(partial(_write, notice=notice))


async def _write(tx: Tx, notice: Notice) -> None:
    await actions.write(tx, notice)
    await channels.write(tx, notice)


@job(cron="41 * * * *")
async def forget(ctx: AppContext) -> None:
    """Delete notifications that are older than 90 days."""
    while await ctx.db.transact(actions.forget):
        pass
