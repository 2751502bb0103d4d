"""Messages of the housekeeping package."""

from cubestudio.core.message import Message

KEEP_DAYS_OUT_OF_RANGE = Message("KEEP_DAYS_OUT_OF_RANGE", "Days must be from 1 to {most}.")
KEEP_LAST_OUT_OF_RANGE = Message("KEEP_LAST_OUT_OF_RANGE", "The number of runs must be from 1 to {most}.")
RETENTION_POLICY_INVALID = Message("RETENTION_POLICY_INVALID", "The retention policy is invalid: {problem}")
