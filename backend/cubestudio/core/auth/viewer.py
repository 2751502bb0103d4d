"""Who is asking."""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """How far an API token goes: look; also start, stop and steer work; everything that its owner may."""

    READ = "read"
    RUN = "run"
    MANAGE = "manage"


@dataclass(frozen=True)
class Viewer:
    """A person by session or token, or (when `run` is set) the code of one run, which may see that run only."""

    id: str
    name: str
    admin: bool = False
    session: str | None = None
    token: str | None = None
    run: str | None = None
    scope: Scope = Scope.MANAGE
    """How far a token goes; a person who is signed in goes all the way."""
    project: str | None = None
    """The one project that a token is for."""
    auditor: bool = False
    """Whether they may look at everything."""
    through: str | None = None
    """The name of the administrator who looks with this person's eyes."""


LOOKS: ContextVar[set[str] | None] = ContextVar("looks", default=None)
"""What whoever asks is shown by their office and not as a member, in the question under way: projects by id, or all."""
ALL = "all"


def look(what: str) -> None:
    """Somebody is shown this by their office."""
    seen = LOOKS.get()
    if seen is not None:
        seen.add(what)
