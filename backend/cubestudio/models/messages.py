"""Messages of the models package."""

from cubestudio.core.message import Message

MODEL_NOT_FOUND = Message("MODEL_NOT_FOUND", "Model not found, or you are not a member of its project.")
MODEL_VERSION_NOT_FOUND = Message(
    "MODEL_VERSION_NOT_FOUND", "Model version not found, or you are not a member of its project."
)
MODEL_VERSION_NOT_REGISTERED = Message(
    "MODEL_VERSION_NOT_REGISTERED", "The version cannot be registered: {problem}"
)
MODEL_REFERENCE_NOT_FOUND = Message(
    "MODEL_REFERENCE_NOT_FOUND",
    "Model version {reference} not found in this project.",
    hint="Write name:3, name@production or name.",
)
MODEL_FILES_MISSING = Message("MODEL_FILES_MISSING", "A version has at least one file.")
MODEL_FILES_TOO_MANY = Message(
    "MODEL_FILES_TOO_MANY", "A version has at most {most} files.", hint="Pack them into one file."
)
MODEL_FILE_TWICE = Message("MODEL_FILE_TWICE", "{path} is listed twice.")
MODEL_ALIAS_INVALID = Message(
    "MODEL_ALIAS_INVALID",
    "The name has 1 to 50 lowercase letters, digits and hyphens and begins with a letter.",
)
MODEL_CHECKS_FAILED = Message(
    "MODEL_CHECKS_FAILED",
    "Version {version} does not pass the checks for {alias}: {checks}.",
    hint="Fix them, or set the alias anyway.",
)
MODEL_IN_USE = Message(
    "MODEL_IN_USE",
    "The version is used by {users}.",
    hint="Use another version there, or delete them, first.",
)
MODEL_VERSION_HAS_ALIAS = Message(
    "MODEL_VERSION_HAS_ALIAS",
    "Version {version} has the alias {aliases}.",
    hint="Set the alias on another version first.",
)
MODEL_CARD_TOO_LONG = Message("MODEL_CARD_TOO_LONG", "A model card has at most {most} characters.")
MODEL_FILE_GONE = Message(
    "MODEL_FILE_GONE", "{path} is no longer in the store.", hint="Run the step again, or upload it again."
)
MODEL_MEDIA_TYPE_RESERVED = Message(
    "MODEL_MEDIA_TYPE_RESERVED", "{type} is a media type of the platform.", hint="Leave it out."
)
MODEL_FILE_NOT_UPLOADED = Message(
    "MODEL_FILE_NOT_UPLOADED",
    "{path} was not uploaded.",
    hint="PUT it to /files/{project}/<its SHA-256> first.",
)
MLFLOW_NO_FLAVORS = Message("MLFLOW_NO_FLAVORS", "it has no flavors")
MLFLOW_FILE_TOO_LARGE = Message("MLFLOW_FILE_TOO_LARGE", "it has more than {most} bytes")
MLFLOW_MODEL_UNREADABLE = Message(
    "MLFLOW_MODEL_UNREADABLE",
    "The MLflow model cannot be read: {file}: {problem}",
    hint="Fix the file, or specify the framework yourself (`framework`): then no file is read.",
)
MLFLOW_FILE_NOT_UTF_EIGHT = Message("MLFLOW_FILE_NOT_UTF_EIGHT", "it is not UTF-8")
MLFLOW_SIGNATURE_INVALID = Message(
    "MLFLOW_SIGNATURE_INVALID", "its signature does not say its {side} as MLflow does"
)
MODEL_TAG_INVALID = Message(
    "MODEL_TAG_INVALID", "the name of a tag has 1 to 100 characters, its value 500 at most"
)
