"""What the driver holds in memory of work that has not ended."""

import asyncio
from dataclasses import dataclass, field, replace

from cubestudio.core.cluster.frameworks.table import single
from cubestudio.core.cluster.local.agents import Owner
from cubestudio.core.cluster.local.graph import ENDLESS, Runner
from cubestudio.core.cluster.local.harvest import Collector
from cubestudio.core.cluster.local.spawn import Watched
from cubestudio.core.cluster.local.state import PodRow, WorkloadRow
from cubestudio.core.cluster.port import Graph, Node, Retry, Server, Task, Workload

FOREVER = Retry(ENDLESS, 1, 2, 30)
"""How a replica of a server is started again."""


@dataclass(kw_only=True)
class Live:
    """A workload that has not ended: its row, its graph, when it was admitted, and what replaces it when it
    has ended."""

    row: WorkloadRow
    runner: Runner
    born: float
    blocked_since: float | None = None
    next: WorkloadRow | None = None
    replicas: int | None = None
    """Of a server that scales: how many are to run."""

    @property
    def server(self) -> Server | None:
        body = self.row.spec.body
        return body if isinstance(body, Server) else None

    @property
    def project(self) -> str:
        return self.row.spec.labels.get("cubestudio/project", "none")


@dataclass(kw_only=True)
class Holding:
    """A pod that holds room on this machine."""

    row: PodRow
    task: Task
    gpus: tuple[int, ...]
    owner: Owner = field(default_factory=Owner)
    """Whose rights its files have."""
    watched: Watched | None = None
    following: asyncio.Task | None = None
    """What prepares it, and then waits for its end."""
    metrics_at: int = 0
    metric_lines: int = 0
    measured_at: float = 0
    """When its cards were last looked at, in seconds since 1970."""
    requested: float = 0
    """When a supervisor was last requested for it, in seconds since 1970; 0 once it is followed."""
    stop: bool = False
    interruptible: bool = False
    """Whether its task may be cancelled to end it: before its command was started, and after it has ended."""
    collector: Collector | None = None
    """What stores its files, once it has ended."""
    probing: asyncio.Task | None = None
    """Whether it answers, for a replica of a server."""


def graph_of(workload: Workload) -> Graph:
    """What runs here: a task alone is a graph of one, a gang the processes of one pod, a server a task that
    is tried for ever."""
    body = workload.body
    if isinstance(body, Server):
        most = body.scale.most if body.scale else body.replicas
        each = tuple(range(most)) if most > 1 else None
        return Graph((Node(name="main", task=body.task, each=each, retry=FOREVER),))
    graph = body if isinstance(body, Graph) else Graph((Node(name="main", task=body),))
    return replace(graph, nodes=tuple(replace(node, task=single(node.task)) for node in graph.nodes))
