"""What can happen to the notifications of a user."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class NotificationsChanged(Event):
    """New ones were added, or some were marked as read."""

    user_id: str
