"""Who may see and steer searches: members of their project."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.searches.model import Search


async def search(conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER) -> tuple[Row, projects.Standing]:
    """A search by id, and where the viewer stands in its project."""
    missing = NotFound("There is no such search, or you are not a member of its project.", field="id")
    row = (await conn.execute(select(*Search.__table__.columns).where(Search.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)
