"""Terminals in the browser: a WebSocket between a person and a shell beside a running pod.

The browser first says {"rows": …, "columns": …}; then bytes are input and further such texts are new sizes. We send bytes of
output."""

import contextlib

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from cubestudio import duplex
from cubestudio.clusters import access as pods
from cubestudio.clusters.events import PodChanged
from cubestudio.core import log
from cubestudio.core.auth.viewer import Viewer, interactive
from cubestudio.core.cluster.port import PodState, Shell
from cubestudio.core.errors import Conflict, Unavailable
from cubestudio.core.events import on
from cubestudio.core.parts import Parts
from cubestudio.duplex import Ended, Who, guard
from cubestudio.projects.model import Role

logger = log.get(__name__)


async def serve(websocket: WebSocket, parts: Parts, who: Who) -> None:
    """One terminal, from the first size to the end of either side."""
    async with duplex.served(websocket):
        await _serve(websocket, parts, who)


async def _admit(parts: Parts, who: Who, pod: str) -> tuple[Viewer, str]:
    """(viewer, cluster) if a person may be in this pod now: members of its project, while it runs."""
    viewer = await who()
    if viewer is None or viewer.run:
        raise Ended(4401, "Sign in first.")
    async with parts.db.read() as conn:
        row = await pods.pod(conn, viewer, pod, Role.MEMBER)
    interactive(viewer)
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


async def _serve(websocket: WebSocket, parts: Parts, who: Who) -> None:
    pod = websocket.path_params["id"]
    viewer, cluster = await _admit(parts, who, pod)
    rows, columns = _size(await websocket.receive_text())
    shell = await parts.clusters[cluster].shell(pod, rows, columns)
    logger.info("a terminal was opened", pod=pod, user=viewer.name)
    try:
        await duplex.first({
            f"terminal of {pod}": _out(websocket, shell),
            f"keyboard of {pod}": _in(websocket, shell),
            f"guard of {pod}": guard(parts.bus, on(PodChanged, pod_id=pod), lambda: _admit(parts, who, pod)),
        })  # fmt: skip
    finally:
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
