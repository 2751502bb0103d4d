"""A warm process that forks what works on this machine: one supervisor for each pod, one agent for each
project's files.

It is started by the control plane as `python -I -S runtime CONFIGURATION` with a socket of packets as its
standard input, imports little, because what it imports is paid at each start, and has one thread, because it
clones itself into new namespaces. Before the first request it moves into the base view of the machine (see
`namespaces`) if a trial in a child shows that the kernel allows it. It ends when the socket closes;
supervisors go on. Whenever nothing is asked it has some supervisors stand by in the network of the last pod:
to make namespaces and to join a control group takes longer than all else that a short step waits for. Some
modules are imported for those who come from it and are later where the standard library cannot be read.

Configuration, JSON: {"local": the platform's folder, "installation": a name, "sandbox": whether one is
wanted, "readable" and "writable": folders of the machine that every pod may have}. Requests, packets of JSON:
{"start": pod, "network": {"name", "holder"} or null}, {"agent": {"uid", "ids"}} with the agent's socket
beside it, and those of `networks`. Reports: first {"sandbox": bool, "memory": bool, "pids": bool, "problem":
words or null}, then {"pod": id, "pid": process id} for each start.
"""

import fcntl  # noqa: F401
import json
import os
import resource  # noqa: F401
import select
import signal
import socket
import sys
import tarfile  # noqa: F401
import termios  # noqa: F401

from cubestudio.core.cluster.local.runtime import (
    agent,
    cgroups,
    confine,
    namespaces,
    networks,
    supervisor,
    syscalls,
)
from cubestudio.core.cluster.local.runtime.processes import LINUX

MOST = 65536
TRIAL = ".trial"
STANDBYS = 3
"""One is ready for the next step of a chain, although a grace period of the kernel may take longer than a
step."""


class Standby:
    """A supervisor that waits for its pod; it ends when its pipe closes."""

    def __init__(self, pid: int, orders: int, network: dict | None):
        self.pid = pid
        self.network = network
        self._orders = orders

    def begin(self, pod: str) -> bool:
        """Hand it a pod; False when it is gone."""
        try:
            os.write(self._orders, pod.encode())
        except BrokenPipeError:
            return False
        finally:
            self.dismiss()
        return True

    def dismiss(self) -> None:
        if self._orders >= 0:
            os.close(self._orders)
            self._orders = -1


