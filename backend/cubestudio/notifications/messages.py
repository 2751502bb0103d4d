"""Messages of the notifications package."""

from cubestudio.core.message import Message

TOO_MANY_NOTIFICATIONS = Message(
    "TOO_MANY_NOTIFICATIONS",
    "A request marks at most {limit} notifications.",
    hint="Leave out the ids to mark all.",
)
