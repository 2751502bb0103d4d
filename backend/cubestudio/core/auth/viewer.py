"""Who is asking."""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from cubestudio.core.errors import Forbidden


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


def impersonating(viewer: Viewer) -> Forbidden:
    """Return why an administrator who impersonates somebody may not do this."""
    return Forbidden(f"You see what {viewer.name} sees, and change nothing.", hint="Be yourself again first.")


def interactive(viewer: Viewer) -> None:
    """Refuse a viewer who may not run arbitrary code, which is what a terminal and SSH do."""
    if viewer.through:
        raise impersonating(viewer)
    if viewer.scope != Scope.MANAGE:
        raise Forbidden(
            f"A token of the scope {viewer.scope} cannot open a terminal or SSH: both run any command.",
            hint="Use a token of the scope manage.",
        )


LOOKS: ContextVar[set[str] | None] = ContextVar("looks", default=None)
"""What whoever asks is shown by their office and not as a member, in the question under way: projects by id, or all."""
ALL = "all"


def look(what: str) -> None:
    """Somebody is shown this by their office."""
    seen = LOOKS.get()
    if seen is not None:
        seen.add(what)
