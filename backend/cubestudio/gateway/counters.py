"""Counters of the requests to services in this process, and the list of these requests, until both are
written to the database."""

from collections import Counter
from dataclasses import dataclass, field

from cubestudio.core import clock, ids
from cubestudio.core.db import Database
from cubestudio.core.errors import Unavailable
from cubestudio.services import actions as services
from cubestudio.services.plan import BOUNDS, WIDTH, Counts, Outcome, bucket
from cubestudio.services.requests import actions as requests
from cubestudio.services.requests.spec import Line

MAX_LINES = 2000
"""Requests in the list between two writes."""


@dataclass(kw_only=True)
class Window:
    """The counters of ten seconds. `written`: the database has them."""

    requests: int = 0
    errors: int = 0
    rejected: int = 0
    mirrored: int = 0
    different: int = 0
    busy: int = 0
    """The most requests that were under way at the same time."""
    times: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    written: bool = False

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


class Counters:
    """Counters by service, revision and window of time."""

    def __init__(self, db: Database):
        self._db = db
        self._source = ids.new()
        self._windows: dict[tuple[str, int, int], Window] = {}
        self._busy: Counter[tuple[str, int]] = Counter()
        self._lines: list[Line] = []

    def begin(self, service: str, number: int) -> None:
        """Count a request as under way, until `end`."""
        self._busy[service, number] += 1
        self._note_busy(service, number)

    def end(self, service: str, number: int) -> None:
        """Count a request as no longer under way."""
        self._busy[service, number] -= 1

    def busy(self, service: str, number: int) -> int:
        """Return how many requests are under way."""
        return self._busy[service, number]

    def answered(self, service: str, number: int, status: int, seconds: float) -> None:
        """Count a response. `seconds`: until it began."""
        window, outcome = self._window(service, number), Outcome.of(status)
        window.requests += 1
        window.errors += outcome == Outcome.FAILED
        window.rejected += outcome == Outcome.REJECTED
        window.times[bucket(seconds * 1000)] += 1

    def mirrored(self, service: str, number: int, different: bool, seconds: float | None) -> None:
        """Count the response of a mirror. `seconds`: until it began; None: its latency is not counted."""
        window = self._window(service, number)
        window.mirrored += 1
        window.different += different
        if seconds is not None:
            window.times[bucket(seconds * 1000)] += 1

    def note(self, line: Line) -> None:
        """Add a request to the list, unless the list is full."""
        if len(self._lines) < MAX_LINES:
            self._lines.append(line)

    async def flush(self) -> None:
        """Write the counters and the list to the database. Raises Unavailable, and then keeps both, the list
        up to its limit."""
        lines, self._lines = self._lines, []
        if lines:
            try:
                async with self._db.write() as tx:
                    await requests.keep(tx, lines)
            except Unavailable:
                self._lines = (lines + self._lines)[:MAX_LINES]
                raise
        self._busy = +self._busy
        for service, number in self._busy:
            # A long request counts in each window that it lasts through.
            self._note_busy(service, number)
        fresh = [(key, window) for key, window in self._windows.items() if not window.written]
        if fresh:
            for _, window in fresh:
                window.written = True
            try:
                async with self._db.write() as tx:
                    await services.count(
                        tx, self._source, [(*key, window.counts, window.busy) for key, window in fresh]
                    )
            except Unavailable:
                for _, window in fresh:
                    window.written = False
                raise
        old = int(clock.now().timestamp()) - 3 * WIDTH
        self._windows = {
            key: window for key, window in self._windows.items() if not window.written or key[2] > old
        }

    def _note_busy(self, service: str, number: int) -> None:
        window = self._window(service, number)
        window.busy = max(window.busy, self._busy[service, number])

    def _window(self, service: str, number: int) -> Window:
        now = int(clock.now().timestamp())
        window = self._windows.setdefault((service, number, now - now % WIDTH), Window())
        window.written = False
        return window
