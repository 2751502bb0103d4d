"""A cluster to test on: the emulator with its nodes and its operator, and a place where pods put files."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from cubestudio.core import tasks
from cubestudio.core.cluster.kubernetes.cluster import KubernetesCluster
from cubestudio.core.cluster.kubernetes.config import ClusterConfig
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.store import Store
from tests.kubernetes.argo import Argo
from tests.kubernetes.claims import Claims
from tests.kubernetes.kubelet import Kubelet
from tests.kubernetes.operators import USUAL, Operators
from tests.kubernetes.server import Server
from tests.kubernetes.slices import Slices


class Stand:
    """The parts of one emulated cluster."""

    def __init__(
        self, server: Server, kubelet: Kubelet, argo: Argo, operators: Operators, store: Store, files_url: str
    ):
        self.server, self.kubelet, self.argo, self.operators, self.store = (
            server,
            kubelet,
            argo,
            operators,
            store,
        )
        self.site = Site(image="none", files_url=files_url, grace=1, linger=0)

    def divide(self, kind: str, split: int = 10) -> Slices:
        """Have a driver that divides GPUs; nodes are to be registered with it."""
        self.kubelet.slices = made = Slices(self.server, kind, split)
        return made

    def claim(self, devices: dict[str, dict[str, int]]) -> None:
        """Serve the API of claims, with {class: {node: how many devices}}."""
        self.kubelet.claims = Claims(self.server, devices)

    def adapter(self, name: str = "emulated", peers: tuple[str, ...] = (), **site) -> KubernetesCluster:
        """One more control plane on this cluster; with `peers`, one that reaches pods at their own
        addresses."""
        made = Site(**{**self.site.__dict__, **site})
        return KubernetesCluster(
            ClusterConfig(name=name, config=self.server.kubeconfig, context=None, stamp="1", peers=peers),
            made,
            self.store,
        )


async def files(store: Store, host: str = "127.0.0.1", port: int = 0) -> tuple[web.AppRunner, str]:
    """Where pods of a test put and find files: the platform's own way in small."""

    async def answer(request: web.Request) -> web.Response:
        digest = request.match_info["digest"]
        posted = digest.startswith("@")
        key = (
            f"posted/{request.match_info['run']}/{digest}" if posted else f"artifacts/p/{digest[:2]}/{digest}"
        )
        if request.method == "GET":
            return (
                web.Response(body=await store.get(key)) if await store.has(key) else web.Response(status=404)
            )
        data = await request.read()
        assert posted or hashlib.sha256(data).hexdigest() == digest
        await store.put(key, data)
        return web.Response()

    app = web.Application(client_max_size=2**30)
    app.router.add_route("*", "/{run}/{digest}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@contextlib.asynccontextmanager
async def stand(
    store: Store, installed: Sequence[str] = USUAL, kueue: tuple[str, ...] | None = None, **nodes
) -> AsyncIterator[Stand]:
    server = Server()
    kubelet = Kubelet(server, **nodes)
    argo, operators = Argo(server, kubelet), Operators(server, kubelet, installed, kueue)
    runner, url = await files(store)
    await server.start()
    going = [
        asyncio.create_task(kubelet.run(), name="kubelet"),
        asyncio.create_task(argo.run(), name="argo"),
        asyncio.create_task(operators.run(), name="operators"),
    ]
    try:
        yield Stand(server, kubelet, argo, operators=operators, store=store, files_url=url)
    finally:
        for task in going:
            if task.done():
                task.result()
        await tasks.end(going)
        await kubelet.close()
        await server.stop()
        await runner.cleanup()
