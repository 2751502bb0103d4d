"""The bus of one process: a ring of recent events and a bounded queue for each listener."""

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable

from cubestudio.core import ids
from cubestudio.core.events import Event, News


class Queue:
    """Deliveries waiting for one listener; when it is full everything is dropped for one "you missed
    some"."""

    def __init__(self, size: int):
        self._size = size
        self._items: deque[News] = deque()
        self._ready = asyncio.Event()

    def put(self, news: News) -> None:
        if len(self._items) >= self._size:
            self._items.clear()
            news = News(news.cursor, None)
        elif self._items and self._items[-1].event is not None and self._items[-1].event == news.event:
            self._items.pop()
        self._items.append(news)
        self._ready.set()

    async def __aiter__(self) -> AsyncIterator[News]:
        while True:
            while self._items:
                yield self._items.popleft()
            self._ready.clear()
            await self._ready.wait()


class Fanout:
    """Listeners by topic, and the recent past so that a broken listener can resume."""

    def __init__(self, ring: int = 10_000, queue: int = 1_000):
        self._listeners: dict[str, set[Queue]] = defaultdict(set)
        self._ring: deque[tuple[str, Event]] = deque(maxlen=ring)
        self._queue = queue

    def push(self, cursor: str, event: Event) -> None:
        self._ring.append((cursor, event))
        told: set[Queue] = set()
        for topic in event.topics:
            told |= self._listeners.get(topic, set())
        for queue in told:
            queue.put(News(cursor, event))

    @property
    def listeners(self) -> int:
        return sum(map(len, self._listeners.values()))

    @contextlib.asynccontextmanager
    async def listen(
        self, topics: Iterable[str], since: str | None, present: str
    ) -> AsyncIterator[AsyncIterator[News]]:
        wanted = set(topics)
        queue = Queue(self._queue)
        if since is not None and since != present:
            past = list(self._ring)
            places = [index for index, (cursor, _) in enumerate(past) if cursor == since]
            if places:
                for cursor, event in past[places[0] + 1 :]:
                    if wanted & set(event.topics):
                        queue.put(News(cursor, event))
            else:
                queue.put(News(present, None))
        for topic in wanted:
            self._listeners[topic].add(queue)
        try:
            yield aiter(queue)
        finally:
            for topic in wanted:
                self._listeners[topic].discard(queue)
                if not self._listeners[topic]:
                    del self._listeners[topic]


class LocalBus:
    """Everything in this process; listeners die with it, so nothing needs to be kept for them."""

    durable = False

    def __init__(self) -> None:
        self._life = ids.new()[-12:]
        self._number = 0
        self._fanout = Fanout()

    @property
    def cursor(self) -> str:
        return f"{self._life}-{self._number}"

    @property
    def listeners(self) -> int:
        return self._fanout.listeners

    async def start(self) -> None:
        """There is nothing to wait for."""

    async def publish(self, events: Iterable[Event]) -> None:
        for event in events:
            self._number += 1
            self._fanout.push(self.cursor, event)

    def listen(self, topics: Iterable[str], since: str | None = None):
        return self._fanout.listen(topics, since, self.cursor)

    async def close(self) -> None: ...
