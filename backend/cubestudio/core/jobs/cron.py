"""The clock: who is due, exactly once over all replicas, by compare-and-set on a table."""

import asyncio
from datetime import UTC, datetime

from cronsim import CronSim
from sqlalchemy import String, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core import clock, loops
from cubestudio.core.db import Base, Database
from cubestudio.core.jobs.declare import declared


class Schedule(Base):
    """When a job of the clock is due next; the replica that moves `next_at` sends the job."""

    __tablename__ = "schedule"

    job: Mapped[str] = mapped_column(String(100), primary_key=True)
    cron: Mapped[str] = mapped_column(String(100))
    next_at: Mapped[datetime]


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


async def run(db: Database) -> None:
    """Tick once a second, for ever."""
    while True:
        try:
            await tick(db)
            loops.beat("clock")
        except Exception as error:
            loops.failed("clock", error)
        await asyncio.sleep(1)
