"""Messages of the notifications package."""

from cubestudio.core.message import Message

TOO_MANY_NOTIFICATIONS = Message(
    "TOO_MANY_NOTIFICATIONS",
    "A request marks at most {limit} notifications.",
    hint="Leave out the ids to mark all.",
)
CHANNEL_NOT_FOUND = Message("CHANNEL_NOT_FOUND", "Channel not found.")
TOO_MANY_CHANNELS = Message(
    "TOO_MANY_CHANNELS", "There are already {limit} channels.", hint="Delete a channel that is not used."
)
CHANNEL_NAME_INVALID = Message("CHANNEL_NAME_INVALID", "The name of a channel has 1 to 60 characters.")
CHANNEL_NAME_TAKEN = Message(
    "CHANNEL_NAME_TAKEN", "A channel named {name} already exists.", hint="Choose another name."
)
CHANNEL_EMAIL_INVALID = Message("CHANNEL_EMAIL_INVALID", "This is not an e-mail address.")
CHANNEL_EMAIL_NOT_YOURS = Message(
    "CHANNEL_EMAIL_NOT_YOURS", "E-mail goes only to the address of your own account."
)
CHANNEL_URL_INVALID = Message(
    "CHANNEL_URL_INVALID",
    "The address is not a URL that begins with https:// or http:// and has a host.",
    hint="Copy the whole URL from the receiver.",
)
CHANNEL_SECRET_UNSUPPORTED = Message("CHANNEL_SECRET_UNSUPPORTED", "Channels of kind {kind} take no secret.")
CHANNEL_SECRET_INVALID = Message("CHANNEL_SECRET_INVALID", "A secret has 1 to 500 printable characters.")
CHANNEL_KIND_PERSONAL = Message(
    "CHANNEL_KIND_PERSONAL", "These events concern one user and are not sent to a project: {kinds}."
)
TOO_MANY_TESTS = Message(
    "TOO_MANY_TESTS", "A channel sends at most {limit} test messages a minute.", hint="Try again later."
)
MAIL_NOT_CONFIGURED = Message(
    "MAIL_NOT_CONFIGURED",
    "The platform has no mail server.",
    hint="Ask an administrator to set CUBE_SMTP_URL and CUBE_MAIL_FROM.",
)
NOTIFICATION_NOT_DELIVERED = Message(
    "NOTIFICATION_NOT_DELIVERED", "The message was not delivered: {problem}."
)
