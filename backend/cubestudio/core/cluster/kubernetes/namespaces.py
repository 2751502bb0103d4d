"""The namespaces in which workloads run: whether they exist, what is created in them before the first
workload, and how objects of ours are found in all of them."""

import contextlib
from collections.abc import Sequence

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.frameworks.contract import Kind
from cubestudio.core.cluster.kubernetes import gangs
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.task import WORKLOAD, Site, grounds
from cubestudio.core.cluster.port import Graph, Task
from cubestudio.core.errors import Conflict, Forbidden, NotFound


class Namespaces:
    """Those of one cluster. `usual`: where to look where we may not look everywhere."""

    def __init__(self, client: Client, usual: Sequence[str]):
        self._client = client
        self.usual = tuple(dict.fromkeys(usual))
        self._prepared: set[tuple[str, bool, frozenset[tuple[str, str]]]] = set()
        self._sees_everything = False

    async def items(self, version: str, plural: str, **query: str) -> list[dict]:
        """Return objects of all namespaces, or, where we may not look everywhere, of the usual ones."""
        try:
            return (await self._client.items(path(version, plural), **query))[0]
        except Forbidden:
            found: list[dict] = []
            for space in self.usual:
                with contextlib.suppress(Forbidden):
                    found += (await self._client.items(path(version, plural, space), **query))[0]
            return found

    async def exists(self, space: str) -> bool:
        """Whether a namespace exists."""
        with contextlib.suppress(Forbidden):  # whoever gave us rights in it has created it
            try:
                await self._client.get(path("v1", "namespaces", None, space))
            except NotFound:
                return False
        return True

    def forget(self) -> None:
        """Prepare namespaces again when they are next used."""
        self._prepared.clear()

    async def prepare(self, body: Graph | Task, site: Site) -> None:
        """Create what the pods of a workload need in its namespace, once in the life of this process. Raises
        Conflict when we may not."""
        space, graph = site.namespace, isinstance(body, Graph)
        if space not in self.usual and not await self._sees_all():
            raise Conflict(messages.NAMESPACE_NOT_WATCHABLE(namespace=space, cluster=self._client.name))
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
        await self._create(space, wanted)
        needed = grounds(site) + (
            gangs.grounds(site, kinds | set(site.known or ()), wanted) if wanted else []
        )
        for version, plural, ground in needed:
            if graph or plural == "configmaps":
                await self._client.apply(path(version, plural, space, ground["metadata"]["name"]), ground)
        self._prepared.add((space, graph, kinds))

    async def _create(self, space: str, kinds: Sequence[Kind]) -> None:
        """Create a namespace, with the labels that kinds of resources require."""
        where = path("v1", "namespaces", None, space)
        try:
            present = await self._client.get(where)
        except NotFound:
            body = {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": space, "labels": {"app.kubernetes.io/managed-by": "cubestudio"}},
            }
            present = await self._client.apply(where, body)
        except Forbidden:  # whoever gave us rights in it has created it
            present = {"metadata": {}}
        labels = {name: value for kind in kinds for name, value in kind.space.items()}
        if labels.items() <= (present["metadata"].get("labels") or {}).items():
            return
        try:
            await self._client.merge(where, {"metadata": {"labels": labels}})
        except Forbidden as error:
            words = " ".join(f"{name}={value}" for name, value in labels.items())
            raise Conflict(
                messages.NAMESPACE_LABEL_MISSING(
                    namespace=space, cluster=self._client.name, problem=error.message, labels=words
                )
            ) from error

    async def _sees_all(self) -> bool:
        """Whether we may look for pods in all namespaces."""
        if not self._sees_everything:
            try:
                await self._client.items(path("v1", "pods"), labelSelector=f"{WORKLOAD}=none")
                self._sees_everything = True
            except Forbidden:
                return False
        return self._sees_everything
