"""Real parts for tests: programs of the machine, ports."""

import asyncio
import contextlib
import functools
import hashlib
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from cubestudio.app import init
from cubestudio.client import Client
from cubestudio.core.config import Settings
from tests.forked import Forked

PATH = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"


FIRST = 20_000 + 1_500 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8)
"""Each worker has ports of its own, none of which the system gives to whoever asks for any."""
TURNS = itertools.count(os.getpid())


def free_port() -> int:
    """A port that is free together with the one after it, which the platform takes for its way in; and stays
    so until a server has started at it, seconds later."""
    for turn in TURNS:
        port = FIRST + 2 * (turn % 750)
        with socket.socket() as probe, socket.socket() as beside:
            try:
                probe.bind(("127.0.0.1", port))
                beside.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable")


def needs(program: str) -> str:
    found = shutil.which(program, path=PATH)
    if not found:
        pytest.skip(f"{program} is not on this machine")
    return found


def wait_port(port: int, process: subprocess.Popen, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended at once"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers at {port}")


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A data folder that other users may pass through, so that work can be isolated when tests run as
    root."""
    path = Path(tempfile.mkdtemp(prefix="cube-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def shared() -> Iterator[Path]:
    """A folder that everybody may write to, and that pods can be shown: not below /tmp, for they have a /tmp
    of their own."""
    kept = Path(__file__).parents[1] / ".pytest_cache"
    kept.mkdir(exist_ok=True)
    path = Path(tempfile.mkdtemp(dir=kept))
    path.chmod(0o777)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@functools.cache
def _prepared() -> dict[str, bytes]:
    """The files of a platform that was never started: its database with this version's tables and what every
    platform has."""
    with folder() as home, ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, init(Settings(home=home, environment="test"))).result()
        return {path.name: path.read_bytes() for path in home.iterdir() if path.name.startswith("cube.db")}


def prepare(home: Path) -> None:
    """Spare a platform the making of its tables, which takes most of a second; `test_platform.py` has it make
    them."""
    for name, data in _prepared().items():
        (home / name).write_bytes(data)


async def ready(settings: Settings) -> None:
    """The same for a platform within the test, whatever its database is."""
    if settings.database_url:
        await init(settings)
    else:
        prepare(settings.home)


class Server:
    """`cubestudio up` in a process of its own, that can be killed and started again at the same address."""

    def __init__(
        self,
        home: Path,
        *,
        within: tuple[str, ...] = (),
        more: dict[str, str] | None = None,
        umask: int = 0o022,
    ):
        self.home = home
        self.umask = umask
        self.within = within
        """A command that starts it, such as one that gives it a small disk."""
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen | Forked | None = None
        self.link = ""
        self.env = {
            **os.environ,
            "PATH": PATH,
            "CUBE_HOME": str(home),
            "CUBE_PORT": str(self.port),
            "CUBE_STOP_GRACE_SECONDS": "1",
            "PYTHONFAULTHANDLER": "1",
            "CUBE_ALLOWED_PRIVATE_NETWORKS": '["127.0.0.0/8"]',  # where the registries of tests are
        }
        self.env |= {name: self.url if value == "self" else value for name, value in (more or {}).items()}
        """Further variables; the value "self" stands for the server's own address."""
        if not within:
            prepare(home)
        self.start()

    def launch(self) -> None:
        """Start it and do not wait."""
        out = self.home / "out.txt"
        if not self.within:
            self.process = Forked(("up",), self.env, out, self.umask)
            return
        with out.open("ab") as file:
            self.process = subprocess.Popen(
                [*self.within, sys.executable, "-m", "cubestudio.cli.main", "up"],
                env=self.env,
                stdout=file,
                stderr=file,
            )

    def start(self) -> None:
        out = self.home / "out.txt"
        start = out.stat().st_size if out.exists() else 0
        self.launch()
        for _ in range(3600):
            said = out.read_bytes()[start:].decode() if out.exists() else ""
            if found := re.search(r"http://\S+/auth/link\?token=\S+", said):
                self.link = found[0]
                return
            assert self.process.poll() is None, said
            time.sleep(0.05)
        raise TimeoutError(said)

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        try:
            self.process.wait(60)
        except (subprocess.TimeoutExpired, TimeoutError):
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise AssertionError(
                "the server did not end: " + (self.home / "out.txt").read_text()[-6000:]
            ) from None

    def command(self, *words: str) -> str:
        """What the command says on the platform's machine; the last word of it is what was asked for."""
        with tempfile.NamedTemporaryFile() as out:
            code = Forked(words, self.env, Path(out.name)).wait(60)
            said = Path(out.name).read_text()
        assert code == 0, said
        return said.split()[-1]

    def fresh_link(self) -> str:
        """One more sign-in link, for a session of its own."""
        return self.command("token", "--link")

    def script(self) -> Client:
        """A client as a script would have it, with a token of its own."""
        return Client(self.url, self.command("token"))


@contextlib.contextmanager
def images(home: Path) -> Iterator[str]:
    """A real registry of images on loopback: host:port."""
    program, port = needs("docker-registry"), free_port()
    (home / "registry.yml").write_text(
        f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {home}/images}}}}\nhttp: {{addr: "
        f"127.0.0.1:{port}}}\nlog: {{level: error}}\n"
    )
    process = subprocess.Popen(
        [program, "serve", str(home / "registry.yml")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_port(port, process)
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait()


def push(place: str, name: str, tag: str) -> str:
    """Put the smallest image there is into a registry; its digest."""
    with httpx2.Client(base_url=f"http://{place}") as http:
        config = b"{}"
        blob = f"sha256:{hashlib.sha256(config).hexdigest()}"
        where = http.post(f"/v2/{name}/blobs/uploads/").headers["location"]
        http.put(f"{where}&digest={blob}", content=config).raise_for_status()
        kind = "application/vnd.oci.image.manifest.v1+json"
        told = {"mediaType": "application/vnd.oci.image.config.v1+json", "size": len(config), "digest": blob}
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": told, "layers": []}
        answer = http.put(
            f"/v2/{name}/manifests/{tag}", content=json.dumps(manifest), headers={"content-type": kind}
        )
        answer.raise_for_status()
        return answer.headers["docker-content-digest"]


def image_source(told):
    """The fields of an image's spec as the source that the graph takes; what is no mapping as it is."""
    if not isinstance(told, dict):
        return told
    told = {PARTS_OF_IMAGES.get(name, name): value for name, value in told.items()}
    for name, key, side in (("env", "name", "value"), ("files", "path", "content")):
        if isinstance(told.get(name), dict):
            told[name] = [{key: each, side: value} for each, value in told[name].items()]
    return {"git": told} if "repo" in told else told if "dockerfile" in told else {"packages": told}


PARTS_OF_IMAGES = {"environment_yml": "environmentYml", "repo_secret": "repoSecret"}
