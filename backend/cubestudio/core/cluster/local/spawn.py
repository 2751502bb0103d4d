"""The link to the forkserver, and watching that a process ends whoever its parent is."""

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cubestudio.core import log
from cubestudio.core.cluster.local import runtime
from cubestudio.core.cluster.local.runtime import processes

logger = log.get(__name__)
MOST = 65536
PATIENCE = 30.0
"""Seconds in which a forkserver must say what it can do."""


@dataclass(frozen=True)
class Sandbox:
    """What the kernel lets us do on this machine. `namespaces`: pods see only what is theirs; else `problem`
    says why not. `memory` and `pids`: the kernel counts and bounds them for a pod as a whole."""

    namespaces: bool = False
    memory: bool = False
    pids: bool = False
    problem: str | None = "nothing was tried yet"


@dataclass(frozen=True)
class Network:
    """A network of pods; `holder`: the process that keeps it."""

    name: str
    holder: int


class Forkserver:
    """Starts supervisors and agents through one warm process, which is started again when it is gone."""

    def __init__(self, log: Path, configuration: dict[str, Any]):
        """`configuration`: see `runtime.forkserver`."""
        self._log = log
        self._configuration = configuration
        self._link: socket.socket | None = None
        self._process: subprocess.Popen | None = None
        self.sandbox = Sandbox()

    def open(self) -> socket.socket:
        """The link to a living forkserver; what it could set up is in `sandbox` afterwards."""
        if self._link is not None and self._process is not None and self._process.poll() is None:
            return self._link
        self._leave()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        flags = ["-I", "-S"] if sys.platform == "linux" else ["-I"]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(  # ty: ignore
                [sys.executable, *flags, runtime.__path__[0], orjson.dumps(self._configuration).decode()],
                stdin=theirs,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
                env={"PATH": os.environ.get("PATH") or "/usr/bin:/bin"},
            )
        theirs.close()
        ours.settimeout(PATIENCE)
        report = ours.recv(MOST)
        if not report:
            raise OSError(f"the process that starts work on this machine ended at once; {self._log} says why")
        told = orjson.loads(report)
        self.sandbox = Sandbox(told["sandbox"], told["memory"], told["pids"], told["problem"])
        ours.setblocking(False)
        self._link = ours
        return ours

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def _send(self, packet: dict[str, Any], *descriptors: int) -> None:
        data = orjson.dumps(packet)
        try:
            socket.send_fds(self.open(), [data], descriptors)
        except (
            BlockingIOError
        ):  # thousands of requests are waiting; this is the one place that may wait for it
            link = self.open()
            select.select([], [link], [], PATIENCE)
            socket.send_fds(link, [data], descriptors)
        except OSError:
            self._leave()
            socket.send_fds(self.open(), [data], descriptors)

    def start(self, pod: str, network: Network | None = None) -> None:
        """Have a supervisor for this pod; its `claim` file makes asking twice harmless."""
        self._send({"start": pod, "network": network and {"name": network.name, "holder": network.holder}})

    def network(self, name: str, program: str, ports: list[int], closed: list[str]) -> None:
        """Have a network; what became of it is reported."""
        self._send({"network": name, "pasta": program, "ports": ports, "closed": closed})

    def agent(self, uid: int | None, ids: tuple[int, int] | None) -> socket.socket:
        """A new agent for the files of a project; closing its socket ends it."""
        ours, theirs = socket.socketpair()
        try:
            self._send({"agent": {"uid": uid, "ids": ids}}, theirs.fileno())
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    async def replies(
        self,
        started: Callable[[str, int], None],
        network: Callable[[str, int, str | None], None],
        lost: Callable[[], None],
    ) -> None:
        """Call `started(pod, pid)` for each supervisor that was started, `network(name, holder, problem)` for
        each network, and `lost()` when a forkserver is gone with whatever it had not answered, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            link = self.open()
            try:
                data = await loop.sock_recv(link, MOST)
            except OSError:
                data = b""
            if not data:
                if self._link is link:
                    self._leave()
                link.close()
                await asyncio.sleep(0.05)
            try:
                if not data:
                    lost()
                    continue
                told = orjson.loads(data)
                if "pod" in told:
                    started(told["pod"], told["pid"])
                else:
                    network(told["network"], told["pid"], told["problem"])
            except Exception:
                logger.exception("a report of the forkserver could not be taken up", report=data)

    def close(self) -> None:
        """Let the forkserver end; the supervisors that it forked go on."""
        link = self._link
        self._leave()
        if link:
            link.close()

    def _leave(self) -> None:
        """Have nothing to do with this forkserver any more. Its link stays open for `replies`, which reads
        what it still said and then its end: a socket that is closed below a reader never wakes it."""
        if self._link:
            self._link.shutdown(socket.SHUT_WR)
            self._link = None
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2)
            self._process = None


class Watched:
    """A process that need not be our child. `alive` is exact: id, start time and boot are those that were
    recorded."""

    def __init__(self, folder: Path):
        self._file = folder / "pid"
        self._descriptor: int | None = None
        self._view: int | None = None
        self.pid = 0

    def find(self) -> bool:
        """Whether the recorded supervisor lives; opens a handle on it where the system has them."""
        try:
            pid, started, _, boot = self._file.read_text().split()
        except (FileNotFoundError, ValueError):
            return False
        self.pid = int(pid)
        if boot != processes.BOOT:
            return False
        if hasattr(os, "pidfd_open"):
            try:
                self._descriptor = os.pidfd_open(self.pid)
            except OSError:
                return False
            if select.select([self._descriptor], [], [], 0)[0] or processes.ticks(self.pid) != started:
                self.close()
                return False
            with contextlib.suppress(
                OSError
            ):  # what it sees of the machine takes longer to clear away than its end to be told
                self._view = os.open(f"/proc/{self.pid}/ns/mnt", os.O_RDONLY)
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
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._descriptor is not None:
                signal.pidfd_send_signal(self._descriptor, number)
            elif self.pid:
                os.kill(self.pid, number)

    def close(self) -> None:
        """Whoever still waits is not told; a connection that gets the number of this descriptor next must not
        be taken for it."""
        if self._descriptor is not None:
            with contextlib.suppress(RuntimeError):
                asyncio.get_running_loop().remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None
        if self._view is not None:
            threading.Thread(target=os.close, args=(self._view,)).start()
            self._view = None


def bury(folder: Path) -> int:
    """Kill what the pod in `folder`, whose supervisor is gone, left behind, where it had no process namespace
    that ended with it; how many processes that were. They are known by the mark in their environment; those
    that cleared it are found by their control group, if any."""
    gone = 0
    for pid in _marked(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            gone += 1
    return gone


def _marked(folder: Path) -> list[int]:
    if sys.platform != "linux":
        return []
    mark, group = f"CUBE_POD_ID={folder.name}".encode(), None
    with contextlib.suppress(FileNotFoundError, ValueError):
        _, _, name, _ = (folder / "pid").read_text().split()
        group = f"/{name}\n".encode()
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            with contextlib.suppress(OSError):
                if (group and group in Path("/proc", name, "cgroup").read_bytes()) or mark in Path(
                    "/proc", name, "environ"
                ).read_bytes().split(b"\0"):
                    found.append(int(name))
    return found
