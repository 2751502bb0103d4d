"""A WebSocket between a person and something that runs: open as long as both sides go on and the person may
be there.

Close codes: 1000 the other side, 4401 signed out, 4403 not allowed, 4404 no such thing or not running, 4429
too many, 4503 the cluster."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from cubestudio.core import audit, log
from cubestudio.core import messages as shared
from cubestudio.core.auth.streams import Stream, Streams
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.connection_limits import Bounds
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Conflict, Forbidden, NotFound, Refusal, SignedOut, TooMany, Unavailable
from cubestudio.core.events import Bus

logger = log.get(__name__)
CODES = {NotFound: 4404, Conflict: 4404, Forbidden: 4403, SignedOut: 4401, TooMany: 4429, Unavailable: 4503}
DENIALS = audit.DENIALS | {SignedOut.code}
"""Codes of refusals that are written down when it is known who was refused; SIGNED_OUT is that of a run's
token."""
GOODBYE = 1.0
"""Seconds for which the closing of a connection may wait for its client."""
Who = Callable[[], Awaitable[Viewer | None]]


class Ended(Exception):
    def __init__(self, code: int, reason: str):
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True)
class Visitor:
    """Whoever opens a WebSocket: how to ask who it is, and what holds the connection."""

    who: Who
    streams: Streams
    bounds: Bounds


class Visit:
    """One connection to something, which the audit log has: that it began, and after how long and why it
    ended, or why it was refused. `what`: Terminal or Ssh; `target`: the id of what it goes to."""

    def __init__(self, websocket: WebSocket, ctx: AppContext, visitor: Visitor, what: str, target: str):
        self._websocket = websocket
        self._ctx = ctx
        self._visitor = visitor
        self._what = what
        self._target = target
        self._opened: tuple[Viewer, float, Mapping[str, str]] | None = None

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Close the connection with the code of what its work ends by."""
        await self._websocket.accept()
        code, reason, denied = 1000, "", None
        try:
            yield
            reason = "the client has gone"
        except Ended as end:
            code, reason = end.code, end.reason
        except Refusal as refusal:
            code, reason = CODES.get(type(refusal), 4404), refusal.message
            denied = refusal.code if refusal.code in DENIALS else None
        except WebSocketDisconnect:
            reason = "the client has gone"
        finally:
            await asyncio.shield(self._over(reason or "the platform ends", denied))
        await close(self._websocket, code, reason)

    async def opened(self, viewer: Viewer, **detail: str) -> None:
        """Write down that it begins; it does not begin unwritten. Raises Unavailable."""
        await self._write(viewer, f"open{self._what}", "done", detail)
        self._opened = (viewer, time.monotonic(), detail)

    async def _over(self, reason: str, denied: str | None) -> None:
        try:
            if self._opened:
                viewer, began, what = self._opened
                detail = {**what, "seconds": round(time.monotonic() - began, 1), "why": reason}
                await self._write(viewer, f"close{self._what}", "done", detail)
            elif denied and (who := await self._visitor.who()):
                await self._write(who, f"open{self._what}", denied, {"why": reason})
        except Unavailable as error:
            logger.error(
                "the audit log lacks an end",
                what=self._what,
                target=self._target,
                why=reason,
                error=error.message,
            )

    async def _write(self, viewer: Viewer, operation: str, outcome: str, detail: Mapping[str, Any]) -> None:
        client, ctx = self._websocket.client, self._ctx
        address = client.host if client else None
        act = audit.Act(
            actor_id=viewer.id,
            actor=viewer.name,
            by=viewer.by,
            address=address,
            operation=operation,
            target=self._target,
            outcome=outcome,
            detail=detail,
        )
        await ctx.db.transact(lambda tx: audit.write(tx, ctx.vault, act))


async def close(websocket: WebSocket, code: int, reason: str) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(GOODBYE):
            await websocket.close(code, reason.encode()[:120].decode(errors="ignore"))


@contextlib.asynccontextmanager
async def admitted(visitor: Visitor, admit: Callable[[], Awaitable[Viewer]]) -> AsyncIterator[Stream]:
    """Let somebody in if `admit`, which says who it is, lets them in, and hold the connection while the block
    runs. `admit` is asked again whenever something about their access changes; `ended` of the stream then
    raises why they may not stay."""

    async def again() -> Viewer:
        try:
            return await admit()
        except SignedOut as refusal:
            raise SignedOut(shared.SESSION_ENDED()) from refusal

    with visitor.streams.open(again) as stream, stream.recording():
        viewer = await admit()
        with visitor.bounds.person(viewer.id):
            stream.enter(viewer)
            yield stream


async def running(bus: Bus, topic: str, admit: Callable[[], Awaitable[object]]) -> None:
    """Ask again at each change of a topic, until `admit` raises why the other side is not there any more."""
    async with bus.listen([topic]) as news:
        await admit()
        async for _ in news:
            await admit()
    await asyncio.Event().wait()
