"""Messages that all rooms share."""

from cubestudio.core.message import Message

AND_MORE = Message("AND_MORE", "{problem} (and {count} more)")
TOKEN_READ_ONLY = Message(
    "TOKEN_READ_ONLY", "This token can only read.", hint="Use a token with a wider scope."
)
DESCRIPTION_TOO_LONG = Message("DESCRIPTION_TOO_LONG", "A description has at most 500 characters.")
EMAIL_INVALID = Message("EMAIL_INVALID", "This is not an e-mail address.")
CLUSTER_NOT_CONFIGURED = Message(
    "CLUSTER_NOT_CONFIGURED", "Cluster {cluster} is not configured on this platform."
)
FIRST_OUT_OF_RANGE = Message("FIRST_OUT_OF_RANGE", "first must be from 1 to {most}.")
