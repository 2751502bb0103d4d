"""The network of the emulated pods: each has an address of its own on this machine's loopback, where its
server listens.

A program that is told to listen at all addresses (CUBE_HOST is 0.0.0.0) listens at its pod's here, so that
replicas have the same port. What listens at the loopback of a pod listens at that of this machine, and is
reached by a forwarded port alone, as in a real pod."""

import asyncio
import contextlib
import itertools
import random

import aiohttp
from aiohttp import web

from cubestudio.core import tasks

SECONDS = 3.0


class Network:
    def __init__(self) -> None:
        self._numbers = itertools.count(random.randrange(2**22))
        """Emulators that run side by side do not meet."""

    def address(self) -> str:
        """That of one more pod."""
        number = next(self._numbers) % 2**22
        return f"127.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


async def answers(address: str, port: int, path: str) -> bool:
    """Whether a readiness probe passes: an answer of 200 to 399 (kubernetes v1.36,
    pkg/probe/http/http.go)."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(SECONDS)) as http,
            http.get(f"http://{address}:{port}{path}", allow_redirects=False) as answer,
        ):
            return 200 <= answer.status < 400
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return False


async def dialled(address: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection as the container runtime makes it within a pod: to the loopback there (containerd v2,
    internal/cri/server/ sandbox_portforward_linux.go), where whatever listens at all addresses listens
    too."""
    with contextlib.suppress(OSError):
        return await asyncio.open_connection(address, port)
    return await asyncio.open_connection("127.0.0.1", port)


async def forward(address: str, port: int, request: web.Request) -> web.StreamResponse:
    """A connection to a port of a pod, by the protocol v4.channel.k8s.io."""
    socket = web.WebSocketResponse(protocols=["v4.channel.k8s.io"], max_msg_size=0)
    await socket.prepare(request)
    for channel in (b"\x00", b"\x01"):
        await socket.send_bytes(channel + port.to_bytes(2, "little"))
    try:
        reader, writer = await dialled(address, port)
    except OSError as error:
        await socket.send_bytes(b"\x01" + str(error).encode())
        await socket.close()
        return socket

    async def pour() -> None:
        try:
            while data := await reader.read(65536):
                await socket.send_bytes(b"\x00" + data)
        except (
            OSError
        ) as error:  # a pod that is killed resets its connections; the kubelet says so and closes
            with contextlib.suppress(ConnectionError):
                await socket.send_bytes(b"\x01" + f"an error occurred forwarding {port}: {error}".encode())
        finally:
            await socket.close()

    pouring = asyncio.create_task(pour())
    try:
        async for message in socket:
            assert message.data[0] == 0
            writer.write(message.data[1:])
            await writer.drain()
    finally:
        await tasks.end([pouring])
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return socket
