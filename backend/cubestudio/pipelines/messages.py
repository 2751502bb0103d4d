"""Messages of the pipelines package."""

from cubestudio.core.message import Message

PIPELINE_NOT_FOUND = Message(
    "PIPELINE_NOT_FOUND", "Pipeline not found, or you are not a member of its project."
)
PIPELINE_NOT_AN_OBJECT = Message("PIPELINE_NOT_AN_OBJECT", "A pipeline must be a YAML object.")
PIPELINE_CHANGED = Message(
    "PIPELINE_CHANGED",
    "Version {version} was saved in the meantime; you started from {expected}.",
    hint="Look at the difference, then save again with the newest version.",
)
PIPELINE_NOT_SAVED = Message("PIPELINE_NOT_SAVED", "The pipeline cannot be saved: {problem}")
PIPELINE_SOURCE_AMBIGUOUS = Message("PIPELINE_SOURCE_AMBIGUOUS", "Specify either yaml or definition.")
RUN_SEES_ITSELF_ONLY = Message("RUN_SEES_ITSELF_ONLY", "The code of a run has access to its own run only.")
DRAFT_TOO_LONG = Message("DRAFT_TOO_LONG", "A draft has at most {most} characters.")
LAYOUT_TOO_LARGE = Message("LAYOUT_TOO_LARGE", "A layout has at most {most} positions.")
RUN_POD_NOT_FOUND = Message("RUN_POD_NOT_FOUND", "The run has no such pod.")
RUNNING_STEP_NOT_FOUND = Message("RUNNING_STEP_NOT_FOUND", "The run has no running step {step}.")
POINTS_OUT_OF_RANGE = Message("POINTS_OUT_OF_RANGE", "points must be from 0 to {most}.")
METRIC_NAMES_TOO_MANY = Message("METRIC_NAMES_TOO_MANY", "At most {most} names can be requested at once.")
NUMBER_NOT_FINITE = Message("NUMBER_NOT_FINITE", "{name} must be a finite number.")
METRICS_TOO_MANY = Message(
    "METRICS_TOO_MANY",
    "The run has {count} metrics; at most {most} can be read at once.",
    hint="Specify a step, an item or the metrics.",
)
PIPELINE_VERSION_NOT_FOUND = Message(
    "PIPELINE_VERSION_NOT_FOUND", "Pipeline {pipeline} has no version {version}."
)
RUN_NOT_FOUND = Message("RUN_NOT_FOUND", "Run not found, or you are not a member of its project.")
NEVER_FITS_CLUSTERS = Message(
    "NEVER_FITS_CLUSTERS", "This can never run on any of the clusters {clusters}: {problem}"
)
RUN_NOT_STARTED = Message("RUN_NOT_STARTED", "The run cannot start: {problem}")
PRIORITY_OUT_OF_RANGE = Message("PRIORITY_OUT_OF_RANGE", "A priority is from -100 to 100.")
PIPELINE_WITHOUT_STEPS = Message(
    "PIPELINE_WITHOUT_STEPS", "The pipeline has no steps yet.", hint="Add a step and save it."
)
PLAN_CHANGED = Message(
    "PLAN_CHANGED", "The plan has changed since it was shown.", hint="Review the plan again, then start."
)
NEVER_FITS_ONE_CLUSTER = Message(
    "NEVER_FITS_ONE_CLUSTER", "This can never run on cluster {cluster}: {problem}"
)
RUN_NOT_ENDED = Message(
    "RUN_NOT_ENDED",
    "The run is {state}; only a run that has ended can be continued.",
    hint="Cancel it first.",
)
RUN_ENDED = Message("RUN_ENDED", "The run has ended: it is {state}.")
PARAMETER_UNKNOWN = Message(
    "PARAMETER_UNKNOWN", "there is no parameter {name}", hint="Parameters: {parameters}."
)
PARAMETER_INVALID = Message("PARAMETER_INVALID", "parameter {name} {problem}")
PARAMETER_MISSING = Message("PARAMETER_MISSING", "parameter {name} is missing")
PARAMETERS_NOT_AN_OBJECT = Message(
    "PARAMETERS_NOT_AN_OBJECT", "Parameters must be an object of names and values."
)
RUN_IN_PROGRESS = Message("RUN_IN_PROGRESS", "Run #{number} is {state}.", hint="Cancel it first.")
RUNS_COUNT_OUT_OF_RANGE = Message("RUNS_COUNT_OUT_OF_RANGE", "1 to {most} runs can be deleted at once.")
RUNS_NOT_DELETED = Message("RUNS_NOT_DELETED", "The runs cannot be deleted: {problem}")
RUN_PINNED = Message("RUN_PINNED", "Run #{number} is pinned.", hint="Unpin it first.")
RUN_NEEDED = Message("RUN_NEEDED", "Run #{number} cannot be deleted: {reason}")
RUN_IMAGE_MISSING = Message("RUN_IMAGE_MISSING", "An image was not found: {problem}")
RUN_ALREADY_ON_CLUSTER = Message("RUN_ALREADY_ON_CLUSTER", "The run is already on cluster {cluster}.")
RUN_STARTED = Message(
    "RUN_STARTED",
    "The run is {state}; it can be moved only before its first step starts.",
    hint="Retry it on the other cluster.",
)
RUN_MOVING = Message(
    "RUN_MOVING",
    "The run is being moved from cluster {cluster}.",
    hint="Try again when it has left that cluster.",
)
RUN_STEP_STARTED = Message(
    "RUN_STEP_STARTED",
    "Step {step} of the run has already started.",
    hint="Cancel the run, and retry it on the other cluster.",
)
RUN_CLUSTER_UNKNOWN = Message(
    "RUN_CLUSTER_UNKNOWN",
    "Cluster {cluster} does not answer: it is unknown whether the run has started there.",
    hint="Move it when the cluster answers again, or cancel it.",
)
FAN_OUT_STEP_NOT_FOUND = Message(
    "FAN_OUT_STEP_NOT_FOUND",
    "The run has no step {step}.",
    hint="For one item of a fan-out specify its index as item.",
)
STEP_NOT_SUCCEEDED = Message(
    "STEP_NOT_SUCCEEDED", "Step {step} is {state}: only the files of a step that succeeded can be registered."
)
STEP_FILES_MISSING = Message("STEP_FILES_MISSING", "The step left no such files.", hint="It left {files}.")
STEP_IMAGE_INVALID = Message(
    "STEP_IMAGE_INVALID",
    "The image of step {step} would be {image}, which cannot be the name of an image.",
    hint="It comes from {template}.",
)
STEP_SETTINGS_NOT_AN_OBJECT = Message(
    "STEP_SETTINGS_NOT_AN_OBJECT", "The settings of step {step} must be a JSON object."
)
STEP_VALUE_UNKNOWN = Message(
    "STEP_VALUE_UNKNOWN",
    "The {what} of step {step} must be known before the run starts; it comes from another step.",
)
STEP_COUNT_INVALID = Message(
    "STEP_COUNT_INVALID", "The number of {what} of step {step} must be a whole number, not {value}."
)
STEP_NOT_FOUND = Message("STEP_NOT_FOUND", "The run has no step {step}.")
STEP_ITEM_NOT_FOUND = Message("STEP_ITEM_NOT_FOUND", "Step {step} has no item {item}.")
STEP_ITEM_REQUIRED = Message(
    "STEP_ITEM_REQUIRED", "Step {step} ran for each of {items} items.", hint="Specify the index of the item."
)
SCHEDULE_NOT_FOUND = Message(
    "SCHEDULE_NOT_FOUND", "Schedule not found, or you are not a member of its project."
)
SCHEDULE_INVALID = Message("SCHEDULE_INVALID", "The schedule is not valid: {problem}")
PIPELINE_WITHOUT_VERSION = Message(
    "PIPELINE_WITHOUT_VERSION", "The pipeline has no version yet.", hint="Save it first."
)
SCHEDULE_NAME_TAKEN = Message(
    "SCHEDULE_NAME_TAKEN", "Schedule name {name} is already taken.", hint="Choose another name."
)
SCHEDULES_TOO_MANY = Message(
    "SCHEDULES_TOO_MANY", "A pipeline has at most {most} schedules.", hint="Delete one first."
)
TIME_WITHOUT_ZONE = Message("TIME_WITHOUT_ZONE", "a time needs a time zone: 2026-01-31T08:00:00+01:00")
TIME_OUT_OF_RANGE = Message("TIME_OUT_OF_RANGE", "a time must be between the years 1970 and 2999")
SCHEDULE_ENDS_BEFORE_START = Message("SCHEDULE_ENDS_BEFORE_START", "it ends before it begins")
SCHEDULE_NAME_UNKNOWN = Message(
    "SCHEDULE_NAME_UNKNOWN", "{value} in parameter {parameter} is not known here; a schedule fills in {names}"
)
REFERENCE_INCOMPLETE = Message(
    "REFERENCE_INCOMPLETE", "step {step}: {path} names {name}; write steps.<step>.outputs.<output>"
)
ARGUMENT_UNKNOWN = Message(
    "ARGUMENT_UNKNOWN", "step {step}: template {template} has no argument {name}", hint="It has: {known}."
)
SECRET_ARGUMENT_MISSING = Message(
    "SECRET_ARGUMENT_MISSING", "step {step}: the value of secret {name} is missing"
)
ARGUMENT_INVALID = Message("ARGUMENT_INVALID", "step {step}: argument {name} {problem}")
REFERENCE_WITHOUT_FOR_EACH = Message(
    "REFERENCE_WITHOUT_FOR_EACH", "step {step}: {path} names {name}, and the step has no for_each"
)
REFERENCE_SCOPE_UNKNOWN = Message("REFERENCE_SCOPE_UNKNOWN", "step {step}: {name} is not known in {path}")
STEP_NAME_INVALID = Message(
    "STEP_NAME_INVALID",
    "the name of a step has 1 to 50 lowercase letters, digits and hyphens, and begins with a letter",
)
TEMPLATE_REFERENCE_INVALID = Message(
    "TEMPLATE_REFERENCE_INVALID", "a template is referenced as name or name@version"
)
PIPELINE_NAME_INVALID = Message(
    "PIPELINE_NAME_INVALID",
    "{value} cannot be the name of a pipeline; it has 1 to 50 lowercase letters, digits and "
    "hyphens, and begins with a letter",
)
STEPS_IN_A_CYCLE = Message(
    "STEPS_IN_A_CYCLE", "these steps wait for each other: {steps}", hint="Remove one of these arrows."
)
SECRET_ARGUMENT_INVALID = Message(
    "SECRET_ARGUMENT_INVALID", "step {step}: secret {name} must be a plain value"
)
REFERENCE_STEP_UNKNOWN = Message(
    "REFERENCE_STEP_UNKNOWN", "step {step}: {path} names {name}, and there is no step {other}"
)
PIPELINE_SECRET_NAME_INVALID = Message(
    "PIPELINE_SECRET_NAME_INVALID", "{name} cannot be the name of a secret"
)
STEP_NAME_TWICE = Message(
    "STEP_NAME_TWICE", "two steps are named {name}", hint="Give each step a different name."
)
STEP_TEMPLATE_NOT_FOUND = Message(
    "STEP_TEMPLATE_NOT_FOUND",
    "step {step}: there is no template {template}",
    hint="See the list of templates.",
)
STEP_NEED_UNKNOWN = Message("STEP_NEED_UNKNOWN", "step {step} needs {need}, which is not a step here")
STEP_OUTPUT_INVALID = Message("STEP_OUTPUT_INVALID", "step {step}: {output} cannot be the name of an output")
STEP_CONDITION_INVALID = Message(
    "STEP_CONDITION_INVALID", "step {step}: the condition cannot be read at character {position}: {problem}"
)
PARAMETER_NAME_TWICE = Message("PARAMETER_NAME_TWICE", "two parameters are named {name}")
PARAMETER_IS_SECRET = Message(
    "PARAMETER_IS_SECRET", "parameter {name}: secrets are arguments of a step, not parameters"
)
STEP_IMAGE_UNKNOWN = Message(
    "STEP_IMAGE_UNKNOWN",
    "step {step}: argument {argument} is its image, which must be known before the run starts; {name} is not",
    hint="Write an image here, or a parameter of the pipeline.",
)
ARGUMENT_MISSING = Message("ARGUMENT_MISSING", "step {step}: argument {name} ({label}) is missing")
FOR_EACH_INVALID = Message(
    "FOR_EACH_INVALID", "step {step}: for_each is a list, or one name such as {{ params.list }}"
)
FOR_EACH_NOT_A_LIST = Message("FOR_EACH_NOT_A_LIST", "step {step}: for_each is a list, or one name of a list")
STEP_NEEDS_ITSELF = Message("STEP_NEEDS_ITSELF", "step {step} needs itself")
RUN_NAME_UNKNOWN = Message("RUN_NAME_UNKNOWN", "step {step}: {path} names {name}; a run has {names}")
FOR_EACH_TOO_LONG = Message(
    "FOR_EACH_TOO_LONG", "step {step}: for_each has {count} items; the most is {most}"
)
REFERENCE_UNKNOWN = Message(
    "REFERENCE_UNKNOWN",
    "step {step}: {path} names {name}, which is not known",
    hint='To write braces that are not a name: {{ "{{" }}.',
)
REFERENCE_PARAMETER_UNKNOWN = Message(
    "REFERENCE_PARAMETER_UNKNOWN",
    "step {step}: {path} names {name}, which is not a parameter",
    hint="Parameters: {parameters}.",
)
REFERENCE_OUTPUT_UNKNOWN = Message(
    "REFERENCE_OUTPUT_UNKNOWN",
    "step {step}: {path} names {name}; step {other} has no such output",
    hint="It declares: {outputs}.",
)
REFERENCE_OUTPUT_UNDECLARED = Message(
    "REFERENCE_OUTPUT_UNDECLARED",
    "step {step}: {path} names {name}; step {other} has no such output",
    hint="Declare it: outputs: [{output}] in step {other}.",
)
ON_CLUSTER = Message("ON_CLUSTER", "{cluster}: {problem}")
