"""Messages of the services package."""

from cubestudio.core.message import Message

SERVICE_NOT_FOUND = Message("SERVICE_NOT_FOUND", "Service not found, or you are not a member of its project.")
SERVICE_KEY_NOT_FOUND = Message(
    "SERVICE_KEY_NOT_FOUND", "Key not found, or you are not a member of its project."
)
SERVICE_NOT_DEPLOYED = Message("SERVICE_NOT_DEPLOYED", "The service cannot be deployed: {problem}")
SERVICE_MODEL_NOT_FOUND = Message(
    "SERVICE_MODEL_NOT_FOUND", "Model version {reference} not found in this project."
)
SERVICE_FRAMEWORK_UNSUPPORTED = Message(
    "SERVICE_FRAMEWORK_UNSUPPORTED", "{kind} does not serve {framework}.", hint="Kinds that do: {able}."
)
SERVICE_NAME_TAKEN = Message(
    "SERVICE_NAME_TAKEN",
    "Service name {name} is already taken in this project.",
    hint="Choose another name, or deploy to it.",
)
CANARY_NOT_MEASURABLE = Message(
    "CANARY_NOT_MEASURABLE",
    "A canary cannot be judged here: requests to this public service also arrive by its "
    "route on the cluster, where the platform does not count them.",
    hint="Deploy with hold and split the traffic yourself, or open the service to members or keys only.",
)
REVISION_NOT_FOUND = Message("REVISION_NOT_FOUND", "The service has no revision {number}.")
TRAFFIC_SUM_INVALID = Message(
    "TRAFFIC_SUM_INVALID", "The traffic weights are {sum} % in total; they must be 100 %."
)
MIRROR_HAS_TRAFFIC = Message(
    "MIRROR_HAS_TRAFFIC", "Traffic can be mirrored only to a revision that has no traffic."
)
TRAFFIC_REVISION_TWICE = Message("TRAFFIC_REVISION_TWICE", "Revision {number} is listed twice.")
NO_ROLLOUT = Message("NO_ROLLOUT", "No rollout is in progress.")
SERVICE_RUNNING = Message(
    "SERVICE_RUNNING", "A revision of the service is running.", hint="Stop the service first."
)
SERVICE_KEY_NAME_INVALID = Message("SERVICE_KEY_NAME_INVALID", "A name has 1 to 100 characters.")
SERVICE_KEY_NAME_TAKEN = Message(
    "SERVICE_KEY_NAME_TAKEN", "Key name {name} is already taken.", hint="Choose another name."
)
SERVICE_KEYS_TOO_MANY = Message(
    "SERVICE_KEYS_TOO_MANY", "A service has at most {most} keys.", hint="Revoke one that is no longer used."
)
SERVICE_MODEL_MISSING = Message(
    "SERVICE_MODEL_MISSING",
    "Select the model that {kind} serves.",
    hint="Write name:3, name@production or name.",
)
SERVICE_SIGNATURE_DIFFERS = Message(
    "SERVICE_SIGNATURE_DIFFERS",
    "The signature of {new} version {new_version} differs from that of {old} version "
    "{old_version}, which has the traffic: {changes}.",
    hint="Use another version, or confirm that callers are prepared for this.",
)
TRAFFIC_WEIGHT_INVALID = Message(
    "TRAFFIC_WEIGHT_INVALID", "A traffic weight is a whole number of percent from 0 to 100."
)
SERVICE_KEY_RATE_OUT_OF_RANGE = Message(
    "SERVICE_KEY_RATE_OUT_OF_RANGE", "A limit per minute is from 1 to 1000000000."
)
SERVICE_RACED = Message(
    "SERVICE_RACED", "The service changed at the same moment.", hint="Reload it and try again."
)
SERVICE_SPAN_INVALID = Message("SERVICE_SPAN_INVALID", "minutes must be one of {spans}.")
INVOKE_PATH_INVALID = Message("INVOKE_PATH_INVALID", "A path begins with / and has no spaces.")
INVOKE_BODY_TOO_LARGE = Message(
    "INVOKE_BODY_TOO_LARGE", "Here a body has at most 1 MiB.", hint="Send it to the service's address."
)
SERVICE_NOT_READY = Message(
    "SERVICE_NOT_READY", "No revision answers now.", hint="Start the service, or wait until it is ready."
)
REVISION_NOT_READY = Message(
    "REVISION_NOT_READY",
    "Revision {number} does not answer now.",
    hint="Start it, or wait until it is ready.",
)
SERVICE_TIMED_OUT = Message("SERVICE_TIMED_OUT", "The service did not answer within {seconds} s.")
SERVICE_UNREACHABLE = Message("SERVICE_UNREACHABLE", "The service cannot be reached now.")
ROLLOUT_STEPS_INVALID = Message(
    "ROLLOUT_STEPS_INVALID", "steps are percentages that rise and end with 100, such as 1, 10, 50, 100"
)
ROLLOUT_STRATEGY_INVALID = Message(
    "ROLLOUT_STRATEGY_INVALID", "The revision cannot be rolled out in this way: {problem}"
)
SERVICE_COMMAND_MISSING = Message(
    "SERVICE_COMMAND_MISSING", "enter as command what answers HTTP on the port $CUBE_PORT"
)
SERVICE_SCRIPT_INVALID = Message(
    "SERVICE_SCRIPT_INVALID", "the script must have a function predict(model, inputs)"
)
SERVICE_REPLICAS_INVALID = Message("SERVICE_REPLICAS_INVALID", "maxReplicas must be at least replicas")
SERVICE_TARGET_INVALID = Message(
    "SERVICE_TARGET_INVALID", "targetValue is a percentage of CPU, memory or GPU: at most 100"
)
NON_FINITE_UNSUPPORTED = Message(
    "NON_FINITE_UNSUPPORTED",
    "nonFinite requires the kind MODEL or FUNCTION; other programs write their responses themselves",
)
SERVICE_SCALES_WITHOUT_GPU = Message(
    "SERVICE_SCALES_WITHOUT_GPU", "scaling by GPU utilization requires a GPU for each replica"
)
SERVICE_PATH_INVALID = Message(
    "SERVICE_PATH_INVALID",
    "{value} is not a path; it begins with / and has at most 500 letters, digits and _ . / ~ ? = & -",
)
