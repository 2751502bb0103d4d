"""Who may see, change and ask a service: members of its project."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.services import messages
from cubestudio.services.model import Key, Service


async def service(
    conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER
) -> tuple[Row, projects.Standing]:
    """A service by id, and where the viewer stands in its project."""
    missing = NotFound(messages.SERVICE_NOT_FOUND(), field="id")
    row = (await conn.execute(select(*Service.__table__.columns).where(Service.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)


async def key(
    conn: Reader, viewer: Viewer, id: str, needs: Role = Role.MEMBER
) -> tuple[Row, projects.Standing]:
    """A key by id, and where the viewer stands in the project of its service."""
    missing = NotFound(messages.SERVICE_KEY_NOT_FOUND(), field="id")
    columns = (*Key.__table__.columns, Service.project_id)
    row = (
        await conn.execute(select(*columns).join(Service, Service.id == Key.service_id).where(Key.id == id))
    ).one_or_none()
    if row is None or viewer.run:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)
