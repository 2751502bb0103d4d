"""Delivery after commit: publishes events, hands messages to the broker, and sends again what was not
settled."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import orjson
from sqlalchemy import delete, or_, select, update

from cubestudio.core import clock, ids, log, loops, tasks
from cubestudio.core.context import AppContext
from cubestudio.core.db import RESEND, Database, Message, Outbox, Tx
from cubestudio.core.errors import Refusal, Unavailable
from cubestudio.core.events import Bus, Event, unpack
from cubestudio.core.jobs import cron
from cubestudio.core.jobs.declare import Failure, Job, Later, declared

logger = log.get(__name__)
CLAIM = timedelta(minutes=2)
"""How long a message belongs to the process that runs its job, unless that prolongs it."""
KEEP = timedelta(days=7)
"""How long a message that was given up is kept, for those who look for the reason."""
FORGET = timedelta(hours=1)
"""How often older ones are looked for."""


class Delivery:
    """Wired behind `Database.deliver`; `sweep` runs in every process that delivers."""

    def __init__(self, db: Database, bus: Bus, enqueue: Callable[[Iterable[Message]], None]):
        self._db = db
        self._bus = bus
        self._enqueue = enqueue
        self._published: list[str] = []

    async def __call__(self, tx: Tx) -> None:
        """After a commit. A failure here delays and loses nothing: the rows are there."""
        try:
            if tx.events:
                await self._bus.publish(tx.events)
                self._published += tx.kept
            if tx.messages:
                self._enqueue(tx.messages)
        except Exception as error:
            logger.warning("delivery put off", error=repr(error))

    async def sweep(self, everything: bool = False) -> int:
        """Send what is due (`everything`: at start, also what the last life had in its hands). How many were
        sent."""
        gone, self._published = self._published, []
        now = clock.now()
        due = Outbox.send_at.is_not(None) if everything else Outbox.send_at <= now
        async with self._db.read() as conn:
            rows = (
                await conn.execute(select(Outbox.id, Outbox.job, Outbox.body).where(due).limit(1000))
            ).all()
        if not rows and not gone:
            return 0
        messages, events = [], []
        async with self._db.write() as tx:
            if gone:
                await tx.execute(delete(Outbox).where(Outbox.id.in_(gone)))
            for row in rows:
                values = {"send_at": now + RESEND} | ({"claimed_until": None} if everything else {})
                won = await tx.execute(update(Outbox).where(Outbox.id == row.id, due).values(**values))
                if won.rowcount != 1:
                    continue
                if row.job is not None:
                    messages.append(Message(row.id, row.job, tuple(row.body)))
                else:
                    with contextlib.suppress(KeyError, TypeError):
                        events.append(unpack(row.body[0]))
                    self._published.append(row.id)
        if events:
            await self._bus.publish(events)
        self._enqueue(messages)
        return len(rows)

    async def forget(self) -> None:
        """Delete messages that were given up long ago."""
        old = (Outbox.send_at.is_(None), Outbox.id < ids.earliest(clock.now() - KEEP))
        async with self._db.write() as tx:
            await tx.execute(delete(Outbox).where(*old))

    async def run(self) -> None:
        """Sweep once a second, for ever."""
        everything, forgotten = not self._bus.durable, clock.now()
        while True:
            try:
                await self.sweep(everything)
                everything = False
                if clock.now() - forgotten > FORGET:
                    forgotten = clock.now()
                    await self.forget()
                loops.beat("outbox")
            except Exception as error:
                loops.failed("outbox", error)
            await asyncio.sleep(1)


async def perform(ctx: AppContext, message: Message) -> None:
    """Run one job: claim its row, run, delete the row; or put it off with a doubling pause, and give up at
    last."""
    attempts = await ctx.db.transact(partial(_claim, message=message))
    if attempts is None:
        return
    job = declared.get(message.job)
    with log.bound(job=message.job, message=message.id, attempt=attempts):
        try:
            if job is None:
                raise LookupError(f"no job is named {message.job} in this version")
            async with _held(ctx.db, message.id):
                work = job.run(ctx, *_arguments(message))
                await (cron.record(ctx.db, job.name, work) if job.cron else work)
        except asyncio.CancelledError:
            async with ctx.db.write() as tx:
                await tx.execute(
                    update(Outbox)
                    .where(Outbox.id == message.id)
                    .values(claimed_until=None, send_at=clock.now() + RESEND)
                )
            raise
        except Later as later:
            async with ctx.db.write() as tx:
                values = {
                    "claimed_until": None,
                    "send_at": clock.now() + later.delay,
                    "attempts": Outbox.attempts - 1,
                }
                await tx.execute(update(Outbox).where(Outbox.id == message.id).values(**values))
            return
        except Exception as error:
            await _put_off(ctx, message, job, attempts, error)
            return
    await ctx.db.transact(lambda tx: tx.execute(delete(Outbox).where(Outbox.id == message.id)))


def _arguments(message: Message) -> list[Any]:
    return [unpack(arg) if isinstance(arg, dict) and "event" in arg else arg for arg in message.args]


async def _put_off(
    ctx: AppContext, message: Message, job: Job | None, attempts: int, error: Exception
) -> None:
    """Write down when a job that failed is tried again. A part that is away is waited for without end;
    everything else is given up."""
    over = not isinstance(error, Unavailable) and attempts > (job.retries if job else 0)
    pause = timedelta(seconds=min(2 ** min(attempts - 1, 9), 300))
    if isinstance(error, Refusal):
        words = " ".join(filter(None, (error.message, error.hint)))
        logger.warning("job refused", error=error.message, again_in=None if over else str(pause))
    else:
        words = f"Internal error {message.id}; the log of the platform says more."
        logger.exception("job failed", again_in=None if over else str(pause))
    if job is not None and job.failed is not None:
        try:
            await job.failed(ctx, *_arguments(message), Failure(words, over))
        except Exception as second:  # the sweep takes it up again
            logger.warning("the failure of a job could not be written down", error=repr(second))
    send_at = None if over else clock.now() + pause
    async with ctx.db.write() as tx:
        values = {"claimed_until": None, "send_at": send_at, "error": repr(error)[:2000]}
        await tx.execute(update(Outbox).where(Outbox.id == message.id).values(**values))


@contextlib.asynccontextmanager
async def _held(db: Database, message: str) -> AsyncIterator[None]:
    """Prolong a claim while its job runs. The claim of a process that was killed ends soon, and another
    process takes the message."""

    async def prolong() -> None:
        while True:
            await asyncio.sleep(CLAIM.total_seconds() / 4)
            with contextlib.suppress(Unavailable):
                async with db.write() as tx:
                    until = clock.now() + CLAIM
                    await tx.execute(
                        update(Outbox).where(Outbox.id == message).values(claimed_until=until, send_at=until)
                    )

    prolonging = asyncio.create_task(prolong(), name=f"claim of {message}")
    try:
        yield
    finally:
        await tasks.end([prolonging])


async def _claim(tx: Tx, message: Message) -> int | None:
    """How often it was tried, this time counted; None when it is somebody else's."""
    now = clock.now()
    claimed = await tx.execute(
        update(Outbox)
        .where(Outbox.id == message.id, Outbox.send_at.is_not(None))
        .where(or_(Outbox.claimed_until.is_(None), Outbox.claimed_until < now))
        .values(claimed_until=now + CLAIM, send_at=now + CLAIM, attempts=Outbox.attempts + 1)
    )
    if claimed.rowcount != 1:
        return None
    return (await tx.execute(select(Outbox.attempts).where(Outbox.id == message.id))).scalar_one()


async def send_again(db: Database, wanted: Mapping[Job, Iterable[Event]]) -> int:
    """Send jobs for what waits too long, unless a message that does the same is waiting already. How many
    were sent."""
    async with db.write() as tx:
        sent = 0
        for job, events in wanted.items():
            packed = [event.pack() for event in events]
            if not packed:
                continue
            rows = await tx.execute(
                select(Outbox.body).where(Outbox.job == job.name, Outbox.send_at.is_not(None))
            )
            waiting = [row.body for row in rows]
            known = {orjson.dumps(body, option=orjson.OPT_SORT_KEYS) for body in waiting}
            for body in packed:
                if orjson.dumps([body], option=orjson.OPT_SORT_KEYS) not in known:
                    tx.send(job.name, body)
                    sent += 1
    return sent
