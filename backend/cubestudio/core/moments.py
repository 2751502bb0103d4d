"""Cron expressions in time zones: what is one, and which moment came last. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError


def zone(value: str) -> str:
    """The name of a time zone; ValueError with what is wrong."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {value[:40]}; one is written like Europe/Berlin") from error
    return value


def cron(value: str) -> str:
    """An expression of five fields; ValueError with what is wrong."""
    value = " ".join(value.split())
    if len(value.split()) != 5:
        raise ValueError("a cron expression has five fields: minute, hour, day of month, month, day of week; nothing runs every second")
    try:
        next(CronSim(value, datetime(2024, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        raise ValueError(f"this is no cron expression: {error}") from error
    except StopIteration:
        raise ValueError("such a day never comes") from None
    return value


def last(expression: str, timezone: str, now: datetime) -> datetime:
    """The moment of an expression that came last before now, in UTC."""
    return next(CronSim(expression, now.astimezone(ZoneInfo(timezone)), reverse=True)).astimezone(UTC)
