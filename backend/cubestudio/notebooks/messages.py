"""Messages of the notebooks package."""

from cubestudio.core.message import Message

NOTEBOOK_STOP_FORBIDDEN = Message(
    "NOTEBOOK_STOP_FORBIDDEN", "Only the notebook's owner and owners of the project can stop or delete it."
)
NOTEBOOK_NOT_SAVED = Message("NOTEBOOK_NOT_SAVED", "The notebook cannot be saved: {problem}")
NOTEBOOK_COMMAND_MISSING = Message(
    "NOTEBOOK_COMMAND_MISSING", "Enter the command that answers HTTP on the port $CUBE_PORT."
)
NOTEBOOK_NAME_TAKEN = Message(
    "NOTEBOOK_NAME_TAKEN",
    "Notebook name {name} is already taken in this project.",
    hint="Choose another name.",
)
NOTEBOOK_READ_SHARE_UNSUPPORTED = Message(
    "NOTEBOOK_READ_SHARE_UNSUPPORTED",
    "A notebook of the kind {kind} cannot be shared read-only.",
    hint="Share it for editing, or do not share it.",
)
NOTEBOOK_RACED = Message(
    "NOTEBOOK_RACED", "The notebook changed at the same moment.", hint="Reload it and try again."
)
NOTEBOOK_NOTHING_CHANGED = Message("NOTEBOOK_NOTHING_CHANGED", "Nothing has changed since it was last saved.")
NOTEBOOK_NOT_STOPPED = Message("NOTEBOOK_NOT_STOPPED", "The notebook is {state}.", hint="Stop it first.")
NOTEBOOK_HOURS_OUT_OF_RANGE = Message(
    "NOTEBOOK_HOURS_OUT_OF_RANGE", "A notebook can be kept running for 1 to 72 hours at a time."
)
NOTEBOOK_MINUTES_OUT_OF_RANGE = Message(
    "NOTEBOOK_MINUTES_OUT_OF_RANGE", "Minutes must be from 0 to 43200, which is 30 days."
)
NOTEBOOK_NOT_ANSWERING_SAVE = Message(
    "NOTEBOOK_NOT_ANSWERING_SAVE",
    "The notebook does not answer, so nothing could be saved.",
    hint="Stop it without saving.",
)
NOTEBOOK_PACKAGES_UNAVAILABLE = Message(
    "NOTEBOOK_PACKAGES_UNAVAILABLE",
    "Only a running JupyterLab can list its packages.",
    hint="Start it first.",
)
NOTEBOOK_NOT_RUNNING = Message("NOTEBOOK_NOT_RUNNING", "The notebook is {state}.", hint="Start it first.")
NOTEBOOK_NOT_ANSWERING = Message("NOTEBOOK_NOT_ANSWERING", "The notebook does not answer.")
NOTEBOOK_FILE_OUTSIDE = Message("NOTEBOOK_FILE_OUTSIDE", "{path} leads out of the folder")
DIGEST_INVALID = Message(
    "DIGEST_INVALID", "{value} is not a SHA-256 digest, which has 64 of the characters 0-9 and a-f"
)
NOTEBOOK_FILES_TOO_LARGE = Message(
    "NOTEBOOK_FILES_TOO_LARGE", "the files have more than {most} characters together"
)
NOTEBOOK_REPOSITORY_INVALID = Message(
    "NOTEBOOK_REPOSITORY_INVALID",
    "a repository is an address that begins with https://, http://, ssh:// or git://",
)
NOTEBOOK_PATH_INVALID = Message(
    "NOTEBOOK_PATH_INVALID",
    "{value} is not a path below an address; it has at most 500 letters, digits and _ . / ~ -",
)
NOTEBOOK_NOT_FOUND = Message(
    "NOTEBOOK_NOT_FOUND", "Notebook not found, or you are not a member of its project."
)
PROJECT_READ_ONLY = Message(
    "PROJECT_READ_ONLY",
    "You have read-only access to this project.",
    hint="Ask an owner of the project for the member role.",
)
NOTEBOOK_OF_ANOTHER_USER = Message(
    "NOTEBOOK_OF_ANOTHER_USER",
    "Only the notebook's owner can change or start it.",
    hint="Clone it to get a notebook of your own.",
)
NOTEBOOK_NOT_SHARED = Message(
    "NOTEBOOK_NOT_SHARED",
    "This notebook is not shared with you.",
    hint="Ask the notebook's owner to share it.",
)
NOTEBOOK_SHARED_READ_ONLY = Message(
    "NOTEBOOK_SHARED_READ_ONLY",
    "This notebook is shared read-only.",
    hint="Ask the notebook's owner to share it for editing.",
)
NOTEBOOK_FILES_NOT_SAVED = Message(
    "NOTEBOOK_FILES_NOT_SAVED",
    "Not saved: {files}.",
    hint="The open page may be asleep or show a question: look there, or stop without saving.",
)
NOTEBOOK_SOME_NOT_SAVED = Message(
    "NOTEBOOK_SOME_NOT_SAVED",
    "Not everything could be saved.",
    hint="The open page may be asleep or show a question: look there, or stop without saving.",
)
