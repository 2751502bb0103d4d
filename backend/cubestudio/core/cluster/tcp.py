"""A connection over TCP to something that a server listens at, as the port of a cluster has it
(`port.Link`)."""

import asyncio
import contextlib


class Connection:
    piece = 2**16
    """Bytes that are received at once, at most."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self) -> bytes:
        return await self._reader.read(self.piece)

    @property
    def leaving(self) -> bool:
        return self._reader.at_eof()

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
