"""Messages of the clusters package."""

from cubestudio.core.message import Message

POD_NOT_FOUND = Message("POD_NOT_FOUND", "Pod not found, or you are not a member of its project.")
CLUSTER_NOT_ALLOWED = Message(
    "CLUSTER_NOT_ALLOWED",
    "Project {project} does not run on cluster {cluster}.",
    hint="It runs on {clusters}; an owner can allow more in its settings.",
)
NEVER_FITS_CLUSTER = Message("NEVER_FITS_CLUSTER", "This can never run on cluster {cluster}: {problem}")
LOG_SEARCH_TEXT_MISSING = Message("LOG_SEARCH_TEXT_MISSING", "Enter a text to search for.")
LOG_SEARCH_TEXT_TOO_LONG = Message(
    "LOG_SEARCH_TEXT_TOO_LONG", "The text must be one line of at most 1000 characters."
)
