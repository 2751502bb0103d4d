"""Terminals in the browser: a WebSocket between a person and a shell beside a running pod.

The browser first says {"rows": …, "columns": …}; then bytes are input and further such texts are new sizes. We send bytes of
output. The close code says why it ended: 1000 the shell, 4401 signed out, 4403 not allowed, 4404 no such pod or no longer
running, 4503 the cluster."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from cubestudio.clusters import access as pods
from cubestudio.clusters.events import PodChanged
from cubestudio.core import log, tasks
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import PodState, Shell
from cubestudio.core.errors import Conflict, Forbidden, NotFound, Refusal, Unavailable
from cubestudio.core.events import on
from cubestudio.core.parts import Parts
from cubestudio.projects.model import Role

logger = log.get(__name__)
AGAIN = 15.0
"""Seconds between looks at whether the person may still be here."""
CODES = {NotFound: 4404, Conflict: 4404, Forbidden: 4403, Unavailable: 4503}


class Ended(Exception):
    def __init__(self, code: int, reason: str):
        super().__init__(reason)
        self.code, self.reason = code, reason


async def serve(websocket: WebSocket, parts: Parts, who: Callable[[], Awaitable[Viewer | None]]) -> None:
    """One terminal, from the first size to the end of either side."""
    await websocket.accept()
    try:
        await _serve(websocket, parts, who)
    except Ended as end:
        await close(websocket, end.code, end.reason)
    except Refusal as refusal:
        await close(websocket, CODES.get(type(refusal), 4404), refusal.message)
    except WebSocketDisconnect:
        return


async def close(websocket: WebSocket, code: int, reason: str) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(code, reason.encode()[:120].decode(errors="ignore"))


async def _admit(parts: Parts, who: Callable[[], Awaitable[Viewer | None]], pod: str) -> tuple[Viewer, str]:
    """(viewer, cluster) if a person may be in this pod now: members of its project, while it runs."""
    viewer = await who()
    if viewer is None or viewer.run:
        raise Ended(4401, "Sign in first.")
    async with parts.db.read() as conn:
        row = await pods.pod(conn, viewer, pod, Role.MEMBER)
    if row.state != PodState.RUNNING.value:
        raise Conflict("The pod does not run any more; a terminal needs a running one.")
    if row.cluster not in parts.clusters:
        raise Unavailable(f"Cluster {row.cluster} is not configured here.")
    return viewer, row.cluster


def _size(text: str) -> tuple[int, int]:
    try:
        said = orjson.loads(text)
        return max(1, min(int(said["rows"]), 500)), max(1, min(int(said["columns"]), 1000))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise Ended(1003, 'Say {"rows": number, "columns": number}.') from error


async def _serve(websocket: WebSocket, parts: Parts, who: Callable[[], Awaitable[Viewer | None]]) -> None:
    pod = websocket.path_params["id"]
    viewer, cluster = await _admit(parts, who, pod)
    rows, columns = _size(await websocket.receive_text())
    shell = await parts.clusters[cluster].shell(pod, rows, columns)
    logger.info("a terminal was opened", pod=pod, user=viewer.name)
    going = [
        asyncio.create_task(_out(websocket, shell), name=f"terminal of {pod}"),
        asyncio.create_task(_in(websocket, shell), name=f"keyboard of {pod}"),
        asyncio.create_task(_watch(parts, who, pod), name=f"guard of {pod}"),
    ]
    try:
        done, _ = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await tasks.end(going)
        await shell.close()
        logger.info("a terminal was closed", pod=pod, user=viewer.name)


async def _out(websocket: WebSocket, shell: Shell) -> None:
    async with contextlib.aclosing(shell.output()) as output:  # ty: ignore
        async for data in output:
            await websocket.send_bytes(data)
    raise Ended(1000, "The shell has ended.")


async def _in(websocket: WebSocket, shell: Shell) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        if message.get("bytes") is not None:
            await shell.send(message["bytes"])
        elif message.get("text") is not None:
            await shell.resize(*_size(message["text"]))


async def _watch(parts: Parts, who: Callable[[], Awaitable[Viewer | None]], pod: str) -> None:
    """Until the person may not be here any more, or the pod has ended."""
    async with parts.bus.listen([on(PodChanged, pod_id=pod)]) as news:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AGAIN):
                    await anext(news)
            await _admit(parts, who, pod)
