"""The types of the client: what operations take and what they return. Generated from schema.graphql by `make generate`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

AuditOutcome = Literal["DONE", "REFUSED"]
"""Outcome of an operation."""


class BuildResourcesInput(TypedDict):
    """What the build of an image may use."""

    cpu: NotRequired[float | None]
    memory: NotRequired[int | None]
    timeoutSeconds: NotRequired[float | None]


BuildState = Literal["REQUESTED", "PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLING", "CANCELLED"]
"""The state of the build of an image."""

CatchUpPolicy = Literal["NONE", "LAST", "ALL"]
"""What happens to ticks that passed while the platform was down."""


class CategoricalDistributionInput(TypedDict):
    """One of some values, without an order."""

    choices: list[Any]


class CheckImageInput(TypedDict):
    """An image to check."""

    source: ImageSourceInput
    resources: NotRequired[BuildResourcesInput | None]


ConcurrencyPolicy = Literal["SKIP", "WAIT"]
"""What happens to a tick when the maximum number of runs of the schedule is active."""


class CreateGroupInput(TypedDict):
    """A new group."""

    name: str
    description: NotRequired[str]
    provider: NotRequired[str | None]


class CreateNotebookInput(TypedDict):
    """Input of createNotebook."""

    project: str
    name: str
    kind: NotRequired[NotebookKind]
    spec: NotRequired[NotebookSpecInput]
    description: NotRequired[str]
    sharing: NotRequired[NotebookSharing]
    cluster: NotRequired[str | None]
    start: NotRequired[bool]


class CreateNotificationChannelInput(TypedDict):
    """Input of `createNotificationChannel`."""

    project: NotRequired[str | None]
    name: str
    kind: NotificationChannelKind
    address: str
    secret: NotRequired[str | None]
    kinds: list[NotificationKind]


class CreateProjectInput(TypedDict):
    """A new project."""

    name: str
    description: NotRequired[str]


class CreateScheduleInput(TypedDict):
    """Input of `createSchedule`."""

    pipelineId: str
    name: str
    spec: ScheduleSpecInput


class CreateSearchInput(TypedDict):
    """A new search over the parameters of a pipeline."""

    pipelineId: str
    name: str
    spec: SearchSpecInput
    cluster: NotRequired[str | None]


class CreateServiceInput(TypedDict):
    """Input of createService."""

    project: str
    name: str
    spec: NotRequired[ServiceSpecInput]
    model: NotRequired[str | None]
    access: NotRequired[ServiceAccess]
    description: NotRequired[str]
    cluster: NotRequired[str | None]


class CreateServiceKeyInput(TypedDict):
    """Input of createServiceKey."""

    service: str
    name: str
    requestsPerMinute: NotRequired[int | None]
    tokensPerMinute: NotRequired[int | None]


class CreateTokenInput(TypedDict):
    """A new API token of the viewer."""

    name: str
    days: NotRequired[int | None]
    scope: NotRequired[TokenScope]
    project: NotRequired[str | None]


class DeployServiceInput(TypedDict):
    """Input of deployService."""

    id: str
    spec: NotRequired[ServiceSpecInput]
    model: NotRequired[str | None]
    strategy: NotRequired[RolloutStrategyInput]
    force: NotRequired[bool]


class DeviceCountInput(TypedDict):
    """A number of devices of one kind."""

    name: str
    count: int


class EngineSettingInput(TypedDict):
    """An option of the algorithm of an engine."""

    name: str
    value: NotRequired[Any]


class EnvVarInput(TypedDict):
    """An environment variable."""

    name: str
    value: str


class EnvironmentInput(TypedDict):
    """The software that code runs with. A field that is left out has its default, or keeps its value in an update."""

    python: NotRequired[str | None]
    requirements: NotRequired[list[str] | None]
    image: NotRequired[str | None]
    root: NotRequired[bool | None]


class ExternalEngineInput(TypedDict):
    """External software that suggests the points of a search."""

    name: SearchEngineName
    algorithm: NotRequired[str]
    settings: NotRequired[list[EngineSettingInput]]
    image: NotRequired[str | None]


class FloatDistributionInput(TypedDict):
    """Numbers of a range."""

    low: float
    high: float
    step: NotRequired[float | None]
    log: NotRequired[bool]


FoundKind = Literal[
    "PROJECT",
    "PIPELINE",
    "RUN",
    "SCHEDULE",
    "NOTEBOOK",
    "IMAGE",
    "SEARCH",
    "MODEL",
    "SERVICE",
    "TEMPLATE",
    "CLUSTER",
    "GROUP",
    "USER",
]
"""Kind of an object that was found by its name."""


class GpuTypeCountInput(TypedDict):
    """The most GPUs of one type."""

    type: str
    count: int


HttpMethod = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
"""A method of HTTP."""


class ImageFileInput(TypedDict):
    """A text file of an image."""

    path: str
    content: str


class ImagePackagesInput(TypedDict):
    """Packages and other parts, of which the platform writes a Dockerfile. At least one is needed."""

    base: NotRequired[str | None]
    python: NotRequired[str | None]
    pip: NotRequired[list[str] | None]
    apt: NotRequired[list[str] | None]
    conda: NotRequired[list[str] | None]
    channels: NotRequired[list[str] | None]
    env: NotRequired[list[EnvVarInput] | None]
    files: NotRequired[list[ImageFileInput] | None]
    commands: NotRequired[list[str] | None]
    environmentYml: NotRequired[str | None]


class ImageRepositoryInput(TypedDict):
    """A Git repository that has a Dockerfile."""

    repo: str
    repoSecret: NotRequired[str | None]
    branch: NotRequired[str | None]
    path: NotRequired[str | None]


class ImageSourceInput(TypedDict):
    """What an image is built from."""

    packages: NotRequired[ImagePackagesInput | None]
    dockerfile: NotRequired[str | None]
    git: NotRequired[ImageRepositoryInput | None]


class IntDistributionInput(TypedDict):
    """Whole numbers of a range."""

    low: int
    high: int
    step: NotRequired[int | None]
    log: NotRequired[bool]


class InviteToProjectInput(TypedDict):
    """A new invitation to a project."""

    project: str
    role: NotRequired[Role]
    email: NotRequired[str | None]
    days: NotRequired[int]


class InviteUserInput(TypedDict):
    """A new user account."""

    name: str
    email: NotRequired[str | None]
    project: NotRequired[str | None]
    role: NotRequired[Role]


class MarkNotificationsReadInput(TypedDict):
    """Input of `markNotificationsRead`."""

    ids: NotRequired[list[str] | None]


class ModelFieldInput(TypedDict):
    """One input or output of a model."""

    name: str
    type: NotRequired[ModelFieldType]
    size: NotRequired[int | None]


ModelFieldType = Literal["NUMBER", "INTEGER", "BOOLEAN", "TEXT", "VECTOR", "IMAGE", "ANY"]
"""The type of an input or an output of a model."""


class ModelFileInput(TypedDict):
    """A file of a new version. Upload its bytes to /files/{project id}/{sha256} first."""

    path: str
    sha256: str
    mediaType: NotRequired[str | None]


ModelFramework = Literal[
    "MLFLOW", "SKLEARN", "XGBOOST", "LIGHTGBM", "ONNX", "TORCHSCRIPT", "TENSORFLOW", "SAFETENSORS", "OTHER"
]
"""The format of a model's files. It decides which kinds of service can serve the model."""

ModelReferenceKind = Literal["SERVICE"]
"""What kind of thing uses a version of a model."""


class ModelSignatureInput(TypedDict):
    """The inputs and outputs of a model."""

    inputs: NotRequired[list[ModelFieldInput]]
    outputs: NotRequired[list[ModelFieldInput]]
    example: NotRequired[list[Any]]


NonFinite = Literal["NULL", "ERROR"]
"""How NaN and infinities in a response are written, which JSON has no form for."""

NotebookDue = Literal["WARN", "STOP"]
"""What follows from how long a notebook has been idle."""

NotebookKind = Literal["JUPYTER", "VSCODE", "RSTUDIO", "THEIA", "MATLAB", "CUSTOM"]
"""The program that a notebook runs."""

NotebookSharing = Literal["NONE", "VIEW", "EDIT"]
"""What other members of the project may do with a notebook."""

NotebookSignalName = Literal["KERNELS", "TERMINALS", "CPU", "GPU", "EDITS", "CONNECTIONS", "UNKNOWN"]
"""What shows whether a notebook is in use."""


class NotebookSpecInput(TypedDict):
    """What a notebook is made of. In createNotebook a field that is left out has its default, in updateNotebook the value that there is."""

    resources: NotRequired[ResourcesInput | None]
    environment: NotRequired[EnvironmentInput | None]
    size: NotRequired[int | None]
    env: NotRequired[list[EnvVarInput] | None]
    secrets: NotRequired[list[SecretEnvVarInput] | None]
    projectSecrets: NotRequired[list[str] | None]
    volumes: NotRequired[list[str] | None]
    repo: NotRequired[str | None]
    repoSecret: NotRequired[str | None]
    branch: NotRequired[str | None]
    script: NotRequired[str | None]
    command: NotRequired[str | None]
    port: NotRequired[int | None]
    path: NotRequired[str | None]


