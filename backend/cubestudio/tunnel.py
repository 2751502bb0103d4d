"""SSH to a notebook: a WebSocket whose bytes go to the notebook's own sshd and back, for those whose notebook it is.

Close codes as of terminals: 1000 the other side, 4401 signed out, 4403 not allowed, 4404 no such notebook or none that runs, 4503 the cluster."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from starlette.websockets import WebSocket, WebSocketDisconnect

from cubestudio.clusters import actions as clusters
from cubestudio.core import log, tasks
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import Link
from cubestudio.core.errors import Conflict, Refusal, Unavailable
from cubestudio.core.events import on
from cubestudio.core.parts import Parts
from cubestudio.notebooks import access, listing, spec
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import NotebookState
from cubestudio.terminal import AGAIN, CODES, Ended, close

logger = log.get(__name__)
Who = Callable[[], Awaitable[Viewer | None]]


async def serve(websocket: WebSocket, parts: Parts, who: Who) -> None:
    """One connection, to the end of either side."""
    await websocket.accept()
    try:
        await _serve(websocket, parts, who)
    except Ended as end:
        await close(websocket, end.code, end.reason)
    except Refusal as refusal:
        await close(websocket, CODES.get(type(refusal), 4404), refusal.message)
    except WebSocketDisconnect:
        return


async def _admit(parts: Parts, who: Who, notebook: str) -> tuple[Viewer, str, str]:
    """(viewer, cluster, workload) if the notebook is theirs and runs."""
    viewer = await who()
    if viewer is None or viewer.run:
        raise Ended(4401, "Sign in first.")
    async with parts.db.read() as conn:
        held = await access.changing(conn, viewer, notebook)
        row = (await listing.notebooks_by_id(conn, [held.id]))[held.id]
    if held.state != NotebookState.RUNNING:
        raise Conflict(f"The notebook is {held.state}; SSH needs a running one.")
    if clusters.cluster_of(parts, row.cluster).kind == "local":
        raise Conflict("On this machine notebooks have a terminal and no SSH: use the terminal in the console.")
    return viewer, row.cluster, spec.workload_name(row.id, row.starts)


async def _serve(websocket: WebSocket, parts: Parts, who: Who) -> None:
    notebook = websocket.path_params["id"]
    viewer, cluster, workload = await _admit(parts, who, notebook)
    link = await clusters.cluster_of(parts, cluster).connect(workload, spec.SSH)
    logger.info("ssh was opened", notebook=notebook, user=viewer.name)
    going = [
        asyncio.create_task(_out(websocket, link), name=f"ssh from {notebook}"),
        asyncio.create_task(_in(websocket, link), name=f"ssh to {notebook}"),
        asyncio.create_task(_watch(parts, who, notebook), name=f"ssh guard of {notebook}"),
    ]
    try:
        done, _ = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except Unavailable as error:
        raise Unavailable(
            f"Nothing listens for SSH there: its image needs sshd, and you a key that was yours when it started. ({error.message[:60]})"
        ) from error
    finally:
        await tasks.end(going)
        await link.close()
        logger.info("ssh was closed", notebook=notebook, user=viewer.name)


async def _out(websocket: WebSocket, link: Link) -> None:
    while data := await link.receive():
        await websocket.send_bytes(data)
    raise Ended(1000, "The other side has ended.")


async def _in(websocket: WebSocket, link: Link) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        if message.get("bytes"):
            await link.send(message["bytes"])


async def _watch(parts: Parts, who: Who, notebook: str) -> None:
    """Until the person may not be here any more, or the notebook has ended."""
    async with parts.bus.listen([on(NotebookChanged, notebook_id=notebook)]) as news:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AGAIN):
                    await anext(news)
            await _admit(parts, who, notebook)
