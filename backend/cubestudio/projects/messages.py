"""Messages of the projects package."""

from cubestudio.core.message import Message

PROJECT_NOT_FOUND = Message(
    "PROJECT_NOT_FOUND", "Project {project} not found, or you are not a member of it."
)
PROJECTS_CHANGED = Message(
    "PROJECTS_CHANGED", "Your projects have changed since this was opened.", hint="Open it again."
)
PROJECT_ARCHIVED = Message(
    "PROJECT_ARCHIVED",
    "Project {name} is archived and read-only.",
    hint="An owner can restore it from the archive.",
)
NAME_INVALID = Message(
    "NAME_INVALID",
    "A name has 1 to 50 lowercase letters, digits and hyphens, begins with a letter and does "
    "not end with a hyphen.",
)
PROJECT_NAME_TAKEN = Message(
    "PROJECT_NAME_TAKEN", "Project name {name} is already taken.", hint="Choose another name."
)
PROJECT_NAME_NOT_CONFIRMED = Message(
    "PROJECT_NAME_NOT_CONFIRMED",
    "Enter the name of the project, {name}, to confirm that it is deleted permanently.",
)
PROJECT_NOT_ARCHIVED = Message(
    "PROJECT_NOT_ARCHIVED", "Project {name} is not archived.", hint="Archive it first."
)
PROJECT_BUSY = Message(
    "PROJECT_BUSY", "The project has running work: {work}.", hint="Stop it first, or wait until it has ended."
)
USER_NOT_FOUND = Message("USER_NOT_FOUND", "User {name} not found.")
LAST_OWNER = Message("LAST_OWNER", "A project needs an owner.", hint="Make another member an owner first.")
NODE_GROUP_INVALID = Message(
    "NODE_GROUP_INVALID", "A node group is the value of a label: letters and digits, with - _ . inside."
)
CLUSTER_NOT_FOUND = Message("CLUSTER_NOT_FOUND", "Cluster {name} not found.", hint="Clusters: {clusters}.")
WORKLOAD_KIND_UNKNOWN = Message(
    "WORKLOAD_KIND_UNKNOWN", "There is no workload kind {kind}; the kinds are {kinds}."
)
NAMESPACE_INVALID = Message(
    "NAMESPACE_INVALID",
    "A namespace has lowercase letters, digits and hyphens, and does not begin with kube-.",
)
NAMESPACE_IN_USE = Message(
    "NAMESPACE_IN_USE", "{work}; work cannot move to another namespace.", hint="Stop or delete it first."
)
GROUP_NAME_TAKEN = Message(
    "GROUP_NAME_TAKEN", "Group name {name} is already taken.", hint="Choose another name."
)
GROUP_MANAGED_BY_PROVIDER = Message(
    "GROUP_MANAGED_BY_PROVIDER",
    "The members of {group} are managed by {provider}.",
    hint="Change them there; the change applies from the next sign-in.",
)
GROUP_NOT_FOUND = Message("GROUP_NOT_FOUND", "Group not found.")
GROUP_NAME_NOT_FOUND = Message("GROUP_NAME_NOT_FOUND", "Group {name} not found.")
INVITATION_NOT_FOUND = Message(
    "INVITATION_NOT_FOUND", "Invitation not found, or you are not a member of its project."
)
INVITATION_USED = Message(
    "INVITATION_USED",
    "This invitation has already been used; each invitation is for one person.",
    hint="Ask the sender for a new invitation.",
)
INVITATION_DAYS_OUT_OF_RANGE = Message(
    "INVITATION_DAYS_OUT_OF_RANGE", "An invitation expires after 1 to 90 days."
)
TOO_MANY_INVITATIONS = Message(
    "TOO_MANY_INVITATIONS",
    "A project has at most {limit} open invitations.",
    hint="Withdraw one that is not needed.",
)
INVITATION_LINK_INVALID = Message(
    "INVITATION_LINK_INVALID",
    "This is not an invitation link; a part of it may be missing.",
    hint="Copy the complete link.",
)
INVITATION_GONE = Message(
    "INVITATION_GONE",
    "Invitation not found. It was withdrawn, its project was closed, or the link belongs to "
    "another platform.",
    hint="Ask the sender for a new invitation.",
)
INVITATION_EXPIRED = Message(
    "INVITATION_EXPIRED", "This invitation has expired.", hint="Ask the sender for a new invitation."
)
INVITATION_FOR_OTHER_EMAIL = Message(
    "INVITATION_FOR_OTHER_EMAIL",
    "This invitation is for another e-mail address than yours.",
    hint="Sign in with that address.",
)
USER_HAS_NO_STORAGE_LIMIT = Message(
    "USER_HAS_NO_STORAGE_LIMIT", "Storage belongs to projects; a user has no storage limit."
)
QUOTA_TARGET_MISSING = Message("QUOTA_TARGET_MISSING", "Specify exactly one of project, user and defaultFor.")
STORAGE_QUOTA_EXCEEDED = Message(
    "STORAGE_QUOTA_EXCEEDED",
    "{who} stores {used} of {limit}.",
    hint="Delete runs, models or images that are not needed, or ask an administrator for a larger quota.",
)
QUOTA_TOO_SMALL = Message(
    "QUOTA_TOO_SMALL",
    "This requests {needed} at once, and {who} may use {limit}.",
    hint="Request less, or ask an administrator for a larger quota.",
)
LIMIT_OUT_OF_RANGE = Message("LIMIT_OUT_OF_RANGE", "A limit is from 0 to {most}; leave it out for no limit.")
GPU_LIMIT_INVALID = Message(
    "GPU_LIMIT_INVALID",
    "A GPU type consists of letters, digits, dots, hyphens and underscores, such as A100.",
)
QUOTA_FULL = Message(
    "QUOTA_FULL", "{problem}.", hint="Stop something, or try again when something has ended."
)
REGISTRY_NOT_FOUND = Message(
    "REGISTRY_NOT_FOUND", "Registry not found, or you are not a member of its project."
)
REGISTRY_ADDRESS_INVALID = Message(
    "REGISTRY_ADDRESS_INVALID",
    "A registry is a host with an optional port and path, such as registry.example.com:5000/team.",
)
REGISTRY_CREDENTIALS_TOO_LONG = Message(
    "REGISTRY_CREDENTIALS_TOO_LONG", "A user name has at most 200 characters, a password 5000."
)
REGISTRY_IN_USE = Message(
    "REGISTRY_IN_USE",
    "An image is being built for this registry.",
    hint="Wait until the build has ended, or cancel it.",
)
SECRET_NAME_INVALID = Message(
    "SECRET_NAME_INVALID",
    "The name of a secret has letters, digits and _, does not begin with a digit, and is not "
    "one of the platform's own variables.",
)
SECRET_SIZE_OUT_OF_RANGE = Message("SECRET_SIZE_OUT_OF_RANGE", "A secret has 1 to {limit} bytes.")
SECRET_HAS_NUL = Message("SECRET_HAS_NUL", "A secret cannot contain the NUL character.")
SECRET_NOT_FOUND = Message("SECRET_NOT_FOUND", "Project {project} has no secret {name}.")
SECRET_IN_USE = Message(
    "SECRET_IN_USE", "The secret is used by {users}.", hint="Remove it there first, or delete it anyway."
)
SECRETS_MISSING = Message(
    "SECRETS_MISSING",
    "The project has no secret {names}.",
    hint="A maintainer can add it in the project's settings.",
)
SECRET_VALUE_MISSING = Message("SECRET_VALUE_MISSING", "Enter the value of the secret.")

