"""Messages of the users package."""

from cubestudio.core.message import Message

RUN_TOKEN_FORBIDDEN = Message("RUN_TOKEN_FORBIDDEN", "The token of a run is not allowed to do this.")
PROJECT_TOKEN_FORBIDDEN = Message(
    "PROJECT_TOKEN_FORBIDDEN", "This token is limited to one project.", hint="Use another token."
)
ADMINISTRATOR_REQUIRED = Message(
    "ADMINISTRATOR_REQUIRED", "Only administrators of the platform can do this.", hint="Ask an administrator."
)
AUDITOR_REQUIRED = Message(
    "AUDITOR_REQUIRED",
    "Only administrators and auditors of the platform can see this.",
    hint="Ask an administrator.",
)
TOKEN_NOT_FOUND = Message("TOKEN_NOT_FOUND", "Token not found.")
SESSION_NOT_FOUND = Message("SESSION_NOT_FOUND", "Session not found.")
USER_NAME_TAKEN = Message("USER_NAME_TAKEN", "User name {name} is already taken.")
PROVIDER_REPORTED_NO_USER = Message(
    "PROVIDER_REPORTED_NO_USER", "{provider} did not report who you are.", hint="Contact your administrator."
)
EMAIL_DOMAIN_NOT_ALLOWED = Message(
    "EMAIL_DOMAIN_NOT_ALLOWED",
    "Only e-mail addresses in {domains} can sign in.",
    hint="Sign in with such an account.",
)
GROUP_NOT_ALLOWED = Message(
    "GROUP_NOT_ALLOWED", "You are in none of the groups that can sign in.", hint="Ask your administrator."
)
USER_NAME_INVALID = Message(
    "USER_NAME_INVALID", "A user name has 1 to 60 lowercase letters, digits, dots, hyphens and underscores."
)
LAST_ADMINISTRATOR = Message(
    "LAST_ADMINISTRATOR", "This is the last administrator.", hint="Make another user an administrator first."
)
USER_GONE = Message("USER_GONE", "User not found.")
IMPERSONATION_NEEDS_BROWSER = Message(
    "IMPERSONATION_NEEDS_BROWSER", "Impersonation requires a browser session."
)
IMPERSONATION_POINTLESS = Message(
    "IMPERSONATION_POINTLESS", "Administrators and deactivated accounts cannot be impersonated."
)
NOT_IMPERSONATING = Message("NOT_IMPERSONATING", "You are not impersonating a user.")
TOO_MANY_SSH_KEYS = Message("TOO_MANY_SSH_KEYS", "A user has at most 20 SSH keys.")
EMAIL_TAKEN = Message("EMAIL_TAKEN", "An account with this e-mail address already exists.")
SSH_KEY_INVALID = Message(
    "SSH_KEY_INVALID",
    "This is not an SSH public key: {key}.",
    hint="Paste a line such as ssh-ed25519 AAAA… name; never a private key.",
)
ACCOUNT_MISSING = Message(
    "ACCOUNT_MISSING",
    "You have no account on this platform.",
    hint="Ask an administrator to invite you with your e-mail address.",
)
PROVIDER_NOT_FOUND = Message("PROVIDER_NOT_FOUND", "Identity provider not found.")
SIGN_IN_LINK_EXPIRED = Message(
    "SIGN_IN_LINK_EXPIRED",
    "This sign-in link has expired or was already used.",
    hint="Create a new one on the machine: cubestudio token --link",
)
ACCOUNT_DEACTIVATED = Message(
    "ACCOUNT_DEACTIVATED", "This account is deactivated.", hint="Contact an administrator of the platform."
)
TOKEN_NAME_INVALID = Message("TOKEN_NAME_INVALID", "The name of a token has 1 to 100 characters.")
TOKEN_DAYS_OUT_OF_RANGE = Message(
    "TOKEN_DAYS_OUT_OF_RANGE", "A token expires after 1 to 3650 days, or never when days is left out."
)
OPEN_LINK_EXPIRED = Message(
    "OPEN_LINK_EXPIRED",
    "This address has expired or was already used.",
    hint="Open it again from Cube Studio.",
)
