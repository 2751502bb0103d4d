"""Requests and the use of keys, read."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.db import Reader
from cubestudio.core.paging import Rows, cut, fetch
from cubestudio.services.plan import Outcome
from cubestudio.services.requests.model import KeyUse, Request


async def requests_of(
    conn: Reader, service: str, outcome: Outcome | None, caller: str, after: str | None, first: int, most: int
) -> Rows:
    """A page of the requests to a service, newest first. `outcome`: only those that were answered so."""
    statement = select(*Request.__table__.columns).where(Request.service_id == service)
    if outcome is not None:
        statement = statement.where(Request.status.between(outcome.statuses.start, outcome.statuses.stop - 1))
    if words := caller.strip()[:100]:
        statement = statement.where(Request.caller.contains(words, autoescape=True))
    return await fetch(conn, cut(statement, Request.id, after, first, most))


async def use_by_key(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Row]]:
    """What was asked with keys, by day, the last 30."""
    found: dict[str, list[Row]] = {key: [] for key in keys}
    for row in await conn.execute(
        select(*KeyUse.__table__.columns).where(KeyUse.key_id.in_(keys)).order_by(KeyUse.day)
    ):
        found[row.key_id].append(row)
    return {key: rows[-30:] for key, rows in found.items()}
