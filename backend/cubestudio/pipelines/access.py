"""Who may see and change pipelines: members of their project."""

from dataclasses import dataclass

from sqlalchemy import select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.pipelines import messages
from cubestudio.pipelines.model import Pipeline
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


@dataclass(frozen=True)
class Held:
    """A pipeline and where it belongs."""

    id: str
    name: str
    latest: int
    project: projects.Standing


async def pipeline(conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER) -> Held:
    """A pipeline by id, if the viewer has at least the role `needs` in its project."""
    columns = (Pipeline.id, Pipeline.name, Pipeline.latest, Pipeline.project_id)
    row = (await conn.execute(select(*columns).where(Pipeline.id == key))).one_or_none()
    missing = NotFound(messages.PIPELINE_NOT_FOUND(), field="id")
    if row is None:
        raise missing
    standing = await projects.owning(conn, viewer, row.project_id, needs, missing)
    return Held(row.id, row.name, row.latest, standing)
