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


class Artifact(TypedDict):
    """A file that a step left; its bytes are at `url`."""

    id: "str"
    path: "str"
    size: "int"
    sha256: "str"
    mediaType: "str"
    url: "str"


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
    """A starting point."""

    name: "str"
    title: "str"
    description: "str"
    definition: "Any"


class ImageUse(TypedDict):
    """Something that names an image."""

    kind: "str"
    id: "str"
    name: "str"


class Invitation(TypedDict):
    """A new way in for somebody, to be handed to them; it works once and for a short time."""

    person: NotRequired["Person"]
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

    role: "Literal['VIEWER', 'MEMBER', 'OWNER']"
    user: NotRequired["User"]


class MySession(TypedDict):
    """A browser in which I am signed in."""

    id: "str"
    agent: "str"
    createdAt: "str"
    seenAt: "str"
    expiresAt: "str"
    current: "bool"


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
    cpu: "float"
    memory: "int"
    gpu: "int"
    size: "int"
    env: "Any"
    secrets: "list[str]"
    repo: "str | None"
    branch: "str | None"
    script: "str | None"
    command: "str | None"
    port: "int | None"
    path: "str | None"
    share: "Literal['NONE', 'VIEW', 'EDIT']"
    folder: "str"
    changed: "bool"
    former: "Any | None"
    stages: NotRequired["list[NotebookStage]"]
    activity: "Any"
    evidence: "Any | None"
    keepUntil: "str | None"
    createdAt: "str"
    requestedAt: "str | None"
    readyAt: "str | None"
    endedAt: "str | None"
    mine: "bool"
    owner: NotRequired["User"]
    project: NotRequired["Project"]
    pods: NotRequired["list[Pod]"]
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


class Opening(TypedDict):
    """The way in to a notebook."""

    url: "str"


class PackageChange(TypedDict):
    """How a package differs between two versions of an image; null: it is not there."""

    kind: "str"
    name: "str"
    before: "str | None"
    after: "str | None"


class Person(TypedDict):
    """An account, as administrators see it."""

    id: "str"
    name: "str"
    email: "str | None"
    admin: "bool"
    createdAt: "str"
    closedAt: "str | None"
    seenAt: "str | None"


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
    verdict: "Literal['NOW', 'WAITS', 'NEVER', 'UNKNOWN']"
    explanation: "str"
    problems: "list[str]"
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
    createdAt: "str"
    viewerRole: "Literal['VIEWER', 'MEMBER', 'OWNER']"
    members: NotRequired["list[Member]"]
    viewerCanRun: "bool"
    viewerCanManage: "bool"
    registries: NotRequired["list[Registry]"]
    notebookPolicy: NotRequired["NotebookPolicy"]
    pipelines: NotRequired["PipelinePage"]
    pipeline: NotRequired["Pipeline | None"]
    runs: NotRequired["RunPage"]


class ProjectPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Project]"]
    cursor: "str | None"


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
    unknown: "str | None"
    params: "Any"
    version: NotRequired["PipelineVersion"]
    pipeline: NotRequired["Pipeline"]
    author: NotRequired["User"]
    steps: NotRequired["list[Step]"]
    stepStates: NotRequired["list[StepBrief]"]
    pods: NotRequired["list[Pod]"]
    metrics: NotRequired["Any"]
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


class SearchNews(TypedDict):
    """A search that changed; null: it is gone."""

    cursor: "str"
    id: "str"
    search: NotRequired["Search | None"]


class SearchPage(TypedDict):
    """Some of a list, newest first."""

    nodes: NotRequired["list[Search]"]
    cursor: "str | None"


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
    needs: "list[str]"
    cachedFrom: "str | None"
    cacheReason: "str | None"
    startedAt: "str | None"
    finishedAt: "str | None"
    podId: "str | None"
    pod: NotRequired["Pod | None"]
    pods: NotRequired["list[Pod]"]
    artifacts: NotRequired["list[Artifact]"]
    fan: NotRequired["list[Step]"]
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


class Template(TypedDict):
    """What a step can be: a command with typed arguments and what it needs around it."""

    id: "str"
    name: "str"
    category: "str"
    title: "str"
    description: "str"
    latest: "int"
    builtin: "bool"
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


class User(TypedDict):
    """A person with an account here."""

    id: "str"
    name: "str"
    email: "str | None"
    admin: "bool"


