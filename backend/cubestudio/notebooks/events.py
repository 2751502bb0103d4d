"""What can happen to a notebook."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class NotebookChanged(Event):
    notebook_id: str
    project_id: str


@dataclass(frozen=True)
class NotebookIdle(Event):
    """It is stopped soon for being idle. `since`: when it was last in use, in ISO 8601."""

    notebook_id: str
    project_id: str
    since: str


@dataclass(frozen=True)
class NotebookIdleStopped(Event):
    """A start of it was stopped for being idle."""

    notebook_id: str
    project_id: str
    start: str


@dataclass(frozen=True)
class NotebookDeleted(Event):
    """Its row is gone; what its cluster has of it is to go."""

    notebook_id: str
    project_id: str
    cluster: str
    folder: str | None
