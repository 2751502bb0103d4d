"""What applying a workload would do: which objects it creates, whether the cluster takes them, by a dry run,
and whether it starts at once or waits, and for what."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from cubestudio.core.cluster.frameworks.table import single
from cubestudio.core.cluster.kubernetes import argo, devices, gpus, rehearsal, rights, server
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.namespaces import Namespaces
from cubestudio.core.cluster.kubernetes.preflight import Preflight
from cubestudio.core.cluster.kubernetes.quantities import format_bytes
from cubestudio.core.cluster.kubernetes.survey import Survey
from cubestudio.core.cluster.kubernetes.task import Site, pod, selector
from cubestudio.core.cluster.port import Graph, Machine, Plan, Server, Task, Volume, Workload
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

Objects = tuple[dict[str, Any], ...]
VOLUME_KINDS = {"pvc": "persistentvolumeclaims", "configmap": "configmaps", "secret": "secrets"}
"""Volumes that have to be there before, and their resources."""


class Planner:
    """Plans for one cluster. `pull_secrets`: those of the installation."""

    def __init__(
        self,
        client: Client,
        survey: Survey,
        preflight: Preflight,
        namespaces: Namespaces,
        pull_secrets: Sequence[str],
    ):
        self._client = client
        self._survey = survey
        self._preflight = preflight
        self._namespaces = namespaces
        self._pull_secrets = pull_secrets

    async def plan(self, workload: Workload) -> Plan:
        """Return what applying a workload would do; nothing is changed."""
        try:
            await self._survey.look()
            problems = await self._preflight.problems(workload)
            problems += await self._preflight.account_problems(workload)
            problems += [] if problems else await self._preflight.claim_problems(workload)
        except Unavailable as error:
            return Plan(verdict="unknown", message=error.message)
        if isinstance(workload.body, Server):
            plan = await self._server(workload, workload.body, problems)
        elif isinstance(workload.body, Graph):
            plan = await self._graph(workload, workload.body, problems)
        else:
            plan = await self._task(workload, workload.body, problems)
        return replace(plan, warnings=await self._preflight.warnings(workload))

    async def _graph(self, workload: Workload, graph: Graph, problems: list[str]) -> Plan:
        if not problems and all(map(graph.aside, graph.nodes)):
            return _plan("now", "Nothing of it is to be run: the cluster is not asked.", ())
        site = self._survey.site_of(workload)
        body, secret = argo.workflow(workload, site)
        resources = [each for _, _, each in rehearsal.resources(workload, site)]
        objects = (body, _redacted(secret), *resources)
        tasks = [node.task for node in graph.nodes if not graph.aside(node)]
        where = path(argo.VERSION, "workflows", site.namespace, body["metadata"]["name"])
        problems += await self._dry_run(where, body, secret, tasks)
        if not problems and await self._namespaces.exists(site.namespace):
            problems += await rehearsal.problems(self._client, workload, site)
        if problems:
            return _impossible(problems, objects)
        if self._survey.no_controller:
            words = f"Nothing runs pipelines on {self._client.name} now: {self._survey.no_controller}"
            return _plan("waits", words, objects)
        first = [
            node.task if argo.spread(node) else single(node.task)
            for node in graph.nodes
            if not node.needs and not graph.aside(node)
        ]
        return self._when(first, site, objects)

    async def _task(self, workload: Workload, task: Task, problems: list[str]) -> Plan:
        site = self._survey.site_of(workload)
        body, secret = pod(workload, site)
        objects = (body, _redacted(secret))
        where = path("v1", "pods", site.namespace, body["metadata"]["name"])
        problems += await self._dry_run(where, body, secret, [task])
        return _impossible(problems, objects) if problems else self._when([single(task)], site, objects)

    def _when(self, first: Sequence[Task], site: Site, objects: Objects) -> Plan:
        """Return whether the first tasks start at once or wait."""
        if self._survey.nodes_hidden:
            words = (
                f"Nothing speaks against it; how much is free on {self._client.name} cannot be seen: "
                f"{self._survey.nodes_hidden}"
            )
            return _plan("now", words, objects)
        if words := self._waits(first, site):
            return _plan("waits", words, objects)
        return _plan("now", f"Each step that comes first fits on a node of {self._client.name} now.", objects)

    async def _server(self, workload: Workload, body: Server, problems: list[str]) -> Plan:
        site = self._survey.site_of(workload)
        objects = tuple(
            _redacted(each) if plural == "secrets" else each
            for _, plural, each in server.objects(workload, site)
        )
        if problems:
            return _impossible(problems, objects)
        words = await self._volume_waits(workload, body, site) if body.folder else None
        if not self._survey.nodes_hidden:
            words = words or self._waits([body.task], site, "service")
        if words:
            return _plan("waits", words, objects)
        return _plan("now", f"It fits on a node of {self._client.name} now.", objects)

    async def _volume_waits(self, workload: Workload, body: Server, site: Site) -> str | None:
        """Return why a server's folder, which is to be created, would get no volume."""
        claim = server.claim_name(workload.labels.get("cubestudio/project", ""), body.folder or "")
        with contextlib.suppress(Forbidden):
            try:
                await self._client.get(path("v1", "persistentvolumeclaims", site.namespace, claim))
            except NotFound:
                return await rights.classless(self._client)
        return None

    # what the cluster says ------------------------------------------------------------------------

    async def _dry_run(self, where: str, body: dict, secret: dict, tasks: Iterable[Task]) -> list[str]:
        """Return what the cluster itself says against objects, and what they name that is not there."""
        space = body["metadata"]["namespace"]
        if not await self._namespaces.exists(space):
            return []  # it is created with the first run, and nothing can be tried in it before
        found = []
        for name in self._pull_secrets:
            try:
                await self._client.get(path("v1", "secrets", space, name))
            except (NotFound, Forbidden):
                found.append(f"the secret {name}, with which images are pulled, is not in namespace {space}")
        volumes = {(volume.kind, volume.source): volume for task in tasks for volume in task.volumes}
        found += [words for volume in volumes.values() if (words := await self._missing(volume, space))]
        secret_path = path("v1", "secrets", space, secret["metadata"]["name"])
        for each_path, each in ((secret_path, secret), (where, body)):
            try:
                await self._client.apply(each_path, each, dry=True)
            except (Invalid, Forbidden, Conflict, NotFound) as error:
                found.append(error.message)
        return found

    async def _missing(self, volume: Volume, space: str) -> str | None:
        """Return a sentence when a volume that has to be there before is not."""
        if volume.kind not in VOLUME_KINDS:
            return None
        with contextlib.suppress(Forbidden):  # not ours to see is not missing
            try:
                await self._client.get(path("v1", VOLUME_KINDS[volume.kind], space, volume.source))
            except NotFound:
                return f"volume {volume.source}({volume.kind}) is not in namespace {space}"
        return None

    # for what it waits ----------------------------------------------------------------------------

    def _waits(self, first: Sequence[Task], site: Site, use: str = "train") -> str | None:
        """Return for what the first tasks wait, and who uses it; None when each fits on some node now."""
        ready = [machine for machine in self._survey.machines if machine.ready and not machine.cordoned]
        for task in first:
            labels = selector(task, site, use)
            nodes = [
                each
                for each in ready
                if labels.items() <= each.labels.items() and gpus.fits(task, each, site)
            ]
            gpu = gpus.resource(task.gpu_type, site.gpu, site.gpu_kinds)
            if any(_fits_now(task, each, gpu, site) for each in nodes):
                continue
            name, words = _scarce(task, nodes, gpu, site)
            users = self._users(name)
            return f"A first step waits for {words} on one node" + (f", held by {users}." if users else ".")
        return None

    def _users(self, resource: str) -> str:
        """Return who uses most of a resource, as text; empty when nobody does."""
        users = sorted(
            (
                (amounts.get(resource, 0), user)
                for user, amounts in self._survey.consumers.items()
                if amounts.get(resource)
            ),
            reverse=True,
        )
        more = f" and {len(users) - 3} more" if len(users) > 3 else ""
        return ", ".join(user for _, user in users[:3]) + more


