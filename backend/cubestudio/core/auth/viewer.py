"""Who is asking."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cubestudio.core import messages
from cubestudio.core.errors import Forbidden


class Scope(StrEnum):
    """How far an API token goes: look; also start, stop and steer work; everything that its owner may."""

    READ = "read"
    RUN = "run"
    MANAGE = "manage"


@dataclass(kw_only=True, frozen=True)
class Viewer:
    """A person by session or token, or (when `run` is set) the code of one run, which may see that run
    only."""

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

    @property
    def by(self) -> str:
        """By what they came in, as the audit log has it."""
        if self.through:
            return f"session of {self.through}"
        return "run" if self.run else "token" if self.token else "session"


def impersonating(viewer: Viewer) -> Forbidden:
    """Return why an administrator who impersonates somebody may not do this."""
    return Forbidden(messages.IMPERSONATION_READ_ONLY(name=viewer.name))


def interactive(viewer: Viewer) -> None:
    """Refuse a viewer who may not run arbitrary code, which is what a terminal and SSH do."""
    if viewer.through:
        raise impersonating(viewer)
    if viewer.scope != Scope.MANAGE:
        raise Forbidden(messages.TOKEN_SCOPE_TOO_NARROW(scope=viewer.scope))


Check = Callable[[Any, Viewer], Awaitable[object]]
"""(reader of the database, viewer) → whether access still holds: raises a Refusal when it does not."""
GRANTS: ContextVar[Callable[[str, str, Check], None] | None] = ContextVar("grants", default=None)
"""Where the checks of access that are passed in an open stream are recorded."""


def granted(about: str, what: str, check: Check) -> None:
    """Record that a check was passed: the id of what it is about, a text that equal checks share, and the
    check, to be made again."""
    record = GRANTS.get()
    if record is not None:
        record(about, what, check)


LOOKS: ContextVar[set[str] | None] = ContextVar("looks", default=None)
"""What whoever asks is shown by their office and not as a member, in the question under way: projects by id,
or all."""
ALL = "all"


def look(what: str) -> None:
    """Somebody is shown this by their office."""
    seen = LOOKS.get()
    if seen is not None:
        seen.add(what)
