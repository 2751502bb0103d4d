"""Delivery after commit: publishes events, hands messages to the broker, and sends again what was not settled."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from sqlalchemy import delete, or_, select, update

from cubestudio.core import log, time
from cubestudio.core.db import RESEND, Database, Message, Outbox, Tx
from cubestudio.core.errors import Refusal, Unavailable
from cubestudio.core.events import Bus, unpack
from cubestudio.core.jobs.declare import declared
from cubestudio.core.parts import Parts

logger = log.get(__name__)
CLAIM = timedelta(minutes=15)


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
        """Send what is due (`everything`: at start, also what the last life had in its hands). How many were sent."""
        gone, self._published = self._published, []
        now = time.now()
        due = Outbox.send_at.is_not(None) if everything else Outbox.send_at <= now
        async with self._db.read() as conn:
            rows = (await conn.execute(select(Outbox.id, Outbox.job, Outbox.body).where(due).limit(1000))).all()
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

    async def run(self) -> None:
        """Sweep once a second, for ever."""
        everything = not self._bus.durable
        while True:
            try:
                await self.sweep(everything)
                everything = False
            except Exception as error:
                logger.warning("outbox sweep failed, trying again", error=repr(error))
            await asyncio.sleep(1)


async def perform(parts: Parts, message: Message) -> None:
    """Run one job: claim its row, run, delete the row; or put it off with a doubling pause, and give up at last."""
    attempts = await parts.db.transact(partial(_claim, message=message))
    if attempts is None:
        return
    job = declared.get(message.job)
    with log.bound(job=message.job, message=message.id, attempt=attempts):
        try:
            if job is None:
                raise LookupError(f"no job is named {message.job} in this version")
            args = [unpack(arg) if isinstance(arg, dict) and "event" in arg else arg for arg in message.args]
            await job.run(parts, *args)
        except asyncio.CancelledError:
            async with parts.db.write() as tx:
                await tx.execute(update(Outbox).where(Outbox.id == message.id).values(claimed_until=None, send_at=time.now() + RESEND))
            raise
        except Exception as error:
            patient = isinstance(error, Unavailable)
            over = not patient and attempts > (job.retries if job else 0)
            pause = timedelta(seconds=min(2 ** min(attempts - 1, 9), 300))
            if isinstance(error, Refusal):
                logger.warning("job refused", error=error.message, again_in=None if over else str(pause))
            else:
                logger.exception("job failed", again_in=None if over else str(pause))
            async with parts.db.write() as tx:
                await tx.execute(
                    update(Outbox)
                    .where(Outbox.id == message.id)
                    .values(claimed_until=None, send_at=None if over else time.now() + pause, error=repr(error)[:2000])
                )
            return
    await parts.db.transact(lambda tx: tx.execute(delete(Outbox).where(Outbox.id == message.id)))


async def _claim(tx: Tx, message: Message) -> int | None:
    """How often it was tried, this time counted; None when it is somebody else's."""
    now = time.now()
    claimed = await tx.execute(
        update(Outbox)
        .where(Outbox.id == message.id, Outbox.send_at.is_not(None))
        .where(or_(Outbox.claimed_until.is_(None), Outbox.claimed_until < now))
        .values(claimed_until=now + CLAIM, send_at=now + CLAIM, attempts=Outbox.attempts + 1)
    )
    if claimed.rowcount != 1:
        return None
    return (await tx.execute(select(Outbox.attempts).where(Outbox.id == message.id))).scalar_one()
