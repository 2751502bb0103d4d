"""The types of the client: what operations take and what they return. Generated from schema.graphql by `make generate`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class BuildResourcesInput(TypedDict):
    """What the build of an image may use."""

    cpu: NotRequired[float | None]
    memory: NotRequired[int | None]
    timeoutSeconds: NotRequired[float | None]


BuildState = Literal["REQUESTED", "PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLING", "CANCELLED"]
"""The state of the build of an image."""


class CheckImageInput(TypedDict):
    """An image to check."""

    source: ImageSourceInput
    resources: NotRequired[BuildResourcesInput | None]


class EnvVarInput(TypedDict):
    """An environment variable."""

    name: str
    value: str


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
"""What a thing is that was found by its name."""


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


class ModelFileInput(TypedDict):
    """A file of a new version, whose bytes were put at /files/{id of the project}/{sha256} before."""

    path: str
    sha256: str
    mediaType: NotRequired[str | None]


NotebookSharing = Literal["NONE", "VIEW", "EDIT"]
"""What other members of the project may: nothing, look without changing anything, work in it."""

NotebookState = Literal[
    "REQUESTED", "BUILDING", "PENDING", "STARTING", "RUNNING", "STOPPING", "STOPPED", "FAILED", "UNKNOWN"
]
"""Requested, Building (its environment), Pending (no place yet), Starting (its process runs and does not answer), Running, Stopping, Stopped, Failed; Unknown: its cluster does not answer."""

PackageKind = Literal["PYTHON", "DEBIAN"]
"""What a package in an image is."""

PipelineSort = Literal["NEWEST", "NAME", "CHANGED"]
"""Newest first, by name, or last changed first."""

Placement = Literal["NAMED", "FIRST"]
"""Where runs go that name no cluster: to the project's (NAMED), or to the first of its clusters, in their order, on which they start now, else the first on which they wait (FIRST)."""

PodState = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "UNKNOWN"]

Role = Literal["VIEWER", "MEMBER", "MAINTAINER", "OWNER"]
"""What a member may: look (viewer), make and run (member), also say which secrets, registries and policies there are and stop what is others' (maintainer), also decide who is in (owner)."""

RunState = Literal["QUEUED", "RUNNING", "CANCELLING", "SUCCEEDED", "FAILED", "CANCELLED"]


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


SearchState = Literal["RUNNING", "PAUSED", "STOPPING", "STOPPED", "SUCCEEDED", "FAILED"]
"""Running, Paused (what runs goes on), Stopping, Stopped, Succeeded (all its trials, or its goal), Failed."""

ServiceAccess = Literal["PROJECT", "KEY", "PUBLIC"]
"""Who may send it requests: members of the project; also whoever has one of its keys; everybody."""

ServiceOutcome = Literal["SUCCEEDED", "REJECTED", "FAILED"]
"""How a request was answered: Succeeded (with less than 400), Rejected (400 to 499: the request was wrong or not permitted), Failed (500 and above: an error of the service). Counts, gates of canaries and keys use the same."""

ServiceRevisionState = Literal[
    "REQUESTED", "DEPLOYING", "READY", "DEGRADED", "STOPPING", "STOPPED", "ASLEEP", "FAILED"
]
"""Requested, Deploying, Ready, Degraded (fewer replicas answer than were asked for), Stopping, Stopped, Asleep (it starts at the next request), Failed."""

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

TickState = Literal["WAITING", "STARTED", "SKIPPED", "FAILED"]
"""Waiting for its turn, started, left out, or no run could be started."""

TokenScope = Literal["READ", "RUN", "MANAGE"]
"""How far an API token goes: look; also start, stop and steer work; everything that its owner may."""

Verdict = Literal["NOW", "WAITS", "NEVER", "UNKNOWN"]
"""Whether a run would start: at once, after waiting, never as it is, or not known because its cluster does not answer."""


class ApiToken(TypedDict):
    """A personal token for scripts, sent as `Authorization: Bearer …`."""

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
    """A file that a step left; its bytes are at `url`."""

    id: str
    path: str
    size: int
    sha256: str
    mediaType: str
    url: str


