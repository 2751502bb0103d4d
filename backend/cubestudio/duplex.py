"""A WebSocket between a person and something that runs: open as long as both sides go on and the person may be there.

Close codes: 1000 the other side, 4401 signed out, 4403 not allowed, 4404 no such thing or not running, 4503 the cluster."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from cubestudio.core import tasks
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.errors import Conflict, Forbidden, NotFound, Refusal, Unavailable
from cubestudio.core.events import Bus

AGAIN = 15.0
"""Seconds between looks at whether the person may still be here."""
CODES = {NotFound: 4404, Conflict: 4404, Forbidden: 4403, Unavailable: 4503}
Who = Callable[[], Awaitable[Viewer | None]]


class Ended(Exception):
    def __init__(self, code: int, reason: str):
        super().__init__(reason)
        self.code, self.reason = code, reason


@contextlib.asynccontextmanager
async def served(websocket: WebSocket) -> AsyncIterator[None]:
    """One connection, which is closed with the code of what its work ends by."""
    await websocket.accept()
    try:
        yield
    except Ended as end:
        await close(websocket, end.code, end.reason)
    except Refusal as refusal:
        await close(websocket, CODES.get(type(refusal), 4404), refusal.message)
    except WebSocketDisconnect:
        return


async def close(websocket: WebSocket, code: int, reason: str) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(code, reason.encode()[:120].decode(errors="ignore"))


async def first(works: dict[str, Coroutine[Any, Any, None]]) -> None:
    """Do works at once, by name, until the first ends; raises what that one raised, and the others have ended."""
    going = [asyncio.create_task(work, name=name) for name, work in works.items()]
    try:
        done, _ = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await tasks.end(going)


async def guard(bus: Bus, topic: str, admit: Callable[[], Awaitable[object]]) -> None:
    """Ask again at each change of a topic, and from time to time, until `admit` raises why the person may not be here any more."""
    async with bus.listen([topic]) as news:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AGAIN):
                    await anext(news)
            await admit()
