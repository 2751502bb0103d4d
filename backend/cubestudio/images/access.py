"""Who may see and make images: members of their project."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.images import messages
from cubestudio.images.model import Build, Image
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


async def image(
    conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER
) -> tuple[Row, projects.Standing]:
    """An image by id, and where the viewer stands in its project."""
    missing = NotFound(messages.IMAGE_NOT_FOUND(), field="id")
    row = (await conn.execute(select(*Image.__table__.columns).where(Image.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)


async def build(
    conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER
) -> tuple[Row, projects.Standing]:
    """A build by id, and where the viewer stands in its project."""
    missing = NotFound(messages.BUILD_NOT_FOUND(), field="id")
    row = (await conn.execute(select(*Build.__table__.columns).where(Build.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)
