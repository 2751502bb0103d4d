"""The only clock: tests move it with `travel`, nothing else reads the time of day."""

import time
from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The present in UTC, with microseconds."""
    return datetime.now(UTC) + _offset


def micros() -> int:
    """The present as microseconds since 1970 in UTC, the form kept in log indexes."""
    return time.time_ns() // 1000 + int(_offset.total_seconds() * 1_000_000)


def from_micros(value: int) -> datetime:
    """The time that `micros` gave."""
    return datetime.fromtimestamp(value / 1_000_000, UTC)


def travel(by: timedelta) -> None:
    """Move the clock; for tests."""
    global _offset
    _offset += by


def home() -> None:
    """Put the clock back; for tests."""
    global _offset
    _offset = timedelta(0)
