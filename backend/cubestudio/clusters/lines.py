"""Lines of kept logs: where they begin, and in which of them a text stands. Logs are bytes; a line ends with
LF."""

import asyncio
import heapq
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from sqlalchemy import select

from cubestudio.clusters.actions import log_key, steadily
from cubestudio.clusters.model import Pod
from cubestudio.core.db import Database
from cubestudio.core.store import Store

BLOCK = 64 * 1024
ERRORS = {
    word: re.compile(
        (rb"" if word in (b"error", b"exception") else rb"\b") + re.escape(word) + rb"\b"
    )  # also ValueError, RuntimeException
    for word in (
        b"error",
        b"exception",
        b"traceback",
        b"fatal",
        b"panic",
        b"segmentation fault",
        b"killed",
        b"oom",
    )
}


class Index:
    """Where the lines of a log are, of the pieces that were added so far, which follow each other.

    `marks`: [[byte, lines before it], …] for each block. `across`: [[line, byte], …] for each line that
    begins before a mark and ends after it: where that begins what a terminal shows of it, which is after its
    last carriage return, or its beginning.
    """

    def __init__(self) -> None:
        self.marks: list[list[int]] = []
        self.lines = self.size = 0
        self._ended: list[list[int]] = []
        self._begin = self._shown = 0
        """Where the line begins that has not ended, and what is shown of it."""
        self._returned = False
        """Whether a carriage return was the last of it, after which nothing was written yet."""

    def add(self, start: int, data: bytes) -> None:
        """Add a piece, which begins at byte `start`."""
        for at in range(0, len(data), BLOCK):
            self._block(start + at, data[at : at + BLOCK])
        self.size = start + len(data)

    def _block(self, start: int, data: bytes) -> None:
        self.marks.append([start, self.lines])
        end = data.find(b"\n")
        self._go_on(start, data[:end] if end >= 0 else data)
        if end < 0:
            return
        if self._begin < start:
            self._ended.append([self.lines, self._shown])
        self.lines += data.count(b"\n")
        last = data.rfind(b"\n") + 1
        self._begin = self._shown = start + last
        self._returned = False
        self._go_on(start + last, data[last:])

    def _go_on(self, start: int, data: bytes) -> None:
        """More of the line that has not ended."""
        written = data.rstrip(b"\r")
        if written:
            place = written.rfind(b"\r")
            if place >= 0 or self._returned:
                self._shown = start + place + 1
        self._returned = data.endswith(b"\r") or (self._returned and not data)

    @property
    def across(self) -> list[list[int]]:
        goes_on = bool(self.marks) and self._begin < self.marks[-1][0]
        return [*self._ended, [self.lines, self._shown]] if goes_on else list(self._ended)


def hits(
    data: bytes, wanted: Callable[[bytes], Iterator[int]], start: int, lines: int, most: int
) -> tuple[list[list[int]], int]:
    """[[line, byte where it begins], …] of the lines of `data` (whole lines) that hold what is wanted, `most`
    of them; and how many there are."""
    found: list[list[int]] = []
    count, at, end = 0, 0, -1
    for place in wanted(data):
        if place < end:
            continue
        lines += data.count(b"\n", at, place)
        begin = data.rfind(b"\n", 0, place) + 1
        end = data.find(b"\n", place) + 1 or len(data)
        at = place
        count += 1
        if len(found) < most:
            found.append([lines, start + begin])
    return found, count


def text(words: bytes) -> Callable[[bytes], Iterator[int]]:
    """Places of a text, whatever its case."""
    return lambda data: _places(data.lower(), words.lower())


def errors(data: bytes) -> Iterator[int]:
    """Places of words that speak of errors. Each word is looked for by itself: one expression of all of them
    takes ten times as long, and holds every other thread back meanwhile."""
    low = data.lower()
    return heapq.merge(*(_places(low, word, whole) for word, whole in ERRORS.items()))


def _places(low: bytes, word: bytes, whole: re.Pattern[bytes] | None = None) -> Iterator[int]:
    """The first place in each line of `low` where `word` stands, and matches `whole` if that is given."""
    at = low.find(word)
    while at >= 0:
        if whole is None or whole.match(low, at):
            yield at
            at = low.find(word, low.find(b"\n", at) + 1 or len(low))
        else:
            at = low.find(word, at + 1)


async def _pieces(db: Database, store: Store, pod: str) -> AsyncIterator[tuple[int, bytes]]:
    async with db.read() as conn:
        segments = (await conn.execute(select(Pod.segments).where(Pod.id == pod))).scalar_one()
    for start, size in segments:
        # A piece may have been written again, together with those after it, since the row was read.
        yield start, (await store.get(log_key(pod, start, "log")))[:size]


async def index(db: Database, store: Store, pod: str) -> dict[str, Any]:
    """{size: bytes, lines: line ends before its end, marks, across: as Index has them} of what is kept of a
    log."""
    return await steadily(lambda: _index(db, store, pod))


async def _index(db: Database, store: Store, pod: str) -> dict[str, Any]:
    found = Index()
    async for start, data in _pieces(db, store, pod):
        await asyncio.to_thread(found.add, start, data)
    return {"size": found.size, "lines": found.lines, "marks": found.marks, "across": found.across}


async def search(
    db: Database, store: Store, pod: str, wanted: Callable[[bytes], Iterator[int]], most: int
) -> dict[str, Any]:
    """{count: lines that hold it, lines: [[line from 0, byte where it begins], …]} in what is kept of a
    log."""
    return await steadily(lambda: _search(db, store, pod, wanted, most))


async def _search(
    db: Database, store: Store, pod: str, wanted: Callable[[bytes], Iterator[int]], most: int
) -> dict[str, Any]:
    found: list[list[int]] = []
    count = lines = 0
    rest, begin = b"", 0
    async for start, data in _pieces(db, store, pod):
        begin = begin if rest else start
        data = rest + data
        whole = data.rfind(b"\n") + 1
        more, counted = await asyncio.to_thread(hits, data[:whole], wanted, begin, lines, most - len(found))
        found += more
        count += counted
        lines += data.count(b"\n", 0, whole)
        rest, begin = data[whole:], begin + whole
    if rest:
        more, counted = hits(rest, wanted, begin, lines, most - len(found))
        found += more
        count += counted
    return {"count": count, "lines": found}
