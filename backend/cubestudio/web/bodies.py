"""Request bodies: small ones read into memory, files staged for the store."""

import contextlib
from collections.abc import AsyncIterator

from starlette.requests import Request

from cubestudio.core.context import AppContext
from cubestudio.core.errors import Unavailable
from cubestudio.core.store import Staged
from cubestudio.projects.quotas import actions as quotas
from cubestudio.web import messages

CHECK_INTERVAL = 16 * 2**20
"""Bytes of a file after which the storage quota of its project is checked again."""


async def read_limited(request: Request, most: int) -> bytes | None:
    """Return the body of a request; None if it has more than `most` bytes."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            return None
    return bytes(data)


@contextlib.asynccontextmanager
async def staged(ctx: AppContext, request: Request, project: str) -> AsyncIterator[Staged]:
    """Stage the body of a request as a file of a project while the block runs; unless the block stores it, it
    is gone then.

    The body may be larger than memory and than its announced length. Raises ClientDisconnect when it is
    incomplete, QuotaExceeded when the project's storage quota does not allow it, and Unavailable when the
    disk is full."""
    length = request.headers.get("content-length", "")
    checked = 0

    async def check(size: int) -> None:
        async with ctx.db.read() as conn:
            await quotas.room(conn, project, size)

    await check(int(length) if length.isdecimal() and len(length) < 19 else 0)
    with ctx.store.stage() as file:
        try:
            async for data in request.stream():
                file.write(data)
                if file.size - checked > CHECK_INTERVAL:
                    checked = file.size
                    await check(file.size)
        except OSError as error:
            raise Unavailable(messages.UPLOAD_NOT_WRITABLE(problem=error.strerror)) from error
        await check(file.size)
        yield file
