"""Python environments: on this machine an image is one, built once by uv and kept under its hash.

An environment belongs to whoever may execute code in it. One that is made of wheels of a package index
executes nothing while it is installed: a user of its own builds it, it is read-only and root's afterwards,
and all projects share it. Whatever runs code to be built (a source distribution, a repository) is built with
the rights of its project, in the project's own folders, and seen by that project alone. Both are built as
pods are run: below a supervisor, in a sandbox, with limits, and nothing of a build outlives it.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from cubestudio.core import disk_reserve, ids, log
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.local.agents import Agents, Owner
from cubestudio.core.cluster.local.machine import Machine
from cubestudio.core.cluster.local.networks import RESOLV, Networks
from cubestudio.core.cluster.local.spawn import Forkserver, Watched, bury
from cubestudio.core.cluster.port import Image
from cubestudio.core.config import Settings
from cubestudio.core.inputs.requirements import classify

logger = log.get(__name__)
PASSED = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
"""Variables of the platform that work may see; everything else, secrets above all, stays here."""
_VERSION = re.compile(r"\d+(\.\d+){0,2}")
_SOURCE = re.compile(
    rb"no usable wheels|no wheels|only-binary|building (from source|source distributions) is disabled", re.I
)
"""What uv says when a package has no wheel and nothing may be built."""
SCRIPT = """set -e
"$CUBE_UV" venv --quiet --allow-existing --python "$CUBE_PYTHON" "$CUBE_TARGET"
if [ -n "$CUBE_WHEELS_ONLY" ]; then set -- --only-binary :all:; fi
if [ -s requirements.txt ]; then "$CUBE_UV" pip install --python "$CUBE_TARGET/bin/python" "$@" -r requirements.txt; fi
"""  # noqa: E501


def passed() -> dict[str, str]:
    """What work is handed on of the platform's own variables."""
    return {name: os.environ[name] for name in PASSED if name in os.environ}


class Failed(Exception):
    """The environment cannot be built; the message is the resolver's own."""


class NeedsSource(Failed):
    """It cannot be built of wheels alone."""


@dataclass(frozen=True)
class Place:
    """Where an environment is: a folder below that of environments, and whose it is (None: everybody's)."""

    name: str
    project: str | None


