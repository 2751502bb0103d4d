"""Environments: on this machine an image is a Python environment, built once by uv and kept under its hash."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uv

from cubestudio.core.cluster.port import Image

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


def passed() -> dict[str, str]:
    """What work is handed on of the platform's own variables."""
    return {name: os.environ[name] for name in PASSED if name in os.environ}


class Failed(Exception):
    """The environment cannot be built; the message is the resolver's own."""


def key(image: Image, python: str) -> str:
    """What an environment is found by: interpreter, version asked for, requirements."""
    text = "\n".join([image.python or python, *sorted(image.packages)])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class Environments:
    """All environments of this machine, below one folder. Ten tasks that ask at once share one build."""

    def __init__(self, folder: Path, python: str, uid: int | None):
        self._folder = folder
        self._python = python
        self._uid = uid
        self._building: dict[str, asyncio.Task[Path]] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        if uid is not None:
            os.chown(folder, uid, uid)
            folder.chmod(0o755)

    def found(self, image: Image) -> Path | None:
        """The folder of an environment that is ready."""
        place = self._folder / key(image, self._python)
        return place if (place / "ready").exists() else None

    def log(self, image: Image) -> Path:
        """Where the build of an image writes what it does."""
        return self._folder / f"{key(image, self._python)}.log"

    async def ready(self, image: Image, tell: Callable[[bytes], None]) -> Path:
        """The environment's folder, built when absent; `tell` hears the build if this call is the one that starts it."""
        place = self.found(image)
        if place:
            return place
        name = key(image, self._python)
        if name not in self._building:
            task = asyncio.create_task(self._build(image, tell), name=f"environment {name}")
            self._building[name] = task
            task.add_done_callback(lambda _: self._building.pop(name, None))
        return await asyncio.shield(self._building[name])

    async def _build(self, image: Image, tell: Callable[[bytes], None]) -> Path:
        place = self._folder / key(image, self._python)
        lock = (self._folder / f"{place.name}.lock").open("w")
        try:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            if (place / "ready").exists():
                return place
            await asyncio.to_thread(shutil.rmtree, place, True)
            with self.log(image).open("wb") as log:

                def both(data: bytes) -> None:
                    log.write(data)
                    log.flush()
                    tell(data)

                uv_path = uv.find_uv_bin()
                await self._run([uv_path, "venv", "--quiet", "--python", image.python or self._python, str(place)], both)
                if image.packages:
                    asked = self._folder / f"{place.name}.txt"
                    asked.write_text("\n".join(image.packages) + "\n")
                    both(f"installing {', '.join(image.packages)}\n".encode())
                    command = [uv_path, "pip", "install", "--python", str(place / "bin" / "python"), "-r", str(asked)]
                    await self._run(command, both)
            (place / "ready").touch()
            return place
        finally:
            lock.close()

    async def _run(self, command: list[str], tell: Callable[[bytes], None]) -> None:
        env = passed() | {name: value for name, value in os.environ.items() if name.startswith(("UV_", "PIP_"))}
        env |= {
            "HOME": str(self._folder),
            "UV_CACHE_DIR": str(self._folder / "cache"),
            "UV_NO_PROGRESS": "1",
            "NO_COLOR": "1",
            "UV_NO_CONFIG": "1",
        }
        env |= {"UV_PYTHON_DOWNLOADS": os.environ.get("UV_PYTHON_DOWNLOADS", "never")}
        who: dict[str, Any] = {} if self._uid is None else {"user": self._uid, "group": self._uid, "extra_groups": []}
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env=env, cwd=self._folder, start_new_session=True, **who,
        )  # fmt: skip
        said = b""
        try:
            assert process.stdout is not None
            while data := await process.stdout.read(65536):
                said = (said + data)[-4000:]
                tell(data)
            if await process.wait() != 0:
                raise Failed(said.decode(errors="replace").strip()[-1500:] or f"{command[1]} ended with {process.returncode}")
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
