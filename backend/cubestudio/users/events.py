"""What can happen to an account."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class AccessEnded(Event):
    """Sessions or tokens of a user have ended: what was opened with them is to be closed."""

    user_id: str
