"""Messages of the templates package."""

from cubestudio.core.message import Message

TEMPLATE_NOT_FOUND = Message("TEMPLATE_NOT_FOUND", "Template not found.")
TEMPLATE_NOT_SAVED = Message("TEMPLATE_NOT_SAVED", "The template cannot be saved: {problem}")
TEMPLATE_NOT_AN_OBJECT = Message("TEMPLATE_NOT_AN_OBJECT", "A template must be a YAML object.")
TEMPLATE_VERSION_EXISTS = Message(
    "TEMPLATE_VERSION_EXISTS",
    "Version {version} of template {name} already exists and differs.",
    hint="Increase the version.",
)
TEMPLATE_WORKERS_INVALID = Message(
    "TEMPLATE_WORKERS_INVALID",
    "the number of members must be a whole number, or text such as {{ args.workers }}",
)
ARGUMENT_NAME_INVALID = Message(
    "ARGUMENT_NAME_INVALID",
    "the name of an argument has letters, digits and underscores, and begins with a letter",
)
ARGUMENT_CHOICES_MISSING = Message("ARGUMENT_CHOICES_MISSING", "argument {name} of type {type} needs choices")
ARGUMENT_DEFAULT_INVALID = Message("ARGUMENT_DEFAULT_INVALID", "the default of argument {name}: {problem}")
OUTPUT_NAME_INVALID = Message(
    "OUTPUT_NAME_INVALID",
    "the name of an output has letters, digits and underscores, and begins with a letter",
)
TEMPLATE_NAME_INVALID = Message(
    "TEMPLATE_NAME_INVALID",
    "{value} is not a template name; a template name has 1 to 50 lowercase letters, digits "
    "and hyphens, and begins with a letter",
)
ARGUMENT_NAME_TWICE = Message("ARGUMENT_NAME_TWICE", "two arguments have the same name")
FILE_OUTSIDE_FOLDER = Message("FILE_OUTSIDE_FOLDER", "file {name} must stay in the working folder")
IMAGE_NAMES_SECRET = Message("IMAGE_NAMES_SECRET", "the image names {name}, which is a secret")
TEMPLATE_NAME_UNKNOWN = Message(
    "TEMPLATE_NAME_UNKNOWN", "{part} names {name}, which is not an argument of this template"
)
TEMPLATE_SCOPE_UNKNOWN = Message(
    "TEMPLATE_SCOPE_UNKNOWN", "{part} names {name}; a template can use only args and run"
)
VALUE_NOT_WHOLE = Message("VALUE_NOT_WHOLE", "must be a whole number")
VALUE_TOO_SMALL = Message("VALUE_TOO_SMALL", "must be at least {least}")
VALUE_TOO_LARGE = Message("VALUE_TOO_LARGE", "must be at most {most}")
VALUE_NOT_TEXT = Message("VALUE_NOT_TEXT", "must be text")
VALUE_HAS_NUL = Message("VALUE_HAS_NUL", "must not contain a NUL character")
VALUE_TOO_LONG = Message("VALUE_TOO_LONG", "is longer than {most} bytes; put it in a file")
VALUE_NOT_ONE_OF = Message("VALUE_NOT_ONE_OF", "must be one of {options}")
VALUE_NOT_CHOICES = Message("VALUE_NOT_CHOICES", "must be a list of choices")
VALUE_NOT_LIST = Message("VALUE_NOT_LIST", "must be a list")
VALUE_ITEM_INVALID = Message("VALUE_ITEM_INVALID", "item {index} {problem}")
VALUE_NOT_OBJECT = Message("VALUE_NOT_OBJECT", "must be an object")
VALUE_FIELD_MISSING = Message("VALUE_FIELD_MISSING", "{name} is missing")
VALUE_NOT_DATE = Message("VALUE_NOT_DATE", "must be a {type} such as {example}")
VALUE_NOT_BOOLEAN = Message("VALUE_NOT_BOOLEAN", "must be true or false")
VALUE_CHOICE_UNKNOWN = Message("VALUE_CHOICE_UNKNOWN", "{value} is not one of {options}")
VALUE_FIELD_INVALID = Message("VALUE_FIELD_INVALID", "{name} {problem}")
VALUE_NOT_NUMBER = Message("VALUE_NOT_NUMBER", "must be a number")
