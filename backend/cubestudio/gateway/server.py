"""The gateway: a second server, of another origin than the console's, that proxies requests to notebooks and
services for those who have access."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import h11

from cubestudio.core import loops, tasks
from cubestudio.core.context import AppContext
from cubestudio.core.http.listeners import Listening, listen
from cubestudio.core.relay import PIECE, Side
from cubestudio.gateway.connection import Connection
from cubestudio.gateway.notebooks import Notebooks
from cubestudio.gateway.services import Services


@contextlib.asynccontextmanager
async def serving(ctx: AppContext, listening: Listening | None = None) -> AsyncIterator[None]:
    """Serve while the block runs, on sockets that listen already or on the settings' `open_port`."""
    notebooks, services = Notebooks(ctx), Services(ctx)
    backends = {"open": notebooks, "serve": services}
    open_: set[asyncio.Task] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        task = asyncio.current_task()
        assert task is not None
        open_.add(task)
        connection = Connection(ctx, backends, Side(h11.SERVER, lambda: reader.read(PIECE), send))
        try:
            await connection.serve()
        except (OSError, h11.ProtocolError):
            return
        except asyncio.CancelledError:
            # access has ended, so that what is still queued for a slow reader must not be sent
            writer.transport.abort()
            return
        finally:
            open_.discard(task)
            await connection.close()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    port = ctx.settings.gateway_port
    assert port is not None
    if listening is None:
        listening = listen(ctx.settings.host, port, "CUBE_GATEWAY_PORT", moves=False)
    servers = [
        await asyncio.start_server(connected, sock=each, limit=PIECE, backlog=512)
        for each in listening.sockets
    ]
    work = [
        asyncio.create_task(loops.run(name, function), name=name)
        for name, function in (
            ("notebook access", notebooks.listen),
            ("notebook activity", notebooks.beat),
            ("service access", services.listen),
            ("service counters", services.beat),
        )
    ]
    try:
        yield
    finally:
        for server in servers:
            server.close()
        await tasks.end([*work, *open_])
        await services.counters.flush()
