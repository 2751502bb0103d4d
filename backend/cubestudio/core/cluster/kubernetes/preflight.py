"""Why a workload could not run on a cluster, before it is created.

What is known from the survey is judged without asking; a cluster that cannot be reached, and what its account
may not see, is not judged.
"""

from collections.abc import Sequence

from cubestudio.core.cluster.frameworks.table import single
from cubestudio.core.cluster.kubernetes import (
    argo,
    devices,
    file_transfer,
    gangs,
    gpus,
    priorities,
    rights,
    scaling,
    security,
    server,
    step_templates,
)
from cubestudio.core.cluster.kubernetes.claims import apply_claims
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.namespaces import Namespaces
from cubestudio.core.cluster.kubernetes.quantities import format_bytes
from cubestudio.core.cluster.kubernetes.survey import Survey
from cubestudio.core.cluster.kubernetes.task import Site, selector
from cubestudio.core.cluster.kubernetes.usage import Samples
from cubestudio.core.cluster.port import Graph, Server, Task, Workload
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

Named = tuple[str, Task]
"""A task, and how messages name it: "step train", or "it" where there is one."""


class Preflight:
    """The checks of one cluster."""

    def __init__(self, client: Client, survey: Survey, samples: Samples, namespaces: Namespaces):
        self._client = client
        self._survey = survey
        self._samples = samples
        self._namespaces = namespaces

    async def problems(self, workload: Workload) -> list[str]:
        """Return why a workload could never run, in sentences. Raises Invalid."""
        body, site = workload.body, self._survey.site_of(workload)
        if isinstance(body, Server):
            server.objects(workload, site)  # refuses what cannot be
            body = body.task
        if isinstance(body, Graph):
            found = await self._graph_problems(body, workload, site)
            tasks: list[Named] = [
                (f"step {node.name}", node.task if argo.spread(node) else single(node.task))
                for node in body.nodes
            ]
        else:
            found, tasks = file_transfer.problems(workload.body, site), [("it", single(body))]
        if self._survey.machines or self._survey.health.reachable:  # it was looked at
            for name, task in tasks:
                found += devices.lacking(
                    name,
                    task,
                    self._survey.machines,
                    site=site,
                    classes=self._survey.device_classes,
                    cluster=self._client.name,
                )
        if self._survey.health.reachable:
            found += (await self.namespace_security(workload, site))[0]
            if site.priority_class:
                found += await priorities.unknown(self._client, site.priority_class)
        if self._survey.machines:
            use = "service" if isinstance(workload.body, Server) else "train"
            for name, task in tasks:
                found += self._placement_problems(name, task, site, use)
        return found

    async def _graph_problems(self, graph: Graph, workload: Workload, site: Site) -> list[str]:
        """Return why the cluster could not run a graph, whatever its nodes are."""
        found = argo.problems(graph, site) + file_transfer.problems(graph, site)
        for node in graph.nodes:
            gang = node.task.gang
            if gang and argo.spread(node) and not graph.aside(node) and gangs.unknown(gang, site):
                kind = gangs.kind_of(gang, site)
                found.append(
                    f"step {node.name} runs as {kind.name} ({kind.version}), which cluster "
                    f"{self._client.name} does not know: {kind.needs} is not installed there"
                )
        if self._survey.argo is False:
            found.append(
                f"Argo Workflows is not installed on cluster {self._client.name}, and pipelines need it there"
            )
        body, _ = argo.workflow(workload, site)  # refuses what is too large
        return found + step_templates.problems(body, await self._survey.workflow_limits(body))

    def _placement_problems(self, name: str, task: Task, site: Site, use: str) -> list[str]:
        """Return why no node could ever take a task. `use`: for what its node is, train or service."""
        cluster, labels = self._client.name, selector(task, site, use)
        nodes = [each for each in self._survey.machines if labels.items() <= each.labels.items()]
        if not nodes:
            words = ", ".join(f"{key}={value}" for key, value in labels.items())
            return [f"{name} is to run on a node with the labels {words}; no node of {cluster} has them"]
        cpu, memory = max(each.cpu for each in nodes), max(each.memory for each in nodes)
        found = security.inseparable(name, task, nodes, cluster)
        if words := gpus.lacking(name, task, nodes, site, cluster):
            found.append(words)
        if task.cpu > cpu:
            found.append(f"{name} asks for {task.cpu:g} cores; the largest node of {cluster} has {cpu:g}")
        if task.memory > memory:
            found.append(
                f"{name} asks for {format_bytes(task.memory)} of memory; the largest node of "
                f"{cluster} has {format_bytes(memory)}"
            )
        return found

    async def account_problems(self, workload: Workload) -> list[str]:
        """Return what the platform's account may not do there, and would have to."""
        site = self._survey.site_of(workload)
        exists = await self._namespaces.exists(site.namespace)
        return await rights.lacking(self._client, rights.needed(workload.body, site, exists))

    async def claim_problems(self, workload: Workload) -> list[str]:
        """Return what the cluster itself says against the device claims of a workload, by a dry run."""
        site = self._survey.site_of(workload)
        if not any(task.claims for task in gpus.tasks(workload.body)):
            return []
        if not await self._namespaces.exists(site.namespace):
            return []
        try:
            await apply_claims(self._client, workload, site, dry=True)
        except (Invalid, Forbidden, Conflict) as error:
            return [error.message]
        return []

    async def namespace_security(self, workload: Workload, site: Site) -> tuple[Sequence[str], Sequence[str]]:
        """Return (problems, warnings): what the namespace of a workload refuses of its pods. The namespace is
        read only where there may be something; one that cannot be read is not judged."""
        wanted, added = gangs.guarded(workload.body, site)
        if not added and not security.refused("restricted", site.namespace, wanted):
            return [], []
        try:
            body = await self._client.get(path("v1", "namespaces", None, site.namespace))
        except (Forbidden, NotFound, Unavailable):
            return [], []
        level = str((body["metadata"].get("labels") or {}).get(security.LABEL))
        problems, warnings = security.added(level, site.namespace, added)
        return security.refused(level, site.namespace, wanted) + problems, warnings

    async def warnings(self, workload: Workload) -> tuple[str, ...]:
        """Return what may surprise of a workload that can run."""
        site = self._survey.site_of(workload)
        refused = (await self.namespace_security(workload, site))[1]
        return (
            *file_transfer.warnings(workload.body, site),
            *self._placement_warnings(workload, site),
            *refused,
            *self._scaling_warnings(workload),
        )

    def _placement_warnings(self, workload: Workload, site: Site) -> list[str]:
        """Return what may surprise of the nodes that a workload may be put on."""
        body = workload.body
        tasks: list[Named] = (
            [(f"step {node.name}", node.task) for node in body.nodes]
            if isinstance(body, Graph)
            else [("it", gpus.tasks(body)[0])]
        )
        ready = [machine for machine in self._survey.machines if machine.ready and not machine.cordoned]
        return [
            words
            for name, task in tasks
            for words in gpus.warnings(name, task, ready, site) + devices.warnings(name, task, site)
        ]

    def _scaling_warnings(self, workload: Workload) -> tuple[str, ...]:
        """Return why a server would keep the replicas that it begins with, although it is to have more."""
        if not isinstance(workload.body, Server) or workload.body.scale is None:
            return ()
        samples = self._samples
        return scaling.lacking(
            workload.body.scale,
            self._client.name,
            samples.available,
            samples.exporters,
            self._survey.nodes_hidden or samples.blind,
        )
