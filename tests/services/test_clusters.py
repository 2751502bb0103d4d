"""The way in to services on an emulated cluster: while its API server is away, and while replicas come and go
under load."""

import asyncio
import contextlib
from collections import Counter

import pytest
import yaml

from cubestudio.app import running
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from cubestudio.gateway.server import serving
from cubestudio.users import actions as users
from tests.conftest import Platform
from tests.kubernetes.drain import drain
from tests.kubernetes.kubelet import PODS
from tests.kubernetes.stand import stand
from tests.notebooks.conftest import Studio
from tests.parts import free_port, ready
from tests.services.conftest import Hall

PROGRAM = r"""
import json, os, signal, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def parse_request(self):
        going.append(self)
        return super().parse_request()
    def handle_one_request(self):
        try:
            super().handle_one_request()
        finally:
            while self in going: going.remove(self)
        self.close_connection |= ends.is_set()
    def do_GET(self):
        time.sleep(float(self.path.rpartition("/")[2] or 0))
        self.answer(self.path)
    def do_POST(self):
        self.answer(len(self.rfile.read(int(self.headers["content-length"]))))
    def answer(self, what):
        body = json.dumps({"what": what, "pod": os.environ["CUBE_POD_ID"]}).encode()
        self.send_response(200); self.send_header("content-length", str(len(body))); self.end_headers(); self.wfile.write(body)

class Server(ThreadingHTTPServer):
    daemon_threads, block_on_close, request_queue_size = True, False, 128

going, ends = [], threading.Event()
server = Server((os.environ["CUBE_HOST"], int(os.environ["CUBE_PORT"])), Handler)
def end(*_):
    ends.set()
    threading.Thread(target=server.shutdown).start()
signal.signal(signal.SIGTERM, end)
server.serve_forever(0.05)
server.server_close()
while going: time.sleep(0.01)
"""  # noqa: E501
DEFINITION = {
    "kind": "custom",
    "cpu": 0.1,
    "memory": "64Mi",
    "command": f"cat > program.py <<'END'\n{PROGRAM}\nEND\nexec python3 program.py",
}
WORKSPACE = {
    "cpu": 0.1,
    "memory": "256Mi",
    "command": "exec python3 -m http.server --bind $CUBE_HOST $CUBE_PORT",
}


@pytest.fixture(params=[{"far": ("infra",)}, {}], ids=["direct", "forwarded"])
async def far(home, request):
    """(emulated cluster, services, notebooks) of a platform whose only cluster that is."""
    async with stand(Store.open(Settings(home=home / "unused")), nodes=3) as here:
        (home / "far-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
        settings = Settings(
            home=home,
            environment="test",
            kubeconfig_folder=home,
            local=False,
            port=free_port(),
            gateway_port=free_port(),
            direct_pod_access=request.param,
            stop_grace_seconds=2,
        )
        await ready(settings)
        async with running(settings) as app, serving(app.ctx):
            platform = Platform(app)
            async with app.ctx.db.write() as tx:
                platform.admin = Viewer(id=await users.administrator(tx), name="admin", admin=True)
            await platform.ask('mutation { createProject(input: {name: "p"}) { __typename } }')
            await platform.ask('mutation { updateProject(input: {id: "p", cluster: "far"}) { __typename } }')
            yield here, Hall(platform, settings.gateway_port), Studio(platform, settings.gateway_port)


async def test_services_and_notebooks_answer_while_the_api_server_is_away(far, request):
    here, hall, studio = far
    key = await hall.make(definition=DEFINITION | {"replicas": 2})
    notebook = await studio.make(definition=WORKSPACE)
    await hall.ready(key)
    await studio.until(notebook, "RUNNING")
    async with hall.client(secret=await hall.token()) as http, studio.door(notebook) as browser:
        assert (await http.get("/0")).status_code == (await browser.get("/")).status_code == 200
        direct = "direct" in request.node.name
        here.server.down = True
        here.server.cut()
        statuses = Counter(
            [
                (await http.get("/0", headers={"connection": "close"})).status_code
                for _ in range(20 if direct else 2)
            ]
        )
        looked = (await browser.get("/", headers={"connection": "close"})).status_code
        if direct:
            assert statuses == {200: 20} and looked == 200
        else:
            assert statuses[503] and looked == 503, "a connection that was open goes on"
        here.server.down = False
        assert (await http.get("/0")).status_code == 200


@contextlib.asynccontextmanager
async def load(hall, callers=6):
    """Requests that come all the time, some of which could not be repeated: how many were answered by
    status."""
    found, over = Counter(), asyncio.Event()

    async def ask(number, secret):
        async with hall.client(secret=secret) as http:
            while not over.is_set():
                answer = await (http.get("/0.2") if number % 3 else http.post("/large", content=b"x" * 2**21))
                found[answer.status_code, "" if answer.status_code == 200 else answer.text] += 1

    secret = await hall.token()
    async with asyncio.TaskGroup() as group:
        for number in range(callers):
            group.create_task(ask(number, secret))
        try:
            yield found
        finally:
            over.set()


async def more(found, count):
    """Wait until so many more requests were answered."""
    wanted = found.total() + count
    async with asyncio.timeout(240):
        while found.total() < wanted:
            await asyncio.sleep(0.02)


async def test_no_request_is_lost_while_replicas_come_and_go(far):
    here, hall, _ = far
    key = await hall.make(
        definition=DEFINITION
        | {"replicas": 2, "max_replicas": 4, "scale_metric": "requests", "target_value": 100}
    )
    await hall.ready(key)
    cluster = hall.platform.ctx.clusters["far"]
    here.server.lag = 0.5

    def live():
        return [pod for pod in here.server.all(PODS) if not pod["metadata"].get("deletionTimestamp")]

    async def gone(pods):
        async with asyncio.timeout(240):
            while {pod["metadata"]["uid"] for pod in pods} & {
                pod["metadata"]["uid"] for pod in here.server.all(PODS)
            }:
                await asyncio.sleep(0.05)

    async with load(hall) as found:
        await more(found, 20)
        (name,) = {pod["metadata"]["labels"]["cubestudio/workload"] for pod in live()}
        await cluster.scale(name, 4, "service")
        async with asyncio.timeout(240):
            while sum(len(cluster._reach._replicas.of(each)) for each in (name,)) < 4:
                await asyncio.sleep(0.05)
        await cluster.scale(name, 1, "service")
        await more(found, 60)
        await cluster.scale(name, 3, "service")
        async with asyncio.timeout(240):
            while len(cluster._reach._replicas.of(name)) < 3:
                await asyncio.sleep(0.05)
        node = live()[0]["spec"]["nodeName"]
        drained = [pod for pod in live() if pod["spec"]["nodeName"] == node]
        await drain(here.kubelet, node)
        await gone(drained)
        await more(found, 60)
        await hall.deploy(key, definition={"env": {"SAYS": "two"}})
        await hall.ready(key, 2)
        await gone(
            [pod for pod in here.server.all(PODS) if pod["metadata"]["labels"]["cubestudio/workload"] == name]
        )
        await more(found, 60)
    assert set(found) == {(200, "")}, found
