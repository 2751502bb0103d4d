"""The typed client. Generated from schema.graphql by `make generate`; do not edit."""

from collections.abc import Iterator
from typing import Any, Literal, NotRequired, TypedDict

from cubestudio.client.transport import Failed, Refused, Transport

__all__ = ["Client", "Failed", "Refused"]


class ApiToken(TypedDict):
    """A personal token for scripts, sent as `Authorization: Bearer …`."""

    id: "str"
    name: "str"
    ending: "str"
    createdAt: "str"
    expiresAt: "str | None"
    usedAt: "str | None"
    revokedAt: "str | None"
    scope: "Literal['READ', 'RUN', 'MANAGE']"
    projectId: "str | None"


class Artifact(TypedDict):
    """A file that a step left; its bytes are at `url`."""

    id: "str"
    path: "str"
    size: "int"
    sha256: "str"
    mediaType: "str"
    url: "str"


class AuditCheck(TypedDict):
    """Whether the ledger is as it was written."""

    entries: "int"
    problem: "str | None"


class AuditEntry(TypedDict):
    """One act, written down in the same transaction; it never changes."""

    id: "str"
    number: "int"
    at: "str"
    actor: "str"
    by: "str"
    address: "str | None"
    operation: "str"
    target: "str | None"
    outcome: "str"
    detail: "Any"


class AuditEntryPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[AuditEntry]"]
    cursor: "str | None"


class Build(TypedDict):
    """One version of an image, and how it was made. It never changes once it is built."""

    id: "str"
    imageId: "str"
    number: "int"
    definition: "Any"
    reference: "str | None"
    cluster: "str"
    state: "Literal['REQUESTED', 'PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLING', 'CANCELLED']"
    reason: "str | None"
    explanation: "str | None"
    digest: "str | None"
    size: "int | None"
    packages: "Any"
    files: "Any"
    createdAt: "str"
    startedAt: "str | None"
    finishedAt: "str | None"
    author: NotRequired["User"]
    pod: NotRequired["Pod | None"]
    dockerfile: "str | None"
    changes: NotRequired["list[PackageChange]"]
    growth: "int | None"
    failing: NotRequired["FailedStep | None"]


class Capacity(TypedDict):
    """Resources of a cluster, and how much no running pod has asked for."""

    cpu: "float"
    memory: "int"
    gpu: "int"
    freeCpu: "float"
    freeMemory: "int"
    freeGpu: "int"
    gpuNote: "str | None"
    notes: "list[str]"


class Change(TypedDict):
    """Something of my projects changed, or is gone: whoever shows it looks again."""

    cursor: "str"
    kind: "str"
    id: "str"


class Check(TypedDict):
    """What is wrong with a document; nothing when it could be saved."""

    faults: NotRequired["list[Fault]"]


class Cluster(TypedDict):
    """A place where work runs."""

    name: "str"
    kind: "str"
    reachable: "bool"
    since: "str"
    problem: "str | None"
    version: "str | None"
    latency: "float | None"
    capacity: NotRequired["Capacity | None"]
    nodes: NotRequired["list[ClusterNode]"]
    components: NotRequired["list[Component] | None"]


class ClusterHealth(TypedDict):
    """Whether a cluster answers."""

    name: "str"
    reachable: "bool"
    since: "str"
    problem: "str | None"


class ClusterNode(TypedDict):
    """One machine of a cluster."""

    name: "str"
    ready: "bool"
    cordoned: "bool"
    cpu: "float"
    memory: "int"
    gpu: "int"
    usedCpu: "float"
    usedMemory: "int"
    usedGpu: "int"
    labels: "Any"
    taints: "list[str]"
    problems: "list[str]"
    version: "str | None"


class Component(TypedDict):
    """Something that stands beside the platform on a cluster: an operator, a monitor, a program."""

    group: "str"
    name: "str"
    state: "str"
    version: "str | None"
    explanation: "str"
    needed: "str"
    install: "str"


class Contents(TypedDict):
    """What is in a project."""

    counts: "Any"
    going: "list[str]"


class Done(TypedDict):
    """It is done, and there is nothing to show."""

    id: "str"


class Draft(TypedDict):
    """What one person has changed in a pipeline and not saved; nobody else sees it."""

    definition: "Any"
    base: "int"
    changedAt: "str"


class Expected(TypedDict):
    """When a run should have ended."""

    median: "str"
    p90: "str"


class FailedStep(TypedDict):
    """The step of a build that failed, and the last lines that it wrote."""

    step: "str"
    output: "list[str]"


class Fault(TypedDict):
    """One thing that is wrong with what was sent."""

    code: "str"
    message: "str"
    field: "str | None"
    hint: "str | None"


class Found(TypedDict):
    """Something that has a text in its name."""

    kind: "Literal['PROJECT', 'PIPELINE', 'RUN', 'SCHEDULE', 'NOTEBOOK', 'IMAGE', 'SEARCH', 'MODEL', 'SERVICE', 'TEMPLATE', 'CLUSTER', 'GROUP', 'USER']"
    id: "str"
    name: "str"
    exact: "bool"
    project: "str | None"
    detail: "str | None"
    runState: "Literal['QUEUED', 'RUNNING', 'CANCELLING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] | None"


class Group(TypedDict):
    """People who are members of projects together."""

    id: "str"
    name: "str"
    description: "str"
    provider: "str | None"
    people: NotRequired["list[User] | None"]


class GroupPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Group]"]
    cursor: "str | None"


class GroupRole(TypedDict):
    """A group in a project."""

    role: "Literal['VIEWER', 'MEMBER', 'MAINTAINER', 'OWNER']"
    group: NotRequired["Group"]


class Image(TypedDict):
    """A named image of a project; its versions are its builds."""

    id: "str"
    name: "str"
    description: "str"
    projectId: "str"
    latest: "int"
    createdAt: "str"
    project: NotRequired["Project"]
    builds: NotRequired["list[Build]"]
    newest: "Any"
    uses: NotRequired["list[ImageUse]"]
    viewerCanBuild: "bool"


class ImageCheck(TypedDict):
    """What a definition comes to."""

    dockerfile: "str | None"
    plain: "bool"
    faults: NotRequired["list[Fault]"]


class ImageNews(TypedDict):
    """An image that changed; null: it is gone."""

    cursor: "str"
    id: "str"
    image: NotRequired["Image | None"]


class ImagePage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Image]"]
    cursor: "str | None"


class ImageStart(TypedDict):
    """A starting point for images."""

    name: "str"
    title: "str"
    description: "str"
    definition: "Any"
    builtin: "bool"
    changedAt: "str"


class ImageUse(TypedDict):
    """Something that names an image."""

    kind: "str"
    id: "str"
    name: "str"


class Invitation(TypedDict):
    """A new way in for somebody, to be handed to them; it works once and for a short time."""

    person: NotRequired["Person"]
    url: "str"


class Link(TypedDict):
    """A page of something that stands beside the platform."""

    name: "str"
    url: "str"


class LogChunk(TypedDict):
    """Part of a pod's log."""

    start: "int"
    cursor: "int"
    text: "str"
    stamps: "Any"
    done: "bool"


class Member(TypedDict):
    """A person in a project."""

    role: "Literal['VIEWER', 'MEMBER', 'MAINTAINER', 'OWNER']"
    user: NotRequired["User"]


class MetricSeries(TypedDict):
    """The metric of one name that a step, or one item of its fan-out, reported. Where an attempt reports again what an earlier attempt reported, it replaces that from its own lowest step on."""

    step: "str"
    item: "int | None"
    name: "str"
    count: "int"
    low: "int"
    high: "int"
    last: "Any"
    points: "Any"
    exact: "bool"


class Model(TypedDict):
    """A named model of a project."""

    id: "str"
    name: "str"
    description: "str"
    card: "str"
    projectId: "str"
    createdAt: "str"
    project: NotRequired["Project"]
    versions: NotRequired["list[ModelVersion]"]
    newest: NotRequired["ModelVersion | None"]
    aliases: NotRequired["list[ModelAlias]"]
    checks: NotRequired["list[ModelCheck]"]
    uses: NotRequired["list[ModelUse]"]
    viewerCanChange: "bool"


class ModelAlias(TypedDict):
    """A name that points to one version of a model, and moves."""

    name: "str"
    number: "int"
    movedAt: "str"
    mover: NotRequired["User"]


class ModelCheck(TypedDict):
    """Something that should be so before a version is promoted."""

    name: "str"
    holds: "bool"
    explanation: "str"


class ModelFile(TypedDict):
    """A file of a version of a model; its bytes are at `url`."""

    path: "str"
    size: "int"
    sha256: "str"
    mediaType: "str"
    url: "str"


class ModelNews(TypedDict):
    """A model that changed; null: it is gone."""

    cursor: "str"
    id: "str"
    model: NotRequired["Model | None"]


class ModelPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Model]"]
    cursor: "str | None"


class ModelUse(TypedDict):
    """Something that runs with a version of a model."""

    kind: "str"
    id: "str"
    name: "str"


class ModelVersion(TypedDict):
    """One version of a model: files that never change, and what is known of them."""

    id: "str"
    modelId: "str"
    number: "int"
    description: "str"
    framework: "str"
    files: NotRequired["list[ModelFile]"]
    size: "int"
    digest: "str"
    signature: "Any | None"
    requirements: "list[str]"
    metrics: "Any"
    tags: "Any"
    runId: "str | None"
    lineage: "Any"
    createdAt: "str"
    author: NotRequired["User"]
    model: NotRequired["Model"]


class MySession(TypedDict):
    """A browser in which somebody is signed in."""

    id: "str"
    agent: "str"
    createdAt: "str"
    seenAt: "str"
    expiresAt: "str"
    current: "bool"


class NewProjectInvitation(TypedDict):
    """An invitation just made, with its link, which is not shown again."""

    id: "str"
    url: "str"


class NewServiceKey(TypedDict):
    """A new key, and the secret, which is not kept."""

    id: "str"
    secret: "str"


class NewToken(TypedDict):
    """A token just made, with its secret, which is never shown again."""

    id: "str"
    secret: "str"


class Notebook(TypedDict):
    """A workspace of one person, started and stopped at will; its files stay."""

    id: "str"
    name: "str"
    description: "str"
    kind: "str"
    cluster: "str"
    projectId: "str"
    state: "Literal['REQUESTED', 'BUILDING', 'PENDING', 'STARTING', 'RUNNING', 'STOPPING', 'STOPPED', 'FAILED', 'UNKNOWN']"
    reason: "str | None"
    explanation: "str | None"
    python: "str | None"
    requirements: "list[str]"
    image: "str | None"
    root: "bool"
    cpu: "float"
    memory: "int"
    gpu: "int"
    gpuType: "str"
    gpuShare: "str"
    devices: "Any"
    claims: "Any"
    size: "int"
    env: "Any"
    secrets: "list[str]"
    projectSecrets: "list[str]"
    volumes: "list[str]"
    repo: "str | None"
    repoSecret: "str | None"
    branch: "str | None"
    script: "str | None"
    command: "str | None"
    port: "int | None"
    path: "str | None"
    share: "Literal['NONE', 'VIEW', 'EDIT']"
    folder: "str"
    changed: "bool"
    former: "Any | None"
    activity: "Any"
    evidence: "Any | None"
    keepUntil: "str | None"
    createdAt: "str"
    mine: "bool"
    stages: NotRequired["list[NotebookStage]"]
    requestedAt: "str | None"
    readyAt: "str | None"
    endedAt: "str | None"
    owner: NotRequired["User"]
    project: NotRequired["Project"]
    pods: NotRequired["list[Pod]"]
    restarted: NotRequired["Restart | None"]
    policy: NotRequired["NotebookPolicy"]
    viewerMayOpen: "Literal['NONE', 'VIEW', 'EDIT']"
    viewerCanChange: "bool"
    viewerCanStop: "bool"


class NotebookFit(TypedDict):
    """Whether a notebook would fit now: now, waits, never or unknown, and why."""

    verdict: "str"
    explanation: "str"
    problems: "list[str]"


class NotebookKind(TypedDict):
    """A sort of workspace, and whether it can run on a cluster."""

    name: "str"
    title: "str"
    description: "str"
    image: "str | None"
    requirements: "list[str]"
    looks: "bool"
    login: "str"
    missing: "str | None"


class NotebookNews(TypedDict):
    """A notebook that changed; null: it is gone."""

    cursor: "str"
    id: "str"
    notebook: NotRequired["Notebook | None"]


class NotebookPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Notebook]"]
    cursor: "str | None"


class NotebookPolicy(TypedDict):
    """When idle notebooks of a project are stopped, in minutes; 0: never."""

    idleMinutes: "int"
    gpuIdleMinutes: "int"
    warnMinutes: "int"


class NotebookStage(TypedDict):
    """A step on the way to an open notebook."""

    name: "str"
    at: "str | None"


class NotebookUse(TypedDict):
    """What stopping a notebook would end or lose, as it says at this moment."""

    known: "bool"
    busyKernels: "list[str]"
    busyTerminals: "int"
    pages: "int"
    unsaved: "list[str]"


class Opening(TypedDict):
    """The way in to a notebook."""

    url: "str"


class PackageChange(TypedDict):
    """How a package differs between two versions of an image; null: it is not there."""

    kind: "str"
    name: "str"
    before: "str | None"
    after: "str | None"


class PassedOver(TypedDict):
    """A cluster on which a run is not."""

    cluster: "str"
    reason: "str"


