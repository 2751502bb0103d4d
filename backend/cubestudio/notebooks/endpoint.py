"""What the gateway must know of a notebook to let somebody in."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader
from cubestudio.notebooks import access, spec
from cubestudio.notebooks.actions import key
from cubestudio.notebooks.model import Notebook, NotebookState, Sharing


@dataclass(kw_only=True, frozen=True)
class Endpoint:
    """Where a notebook's server is, the header by which the proxy is let in, and how far the viewer may
    go."""

    viewer: Viewer
    id: str
    name: str
    project: str
    state: NotebookState
    message: str | None
    cluster: str
    workload: str
    header: tuple[str, str] | None
    strip: bool
    edits: bool
    activity: dict[str, Any]
    evidence: dict[str, Any] | None


async def endpoint_of(conn: Reader, ctx: AppContext, viewer: Viewer, notebook: str) -> Endpoint:
    """The way in for a viewer who may look into it."""
    held = await access.opening(conn, viewer, notebook)
    columns = (Notebook.cluster, Notebook.starts, Notebook.message, Notebook.activity, Notebook.evidence)
    row = (await conn.execute(select(*columns).where(Notebook.id == held.id))).one()
    return Endpoint(
        viewer=viewer,
        id=held.id,
        name=held.name,
        project=held.project.name,
        state=held.state,
        message=row.message,
        cluster=row.cluster,
        workload=spec.workload_name(held.id, row.starts),
        header=spec.secret_header(held.kind, key(ctx, held.id, row.starts)),
        strip=spec.KINDS[held.kind].strip,
        edits=held.may_open == Sharing.EDIT,
        activity=row.activity,
        evidence=row.evidence,
    )
