"""Services as lists and pages show them, and what is asked of them by the clock and the proxy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.db import Reader
from cubestudio.core.paging import Rows, among, fetch
from cubestudio.models.listing import Reference
from cubestudio.projects import access as projects
from cubestudio.projects.model import Project, Role
from cubestudio.services.model import Key, Revision, RevisionState, Service, Slot
from cubestudio.services.plan import Counts
from cubestudio.users.model import User
from cubestudio.workloads.model import Workload


async def services_of(
    conn: Reader, viewer: Viewer, project: str | None, search: str, after: str | None, first: int, most: int
) -> tuple[Rows, dict[str, Role] | None]:
    """A page of services of the viewer's projects, newest first; and the viewer's roles."""
    roles = await projects.mine(conn, viewer)
    values = await projects.scope(conn, viewer, project, roles)
    narrow, rest = {Service.project_id: values} if values is not None else {}, []
    if words := search.strip()[:100]:
        rest.append(Service.name.contains(words, autoescape=True))
    return await fetch(
        conn,
        among(Service.__table__.columns, Service.id, narrow, rest=rest, after=after, first=first, most=most),
    ), roles


async def services_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {
        row.id: row
        for row in await conn.execute(select(*Service.__table__.columns).where(Service.id.in_(keys)))
    }


async def revisions_by_service(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Any]]:
    """The revisions of services, newest first."""
    found: dict[str, list[Any]] = {key: [] for key in keys}
    statement = (
        select(*Revision.__table__.columns)
        .where(Revision.service_id.in_(keys))
        .order_by(Revision.number.desc())
    )
    for row in await conn.execute(statement):
        found[row.service_id].append(row)
    return found


async def revision(conn: Reader, service: str, number: int) -> Row | None:
    statement = select(*Revision.__table__.columns).where(
        Revision.service_id == service, Revision.number == number
    )
    return (await conn.execute(statement)).one_or_none()


async def keys_of(conn: Reader, service: str) -> Sequence[Row]:
    return (
        await conn.execute(select(*Key.__table__.columns).where(Key.service_id == service).order_by(Key.id))
    ).all()


async def whole(conn: Reader, revision: str) -> Row | None:
    """A revision with what its server is told of its service."""
    return (
        await conn.execute(
            select(
                *Revision.__table__.columns,
                Service.name.label("service"),
                Service.cluster,
                Service.project_id,
                Service.access,
                Project.name.label("project"),
                User.name.label("user"),
            )
            .join(Service, Service.id == Revision.service_id)
            .join(Project, Project.id == Service.project_id)
            .join(User, User.id == Revision.created_by)
            .where(Revision.id == revision)
        )
    ).one_or_none()


_OFF = [state.value for state in RevisionState if state.off]


async def held(conn: Reader, project: str) -> str | None:
    """The service of a project on Kubernetes, in words."""
    row = await conn.execute(
        select(Service.name, Service.cluster)
        .where(Service.project_id == project, Service.cluster != "local")
        .limit(1)
    )
    found = row.one_or_none()
    return f"Service {found.name} is on cluster {found.cluster}" if found else None


async def answering(conn: Reader) -> Sequence[Row]:
    """Revisions that answer, with when they began to and what their service says of them."""
    columns = (
        Revision.id,
        Revision.service_id,
        Revision.number,
        Revision.spec,
        Workload.ready_at,
        Service.traffic,
        Service.mirror,
    )
    wanted = [RevisionState.READY.value, RevisionState.DEGRADED.value]
    started = (Workload.owner_id == Revision.id) & (Workload.start == Revision.starts)
    statement = (
        select(*columns)
        .join(Service, Service.id == Revision.service_id)
        .join(Workload, started)
        .where(Revision.state.in_(wanted))
    )
    return (await conn.execute(statement.limit(5000))).all()


async def rolling(conn: Reader) -> Sequence[Row]:
    """Services with a rollout that was ever begun."""
    return (
        await conn.execute(
            select(Service.id, Service.rollout).where(Service.rollout.is_not(None)).limit(5000)
        )
    ).all()


async def counts(conn: Reader, service: str, since: float, until: float | None = None) -> dict[int, Counts]:
    """What was counted of a service from a time on (seconds since 1970), by revision."""
    statement = select(*Slot.__table__.columns).where(Slot.service_id == service, Slot.at >= since)
    if until is not None:
        statement = statement.where(Slot.at < until)
    found: dict[int, Counts] = {}
    for row in await conn.execute(statement):
        found[row.number] = found.get(row.number, Counts()) + of(row)
    return found


async def series(conn: Reader, service: str, since: int, width: int) -> dict[int, dict[int, Counts]]:
    """{revision: {beginning of a piece of `width` seconds: what was counted in it}}."""
    found: dict[int, dict[int, Counts]] = {}
    for row in await conn.execute(
        select(*Slot.__table__.columns).where(Slot.service_id == service, Slot.at >= since)
    ):
        pieces = found.setdefault(row.number, {})
        at = row.at - row.at % width
        pieces[at] = pieces.get(at, Counts()) + of(row)
    return found


async def under_way(conn: Reader, service: str, number: int, since: float) -> list[int]:
    """How many requests to a revision were under way at once, in each ten seconds from a time on."""
    statement = select(Slot.at, func.sum(Slot.busy)).where(
        Slot.service_id == service, Slot.number == number, Slot.at >= since
    )
    return [int(busy) for _, busy in await conn.execute(statement.group_by(Slot.at))]


async def scaling(conn: Reader, before: datetime) -> Sequence[Row]:
    """Revisions that answer and were looked at for their number of replicas, but not since then."""
    answers = [state.value for state in RevisionState if state.answers]
    statement = select(Revision.id, Revision.starts).where(
        Revision.state.in_(answers), Revision.scaled_at < before
    )
    return (await conn.execute(statement.limit(1000))).all()


async def last_asked(conn: Reader, service: str, number: int) -> int | None:
    """When a revision was last asked something, exact to ten seconds."""
    statement = select(Slot.at).where(Slot.service_id == service, Slot.number == number, Slot.requests > 0)
    return (await conn.execute(statement.order_by(Slot.at.desc()).limit(1))).scalar_one_or_none()


def of(row: Row) -> Counts:
    return Counts(
        requests=row.requests,
        errors=row.errors,
        rejected=row.rejected,
        mirrored=row.mirrored,
        different=row.different,
        times=tuple(row.times),
    )


async def secret_uses(conn: Reader, project: str, name: str) -> list[str]:
    """Services with a revision that is given a secret of the project and runs, or could take the traffic
    back; in words."""
    statement = (
        select(Service.name, Revision.spec)
        .join(Revision, Revision.service_id == Service.id)
        .where(Service.project_id == project, or_(Revision.state.not_in(_OFF), Service.on))
    )
    return sorted(
        {
            f"service {row.name}"
            for row in await conn.execute(statement)
            if name in row.spec.get("project_secrets", ())
        }
    )


async def users_of(conn: Reader, versions: Sequence[str]) -> Sequence[Row]:
    """Services with a revision of one of these versions of models that runs, or could take the traffic
    back."""
    statement = (
        select(Service.id, Service.name)
        .join(Revision, Revision.service_id == Service.id)
        .where(Revision.model_version_id.in_(versions), or_(Revision.state.not_in(_OFF), Service.on))
        .distinct()
    )
    return (await conn.execute(statement)).all()


async def uses(conn: Reader, versions: Sequence[str]) -> list[Reference]:
    """What serves these versions of models."""
    return [Reference("service", row.id, row.name) for row in await users_of(conn, versions)]


async def refers(conn: Reader, project: str, keys: Collection[str]) -> set[str]:
    """Return those of the stored objects that a revision of a project's services serves, whether it runs or
    not."""
    statement = select(Revision.model).join(Service, Service.id == Revision.service_id)
    rows = await conn.execute(statement.where(Service.project_id == project))
    files = (each for (model,) in rows if model for each in model["files"])
    return {artifact_key(project, sha256) for _, _, sha256, _ in files} & set(keys)


async def revisions_of(conn: Reader, project: str) -> Mapping[str, tuple[str, list[str]]]:
    """Of each service of a project its cluster, and the ids of its revisions."""
    statement = (
        select(Service.id, Service.cluster, Revision.id.label("revision_id"))
        .join(Revision, Revision.service_id == Service.id)
        .where(Service.project_id == project)
    )
    found: dict[str, tuple[str, list[str]]] = {}
    for row in await conn.execute(statement):
        found.setdefault(row.id, (row.cluster, []))[1].append(row.revision_id)
    return found


async def going_of(conn: Reader, project: str) -> list[str]:
    """The names of a project's services that are on."""
    on = [state.value for state in RevisionState if not state.off]
    statement = select(Service.name).distinct().join(Revision, Revision.service_id == Service.id)
    return list(
        (await conn.execute(statement.where(Service.project_id == project, Revision.state.in_(on)))).scalars()
    )
