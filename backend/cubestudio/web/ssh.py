"""SSH to a notebook: a WebSocket whose bytes go to the notebook's own sshd and back, for those whose notebook
it is."""

from starlette.websockets import WebSocket, WebSocketDisconnect

from cubestudio.clusters import actions as clusters
from cubestudio.core import messages as shared
from cubestudio.core import tasks
from cubestudio.core.auth.viewer import Viewer, interactive
from cubestudio.core.cluster.port import Link
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Conflict, SignedOut, Unavailable
from cubestudio.core.events import on
from cubestudio.notebooks import access, listing, spec
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import NotebookState
from cubestudio.web import messages
from cubestudio.web import websocket as sessions
from cubestudio.web.websocket import Ended, Visit, Visitor, Who, running


async def serve(websocket: WebSocket, ctx: AppContext, visitor: Visitor) -> None:
    """One connection, to the end of either side."""
    notebook = websocket.path_params["id"]
    visit = Visit(websocket, ctx, visitor, "Ssh", notebook)
    async with visit.served():
        await _serve(websocket, ctx, visitor, visit, notebook)


async def _admit(ctx: AppContext, who: Who, notebook: str) -> tuple[Viewer, str, str, str]:
    """(viewer, cluster, workload, project's id) if the notebook is theirs and runs."""
    viewer = await who()
    if viewer is None or viewer.run:
        raise SignedOut(shared.SIGN_IN_REQUIRED())
    async with ctx.db.read() as conn:
        held = await access.changing(conn, viewer, notebook)
        interactive(viewer)
        row = (await listing.notebooks_by_id(conn, [held.id]))[held.id]
    if held.state != NotebookState.RUNNING:
        raise Conflict(messages.SSH_NOTEBOOK_NOT_RUNNING(state=held.state))
    if clusters.cluster_of(ctx, row.cluster).kind == "local":
        raise Conflict(messages.SSH_LOCAL_UNSUPPORTED())
    return viewer, row.cluster, spec.workload_name(row.id, row.starts), row.project_id


async def _serve(
    websocket: WebSocket, ctx: AppContext, visitor: Visitor, visit: Visit, notebook: str
) -> None:
    async def admit() -> Viewer:
        return (await _admit(ctx, visitor.who, notebook))[0]

    async with sessions.admitted(visitor, admit) as stream:
        viewer, cluster, workload, project = await _admit(ctx, visitor.who, notebook)
        await visit.opened(viewer, cluster=cluster, project=project, workload=workload)
        link = await clusters.cluster_of(ctx, cluster).connect(workload, spec.SSH)
        try:
            await tasks.first(
                {
                    f"ssh from {notebook}": _out(websocket, link),
                    f"ssh to {notebook}": _in(websocket, link),
                    f"access by ssh to {notebook}": stream.ended(),
                    f"state of {notebook}": running(
                        ctx.bus, on(NotebookChanged, notebook_id=notebook), admit
                    ),
                }
            )
        except ConnectionError as error:
            raise Unavailable(messages.SSH_NOT_ANSWERING(problem=str(error)[:60])) from error
        finally:
            await link.close()


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
