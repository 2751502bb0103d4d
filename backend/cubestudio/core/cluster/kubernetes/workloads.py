"""Graphs and single tasks on a cluster: created, stopped and deleted.

A workload is one object (a workflow or a pod) and one secret that belongs to it. The secret comes first, for
pods need it at once, and gets its owner afterwards, so that the cluster deletes it with the object.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.kubernetes import argo
from cubestudio.core.cluster.kubernetes.claims import apply_claims, apply_pull_secret
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.namespaces import Namespaces
from cubestudio.core.cluster.kubernetes.servers import Servers
from cubestudio.core.cluster.kubernetes.status.fields import generation_of
from cubestudio.core.cluster.kubernetes.status.workflows import final
from cubestudio.core.cluster.kubernetes.survey import Survey
from cubestudio.core.cluster.kubernetes.task import GENERATION, GRAPH, STOP, WORKLOAD, pod
from cubestudio.core.cluster.port import Graph, Task, Workload
from cubestudio.core.errors import Conflict, Forbidden, NotFound

KINDS = ((argo.VERSION, "workflows"), ("v1", "pods"), ("apps/v1", "deployments"))
"""What bears the name of a workload: a graph, a single task, a server."""
DELETE_TIMEOUT = 60
"""Seconds that an object may take to disappear before another one of its name is created."""


class Workloads:
    """The workloads of one cluster. `namespace`: where those are that name none."""

    def __init__(
        self, client: Client, survey: Survey, namespaces: Namespaces, servers: Servers, namespace: str
    ):
        self._client = client
        self._survey = survey
        self._namespaces = namespaces
        self._servers = servers
        self._namespace = namespace

    async def apply(self, workload: Workload) -> None:
        """Create a graph or a task, or stop it."""
        body = workload.body
        assert isinstance(body, Graph | Task)
        if self._survey.kinds is None and isinstance(body, Graph) and any(map(argo.spread, body.nodes)):
            await self._survey.learn_kinds()
        await self._survey.see_nodes(body)
        site = self._survey.site_of(workload)
        await self._namespaces.prepare(body, site)
        made, secret = (argo.workflow if isinstance(body, Graph) else pod)(workload, site)
        where = self._path(workload, site.namespace)
        present = await self._client.find(where)
        if present is not None:
            generation = generation_of(present)
            if generation > workload.generation or (generation == workload.generation and not workload.stop):
                return
            if workload.stop:
                await self._stop(where, present, isinstance(body, Graph), workload.generation)
                return
            await self.delete(workload.name, site.namespace)
            await self._wait_until_deleted(where)
        if workload.stop and not isinstance(body, Graph):
            return
        await apply_pull_secret(self._client, workload, site)
        await apply_claims(self._client, workload, site)
        await self._create(workload, where, made, secret)

    def _path(self, workload: Workload, space: str) -> str:
        version, plural = KINDS[0] if isinstance(workload.body, Graph) else KINDS[1]
        return path(version, plural, space, workload.name)

    async def _create(
        self, workload: Workload, where: str, body: dict[str, Any], secret: dict[str, Any]
    ) -> None:
        """Create an object and its secret, which the cluster deletes with it."""
        secret_path = path("v1", "secrets", secret["metadata"]["namespace"], workload.name)
        await self._client.apply(secret_path, secret)
        try:
            created = await self._client.apply(where, body)
        except NotFound as error:
            await self._client.delete(secret_path)
            self._namespaces.forget()
            missing = (
                "Argo Workflows is not installed there, and pipelines need it"
                if isinstance(workload.body, Graph)
                else error.message
            )
            raise Conflict(messages.CLUSTER_CANNOT_RUN(cluster=self._client.name, missing=missing)) from error
        owner = {
            "apiVersion": body["apiVersion"],
            "kind": body["kind"],
            "name": workload.name,
            "uid": created["metadata"]["uid"],
        }
        secret["metadata"]["ownerReferences"] = [owner]
        await self._client.apply(secret_path, secret)

    async def gone(self, name: str, space: str | None = None) -> bool:
        """Whether no object bears a workload's name."""
        self._client.doubt()
        await self._client.started()
        for version, plural in KINDS:
            with contextlib.suppress(NotFound, Forbidden):  # what we may not see has never been listed
                await self._client.get(path(version, plural, space or self._namespace, name))
                return False
        return True

    async def delete(self, name: str, space: str | None = None) -> None:
        """Delete everything that belongs to a workload."""
        space = space or self._namespace
        await self._client.delete(path(argo.VERSION, "workflows", space, name))
        await self._client.delete(path("v1", "pods", space, name))
        await self._servers.delete(name, space)
        await self._client.delete(path("v1", "secrets", space, name))

    async def _stop(self, where: str, present: Mapping[str, Any], graph: bool, generation: int) -> None:
        """Ask an object to end. It stays with its state, so that its end is observed."""
        marks = {"metadata": {"annotations": {GENERATION: str(generation), STOP: "true"}}}
        with contextlib.suppress(NotFound):
            if graph:
                await self._stop_workflow(where, present, marks)
                return
            await self._client.merge(where, marks)
            if (present.get("status") or {}).get("phase") not in ("Succeeded", "Failed"):
                await self._client.delete(where)

    async def _stop_workflow(self, where: str, workflow: Mapping[str, Any], marks: dict[str, Any]) -> None:
        if not final(workflow):
            await self._client.merge(where, {**marks, "spec": {"shutdown": "Terminate"}})
        await self._delete_gangs(workflow)
        if self._survey.no_controller and not final(workflow):
            await self._client.delete(where)  # nothing else would end it; its pods are deleted with it

    async def _delete_gangs(self, workflow: Mapping[str, Any]) -> None:
        """Delete the resources of a workflow's gangs: Argo ends its own pods and leaves what these
        created."""
        meta = workflow["metadata"]
        declared = json.loads((meta.get("annotations") or {}).get(GRAPH) or "{}")
        for version, plural in {tuple(each["gang"]) for each in declared.values() if each.get("gang")}:
            found, _ = await self._client.items(
                path(version, plural, meta["namespace"]), labelSelector=f"{WORKLOAD}={meta['name']}"
            )
            for body in found:
                await self._client.delete(path(version, plural, meta["namespace"], body["metadata"]["name"]))

    async def _wait_until_deleted(self, where: str) -> None:
        """Wait until an object with the same name has disappeared. Raises TimeoutError."""
        async with asyncio.timeout(DELETE_TIMEOUT):
            while await self._client.find(where) is not None:
                await asyncio.sleep(0.3)