class AuditCheck(TypedDict):
    """Whether the ledger is as it was written."""

    entries: int
    problem: str | None


class AuditEntry(TypedDict):
    """One act, written down in the same transaction; it never changes."""

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
    author: User
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


class Change(TypedDict):
    """Something of my projects changed, or is gone: whoever shows it looks again."""

    cursor: str
    kind: str
    id: str


class Check(TypedDict):
    """What is wrong with a document; nothing when it could be saved."""

    faults: list[Fault]


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


class Contents(TypedDict):
    """What is in a project."""

    counts: Any
    going: list[str]


class Done(TypedDict):
    """It is done, and there is nothing to show."""

    id: str


class Draft(TypedDict):
    """What one person has changed in a pipeline and not saved; nobody else sees it."""

    definition: Any
    base: int
    changedAt: str


class EnvVar(TypedDict):
    """An environment variable."""

    name: str
    value: str


class Expected(TypedDict):
    """When a run should have ended."""

    median: str
    p90: str


class FailedStep(TypedDict):
    """The step of a build that failed."""

    step: str
    output: list[str]


class Fault(TypedDict):
    """One thing that is wrong with what was sent."""

    code: str
    message: str
    field: str | None
    hint: str | None


class Found(TypedDict):
    """Something that has a text in its name."""

    kind: FoundKind
    id: str
    name: str
    exact: bool
    project: str | None
    detail: str | None
    runState: RunState | None


class Group(TypedDict):
    """People who are members of projects together."""

    id: str
    name: str
    description: str
    provider: str | None
    people: list[User] | None


class GroupConnection(TypedDict):
    """A page of a list."""

    nodes: list[GroupItem]
    pageInfo: PageInfo


class GroupItem(TypedDict):
    """People who are members of projects together."""

    id: str
    name: str
    description: str
    provider: str | None


class GroupRef(TypedDict):
    """People who are members of projects together."""

    id: str
    name: str


class GroupRoleValue(TypedDict):
    """A group in a project."""

    role: Role
    group: GroupRef


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


class ImageNews(TypedDict):
    """An image that changed; null: it is gone."""

    cursor: str
    id: str
    image: ImageRow | None


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


class Invitation(TypedDict):
    """A new way in for somebody, to be handed to them; it works once and for a short time."""

    person: PersonRow
    url: str


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
    """A person in a project."""

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
    newest: ModelVersionRow | None
    aliases: list[ModelAliasValue]
    uses: list[ModelReference]
    viewerCanChange: bool


class ModelAliasValue(TypedDict):
    """A name that points to one version of a model, and moves."""

    name: str
    number: int
    movedAt: str
    mover: UserRef


class ModelConnection(TypedDict):
    """A page of a list."""

    nodes: list[ModelItem]
    pageInfo: PageInfo


class ModelFile(TypedDict):
    """A file of a version of a model; its bytes are at `url`."""

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
    newest: ModelVersionRef | None
    viewerCanChange: bool


class ModelNews(TypedDict):
    """A model that changed; null: it is gone."""

    cursor: str
    id: str
    model: ModelRow | None


class ModelReference(TypedDict):
    """Something that runs with a version of a model."""

    kind: str
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


class ModelVersion(TypedDict):
    """One version of a model: files that never change, and what is known of them."""

    id: str
    modelId: str
    number: int
    description: str
    framework: str
    files: list[ModelFile]
    size: int
    digest: str
    signature: Any
    requirements: list[str]
    metrics: Any
    tags: Any
    runId: str | None
    lineage: Any
    createdAt: str
    author: User
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
    framework: str
    size: int
    digest: str
    signature: Any
    requirements: list[str]
    metrics: Any
    tags: Any
    runId: str | None
    lineage: Any
    createdAt: str


class MySession(TypedDict):
    """A browser in which somebody is signed in."""

    id: str
    agent: str
    createdAt: str
    seenAt: str
    expiresAt: str
    current: bool


class NewProjectInvitation(TypedDict):
    """An invitation just made, with its link, which is not shown again."""

    id: str
    url: str


