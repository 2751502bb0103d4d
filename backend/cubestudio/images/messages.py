"""Messages of the images package."""

from cubestudio.core.message import Message

IMAGE_NOT_FOUND = Message("IMAGE_NOT_FOUND", "Image not found, or you are not a member of its project.")
BUILD_NOT_FOUND = Message("BUILD_NOT_FOUND", "Build not found, or you are not a member of its project.")
IMAGE_NOT_BUILT = Message("IMAGE_NOT_BUILT", "The image cannot be built: {problem}")
BUILDER_IMAGE_MISSING = Message(
    "BUILDER_IMAGE_MISSING",
    "No builder image is configured, so nothing can be built on cluster {cluster}.",
    hint="Set CUBE_BUILDER_IMAGE to an image that has buildah and python3.",
)
NEVER_BUILT_ON_CLUSTER = Message(
    "NEVER_BUILT_ON_CLUSTER", "This can never be built on cluster {cluster}: {problem}"
)
REGISTRY_REQUIRED = Message(
    "REGISTRY_REQUIRED",
    "An image that is built on Kubernetes is pushed to a registry; select one.",
    hint="Add a registry to the project first.",
)
BUILD_IN_PROGRESS = Message("BUILD_IN_PROGRESS", "Version {version} is being built.", hint="Cancel it first.")
IMAGE_IN_USE = Message(
    "IMAGE_IN_USE", "The image is used by {users}.", hint="Select another image there first."
)
IMAGE_START_TOO_LONG = Message(
    "IMAGE_START_TOO_LONG", "A title has 1 to 100 characters, a description at most 500."
)
IMAGE_START_NOT_FOUND = Message("IMAGE_START_NOT_FOUND", "Starting point {name} not found.")
LOCAL_BUILDS_NEED_ROOT = Message(
    "LOCAL_BUILDS_NEED_ROOT",
    "Images are built on this machine only when the platform runs as root and gives each "
    "project a separate user; Python packages alone need neither.",
    hint="Choose another cluster, or start the platform as root.",
)
BUILDAH_MISSING = Message(
    "BUILDAH_MISSING",
    "This machine has no buildah, which image builds need; Python packages alone do not need it.",
    hint="Install it: {install}.",
)
PROJECT_REGISTRY_NOT_FOUND = Message(
    "PROJECT_REGISTRY_NOT_FOUND", "Project {project} has no registry {registry}."
)
IMAGE_RACED = Message("IMAGE_RACED", "Another version was created at the same moment.", hint="Try again.")
IMAGE_ALREADY_BUILDING = Message(
    "IMAGE_ALREADY_BUILDING", "The same definition is being built as version {version}.", hint="Wait for it."
)
CONDA_FILE_NOT_TEXT = Message("CONDA_FILE_NOT_TEXT", "it must be the text of a file")
CONDA_FILE_NOT_AN_OBJECT = Message(
    "CONDA_FILE_NOT_AN_OBJECT", "it must be an object with a list of dependencies"
)
CONDA_KEY_UNKNOWN = Message(
    "CONDA_KEY_UNKNOWN", "{name} is not known here; there are name, channels, dependencies and variables"
)
CONDA_DEPENDENCIES_TOO_MANY = Message(
    "CONDA_DEPENDENCIES_TOO_MANY", "there are {count} dependencies; the limit is {most}"
)
CONDA_CHANNELS_NOT_A_LIST = Message("CONDA_CHANNELS_NOT_A_LIST", "channels must be a list of names")
CONDA_VARIABLES_NOT_AN_OBJECT = Message(
    "CONDA_VARIABLES_NOT_AN_OBJECT", "variables must be an object of names and texts"
)
CONDA_VARIABLE_NOT_TEXT = Message("CONDA_VARIABLE_NOT_TEXT", "variable {name} is not text")
CONDA_PIP_INVALID = Message("CONDA_PIP_INVALID", "pip has {item}, which is not a requirement")
CONDA_FILE_INVALID = Message("CONDA_FILE_INVALID", "environment.yml: {problem}")
CONDA_CHANNEL_INVALID = Message(
    "CONDA_CHANNEL_INVALID", "channels has {item}, which is not the name or address of a conda channel"
)
CONDA_DEPENDENCY_INVALID = Message(
    "CONDA_DEPENDENCY_INVALID",
    "dependencies[{place}] is not a conda package such as numpy=2.1 or {pip: [a list of "
    "requirements]}: {item}",
)
DEBIAN_PACKAGE_INVALID = Message("DEBIAN_PACKAGE_INVALID", "{value} is not the name of a Debian package")
CONDA_PACKAGE_INVALID = Message("CONDA_PACKAGE_INVALID", "{value} is not a conda package such as numpy=2.1")
CONDA_CHANNEL_NAME_INVALID = Message(
    "CONDA_CHANNEL_NAME_INVALID", "{value} is not the name or address of a conda channel"
)
IMAGE_VARIABLE_INVALID = Message("IMAGE_VARIABLE_INVALID", "{value} cannot be the name of a variable")
IMAGE_NAME_INVALID = Message("IMAGE_NAME_INVALID", "the name of an image has letters, digits and . _ / : @ -")
IMAGE_FILES_TOO_LARGE = Message(
    "IMAGE_FILES_TOO_LARGE",
    "the files have more than {most} characters together; fetch large ones in a command",
)
IMAGE_DEFINITION_AMBIGUOUS = Message(
    "IMAGE_DEFINITION_AMBIGUOUS",
    "an image is built from parts, from a Dockerfile, or from a repository that has one; specify one of them",
)
IMAGE_DEFINITION_EMPTY = Message(
    "IMAGE_DEFINITION_EMPTY",
    "specify what the image contains: packages, commands, a Dockerfile or a repository",
)
CHANNELS_WITHOUT_CONDA = Message(
    "CHANNELS_WITHOUT_CONDA", "channels are for conda packages, and there are none"
)
REPOSITORY_ADDRESS_INVALID = Message(
    "REPOSITORY_ADDRESS_INVALID",
    "{value} is not the address of a repository; it begins with https://, http://, ssh:// or "
    "git:// and has at most 500 characters",
)
REPOSITORY_PATH_INVALID = Message(
    "REPOSITORY_PATH_INVALID",
    "{value} is not a path in a repository; it has at most 300 letters, digits and _ . / -",
)
IMAGE_PATH_NOT_ABSOLUTE = Message("IMAGE_PATH_NOT_ABSOLUTE", "{path} is not an absolute path")
BASE_WITHOUT_APT = Message(
    "BASE_WITHOUT_APT",
    "{base} has no apt-get; take a base of Debian or Ubuntu, or write its own package manager as a command",
)
BASE_WITHOUT_CONDA = Message(
    "BASE_WITHOUT_CONDA",
    "{base} has no conda; leave base out, or take one that has it, such as condaforge/miniforge3",
)
BASE_WITHOUT_PYTHON = Message(
    "BASE_WITHOUT_PYTHON",
    "{base} has no Python; leave base out, add python3-pip to apt, or take a base that has Python",
)
BASE_WITHOUT_SHELL = Message(
    "BASE_WITHOUT_SHELL", "{base} has no shell that could run commands; take another base"
)
