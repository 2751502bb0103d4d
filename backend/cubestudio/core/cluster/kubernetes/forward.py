"""A connection to a port of a pod, over the API server's WebSocket: two channels for each port, one of data
and one of errors."""

import contextlib
from collections.abc import Callable

import aiohttp

DATA, ERROR = 0, 1
PIECE = 2**20


class Forward:
    """An open connection. The server begins each channel with the number of the port."""

    def __init__(self, name: str, socket: aiohttp.ClientWebSocketResponse, stands: Callable[[], bool]):
        self._name = name
        self._stands = stands
        self._socket = socket
        self._begun: set[int] = set()

    async def send(self, data: bytes) -> None:
        try:
            for start in range(0, len(data), PIECE):
                await self._socket.send_bytes(bytes([DATA]) + data[start : start + PIECE])
        except (aiohttp.ClientError, ConnectionError) as error:
            raise ConnectionError(f"cluster {self._name} broke off a connection to a pod") from error

    async def receive(self) -> bytes:
        """What has come; empty at the end. Raises ConnectionError when the connection breaks or the pod
        refuses it."""
        async for message in self._socket:
            if message.type == aiohttp.WSMsgType.ERROR:
                raise ConnectionError(f"cluster {self._name} broke off a connection to a pod")
            data = message.data.encode() if isinstance(message.data, str) else message.data
            if not data:
                continue
            channel, rest = data[0], data[1:]
            if channel not in self._begun:
                self._begun.add(channel)
                rest = rest[2:]
            if rest and channel == ERROR:
                raise ConnectionError(
                    f"cluster {self._name} cannot connect to a pod: {rest.decode(errors='replace')[:300]}"
                )
            if rest:
                return rest
        return b""

    @property
    def leaving(self) -> bool:
        return self._socket.closed or not self._stands()

    async def close(self) -> None:
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            await self._socket.close()
