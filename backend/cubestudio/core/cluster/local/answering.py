"""Servers of this machine: whether one answers, and a connection to it."""

import asyncio
import contextlib

SECONDS = 3.0
PIECE = 2**16


async def answers(port: int, path: str) -> bool:
    """Whether GET `path` on a port of this machine is answered with 2xx or 3xx."""
    try:
        async with asyncio.timeout(SECONDS):
            stream = await Stream.open(port)
            try:
                await stream.send(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n".encode())
                head = b""
                while b"\r\n" not in head and (data := await stream.receive()):
                    head += data
            finally:
                await stream.close()
    except (OSError, TimeoutError):
        return False
    words = head.split(b"\r\n")[0].split()
    return len(words) > 1 and words[0].startswith(b"HTTP/") and words[1][:1] in (b"2", b"3")


class Stream:
    """A connection to a port of this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "Stream":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self) -> bytes:
        return await self._reader.read(PIECE)

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