class Person(TypedDict):
    """An account, as administrators see it."""

    id: "str"
    name: "str"
    email: "str | None"
    admin: "bool"
    auditor: "bool"
    createdAt: "str"
    closedAt: "str | None"
    seenAt: "str | None"
    sessions: NotRequired["list[MySession]"]
    tokens: NotRequired["list[ApiToken]"]


class PersonPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Person]"]
    cursor: "str | None"


class Pipeline(TypedDict):
    """A DAG of steps over templates."""

    id: "str"
    name: "str"
    description: "str"
    latest: "int"
    createdAt: "str"
    changedAt: "str"
    runCount: "int"
    project: NotRequired["Project"]
    version: NotRequired["PipelineVersion | None"]
    versions: NotRequired["PipelineVersionPage"]
    layout: "Any"
    draft: NotRequired["Draft | None"]
    viewerCanRun: "bool"
    runs: NotRequired["RunPage"]
    recent: "Any"
    usual: "Any"


class PipelinePage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Pipeline]"]
    cursor: "str | None"


class PipelineVersion(TypedDict):
    """An immutable version of a pipeline."""

    id: "str"
    number: "int"
    createdAt: "str"
    author: NotRequired["User"]
    definition: "Any"
    yaml: "str"


class PipelineVersionPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[PipelineVersion]"]
    cursor: "str | None"


class Pod(TypedDict):
    """One attempt to run something; kept after it is gone from its cluster."""

    id: "str"
    cluster: "str"
    step: "str | None"
    item: "int | None"
    attempt: "int"
    role: "str | None"
    rank: "int | None"
    state: "Literal['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'UNKNOWN']"
    reason: "str | None"
    explanation: "str | None"
    machine: "str | None"
    runtime: "str"
    cpu: "float"
    memory: "int"
    gpus: "list[int]"
    createdAt: "str | None"
    startedAt: "str | None"
    finishedAt: "str | None"
    exitCode: "int | None"
    signal: "int | None"
    cpuSeconds: "float | None"
    peakCpu: "float | None"
    peakMemory: "int | None"
    logSize: "int"
    logDone: "bool"
    usage: NotRequired["Any"]
    events: NotRequired["list[PodEvent]"]
    manifest: NotRequired["Any | None"]
    logIndex: NotRequired["Any"]
    logSearch: NotRequired["Any"]


class PodEvent(TypedDict):
    """Something that a cluster says happened to a pod."""

    at: "str | None"
    bad: "bool"
    reason: "str"
    explanation: "str"
    count: "int"


class Preflight(TypedDict):
    """What would happen if a pipeline were run now."""

    cluster: "str"
    passedOver: NotRequired["list[PassedOver]"]
    verdict: "Literal['NOW', 'WAITS', 'NEVER', 'UNKNOWN']"
    explanation: "str"
    problems: "list[str]"
    warnings: "list[str]"
    objects: "Any"
    last: "int | None"
    changes: "list[str]"
    digest: "str"


class Problem(TypedDict):
    """The request was understood and is refused; nothing was changed."""

    code: "str"
    message: "str"
    field: "str | None"
    hint: "str | None"
    faults: NotRequired["list[Fault]"]


class Project(TypedDict):
    """Owner of pipelines and everything else; its members use it by their role."""

    id: "str"
    name: "str"
    description: "str"
    cluster: "str"
    clusters: "list[str]"
    placement: "Literal['NAMED', 'FIRST']"
    spaces: "Any"
    nodeGroup: "str | None"
    createdAt: "str"
    archivedAt: "str | None"
    viewerCanRestore: "bool"
    viewerRole: "Literal['VIEWER', 'MEMBER', 'MAINTAINER', 'OWNER']"
    members: NotRequired["list[Member]"]
    viewerCanRun: "bool"
    viewerCanMaintain: "bool"
    viewerCanManage: "bool"
    notebookPolicy: NotRequired["NotebookPolicy"]
    pipelines: NotRequired["PipelinePage"]
    pipeline: NotRequired["Pipeline | None"]
    runs: NotRequired["RunPage"]
    groups: NotRequired["list[GroupRole]"]
    invitations: NotRequired["list[ProjectInvitation]"]
    quota: NotRequired["Quota"]
    registries: NotRequired["list[Registry]"]
    secrets: NotRequired["list[Secret]"]


class ProjectInvitation(TypedDict):
    """An invitation into a project that may still be used, once."""

    id: "str"
    role: "Literal['VIEWER', 'MEMBER', 'MAINTAINER', 'OWNER']"
    email: "str | None"
    createdAt: "str"
    expiresAt: "str"
    author: NotRequired["User"]


class ProjectInvitationShown(TypedDict):
    """What an invitation is about, as whoever has its link sees it."""

    project: "str"
    role: "Literal['VIEWER', 'MEMBER', 'MAINTAINER', 'OWNER']"
    author: "str"
    email: "str | None"
    expiresAt: "str"
    accepted: "bool"
    signsUp: "bool"


class ProjectPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Project]"]
    cursor: "str | None"


class Provider(TypedDict):
    """A provider of sign-in as it is configured (CUBE_PROVIDERS), for administrators; its secret is never shown."""

    name: "str"
    title: "str"
    kind: "str"
    issuer: "str"
    clientId: "str"
    signUp: "str"
    domains: "list[str]"
    groups: "list[str]"
    adminGroups: "list[str]"
    callback: "str"


class ProviderCheck(TypedDict):
    """One thing that was looked at of a provider as it answers now."""

    what: "str"
    problem: "str | None"


class Quota(TypedDict):
    """What a project or a person may have at work at once, and has."""

    limits: NotRequired["QuotaAmount"]
    used: NotRequired["QuotaAmount"]
    queue: "bool"
    own: "bool"
    holders: NotRequired["list[QuotaHolder]"]


class QuotaAmount(TypedDict):
    """An amount of what can be limited; null: no limit."""

    cpu: "float | None"
    memory: "int | None"
    gpu: "int | None"
    pods: "int | None"
    notebooks: "int | None"
    cards: "Any | None"
    storage: "int | None"


class QuotaHolder(TypedDict):
    """Something that has a part of a quota, or waits for it."""

    kind: "str"
    ownerId: "str"
    amount: NotRequired["QuotaAmount"]
    waits: "bool"
    at: "str"
    user: NotRequired["User"]


class QuotaRow(TypedDict):
    """Limits that were set. Neither project nor user: for all who have none of their own."""

    scope: "str"
    limits: NotRequired["QuotaAmount"]
    queue: "bool"
    changedAt: "str"
    project: "str | None"
    user: "str | None"


class RegisteredFrom(TypedDict):
    """A version of a model that came from a run."""

    modelId: "str"
    versionId: "str"
    name: "str"
    number: "int"
    step: "str"


class RegisteredModel(TypedDict):
    """A version of a model; `changed` is false when the same was registered already."""

    model: NotRequired["Model"]
    version: NotRequired["ModelVersion"]
    changed: "bool"


class Registry(TypedDict):
    """A registry of a project. Its password is never shown."""

    id: "str"
    name: "str"
    prefix: "str"
    username: "str"
    insecure: "bool"


class RegistryCheck(TypedDict):
    """How a registry answers now."""

    problem: "str | None"


class RegistryImage(TypedDict):
    """An image as its registry has it now."""

    digest: "str | None"
    problem: "str | None"


class Restart(TypedDict):
    """Why a server that ended by itself was started again, the last time that it was."""

    at: "str | None"
    reason: "str"
    explanation: "str"


class Run(TypedDict):
    """One run of a pipeline version."""

    id: "str"
    number: "int"
    state: "Literal['QUEUED', 'RUNNING', 'CANCELLING', 'SUCCEEDED', 'FAILED', 'CANCELLED']"
    reason: "str | None"
    explanation: "str | None"
    cluster: "str"
    priority: "int"
    retryOf: "str | None"
    strip: "Any"
    counts: "Any"
    createdAt: "str"
    startedAt: "str | None"
    finishedAt: "str | None"
    projectId: "str"
    pipelineId: "str"
    placed: "bool"
    passedOver: NotRequired["list[PassedOver]"]
    unknown: "str | None"
    params: "Any"
    version: NotRequired["PipelineVersion"]
    pipeline: NotRequired["Pipeline"]
    author: NotRequired["User"]
    steps: NotRequired["list[Step]"]
    stepStates: NotRequired["list[StepBrief]"]
    models: NotRequired["list[RegisteredFrom]"]
    pods: NotRequired["list[Pod]"]
    metrics: NotRequired["list[MetricSeries]"]
    expected: NotRequired["Expected | None"]
    viewerCanCancel: "bool"
    viewerCanRetry: "bool"


class RunNews(TypedDict):
    """A run as it is now; `cursor` resumes the subscription after it."""

    cursor: "str"
    run: NotRequired["Run"]


class RunPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Run]"]
    cursor: "str | None"


class RunUsage(TypedDict):
    """What the running pods of a run use."""

    pods: "Any"


class SavedImage(TypedDict):
    """A version of an image; `changed` is false when the same was built already."""

    image: NotRequired["Image"]
    build: NotRequired["Build"]
    changed: "bool"


class SavedPipeline(TypedDict):
    """A pipeline as it was saved."""

    pipeline: NotRequired["Pipeline"]
    changed: "bool"


class Schedule(TypedDict):
    """A pipeline that runs by itself."""

    id: "str"
    name: "str"
    definition: "Any"
    paused: "bool"
    nextAt: "str | None"
    changedAt: "str"
    viewerCanChange: "bool"
    pipeline: NotRequired["Pipeline"]
    author: NotRequired["User"]
    upcoming: NotRequired["list[str]"]
    ticks: NotRequired["list[Tick]"]


class ScheduleCheck(TypedDict):
    """What a definition of a schedule comes to."""

    upcoming: "list[str]"
    missed: "int"


class SchedulePage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Schedule]"]
    cursor: "str | None"


class Search(TypedDict):
    """A search for the best parameters of a pipeline; each trial is a run of it."""

    id: "str"
    name: "str"
    projectId: "str"
    pipelineId: "str"
    version: "int"
    definition: "Any"
    cluster: "str"
    state: "Literal['RUNNING', 'PAUSED', 'STOPPING', 'STOPPED', 'SUCCEEDED', 'FAILED']"
    explanation: "str | None"
    counts: "Any"
    engineRun: "str | None"
    best: "Any | None"
    createdAt: "str"
    endedAt: "str | None"
    author: NotRequired["User"]
    project: NotRequired["Project"]
    pipelineName: "str"
    trials: "Any"
    curves: "Any"
    importance: "Any"
    front: "list[int]"
    viewerCanSteer: "bool"


class SearchCheck(TypedDict):
    """What a search would be: its definition in this platform's own form, the first points that it would try, and what is wrong."""

    definition: "Any | None"
    samples: "Any"
    trials: "int"
    faults: NotRequired["list[Fault]"]


class SearchEngine(TypedDict):
    """Software of others that can suggest the points of a search."""

    name: "str"
    title: "str"
    algorithms: "list[str]"
    kubernetes: "bool"


class SearchNews(TypedDict):
    """A search that changed; null: it is gone."""

    cursor: "str"
    id: "str"
    search: NotRequired["Search | None"]


class SearchPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Search]"]
    cursor: "str | None"


class Secret(TypedDict):
    """A secret of a project. Its value is written and never shown."""

    id: "str"
    name: "str"
    description: "str"
    changedAt: "str"
    changedBy: NotRequired["User"]
    usedBy: "list[str]"


class Service(TypedDict):
    """A program or a model that answers requests."""

    id: "str"
    name: "str"
    description: "str"
    cluster: "str"
    access: "Literal['PROJECT', 'KEY', 'PUBLIC']"
    on: "bool"
    traffic: "Any"
    mirror: "int | None"
    rollout: "Any | None"
    latest: "int"
    projectId: "str"
    createdAt: "str"
    project: NotRequired["Project"]
    author: NotRequired["User"]
    revisions: NotRequired["list[ServiceRevision]"]
    state: "str"
    url: "str"
    replicas: NotRequired["list[ServiceReplica]"]
    keys: NotRequired["list[ServiceKey]"]
    load: NotRequired["Any"]
    viewerCanChange: "bool"
    requests: NotRequired["ServiceRequestPage"]


class ServiceAnswer(TypedDict):
    """What a service answered to a request that was tried."""

    status: "int"
    body: "str"
    seconds: "float"
    revision: "int"


class ServiceFit(TypedDict):
    """Whether a revision would fit now: now, waits, never or unknown, and why."""

    verdict: "str"
    explanation: "str"
    problems: "list[str]"
    warnings: "list[str]"


class ServiceKey(TypedDict):
    """A key that opens a service. Its secret is shown once, when it is made."""

    id: "str"
    name: "str"
    ending: "str"
    perMinute: "int | None"
    tokensPerMinute: "int | None"
    createdAt: "str"
    author: NotRequired["User"]
    use: "Any"


class ServiceKind(TypedDict):
    """A way to answer, and whether it can run on a cluster."""

    name: "str"
    title: "str"
    description: "str"
    model: "bool"
    image: "str | None"
    takes: "list[str]"
    missing: "str | None"


class ServiceNews(TypedDict):
    """A service that changed; null: it is gone."""

    cursor: "str"
    id: "str"
    service: NotRequired["Service | None"]


class ServiceOpening(TypedDict):
    """The way in to a service for a browser."""

    url: "str"


class ServicePage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Service]"]
    cursor: "str | None"


