"""A terminal in a pod, over the API server's WebSocket: one byte says which stream, the rest is data."""

import contextlib
import json
from collections.abc import AsyncIterator

import aiohttp

from cubestudio.core.cluster import messages
from cubestudio.core.errors import Unavailable

STDIN, STDOUT, STDERR, STATUS, RESIZE = range(5)
PROTOCOL = "v4.channel.k8s.io"
ENTER = (
    "export TERM=xterm-256color; [ -r /cube/run/enter ] && . /cube/run/enter; cd /cube/run/work "
    "2>/dev/null; exec $(command -v bash || echo sh)"
)
COMMAND = ("/bin/sh", "-c", ENTER)
"""A shell as the work in the pod runs (`enter.py`); before that begins, a plain one."""


class Shell:
    """An open terminal."""

    def __init__(self, name: str, socket: aiohttp.ClientWebSocketResponse):
        self._name = name
        self._socket = socket

    async def send(self, data: bytes) -> None:
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            await self._socket.send_bytes(bytes([STDIN]) + data)

    async def resize(self, rows: int, columns: int) -> None:
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            await self._socket.send_bytes(
                bytes([RESIZE]) + json.dumps({"Width": columns, "Height": rows}).encode()
            )

    async def output(self) -> AsyncIterator[bytes]:
        """What it writes, until it ends. Raises Unavailable when the connection breaks."""
        async for message in self._socket:
            if message.type == aiohttp.WSMsgType.ERROR:
                raise Unavailable(messages.TERMINAL_BROKEN(cluster=self._name))
            data = message.data.encode() if isinstance(message.data, str) else message.data
            if data and data[0] in (STDOUT, STDERR) and len(data) > 1:
                yield data[1:]
            elif data and data[0] == STATUS:
                return

    async def close(self) -> None:
        await self._socket.close()
