"""What can happen to a project."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class ProjectChanged(Event):
    project_id: str
