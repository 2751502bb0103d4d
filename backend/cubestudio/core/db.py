"""The database: one write transaction per mutation and per job step, with its events and messages written
beside it."""

import asyncio
import base64
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    DateTime,
    Dialect,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    event,
    insert,
)
from sqlalchemy.dialects.mysql import DATETIME, LONGTEXT
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cubestudio.core import clock, ids
from cubestudio.core.errors import Raced, Unavailable
from cubestudio.core.events import Event

T = TypeVar("T")
_TRANSIENT = {1020, 1205, 1213}
"""MariaDB: stale snapshot, lock wait timeout, deadlock; the transaction was rolled back and may be tried
again."""


class Utc(TypeDecorator[datetime]):
    """Times with microseconds, always in UTC; naive values are refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect):
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


LongText = Text().with_variant(LONGTEXT(), "mysql", "mariadb")
"""Text of any length; MySQL's own ends at 64 KiB."""


class Json(TypeDecorator[Any]):
    """A JSON value as text. SQLite's own JSON type has numeric affinity and would turn the text "1" into a
    number."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect):
        return dialect.type_descriptor(LONGTEXT() if dialect.name in ("mysql", "mariadb") else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


class Bytes(TypeDecorator[bytes]):
    """Up to 48 KiB of bytes. On MariaDB as base64: aiomysql takes a function for sending bytes from PyMySQL
    that PyMySQL no longer has."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect):
        return dialect.type_descriptor(Text() if dialect.name in ("mysql", "mariadb") else LargeBinary())

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "sqlite" else base64.b64encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return value if value is None or dialect.name == "sqlite" else base64.b64decode(value)


class Base(DeclarativeBase):
    """All tables; names of constraints follow one convention so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {bytes: Bytes, datetime: Utc, dict[str, Any]: Json, list[Any]: Json}


Id = String(36)
PIECE = 500
"""Rows or values that fit into one statement."""


def pieces(rows: Sequence[T], size: int = PIECE) -> Iterator[Sequence[T]]:
    """Return a long list in pieces that fit into one statement."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


class Outbox(Base):
    """A message that must be delivered: written with the change that caused it, deleted when it was
    handled."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_send_at", "send_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    job: Mapped[str | None] = mapped_column(String(100))
    """The job to run; None for an event to publish."""
    body: Mapped[list[Any]]
    send_at: Mapped[datetime | None]
    """When it is sent (again) unless settled before; None: given up."""
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Message:
    """A job to run: `id` of its outbox row, the job's name and its arguments (JSON)."""

    id: str
    job: str
    args: tuple


RESEND = timedelta(seconds=30)
"""A message that was handed over but not settled in this time is sent again."""


class Tx:
    """One write transaction. `record` and `send` leave rows that are delivered only if it commits."""

    def __init__(self, connection: AsyncConnection, database: "Database"):
        self.connection = connection
        self.execute: Callable[..., Awaitable[Any]] = connection.execute
        self._database = database
        self.events: list[Event] = []
        self.messages: list[Message] = []
        self._rows: list[dict] = []

    def record(self, happened: Event) -> None:
        """Tell the world after commit; jobs declared `on` this event are sent with it."""
        self.events.append(happened)
        if self._database.keep_events:
            self._row(None, [happened.pack()], clock.now() + RESEND)
        for job, delay in self._database.route(happened):
            self.send(job, happened.pack(), delay=delay)

    def send(self, job: str, *args: Any, delay: timedelta = timedelta(0)) -> None:
        """Run a job after commit, `delay` later at the earliest."""
        now = clock.now()
        row = self._row(job, list(args), now + (delay if delay else RESEND))
        if not delay:
            self.messages.append(Message(row, job, args))

    def _row(self, job: str | None, body: list, send_at: datetime) -> str:
        row = ids.new()
        self._rows.append({"id": row, "job": job, "body": body, "send_at": send_at, "attempts": 0})
        return row

    async def flush(self) -> None:
        if self._rows:
            await self.execute(insert(Outbox), self._rows)

    @property
    def kept(self) -> list[str]:
        """Outbox rows of events, to be deleted once published."""
        return [row["id"] for row in self._rows if row["job"] is None]


