"""The audit log as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cubestudio.core import ids
from cubestudio.core.audit import Entry
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.paging import Rows, among, fetch
from cubestudio.users.access import overseer


class AuditOutcome(StrEnum):
    """What became of an operation."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(kw_only=True, frozen=True)
class Filter:
    """Which entries of the audit log are meant. `operation`: how its name begins; `outcome`: done, refused,
    or empty for both."""

    actor: str = ""
    operation: str = ""
    target: str = ""
    outcome: AuditOutcome | None = None
    since: datetime | None = None
    until: datetime | None = None


async def entries_of(
    conn: Reader, viewer: Viewer, wanted: Filter, *, after: str | None, first: int, most: int
) -> Rows:
    """Return a page of the audit log, newest first."""
    overseer(viewer)
    narrow: dict[Any, Sequence[Any]] = {}
    rest: list[Any] = []
    if wanted.target.strip():
        narrow[Entry.target] = [wanted.target.strip()[:60]]
    if actor := wanted.actor.strip():
        column = Entry.actor_id if ids.is_id(actor) else Entry.actor
        if narrow:
            rest.append(column == actor[:100])
        else:
            narrow[column] = [actor[:100]]
    if wanted.operation.strip():
        rest.append(Entry.operation.startswith(wanted.operation.strip()[:100], autoescape=True))
    if wanted.outcome:
        done = wanted.outcome == AuditOutcome.DONE
        rest.append(Entry.outcome == "done" if done else Entry.outcome != "done")
    if wanted.since:
        rest.append(Entry.at >= wanted.since)
    if wanted.until:
        rest.append(Entry.at <= wanted.until)
    return await fetch(
        conn, among(Entry.__table__.columns, Entry.id, narrow, rest=rest, after=after, first=first, most=most)
    )
