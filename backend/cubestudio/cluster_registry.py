"""The clusters that there are now: this machine, and one for each kubeconfig, which may come, change and go
while we run."""

import asyncio
from collections.abc import Awaitable, Callable

from cubestudio.core import log, loops, tasks
from cubestudio.core.cluster.kubernetes.config import ClusterConfig, read_clusters
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.port import Cluster
from cubestudio.core.config import Settings
from cubestudio.core.context import AppContext
from cubestudio.core.store import Store
from cubestudio.watcher import Watcher

logger = log.get(__name__)
EVERY = 2.0
"""Seconds between looks at the folder of kubeconfigs."""


def site(settings: Settings, cluster: str = "") -> Site:
    """What an installation says of its pods on a cluster."""
    url = settings.pods_api_url or settings.public_url
    return Site(
        namespace=settings.runs_namespace,
        image=settings.default_image,
        gpu=settings.gpu_resource,
        pull_secrets=settings.image_pull_secrets,
        pull_policy=settings.image_pull_policy,
        files_url=f"{url.rstrip('/')}/files" if url else None,
        grace=settings.stop_grace_seconds,
        installation=settings.environment,
        scheduler=settings.gang_scheduler,
        queue=settings.gang_queue,
        node_org=settings.node_org,
        gateway=settings.istio_gateway,
        gpu_label=settings.gpu_label,
        spaces=(settings.notebooks_namespace, settings.services_namespace),
        hosts=settings.host_aliases,
        output_bytes=settings.max_output_bytes,
        start_seconds=settings.start_timeout_seconds,
        python_image=settings.default_image if settings.python_image is None else settings.python_image,
        python_in=settings.images_with_python,
        gpu_kinds=settings.gpu_types,
        devices=settings.devices,
        gpu_sharing=settings.gpu_sharing,
        user=settings.cluster_run_as_users.get(cluster, settings.run_as_user),
        root_images=settings.root_images,
        argo_helpers=settings.argo_containers,
        priorities=settings.priority_classes,
    )


def adapter():
    """That for Kubernetes, whose libraries are loaded only where there is such a cluster."""
    from cubestudio.core.cluster.kubernetes.cluster import KubernetesCluster

    return KubernetesCluster


class ClusterRegistry:
    """`clusters` is filled and emptied in place, so that everybody who holds it sees the same. With
    `watching`, each is followed and what it reports is written down."""

    def __init__(self, settings: Settings, store: Store):
        self._settings = settings
        self._store = store
        self.clusters: dict[str, Cluster] = {}
        self.local = LocalCluster("local", settings, store) if settings.local else None
        if self.local:
            self.clusters["local"] = self.local
        self._configs: dict[str, ClusterConfig] = {}
        self._watching: AppContext | None = None
        self._tasks: dict[str, list[asyncio.Task]] = {}
        self._watchers: dict[str, Watcher] = {}
        self._join(self._read())

    def watch(self, ctx: AppContext) -> None:
        """Follow every cluster, now and later."""
        self._watching = ctx
        for name in self.clusters:
            self._follow(name)

    def _follow(self, name: str) -> None:
        if self._watching:
            watcher = self._watchers[name] = Watcher(self._watching, self.clusters[name])
            self._run(f"watch {name}", name, watcher.run)

    def _run(self, loop: str, cluster: str, function: Callable[[], Awaitable[object]]) -> None:
        self._tasks.setdefault(cluster, []).append(asyncio.create_task(loops.run(loop, function), name=loop))

    def _read(self) -> dict[str, ClusterConfig]:
        return read_clusters(
            self._settings.kubeconfig_folder,
            self._settings.kubeconfig_contexts,
            self._settings.direct_pod_access,
        )

    def _open(self, name: str, config: ClusterConfig):
        return adapter()(config, site(self._settings, name), self._store)

    def _start(self, name: str, tend: Callable[[], Awaitable[object]]) -> None:
        self._run(f"tend {name}", name, tend)
        self._follow(name)

    def _join(self, wanted: dict[str, ClusterConfig]) -> None:
        """Open clusters that are new."""
        for name, config in wanted.items():
            if name not in self.clusters:
                logger.info("cluster configured", cluster=name)
                cluster = self._open(name, config)
                self.clusters[name], self._configs[name] = cluster, config
                self._start(name, cluster.tend)

    async def run(self) -> None:
        """Follow the folder of kubeconfigs for ever: close clusters whose file has gone, replace those whose
        file has changed, open new ones."""
        while True:
            await asyncio.sleep(EVERY)
            wanted = await asyncio.to_thread(self._read)
            if wanted:
                await asyncio.to_thread(adapter)
            for name, known in list(self._configs.items()):
                if name not in wanted:
                    await self._leave(name)
                elif wanted[name].stamp != known.stamp:
                    await self._replace(name, wanted[name])
            self._join(wanted)
            loops.beat("cluster registry")

    async def _stop(self, name: str) -> None:
        await tasks.end(self._tasks.pop(name, []))
        if watcher := self._watchers.pop(name, None):
            await watcher.close()

    async def _leave(self, name: str) -> None:
        logger.info("cluster removed", cluster=name)
        cluster = self.clusters.pop(name)
        del self._configs[name]
        await self._stop(name)
        await cluster.close()

    async def _replace(self, name: str, config: ClusterConfig) -> None:
        """Open a cluster by its changed file. It never leaves the list: whoever starts work on it meanwhile
        must not be told that there is no such cluster."""
        logger.info("cluster configuration changed", cluster=name)
        former, cluster = self.clusters[name], self._open(name, config)
        await self._stop(name)
        self.clusters[name], self._configs[name] = cluster, config
        self._start(name, cluster.tend)
        await former.close()

    async def quiet(self) -> None:
        """Stop listening; clusters can still be asked."""
        await tasks.end([task for each in self._tasks.values() for task in each])
        for watcher in self._watchers.values():
            await watcher.close()

    async def close(self) -> None:
        for cluster in self.clusters.values():
            await cluster.close()