class NewServiceKey(TypedDict):
    """A new key, and the secret, which is not kept."""

    id: str
    secret: str


class NewToken(TypedDict):
    """A token just made, with its secret, which is never shown again."""

    id: str
    secret: str


class Notebook(TypedDict):
    """A workspace of one person, started and stopped at will; its files stay."""

    id: str
    name: str
    description: str
    kind: str
    cluster: str
    projectId: str
    state: NotebookState
    reason: str | None
    explanation: str | None
    python: str | None
    requirements: list[str]
    image: str | None
    root: bool
    cpu: float
    memory: int
    gpu: int
    gpuType: str
    gpuShare: str
    devices: Any
    claims: Any
    size: int
    env: Any
    secrets: list[str]
    projectSecrets: list[str]
    volumes: list[str]
    repo: str | None
    repoSecret: str | None
    branch: str | None
    script: str | None
    command: str | None
    port: int | None
    path: str | None
    sharing: NotebookSharing
    folder: str
    changed: bool
    former: Any
    activity: Any
    evidence: Any
    extendedUntil: str | None
    createdAt: str
    mine: bool
    stages: list[NotebookStage]
    requestedAt: str | None
    readyAt: str | None
    endedAt: str | None
    owner: User
    project: ProjectRow
    pods: list[Pod]
    restarted: Restart | None
    policy: NotebookPolicy
    viewerMayOpen: NotebookSharing
    viewerCanChange: bool
    viewerCanStop: bool


class NotebookConnection(TypedDict):
    """A page of a list."""

    nodes: list[NotebookItem]
    pageInfo: PageInfo


class NotebookItem(TypedDict):
    """A workspace of one person, started and stopped at will; its files stay."""

    id: str
    name: str
    description: str
    kind: str
    cluster: str
    projectId: str
    state: NotebookState
    reason: str | None
    explanation: str | None
    python: str | None
    requirements: list[str]
    image: str | None
    root: bool
    cpu: float
    memory: int
    gpu: int
    gpuType: str
    gpuShare: str
    devices: Any
    claims: Any
    size: int
    env: Any
    secrets: list[str]
    projectSecrets: list[str]
    volumes: list[str]
    repo: str | None
    repoSecret: str | None
    branch: str | None
    script: str | None
    command: str | None
    port: int | None
    path: str | None
    sharing: NotebookSharing
    folder: str
    changed: bool
    former: Any
    activity: Any
    evidence: Any
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


class NotebookKind(TypedDict):
    """A sort of workspace, and whether it can run on a cluster."""

    name: str
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


class NotebookNews(TypedDict):
    """A notebook that changed; null: it is gone."""

    cursor: str
    id: str
    notebook: NotebookRow | None


class NotebookPolicy(TypedDict):
    """When idle notebooks of a project are stopped, in minutes; 0: never."""

    idleMinutes: int
    gpuIdleMinutes: int
    warnMinutes: int


class NotebookPreflight(TypedDict):
    """Whether a notebook would fit now: now, waits, never or unknown, and why."""

    verdict: str
    explanation: str
    problems: list[str]


class NotebookRow(TypedDict):
    """A workspace of one person, started and stopped at will; its files stay."""

    id: str
    name: str
    description: str
    kind: str
    cluster: str
    projectId: str
    state: NotebookState
    reason: str | None
    explanation: str | None
    python: str | None
    requirements: list[str]
    image: str | None
    root: bool
    cpu: float
    memory: int
    gpu: int
    gpuType: str
    gpuShare: str
    devices: Any
    claims: Any
    size: int
    env: Any
    secrets: list[str]
    projectSecrets: list[str]
    volumes: list[str]
    repo: str | None
    repoSecret: str | None
    branch: str | None
    script: str | None
    command: str | None
    port: int | None
    path: str | None
    sharing: NotebookSharing
    folder: str
    changed: bool
    former: Any
    activity: Any
    evidence: Any
    extendedUntil: str | None
    createdAt: str
    mine: bool
    requestedAt: str | None
    readyAt: str | None
    endedAt: str | None
    viewerMayOpen: NotebookSharing
    viewerCanChange: bool
    viewerCanStop: bool


