"""Who may see, open and steer a notebook: its owner; members of the project as far as it is shared; an
administrator.

Everybody in the project sees that it exists and what it costs. Owners of the project may stop it and delete
it, and may not look inside unless it is shared with them."""

from dataclasses import dataclass

from sqlalchemy import select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import Forbidden, NotFound
from cubestudio.notebooks import messages
from cubestudio.notebooks.model import Notebook, NotebookKind, NotebookState, Sharing
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


@dataclass(kw_only=True, frozen=True)
class Held:
    """A notebook, where it belongs, and what the viewer may."""

    id: str
    name: str
    kind: NotebookKind
    project: projects.Standing
    state: NotebookState
    mine: bool
    sharing: Sharing

    @property
    def role(self) -> Role:
        return self.project.role

    @property
    def may_open(self) -> Sharing:
        """How far the viewer may look inside."""
        return may_open(self.mine, self.role, self.sharing)

    @property
    def may_change(self) -> bool:
        return self.mine and self.role.rank >= Role.MEMBER.rank

    @property
    def may_stop(self) -> bool:
        return self.may_change or self.role.rank >= Role.MAINTAINER.rank


def may_open(mine: bool, role: Role, sharing: Sharing) -> Sharing:
    """How far somebody may look inside a notebook: whoever may only look in the project may only look
    here."""
    if mine and role.rank >= Role.MEMBER.rank:
        return Sharing.EDIT
    if sharing == Sharing.EDIT and role.rank < Role.MEMBER.rank:
        return Sharing.VIEW
    return sharing


async def notebook(conn: Reader, viewer: Viewer, key: str) -> Held:
    """A notebook by id, if the viewer is in its project."""
    missing = NotFound(messages.NOTEBOOK_NOT_FOUND(), field="id")
    columns = (
        Notebook.id,
        Notebook.name,
        Notebook.kind,
        Notebook.project_id,
        Notebook.state,
        Notebook.created_by,
        Notebook.sharing,
    )
    row = (await conn.execute(select(*columns).where(Notebook.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    standing = await projects.owning(conn, viewer, row.project_id, Role.VIEWER, missing)
    return Held(
        id=row.id,
        name=row.name,
        kind=NotebookKind(row.kind),
        project=standing,
        state=NotebookState(row.state),
        mine=row.created_by == viewer.id,
        sharing=Sharing(row.sharing),
    )


async def changing(conn: Reader, viewer: Viewer, key: str) -> Held:
    """A notebook that the viewer may start and change: their own."""
    held = await notebook(conn, viewer, key)
    if not held.may_change:
        message = messages.PROJECT_READ_ONLY() if held.mine else messages.NOTEBOOK_OF_ANOTHER_USER()
        raise Forbidden(message, field="id")
    return held


async def stopping(conn: Reader, viewer: Viewer, key: str) -> Held:
    """A notebook that the viewer may stop and delete: their own, or any of a project that they own."""
    held = await notebook(conn, viewer, key)
    if not held.may_stop:
        raise Forbidden(messages.NOTEBOOK_STOP_FORBIDDEN(), field="id")
    return held


async def opening(conn: Reader, viewer: Viewer, key: str, needs: Sharing = Sharing.VIEW) -> Held:
    """A notebook that the viewer may look into, or work in."""
    held = await notebook(conn, viewer, key)
    if held.may_open == Sharing.NONE or (needs == Sharing.EDIT and held.may_open != Sharing.EDIT):
        message = (
            messages.NOTEBOOK_NOT_SHARED()
            if held.may_open == Sharing.NONE
            else messages.NOTEBOOK_SHARED_READ_ONLY()
        )
        raise Forbidden(message, field="id")
    return held


async def pod(conn: Reader, viewer: Viewer, owner: str, needs: Role, missing: NotFound) -> None:
    """Its pods' logs and terminals are the inside of a notebook too."""
    try:
        await opening(conn, viewer, owner, Sharing.EDIT if needs != Role.VIEWER else Sharing.VIEW)
    except (NotFound, Forbidden):
        raise missing from None