NotebookState = Literal[
    "REQUESTED", "BUILDING", "PENDING", "STARTING", "RUNNING", "STOPPING", "STOPPED", "FAILED", "UNKNOWN"
]
"""The state of a notebook."""

NotificationChannelKind = Literal["EMAIL", "WEBHOOK", "SLACK", "TEAMS", "DINGTALK", "FEISHU", "WECOM"]
"""How the messages of a channel are sent."""

NotificationDeliveryState = Literal["WAITING", "DELIVERED", "FAILED"]
"""What became of a delivery."""


class NotificationFilter(TypedDict):
    """Which notifications a list contains."""

    unread: NotRequired[bool]


NotificationKind = Literal[
    "RUN_FAILED",
    "RUN_SUCCEEDED",
    "RUN_RECOVERED",
    "SEARCH_FINISHED",
    "NOTEBOOK_IDLE",
    "NOTEBOOK_STOPPED",
    "SERVICE_FAILED",
    "SERVICE_ROLLED_BACK",
    "CANARY_COMPLETED",
    "BUILD_FAILED",
    "SCHEDULE_MISSED",
    "PROJECT_JOINED",
]
"""What a notification is about."""


class NotificationSettingInput(TypedDict):
    """Whether you get one kind of notification."""

    kind: NotificationKind
    console: bool


NotificationSubjectKind = Literal["RUN", "SEARCH", "NOTEBOOK", "SERVICE", "IMAGE", "SCHEDULE", "PROJECT"]
"""The kind of object that a notification is about."""

OptimizationDirection = Literal["MINIMIZE", "MAXIMIZE"]
"""Which values of an objective are better."""

PackageKind = Literal["PYTHON", "DEBIAN"]
"""What a package in an image is."""


class ParameterConditionInput(TypedDict):
    """A value that another parameter must have."""

    parameter: str
    value: NotRequired[Any]


class ParameterDistributionInput(TypedDict):
    """The values that a parameter can have. Give exactly one field."""

    float: NotRequired[FloatDistributionInput | None]
    int: NotRequired[IntDistributionInput | None]
    categorical: NotRequired[CategoricalDistributionInput | None]


PipelineSort = Literal["NEWEST", "NAME", "CHANGED"]
"""Order of a list of pipelines."""

Placement = Literal["NAMED", "FIRST"]
"""Where runs go for which no cluster is selected."""

PodState = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "UNKNOWN"]
"""The state of a pod."""

PreflightVerdict = Literal["NOW", "WAITS", "NEVER", "UNKNOWN"]
"""Whether something can start on a cluster now."""


class PreviewRetentionInput(TypedDict):
    """A rule that is tried on a project."""

    project: str
    rule: RetentionRuleInput


ProblemCode = Literal[
    "INVALID",
    "NOT_FOUND",
    "FORBIDDEN",
    "CONFLICT",
    "QUOTA_EXCEEDED",
    "RATE_LIMITED",
    "UNAVAILABLE",
    "SIGNED_OUT",
]
"""The class of a refusal; `reason` says which one of the class it is."""


class ProjectNamespacesInput(TypedDict):
    """Kubernetes namespaces of a project's workloads."""

    run: NotRequired[str | None]
    build: NotRequired[str | None]
    notebook: NotRequired[str | None]
    service: NotRequired[str | None]


class PrunerInput(TypedDict):
    """A rule by which trials are stopped early."""

    name: PrunerName
    warmupSteps: NotRequired[int]
    intervalSteps: NotRequired[int]
    startupTrials: NotRequired[int]
    percentile: NotRequired[float]
    reductionFactor: NotRequired[int]
    maxSteps: NotRequired[int]


PrunerName = Literal["MEDIAN", "PERCENTILE", "HALVING", "HYPERBAND", "WILCOXON"]
"""A rule by which trials are stopped early, by the values that they report of the objective."""


class QuotaLimitsInput(TypedDict):
    """Limits; what is left out has no limit."""

    cpu: NotRequired[float | None]
    memory: NotRequired[int | None]
    gpu: NotRequired[int | None]
    pods: NotRequired[int | None]
    notebooks: NotRequired[int | None]
    gpusByType: NotRequired[list[GpuTypeCountInput] | None]
    storage: NotRequired[int | None]


QuotaScope = Literal["PROJECT", "USER"]
"""What a quota limits."""


class QuotaTargetInput(TypedDict):
    """Whose limits are meant. Give exactly one field."""

    project: NotRequired[str | None]
    user: NotRequired[str | None]
    defaultFor: NotRequired[QuotaScope | None]


class RegisterModelInput(TypedDict):
    """Input of registerModel."""

    description: NotRequired[str | None]
    framework: NotRequired[ModelFramework | None]
    signature: NotRequired[ModelSignatureInput | None]
    requirements: NotRequired[list[str] | None]
    metrics: NotRequired[Any]
    tags: NotRequired[Any]
    run: str
    step: str
    item: NotRequired[int | None]
    name: str
    paths: NotRequired[list[str]]


class ReplicaScheduleInput(TypedDict):
    """A minimum number of replicas from certain times on."""

    cron: str
    timezone: NotRequired[str]
    replicas: int


ReportedValue = Literal["LAST", "MIN", "MAX"]
"""Which of the values that a trial reported of an objective is used."""


class ResourcesInput(TypedDict):
    """What each replica or session requests of a cluster, and may use. A field that is left out has its default, or keeps its value in an update."""

    cpu: NotRequired[float | None]
    memory: NotRequired[int | None]
    gpu: NotRequired[int | None]
    gpuType: NotRequired[str | None]
    gpuShare: NotRequired[str | None]
    devices: NotRequired[list[DeviceCountInput] | None]
    claims: NotRequired[list[DeviceCountInput] | None]


class RetentionRuleInput(TypedDict):
    """Which runs are kept: those that one of its limits keeps. Without a limit every run is kept."""

    keepDays: NotRequired[int | None]
    keepLast: NotRequired[int | None]


Role = Literal["VIEWER", "MEMBER", "MAINTAINER", "OWNER"]
"""What a member of a project may do. Each role includes the ones before it."""

RolloutGate = Literal["ERROR_RATE", "REJECTION_RATE", "LATENCY", "DIFFERENCE_RATE"]
"""What a canary is compared by with the revisions that have the traffic."""


class RolloutGatesInput(TypedDict):
    """The limits within which a canary gets more traffic."""

    errorRate: NotRequired[float]
    rejectionRate: NotRequired[float]
    latencyFactor: NotRequired[float]
    differenceRate: NotRequired[float | None]
    sampleRate: NotRequired[float]
    tolerance: NotRequired[float]


RolloutKind = Literal["IMMEDIATE", "CANARY", "MANUAL"]
"""How a new revision gets the traffic."""

RolloutState = Literal["PENDING", "PROGRESSING", "PAUSED", "COMPLETED", "ROLLED_BACK", "ENDED"]
"""The state of a rollout."""


class RolloutStrategyInput(TypedDict):
    """How a revision gets the traffic."""

    kind: NotRequired[RolloutKind]
    steps: NotRequired[list[int]]
    stepSeconds: NotRequired[float]
    gates: NotRequired[RolloutGatesInput]


RolloutVerdict = Literal["PENDING", "PASSED", "FAILED"]
"""What a gate found."""

RunState = Literal["QUEUED", "RUNNING", "CANCELLING", "SUCCEEDED", "FAILED", "CANCELLED"]
"""State of a run. SUCCEEDED, FAILED and CANCELLED are final."""


class SamplerInput(TypedDict):
    """An algorithm of the platform that suggests points."""

    name: NotRequired[SamplerName]
    startupTrials: NotRequired[int]


SamplerName = Literal["TPE", "RANDOM", "GRID", "QMC", "CMAES", "GP", "NSGA2", "NSGA3"]
"""An algorithm of the platform that suggests points."""


class SaveImageInput(TypedDict):
    """A version of an image to build."""

    project: str
    name: str
    source: ImageSourceInput
    resources: NotRequired[BuildResourcesInput | None]
    description: NotRequired[str | None]
    registry: NotRequired[str | None]
    cluster: NotRequired[str | None]
    rebuild: NotRequired[bool]


class SaveImagePresetInput(TypedDict):
    """An image preset to create or change."""

    name: str
    title: str
    source: ImageSourceInput
    description: NotRequired[str]


class SavePipelineDraftInput(TypedDict):
    """Input of `savePipelineDraft`."""

    pipelineId: str
    definition: Any
    baseVersion: int


class SavePipelineInput(TypedDict):
    """Input of `savePipeline`: either `yaml` or `definition`."""

    project: str
    yaml: NotRequired[str | None]
    definition: NotRequired[Any]
    expectedVersion: NotRequired[int | None]


class SaveRegistryInput(TypedDict):
    """A registry of a project as it is to be."""

    project: str
    name: str
    prefix: str
    username: NotRequired[str]
    password: NotRequired[str | None]
    insecure: NotRequired[bool]


class SaveSecretInput(TypedDict):
    """A secret of a project as it is to be."""

    project: str
    name: str
    value: NotRequired[str | None]
    description: NotRequired[str | None]


ScaleMetric = Literal["CPU", "MEMORY", "GPU", "REQUESTS"]
"""The measurement by which the number of replicas changes."""


