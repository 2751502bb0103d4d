"""Who may see a pod and its log: members of its project, and the code of the run that it belongs to."""

from sqlalchemy import Row, select

from cubestudio.clusters.model import Pod
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


async def pod(conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER) -> Row:
    """(id, project_id, cluster, state) of a pod whose project the viewer has the role `needs` in."""
    row = (await conn.execute(select(Pod.id, Pod.project_id, Pod.owner_id, Pod.cluster, Pod.state).where(Pod.id == key))).one_or_none()
    missing = NotFound("There is no such pod, or you are not a member of its project.", field="id")
    if row is None:
        raise missing
    if viewer.run:
        if viewer.run != row.owner_id:
            raise missing
        return row
    await projects.owning(conn, viewer, row.project_id, needs, missing)
    return row