def _fits_now(task: Task, node: Machine, gpu: str, site: Site) -> bool:
    return (
        task.cpu <= node.cpu - node.used_cpu
        and task.memory <= node.memory - node.used_memory
        and task.gpu <= gpus.free(task, node, gpu)
        and bool(devices.free(task, node, site))
    )


def _scarce(task: Task, nodes: Sequence[Machine], gpu: str, site: Site) -> tuple[str, str]:
    """Return (resource, amount as text) of what a task waits for."""
    if task.devices and not any(devices.free(task, each, site) for each in nodes):
        words = ", ".join(f"{count} {device}" for device, count in task.devices.items())
        return next(iter(devices.amounts(task, site))), words
    if task.gpu and not any(task.gpu <= gpus.free(task, each, gpu) for each in nodes):
        return gpu, f"{task.gpu} GPU{'s' if task.gpu > 1 else ''}"
    if not any(task.cpu <= each.cpu - each.used_cpu for each in nodes):
        return "cpu", f"{task.cpu:g} cores"
    return "memory", f"{format_bytes(task.memory)} of memory"


def _plan(verdict: Any, message: str, objects: Objects) -> Plan:
    return Plan(verdict=verdict, message=message, problems=(), objects=objects)


def _impossible(problems: list[str], objects: Objects) -> Plan:
    return Plan(
        verdict="never", message="It could not run as it is.", problems=tuple(problems), objects=objects
    )


def _redacted(secret: dict[str, Any]) -> dict[str, Any]:
    """Return a secret without its values."""
    return {**secret, "data": dict.fromkeys(secret["data"], "…")}