class ScheduleSpecInput(TypedDict):
    """When a schedule runs its pipeline, and how."""

    cron: str
    timezone: NotRequired[str]
    params: NotRequired[Any]
    cluster: NotRequired[str | None]
    cache: NotRequired[bool]
    catchUpPolicy: NotRequired[CatchUpPolicy]
    maxActiveRuns: NotRequired[int]
    concurrencyPolicy: NotRequired[ConcurrencyPolicy]
    startsAt: NotRequired[str | None]
    endsAt: NotRequired[str | None]


ScheduleTickState = Literal["WAITING", "STARTED", "SKIPPED", "FAILED"]
"""State of a tick."""

SearchEngineName = Literal["KATIB", "NNI", "RAY"]
"""External software that can suggest the points of a search."""


class SearchObjectiveInput(TypedDict):
    """A number that a search optimizes."""

    metric: str
    direction: NotRequired[OptimizationDirection]
    goal: NotRequired[float | None]
    take: NotRequired[ReportedValue]


class SearchParameterInput(TypedDict):
    """One parameter of a search space."""

    name: str
    distribution: ParameterDistributionInput
    conditions: NotRequired[list[ParameterConditionInput]]


class SearchSpecInput(TypedDict):
    """What a search optimizes and how. Give `parameters` or `importedParameters`."""

    objectives: list[SearchObjectiveInput]
    parameters: NotRequired[list[SearchParameterInput] | None]
    importedParameters: NotRequired[Any]
    sampler: NotRequired[SamplerInput | None]
    engine: NotRequired[ExternalEngineInput | None]
    pruner: NotRequired[PrunerInput | None]
    trials: NotRequired[int]
    parallelism: NotRequired[int]
    maxFailedTrials: NotRequired[int]
    timeoutSeconds: NotRequired[float | None]
    seed: NotRequired[int]
    fixedParams: NotRequired[Any]
    startingPoints: NotRequired[list[Any] | None]
    warmStart: NotRequired[WarmStartInput | None]


SearchState = Literal["RUNNING", "PAUSED", "STOPPING", "STOPPED", "SUCCEEDED", "FAILED"]
"""State of a search."""


class SecretEnvVarInput(TypedDict):
    """An environment variable whose value is kept encrypted and never returned."""

    name: str
    value: NotRequired[str | None]


ServiceAccess = Literal["PROJECT", "KEY", "PUBLIC"]
"""Who may send requests to a service."""

ServiceKind = Literal["MODEL", "FUNCTION", "TRITON", "VLLM", "CUSTOM"]
"""The server that answers the requests of a service."""

ServiceOutcome = Literal["SUCCEEDED", "REJECTED", "FAILED"]
"""How a request was answered. Metrics, gates of canaries and usage of keys count by it."""

ServiceRevisionState = Literal[
    "REQUESTED", "DEPLOYING", "READY", "DEGRADED", "STOPPING", "STOPPED", "ASLEEP", "FAILED"
]
"""The state of a revision."""


class ServiceSpecInput(TypedDict):
    """What a revision is made of. In createService a field that is left out has its default, in deployService the value of the newest revision."""

    kind: NotRequired[ServiceKind | None]
    resources: NotRequired[ResourcesInput | None]
    environment: NotRequired[EnvironmentInput | None]
    env: NotRequired[list[EnvVarInput] | None]
    secrets: NotRequired[list[SecretEnvVarInput] | None]
    projectSecrets: NotRequired[list[str] | None]
    volumes: NotRequired[list[str] | None]
    replicas: NotRequired[int | None]
    maxReplicas: NotRequired[int | None]
    scaleMetric: NotRequired[ScaleMetric | None]
    targetValue: NotRequired[int | None]
    schedules: NotRequired[list[ReplicaScheduleInput] | None]
    script: NotRequired[str | None]
    command: NotRequired[str | None]
    port: NotRequired[int | None]
    readyPath: NotRequired[str | None]
    timeoutSeconds: NotRequired[float | None]
    maxConcurrency: NotRequired[int | None]
    idleTimeoutSeconds: NotRequired[float | None]
    nonFinite: NotRequired[NonFinite | None]


ServiceState = Literal["DEPLOYING", "READY", "DEGRADED", "ASLEEP", "STOPPING", "STOPPED", "FAILED", "UNKNOWN"]
"""The state of a service: of its revisions that get traffic."""


class SetPipelineLayoutInput(TypedDict):
    """Input of `setPipelineLayout`."""

    pipelineId: str
    positions: list[StepPositionInput]


class SetQuotaInput(TypedDict):
    """Limits to set."""

    target: QuotaTargetInput
    limits: NotRequired[QuotaLimitsInput | None]
    queue: NotRequired[bool]


StartStageName = Literal["REQUESTED", "SCHEDULED", "STARTED", "READY"]
"""A stage of the start of a notebook or of a revision of a service."""


class StepPositionInput(TypedDict):
    """Position of a step on the canvas of the editor."""

    step: str
    x: int
    y: int


StepState = Literal[
    "QUEUED",
    "PENDING",
    "RUNNING",
    "RETRYING",
    "SUCCEEDED",
    "CACHED",
    "FAILED",
    "SKIPPED",
    "CANCELLED",
    "UNKNOWN",
]
"""State of a step. SUCCEEDED, CACHED, FAILED, SKIPPED and CANCELLED are final."""

StorageKind = Literal["RUN_FILES", "LOGS", "MODELS", "IMAGES", "DISCARDED"]
"""What takes space in the store."""

TokenScope = Literal["READ", "RUN", "MANAGE"]
"""What an API token allows."""


class TrafficWeightInput(TypedDict):
    """The share of the traffic that a revision gets."""

    revision: int
    weight: int


TrialState = Literal["RUNNING", "PRUNING", "STOPPING", "SUCCEEDED", "PRUNED", "FAILED", "CANCELLED"]
"""State of a trial. SUCCEEDED, PRUNED, FAILED and CANCELLED are final."""


class UpdateGroupInput(TypedDict):
    """A group as it is to be."""

    name: str
    description: NotRequired[str]
    provider: NotRequired[str | None]
    id: str


class UpdateModelInput(TypedDict):
    """Input of updateModel. A field that is left out keeps its value."""

    id: str
    description: NotRequired[str | None]
    card: NotRequired[str | None]


class UpdateModelVersionInput(TypedDict):
    """Input of updateModelVersion. A field that is left out keeps its value."""

    description: NotRequired[str | None]
    framework: NotRequired[ModelFramework | None]
    signature: NotRequired[ModelSignatureInput | None]
    requirements: NotRequired[list[str] | None]
    metrics: NotRequired[Any]
    tags: NotRequired[Any]
    id: str


class UpdateNotebookInput(TypedDict):
    """Input of updateNotebook. A field that is left out or null keeps its value."""

    id: str
    name: NotRequired[str | None]
    description: NotRequired[str | None]
    sharing: NotRequired[NotebookSharing | None]
    spec: NotRequired[NotebookSpecInput | None]
    restart: NotRequired[bool]


class UpdateNotificationChannelInput(TypedDict):
    """Input of `updateNotificationChannel`; what is null stays as it is."""

    id: str
    name: NotRequired[str | None]
    address: NotRequired[str | None]
    secret: NotRequired[str | None]
    kinds: NotRequired[list[NotificationKind] | None]


class UpdateNotificationSettingsInput(TypedDict):
    """Input of `updateNotificationSettings`."""

    settings: list[NotificationSettingInput]


class UpdateProjectInput(TypedDict):
    """What to change of a project; fields that are left out stay."""

    id: str
    name: NotRequired[str | None]
    description: NotRequired[str | None]
    cluster: NotRequired[str | None]
    clusters: NotRequired[list[str] | None]
    placement: NotRequired[Placement | None]
    namespaces: NotRequired[ProjectNamespacesInput | None]
    nodeGroup: NotRequired[str | None]


class UpdateRetentionPolicyInput(TypedDict):
    """The retention policy of a project, or of the platform."""

    project: NotRequired[str | None]
    rule: NotRequired[RetentionRuleInput | None]


class UpdateScheduleInput(TypedDict):
    """Input of `updateSchedule`; what is left out or null stays as it is."""

    id: str
    name: NotRequired[str | None]
    spec: NotRequired[ScheduleSpecInput | None]


class UpdateServiceInput(TypedDict):
    """Input of updateService. A field that is left out keeps its value."""

    id: str
    description: NotRequired[str | None]
    access: NotRequired[ServiceAccess | None]


class UpdateUserInput(TypedDict):
    """What to change of a user account; fields that are left out stay."""

    id: str
    admin: NotRequired[bool | None]
    auditor: NotRequired[bool | None]
    deactivated: NotRequired[bool | None]


class UploadModelInput(TypedDict):
    """Input of uploadModel."""

    description: NotRequired[str | None]
    framework: NotRequired[ModelFramework | None]
    signature: NotRequired[ModelSignatureInput | None]
    requirements: NotRequired[list[str] | None]
    metrics: NotRequired[Any]
    tags: NotRequired[Any]
    project: str
    name: str
    files: list[ModelFileInput]


class WarmStartInput(TypedDict):
    """Another search whose best points run first."""

    searchId: str
    trials: NotRequired[int]


