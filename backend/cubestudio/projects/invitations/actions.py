"""Inviting people into projects, and coming in by an invitation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.config import Settings
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound
from cubestudio.core.vault import digest, token
from cubestudio.projects import access as projects
from cubestudio.projects import messages
from cubestudio.projects.events import MemberAdded, ProjectChanged
from cubestudio.projects.invitations import access
from cubestudio.projects.invitations.model import Invitation
from cubestudio.projects.model import Membership, Project, Role
from cubestudio.users import actions as users
from cubestudio.users.access import whole
from cubestudio.users.model import User

MOST = 200
"""Open invitations of a project."""


LINK = re.compile(r"cubejoin_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Shown:
    """What an invitation is about, for whoever has its link; `accepted`: the viewer came in by it and is in
    the project."""

    row: Row
    accepted: bool


def _used() -> NotFound:
    return NotFound(messages.INVITATION_USED(), field="secret")


def _open() -> tuple[ColumnElement[bool], ...]:
    """That an invitation may still be used."""
    return Invitation.used_at.is_(None), Invitation.expires_at > clock.now()


async def invite(
    tx: Tx, viewer: Viewer, project: str, role: Role, email: str | None, days: int
) -> tuple[str, str]:
    """An invitation into a project, for one person: (id, secret). With an address of e-mail it is for whoever
    has that address here, who comes in by signing in, too."""
    standing = await projects.project(tx, viewer, project, Role.OWNER)
    address = (email or "").strip().lower() or None
    if address is not None and not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,189}", address):
        raise Invalid(shared.EMAIL_INVALID(), field="email")
    if not 1 <= days <= 90:
        raise Invalid(messages.INVITATION_DAYS_OUT_OF_RANGE(), field="days")
    if len(await open_of(tx, standing.id)) >= MOST:
        raise Conflict(messages.TOO_MANY_INVITATIONS(limit=MOST), field="project")
    key, secret, now = ids.new(), token("cubejoin"), clock.now()
    await tx.execute(
        insert(Invitation).values(
            id=key,
            project_id=standing.id,
            digest=digest(secret),
            role=role.value,
            email=address,
            created_by=viewer.id,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    tx.record(ProjectChanged(standing.id))
    if address is not None and (
        user := (await tx.execute(select(User.id).where(User.email == address))).scalar_one_or_none()
    ):
        await join(tx, user, address)
    return key, secret


async def withdraw(tx: Tx, viewer: Viewer, key: str) -> str:
    """Have an invitation let nobody in any more; its project's id."""
    row, standing = await access.invitation(tx, viewer, key)
    await tx.execute(delete(Invitation).where(Invitation.id == row.id))
    tx.record(ProjectChanged(standing.id))
    return standing.id


async def read(conn: Reader, viewer: Viewer | None, secret: str) -> Shown:
    """What an invitation is about, for whoever has its link, signed in or not; else why it lets nobody in.
    One that lets nobody in any more tells nothing of its project."""
    if viewer is not None:
        whole(viewer)
    if not LINK.fullmatch(secret):
        raise Invalid(messages.INVITATION_LINK_INVALID(), field="secret")
    columns = (
        Invitation.id,
        Invitation.project_id,
        Invitation.role,
        Invitation.email,
        Invitation.expires_at,
        Invitation.used_at,
        Invitation.used_by,
        Project.name,
        User.name.label("author"),
    )
    statement = (
        select(*columns)
        .join(Project, Project.id == Invitation.project_id)
        .join(User, User.id == Invitation.created_by)
    )
    here = (Invitation.digest == digest(secret), Project.deleted_at.is_(None), Project.archived_at.is_(None))
    row = (await conn.execute(statement.where(*here))).one_or_none()
    if row is None:
        raise NotFound(messages.INVITATION_GONE(), field="secret")
    if row.used_at is not None:
        if viewer is None or row.used_by != viewer.id or not await _inside(conn, viewer, row.project_id):
            raise _used()
        return Shown(row, True)
    if row.expires_at <= clock.now():
        raise NotFound(messages.INVITATION_EXPIRED(), field="secret")
    return Shown(row, False)


