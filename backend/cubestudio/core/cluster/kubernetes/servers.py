"""Servers on a cluster: created, scaled, routed to and deleted. Their objects are created in the order of
their needs, and stopping one leaves its deployment with no replicas, so that its end is observed."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace

from cubestudio.core.cluster.kubernetes import server
from cubestudio.core.cluster.kubernetes.claims import apply_claims, apply_pull_secret
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.namespaces import Namespaces
from cubestudio.core.cluster.kubernetes.status.fields import generation_of
from cubestudio.core.cluster.kubernetes.survey import Survey
from cubestudio.core.cluster.kubernetes.task import GENERATION, STOP, Site
from cubestudio.core.cluster.port import Route, Server, Workload
from cubestudio.core.errors import Forbidden, NotFound


class Servers:
    """The servers of one cluster. `site`: the installation's, for those that name no namespace."""

    def __init__(self, client: Client, survey: Survey, namespaces: Namespaces, site: Site):
        self._client = client
        self._survey = survey
        self._namespaces = namespaces
        self._site = site

    async def apply(self, workload: Workload, body: Server) -> None:
        """Bring a server to this generation, or to no replicas when it is to stop."""
        await self._survey.see_nodes(body)
        site = self._survey.site_of(workload)
        where = path("apps/v1", "deployments", site.namespace, workload.name)
        present = await self._client.find(where)
        if present is not None and generation_of(present) >= workload.generation:
            return
        if workload.stop:
            if present is not None:
                await self._stop(workload, body, where, site.namespace)
            return
        await self._namespaces.prepare(body.task, site)
        await apply_pull_secret(self._client, workload, site)
        await apply_claims(self._client, workload, site)
        if present is not None and (present["metadata"].get("annotations") or {}).get(STOP):
            await self._client.merge(where, {"metadata": {"annotations": {STOP: None}}})
        for version, plural, each in server.objects(workload, site):
            await self._client.apply(path(version, plural, site.namespace, each["metadata"]["name"]), each)

    async def _stop(self, workload: Workload, body: Server, where: str, space: str) -> None:
        if body.scales_itself:
            await self._client.delete(
                path("autoscaling/v2", "horizontalpodautoscalers", space, workload.name)
            )
        marks = {"annotations": {GENERATION: str(workload.generation), STOP: "true"}}
        await self._client.merge(where, {"metadata": marks, "spec": {"replicas": 0}})

    async def scale(self, name: str, replicas: int, space: str | None = None) -> None:
        """Set the replicas of a server that is there and not stopped."""
        where = path("apps/v1", "deployments", space or self._site.namespace, name)
        present = await self._client.find(where)
        if present is None or (present["metadata"].get("annotations") or {}).get(STOP):
            return
        if present["spec"].get("replicas") != replicas:
            await self._client.merge(where, {"spec": {"replicas": replicas}})

    async def delete(self, name: str, space: str) -> None:
        """Delete the objects of a server; its folder stays."""
        try:
            await self._client.get(path("apps/v1", "deployments", space, name))
        except (NotFound, Forbidden):
            return
        for version, plural in server.KINDS:
            with contextlib.suppress(NotFound):
                await self._client.delete(path(version, plural, space, name))

    async def delete_folder(self, project: str, folder: str, space: str | None = None) -> None:
        """Delete the claim of a folder that servers had."""
        claim = server.claim_name(project, folder)
        await self._client.delete(path("v1", "persistentvolumeclaims", space or self._site.namespace, claim))

    async def route(
        self, name: str, labels: Mapping[str, str], route: Route | None, space: str | None = None
    ) -> None:
        """Create or delete the route under a name, as the best kind of object that the cluster knows."""
        site = replace(self._site, namespace=space or self._site.namespace)
        known = await self._api_versions()
        made = server.route(name, labels, route, site, known) if route else None
        for version, plural in server.ROUTES:
            where = path(version, plural, site.namespace, name)
            if made and made[:2] == (version, plural):
                await self._client.apply(where, made[2])
            elif version in known or version == server.ROUTE_VERSIONS[-1]:
                with contextlib.suppress(NotFound):
                    await self._client.delete(where)

    async def _api_versions(self) -> frozenset[str]:
        groups = (await self._client.get("/apis")).get("groups") or ()
        return frozenset(
            version["groupVersion"] for group in groups for version in group.get("versions") or ()
        )