class NotebookStage(TypedDict):
    """A step on the way to an open notebook."""

    name: str
    at: str | None


class NotebookUsage(TypedDict):
    """What stopping a notebook would end or lose, as it says at this moment."""

    known: bool
    busyKernels: list[str]
    busyTerminals: int
    openPages: int
    unsavedDocuments: list[str]


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


class PassedOver(TypedDict):
    """A cluster on which a run is not."""

    cluster: str
    reason: str


class Person(TypedDict):
    """An account, as administrators see it."""

    id: str
    name: str
    email: str | None
    admin: bool
    auditor: bool
    createdAt: str
    closedAt: str | None
    seenAt: str | None
    sessions: list[MySession]
    tokens: list[ApiToken]


class PersonConnection(TypedDict):
    """A page of a list."""

    nodes: list[PersonItem]
    pageInfo: PageInfo


class PersonItem(TypedDict):
    """An account, as administrators see it."""

    id: str
    name: str
    email: str | None
    admin: bool
    auditor: bool
    createdAt: str
    closedAt: str | None
    seenAt: str | None


class PersonRow(TypedDict):
    """An account, as administrators see it."""

    id: str
    name: str
    email: str | None
    admin: bool
    auditor: bool
    createdAt: str
    closedAt: str | None
    seenAt: str | None


class Pipeline(TypedDict):
    """A DAG of steps over templates."""

    id: str
    name: str
    description: str
    latest: int
    createdAt: str
    changedAt: str
    runCount: int
    project: ProjectRow
    layout: Any
    draft: Draft | None
    viewerCanRun: bool
    recent: Any
    usual: Any


class PipelineConnection(TypedDict):
    """A page of a list."""

    nodes: list[PipelineItem]
    pageInfo: PageInfo


class PipelineItem(TypedDict):
    """A DAG of steps over templates."""

    id: str
    name: str
    description: str
    latest: int
    createdAt: str
    changedAt: str
    runCount: int
    project: ProjectRef
    layout: Any
    viewerCanRun: bool
    recent: Any
    usual: Any


class PipelineRef(TypedDict):
    """A DAG of steps over templates."""

    id: str
    name: str


class PipelineRow(TypedDict):
    """A DAG of steps over templates."""

    id: str
    name: str
    description: str
    latest: int
    createdAt: str
    changedAt: str
    runCount: int
    layout: Any
    viewerCanRun: bool
    recent: Any
    usual: Any


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


class Preflight(TypedDict):
    """What would happen if a pipeline were run now."""

    cluster: str
    passedOver: list[PassedOver]
    verdict: Verdict
    explanation: str
    problems: list[str]
    warnings: list[str]
    objects: Any
    last: int | None
    changes: list[str]
    digest: str


class Problem(TypedDict):
    """The request was understood and is refused; nothing was changed."""

    code: str
    message: str
    field: str | None
    hint: str | None
    faults: list[Fault]


class Project(TypedDict):
    """Owner of pipelines and everything else; its members use it by their role."""

    id: str
    name: str
    description: str
    cluster: str
    clusters: list[str]
    placement: Placement
    spaces: Any
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


class ProjectInvitationRow(TypedDict):
    """An invitation into a project that may still be used, once."""

    id: str
    role: Role
    email: str | None
    createdAt: str
    expiresAt: str


class ProjectInvitationShown(TypedDict):
    """What an invitation is about, as whoever has its link sees it."""

    project: str
    role: Role
    author: str
    email: str | None
    expiresAt: str
    accepted: bool
    signsUp: bool


class ProjectItem(TypedDict):
    """Owner of pipelines and everything else; its members use it by their role."""

    id: str
    name: str
    description: str
    cluster: str
    clusters: list[str]
    placement: Placement
    spaces: Any
    nodeGroup: str | None
    createdAt: str
    archivedAt: str | None
    viewerCanRestore: bool
    viewerRole: Role
    viewerCanRun: bool
    viewerCanMaintain: bool
    viewerCanManage: bool


class ProjectRef(TypedDict):
    """Owner of pipelines and everything else; its members use it by their role."""

    id: str
    name: str


