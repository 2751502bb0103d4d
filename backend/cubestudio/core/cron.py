"""Cron expressions in time zones: what is one, and which moment came last. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError


def zone(value: str) -> str:
    """The name of a time zone; ValueError with what is wrong."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f"there is no time zone {value[:40]!r}; one is written like Europe/Berlin"
        ) from error
    return value


def cron(value: str) -> str:
    """An expression of five fields; ValueError with what is wrong."""
    value = " ".join(value.split())
    if len(value.split()) != 5:
        raise ValueError(
            "a cron expression has five fields: minute, hour, day of month, month, day of week; "
            "nothing runs every second"
        )
    try:
        next(CronSim(value, datetime(2024, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration):
        raise ValueError(_odd(value.split())) from None
    return value


_FIELDS = (
    ("minute", "0-59"),
    ("hour", "0-23"),
    ("day of month", "1-31 or L"),
    ("month", "1-12 or JAN-DEC"),
    ("day of week", "0-7 or SUN-SAT"),
)


def _odd(fields: list[str]) -> str:
    """Which field of an expression cannot be read, and what it may be."""
    for place, (name, range_) in enumerate(_FIELDS):
        try:
            CronSim(
                " ".join(["*"] * place + [fields[place]] + ["*"] * (4 - place)),
                datetime(2024, 1, 1, tzinfo=UTC),
            )
        except CronSimError:
            return (
                f"{fields[place][:40]} is not a {name} of a cron expression; write *, {range_}, a list "
                "(1,15), a range (1-5) or a step (*/10)"
            )
    return "such a day never comes; choose another day of the month or month"


def last(expression: str, timezone: str, now: datetime) -> datetime:
    """The moment of an expression that came last before now, in UTC."""
    return next(CronSim(expression, now.astimezone(ZoneInfo(timezone)), reverse=True)).astimezone(UTC)
