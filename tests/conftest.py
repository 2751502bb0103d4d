"""An embedded platform per test, people to use it, and a clock that is put back."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from cubestudio.app import App, running
from cubestudio.core import clock as time
from cubestudio.core import ids, tasks
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.core.graph.context import Context
from cubestudio.schema import schema
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.web.app import build
from cubestudio.web.http_limits import Direct
from tests.parts import folder, free_port, needs, ready, shared, wait_port


def _end_all(loop: asyncio.AbstractEventLoop) -> None:
    """End what a test left in its loop, as asyncio does, but cancel more than once: a cancellation that comes
    while a task takes a result is lost in Python 3.11 (see `core.tasks`), and the whole run would hang."""
    loop.run_until_complete(tasks.end(asyncio.all_tasks(loop)))


asyncio.runners._cancel_all_tasks = _end_all

MOST_SECONDS = 300
"""No test, and no fixture, may take longer: what waits for something that never comes fails instead of
stopping the suite."""


@contextlib.contextmanager
def bounded(name: str) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError(f"{name} took longer than {MOST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(MOST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    with bounded(f"fixture {fixturedef.argname}"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    with bounded(item.name):
        return (yield)


class Platform:
    """A running platform, asked as a script would ask it but without the wire."""

    def __init__(self, app: App):
        self.app = app
        self.ctx = app.ctx
        self.admin: Viewer | None = None

    async def person(self, name: str, admin: bool = False) -> Viewer:
        async with self.ctx.db.write() as tx:
            return Viewer(id=await users.create(tx, name, admin=admin), name=name, admin=admin)

    def context(self, viewer: Viewer | None, live: bool = False) -> Context:
        return Context(ctx=self.ctx, connection=None, viewer=viewer, live=live)

    async def ask(self, query: str, viewer: Viewer | None = None, **variables):
        """The data of an operation that must not fail."""
        result = await self.raw(query, viewer or self.admin, **variables)
        assert not result.errors, result.errors
        return result.data

    async def raw(self, query: str, viewer: Viewer | None, **variables):
        return await schema.execute(query, variables, context_value=self.context(viewer))

    async def listen(self, query: str, viewer: Viewer | None = None, **variables):
        """The data of a subscription's items."""
        stream = await schema.subscribe(
            query, variables, context_value=self.context(viewer or self.admin, True)
        )
        async for item in stream:
            assert not item.errors, item.errors
            yield item.data

    async def save(self, yaml: str, project: str = "p") -> str:
        query = """mutation($p: String!, $y: String!) { savePipeline(input: {project: $p, yaml: $y}) {
            ... on SavedPipeline { pipeline { id } } ... on Problem { message faults { path message } } } }"""
        data = (await self.ask(query, p=project, y=yaml))["savePipeline"]
        assert "pipeline" in data, data
        return data["pipeline"]["id"]

    async def start(self, pipeline: str, **arguments) -> str:
        query = """mutation($p: ID!, $a: JSON, $c: Boolean! = true) { startRun(pipeline: $p, params: $a, cache: $c) {
            ... on Run { id } ... on Problem { message faults { message } } } }"""  # noqa: E501
        data = (await self.ask(query, p=pipeline, a=arguments.get("params"), c=arguments.get("cache", True)))[
            "startRun"
        ]
        assert "id" in data, data
        return data["id"]

    async def finish(self, run: str, seconds: float = 60) -> dict:
        """The run when it has ended."""
        query = """subscription($r: ID!) { runChanged(id: $r) { run { id number state explanation counts { state count }
            steps { id name state explanation reason attempt outputs cacheReason itemCount pod { id state reason explanation exitCode }
            artifacts { path size sha256 mediaType url } items { item state outputs } } } } }"""  # noqa: E501
        async with asyncio.timeout(seconds):
            async for data in self.listen(query, r=run):
                run_ = data["runChanged"]["run"]
                if run_["state"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                    return run_
        raise AssertionError("the subscription ended before the run")

    async def run(self, yaml: str, **arguments) -> dict:
        return await self.finish(await self.start(await self.save(yaml), **arguments))

    async def log(self, pod: str, seconds: float = 20) -> str:
        """A pod's whole log."""
        text = ""
        async with asyncio.timeout(seconds):
            async for data in self.listen("subscription($p: ID!) { logs(pod: $p) { text done } }", p=pod):
                text += data["logs"]["text"]
        return text


@pytest.fixture
def home():
    """A data folder that goes when the test is over."""
    with folder() as path:
        yield path


@pytest.fixture
def marks():
    """A folder of the machine by which a test and its pods see each other's marks."""
    with shared() as path:
        yield path


@pytest.fixture
def settings(home, marks) -> Settings:
    return Settings(
        home=home,
        stop_grace_seconds=2.0,
        environment="test",
        local_shared_folders=(f"{marks}:rw",),
        allowed_private_networks=("127.0.0.0/8",),
    )


@contextlib.asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[Platform]:
    """A platform with its first administrator signed in and a project `p`."""
    await ready(settings)
    async with running(settings) as app:
        made = Platform(app)
        async with app.ctx.db.write() as tx:
            made.admin = Viewer(id=await users.administrator(tx), name="admin", admin=True)
        await made.ask(
            'mutation { createProject(input: {name: "p"}) { ... on Project { id } ... on Problem { '
            "message } } }"
        )
        yield made


@pytest.fixture
async def platform(settings):
    async with started(settings) as made:
        yield made


@pytest.fixture
async def on_each_database(settings, url):
    """The same on SQLite and on MariaDB."""
    async with started(settings.model_copy(update={"database_url": url, "port": free_port()})) as made:
        yield made


@pytest.fixture
async def web(platform):
    """The platform behind a real server: (its address, an API token, the platform)."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            build(platform.app), port=port, ws=Direct, log_config=None, timeout_graceful_shutdown=1
        )
    )
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    async with platform.ctx.db.write() as tx:
        _, token = await credentials.make_token(tx, platform.admin, "test", 1)
    yield f"127.0.0.1:{port}", token, platform
    server.should_exit = True
    await serving


@pytest.fixture(autouse=True)
def clock():
    yield time
    time.home()


NO_AIO = "--innodb-use-native-aio=0"
"""A machine has so many of the kernel's own, and servers beside each other may want more."""


@pytest.fixture(scope="session")
def mariadb():
    """A private MariaDB; the URL of its server, without a database."""
    program = needs("mariadbd")
    folder = Path(tempfile.mkdtemp(prefix="cube-mariadb-"))
    folder.chmod(0o755)
    user = ["--user=mysql"] if os.geteuid() == 0 else []
    (
        folder / "tmp"
    ).mkdir()  # its own: a server that starts clears away what looks like its leftovers, whoever's they are
    temporary = f"--tmpdir={folder}/tmp"
    if user:
        for each in (folder, folder / "tmp"):
            shutil.chown(each, "mysql", "mysql")
    install = needs("mariadb-install-db")
    made = subprocess.run(
        [
            install,
            "--no-defaults",
            f"--datadir={folder}/data",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            NO_AIO,
            temporary,
            *user,
        ],
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    port = free_port()
    process = subprocess.Popen(
        [
            program,
            "--no-defaults",
            f"--datadir={folder}/data",
            f"--socket={folder}/s",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--pid-file={folder}/pid",
            "--innodb-flush-log-at-trx-commit=2",
            NO_AIO,
            temporary,
            *user,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_port(port, process)
        yield f"mysql+aiomysql://root@127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server():
    """A private redis-server: its URL by TCP and by a Unix socket."""
    program = needs("redis-server")
    port, folder = free_port(), tempfile.mkdtemp(prefix="cube-redis-")
    process = subprocess.Popen(
        [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--unixsocket",
            f"{folder}/socket",
            "--save",
            "",
            "--dir",
            folder,
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_port(port, process)
        yield f"redis://127.0.0.1:{port}/0", f"unix://{folder}/socket?db=0"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_url(redis_server):
    return redis_server[0]


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.xdist_group("mariadb"))])
async def url(request, tmp_path):
    """The URL of an empty database, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/cube.db"
        return
    server, name = request.getfixturevalue("mariadb"), f"cube_{ids.new()[-12:]}"
    engine = create_async_engine(server + "/mysql")
    async with engine.begin() as conn:
        await conn.execute(text(f"create database {name} character set utf8mb4"))
    await engine.dispose()
    yield f"{server}/{name}"