class ApiToken(TypedDict):
    """A personal access token for scripts, sent as the header `Authorization: Bearer …`."""

    id: str
    name: str
    ending: str
    createdAt: str
    expiresAt: str | None
    usedAt: str | None
    revokedAt: str | None
    scope: TokenScope
    projectId: str | None


class Artifact(TypedDict):
    """A file that a step left in its output folder; its bytes are at `url`."""

    id: str
    path: str
    size: int
    sha256: str
    mediaType: str
    url: str


class AuditCheck(TypedDict):
    """Whether the audit log is as it was written."""

    entries: int
    problem: str | None


class AuditEntry(TypedDict):
    """An entry of the audit log. It is written in the transaction of the operation and never changes."""

    id: str
    number: int
    at: str
    actor: str
    by: str
    address: str | None
    operation: str
    target: str | None
    outcome: str
    detail: Any


class AuditEntryConnection(TypedDict):
    """A page of a list."""

    nodes: list[AuditEntry]
    pageInfo: PageInfo


class BestTrial(TypedDict):
    """The trial of a search that reached the best value of its objective."""

    number: int
    runId: str
    params: Any
    value: float


class Build(TypedDict):
    """One version of an image, and how it was made. It never changes once it is built."""

    id: str
    imageId: str
    number: int
    reference: str | None
    cluster: str
    state: BuildState
    reason: str | None
    explanation: str | None
    digest: str | None
    size: int | None
    files: list[BuildFile]
    createdAt: str
    startedAt: str | None
    finishedAt: str | None
    source: ImageSourceValue
    resources: BuildResources
    packages: list[ImagePackage]
    author: UserRow
    pod: Pod | None
    dockerfile: str | None
    packageChanges: list[PackageChange]
    sizeChange: int | None
    failedStep: FailedStep | None


class BuildFile(TypedDict):
    """A file that a build stored because the image was not pushed to a registry."""

    path: str
    size: int


class BuildRef(TypedDict):
    """One version of an image, and how it was made. It never changes once it is built."""

    id: str
    number: int


class BuildResources(TypedDict):
    """What the build of an image may use."""

    cpu: float
    memory: int
    timeoutSeconds: float


class BuildRow(TypedDict):
    """One version of an image, and how it was made. It never changes once it is built."""

    id: str
    imageId: str
    number: int
    reference: str | None
    cluster: str
    state: BuildState
    reason: str | None
    explanation: str | None
    digest: str | None
    size: int | None
    createdAt: str
    startedAt: str | None
    finishedAt: str | None
    dockerfile: str | None
    sizeChange: int | None


class Capacity(TypedDict):
    """Resources of a cluster, and how much no running pod has asked for."""

    cpu: float
    memory: int
    gpu: int
    freeCpu: float
    freeMemory: int
    freeGpu: int
    gpuNote: str | None
    notes: list[str]


class CategoricalDistribution(TypedDict):
    """One of some values, without an order."""

    choices: list[Any]


class Change(TypedDict):
    """An object of your projects that changed or was deleted. Read it again."""

    cursor: str
    kind: FoundKind
    id: str


class Cluster(TypedDict):
    """A place where work runs."""

    name: str
    kind: str
    reachable: bool
    since: str
    problem: str | None
    version: str | None
    latency: float | None
    capacity: Capacity | None
    nodes: list[ClusterNode]


class ClusterHealth(TypedDict):
    """Whether a cluster answers."""

    name: str
    reachable: bool
    since: str
    problem: str | None


class ClusterNode(TypedDict):
    """One machine of a cluster."""

    name: str
    ready: bool
    cordoned: bool
    cpu: float
    memory: int
    gpu: int
    usedCpu: float
    usedMemory: int
    usedGpu: int
    labels: Any
    taints: list[str]
    problems: list[str]
    version: str | None


class DeletedRuns(TypedDict):
    """Runs that were deleted."""

    ids: list[str]
    deletedBytes: int
    faults: list[Fault]


class DeviceCount(TypedDict):
    """A number of devices of one kind."""

    name: str
    count: int


class Done(TypedDict):
    """It is done, and there is nothing to show."""

    id: str


class EngineSetting(TypedDict):
    """An option of the algorithm of an engine."""

    name: str
    value: Any


class EnvVar(TypedDict):
    """An environment variable."""

    name: str
    value: str


class Environment(TypedDict):
    """The software that code runs with."""

    python: str | None
    requirements: list[str]
    image: str | None
    root: bool


class ExternalEngineValue(TypedDict):
    """External software that suggests the points of a search."""

    name: SearchEngineName
    algorithm: str
    settings: list[EngineSetting]
    image: str | None


class FailedStep(TypedDict):
    """The step of a build that failed."""

    step: str
    output: list[str]


class Fault(TypedDict):
    """One invalid value in a request."""

    code: ProblemCode
    reason: str
    message: str
    path: list[str]
    hint: str | None
    params: Any


class FloatDistribution(TypedDict):
    """Numbers of a range."""

    low: float
    high: float
    step: float | None
    log: bool


class Found(TypedDict):
    """An object that matches a text."""

    kind: FoundKind
    id: str
    name: str
    exact: bool
    project: str | None
    detail: str | None
    runState: RunState | None


class GateVerdict(TypedDict):
    """What a gate found of a canary."""

    gate: RolloutGate
    verdict: RolloutVerdict
    count: int
    total: int
    share: float | None
    baseline: float | None
    thresholdSeconds: float | None


class GpuTypeCount(TypedDict):
    """A number of GPUs of one type."""

    type: str
    count: int


class Group(TypedDict):
    """A group of users, which projects give a role to."""

    id: str
    name: str
    description: str
    provider: str | None
    members: list[UserRow] | None


class GroupConnection(TypedDict):
    """A page of a list."""

    nodes: list[GroupItem]
    pageInfo: PageInfo


class GroupItem(TypedDict):
    """A group of users, which projects give a role to."""

    id: str
    name: str
    description: str
    provider: str | None


class GroupRef(TypedDict):
    """A group of users, which projects give a role to."""

    id: str
    name: str


class GroupRoleValue(TypedDict):
    """A group that is a member of a project."""

    role: Role
    group: GroupRef


class IdentityProvider(TypedDict):
    """An identity provider as it is configured (`CUBE_PROVIDERS`), for administrators and auditors. Its client secret is never shown."""

    name: str
    title: str
    kind: str
    issuer: str
    clientId: str
    signUp: str
    domains: list[str]
    groups: list[str]
    adminGroups: list[str]
    callback: str


class IdentityProviderCheck(TypedDict):
    """One check of an identity provider as it answers now."""

    what: str
    problem: str | None


class Image(TypedDict):
    """A named image of a project; its versions are its builds."""

    id: str
    name: str
    description: str
    projectId: str
    latestNumber: int
    createdAt: str
    project: ProjectRow
    builds: list[BuildRow]
    latestBuild: BuildRow | None
    usedBy: list[ImageReference]
    viewerCanBuild: bool


class ImageChange(TypedDict):
    """An image that changed; null: it is gone."""

    cursor: str
    id: str
    image: ImageRow | None


class ImageCheck(TypedDict):
    """What a definition comes to."""

    dockerfile: str | None
    pythonOnly: bool
    faults: list[Fault]


class ImageConnection(TypedDict):
    """A page of a list."""

    nodes: list[ImageItem]
    pageInfo: PageInfo


class ImageFile(TypedDict):
    """A text file of an image."""

    path: str
    content: str


class ImageItem(TypedDict):
    """A named image of a project; its versions are its builds."""

    id: str
    name: str
    description: str
    projectId: str
    latestNumber: int
    createdAt: str
    project: ProjectRef
    latestBuild: BuildRef | None
    viewerCanBuild: bool


class ImagePackage(TypedDict):
    """A package in an image."""

    kind: PackageKind
    name: str
    version: str


class ImagePackagesValue(TypedDict):
    """Packages and other parts, of which the platform writes a Dockerfile."""

    base: str | None
    python: str | None
    pip: list[str]
    apt: list[str]
    conda: list[str]
    channels: list[str]
    env: list[EnvVar]
    files: list[ImageFile]
    commands: list[str]


class ImagePreset(TypedDict):
    """A starting point for images."""

    name: str
    title: str
    description: str
    source: ImageSourceValue
    builtin: bool
    changedAt: str


class ImageReference(TypedDict):
    """Something that names a version of an image."""

    kind: str
    id: str
    name: str


class ImageRepository(TypedDict):
    """A Git repository that has a Dockerfile."""

    repo: str
    repoSecret: str | None
    branch: str | None
    path: str | None


class ImageRow(TypedDict):
    """A named image of a project; its versions are its builds."""

    id: str
    name: str
    description: str
    projectId: str
    latestNumber: int
    createdAt: str
    viewerCanBuild: bool


class ImageSourceValue(TypedDict):
    """What an image is built from. Exactly one field is not null."""

    packages: ImagePackagesValue | None
    dockerfile: str | None
    git: ImageRepository | None


class IntDistribution(TypedDict):
    """Whole numbers of a range."""

    low: int
    high: int
    step: int | None
    log: bool


