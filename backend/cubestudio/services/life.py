"""The starts of revisions: asked for, given to a cluster, seen there, over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update

from cubestudio.core import clock, ids
from cubestudio.core.cluster.port import LOST, PodState, PodStatus, Workload, WorkloadStatus
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import IllegalStep, Raced
from cubestudio.projects.secrets import actions as project_secrets
from cubestudio.services import listing, rollout, spec
from cubestudio.services.events import (
    RevisionEnded,
    RevisionScales,
    RevisionWanted,
    ServiceChanged,
    ServiceMoved,
)
from cubestudio.services.model import REVISION_STEPS, Access, Revision, RevisionState, Service
from cubestudio.services.spec import Definition

TRIES = 3
"""How often a replica that never answered may end before its revision is given up."""
HOPELESS = ("EnvironmentFailed", "CannotStart")


async def _project(tx: Tx, service: str) -> str:
    return (await tx.execute(select(Service.project_id).where(Service.id == service))).scalar_one()


async def begin(tx: Tx, revision: str, old: RevisionState) -> None:
    """Start a revision once more."""
    await _move(
        tx,
        revision,
        old,
        RevisionState.REQUESTED,
        starts=Revision.starts + 1,
        seq=0,
        ready=0,
        wanted=None,
        scaled_at=None,
        again=False,
        sleeps=False,
        reason=None,
        message=None,
        failure=None,
        submitted_at=None,
        requested_at=clock.now(),
        placed_at=None,
        running_at=None,
        ready_at=None,
        ended_at=None,
    )
    tx.record(RevisionWanted(revision))


async def _move(tx: Tx, revision: str, old: RevisionState, new: RevisionState, **values: Any) -> None:
    """The one place where a revision's state changes."""
    if new not in REVISION_STEPS[old]:
        raise IllegalStep(f"a revision cannot go from {old} to {new}")
    moved = await tx.execute(
        update(Revision)
        .where(Revision.id == revision, Revision.state == old.value)
        .values(state=new.value, **values)
    )
    if moved.rowcount != 1:
        raise Raced("The service changed at the same moment.", field="id", hint="Look again.")


async def halt(tx: Tx, revision: Row, **values: Any) -> None:
    """Stop a revision; one that is off stays off."""
    state = RevisionState(revision.state)
    if state == RevisionState.STOPPING:
        await tx.execute(update(Revision).where(Revision.id == revision.id).values(again=False, **values))
    elif not state.off:
        await _move(tx, revision.id, state, RevisionState.STOPPING, again=False, **values)
        tx.record(RevisionWanted(revision.id))


async def wake(tx: Tx, service: str, number: int) -> None:
    """Start a revision that sleeps: somebody asks it something."""
    revision = await listing.revision(tx, service, number)
    if revision is not None and revision.state == RevisionState.ASLEEP.value:
        await begin(tx, revision.id, RevisionState.ASLEEP)
        tx.record(ServiceChanged(service, await _project(tx, service)))


def token(vault: Any, service: str) -> str:
    """With which the replicas of a service fetch its files."""
    return vault.grant("cubeserve", "service", service)


async def project_by_token(conn: Reader, vault: Any, secret: str, service: str) -> str | None:
    """The project of a service whose own token this is."""
    if not ids.is_id(service) or vault.granted("service", secret) != service:
        return None
    return (await conn.execute(select(Service.project_id).where(Service.id == service))).scalar_one_or_none()


