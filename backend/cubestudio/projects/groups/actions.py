"""Making groups of people, saying who is in them, and what they may in projects."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid, NotFound
from cubestudio.core.paging import Rows, cut, fetch
from cubestudio.core.settings.sign_in import Provider
from cubestudio.projects import access as projects
from cubestudio.projects import messages
from cubestudio.projects.actions import named
from cubestudio.projects.events import ProjectChanged
from cubestudio.projects.model import Group, GroupMember, GroupRole, Role
from cubestudio.users import actions as users
from cubestudio.users.access import administrator
from cubestudio.users.model import User


async def save(
    tx: Tx,
    viewer: Viewer,
    name: str,
    description: str,
    provider: str | None,
    known: Collection[str],
    group: str | None,
) -> str:
    """Make a group, or change one; its id. With a `provider` of sign-in its members are those of whom that
    says so."""
    administrator(viewer)
    named(name)
    if len(description) > 500:
        raise Invalid(shared.DESCRIPTION_TOO_LONG(), field="description")
    if provider is not None and provider not in known:
        unknown = messages.GROUP_PROVIDER_UNKNOWN(name=provider[:60], providers=sorted(known))
        raise Invalid(unknown if known else messages.GROUP_PROVIDER_MISSING(), field="provider")
    other = (await tx.execute(select(Group.id).where(Group.name == name))).scalar_one_or_none()
    if other is not None and other != group:
        raise Conflict(messages.GROUP_NAME_TAKEN(name=name), field="name")
    values = {"name": name, "description": description, "provider": provider}
    if group is None:
        group = ids.new()
        await tx.execute(insert(Group).values(id=group, created_at=clock.now(), **values))
    else:
        await _known(tx, group)
        await tx.execute(update(Group).where(Group.id == group).values(**values))
    return group


async def remove(tx: Tx, viewer: Viewer, group: str) -> None:
    """Delete a group: what its members were by it they are no more."""
    administrator(viewer)
    await _known(tx, group)
    await _tell(tx, group)
    await tx.execute(delete(Group).where(Group.id == group))


async def join(tx: Tx, viewer: Viewer, group: str, user: str, inside: bool) -> str:
    """Take somebody into a group, or out of it."""
    administrator(viewer)
    row = await _known(tx, group)
    if row.provider is not None:
        raise Conflict(messages.GROUP_MANAGED_BY_PROVIDER(group=row.name, provider=row.provider), field="id")
    member = await users.by_name(tx, user)
    if member is None:
        raise NotFound(messages.USER_NOT_FOUND(name=user[:60]), field="user")
    await _put(tx, group, member, inside)
    return group


async def told(tx: Tx, provider: Provider, claims: Mapping[str, Any], user: str) -> None:
    """Somebody has signed in through a provider: they are in the groups here that follow it and that it
    names, and in no others of those."""
    said = claims.get(provider.groups_claim)
    names = {str(each) for each in said} if isinstance(said, list) else set()
    for row in (await tx.execute(select(Group.id, Group.name).where(Group.provider == provider.name))).all():
        await _put(tx, row.id, user, row.name in names)


async def _put(tx: Tx, group: str, user: str, inside: bool) -> None:
    mine = (GroupMember.group_id == group, GroupMember.user_id == user)
    there = (await tx.execute(select(GroupMember.user_id).where(*mine))).scalar_one_or_none() is not None
    if there == inside:
        return
    if inside:
        await tx.execute(insert(GroupMember).values(group_id=group, user_id=user))
    else:
        await tx.execute(delete(GroupMember).where(*mine))
    await _tell(tx, group)


async def _tell(tx: Tx, group: str) -> None:
    """What is open by its roles is looked at again."""
    for project in (
        (await tx.execute(select(GroupRole.project_id).where(GroupRole.group_id == group))).scalars().all()
    ):
        tx.record(ProjectChanged(project))


async def _known(tx: Tx, group: str) -> Row:
    row = (await tx.execute(select(Group.name, Group.provider).where(Group.id == group))).one_or_none()
    if row is None:
        raise NotFound(messages.GROUP_NOT_FOUND(), field="id")
    return row


async def admit(tx: Tx, viewer: Viewer, project: str, name: str, role: Role | None) -> str:
    """Give a group a role in a project, or (None) none; the project's id. A project keeps an owner who is a
    person."""
    standing = await projects.project(tx, viewer, project, Role.OWNER)
    group = (await tx.execute(select(Group.id).where(Group.name == name))).scalar_one_or_none()
    if group is None:
        raise NotFound(messages.GROUP_NAME_NOT_FOUND(name=name[:60]), field="group")
    await tx.execute(
        delete(GroupRole).where(GroupRole.project_id == standing.id, GroupRole.group_id == group)
    )
    if role is not None:
        await tx.execute(insert(GroupRole).values(project_id=standing.id, group_id=group, role=role.value))
    tx.record(ProjectChanged(standing.id))
    return standing.id


async def groups_of(conn: Reader, after: str | None, first: int, most: int) -> Rows:
    """A page of all groups, newest first: that there are such is for everybody to know, who gives roles to
    them."""
    columns = (Group.id, Group.name, Group.description, Group.provider)
    return await fetch(conn, cut(select(*columns), Group.id, after, first, most))


async def groups_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    columns = (Group.id, Group.name, Group.description, Group.provider)
    return {row.id: row for row in await conn.execute(select(*columns).where(Group.id.in_(keys)))}


async def people_of(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """The members of groups, by name."""
    columns = (GroupMember.group_id, User.id, User.name, User.email, User.admin, User.auditor)
    statement = select(*columns).join(User, User.id == GroupMember.user_id)
    found: dict[str, list[Row]] = {key: [] for key in keys}
    for row in await conn.execute(
        statement.where(GroupMember.group_id.in_(keys), User.closed_at.is_(None)).order_by(User.name)
    ):
        found[row.group_id].append(row)
    return found


async def roles_of(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """The groups with a role in projects, most first."""
    found: dict[str, list[Row]] = {key: [] for key in keys}
    for row in await conn.execute(
        select(GroupRole.project_id, GroupRole.group_id, GroupRole.role).where(GroupRole.project_id.in_(keys))
    ):
        found[row.project_id].append(row)
    return {key: sorted(rows, key=lambda row: -Role(row.role).rank) for key, rows in found.items()}
