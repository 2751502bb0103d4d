"""Messages of the cluster package."""

from cubestudio.core.message import Message

KATIB_NEEDS_KUBERNETES = Message(
    "KATIB_NEEDS_KUBERNETES",
    "Katib runs on a Kubernetes cluster alone, as an Experiment.",
    hint="Choose a cluster that has it.",
)
KATIB_SETTINGS_MISSING = Message("KATIB_SETTINGS_MISSING", "Katib also needs {names} for a search.")
FRAMEWORK_NOT_FOUND = Message(
    "FRAMEWORK_NOT_FOUND", "There is no framework {name}.", hint="Frameworks: {frameworks}."
)
GANG_SIZE_INVALID = Message("GANG_SIZE_INVALID", "A gang has 1 to {most} workers, and 0 to {most} servers.")
GANG_KIND_UNSUPPORTED = Message(
    "GANG_KIND_UNSUPPORTED", "{framework} cannot run as {kind}.", hint="It runs as {kinds}."
)
GANG_SETTINGS_RESERVED = Message(
    "GANG_SETTINGS_RESERVED",
    "The settings of a gang cannot contain @{, which stands for a value that is known at its start.",
)
TRAINER_TOO_OLD = Message(
    "TRAINER_TOO_OLD",
    "The TrainJob of this cluster is that of Kubeflow Trainer 2.0, which can give its pods no labels.",
    hint="Have its operator install 2.1 or later, or choose another kind.",
)
DEVICE_CLAIMS_UNSUPPORTED = Message(
    "DEVICE_CLAIMS_UNSUPPORTED", "Cluster {cluster} cannot give devices by claims: {problem}."
)
CLUSTER_STARTING = Message("CLUSTER_STARTING", "Cluster {cluster} is starting.")
CLUSTER_ANSWERED = Message("CLUSTER_ANSWERED", "Cluster {cluster} answered {status}: {message}")
CLUSTER_EMPTY = Message(
    "CLUSTER_EMPTY",
    "Cluster {cluster} has no namespace kube-system, which it had: it stands before an empty "
    "store, or is another.",
)
CLUSTER_MESSAGE = Message("CLUSTER_MESSAGE", "Cluster {cluster}: {message}")
NAMESPACE_IN_CREATION = Message(
    "NAMESPACE_IN_CREATION", "Cluster {cluster} is still making the namespace: {message}"
)
CLUSTER_FORBIDS = Message(
    "CLUSTER_FORBIDS",
    "Cluster {cluster} does not let the platform do this: {message}",
    hint="Its account lacks a right; install/kubernetes/rbac.yaml lists those that it needs, and "
    "what each is for.",
)
CLUSTER_REJECTED = Message("CLUSTER_REJECTED", "Cluster {cluster} rejected it: {message}")
CLUSTER_NOT_KUBERNETES = Message(
    "CLUSTER_NOT_KUBERNETES", "Cluster {cluster} does not answer as a Kubernetes API server does."
)
CLUSTER_CONNECTION_BROKEN = Message("CLUSTER_CONNECTION_BROKEN", "Cluster {cluster} broke off: {problem}")
CLUSTER_NOT_ANSWERING = Message("CLUSTER_NOT_ANSWERING", "Cluster {cluster} does not answer: {problem}")
CLUSTER_WITHOUT_TIME = Message(
    "CLUSTER_WITHOUT_TIME", "Cluster {cluster} does not say what time it is there."
)
KUBECONFIG_INVALID = Message(
    "KUBECONFIG_INVALID", "The kubeconfig of cluster {cluster} cannot be used: {problem}"
)
CLUSTER_REPLACED = Message(
    "CLUSTER_REPLACED",
    "Cluster {cluster} is another cluster than before: its kubeconfig leads to one that was "
    "not met under this name. Put the right kubeconfig back, or give the new cluster a name "
    "of its own; `cubestudio clusters accept {cluster}` says that this is the cluster from "
    "now on, and what ran on the old one is lost.",
)
NAMESPACE_NOT_WATCHABLE = Message(
    "NAMESPACE_NOT_WATCHABLE",
    "What runs in namespace {namespace} of cluster {cluster} could not be followed: the "
    "platform's account may see single namespaces only.",
    hint="Give it the rules of install/kubernetes/rbac.yaml for the whole cluster, or let the "
    "project use the usual namespaces.",
)
NAMESPACE_LABEL_MISSING = Message(
    "NAMESPACE_LABEL_MISSING",
    "Namespace {namespace} of cluster {cluster} lacks a label, and the platform may not set it: {problem}",
    hint="kubectl label namespace {namespace} {labels}",
)
POD_GONE = Message("POD_GONE", "Cluster {cluster} has no pod {pod} any more.")
POD_REPLACED = Message("POD_REPLACED", "Pod {pod} of cluster {cluster} is another one by now.")
REPLICAS_UNREACHABLE = Message(
    "REPLICAS_UNREACHABLE", "No replica of {workload} on cluster {cluster} can be reached: {problem}"
)
WORKLOAD_NOT_ANSWERING = Message(
    "WORKLOAD_NOT_ANSWERING", "Nothing of {workload} answers on cluster {cluster}."
)
WORKLOAD_NOT_LOCATED = Message(
    "WORKLOAD_NOT_LOCATED", "Cluster {cluster} does not say where {workload} is: {problem}"
)
SERVER_FOLDER_ONE_REPLICA = Message(
    "SERVER_FOLDER_ONE_REPLICA",
    "A server with a folder of its own has one replica.",
    hint="Leave out the folder or the replicas.",
)
ROUTE_WEIGHTS_INVALID = Message("ROUTE_WEIGHTS_INVALID", "The weights of a route are 100 in all.")
INGRESS_UNSUPPORTED = Message(
    "INGRESS_UNSUPPORTED",
    "A plain Ingress can neither share requests out by weight, nor mirror them, nor shorten their paths.",
    hint="Install Istio or a Gateway API controller on the cluster, or send everything to one server.",
)
TERMINAL_BROKEN = Message("TERMINAL_BROKEN", "Cluster {cluster} broke off the terminal.")
ARGO_STATUS_TOO_LARGE = Message(
    "ARGO_STATUS_TOO_LARGE", "The status of a workflow has more than {most} bytes when unpacked."
)
ARGO_STATUS_PACKED = Message("ARGO_STATUS_PACKED", "The status of a workflow cannot be unpacked: {problem}")
ARGO_STATUS_UNREADABLE = Message(
    "ARGO_STATUS_UNREADABLE", "The status of a workflow cannot be read: {problem}"
)
SCRIPTS_TOO_LARGE = Message(
    "SCRIPTS_TOO_LARGE",
    "The scripts and arguments of these steps have {size} bytes when packed; a cluster takes "
    "{most} for one run.",
    hint="Put large texts into files that an earlier step fetches, or into an image.",
)
VOLUME_KIND_UNSUPPORTED = Message("VOLUME_KIND_UNSUPPORTED", "Kubernetes has no volumes of the kind {kind}.")
WATCH_ENDED = Message("WATCH_ENDED", "Cluster {cluster} ended the watch: {message}")
WATCH_BROKEN = Message("WATCH_BROKEN", "Cluster {cluster} broke off in the middle of an event.")
WATCH_INCOMPLETE = Message("WATCH_INCOMPLETE", "Cluster {cluster} lists less than it has ({position}).")
CLUSTER_CANNOT_RUN = Message("CLUSTER_CANNOT_RUN", "Cluster {cluster} cannot run this: {missing}.")
LOCAL_POD_NOT_FOUND = Message("LOCAL_POD_NOT_FOUND", "Pod {pod} not found on this machine.")
LOCAL_POD_NOT_RUNNING = Message("LOCAL_POD_NOT_RUNNING", "Pod {pod} is not running on this machine.")
LOCAL_SERVER_ONE_PORT = Message("LOCAL_SERVER_ONE_PORT", "Servers of this machine have one port.")
LOCAL_WORKLOAD_NOT_ANSWERING = Message(
    "LOCAL_WORKLOAD_NOT_ANSWERING", "Nothing of {workload} answers on this machine."
)
LOCAL_POD_UNREACHABLE = Message("LOCAL_POD_UNREACHABLE", "The pod cannot be reached: {problem}.")
LOCAL_POD_ENDED = Message("LOCAL_POD_ENDED", "The pod is no longer running on this machine.")
KUBECONFIG_UNREADABLE = Message("KUBECONFIG_UNREADABLE", "it cannot be read: {problem}")