class ProjectRow(TypedDict):
    """Owner of pipelines and everything else; its members use it by their role."""

    id: str
    name: str
    description: str
    cluster: str
    clusters: list[str]
    placement: Placement
    spaces: Any
    nodeGroup: str | None
    createdAt: str
    archivedAt: str | None
    viewerCanRestore: bool
    viewerRole: Role
    viewerCanRun: bool
    viewerCanMaintain: bool
    viewerCanManage: bool


class Provider(TypedDict):
    """A provider of sign-in as it is configured (CUBE_PROVIDERS), for administrators; its secret is never shown."""

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


class ProviderCheck(TypedDict):
    """One thing that was looked at of a provider as it answers now."""

    what: str
    problem: str | None


class Quota(TypedDict):
    """What a project or a person may have at work at once, and has."""

    limits: QuotaAmount
    used: QuotaAmount
    queue: bool
    own: bool
    holders: list[QuotaHolderValue]


class QuotaAmount(TypedDict):
    """An amount of what can be limited; null: no limit."""

    cpu: float | None
    memory: int | None
    gpu: int | None
    pods: int | None
    notebooks: int | None
    cards: Any
    storage: int | None


class QuotaHolderValue(TypedDict):
    """Something that has a part of a quota, or waits for it."""

    kind: str
    ownerId: str
    amount: QuotaAmount
    waits: bool
    at: str
    user: UserRef


class QuotaRow(TypedDict):
    """Limits that were set. Neither project nor user: for all who have none of their own."""

    scope: str
    limits: QuotaAmount
    queue: bool
    changedAt: str
    project: str | None
    user: str | None


class QuotaValue(TypedDict):
    """What a project or a person may have at work at once, and has."""

    limits: QuotaAmount
    used: QuotaAmount
    queue: bool
    own: bool
    holders: list[QuotaHolderValue]


class RegisteredFrom(TypedDict):
    """A version of a model that came from a run."""

    modelId: str
    versionId: str
    name: str
    number: int
    step: str


class RegisteredModel(TypedDict):
    """A version of a model; `changed` is false when the same was registered already."""

    model: ModelRow
    version: ModelVersionRow
    changed: bool


class Registry(TypedDict):
    """A registry of a project. Its password is never shown."""

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


class Restart(TypedDict):
    """Why a server that ended by itself was started again, the last time that it was."""

    at: str | None
    reason: str
    explanation: str


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
    strip: Any
    counts: Any
    createdAt: str
    startedAt: str | None
    finishedAt: str | None
    projectId: str
    pipelineId: str
    placed: bool
    passedOver: list[PassedOver]
    unknown: str | None
    params: Any
    version: PipelineVersionRow
    pipeline: PipelineRow
    author: User
    steps: list[StepRow]
    stepStates: list[StepBrief]
    models: list[RegisteredFrom]
    pods: list[Pod]
    expected: Expected | None
    viewerCanCancel: bool
    viewerCanRetry: bool


class RunConnection(TypedDict):
    """A page of a list."""

    nodes: list[RunItem]
    pageInfo: PageInfo


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
    strip: Any
    counts: Any
    createdAt: str
    startedAt: str | None
    finishedAt: str | None
    projectId: str
    pipelineId: str
    placed: bool
    unknown: str | None
    params: Any
    version: PipelineVersionRef
    pipeline: PipelineRef
    author: UserRef
    viewerCanCancel: bool
    viewerCanRetry: bool


class RunNews(TypedDict):
    """A run as it is now; `cursor` resumes the subscription after it."""

    cursor: str
    run: RunRow


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
    strip: Any
    counts: Any
    createdAt: str
    startedAt: str | None
    finishedAt: str | None
    projectId: str
    pipelineId: str
    placed: bool
    unknown: str | None
    params: Any
    viewerCanCancel: bool
    viewerCanRetry: bool


class RunUsage(TypedDict):
    """What the running pods of a run use."""

    pods: Any


class SavedImage(TypedDict):
    """A version of an image; `created` is false when the same was built already."""

    image: ImageRow
    build: BuildRow
    created: bool


