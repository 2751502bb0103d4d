"""The starts of revisions: requested, stopped, scaled, and what a revision is on a cluster."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update

from cubestudio.core import clock, ids
from cubestudio.core.cluster.port import Workload
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Raced
from cubestudio.projects.secrets import actions as project_secrets
from cubestudio.services import listing, messages, rollout, spec
from cubestudio.services.events import RevisionFailed, RevisionScales, ServiceChanged, ServiceMoved
from cubestudio.services.model import Access, Revision, RevisionState, Service
from cubestudio.services.spec import ServiceSpec
from cubestudio.workloads import actions as workloads
from cubestudio.workloads.kinds import Changed, Kind
from cubestudio.workloads.model import Body


async def _project(tx: Tx, service: str) -> str:
    return (await tx.execute(select(Service.project_id).where(Service.id == service))).scalar_one()


async def begin(tx: Tx, revision: str) -> None:
    """Start a revision once more."""
    off = [state.value for state in RevisionState if state.off]
    begun = (
        update(Revision)
        .where(Revision.id == revision, Revision.state.in_(off))
        .values(
            state=RevisionState.REQUESTED.value,
            starts=Revision.starts + 1,
            ready=0,
            wanted=None,
            scaled_at=None,
            again=False,
            sleeps=False,
            reason=None,
            message=None,
        )
    )
    if (await tx.execute(begun)).rowcount != 1:
        raise Raced(messages.SERVICE_RACED(), field="id")
    columns = (Revision.service_id, Revision.number, Revision.starts, Revision.spec, Revision.created_by)
    statement = select(*columns, Service.project_id, Service.cluster)
    of = statement.join(Service, Service.id == Revision.service_id).where(Revision.id == revision)
    row = (await tx.execute(of)).one()
    await workloads.request(
        tx,
        workloads.Request(
            kind="service",
            body=Body.SERVER,
            owner_id=revision,
            start=row.starts,
            name=spec.workload_name(row.service_id, row.number, row.starts),
            project_id=row.project_id,
            user_id=row.created_by,
            cluster=row.cluster,
            replicas=row.spec["replicas"],
        ),
    )


async def halt(tx: Tx, revision: str, **values: Any) -> None:
    """Stop a revision; one that is off stays off."""
    if await workloads.stop(tx, revision):
        stopping = {"state": RevisionState.STOPPING.value, "again": False, **values}
        await tx.execute(update(Revision).where(Revision.id == revision).values(stopping))


async def wake(tx: Tx, service: str, number: int) -> None:
    """Start a revision that sleeps: somebody asks it something."""
    revision = await listing.revision(tx, service, number)
    if revision is not None and revision.state == RevisionState.ASLEEP.value:
        await begin(tx, revision.id)
        tx.record(ServiceChanged(service, await _project(tx, service)))


def token(vault: Any, service: str) -> str:
    """With which the replicas of a service fetch its files."""
    return vault.grant("cubeserve", "service", service)


async def project_by_token(conn: Reader, vault: Any, secret: str, service: str) -> str | None:
    """The project of a service whose own token this is."""
    if not ids.is_id(service) or vault.granted("service", secret) != service:
        return None
    return (await conn.execute(select(Service.project_id).where(Service.id == service))).scalar_one_or_none()


async def workload(conn: Reader, ctx: AppContext, started: Any, cluster: str, stops: bool) -> Workload | None:
    """What the cluster sees of a revision; when it `stops`, without the project's secrets. Invalid when the
    project does not have all that it needs."""
    row = await listing.whole(conn, started.owner_id)
    if row is None:
        return None
    definition = ServiceSpec.model_validate(row.spec)
    facts = spec.Facts(
        service_id=row.service_id,
        service=row.service,
        number=row.number,
        start=started.start,
        project_id=row.project_id,
        project=row.project,
        user_id=row.created_by,
        token=token(ctx.vault, row.service_id),
        model=row.model,
        private=row.access != Access.PUBLIC.value,
        unseal=ctx.vault.unseal,
        given={} if stops else await project_secrets.given(conn, ctx.vault, row.project_id, definition.given),
        user=row.user,
    )
    return spec.workload(definition, facts)


async def weigh(tx: Tx, revision: str, start: int, before: datetime) -> bool:
    """Whether it is for the caller to look how many replicas are right: nobody did since then."""
    here = (
        Revision.id == revision,
        Revision.starts == start,
        Revision.state.in_([state.value for state in RevisionState if state.answers]),
    )
    free = or_(Revision.scaled_at.is_(None), Revision.scaled_at < before)
    return (await tx.execute(update(Revision).where(*here, free).values(scaled_at=clock.now()))).rowcount == 1


async def want(tx: Tx, row: Row, replicas: int) -> bool:
    """So many replicas are right from now on; False when the revision does not answer any more."""
    started = await workloads.scale(tx, row.id, row.starts, replicas)
    if started is None:
        return False
    values = {"wanted": replicas, "state": spec.state_of(started, False).value}
    await tx.execute(update(Revision).where(Revision.id == row.id).values(values))
    tx.record(ServiceChanged(row.service_id, row.project_id))
    return True


async def on_change(tx: Tx, changed: Changed) -> None:
    """Note what its workload says of a revision, and have its rollout follow."""
    row = changed.row
    columns = (Revision.service_id, Revision.number, Revision.spec, Revision.state)
    statement = select(*columns, Revision.sleeps, Revision.again, Service.project_id)
    here = (Revision.id == row.owner_id, Revision.starts == row.start)
    of = statement.join(Service, Service.id == Revision.service_id).where(*here)
    revision = (await tx.execute(of)).one_or_none()
    if revision is None:
        return
    state = spec.state_of(row, revision.sleeps)
    values: dict[str, Any] = {
        "state": state.value,
        "reason": row.reason,
        "message": row.message,
        "ready": row.ready,
    }
    if state in (RevisionState.STOPPED, RevisionState.ASLEEP):
        values |= {"reason": None, "message": None}
    if changed.given_up:
        values["again"] = False
    await tx.execute(update(Revision).where(*here).values(values))
    if changed.answered:
        if ServiceSpec.model_validate(revision.spec).scale:
            tx.record(RevisionScales(row.owner_id, str(row.start)))
        # A start has a name of its own, and the route from outside leads to names.
        tx.record(ServiceMoved(revision.service_id))
    if changed.given_up or (changed.ended and state == RevisionState.FAILED):
        why = row.failure[1] if row.failure else row.message
        if not await rollout.failed(tx, revision.service_id, revision.number, why or "it ended"):
            number, start = str(revision.number), str(row.start)
            tx.record(RevisionFailed(revision.service_id, revision.project_id, number, start))
    elif changed.ended and revision.again:
        await begin(tx, row.owner_id)
    elif state == RevisionState.READY and revision.state != state.value:
        await rollout.arrived(tx, revision.service_id, revision.number)
    tx.record(ServiceChanged(revision.service_id, revision.project_id))


KIND = Kind(noun="revision", workload=workload, on_change=on_change)
