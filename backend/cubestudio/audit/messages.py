"""Messages of the audit package."""

from cubestudio.core.message import Message

AUDIT_OUTCOME_INVALID = Message("AUDIT_OUTCOME_INVALID", "outcome must be done or refused.")
