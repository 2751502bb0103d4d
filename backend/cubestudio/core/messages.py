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
DEFINITION_NOT_AN_OBJECT = Message(
    "DEFINITION_NOT_AN_OBJECT", "A definition must be an object of names and values."
)
SIGN_IN_PROVIDER_NOT_FOUND = Message("SIGN_IN_PROVIDER_NOT_FOUND", "Identity provider not found.")
PROVIDER_NOT_ANSWERING = Message("PROVIDER_NOT_ANSWERING", "{provider} does not answer now.")
SESSION_ENDED = Message("SESSION_ENDED", "Your session or token has ended.", hint="Sign in again.")
ACCESS_CHANGED = Message(
    "ACCESS_CHANGED", "Your access has changed since this was opened.", hint="Open it again."
)
ACCESS_NOT_CHECKED = Message("ACCESS_NOT_CHECKED", "Your access could not be checked.", hint="Open it again.")
IMPERSONATION_READ_ONLY = Message(
    "IMPERSONATION_READ_ONLY",
    "You are impersonating {name} and cannot change anything.",
    hint="Stop impersonating first.",
)
TOKEN_SCOPE_TOO_NARROW = Message(
    "TOKEN_SCOPE_TOO_NARROW",
    "A token with the scope {scope} cannot open a terminal or SSH, which run any command.",
    hint="Use a token with the scope manage.",
)
ADDRESS_CONNECTIONS_EXCEEDED = Message(
    "ADDRESS_CONNECTIONS_EXCEEDED",
    "Your address has {limit} open connections, which is the limit.",
    hint="Close some, such as other tabs and scripts, and try again.",
)
USER_CONNECTIONS_EXCEEDED = Message(
    "USER_CONNECTIONS_EXCEEDED",
    "You have {limit} open connections, which is the limit.",
    hint="Close some, such as other tabs and scripts, and try again.",
)
SUBSCRIPTIONS_EXCEEDED = Message(
    "SUBSCRIPTIONS_EXCEEDED",
    "You have {limit} open subscriptions, which is the limit.",
    hint="Close some, such as other tabs and scripts, and try again.",
)
CRON_FIELDS_INVALID = Message(
    "CRON_FIELDS_INVALID",
    "a cron expression has five fields: minute, hour, day of month, month, day of week; "
    "nothing runs every second",
)
TIME_ZONE_UNKNOWN = Message(
    "TIME_ZONE_UNKNOWN", "there is no time zone {name}; one is written like Europe/Berlin"
)
SIGN_IN_REQUIRED = Message(
    "SIGN_IN_REQUIRED", "Sign in first.", hint="Open the sign-in link, or send an API token."
)
TOKEN_RUN_ONLY = Message(
    "TOKEN_RUN_ONLY",
    "This token can start and control work, and change nothing else.",
    hint="Use a token with a wider scope.",
)
FAULTS_LEFT_OUT = Message("FAULTS_LEFT_OUT", "{count} further faults are left out; fix these first")
PYTHON_VERSION_INVALID = Message(
    "PYTHON_VERSION_INVALID", "{value} is not a version of Python; write one such as 3.11"
)
IMAGE_PART_INVALID = Message("IMAGE_PART_INVALID", "{part} cannot be part of the name of an image")
BRANCH_INVALID = Message(
    "BRANCH_INVALID", "{value} is not the name of a branch; it has at most 200 letters, digits and _ . / -"
)
GPU_SHARE_INVALID = Message(
    "GPU_SHARE_INVALID",
    "{value} is not a share of a GPU; write a part of it from 0.01 to 0.99, or an amount of "
    "its memory such as 8Gi",
)
REQUIREMENT_CONTROL_CHARACTER = Message(
    "REQUIREMENT_CONTROL_CHARACTER",
    "requirement {requirement} has the control character {character} at position {position}; "
    "write one requirement per line",
)
REQUIREMENT_TOO_LONG = Message(
    "REQUIREMENT_TOO_LONG", "requirement {requirement} has {count} characters; the limit is {limit}"
)
REQUIREMENTS_TOO_MANY = Message(
    "REQUIREMENTS_TOO_MANY", "there are {count} requirements; the limit is {limit}"
)
REQUIREMENT_STARTS_WITH_OPTION = Message(
    "REQUIREMENT_STARTS_WITH_OPTION",
    "requirement {requirement} begins with the option {option}, and options are not "
    "accepted; an administrator sets the package index",
)
REQUIREMENT_HAS_OPTION = Message(
    "REQUIREMENT_HAS_OPTION",
    "requirement {requirement} has the option {option}, and options are not accepted; remove it",
)
REQUIREMENT_HAS_VARIABLE = Message(
    "REQUIREMENT_HAS_VARIABLE",
    "requirement {requirement} has ${…}, and variables are not filled in here; write the value",
)
REQUIREMENT_CONTINUED = Message(
    "REQUIREMENT_CONTINUED",
    "requirement {requirement} ends with a backslash; write each requirement on one line",
)
REQUIREMENT_WITHOUT_NAME = Message(
    "REQUIREMENT_WITHOUT_NAME",
    "requirement {requirement} is an address without a name; write name @ {address}",
)
REQUIREMENT_LOCAL = Message(
    "REQUIREMENT_LOCAL",
    "requirement {requirement} is a local path, which does not exist here; write a package "
    "name, or name @ https://…",
)
REQUIREMENT_SCHEME_UNSUPPORTED = Message(
    "REQUIREMENT_SCHEME_UNSUPPORTED",
    "requirement {requirement} leads to {kind}; an address begins with one of {schemes}",
)
REQUIREMENT_FILE = Message(
    "REQUIREMENT_FILE",
    "requirement {requirement} names another file, which does not exist here; put its lines into this list",
)
REQUIREMENT_EDITABLE = Message(
    "REQUIREMENT_EDITABLE",
    "requirement {requirement} is an editable install; write name @ git+https://… instead",
)
MEMORY_INVALID = Message("MEMORY_INVALID", "memory must be a number of bytes or text such as 512Mi or 2Gi")
GPU_TYPE_INVALID = Message(
    "GPU_TYPE_INVALID", "{value} is not a GPU type; its name has at most 63 letters, digits and - _ ."
)
GPU_SHARE_WITHOUT_GPU = Message(
    "GPU_SHARE_WITHOUT_GPU", "a share of each GPU ({share}) needs a number of GPUs"
)
DEVICE_NAME_INVALID = Message(
    "DEVICE_NAME_INVALID", "{value} is not the name of a device; it has lowercase letters, digits and -"
)
DEVICE_CLASS_INVALID = Message(
    "DEVICE_CLASS_INVALID", "{value} is not the name of a device class, such as gpu.nvidia.com"
)
VARIABLE_IS_SECRET_TOO = Message("VARIABLE_IS_SECRET_TOO", "{name} is both a variable and a secret")
VARIABLE_IS_PROJECT_SECRET_TOO = Message(
    "VARIABLE_IS_PROJECT_SECRET_TOO", "{name} is set here and a secret of the project too"
)
SECRETS_NOT_AN_OBJECT = Message("SECRETS_NOT_AN_OBJECT", "secrets must be an object of names and values.")
VARIABLE_NAME_INVALID = Message(
    "VARIABLE_NAME_INVALID",
    "{name} cannot be the name of a variable here: letters, digits and _, and none of the platform's own",
)
VOLUME_INVALID = Message(
    "VOLUME_INVALID",
    "{volume} is not a volume: write source(kind):/path, the kind being pvc, pvc-share, "
    "storage, nfs, hostpath, configmap, secret or memory",
)
VOLUME_SOURCE_INVALID = Message(
    "VOLUME_SOURCE_INVALID", "{source} cannot be the source of a volume of the kind {kind}"
)
VOLUME_PATH_RESERVED = Message(
    "VOLUME_PATH_RESERVED", "nothing can be put at {path}; choose a path such as /mnt or /data"
)
NAME_TWICE = Message("NAME_TWICE", "{name} is listed twice.")
VOLUME_PATH_TWICE = Message("VOLUME_PATH_TWICE", "two volumes are at {path}")
VOLUME_PATHS_ALIKE = Message(
    "VOLUME_PATHS_ALIKE",
    "the paths of two volumes end alike, so that both would be {path}; change one of the last parts",
)
VOLUME_OF_PLATFORM = Message("VOLUME_OF_PLATFORM", "Volume {path} belongs to the platform.")
VOLUME_NOT_ALLOWED = Message(
    "VOLUME_NOT_ALLOWED",
    "Volume {path} is not among those that may be used here.",
    hint="An administrator allows volumes in CUBE_ALLOWED_VOLUMES; now: {volumes}.",
)
REQUEST_TOO_SLOW = Message(
    "REQUEST_TOO_SLOW",
    "Reading what you sent took longer than {seconds} s. Nothing was changed.",
    hint="Send less at once, or try again when the platform is less busy.",
)
CURSOR_INVALID = Message("CURSOR_INVALID", "after must be a cursor from a page.")
RATE_NOT_READ = Message(
    "RATE_NOT_READ", "How much was used in this minute cannot be looked up. Ask again in a moment."
)
RATE_NOT_WRITTEN = Message(
    "RATE_NOT_WRITTEN", "How much was used in this minute cannot be written down. Ask again in a moment."
)
RATE_NOT_CHECKED = Message(
    "RATE_NOT_CHECKED", "How often you asked cannot be looked up now. Ask again in a moment."
)
RELAY_NOT_HTTP = Message("RELAY_NOT_HTTP", "{path} was not answered in HTTP: {problem}")
RELAY_TOO_LARGE = Message("RELAY_TOO_LARGE", "{path} answered with more than {most} bytes.")
DOCUMENT_TOO_LONG = Message(
    "DOCUMENT_TOO_LONG",
    "The document has {count} characters; the limit is {limit}.",
    hint="Put long texts into files.",
)
YAML_CHARACTER_FORBIDDEN = Message(
    "YAML_CHARACTER_FORBIDDEN",
    "the character U+{code} is not allowed in YAML",
    hint="Write it as an escape in double quotes.",
)
YAML_DIRECTIVES_TOO_MANY = Message(
    "YAML_DIRECTIVES_TOO_MANY",
    "The document has too many lines that begin with %.",
    hint="Remove its directives.",
)
YAML_INTEGER_TOO_LARGE = Message(
    "YAML_INTEGER_TOO_LARGE", "{value} does not fit into 64 bits; put it in quotes to keep it as text"
)
YAML_NUMBER_TOO_LARGE = Message(
    "YAML_NUMBER_TOO_LARGE", "{value} is larger than any number here; put it in quotes to keep it as text"
)
YAML_SECOND_DOCUMENT = Message(
    "YAML_SECOND_DOCUMENT", "a second document begins here", hint="Send one document at a time."
)
YAML_TOO_SLOW = Message(
    "YAML_TOO_SLOW", "The document takes longer than {seconds} s to read.", hint="Make it smaller."
)
YAML_KEY_TWICE = Message(
    "YAML_KEY_TWICE", "the key {key} already stands on line {line}", hint="Remove one of the two."
)
YAML_MERGE_UNSUPPORTED = Message(
    "YAML_MERGE_UNSUPPORTED", "merge keys (<<) are not part of YAML 1.2", hint="Write the keys out."
)
YAML_TAG_UNSUPPORTED = Message(
    "YAML_TAG_UNSUPPORTED",
    "the tag {tag} is not accepted",
    hint="Only plain data is: text, numbers, true, false, null.",
)
YAML_TAG_MISMATCH = Message("YAML_TAG_MISMATCH", "{value} is not of the type {type} that its tag names")
YAML_TOO_DEEP = Message("YAML_TOO_DEEP", "lists and objects are nested more than {most} deep")
YAML_KEY_NOT_TEXT = Message("YAML_KEY_NOT_TEXT", "a key is text, not a list or an object")
YAML_ALIAS_RECURSIVE = Message("YAML_ALIAS_RECURSIVE", "the alias {alias} stands inside what it stands for")
YAML_ALIAS_UNKNOWN = Message("YAML_ALIAS_UNKNOWN", "nothing before this is called {alias}")
YAML_ALIASES_TOO_MANY = Message(
    "YAML_ALIASES_TOO_MANY", "aliases stand for more than {most} values", hint="Write fewer of them."
)
YAML_KEY_IS_ALIAS = Message("YAML_KEY_IS_ALIAS", "a key is text, not an alias")
YAML_INVALID = Message("YAML_INVALID", "This is not YAML.")
CLUSTER_LISTS_LESS = Message(
    "CLUSTER_LISTS_LESS", "Cluster {cluster} lists less than it has ({pods}): it is listed once more."
)
FIELD_NOT_ACCEPTED = Message("FIELD_NOT_ACCEPTED", "{name} is not accepted: it is {sent}")
FIELD_MISSING = Message("FIELD_MISSING", "{name} is missing")
FIELD_NOT_ONE_OF = Message("FIELD_NOT_ONE_OF", "{name} must be one of {options}")
FIELD_TOO_SMALL = Message("FIELD_TOO_SMALL", "{name} must be at least {least}")
FIELD_NOT_ABOVE = Message("FIELD_NOT_ABOVE", "{name} must be greater than {bound}")
FIELD_TOO_LARGE = Message("FIELD_TOO_LARGE", "{name} must be at most {most}")
FIELD_NOT_BELOW = Message("FIELD_NOT_BELOW", "{name} must be less than {bound}")
FIELD_EMPTY = Message("FIELD_EMPTY", "{name} must not be empty")
FIELD_TOO_LONG = Message("FIELD_TOO_LONG", "{name} has {count} characters; the limit is {limit}")
FIELD_TOO_FEW = Message("FIELD_TOO_FEW", "{name} has {count} entries; the least is {least}")
FIELD_TOO_MANY = Message("FIELD_TOO_MANY", "{name} has more than {most} entries")
FIELD_NOT_TEXT = Message("FIELD_NOT_TEXT", "{name} must be text, not {sent}")
FIELD_NOT_BOOLEAN = Message(
    "FIELD_NOT_BOOLEAN",
    "{name} must be true or false, not {value}",
    hint="Write true or false, without quotes.",
)
FIELD_NOT_WHOLE = Message("FIELD_NOT_WHOLE", "{name} must be a whole number, not {sent}")
FIELD_NOT_NUMBER = Message("FIELD_NOT_NUMBER", "{name} must be a number, not {sent}")
FIELD_NOT_LIST = Message("FIELD_NOT_LIST", "{name} must be a list, not {sent}")
FIELD_NOT_OBJECT = Message("FIELD_NOT_OBJECT", "{name} must be an object of names and values, not {sent}")
FIELD_NOT_TIME = Message("FIELD_NOT_TIME", "{name} must be a time such as 2026-01-31T08:00:00+01:00")
REQUIREMENT_UNREADABLE = Message(
    "REQUIREMENT_UNREADABLE",
    "requirement {requirement} cannot be read from character {position} ({character}) on; "
    "write it like pandas>=2 or pandas[excel]>=2; python_version < '3.13'",
)
REQUIREMENT_OPERATOR_TURNED = Message(
    "REQUIREMENT_OPERATOR_TURNED", "requirement {requirement} has {found}; write {replacement}"
)
REQUIREMENT_ONE_EQUALS = Message(
    "REQUIREMENT_ONE_EQUALS", "requirement {requirement} has one =; write {replacement} for an exact version"
)
REQUIREMENT_TRUNCATED = Message(
    "REQUIREMENT_TRUNCATED",
    "requirement {requirement} ends too early; write it like pandas>=2 or pandas[excel]>=2; "
    "python_version < '3.13'",
)
YAML_UNREADABLE = Message(
    "YAML_UNREADABLE", "this cannot be read as YAML; look at quotes, colons and indentation before it"
)
YAML_TAG_UNREADABLE = Message(
    "YAML_TAG_UNREADABLE", "this tag cannot be read; remove it, or put text that begins with ! in quotes"
)
YAML_DIRECTIVE_UNREADABLE = Message(
    "YAML_DIRECTIVE_UNREADABLE", "this directive cannot be read; remove the line that begins with %"
)
YAML_TAB = Message("YAML_TAB", "a tab stands where the indentation is; indent with spaces")
YAML_TEXT_UNQUOTED = Message(
    "YAML_TEXT_UNQUOTED", "text cannot begin with {character} here; put it in quotes"
)
YAML_ESCAPE_UNKNOWN = Message(
    "YAML_ESCAPE_UNKNOWN", "this escape is not known; write a backslash twice, or use single quotes"
)
YAML_ANCHOR_UNQUOTED = Message(
    "YAML_ANCHOR_UNQUOTED",
    "& and * begin the name of an anchor or an alias here; put text that begins with them in quotes",
)
YAML_SPACE_MISSING = Message("YAML_SPACE_MISSING", "a space or a new line is missing here")
YAML_COLON_UNEXPECTED = Message(
    "YAML_COLON_UNEXPECTED",
    "a colon is not expected here; put text that has a colon and a space in quotes, or fix the indentation",
)
YAML_OBJECT_NOT_CLOSED = Message(
    "YAML_OBJECT_NOT_CLOSED", "the object that begins on line {line} is not closed; a comma or } is missing"
)
YAML_LIST_NOT_CLOSED = Message(
    "YAML_LIST_NOT_CLOSED", "the list that begins on line {line} is not closed; a comma or ] is missing"
)
YAML_INDENTATION_WRONG = Message("YAML_INDENTATION_WRONG", "the indentation does not fit what is above")
YAML_COLON_MISSING = Message("YAML_COLON_MISSING", "a colon is missing after the key")
YAML_QUOTE_NOT_CLOSED = Message("YAML_QUOTE_NOT_CLOSED", "the quote that begins here is not closed")
YAML_TEXT_AFTER_END = Message("YAML_TEXT_AFTER_END", "something follows the end of the document")
YAML_VALUE_MISSING = Message("YAML_VALUE_MISSING", "a value is missing")
YAML_TEXT_AFTER_VALUE = Message(
    "YAML_TEXT_AFTER_VALUE", "nothing but a comment may follow here; begin a new line"
)
SIGN_IN_TOO_OLD = Message(
    "SIGN_IN_TOO_OLD",
    "{provider} did not sign you in: the sign-in was not started here, or too long ago.",
    hint="Start again from the sign-in page.",
)
PROVIDER_REFUSED = Message(
    "PROVIDER_REFUSED",
    "{provider} did not sign you in: {problem}.",
    hint="Start again from the sign-in page.",
)
PROVIDER_ANSWER_INVALID = Message(
    "PROVIDER_ANSWER_INVALID",
    "{provider} sent an invalid response.",
    hint="Start again from the sign-in page.",
)
YAML_AT = Message("YAML_AT", "Line {line}, column {column}: {problem}.")
CRON_FIELD_INVALID = Message(
    "CRON_FIELD_INVALID",
    "{value} is not a {name} of a cron expression; write *, {range}, a list (1,15), a range (1-5) "
    "or a step (*/10)",
)
CRON_NEVER = Message("CRON_NEVER", "such a day never comes; choose another day of the month or month")
VALUE_UNSOUND = Message("VALUE_UNSOUND", "{place}: it {rule}")
KIND_NULL = Message("KIND_NULL", "null")
KIND_BOOLEAN = Message("KIND_BOOLEAN", "true or false")
KIND_NUMBER = Message("KIND_NUMBER", "a number")
KIND_TEXT = Message("KIND_TEXT", "text")
KIND_LIST = Message("KIND_LIST", "a list")
KIND_OBJECT = Message("KIND_OBJECT", "an object")
FIELD_MISSPELLED = Message("FIELD_MISSPELLED", "{name} is not known here", hint="Did you mean {near}?")
FIELD_UNKNOWN = Message("FIELD_UNKNOWN", "{name} is not known here", hint="Known here: {known}.")
FIELD_NOT_QUOTED = Message("FIELD_NOT_QUOTED", "{name} must be text, not {sent}", hint="Put it in quotes.")
IMAGE_REFERENCE_UNKNOWN = Message(
    "IMAGE_REFERENCE_UNKNOWN", "the image names {name}; an image can use only {allowed}"
)
IMAGE_REFERENCE_UNSUPPORTED = Message(
    "IMAGE_REFERENCE_UNSUPPORTED",
    "the image names {name}, which is not replaced here; write the name of an image",
)
SETTING_UNKNOWN = Message(
    "SETTING_UNKNOWN",
    "{variable} is not a setting.",
    hint="Run `cubestudio config show` for a list of all settings.",
)
SETTING_UNKNOWN_NEAR = Message(
    "SETTING_UNKNOWN_NEAR",
    "{variable} is not a setting.",
    hint="Did you mean {near}? Run `cubestudio config show` for a list of all settings.",
)
SETTING_VALUE_INVALID = Message("SETTING_VALUE_INVALID", "{variable}: {problem}")
SETTINGS_INCONSISTENT = Message("SETTINGS_INCONSISTENT", "Settings: {problem}")
SETTING_NOT_JSON = Message(
    "SETTING_NOT_JSON", "{variable} must be JSON.", hint="Run `cubestudio config show` for the default."
)
SETTINGS_FILE_UNREADABLE = Message("SETTINGS_FILE_UNREADABLE", "{path} cannot be read: {problem}")