class ServiceReplica(TypedDict):
    """A pod of a revision."""

    revision: "int"
    pod: NotRequired["Pod"]


class ServiceRequest(TypedDict):
    """A request to a service, as it was answered. What was in it is not kept."""

    id: "str"
    at: "str"
    revision: "int | None"
    caller: "str"
    method: "str"
    path: "str"
    status: "int"
    outcome: "Literal['SUCCEEDED', 'REJECTED', 'FAILED']"
    milliseconds: "float"
    size: "int"
    tokens: "int | None"


class ServiceRequestNews(TypedDict):
    """Requests to a service were written down."""

    cursor: "str"


class ServiceRequestPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[ServiceRequest]"]
    cursor: "str | None"


class ServiceRevision(TypedDict):
    """One state of what a service is made of; it never changes, only whether it runs."""

    id: "str"
    number: "int"
    state: "Literal['REQUESTED', 'DEPLOYING', 'READY', 'DEGRADED', 'STOPPING', 'STOPPED', 'ASLEEP', 'FAILED']"
    reason: "str | None"
    explanation: "str | None"
    kind: "str"
    definition: "Any"
    secrets: "list[str]"
    model: "Any | None"
    replicas: "int"
    ready: "int"
    createdAt: "str"
    stages: NotRequired["list[ServiceStage]"]
    requestedAt: "str | None"
    readyAt: "str | None"
    restarted: NotRequired["Restart | None"]
    author: NotRequired["User"]


class ServiceStage(TypedDict):
    """A step on the way to an answer."""

    name: "str"
    at: "str | None"


class SignInProvider(TypedDict):
    """Another way to sign in than the one-time link."""

    name: "str"
    title: "str"
    url: "str"


class Step(TypedDict):
    """A step of a run, or one item of its fan-out."""

    id: "str"
    runId: "str"
    name: "str"
    item: "int | None"
    state: "Literal['QUEUED', 'PENDING', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'CACHED', 'FAILED', 'SKIPPED', 'CANCELLED', 'UNKNOWN']"
    attempt: "int"
    reason: "str | None"
    explanation: "str | None"
    value: "Any | None"
    items: "int | None"
    outputs: "Any | None"
    omittedFiles: "list[str]"
    needs: "list[str]"
    cacheReason: "str | None"
    startedAt: "str | None"
    finishedAt: "str | None"
    podId: "str | None"
    cachedFrom: NotRequired["Step | None"]
    pod: NotRequired["Pod | None"]
    pods: NotRequired["list[Pod]"]
    tracked: "Any"
    artifacts: NotRequired["list[Artifact]"]
    fan: NotRequired["list[Step]"]
    warnings: "list[str]"
    invocation: NotRequired["Any"]


class StepBrief(TypedDict):
    """Name and state of a step, for lists."""

    id: "str"
    name: "str"
    state: "Literal['QUEUED', 'PENDING', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'CACHED', 'FAILED', 'SKIPPED', 'CANCELLED', 'UNKNOWN']"


class StepPlan(TypedDict):
    """What a run would do with a step."""

    step: "str"
    kept: "bool"
    why: "str"
    cpu: "float"
    memory: "int"
    gpu: "int"


class SuggestedTrial(TypedDict):
    """A point that somebody else's engine wants tried, and what has become of it."""

    number: "int | None"
    state: "str | None"
    values: "list[float] | None"
    curve: "Any"
    reason: "str | None"


class Template(TypedDict):
    """What a step can be: a command with typed arguments and what it needs around it."""

    id: "str"
    name: "str"
    category: "str"
    title: "str"
    description: "str"
    latest: "int"
    builtin: "bool"
    project: NotRequired["Project | None"]
    versions: NotRequired["list[TemplateVersion]"]
    record: NotRequired["TemplateRecord"]
    usedBy: NotRequired["list[Pipeline]"]


class TemplateRecord(TypedDict):
    """How steps of a template ended, the newest of those that I may see."""

    ended: "int"
    succeeded: "int"
    median: "float | None"


class TemplateVersion(TypedDict):
    """An immutable version of a template."""

    number: "int"
    createdAt: "str"
    body: "Any"


class Tick(TypedDict):
    """A moment of a schedule."""

    at: "str"
    state: "Literal['WAITING', 'STARTED', 'SKIPPED', 'FAILED']"
    explanation: "str | None"
    runId: "str | None"
    runNumber: "int | None"
    runState: "Literal['QUEUED', 'RUNNING', 'CANCELLING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] | None"


class UploadedFile(TypedDict):
    """A file of a new version, whose bytes were put at /files/{id of the project}/{sha256} before."""

    path: "str"
    sha256: "str"
    mediaType: NotRequired["str | None"]


class User(TypedDict):
    """A person with an account here."""

    id: "str"
    name: "str"
    email: "str | None"
    admin: "bool"
    auditor: "bool"


