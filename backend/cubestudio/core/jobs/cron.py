"""The clock: which periodic jobs are due, exactly once over all replicas, by compare-and-set on a table; and
how they went."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from cronsim import CronSim
from sqlalchemy import String, Text, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core import clock, loops
from cubestudio.core.db import Base, Database, Reader, Tx
from cubestudio.core.jobs.declare import Job, declared


class Schedule(Base):
    """When a job of the clock is due next; the replica that moves `next_at` sends the job."""

    __tablename__ = "schedule"

    job: Mapped[str] = mapped_column(String(100), primary_key=True)
    cron: Mapped[str] = mapped_column(String(100))
    next_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    """When the execution began that has not ended; one that a kill interrupted is begun again."""
    last_at: Mapped[datetime | None]
    """When the last execution that ended began."""
    last_seconds: Mapped[float | None]
    """How long it took."""
    last_error: Mapped[str | None] = mapped_column(Text)
    """Why it failed; None when it succeeded."""


@dataclass(kw_only=True, frozen=True)
class Task:
    """A periodic job: when it is due, and how it went the last time that it ended."""

    name: str
    description: str
    cron: str
    next_at: datetime
    running_since: datetime | None
    last_at: datetime | None
    last_seconds: float | None
    last_error: str | None


def periodic() -> Mapping[str, Job]:
    """Return the periodic jobs by name."""
    return {name: job for name, job in sorted(declared.items()) if job.cron}


async def tasks(conn: Reader) -> list[Task]:
    """Return every periodic job, by name."""
    rows = {row.job: row for row in await conn.execute(select(*Schedule.__table__.columns))}
    return [_task(job, rows.get(name)) for name, job in periodic().items()]


def _task(job: Job, row: Any) -> Task:
    cron = job.cron or ""
    return Task(
        name=job.name,
        description=(inspect.getdoc(job.run) or "").split("\n\n")[0].replace("\n", " "),
        cron=cron,
        next_at=row.next_at if row else following(cron, clock.now()),
        running_since=row.started_at if row else None,
        last_at=row.last_at if row else None,
        last_seconds=row.last_seconds if row else None,
        last_error=row.last_error if row else None,
    )


def following(cron: str, after: datetime) -> datetime:
    """The first tick after a time; cron expressions are in UTC."""
    return next(CronSim(cron, after.astimezone(UTC)))


async def tick(db: Database) -> int:
    """Send every job that is due, once; ticks missed while nobody ran are made up for by one. How many were
    sent."""
    now = clock.now()
    async with db.read() as conn:
        rows = {
            row.job: row
            for row in (await conn.execute(select(Schedule.job, Schedule.cron, Schedule.next_at))).all()
        }
    sent = 0
    for job in [job for job in declared.values() if job.cron]:
        cron = job.cron or ""
        row = rows.get(job.name)
        if row is None:
            try:
                async with db.write() as tx:
                    await tx.execute(
                        insert(Schedule).values(job=job.name, cron=cron, next_at=following(cron, now))
                    )
            except IntegrityError:
                continue
        elif row.cron != cron:
            async with db.write() as tx:
                await tx.execute(
                    update(Schedule)
                    .where(Schedule.job == job.name)
                    .values(cron=cron, next_at=following(cron, now))
                )
        elif row.next_at <= now:
            async with db.write() as tx:
                won = await tx.execute(
                    update(Schedule)
                    .where(Schedule.job == job.name, Schedule.next_at == row.next_at)
                    .values(next_at=following(cron, now))
                )
                if won.rowcount == 1:
                    tx.send(job.name)
                    sent += 1
    return sent


async def record(db: Database, job: str, work: Awaitable[object]) -> None:
    """Do the work of a job of the clock, and write down when it began, how long it took and how it ended."""
    began, ticks = clock.now(), time.monotonic()
    await db.transact(partial(_note, job=job, values={"started_at": began}))

    async def ended(error: str | None) -> None:
        took = time.monotonic() - ticks
        values = {"started_at": None, "last_at": began, "last_seconds": took, "last_error": error}
        await db.transact(partial(_note, job=job, values=values))

    try:
        await work
    except Exception as error:
        await ended(f"{type(error).__name__}: {error}"[:1000])
        raise
    await ended(None)


async def _note(tx: Tx, job: str, values: dict[str, Any]) -> None:
    await tx.execute(update(Schedule).where(Schedule.job == job).values(**values))


async def run(db: Database) -> None:
    """Tick once a second, for ever."""
    while True:
        try:
            await tick(db)
            loops.beat("clock")
        except Exception as error:
            loops.failed("clock", error)
        await asyncio.sleep(1)
