"""Who may decide about registries: maintainers of their project."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.projects import access as projects
from cubestudio.projects import messages
from cubestudio.projects.model import Role
from cubestudio.projects.registries.model import Registry


async def registry(
    conn: Reader, viewer: Viewer, key: str, needs: Role = Role.MAINTAINER
) -> tuple[Row, projects.Standing]:
    """A registry by id, for those who may decide about it."""
    missing = NotFound(messages.REGISTRY_NOT_FOUND(), field="id")
    row = (await conn.execute(select(*Registry.__table__.columns).where(Registry.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)
