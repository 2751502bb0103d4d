"""Who may see and steer searches: members of their project."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.searches import messages
from cubestudio.searches.model import Search


async def search(
    conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER
) -> tuple[Row, projects.Standing]:
    """A search by id, and where the viewer stands in its project."""
    missing = NotFound(messages.SEARCH_NOT_FOUND(), field="id")
    row = (await conn.execute(select(*Search.__table__.columns).where(Search.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)


async def engine(conn: Reader, viewer: Viewer) -> Row:
    """The search that a run, by its token, suggests points for."""
    found = select(*Search.__table__.columns).where(Search.engine_run == viewer.run) if viewer.run else None
    row = (await conn.execute(found)).one_or_none() if found is not None else None
    if row is None:
        raise NotFound(messages.SEARCH_ENGINE_UNKNOWN())
    return row
