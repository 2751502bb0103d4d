"""A Kubernetes cluster as the platform's port has it: graphs are Argo Workflows, single tasks are pods."""

import asyncio
import contextlib
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from cubestudio.core import clock, log, loops, tasks
from cubestudio.core.cluster.frameworks.table import single
from cubestudio.core.cluster.kubernetes import (
    argo,
    cards,
    components,
    controllers,
    devices,
    doing,
    emissary,
    gangs,
    handing,
    logs,
    priorities,
    reading,
    rehearsal,
    rights,
    scaling,
    security,
    server,
    sharing,
    sight,
    slices,
    starting,
)
from cubestudio.core.cluster.kubernetes.client import Client, Gone, path
from cubestudio.core.cluster.kubernetes.config import Place
from cubestudio.core.cluster.kubernetes.identity import Identity
from cubestudio.core.cluster.kubernetes.mirror import Mirror
from cubestudio.core.cluster.kubernetes.reach import Reach
from cubestudio.core.cluster.kubernetes.schemas import Schemas
from cubestudio.core.cluster.kubernetes.shell import COMMAND, PROTOCOL, Shell
from cubestudio.core.cluster.kubernetes.task import (
    GENERATION,
    GRAPH,
    INSTALLATION,
    KIND,
    STOP,
    WORKLOAD,
    Site,
    grounds,
    pod,
    pull_name,
    pull_secret,
    selector,
)
from cubestudio.core.cluster.kubernetes.usage import Samples
from cubestudio.core.cluster.kubernetes.watch import Handlers, Reflector
from cubestudio.core.cluster.port import (
    Capacity,
    ClusterEvent,
    Component,
    Graph,
    Health,
    Link,
    LogSegment,
    Machine,
    Observation,
    Plan,
    Route,
    Server,
    Task,
    Usage,
    Workload,
    artifact_key,
)
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from cubestudio.core.inputs.volumes import Volume
from cubestudio.core.store import Store

logger = log.get(__name__)
TEND = 15.0
"""Seconds between looks at the cluster as a whole."""
WHOLES = ((argo.VERSION, "workflows"), ("v1", "pods"), ("apps/v1", "deployments"))
"""What bears the name of a workload: a graph, a single task, a server."""
_NOTHING = Workload(name="", body=Task(command=()))
QUIET = 300.0
"""Seconds without output after which a log is asked for again, in case the connection died in silence."""


