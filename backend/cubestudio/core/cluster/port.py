"""The cluster port: what work is, what a cluster reports of it, and what every adapter promises.

Work is described by frozen values; an adapter runs it (processes on this machine, objects on Kubernetes) and
reports observations. Text that depends on earlier results is kept as parts (`Text`), so that a value entered
by a user is never read again as a template.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, Protocol

from cubestudio.core.inputs.gpu_share import Share
from cubestudio.core.inputs.volumes import Volume


@dataclass(frozen=True)
class Ref:
    """A value known only while the graph runs: output `output` of node `node`, or, with `node` None, a path
    into the item that a fan-out gave to this pod ("" is the whole item, "a.b" a member). Written as text
    ("plain"), as JSON ("json"), or as the inside of a JSON string ("inside")."""

    node: str | None
    output: str
    form: Literal["plain", "json", "inside"] = "plain"


Text = tuple[str | Ref, ...]
"""Literal pieces and references, joined when the pod starts."""


@dataclass(kw_only=True, frozen=True)
class Image:
    """What the code finds around it. On this machine: a Python environment with `packages`, or, when `host`,
    the bare machine. On Kubernetes: the container image `name`, and `requirements` on top of what it has."""

    host: bool = True
    python: str | None = None
    requirements: tuple[str, ...] = ()
    name: str | None = None
    brought: tuple[str, ...] = ()
    """What a container image for this purpose has already, so that only this machine installs it."""
    root: bool = False
    """On Kubernetes its processes run as root, without capabilities; else as a user that is not."""
    kept: str | None = None
    """The build of the project, by its id, whose files are the image, where this machine built it and keeps
    them."""

    @property
    def packages(self) -> tuple[str, ...]:
        return (*self.brought, *self.requirements)


@dataclass(frozen=True)
class Input:
    """Files placed below the input folder: all artifacts of `node` of this graph."""

    node: str


@dataclass(kw_only=True, frozen=True)
class Artifact:
    """One file that a pod left: `path` below its output folder, `size` in bytes, `key` in the store."""

    path: str
    size: int
    sha256: str
    media_type: str
    key: str


def artifact_key(project: str, sha256: str) -> str:
    """Where the bytes of a project's file are in the store: by what they are, so that the same are kept
    once."""
    return f"artifacts/{project}/{sha256[:2]}/{sha256}"


@dataclass(frozen=True)
class Gang:
    """Members that run a task's command together, all or nothing; what the task asks for is each member's.
    `roles`: (name, members), the leader's first, whose first member leaves the results. `kind`: the resource
    of Kubernetes that gives every member a pod of its own; "" runs them as processes of one pod, as this
    machine always does."""

    framework: str
    roles: tuple[tuple[str, int], ...]
    kind: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What else such a resource is told."""


@dataclass(kw_only=True, frozen=True)
class Task:
    """One pod that ends. `cpu` in cores, `memory` in bytes, `timeout` in seconds (None: none).

    The adapter gives the command: `CUBE_INPUT_DIR/<node>/…` (artifacts of `inputs`; `<node>/<item>/…` for a
    fan-out), `CUBE_INPUT_VALUES` (a JSON file {node: {output: value}}), `CUBE_OUTPUT_DIR` (each file left
    there becomes an artifact; `outputs.json`, an object, gives output values) and `CUBE_METRICS` (a file for
    lines of JSON).
    """

    command: tuple[Text, ...]
    env: Mapping[str, Text] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Further environment variables that are never logged or shown; $(CUBE_ITEM_INDEX) in them is the place
    in a fan-out, or -."""
    files: Mapping[str, Text] = field(default_factory=dict)
    """Small files put in the working folder before the command starts."""
    image: Image = Image()
    cpu: float = 0.25
    memory: int = 256 * 2**20
    gpu: int = 0
    gpu_type: str = ""
    """Which cards, as the label of nodes on Kubernetes has it, or a part of the card's name on this machine;
    "": any."""
    gpu_share: Share | None = None
    """What of each GPU; None: all of it."""
    devices: Mapping[str, int] = field(default_factory=dict)
    """How many of which further devices, by their names in the table of the installation."""
    claims: Mapping[str, int] = field(default_factory=dict)
    """How many devices of which device classes of the cluster."""
    timeout: float | None = None
    inputs: tuple[Input, ...] = ()
    placed: tuple[Artifact, ...] = ()
    """Files of the store put below the input folder, each at its `path`."""
    outputs: tuple[str, ...] = ()
    """Names that `outputs.json` must contain, else the pod has failed."""
    gang: Gang | None = None
    builder: bool = False
    """It builds images: it is root of a user namespace of its own, and of nothing outside."""
    volumes: tuple[Volume, ...] = ()
    cache: str | None = None
    """Name of a folder of the project for what it may find again, given as CUBE_CACHE; where nothing outlives
    a pod it is empty."""


@dataclass(frozen=True)
class Outcome:
    """What a pod that succeeded leaves to those after it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    warnings: tuple[str, ...] = ()
    """Sentences about files that could not be taken, each with its reason."""


