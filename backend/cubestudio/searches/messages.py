"""Messages of the searches package."""

from cubestudio.core.message import Message

SEARCH_NOT_FOUND = Message("SEARCH_NOT_FOUND", "Search not found, or you are not a member of its project.")
SEARCH_ENGINE_UNKNOWN = Message(
    "SEARCH_ENGINE_UNKNOWN",
    "This run is not the engine of a search.",
    hint="Only the run of an engine suggests points.",
)
SEARCH_NEEDS_RUN = Message(
    "SEARCH_NEEDS_RUN", "search {search}, which has not ended, needs it.", hint="Stop the search first."
)
SEARCH_NOT_CREATED = Message("SEARCH_NOT_CREATED", "The search cannot be created: {problem}")
SEARCH_PIPELINE_WITHOUT_VERSION = Message(
    "SEARCH_PIPELINE_WITHOUT_VERSION", "The pipeline has no version yet.", hint="Save it first."
)
SEARCH_PARAMETER_UNKNOWN = Message(
    "SEARCH_PARAMETER_UNKNOWN", "the pipeline has no parameter {name}", hint="Parameters: {parameters}."
)
SEARCH_NAME_TAKEN = Message(
    "SEARCH_NAME_TAKEN", "Search name {name} is already taken in this project.", hint="Choose another name."
)
WARM_START_EMPTY = Message(
    "WARM_START_EMPTY", "No successful trial of search {search} lies in this space.", hint="Start without it."
)
SEARCH_RACED = Message(
    "SEARCH_RACED", "The search changed at the same moment.", hint="Reload it and try again."
)
SEARCH_ENDED = Message(
    "SEARCH_ENDED", "The search is {state}.", hint="Extend it to continue with more trials."
)
SEARCH_NOT_RUNNING = Message(
    "SEARCH_NOT_RUNNING", "The search is {state}; only a running search can be paused."
)
SEARCH_TRIALS_FIXED = Message(
    "SEARCH_TRIALS_FIXED",
    "The engine of this search received the number of trials when it started.",
    hint="Create another search that continues from this one, or try single points again.",
)
SEARCH_TRIALS_OUT_OF_RANGE = Message("SEARCH_TRIALS_OUT_OF_RANGE", "0 to {most} trials can be added.")
TRIALS_NOT_FOUND = Message("TRIALS_NOT_FOUND", "The search has no trial with these numbers.")
EXPLORE_COUNT_OUT_OF_RANGE = Message(
    "EXPLORE_COUNT_OUT_OF_RANGE", "1 to {most} points can be explored around a trial."
)
POINTS_QUEUED_TOO_MANY = Message(
    "POINTS_QUEUED_TOO_MANY", "At most {most} points can wait at once.", hint="Select fewer."
)
SEARCH_NOT_STOPPED = Message("SEARCH_NOT_STOPPED", "The search is {state}.", hint="Stop it first.")
SEARCH_OWNER_DEACTIVATED = Message(
    "SEARCH_OWNER_DEACTIVATED",
    "The account of {name}, who created this search, is deactivated.",
    hint="Create a search of your own from its best points.",
)
SEARCH_TAKES_NO_POINTS = Message("SEARCH_TAKES_NO_POINTS", "The search is {state}.")
POINT_NAME_INVALID = Message("POINT_NAME_INVALID", "A point has a name of 1 to 200 characters.")
PROPOSALS_QUEUED_TOO_MANY = Message("PROPOSALS_QUEUED_TOO_MANY", "At most {most} points can wait at once.")
POINT_INVALID = Message("POINT_INVALID", "The point cannot be tried: {problem}.")
SEARCH_PARAMETER_NAME_INVALID = Message(
    "SEARCH_PARAMETER_NAME_INVALID",
    "{value} is not the name of a parameter; it has letters, digits and _, and begins with a letter",
)
NNI_NESTED_CHOICE_INVALID = Message(
    "NNI_NESTED_CHOICE_INVALID",
    "{name}: each of the nested choices of NNI is an object with a _name, which is text",
)
NNI_TYPE_UNKNOWN = Message(
    "NNI_TYPE_UNKNOWN",
    "{name}: _type {type} of NNI is not known here; there are choice, randint, uniform, quniform, loguniform",
)
NNI_VALUE_INVALID = Message("NNI_VALUE_INVALID", "{name}: _value of {kind} is a list of {count} numbers")
KATIB_SPACE_INVALID = Message(
    "KATIB_SPACE_INVALID", "{name}: feasibleSpace is an object with list, or with min and max"
)
KATIB_NUMBER_INVALID = Message("KATIB_NUMBER_INVALID", "{name}: {field} in feasibleSpace is a number")
OPTUNA_NUMBER_INVALID = Message("OPTUNA_NUMBER_INVALID", "{name}: {field} in attributes is a number")
OPTUNA_DISTRIBUTION_INVALID = Message(
    "OPTUNA_DISTRIBUTION_INVALID",
    "{name}: a distribution of Optuna is an object such as {name: FloatDistribution, "
    "attributes: {low, high}}",
)
NNI_CHOICE_NOT_A_LIST = Message("NNI_CHOICE_NOT_A_LIST", "{name}: _value of a choice is a list of values")
KATIB_LIST_INVALID = Message("KATIB_LIST_INVALID", "{name}: list in feasibleSpace is a list of {kind}")
OPTUNA_CHOICES_NOT_A_LIST = Message(
    "OPTUNA_CHOICES_NOT_A_LIST", "{name}: choices in attributes is a list of values"
)
NNI_CHOICE_TOO_DEEP = Message(
    "NNI_CHOICE_TOO_DEEP",
    "{name}: a nested choice of NNI inside another is not read; write it as parameters with conditions",
)
SPACE_FORMAT_UNKNOWN = Message(
    "SPACE_FORMAT_UNKNOWN",
    "importedParameters is not a search space of NNI, Katib or Optuna; each parameter is an object with "
    "_type, feasibleSpace or attributes",
)
PARAMETERS_GIVEN_TWICE = Message(
    "PARAMETERS_GIVEN_TWICE", "a search has parameters or importedParameters, not both; leave one of them out"
)
SAMPLER_NEEDS_PACKAGES = Message(
    "SAMPLER_NEEDS_PACKAGES",
    "the sampler {name} needs {packages} beside the platform; its operator adds them (pip "
    "install {packages}). There are {known}",
)
ENGINE_ALGORITHM_UNKNOWN = Message(
    "ENGINE_ALGORITHM_UNKNOWN", "{engine} has no algorithm {name}; it has {known}"
)
KATIB_TAKES_NO_IMAGE = Message(
    "KATIB_TAKES_NO_IMAGE", "Katib is part of its cluster and takes no image; leave image out"
)
SPACE_NAME_TWICE = Message(
    "SPACE_NAME_TWICE", "two parameters of the space have the same name; rename one of them"
)
PRUNER_WITH_OBJECTIVES = Message(
    "PRUNER_WITH_OBJECTIVES", "a search with several objectives cannot prune; leave the pruner out"
)
GP_WITHOUT_CONDITIONS = Message(
    "GP_WITHOUT_CONDITIONS", "gp does not support parameters that depend on others; tpe does"
)
CMAES_ONE_OBJECTIVE = Message(
    "CMAES_ONE_OBJECTIVE", "cmaes has one objective; nsga2, nsga3 and tpe take several"
)
ENGINE_ONE_OBJECTIVE = Message(
    "ENGINE_ONE_OBJECTIVE", "{engine} has one objective; the algorithms of the platform take several"
)
ENGINE_WITHOUT_CONDITIONS = Message(
    "ENGINE_WITHOUT_CONDITIONS",
    "{engine} does not support parameters that depend on others; tpe of the platform does",
)
STARTING_POINTS_ARE_ALL = Message(
    "STARTING_POINTS_ARE_ALL",
    "the starting points are all {count} trials, and none is left for {engine} to suggest",
)
SETTING_NAME_INVALID = Message(
    "SETTING_NAME_INVALID",
    "{name} is not the name of a setting; it has letters, digits and _, and begins with a letter",
)
SETTING_INVALID = Message(
    "SETTING_INVALID",
    "setting {name} is a number, true/false, null, or text of at most 200 letters, digits, "
    "spaces and _ . , : + / -",
)
PARAMETER_IN_SPACE = Message("PARAMETER_IN_SPACE", "{name} is also in the space; leave it out of fixedParams")
PARAMETER_DEPENDS_ON_LATER = Message(
    "PARAMETER_DEPENDS_ON_LATER", "{name} depends on {other}, which is not a parameter before it"
)
STARTING_POINT_UNKNOWN = Message(
    "STARTING_POINT_UNKNOWN", "a starting point names {name}, which is not in the space"
)
STARTING_POINT_OUT_OF_RANGE = Message(
    "STARTING_POINT_OUT_OF_RANGE",
    "{value} is not in the range of {name}; a starting point must lie in the space",
)
GRID_STEP_MISSING = Message("GRID_STEP_MISSING", "a grid needs a step for {name}")
RANGE_BOUND_MISSING = Message("RANGE_BOUND_MISSING", "{name}: {bound} is missing; a range has both")
CHOICES_COUNT_INVALID = Message(
    "CHOICES_COUNT_INVALID", "{name}: choices has {count} values; write 1 to 1000"
)
CHOICE_INVALID = Message(
    "CHOICE_INVALID", "{name}: choices[{place}] is {kind}; a choice is text, a number, true/false or null"
)
RANGE_TOO_LARGE = Message(
    "RANGE_TOO_LARGE", "{name}: the range is too large; choose low and high closer together"
)
RANGE_REVERSED = Message("RANGE_REVERSED", "{name}: low is above high; exchange them")
RANGE_LOG_NOT_POSITIVE = Message("RANGE_LOG_NOT_POSITIVE", "{name}: log needs a low above 0")
RANGE_LOG_AND_STEP = Message(
    "RANGE_LOG_AND_STEP", "{name}: a range has log or step, not both; leave one of them out"
)
RANGE_STEP_NOT_POSITIVE = Message("RANGE_STEP_NOT_POSITIVE", "{name}: step must be greater than 0")
RANGE_NOT_WHOLE = Message(
    "RANGE_NOT_WHOLE",
    "{name}: low, high and step of an int must be whole numbers; use a float distribution for others",
)
RANGE_NOT_EXACT = Message(
    "RANGE_NOT_EXACT",
    "{name}: low and high of an int lie between -2^53 and 2^53, where whole numbers are exact",
)
RANGE_STEP_TOO_SMALL = Message(
    "RANGE_STEP_TOO_SMALL", "{name}: the range has 2^53 steps or more; make step larger"
)
