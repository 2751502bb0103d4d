"""When a pipeline runs by itself: cron expressions in time zones, the moments that are due, and what a run is
told of its moment. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cubestudio.core import cron as ticks
from cubestudio.core.inputs.definition import At
from cubestudio.pipelines import messages

MOST = 1000
"""Moments that are made up for at most, the latest."""
_WORD = re.compile(r"\{\{\s*tick(?:\.(\w+))?\s*\}\}")
_ANY = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
WORDS = ("tick", "tick.date", "tick.time", "tick.yesterday")
"""What stands for the moment in the texts of parameters."""


class Missed(StrEnum):
    """What is done about moments at which nobody ran: nothing, a run for the last, a run for each."""

    NONE = "none"
    LAST = "last"
    ALL = "all"


class Full(StrEnum):
    """What is done with a moment at which as many runs as may go on do: it is left out, or waits for its
    turn."""

    SKIP = "skip"
    WAIT = "wait"


class Definition(BaseModel):
    """`cron`: five fields, read in `timezone`; `params`: of each run, `{{ tick }}` in their texts stands for
    the moment; `parallel`: how many runs of it may go on at once; `begins_at`, `ends_at`: no moment before
    and none after; `cache`: whether a run may take results of earlier runs, which with the same parameters
    would be all of them."""

    model_config = ConfigDict(extra="forbid")

    cron: str = Field(max_length=100)
    timezone: str = Field("UTC", max_length=64)
    params: dict[str, Any] = {}
    cluster: str | None = None
    cache: bool = False
    missed: Missed = Missed.LAST
    parallel: int = Field(1, ge=1, le=50)
    full: Full = Full.WAIT
    begins_at: datetime | None = None
    ends_at: datetime | None = None

    @field_validator("timezone")
    @classmethod
    def known(cls, value: str) -> str:
        return ticks.zone(value)

    @field_validator("cron")
    @classmethod
    def fields(cls, value: str) -> str:
        return ticks.cron(value)

    @field_validator("begins_at", "ends_at")
    @classmethod
    def zoned(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(messages.TIME_WITHOUT_ZONE())
        if value is not None and not 1970 <= value.year < 3000:
            raise ValueError(messages.TIME_OUT_OF_RANGE())
        return value

    @field_validator("params")
    @classmethod
    def filled_in(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name, given in value.items():
            for text in _texts(given):
                if unknown := next((each for each in _ANY.findall(text) if each.strip() not in WORDS), None):
                    shown = "{{" + unknown[:40] + "}}"
                    raise ValueError(
                        messages.SCHEDULE_NAME_UNKNOWN(value=shown, parameter=name, names=", ".join(WORDS))
                    )
        return value

    @model_validator(mode="after")
    def ordered(self) -> "Definition":
        if self.begins_at and self.ends_at and self.ends_at <= self.begins_at:
            raise At(messages.SCHEDULE_ENDS_BEFORE_START(), "ends_at")
        return self

    def following(self, after: datetime, most: int = 1) -> list[datetime]:
        """The next moments after one, in UTC; fewer when it ends."""
        if self.begins_at and self.begins_at > after:
            after = self.begins_at - timedelta(minutes=1)
        found: list[datetime] = []
        for moment in CronSim(self.cron, after.astimezone(ZoneInfo(self.timezone))):
            at = moment.astimezone(UTC)
            if (self.ends_at and at > self.ends_at) or len(found) >= most:
                break
            if not self.begins_at or at >= self.begins_at:
                found.append(at)
        return found

    def next(self, after: datetime) -> datetime | None:
        return next(iter(self.following(after)), None)

    def first(self, now: datetime) -> datetime | None:
        """The first moment of a schedule that is made now. One that begins in the past makes up for what came
        since, as it says; one that says nothing of its beginning begins now."""
        return self.next(self.begins_at - timedelta(minutes=1) if self.begins_at else now)

    def due(self, first: datetime, now: datetime) -> tuple[list[datetime], list[datetime]]:
        """Of the moments from `first`, which was to come, until now: those to run, and those to leave out
        because nobody ran then. The one that has just come is always run."""
        until = min(now, self.ends_at) if self.ends_at else now
        found: list[datetime] = []
        # backwards, for a schedule of every minute that began years ago has millions of moments, and the
        # latest are wanted
        for moment in CronSim(
            self.cron, (until + timedelta(minutes=1)).astimezone(ZoneInfo(self.timezone)), reverse=True
        ):
            at = moment.astimezone(UTC)
            if at <= first or len(found) == MOST:
                break
            if at <= until:
                found.append(at)
        if len(found) < MOST:
            found.append(first)
        found.reverse()
        on_time = now - found[-1] < PUNCTUAL
        keep = {Missed.ALL: len(found), Missed.LAST: 1, Missed.NONE: int(on_time)}[self.missed]
        return found[len(found) - keep :], found[: len(found) - keep]

    def filled(self, at: datetime) -> dict[str, Any]:
        """The parameters of the run of a moment."""
        local = at.astimezone(ZoneInfo(self.timezone))
        words = {
            None: local.isoformat(),
            "date": local.date().isoformat(),
            "time": local.strftime("%H:%M"),
            "yesterday": (local.date() - timedelta(days=1)).isoformat(),
        }

        def told(value: Any) -> Any:
            if isinstance(value, str):
                return _WORD.sub(lambda match: words.get(match[1], match[0]), value)
            if isinstance(value, Mapping):
                return {key: told(each) for key, each in value.items()}
            return [told(each) for each in value] if isinstance(value, Sequence) else value

        return {name: told(value) for name, value in self.params.items()}


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)


PUNCTUAL = timedelta(minutes=5)
"""How late a moment may be seen and still count as seen."""
