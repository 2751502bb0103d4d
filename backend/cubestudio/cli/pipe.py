"""A ProxyCommand for ssh: joins standard input and output to the SSH server of a notebook."""

import asyncio
import os
import sys
from contextlib import suppress

import websockets

PIECE = 2**16


async def pipe(base: str, token: str | None, notebook: str) -> int:
    """Copy bytes both ways until either side ends; return the exit code. Errors go to standard error."""
    url = base.replace("http", "ws", 1).rstrip("/") + f"/notebooks/{notebook}/ssh"
    headers = {"authorization": f"Bearer {token}"} if token else {}
    try:
        async with websockets.connect(
            url, additional_headers=headers, compression=None, max_size=None
        ) as channel:
            copying = {asyncio.create_task(_out(channel)), asyncio.create_task(_in(channel))}
            await asyncio.wait(copying, return_when=asyncio.FIRST_COMPLETED)
            for task in copying:
                task.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await channel.wait_closed()
            code, reason = channel.close_code or 1000, channel.close_reason
    except (OSError, websockets.WebSocketException) as error:
        print(f"cubestudio: {error}", file=sys.stderr)
        return 1
    if code not in (1000, 1001):
        print(f"cubestudio: {reason or code}", file=sys.stderr)
        return 1
    return 0


async def _out(channel: websockets.ClientConnection) -> None:
    async for data in channel:
        view = memoryview(data if isinstance(data, bytes) else data.encode())
        while view:
            view = view[await asyncio.to_thread(os.write, 1, view) :]


async def _in(channel: websockets.ClientConnection) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(0, "rb", closefd=False)
    )
    while data := await reader.read(PIECE):
        await channel.send(data)
