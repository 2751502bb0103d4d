"""What can happen to a run."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class RunChanged(Event):
    """The run or one of its steps changed."""

    run_id: str
    project_id: str


@dataclass(frozen=True)
class RunFinished(Event):
    run_id: str
    project_id: str


@dataclass(frozen=True)
class RunDeleted(Event):
    """The run is deleted; its cluster has not released it yet, and its pods are still there."""

    run_id: str
    project_id: str
