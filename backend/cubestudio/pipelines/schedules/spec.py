"""When a pipeline runs on a schedule: cron expressions in time zones, the ticks that are due, and the
parameters of the run of a tick. Pure."""

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
"""Missed ticks that are caught up on at most, the latest ones."""
_WORD = re.compile(r"\{\{\s*tick(?:\.(\w+))?\s*\}\}")
_ANY = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
WORDS = ("tick", "tick.date", "tick.time", "tick.yesterday")
"""What stands for the time of a tick in the texts of parameters."""


class CatchUpPolicy(StrEnum):
    """What happens to ticks that passed while the platform was down: nothing, one run for the last of them,
    or a run for each."""

    NONE = "none"
    LAST = "last"
    ALL = "all"


class ConcurrencyPolicy(StrEnum):
    """What happens to a tick when the maximum number of runs is active: it is skipped, or waits."""

    SKIP = "skip"
    WAIT = "wait"


class ScheduleSpec(BaseModel):
    """`cron`: five fields, read in `timezone`; `params`: of each run, `{{ tick }}` in their texts stands
    for the time of the tick; `starts_at`, `ends_at`: no tick before and none after; `cache`: whether a run
    may reuse results of earlier runs, which with the same parameters would be all of them."""

    model_config = ConfigDict(extra="forbid")

    cron: str = Field(max_length=100)
    timezone: str = Field("UTC", max_length=64)
    params: dict[str, Any] = {}
    cluster: str | None = None
    cache: bool = False
    catch_up_policy: CatchUpPolicy = CatchUpPolicy.LAST
    max_active_runs: int = Field(1, ge=1, le=50)
    concurrency_policy: ConcurrencyPolicy = ConcurrencyPolicy.WAIT
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @field_validator("timezone")
    @classmethod
    def known(cls, value: str) -> str:
        return ticks.zone(value)

    @field_validator("cron")
    @classmethod
    def fields(cls, value: str) -> str:
        return ticks.cron(value)

    @field_validator("starts_at", "ends_at")
    @classmethod
    def zoned(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(messages.TIME_WITHOUT_ZONE())
        if value is not None and not 1970 <= value.year < 3000:
            raise ValueError(messages.TIME_OUT_OF_RANGE())
        return value

    @field_validator("params", mode="before")
    @classmethod
    def given(cls, value: Any) -> Any:
        return {} if value is None else value

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
    def ordered(self) -> "ScheduleSpec":
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise At(messages.SCHEDULE_ENDS_BEFORE_START(), "ends_at")
        return self

    def following(self, after: datetime, most: int = 1) -> list[datetime]:
        """Return the next ticks after a time, in UTC; fewer when it ends."""
        if self.starts_at and self.starts_at > after:
            after = self.starts_at - timedelta(minutes=1)
        found: list[datetime] = []
        for moment in CronSim(self.cron, after.astimezone(ZoneInfo(self.timezone))):
            at = moment.astimezone(UTC)
            if (self.ends_at and at > self.ends_at) or len(found) >= most:
                break
            if not self.starts_at or at >= self.starts_at:
                found.append(at)
        return found

    def next(self, after: datetime) -> datetime | None:
        return next(iter(self.following(after)), None)

    def first(self, now: datetime) -> datetime | None:
        """Return the first tick of a schedule that is created now. One that starts in the past catches up on
        the ticks since then, by its policy; one without a start starts now."""
        return self.next(self.starts_at - timedelta(minutes=1) if self.starts_at else now)

    def due(self, first: datetime, now: datetime) -> tuple[list[datetime], list[datetime]]:
        """Return the ticks from `first`, which was the next one, until now: those to run, and those to skip
        because the platform was down. The one that has just come is always run."""
        until = min(now, self.ends_at) if self.ends_at else now
        found: list[datetime] = []
        # backwards, for a schedule of every minute that started years ago has millions of ticks, and the
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
        keep = {CatchUpPolicy.ALL: len(found), CatchUpPolicy.LAST: 1, CatchUpPolicy.NONE: int(on_time)}[
            self.catch_up_policy
        ]
        return found[len(found) - keep :], found[: len(found) - keep]

    def filled(self, at: datetime) -> dict[str, Any]:
        """Return the parameters of the run of a tick."""
        local = at.astimezone(ZoneInfo(self.timezone))
        words = {
            None: local.isoformat(),
            "date": local.date().isoformat(),
            "time": local.strftime("%H:%M"),
            "yesterday": (local.date() - timedelta(days=1)).isoformat(),
        }

        def fill(value: Any) -> Any:
            if isinstance(value, str):
                return _WORD.sub(lambda match: words.get(match[1], match[0]), value)
            if isinstance(value, Mapping):
                return {key: fill(each) for key, each in value.items()}
            return [fill(each) for each in value] if isinstance(value, Sequence) else value

        return {name: fill(value) for name, value in self.params.items()}


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
"""How late a tick may be noticed and still count as on time."""