class Client(Transport):
    """Every operation of the platform as a method; what it asks for is each type's plain fields and one level below.
    For other selections use `execute(query, variables)`. Refusals raise Refused, errors Failed."""

    def _ask(self, document: str, variables: dict[str, Any], name: str) -> Any:
        answer = self.execute(document, {key: value for key, value in variables.items() if value is not None})[name]
        if isinstance(answer, dict) and answer.get("__typename") == "Problem":
            raise Refused(answer)
        return answer

    def _subscribe(self, document: str, variables: dict[str, Any], name: str) -> Iterator[Any]:
        for data in self.subscribe(document, {key: value for key, value in variables.items() if value is not None}):
            yield data[name]

    def health(self) -> str:
        """The version of the platform that answers."""
        return self._ask("query { health }", {}, "health")

    def sign_in_providers(self) -> list[SignInProvider]:
        """Ways to sign in beside the one-time link. Needs nobody to be signed in."""
        return self._ask("query { signInProviders { name title url } }", {}, "signInProviders")

    def people(self, *, search: str | None = None, after: str | None = None, first: int | None = None) -> PersonPage:
        """All accounts, newest first; for administrators. `search`: part of a name or address."""
        return self._ask(
            "query($search: String, $after: String, $first: Int) { people(search: $search, after: $after, first: $first) { nodes { id name email admin createdAt closedAt seenAt } cursor } }",
            {"search": search, "after": after, "first": first},
            "people",
        )

    def sessions(self) -> list[MySession]:
        """The browsers in which I am signed in, the last used first."""
        return self._ask("query { sessions { id agent createdAt seenAt expiresAt current } }", {}, "sessions")

    def viewer(self) -> User | None:
        """Who is signed in; null when nobody is."""
        return self._ask("query { viewer { id name email admin } }", {}, "viewer")

    def tokens(self) -> list[ApiToken]:
        """My API tokens, newest first, revoked ones too."""
        return self._ask("query { tokens { id name ending createdAt expiresAt usedAt revokedAt } }", {}, "tokens")

    def project(self, key: str) -> Project | None:
        """A project by id or name; null when there is none that I may see."""
        return self._ask(
            "query($key: String!) { project(key: $key) { id name description cluster clusters createdAt viewerRole members { role } viewerCanRun viewerCanManage registries { id name prefix username insecure } notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } } }",
            {"key": key},
            "project",
        )

    def projects(self, *, after: str | None = None, first: int | None = None) -> ProjectPage:
        """My projects, newest first."""
        return self._ask(
            "query($after: String, $first: Int) { projects(after: $after, first: $first) { nodes { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } cursor } }",
            {"after": after, "first": first},
            "projects",
        )

    def clusters(self) -> list[Cluster]:
        """Where work can run, and how much is free there."""
        return self._ask(
            "query { clusters { name kind reachable since problem version latency capacity { cpu memory gpu freeCpu freeMemory freeGpu gpuNote notes } nodes { name ready cordoned cpu memory gpu usedCpu usedMemory usedGpu labels taints problems version } } }",
            {},
            "clusters",
        )

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

    def templates(self, *, project: str | None = None) -> list[Template]:
        """The platform's templates and, with a project named, that project's."""
        return self._ask(
            "query($project: String) { templates(project: $project) { id name category title description latest builtin versions { number createdAt body } record { ended succeeded median } usedBy { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } } }",
            {"project": project},
            "templates",
        )

    def template(self, id: str) -> Template | None:
        """A template by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { template(id: $id) { id name category title description latest builtin versions { number createdAt body } record { ended succeeded median } usedBy { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } } }",
            {"id": id},
            "template",
        )

    def image(self, id: str) -> Image | None:
        """An image by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { image(id: $id) { id name description projectId latest createdAt project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } builds { id imageId number definition reference cluster state reason explanation digest size packages files createdAt startedAt finishedAt dockerfile growth } newest uses { kind id name } viewerCanBuild } }",
            {"id": id},
            "image",
        )

    def build(self, id: str) -> Build | None:
        """A version of an image by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { build(id: $id) { id imageId number definition reference cluster state reason explanation digest size packages files createdAt startedAt finishedAt author { id name email admin } pod { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } dockerfile changes { kind name before after } growth failing { step output } } }",
            {"id": id},
            "build",
        )

    def images(
        self, *, project: str | None = None, search: str | None = None, after: str | None = None, first: int | None = None
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

    def registry_check(self, id: str) -> RegistryCheck:
        """Asks a registry of my project whether it lets us in."""
        return self._ask("query($id: ID!) { registryCheck(id: $id) { problem } }", {"id": id}, "registryCheck")

    def image_starts(self) -> list[ImageStart]:
        """Starting points for images."""
        return self._ask("query { imageStarts { name title description definition } }", {}, "imageStarts")

    def notebook(self, id: str) -> Notebook | None:
        """A notebook by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { notebook(id: $id) { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } }",
            {"id": id},
            "notebook",
        )

    def notebooks(
        self,
        *,
        project: str | None = None,
        states: list[Literal["REQUESTED", "BUILDING", "PENDING", "STARTING", "RUNNING", "STOPPING", "STOPPED", "FAILED", "UNKNOWN"]]
        | None = None,
        mine: bool | None = None,
        search: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> NotebookPage:
        """Notebooks, newest first: of all my projects or of one. `mine`: only my own; `search`: part of a name, or of its owner's."""
        return self._ask(
            "query($project: String, $states: [NotebookState!], $mine: Boolean, $search: String, $after: String, $first: Int) { notebooks(project: $project, states: $states, mine: $mine, search: $search, after: $after, first: $first) { nodes { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former activity evidence keepUntil createdAt requestedAt readyAt endedAt mine viewerMayOpen viewerCanChange viewerCanStop } cursor } }",
            {"project": project, "states": states, "mine": mine, "search": search, "after": after, "first": first},
            "notebooks",
        )

    def notebook_kinds(self, *, cluster: str | None = None) -> list[NotebookKind]:
        """The kinds of notebooks, and whether each can run on a cluster."""
        return self._ask(
            "query($cluster: String) { notebookKinds(cluster: $cluster) { name title description image requirements looks missing } }",
            {"cluster": cluster},
            "notebookKinds",
        )

    def notebook_packages(self, id: str) -> list[str]:
        """The packages of a running JupyterLab that make it what it is, as lines such as pandas==2.2.3: those it was asked for, and those that people installed into its folder. What an image that is like it is made of."""
        return self._ask("query($id: ID!) { notebookPackages(id: $id) }", {"id": id}, "notebookPackages")

    def notebook_fit(self, project: str, kind: str, definition: Any, *, cluster: str | None = None) -> NotebookFit:
        """Whether a notebook would fit on a cluster of a project now. `definition`: as for createNotebook. Changes nothing."""
        return self._ask(
            "query($project: String!, $kind: String!, $definition: JSON!, $cluster: String) { notebookFit(project: $project, kind: $kind, definition: $definition, cluster: $cluster) { verdict explanation problems } }",
            {"project": project, "kind": kind, "definition": definition, "cluster": cluster},
            "notebookFit",
        )

    def pipeline(self, id: str) -> Pipeline | None:
        """A pipeline by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { pipeline(id: $id) { id name description latest createdAt changedAt runCount project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } layout draft { definition base changedAt } viewerCanRun recent usual } }",
            {"id": id},
            "pipeline",
        )

    def check_pipeline(self, project: str, *, yaml: str | None = None, definition: Any | None = None) -> Check:
        """What would be refused if this YAML, or this definition, were saved: everything at once."""
        return self._ask(
            "query($project: String!, $yaml: String, $definition: JSON) { checkPipeline(project: $project, yaml: $yaml, definition: $definition) { faults { code message field hint } } }",
            {"project": project, "yaml": yaml, "definition": definition},
            "checkPipeline",
        )

    def run(self, id: str) -> Run | None:
        """A run by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { run(id: $id) { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin } steps { id runId name item state attempt reason explanation value items outputs needs cachedFrom cacheReason startedAt finishedAt podId } stepStates { id name state } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } }",
            {"id": id},
            "run",
        )

    def step(self, id: str) -> Step | None:
        """A step by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { step(id: $id) { id runId name item state attempt reason explanation value items outputs needs cachedFrom cacheReason startedAt finishedAt podId pod { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } artifacts { id path size sha256 mediaType url } } }",
            {"id": id},
            "step",
        )

    def runs(
        self,
        *,
        project: str | None = None,
        pipeline: str | None = None,
        states: list[Literal["QUEUED", "RUNNING", "CANCELLING", "SUCCEEDED", "FAILED", "CANCELLED"]] | None = None,
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
            "query($project: String, $pipeline: ID, $states: [RunState!], $author: String, $search: String, $since: DateTime, $until: DateTime, $params: JSON, $after: String, $first: Int) { runs(project: $project, pipeline: $pipeline, states: $states, author: $author, search: $search, since: $since, until: $until, params: $params, after: $after, first: $first) { nodes { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId unknown params viewerCanCancel viewerCanRetry } cursor } }",
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
        self, pipeline: str, *, params: Any | None = None, version: int | None = None, cache: bool | None = None, cluster: str | None = None
    ) -> Preflight:
        """What would happen if a pipeline were run now: asked of its cluster, without anything being made. Refused like startRun."""
        return self._ask(
            "query($pipeline: ID!, $params: JSON, $version: Int, $cache: Boolean, $cluster: String) { preflight(pipeline: $pipeline, params: $params, version: $version, cache: $cache, cluster: $cluster) { cluster verdict explanation problems objects last changes digest } }",
            {"pipeline": pipeline, "params": params, "version": version, "cache": cache, "cluster": cluster},
            "preflight",
        )

    def search(self, id: str) -> Search | None:
        """A search by id; null when there is none that I may see."""
        return self._ask(
            "query($id: ID!) { search(id: $id) { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt author { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pipelineName trials curves importance front viewerCanSteer } }",
            {"id": id},
            "search",
        )

    def searches(
        self, *, project: str | None = None, search: str | None = None, after: str | None = None, first: int | None = None
    ) -> SearchPage:
        """Searches, newest first: of all my projects or of one. `search`: part of a name."""
        return self._ask(
            "query($project: String, $search: String, $after: String, $first: Int) { searches(project: $project, search: $search, after: $after, first: $first) { nodes { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt pipelineName trials curves importance front viewerCanSteer } cursor } }",
            {"project": project, "search": search, "after": after, "first": first},
            "searches",
        )

    def check_search(self, definition: Any) -> SearchCheck:
        """What a definition comes to; changes nothing. `space` may be ours, or NNI's, Katib's or Optuna's."""
        return self._ask(
            "query($definition: JSON!) { checkSearch(definition: $definition) { definition samples trials faults { code message field hint } } }",
            {"definition": definition},
            "checkSearch",
        )

    def invite_person(self, name: str, *, email: str | None = None) -> Invitation:
        """Make an account and a link by which its owner signs in; for administrators."""
        return self._ask(
            "mutation($name: String!, $email: String) { invitePerson(name: $name, email: $email) { __typename ... on Invitation { person { id name email admin createdAt closedAt seenAt } url } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"name": name, "email": email},
            "invitePerson",
        )

    def link_person(self, id: str) -> Invitation:
        """A fresh sign-in link for somebody who has lost their way in; for administrators."""
        return self._ask(
            "mutation($id: ID!) { linkPerson(id: $id) { __typename ... on Invitation { person { id name email admin createdAt closedAt seenAt } url } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "linkPerson",
        )

    def update_person(self, id: str, *, admin: bool | None = None, closed: bool | None = None) -> Person:
        """Make somebody an administrator or not, close an account or open it again; for administrators."""
        return self._ask(
            "mutation($id: ID!, $admin: Boolean, $closed: Boolean) { updatePerson(id: $id, admin: $admin, closed: $closed) { __typename ... on Person { id name email admin createdAt closedAt seenAt } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "admin": admin, "closed": closed},
            "updatePerson",
        )

    def end_session(self, id: str) -> Done:
        """Sign out one of my browsers."""
        return self._ask(
            "mutation($id: ID!) { endSession(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "endSession",
        )

    def create_token(self, name: str, *, days: int | None = None) -> NewToken:
        """Make a personal API token that is good for `days` days, or until it is revoked."""
        return self._ask(
            "mutation($name: String!, $days: Int) { createToken(name: $name, days: $days) { __typename ... on NewToken { id secret } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"name": name, "days": days},
            "createToken",
        )

    def revoke_token(self, id: str) -> Done:
        """End a token at once."""
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
            "mutation($name: String!, $description: String) { createProject(name: $name, description: $description) { __typename ... on Project { id name description cluster clusters createdAt viewerRole members { role } viewerCanRun viewerCanManage registries { id name prefix username insecure } notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } } ... on Problem { code message field hint faults { code message field hint } } } }",
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
    ) -> Project:
        """Change a project's description, name, the cluster where its work runs unless a run says otherwise, or the further
        clusters that a run may choose; what is not given stays."""
        return self._ask(
            "mutation($id: ID!, $description: String, $name: String, $cluster: String, $clusters: [String!]) { updateProject(id: $id, description: $description, name: $name, cluster: $cluster, clusters: $clusters) { __typename ... on Project { id name description cluster clusters createdAt viewerRole members { role } viewerCanRun viewerCanManage registries { id name prefix username insecure } notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "description": description, "name": name, "cluster": cluster, "clusters": clusters},
            "updateProject",
        )

    def set_member(self, project: str, user: str, role: Literal["VIEWER", "MEMBER", "OWNER"]) -> Project:
        """Add a user by name to a project, or change their role."""
        return self._ask(
            "mutation($project: String!, $user: String!, $role: Role!) { setMember(project: $project, user: $user, role: $role) { __typename ... on Project { id name description cluster clusters createdAt viewerRole members { role } viewerCanRun viewerCanManage registries { id name prefix username insecure } notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "user": user, "role": role},
            "setMember",
        )

    def remove_member(self, project: str, user: str) -> Project:
        """End a membership; anybody may end their own."""
        return self._ask(
            "mutation($project: String!, $user: String!) { removeMember(project: $project, user: $user) { __typename ... on Project { id name description cluster clusters createdAt viewerRole members { role } viewerCanRun viewerCanManage registries { id name prefix username insecure } notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "user": user},
            "removeMember",
        )

    def save_template(self, project: str, yaml: str) -> Template:
        """Add a version of a template to a project, from YAML; an existing version is never changed."""
        return self._ask(
            "mutation($project: String!, $yaml: String!) { saveTemplate(project: $project, yaml: $yaml) { __typename ... on Template { id name category title description latest builtin versions { number createdAt body } record { ended succeeded median } usedBy { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } } ... on Problem { code message field hint faults { code message field hint } } } }",
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
        """Make a version of an image and build it. `definition`: {base, python, pip, apt, conda, env, files, commands} or
        {dockerfile} or {repo, branch, path}; and {cpu, memory, minutes} for the build. What was built from the same already is
        not built twice, unless `again`."""
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
            "mutation($id: ID!) { cancelBuild(id: $id) { __typename ... on Build { id imageId number definition reference cluster state reason explanation digest size packages files createdAt startedAt finishedAt author { id name email admin } pod { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } dockerfile changes { kind name before after } growth failing { step output } } ... on Problem { code message field hint faults { code message field hint } } } }",
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
        """Add a registry to a project, or change the one of that name. A null password keeps the one that is there."""
        return self._ask(
            "mutation($project: String!, $name: String!, $prefix: String!, $username: String, $password: String, $insecure: Boolean) { saveRegistry(project: $project, name: $name, prefix: $prefix, username: $username, password: $password, insecure: $insecure) { __typename ... on Registry { id name prefix username insecure } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "name": name, "prefix": prefix, "username": username, "password": password, "insecure": insecure},
            "saveRegistry",
        )

    def delete_registry(self, id: str) -> Done:
        """Take a registry away from its project; the images that are there stay there."""
        return self._ask(
            "mutation($id: ID!) { deleteRegistry(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteRegistry",
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
        """Make a notebook of mine. `definition`: {cpu cores, memory and size as bytes or 2Gi, gpu, python, requirements, image,
        env {name: value}, secrets {name: value}, repo, branch, script, command, port, path}; what is left out has a default."""
        return self._ask(
            "mutation($project: String!, $name: String!, $kind: String, $definition: JSON, $description: String, $share: Share, $cluster: String, $start: Boolean) { createNotebook(project: $project, name: $name, kind: $kind, definition: $definition, description: $description, share: $share, cluster: $cluster, start: $start) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
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
            "mutation($id: ID!) { startNotebook(id: $id) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "startNotebook",
        )

    def stop_notebook(self, id: str) -> Notebook:
        """End its processes; its files stay."""
        return self._ask(
            "mutation($id: ID!) { stopNotebook(id: $id) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "stopNotebook",
        )

    def restart_notebook(self, id: str) -> Notebook:
        """Stop it and start it again."""
        return self._ask(
            "mutation($id: ID!) { restartNotebook(id: $id) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
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
        """Change what is given. A changed `definition` holds from the next start, or with `restart` at once: it is stopped,
        changed and started as one act. In `secrets` a null keeps the value that is there."""
        return self._ask(
            "mutation($id: ID!, $name: String, $description: String, $share: Share, $definition: JSON, $restart: Boolean) { updateNotebook(id: $id, name: $name, description: $description, share: $share, definition: $definition, restart: $restart) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "name": name, "description": description, "share": share, "definition": definition, "restart": restart},
            "updateNotebook",
        )

    def revert_notebook(self, id: str) -> Notebook:
        """The way back from a change that did not work out: what it was made of before, started at once."""
        return self._ask(
            "mutation($id: ID!) { revertNotebook(id: $id) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "revertNotebook",
        )

    def clone_notebook(self, id: str, name: str) -> Notebook:
        """A notebook of mine made of the same, without its files; with its secrets only if it is mine."""
        return self._ask(
            "mutation($id: ID!, $name: String!) { cloneNotebook(id: $id, name: $name) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
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
            "mutation($id: ID!, $hours: Int) { keepNotebook(id: $id, hours: $hours) { __typename ... on Notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former stages { name at } activity evidence keepUntil createdAt requestedAt readyAt endedAt mine owner { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } policy { idleMinutes gpuIdleMinutes warnMinutes } viewerMayOpen viewerCanChange viewerCanStop } ... on Problem { code message field hint faults { code message field hint } } } }",
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
        self, project: str, *, idle_minutes: int | None = None, gpu_idle_minutes: int | None = None, warn_minutes: int | None = None
    ) -> Project:
        """When idle notebooks of a project are stopped, in minutes; 0: never."""
        return self._ask(
            "mutation($project: String!, $idleMinutes: Int, $gpuIdleMinutes: Int, $warnMinutes: Int) { setNotebookPolicy(project: $project, idleMinutes: $idleMinutes, gpuIdleMinutes: $gpuIdleMinutes, warnMinutes: $warnMinutes) { __typename ... on Project { id name description cluster clusters createdAt viewerRole members { role } viewerCanRun viewerCanManage registries { id name prefix username insecure } notebookPolicy { idleMinutes gpuIdleMinutes warnMinutes } } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "idleMinutes": idle_minutes, "gpuIdleMinutes": gpu_idle_minutes, "warnMinutes": warn_minutes},
            "setNotebookPolicy",
        )

    def save_pipeline(
        self, project: str, *, yaml: str | None = None, definition: Any | None = None, expected: int | None = None
    ) -> SavedPipeline:
        """Save a document, as YAML or as a definition, as the newest version of the pipeline that it names, making the
        pipeline when there is none. `expected` is the version that the author began with (0: none)."""
        return self._ask(
            "mutation($project: String!, $yaml: String, $definition: JSON, $expected: Int) { savePipeline(project: $project, yaml: $yaml, definition: $definition, expected: $expected) { __typename ... on SavedPipeline { pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } changed } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"project": project, "yaml": yaml, "definition": definition, "expected": expected},
            "savePipeline",
        )

    def save_draft(self, pipeline: str, definition: Any, base: int) -> Pipeline:
        """Keep what I have changed in a pipeline, right or wrong, without making a version. `base`: the version that
        I began with. Saving the pipeline ends the draft."""
        return self._ask(
            "mutation($pipeline: ID!, $definition: JSON!, $base: Int!) { saveDraft(pipeline: $pipeline, definition: $definition, base: $base) { __typename ... on Pipeline { id name description latest createdAt changedAt runCount project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } layout draft { definition base changedAt } viewerCanRun recent usual } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"pipeline": pipeline, "definition": definition, "base": base},
            "saveDraft",
        )

    def discard_draft(self, pipeline: str) -> Pipeline:
        """Forget what I have changed in a pipeline and not saved."""
        return self._ask(
            "mutation($pipeline: ID!) { discardDraft(pipeline: $pipeline) { __typename ... on Pipeline { id name description latest createdAt changedAt runCount project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } layout draft { definition base changedAt } viewerCanRun recent usual } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"pipeline": pipeline},
            "discardDraft",
        )

    def save_layout(self, pipeline: str, layout: Any) -> Pipeline:
        """Put the steps of a pipeline to places on the canvas: {step: [x, y]}. It makes no version."""
        return self._ask(
            "mutation($pipeline: ID!, $layout: JSON!) { saveLayout(pipeline: $pipeline, layout: $layout) { __typename ... on Pipeline { id name description latest createdAt changedAt runCount project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } layout draft { definition base changedAt } viewerCanRun recent usual } ... on Problem { code message field hint faults { code message field hint } } } }",
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
        """Run a pipeline: its newest version or `version`, with `params` {name: value}. `cache`: take results of equal
        steps from before. Runs of higher priority (-100 to 100) start first. `cluster`: another than the project's, if the
        project allows it. `plan`: the digest of a preflight; when what would run is no longer that, nothing starts."""
        return self._ask(
            "mutation($pipeline: ID!, $params: JSON, $version: Int, $cache: Boolean, $priority: Int, $cluster: String, $plan: String) { startRun(pipeline: $pipeline, params: $params, version: $version, cache: $cache, priority: $priority, cluster: $cluster, plan: $plan) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin } steps { id runId name item state attempt reason explanation value items outputs needs cachedFrom cacheReason startedAt finishedAt podId } stepStates { id name state } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
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

    def retry_run(self, id: str) -> Run:
        """Run the same version again, keeping the steps that succeeded."""
        return self._ask(
            "mutation($id: ID!) { retryRun(id: $id) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin } steps { id runId name item state attempt reason explanation value items outputs needs cachedFrom cacheReason startedAt finishedAt podId } stepStates { id name state } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "retryRun",
        )

    def continue_run(self, id: str) -> Run:
        """Fix and continue: run the newest version, keeping the steps that succeeded and have not changed."""
        return self._ask(
            "mutation($id: ID!) { continueRun(id: $id) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin } steps { id runId name item state attempt reason explanation value items outputs needs cachedFrom cacheReason startedAt finishedAt podId } stepStates { id name state } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "continueRun",
        )

    def cancel_run(self, id: str) -> Run:
        """Ask a run to end: its processes get SIGTERM, and SIGKILL after the grace."""
        return self._ask(
            "mutation($id: ID!) { cancelRun(id: $id) { __typename ... on Run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId unknown params version { id number createdAt definition yaml } pipeline { id name description latest createdAt changedAt runCount layout viewerCanRun recent usual } author { id name email admin } steps { id runId name item state attempt reason explanation value items outputs needs cachedFrom cacheReason startedAt finishedAt podId } stepStates { id name state } pods { id cluster step item attempt role rank state reason explanation machine runtime cpu memory gpus createdAt startedAt finishedAt exitCode signal cpuSeconds peakCpu peakMemory logSize logDone } expected { median p90 } viewerCanCancel viewerCanRetry } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "cancelRun",
        )

    def delete_pipeline(self, id: str) -> Done:
        """Delete a pipeline with its versions, runs, logs and files. Refused while one of its runs is going on."""
        return self._ask(
            "mutation($id: ID!) { deletePipeline(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deletePipeline",
        )

    def create_search(self, pipeline: str, name: str, definition: Any, *, cluster: str | None = None) -> Search:
        """Begin a search. `definition`: {objectives: [{metric, direction: minimize or maximize, goal, take: last, min or max}],
        space: {name: {type: float, int or choice, low, high, step, log, choices, when}}, algorithm: {name: tpe, random, grid, cmaes
        or nsga2, startup}, pruner: {name: median, percentile, halving, hyperband or wilcoxon, …}, trials, parallel, failed, minutes,
        seed, params, start}."""
        return self._ask(
            "mutation($pipeline: ID!, $name: String!, $definition: JSON!, $cluster: String) { createSearch(pipeline: $pipeline, name: $name, definition: $definition, cluster: $cluster) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt author { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"pipeline": pipeline, "name": name, "definition": definition, "cluster": cluster},
            "createSearch",
        )

    def pause_search(self, id: str) -> Search:
        """Begin no more trials; those that run go on."""
        return self._ask(
            "mutation($id: ID!) { pauseSearch(id: $id) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt author { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "pauseSearch",
        )

    def resume_search(self, id: str) -> Search:
        """Let a paused search go on."""
        return self._ask(
            "mutation($id: ID!) { resumeSearch(id: $id) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt author { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "resumeSearch",
        )

    def stop_search(self, id: str) -> Search:
        """End it and the trials that run. It can be extended later."""
        return self._ask(
            "mutation($id: ID!) { stopSearch(id: $id) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt author { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "stopSearch",
        )

    def extend_search(self, id: str, trials: int, *, parallel: int | None = None) -> Search:
        """More trials, also after its end; `parallel`: how many at the same time from now on."""
        return self._ask(
            "mutation($id: ID!, $trials: Int!, $parallel: Int) { extendSearch(id: $id, trials: $trials, parallel: $parallel) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt author { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "trials": trials, "parallel": parallel},
            "extendSearch",
        )

    def stop_trials(self, id: str, numbers: list[int]) -> Search:
        """End some trials of a search; it goes on."""
        return self._ask(
            "mutation($id: ID!, $numbers: [Int!]!) { stopTrials(id: $id, numbers: $numbers) { __typename ... on Search { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt author { id name email admin } project { id name description cluster clusters createdAt viewerRole viewerCanRun viewerCanManage } pipelineName trials curves importance front viewerCanSteer } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id, "numbers": numbers},
            "stopTrials",
        )

    def delete_search(self, id: str) -> Done:
        """Delete a search that has ended; the runs of its trials stay."""
        return self._ask(
            "mutation($id: ID!) { deleteSearch(id: $id) { __typename ... on Done { id } ... on Problem { code message field hint faults { code message field hint } } } }",
            {"id": id},
            "deleteSearch",
        )

    def cluster_health(self) -> Iterator[list[ClusterHealth]]:
        """Which clusters there are and whether they answer: now, then whenever that changes."""
        return self._subscribe("subscription { clusterHealth { name reachable since problem } }", {}, "clusterHealth")

    def logs(self, pod: str, *, since: int | None = None) -> Iterator[LogChunk]:
        """A pod's log from byte `since` on, as it grows; ends with the chunk that is `done`."""
        return self._subscribe(
            "subscription($pod: ID!, $since: Long) { logs(pod: $pod, since: $since) { start cursor text stamps done } }",
            {"pod": pod, "since": since},
            "logs",
        )

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
        """A notebook now, then at each change; null and the end when it is deleted."""
        return self._subscribe(
            "subscription($id: ID!) { notebookUpdated(id: $id) { cursor id notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former activity evidence keepUntil createdAt requestedAt readyAt endedAt mine viewerMayOpen viewerCanChange viewerCanStop } } }",
            {"id": id},
            "notebookUpdated",
        )

    def notebooks_changed(self, *, project: str | None = None) -> Iterator[NotebookNews]:
        """Each notebook of a project (or of all mine) that changes from now on."""
        return self._subscribe(
            "subscription($project: String) { notebooksChanged(project: $project) { cursor id notebook { id name description kind cluster projectId state reason explanation python requirements image cpu memory gpu size env secrets repo branch script command port path share folder changed former activity evidence keepUntil createdAt requestedAt readyAt endedAt mine viewerMayOpen viewerCanChange viewerCanStop } } }",
            {"project": project},
            "notebooksChanged",
        )

    def run_updated(self, id: str, *, since: str | None = None) -> Iterator[RunNews]:
        """A run now (unless nothing changed after `since`), then at each change of it or its steps; ends when it has ended."""
        return self._subscribe(
            "subscription($id: ID!, $since: String) { runUpdated(id: $id, since: $since) { cursor run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId unknown params viewerCanCancel viewerCanRetry } } }",
            {"id": id, "since": since},
            "runUpdated",
        )

    def run_usage(self, id: str) -> Iterator[RunUsage]:
        """What the running pods of a run use now, every two seconds: {pod: [cores, bytes, bytes asked for]}; ends with the run."""
        return self._subscribe("subscription($id: ID!) { runUsage(id: $id) { pods } }", {"id": id}, "runUsage")

    def runs_changed(self, *, project: str | None = None, since: str | None = None) -> Iterator[RunNews]:
        """Each run of a project (or of all mine) that changes from now on, or after `since`."""
        return self._subscribe(
            "subscription($project: String, $since: String) { runsChanged(project: $project, since: $since) { cursor run { id number state reason explanation cluster priority retryOf strip counts createdAt startedAt finishedAt projectId pipelineId unknown params viewerCanCancel viewerCanRetry } } }",
            {"project": project, "since": since},
            "runsChanged",
        )

    def search_updated(self, id: str) -> Iterator[SearchNews]:
        """A search now, then at each change of it or of its trials; null and the end when it is deleted."""
        return self._subscribe(
            "subscription($id: ID!) { searchUpdated(id: $id) { cursor id search { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt pipelineName trials curves importance front viewerCanSteer } } }",
            {"id": id},
            "searchUpdated",
        )

    def searches_changed(self, *, project: str | None = None) -> Iterator[SearchNews]:
        """Each search of a project (or of all mine) that changes from now on."""
        return self._subscribe(
            "subscription($project: String) { searchesChanged(project: $project) { cursor id search { id name projectId pipelineId version definition cluster state explanation counts best createdAt endedAt pipelineName trials curves importance front viewerCanSteer } } }",
            {"project": project},
            "searchesChanged",
        )