@dataclass(frozen=True)
class Retry:
    """Up to `limit` further attempts after a failure, `pause` seconds before the first, then `factor` times
    longer."""

    limit: int = 0
    pause: float = 1.0
    factor: float = 2.0
    longest: float = 300.0


@dataclass(kw_only=True, frozen=True)
class Node:
    """A step of a graph. It starts when all of `needs` have succeeded or were skipped by their condition or
    by hand; when one that it needs failed it is not started. `each`: one pod for each item of the list, or of
    the list that a reference names. `given`: outcomes known before, by item (None when not a fan-out); these
    are not run. `when`: a bound condition as `core.expression` has it, None when it always runs; it is
    decided once, not for each item."""

    name: str
    task: Task
    needs: tuple[str, ...] = ()
    when: list[Any] | None = None
    each: tuple[Any, ...] | Ref | None = None
    retry: Retry = Retry()
    given: tuple[tuple[int | None, Outcome], ...] = ()
    skip: bool = False


@dataclass(frozen=True)
class Graph:
    """A DAG of tasks: at most `parallelism` pods at once (0: as many as fit)."""

    nodes: tuple[Node, ...]
    parallelism: int = 0

    @cached_property
    def by_name(self) -> dict[str, Node]:
        return {node.name: node for node in self.nodes}

    def aside(self, node: Node) -> Literal["skip", "given", "empty"] | None:
        """Why nothing of a node is run, when that is known before: it is switched off, known, or a fan-out
        over nothing."""
        if node.skip:
            return "skip"
        known = dict(node.given)
        if node.each is None:
            return "given" if None in known else None
        count = self._count(node.each)
        if count is None or any(item not in known for item in range(count)):
            return None
        return "given" if count else "empty"

    def _count(self, each: "tuple[Any, ...] | Ref") -> int | None:
        """How many items there are, when that is known before."""
        if not isinstance(each, Ref):
            return len(each)
        source = self.by_name.get(each.node or "")
        outcome = dict(source.given).get(None) if source else None
        found = outcome.values.get(each.output) if outcome else None
        return len(found) if isinstance(found, list | tuple) else None


@dataclass(kw_only=True, frozen=True)
class Scale:
    """A server may have from `least` to `most` replicas: as many as keep what `by` names at `target`, percent
    of what each asks for or requests at once. With `itself` Kubernetes' autoscaler chooses, which knows cores
    and memory; else `Cluster.scale` says how many."""

    least: int
    most: int
    by: Literal["cpu", "memory", "gpu", "requests"] = "cpu"
    target: int = 80
    itself: bool = False


@dataclass(frozen=True)
class Route:
    """A way in from outside a cluster: requests to `host` below `prefix`, which is taken away, go to servers
    by weight (percent, 100 in all; the servers are workloads by name), and copies of them to `mirror`, whose
    answers nobody sees."""

    host: str
    prefix: str
    to: tuple[tuple[str, int], ...]
    mirror: str | None = None


@dataclass(kw_only=True, frozen=True)
class Server:
    """Replicas of a task that stay and answer HTTP; each is started again whenever it ends. A replica is told
    the address and the port to listen on as CUBE_HOST and CUBE_PORT, and where its small files are as
    CUBE_FILES; it counts as ready when GET `ready` answers 2xx or 3xx. `folder` names a folder of the project
    that outlives the server and is its home and working folder; it has one replica then, and on Kubernetes a
    claim of `size` bytes. `private`: nothing else on the cluster may reach it. With `scale` there may be
    other numbers of them than `replicas`, with which it begins. `drain`: seconds that a replica which is
    asked to end has for answering what it has begun; at least the installation's grace."""

    task: Task
    port: int = 8080
    ready: str = "/"
    replicas: int = 1
    folder: str | None = None
    size: int = 10 * 2**30
    scale: Scale | None = None
    private: bool = False
    drain: float = 0.0

    @property
    def scales_itself(self) -> bool:
        """Whether its cluster is to choose how many replicas it has, by how busy they are."""
        return self.scale is not None and self.scale.itself


