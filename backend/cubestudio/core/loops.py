"""The long-running loops of this process: restarted when they throw, and listed for the readiness probe and
the metrics.

A loop that dies silently is the worst fault of a platform: everything looks healthy and nothing moves. So no
loop runs as a bare task. `run` supervises it, `beat` says that it completed a round, `failed` that a round
failed although the loop lives."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from cubestudio.core import log

logger = log.get(__name__)
PAUSE = 0.2
"""Seconds before the first restart; doubled at each failure in a row."""
LONGEST_PAUSE = 10.0
SETTLED = 10.0
"""Seconds after a restart after which a loop that never beats counts as healthy again."""


@dataclass(kw_only=True, eq=False)
class Loop:
    """One supervised loop. Times are seconds of the monotonic clock."""

    name: str
    patience: float | None
    """Seconds without a beat after which the loop counts as stuck; None: it may wait for as long as it
    likes."""
    beats: bool
    """Whether it says when a round was completed."""
    heard: float = field(default_factory=time.monotonic)
    """When it started or last beat."""
    failures: int = 0
    in_a_row: int = 0
    error: str | None = None

    def problem(self) -> str | None:
        """Return why the loop is not healthy, or None."""
        silent = time.monotonic() - self.heard
        if self.error is not None and (self.beats or silent < SETTLED):
            return self.error
        if self.patience is not None and silent > self.patience:
            return f"no progress for {silent:.0f} s"
        return None


_loops: list[Loop] = []


async def run(name: str, function: Callable[[], Awaitable[object]], *, patience: float | None = None) -> None:
    """Run a loop until it returns or is cancelled, and restart it after a growing pause whenever it throws.

    `patience`: seconds within which the loop promises to call `beat`; a loop that exceeds them is reported as
    stuck."""
    loop = Loop(name=name, patience=patience, beats=patience is not None)
    _loops.append(loop)
    try:
        while True:
            try:
                with log.bound(loop=name):
                    await function()
                return
            except Exception as error:
                _note(loop, error)
                pause = min(PAUSE * 2 ** min(loop.in_a_row - 1, 10), LONGEST_PAUSE)
                logger.exception("loop failed", loop=name, failures=loop.in_a_row, restart_in_seconds=pause)
            await asyncio.sleep(pause)
            loop.heard = time.monotonic()
    finally:
        _loops.remove(loop)


def beat(name: str) -> None:
    """Record that a loop completed a round, which makes it healthy."""
    for loop in _named(name):
        loop.heard, loop.beats = time.monotonic(), True
        loop.in_a_row, loop.error = 0, None


def failed(name: str, error: BaseException) -> None:
    """Record that a round failed while the loop goes on; it is not healthy until it beats."""
    for loop in _named(name):
        _note(loop, error)
        loop.heard, loop.beats = time.monotonic(), True
        if loop.in_a_row == 1 or loop.in_a_row % 100 == 0:
            logger.warning("loop round failed", loop=name, failures=loop.in_a_row, exc_info=error)


def loops() -> list[Loop]:
    """Return every loop of this process."""
    return list(_loops)


def problems() -> list[str]:
    """Return a sentence for each loop that is not healthy: its name and what is wrong."""
    return [f"{loop.name}: {problem}" for loop in _loops if (problem := loop.problem())]


def _named(name: str) -> list[Loop]:
    return [loop for loop in _loops if loop.name == name]


def _note(loop: Loop, error: BaseException) -> None:
    if not loop.beats and time.monotonic() - loop.heard > SETTLED:
        loop.in_a_row = 0
    loop.failures += 1
    loop.in_a_row += 1
    loop.error = repr(error)[:300]
