"""Terminals in the browser: a WebSocket between a person and a shell beside a running pod.

The browser first says {"rows": …, "columns": …}; then bytes are input and further such texts are new sizes.
We send bytes of output."""

import asyncio
import contextlib

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from cubestudio.clusters import access as pods
from cubestudio.clusters.events import PodChanged
from cubestudio.core import messages as shared
from cubestudio.core import tasks
from cubestudio.core.auth.viewer import Viewer, interactive
from cubestudio.core.cluster.port import PodState, Shell
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Conflict, SignedOut, Unavailable
from cubestudio.core.events import on
from cubestudio.projects.model import Role
from cubestudio.web import messages
from cubestudio.web import websocket as sessions
from cubestudio.web.websocket import Ended, Visit, Visitor, Who, running

PATIENCE = 15
"""Seconds until a client has said the size of its window."""
SIZE = 'Say {"rows": number, "columns": number}.'


async def serve(websocket: WebSocket, ctx: AppContext, visitor: Visitor) -> None:
    """One terminal, from the first size to the end of either side."""
    pod = websocket.path_params["id"]
    visit = Visit(websocket, ctx, visitor, "Terminal", pod)
    async with visit.served():
        await _serve(websocket, ctx, visitor, visit, pod)


async def _admit(ctx: AppContext, who: Who, pod: str) -> tuple[Viewer, str, str]:
    """(viewer, cluster, project's id) if a person may be in this pod now: members of its project, while it
    runs."""
    viewer = await who()
    if viewer is None or viewer.run:
        raise SignedOut(shared.SIGN_IN_REQUIRED())
    async with ctx.db.read() as conn:
        row = await pods.pod(conn, viewer, pod, Role.MEMBER)
    interactive(viewer)
    if row.state != PodState.RUNNING.value:
        raise Conflict(messages.TERMINAL_POD_NOT_RUNNING())
    if row.cluster not in ctx.clusters:
        raise Unavailable(shared.CLUSTER_NOT_CONFIGURED(cluster=row.cluster))
    return viewer, row.cluster, row.project_id


def _size(text: str) -> tuple[int, int]:
    try:
        said = orjson.loads(text)
        return max(1, min(int(said["rows"]), 500)), max(1, min(int(said["columns"]), 1000))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise Ended(1003, SIZE) from error


async def _serve(websocket: WebSocket, ctx: AppContext, visitor: Visitor, visit: Visit, pod: str) -> None:
    async def admit() -> Viewer:
        return (await _admit(ctx, visitor.who, pod))[0]

    async with sessions.admitted(visitor, admit) as stream:
        viewer, cluster, project = await _admit(ctx, visitor.who, pod)
        rows, columns = await _first(websocket)
        await visit.opened(viewer, cluster=cluster, project=project)
        shell = await ctx.clusters[cluster].shell(pod, rows, columns)
        try:
            await tasks.first(
                {
                    f"terminal of {pod}": _out(websocket, shell),
                    f"keyboard of {pod}": _in(websocket, shell),
                    f"access to {pod}": stream.ended(),
                    f"state of {pod}": running(ctx.bus, on(PodChanged, pod_id=pod), admit),
                }
            )
        finally:
            await shell.close()


async def _first(websocket: WebSocket) -> tuple[int, int]:
    """The size, which a client has a time to say."""
    try:
        async with asyncio.timeout(PATIENCE):
            return _size(await websocket.receive_text())
    except (TimeoutError, KeyError):
        raise Ended(1003, SIZE) from None


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
