"""What a supervisor does for the control plane while its command runs: a shell in the pod, and a connection
to one of its ports.

Both need the pod's namespaces, which only the supervisor is in. A request is one packet of JSON on a
connection to the socket `control` in the pod's folder; the answer is one packet, with a descriptor beside it:

  {"shell": [command…], "env": {…}, "rows": n, "columns": n}   → the controlling side of a terminal; closing
  the connection ends it {"connect": port}                                           → a connecting,
  non-blocking TCP socket to 127.0.0.1

The folder belongs to the platform, so that nobody else reaches the socket.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import struct
import termios

from cubestudio.core.cluster.local.runtime import processes

NAME = "control"
MOST = 256 * 1024


class Control:
    """The socket and what was started through it."""

    def __init__(self, folder: int, spawn, poll: select.poll):
        """`spawn(streams, command, env)` starts a program at a terminal in the pod and returns its id; `poll`
        is told what to listen to."""
        self._spawn = spawn
        self._poll = poll
        self._shells: dict[int, int] = {}
        """{descriptor of a connection: process id of its shell}."""
        self._open: dict[int, socket.socket] = {}
        here = os.open(".", os.O_RDONLY | os.O_CLOEXEC)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        os.fchdir(folder)  # a path would be too long for a socket's address
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(NAME)
            self._listener.bind(NAME)
            os.chmod(NAME, 0o600)
        finally:
            os.fchdir(here)
            os.close(here)
        self._listener.listen(64)
        self._listener.setblocking(False)
        poll.register(self._listener.fileno(), select.POLLIN)

    def serve(self, descriptor: int) -> None:
        """Something happened at a descriptor of ours. Whatever goes wrong here must not touch the command."""
        try:
            if descriptor == self._listener.fileno():
                connection, _ = self._listener.accept()
                connection.setblocking(False)
                self._open[connection.fileno()] = connection
                self._poll.register(connection.fileno(), select.POLLIN)
            elif descriptor in self._open:
                self._answer(self._open[descriptor])
        except BlockingIOError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            with contextlib.suppress(OSError, KeyError):
                self._open[descriptor].send(json.dumps({"error": str(error)}).encode())
            self._drop(descriptor)

    def _answer(self, connection: socket.socket) -> None:
        packet = connection.recv(MOST)
        if not packet:
            return self._drop(connection.fileno())
        asked = json.loads(packet)
        if "connect" in asked:
            self._connect(connection, int(asked["connect"]))
        else:
            self._shell(connection, asked)

    def _connect(self, connection: socket.socket, port: int) -> None:
        with socket.socket() as link:
            link.setblocking(False)
            link.connect_ex(("127.0.0.1", port))
            socket.send_fds(connection, [b"{}"], [link.fileno()])
        self._drop(connection.fileno())

    def _shell(self, connection: socket.socket, asked: dict) -> None:
        controlling, terminal = os.openpty()
        try:
            fcntl.ioctl(
                terminal, termios.TIOCSWINSZ, struct.pack("HHHH", asked["rows"], asked["columns"], 0, 0)
            )
            if asked["uid"] is not None:
                os.fchown(terminal, asked["uid"], asked["uid"])
            pid = self._spawn((terminal, terminal, terminal), asked["shell"], asked["env"])
            self._shells[connection.fileno()] = pid
            socket.send_fds(connection, [json.dumps({"pid": pid}).encode()], [controlling])
        finally:
            os.close(controlling)
            os.close(terminal)

    def _drop(self, descriptor: int) -> None:
        connection = self._open.pop(descriptor, None)
        if connection is None:
            return
        if pid := self._shells.pop(descriptor, None):
            for each in [
                *processes.descendants(pid),
                pid,
            ]:  # jobs of a shell have process groups of their own
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        self._poll.unregister(descriptor)
        connection.close()

    def ended(self, pid: int) -> None:
        """A child has ended: if it was a shell, so is its terminal."""
        for descriptor, shell in list(self._shells.items()):
            if shell == pid:
                del self._shells[descriptor]
                self._drop(descriptor)

    def close(self) -> None:
        self._listener.close()
        for descriptor in list(self._open):
            self._drop(descriptor)
