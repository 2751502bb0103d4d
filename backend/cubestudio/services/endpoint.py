"""What the proxy must know of a service: where its revisions are, who may ask it, and how its traffic is
shared out."""

from dataclasses import dataclass

from sqlalchemy import Row, select

from cubestudio.core import vault
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import Refusal
from cubestudio.projects.model import Project
from cubestudio.services import access, listing, spec
from cubestudio.services.model import Access, Key, RevisionState, Service
from cubestudio.services.plan import Gates, RolloutState


@dataclass(kw_only=True, frozen=True)
class Target:
    """A revision: where it runs, whether it answers, and what it takes."""

    number: int
    workload: str
    state: RevisionState
    message: str | None
    ready: int
    timeout: float
    concurrency: int

    @property
    def answers(self) -> bool:
        return self.state.answers and self.ready > 0

    @property
    def coming(self) -> bool:
        """Whether it is on its way (back) to answering."""
        return self.state in (RevisionState.REQUESTED, RevisionState.DEPLOYING, RevisionState.DEGRADED)


@dataclass(frozen=True)
class Mirror:
    """A revision that gets copies of requests to the others: `share` of them, from 0 to 1. Its answers are
    compared; numbers that differ by the share `tolerance` at most are equal."""

    number: int
    share: float = 1.0
    tolerance: float = Gates().tolerance


@dataclass(kw_only=True, frozen=True)
class Endpoint:
    """A service as requests find it."""

    id: str
    name: str
    project_id: str
    project: str
    cluster: str
    access: Access
    on: bool
    traffic: tuple[tuple[int, int], ...]
    mirrors: tuple[Mirror, ...]
    targets: dict[int, Target]

    @property
    def base(self) -> str:
        """The path below which it is reached."""
        return f"/serve/{self.project}/{self.name}"


async def endpoint_of(conn: Reader, project: str, name: str) -> Endpoint | None:
    """A service by the names of its project and its own."""
    columns = (*Service.__table__.columns, Project.name.label("project"))
    statement = (
        select(*columns)
        .join(Project, Project.id == Service.project_id)
        .where(Project.name == project, Service.name == name)
    )
    row = (await conn.execute(statement)).one_or_none()
    if row is None:
        return None
    revisions = (await listing.revisions_by_service(conn, [row.id]))[row.id]  # ty: ignore
    targets = {
        each.number: Target(
            number=each.number,
            workload=spec.workload_name(row.id, each.number, each.starts),
            state=RevisionState(each.state),
            message=each.message,
            ready=each.ready,
            timeout=each.spec["timeout_seconds"],
            concurrency=each.spec["max_concurrency"],
        )
        for each in revisions
    }
    traffic = tuple(sorted((int(key), weight) for key, weight in row.traffic.items()))
    return Endpoint(
        id=row.id,
        name=row.name,
        project_id=row.project_id,
        project=row.project,
        cluster=row.cluster,
        access=Access(row.access),
        on=row.on,
        traffic=traffic,
        mirrors=_mirrors(row),
        targets=targets,
    )


def _mirrors(row: Row) -> tuple[Mirror, ...]:
    """The revision that was named to get copies, and a canary whose answers are to be compared."""
    named = [Mirror(row.mirror)] if row.mirror is not None else []
    if row.rollout and row.rollout["state"] == RolloutState.PROGRESSING:
        gates = Gates.model_validate(row.rollout["gates"])
        if gates.difference_rate is not None:
            named.append(Mirror(row.rollout["revision"], gates.sample_rate, gates.tolerance))
    return tuple(named)


async def key_of(conn: Reader, service: str, secret: str) -> Row | None:
    """A key of a service: its id, name, and the most requests and tokens a minute."""
    columns = (Key.id, Key.name, Key.per_minute, Key.tokens_per_minute)
    statement = select(*columns).where(Key.digest == vault.digest(secret), Key.service_id == service)
    return (await conn.execute(statement)).one_or_none()


async def member(conn: Reader, viewer: Viewer, service: str) -> bool:
    """Whether a viewer is in the project of a service."""
    try:
        await access.service(conn, viewer, service)
    except Refusal:
        return False
    return True
