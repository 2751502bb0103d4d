"""A Kubernetes cluster behind the platform's port: graphs are Argo Workflows, single tasks are pods, servers
are deployments.

This class wires the parts and answers the port; each part has one subject. Nothing of the cluster is loaded
or asked before `tend`, `watch` or a first call.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from cubestudio.core import log, tasks
from cubestudio.core.cluster.kubernetes import argo, component_checks, components
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.config import ClusterConfig
from cubestudio.core.cluster.kubernetes.identity import Identity
from cubestudio.core.cluster.kubernetes.namespaces import Namespaces
from cubestudio.core.cluster.kubernetes.observer import Observer
from cubestudio.core.cluster.kubernetes.planning import Planner
from cubestudio.core.cluster.kubernetes.pods import Pods
from cubestudio.core.cluster.kubernetes.preflight import Preflight
from cubestudio.core.cluster.kubernetes.reach import Reach
from cubestudio.core.cluster.kubernetes.servers import Servers
from cubestudio.core.cluster.kubernetes.shell import Shell
from cubestudio.core.cluster.kubernetes.status import starting, workflows
from cubestudio.core.cluster.kubernetes.survey import Survey
from cubestudio.core.cluster.kubernetes.task import INSTALLATION, KIND, Site
from cubestudio.core.cluster.kubernetes.usage import Samples
from cubestudio.core.cluster.kubernetes.watch import Handlers, Reflector
from cubestudio.core.cluster.kubernetes.workloads import Workloads
from cubestudio.core.cluster.port import (
    Capacity,
    ClusterEvent,
    Component,
    Health,
    Link,
    LogSegment,
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
from cubestudio.core.store import Store

logger = log.get(__name__)
_NO_WORKLOAD = Workload(name="", body=Task(command=()))


class KubernetesCluster:
    """One cluster."""

    kind = "kubernetes"

    def __init__(self, place: ClusterConfig, site: Site, store: Store):
        self.name = place.name
        site = self._site = replace(site, peers=place.peers)
        self._store = store
        self._selector = f"{KIND},{INSTALLATION}={site.installation}"
        self._observer: Observer | None = None
        client = self._client = Client(
            place.name, place.config, place.context, Identity(place.name, store), place.problem
        )
        self.namespaces = Namespaces(client, (site.namespace, *site.spaces))
        samples = Samples(client, self._selector, self.namespaces.usual)
        self.survey = Survey(client, site, samples, self._controller_checked)
        self._preflight = Preflight(client, self.survey, samples, self.namespaces)
        self._planner = Planner(
            client, self.survey, self._preflight, self.namespaces, pull_secrets=site.pull_secrets
        )
        self._servers = Servers(client, self.survey, self.namespaces, site)
        self._workloads = Workloads(
            client, self.survey, self.namespaces, self._servers, namespace=site.namespace
        )
        self.pods = Pods(
            client,
            samples,
            self._known_pod,
            partial(self.namespaces.items, "v1", "pods", labelSelector=self._selector),
        )
        self._reach = Reach(
            client,
            f"{KIND} in (notebook,service),{INSTALLATION}={site.installation}",
            self.namespaces.usual,
            lambda selector: self.namespaces.items("v1", "pods", labelSelector=selector),
            self.survey.unreachable,
            direct=bool(place.peers),
            near=place.near,
        )

    async def close(self) -> None:
        await self._reach.close()
        await self._client.close()

    # the cluster as a whole ------------------------------------------------------------------------

    def health(self) -> Health:
        return self.survey.health

    async def tend(self) -> None:
        """Keep what is known of the cluster as a whole up to date, for ever."""
        await self.survey.run()

    async def look(self) -> None:
        """Look at the cluster as a whole, now. Raises Unavailable."""
        await self.survey.look()

    async def capacity(self) -> Capacity:
        return await self.survey.capacity(self._reach.notes)

    async def components(self) -> list[Component]:
        found: list[dict] = []
        for plural in ("deployments", "daemonsets", "statefulsets"):
            found += (await self._client.items(path("apps/v1", plural)))[0]
        groups = (await self._client.get("/apis")).get("groups") or ()
        versions = {version["groupVersion"] for group in groups for version in group.get("versions") or ()}
        rows = components.rows(found, versions | {group["name"] for group in groups})
        await self.survey.look()
        rows = [self._with_controller(row) for row in rows]
        known = frozenset(versions) | ({argo.VERSION} if self.survey.argo else frozenset())
        return await component_checks.rows(
            self._client, self.survey.site_of(_NO_WORKLOAD), known, self.survey.device_classes or (), rows
        )

    def _with_controller(self, row: Component) -> Component:
        """Return Argo's row with the state of its controller: pods that are ready may do nothing."""
        problem = self.survey.no_controller
        if row.name != "workflow-controller" or not problem or row.state == "absent":
            return row
        return replace(row, state="not ready", message=f"{row.message}; {problem}")

    # workloads -------------------------------------------------------------------------------------

    async def preview(self, workload: Workload) -> list[str]:
        return await self._preflight.problems(workload)

    async def plan(self, workload: Workload) -> Plan:
        return await self._planner.plan(workload)

    async def apply(self, workload: Workload) -> None:
        if isinstance(workload.body, Server):
            await self._servers.apply(workload, workload.body)
        else:
            await self._workloads.apply(workload)

    async def delete(self, name: str, space: str | None = None) -> None:
        await self._workloads.delete(name, space)

    async def gone(self, name: str, space: str | None = None) -> bool:
        return await self._workloads.gone(name, space)

    async def scale(self, name: str, replicas: int, space: str | None = None) -> None:
        await self._servers.scale(name, replicas, space)

    async def route(
        self, name: str, labels: Mapping[str, str], way: Route | None, space: str | None = None
    ) -> None:
        await self._servers.route(name, labels, way, space)

    async def discard(self, project: str, folder: str, space: str | None = None) -> None:
        await self._servers.delete_folder(project, folder, space)

    async def forget(self, project: str) -> None:
        return None

    async def connect(self, workload: str, port: int | None = None) -> Link:
        return await self._reach.connect(workload, port)

    # pods ------------------------------------------------------------------------------------------

    def _known_pod(self, uid: str) -> Mapping[str, Any] | None:
        return self._observer.objects.pods.get(uid) if self._observer else None

    def logs(
        self, pod: str, since: int = 0, follow: bool = False, anchor: tuple[int, int] | None = None
    ) -> AsyncIterator[LogSegment]:
        return self.pods.logs(pod, since, follow, anchor)

    async def usage(self, pod: str, since: datetime | None = None) -> list[Usage]:
        return await self.pods.usage(pod, since)

    async def notes(self, pod: str) -> list[ClusterEvent]:
        return await self.pods.events(pod)

    async def shell(self, pod: str, rows: int, columns: int) -> Shell:
        return await self.pods.shell(pod, rows, columns)

    async def manifest(self, pod: str) -> Mapping[str, Any]:
        return await self.pods.manifest(pod)

    # observations ----------------------------------------------------------------------------------

    async def watch(self) -> AsyncIterator[Observation]:
        observer = self._observer = Observer(self._fetch, self._site.start_seconds)
        observer.objects.set_controller_problem(self.survey.no_controller)
        async with self._reach.fed():
            running = [
                asyncio.create_task(each.run(), name=f"watch {self.name}")
                for each in self._reflectors(observer)
            ]
            try:
                while True:
                    woken = asyncio.create_task(observer.wake.wait(), name=f"news of {self.name}")
                    running.append(woken)
                    await asyncio.wait(running, timeout=observer.pause, return_when=asyncio.FIRST_COMPLETED)
                    running.remove(woken)
                    woken.cancel()
                    for task in running:
                        if task.done():
                            task.result()
                    for observation in await observer.drain():
                        yield observation
                    await self._end_overdue(observer)
            finally:
                await tasks.end(running)

    def _reflectors(self, observer: Observer) -> Sequence[Reflector]:
        objects, unreachable = observer.objects, self.survey.unreachable

        def pods_listed(items: list[dict]) -> None:
            self._reach.listed(items)
            objects.list_pods(items)

        def pod_changed(kind: str, body: dict) -> None:
            self._reach.changed(kind, body)
            objects.change_pod(kind, body)

        kinds: list[tuple[str, str, Any, Any, bool]] = [
            ("v1", "pods", pods_listed, pod_changed, True),
            (argo.VERSION, "workflows", objects.list_workflows, objects.change_workflow, True),
            ("apps/v1", "deployments", objects.list_servers, objects.change_server, False),
        ]
        found = [
            Reflector(
                self._client,
                path(version, plural),
                [path(version, plural, space) for space in self.namespaces.usual],
                selector=self._selector,
                handlers=Handlers(listed, changed, unreachable, partial(objects.absent, plural)),
                needed=needed,
            )
            for version, plural, listed, changed, needed in kinds
        ]
        no_nodes = partial(objects.list_nodes, [])
        nodes = Handlers(objects.list_nodes, objects.change_node, unreachable, no_nodes)
        found.append(
            Reflector(self._client, path("v1", "nodes"), [], selector="", handlers=nodes, needed=False)
        )
        return found

    async def _fetch(self, project: str, digest: str) -> bytes | None:
        try:
            return await self._store.get(artifact_key(project, digest))
        except FileNotFoundError:
            return None

    async def _controller_checked(self, problem: str | None) -> None:
        """Pass on why nothing acts on workflows, and delete those that are to stop: nothing else would end
        them."""
        if self._observer is None:
            return
        objects = self._observer.objects
        objects.set_controller_problem(problem)
        for body in list(objects.workflows.values()) if problem else ():
            if workflows.stopped(body) and not workflows.final(body):
                meta = body["metadata"]
                await self._client.delete(path(argo.VERSION, "workflows", meta["namespace"], meta["name"]))

    async def _end_overdue(self, observer: Observer) -> None:
        """End the single tasks that did not start in time: a node ends a pod that is past its deadline, and
        the pod stays, with the reason in an annotation."""
        for uid, words in list(observer.overdue.items()):
            meta = observer.objects.pods[uid]["metadata"] if uid in observer.objects.pods else None
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
            del observer.overdue[uid]
