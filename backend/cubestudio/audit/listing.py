"""The ledger as its page shows it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, or_, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.keyset import cut
from cubestudio.core.ledger import Entry
from cubestudio.users.access import overseer


async def entries_of(
    conn: Reader, viewer: Viewer, actor: str, operation: str, target: str, outcome: str, since: datetime | None, until: datetime | None,
    after: str | None, first: int, most: int,
) -> Sequence[Row]:  # fmt: skip
    """A page of the ledger, newest first; `outcome`: done, refused, or empty for both."""
    overseer(viewer)
    statement = select(*Entry.__table__.columns)
    if actor.strip():
        statement = statement.where(or_(Entry.actor == actor.strip()[:100], Entry.actor_id == actor.strip()[:60]))
    if operation.strip():
        statement = statement.where(Entry.operation.startswith(operation.strip()[:100], autoescape=True))
    if target.strip():
        statement = statement.where(Entry.target == target.strip()[:60])
    if outcome:
        statement = statement.where(Entry.outcome == "done" if outcome == "done" else Entry.outcome != "done")
    if since:
        statement = statement.where(Entry.at >= since)
    if until:
        statement = statement.where(Entry.at <= until)
    return (await conn.execute(cut(statement, Entry.id, after, first, most))).all()