Reader = AsyncConnection | Tx
"""Whatever a reading function can execute a statement on."""


def make_engine(url: str, *, writer: bool, readers: int = 2) -> AsyncEngine:
    """An engine with our pragmas. SQLite: one writer that begins IMMEDIATE (the driver's default loses
    updates silently), few readers; MariaDB: READ COMMITTED, one pool for both."""
    if not url.startswith("sqlite"):
        return create_async_engine(
            url,
            pool_size=20,
            max_overflow=20,
            pool_pre_ping=True,
            pool_recycle=1800,
            isolation_level="READ COMMITTED",
        )
    size = 1 if writer else readers
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=60, connect_args={"timeout": 10}
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(dbapi: Any, record: Any) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=10000",
            "foreign_keys=ON",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


class Database:
    """`read()` for looking, `write()` for changing; nobody else opens or commits a transaction."""

    def __init__(self, url: str):
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self._writer = make_engine(url, writer=True)
        self._reader = make_engine(url, writer=False) if self.sqlite else self._writer
        self._turn = asyncio.Lock()
        self.keep_events = False
        self.route: Callable[[Event], Sequence[tuple[str, timedelta]]] = lambda happened: ()
        self.deliver: Callable[[Tx], Awaitable[None]] | None = None

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection to look with; rows are plain, nothing is tracked."""
        try:
            async with self._reader.connect() as connection:
                if self.sqlite:
                    yield connection
                else:
                    yield await connection.execution_options(isolation_level="AUTOCOMMIT")
        except OperationalError as error:
            raise explain(error) from error

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One transaction: commits when the block ends, rolls back when it raises; then its events are
        delivered."""
        turn = self._turn if self.sqlite else contextlib.nullcontext()
        try:
            async with turn, self._writer.connect() as connection:
                tx = Tx(connection, self)
                async with connection.begin():
                    yield tx
                    await tx.flush()
        except OperationalError as error:
            raise explain(error) from error
        if self.deliver and (tx.events or tx.messages):
            await asyncio.shield(self.deliver(tx))

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """`work` in one transaction, done again when the database itself gave up on it (deadlock, lock wait),
        or when somebody else was faster: what `work` read was changed, or what it wanted to insert is there
        (it then sees it, and says so)."""
        for attempt in range(5):
            try:
                async with self.write() as tx:
                    return await work(tx)
            except (Busy, Raced, IntegrityError) as error:
                if attempt == (1 if isinstance(error, IntegrityError) else 4):
                    raise
                await asyncio.sleep(0.02 * 2**attempt)
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


class Busy(Unavailable):
    """The database rolled the transaction back because of another one; the same work may succeed when
    repeated."""


class Unanswered(Unavailable):
    """The database refused, or nothing came back, and it is not known why: it may be away, or take offence at
    what it was sent."""


def explain(error: DBAPIError) -> Unavailable:
    """The refusal a person can understand for a fault of the database."""
    origin = error.orig
    text = str(origin)
    code = origin.args[0] if origin is not None and origin.args else None
    if code in _TRANSIENT:
        return Busy("The database is busy with a competing change. Nothing was saved; try again.")
    if "locked" in text or getattr(origin, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
        return Unavailable(
            "The database is locked by another program. Nothing was saved; try again in a moment."
        )
    if "disk is full" in text or "disk I/O" in text or code == 1021:
        return Unavailable(
            "The disk of the database is full. Nothing was saved.",
            hint="Free some space and try again; work goes on by itself.",
        )
    return Unanswered(f"The database does not answer. Nothing was saved; try again. ({text[:200]})")