class InvitationPreview(TypedDict):
    """An invitation as everybody with its link sees it."""

    project: str
    role: Role
    author: str
    email: str | None
    expiresAt: str
    accepted: bool
    signsUp: bool


class KindCount(TypedDict):
    """How many objects of one kind a project has."""

    kind: str
    count: int


class Link(TypedDict):
    """A page of something that stands beside the platform."""

    name: str
    url: str


class LogChunk(TypedDict):
    """Part of a pod's log."""

    start: int
    cursor: int
    text: str
    stamps: Any
    done: bool


class MemberValue(TypedDict):
    """A user who is a member of a project."""

    role: Role
    user: UserRef


class Model(TypedDict):
    """A named model of a project."""

    id: str
    name: str
    description: str
    card: str
    projectId: str
    createdAt: str
    project: ProjectRow
    versions: list[ModelVersionRow]
    latestVersion: ModelVersionRow | None
    aliases: list[ModelAliasValue]
    usedBy: list[ModelReference]
    viewerCanChange: bool


class ModelAliasValue(TypedDict):
    """A name such as production that points to one version of a model."""

    name: str
    number: int
    movedAt: str
    movedBy: UserRef


class ModelChange(TypedDict):
    """A model that changed."""

    cursor: str
    id: str
    model: ModelRow | None


class ModelConnection(TypedDict):
    """A page of a list."""

    nodes: list[ModelItem]
    pageInfo: PageInfo


class ModelField(TypedDict):
    """One input or output of a model."""

    name: str
    type: ModelFieldType
    size: int | None


class ModelFile(TypedDict):
    """A file of a version of a model."""

    path: str
    size: int
    sha256: str
    mediaType: str
    url: str


class ModelItem(TypedDict):
    """A named model of a project."""

    id: str
    name: str
    description: str
    card: str
    projectId: str
    createdAt: str
    project: ProjectRef
    latestVersion: ModelVersionRef | None
    viewerCanChange: bool


class ModelLineageDigest(TypedDict):
    """A digest of one part of what a step ran with."""

    name: str
    digest: str


class ModelLineageValue(TypedDict):
    """The run and the step that produced a version. It is kept when the run is deleted."""

    pipeline: str
    pipelineId: str
    pipelineVersion: int
    runNumber: int
    step: str
    item: Any
    parameters: Any
    digests: list[ModelLineageDigest]
    cacheKey: str | None


class ModelReference(TypedDict):
    """Something that uses a version of a model."""

    kind: ModelReferenceKind
    id: str
    name: str


class ModelRow(TypedDict):
    """A named model of a project."""

    id: str
    name: str
    description: str
    card: str
    projectId: str
    createdAt: str
    viewerCanChange: bool


class ModelSignatureValue(TypedDict):
    """The inputs and outputs of a model."""

    inputs: list[ModelField]
    outputs: list[ModelField]
    example: list[Any]


class ModelVersion(TypedDict):
    """One version of a model: files that never change, and what is known of them."""

    id: str
    modelId: str
    number: int
    description: str
    framework: ModelFramework
    files: list[ModelFile]
    size: int
    digest: str
    signature: ModelSignatureValue | None
    requirements: list[str]
    metrics: Any
    tags: Any
    runId: str | None
    lineage: ModelLineageValue | None
    createdAt: str
    author: UserRow
    model: ModelRow


class ModelVersionRef(TypedDict):
    """One version of a model: files that never change, and what is known of them."""

    id: str
    number: int


class ModelVersionRow(TypedDict):
    """One version of a model: files that never change, and what is known of them."""

    id: str
    modelId: str
    number: int
    description: str
    framework: ModelFramework
    size: int
    digest: str
    requirements: list[str]
    metrics: Any
    tags: Any
    runId: str | None
    createdAt: str


class NewProjectInvitation(TypedDict):
    """A new invitation with its link, which is not shown again."""

    id: str
    url: str


class NewServiceKey(TypedDict):
    """A new key with its secret, which is returned only once."""

    id: str
    secret: str


class NewToken(TypedDict):
    """A new token with its secret, which is never shown again."""

    id: str
    secret: str


class NodeRef(TypedDict):
    """An object with a global id: `node(id)` finds it without knowing what it is. Ids of two objects never agree, whatever their types."""

    __typename: str
    id: str


class Notebook(TypedDict):
    """A workspace of one person, started and stopped at will; its files stay."""

    id: str
    name: str
    description: str
    kind: NotebookKind
    cluster: str
    projectId: str
    state: NotebookState
    reason: str | None
    explanation: str | None
    spec: NotebookSpecValue
    sharing: NotebookSharing
    folder: str
    changed: bool
    previousSpec: NotebookSpecValue | None
    activity: NotebookActivityValue | None
    idleStop: NotebookIdleStopValue | None
    extendedUntil: str | None
    createdAt: str
    mine: bool
    stages: list[StartStage]
    requestedAt: str | None
    readyAt: str | None
    endedAt: str | None
    owner: UserRow
    project: ProjectRow
    pods: list[Pod]
    restarted: Restart | None
    policy: NotebookPolicy
    viewerMayOpen: NotebookSharing
    viewerCanChange: bool
    viewerCanStop: bool


class NotebookActivityValue(TypedDict):
    """Whether a notebook is in use, as the last activity check found it."""

    at: str
    idleSince: str | None
    warnAt: str | None
    stopAt: str | None
    due: NotebookDue | None
    signals: list[NotebookSignal]


class NotebookChange(TypedDict):
    """A notebook that changed; null: it is gone."""

    cursor: str
    id: str
    notebook: NotebookRow | None


class NotebookConnection(TypedDict):
    """A page of a list."""

    nodes: list[NotebookItem]
    pageInfo: PageInfo


class NotebookIdleStopValue(TypedDict):
    """Why a notebook was stopped for being idle."""

    at: str
    idleSince: str
    gpuHours: float
    signals: list[NotebookSignal]


class NotebookItem(TypedDict):
    """A workspace of one person, started and stopped at will; its files stay."""

    id: str
    name: str
    description: str
    kind: NotebookKind
    cluster: str
    projectId: str
    state: NotebookState
    reason: str | None
    explanation: str | None
    sharing: NotebookSharing
    folder: str
    changed: bool
    extendedUntil: str | None
    createdAt: str
    mine: bool
    requestedAt: str | None
    readyAt: str | None
    endedAt: str | None
    owner: UserRef
    project: ProjectRef
    viewerMayOpen: NotebookSharing
    viewerCanChange: bool
    viewerCanStop: bool


class NotebookKindInfo(TypedDict):
    """A kind of notebook, and whether it can run on a cluster."""

    kind: NotebookKind
    title: str
    description: str
    image: str | None
    requirements: list[str]
    supportsViewOnly: bool
    sshUser: str
    unavailableReason: str | None


class NotebookLink(TypedDict):
    """The way in to a notebook."""

    url: str


class NotebookPolicy(TypedDict):
    """When idle notebooks of a project are stopped, in minutes; 0: never."""

    idleMinutes: int
    gpuIdleMinutes: int
    warnMinutes: int


class NotebookPreflight(TypedDict):
    """Whether a notebook can start on a cluster now, and why."""

    verdict: PreflightVerdict
    explanation: str
    problems: list[str]


class NotebookRow(TypedDict):
    """A workspace of one person, started and stopped at will; its files stay."""

    id: str
    name: str
    description: str
    kind: NotebookKind
    cluster: str
    projectId: str
    state: NotebookState
    reason: str | None
    explanation: str | None
    sharing: NotebookSharing
    folder: str
    changed: bool
    extendedUntil: str | None
    createdAt: str
    mine: bool
    requestedAt: str | None
    readyAt: str | None
    endedAt: str | None
    viewerMayOpen: NotebookSharing
    viewerCanChange: bool
    viewerCanStop: bool


class NotebookSignal(TypedDict):
    """A sign of whether a notebook is in use."""

    name: NotebookSignalName
    active: bool
    lastActiveAt: str | None
    detail: str
    counts: bool


class NotebookSpecValue(TypedDict):
    """What a notebook is made of. It can be sent back as NotebookSpecInput."""

    resources: ResourcesValue
    environment: Environment
    size: int
    env: list[EnvVar]
    secrets: list[SecretEnvVar]
    projectSecrets: list[str]
    volumes: list[str]
    repo: str | None
    repoSecret: str | None
    branch: str | None
    script: str | None
    command: str | None
    port: int | None
    path: str | None


class NotebookUsage(TypedDict):
    """What stopping a notebook would end or lose, as it says at this moment."""

    known: bool
    busyKernels: list[str]
    busyTerminals: int
    openPages: int
    unsavedDocuments: list[str]


class Notification(TypedDict):
    """A notification of a user. It is deleted after 90 days."""

    id: str
    kind: NotificationKind
    message: str
    detail: str | None
    unread: bool
    createdAt: str
    subject: NotificationSubject


class NotificationChannel(TypedDict):
    """Where notifications go beside the console. Its secret is never shown."""

    id: str
    name: str
    kind: NotificationChannelKind
    address: str
    hasSecret: bool
    kinds: list[NotificationKind]
    deliveredAt: str | None
    failedAt: str | None
    error: str | None
    deliveries: list[NotificationDelivery]


class NotificationConnection(TypedDict):
    """A page of a list."""

    nodes: list[NotificationItem]
    pageInfo: PageInfo


