"""Every refusal of the platform as an exception; `graph/problem.py` turns it into data for the client."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cubestudio.core import messages
from cubestudio.core.message import Message, Text, plain

_SEGMENT = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|([^.\[\]]+)')


def path_of(field: str | None) -> list[str]:
    """Return the segments of a field: `steps[2].args["a.b"]` is ["steps", "2", "args", "a.b"]."""
    found = _SEGMENT.findall(field or "")
    return [re.sub(r"\\(.)", r"\1", quoted) if quoted else name for quoted, name in found]


class ProblemCode(StrEnum):
    """The classes of refusals; the reason says which one of a class it is."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    CONFLICT = "CONFLICT"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    SIGNED_OUT = "SIGNED_OUT"


@dataclass(frozen=True)
class Fault:
    """One invalid value in a request: `field` is its path, such as `steps[2].args.rate`."""

    message: str
    field: str | None = None
    hint: str | None = None
    code: ProblemCode = ProblemCode.INVALID

    def __post_init__(self) -> None:
        object.__setattr__(self, "hint", self.hint or getattr(self.message, "hint", None))


class Refusal(Exception):
    """The request is understood and refused; the message is for the person who sent it."""

    code = ProblemCode.INVALID

    def __init__(
        self, message: str, *, field: str | None = None, hint: str | None = None, faults: Sequence[Fault] = ()
    ):
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint or getattr(message, "hint", None)
        self.faults = tuple(faults)

    @property
    def extensions(self) -> dict[str, Any]:
        """Return what a GraphQL error carries beside its message when the refusal is not part of the schema's
        answer."""
        return origin(self) | {"code": self.code, "path": path_of(self.field), "hint": self.hint}


def origin(told: Refusal | Fault) -> dict[str, Any]:
    """Return the reason and the parameters of a refusal or fault."""
    text = told.message
    if isinstance(text, Text):
        return {"reason": text.reason, "params": plain(text.params)}
    return {"reason": told.code.value, "params": {}}


class NotFound(Refusal):
    """It does not exist, or the user may not know that it does."""

    code = ProblemCode.NOT_FOUND


class Forbidden(Refusal):
    """The user may see it, and may not do this to it."""

    code = ProblemCode.FORBIDDEN


class Conflict(Refusal):
    """It is not in a state that allows this, or the name is taken."""

    code = ProblemCode.CONFLICT


class Raced(Conflict):
    """Somebody else changed it between being read and being written; the same work may succeed when it is
    done again."""


class Invalid(Refusal):
    """The request breaks a rule; `faults` lists every broken rule."""

    @classmethod
    def many(cls, faults: Sequence[Fault], what: Message, **params: Any) -> "Invalid":
        """Return a refusal with several faults. `what`: the message around the first one, {problem}, with its
        other parameters."""
        first, more = faults[0], len(faults) - 1
        problem = messages.AND_MORE(problem=first.message, count=more) if more else first.message
        return cls(what(problem=problem, **params), field=first.field, hint=first.hint, faults=faults)


class QuotaExceeded(Refusal):
    """The request would exceed a limit."""

    code = ProblemCode.QUOTA_EXCEEDED


class TooMany(Refusal):
    """Too many requests at once or in a period; what is open continues."""

    code = ProblemCode.RATE_LIMITED


class Unavailable(Refusal):
    """A component that is needed does not answer now; a later attempt may succeed."""

    code = ProblemCode.UNAVAILABLE


class SignedOut(Refusal):
    """The request has no valid session or token."""

    code = ProblemCode.SIGNED_OUT


class IllegalStep(Exception):
    """A state machine was asked for a transition that it does not have: a bug, never the user's fault."""
