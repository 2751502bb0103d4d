"""Who may see a pod and its log: by default members of its project and the code of the run that it belongs
to; a room whose pods are not for the whole project guards them itself."""

from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy import Row, select

from cubestudio.clusters import messages
from cubestudio.clusters.model import Pod
from cubestudio.core.auth.viewer import Viewer, granted
from cubestudio.core.db import Reader
from cubestudio.core.errors import NotFound
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role

Guard = Callable[[Reader, Viewer, str, Role, NotFound], Awaitable[None]]
"""(viewer, owner's id, role that is needed, what to raise for strangers)."""
GUARDS: dict[str, Guard] = {}
"""By kind of the owner; filled from `app.ROOMS`."""


async def pod(conn: Reader, viewer: Viewer, key: str, needs: Role = Role.VIEWER) -> Row:
    """(id, project_id, cluster, state) of a pod that the viewer may see, or with the role `needs` work in."""
    columns = (Pod.id, Pod.project_id, Pod.owner_id, Pod.cluster, Pod.state, Pod.kind)
    row = (await conn.execute(select(*columns).where(Pod.id == key))).one_or_none()
    missing = NotFound(messages.POD_NOT_FOUND(), field="id")
    if row is None:
        raise missing
    if viewer.run:
        if viewer.run != row.owner_id:
            raise missing
        return row
    if guard := GUARDS.get(row.kind):
        await guard(conn, viewer, row.owner_id, needs, missing)
        granted(row.owner_id, f"{needs} of {key}", partial(pod, key=key, needs=needs))
    else:
        await projects.owning(conn, viewer, row.project_id, needs, missing)
    return row