@dataclass(kw_only=True, frozen=True)
class Workload:
    """What is applied: a body under a `name` that is unique in the cluster. A higher `generation` replaces a
    lower; `stop` asks everything of it to end and keeps what is known of it. `labels`: cubestudio/kind, /id,
    /project, /user."""

    name: str
    body: Graph | Task | Server
    labels: Mapping[str, str] = field(default_factory=dict)
    generation: int = 1
    priority: int = 0
    stop: bool = False
    space: str | None = None
    """The namespace on Kubernetes; None: that of the installation."""
    group: str | None = None
    """The resource group of the nodes that it may be put on, on Kubernetes; None: that of the
    installation."""
    pull: str | None = None
    """The credentials with which its images are pulled: the text of a Docker configuration file."""


class PodState(StrEnum):
    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    UNKNOWN = "Unknown"

    @property
    def final(self) -> bool:
        return self in (PodState.SUCCEEDED, PodState.FAILED, PodState.CANCELLED)


class NodeState(StrEnum):
    WAITING = "Waiting"
    PENDING = "Pending"
    RUNNING = "Running"
    RETRYING = "Retrying"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    CANCELLED = "Cancelled"
    GIVEN = "Given"
    UNKNOWN = "Unknown"

    @property
    def final(self) -> bool:
        return self in _NODE_FINAL


_NODE_FINAL = {NodeState.SUCCEEDED, NodeState.FAILED, NodeState.SKIPPED, NodeState.CANCELLED, NodeState.GIVEN}


@dataclass(kw_only=True, frozen=True)
class PodStatus:
    """A pod as the cluster has it now. `sequence` grows with each change of it: an older observation changes
    nothing."""

    id: str
    workload: str
    labels: Mapping[str, str]
    node: str | None
    item: int | None
    attempt: int
    state: PodState
    sequence: int
    reason: str | None = None
    """One word: Unschedulable, EnvironmentFailed, OOMKilled, Timeout, Error, Cancelled, Lost …"""
    message: str | None = None
    """The sentence a person needs."""
    machine: str | None = None
    runtime: str = "process"
    cpu: float = 0
    memory: int = 0
    gpus: tuple[int, ...] = ()
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    exit_code: int | None = None
    signal: int | None = None
    cpu_seconds: float | None = None
    peak_cpu: float | None = None
    peak_memory: int | None = None
    log_size: int | None = None
    """Bytes of log, known when the pod has ended."""
    metrics: tuple[Mapping[str, Any], ...] = ()
    ready: bool = False
    """Of a replica of a server: whether it answers."""
    placed_at: datetime | None = None
    """When it got its place on a machine; None while it waits for one."""
    restarts: int = 0
    """How often its container was started again."""
    role: str | None = None
    """Of a member of a gang that has pods of its own: what it is, and its number among all, the leader's
    being 0."""
    rank: int | None = None


@dataclass(kw_only=True, frozen=True)
class StepStatus:
    """A node of a graph, or one item of a fan-out (`item`), as the cluster has it now."""

    workload: str
    labels: Mapping[str, str]
    node: str
    item: int | None
    state: NodeState
    attempt: int
    sequence: int
    pod: str | None = None
    reason: str | None = None
    message: str | None = None
    value: Any = None
    """The item of a fan-out."""
    outcome: Outcome | None = None
    items: int | None = None
    """On the node of a fan-out itself: how many items there are, once known."""
    started_at: datetime | None = None
    finished_at: datetime | None = None


LOST = "Lost"
"""The reason of work that its cluster no longer has. It is taken up again when the cluster has it again."""


@dataclass(kw_only=True, frozen=True)
class WorkloadStatus:
    """A workload as a whole. A graph is Running, then Succeeded, Failed or Cancelled when every node is
    final; a server is Pending, Running when a replica answers, and Cancelled when it was asked to stop and
    nothing of it runs. A server that has the reason StartTimeout did not become ready in time, and will not
    by itself."""

    workload: str
    labels: Mapping[str, str]
    generation: int
    state: PodState
    sequence: int
    reason: str | None = None
    message: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    ready: int | None = None
    """Of a server: how many replicas answer."""

    def newer(self, sequence: int) -> bool:
        """Whether it is news to whoever knows what was seen at `sequence`. An end always is: its sequence may
        be below that of a pod which is gone by now, and nothing comes after it that would be told instead."""
        return self.state.final or self.sequence > sequence


