"""Who may see and change what belongs to a project; strangers are told that it does not exist."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Row, Subquery, select, union_all

from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import ALL, Scope, Viewer, granted, look
from cubestudio.core.db import Reader
from cubestudio.core.errors import Conflict, Forbidden, NotFound
from cubestudio.core.events import Event, on
from cubestudio.core.message import Text
from cubestudio.projects import messages
from cubestudio.projects.model import GroupMember, GroupRole, Membership, Placement, Project, Role
from cubestudio.users.model import User


@dataclass(kw_only=True, frozen=True)
class Standing:
    """A project and what the viewer is in it."""

    id: str
    name: str
    description: str
    cluster: str
    clusters: tuple[str, ...]
    """Where its runs may go: the default first."""
    role: Role
    """Of an archived project no more than a viewer, unless it was asked for as such."""
    placement: Placement = Placement.NAMED


def held(user: str) -> Subquery:
    """(project_id, role) of everything that somebody is in projects, by themselves and by their groups."""
    direct = select(Membership.project_id, Membership.role).where(Membership.user_id == user)
    groups = select(GroupRole.project_id, GroupRole.role).join(
        GroupMember, GroupMember.group_id == GroupRole.group_id
    )
    return union_all(direct, groups.where(GroupMember.user_id == user)).subquery()


def most(roles: Iterable[str | None]) -> Role | None:
    """The highest of some roles; None when there is none."""
    return max((Role(role) for role in roles if role), key=lambda role: role.rank, default=None)


async def project(
    conn: Reader,
    viewer: Viewer,
    key: str,
    needs: Role = Role.VIEWER,
    *,
    field: str = "project",
    archived: bool = False,
) -> Standing:
    """The project named or identified by `key`, if the viewer has at least the role `needs` in it. One
    that is archived has no role but that of a viewer to give, unless what is done is about its being
    `archived`."""
    rows: Sequence[Row] = ()
    if not viewer.run:
        mine = held(viewer.id)
        columns = (
            Project.id,
            Project.name,
            Project.description,
            Project.cluster,
            Project.clusters,
            Project.placement,
            Project.archived_at,
            mine.c.role,
        )
        statement = select(*columns).outerjoin(mine, mine.c.project_id == Project.id)
        named = (Project.id == key) | (Project.name == key)
        rows = (await conn.execute(statement.where(named, Project.deleted_at.is_(None)))).all()
    own = most(row.role for row in rows)
    found = rows[0] if rows else None
    if (
        found is None
        or (own is None and not (viewer.admin or viewer.auditor))
        or (viewer.project and viewer.project != found.id)
    ):
        raise NotFound(messages.PROJECT_NOT_FOUND(project=key[:60]), field=field)
    role = Role.OWNER if viewer.admin else own or Role.VIEWER
    if viewer.scope == Scope.READ and needs != Role.VIEWER:
        raise Forbidden(shared.TOKEN_READ_ONLY(), field=field)
    if role.rank < needs.rank:
        ask = await _who(conn, found.id, needs)
        if own is None:
            raise Forbidden(
                messages.AUDITOR_READ_ONLY(project=found.name, needs=needs, advice=ask), field=field
            )
        raise Forbidden(
            messages.ROLE_REQUIRED(role=role, project=found.name, needs=needs, advice=ask), field=field
        )
    if found.archived_at is not None and not archived:
        if needs != Role.VIEWER:
            raise Conflict(messages.PROJECT_ARCHIVED(name=found.name), field=field)
        role = Role.VIEWER
    if own is None:
        look(found.id)
    granted(found.id, needs, partial(project, key=found.id, needs=needs, archived=archived))
    return Standing(
        id=found.id,
        name=found.name,
        description=found.description,
        cluster=found.cluster,
        clusters=tuple(dict.fromkeys((found.cluster, *(found.clusters or ())))),
        role=role,
        placement=Placement(found.placement),
    )


async def _who(conn: Reader, project: str, needs: Role) -> Text:
    """Whom to ask for what needs a role."""
    enough = [role.value for role in Role if role.rank >= needs.rank]
    statement = select(User.name).join(Membership, Membership.user_id == User.id)
    statement = statement.where(
        Membership.project_id == project, Membership.role.in_(enough), User.closed_at.is_(None)
    )
    names = (await conn.execute(statement.order_by(Membership.created_at).limit(4))).scalars().all()
    if not names:
        return messages.ASK_ADMINISTRATOR()
    if len(names) > 3:
        return messages.ASK_MEMBERS_OR_OTHERS(names=names[:3])
    return messages.ASK_MEMBERS(names=names)


async def owning(conn: Reader, viewer: Viewer, key: str, needs: Role, missing: NotFound) -> Standing:
    """The project that something belongs to, if the viewer has the role `needs` in it; to strangers the thing
    itself is `missing`."""
    try:
        return await project(conn, viewer, key, needs)
    except NotFound:
        raise missing from None
    except (Forbidden, Conflict) as refusal:
        raise type(refusal)(refusal.message, field="id") from None


async def roles_by_viewer(conn: Reader, keys: Sequence[Viewer]) -> Mapping[Viewer, "Roles"]:
    """What viewers are in all their projects, for a loader: asked once however many things of projects are
    shown."""
    return {viewer: Roles(await _mine(conn, viewer, False)) for viewer in keys}


@dataclass(frozen=True)
class Roles:
    """A viewer's role in each of their projects; `by_project` is None for an administrator."""

    by_project: dict[str, Role] | None

    def of(self, project: str) -> Role:
        """The role in a project that the viewer was found to see."""
        return Role.OWNER if self.by_project is None else self.by_project.get(project, Role.VIEWER)