class NotificationDelivery(TypedDict):
    """One message by a channel. It is deleted after 90 days."""

    id: str
    kind: NotificationKind | None
    message: str
    state: NotificationDeliveryState
    attempts: int
    error: str | None
    createdAt: str
    endedAt: str | None


class NotificationItem(TypedDict):
    """A notification of a user. It is deleted after 90 days."""

    id: str
    kind: NotificationKind
    message: str
    detail: str | None
    unread: bool
    createdAt: str
    subject: NotificationSubjectRef


class NotificationSetting(TypedDict):
    """Whether you get one kind of notification."""

    kind: NotificationKind
    console: bool
    default: bool


class NotificationSettings(TypedDict):
    """Which notifications you get."""

    settings: list[NotificationSetting]


class NotificationSubject(TypedDict):
    """The object that a notification is about, as it was named then."""

    kind: NotificationSubjectKind
    id: str
    name: str
    number: int | None
    project: str


class NotificationSubjectRef(TypedDict):
    """The object that a notification is about, as it was named then."""

    id: str
    name: str
    number: int | None


class NotificationsChange(TypedDict):
    """Your notifications changed."""

    cursor: str
    unreadCount: int


class PackageChange(TypedDict):
    """How a package differs between two versions of an image."""

    kind: PackageKind
    name: str
    before: str | None
    after: str | None


class PageInfo(TypedDict):
    """Where a page is in its list."""

    hasNextPage: bool
    hasPreviousPage: bool
    startCursor: str | None
    endCursor: str | None


class ParameterCondition(TypedDict):
    """A value that another parameter must have."""

    parameter: str
    value: Any


class ParameterDistributionValue(TypedDict):
    """The values that a parameter can have. Exactly one field is not null."""

    float: FloatDistribution | None
    int: IntDistribution | None
    categorical: CategoricalDistribution | None


class Pipeline(TypedDict):
    """A directed acyclic graph of steps, each an instance of a template."""

    id: str
    name: str
    description: str
    latest: int
    createdAt: str
    changedAt: str
    runCount: int
    project: ProjectRow
    layout: list[StepPosition]
    draft: PipelineDraft | None
    viewerCanRun: bool
    recentRuns: Any
    stepDurations: list[StepDuration]


class PipelineCheck(TypedDict):
    """Result of validating the definition of a pipeline."""

    faults: list[Fault]


class PipelineConnection(TypedDict):
    """A page of a list."""

    nodes: list[PipelineItem]
    pageInfo: PageInfo


class PipelineDraft(TypedDict):
    """Your unsaved changes to a pipeline. Only you can see them."""

    definition: Any
    baseVersion: int
    changedAt: str


class PipelineItem(TypedDict):
    """A directed acyclic graph of steps, each an instance of a template."""

    id: str
    name: str
    description: str
    latest: int
    createdAt: str
    changedAt: str
    runCount: int
    project: ProjectRef
    viewerCanRun: bool
    recentRuns: Any


class PipelineRef(TypedDict):
    """A directed acyclic graph of steps, each an instance of a template."""

    id: str
    name: str


class PipelineRow(TypedDict):
    """A directed acyclic graph of steps, each an instance of a template."""

    id: str
    name: str
    description: str
    latest: int
    createdAt: str
    changedAt: str
    runCount: int
    viewerCanRun: bool
    recentRuns: Any


class PipelineVersionRef(TypedDict):
    """An immutable version of a pipeline."""

    id: str
    number: int


class PipelineVersionRow(TypedDict):
    """An immutable version of a pipeline."""

    id: str
    number: int
    createdAt: str
    definition: Any
    yaml: str


class Pod(TypedDict):
    """One attempt to run something; kept after it is gone from its cluster."""

    id: str
    cluster: str
    step: str | None
    item: int | None
    attempt: int
    role: str | None
    rank: int | None
    state: PodState
    reason: str | None
    explanation: str | None
    machine: str | None
    runtime: str
    cpu: float
    memory: int
    gpus: list[int]
    createdAt: str | None
    startedAt: str | None
    finishedAt: str | None
    exitCode: int | None
    signal: int | None
    cpuSeconds: float | None
    peakCpu: float | None
    peakMemory: int | None
    logSize: int
    logDone: bool


class Problem(TypedDict):
    """The request is understood and refused; nothing was changed."""

    code: ProblemCode
    reason: str
    message: str
    path: list[str]
    hint: str | None
    params: Any
    faults: list[Fault]


class Project(TypedDict):
    """A project owns pipelines, runs, notebooks, images, models and services. Its members use them according to their roles."""

    id: str
    name: str
    description: str
    cluster: str
    clusters: list[str]
    placement: Placement
    namespaces: ProjectNamespaces
    nodeGroup: str | None
    createdAt: str
    archivedAt: str | None
    viewerCanRestore: bool
    viewerRole: Role
    members: list[MemberValue]
    viewerCanRun: bool
    viewerCanMaintain: bool
    viewerCanManage: bool
    notebookPolicy: NotebookPolicy
    groups: list[GroupRoleValue]
    invitations: list[ProjectInvitationRow]
    quota: QuotaValue
    registries: list[Registry]
    secrets: list[SecretRow]


class ProjectConnection(TypedDict):
    """A page of a list."""

    nodes: list[ProjectItem]
    pageInfo: PageInfo


class ProjectContents(TypedDict):
    """What deleting a project would delete with it."""

    counts: list[KindCount]
    running: list[str]


class ProjectInvitationRow(TypedDict):
    """An invitation to a project that can still be accepted, once."""

    id: str
    role: Role
    email: str | None
    createdAt: str
    expiresAt: str


class ProjectItem(TypedDict):
    """A project owns pipelines, runs, notebooks, images, models and services. Its members use them according to their roles."""

    id: str
    name: str
    description: str
    cluster: str
    clusters: list[str]
    placement: Placement
    nodeGroup: str | None
    createdAt: str
    archivedAt: str | None
    viewerCanRestore: bool
    viewerRole: Role
    viewerCanRun: bool
    viewerCanMaintain: bool
    viewerCanManage: bool


class ProjectNamespaces(TypedDict):
    """The Kubernetes namespaces of a project's workloads."""

    run: str | None
    build: str | None
    notebook: str | None
    service: str | None


class ProjectRef(TypedDict):
    """A project owns pipelines, runs, notebooks, images, models and services. Its members use them according to their roles."""

    id: str
    name: str


class ProjectRow(TypedDict):
    """A project owns pipelines, runs, notebooks, images, models and services. Its members use them according to their roles."""

    id: str
    name: str
    description: str
    cluster: str
    clusters: list[str]
    placement: Placement
    nodeGroup: str | None
    createdAt: str
    archivedAt: str | None
    viewerCanRestore: bool
    viewerRole: Role
    viewerCanRun: bool
    viewerCanMaintain: bool
    viewerCanManage: bool


class Pruner(TypedDict):
    """A rule by which trials are stopped early."""

    name: PrunerName
    warmupSteps: int
    intervalSteps: int
    startupTrials: int
    percentile: float
    reductionFactor: int
    maxSteps: int


class Quota(TypedDict):
    """What the workloads of a project or a user may use at once, and use now."""

    limits: QuotaAmountValue
    used: QuotaAmountValue
    queue: bool
    own: bool
    holders: list[QuotaHolderValue]


class QuotaAmountValue(TypedDict):
    """An amount of each resource that a quota can limit; as a limit, null is no limit."""

    cpu: float | None
    memory: int | None
    gpu: int | None
    pods: int | None
    notebooks: int | None
    gpusByType: list[GpuTypeCount]
    storage: int | None


class QuotaHolderValue(TypedDict):
    """A workload that uses a part of a quota, or waits for it."""

    kind: str
    ownerId: str
    amount: QuotaAmountValue
    waits: bool
    at: str
    user: UserRef


class QuotaRow(TypedDict):
    """Limits that were set. With neither project nor user they are the default for all that have no limits of their own."""

    scope: QuotaScope
    limits: QuotaAmountValue
    queue: bool
    changedAt: str
    project: str | None
    user: str | None


class QuotaValue(TypedDict):
    """What the workloads of a project or a user may use at once, and use now."""

    limits: QuotaAmountValue
    used: QuotaAmountValue
    queue: bool
    own: bool
    holders: list[QuotaHolderValue]


class RegisteredModel(TypedDict):
    """A registered version of a model."""

    model: ModelRow
    version: ModelVersionRow
    changed: bool


class RegisteredModelVersion(TypedDict):
    """A version of a model that was registered from a run."""

    modelId: str
    versionId: str
    name: str
    number: int
    step: str


class Registry(TypedDict):
    """A container registry of a project. Its password is never shown."""

    id: str
    name: str
    prefix: str
    username: str
    insecure: bool


class RegistryCheck(TypedDict):
    """How a registry answers now."""

    problem: str | None


class RegistryImage(TypedDict):
    """An image as its registry has it now."""

    digest: str | None
    problem: str | None


class ResourcesValue(TypedDict):
    """What each replica or session requests of a cluster, and may use."""

    cpu: float
    memory: int
    gpu: int
    gpuType: str
    gpuShare: str
    devices: list[DeviceCount]
    claims: list[DeviceCount]


