"""What is counted of requests to services in this process, and noted of each of them, until it is written
down."""

from collections import Counter
from dataclasses import dataclass, field

from cubestudio.core import clock, ids
from cubestudio.core.db import Database
from cubestudio.core.errors import Unavailable
from cubestudio.services import actions as services
from cubestudio.services.plan import BOUNDS, WIDTH, Counts, Outcome, bucket
from cubestudio.services.requests import actions as requests
from cubestudio.services.requests.spec import Line

MOST_LINES = 2000
"""Requests that are noted between two writings down."""


@dataclass(kw_only=True)
class Tally:
    """What was counted in ten seconds."""

    requests: int = 0
    errors: int = 0
    rejected: int = 0
    mirrored: int = 0
    different: int = 0
    busy: int = 0
    """The most requests that were under way at once."""
    times: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    told: bool = False

    @property
    def counts(self) -> Counts:
        return Counts(
            requests=self.requests,
            errors=self.errors,
            rejected=self.rejected,
            mirrored=self.mirrored,
            different=self.different,
            times=tuple(self.times),
        )


class Counting:
    """By service, revision and piece of time."""

    def __init__(self, db: Database):
        self._db = db
        self._source = ids.new()
        self._tallies: dict[tuple[str, int, int], Tally] = {}
        self._busy: Counter[tuple[str, int]] = Counter()
        self._lines: list[Line] = []

    def begin(self, service: str, number: int) -> None:
        """A request is under way; `end` says that it is no more."""
        self._busy[service, number] += 1
        self._note_busy(service, number)

    def end(self, service: str, number: int) -> None:
        self._busy[service, number] -= 1

    def busy(self, service: str, number: int) -> int:
        """How many requests are under way."""
        return self._busy[service, number]

    def answered(self, service: str, number: int, status: int, seconds: float) -> None:
        """`seconds`: until the answer began."""
        tally, outcome = self._tally(service, number), Outcome.of(status)
        tally.requests += 1
        tally.errors += outcome == Outcome.FAILED
        tally.rejected += outcome == Outcome.REJECTED
        tally.times[bucket(seconds * 1000)] += 1

    def copied(self, service: str, number: int, different: bool, seconds: float | None) -> None:
        """A revision has answered a copy. `seconds`: until the answer began; None: not counted."""
        tally = self._tally(service, number)
        tally.mirrored += 1
        tally.different += different
        if seconds is not None:
            tally.times[bucket(seconds * 1000)] += 1

    def note(self, line: Line) -> None:
        """For the list of requests; when too many come at once, some are left out of it."""
        if len(self._lines) < MOST_LINES:
            self._lines.append(line)

    async def flush(self) -> None:
        """Write all down. Raises Unavailable; then nothing is lost but lines beyond the most."""
        lines, self._lines = self._lines, []
        if lines:
            try:
                async with self._db.write() as tx:
                    await requests.keep(tx, lines)
            except Unavailable:
                self._lines = (lines + self._lines)[:MOST_LINES]
                raise
        self._busy = +self._busy
        for (
            service,
            number,
        ) in self._busy:  # what takes long counts in each piece of time that it goes through
            self._note_busy(service, number)
        fresh = [(key, tally) for key, tally in self._tallies.items() if not tally.told]
        if fresh:
            for _, tally in fresh:
                tally.told = True
            try:
                async with self._db.write() as tx:
                    await services.count(
                        tx, self._source, [(*key, tally.counts, tally.busy) for key, tally in fresh]
                    )
            except Unavailable:
                for _, tally in fresh:
                    tally.told = False
                raise
        old = int(clock.now().timestamp()) - 3 * WIDTH
        self._tallies = {key: tally for key, tally in self._tallies.items() if not tally.told or key[2] > old}

    def _note_busy(self, service: str, number: int) -> None:
        tally = self._tally(service, number)
        tally.busy = max(tally.busy, self._busy[service, number])

    def _tally(self, service: str, number: int) -> Tally:
        now = int(clock.now().timestamp())
        tally = self._tallies.setdefault((service, number, now - now % WIDTH), Tally())
        tally.told = False
        return tally
