"""Making projects and saying who belongs to them."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid, NotFound
from cubestudio.core.paging import Rows, cut, fetch
from cubestudio.core.settings.kubernetes import NAMESPACE
from cubestudio.projects import access, contents, messages
from cubestudio.projects.events import MemberAdded, ProjectChanged, ProjectDeleted
from cubestudio.projects.model import Membership, Placement, Project, Role
from cubestudio.users import actions as users
from cubestudio.users.access import administrator, whole

KINDS = ("run", "build", "notebook", "service")
"""Kinds of work that have namespaces."""
GROUP = r"-|([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"
Holder = Callable[[Reader, str], Awaitable[str | None]]
HOLDERS: list[Holder] = []
"""project → in words what of it is on a Kubernetes cluster; filled by the rooms above by `app.ROOMS`."""
NAME = re.compile(r"[a-z]([a-z0-9-]{0,48}[a-z0-9])?")


def named(name: str, field: str = "name") -> str:
    """A name that may stand in a URL, a label and a folder."""
    if not NAME.fullmatch(name):
        raise Invalid(messages.NAME_INVALID(), field=field)
    return name


async def create(tx: Tx, viewer: Viewer, name: str, description: str, cluster: str, space: str = "") -> str:
    """A project whose owner is the viewer. `space`: the beginning of the name of a namespace of its own on
    Kubernetes; empty: it has none."""
    whole(viewer)
    await _free(tx, name)
    _described(description)
    project = ids.new()
    now = clock.now()
    await tx.execute(
        insert(Project).values(
            id=project,
            name=name,
            description=description,
            cluster=cluster,
            created_by=viewer.id,
            created_at=now,
            spaces=dict.fromkeys(KINDS, f"{space}{name}") if space else None,
        )
    )
    await tx.execute(
        insert(Membership).values(
            project_id=project, user_id=viewer.id, role=Role.OWNER.value, created_at=now
        )
    )
    tx.record(ProjectChanged(project))
    return project


@dataclass(kw_only=True, frozen=True)
class Changes:
    """What changes of a project; None: it stays. `cluster` is the default one, `clusters` the further ones.
    `spaces` (namespaces by kind of work, empty: the installation's) and `group` (of nodes, "-": the
    installation's) are for administrators."""

    name: str | None = None
    description: str | None = None
    cluster: str | None = None
    clusters: Sequence[str] | None = None
    spaces: Mapping[str, Any] | None = None
    group: str | None = None
    placement: Placement | None = None


async def change(tx: Tx, viewer: Viewer, key: str, known: Collection[str], changes: Changes) -> str:
    """Change a project and return its id; `known` are the clusters that exist."""
    standing = await access.project(tx, viewer, key, Role.OWNER, field="id")
    values = await _renamed(tx, standing, changes)
    values |= _clusters(standing, known, changes)
    if changes.placement is not None:
        values["placement"] = changes.placement.value
    if changes.spaces is not None or changes.group is not None:
        values |= await _placed(tx, viewer, standing.id, changes.spaces, changes.group)
    if values:
        await tx.execute(update(Project).where(Project.id == standing.id).values(**values))
    tx.record(ProjectChanged(standing.id))
    return standing.id


async def _renamed(tx: Tx, standing: access.Standing, changes: Changes) -> dict[str, Any]:
    """Return the columns of a new name and description."""
    values: dict[str, Any] = {}
    if changes.name is not None and changes.name != standing.name:
        values["name"] = await _free(tx, changes.name)
    if changes.description is not None:
        values["description"] = _described(changes.description)
    return values


def _clusters(standing: access.Standing, known: Collection[str], changes: Changes) -> dict[str, Any]:
    """Return the columns of the clusters where a project's work may run."""
    values: dict[str, Any] = {}
    if changes.cluster is not None:
        values["cluster"] = changes.cluster
    if changes.clusters is not None:
        values["clusters"] = list(dict.fromkeys(changes.clusters))
    for field, names in (("cluster", [values.get("cluster")]), ("clusters", values.get("clusters", ()))):
        for each in names:
            if each is not None and each not in known and each not in standing.clusters:
                raise Invalid(
                    messages.CLUSTER_NOT_FOUND(name=each[:60], clusters=", ".join(sorted(known))), field=field
                )
    return values


async def _free(tx: Tx, name: str) -> str:
    """Return a valid name that no project has."""
    named(name)
    if (await tx.execute(select(Project.id).where(Project.name == name))).scalar_one_or_none():
        raise Conflict(messages.PROJECT_NAME_TAKEN(name=name), field="name")
    return name


def _described(description: str) -> str:
    if len(description) > 500:
        raise Invalid(shared.DESCRIPTION_TOO_LONG(), field="description")
    return description


async def _placed(
    tx: Tx, viewer: Viewer, project: str, spaces: Mapping[str, Any] | None, group: str | None
) -> dict[str, Any]:
    """Where a project's work is on Kubernetes. Namespaces change only while nothing of it is there: what is
    there would be lost sight of."""
    administrator(viewer)
    values: dict[str, Any] = {}
    if group is not None:
        if not re.fullmatch(GROUP, group):
            raise Invalid(messages.NODE_GROUP_INVALID(), field="nodeGroup")
        values["node_group"] = None if group == "-" else group
    if spaces is not None:
        told = {kind: space for kind, space in spaces.items() if space}
        for kind, space in told.items():
            if kind not in KINDS:
                raise Invalid(
                    messages.WORKLOAD_KIND_UNKNOWN(kind=kind[:40], kinds=", ".join(KINDS)), field="namespaces"
                )
            if not isinstance(space, str) or not re.fullmatch(NAMESPACE, space) or space.startswith("kube-"):
                raise Invalid(messages.NAMESPACE_INVALID(), field="namespaces")
        before = (await tx.execute(select(Project.spaces).where(Project.id == project))).scalar_one() or {}
        if told != before:
            for ask in HOLDERS:
                if words := await ask(tx, project):
                    raise Conflict(messages.NAMESPACE_IN_USE(work=words), field="namespaces")
        values["spaces"] = told or None
    return values


async def archive(tx: Tx, viewer: Viewer, key: str, away: bool) -> str:
    """Put a project away, when nothing of it is at work, or take it back."""
    standing = await access.project(tx, viewer, key, Role.OWNER, field="id", archived=True)
    if away:
        await _idle(tx, standing.id)
    await tx.execute(
        update(Project).where(Project.id == standing.id).values(archived_at=clock.now() if away else None)
    )
    tx.record(ProjectChanged(standing.id))
    return standing.id


async def remove(tx: Tx, viewer: Viewer, key: str, name: str) -> None:
    """Delete an archived project with all that is in it; `name` is its name once more, so that nobody does it
    by mistake. From now on nobody sees it, and its name is free; a job takes away what is in it."""
    standing = await access.project(tx, viewer, key, Role.OWNER, field="id", archived=True)
    if name != standing.name:
        raise Invalid(messages.PROJECT_NAME_NOT_CONFIRMED(name=standing.name), field="name")
    row = (await tx.execute(select(Project.archived_at).where(Project.id == standing.id))).one()
    if row.archived_at is None:
        raise Conflict(messages.PROJECT_NOT_ARCHIVED(name=standing.name), field="id")
    await _idle(tx, standing.id)
    await tx.execute(
        update(Project)
        .where(Project.id == standing.id)
        .values(deleted_at=clock.now(), name=f"~{standing.id}")
    )
    await tx.execute(delete(Membership).where(Membership.project_id == standing.id))
    tx.record(ProjectDeleted(standing.id))
    tx.record(ProjectChanged(standing.id))


async def _idle(tx: Tx, project: str) -> None:
    if going := await contents.going(tx, project):
        work, more = ", ".join(going[:5]), len(going) - 5
        raise Conflict(
            messages.PROJECT_BUSY(work=shared.AND_MORE(problem=work, count=more) if more > 0 else work),
            field="id",
        )


async def contents_of(conn: Reader, viewer: Viewer, key: str) -> tuple[Mapping[str, int], list[str]]:
    """How much there is of each kind in a project, and what is at work."""
    standing = await access.project(conn, viewer, key, archived=True)
    members = (
        await conn.execute(select(func.count()).where(Membership.project_id == standing.id))
    ).scalar_one()
    return {**await contents.counts(conn, standing.id), "member": members}, await contents.going(
        conn, standing.id
    )


async def admit(tx: Tx, viewer: Viewer, key: str, user: str, role: Role) -> str:
    """Make a user a member with a role, or change the role; a project always keeps an owner."""
    standing = await access.project(tx, viewer, key, Role.OWNER)
    member = await users.by_name(tx, user)
    if member is None:
        raise NotFound(messages.USER_NOT_FOUND(name=user[:60]), field="user")
    await _keep_owner(tx, standing.id, member, role)
    now = clock.now()
    former = await tx.execute(
        delete(Membership).where(Membership.project_id == standing.id, Membership.user_id == member)
    )
    await tx.execute(
        insert(Membership).values(project_id=standing.id, user_id=member, role=role.value, created_at=now)
    )
    tx.record(ProjectChanged(standing.id))
    if former.rowcount == 0 and member != viewer.id:
        tx.record(MemberAdded(standing.id, member, now.isoformat()))
    return standing.id


async def dismiss(tx: Tx, viewer: Viewer, key: str, user: str) -> str:
    """End a membership; members may leave by themselves."""
    member = await users.by_name(tx, user)
    standing = await access.project(tx, viewer, key, Role.VIEWER if member == viewer.id else Role.OWNER)
    if member is None:
        raise NotFound(messages.USER_NOT_FOUND(name=user[:60]), field="user")
    await _keep_owner(tx, standing.id, member, None)
    await tx.execute(
        delete(Membership).where(Membership.project_id == standing.id, Membership.user_id == member)
    )
    tx.record(ProjectChanged(standing.id))
    return standing.id


async def _keep_owner(tx: Tx, project: str, member: str, role: Role | None) -> None:
    await tx.execute(
        select(Project.id).where(Project.id == project).with_for_update()
    )  # two who leave at once do so one after the other
    others = await tx.execute(
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.project_id == project,
            Membership.role == Role.OWNER.value,
            Membership.user_id != member,
        )
    )
    if role != Role.OWNER and others.scalar_one() == 0:
        raise Conflict(messages.LAST_OWNER(), field="role")


