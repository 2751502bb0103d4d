"""Who may see and change schedules: those who may see and change what they run."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.pipelines import messages
from cubestudio.pipelines.schedules.model import Schedule
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


async def schedule(
    conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER
) -> tuple[Row, projects.Standing]:
    """A schedule by id, if the viewer has at least the role `needs` in its project."""
    row = (await conn.execute(select(*Schedule.__table__.columns).where(Schedule.id == key))).one_or_none()
    missing = NotFound(messages.SCHEDULE_NOT_FOUND(), field="id")
    if row is None:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)
