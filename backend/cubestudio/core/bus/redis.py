"""The bus of many processes: one Redis stream, read by one pump in each process and fanned out there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

import orjson
import redis.asyncio as redis
from redis.exceptions import RedisError

from cubestudio.core import log, loops
from cubestudio.core.bus.local import Fanout
from cubestudio.core.events import Event, News, unpack

logger = log.get(__name__)


class RedisBus:
    """Cursors are ids of the stream, so a listener may resume in another process or after a restart."""

    durable = True

    def __init__(self, url: str, stream: str = "cubestudio:events", keep: int = 20_000):
        self._redis = redis.Redis.from_url(url, decode_responses=True, socket_timeout=None)
        self._stream = stream
        self._keep = keep
        self._fanout = Fanout()
        self._last = "0-0"
        self._pump: asyncio.Task | None = None
        self._starting = asyncio.Lock()

    @property
    def cursor(self) -> str:
        return self._last

    @property
    def listeners(self) -> int:
        return self._fanout.listeners

    async def publish(self, events: Iterable[Event]) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            for event in events:
                pipe.xadd(
                    self._stream, {"e": orjson.dumps(event.pack())}, maxlen=self._keep, approximate=True
                )
            await pipe.execute()

    async def start(self) -> None:
        """Begin to hear: from the stream's present end, with its recent past kept for those who resume."""
        async with self._starting:
            if self._pump is not None:
                return
            past: Any = await self._redis.xrevrange(self._stream, count=10_000)
            for cursor, fields in reversed(past):
                self._take(cursor, fields)
            self._pump = asyncio.create_task(loops.run("events", self._run, patience=60), name="events")

    def _take(self, cursor: str, fields: dict[str, str]) -> None:
        self._last = cursor
        try:
            event = unpack(orjson.loads(fields["e"]))
        except (KeyError, TypeError, ValueError) as error:
            logger.warning("event of another version skipped", cursor=cursor, error=repr(error))
            return
        self._fanout.push(cursor, event)

    async def _run(self) -> None:
        wait = 0.1
        while True:
            try:
                got: Any = await self._redis.xread({self._stream: self._last}, count=500, block=2000)
                wait = 0.1
                loops.beat("events")
            except (RedisError, OSError) as error:
                loops.failed("events", error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5)
                continue
            for _, entries in got or ():
                for cursor, fields in entries:
                    self._take(cursor, fields)

    @contextlib.asynccontextmanager
    async def listen(
        self, topics: Iterable[str], since: str | None = None
    ) -> AsyncIterator[AsyncIterator[News]]:
        await self.start()
        async with self._fanout.listen(topics, since, self._last) as news:
            yield news

    async def close(self) -> None:
        if self._pump:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump
        await self._redis.aclose()