COLUMNS = (
    Project.id,
    Project.name,
    Project.description,
    Project.cluster,
    Project.clusters,
    Project.placement,
    Project.spaces,
    Project.node_group,
    Project.created_at,
    Project.archived_at,
)


async def projects_of(
    conn: Reader, viewer: Viewer, archived: bool, search: str, after: str | None, first: int, most: int
) -> tuple[Rows, dict[str, Role] | None]:
    """A page of the viewer's projects, those that are archived or those that are not (`search`: part of their
    name); and the viewer's roles."""
    roles = await access.mine(conn, viewer, archived=True)
    statement = select(*COLUMNS).where(Project.deleted_at.is_(None))
    statement = statement.where(
        Project.archived_at.is_not(None) if archived else Project.archived_at.is_(None)
    )
    if roles is not None:
        statement = statement.where(Project.id.in_(list(roles)))
    if words := search.strip()[:100]:
        statement = statement.where(Project.name.contains(words, autoescape=True))
    return await fetch(conn, cut(statement, Project.id, after, first, most)), roles


async def members_of(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """The members of projects, owners first."""
    rows = await conn.execute(
        select(Membership).where(Membership.project_id.in_(keys)).order_by(Membership.created_at)
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.project_id, []).append(row)
    return {key: sorted(rows, key=lambda row: -Role(row.role).rank) for key, rows in found.items()}


async def projects_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {row.id: row for row in await conn.execute(select(*COLUMNS).where(Project.id.in_(keys)))}