@dataclass(frozen=True)
class Synced:
    """All that exists has been reported; what follows are changes. `workloads` names everything that is
    there; when not `sure`, there may be more that could not be seen."""

    workloads: frozenset[str]
    sure: bool = True


Observation = PodStatus | StepStatus | WorkloadStatus | Synced


@dataclass(frozen=True)
class LogSegment:
    """Bytes of a pod's output from `start`; `stamps` are (position, microseconds since 1970) where a piece
    begins."""

    start: int
    data: bytes
    stamps: tuple[tuple[int, int], ...]


@dataclass(kw_only=True, frozen=True)
class Usage:
    """What a pod used: cpu in cores since the sample before, memory in bytes, its children counted. `gpu`:
    how many of its cards were at work, 0.5 for one of two or for one half the time; `gpu_memory`: bytes in
    use on them; None where nobody measures them."""

    at: datetime
    cpu: float
    memory: int
    gpu: float | None = None
    gpu_memory: int | None = None


@dataclass(kw_only=True, frozen=True)
class SharedGpu:
    """A GPU that a driver divides among pods: MiB of memory, at most so many pods, and what these have of it;
    `used_percent` is computing time."""

    kind: str
    memory: int
    pods: int
    used_memory: int = 0
    used_percent: int = 0
    used_pods: int = 0


@dataclass(kw_only=True, frozen=True)
class Machine:
    """One machine of a cluster: cores, bytes, cards that pods may have, and how much of each they have asked
    for."""

    name: str
    cpu: float
    memory: int
    gpu: int
    used_cpu: float = 0
    used_memory: int = 0
    used_gpu: int = 0
    ready: bool = True
    cordoned: bool = False
    """Nothing new is put there."""
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """What is wrong with it, in the cluster's words."""
    version: str | None = None
    separate: bool = True
    """Whether a pod may have a user namespace of its own there."""
    cards: Mapping[str, int] = field(default_factory=dict)
    """Cards of every kind by the names of their resources, those in `gpu` too; on Kubernetes."""
    used_cards: Mapping[str, int] = field(default_factory=dict)
    devices: Mapping[str, int] = field(default_factory=dict)
    """Further devices by the names of their resources; on Kubernetes."""
    used_devices: Mapping[str, int] = field(default_factory=dict)
    divider: str = ""
    """What divides its GPUs among pods; empty: nothing does."""
    divided: tuple[SharedGpu, ...] = ()


@dataclass(kw_only=True, frozen=True)
class Health:
    """Whether a cluster answers: since when it does or does not, the version it runs, the seconds its last
    answer took."""

    reachable: bool
    since: datetime
    problem: str | None = None
    version: str | None = None
    latency: float | None = None


@dataclass(kw_only=True, frozen=True)
class Capacity:
    """A cluster's resources: cores, bytes, cards. `free_*` is what no running pod has asked for."""

    cpu: float
    memory: int
    gpu: int
    free_cpu: float
    free_memory: int
    free_gpu: int
    gpu_note: str | None = None
    """Why there are no cards, in words."""
    notes: tuple[str, ...] = ()
    """What an operator should know, such as who can read whose files."""
    machines: tuple[Machine, ...] = ()


@dataclass(kw_only=True, frozen=True)
class Component:
    """Something that stands beside us on a cluster: `state` ready, not ready or absent; `message` where it is
    or what is wrong; `needed` what of ours uses it; `install` how to have it."""

    group: str
    name: str
    state: Literal["ready", "not ready", "absent"]
    version: str | None
    message: str
    needed: str
    install: str


@dataclass(kw_only=True, frozen=True)
class Plan:
    """What would happen if a workload were applied now. `verdict`: now, waits, never, or unknown because the
    cluster does not answer; `message` says why; `problems` are what would stop it, `warnings` what may;
    `objects` what would be made, without secrets."""

    verdict: Literal["now", "waits", "never", "unknown"]
    message: str
    problems: tuple[str, ...] = ()
    objects: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(kw_only=True, frozen=True)
class ClusterEvent:
    """Something that a cluster says happened to a pod: one word, a sentence, how often; `bad` when it is a
    warning."""

    at: datetime | None
    bad: bool
    reason: str
    message: str
    count: int = 1


