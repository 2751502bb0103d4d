"""SSH to a notebook: a WebSocket whose bytes go to the notebook's own sshd and back, for those whose notebook it is."""

from starlette.websockets import WebSocket, WebSocketDisconnect

from cubestudio import duplex
from cubestudio.clusters import actions as clusters
from cubestudio.core import log
from cubestudio.core.auth.viewer import Viewer, interactive
from cubestudio.core.cluster.port import Link
from cubestudio.core.errors import Conflict, Unavailable
from cubestudio.core.events import on
from cubestudio.core.parts import Parts
from cubestudio.duplex import Ended, Who, guard
from cubestudio.notebooks import access, listing, spec
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import NotebookState

logger = log.get(__name__)


async def serve(websocket: WebSocket, parts: Parts, who: Who) -> None:
    """One connection, to the end of either side."""
    async with duplex.served(websocket):
        await _serve(websocket, parts, who)


async def _admit(parts: Parts, who: Who, notebook: str) -> tuple[Viewer, str, str]:
    """(viewer, cluster, workload) if the notebook is theirs and runs."""
    viewer = await who()
    if viewer is None or viewer.run:
        raise Ended(4401, "Sign in first.")
    async with parts.db.read() as conn:
        held = await access.changing(conn, viewer, notebook)
        interactive(viewer)
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
    try:
        await duplex.first({
            f"ssh from {notebook}": _out(websocket, link),
            f"ssh to {notebook}": _in(websocket, link),
            f"ssh guard of {notebook}": guard(parts.bus, on(NotebookChanged, notebook_id=notebook), lambda: _admit(parts, who, notebook)),
        })  # fmt: skip
    except Unavailable as error:
        raise Unavailable(
            f"Nothing listens for SSH there: its image needs sshd, and you a key that was yours when it started. ({error.message[:60]})"
        ) from error
    finally:
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
