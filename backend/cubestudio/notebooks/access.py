"""Who may see, open and steer a notebook: its owner; members of the project as far as it is shared; an
administrator.

Everybody in the project sees that it exists and what it costs. Owners of the project may stop it and delete
it, and may not look inside unless it is shared with them."""

from dataclasses import dataclass

from sqlalchemy import select

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import Forbidden, NotFound
from cubestudio.notebooks.model import Notebook, NotebookState, Share
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


@dataclass(kw_only=True, frozen=True)
class Held:
    """A notebook, where it belongs, and what the viewer may."""

    id: str
    name: str
    kind: str
    project: projects.Standing
    state: NotebookState
    mine: bool
    share: Share

    @property
    def role(self) -> Role:
        return self.project.role

    @property
    def may_open(self) -> Share:
        """How far the viewer may look inside."""
        return may_open(self.mine, self.role, self.share)

    @property
    def may_change(self) -> bool:
        return self.mine and self.role.rank >= Role.MEMBER.rank

    @property
    def may_stop(self) -> bool:
        return self.may_change or self.role.rank >= Role.MAINTAINER.rank


def may_open(mine: bool, role: Role, share: Share) -> Share:
    """How far somebody may look inside a notebook: whoever may only look in the project may only look
    here."""
    if mine and role.rank >= Role.MEMBER.rank:
        return Share.EDIT
    if share == Share.EDIT and role.rank < Role.MEMBER.rank:
        return Share.VIEW
    return share


MISSING = "There is no such notebook, or you are not a member of its project."


async def notebook(conn: Reader, viewer: Viewer, key: str) -> Held:
    """A notebook by id, if the viewer is in its project."""
    missing = NotFound(MISSING, field="id")
    columns = (
        Notebook.id,
        Notebook.name,
        Notebook.kind,
        Notebook.project_id,
        Notebook.state,
        Notebook.created_by,
        Notebook.share,
    )
    row = (await conn.execute(select(*columns).where(Notebook.id == key))).one_or_none()
    if row is None or viewer.run:
        raise missing
    standing = await projects.owning(conn, viewer, row.project_id, Role.VIEWER, missing)
    return Held(
        id=row.id,
        name=row.name,
        kind=row.kind,
        project=standing,
        state=NotebookState(row.state),
        mine=row.created_by == viewer.id,
        share=Share(row.share),
    )


async def changing(conn: Reader, viewer: Viewer, key: str) -> Held:
    """A notebook that the viewer may start and change: their own."""
    held = await notebook(conn, viewer, key)
    if not held.may_change:
        raise Forbidden(
            "Only the person whose notebook it is may change or start it."
            if not held.mine
            else "You may only look in this project.",
            field="id",
            hint="Clone it to have one of your own." if not held.mine else "Ask an owner of the project.",
        )
    return held


async def stopping(conn: Reader, viewer: Viewer, key: str) -> Held:
    """A notebook that the viewer may stop and delete: their own, or any of a project that they own."""
    held = await notebook(conn, viewer, key)
    if not held.may_stop:
        raise Forbidden(
            "Only the person whose notebook it is and owners of the project may stop or delete it.",
            field="id",
        )
    return held


async def opening(conn: Reader, viewer: Viewer, key: str, needs: Share = Share.VIEW) -> Held:
    """A notebook that the viewer may look into, or work in."""
    held = await notebook(conn, viewer, key)
    if held.may_open == Share.NONE or (needs == Share.EDIT and held.may_open != Share.EDIT):
        raise Forbidden(
            "This notebook is not shared with you."
            if held.may_open == Share.NONE
            else "This notebook is shared for looking only.",
            field="id",
            hint="Ask the person whose notebook it is to share it.",
        )
    return held


async def pod(conn: Reader, viewer: Viewer, owner: str, needs: Role, missing: NotFound) -> None:
    """Its pods' logs and terminals are the inside of a notebook too."""
    try:
        await opening(conn, viewer, owner, Share.EDIT if needs != Role.VIEWER else Share.VIEW)
    except (NotFound, Forbidden):
        raise missing from None
