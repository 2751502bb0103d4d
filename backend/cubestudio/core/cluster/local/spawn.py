"""The link to the warm supervisor, and watching that a process ends whoever its parent is."""

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cubestudio.core.cluster.local import supervisor


class Spawner:
    """Starts supervisors through one warm process, which is started again when it is gone."""

    def __init__(self, log: Path):
        self._log = log
        self._link: socket.socket | None = None
        self._process: subprocess.Popen | None = None

    def _open(self) -> socket.socket:
        if self._link is not None and self._process is not None and self._process.poll() is None:
            return self._link
        self.close()
        ours, theirs = socket.socketpair()
        flags = ["-I", "-S"] if sys.platform == "linux" else ["-I"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # ty: ignore
                [sys.executable, *flags, supervisor.__file__],
                stdin=theirs, stdout=log, stderr=log, start_new_session=True, cwd="/", env={"PATH": os.environ.get("PATH") or "/usr/bin:/bin"},
            )  # fmt: skip
        theirs.close()
        self._link = ours
        return ours

    def warm(self) -> None:
        """Start the warm process before the first pod needs it."""
        self._open()

    def start(self, folder: Path) -> None:
        """Have a supervisor for this folder; its `claim` file makes asking twice harmless."""
        line = f"{folder}\n".encode()
        try:
            self._open().sendall(line)
        except OSError:
            self.close()
            self._open().sendall(line)

    async def replies(self, tell: Callable[[str, int], None]) -> None:
        """Call `tell(pod, pid)` for each supervisor that was started, for ever."""
        loop = asyncio.get_running_loop()
        waiting = b""
        while True:
            link = self._open()
            link.setblocking(False)
            try:
                data = await loop.sock_recv(link, 65536)
            except OSError:
                data = b""
            if not data:
                self.close()
                waiting = b""
                await asyncio.sleep(0.05)
                continue
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                pod, pid = line.decode().split()
                tell(pod, int(pid))

    def close(self) -> None:
        """Let the warm process end; the supervisors that it forked go on."""
        if self._link:
            self._link.close()
            self._link = None
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2)
            self._process = None


class Watched:
    """A process that need not be our child. `alive` is exact: id, start time and boot are those that were recorded."""

    def __init__(self, folder: Path):
        self._file = folder / "pid"
        self._descriptor: int | None = None
        self.pid = 0

    def find(self) -> bool:
        """Whether the recorded supervisor lives; opens a handle on it where the system has them."""
        try:
            pid, started, boot = self._file.read_text().split()
        except (FileNotFoundError, ValueError):
            return False
        self.pid = int(pid)
        if boot != supervisor.BOOT:
            return False
        if hasattr(os, "pidfd_open"):
            try:
                self._descriptor = os.pidfd_open(self.pid)
            except OSError:
                return False
            if select.select([self._descriptor], [], [], 0)[0] or supervisor.ticks(self.pid) != started:
                self.close()
                return False
            return True
        return self._lives()

    def _lives(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except OSError:
            return False
        return True

    async def ended(self) -> None:
        """Return when it is gone."""
        if self._descriptor is None:
            while self._lives():
                await asyncio.sleep(0.1)
            return
        loop = asyncio.get_running_loop()
        gone = loop.create_future()
        loop.add_reader(self._descriptor, lambda: gone.done() or gone.set_result(None))
        try:
            await gone
        finally:
            if self._descriptor is not None:
                loop.remove_reader(self._descriptor)

    def terminate(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._descriptor is not None:
                signal.pidfd_send_signal(self._descriptor, signal.SIGTERM)
            elif self.pid:
                os.kill(self.pid, signal.SIGTERM)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def leftovers(pod: str) -> list[int]:
    """Processes that still carry a pod's mark in their environment although its supervisor is gone."""
    if sys.platform != "linux":
        return []
    mark = f"CUBE_POD_ID={pod}".encode()
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            with contextlib.suppress(OSError):
                if mark in Path("/proc", name, "environ").read_bytes().split(b"\0"):
                    found.append(int(name))
    return found


def bury(pod: str) -> int:
    """Kill what a pod left behind; how many processes that were."""
    gone = 0
    for pid in leftovers(pod):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            gone += 1
    return gone
