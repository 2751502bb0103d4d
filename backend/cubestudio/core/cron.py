"""Cron expressions in time zones: what is one, and which moment came last. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from cubestudio.core import messages
from cubestudio.core.message import Text


def zone(value: str) -> str:
    """The name of a time zone; ValueError with what is wrong."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(messages.TIME_ZONE_UNKNOWN(name=repr(value[:40]))) from error
    return value


def cron(value: str) -> str:
    """An expression of five fields; ValueError with what is wrong."""
    value = " ".join(value.split())
    if len(value.split()) != 5:
        raise ValueError(messages.CRON_FIELDS_INVALID())
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


def _odd(fields: list[str]) -> Text:
    """Which field of an expression cannot be read, and what it may be."""
    for place, (name, range_) in enumerate(_FIELDS):
        try:
            CronSim(
                " ".join(["*"] * place + [fields[place]] + ["*"] * (4 - place)),
                datetime(2024, 1, 1, tzinfo=UTC),
            )
        except CronSimError:
            return messages.CRON_FIELD_INVALID(value=fields[place][:40], name=name, range=range_)
    return messages.CRON_NEVER()


def last(expression: str, timezone: str, now: datetime) -> datetime:
    """The moment of an expression that came last before now, in UTC."""
    return next(CronSim(expression, now.astimezone(ZoneInfo(timezone)), reverse=True)).astimezone(UTC)