async def _inside(conn: Reader, viewer: Viewer, project: str) -> bool:
    try:
        await projects.project(conn, viewer, project)
    except NotFound:
        return False
    return True


async def accept(tx: Tx, viewer: Viewer, secret: str) -> str:
    """Come in by an invitation; the project's id. Whoever is more there already stays so, and accepting twice
    changes nothing."""
    shown = await read(tx, viewer, secret)
    row = shown.row
    if shown.accepted:
        return row.project_id
    if row.email is not None:
        mine = (await tx.execute(select(User.email).where(User.id == viewer.id))).scalar_one()
        if mine != row.email:
            raise Forbidden(messages.INVITATION_FOR_OTHER_EMAIL(), field="secret")
    await _use(tx, row.id, row.project_id, Role(row.role), viewer.id)
    return row.project_id


async def join(tx: Tx, user: str, email: str) -> None:
    """Somebody is known to have an address: they come in wherever it is invited."""
    statement = select(Invitation.id, Invitation.project_id, Invitation.role).join(
        Project, Project.id == Invitation.project_id
    )
    for row in (
        await tx.execute(
            statement.where(Invitation.email == email.lower(), *_open(), Project.deleted_at.is_(None))
        )
    ).all():
        if await _use(tx, row.id, row.project_id, Role(row.role), user):
            tx.record(MemberAdded(row.project_id, user, clock.now().isoformat()))


async def expects(conn: Reader, email: str) -> bool:
    """Whether somebody with this address was invited into a project and has not come yet."""
    return (
        await conn.execute(select(Invitation.id).where(Invitation.email == email.lower(), *_open()).limit(1))
    ).first() is not None


async def _use(tx: Tx, key: str, project: str, role: Role, user: str) -> bool:
    """Use an invitation; one of two who come at once wins. Return whether the user was no member before."""
    used = await tx.execute(
        update(Invitation)
        .where(Invitation.id == key, Invitation.used_at.is_(None))
        .values(used_at=clock.now(), used_by=user)
    )
    if used.rowcount != 1:
        raise _used()
    mine = (Membership.project_id == project, Membership.user_id == user)
    there = (await tx.execute(select(Membership.role).where(*mine))).scalar_one_or_none()
    if there is None:
        await tx.execute(
            insert(Membership).values(
                project_id=project, user_id=user, role=role.value, created_at=clock.now()
            )
        )
    elif Role(there).rank < role.rank:
        await tx.execute(update(Membership).where(*mine).values(role=role.value))
    tx.record(ProjectChanged(project))
    return there is None


async def invite_person(
    tx: Tx, viewer: Viewer, settings: Settings, name: str, email: str | None, project: str | None, role: Role
) -> tuple[str, str, str | None]:
    """A new account, in a project at once when one is named: (its id, the secret of its sign-in link, the
    project's name)."""
    user, secret = await users.invite(tx, viewer, settings, name, email)
    if project is None:
        return user, secret, None
    standing = await projects.project(tx, viewer, project, Role.OWNER)
    await tx.execute(
        insert(Membership).values(
            project_id=standing.id, user_id=user, role=role.value, created_at=clock.now()
        )
    )
    tx.record(ProjectChanged(standing.id))
    return user, secret, standing.name


async def open_of(conn: Reader, project: str) -> Sequence[Row]:
    """Invitations that may still be used, newest first."""
    columns = (
        Invitation.id,
        Invitation.role,
        Invitation.email,
        Invitation.created_by,
        Invitation.created_at,
        Invitation.expires_at,
    )
    return (
        await conn.execute(
            select(*columns).where(Invitation.project_id == project, *_open()).order_by(Invitation.id.desc())
        )
    ).all()


async def open_by_project(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """The open invitations of projects."""
    return {key: await open_of(conn, key) for key in keys}