class KubernetesCluster:
    """One cluster. Nothing of it is loaded or asked before `tend`, `watch` or a first call."""

    kind = "kubernetes"

    def __init__(self, place: Place, site: Site, store: Store):
        self.name = place.name
        site = self._site = replace(site, peers=place.peers)
        self._ours = f"{KIND},{INSTALLATION}={site.installation}"
        self._store = store
        self._client = Client(
            place.name, place.config, place.context, Identity(place.name, store), place.problem
        )
        self._mirror: Mirror | None = None
        self._prepared: set[tuple[str, bool, frozenset[tuple[str, str]]]] = set()
        self._health = Health(reachable=False, since=clock.now(), problem="it has not been asked yet")
        self._machines: list[Machine] = []
        self._holders: Mapping[str, Mapping[str, float]] = {}
        self._argo: bool | None = None
        self._limits: tuple[int | None, int | None] | None = None
        self._silent: str | None = None
        """Why no workflow moves there, when nothing acts on them."""
        self._renewals: dict[str, str] = {}
        self._schemas = Schemas(self._client)
        self._kinds: dict[tuple[str, str], frozenset[str]] | None = None
        """The resources of gangs that it knows, (API version, plural), with the fields of their `spec`."""
        self._classes: frozenset[str] | None = None
        """Its device classes; None where it serves none, and until it was looked at."""
        self._blind: str | None = None
        """Why nodes cannot be seen, when that is so."""
        self._names: dict[str, tuple[str, str]] = {}
        self._wide = False
        self._ranges = False
        """Whether it gives users to namespaces itself."""
        self._spaces = tuple(dict.fromkeys((site.namespace, *site.spaces)))
        """Where to look where we may not look everywhere."""
        self._samples = Samples(self._client, self._ours, self._spaces)
        self._reach = Reach(
            self._client,
            f"{KIND} in (notebook,service),{INSTALLATION}={site.installation}",
            self._spaces,
            lambda selector: self._everywhere("v1", "pods", labelSelector=selector),
            self._lost,
            direct=bool(place.peers),
            near=place.near,
        )

    def _at(self, workload: Workload) -> Site:
        """What the installation says, for this workload: where it is, on which nodes, with what its images
        are pulled."""
        pulls = (pull_name(workload),) if workload.pull else ()
        return replace(
            self._site,
            namespace=workload.space or self._site.namespace,
            node_org=self._site.node_org if workload.group is None else workload.group,
            known=self._kinds,
            priority_class=priorities.chosen(workload.priority, self._site.priorities),
            user=security.CLUSTER if self._ranges and self._site.user.isdecimal() else self._site.user,
            gpu=cards.usual(self._machines, self._site.gpu),
            machines=tuple(machine for machine in self._machines if machine.divider),
            pull_secrets=(*self._site.pull_secrets, *pulls),
        )

    # whether it is there ---------------------------------------------------------------------------

    def health(self) -> Health:
        return self._health

    def _lost(self, problem: str) -> None:
        if self._health.reachable or self._health.problem != problem:
            since = clock.now() if self._health.reachable else self._health.since
            logger.warning("cluster unreachable", cluster=self.name, problem=problem)
            self._health = Health(reachable=False, since=since, problem=problem, version=self._health.version)

    async def tend(self) -> None:
        """For ever: whether it answers, how fast, its nodes and what is asked of them, what runs how hot."""
        while True:
            began = time.monotonic()
            try:
                with contextlib.suppress(Unavailable):  # it was written down
                    await self.look()
                loops.beat(f"tend {self.name}")
            except Exception as error:
                loops.failed(f"tend {self.name}", error)
            await asyncio.sleep(
                max(TEND, 20 * (time.monotonic() - began))
            )  # a large cluster is looked at less often

    async def look(self) -> None:
        """Look at the cluster as a whole, now."""
        began = time.perf_counter()
        self._client.doubt()
        try:
            version = await self._client.call("GET", "/version", timeout=5)
            latency = time.perf_counter() - began
            await self._client.started()
            await self._survey()
        except Unavailable as error:
            self._lost(error.message)
            raise
        except (Forbidden, Invalid, NotFound, Gone) as error:
            self._lost(str(error))
            raise Unavailable(str(error)) from error
        since = self._health.since if self._health.reachable else clock.now()
        if not self._health.reachable:
            logger.info("cluster reachable", cluster=self.name, version=version.get("gitVersion"))
        self._health = Health(
            reachable=True,
            since=since,
            problem=None,
            version=version.get("gitVersion"),
            latency=round(latency, 4),
        )

    async def _survey(self) -> None:
        self._argo = await self._has(f"/apis/{argo.VERSION}", "workflows")
        self._ranges = await self._has(f"/apis/{security.RANGES}/v1", "securitycontextconstraints")
        await self._learn()
        await self._classify()
        await self._listen()
        try:
            nodes, _ = await self._client.items(path("v1", "nodes"))
            pods, _ = await self._client.items(
                path("v1", "pods"), fieldSelector="status.phase!=Succeeded,status.phase!=Failed"
            )
        except Forbidden as error:
            self._blind, self._machines = error.message, []
            await self._samples.take(())
            return
        self._blind = None
        await self._samples.take(pods)
        used: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        holders: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        there: dict[str, list[dict]] = defaultdict(list)
        for body in pods:
            if node := (body.get("spec") or {}).get("nodeName"):
                there[node].append(body)
                for name, amount in sight.asked(body).items():
                    used[node][name] += amount
                    holders[sight.holder(body)][name] += amount
        self._holders = holders
        self._machines = [
            sight.machine(
                body,
                used[name := body["metadata"]["name"]],
                self._site.gpu,
                kinds=self._site.gpu_kinds,
                pods=there[name],
                devices=self._site.devices,
            )
            for body in nodes
        ]

    async def _classify(self) -> None:
        """Which device classes it has; what it may not tell is not judged."""
        self._classes = None
        if await self._has(f"/apis/{devices.VERSION}", devices.CLASSES):
            try:
                found, _ = await self._client.items(path(devices.VERSION, devices.CLASSES))
            except Forbidden:
                self._classes = devices.ANY
            else:
                self._classes = frozenset(str((each.get("metadata") or {}).get("name")) for each in found)

    async def _learn(self) -> None:
        """Which resources of gangs it knows, and what may stand in them."""
        self._kinds = await self._schemas.learn()

    async def _sight(self, body: Graph | Task | Server) -> None:
        """See the nodes, before pods are made that say something of their GPUs."""
        if not self._machines and not self._blind and any(task.gpu for task in cards.tasks(body)):
            await self.look()

    async def _most(self, workflow: Mapping[str, Any]) -> tuple[int | None, int | None]:
        """(templates, tasks) that Argo takes there in one workflow; asked once, and only for a large one."""
        if self._limits is None and len(workflow["spec"]["templates"][0]["dag"]["tasks"]) > sharing.OWN:
            where = path(
                "apiextensions.k8s.io/v1", "customresourcedefinitions", None, "workflows.argoproj.io"
            )
            try:
                self._limits = sharing.limits(await self._client.get(where))
            except (Forbidden, NotFound, Unavailable):  # what is too large is refused when it comes
                return None, None
        return self._limits or (None, None)

    async def _listen(self) -> None:
        """Whether Argo's controller is alive; a cluster where we may not see that is believed."""
        self._silent = None
        if self._argo and (found := await controllers.look(self._client)):
            leases, deployments = found
            self._silent = controllers.silent(
                controllers.ARGO, leases, deployments, clock.now(), self._renewals
            )
            self._renewals = controllers.renewals(leases)
        if self._mirror:
            self._mirror.hush(self._silent)
            for body in list(self._mirror.workflows.values()) if self._silent else ():
                if reading.stopped(body) and not reading.final(body):
                    await self._client.delete(
                        path(
                            argo.VERSION, "workflows", body["metadata"]["namespace"], body["metadata"]["name"]
                        )
                    )

    async def _has(self, group: str, plural: str) -> bool:
        try:
            known = await self._client.get(group)
        except NotFound:
            return False
        return any(each.get("name") == plural for each in known.get("resources") or ())

    async def capacity(self) -> Capacity:
        if not self._machines and not self._blind:
            await self.look()
        if not self._health.reachable:
            raise Unavailable(self._health.problem or f"Cluster {self.name} does not answer.")
        ready = [machine for machine in self._machines if machine.ready and not machine.cordoned]
        notes = [f"How much is free here cannot be seen: {self._blind}"] if self._blind else []
        if self._argo is False:
            notes.append("Argo Workflows is not installed here: pipelines cannot run on this cluster.")
        if self._silent:
            notes.append(f"Nothing runs pipelines here now: {self._silent}.")
        notes += cards.shared(ready) + slices.notes(ready)
        if self._samples.available is False:
            notes.append("No metrics server answers: what pods use is not known.")
        if self._samples.blind:
            notes.append(f"What cards do cannot be seen: {self._samples.blind}")
        notes += self._reach.notes()
        if self._site.files_url is None:
            notes.append(
                "Pods have no address of the platform (CUBE_PODS_URL): steps cannot hand on files "
                "here, only values."
            )
        gpu = sum(machine.gpu for machine in ready)
        return Capacity(
            cpu=sum(machine.cpu for machine in ready),
            memory=sum(machine.memory for machine in ready),
            gpu=gpu,
            free_cpu=sum(machine.cpu - machine.used_cpu for machine in ready),
            free_memory=sum(machine.memory - machine.used_memory for machine in ready),
            free_gpu=gpu - sum(machine.used_gpu for machine in ready),
            gpu_note=None if gpu or self._blind else f"no node offers {self._site.gpu}",
            notes=tuple(notes),
            machines=tuple(self._machines),
        )

    # work ------------------------------------------------------------------------------------------

    async def preview(self, workload: Workload) -> list[str]:
        """By what is known already: a cluster that cannot be reached is not judged."""
        graph, site = workload.body, self._at(workload)
        if isinstance(graph, Server):
            server.objects(workload, site)  # refuses what cannot be
            graph = graph.task
        reach = handing.problems(workload.body, site)
        if isinstance(graph, Graph):
            found = argo.problems(graph, site) + reach
            for name, task in (
                (node.name, node.task) for node in graph.nodes if argo.spread(node) and not graph.aside(node)
            ):
                if task.gang and gangs.unknown(task.gang, site):
                    kind = gangs.kind_of(task.gang, site)
                    found.append(
                        f"step {name} runs as {kind.name} ({kind.version}), which cluster "
                        f"{self.name} does not know: {kind.needs} is not installed there"
                    )
            if self._argo is False:
                found.append(
                    f"Argo Workflows is not installed on cluster {self.name}, and pipelines need it there"
                )
            wanted = [
                (f"step {node.name}", node.task if argo.spread(node) else single(node.task))
                for node in graph.nodes
            ]
            body, _ = argo.workflow(workload, site)  # refuses what is too large
            found += sharing.problems(body, await self._most(body))
        else:
            found, wanted = reach, [("it", single(graph))]
        if self._machines or self._health.reachable:  # it was looked at
            for name, task in wanted:
                found += devices.lacking(
                    name, task, self._machines, site=site, classes=self._classes, cluster=self.name
                )
        if self._health.reachable:
            found += (await self._guarded(workload, site))[0]
            found += (
                await priorities.unknown(self._client, site.priority_class) if site.priority_class else []
            )
        if not self._machines:
            return found
        use = "service" if isinstance(workload.body, Server) else "train"
        for name, task in wanted:
            labels = selector(task, site, use)
            nodes = [each for each in self._machines if labels.items() <= each.labels.items()]
            if not nodes:
                told = ", ".join(f"{key}={value}" for key, value in labels.items())
                found.append(
                    f"{name} is to run on a node with the labels {told}; no node of {self.name} has them"
                )
                continue
            most = (max(each.cpu for each in nodes), max(each.memory for each in nodes))
            found += security.inseparable(name, task, nodes, self.name)
            if words := cards.lacking(name, task, nodes, site, self.name):
                found.append(words)
            if task.cpu > most[0]:
                found.append(
                    f"{name} asks for {task.cpu:g} cores; the largest node of {self.name} has {most[0]:g}"
                )
            if task.memory > most[1]:
                found.append(
                    f"{name} asks for {sight.size(task.memory)} of memory; the largest node of "
                    f"{self.name} has {sight.size(most[1])}"
                )
        return found

    async def components(self) -> list[Component]:
        found: list[dict] = []
        for plural in ("deployments", "daemonsets", "statefulsets"):
            found += (await self._client.items(path("apps/v1", plural)))[0]
        groups = (await self._client.get("/apis")).get("groups") or ()
        versions = {version["groupVersion"] for group in groups for version in group.get("versions") or ()}
        rows = components.rows(found, versions | {group["name"] for group in groups})
        await self.look()
        rows = [self._hushed(row) for row in rows]
        ways = frozenset(versions) | ({argo.VERSION} if self._argo else frozenset())
        return await doing.rows(self._client, self._at(_NOTHING), ways, self._classes or (), rows)

    def _hushed(self, row: Component) -> Component:
        """Argo's row: pods that are ready may be of a controller that does nothing."""
        if row.name != "workflow-controller" or not self._silent or row.state == "absent":
            return row
        return replace(row, state="not ready", message=f"{row.message}; {self._silent}")

    async def plan(self, workload: Workload) -> Plan:
        try:
            await self.look()
            problems = await self.preview(workload) + await self._rights(workload)
            problems += [] if problems else await self._unclaimable(workload)
        except Unavailable as error:
            return Plan(verdict="unknown", message=error.message)
        plan = await self._planned(workload, problems)
        site = self._at(workload)
        refused = (await self._guarded(workload, site))[1]
        warnings = (
            *handing.warnings(workload.body, site),
            *self._surprises(workload),
            *refused,
            *self._unscaled(workload),
        )
        return replace(plan, warnings=warnings)

    def _unscaled(self, workload: Workload) -> tuple[str, ...]:
        """Why a server would keep the replicas that it begins with, although it is to have more."""
        if not isinstance(workload.body, Server) or workload.body.scale is None:
            return ()
        samples = self._samples
        return scaling.lacking(
            workload.body.scale, self.name, samples.available, samples.exporters, self._blind or samples.blind
        )

    async def _guarded(self, workload: Workload, site: Site) -> tuple[list[str], list[str]]:
        """(problems, warnings): what the namespace of a workload refuses of its pods. The namespace is asked
        only where there may be something; one that cannot be asked is not judged."""
        wanted, added = gangs.guarded(workload.body, site)
        if not added and not security.refused("restricted", site.namespace, wanted):
            return [], []
        try:
            there = await self._client.get(path("v1", "namespaces", None, site.namespace))
        except (Forbidden, NotFound, Unavailable):
            return [], []
        level = str((there["metadata"].get("labels") or {}).get(security.LABEL))
        problems, warnings = security.added(level, site.namespace, added)
        return security.refused(level, site.namespace, wanted) + problems, warnings

    def _surprises(self, workload: Workload) -> list[str]:
        """What may surprise of the nodes that a workload may be put on."""
        site, body = self._at(workload), workload.body
        named = (
            [(f"step {node.name}", node.task) for node in body.nodes]
            if isinstance(body, Graph)
            else [("it", cards.tasks(body)[0])]
        )
        ready = [machine for machine in self._machines if machine.ready and not machine.cordoned]
        return [
            words
            for name, task in named
            for words in cards.warnings(name, task, ready, site) + devices.warnings(name, task, site)
        ]

    async def _rights(self, workload: Workload) -> list[str]:
        """What the platform's account may not do there, and would have to."""
        site = self._at(workload)
        return await rights.lacking(
            self._client, rights.needed(workload.body, site, await self._made(site.namespace))
        )

    async def _made(self, space: str) -> bool:
        """Whether a namespace is there."""
        with contextlib.suppress(Forbidden):  # whoever gave us rights in it has made it
            try:
                await self._client.get(path("v1", "namespaces", None, space))
            except NotFound:
                return False
        return True

    async def _planned(self, workload: Workload, problems: list[str]) -> Plan:
        if isinstance(workload.body, Server):
            return await self._plan_server(workload, workload.body, problems)
        graph, site = isinstance(workload.body, Graph), self._at(workload)
        if (
            isinstance(workload.body, Graph)
            and not problems
            and all(map(workload.body.aside, workload.body.nodes))
        ):
            return Plan(
                verdict="now",
                message="Nothing of it is to be run: the cluster is not asked.",
                problems=(),
                objects=(),
            )
        body, secret = (argo.workflow if graph else pod)(workload, site)
        hidden = {**secret, "data": dict.fromkeys(secret["data"], "…")}
        objects = (
            body,
            hidden,
            *(each for _, _, each in (rehearsal.resources(workload, site) if graph else ())),
        )
        tasks = (
            [node.task for node in workload.body.nodes if not workload.body.aside(node)]
            if isinstance(workload.body, Graph)
            else [workload.body]
        )
        wanted = {(volume.kind, volume.source): volume for task in tasks for volume in task.volumes}
        problems += await self._tried(body, secret, graph, site.namespace, wanted.values())
        if graph and not problems and await self._made(site.namespace):
            problems += await rehearsal.problems(self._client, workload, site)
        if problems:
            return Plan(
                verdict="never",
                message="It could not run as it is.",
                problems=tuple(problems),
                objects=objects,
            )
        first = (
            [
                node.task if argo.spread(node) else single(node.task)
                for node in workload.body.nodes
                if not node.needs and not workload.body.aside(node)
            ]
            if isinstance(workload.body, Graph)
            else [single(workload.body)]
        )
        if self._silent and graph:
            return Plan(
                verdict="waits",
                message=f"Nothing runs pipelines on {self.name} now: {self._silent}",
                problems=(),
                objects=objects,
            )
        if self._blind:
            return Plan(
                verdict="now",
                message=f"Nothing speaks against it; how much is free on {self.name} cannot be seen: "
                f"{self._blind}",
                problems=(),
                objects=objects,
            )
        if words := self._waits(first, site):
            return Plan(verdict="waits", message=words, problems=(), objects=objects)
        return Plan(
            verdict="now",
            message=f"Each step that comes first fits on a node of {self.name} now.",
            problems=(),
            objects=objects,
        )

    async def _plan_server(self, workload: Workload, body: Server, problems: list[str]) -> Plan:
        site = self._at(workload)
        made = server.objects(workload, site)
        shown = tuple(
            {**each, "data": dict.fromkeys(each["data"], "…")} if plural == "secrets" else each
            for _, plural, each in made
        )
        if problems:
            return Plan(
                verdict="never", message="It could not run as it is.", problems=tuple(problems), objects=shown
            )
        words = await self._volumeless(workload, body, site) if body.folder else None
        words = words or (None if self._blind else self._waits([body.task], site, "service"))
        return (
            Plan(verdict="waits", message=words, problems=(), objects=shown)
            if words
            else Plan(
                verdict="now", message=f"It fits on a node of {self.name} now.", problems=(), objects=shown
            )
        )

    async def _volumeless(self, workload: Workload, body: Server, site: Site) -> str | None:
        """Why a server's folder, which is to be made, would get no volume."""
        claim = server.claim_name(workload.labels.get("cubestudio/project", ""), body.folder or "")
        with contextlib.suppress(Forbidden):
            try:
                await self._client.get(path("v1", "persistentvolumeclaims", site.namespace, claim))
            except NotFound:
                return await rights.classless(self._client)
        return None

    async def _tried(
        self, body: dict, secret: dict, graph: bool, space: str, volumes: Iterable[Volume]
    ) -> list[str]:
        """What the cluster itself says against it, by a dry run; and what it names that is not there."""
        if not await self._made(space):
            return []  # it is made with the first run, and nothing can be tried in it before
        found = []
        for name in self._site.pull_secrets:
            try:
                await self._client.get(path("v1", "secrets", space, name))
            except (NotFound, Forbidden):
                found.append(f"the secret {name}, with which images are pulled, is not in namespace {space}")
        found += [words for volume in volumes if (words := await self._lacks(volume, space))]
        where = path(
            argo.VERSION if graph else "v1", "workflows" if graph else "pods", space, body["metadata"]["name"]
        )
        for place, each in (
            (path("v1", "secrets", space, secret["metadata"]["name"]), secret),
            (where, body),
        ):
            try:
                await self._client.apply(place, each, dry=True)
            except (Invalid, Forbidden, Conflict, NotFound) as error:
                found.append(error.message)
        return found

    async def _lacks(self, volume: Volume, space: str) -> str | None:
        """Whether a volume that must be there before is not, in words."""
        kinds = {"pvc": "persistentvolumeclaims", "configmap": "configmaps", "secret": "secrets"}
        if volume.kind not in kinds:
            return None
        with contextlib.suppress(Forbidden):  # not ours to see is not missing
            try:
                await self._client.get(path("v1", kinds[volume.kind], space, volume.source))
            except NotFound:
                return f"volume {volume.source}({volume.kind}) is not in namespace {space}"
        return None

    def _waits(self, first: Sequence[Task], site: Site, use: str = "train") -> str | None:
        """For what the first steps wait, and who holds it; None when each fits on some node now."""
        ready = [machine for machine in self._machines if machine.ready and not machine.cordoned]
        for task in first:
            labels = selector(task, site, use)
            nodes = [
                each
                for each in ready
                if labels.items() <= each.labels.items() and cards.fits(task, each, site)
            ]
            card = cards.resource(task.gpu_type, site.gpu, site.gpu_kinds)
            if any(
                task.cpu <= each.cpu - each.used_cpu
                and task.memory <= each.memory - each.used_memory
                and task.gpu <= cards.free(task, each, card)
                and devices.free(task, each, site)
                for each in nodes
            ):
                continue
            name, words = ("memory", f"{sight.size(task.memory)} of memory")
            if task.devices and not any(devices.free(task, each, site) for each in nodes):
                name, words = (
                    next(iter(devices.amounts(task, site))),
                    ", ".join(f"{count} {device}" for device, count in task.devices.items()),
                )
            elif task.gpu and not any(task.gpu <= cards.free(task, each, card) for each in nodes):
                name, words = card, f"{task.gpu} GPU{'s' if task.gpu > 1 else ''}"
            elif not any(task.cpu <= each.cpu - each.used_cpu for each in nodes):
                name, words = "cpu", f"{task.cpu:g} cores"
            holders = sorted(
                ((amounts.get(name, 0), who) for who, amounts in self._holders.items() if amounts.get(name)),
                reverse=True,
            )
            held = ", ".join(who for _, who in holders[:3]) + (
                f" and {len(holders) - 3} more" if len(holders) > 3 else ""
            )
            return f"A first step waits for {words} on one node" + (f", held by {held}." if held else ".")
        return None

    async def _prepare(self, body: Graph | Task, site: Site) -> None:
        """Lay the grounds of a namespace, once in a life of ours."""
        space, graph = site.namespace, isinstance(body, Graph)
        if space not in self._spaces and not await self._sees_all():
            raise Conflict(
                f"What runs in namespace {space} of cluster {self.name} could not be followed: the "
                "platform's account may see single namespaces only.",
                hint="Give it the rules of install/kubernetes/rbac.yaml for the whole cluster, or let "
                "the project use the usual namespaces.",
            )
        wanted = (
            [
                gangs.kind_of(node.task.gang, site)
                for node in body.nodes
                if node.task.gang and node.task.gang.kind
            ]
            if isinstance(body, Graph)
            else []
        )
        kinds = frozenset((kind.version, kind.plural) for kind in wanted)
        if (space, graph, kinds) in self._prepared:
            return
        where = path("v1", "namespaces", None, space)
        try:
            there = await self._client.get(where)
        except NotFound:
            made = {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": space, "labels": {"app.kubernetes.io/managed-by": "cubestudio"}},
            }
            there = await self._client.apply(where, made)
        except Forbidden:  # whoever gave us rights in it has made it
            there = {"metadata": {}}
        marks = {name: value for kind in wanted for name, value in kind.space.items()}
        if not marks.items() <= (there["metadata"].get("labels") or {}).items():
            try:
                await self._client.merge(where, {"metadata": {"labels": marks}})
            except Forbidden as error:
                told = " ".join(f"{name}={value}" for name, value in marks.items())
                raise Conflict(
                    f"Namespace {space} of cluster {self.name} lacks a label, and the platform may "
                    f"not set it: {error.message}",
                    hint=f"kubectl label namespace {space} {told}",
                ) from error
        needed = grounds(site) + (
            gangs.grounds(site, kinds | set(self._kinds or ()), wanted) if wanted else []
        )
        for version, plural, ground in needed:
            if graph or plural == "configmaps":
                await self._client.apply(path(version, plural, space, ground["metadata"]["name"]), ground)
        self._prepared.add((space, graph, kinds))

    async def apply(self, workload: Workload) -> None:
        if isinstance(workload.body, Server):
            return await self._serve(workload, workload.body)
        graph = isinstance(workload.body, Graph)
        if (
            self._kinds is None
            and isinstance(workload.body, Graph)
            and any(map(argo.spread, workload.body.nodes))
        ):
            await self._learn()
        await self._sight(workload.body)
        site = self._at(workload)
        space = site.namespace
        await self._prepare(workload.body, site)
        make = argo.workflow if graph else pod
        body, secret = make(workload, site)
        where = path(argo.VERSION if graph else "v1", "workflows" if graph else "pods", space, workload.name)
        try:
            there = await self._client.get(where)
        except NotFound:
            there = None
        if there is not None:
            generation = int((there["metadata"].get("annotations") or {}).get(GENERATION) or 1)
            if generation > workload.generation or (generation == workload.generation and not workload.stop):
                return
            if workload.stop:
                return await self._stop(where, there, graph, workload.generation)
            await self.delete(workload.name, space)
            await self._gone(where)
        if workload.stop and not graph:
            return
        await self._pulling(workload, site)
        await self._claiming(workload, site)
        where_secret = path("v1", "secrets", space, workload.name)
        await self._client.apply(where_secret, secret)
        try:
            made = await self._client.apply(where, body)
        except NotFound as error:
            await self._client.delete(where_secret)
            self._prepared.clear()
            missing = (
                "Argo Workflows is not installed there, and pipelines need it" if graph else error.message
            )
            raise Conflict(f"Cluster {self.name} cannot run this: {missing}.") from error
        owner = {
            "apiVersion": body["apiVersion"],
            "kind": body["kind"],
            "name": workload.name,
            "uid": made["metadata"]["uid"],
        }
        secret["metadata"]["ownerReferences"] = [owner]
        await self._client.apply(where_secret, secret)

    async def _pulling(self, workload: Workload, site: Site) -> None:
        """The secret with which images of a project are pulled; it stays, for all its pods name it."""
        if workload.pull:
            made = pull_secret(workload, site)
            await self._client.apply(path("v1", "secrets", site.namespace, made["metadata"]["name"]), made)

    async def _claiming(self, workload: Workload, site: Site, dry: bool = False) -> None:
        """The templates of the claims of its pods; they stay, for others that claim the same name them."""
        owned = {INSTALLATION: site.installation, "app.kubernetes.io/managed-by": "cubestudio"}
        pods = [task if task.gang and task.gang.kind else single(task) for task in cards.tasks(workload.body)]
        for version, plural, made in devices.templates(pods, site, owned):
            try:
                await self._client.apply(
                    path(version, plural, site.namespace, made["metadata"]["name"]), made, dry=dry
                )
            except NotFound as error:
                raise Conflict(
                    f"Cluster {self.name} cannot give devices by claims: {error.message}."
                ) from error

    async def _unclaimable(self, workload: Workload) -> list[str]:
        """What the cluster itself says against the claims of a workload."""
        site = self._at(workload)
        if not any(task.claims for task in cards.tasks(workload.body)) or not await self._made(
            site.namespace
        ):
            return []
        try:
            await self._claiming(workload, site, dry=True)
        except (Invalid, Forbidden, Conflict) as error:
            return [error.message]
        return []

    async def _serve(self, workload: Workload, body: Server) -> None:
        """Bring a server to this generation, or to nothing when it is to stop; the objects are made in the
        order of their needs."""
        await self._sight(body)
        site = self._at(workload)
        space = site.namespace
        where = path("apps/v1", "deployments", space, workload.name)
        try:
            there = await self._client.get(where)
        except NotFound:
            there = None
        if (
            there is not None
            and int((there["metadata"].get("annotations") or {}).get(GENERATION) or 1) >= workload.generation
        ):
            return
        if workload.stop:
            if there is not None:
                marks = {"annotations": {GENERATION: str(workload.generation), STOP: "true"}}
                if body.scales_itself:
                    await self._client.delete(
                        path("autoscaling/v2", "horizontalpodautoscalers", space, workload.name)
                    )
                await self._client.merge(where, {"metadata": marks, "spec": {"replicas": 0}})
            return
        await self._prepare(body.task, site)
        await self._pulling(workload, site)
        await self._claiming(workload, site)
        if there is not None and (there["metadata"].get("annotations") or {}).get(STOP):
            await self._client.merge(where, {"metadata": {"annotations": {STOP: None}}})
        for version, plural, made in server.objects(workload, site):
            await self._client.apply(path(version, plural, space, made["metadata"]["name"]), made)

    async def gone(self, name: str, space: str | None = None) -> bool:
        self._client.doubt()
        await self._client.started()
        for version, plural in WHOLES:
            with contextlib.suppress(NotFound, Forbidden):  # what we may not see has never been listed
                await self._client.get(path(version, plural, space or self._site.namespace, name))
                return False
        return True

    async def scale(self, name: str, replicas: int, space: str | None = None) -> None:
        where = path("apps/v1", "deployments", space or self._site.namespace, name)
        try:
            there = await self._client.get(where)
        except NotFound:
            return
        if (there["metadata"].get("annotations") or {}).get(STOP) or there["spec"].get(
            "replicas"
        ) == replicas:
            return
        await self._client.merge(where, {"spec": {"replicas": replicas}})

    async def _sees_all(self) -> bool:
        """Whether we may look for pods in all namespaces."""
        if not self._wide:
            try:
                await self._client.items(path("v1", "pods"), labelSelector=f"{WORKLOAD}=none")
                self._wide = True
            except Forbidden:
                return False
        return self._wide

    async def _ways(self) -> frozenset[str]:
        """The API versions for ways in that the cluster has."""
        groups = (await self._client.get("/apis")).get("groups") or ()
        return frozenset(
            version["groupVersion"] for group in groups for version in group.get("versions") or ()
        )

    async def connect(self, workload: str, port: int | None = None) -> Link:
        return await self._reach.connect(workload, port)

    async def _everywhere(self, version: str, plural: str, **query: str) -> list[dict]:
        """Objects of all namespaces, or, where we may not look everywhere, of those that we use."""
        try:
            return (await self._client.items(path(version, plural), **query))[0]
        except Forbidden:
            found: list[dict] = []
            for space in self._spaces:
                with contextlib.suppress(Forbidden):
                    found += (await self._client.items(path(version, plural, space), **query))[0]
            return found

    async def route(
        self, name: str, labels: Mapping[str, str], way: Route | None, space: str | None = None
    ) -> None:
        site = replace(self._site, namespace=space or self._site.namespace)
        space = site.namespace
        ways = await self._ways()
        made = server.route(name, labels, way, site, ways) if way else None
        for version, plural in server.ROUTES:
            if made and made[:2] == (version, plural):
                await self._client.apply(path(version, plural, space, name), made[2])
            elif version in ways or version == server.WAYS[-1]:
                with contextlib.suppress(NotFound):
                    await self._client.delete(path(version, plural, space, name))

    async def discard(self, project: str, folder: str, space: str | None = None) -> None:
        where = path(
            "v1", "persistentvolumeclaims", space or self._site.namespace, server.claim_name(project, folder)
        )
        await self._client.delete(where)

    async def forget(self, project: str) -> None:
        return None

    async def _stop(self, where: str, there: Mapping[str, Any], graph: bool, generation: int) -> None:
        """Ask what is there to end. Its state stays, so that its end is told."""
        marks = {"metadata": {"annotations": {GENERATION: str(generation), STOP: "true"}}}
        with contextlib.suppress(NotFound):
            if graph:
                if not reading.final(there):
                    await self._client.merge(where, {**marks, "spec": {"shutdown": "Terminate"}})
                await self._end_gangs(there)
                if self._silent and not reading.final(there):  # nobody else would end it; its pods go with it
                    await self._client.delete(where)
                return
            await self._client.merge(where, marks)
            if (there.get("status") or {}).get("phase") not in ("Succeeded", "Failed"):
                await self._client.delete(where)

    async def _end_gangs(self, workflow: Mapping[str, Any]) -> None:
        """Argo ends its own pods and leaves the resources that they made; these end the gangs."""
        told = json.loads((workflow["metadata"].get("annotations") or {}).get(GRAPH) or "{}")
        for version, plural in {tuple(each["gang"]) for each in told.values() if each.get("gang")}:
            space = workflow["metadata"]["namespace"]
            found, _ = await self._client.items(
                path(version, plural, space), labelSelector=f"{WORKLOAD}={workflow['metadata']['name']}"
            )
            for body in found:
                await self._client.delete(path(version, plural, space, body["metadata"]["name"]))

    async def _gone(self, where: str) -> None:
        """Wait until an object with the same name has left."""
        async with asyncio.timeout(60):
            while True:
                try:
                    await self._client.get(where)
                except NotFound:
                    return
                await asyncio.sleep(0.3)

    async def delete(self, name: str, space: str | None = None) -> None:
        space = space or self._site.namespace
        await self._client.delete(path(argo.VERSION, "workflows", space, name))
        await self._client.delete(path("v1", "pods", space, name))
        if await self._is_server(name, space):
            for version, plural in server.KINDS:
                with contextlib.suppress(NotFound):
                    await self._client.delete(path(version, plural, space, name))
        await self._client.delete(path("v1", "secrets", space, name))

    async def _is_server(self, name: str, space: str) -> bool:
        try:
            await self._client.get(path("apps/v1", "deployments", space, name))
        except (NotFound, Forbidden):
            return False
        return True

    # what it reports -------------------------------------------------------------------------------

    async def _fetch(self, project: str, digest: str) -> bytes | None:
        try:
            return await self._store.get(artifact_key(project, digest))
        except FileNotFoundError:
            return None

    async def watch(self) -> AsyncIterator[Observation]:
        mirror = self._mirror = Mirror(self._fetch, self._site.start_seconds)
        mirror.hush(self._silent)

        def pods_listed(items: list[dict]) -> None:
            self._reach.listed(items)
            mirror.list_pods(items)

        def pod_told(kind: str, body: dict) -> None:
            self._reach.told(kind, body)
            mirror.tell_pod(kind, body)

        kinds: list[tuple[str, str, Any, Any, bool]] = [
            ("v1", "pods", pods_listed, pod_told, True),
            (argo.VERSION, "workflows", mirror.list_workflows, mirror.tell_workflow, True),
            ("apps/v1", "deployments", mirror.list_servers, mirror.tell_server, False),
        ]
        following = [
            Reflector(
                self._client,
                path(version, plural),
                [path(version, plural, space) for space in self._spaces],
                selector=self._ours,
                handlers=Handlers(listed, told, self._lost, partial(mirror.absent, plural)),
                needed=needed,
            )
            for version, plural, listed, told, needed in kinds
        ]
        blind = partial(mirror.list_nodes, [])
        following.append(
            Reflector(
                self._client,
                path("v1", "nodes"),
                [],
                selector="",
                handlers=Handlers(mirror.list_nodes, mirror.tell_node, self._lost, blind),
                needed=False,
            )
        )
        async with self._reach.fed():
            running = [asyncio.create_task(each.run(), name=f"watch {self.name}") for each in following]
            try:
                while True:
                    woken = asyncio.create_task(mirror.wake.wait(), name=f"news of {self.name}")
                    running.append(woken)
                    await asyncio.wait(running, timeout=mirror.pause, return_when=asyncio.FIRST_COMPLETED)
                    running.remove(woken)
                    woken.cancel()
                    for task in running:
                        if task.done():
                            task.result()
                    for observation in await mirror.drain():
                        yield observation
                    await self._give_up(mirror)
            finally:
                await tasks.end(running)

    async def _give_up(self, mirror: Mirror) -> None:
        """End the single tasks that did not start in time: a node ends a pod that is past its deadline, and
        the pod stays with why."""
        for key, words in list(mirror.overdue.items()):
            meta = mirror.pods[key]["metadata"] if key in mirror.pods else None
            if meta is not None:
                change = {
                    "metadata": {"annotations": {starting.NOTE: words}},
                    "spec": {"activeDeadlineSeconds": 1},
                }
                try:
                    await self._client.merge(path("v1", "pods", meta["namespace"], meta["name"]), change)
                except (Unavailable, Conflict, Invalid, Forbidden, NotFound) as error:
                    logger.warning(
                        "a pod that does not start could not be ended", pod=meta["name"], error=str(error)
                    )
                    continue  # it is tried again with the next news
            del mirror.overdue[key]

    async def _find(self, key: str) -> tuple[str, str]:
        """(namespace, name) of a pod of ours."""
        body = self._mirror.pods.get(key) if self._mirror else None
        if body is not None:
            self._names[key] = (body["metadata"]["namespace"], body["metadata"]["name"])
        if key not in self._names:
            items = await self._everywhere("v1", "pods", labelSelector=self._ours)
            self._names = {
                each["metadata"]["uid"]: (each["metadata"]["namespace"], each["metadata"]["name"])
                for each in items
            }
        if key not in self._names:
            raise NotFound(f"Cluster {self.name} has no pod {key} any more.")
        return self._names[key]

    async def logs(
        self, pod: str, since: int = 0, follow: bool = False, anchor: tuple[int, int] | None = None
    ) -> AsyncIterator[LogSegment]:
        space, name = await self._find(pod)
        where = path("v1", "pods", space, name)
        cursor: logs.Cursor | None = None
        pause = 0.2
        lives: int | None = None
        while True:
            try:
                body = await self._client.get(where)
                if body["metadata"]["uid"] != pod:
                    raise NotFound(f"Pod {name} of cluster {self.name} is another one by now.")
                cursor = cursor or logs.Cursor(since, anchor, emissary.marked(body))
                container, called = sight.main(body), sight.called(body)
                state, restarts = container.get("state") or {}, container.get("restartCount") or 0
                over = (body.get("status") or {}).get("phase") in ("Succeeded", "Failed") or (
                    "terminated" in state and not sight.stays(body)
                )
                if over and "terminated" not in state:
                    return
                if lives is not None and restarts > lives and (ended := sight.again(body)):
                    with contextlib.suppress(Invalid):  # its node has no more of it
                        async for piece in logs.read(
                            self._client,
                            f"{where}/log",
                            called,
                            cursor=cursor,
                            follow=False,
                            seconds=QUIET,
                            former=True,
                        ):
                            yield piece
                    yield cursor.remark(
                        f"started again after {ended[0]}: {ended[1]}",
                        logs.micros(sight.ended_at(body).encode()),
                    )
                    pause = 0.2
                lives = restarts
                if "running" in state or "terminated" in state:
                    async for piece in logs.read(
                        self._client,
                        f"{where}/log",
                        called,
                        cursor=cursor,
                        follow=follow and "running" in state,
                        seconds=QUIET,
                    ):
                        pause = 0.2
                        yield piece
                if over or not follow:
                    return
            except (Unavailable, Invalid):  # the connection broke, or its container is not there yet
                if not follow:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)

    async def usage(self, pod: str, since: datetime | None = None) -> list[Usage]:
        return self._samples.of(await self._find(pod), since)

    async def notes(self, pod: str) -> list[ClusterEvent]:
        space, _ = await self._find(pod)
        found, _ = await self._client.items(
            path("v1", "events", space), fieldSelector=f"involvedObject.uid={pod}"
        )
        return sorted((sight.note(body) for body in found), key=lambda note: (note.at is not None, note.at))

    async def shell(self, pod: str, rows: int, columns: int) -> Shell:
        space, name = await self._find(pod)
        body = await self._client.get(path("v1", "pods", space, name))
        query = [
            ("container", sight.called(body)),
            ("stdin", "true"),
            ("stdout", "true"),
            ("tty", "true"),
            *(("command", word) for word in COMMAND),
        ]
        shell = Shell(
            self.name, await self._client.socket(path("v1", "pods", space, name, "exec"), query, PROTOCOL)
        )
        await shell.resize(rows, columns)
        return shell

    async def manifest(self, pod: str) -> Mapping[str, Any]:
        space, name = await self._find(pod)
        body = await self._client.get(path("v1", "pods", space, name))
        body["metadata"].pop("managedFields", None)
        return body

    async def close(self) -> None:
        await self._reach.close()
        await self._client.close()