class Client(Transport):
    """Every operation of the platform as a method; what it asks for is each type's plain fields and one level below.
    For other selections use `execute(query, variables)`. Refusals raise Refused, errors Failed."""

    def _ask(self, document: str, variables: dict[str, Any], name: str) -> Any:
        answer = self.execute(
            document, {key: value for key, value in variables.items() if value is not None}
        )[name]
        if isinstance(answer, dict) and answer.get("__typename") == "Problem":
            raise Refused(answer)
        return answer

    def _subscribe(self, document: str, variables: dict[str, Any], name: str) -> Iterator[Any]:
        for data in self.subscribe(
            document, {key: value for key, value in variables.items() if value is not None}
        ):
            yield data[name]

    def health(self) -> str:
        """The version of the platform that answers."""
        return self._ask("query { health }", {}, "health")

    def sign_in_providers(self) -> list[SignInProvider]:
        """Ways to sign in beside the one-time link. Needs nobody to be signed in."""
        return self._ask("query { signInProviders { name title url } }", {}, "signInProviders")

    def providers(self) -> list[Provider]:
        """The providers of sign-in as they are configured; for administrators and auditors."""
        return self._ask(
            "query { providers { name title kind issuer clientId signUp domains groups adminGroups callback } }",
            {},
            "providers",
        )

    def provider_check(self, name: str) -> list[ProviderCheck]:
        """Asks a provider of sign-in whether it answers as it should; for administrators and auditors."""
        return self._ask(
            "query($name: String!) { providerCheck(name: $name) { what problem } }",
            {"name": name},
            "providerCheck",
        )

    def people(
        self, *, search: str | None = None, after: str | None = None, first: int | None = None
    ) -> PersonPage:
        """All accounts, newest first; for administrators and auditors. `search`: part of a name or address."""
        return self._ask(
            "query($search: String, $after: String, $first: Int) { people(search: $search, after: $after, first: $first) { nodes { id name email admin auditor createdAt closedAt seenAt } cursor } }",
            {"search": search, "after": after, "first": first},
            "people",
        )

    def person(self, id: str) -> Person | None:
        """An account by id; for administrators and auditors."""
        return self._ask(
            "query($id: ID!) { person(id: $id) { id name email admin auditor createdAt closedAt seenAt sessions { id agent createdAt seenAt expiresAt current } tokens { id name ending createdAt expiresAt usedAt revokedAt scope projectId } } }",
            {"id": id},
            "person",
        )

    def sessions(self) -> list[MySession]:
        """The browsers in which I am signed in, the last used first."""
        return self._ask("query { sessions { id agent createdAt seenAt expiresAt current } }", {}, "sessions")

    def viewer(self) -> User | None:
        """Who is signed in; null when nobody is."""
        return self._ask("query { viewer { id name email admin auditor } }", {}, "viewer")

    def viewing(self) -> str | None:
        """The name of the administrator who sees what this person sees, by viewAs; null: nobody does."""
        return self._ask("query { viewing }", {}, "viewing")

    def ssh_keys(self) -> list[str]:
        """My public keys of SSH."""
        return self._ask("query { sshKeys }", {}, "sshKeys")

    def tokens(self) -> list[ApiToken]:
        """My API tokens, newest first, revoked ones too."""
        return self._ask(
            "query { tokens { id name ending createdAt expiresAt usedAt revokedAt scope projectId } }",
            {},
            "tokens",
        )

    def audit(
        self,
        *,
        actor: str | None = None,
        operation: str | None = None,
        target: str | None = None,
        outcome: str | None = None,
        since: str | None = None,
        until: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> AuditEntryPage:
        """What was done, newest first; for administrators and auditors. `actor`: a name; `operation`: how its name begins; `target`: an id; `outcome`: done or refused."""
        return self._ask(
            "query($actor: String, $operation: String, $target: String, $outcome: String, $since: DateTime, $until: DateTime, $after: String, $first: Int) { audit(actor: $actor, operation: $operation, target: $target, outcome: $outcome, since: $since, until: $until, after: $after, first: $first) { nodes { id number at actor by address operation target outcome detail } cursor } }",
            {
                "actor": actor,
                "operation": operation,
                "target": target,
                "outcome": outcome,
                "since": since,
                "until": until,
                "after": after,
                "first": first,
            },
            "audit",
        )

    def audit_check(self) -> AuditCheck:
        """Go through the whole ledger and say whether an entry was changed, taken out, put in or cut off; for administrators and auditors."""
        return self._ask("query { auditCheck { entries problem } }", {}, "auditCheck")

    def project(self, key: str) -> Project | None:
        """A project by id or name; null when there is none that I may see."""
        return self._ask(
            "query($key: String!) { project(key: $key) { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } }",
            {"key": key},
            "project",
        )

    def projects(
        self,
        *,
        after: str | None = None,
        first: int | None = None,
        archived: bool | None = None,
        search: str | None = None,
    ) -> ProjectPage:
        """My projects, newest first: those that are archived, or those that are not. `search`: part of their name."""
        return self._ask(
            "query($after: String, $first: Int, $archived: Boolean, $search: String) { projects(after: $after, first: $first, archived: $archived, search: $search) { nodes { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } cursor } }",
            {"after": after, "first": first, "archived": archived, "search": search},
            "projects",
        )

    def project_contents(self, key: str) -> Contents:
        """What is in a project, as it would go with it."""
        return self._ask(
            "query($key: String!) { projectContents(key: $key) { counts going } }",
            {"key": key},
            "projectContents",
        )

    def registry_check(self, id: str) -> RegistryCheck:
        """Asks a registry of my project whether it lets us in."""
        return self._ask(
            "query($id: ID!) { registryCheck(id: $id) { problem } }", {"id": id}, "registryCheck"
        )

    def registry_image(self, image: str, *, project: str | None = None) -> RegistryImage:
        """Asks the registry of an image whether it has it. With a project (for its members) its registries are asked with their passwords; else the site's and public ones only."""
        return self._ask(
            "query($image: String!, $project: String) { registryImage(image: $image, project: $project) { digest problem } }",
            {"image": image, "project": project},
            "registryImage",
        )

    def groups(self, *, after: str | None = None, first: int | None = None) -> GroupPage:
        """All groups of people, newest first."""
        return self._ask(
            "query($after: String, $first: Int) { groups(after: $after, first: $first) { nodes { id name description provider } cursor } }",
            {"after": after, "first": first},
            "groups",
        )

    def project_invitation(self, secret: str) -> ProjectInvitationShown:
        """What an invitation is about, by the secret of its link. Needs nobody to be signed in. INVALID when this is no such secret, NOT_FOUND when it lets nobody in (any more); the message says why."""
        return self._ask(
            "query($secret: String!) { projectInvitation(secret: $secret) { project role author email expiresAt accepted signsUp } }",
            {"secret": secret},
            "projectInvitation",
        )

    def my_quota(self) -> Quota:
        """What I may have at work at once, over all projects, and have."""
        return self._ask(
            "query { myQuota { limits { cpu memory gpu pods notebooks cards storage } used { cpu memory gpu pods notebooks cards storage } queue own holders { kind ownerId waits at } } }",
            {},
            "myQuota",
        )

    def quotas(self) -> list[QuotaRow]:
        """All limits there are; for administrators and auditors."""
        return self._ask(
            "query { quotas { scope limits { cpu memory gpu pods notebooks cards storage } queue changedAt project user } }",
            {},
            "quotas",
        )

    def clusters(self) -> list[Cluster]:
        """Where work can run, and how much is free there."""
        return self._ask(
            "query { clusters { name kind reachable since problem version latency capacity { cpu memory gpu freeCpu freeMemory freeGpu gpuNote notes } nodes { name ready cordoned cpu memory gpu usedCpu usedMemory usedGpu labels taints problems version } } }",
            {},
            "clusters",
        )

    def links(self) -> list[Link]:
        """What stands beside the platform, such as Grafana, by CUBE_LINKS."""
        return self._ask("query { links { name url } }", {}, "links")

    def pod(self, id: str) -> Pod | None:
        """A pod by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { pod(id: $id) { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } }",
            {"id": id},
            "pod",
        )

    def log(self, pod: str, *, since: int | None = None, first: int | None = None) -> LogChunk | None:
        """A pod's log from byte `since`; at most `first` bytes."""
        return self._ask(
            "query($pod: ID!, $since: Long, $first: Int) { log(pod: $pod, since: $since, first: $first) { start cursor text stamps done } }",
            {"pod": pod, "since": since, "first": first},
            "log",
        )

    def templates(self, *, project: str | None = None, mine: bool | None = None) -> list[Template]:
        """The platform's templates and, with a project named, that project's; without, but `mine`, those of all my projects."""
        return self._ask(
            "query($project: String, $mine: Boolean) { templates(project: $project, mine: $mine) { id name category title description latest builtin project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } versions { number createdAt body } record { ended succeeded median } usedBy { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } } }",
            {"project": project, "mine": mine},
            "templates",
        )

    def template(self, id: str) -> Template | None:
        """A template by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { template(id: $id) { id name category title description latest builtin project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } versions { number createdAt body } record { ended succeeded median } usedBy { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } } }",
            {"id": id},
            "template",
        )

    def image(self, id: str) -> Image | None:
        """An image by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { image(id: $id) { id name description projectId latest createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } builds { id imageId number definition reference cluster state reason explanation digest size packages files createdAt startedAt finishedAt dockerfile growth } newest uses { kind id name } viewerCanBuild } }",
            {"id": id},
            "image",
        )

    def build(self, id: str) -> Build | None:
        """A version of an image by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { build(id: $id) { id imageId number definition reference cluster state reason explanation digest size packages files createdAt startedAt finishedAt author { id name email admin auditor } pod { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } dockerfile changes { kind name before after } growth failing { step output } } }",
            {"id": id},
            "build",
        )

    def images(
        self,
        *,
        project: str | None = None,
        search: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> ImagePage:
        """Images, newest first: of all my projects or of one. `search`: part of a name."""
        return self._ask(
            "query($project: String, $search: String, $after: String, $first: Int) { images(project: $project, search: $search, after: $after, first: $first) { nodes { id name description projectId latest createdAt newest viewerCanBuild } cursor } }",
            {"project": project, "search": search, "after": after, "first": first},
            "images",
        )

    def check_image(self, definition: Any) -> ImageCheck:
        """What a definition comes to, and everything that is wrong with it; changes nothing."""
        return self._ask(
            "query($definition: JSON!) { checkImage(definition: $definition) { dockerfile plain faults { code message field hint } } }",
            {"definition": definition},
            "checkImage",
        )

    def image_starts(self) -> list[ImageStart]:
        """Starting points for images."""
        return self._ask(
            "query { imageStarts { name title description definition builtin changedAt } }", {}, "imageStarts"
        )

    def notebook(self, id: str) -> Notebook | None:
        """A notebook by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { notebook(id: $id) { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } }",
            {"id": id},
            "notebook",
        )

    def notebooks(
        self,
        *,
        project: str | None = None,
        states: list[
            Literal[
                "REQUESTED",
                "BUILDING",
                "PENDING",
                "STARTING",
                "RUNNING",
                "STOPPING",
                "STOPPED",
                "FAILED",
                "UNKNOWN",
            ]
        ]
        | None = None,
        mine: bool | None = None,
        search: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> NotebookPage:
        """Notebooks, newest first: of all my projects or of one. `mine`: only my own; `search`: part of a name, or of its owner's."""
        return self._ask(
            "query($project: String, $states: [NotebookState!], $mine: Boolean, $search: String, $after: String, $first: Int) { notebooks(project: $project, states: $states, mine: $mine, search: $search, after: $after, first: $first) { nodes { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine requestedAt readyAt endedAt viewerMayOpen viewerCanChange viewerCanStop } cursor } }",
            {
                "project": project,
                "states": states,
                "mine": mine,
                "search": search,
                "after": after,
                "first": first,
            },
            "notebooks",
        )

    def notebook_kinds(self, *, cluster: str | None = None) -> list[NotebookKind]:
        """The kinds of notebooks, and whether each can run on a cluster."""
        return self._ask(
            "query($cluster: String) { notebookKinds(cluster: $cluster) { name title description image requirements looks login missing } }",
            {"cluster": cluster},
            "notebookKinds",
        )

    def notebook_packages(self, id: str) -> list[str]:
        """The packages of a running JupyterLab that make it what it is, as lines such as pandas==2.2.3: those it was asked for, and those that people installed into its folder. What an image that is like it is made of."""
        return self._ask("query($id: ID!) { notebookPackages(id: $id) }", {"id": id}, "notebookPackages")

    def notebook_use(self, id: str) -> NotebookUse:
        """What stopping a notebook would end or lose. The notebook itself is asked; for those who may open or stop it."""
        return self._ask(
            "query($id: ID!) { notebookUse(id: $id) { known busyKernels busyTerminals pages unsaved } }",
            {"id": id},
            "notebookUse",
        )

    def notebook_fit(
        self, project: str, kind: str, definition: Any, *, cluster: str | None = None
    ) -> NotebookFit:
        """Whether a notebook would fit on a cluster of a project now. `definition`: as for createNotebook. Changes nothing."""
        return self._ask(
            "query($project: String!, $kind: String!, $definition: JSON!, $cluster: String) { notebookFit(project: $project, kind: $kind, definition: $definition, cluster: $cluster) { verdict explanation problems } }",
            {"project": project, "kind": kind, "definition": definition, "cluster": cluster},
            "notebookFit",
        )

    def model(self, id: str) -> Model | None:
        """A model by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { model(id: $id) { id name description card projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } versions { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } newest { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } aliases { name number movedAt } uses { kind id name } viewerCanChange } }",
            {"id": id},
            "model",
        )

    def models(
        self,
        *,
        project: str | None = None,
        search: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> ModelPage:
        """Models, newest first: of all my projects or of one. `search`: part of a name."""
        return self._ask(
            "query($project: String, $search: String, $after: String, $first: Int) { models(project: $project, search: $search, after: $after, first: $first) { nodes { id name description card projectId createdAt viewerCanChange } cursor } }",
            {"project": project, "search": search, "after": after, "first": first},
            "models",
        )

    def service(self, id: str) -> Service | None:
        """A service by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { service(id: $id) { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } }",
            {"id": id},
            "service",
        )

    def services(
        self,
        *,
        project: str | None = None,
        search: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> ServicePage:
        """Services, newest first: of all my projects or of one. `search`: part of a name."""
        return self._ask(
            "query($project: String, $search: String, $after: String, $first: Int) { services(project: $project, search: $search, after: $after, first: $first) { nodes { id name description cluster access on traffic mirror rollout latest projectId createdAt state url viewerCanChange } cursor } }",
            {"project": project, "search": search, "after": after, "first": first},
            "services",
        )

    def service_kinds(self, *, cluster: str | None = None) -> list[ServiceKind]:
        """The ways to answer, and whether each can run on a cluster."""
        return self._ask(
            "query($cluster: String) { serviceKinds(cluster: $cluster) { name title description model image takes missing } }",
            {"cluster": cluster},
            "serviceKinds",
        )

    def service_fit(
        self, project: str, definition: Any, *, model: str | None = None, cluster: str | None = None
    ) -> ServiceFit:
        """Whether a revision would fit on a cluster of a project now. `definition` and `model` as for createService. Changes nothing."""
        return self._ask(
            "query($project: String!, $definition: JSON!, $model: String, $cluster: String) { serviceFit(project: $project, definition: $definition, model: $model, cluster: $cluster) { verdict explanation problems warnings } }",
            {"project": project, "definition": definition, "model": model, "cluster": cluster},
            "serviceFit",
        )

    def pipeline(self, id: str) -> Pipeline | None:
        """A pipeline by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { pipeline(id: $id) { id name description latest createdAt changedAt runCount project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } layout draft { definition base changedAt } viewerCanRun recent usual } }",
            {"id": id},
            "pipeline",
        )

    def pipelines(
        self,
        *,
        project: str | None = None,
        search: str | None = None,
        sort: Literal["NEWEST", "NAME", "CHANGED"] | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> PipelinePage:
        """Pipelines of all my projects or of one; `search`: part of their name or description; `sort`: their order."""
        return self._ask(
            "query($project: String, $search: String, $sort: PipelineSort, $after: String, $first: Int) { pipelines(project: $project, search: $search, sort: $sort, after: $after, first: $first) { nodes { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } cursor } }",
            {"project": project, "search": search, "sort": sort, "after": after, "first": first},
            "pipelines",
        )

    def check_pipeline(
        self, project: str, *, yaml: str | None = None, definition: Any | None = None
    ) -> Check:
        """What would be refused if this YAML, or this definition, were saved: everything at once."""
        return self._ask(
            "query($project: String!, $yaml: String, $definition: JSON) { checkPipeline(project: $project, yaml: $yaml, definition: $definition) { faults { code message field hint } } }",
            {"project": project, "yaml": yaml, "definition": definition},
            "checkPipeline",
        )

    def run(self, id: str) -> Run | None:
        """A run by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { run(id: $id) { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed passedOver { cluster reason } unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } steps { id runId name item state attempt reason explanation value items outputs omittedFiles needs cacheReason startedAt finishedAt podId tracked warnings } stepStates { id name state } models { modelId versionId name number step } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } }",
            {"id": id},
            "run",
        )

    def step(self, id: str) -> Step | None:
        """A step by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { step(id: $id) { id runId name item state attempt reason explanation value items outputs omittedFiles needs cacheReason startedAt finishedAt podId cachedFrom { id runId name item state attempt reason explanation value items outputs omittedFiles needs cacheReason startedAt finishedAt podId tracked warnings } pod { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } tracked artifacts { id path size sha256 mediaType url } warnings } }",
            {"id": id},
            "step",
        )

    def runs(
        self,
        *,
        project: str | None = None,
        pipeline: str | None = None,
        states: list[Literal["QUEUED", "RUNNING", "CANCELLING", "SUCCEEDED", "FAILED", "CANCELLED"]]
        | None = None,
        author: str | None = None,
        search: str | None = None,
        since: str | None = None,
        until: str | None = None,
        params: Any | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> RunPage:
        """Runs, newest first: of all my projects, of one project, or of one pipeline. `search`: part of the pipeline's name, or #number; `author`: a user's name; `since` and `until`: when they were made; `params`: {name: value} that they had."""
        return self._ask(
            "query($project: String, $pipeline: ID, $states: [RunState!], $author: String, $search: String, $since: DateTime, $until: DateTime, $params: JSON, $after: String, $first: Int) { runs(project: $project, pipeline: $pipeline, states: $states, author: $author, search: $search, since: $since, until: $until, params: $params, after: $after, first: $first) { nodes { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed unknown params viewerCanCancel viewerCanRetry } cursor } }",
            {
                "project": project,
                "pipeline": pipeline,
                "states": states,
                "author": author,
                "search": search,
                "since": since,
                "until": until,
                "params": params,
                "after": after,
                "first": first,
            },
            "runs",
        )

    def plan_run(self, pipeline: str, *, params: Any | None = None, run: str | None = None) -> list[StepPlan]:
        """Which steps a run started now would keep, and why. `run`: continue that one."""
        return self._ask(
            "query($pipeline: ID!, $params: JSON, $run: ID) { planRun(pipeline: $pipeline, params: $params, run: $run) { step kept why cpu memory gpu } }",
            {"pipeline": pipeline, "params": params, "run": run},
            "planRun",
        )

    def preflight(
        self,
        pipeline: str,
        *,
        params: Any | None = None,
        version: int | None = None,
        cache: bool | None = None,
        cluster: str | None = None,
    ) -> Preflight:
        """What would happen if a pipeline were run now: asked of its cluster, without anything being made. Refused like startRun."""
        return self._ask(
            "query($pipeline: ID!, $params: JSON, $version: Int, $cache: Boolean, $cluster: String) { preflight(pipeline: $pipeline, params: $params, version: $version, cache: $cache, cluster: $cluster) { cluster passedOver { cluster reason } verdict explanation problems warnings objects last changes digest } }",
            {"pipeline": pipeline, "params": params, "version": version, "cache": cache, "cluster": cluster},
            "preflight",
        )

    def schedule(self, id: str) -> Schedule | None:
        """A schedule; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { schedule(id: $id) { id name definition paused nextAt changedAt viewerCanChange pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } ticks { at state explanation runId runNumber runState } } }",
            {"id": id},
            "schedule",
        )

    def schedules(
        self,
        *,
        project: str | None = None,
        pipeline: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> SchedulePage:
        """The schedules of a pipeline, of a project or of all my projects, newest first."""
        return self._ask(
            "query($project: String, $pipeline: ID, $after: String, $first: Int) { schedules(project: $project, pipeline: $pipeline, after: $after, first: $first) { nodes { id name definition paused nextAt changedAt viewerCanChange } cursor } }",
            {"project": project, "pipeline": pipeline, "after": after, "first": first},
            "schedules",
        )

    def check_schedule(self, definition: Any) -> ScheduleCheck:
        """When a schedule would run; refused like saveSchedule when its definition is not right."""
        return self._ask(
            "query($definition: JSON!) { checkSchedule(definition: $definition) { upcoming missed } }",
            {"definition": definition},
            "checkSchedule",
        )

    def search(self, id: str) -> Search | None:
        """A search by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { search(id: $id) { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt author { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pipelineName trials curves importance front viewerCanSteer } }",
            {"id": id},
            "search",
        )

    def searches(
        self,
        *,
        project: str | None = None,
        search: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> SearchPage:
        """Searches, newest first: of all my projects or of one. `search`: part of a name."""
        return self._ask(
            "query($project: String, $search: String, $after: String, $first: Int) { searches(project: $project, search: $search, after: $after, first: $first) { nodes { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt pipelineName trials curves importance front viewerCanSteer } cursor } }",
            {"project": project, "search": search, "after": after, "first": first},
            "searches",
        )

    def search_engines(self) -> list[SearchEngine]:
        """Engines of others that a search may have."""
        return self._ask("query { searchEngines { name title algorithms kubernetes } }", {}, "searchEngines")

    def suggested_trial(self, key: str) -> SuggestedTrial | None:
        """For the run of an engine: how a point stands that it suggested; null when there is none of that name."""
        return self._ask(
            "query($key: String!) { suggestedTrial(key: $key) { number state values curve reason } }",
            {"key": key},
            "suggestedTrial",
        )

    def check_search(self, definition: Any) -> SearchCheck:
        """What a definition comes to; changes nothing. `space` may be ours, or NNI's, Katib's or Optuna's."""
        return self._ask(
            "query($definition: JSON!) { checkSearch(definition: $definition) { definition samples trials faults { code message field hint } } }",
            {"definition": definition},
            "checkSearch",
        )

    def find(self, text: str, *, first: int | None = None) -> list[Found]:
        """Things of every kind that have `text` (1 to 100 characters) in their name and that I may see, at most `first` (1 to 20) of each kind: exact matches first, then those that begin so. Runs are found as train #3, #3, by their pipeline's name, or like everything by id; accounts and groups by administrators and auditors only."""
        return self._ask(
            "query($text: String!, $first: Int) { find(text: $text, first: $first) { kind id name exact project detail runState } }",
            {"text": text, "first": first},
            "find",
        )

    def link_person(self, id: str) -> Invitation:
        """A fresh sign-in link for somebody who has lost their way in; for administrators."""
        return self._ask(
            "mutation($id: ID!) { linkPerson(id: $id) { __typename ... on Invitation { person { id name email admin auditor createdAt closedAt seenAt } url } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "linkPerson",
        )

    def update_person(
        self, id: str, *, admin: bool | None = None, closed: bool | None = None, auditor: bool | None = None
    ) -> Person:
        """Make somebody an administrator or an auditor (who may look at everything) or not, close an account
        or open it again; for administrators."""
        return self._ask(
            "mutation($id: ID!, $admin: Boolean, $closed: Boolean, $auditor: Boolean) { updatePerson(id: $id, admin: $admin, closed: $closed, auditor: $auditor) { __typename ... on Person { id name email admin auditor createdAt closedAt seenAt sessions { id agent createdAt seenAt expiresAt current } tokens { id name ending createdAt expiresAt usedAt revokedAt scope projectId } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "admin": admin, "closed": closed, "auditor": auditor},
            "updatePerson",
        )

    def view_as(self, id: str) -> Person:
        """See what somebody sees, in this browser, until stopViewing; nothing can be changed meanwhile. For
        administrators; it is written down."""
        return self._ask(
            "mutation($id: ID!) { viewAs(id: $id) { __typename ... on Person { id name email admin auditor createdAt closedAt seenAt sessions { id agent createdAt seenAt expiresAt current } tokens { id name ending createdAt expiresAt usedAt revokedAt scope projectId } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "viewAs",
        )

    def stop_viewing(self) -> Done:
        """Be oneself again after viewAs."""
        return self._ask(
            "mutation { stopViewing { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {},
            "stopViewing",
        )

    def set_ssh_keys(self, keys: list[str]) -> Done:
        """Say by which public keys I come in to my notebooks on Kubernetes (`cubestudio ssh`), from their
        next start on; these take the place of those that I had."""
        return self._ask(
            "mutation($keys: [String!]!) { setSshKeys(keys: $keys) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"keys": keys},
            "setSshKeys",
        )

    def end_session(self, id: str) -> Done:
        """Sign out one of my browsers, or, as an administrator, anybody's."""
        return self._ask(
            "mutation($id: ID!) { endSession(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "endSession",
        )

    def revoke_token(self, id: str) -> Done:
        """End a token of mine at once, or, as an administrator, anybody's."""
        return self._ask(
            "mutation($id: ID!) { revokeToken(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "revokeToken",
        )

    def sign_out(self, *, everywhere: bool | None = None) -> Done:
        """End this session, or every session of mine."""
        return self._ask(
            "mutation($everywhere: Boolean) { signOut(everywhere: $everywhere) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"everywhere": everywhere},
            "signOut",
        )

    def create_project(self, name: str, *, description: str | None = None) -> Project:
        """Make a project that I own."""
        return self._ask(
            "mutation($name: String!, $description: String) { createProject(name: $name, description: $description) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"name": name, "description": description},
            "createProject",
        )

    def update_project(
        self,
        id: str,
        *,
        description: str | None = None,
        name: str | None = None,
        cluster: str | None = None,
        clusters: list[str] | None = None,
        spaces: Any | None = None,
        node_group: str | None = None,
        placement: Literal["NAMED", "FIRST"] | None = None,
    ) -> Project:
        """Change a project's description, name, the cluster where its work runs unless a run says otherwise,
        the further clusters that a run may choose, in their order, or where runs go that name no cluster
        (`placement`); what is not given stays. Administrators also say its namespaces on Kubernetes
        (`spaces`: {kind: namespace}, kinds are run, build, notebook, service) and the group of its nodes
        (`nodeGroup`, "-" for the installation's)."""
        return self._ask(
            "mutation($id: ID!, $description: String, $name: String, $cluster: String, $clusters: [String!], $spaces: JSON, $nodeGroup: String, $placement: Placement) { updateProject(id: $id, description: $description, name: $name, cluster: $cluster, clusters: $clusters, spaces: $spaces, nodeGroup: $nodeGroup, placement: $placement) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "id": id,
                "description": description,
                "name": name,
                "cluster": cluster,
                "clusters": clusters,
                "spaces": spaces,
                "nodeGroup": node_group,
                "placement": placement,
            },
            "updateProject",
        )

    def archive_project(self, id: str) -> Project:
        """Put a project away in which nothing is at work: it can be looked at, and nothing in it changed or
        started."""
        return self._ask(
            "mutation($id: ID!) { archiveProject(id: $id) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "archiveProject",
        )

    def restore_project(self, id: str) -> Project:
        """Take an archived project back."""
        return self._ask(
            "mutation($id: ID!) { restoreProject(id: $id) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "restoreProject",
        )

    def delete_project(self, id: str, name: str) -> Done:
        """Delete an archived project with all that is in it, for good; `name` is its name once more. What it
        has on clusters and in the store is taken away after this was answered."""
        return self._ask(
            "mutation($id: ID!, $name: String!) { deleteProject(id: $id, name: $name) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "name": name},
            "deleteProject",
        )

    def create_token(
        self,
        name: str,
        *,
        days: int | None = None,
        scope: Literal["READ", "RUN", "MANAGE"] | None = None,
        project: str | None = None,
    ) -> NewToken:
        """Make an API token of mine that is good for `days` days, or until it is revoked. `scope`: how far it
        goes; `project`: the one that it is for."""
        return self._ask(
            "mutation($name: String!, $days: Int, $scope: TokenScope, $project: String) { createToken(name: $name, days: $days, scope: $scope, project: $project) { __typename ... on NewToken { id secret } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"name": name, "days": days, "scope": scope, "project": project},
            "createToken",
        )

    def set_member(
        self, project: str, user: str, role: Literal["VIEWER", "MEMBER", "MAINTAINER", "OWNER"]
    ) -> Project:
        """Add a user by name to a project, or change their role."""
        return self._ask(
            "mutation($project: String!, $user: String!, $role: Role!) { setMember(project: $project, user: $user, role: $role) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "user": user, "role": role},
            "setMember",
        )

    def remove_member(self, project: str, user: str) -> Project:
        """End a membership; anybody may end their own."""
        return self._ask(
            "mutation($project: String!, $user: String!) { removeMember(project: $project, user: $user) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "user": user},
            "removeMember",
        )

    def save_registry(
        self,
        project: str,
        name: str,
        prefix: str,
        *,
        username: str | None = None,
        password: str | None = None,
        insecure: bool | None = None,
    ) -> Registry:
        """Add a registry to a project, or change the one of that name. A null password keeps the one that is
        there."""
        return self._ask(
            "mutation($project: String!, $name: String!, $prefix: String!, $username: String, $password: String, $insecure: Boolean) { saveRegistry(project: $project, name: $name, prefix: $prefix, username: $username, password: $password, insecure: $insecure) { __typename ... on Registry { id name prefix username insecure } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "project": project,
                "name": name,
                "prefix": prefix,
                "username": username,
                "password": password,
                "insecure": insecure,
            },
            "saveRegistry",
        )

    def delete_registry(self, id: str) -> Done:
        """Take a registry away from its project; the images that are there stay there."""
        return self._ask(
            "mutation($id: ID!) { deleteRegistry(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteRegistry",
        )

    def save_group(
        self, name: str, *, description: str | None = None, provider: str | None = None, id: str | None = None
    ) -> Group:
        """Make a group of people, or change one (`id`); for administrators. With `provider`, a configured way
        to sign in, its members are those who sign in by it and of whom it says that they are in a group of
        this name."""
        return self._ask(
            "mutation($name: String!, $description: String, $provider: String, $id: ID) { saveGroup(name: $name, description: $description, provider: $provider, id: $id) { __typename ... on Group { id name description provider people { id name email admin auditor } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"name": name, "description": description, "provider": provider, "id": id},
            "saveGroup",
        )

    def delete_group(self, id: str) -> Done:
        """Delete a group: what its members were by it they are no more; for administrators."""
        return self._ask(
            "mutation($id: ID!) { deleteGroup(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteGroup",
        )

    def join_group(self, id: str, user: str, *, inside: bool | None = None) -> Group:
        """Take somebody into a group by user name, or out of it; for administrators."""
        return self._ask(
            "mutation($id: ID!, $user: String!, $inside: Boolean) { joinGroup(id: $id, user: $user, inside: $inside) { __typename ... on Group { id name description provider people { id name email admin auditor } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "user": user, "inside": inside},
            "joinGroup",
        )

    def set_group(
        self,
        project: str,
        group: str,
        *,
        role: Literal["VIEWER", "MEMBER", "MAINTAINER", "OWNER"] | None = None,
    ) -> Project:
        """Give a group a role in a project, change it, or (null) take it away."""
        return self._ask(
            "mutation($project: String!, $group: String!, $role: Role) { setGroup(project: $project, group: $group, role: $role) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "group": group, "role": role},
            "setGroup",
        )

    def invite_to_project(
        self,
        project: str,
        *,
        role: Literal["VIEWER", "MEMBER", "MAINTAINER", "OWNER"] | None = None,
        email: str | None = None,
        days: int | None = None,
    ) -> NewProjectInvitation:
        """Make a link by which one person comes into a project. With `email`, only whoever has that address
        (as a provider of sign-in verified it, or an administrator wrote it down), who also comes in by just
        signing in. No e-mail is sent."""
        return self._ask(
            "mutation($project: String!, $role: Role, $email: String, $days: Int) { inviteToProject(project: $project, role: $role, email: $email, days: $days) { __typename ... on NewProjectInvitation { id url } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "role": role, "email": email, "days": days},
            "inviteToProject",
        )

    def invite_person(
        self,
        name: str,
        *,
        email: str | None = None,
        project: str | None = None,
        role: Literal["VIEWER", "MEMBER", "MAINTAINER", "OWNER"] | None = None,
    ) -> Invitation:
        """Make an account and a link by which its owner signs in; for administrators. With `project` they are
        in it at once, with `role`, and the link leads there."""
        return self._ask(
            "mutation($name: String!, $email: String, $project: String, $role: Role) { invitePerson(name: $name, email: $email, project: $project, role: $role) { __typename ... on Invitation { person { id name email admin auditor createdAt closedAt seenAt } url } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"name": name, "email": email, "project": project, "role": role},
            "invitePerson",
        )

    def withdraw_invitation(self, id: str) -> Done:
        """Have an invitation let nobody in any more."""
        return self._ask(
            "mutation($id: ID!) { withdrawInvitation(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "withdrawInvitation",
        )

    def accept_invitation(self, secret: str) -> Project:
        """Come into a project by the secret of an invitation's link."""
        return self._ask(
            "mutation($secret: String!) { acceptInvitation(secret: $secret) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"secret": secret},
            "acceptInvitation",
        )

    def set_quota(
        self,
        *,
        project: str | None = None,
        user: str | None = None,
        everybody: str | None = None,
        cpu: float | None = None,
        memory: int | None = None,
        gpu: int | None = None,
        pods: int | None = None,
        notebooks: int | None = None,
        cards: Any | None = None,
        storage: int | None = None,
        queue: bool | None = None,
    ) -> Quota:
        """Set what a project or a person may have at work at once, or (`everybody`: project or user) all who
        have no limits of their own. What is left out has no limit; nothing at all takes the limits away.
        `cards`: {kind: most} of cards that are asked for by their kind; `storage`: bytes that a project
        keeps, above which nothing new begins. `queue`: what does not fit now waits, else it is refused. For
        administrators."""
        return self._ask(
            "mutation($project: String, $user: String, $everybody: String, $cpu: Float, $memory: Long, $gpu: Int, $pods: Int, $notebooks: Int, $cards: JSON, $storage: Long, $queue: Boolean) { setQuota(project: $project, user: $user, everybody: $everybody, cpu: $cpu, memory: $memory, gpu: $gpu, pods: $pods, notebooks: $notebooks, cards: $cards, storage: $storage, queue: $queue) { __typename ... on Quota { limits { cpu memory gpu pods notebooks cards storage } used { cpu memory gpu pods notebooks cards storage } queue own holders { kind ownerId waits at } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "project": project,
                "user": user,
                "everybody": everybody,
                "cpu": cpu,
                "memory": memory,
                "gpu": gpu,
                "pods": pods,
                "notebooks": notebooks,
                "cards": cards,
                "storage": storage,
                "queue": queue,
            },
            "setQuota",
        )

    def save_secret(
        self, project: str, name: str, *, value: str | None = None, description: str | None = None
    ) -> Secret:
        """Write a secret of a project, new or in place of the one of that name; a null value keeps the one
        that is there. What starts from then on is given the new value."""
        return self._ask(
            "mutation($project: String!, $name: String!, $value: String, $description: String) { saveSecret(project: $project, name: $name, value: $value, description: $description) { __typename ... on Secret { id name description changedAt changedBy { id name email admin auditor } usedBy } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "name": name, "value": value, "description": description},
            "saveSecret",
        )

    def delete_secret(self, project: str, name: str, *, force: bool | None = None) -> Done:
        """Take a secret away from a project; unless `force`, only when nothing uses it."""
        return self._ask(
            "mutation($project: String!, $name: String!, $force: Boolean) { deleteSecret(project: $project, name: $name, force: $force) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "name": name, "force": force},
            "deleteSecret",
        )

    def save_template(self, project: str, yaml: str) -> Template:
        """Add a version of a template to a project, from YAML; an existing version is never changed."""
        return self._ask(
            "mutation($project: String!, $yaml: String!) { saveTemplate(project: $project, yaml: $yaml) { __typename ... on Template { id name category title description latest builtin project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } versions { number createdAt body } record { ended succeeded median } usedBy { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "yaml": yaml},
            "saveTemplate",
        )

    def save_image(
        self,
        project: str,
        name: str,
        definition: Any,
        *,
        description: str | None = None,
        registry: str | None = None,
        cluster: str | None = None,
        again: bool | None = None,
    ) -> SavedImage:
        """Make a version of an image and build it. `definition`: {base, python, pip, apt, conda, channels,
        env, files, commands, environment_yml} or {dockerfile} or {repo, branch, path}; and {cpu, memory,
        minutes} for the build. What was built from the same already is not built twice, unless `again`."""
        return self._ask(
            "mutation($project: String!, $name: String!, $definition: JSON!, $description: String, $registry: String, $cluster: String, $again: Boolean) { saveImage(project: $project, name: $name, definition: $definition, description: $description, registry: $registry, cluster: $cluster, again: $again) { __typename ... on SavedImage { image { id name description projectId latest createdAt newest viewerCanBuild } build { id imageId number definition reference cluster state reason explanation digest size packages files createdAt startedAt finishedAt dockerfile growth } changed } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "project": project,
                "name": name,
                "definition": definition,
                "description": description,
                "registry": registry,
                "cluster": cluster,
                "again": again,
            },
            "saveImage",
        )

    def cancel_build(self, id: str) -> Build:
        """Stop a build; one that has ended stays as it is."""
        return self._ask(
            "mutation($id: ID!) { cancelBuild(id: $id) { __typename ... on Build { id imageId number definition reference cluster state reason explanation digest size packages files createdAt startedAt finishedAt author { id name email admin auditor } pod { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } dockerfile changes { kind name before after } growth failing { step output } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "cancelBuild",
        )

    def delete_image(self, id: str) -> Done:
        """Delete an image that nothing uses, with its versions. What was pushed to a registry stays there."""
        return self._ask(
            "mutation($id: ID!) { deleteImage(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteImage",
        )

    def save_image_start(
        self, name: str, title: str, definition: Any, *, description: str | None = None
    ) -> ImageStart:
        """Make a starting point for images, or change the one of that name; for administrators. `definition`:
        as for saveImage."""
        return self._ask(
            "mutation($name: String!, $title: String!, $definition: JSON!, $description: String) { saveImageStart(name: $name, title: $title, definition: $definition, description: $description) { __typename ... on ImageStart { name title description definition builtin changedAt } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"name": name, "title": title, "definition": definition, "description": description},
            "saveImageStart",
        )

    def delete_image_start(self, name: str) -> Done:
        """Take a starting point out of the catalogue; images that began with it stay. For administrators."""
        return self._ask(
            "mutation($name: String!) { deleteImageStart(name: $name) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"name": name},
            "deleteImageStart",
        )

    def create_notebook(
        self,
        project: str,
        name: str,
        *,
        kind: str | None = None,
        definition: Any | None = None,
        description: str | None = None,
        share: Literal["NONE", "VIEW", "EDIT"] | None = None,
        cluster: str | None = None,
        start: bool | None = None,
    ) -> Notebook:
        """Make a notebook of mine. `definition`: {cpu cores, memory and size as bytes or 2Gi, gpu, gpu_type,
        gpu_share (0.5, 8Gi), devices {name: count}, claims {device class: count}, python, requirements,
        image, env {name: value}, secrets {name: value}, project_secrets [name], volumes
        ["source(kind):/path"], repo, repo_secret, branch, script, command, port, path}; what is left out has
        a default."""
        return self._ask(
            "mutation($project: String!, $name: String!, $kind: String, $definition: JSON, $description: String, $share: Share, $cluster: String, $start: Boolean) { createNotebook(project: $project, name: $name, kind: $kind, definition: $definition, description: $description, share: $share, cluster: $cluster, start: $start) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "project": project,
                "name": name,
                "kind": kind,
                "definition": definition,
                "description": description,
                "share": share,
                "cluster": cluster,
                "start": start,
            },
            "createNotebook",
        )

    def start_notebook(self, id: str) -> Notebook:
        """Start it; one that runs goes on."""
        return self._ask(
            "mutation($id: ID!) { startNotebook(id: $id) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "startNotebook",
        )

    def stop_notebook(self, id: str, *, save: bool | None = None) -> Notebook:
        """End its processes; its files stay. With `save` the open pages of a JupyterLab save first what is
        unsaved in them, within 12 s; CONFLICT when something could not be saved, and then it is not
        stopped."""
        return self._ask(
            "mutation($id: ID!, $save: Boolean) { stopNotebook(id: $id, save: $save) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "save": save},
            "stopNotebook",
        )

    def restart_notebook(self, id: str, *, save: bool | None = None) -> Notebook:
        """Stop it and start it again; `save` as for stopNotebook."""
        return self._ask(
            "mutation($id: ID!, $save: Boolean) { restartNotebook(id: $id, save: $save) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "save": save},
            "restartNotebook",
        )

    def update_notebook(
        self,
        id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        share: Literal["NONE", "VIEW", "EDIT"] | None = None,
        definition: Any | None = None,
        restart: bool | None = None,
    ) -> Notebook:
        """Change what is given. A changed `definition` holds from the next start, or with `restart` at once:
        it is stopped, changed and started as one act. In `secrets` a null keeps the value that is there."""
        return self._ask(
            "mutation($id: ID!, $name: String, $description: String, $share: Share, $definition: JSON, $restart: Boolean) { updateNotebook(id: $id, name: $name, description: $description, share: $share, definition: $definition, restart: $restart) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "id": id,
                "name": name,
                "description": description,
                "share": share,
                "definition": definition,
                "restart": restart,
            },
            "updateNotebook",
        )

    def revert_notebook(self, id: str) -> Notebook:
        """The way back from a change that did not work out: what it was made of before, started at once."""
        return self._ask(
            "mutation($id: ID!) { revertNotebook(id: $id) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "revertNotebook",
        )

    def clone_notebook(self, id: str, name: str) -> Notebook:
        """A notebook of mine made of the same, without its files; with its secrets only if it is mine."""
        return self._ask(
            "mutation($id: ID!, $name: String!) { cloneNotebook(id: $id, name: $name) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "name": name},
            "cloneNotebook",
        )

    def delete_notebook(self, id: str, *, keep_files: bool | None = None) -> Done:
        """Delete a notebook that is off; its folder too, unless `keepFiles`."""
        return self._ask(
            "mutation($id: ID!, $keepFiles: Boolean) { deleteNotebook(id: $id, keepFiles: $keepFiles) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "keepFiles": keep_files},
            "deleteNotebook",
        )

    def keep_notebook(self, id: str, *, hours: int | None = None) -> Notebook:
        """Do not stop it for being idle in the next hours, 72 at most."""
        return self._ask(
            "mutation($id: ID!, $hours: Int) { keepNotebook(id: $id, hours: $hours) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "hours": hours},
            "keepNotebook",
        )

    def open_notebook(self, id: str) -> Opening:
        """The address at which my browser gets in."""
        return self._ask(
            "mutation($id: ID!) { openNotebook(id: $id) { __typename ... on Opening { url } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "openNotebook",
        )

    def set_notebook_policy(
        self,
        project: str,
        *,
        idle_minutes: int | None = None,
        gpu_idle_minutes: int | None = None,
        warn_minutes: int | None = None,
    ) -> Project:
        """When idle notebooks of a project are stopped, in minutes; 0: never."""
        return self._ask(
            "mutation($project: String!, $idleMinutes: Int, $gpuIdleMinutes: Int, $warnMinutes: Int) { setNotebookPolicy(project: $project, idleMinutes: $idleMinutes, gpuIdleMinutes: $gpuIdleMinutes, warnMinutes: $warnMinutes) { __typename ... on Project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole members { role } viewerCanRun viewerCanMaintain viewerCanManage notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } groups { role } invitations { id role email createdAt expiresAt } quota { queue own } registries { id name prefix username insecure } secrets { id name description changedAt usedBy } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "project": project,
                "idleMinutes": idle_minutes,
                "gpuIdleMinutes": gpu_idle_minutes,
                "warnMinutes": warn_minutes,
            },
            "setNotebookPolicy",
        )

    def upload_model(
        self, project: str, name: str, files: list[UploadedFile], *, about: Any | None = None
    ) -> RegisteredModel:
        """Register a version of a model from files that were put into the project's store before. `about`:
        {description, framework, signature {inputs, outputs, example}, requirements, metrics {name: number},
        tags {name: text}}; what is left out is found out or empty. An MLflow model folder says its signature
        and requirements itself; one that cannot be read is INVALID, unless `framework` is said."""
        return self._ask(
            "mutation($project: String!, $name: String!, $files: [UploadedFile!]!, $about: JSON) { uploadModel(project: $project, name: $name, files: $files, about: $about) { __typename ... on RegisteredModel { model { id name description card projectId createdAt viewerCanChange } version { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } changed } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "name": name, "files": files, "about": about},
            "uploadModel",
        )

    def update_model(self, id: str, *, description: str | None = None, card: str | None = None) -> Model:
        """Say what a model is; what is left out stays."""
        return self._ask(
            "mutation($id: ID!, $description: String, $card: String) { updateModel(id: $id, description: $description, card: $card) { __typename ... on Model { id name description card projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } versions { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } newest { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } aliases { name number movedAt } uses { kind id name } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "description": description, "card": card},
            "updateModel",
        )

    def update_model_version(self, id: str, about: Any) -> ModelVersion:
        """Say more of a version; its files stay. `about` as for uploadModel; what is left out stays."""
        return self._ask(
            "mutation($id: ID!, $about: JSON!) { updateModelVersion(id: $id, about: $about) { __typename ... on ModelVersion { id modelId number description framework files { path size sha256 mediaType url } size digest signature requirements metrics tags runId lineage createdAt author { id name email admin auditor } model { id name description card projectId createdAt viewerCanChange } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "about": about},
            "updateModelVersion",
        )

    def promote_model(self, id: str, alias: str, *, force: bool | None = None) -> Model:
        """Have a name such as production point to the version `id`. Refused when something on the check list
        does not hold, unless `force`."""
        return self._ask(
            "mutation($id: ID!, $alias: String!, $force: Boolean) { promoteModel(id: $id, alias: $alias, force: $force) { __typename ... on Model { id name description card projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } versions { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } newest { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } aliases { name number movedAt } uses { kind id name } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "alias": alias, "force": force},
            "promoteModel",
        )

    def demote_model(self, id: str, alias: str) -> Model:
        """Take a name away from the model `id`; no version changes."""
        return self._ask(
            "mutation($id: ID!, $alias: String!) { demoteModel(id: $id, alias: $alias) { __typename ... on Model { id name description card projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } versions { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } newest { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } aliases { name number movedAt } uses { kind id name } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "alias": alias},
            "demoteModel",
        )

    def delete_model_version(self, id: str) -> Model:
        """Delete a version that nothing uses and no name points to."""
        return self._ask(
            "mutation($id: ID!) { deleteModelVersion(id: $id) { __typename ... on Model { id name description card projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } versions { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } newest { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } aliases { name number movedAt } uses { kind id name } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteModelVersion",
        )

    def delete_model(self, id: str) -> Done:
        """Delete a model with all its versions, if nothing uses one of them."""
        return self._ask(
            "mutation($id: ID!) { deleteModel(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteModel",
        )

    def create_service(
        self,
        project: str,
        name: str,
        *,
        definition: Any | None = None,
        model: str | None = None,
        access: Literal["PROJECT", "KEY", "PUBLIC"] | None = None,
        description: str | None = None,
        cluster: str | None = None,
    ) -> Service:
        """Make a service and start its first revision, which gets all requests as soon as it answers.
        `definition`: {kind (model, function, triton, vllm, custom), cpu cores, memory as bytes or 2Gi, gpu,
        gpu_type, gpu_share (0.5, 8Gi), devices {name: count}, claims {device class: count}, replicas, most,
        by, target, hours, python, requirements, image, env {name: value}, secrets {name: value},
        project_secrets [name], volumes ["source(kind):/path"], script, command, port, ready, timeout seconds,
        concurrency, sleep_minutes, non_finite (null or error: NaN in answers of models and functions)}; what
        is left out has a default. `model`: name:3, name@production, name (the newest), or the id of a
        version."""
        return self._ask(
            "mutation($project: String!, $name: String!, $definition: JSON, $model: String, $access: ServiceAccess, $description: String, $cluster: String) { createService(project: $project, name: $name, definition: $definition, model: $model, access: $access, description: $description, cluster: $cluster) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "project": project,
                "name": name,
                "definition": definition,
                "model": model,
                "access": access,
                "description": description,
                "cluster": cluster,
            },
            "createService",
        )

    def deploy_service(
        self,
        id: str,
        *,
        definition: Any | None = None,
        model: str | None = None,
        strategy: Any | None = None,
        force: bool | None = None,
    ) -> Service:
        """Start a new revision. What is left out of `definition` (and `model`) is as in the newest.
        `strategy`: {kind: roll (all the traffic as soon as it answers), canary (step by step while it does
        well) or hold (none), steps [percent], seconds the least time of a step, gates {errors, rejected,
        difference, sample, tolerance: shares from 0 to 1, slow: a factor}}. `difference` has copies of
        requests sent to the canary, so that repeating a request must be harmless. CONFLICT with the field
        `force`: the signature of its model differs from that of one that has the traffic; `force` confirms
        it. CONFLICT with the field `strategy.kind`: requests come by a route on which the platform cannot
        judge a canary."""
        return self._ask(
            "mutation($id: ID!, $definition: JSON, $model: String, $strategy: JSON, $force: Boolean) { deployService(id: $id, definition: $definition, model: $model, strategy: $strategy, force: $force) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "definition": definition, "model": model, "strategy": strategy, "force": force},
            "deployService",
        )

    def bring_revision(
        self, id: str, number: int, *, strategy: Any | None = None, force: bool | None = None
    ) -> Service:
        """Have the revision `number` take the traffic, or take it back: it is started if it does not run.
        `strategy` and `force` as for deployService."""
        return self._ask(
            "mutation($id: ID!, $number: Int!, $strategy: JSON, $force: Boolean) { bringRevision(id: $id, number: $number, strategy: $strategy, force: $force) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "number": number, "strategy": strategy, "force": force},
            "bringRevision",
        )

    def share_traffic(
        self, id: str, traffic: Any, *, mirror: int | None = None, force: bool | None = None
    ) -> Service:
        """Share the traffic out by hand: {number of a revision: percent}, 100 in all; `mirror`: a revision
        that gets copies of requests with bodies up to 1 MiB, and whose answers are compared and thrown away.
        `force` as for deployService."""
        return self._ask(
            "mutation($id: ID!, $traffic: JSON!, $mirror: Int, $force: Boolean) { shareTraffic(id: $id, traffic: $traffic, mirror: $mirror, force: $force) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "traffic": traffic, "mirror": mirror, "force": force},
            "shareTraffic",
        )

    def abort_rollout(self, id: str) -> Service:
        """End a rollout that is under way; the revisions that had the traffic before have it again."""
        return self._ask(
            "mutation($id: ID!) { abortRollout(id: $id) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "abortRollout",
        )

    def start_service(self, id: str) -> Service:
        """Start the revisions that get traffic."""
        return self._ask(
            "mutation($id: ID!) { startService(id: $id) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "startService",
        )

    def stop_service(self, id: str) -> Service:
        """Stop all revisions; how traffic is shared out is kept."""
        return self._ask(
            "mutation($id: ID!) { stopService(id: $id) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "stopService",
        )

    def update_service(
        self,
        id: str,
        *,
        description: str | None = None,
        access: Literal["PROJECT", "KEY", "PUBLIC"] | None = None,
    ) -> Service:
        """Change what is given; who may ask holds at once."""
        return self._ask(
            "mutation($id: ID!, $description: String, $access: ServiceAccess) { updateService(id: $id, description: $description, access: $access) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "description": description, "access": access},
            "updateService",
        )

    def delete_service(self, id: str) -> Done:
        """Delete a service that is stopped, with its revisions, keys and counts."""
        return self._ask(
            "mutation($id: ID!) { deleteService(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteService",
        )

    def create_service_key(
        self, id: str, name: str, *, per_minute: int | None = None, tokens_per_minute: int | None = None
    ) -> NewServiceKey:
        """Make a key that opens the service `id` to whoever has it, as `Authorization: Bearer <key>` or
        `X-API-Key: <key>`. `perMinute`, `tokensPerMinute`: the most requests, and tokens of a language model,
        that each process of the platform lets through in a minute."""
        return self._ask(
            "mutation($id: ID!, $name: String!, $perMinute: Int, $tokensPerMinute: Int) { createServiceKey(id: $id, name: $name, perMinute: $perMinute, tokensPerMinute: $tokensPerMinute) { __typename ... on NewServiceKey { id secret } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "name": name, "perMinute": per_minute, "tokensPerMinute": tokens_per_minute},
            "createServiceKey",
        )

    def revoke_service_key(self, id: str) -> Service:
        """Have a key open nothing any more."""
        return self._ask(
            "mutation($id: ID!) { revokeServiceKey(id: $id) { __typename ... on Service { id name description cluster access on traffic mirror rollout latest projectId createdAt project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } author { id name email admin auditor } revisions { id number state reason explanation kind definition secrets model replicas ready createdAt requestedAt readyAt } state url replicas { revision } keys { id name ending perMinute tokensPerMinute createdAt use } viewerCanChange } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "revokeServiceKey",
        )

    def open_service(self, id: str) -> ServiceOpening:
        """The address of a service for a browser: with a ticket that is good once, within a minute."""
        return self._ask(
            "mutation($id: ID!) { openService(id: $id) { __typename ... on ServiceOpening { url } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "openService",
        )

    def try_service(
        self,
        id: str,
        *,
        path: str | None = None,
        method: str | None = None,
        body: str | None = None,
        revision: int | None = None,
    ) -> ServiceAnswer:
        """Send a service a request, as the console does to try it; it counts as no other. `path` begins with /; `revision`: another than the traffic goes to; the body has 1 MiB at most."""
        return self._ask(
            "mutation($id: ID!, $path: String, $method: String, $body: String, $revision: Int) { tryService(id: $id, path: $path, method: $method, body: $body, revision: $revision) { status body seconds revision } }",
            {"id": id, "path": path, "method": method, "body": body, "revision": revision},
            "tryService",
        )

    def save_pipeline(
        self,
        project: str,
        *,
        yaml: str | None = None,
        definition: Any | None = None,
        expected: int | None = None,
    ) -> SavedPipeline:
        """Save a document, as YAML or as a definition, as the newest version of the pipeline that it names,
        making the pipeline when there is none. `expected` is the version that the author began with (0:
        none)."""
        return self._ask(
            "mutation($project: String!, $yaml: String, $definition: JSON, $expected: Int) { savePipeline(project: $project, yaml: $yaml, definition: $definition, expected: $expected) { __typename ... on SavedPipeline { pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } changed } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "yaml": yaml, "definition": definition, "expected": expected},
            "savePipeline",
        )

    def save_draft(self, pipeline: str, definition: Any, base: int) -> Pipeline:
        """Keep what I have changed in a pipeline, right or wrong, without making a version. `base`: the
        version that I began with. Saving the pipeline ends the draft."""
        return self._ask(
            "mutation($pipeline: ID!, $definition: JSON!, $base: Int!) { saveDraft(pipeline: $pipeline, definition: $definition, base: $base) { __typename ... on Pipeline { id name description latest createdAt changedAt runCount project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } layout draft { definition base changedAt } viewerCanRun recent usual } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"pipeline": pipeline, "definition": definition, "base": base},
            "saveDraft",
        )

    def discard_draft(self, pipeline: str) -> Pipeline:
        """Forget what I have changed in a pipeline and not saved."""
        return self._ask(
            "mutation($pipeline: ID!) { discardDraft(pipeline: $pipeline) { __typename ... on Pipeline { id name description latest createdAt changedAt runCount project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } layout draft { definition base changedAt } viewerCanRun recent usual } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"pipeline": pipeline},
            "discardDraft",
        )

    def save_layout(self, pipeline: str, layout: Any) -> Pipeline:
        """Put the steps of a pipeline to places on the canvas: {step: [x, y]}. It makes no version."""
        return self._ask(
            "mutation($pipeline: ID!, $layout: JSON!) { saveLayout(pipeline: $pipeline, layout: $layout) { __typename ... on Pipeline { id name description latest createdAt changedAt runCount project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } layout draft { definition base changedAt } viewerCanRun recent usual } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"pipeline": pipeline, "layout": layout},
            "saveLayout",
        )

    def start_run(
        self,
        pipeline: str,
        *,
        params: Any | None = None,
        version: int | None = None,
        cache: bool | None = None,
        priority: int | None = None,
        cluster: str | None = None,
        plan: str | None = None,
    ) -> Run:
        """Run a pipeline: its newest version or `version`, with `params` {name: value}. `cache`: take results
        of equal steps from before. Runs of higher priority (-100 to 100) start first. `cluster`: another than
        the project's, if the project allows it. `plan`: the digest of a preflight; when what would run is no
        longer that, nothing starts."""
        return self._ask(
            "mutation($pipeline: ID!, $params: JSON, $version: Int, $cache: Boolean, $priority: Int, $cluster: String, $plan: String) { startRun(pipeline: $pipeline, params: $params, version: $version, cache: $cache, priority: $priority, cluster: $cluster, plan: $plan) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed passedOver { cluster reason } unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } steps { id runId name item state attempt reason explanation value items outputs omittedFiles needs cacheReason startedAt finishedAt podId tracked warnings } stepStates { id name state } models { modelId versionId name number step } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
            {
                "pipeline": pipeline,
                "params": params,
                "version": version,
                "cache": cache,
                "priority": priority,
                "cluster": cluster,
                "plan": plan,
            },
            "startRun",
        )

    def retry_run(self, id: str, *, cluster: str | None = None) -> Run:
        """Run the same version again, keeping the steps that succeeded, with their values and files.
        `cluster`: another than the run's, if the project allows it."""
        return self._ask(
            "mutation($id: ID!, $cluster: String) { retryRun(id: $id, cluster: $cluster) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed passedOver { cluster reason } unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } steps { id runId name item state attempt reason explanation value items outputs omittedFiles needs cacheReason startedAt finishedAt podId tracked warnings } stepStates { id name state } models { modelId versionId name number step } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "cluster": cluster},
            "retryRun",
        )

    def continue_run(self, id: str, *, cluster: str | None = None) -> Run:
        """Fix and continue: run the newest version, keeping the steps that succeeded and have not changed.
        `cluster`: another than the run's, if the project allows it."""
        return self._ask(
            "mutation($id: ID!, $cluster: String) { continueRun(id: $id, cluster: $cluster) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed passedOver { cluster reason } unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } steps { id runId name item state attempt reason explanation value items outputs omittedFiles needs cacheReason startedAt finishedAt podId tracked warnings } stepStates { id name state } models { modelId versionId name number step } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "cluster": cluster},
            "continueRun",
        )

    def create_notebook_from_step(
        self, run: str, step: str, *, item: int | None = None, name: str | None = None
    ) -> Notebook:
        """Open a step of a run in a notebook of mine: with its environment, its code in a folder of its name
        (run.sh runs it as it was run), and the files that it read. `item`: the place in its fan-out; `name`:
        of the notebook. It starts at once."""
        return self._ask(
            "mutation($run: ID!, $step: String!, $item: Int, $name: String) { createNotebookFromStep(run: $run, step: $step, item: $item, name: $name) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine stages { name at } requestedAt readyAt endedAt owner { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } restarted { at reason explanation } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"run": run, "step": step, "item": item, "name": name},
            "createNotebookFromStep",
        )

    def move_run(self, id: str, cluster: str) -> Run:
        """Give a run to another cluster of its project while no step of it has started. It stays the same
        run, queued there once the cluster where it was has forgotten it. CONFLICT when a step has started, or
        when its cluster may have it and does not answer."""
        return self._ask(
            "mutation($id: ID!, $cluster: String!) { moveRun(id: $id, cluster: $cluster) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed passedOver { cluster reason } unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } steps { id runId name item state attempt reason explanation value items outputs omittedFiles needs cacheReason startedAt finishedAt podId tracked warnings } stepStates { id name state } models { modelId versionId name number step } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "cluster": cluster},
            "moveRun",
        )

    def cancel_run(self, id: str) -> Run:
        """Ask a run to end: its processes get SIGTERM, and SIGKILL after the grace."""
        return self._ask(
            "mutation($id: ID!) { cancelRun(id: $id) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed passedOver { cluster reason } unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } steps { id runId name item state attempt reason explanation value items outputs omittedFiles needs cacheReason startedAt finishedAt podId tracked warnings } stepStates { id name state } models { modelId versionId name number step } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "cancelRun",
        )

    def register_model(
        self,
        run: str,
        step: str,
        name: str,
        *,
        paths: list[str] | None = None,
        item: int | None = None,
        about: Any | None = None,
    ) -> RegisteredModel:
        """Register files that a step left (all, or those at or below `paths`) as a version of the model
        `name`, which is made when it is not there. `item`: the place in a fan-out. `about` as for
        uploadModel; the numbers that the step gave or reported are its metrics. The same files of the same
        run are registered once."""
        return self._ask(
            "mutation($run: ID!, $step: String!, $name: String!, $paths: [String!], $item: Int, $about: JSON) { registerModel(run: $run, step: $step, name: $name, paths: $paths, item: $item, about: $about) { __typename ... on RegisteredModel { model { id name description card projectId createdAt viewerCanChange } version { id modelId number description framework size digest signature requirements metrics tags runId lineage createdAt } changed } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"run": run, "step": step, "name": name, "paths": paths, "item": item, "about": about},
            "registerModel",
        )

    def delete_pipeline(self, id: str) -> Done:
        """Delete a pipeline with its versions, runs, logs and files. Refused while one of its runs is going
        on."""
        return self._ask(
            "mutation($id: ID!) { deletePipeline(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deletePipeline",
        )

    def save_schedule(self, pipeline: str, name: str, definition: Any, *, id: str | None = None) -> Schedule:
        """Have a pipeline run by itself in my name, or change (`id`) how it does. `definition`: {cron, five
        fields; timezone, such as Europe/Berlin (UTC); params, of each run, where `{{ tick }}`, `{{ tick.date
        }}`, `{{ tick.time }}` and `{{ tick.yesterday }}` stand for the moment; cluster; cache (false: each
        run runs all its steps); missed, what becomes of moments at which the platform did not run: none, last
        (a run for the last of them) or all; parallel, how many runs may go on at once (1); full, what becomes
        of a moment when as many do: wait or skip; begins_at, ends_at: one that begins in the past makes up
        for what came since, as `missed` says}."""
        return self._ask(
            "mutation($pipeline: ID!, $name: String!, $definition: JSON!, $id: ID) { saveSchedule(pipeline: $pipeline, name: $name, definition: $definition, id: $id) { __typename ... on Schedule { id name definition paused nextAt changedAt viewerCanChange pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } ticks { at state explanation runId runNumber runState } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"pipeline": pipeline, "name": name, "definition": definition, "id": id},
            "saveSchedule",
        )

    def pause_schedule(self, id: str, *, paused: bool | None = None) -> Schedule:
        """Stop a schedule, or have it go on; what passes meanwhile is not made up for."""
        return self._ask(
            "mutation($id: ID!, $paused: Boolean) { pauseSchedule(id: $id, paused: $paused) { __typename ... on Schedule { id name definition paused nextAt changedAt viewerCanChange pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin auditor } ticks { at state explanation runId runNumber runState } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "paused": paused},
            "pauseSchedule",
        )

    def delete_schedule(self, id: str) -> Done:
        """Delete a schedule; its runs stay."""
        return self._ask(
            "mutation($id: ID!) { deleteSchedule(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteSchedule",
        )

    def create_search(
        self, pipeline: str, name: str, definition: Any, *, cluster: str | None = None
    ) -> Search:
        """Begin a search. `definition`: {objectives: [{metric, direction: minimize or maximize, goal, take:
        last, min or max}], space: {name: {type: float, int or choice, low, high, step, log, choices, when}},
        algorithm: {name: tpe, random, grid, cmaes qmc, nsga2 or nsga3, startup}, pruner: {name: median,
        percentile, halving, hyperband or wilcoxon, …}, trials, parallel, failed, minutes, engine: {name:
        katib, nni or ray, algorithm, settings, image} (somebody else suggests the points; Katib where it is
        installed), seed, params, start (points to try first), warm (the id of a search whose best points are
        tried first), best (how many)}."""
        return self._ask(
            "mutation($pipeline: ID!, $name: String!, $definition: JSON!, $cluster: String) { createSearch(pipeline: $pipeline, name: $name, definition: $definition, cluster: $cluster) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt author { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"pipeline": pipeline, "name": name, "definition": definition, "cluster": cluster},
            "createSearch",
        )

    def pause_search(self, id: str) -> Search:
        """Begin no more trials; those that run go on."""
        return self._ask(
            "mutation($id: ID!) { pauseSearch(id: $id) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt author { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "pauseSearch",
        )

    def resume_search(self, id: str) -> Search:
        """Let a paused search go on."""
        return self._ask(
            "mutation($id: ID!) { resumeSearch(id: $id) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt author { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "resumeSearch",
        )

    def stop_search(self, id: str) -> Search:
        """End it and the trials that run. It can be extended later."""
        return self._ask(
            "mutation($id: ID!) { stopSearch(id: $id) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt author { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "stopSearch",
        )

    def extend_search(self, id: str, trials: int, *, parallel: int | None = None) -> Search:
        """More trials, also after its end; `parallel`: how many at the same time from now on."""
        return self._ask(
            "mutation($id: ID!, $trials: Int!, $parallel: Int) { extendSearch(id: $id, trials: $trials, parallel: $parallel) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt author { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "trials": trials, "parallel": parallel},
            "extendSearch",
        )

    def stop_trials(self, id: str, numbers: list[int]) -> Search:
        """End some trials of a search; it goes on."""
        return self._ask(
            "mutation($id: ID!, $numbers: [Int!]!) { stopTrials(id: $id, numbers: $numbers) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt author { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "numbers": numbers},
            "stopTrials",
        )

    def try_trials(self, id: str, numbers: list[int], *, around: int | None = None) -> Search:
        """Try the points of some trials once more (those that failed, say), or, with `around`, so many points
        near each; before what the search would try itself, and also after its end."""
        return self._ask(
            "mutation($id: ID!, $numbers: [Int!]!, $around: Int) { tryTrials(id: $id, numbers: $numbers, around: $around) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt author { id name email admin auditor } project { id name description cluster clusters placement spaces nodeGroup createdAt archivedAt viewerCanRestore viewerRole viewerCanRun viewerCanMaintain viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "numbers": numbers, "around": around},
            "tryTrials",
        )

    def suggest_trial(self, key: str, params: Any) -> SuggestedTrial:
        """For the run of an engine: have a point of its search tried, {parameter: value}, under the engine's
        own name for it. Saying it again changes nothing."""
        return self._ask(
            "mutation($key: String!, $params: JSON!) { suggestTrial(key: $key, params: $params) { __typename ... on SuggestedTrial { number state values curve reason } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"key": key, "params": params},
            "suggestTrial",
        )

    def drop_trial(self, key: str) -> Done:
        """For the run of an engine: a point that it suggested is not to begin, or is to end early."""
        return self._ask(
            "mutation($key: String!) { dropTrial(key: $key) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"key": key},
            "dropTrial",
        )

    def delete_search(self, id: str) -> Done:
        """Delete a search that has ended; the runs of its trials stay."""
        return self._ask(
            "mutation($id: ID!) { deleteSearch(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteSearch",
        )

    def changed(self, *, project: str | None = None) -> Iterator[Change]:
        """Whatever changes from now on in a project (or in all of mine), but for runs, by kind and id: one stream for all lists, for browsers hold six to a server."""
        return self._subscribe(
            "subscription($project: String) { changed(project: $project) { cursor kind id } }",
            {"project": project},
            "changed",
        )

    def cluster_health(self) -> Iterator[list[ClusterHealth]]:
        """Which clusters there are and whether they answer: now, then whenever that changes."""
        return self._subscribe(
            "subscription { clusterHealth { name reachable since problem } }", {}, "clusterHealth"
        )

    def logs(self, pod: str, *, since: int | None = None) -> Iterator[LogChunk]:
        """A pod's log from byte `since` on, as it grows; ends with the chunk that is `done`."""
        return self._subscribe(
            "subscription($pod: ID!, $since: Long) { logs(pod: $pod, since: $since) { start cursor text stamps done } }",
            {"pod": pod, "since": since},
            "logs",
        )

    def pod_used(self, id: str) -> Iterator[Any]:
        """What a pod uses from now on, as Pod.usage has it: each time the samples since the last; ends with the pod."""
        return self._subscribe("subscription($id: ID!) { podUsed(id: $id) }", {"id": id}, "podUsed")

    def pod_updated(self, id: str) -> Iterator[Pod]:
        """A pod now, then at each change; ends when it has ended and its log is kept."""
        return self._subscribe(
            "subscription($id: ID!) { podUpdated(id: $id) { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } }",
            {"id": id},
            "podUpdated",
        )

    def image_updated(self, id: str) -> Iterator[ImageNews]:
        """An image now, then at each change of its builds; null and the end when it is deleted."""
        return self._subscribe(
            "subscription($id: ID!) { imageUpdated(id: $id) { cursor id image { id name description projectId latest createdAt newest viewerCanBuild } } }",
            {"id": id},
            "imageUpdated",
        )

    def images_changed(self, *, project: str | None = None) -> Iterator[ImageNews]:
        """Each image of a project (or of all mine) whose builds change from now on."""
        return self._subscribe(
            "subscription($project: String) { imagesChanged(project: $project) { cursor id image { id name description projectId latest createdAt newest viewerCanBuild } } }",
            {"project": project},
            "imagesChanged",
        )

    def notebook_updated(self, id: str) -> Iterator[NotebookNews]:
        """A notebook now, then at each change; null and the end when it is deleted. While somebody follows it, it is asked every 15 s whether it is in use."""
        return self._subscribe(
            "subscription($id: ID!) { notebookUpdated(id: $id) { cursor id notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine requestedAt readyAt endedAt viewerMayOpen viewerCanChange viewerCanStop } } }",
            {"id": id},
            "notebookUpdated",
        )

    def notebooks_changed(self, *, project: str | None = None) -> Iterator[NotebookNews]:
        """Each notebook of a project (or of all mine) that changes from now on."""
        return self._subscribe(
            "subscription($project: String) { notebooksChanged(project: $project) { cursor id notebook { id name description kind cluster projectId state reason explanation python requirements image root cpu memory gpu gpuType gpuShare devices claims size env secrets projectSecrets volumes repo repoSecret branch script command port path share folder changed former activity evidence keepUntil createdAt mine requestedAt readyAt endedAt viewerMayOpen viewerCanChange viewerCanStop } } }",
            {"project": project},
            "notebooksChanged",
        )

    def model_updated(self, id: str) -> Iterator[ModelNews]:
        """A model now, then at each change of it or of its versions; null and the end when it is deleted."""
        return self._subscribe(
            "subscription($id: ID!) { modelUpdated(id: $id) { cursor id model { id name description card projectId createdAt viewerCanChange } } }",
            {"id": id},
            "modelUpdated",
        )

    def models_changed(self, *, project: str | None = None) -> Iterator[ModelNews]:
        """Each model of a project (or of all mine) that changes from now on."""
        return self._subscribe(
            "subscription($project: String) { modelsChanged(project: $project) { cursor id model { id name description card projectId createdAt viewerCanChange } } }",
            {"project": project},
            "modelsChanged",
        )

    def service_updated(self, id: str) -> Iterator[ServiceNews]:
        """A service now, then at each change of it or its revisions; null and the end when it is deleted."""
        return self._subscribe(
            "subscription($id: ID!) { serviceUpdated(id: $id) { cursor id service { id name description cluster access on traffic mirror rollout latest projectId createdAt state url viewerCanChange } } }",
            {"id": id},
            "serviceUpdated",
        )

    def services_changed(self, *, project: str | None = None) -> Iterator[ServiceNews]:
        """Each service of a project (or of all mine) that changes from now on."""
        return self._subscribe(
            "subscription($project: String) { servicesChanged(project: $project) { cursor id service { id name description cluster access on traffic mirror rollout latest projectId createdAt state url viewerCanChange } } }",
            {"project": project},
            "servicesChanged",
        )

    def service_asked(self, id: str) -> Iterator[ServiceRequestNews]:
        """Tells, when and whenever requests to a service were written down: read them again."""
        return self._subscribe(
            "subscription($id: ID!) { serviceAsked(id: $id) { cursor } }", {"id": id}, "serviceAsked"
        )

    def run_updated(self, id: str, *, since: str | None = None) -> Iterator[RunNews]:
        """A run now (unless nothing changed after `since`), then at each change of it or its steps; ends when it has ended."""
        return self._subscribe(
            "subscription($id: ID!, $since: String) { runUpdated(id: $id, since: $since) { cursor run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed unknown params viewerCanCancel viewerCanRetry } } }",
            {"id": id, "since": since},
            "runUpdated",
        )

    def run_usage(self, id: str) -> Iterator[RunUsage]:
        """What the running pods of a run use now, every two seconds: {pod: [cores, bytes, bytes asked for]}; ends with the run."""
        return self._subscribe(
            "subscription($id: ID!) { runUsage(id: $id) { pods } }", {"id": id}, "runUsage"
        )

    def runs_changed(self, *, project: str | None = None, since: str | None = None) -> Iterator[RunNews]:
        """Each run of a project (or of all mine) that changes from now on, or after `since`."""
        return self._subscribe(
            "subscription($project: String, $since: String) { runsChanged(project: $project, since: $since) { cursor run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId placed unknown params viewerCanCancel viewerCanRetry } } }",
            {"project": project, "since": since},
            "runsChanged",
        )

    def search_updated(self, id: str) -> Iterator[SearchNews]:
        """A search now, then at each change of it or of its trials; null and the end when it is deleted."""
        return self._subscribe(
            "subscription($id: ID!) { searchUpdated(id: $id) { cursor id search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt pipelineName trials curves importance front viewerCanSteer } } }",
            {"id": id},
            "searchUpdated",
        )

    def searches_changed(self, *, project: str | None = None) -> Iterator[SearchNews]:
        """Each search of a project (or of all mine) that changes from now on."""
        return self._subscribe(
            "subscription($project: String) { searchesChanged(project: $project) { cursor id search { id name projectId pipelineId version definition cluster state explanation counts engineRun best createdAt endedAt pipelineName trials curves importance front viewerCanSteer } } }",
            {"project": project},
            "searchesChanged",
        )
