"""What the subscriptions of one person may take of the event loop, which everybody shares.

A change that many subscriptions of a person follow is looked up for each of them. Done at once for hundreds,
that would keep all others waiting; so the news of one person are handled a few at a time, and when they take
more than their share of the time, the next have to wait. What is told is the present, so whoever waits is
told less often and not something old."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from weakref import WeakValueDictionary

from cubestudio.core.events import Bus, Event, News

SHARE = 1 / 8
"""Of the time of one process, for one person."""
BURST = 0.1
"""Seconds of work that are done at once before the share counts."""
AT_ONCE = 4
MOST = 0.1
"""Seconds that one piece of news counts at most: one that waits for a database or a cluster that is slow
takes no time of others."""


class Pace:
    """The turns of one person."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._taken = 0
        self._paid = 0.0
        """When what was taken is paid for by time that has passed."""

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until the next news may be handled, and count how long the block takes."""
        async with self._places:
            while (wait := self._paid - BURST / SHARE - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            began = time.monotonic()
            self._taken += 1
            try:
                yield
            finally:
                took = min(time.monotonic() - began, MOST) / self._taken
                self._taken -= 1
                self._paid = max(self._paid, began) + took / SHARE


class Paces:
    """Those of all who have subscriptions."""

    def __init__(self) -> None:
        self._of: WeakValueDictionary[str, Pace] = WeakValueDictionary()

    def of(self, person: str) -> Pace:
        return self._of.setdefault(person, Pace())


class PacedBus:
    """A bus whose news are handled in turns. A listener asks for the next piece when it has handled the
    last."""

    def __init__(self, bus: Bus, pace: Pace):
        self._bus = bus
        self._pace = pace
        self.durable = bus.durable

    @property
    def cursor(self) -> str:
        return self._bus.cursor

    async def publish(self, events: Iterable[Event]) -> None:
        await self._bus.publish(events)

    @contextlib.asynccontextmanager
    async def listen(
        self, topics: Iterable[str], since: str | None = None
    ) -> AsyncIterator[AsyncIterator[News]]:
        async with self._bus.listen(topics, since) as news, contextlib.aclosing(self._turns(news)) as turns:
            yield turns

    async def _turns(self, news: AsyncIterator[News]) -> AsyncGenerator[News]:
        async for item in news:
            async with self._pace.turn():
                yield item

    async def close(self) -> None: ...
