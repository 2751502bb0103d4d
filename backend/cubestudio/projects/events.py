"""What can happen to a project."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class ProjectChanged(Event):
    project_id: str


@dataclass(frozen=True)
class MemberAdded(Event):
    """A user was made a member by somebody else. `at`: when, in ISO 8601."""

    project_id: str
    user_id: str
    at: str


@dataclass(frozen=True)
class ProjectDeleted(Event):
    """Nobody sees it any more; what is in it is to be taken away."""

    project_id: str
