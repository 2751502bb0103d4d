"""What a cluster is like as a whole: whether it answers, its nodes and what pods request of them, and which
of the things that we need it has.

It is looked at every few seconds, so that whether work fits is answered from memory; what an account may not
see is unknown, and never counts as absent.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from cubestudio.core import clock, log, loops
from cubestudio.core.cluster.kubernetes import (
    argo,
    controllers,
    devices,
    gpus,
    priorities,
    security,
    slices,
    step_templates,
)
from cubestudio.core.cluster.kubernetes.client import Client, Gone, path
from cubestudio.core.cluster.kubernetes.schemas import Schemas
from cubestudio.core.cluster.kubernetes.status import machines
from cubestudio.core.cluster.kubernetes.task import Site, pull_name
from cubestudio.core.cluster.kubernetes.usage import Samples
from cubestudio.core.cluster.port import Capacity, Graph, Health, Machine, Server, Task, Workload
from cubestudio.core.errors import Forbidden, Invalid, NotFound, Unavailable

logger = log.get(__name__)
PAUSE = 15.0
"""Seconds between two looks at a cluster; a large one, whose look takes long, is looked at less often."""


class Survey:
    """One cluster. `controller_checked` is called at each look with why nothing acts on workflows, or
    None."""

    def __init__(
        self,
        client: Client,
        site: Site,
        samples: Samples,
        controller_checked: Callable[[str | None], Awaitable[None]],
    ):
        self._client = client
        self._site = site
        self._samples = samples
        self._controller_checked = controller_checked
        self._schemas = Schemas(client)
        self._renewals: dict[str, str] = {}
        self._limits: tuple[int | None, int | None] | None = None
        self._own_users = False
        """Whether the cluster itself gives users to namespaces."""
        self.health = Health(reachable=False, since=clock.now(), problem="it has not been asked yet")
        self.machines: list[Machine] = []
        self.consumers: Mapping[str, Mapping[str, float]] = {}
        """What each run or pod requests, by resource."""
        self.argo: bool | None = None
        """Whether it has Argo Workflows; None before it was looked at."""
        self.no_controller: str | None = None
        """Why no workflow moves there, when nothing acts on them."""
        self.kinds: dict[tuple[str, str], frozenset[str]] | None = None
        """The resources of gangs that it knows, (API version, plural), with the fields of their `spec`."""
        self.device_classes: frozenset[str] | None = None
        """None where it serves none, and until it was looked at."""
        self.nodes_hidden: str | None = None
        """Why nodes cannot be seen, when that is so."""

    def site_of(self, workload: Workload) -> Site:
        """Return the site for a workload: its namespace, its nodes, and with what its images are pulled."""
        pulls = (pull_name(workload),) if workload.pull else ()
        return replace(
            self._site,
            namespace=workload.space or self._site.namespace,
            node_org=self._site.node_org if workload.group is None else workload.group,
            known=self.kinds,
            priority_class=priorities.chosen(workload.priority, self._site.priorities),
            user=security.CLUSTER if self._own_users and self._site.user.isdecimal() else self._site.user,
            gpu=gpus.usual(self.machines, self._site.gpu),
            machines=tuple(machine for machine in self.machines if machine.divider),
            pull_secrets=(*self._site.pull_secrets, *pulls),
        )

    # whether it answers ----------------------------------------------------------------------------

    def unreachable(self, problem: str) -> None:
        """Note that the cluster does not answer, and why."""
        if self.health.reachable or self.health.problem != problem:
            since = clock.now() if self.health.reachable else self.health.since
            logger.warning("cluster unreachable", cluster=self._client.name, problem=problem)
            self.health = Health(reachable=False, since=since, problem=problem, version=self.health.version)

    async def run(self) -> None:
        """Look at the cluster again and again, for ever."""
        name = f"tend {self._client.name}"
        while True:
            began = time.monotonic()
            try:
                with contextlib.suppress(Unavailable):  # it was noted
                    await self.look()
                loops.beat(name)
            except Exception as error:
                loops.failed(name, error)
            await asyncio.sleep(max(PAUSE, 20 * (time.monotonic() - began)))

    async def look(self) -> None:
        """Look at the cluster as a whole, now. Raises Unavailable."""
        began = time.perf_counter()
        self._client.doubt()
        try:
            version = await self._client.call("GET", "/version", timeout=5)
            latency = time.perf_counter() - began
            await self._client.started()
            await self._look()
        except Unavailable as error:
            self.unreachable(error.message)
            raise
        except (Forbidden, Invalid, NotFound, Gone) as error:
            self.unreachable(str(error))
            raise Unavailable(str(error)) from error
        since = self.health.since if self.health.reachable else clock.now()
        if not self.health.reachable:
            logger.info("cluster reachable", cluster=self._client.name, version=version.get("gitVersion"))
        self.health = Health(
            reachable=True,
            since=since,
            problem=None,
            version=version.get("gitVersion"),
            latency=round(latency, 4),
        )

    async def _look(self) -> None:
        self.argo = await self._has(f"/apis/{argo.VERSION}", "workflows")
        self._own_users = await self._has(f"/apis/{security.RANGES}/v1", "securitycontextconstraints")
        await self.learn_kinds()
        await self._learn_device_classes()
        await self._check_controller()
        try:
            nodes, _ = await self._client.items(path("v1", "nodes"))
            pods, _ = await self._client.items(
                path("v1", "pods"), fieldSelector="status.phase!=Succeeded,status.phase!=Failed"
            )
        except Forbidden as error:
            self.nodes_hidden, self.machines = error.message, []
            await self._samples.take(())
            return
        self.nodes_hidden = None
        await self._samples.take(pods)
        self._count(nodes, pods)

    def _count(self, nodes: list[dict], pods: list[dict]) -> None:
        """Count what pods request, by nodes and by consumers."""
        used: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        consumers: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        by_node: dict[str, list[dict]] = defaultdict(list)
        for body in pods:
            if node := (body.get("spec") or {}).get("nodeName"):
                by_node[node].append(body)
                for name, amount in machines.requests(body).items():
                    used[node][name] += amount
                    consumers[machines.consumer(body)][name] += amount
        self.consumers = consumers
        self.machines = [
            machines.machine(
                body,
                used[name := body["metadata"]["name"]],
                self._site.gpu,
                kinds=self._site.gpu_kinds,
                pods=by_node[name],
                devices=self._site.devices,
            )
            for body in nodes
        ]

    async def see_nodes(self, body: Graph | Task | Server) -> None:
        """Look at the nodes, before pods are created that say something of their GPUs."""
        if not self.machines and not self.nodes_hidden and any(task.gpu for task in gpus.tasks(body)):
            await self.look()

    # what it has -----------------------------------------------------------------------------------

    async def _has(self, group: str, plural: str) -> bool:
        try:
            known = await self._client.get(group)
        except NotFound:
            return False
        return any(each.get("name") == plural for each in known.get("resources") or ())

    async def learn_kinds(self) -> None:
        """Learn which resources of gangs the cluster knows, and which fields these have."""
        self.kinds = await self._schemas.learn()

    async def _learn_device_classes(self) -> None:
        """Learn which device classes there are; what it may not tell is not judged."""
        self.device_classes = None
        if await self._has(f"/apis/{devices.VERSION}", devices.CLASSES):
            try:
                found, _ = await self._client.items(path(devices.VERSION, devices.CLASSES))
            except Forbidden:
                self.device_classes = devices.ANY
            else:
                self.device_classes = frozenset(
                    str((each.get("metadata") or {}).get("name")) for each in found
                )

    async def _check_controller(self) -> None:
        """Check whether Argo's controller is alive; where we may not see that, it counts as alive."""
        self.no_controller = None
        if self.argo and (found := await controllers.look(self._client)):
            leases, deployments = found
            self.no_controller = controllers.silent(
                controllers.ARGO, leases, deployments, clock.now(), self._renewals
            )
            self._renewals = controllers.renewals(leases)
        await self._controller_checked(self.no_controller)

    async def workflow_limits(self, workflow: Mapping[str, Any]) -> tuple[int | None, int | None]:
        """Return (templates, tasks) that Argo takes there in one workflow; read once, and only for a large
        one."""
        if (
            self._limits is None
            and len(workflow["spec"]["templates"][0]["dag"]["tasks"]) > step_templates.OWN
        ):
            where = path(
                "apiextensions.k8s.io/v1", "customresourcedefinitions", None, "workflows.argoproj.io"
            )
            try:
                self._limits = step_templates.limits(await self._client.get(where))
            except (Forbidden, NotFound, Unavailable):  # what is too large is refused when it comes
                return None, None
        return self._limits or (None, None)

    # how much it has -------------------------------------------------------------------------------

    async def capacity(self, connection_notes: Callable[[], list[str]]) -> Capacity:
        """Return what the cluster has and what is free. Raises Unavailable."""
        if not self.machines and not self.nodes_hidden:
            await self.look()
        if not self.health.reachable:
            raise Unavailable(self.health.problem or f"Cluster {self._client.name} does not answer.")
        ready = [machine for machine in self.machines if machine.ready and not machine.cordoned]
        gpu = sum(machine.gpu for machine in ready)
        return Capacity(
            cpu=sum(machine.cpu for machine in ready),
            memory=sum(machine.memory for machine in ready),
            gpu=gpu,
            free_cpu=sum(machine.cpu - machine.used_cpu for machine in ready),
            free_memory=sum(machine.memory - machine.used_memory for machine in ready),
            free_gpu=gpu - sum(machine.used_gpu for machine in ready),
            gpu_note=None if gpu or self.nodes_hidden else f"no node offers {self._site.gpu}",
            notes=tuple(self._notes(ready, connection_notes())),
            machines=tuple(self.machines),
        )

    def _notes(self, ready: list[Machine], connection_notes: list[str]) -> list[str]:
        """Return what an operator should know of the cluster."""
        notes = [f"How much is free here cannot be seen: {self.nodes_hidden}"] if self.nodes_hidden else []
        if self.argo is False:
            notes.append("Argo Workflows is not installed here: pipelines cannot run on this cluster.")
        if self.no_controller:
            notes.append(f"Nothing runs pipelines here now: {self.no_controller}.")
        notes += gpus.shared(ready) + slices.notes(ready)
        if self._samples.available is False:
            notes.append("No metrics server answers: what pods use is not known.")
        if self._samples.blind:
            notes.append(f"What cards do cannot be seen: {self._samples.blind}")
        notes += connection_notes
        if self._site.files_url is None:
            notes.append(
                "Pods have no address of the platform (CUBE_PODS_API_URL): steps cannot hand on files "
                "here, only values."
            )
        return notes
