"""Who may see and change models: members of their project."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.models import messages
from cubestudio.models.model import Model, ModelVersion
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


async def model(
    conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER
) -> tuple[Row, projects.Standing]:
    """A model by id, and where the viewer stands in its project."""
    missing = NotFound(messages.MODEL_NOT_FOUND(), field="id")
    row = (await conn.execute(select(*Model.__table__.columns).where(Model.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, needs, missing)


async def version(
    conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER
) -> tuple[Row, Row, projects.Standing]:
    """A version by id, its model, and where the viewer stands in their project."""
    missing = NotFound(messages.MODEL_VERSION_NOT_FOUND(), field="id")
    row = (
        await conn.execute(select(*ModelVersion.__table__.columns).where(ModelVersion.id == key))
    ).one_or_none()
    if row is None or viewer.run:
        raise missing
    whole = (await conn.execute(select(*Model.__table__.columns).where(Model.id == row.model_id))).one()
    return row, whole, await projects.owning(conn, viewer, whole.project_id, needs, missing)
