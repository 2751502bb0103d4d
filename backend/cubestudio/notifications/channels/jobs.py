"""Deliver messages by channels."""

from datetime import timedelta
from functools import partial

from cubestudio.core.context import AppContext
from cubestudio.core.errors import Conflict
from cubestudio.core.jobs.declare import Failure, Later, job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.notifications import messages
from cubestudio.notifications.channels import actions, listing, sending, spec
from cubestudio.notifications.channels.events import DeliveryRequested
from cubestudio.notifications.channels.model import ChannelKind, DeliveryState
from cubestudio.notifications.model import NotificationKind
from cubestudio.notifications.spec import title

RETRIES = 12
"""Attempts after the first one, with doubling pauses: about half an hour in all."""
BUSY = timedelta(seconds=2)
"""After which a delivery asks again for a channel that another one uses."""


async def failed(ctx: AppContext, event: DeliveryRequested, failure: Failure) -> None:
    """Give up after the last attempt; the error of each one is written down where it failed."""
    if failure.last:
        await ctx.db.transact(partial(actions.give_up, delivery=event.delivery_id))


@job(on=DeliveryRequested, retries=RETRIES, failed=failed)
async def deliver(ctx: AppContext, event: DeliveryRequested) -> None:
    """Send a message unless it has been delivered. A process that is killed after the receiver accepted
    it and before that is written down has it sent again, with the same id."""
    async with ctx.db.read() as conn:
        row = await listing.delivery(conn, event.delivery_id)
        channel = (await listing.channels_by_id(conn, [row.channel_id])).get(row.channel_id) if row else None
    if row is None or channel is None or row.state != DeliveryState.WAITING.value:
        return
    if not await ctx.db.transact(partial(actions.claim, channel=channel.id)):
        raise Later(BUSY)
    kind = NotificationKind(row.kind) if row.kind else None
    base = (ctx.settings.public_url or f"http://localhost:{ctx.settings.port}").rstrip("/")
    message = spec.Message(
        id=row.id,
        kind=kind,
        title=title(kind, row.name, row.number) if kind else f"Test message of channel {row.name}",
        detail=row.detail,
        url=base + spec.page(kind, row.subject_id, row.project),
        project=row.project,
        subject_id=row.subject_id,
        created_at=row.created_at.isoformat(),
    )
    secret = ctx.vault.unseal(channel.sealed_secret) if channel.sealed_secret else None
    address = ctx.vault.unseal(channel.sealed_address)
    problem = await sending.send(ctx, ChannelKind(channel.kind), address, secret, message)
    settled = partial(actions.settle, delivery=row.id, channel=channel.id, problem=problem)
    await ctx.db.transact(settled)
    if problem is not None:
        raise Conflict(messages.NOTIFICATION_NOT_DELIVERED(problem=problem))


@job(cron="*/5 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Send notifications that are still waiting because their job was lost."""
    async with ctx.db.read() as conn:
        waiting = await listing.waiting(conn)
    await send_again(ctx.db, {deliver: map(DeliveryRequested, waiting)})


@job(cron="43 * * * *")
async def forget(ctx: AppContext) -> None:
    """Delete deliveries that are older than 90 days."""
    while await ctx.db.transact(actions.forget):
        pass
