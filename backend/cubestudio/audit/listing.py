"""The ledger as its page shows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from cubestudio.core import ids
from cubestudio.core.audit import Entry
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.paging import among
from cubestudio.users.access import overseer


async def entries_of(
    conn: Reader,
    viewer: Viewer,
    actor: str,
    operation: str,
    target: str,
    outcome: str,
    since: datetime | None,
    until: datetime | None,
    after: str | None,
    first: int,
    most: int,
) -> Sequence[Row]:
    """A page of the ledger, newest first; `outcome`: done, refused, or empty for both."""
    overseer(viewer)
    narrow: dict[Any, Sequence[Any]] = {}
    rest: list[Any] = []
    if target.strip():
        narrow[Entry.target] = [target.strip()[:60]]
    if actor := actor.strip():
        column = Entry.actor_id if ids.is_id(actor) else Entry.actor
        if narrow:
            rest.append(column == actor[:100])
        else:
            narrow[column] = [actor[:100]]
    if operation.strip():
        rest.append(Entry.operation.startswith(operation.strip()[:100], autoescape=True))
    if outcome:
        rest.append(Entry.outcome == "done" if outcome == "done" else Entry.outcome != "done")
    if since:
        rest.append(Entry.at >= since)
    if until:
        rest.append(Entry.at <= until)
    return (
        await conn.execute(
            among(Entry.__table__.columns, Entry.id, narrow, rest=rest, after=after, first=first, most=most)
        )
    ).all()