class Forkserver:
    def __init__(self, link: socket.socket, told: dict):
        self.link = link
        self.local = told["local"]
        self.readable, self.writable = told["readable"], told["writable"]
        self.unprivileged = os.geteuid() != 0
        self.proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) if LINUX else -1
        self.folder = os.open(self.local, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.groups = cgroups.find(told["installation"]) if LINUX else None
        self.sandboxed = False
        self.standbys: list[Standby] = []
        """In the order in which they were begun, all in the network of the last pod."""
        self.last: Standby | None = None
        """The one that got the last pod."""
        problem = self._trial() if told["sandbox"] else "it is switched off (CUBE_LOCAL_SANDBOX)"
        if not problem:
            self._move()
            self.sandboxed = True
        self.tell(
            {
                "sandbox": self.sandboxed,
                "memory": bool(self.groups and self.groups.memory),
                "pids": bool(self.groups and self.groups.pids),
                "problem": problem,
            }
        )

    def tell(self, report: dict) -> None:
        self.link.sendall(json.dumps(report).encode())

    def _move(self) -> None:
        if self.unprivileged:
            namespaces.become_root_of_own_users()
        before = os.umask(0o022)  # everybody may look at what is put together here
        namespaces.enter_base(self.local, self.readable, self.writable)
        os.umask(before)

    def _trial(self) -> str | None:
        """Do in a child all that a pod needs; why it cannot be done, if so."""
        if not syscalls.NUMBERS:
            return f"no sandbox has been tried on {sys.platform} and {os.uname().machine}"
        for name in ("work", "in", "out", "tmp"):
            os.makedirs(f"{self.local}/pods/{TRIAL}/data/{name}", exist_ok=True)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                self._move()
                pid = self._clone()
                if pid == 0:
                    self._prepare()
                    self._enter(
                        TRIAL,
                        {
                            "uid": None,
                            "readable": [],
                            "writable": [],
                            "memory": 2**20,
                            "devices": [],
                            "resolver": None,
                        },
                    )
                    os._exit(0)
                _, status = os.waitpid(pid, 0)
                os._exit(0 if status == 0 else 1)
            except OSError as error:
                os.write(writer, (error.strerror or str(error)).encode())
            except BaseException as error:
                os.write(writer, repr(error).encode())
            os._exit(1)
        os.close(writer)
        with os.fdopen(reader) as file:
            words = file.read()
        _, status = os.waitpid(child, 0)
        return None if status == 0 else words or "the kernel does not let it mount in a namespace of its own"

    def _clone(self) -> int:
        return syscalls.clone(syscalls.NEWNS | syscalls.NEWIPC | syscalls.NEWPID)

    def _prepare(self) -> None:
        before = os.umask(0o022)
        namespaces.prepare_pod(unprivileged=self.unprivileged)
        os.umask(before)

    def _enter(self, pod: str, spec: dict) -> None:
        before = os.umask(0o022)
        namespaces.enter_pod(pod, spec)
        os.umask(before)

    def start(self, pod: str, network: dict | None) -> None:
        if self.standbys and self.standbys[0].network != network:
            self.dismiss()
        while self.standbys:
            self.last = self.standbys.pop(0)
            if self.last.begin(pod):
                break
        else:
            self.last = self._stand_by(network)
            self.last.begin(pod)
        self.tell({"pod": pod, "pid": self.last.pid})

    def dismiss(self) -> None:
        """Let those that stand by end."""
        for standby in self.standbys:
            standby.dismiss()
        self.standbys = []

    def _stand_by(self, network: dict | None) -> Standby:
        """Have a supervisor in that network which waits to hear for which pod it is."""
        order, orders = os.pipe()
        pid = self._clone() if self.sandboxed else os.fork()
        if pid:
            os.close(order)
            return Standby(pid, orders, network)
        try:
            os.close(orders)
            self._forked()
            if network:
                networks.join(network["name"], network["holder"], self.folder, self.proc)
            sandbox = (self._prepare, self._enter) if self.sandboxed else None
            supervisor.supervise(order, self.folder, self.proc, self.groups, sandbox)
        except BaseException as error:
            os.write(2, f"supervisor: {error!r}\n".encode())
        os._exit(0)

    def _forked(self) -> None:
        """In a child: let go of what only the forkserver may hold."""
        self.link.close()
        self.dismiss()

    def agent(self, uid: int | None, ids: tuple[int, int] | None, link: int) -> None:
        """An agent sees the machine as the forkserver does, with the rights of a project, from the platform's
        folder on."""
        if os.fork():
            return
        try:
            os.setsid()
            self._forked()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.fchdir(self.folder)
            if ids and uid is not None:
                confine.enclose(uid, *ids, proc=self.proc)
            else:
                confine.become(uid)
            if LINUX:
                syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
            agent.serve(socket.socket(fileno=link))
        except BaseException as error:
            os.write(2, f"agent of {uid}: {error!r}\n".encode())
        os._exit(0)

    def serve(self) -> None:
        """Until the control plane is gone."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            while (
                self.last and len(self.standbys) < STANDBYS and not select.select([self.link], [], [], 0)[0]
            ):
                self.standbys.append(self._stand_by(self.last.network))
            data, descriptors, _, _ = socket.recv_fds(self.link, MOST, 1)
            if not data:
                return
            asked = json.loads(data)
            if "start" in asked:
                self.start(asked["start"], asked["network"])
            elif "agent" in asked:
                ids = asked["agent"]["ids"]
                self.agent(asked["agent"]["uid"], tuple(ids) if ids else None, descriptors[0])
            elif "network" in asked:
                self.dismiss()  # those of the network would hold their pipes
                networks.begin(self.link, self.folder, self.proc, asked)
            for descriptor in descriptors:
                os.close(descriptor)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.umask(0o077)
    link = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # a child that closes the link must not have its place taken by what it opens next
    os.close(null)
    Forkserver(link, json.loads(sys.argv[1])).serve()
