"""The open streams of this process, each of which ends at once when what it was opened with no longer holds.

A stream (a socket, a subscription, a terminal, a download) is admitted once and then lives for hours. So it
stays registered here together with what admitted it: who it is, and every check of access that it passed,
which the checks record themselves. Events about access wake the streams that they concern, and these are
checked again; a slow round over all of them finds what expires by time."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, NoReturn

from cubestudio.core import log, loops, messages, tasks
from cubestudio.core.auth.viewer import ALL, GRANTS, Check, Viewer
from cubestudio.core.db import Database
from cubestudio.core.errors import Forbidden, Refusal, SignedOut, Unavailable
from cubestudio.core.events import Bus, Event, News, on

logger = log.get(__name__)
NAME = "access"
AGAIN = 15.0
"""Seconds after which a stream is checked again although nothing was heard: sessions and tokens expire by
time."""
AT_ONCE = 8
"""Streams that are checked at the same time."""
Admit = Callable[[], Awaitable[Viewer | None]]


class Stream:
    """One open stream: `admit` says who it is now, or raises why it may not be here."""

    def __init__(self, streams: "Streams", admit: Admit | None, viewer: Viewer | None):
        self._streams = streams
        self._admit = admit
        self.viewer = viewer
        self.checks: dict[tuple[str, str], Check] = {}
        self.checked = time.monotonic()
        self.mark = streams.mark
        self.refusal: Refusal | None = None
        self._ended = asyncio.Event()

    def enter(self, viewer: Viewer) -> None:
        """Say who it is. What changed about access since the stream was opened is looked at now."""
        self.viewer = viewer
        self._late()

    def record(self, about: str, what: str, check: Check) -> None:
        """Remember a check that was passed; `about`: the id of what it is about, `what`: the same for equal
        checks of it."""
        if (about, what) not in self.checks:
            self.checks[about, what] = check
            self._late()

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Record the checks of access that are passed in this task, and in those that it starts, while the
        block runs."""
        before = GRANTS.set(self.record)
        try:
            yield
        finally:
            GRANTS.reset(before)

    def _late(self) -> None:
        """An event may have come between the reading of a row and its being recorded here."""
        if self.mark != self._streams.mark:
            self._streams.wake(self)

    def end(self, refusal: Refusal) -> None:
        if self.refusal is None:
            self.refusal = refusal
            self._ended.set()

    async def ended(self) -> NoReturn:
        """Wait until the stream may not go on; raises why."""
        await self._ended.wait()
        assert self.refusal is not None
        raise self.refusal

    def concerned(self, field: str, id: str) -> bool:
        """Whether an event about the thing with this id may have changed what the stream may do."""
        if field == "user_id":
            viewer = self.viewer  # who impersonates somebody is not the viewer
            return viewer is not None and (viewer.id == id or viewer.through is not None)
        return any(about == id or (about == ALL and field == "project_id") for about, _ in self.checks)

    async def check(self, asked: "Asked") -> None:
        """End the stream if it may not go on."""
        self.checked = time.monotonic()
        now = self.viewer
        if self._admit is not None:
            now = await self._admit()
            if now is None:
                return self.end(SignedOut(messages.SESSION_ENDED()))
            if now != self.viewer:
                return self.end(Forbidden(messages.ACCESS_CHANGED()))
        if now is None:
            return
        for (about, what), check in list(self.checks.items()):
            await asked.whether(check, now, about, what)


class Asked:
    """The checks of one round; equal ones of one viewer are made once."""

    def __init__(self, db: Database):
        self._db = db
        self._made: dict[tuple[Viewer, str, str], asyncio.Task[None]] = {}

    async def whether(self, check: Check, viewer: Viewer, about: str, what: str) -> None:
        """Raises what the check raises."""
        key = (viewer, about, what)
        if key not in self._made:
            self._made[key] = asyncio.create_task(self._make(check, viewer), name="check of access")
        await self._made[key]

    async def _make(self, check: Check, viewer: Viewer) -> None:
        async with self._db.read() as conn:
            await check(conn, viewer)


class Streams:
    """All streams of this process. `events`: those that may change what somebody may see, each with the field
    that names of what."""

    def __init__(self, bus: Bus, db: Database, events: Mapping[type[Event], str]):
        self._bus = bus
        self._db = db
        self._events = events
        self._open: set[Stream] = set()
        self._due: set[Stream] = set()
        self._wake = asyncio.Event()
        self.mark = 0
        """How many events about access were heard."""

    @contextlib.contextmanager
    def open(self, admit: Admit | None, viewer: Viewer | None = None) -> Iterator[Stream]:
        """Register a stream while the block runs. Open it before its viewer is determined, and say who that
        is by `enter`, so that no event falls in between."""
        stream = Stream(self, admit, viewer)
        self._open.add(stream)
        try:
            yield stream
        finally:
            self._open.discard(stream)
            self._due.discard(stream)

    def wake(self, stream: Stream) -> None:
        """Have a stream checked now."""
        self._due.add(stream)
        self._wake.set()

    async def run(self) -> None:
        """Check what events concern, for ever."""
        async with self._bus.listen([on(event) for event in self._events]) as news:
            self._heard(None)
            listening = asyncio.create_task(self._listen(news), name="access events")
            try:
                while True:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(1):
                            await self._wake.wait()
                    self._wake.clear()
                    if listening.done():
                        listening.result()
                        raise RuntimeError("the bus ended")
                    before = time.monotonic() - AGAIN
                    due = self._due | {stream for stream in self._open if stream.checked < before}
                    self._due = set()
                    await self._round([stream for stream in due if stream.refusal is None])
                    loops.beat(NAME)
            finally:
                await tasks.end([listening])

    async def _listen(self, news: Any) -> None:
        async for item in news:
            self._heard(item)

    def _heard(self, item: News | None) -> None:
        """Choose whom an event concerns; everybody, when some were missed."""
        self.mark += 1
        event = item.event if item else None
        field = self._events[type(event)] if event else ""
        self._due |= {
            stream for stream in self._open if event is None or stream.concerned(field, getattr(event, field))
        }
        if self._due:
            self._wake.set()

    async def _round(self, due: list[Stream]) -> None:
        asked = Asked(self._db)
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(stream: Stream) -> None:
            async with turns:
                try:
                    await stream.check(asked)
                except Unavailable:
                    await asyncio.sleep(0.2)
                    self.wake(stream)
                except Refusal as refusal:
                    stream.end(refusal)
                except Exception:
                    logger.exception("a stream could not be checked and is closed")
                    stream.end(Unavailable(messages.ACCESS_NOT_CHECKED()))

        if due:
            await asyncio.gather(*map(one, due))
