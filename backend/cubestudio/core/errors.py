"""Every refusal the platform can give, named once; `graph/problem.py` turns them into data for the client."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was sent: `field` is a path such as `steps[2].args.rate`."""

    message: str
    field: str | None = None
    hint: str | None = None
    code: str = "INVALID"


class Refusal(Exception):
    """The request was understood and is refused; the message is written for the person who sent it."""

    code = "REFUSED"

    def __init__(
        self, message: str, *, field: str | None = None, hint: str | None = None, faults: Sequence[Fault] = ()
    ):
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint
        self.faults = tuple(faults)

    @property
    def extensions(self) -> dict:
        """What a GraphQL error carries beside its message when the refusal is not part of the schema's
        answer."""
        return {"code": self.code, "field": self.field, "hint": self.hint}


class NotFound(Refusal):
    """It does not exist, or the asker may not know that it does."""

    code = "NOT_FOUND"


class Forbidden(Refusal):
    """The asker may see it, and may not do this to it."""

    code = "FORBIDDEN"


class Conflict(Refusal):
    """It is not in a state that allows this, or the name is taken."""

    code = "CONFLICT"


class Raced(Conflict):
    """Somebody else changed it between being read and being written; the same work may succeed when it is
    done again."""


class Invalid(Refusal):
    """What was sent breaks a rule; `faults` lists every broken rule at once."""

    code = "INVALID"

    @classmethod
    def many(cls, faults: Sequence[Fault], what: str) -> "Invalid":
        first = faults[0]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        return cls(f"{what}: {first.message}{more}", field=first.field, hint=first.hint, faults=faults)


class QuotaExceeded(Refusal):
    """There is a limit and this would pass it."""

    code = "QUOTA_EXCEEDED"


class TooMany(Refusal):
    """Too much at once, or too often; what is open may go on."""

    code = "RATE_LIMITED"


class Unavailable(Refusal):
    """A part that is needed does not answer now; trying again later may succeed."""

    code = "UNAVAILABLE"


class SignedOut(Refusal):
    """Nobody is signed in, or the session or token is no longer good."""

    code = "SIGNED_OUT"


class IllegalStep(Exception):
    """A state machine was asked for a step that it does not have: a bug of ours, never the user's fault."""