class SavedPipeline(TypedDict):
    """A pipeline as it was saved."""

    pipeline: PipelineRow
    changed: bool


class Schedule(TypedDict):
    """A pipeline that runs by itself."""

    id: str
    name: str
    definition: Any
    paused: bool
    nextAt: str | None
    changedAt: str
    viewerCanChange: bool
    pipeline: PipelineRow
    author: User
    ticks: list[Tick]


class ScheduleCheck(TypedDict):
    """What a definition of a schedule comes to."""

    upcoming: list[str]
    missed: int


class ScheduleConnection(TypedDict):
    """A page of a list."""

    nodes: list[ScheduleItem]
    pageInfo: PageInfo


class ScheduleItem(TypedDict):
    """A pipeline that runs by itself."""

    id: str
    name: str
    definition: Any
    paused: bool
    nextAt: str | None
    changedAt: str
    viewerCanChange: bool
    pipeline: PipelineRef
    author: UserRef


class Search(TypedDict):
    """A search for the best parameters of a pipeline; each trial is a run of it."""

    id: str
    name: str
    projectId: str
    pipelineId: str
    version: int
    definition: Any
    cluster: str
    state: SearchState
    explanation: str | None
    counts: Any
    engineRun: str | None
    best: Any
    createdAt: str
    endedAt: str | None
    author: User
    project: ProjectRow
    pipelineName: str
    trials: Any
    curves: Any
    importance: Any
    front: list[int]
    viewerCanSteer: bool


class SearchCheck(TypedDict):
    """What a search would be: its definition in this platform's own form, the first points that it would try, and what is wrong."""

    definition: Any
    samples: Any
    trials: int
    faults: list[Fault]


class SearchConnection(TypedDict):
    """A page of a list."""

    nodes: list[SearchItem]
    pageInfo: PageInfo


class SearchEngine(TypedDict):
    """Software of others that can suggest the points of a search."""

    name: str
    title: str
    algorithms: list[str]
    kubernetes: bool


class SearchItem(TypedDict):
    """A search for the best parameters of a pipeline; each trial is a run of it."""

    id: str
    name: str
    projectId: str
    pipelineId: str
    version: int
    definition: Any
    cluster: str
    state: SearchState
    explanation: str | None
    counts: Any
    engineRun: str | None
    best: Any
    createdAt: str
    endedAt: str | None
    author: UserRef
    project: ProjectRef
    pipelineName: str
    trials: Any
    curves: Any
    importance: Any
    front: list[int]
    viewerCanSteer: bool


class SearchNews(TypedDict):
    """A search that changed; null: it is gone."""

    cursor: str
    id: str
    search: SearchRow | None


class SearchRow(TypedDict):
    """A search for the best parameters of a pipeline; each trial is a run of it."""

    id: str
    name: str
    projectId: str
    pipelineId: str
    version: int
    definition: Any
    cluster: str
    state: SearchState
    explanation: str | None
    counts: Any
    engineRun: str | None
    best: Any
    createdAt: str
    endedAt: str | None
    pipelineName: str
    trials: Any
    curves: Any
    importance: Any
    front: list[int]
    viewerCanSteer: bool


class Secret(TypedDict):
    """A secret of a project. Its value is written and never shown."""

    id: str
    name: str
    description: str
    changedAt: str
    changedBy: User
    usedBy: list[str]


class SecretRow(TypedDict):
    """A secret of a project. Its value is written and never shown."""

    id: str
    name: str
    description: str
    changedAt: str
    usedBy: list[str]


class Service(TypedDict):
    """A program or a model that answers requests."""

    id: str
    name: str
    description: str
    cluster: str
    access: ServiceAccess
    on: bool
    traffic: Any
    mirror: int | None
    rollout: Any
    latest: int
    projectId: str
    createdAt: str
    project: ProjectRow
    author: User
    revisions: list[ServiceRevisionRow]
    state: str
    url: str
    replicas: list[ServiceReplicaValue]
    keys: list[ServiceKeyRow]
    viewerCanChange: bool


class ServiceConnection(TypedDict):
    """A page of a list."""

    nodes: list[ServiceItem]
    pageInfo: PageInfo