class Environments:
    """All environments of this machine, below one folder. Ten tasks that ask at once share one build; it ends
    when nobody waits any more."""

    def __init__(
        self,
        local: Path,
        settings: Settings,
        machine: Machine,
        forkserver: Forkserver,
        agents: Agents,
        networks: Networks,
        builder: int | None,
    ):
        """`local`: the platform's folder; `builder`: the user that builds what is shared."""
        self._local = local
        self._settings = settings
        self._machine = machine
        self._forkserver = forkserver
        self._agents = agents
        self._networks = networks
        self._builder = builder
        self._folder = local / "environments"
        self._folder.mkdir(exist_ok=True)
        self._folder.chmod(0o711)
        self._building: dict[Place, Build] = {}

    def _key(self, image: Image, project: str | None) -> str:
        # where pods see it is part of it, because an environment contains its own path
        text = "\n".join(
            [image.python or self._machine.python, self._seen(""), project or "", *sorted(image.packages)]
        )
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def places(self, image: Image, project: str) -> tuple[Place, Place]:
        """Where its environment may be: shared, or the project's own."""
        return Place(self._key(image, None), None), Place(self._key(image, project), project)

    def _seen(self, name: str) -> str:
        root = "/cube" if self._machine.sandbox.namespaces else str(self._local)
        return f"{root}/environments/{name}"

    def prefix(self, place: Place) -> str:
        """The path of an environment as pods see it."""
        return self._seen(place.name)

    def found(self, image: Image, project: str) -> Place | None:
        """An environment that is ready."""
        return next(
            (
                place
                for place in self.places(image, project)
                if (self._folder / f"{place.name}.ready").exists()
            ),
            None,
        )

    async def ready(self, image: Image, project: str, owner: Owner, tell: Callable[[bytes], None]) -> Place:
        """The environment, built when absent; `tell` hears the build if this call is the one that starts it.
        Raises Failed."""
        if place := self.found(image, project):
            return place
        if image.python and not _VERSION.fullmatch(image.python):
            raise Failed(f"{image.python!r} is not a Python version such as 3.11")
        shared, own = self.places(image, project)
        if not classify(image.packages).direct:
            try:
                return await self._wait(shared, image, Owner(self._builder), tell)
            except NeedsSource as error:
                if not project:
                    raise
                logger.info(
                    "an environment needs source distributions and is built for its project alone",
                    reason=str(error)[-300:],
                )
                tell(
                    b"\nSome packages have no wheel for this machine; they are built from source for "
                    b"this project alone.\n"
                )
        return await self._wait(own, image, owner, tell)

    async def _wait(self, place: Place, image: Image, owner: Owner, tell: Callable[[bytes], None]) -> Place:
        while (
            build := self._building.get(place)
        ) and build.task.cancelling():  # its folder is this one's, too
            await asyncio.wait([build.task])
        if build is None:
            build = self._building[place] = Build(
                asyncio.create_task(self._build(place, image, owner, tell), name=f"environment {place.name}")
            )
            build.task.add_done_callback(lambda _: self._building.pop(place, None))
        build.waiting += 1
        try:
            await asyncio.shield(build.task)
            return place
        finally:
            build.waiting -= 1
            if not build.waiting and not build.task.done():
                build.task.cancel()

    async def _build(self, place: Place, image: Image, owner: Owner, tell: Callable[[bytes], None]) -> None:
        # what is left of a pod is found by its name, on a machine that may have two installations
        pod = f"environment-{ids.new()}"
        folder, target = self._local / "pods" / pod, self._folder / place.name
        await self._give_back(place, owner)
        network = None if place.project is None else await self._networks.ready(place.project)
        self._lay(place, image, owner, folder=folder, target=target, resolver=RESOLV if network else None)
        tell(f"installing {', '.join(image.packages)}\n".encode() if image.packages else b"")
        self._forkserver.start(pod, network)
        watched = Watched(folder)
        try:
            end = await self._follow(folder, watched, tell)
        except asyncio.CancelledError:
            watched.close()
            await self._end(folder, watched)
            await self._remove(pod, owner)
            await self._give_back(place, owner)
            raise
        finally:
            watched.close()
        said = folders.read_log(
            folder, max(((folder / "log").stat().st_size if (folder / "log").exists() else 0) - 4000, 0), 4000
        )[0]
        await self._remove(pod, owner)
        if end is None or end["code"] != 0:
            await self._give_back(place, owner)
            words = (
                (end or {}).get("message")
                or said.decode(errors="replace").strip()[-1500:]
                or "the build ended without a word"
            )
            raise (NeedsSource if place.project is None and _SOURCE.search(said) else Failed)(words)
        if place.project is None and owner.uid is not None:
            await asyncio.to_thread(seal, target)
        (self._folder / f"{place.name}.ready").touch()

    def _lay(
        self, place: Place, image: Image, owner: Owner, folder: Path, target: Path, resolver: str | None
    ) -> None:
        folders.lay(folder, owner.uid)
        cache = (
            "cache"
            if place.project is None
            else f"cache-{hashlib.sha256(place.project.encode()).hexdigest()[:24]}"
        )
        for path in (target, self._folder / cache):
            path.mkdir(exist_ok=True)
            path.chmod(0o755 if place.project is None else 0o700)
            if owner.uid is not None:
                os.chown(path, owner.uid, owner.uid, follow_symlinks=False)
        run = f"{'/cube/run' if self._machine.sandbox.namespaces else folder / 'data'}"
        env = passed() | {
            name: value for name, value in os.environ.items() if name.startswith(("UV_", "PIP_"))
        }
        env |= {
            "HOME": f"{run}/work",
            "TMPDIR": "/tmp" if self._machine.sandbox.namespaces else f"{run}/tmp",
            "UV_CACHE_DIR": self._seen(cache),
            "UV_NO_PROGRESS": "1",
            "NO_COLOR": "1",
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": os.environ.get("UV_PYTHON_DOWNLOADS", "never"),
            "UV_LINK_MODE": "copy",
            "CUBE_UV": self._machine.uv,
            "CUBE_PYTHON": image.python or self._machine.python,
            "CUBE_TARGET": self._seen(place.name),
            "CUBE_WHEELS_ONLY": "1" if place.project is None else "",
            "CUBE_POD_ID": folder.name,
        }
        spec = {
            "command": ["/bin/sh", "-c", SCRIPT],
            "env": env,
            "work": f"{run}/work",
            "cwd": f"{run}/work",
            "uid": owner.uid,
            "ids": None,
            "timeout": self._settings.build_timeout_seconds,
            "memory": self._settings.max_build_memory,
            "cpu": 1,
            "pids": self._settings.local_max_processes,
            "grace": 2,
            "log_cap": 16 * 2**20,
            "floor": disk_reserve.floor(self._local),
            "folders": [],
            "files": {"requirements.txt": "".join(f"{package}\n" for package in image.packages)},
            "readable": [],
            "writable": [f"environments/{place.name}", f"environments/{cache}"],
            "devices": [],
            "resolver": resolver,
        }
        written = folder / "pod.json"
        written.touch(mode=0o600)
        written.write_bytes(orjson.dumps(spec))

    async def _follow(self, folder: Path, watched: Watched, tell: Callable[[bytes], None]) -> dict | None:
        """Until the build has ended: hand on what it says; how it ended."""
        position = 0
        ended = asyncio.create_task(watched.ended()) if await self._found(folder, watched) else None
        try:
            while True:
                over = ended is None or ended.done()
                data, _ = folders.read_log(folder, position, 2**16)
                if data:
                    position += len(data)
                    tell(data)
                elif over:
                    return folders.read_end(folder)
                else:
                    await asyncio.wait({ended} if ended else (), timeout=0.1)
        finally:
            if ended:
                ended.cancel()

    async def _found(self, folder: Path, watched: Watched) -> bool:
        """Whether its supervisor lives, once it has begun."""
        for _ in range(3000):
            if watched.find():
                return True
            if (folder / "exit.json").exists():
                return False
            await asyncio.sleep(0.01)
        return False

    async def _end(self, folder: Path, watched: Watched) -> None:
        """End a build that nobody waits for any more, whether it has begun or not."""
        with contextlib.suppress(FileExistsError):
            (folder / "claim").touch(exist_ok=False)
            return
        if await self._found(folder, watched):
            watched.terminate()
            await watched.ended()

    async def _give_back(self, place: Place, owner: Owner) -> None:
        """Delete an environment that is not whole."""
        await self._agents.clear(owner, f"environments/{place.name}")
        await asyncio.to_thread(shutil.rmtree, self._folder / place.name, True)

    async def _remove(self, pod: str, owner: Owner) -> None:
        folder = self._local / "pods" / pod
        if folder.exists():
            bury(folder)
            await self._agents.clear(owner, *(f"pods/{pod}/data/{name}" for name in folders.OWNED))
            await asyncio.to_thread(folders.remove, folder)


@dataclass
class Build:
    """A build that goes on, and how many wait for it."""

    task: asyncio.Task[None]
    waiting: int = 0


def seal(folder: Path) -> None:
    """Make an environment root's and read-only, once nothing of its builder runs any more. Links are not
    followed."""
    for _, folders_, files, descriptor in os.fwalk(folder, follow_symlinks=False):
        os.fchown(descriptor, 0, 0)
        os.fchmod(descriptor, 0o755)
        for name in (*files, *folders_):
            with contextlib.suppress(FileNotFoundError):
                os.chown(name, 0, 0, dir_fd=descriptor, follow_symlinks=False)
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    os.chmod(name, 0o755 if status.st_mode & 0o100 else 0o644, dir_fd=descriptor)
