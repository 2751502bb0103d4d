"""Who may see and steer runs: members of the project; and the code of a run, its own run."""

from dataclasses import dataclass

from sqlalchemy import select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.pipelines import messages
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


@dataclass(kw_only=True, frozen=True)
class Held:
    """A run, where it belongs, and what the viewer may."""

    id: str
    number: int
    pipeline_id: str
    project_id: str
    state: RunState
    pinned: bool
    role: Role


async def run(conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER) -> Held:
    """A run by id, if the viewer has at least the role `needs` in its project."""
    columns = (Run.id, Run.number, Run.pipeline_id, Run.project_id, Run.state, Run.pinned)
    row = (await conn.execute(select(*columns).where(Run.id == key))).one_or_none()
    missing = NotFound(messages.RUN_NOT_FOUND(), field="id")
    if row is None:
        raise missing
    if viewer.run:
        if viewer.run != row.id or needs != Role.VIEWER:
            raise missing
        return Held(
            id=row.id,
            number=row.number,
            pipeline_id=row.pipeline_id,
            project_id=row.project_id,
            state=RunState(row.state),
            pinned=row.pinned,
            role=Role.VIEWER,
        )
    standing = await projects.owning(conn, viewer, row.project_id, needs, missing)
    return Held(
        id=row.id,
        number=row.number,
        pipeline_id=row.pipeline_id,
        project_id=row.project_id,
        state=RunState(row.state),
        pinned=row.pinned,
        role=standing.role,
    )