async def workload(conn: Reader, ctx: AppContext, row: Row, stops: bool) -> Workload:
    """What is applied for a revision, from its whole row; when it `stops`, without the project's secrets.
    Invalid when the project has not all that it needs."""
    definition = Definition.model_validate(row.spec)
    facts = spec.Facts(
        service_id=row.service_id,
        service=row.service,
        number=row.number,
        start=row.starts,
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
    made = spec.workload(definition, facts)
    return replace(made, generation=2, stop=True) if stops else made


async def submitted(tx: Tx, revision: str, start: int) -> None:
    """Its cluster has it. Why it waited to be told is over; what the cluster has said of it meanwhile
    stays."""
    here = (Revision.id == revision, Revision.starts == start, Revision.submitted_at.is_(None))
    await tx.execute(update(Revision).where(*here, Revision.seq == 0).values(reason=None, message=None))
    await tx.execute(update(Revision).where(*here).values(submitted_at=clock.now()))


async def waits(tx: Tx, revision: str, start: int, reason: str, words: str) -> None:
    """Its cluster does not have it yet, or was not told yet to stop it."""
    wanted = Revision.state.in_([RevisionState.REQUESTED.value, RevisionState.STOPPING.value])
    here = (Revision.id == revision, Revision.starts == start, wanted)
    row = (await tx.execute(select(Revision.service_id, Revision.message).where(*here))).one_or_none()
    if row is not None and row.message != words:
        await tx.execute(update(Revision).where(*here).values(reason=reason, message=words))
        tx.record(ServiceChanged(row.service_id, await _project(tx, row.service_id)))


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
    """So many replicas are right from now on; False when the revision is no longer as it was seen in
    `row`."""
    here = (Revision.id == row.id, Revision.starts == row.starts, Revision.state == row.state)
    state = RevisionState.READY if row.ready >= replicas else RevisionState.DEGRADED
    if (
        await tx.execute(update(Revision).where(*here).values(wanted=replicas, state=state.value))
    ).rowcount != 1:
        return False
    tx.record(ServiceChanged(row.service_id, row.project_id))
    return True


async def released(tx: Tx, revision: str, start: int) -> None:
    await tx.execute(
        update(Revision).where(Revision.id == revision, Revision.released < start).values(released=start)
    )


async def observe(tx: Tx, graphs: Sequence[WorkloadStatus], pods: Sequence[PodStatus]) -> None:
    """Write down observations of servers and their replicas; of earlier starts nothing is taken any more."""
    wholes = {seen.workload: seen for seen in graphs}
    replicas: dict[str, list[PodStatus]] = {}
    for pod in pods:
        replicas.setdefault(pod.workload, []).append(pod)
    for name in {*wholes, *replicas}:
        service, number, start_ = spec.parsed(name)
        project = (
            select(Service.project_id)
            .where(Service.id == Revision.service_id)
            .scalar_subquery()
            .label("project_id")
        )
        held = select(*Revision.__table__.columns, project).with_for_update()
        here = (Revision.service_id == service, Revision.number == number, Revision.starts == start_)
        row = (await tx.execute(held.where(*here))).one_or_none()
        if row is None:
            continue
        whole = wholes.get(name)
        whole = whole if whole is not None and whole.newer(row.seq) else None
        if whole and not whole.state.final and row.state == RevisionState.FAILED.value and row.reason == LOST:
            back = {"reason": None, "message": None, "ended_at": None, "released": row.starts - 1}
            await _move(tx, row.id, RevisionState.FAILED, RevisionState.DEPLOYING, **back)
            row = (await tx.execute(held.where(*here))).one()
        if whole or replicas.get(name):
            await _note(tx, row, whole, replicas.get(name, ()))


_GOING = (RevisionState.STOPPING, RevisionState.STOPPED, RevisionState.ASLEEP, RevisionState.FAILED)


async def _note(tx: Tx, row: Row, whole: WorkloadStatus | None, pods: Sequence[PodStatus]) -> None:
    """One revision's news, in the order: its replicas, then the whole."""
    state = RevisionState(row.state)
    values: dict[str, Any] = {}
    target = state
    for pod in pods:
        if row.placed_at is None and pod.placed_at:
            values.setdefault("placed_at", pod.placed_at)
        if pod.state == PodState.RUNNING and pod.started_at and row.running_at is None:
            values.setdefault("running_at", pod.started_at)
        failed = pod.state == PodState.FAILED and (pod.attempt >= TRIES or pod.reason in HOPELESS)
        if (
            row.ready_at is None
            and state not in _GOING
            and (failed or (pod.restarts >= TRIES and not pod.ready))
        ):
            values["failure"] = [pod.reason or "Error", pod.message or "it ended again and again"]
    if whole is not None:
        ready = whole.ready or 0
        values |= {"seq": whole.sequence, "reason": whole.reason, "message": whole.message, "ready": ready}
        if whole.state.final:
            return await _over(tx, row, values, whole)
        if whole.reason == "StartTimeout" and row.ready_at is None and state not in _GOING:
            values["failure"] = [whole.reason, whole.message or "it did not start in time"]
        if ready:
            target = (
                RevisionState.READY
                if ready >= (row.wanted or row.spec["replicas"])
                else RevisionState.DEGRADED
            )
            values |= {"reason": None, "message": None} if target == RevisionState.READY else {}
            if row.ready_at is None:
                values["ready_at"] = clock.now()
                if Definition.model_validate(row.spec).scale:
                    tx.record(RevisionScales(row.id, str(row.starts)))
                tx.record(
                    ServiceMoved(row.service_id)
                )  # a start has a name of its own, and the way in from outside leads to names
            values.pop("failure", None)
        elif state.answers:
            target = RevisionState.DEGRADED
    if target is state and state == RevisionState.REQUESTED and (pods or whole):
        target = RevisionState.DEPLOYING
    if target is not state and target in REVISION_STEPS[state] and state != RevisionState.STOPPING:
        values["state"] = target.value
    else:
        target = state
    if values:
        await tx.execute(update(Revision).where(Revision.id == row.id).values(**values))
        tx.record(ServiceChanged(row.service_id, row.project_id))
    if values.get("failure") and not target.off:
        await halt(
            tx, (await tx.execute(select(*Revision.__table__.columns).where(Revision.id == row.id))).one()
        )
        await rollout.failed(tx, row.service_id, row.number, values["failure"][1])
    elif target == RevisionState.READY and state != target:
        await rollout.arrived(tx, row.service_id, row.number)


async def _over(tx: Tx, row: Row, values: dict[str, Any], whole: WorkloadStatus | None) -> None:
    """A start has ended: because it was asked to, because it was given up, or by itself."""
    state = RevisionState(row.state)
    if state.off:
        return
    failure = values.get("failure") or row.failure
    if failure is None and whole is not None and whole.state == PodState.FAILED:
        failure = [whole.reason or "Failed", whole.message or "it ended"]
    values |= {"reason": failure[0], "message": failure[1]} if failure else {"reason": None, "message": None}
    end = RevisionState.FAILED if failure else RevisionState.ASLEEP if row.sleeps else RevisionState.STOPPED
    if state != RevisionState.STOPPING and end == RevisionState.ASLEEP:
        end = RevisionState.STOPPED
    again = row.again and not failure
    await _move(tx, row.id, state, end, **values | {"failure": None, "ready": 0, "ended_at": clock.now()})
    tx.record(RevisionEnded(row.id, str(row.starts)))
    if again:
        await begin(tx, row.id, end)
    elif failure:
        await rollout.failed(tx, row.service_id, row.number, failure[1])
    tx.record(ServiceChanged(row.service_id, await _project(tx, row.service_id)))


async def lose(tx: Tx, revision: str, start: int, reason: str, message: str) -> None:
    """Close a start that no cluster will speak of again; a later start goes on."""
    row = (await tx.execute(select(*Revision.__table__.columns).where(Revision.id == revision))).one_or_none()
    if row is not None and row.starts == start:
        stops = row.state == RevisionState.STOPPING.value
        await _over(tx, row, {"seq": 0} | ({} if stops else {"failure": [reason, message]}), None)
