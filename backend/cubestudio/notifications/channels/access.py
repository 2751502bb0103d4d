"""Who may manage channels: users their own, maintainers those of their project."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.notifications import messages
from cubestudio.notifications.channels.model import Channel
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.users.access import whole


async def owner(conn: Reader, viewer: Viewer, project: str | None) -> dict[str, str]:
    """Return the owner column of channels: that of a project for its maintainers, else that of the viewer."""
    if project is None:
        return {"user_id": whole(viewer).id}
    return {"project_id": (await projects.project(conn, viewer, project, Role.MAINTAINER)).id}


async def channel(conn: Reader, viewer: Viewer, key: str) -> Row:
    """Return a channel that the viewer may manage."""
    missing = NotFound(messages.CHANNEL_NOT_FOUND(), field="id")
    row = (await conn.execute(select(*Channel.__table__.columns).where(Channel.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    if row.project_id is not None:
        await projects.owning(conn, viewer, row.project_id, Role.MAINTAINER, missing)
    elif row.user_id != whole(viewer).id:
        raise missing
    return row