class Restart(TypedDict):
    """Why a server that ended by itself was started again, the last time that it was."""

    at: str | None
    reason: str
    explanation: str


class RetentionPolicy(TypedDict):
    """Which runs of a project are kept. Runs that have not ended, that are pinned, from which a model was registered, or that a search needs which has not ended, are always kept."""

    rule: RetentionRule
    inherited: bool
    default: RetentionRule
    viewerCanUpdate: bool
    lastResult: RetentionResult | None


class RetentionPreview(TypedDict):
    """What a retention rule would delete now."""

    runs: int
    bytes: int


class RetentionResult(TypedDict):
    """What the last application of a retention policy did."""

    at: str
    runs: int
    freedBytes: int
    failures: int


class RetentionRule(TypedDict):
    """Which runs are kept: those that one of its limits keeps. Without a limit every run is kept."""

    keepDays: int | None
    keepLast: int | None


class RolloutEvent(TypedDict):
    """An event of a rollout."""

    at: str
    message: str


class RolloutGates(TypedDict):
    """The limits within which a canary gets more traffic."""

    errorRate: float
    rejectionRate: float
    latencyFactor: float
    differenceRate: float | None
    sampleRate: float
    tolerance: float


class RolloutValue(TypedDict):
    """The last rollout of a service: how a revision got the traffic."""

    revision: int
    kind: RolloutKind
    steps: list[int]
    stepSeconds: float
    gates: RolloutGates
    state: RolloutState
    step: int
    stepStartedAt: str
    previousTraffic: list[TrafficWeight]
    verdicts: list[GateVerdict]
    events: list[RolloutEvent]


class Run(TypedDict):
    """One run of a pipeline version."""

    id: str
    number: int
    state: RunState
    reason: str | None
    explanation: str | None
    cluster: str
    priority: int
    retryOf: str | None
    pinned: bool
    packedStepStates: Any
    counts: list[StepStateCount]
    createdAt: str
    startedAt: str | None
    finishedAt: str | None
    projectId: str
    pipelineId: str
    placed: bool
    skippedClusters: list[SkippedCluster]
    unknownReason: str | None
    params: Any
    version: PipelineVersionRow
    pipeline: PipelineRow
    author: UserRow
    steps: list[StepRow]
    stepStates: list[StepSummary]
    models: list[RegisteredModelVersion]
    pods: list[Pod]
    expectedEnd: RunEndEstimate | None
    viewerCanCancel: bool
    viewerCanDelete: bool
    viewerCanPin: bool
    viewerCanRetry: bool


class RunChange(TypedDict):
    """A change of a run."""

    cursor: str
    run: RunRow


class RunConnection(TypedDict):
    """A page of a list."""

    nodes: list[RunItem]
    pageInfo: PageInfo


class RunEndEstimate(TypedDict):
    """An estimate of when a run ends, from the durations of earlier runs."""

    median: str
    p90: str


class RunItem(TypedDict):
    """One run of a pipeline version."""

    id: str
    number: int
    state: RunState
    reason: str | None
    explanation: str | None
    cluster: str
    priority: int
    retryOf: str | None
    pinned: bool
    packedStepStates: Any
    createdAt: str
    startedAt: str | None
    finishedAt: str | None
    projectId: str
    pipelineId: str
    placed: bool
    unknownReason: str | None
    params: Any
    version: PipelineVersionRef
    pipeline: PipelineRef
    author: UserRef
    viewerCanCancel: bool
    viewerCanDelete: bool
    viewerCanPin: bool
    viewerCanRetry: bool


class RunPreflight(TypedDict):
    """What would happen if a pipeline were run now."""

    cluster: str
    skippedClusters: list[SkippedCluster]
    verdict: PreflightVerdict
    explanation: str
    problems: list[str]
    warnings: list[str]
    objects: Any
    lastRunNumber: int | None
    changes: list[str]
    digest: str


class RunRow(TypedDict):
    """One run of a pipeline version."""

    id: str
    number: int
    state: RunState
    reason: str | None
    explanation: str | None
    cluster: str
    priority: int
    retryOf: str | None
    pinned: bool
    packedStepStates: Any
    createdAt: str
    startedAt: str | None
    finishedAt: str | None
    projectId: str
    pipelineId: str
    placed: bool
    unknownReason: str | None
    params: Any
    viewerCanCancel: bool
    viewerCanDelete: bool
    viewerCanPin: bool
    viewerCanRetry: bool


class RunUsage(TypedDict):
    """What the running pods of a run use."""

    pods: Any


class Sampler(TypedDict):
    """An algorithm of the platform that suggests points."""

    name: SamplerName
    startupTrials: int


class SavedImage(TypedDict):
    """A version of an image; `created` is false when the same was built already."""

    image: ImageRow
    build: BuildRow
    created: bool


class SavedPipeline(TypedDict):
    """Result of saving a pipeline."""

    pipeline: PipelineRow
    changed: bool


class Schedule(TypedDict):
    """Runs a pipeline at the times of a cron expression."""

    id: str
    name: str
    paused: bool
    nextAt: str | None
    changedAt: str
    viewerCanChange: bool
    spec: ScheduleSpec
    pipeline: PipelineRow
    runAs: UserRow
    ticks: list[ScheduleTick]


class ScheduleConnection(TypedDict):
    """A page of a list."""

    nodes: list[ScheduleItem]
    pageInfo: PageInfo


class ScheduleItem(TypedDict):
    """Runs a pipeline at the times of a cron expression."""

    id: str
    name: str
    paused: bool
    nextAt: str | None
    changedAt: str
    viewerCanChange: bool
    pipeline: PipelineRef
    runAs: UserRef


class SchedulePreview(TypedDict):
    """When a schedule with a spec would run."""

    upcoming: list[str]
    catchUpRuns: int


class ScheduleSpec(TypedDict):
    """When a schedule runs its pipeline, and how, as `ScheduleSpecInput` takes it."""

    cron: str
    timezone: str
    params: Any
    cluster: str | None
    cache: bool
    catchUpPolicy: CatchUpPolicy
    maxActiveRuns: int
    concurrencyPolicy: ConcurrencyPolicy
    startsAt: str | None
    endsAt: str | None


class ScheduleTick(TypedDict):
    """A time at which a schedule runs its pipeline, and what came of it."""

    at: str
    state: ScheduleTickState
    message: str | None
    runId: str | None
    runNumber: int | None
    runState: RunState | None


class ScheduledTask(TypedDict):
    """A periodic job of the platform."""

    name: str
    description: str
    schedule: str
    nextAt: str
    runningSince: str | None
    lastStartedAt: str | None
    lastDurationSeconds: float | None
    lastError: str | None


class Search(TypedDict):
    """A search for the best parameters of a pipeline; each trial is a run of it."""

    id: str
    name: str
    projectId: str
    pipelineId: str
    pipelineVersion: int
    spec: SearchSpecValue
    cluster: str
    state: SearchState
    explanation: str | None
    counts: list[TrialStateCount]
    engineRunId: str | None
    bestTrial: BestTrial | None
    createdAt: str
    endedAt: str | None
    author: UserRow
    project: ProjectRow
    pipelineName: str
    trials: Any
    intermediateValues: Any
    parameterImportance: Any
    paretoFront: list[int]
    viewerCanUpdate: bool


class SearchChange(TypedDict):
    """A change of a search."""

    cursor: str
    id: str
    search: SearchRow | None


class SearchCheck(TypedDict):
    """What a search would be: its spec, the first points that it would try, and what is wrong."""

    spec: SearchSpecValue | None
    samplePoints: list[Any]
    trialCount: int
    faults: list[Fault]


class SearchConnection(TypedDict):
    """A page of a list."""

    nodes: list[SearchItem]
    pageInfo: PageInfo


class SearchEngine(TypedDict):
    """An external engine that can suggest the points of a search."""

    name: SearchEngineName
    title: str
    algorithms: list[str]
    requiresKubernetes: bool


class SearchItem(TypedDict):
    """A search for the best parameters of a pipeline; each trial is a run of it."""

    id: str
    name: str
    projectId: str
    pipelineId: str
    pipelineVersion: int
    cluster: str
    state: SearchState
    explanation: str | None
    engineRunId: str | None
    createdAt: str
    endedAt: str | None
    author: UserRef
    project: ProjectRef
    pipelineName: str
    trials: Any
    intermediateValues: Any
    parameterImportance: Any
    paretoFront: list[int]
    viewerCanUpdate: bool


class SearchObjective(TypedDict):
    """A number that a search optimizes."""

    metric: str
    direction: OptimizationDirection
    goal: float | None
    take: ReportedValue


class SearchParameterValue(TypedDict):
    """One parameter of a search space."""

    name: str
    distribution: ParameterDistributionValue
    conditions: list[ParameterCondition]


class SearchRow(TypedDict):
    """A search for the best parameters of a pipeline; each trial is a run of it."""

    id: str
    name: str
    projectId: str
    pipelineId: str
    pipelineVersion: int
    cluster: str
    state: SearchState
    explanation: str | None
    engineRunId: str | None
    createdAt: str
    endedAt: str | None
    pipelineName: str
    trials: Any
    intermediateValues: Any
    parameterImportance: Any
    paretoFront: list[int]
    viewerCanUpdate: bool