AUDITOR_READ_ONLY = Message(
    "AUDITOR_READ_ONLY",
    "You are an auditor; in project {project} this needs the role {needs}.",
    hint="{advice}",
)
ROLE_REQUIRED = Message(
    "ROLE_REQUIRED",
    "You have the role {role} in project {project}; this needs the role {needs}.",
    hint="{advice}",
)
ASK_ADMINISTRATOR = Message("ASK_ADMINISTRATOR", "Ask an administrator of the platform.")
ASK_MEMBERS = Message("ASK_MEMBERS", "Ask {names}, who may do it.")
ASK_MEMBERS_OR_OTHERS = Message("ASK_MEMBERS_OR_OTHERS", "Ask {names} or others, who may do it.")
GROUP_PROVIDER_UNKNOWN = Message(
    "GROUP_PROVIDER_UNKNOWN",
    "Provider {name} does not report groups.",
    hint="Providers that do: {providers}.",
)
GROUP_PROVIDER_MISSING = Message(
    "GROUP_PROVIDER_MISSING",
    "No provider reports groups.",
    hint="An administrator configures one in CUBE_PROVIDERS.",
)
STORAGE_QUOTA_TOO_SMALL = Message(
    "STORAGE_QUOTA_TOO_SMALL",
    "{who} stores {used} of {limit}, and this needs {needed}.",
    hint="Delete runs, models or images that are not needed, or ask an administrator for a larger quota.",
)
