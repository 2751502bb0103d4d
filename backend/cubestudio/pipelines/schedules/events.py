"""What can happen to a schedule."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class ScheduleChanged(Event):
    schedule_id: str
    project_id: str


@dataclass(frozen=True)
class TickMissed(Event):
    """A tick was skipped, or its run could not be started. `at`: the tick, the last one when there are
    several, in ISO 8601."""

    schedule_id: str
    project_id: str
    at: str


@dataclass(frozen=True)
class ScheduleDue(Event):
    """A tick of it waits for its run."""

    schedule_id: str
