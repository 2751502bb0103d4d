"""Managing channels, and writing down what is delivered by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import AppContext
from cubestudio.core.db import Tx
from cubestudio.core.errors import Conflict, Forbidden, Invalid, TooMany
from cubestudio.core.vault import Vault
from cubestudio.notifications import messages
from cubestudio.notifications.actions import KEEP, PIECE, reachable
from cubestudio.notifications.channels import access
from cubestudio.notifications.channels.events import DeliveryRequested
from cubestudio.notifications.channels.model import Channel, ChannelKind, Delivery, DeliveryState
from cubestudio.notifications.channels.spec import PERSONAL, address_problem, secret_problem
from cubestudio.notifications.model import NotificationKind
from cubestudio.notifications.spec import Notice, shortened
from cubestudio.projects.model import Project
from cubestudio.users.model import User

MOST = 20
"""Channels of one user or project."""
MOST_TESTS = 10
"""Test messages of one channel in a minute, so that nobody floods an address."""
TURN = timedelta(seconds=40)
"""How long a message is sent at most, before another process may take its channel."""


@dataclass(kw_only=True, frozen=True)
class Given:
    """What users say of a channel; None: nothing. An empty secret removes the one that there is."""

    name: str | None = None
    address: str | None = None
    secret: str | None = None
    kinds: Sequence[NotificationKind] | None = None


async def create(
    tx: Tx, ctx: AppContext, viewer: Viewer, project: str | None, kind: ChannelKind, given: Given
) -> str:
    """Create a channel of a project, or of the viewer; return its id."""
    owner = await access.owner(tx, viewer, project)
    mine = _mine(owner)
    if (await tx.execute(select(func.count()).where(mine))).scalar_one() >= MOST:
        raise Conflict(messages.TOO_MANY_CHANNELS(limit=MOST), field="name")
    if kind == ChannelKind.EMAIL and not ctx.settings.smtp_url:
        raise Conflict(messages.MAIL_NOT_CONFIGURED(), field="kind")
    made = ids.new()
    values = await _checked(tx, ctx.vault, kind, owner, given)
    await tx.execute(
        insert(Channel).values(id=made, kind=kind.value, created_at=clock.now(), **owner, **values)
    )
    return made


async def change(tx: Tx, ctx: AppContext, viewer: Viewer, key: str, given: Given) -> None:
    """Change what is given of a channel."""
    row = await access.channel(tx, viewer, key)
    owner = {"project_id": row.project_id} if row.project_id else {"user_id": row.user_id}
    if given.name == row.name:
        given = replace(given, name=None)
    if values := await _checked(tx, ctx.vault, ChannelKind(row.kind), owner, given):
        await tx.execute(update(Channel).where(Channel.id == row.id).values(**values))


def _mine(owner: Mapping[str, str]) -> Any:
    """Return the condition that a channel has an owner."""
    ((column, key),) = owner.items()
    return Channel.__table__.columns[column] == key


async def _checked(
    tx: Tx, vault: Vault, kind: ChannelKind, owner: Mapping[str, str], given: Given
) -> dict[str, Any]:
    """Return the columns of what is given, which is checked."""
    values: dict[str, Any] = {}
    if given.name is not None:
        values["name"] = await _free(tx, owner, given.name.strip())
    if given.address is not None:
        await _reachable(tx, kind, owner, given.address)
        values["sealed_address"] = vault.seal(given.address)
    if given.secret is not None:
        if given.secret and (problem := secret_problem(kind, given.secret)):
            raise Invalid(problem, field="secret")
        values["sealed_secret"] = vault.seal(given.secret) if given.secret else None
    if given.kinds is not None:
        if "project_id" in owner and (personal := PERSONAL.intersection(given.kinds)):
            names = sorted(each.name for each in personal)
            raise Invalid(messages.CHANNEL_KIND_PERSONAL(kinds=names), field="kinds")
        values["kinds"] = [each.value for each in NotificationKind if each in given.kinds]
    return values


async def _free(tx: Tx, owner: Mapping[str, str], name: str) -> str:
    """Return a valid name that no other channel of the owner has."""
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise Invalid(messages.CHANNEL_NAME_INVALID(), field="name")
    if (await tx.execute(select(Channel.id).where(_mine(owner), Channel.name == name))).first():
        raise Conflict(messages.CHANNEL_NAME_TAKEN(name=name), field="name")
    return name


async def _reachable(tx: Tx, kind: ChannelKind, owner: Mapping[str, str], address: str) -> None:
    """Refuse an address that is not one of its kind, or to which a user may not have e-mail sent."""
    if problem := address_problem(kind, address):
        raise Invalid(problem, field="address")
    if kind == ChannelKind.EMAIL and "user_id" in owner:
        own = await tx.execute(select(User.email).where(User.id == owner["user_id"]))
        if (own.scalar_one() or "").lower() != address.lower():
            raise Forbidden(messages.CHANNEL_EMAIL_NOT_YOURS(), field="address")


async def remove(tx: Tx, viewer: Viewer, key: str) -> None:
    """Delete a channel with its deliveries; what waits is not sent."""
    row = await access.channel(tx, viewer, key)
    await tx.execute(delete(Channel).where(Channel.id == row.id))


async def test(tx: Tx, viewer: Viewer, key: str) -> str:
    """Send a test message; return the id of its delivery."""
    row = await access.channel(tx, viewer, key)
    lately = (Delivery.kind.is_(None), Delivery.id > ids.earliest(clock.now() - timedelta(minutes=1)))
    sent = select(func.count()).where(Delivery.channel_id == row.id, *lately)
    if (await tx.execute(sent)).scalar_one() >= MOST_TESTS:
        raise TooMany(messages.TOO_MANY_TESTS(limit=MOST_TESTS), field="id")
    made = ids.new()
    return await _deliver(tx, row.id, f"test:{made}", subject_id=row.id, name=row.name)


async def _deliver(tx: Tx, channel: str, event: str, **values: Any) -> str:
    key = ids.new()
    state = DeliveryState.WAITING.value
    row = {"id": key, "channel_id": channel, "event": event, "state": state, "attempts": 0, **values}
    await tx.execute(insert(Delivery).values(created_at=clock.now(), **row))
    tx.record(DeliveryRequested(key))
    return key


# what the platform itself does --------------------------------------------------------------------


async def write(tx: Tx, notice: Notice) -> None:
    """Write what is to be delivered of an event, once for each channel of its user and its project."""
    owned = or_(Channel.user_id == notice.user_id, Channel.project_id == notice.project_id)
    columns = (Channel.id, Channel.user_id, Channel.kinds)
    channels = (await tx.execute(select(*columns).where(owned))).all()
    if not channels:
        return
    sent = select(Delivery.channel_id).where(Delivery.event == notice.event)
    there = set(
        (await tx.execute(sent.where(Delivery.channel_id.in_([row.id for row in channels])))).scalars()
    )
    named = select(Project.name).where(Project.id == notice.project_id, Project.deleted_at.is_(None))
    project = (await tx.execute(named)).scalar_one_or_none()
    sees = project is not None and await reachable(tx, notice.user_id, notice.project_id)
    for row in channels:
        kind = notice.chosen([NotificationKind(each) for each in row.kinds])
        if kind is None or project is None or row.id in there or (row.user_id and not sees):
            continue
        await _deliver(
            tx,
            row.id,
            notice.event,
            kind=kind.value,
            project=project,
            subject_id=notice.subject_id,
            name=notice.name,
            number=notice.number,
            detail=shortened(notice.detail),
        )


async def claim(tx: Tx, channel: str) -> bool:
    """Return whether it is for the caller to send by a channel now."""
    now = clock.now()
    free = or_(Channel.busy_until.is_(None), Channel.busy_until < now)
    claimed = update(Channel).where(Channel.id == channel, free).values(busy_until=now + TURN)
    return (await tx.execute(claimed)).rowcount == 1


async def settle(tx: Tx, delivery: str, channel: str, problem: str | None) -> None:
    """Write down how an attempt ended, and give the channel to the next one."""
    now = clock.now()
    values: dict[str, Any] = {"attempts": Delivery.attempts + 1, "error": problem}
    told: dict[str, Any] = {"busy_until": None, "error": problem}
    if problem is None:
        values |= {"state": DeliveryState.DELIVERED.value, "ended_at": now}
        told["delivered_at"] = now
    else:
        told["failed_at"] = now
    waiting = (Delivery.id == delivery, Delivery.state == DeliveryState.WAITING.value)
    await tx.execute(update(Delivery).where(*waiting).values(**values))
    await tx.execute(update(Channel).where(Channel.id == channel).values(**told))


async def give_up(tx: Tx, delivery: str) -> None:
    """End a delivery whose attempts have all failed."""
    waiting = (Delivery.id == delivery, Delivery.state == DeliveryState.WAITING.value)
    ended = {"state": DeliveryState.FAILED.value, "ended_at": clock.now()}
    await tx.execute(update(Delivery).where(*waiting).values(**ended))


async def forget(tx: Tx) -> bool:
    """Delete some of the deliveries that are older than 90 days. Return whether there may be more."""
    old = select(Delivery.id).where(Delivery.id < ids.earliest(clock.now() - KEEP)).limit(PIECE)
    keys = (await tx.execute(old)).scalars().all()
    if keys:
        await tx.execute(delete(Delivery).where(Delivery.id.in_(keys)))
    return len(keys) == PIECE
