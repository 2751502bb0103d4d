"""Services on a platform with its way in, and what tests say to them."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass

import httpx2
import pytest

from cubestudio.services import listing
from cubestudio.services.plan import Counts
from cubestudio.services.spec import RUNTIME, SCRIPTS
from cubestudio.users import credentials
from tests import specs
from tests.conftest import Platform
from tests.notebooks.conftest import studio_at
from tests.parts import free_port, wait_port

sys.path.append(str(RUNTIME))  # what runs in services imports its own modules as they lie there

PROGRAM = r"""
import base64, hashlib, json, os, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SAYS = os.environ.get("SAYS", "one")
count = [0]

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def answer(self, status=200, **more):
        body = json.dumps({"says": SAYS, "path": self.path, "pod": os.environ["CUBE_POD_ID"], **more}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
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
            self.end_headers()
            self.close_connection = True
            while data := self.connection.recv(65536):
                self.connection.sendall(data)
            return
        if self.path == "/events":
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            for n in range(3):
                self.wfile.write(b"data: %d\n\n" % n); self.wfile.flush()
                if n == 0: gate.wait(30)
            return
        if self.path == "/gate":
            gate.set()
        if self.path.startswith("/slow"):
            count[0] += 1; open("slow", "w").write(str(count[0]))
            stop.wait(float(self.path.rpartition("/")[2] or 30))
        if self.path == "/die":
            os._exit(1)
        if self.path == "/count":
            return self.answer(count=count[0])
        self.answer(500 if SAYS == "wrong" and self.path != "/" else 200, headers={name.lower(): value for name, value in self.headers.items()})
    def do_POST(self):
        size = len(self.rfile.read(int(self.headers.get("content-length") or 0)))
        count[0] += 1
        if self.path.startswith("/v1/chat/completions"):
            return self.answer(choices=[], usage={"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30})
        if self.path == "/v1/stream":
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            for word in ("a", "b", "c"):
                self.wfile.write(b"data: " + json.dumps({"choices": [{"delta": {"content": word}}]}).encode() + b"\n\n")
            return self.wfile.write(b"data: [DONE]\n\n")
        self.answer(500 if SAYS == "wrong" else 200, size=size)

gate, stop = threading.Event(), threading.Event()
server = ThreadingHTTPServer((os.environ["CUBE_HOST"], int(os.environ["CUBE_PORT"])), Handler)
server.daemon_threads = True
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
print("up", SAYS, flush=True)
server.serve_forever()
"""  # noqa: E501
COMMAND = f"cat > program.py <<'END'\n{PROGRAM}\nEND\nexec python3 program.py"
DEFINITION = {"kind": "custom", "cpu": 0.1, "memory": "128Mi", "command": COMMAND}
SEEN = """id name state enabled access traffic { revision weight } mirror url
    rollout { revision kind steps state step gates { differenceRate } events { at message }
        verdicts { gate verdict count total share baseline thresholdSeconds } }
    revisions { id number state reason explanation readyReplicas desiredReplicas stages { name at }
        restarted { reason explanation } }"""


def weights(traffic: dict) -> list[dict]:
    """{number of a revision: percent} as the graph takes it."""
    return [{"revision": int(number), "weight": weight} for number, weight in traffic.items()]


def plain(seen: dict | None) -> dict | None:
    """A service, a problem or nothing; traffic is {number of the revision: percent}."""
    if not seen or "traffic" not in seen:
        return seen
    return {**seen, "traffic": {str(each["revision"]): each["weight"] for each in seen["traffic"]}}


@dataclass
class Hall:
    """A platform with its way in."""

    platform: Platform
    port: int

    async def make(self, name="s", viewer=None, **more) -> str:
        given = {"definition": DEFINITION, "access": "PROJECT", "model": None, **more}
        text = """mutation($i: CreateServiceInput!) { createService(input: $i) { ... on Service { id }
            ... on Problem { message path hint faults { path message } } } }"""
        spec = specs.service(given.pop("definition"))
        made = await self.platform.ask(text, viewer, i={"project": "p", "name": name, "spec": spec, **given})
        assert "id" in made["createService"], made
        return made["createService"]["id"]

    async def say(self, verb, key, viewer=None, declared="", rest="", **values) -> dict:
        """A mutation on a service: the service, or the problem."""
        text = f"""mutation{f"({declared})" if declared else ""} {{ {verb}(id: "{key}"{rest}) {{ ... on Service {{ {SEEN} }}
            ... on Problem {{ code message hint path faults {{ path message }} }} }} }}"""  # noqa: E501
        return plain((await self.platform.ask(text, viewer, **values))[verb])

    async def deploy(self, key, definition=None, strategy=None, model=None) -> dict:
        made = await self.try_deploy(key, definition, strategy, model=model)
        assert "id" in made, made
        return made

    async def update(self, key, **more) -> None:
        """Change a service."""
        text = "mutation($i: UpdateServiceInput!) { updateService(input: $i) { ... on Service { id } } }"
        made = await self.platform.ask(text, i={"id": key, **more})
        assert made["updateService"] == {"id": key}

    async def try_deploy(self, key, definition=None, strategy=None, **more) -> dict:
        """Deploy a revision: the service, or the problem."""
        text = f"""mutation($i: DeployServiceInput!) {{ deployService(input: $i) {{
            ... on Service {{ {SEEN} }} ... on Problem {{ code message hint path faults {{ path message }} }} }} }}"""  # noqa: E501
        wanted = {"id": key, "spec": specs.service(definition or {}), "strategy": strategy or {}, **more}
        return plain((await self.platform.ask(text, i=wanted))["deployService"])

    async def see(self, key) -> dict:
        return plain((await self.platform.ask(f'{{ service(id: "{key}") {{ {SEEN} }} }}'))["service"])

    async def until(self, key, wanted, seconds=120) -> dict:
        """The service when something is true of it."""
        seen = []
        try:
            async with asyncio.timeout(seconds):
                async for data in self.platform.listen(
                    f'subscription {{ serviceChanged(id: "{key}") {{ service {{ {SEEN} }} }} }}'
                ):
                    seen.append(plain(data["serviceChanged"]["service"]))
                    if wanted(seen[-1]):
                        return seen[-1]
        except TimeoutError:
            raise AssertionError(f"it is not so: {seen[-2:]}") from None
        raise AssertionError("it is gone")

    async def ready(self, key, number=1) -> dict:
        return await self.until(
            key, lambda seen: seen["traffic"] == {str(number): 100} and seen["state"] == "READY"
        )

    async def counted(self, key, wanted) -> dict[int, Counts]:
        """What was counted by revision, when it was written down and something is true of it."""
        async with asyncio.timeout(30):
            while True:
                async with self.platform.ctx.db.read() as conn:
                    found = await listing.counts(conn, key, 0)
                if wanted(found):
                    return found
                await asyncio.sleep(0.05)

    async def token(self, viewer=None) -> str:
        async with self.platform.ctx.db.write() as tx:
            return (await credentials.make_token(tx, viewer or self.platform.admin, "t", 1))[1]

    @contextlib.asynccontextmanager
    async def client(self, name="s", secret=""):
        """A program that asks the service."""
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}/serve/p/{name}", headers=headers, timeout=120
        ) as http:
            yield http


@pytest.fixture
async def hall(settings):
    async with studio_at(settings.model_copy(update={"gateway_port": free_port()})) as made:
        yield Hall(made.platform, made.port)


@pytest.fixture
def served(tmp_path):
    """Starts the server in a process of its own, with a script or with files."""
    running = []

    def start(script="", files=None, framework="other", signature=None, **env):
        (tmp_path / "model").mkdir(exist_ok=True)
        for name, data in (files or {}).items():
            (tmp_path / "model" / name).write_bytes(data)
        for name, text in SCRIPTS.items():
            (tmp_path / name).write_text(text)
        (tmp_path / "signature.json").write_text(json.dumps(signature or {}))
        (tmp_path / "predict.py").write_text(textwrap.dedent(script))
        port = free_port()
        environment = {
            **os.environ,
            "CUBE_PORT": str(port),
            "CUBE_FILES": str(tmp_path),
            "CUBE_MODEL": "m",
            "CUBE_FRAMEWORK": framework,
            "CUBE_MODEL_DIR": str(tmp_path / "model"),
            **({"CUBE_PREDICT": str(tmp_path / "predict.py")} if script else {}),
            **env,
        }
        process = subprocess.Popen(
            [sys.executable, str(tmp_path / "serve.py")], env=environment, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        wait_port(port, process)
        return f"http://127.0.0.1:{port}", process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()
