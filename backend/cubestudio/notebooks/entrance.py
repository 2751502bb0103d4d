"""What the proxy must know of a notebook to let somebody in, and asking the notebook itself."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from cubestudio.clusters import actions as clusters
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import Unavailable
from cubestudio.core.parts import Parts
from cubestudio.core.relay import fetch
from cubestudio.notebooks import access, spec
from cubestudio.notebooks.actions import key
from cubestudio.notebooks.model import Notebook, NotebookState, Share

PATIENCE = 5.0
"""Seconds that a notebook has to answer about itself."""


async def ask(parts: Parts, row: Any, path: str) -> Any:
    """What a notebook's own server says of itself, as JSON; by its row, which has id, kind, cluster and starts."""
    header = spec.secret_header(row.kind, key(parts, row.id, row.starts))
    async with asyncio.timeout(PATIENCE):
        link = await clusters.cluster_of(parts, row.cluster).connect(spec.workload_name(row.id, row.starts))
        try:
            status, body = await fetch(link, f"{spec.base(row.id)}cube/{path}", [header] if header else [])
        finally:
            await link.close()
    if status != 200:
        raise Unavailable(f"it answered with {status}")
    return orjson.loads(body)


@dataclass(frozen=True)
class Entrance:
    """Where a notebook's server is, the header by which the proxy is let in, and how far the viewer may go."""

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


async def entrance(conn: Reader, parts: Parts, viewer: Viewer, notebook: str) -> Entrance:
    """The way in for a viewer who may look into it."""
    held = await access.opening(conn, viewer, notebook)
    columns = (Notebook.cluster, Notebook.starts, Notebook.message, Notebook.activity, Notebook.evidence)
    row = (await conn.execute(select(*columns).where(Notebook.id == held.id))).one()
    return Entrance(
        viewer, held.id, held.name, held.project.name, held.state, row.message, row.cluster, spec.workload_name(held.id, row.starts),
        spec.secret_header(held.kind, key(parts, held.id, row.starts)), spec.KINDS[held.kind].strip, held.may_open == Share.EDIT,
        row.activity, row.evidence,
    )  # fmt: skip
