"""Reaching into a pod of this machine: a connection to one of its ports, or a terminal, through the socket of
its supervisor."""

import asyncio
import fcntl
import os
import shutil
import socket
import struct
import sys
import termios
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from cubestudio.core.cluster import messages
from cubestudio.core.cluster.local.runtime.control import MOST, NAME
from cubestudio.core.cluster.tcp import Connection
from cubestudio.core.errors import NotFound

PIECE = 65536
SECONDS = 10.0


async def _request(folder: Path, packet: Mapping[str, Any]) -> tuple[socket.socket, int]:
    """Ask the supervisor of the pod with this folder: the connection, and the descriptor that it gave. Raises
    NotFound when it does not answer, which means that the pod has ended."""
    loop = asyncio.get_running_loop()
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    link.setblocking(False)
    try:
        async with asyncio.timeout(SECONDS):
            await _connect(link, folder)
            await loop.sock_sendall(link, orjson.dumps(packet))
            data, descriptors = await _received(link)
    except (OSError, TimeoutError) as error:
        link.close()
        raise NotFound(messages.LOCAL_POD_ENDED()) from error
    except BaseException:
        link.close()
        raise
    if not descriptors:
        link.close()
        words = orjson.loads(data).get("error", "it ended") if data else "it ended"
        raise NotFound(messages.LOCAL_POD_UNREACHABLE(problem=words))
    return link, descriptors[0]


async def _connect(link: socket.socket, folder: Path) -> None:
    if sys.platform != "linux":
        return await asyncio.get_running_loop().sock_connect(link, str(folder / NAME))
    descriptor = os.open(
        folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
    )  # the path may be longer than an address can be
    try:
        await asyncio.get_running_loop().sock_connect(link, f"/proc/self/fd/{descriptor}/{NAME}")
    finally:
        os.close(descriptor)


async def _received(link: socket.socket) -> tuple[bytes, list[int]]:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(link.fileno(), lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(link.fileno())
    data, descriptors, _, _ = socket.recv_fds(link, MOST, 1)
    return data, list(descriptors)


class Stream(Connection):
    """A connection to a port on this machine's loopback."""

    @classmethod
    async def open(cls, port: int, pod: Path | None = None) -> "Stream":
        """With `pod`, the folder of a pod that has a network of its own, to the loopback of that network."""
        if pod is None:
            return cls(*await asyncio.open_connection("127.0.0.1", port))
        link, descriptor = await _request(pod, {"connect": port})
        link.close()
        connection = socket.socket(fileno=descriptor)
        connection.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(
                connection, ("127.0.0.1", port)
            )  # it is connecting already
            return cls(*await asyncio.open_connection(sock=connection))
        except BaseException:
            connection.close()
            raise


class Pty:
    """The controlling end of a pseudo-terminal."""

    def __init__(self, controlling: int):
        self._controlling = controlling
        self._open = True
        os.set_blocking(controlling, False)

    async def send(self, data: bytes) -> None:
        view = memoryview(data)
        while view and self._open:
            try:
                view = view[os.write(self._controlling, view) :]
            except BlockingIOError:
                await asyncio.sleep(0.01)
            except OSError:
                return

    async def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._controlling, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    async def output(self) -> AsyncIterator[bytes]:
        """What it writes, until it ends."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._controlling, ready.set)
        try:
            while True:
                await ready.wait()
                ready.clear()
                try:
                    data = os.read(self._controlling, PIECE)
                except BlockingIOError:
                    continue
                except OSError:  # Linux says so when the last one at the other side has left
                    return
                if not data:
                    return
                yield data
        finally:
            loop.remove_reader(self._controlling)


class Terminal(Pty):
    """A shell in a pod, on a terminal that belongs to the pod."""

    def __init__(self, link: socket.socket, controlling: int):
        super().__init__(controlling)
        self._link = link

    @classmethod
    async def start(
        cls, pod: Path, env: Mapping[str, str], uid: int | None, rows: int, columns: int
    ) -> "Terminal":
        """`pod`: its folder. Raises NotFound when it does not run any more."""
        shell = ["bash", "--norc", "--noprofile", "-i"] if shutil.which("bash") else ["/bin/sh", "-i"]
        packet = {
            "shell": shell,
            "env": {**env, "TERM": "xterm-256color", "PS1": "$ "},
            "uid": uid,
            "rows": rows,
            "columns": columns,
        }
        return cls(*await _request(pod, packet))

    async def close(self) -> None:
        """End the shell and what it started: its supervisor does when the connection closes."""
        if self._open:
            self._open = False
            self._link.close()
            os.close(self._controlling)
