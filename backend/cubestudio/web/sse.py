"""Server-sent events of the graph, which end at once when whoever listens may not hear them any more."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import orjson

from cubestudio.core import tasks
from cubestudio.core.auth.streams import Stream
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.connection_limits import Bounds


class Live:
    """One answer of server-sent events, and what holds it."""

    def __init__(self, stream: Stream, bounds: Bounds, held: contextlib.ExitStack):
        self._stream = stream
        self._bounds = bounds
        self._held = held

    def enter(self, viewer: Viewer) -> None:
        self._held.enter_context(self._bounds.person(viewer.id))
        self._held.enter_context(self._bounds.subscription(viewer.id))
        self._stream.enter(viewer)

    async def events(self, source: Callable[[], AsyncIterator[str]]) -> AsyncIterator[str]:
        """The pieces of `source`, and why it ended when it is not by itself."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(1)

        async def pump() -> None:
            with self._stream.recording():
                async with contextlib.aclosing(source()) as pieces:  # ty: ignore
                    async for piece in pieces:
                        await queue.put(piece)
            await queue.put(None)

        both = [
            asyncio.create_task(pump(), name="events"),
            asyncio.create_task(self._stream.ended(), name="access"),
        ]
        getting: asyncio.Task | None = None
        try:
            while True:
                getting = asyncio.create_task(queue.get())
                await asyncio.wait([getting, *both], return_when=asyncio.FIRST_COMPLETED)
                if refusal := self._stream.refusal:
                    told = {
                        "data": None,
                        "errors": [{"message": refusal.message, "extensions": refusal.extensions}],
                    }
                    yield (
                        f"event: next\r\ndata: {orjson.dumps(told).decode()}\r\n\r\nevent: "
                        "complete\r\ndata: \r\n\r\n"
                    )
                    return
                if not getting.done():
                    both[0].result()  # raises what broke the source
                piece = await getting
                if piece is None:
                    return
                yield piece
        finally:
            going = [*both, getting] if getting else both
            await tasks.end(going)
            tasks.heard(going)
