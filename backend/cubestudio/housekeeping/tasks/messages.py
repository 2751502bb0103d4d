"""Messages of scheduled tasks."""

from cubestudio.core.message import Message

SCHEDULED_TASK_NOT_FOUND = Message("SCHEDULED_TASK_NOT_FOUND", "There is no scheduled task {name}.")
