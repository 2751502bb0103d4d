"""Who may see and change templates: those of the platform are everybody's, a project's are its members'."""

from sqlalchemy import select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.templates import messages
from cubestudio.templates.model import Template
from cubestudio.users.access import person


async def template(conn: Reader, viewer: Viewer, key: str) -> str:
    """The id of a template that the viewer may see."""
    person(viewer)
    row = (
        await conn.execute(select(Template.id, Template.project_id).where(Template.id == key))
    ).one_or_none()
    if row is None:
        raise NotFound(messages.TEMPLATE_NOT_FOUND(), field="id")
    if row.project_id:
        await projects.project(conn, viewer, row.project_id, field="id")
    return row.id


async def save(conn: Reader, viewer: Viewer, project: str) -> projects.Standing:
    """The project, if the viewer may add templates to it."""
    return await projects.project(conn, viewer, project, Role.MEMBER)
