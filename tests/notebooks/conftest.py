"""A small web program to stand for a workspace, and a door to it."""

import asyncio
import contextlib
from dataclasses import dataclass

import httpx2
import pytest

from cubestudio.app import running
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.gateway.server import serving
from cubestudio.users import actions as users
from tests import specs
from tests.conftest import Platform
from tests.parts import free_port, ready

PROGRAM = r"""
import base64, hashlib, json, os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def answer(self, body, kind="application/json"):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("set-cookie", "theirs=1")
        self.send_header("set-cookie", "cube_session=stolen")
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        if self.headers.get("upgrade") == "websocket":
            key = self.headers["sec-websocket-key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            self.send_response(101)
            self.send_header("upgrade", "websocket")
            self.send_header("connection", "Upgrade")
            self.send_header("sec-websocket-accept", base64.b64encode(hashlib.sha1(key).digest()).decode())
            self.send_header("sec-websocket-protocol", self.headers["sec-websocket-protocol"])
            self.end_headers()
            self.close_connection = True
            while data := self.connection.recv(65536):
                self.connection.sendall(data)
            return
        if self.path.startswith("/big/"):
            size = int(self.path.rsplit("/", 1)[1])
            self.send_response(200)
            self.send_header("content-length", str(size))
            self.end_headers()
            while size:
                self.wfile.write(b"x" * min(size, 65536))
                size -= min(size, 65536)
            return
        if self.path == "/page":
            return self.answer(b"<html><body>hello</body></html>", "text/html; charset=utf-8")
        if self.path == "/files":
            return self.answer(json.dumps(sorted(os.listdir("."))).encode())
        self.answer(json.dumps({"path": self.path, "headers": dict(self.headers.items())}).encode())
    def do_POST(self):
        left, digest = int(self.headers.get("content-length") or 0), hashlib.sha256()
        size = 0
        if self.headers.get("transfer-encoding") == "chunked":
            while (count := int(self.rfile.readline(), 16)):
                digest.update(self.rfile.read(count)); size += count
                self.rfile.readline()
            self.rfile.readline()
        while left:
            piece = self.rfile.read(min(left, 65536))
            digest.update(piece); size += len(piece); left -= len(piece)
        if self.path == "/write":
            open("kept.txt", "w").write("kept")
        self.answer(json.dumps({"size": size, "sha256": digest.hexdigest()}).encode())

ThreadingHTTPServer((os.environ["CUBE_HOST"], int(os.environ["CUBE_PORT"])), Handler).serve_forever()
"""
DEFINITION = {
    "cpu": 0.1,
    "memory": "256Mi",
    "script": f"cat > .program.py <<'END'\n{PROGRAM}\nEND\n",
    "command": "exec python3 .program.py",
}
CREATE = """mutation($n: String!, $d: NotebookSpecInput!, $k: NotebookKind!, $s: Boolean!) {
    createNotebook(input: {project: "p", name: $n, kind: $k, spec: $d, start: $s}) {
    ... on Notebook { id state } ... on Problem { message hint faults { path message } } } }"""
ALL = """id name state reason explanation mine sharing changed spec { resources { cpu } }
    stages { name at } activity { at idleSince due signals { name active lastActiveAt detail } }
    idleStop { idleSince gpuHours signals { name } } extendedUntil folder
    viewerMayOpen viewerCanChange viewerCanStop pods { id state }"""


@dataclass
class Studio:
    """A platform with a door, and what tests say to notebooks."""

    platform: Platform
    port: int

    async def make(self, name="n", definition=None, kind="CUSTOM", viewer=None, start=True) -> str:
        told = specs.notebook(definition or DEFINITION)
        made = (await self.platform.ask(CREATE, viewer, n=name, d=told, k=kind, s=start))["createNotebook"]
        assert "id" in made, made
        return made["id"]

    async def say(self, verb, key, viewer=None, rest="", fields="") -> dict:
        """A mutation on a notebook: the notebook, or the problem."""
        asked = f'id: "{key}"{rest}'
        asked = f"input: {{{asked}}}" if verb == "updateNotebook" else asked
        text = (
            f"mutation {{ {verb}({asked}) {{ ... on Notebook {{ {fields or ALL} }} ... on "
            f"Problem {{ code message hint path }} }} }}"
        )
        return (await self.platform.ask(text, viewer))[verb]

    async def see(self, key, viewer=None) -> dict:
        return (await self.platform.ask(f'{{ notebook(id: "{key}") {{ {ALL} }} }}', viewer))["notebook"]

    async def until(self, key, *states, seconds=240) -> dict:
        """The notebook when it is in one of the states."""
        query = f'subscription {{ notebookChanged(id: "{key}") {{ notebook {{ {ALL} }} }} }}'
        seen = []
        try:
            async with asyncio.timeout(seconds):
                async for data in self.platform.listen(query):
                    seen.append(data["notebookChanged"]["notebook"])
                    if seen[-1]["state"] in states:
                        return seen[-1]
        except TimeoutError:
            raise AssertionError(
                f"not {states}: {[(each['state'], each['explanation']) for each in seen[-3:]]}"
            ) from None
        raise AssertionError("it is gone")

    @contextlib.asynccontextmanager
    async def door(self, key, viewer=None):
        """A browser that has come in: its base is the notebook's."""
        path = await self.ticket(key, viewer)
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}/open/{key}", timeout=240
        ) as http:
            answer = await http.get(f"http://127.0.0.1:{self.port}{path}")
            assert answer.status_code == 303, answer.text
            yield http

    async def ticket(self, key, viewer=None) -> str:
        """The path of an address that lets in once."""
        text = (
            f'mutation {{ openNotebook(id: "{key}") {{ ... on NotebookLink {{ url }} ... on Problem {{ code '
            f"message }} }} }}"
        )
        made = (await self.platform.ask(text, viewer))["openNotebook"]
        assert "url" in made, made
        return made["url"].split(f":{self.port}", 1)[1]


@contextlib.asynccontextmanager
async def studio_at(settings: Settings):
    await ready(settings)
    async with running(settings) as app, serving(app.ctx):
        platform = Platform(app)
        async with app.ctx.db.write() as tx:
            platform.admin = Viewer(id=await users.administrator(tx), name="admin", admin=True)
        await platform.ask('mutation { createProject(input: {name: "p"}) { __typename } }')
        yield Studio(platform, app.ctx.settings.gateway_port)
        local = app.registry.local
        async with asyncio.timeout(90):
            while True:
                for row in local.site.state.workloads():  # what was asked for last may come only now
                    if not row.deleted:
                        await local.delete(row.name)
                if not local.running:
                    break
                await asyncio.sleep(0.02)


@pytest.fixture
async def studio(settings):
    async with studio_at(settings.model_copy(update={"gateway_port": free_port()})) as made:
        yield made