class SearchSpecValue(TypedDict):
    """What a search optimizes and how, as `SearchSpecInput` takes it."""

    objectives: list[SearchObjective]
    parameters: list[SearchParameterValue]
    sampler: Sampler
    engine: ExternalEngineValue | None
    pruner: Pruner | None
    trials: int
    parallelism: int
    maxFailedTrials: int
    timeoutSeconds: float | None
    seed: int
    fixedParams: Any
    startingPoints: list[Any]
    warmStart: WarmStart | None


class Secret(TypedDict):
    """A secret of a project. Its value can be set and is never shown."""

    id: str
    name: str
    description: str
    changedAt: str
    changedBy: UserRow
    usedBy: list[str]


class SecretEnvVar(TypedDict):
    """An environment variable whose value is kept encrypted and never returned."""

    name: str
    value: str | None


class SecretRow(TypedDict):
    """A secret of a project. Its value can be set and is never shown."""

    id: str
    name: str
    description: str
    changedAt: str
    usedBy: list[str]


class Service(TypedDict):
    """A model or a program that answers requests."""

    id: str
    name: str
    description: str
    cluster: str
    access: ServiceAccess
    enabled: bool
    traffic: list[TrafficWeight]
    mirror: int | None
    rollout: RolloutValue | None
    latestRevision: int
    projectId: str
    createdAt: str
    project: ProjectRow
    author: UserRow
    revisions: list[ServiceRevisionRow]
    state: ServiceState
    url: str
    replicas: list[ServiceReplicaValue]
    keys: list[ServiceKeyRow]
    viewerCanChange: bool


class ServiceChange(TypedDict):
    """A service that changed."""

    cursor: str
    id: str
    service: ServiceRow | None


class ServiceConnection(TypedDict):
    """A page of a list."""

    nodes: list[ServiceItem]
    pageInfo: PageInfo


class ServiceItem(TypedDict):
    """A model or a program that answers requests."""

    id: str
    name: str
    description: str
    cluster: str
    access: ServiceAccess
    enabled: bool
    mirror: int | None
    latestRevision: int
    projectId: str
    createdAt: str
    project: ProjectRef
    author: UserRef
    state: ServiceState
    url: str
    viewerCanChange: bool


class ServiceKeyRow(TypedDict):
    """A key that gives access to a service."""

    id: str
    name: str
    suffix: str
    requestsPerMinute: int | None
    tokensPerMinute: int | None
    createdAt: str


class ServiceKindInfo(TypedDict):
    """A kind of server, and whether it can run on a cluster."""

    kind: ServiceKind
    title: str
    description: str
    requiresModel: bool
    image: str | None
    frameworks: list[ModelFramework]
    unavailableReason: str | None


class ServiceLink(TypedDict):
    """A link that opens a service in a browser."""

    url: str


class ServicePreflight(TypedDict):
    """Whether a revision can start on a cluster now."""

    verdict: PreflightVerdict
    explanation: str
    problems: list[str]
    warnings: list[str]


class ServiceReplicaValue(TypedDict):
    """A replica of a revision."""

    revision: int


class ServiceRequestsChange(TypedDict):
    """A service got requests."""

    cursor: str


class ServiceResponse(TypedDict):
    """The response of a service."""

    status: int
    body: str
    durationSeconds: float
    revision: int


class ServiceRevisionRow(TypedDict):
    """A version of a service. Its spec never changes; it runs or does not."""

    id: str
    number: int
    state: ServiceRevisionState
    reason: str | None
    explanation: str | None
    desiredReplicas: int
    readyReplicas: int
    createdAt: str
    requestedAt: str | None
    readyAt: str | None


class ServiceRow(TypedDict):
    """A model or a program that answers requests."""

    id: str
    name: str
    description: str
    cluster: str
    access: ServiceAccess
    enabled: bool
    mirror: int | None
    latestRevision: int
    projectId: str
    createdAt: str
    state: ServiceState
    url: str
    viewerCanChange: bool


class Session(TypedDict):
    """A browser in which a user is signed in."""

    id: str
    agent: str
    createdAt: str
    seenAt: str
    expiresAt: str
    current: bool


class SignInLink(TypedDict):
    """A link with which a user signs in, once and for a short time. Hand it to them."""

    user: UserRow
    url: str


class SignInProvider(TypedDict):
    """An identity provider that the sign-in page offers."""

    name: str
    title: str
    url: str


class SkippedCluster(TypedDict):
    """A cluster that was considered for a run and not chosen."""

    cluster: str
    reason: str


class StartStage(TypedDict):
    """A stage of a start, and when it was reached."""

    name: StartStageName
    at: str | None


class Step(TypedDict):
    """A step of a run, or one item of its fan-out."""

    id: str
    runId: str
    name: str
    item: int | None
    state: StepState
    attempt: int
    reason: str | None
    explanation: str | None
    value: Any
    itemCount: int | None
    outputs: Any
    omittedFiles: list[str]
    needs: list[str]
    cacheReason: str | None
    startedAt: str | None
    finishedAt: str | None
    podId: str | None
    cachedFrom: StepRow | None
    pod: Pod | None
    pods: list[Pod]
    mlflow: Any
    artifacts: list[Artifact]
    warnings: list[str]


class StepDuration(TypedDict):
    """How long a step of a pipeline took when it ran and succeeded."""

    step: str
    medianSeconds: float
    p90Seconds: float
    count: int


class StepPlan(TypedDict):
    """What a run would do with a step."""

    step: str
    cached: bool
    reason: str
    cpu: float
    memory: int
    gpu: int


class StepPosition(TypedDict):
    """Position of a step on the canvas of the editor."""

    step: str
    x: int
    y: int


class StepRow(TypedDict):
    """A step of a run, or one item of its fan-out."""

    id: str
    runId: str
    name: str
    item: int | None
    state: StepState
    attempt: int
    reason: str | None
    explanation: str | None
    value: Any
    itemCount: int | None
    outputs: Any
    omittedFiles: list[str]
    needs: list[str]
    cacheReason: str | None
    startedAt: str | None
    finishedAt: str | None
    podId: str | None
    mlflow: Any
    warnings: list[str]


class StepStateCount(TypedDict):
    """How many steps of a run are in one state."""

    state: StepState
    count: int


class StepSummary(TypedDict):
    """Name and state of a step, for lists."""

    id: str
    name: str
    state: StepState


class StoragePart(TypedDict):
    """What one kind of thing takes of the store."""

    kind: StorageKind
    bytes: int


class StorageUsage(TypedDict):
    """What a project takes of the store. Folders of notebooks and volumes are not in the store."""

    parts: list[StoragePart]
    totalBytes: int


class SuggestedTrial(TypedDict):
    """A point that an external engine suggested, and the trial that it became."""

    number: int | None
    state: TrialState | None
    values: list[float] | None
    intermediateValues: Any
    reason: str | None


class Template(TypedDict):
    """What a step can be: a command with typed arguments and what it needs around it."""

    id: str
    name: str
    category: str
    title: str
    description: str
    latest: int
    builtin: bool
    project: ProjectRow | None
    versions: list[TemplateVersion]
    statistics: TemplateStatistics
    usedBy: list[PipelineRow]


class TemplateStatistics(TypedDict):
    """How steps of a template ended, over the newest steps that you may see."""

    endedCount: int
    succeededCount: int
    medianSeconds: float | None


class TemplateVersion(TypedDict):
    """An immutable version of a template."""

    number: int
    createdAt: str
    body: Any


class TrafficWeight(TypedDict):
    """The share of the traffic that a revision gets."""

    revision: int
    weight: int


class TrialStateCount(TypedDict):
    """How many trials of a search are in one state."""

    state: TrialState
    count: int


class UnreadNotifications(TypedDict):
    """How many of your notifications are unread."""

    unreadCount: int


class User(TypedDict):
    """A user account. Members of a project see the name and the e-mail address of each other; when and where a user works is for the user, administrators and auditors."""

    id: str
    name: str
    email: str | None
    admin: bool
    auditor: bool
    createdAt: str | None
    deactivatedAt: str | None
    lastSeenAt: str | None
    sessions: list[Session] | None
    tokens: list[ApiToken] | None


class UserConnection(TypedDict):
    """A page of a list."""

    nodes: list[UserItem]
    pageInfo: PageInfo


class UserItem(TypedDict):
    """A user account. Members of a project see the name and the e-mail address of each other; when and where a user works is for the user, administrators and auditors."""

    id: str
    name: str
    email: str | None
    admin: bool
    auditor: bool
    createdAt: str | None
    deactivatedAt: str | None
    lastSeenAt: str | None


class UserRef(TypedDict):
    """A user account. Members of a project see the name and the e-mail address of each other; when and where a user works is for the user, administrators and auditors."""

    id: str
    name: str


class UserRow(TypedDict):
    """A user account. Members of a project see the name and the e-mail address of each other; when and where a user works is for the user, administrators and auditors."""

    id: str
    name: str
    email: str | None
    admin: bool
    auditor: bool
    createdAt: str | None
    deactivatedAt: str | None
    lastSeenAt: str | None


class WarmStart(TypedDict):
    """Another search whose best points run first."""

    searchId: str
    trials: int