async def mine(conn: Reader, viewer: Viewer, *, archived: bool = False) -> dict[str, Role] | None:
    """The viewer's role in each of their projects; None for an administrator, who is in all. Of an archived
    project no more than a viewer, unless it is asked for as such (`archived`)."""
    roles = await _mine(conn, viewer, archived)
    before = None if roles is None else frozenset(roles)
    granted(ALL, str(hash(before)), partial(_same, before=before))
    return roles


async def scope(
    conn: Reader, viewer: Viewer, key: str | None, roles: dict[str, Role] | None
) -> list[str] | None:
    """The ids of the projects that a list is of: the one that is named, else the viewer's (`roles`, of
    `mine`); None for all there are."""
    if key is not None:
        return [(await project(conn, viewer, key)).id]
    return None if roles is None else list(roles)


async def _same(conn: Reader, viewer: Viewer, before: frozenset[str] | None) -> None:
    """What follows all projects of somebody follows others when these change."""
    roles = await _mine(conn, viewer, False)
    if (None if roles is None else frozenset(roles)) != before:
        raise Forbidden(messages.PROJECTS_CHANGED())


async def _mine(conn: Reader, viewer: Viewer, archived: bool) -> dict[str, Role] | None:
    if viewer.run:
        return {}
    if viewer.admin or viewer.auditor:
        look(ALL)
    if viewer.admin:
        return {viewer.project: Role.OWNER} if viewer.project else None
    own = held(viewer.id)
    statement = select(Project.id, Project.archived_at, own.c.role)
    rows = await conn.execute(
        statement.join(own, own.c.project_id == Project.id, isouter=viewer.auditor).where(
            Project.deleted_at.is_(None)
        )
    )
    roles: dict[str, Role] = {}
    for row in rows:
        if viewer.project in (None, row.id):
            told = Role.VIEWER if row.archived_at and not archived else Role(row.role or Role.VIEWER)
            roles[row.id] = max(told, roles.get(row.id, told), key=lambda role: role.rank)
    return roles


async def topics(conn: Reader, viewer: Viewer, key: str | None, *events: type[Event]) -> list[str]:
    """What to listen to for events of a project, or (`key` None) of all of the viewer's projects; each event
    names its project."""
    keys: list[str] | None
    if key is not None:
        keys = [(await project(conn, viewer, key)).id]
    else:
        roles = await mine(conn, viewer)
        keys = None if roles is None else list(roles)
    return [
        topic
        for event in events
        for topic in ([on(event)] if keys is None else [on(event, project_id=each) for each in keys])
    ]
