"""The ledger of what was done: one row for each act, in the transaction of the act, chained by digests that
need our key to make."""

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, Index, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core import clock, ids
from cubestudio.core.db import Base, Id, Reader, Tx
from cubestudio.core.vault import Vault

DENIALS = frozenset({"FORBIDDEN", "NOT_FOUND"})
"""Codes of refusals that are written down: somebody may not."""
HIDDEN = frozenset({"address", "secret", "secrets", "password", "token", "value", "values"})
"""Names of arguments whose values are not written down."""
MASK = "••••••"
MOST = 300
"""Characters of a text that are written down."""
DEEP = 12
"""Lists and objects inside each other that are written down."""
MANY = 40
"""Members of a list or an object that are written down."""
PIECE = 1000


class Entry(Base):
    __tablename__ = "ledger"
    __table_args__ = (
        Index("ix_ledger_number", "number", unique=True),
        Index("ix_ledger_actor", "actor", "id"),
        Index("ix_ledger_actor_id", "actor_id", "id"),
        Index("ix_ledger_target", "target", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    """1, 2, 3 … without a gap."""
    at: Mapped[datetime]
    actor_id: Mapped[str | None] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(100))
    """The name that they had then."""
    by: Mapped[str] = mapped_column(String(100))
    """session, token, run, or how they came in."""
    address: Mapped[str | None] = mapped_column(String(60))
    operation: Mapped[str] = mapped_column(String(100))
    target: Mapped[str | None] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(20))
    """done, or the code of the refusal."""
    detail: Mapped[dict[str, Any]]
    """What was asked, secrets masked, long texts cut."""
    digest: Mapped[str] = mapped_column(String(40))
    """Of this row and the digest before it, with our key."""


class Head(Base):
    """The end of the chain; whoever writes holds it until they commit."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(40))


def begin(connection: Connection) -> None:
    """Put the beginning of the chain into a new table."""
    connection.execute(insert(Head).values(id=1, number=0, digest=""))


@dataclass(kw_only=True, frozen=True)
class Act:
    """Who did what, from where."""

    actor_id: str | None
    actor: str
    by: str
    address: str | None
    operation: str
    target: str | None = None
    outcome: str = "done"
    detail: Mapping[str, Any] | None = None


def plain(value: Any, name: str = "", depth: int = 0) -> Any:
    """What may be written down of an argument, whatever it is: what was refused is written down, too."""
    if name.lower() in HIDDEN and value not in (None, "", {}, []):
        return (
            MASK
            if not isinstance(value, Mapping)
            else dict.fromkeys([_short(str(key)) for key in list(value)[:MANY]], MASK)
        )
    if isinstance(value, Mapping | list | tuple) and depth >= DEEP:
        return "…"
    if isinstance(value, Mapping):
        return {
            _short(str(key)): plain(each, str(key), depth + 1) for key, each in list(value.items())[:MANY]
        }
    if isinstance(value, list | tuple):
        return [plain(each, "", depth + 1) for each in value[:MANY]]
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else _short(hex(value))
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    told = getattr(value, "__dict__", None)
    return (
        plain(told, "", depth + 1)
        if told is not None and not hasattr(value, "value")
        else _short(str(getattr(value, "value", value)))
    )


def _short(text: str) -> str:
    """A text as a database keeps it, cut where it is long."""
    cut = text if len(text) <= MOST else text[:MOST] + "…"
    return cut.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _text(before: str, row: Mapping[str, Any]) -> str:
    """What the digest of a row is of."""
    told = {
        name: row[name]
        for name in (
            "id",
            "number",
            "actor_id",
            "actor",
            "by",
            "address",
            "operation",
            "target",
            "outcome",
            "detail",
        )
    }
    told["at"] = row["at"].isoformat()
    return before + orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


async def write(tx: Tx, vault: Vault, act: Act) -> None:
    """Write one act down, as the last."""
    head = (await tx.execute(select(Head.number, Head.digest).where(Head.id == 1).with_for_update())).one()
    row = {
        "id": ids.new(),
        "number": head.number + 1,
        "at": clock.now(),
        "actor_id": act.actor_id,
        "actor": act.actor[:100],
        "by": act.by[:100],
        "address": act.address and act.address[:60],
        "operation": act.operation[:100],
        "target": act.target and act.target[:60],
        "outcome": act.outcome,
        "detail": plain(dict(act.detail or {})),
    }
    row["digest"] = vault.sign(_text(head.digest, row))
    await tx.execute(insert(Entry).values(**row))
    await tx.execute(update(Head).where(Head.id == 1).values(number=row["number"], digest=row["digest"]))


@dataclass(frozen=True)
class Verdict:
    """Whether the chain holds: how many rows, and in words the first thing that is wrong."""

    rows: int
    problem: str | None


async def entries(conn: Reader) -> AsyncIterator[Mapping[str, Any]]:
    """All rows, oldest first."""
    last = 0
    while True:
        statement = (
            select(*Entry.__table__.columns).where(Entry.number > last).order_by(Entry.number).limit(PIECE)
        )
        rows = (await conn.execute(statement)).all()
        if not rows:
            return
        for row in rows:
            yield row._mapping
        last = rows[-1].number


async def verify(conn: Reader, vault: Vault) -> Verdict:
    """Go through the whole chain: a row that was changed, taken out, put in, or cut off at the end is
    found."""
    head = (await conn.execute(select(Head.number, Head.digest).where(Head.id == 1))).one_or_none()
    before, count = "", 0
    async for row in entries(conn):
        count += 1
        if row["number"] != count:
            return Verdict(count, f"entry {count} is missing: after it comes entry {row['number']}")
        if not vault.signed(_text(before, row), row["digest"]):
            return Verdict(
                count,
                f"entry {count} is not what was written, or the one before it is not "
                f"({row['operation']} by {row['actor']})",
            )
        before = row["digest"]
    if head is None or (head.number, head.digest) != (count, before):
        return Verdict(count, f"the ledger ends with entry {count}; entries after it were taken away")
    return Verdict(count, None)
