"""Channels and their deliveries."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import PIECE, Reader
from cubestudio.notifications.channels import access
from cubestudio.notifications.channels.model import Channel, Delivery, DeliveryState

COLUMNS = Channel.__table__.columns
SHOWN = 20
"""Deliveries that a channel shows."""


async def channels_of(conn: Reader, viewer: Viewer, project: str | None) -> Sequence[Row]:
    """Return the channels of a project, or the viewer's own, by name."""
    ((column, key),) = (await access.owner(conn, viewer, project)).items()
    statement = select(*COLUMNS).where(COLUMNS[column] == key).order_by(Channel.name)
    return (await conn.execute(statement)).all()


async def channels_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Row]:
    return {row.id: row for row in await conn.execute(select(*COLUMNS).where(Channel.id.in_(keys)))}


async def deliveries_by_channel(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Row]]:
    """Return the last deliveries of channels, newest first."""
    rank = func.row_number().over(partition_by=Delivery.channel_id, order_by=Delivery.id.desc())
    inner = select(*Delivery.__table__.columns, rank.label("rank")).where(Delivery.channel_id.in_(keys))
    ranked = inner.subquery()
    found: dict[str, list[Row]] = {key: [] for key in keys}
    for row in await conn.execute(select(ranked).where(ranked.c.rank <= SHOWN).order_by(ranked.c.id.desc())):
        found[row.channel_id].append(row)
    return found


async def delivery(conn: Reader, key: str) -> Row | None:
    """Return a delivery by id."""
    statement = select(*Delivery.__table__.columns).where(Delivery.id == key)
    return (await conn.execute(statement)).one_or_none()


async def waiting(conn: Reader) -> Sequence[str]:
    """Return the ids of the deliveries that have waited for a minute, the oldest first, some at a time."""
    since = ids.earliest(clock.now() - timedelta(minutes=1))
    statement = select(Delivery.id).where(Delivery.state == DeliveryState.WAITING.value, Delivery.id < since)
    return (await conn.execute(statement.order_by(Delivery.id).limit(PIECE))).scalars().all()
