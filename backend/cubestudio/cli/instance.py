"""The one process that works in a data folder: it holds a lock on `server.json`, in which its process id and
address stand. The kernel lets go of the lock when the process ends, whatever ended it, so that kill -9 leaves
nothing to be cleared away."""

import contextlib
import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cubestudio.core.errors import Conflict

NAME = "server.json"
INIT = "init"
"""The role of a process that prepares the database and ends."""
PATIENCE = 60.0
"""Seconds that such a process, or one that did not yet say who it is, is waited for."""
MOST = 4096
"""Bytes of it that are read."""


@dataclass(frozen=True)
class Other:
    """The process that has a data folder: its id, what it does, and where it answers once it does."""

    pid: int | None
    role: str
    url: str | None


class Taken(Conflict):
    """Another process works in the data folder."""

    def __init__(self, home: Path, other: Other):
        where = f" at {other.url}" if other.url else ""
        who = f"process {other.pid}, cubestudio {other.role}" if other.pid else "another process"
        stop = f"Stop it with `kill {other.pid}`" if other.pid else "Stop it"
        super().__init__(
            f"Cube Studio already runs in the data folder {home}{where} ({who}). Only one process "
            "can use a data folder.",
            hint=f"{stop}, or set CUBE_HOME to another folder.",
        )
        self.other = other


class Instance:
    """This process's hold on a data folder."""

    def __init__(self, descriptor: int, role: str):
        self._descriptor = descriptor
        self._role = role

    def tell(self, url: str | None) -> None:
        """Write down where this process answers, for the commands of this machine."""
        data = json.dumps({"pid": os.getpid(), "role": self._role, "url": url}).encode()
        os.pwrite(self._descriptor, data, 0)
        os.ftruncate(self._descriptor, len(data))

    def close(self) -> None:
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


@contextlib.contextmanager
def hold(home: Path, role: str) -> Iterator[Instance]:
    """Have a data folder while the block runs; it is made when it is absent, and its own files are closed to
    others. Taken when another process has it; one that only prepares the database is waited for."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(home / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            other = _parsed(os.pread(descriptor, MOST, 0))
            if (other.pid and other.role != INIT) or time.monotonic() > end:
                os.close(descriptor)
                raise Taken(home, other) from None
            time.sleep(0.05)
    instance = Instance(descriptor, role)
    try:
        instance.tell(None)
        _close_to_others(home)
        yield instance
    finally:
        instance.close()


def read(home: Path) -> Other | None:
    """The process that has a data folder now; None when none does."""
    try:
        descriptor = os.open(home / NAME, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _parsed(os.pread(descriptor, MOST, 0))
        return None
    finally:
        os.close(descriptor)


def _parsed(data: bytes) -> Other:
    try:
        said: Any = json.loads(data)
        return Other(
            int(said["pid"]), str(said["role"]), said["url"] if isinstance(said["url"], str) else None
        )
    except (ValueError, KeyError, TypeError):
        return Other(None, "", None)


def _close_to_others(home: Path) -> None:
    """Files that an earlier version, or a looser umask, left readable by others."""
    for path in home.iterdir():
        found = path.lstat()
        if stat.S_ISREG(found.st_mode) and found.st_mode & 0o077:
            with contextlib.suppress(PermissionError):  # somebody else's file; what needs it says so
                path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
