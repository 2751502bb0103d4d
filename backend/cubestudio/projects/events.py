"""What can happen to a project."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class ProjectChanged(Event):
    project_id: str


@dataclass(frozen=True)
class ProjectDeleted(Event):
    """Nobody sees it any more; what is in it is to be taken away."""

    project_id: str