class ServiceItem(TypedDict):
    """A program or a model that answers requests."""

    id: str
    name: str
    description: str
    cluster: str
    access: ServiceAccess
    on: bool
    traffic: Any
    mirror: int | None
    rollout: Any
    latest: int
    projectId: str
    createdAt: str
    project: ProjectRef
    author: UserRef
    state: str
    url: str
    viewerCanChange: bool


class ServiceKeyRow(TypedDict):
    """A key that opens a service. Its secret is shown once, when it is made."""

    id: str
    name: str
    ending: str
    perMinute: int | None
    tokensPerMinute: int | None
    createdAt: str
    use: Any


class ServiceKind(TypedDict):
    """A way to answer, and whether it can run on a cluster."""

    name: str
    title: str
    description: str
    model: bool
    image: str | None
    takes: list[str]
    missing: str | None


class ServiceLink(TypedDict):
    """The way in to a service for a browser."""

    url: str


class ServiceNews(TypedDict):
    """A service that changed; null: it is gone."""

    cursor: str
    id: str
    service: ServiceRow | None


class ServicePreflight(TypedDict):
    """Whether a revision would fit now: now, waits, never or unknown, and why."""

    verdict: str
    explanation: str
    problems: list[str]
    warnings: list[str]


class ServiceReplicaValue(TypedDict):
    """A pod of a revision."""

    revision: int


class ServiceRequestsChange(TypedDict):
    """Requests to a service were written down."""

    cursor: str


class ServiceResponse(TypedDict):
    """What a service answered to a request that was tried."""

    status: int
    body: str
    seconds: float
    revision: int


class ServiceRevisionRow(TypedDict):
    """One state of what a service is made of; it never changes, only whether it runs."""

    id: str
    number: int
    state: ServiceRevisionState
    reason: str | None
    explanation: str | None
    kind: str
    definition: Any
    secrets: list[str]
    model: Any
    replicas: int
    ready: int
    createdAt: str
    requestedAt: str | None
    readyAt: str | None


class ServiceRow(TypedDict):
    """A program or a model that answers requests."""

    id: str
    name: str
    description: str
    cluster: str
    access: ServiceAccess
    on: bool
    traffic: Any
    mirror: int | None
    rollout: Any
    latest: int
    projectId: str
    createdAt: str
    state: str
    url: str
    viewerCanChange: bool


class SignInProvider(TypedDict):
    """Another way to sign in than the one-time link."""

    name: str
    title: str
    url: str


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
    items: int | None
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
    tracked: Any
    artifacts: list[Artifact]
    warnings: list[str]


class StepBrief(TypedDict):
    """Name and state of a step, for lists."""

    id: str
    name: str
    state: StepState


class StepPlan(TypedDict):
    """What a run would do with a step."""

    step: str
    kept: bool
    why: str
    cpu: float
    memory: int
    gpu: int


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
    items: int | None
    outputs: Any
    omittedFiles: list[str]
    needs: list[str]
    cacheReason: str | None
    startedAt: str | None
    finishedAt: str | None
    podId: str | None
    tracked: Any
    warnings: list[str]


class SuggestedTrial(TypedDict):
    """A point that somebody else's engine wants tried, and what has become of it."""

    number: int | None
    state: str | None
    values: list[float] | None
    curve: Any
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
    record: TemplateRecord
    usedBy: list[PipelineRow]


class TemplateRecord(TypedDict):
    """How steps of a template ended, the newest of those that I may see."""

    ended: int
    succeeded: int
    median: float | None


class TemplateVersion(TypedDict):
    """An immutable version of a template."""

    number: int
    createdAt: str
    body: Any


class Tick(TypedDict):
    """A moment of a schedule."""

    at: str
    state: TickState
    explanation: str | None
    runId: str | None
    runNumber: int | None
    runState: RunState | None


class User(TypedDict):
    """A person with an account here."""

    id: str
    name: str
    email: str | None
    admin: bool
    auditor: bool


class UserRef(TypedDict):
    """A person with an account here."""

    id: str
    name: str
