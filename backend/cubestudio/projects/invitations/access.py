"""Who may decide about invitations: owners of their project."""

from sqlalchemy import Row, select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.projects import access as projects
from cubestudio.projects import messages
from cubestudio.projects.invitations.model import Invitation
from cubestudio.projects.model import Role


async def invitation(conn: Reader, viewer: Viewer, key: str) -> tuple[Row, projects.Standing]:
    """An invitation by id, for those who may decide about it."""
    missing = NotFound(messages.INVITATION_NOT_FOUND(), field="id")
    row = (
        await conn.execute(select(Invitation.id, Invitation.project_id).where(Invitation.id == key))
    ).one_or_none()
    if row is None:
        raise missing
    return row, await projects.owning(conn, viewer, row.project_id, Role.OWNER, missing)