class Shell(Protocol):
    """An open terminal in a pod: bytes both ways."""

    async def send(self, data: bytes) -> None: ...

    async def resize(self, rows: int, columns: int) -> None: ...

    def output(self) -> AsyncIterator[bytes]:
        """What it writes, until it ends."""
        ...

    async def close(self) -> None:
        """End it and what was started in it; closing twice is closing once."""
        ...


class Link(Protocol):
    """An open connection to a server: bytes both ways, in the order they were sent. When it breaks, both ways
    raise ConnectionError."""

    async def send(self, data: bytes) -> None:
        """Returns when more may be sent."""
        ...

    async def receive(self) -> bytes:
        """What has come, some bytes of it; empty at the end."""
        ...

    @property
    def leaving(self) -> bool:
        """Whether nothing new should be asked by it: its replica has closed it, or is about to end."""
        ...

    async def close(self) -> None: ...


class Cluster(Protocol):
    """One cluster. A call that cannot reach it raises Unavailable, and its work is then unknown, never
    failed."""

    name: str
    kind: str
    """local or kubernetes."""

    async def preview(self, workload: Workload) -> list[str]:
        """Why this could never run here, in sentences; empty when it could."""
        ...

    async def plan(self, workload: Workload) -> Plan:
        """What applying it now would do; asks the cluster and changes nothing."""
        ...

    async def components(self) -> list[Component]:
        """What is installed there beside us and whether it takes what we make, which is tried without making
        anything; on Kubernetes the cluster itself too, its clock and its warnings of the last hour."""
        ...

    async def apply(self, workload: Workload) -> None:
        """Make it so. Applying the same generation again changes nothing."""
        ...

    async def delete(self, name: str, space: str | None = None) -> None:
        """End it and forget it with its pods and their files; deleting what is absent succeeds. `space`: as
        the workload had it."""
        ...

    async def gone(self, name: str, space: str | None = None) -> bool:
        """Whether it surely has no workload of a name, whatever its lists say; it is asked by name. `space`:
        as the workload had it."""
        ...

    async def scale(self, name: str, replicas: int, space: str | None = None) -> None:
        """Have a server with a `scale` run so many replicas from now on; those that are too many are asked to
        end, and answer what they were asked before. Of what is stopped or absent nothing is changed. `space`:
        as the workload had it."""
        ...

    def watch(self) -> AsyncIterator[Observation]:
        """Everything that exists, then Synced, then every change; never ends. Of one workload its pods and
        steps come before the whole, so that nobody hears of its end and finds a step that still runs."""
        ...

    def logs(
        self, pod: str, since: int = 0, follow: bool = False, anchor: tuple[int, int] | None = None
    ) -> AsyncIterator[LogSegment]:
        """Output from byte `since`; with `follow`, until the pod has ended and all was given. `anchor`, for a
        cluster that finds output by time alone: (position, microseconds) of the first kept byte that bears
        the last kept stamp."""
        ...

    async def usage(self, pod: str, since: datetime | None = None) -> list[Usage]:
        """Samples of what a pod used, oldest first: of all its life, or those after a moment."""
        ...

    async def notes(self, pod: str) -> list[ClusterEvent]:
        """What happened to a pod in the cluster's own words, oldest first; it keeps them for a while only."""
        ...

    async def manifest(self, pod: str) -> Mapping[str, Any] | None:
        """A pod as the cluster has it, secrets apart; None where there is no such thing."""
        ...

    async def shell(self, pod: str, rows: int, columns: int) -> Shell:
        """A terminal in a running pod, in its working folder."""
        ...

    async def connect(self, workload: str, port: int | None = None) -> Link:
        """A connection to a replica of a server that is ready, to the port that it answers at or, on
        Kubernetes, another. NotFound when there is none; Unavailable when there is and it cannot be
        reached."""
        ...

    async def route(
        self, name: str, labels: Mapping[str, str], way: Route | None, space: str | None = None
    ) -> None:
        """Have a way in from outside under a name, or, with None, have it no more; both may be said again.
        `space`: that of the servers. A cluster whose servers are reached through the platform alone does
        nothing."""
        ...

    async def discard(self, project: str, folder: str, space: str | None = None) -> None:
        """Delete a folder that servers had; deleting what is absent succeeds."""
        ...

    async def forget(self, project: str) -> None:
        """Delete what is kept for a project beside its workloads: folders and caches on this machine. On
        Kubernetes volumes are its owners', and nothing else is kept."""
        ...

    async def capacity(self) -> Capacity: ...

    def health(self) -> Health:
        """Whether it answers, as was last seen; asks nobody."""
        ...

    async def close(self) -> None: ...
