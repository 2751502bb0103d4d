"""What people do with services, and writing down what clusters report of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row, delete, insert, or_, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.spec import allowed, amended, faults_of
from cubestudio.core import ids, secrets, time
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import GraphSeen, PodSeen, PodState, Workload
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, IllegalStep, Invalid, NotFound, Raced
from cubestudio.core.parts import Parts
from cubestudio.models import actions as models
from cubestudio.models.model import Model, ModelVersion
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.projects.secrets import actions as project_secrets
from cubestudio.services import access, listing, plan, rollout, spec
from cubestudio.services.events import RevisionEnded, RevisionScales, RevisionWanted, ServiceChanged, ServiceDeleted, ServiceMoved
from cubestudio.services.model import REVISION_STEPS, Access, Key, Revision, RevisionState, Service, Slot
from cubestudio.services.spec import KINDS, Definition

TRIES = 3
"""How often a replica that never answered may end before its revision is given up."""
HOPELESS = ("EnvironmentFailed", "CannotStart")
MOST_KEYS = 200


def defined(told: Mapping[str, Any]) -> Definition:
    """What was said of a revision, secrets in the clear; Invalid with everything that is wrong."""
    try:
        return Definition.model_validate(told)
    except ValidationError as error:
        raise Invalid.many(faults_of(error), "The service cannot be deployed") from error


async def served(tx: Reader, project: str, definition: Definition, reference: str | None) -> dict[str, Any] | None:
    """What a revision serves, as it is kept with it: a version of a model by its id, name:3, name@production or name."""
    kind = KINDS[definition.kind]
    if reference is None:
        if kind.model:
            raise Invalid(f"Say which model {kind.title} is to serve.", field="model", hint="Write name:3, name@production or name.")
        return None
    version = reference if ids.is_id(reference) else await models.resolve(tx, project, reference)
    columns = (*ModelVersion.__table__.columns, Model.name)
    statement = select(*columns).join(Model, Model.id == ModelVersion.model_id)
    row = (await tx.execute(statement.where(ModelVersion.id == version, Model.project_id == project))).one_or_none()
    if row is None:
        raise NotFound(f"There is no model version {reference[:120]} in this project.", field="model")
    if kind.takes and row.framework not in kind.takes:
        able = ", ".join(other.title for other in KINDS.values() if row.framework in other.takes) or KINDS["function"].title
        raise Invalid(f"{kind.title} does not serve {row.framework}.", field="kind", hint=f"What does: {able}.")
    return {
        "id": row.id, "modelId": row.model_id, "name": row.name, "number": row.number, "framework": row.framework,
        "requirements": row.requirements, "signature": row.signature, "files": row.files,
    }  # fmt: skip


async def create(
    tx: Tx, parts: Parts, viewer: Viewer, project: str, name: str, told: Mapping[str, Any], *, model: str | None = None,
    who: Access = Access.PROJECT, description: str = "", cluster: str | None = None,
) -> str:  # fmt: skip
    """A service whose first revision starts at once and gets all requests as soon as it answers; its id."""
    standing = await projects.project(tx, viewer, project, Role.MEMBER)
    place = clusters.chosen_cluster(parts, standing, cluster)
    named(name)
    _described(description)
    if (await tx.execute(select(Service.id).where(Service.project_id == standing.id, Service.name == name))).scalar_one_or_none():
        raise Conflict(
            f"There is a service named {name} in this project already.", field="name", hint="Choose another name, or deploy to it."
        )
    service = ids.new()
    await tx.execute(
        insert(Service).values(
            id=service, project_id=standing.id, name=name, description=description, cluster=place, access=who.value, on=True, traffic={},
            latest=0, created_by=viewer.id, created_at=time.now(),
        )
    )  # fmt: skip
    await _deploy(tx, parts, viewer, await _row(tx, service), standing, told, model, plan.Strategy())
    return service


def _described(description: str) -> None:
    if len(description) > 500:
        raise Invalid("A description has 500 characters at most.", field="description")


async def _row(tx: Reader, service: str) -> Row:
    return (await tx.execute(select(*Service.__table__.columns).where(Service.id == service))).one()


async def deploy(
    tx: Tx, parts: Parts, viewer: Viewer, service: str, told: Mapping[str, Any], model: str | None, strategy: Mapping[str, Any]
) -> int:  # fmt: skip
    """A new revision: what is left out of `told` is as in the newest one, in `secrets` null keeps a value. Its number."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    last = (await listing.revisions_by_service(tx.connection, [row.id]))[row.id][0]
    whole = amended(last.spec, told, parts.vault.unseal)
    if model is None and last.model and whole["kind"] in ("function", *(kind.name for kind in KINDS.values() if kind.model)):
        model = last.model["id"]
    return await _deploy(tx, parts, viewer, row, standing, whole, model, rollout.strategy(strategy))


async def _deploy(
    tx: Tx, parts: Parts, viewer: Viewer, row: Row, standing: projects.Standing, told: Mapping[str, Any], model: str | None,
    strategy: plan.Strategy,
) -> int:  # fmt: skip
    definition = defined(told)
    serves = await served(tx, standing.id, definition, model)
    await tx.execute(update(Service).where(Service.id == row.id).values(latest=Service.latest + 1, on=True))
    number = (await tx.execute(select(Service.latest).where(Service.id == row.id))).scalar_one()
    facts = spec.Facts(
        row.id, row.name, number, 1, standing.id, standing.name, viewer.id, "", serves, row.access != Access.PUBLIC.value, lambda text: text
    )  # fmt: skip
    await project_secrets.given(tx, parts.vault, standing.id, definition.given)
    allowed(definition.volumes, parts.settings.volumes)
    await clusters.fits(tx, parts, row.cluster, spec.workload(definition, facts))
    revision = ids.new()
    await tx.execute(
        insert(Revision).values(
            id=revision, service_id=row.id, number=number, spec=definition.sealed(parts.vault.seal), model_version_id=serves and serves["id"],
            model=serves, state=RevisionState.STOPPED.value, sleeps=False, again=False, ready=0, starts=0, released=0, seq=0,
            created_by=viewer.id, created_at=time.now(),
        )
    )  # fmt: skip
    await begin(tx, revision, RevisionState.STOPPED)
    await rollout.begin(tx, row.id, number, strategy)
    return number


async def bring(tx: Tx, viewer: Viewer, service: str, number: int, strategy: Mapping[str, Any]) -> None:
    """Have an earlier revision take the traffic (back); it is started if it does not run."""
    row, _ = await access.service(tx, viewer, service, Role.MEMBER)
    revision = await listing.revision(tx, row.id, number)
    if revision is None:
        raise NotFound(f"The service has no revision {number}.", field="number")
    await tx.execute(update(Service).where(Service.id == row.id).values(on=True))
    await _want(tx, revision)
    await rollout.begin(tx, row.id, number, rollout.strategy(strategy))


async def share(tx: Tx, viewer: Viewer, service: str, traffic: Mapping[str, Any], mirror: int | None) -> None:
    """Share the traffic out by hand, {number: percent}; a rollout that was under way ends. Revisions that are named are started
    if they do not run, and get their share when they answer."""
    row, _ = await access.service(tx, viewer, service, Role.MEMBER)
    rows = {each.number: each for each in (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]}
    given: dict[str, int] = {}
    for key, weight in traffic.items():
        if not str(key).isdecimal() or int(key) not in rows:
            raise Invalid(f"The service has no revision {str(key)[:20]}.", field="traffic")
        if isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= 100:
            raise Invalid("A share is a whole number of percent from 0 to 100.", field=f"traffic.{key}")
        if weight:
            given[str(int(key))] = weight
    if sum(given.values()) != 100:
        raise Invalid(f"The shares are {sum(given.values())} % in all; they must be 100 %.", field="traffic")
    if mirror is not None and (mirror not in rows or str(mirror) in given):
        raise Invalid("Copies go to another revision than those that answer.", field="mirror")
    for number in {*map(int, given), *([mirror] if mirror is not None else [])}:
        await _want(tx, rows[number])
    await rollout.end(tx, row.id, "taken over by hand")
    await rollout.move(tx, row.id, given, mirror)
    await tx.execute(update(Service).where(Service.id == row.id).values(on=True))


async def abort(tx: Tx, viewer: Viewer, service: str) -> None:
    """End a rollout and give the traffic back to the revisions that had it before."""
    row, _ = await access.service(tx, viewer, service, Role.MEMBER)
    if not rollout.going(row.rollout):
        raise Conflict("No rollout is under way.", field="id")
    await rollout.back(tx, row.id, "ended by hand")


async def _want(tx: Tx, revision: Row) -> None:
    """Have a revision run."""
    state = RevisionState(revision.state)
    if state.off:
        await begin(tx, revision.id, state)
    elif state == RevisionState.STOPPING:
        still = update(Revision).where(Revision.id == revision.id, Revision.state == state.value)
        if (await tx.execute(still.values(again=True))).rowcount != 1:
            raise Raced("The service changed at the same moment.", field="id", hint="Look again.")


async def stop(tx: Tx, viewer: Viewer, service: str) -> None:
    """Stop all revisions; how traffic is shared out is kept for the next start."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    await tx.execute(update(Service).where(Service.id == row.id).values(on=False))
    await rollout.end(tx, row.id, "the service was stopped")
    for revision in (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]:
        await halt(tx, revision)
    tx.record(ServiceChanged(row.id, standing.id))


async def start(tx: Tx, viewer: Viewer, service: str) -> None:
    """Start the revisions that get traffic, or, when none ever did, the newest."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    rows = (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]
    wanted = {int(key) for key in row.traffic} or {rows[0].number}
    await tx.execute(update(Service).where(Service.id == row.id).values(on=True))
    for revision in rows:
        if revision.number in wanted:
            await _want(tx, revision)
    if not row.traffic:
        await rollout.begin(tx, row.id, rows[0].number, plan.Strategy())
    tx.record(ServiceChanged(row.id, standing.id))


async def change(tx: Tx, viewer: Viewer, service: str, description: str | None, who: Access | None) -> None:
    """Change what is given; who may ask holds at once."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    _described(description or "")
    values = ({"description": description} if description is not None else {}) | ({"access": who.value} if who is not None else {})
    if values:
        await tx.execute(update(Service).where(Service.id == row.id).values(**values))
    await rollout.moved(tx, row.id)
    tx.record(ServiceChanged(row.id, standing.id))


async def remove(tx: Tx, viewer: Viewer, service: str) -> None:
    """Delete a service that is stopped, with its revisions, keys and counts."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    rows = (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]
    if any(not RevisionState(revision.state).off for revision in rows):
        raise Conflict("A revision of the service runs.", field="id", hint="Stop the service first.")
    names = [spec.workload_name(row.id, each.number, start) for each in rows for start in range(each.released + 1, each.starts + 1)]
    await tx.execute(delete(Service).where(Service.id == row.id))
    tx.record(ServiceDeleted(row.id, standing.id, row.cluster, ",".join(names)))
    tx.record(ServiceChanged(row.id, standing.id))


async def make_key(
    tx: Tx, viewer: Viewer, service: str, name: str, per_minute: int | None, tokens_per_minute: int | None = None
) -> tuple[str, str]:  # fmt: skip
    """(id, secret) of a new key; the secret is not kept."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    if not 0 < len(name.strip()) <= 100:
        raise Invalid("A name has 1 to 100 characters.", field="name")
    for field, most in (("perMinute", per_minute), ("tokensPerMinute", tokens_per_minute)):
        if most is not None and not 1 <= most <= 1_000_000_000:
            raise Invalid("The most a minute is from 1 to 1000000000.", field=field)
    there = await listing.keys_of(tx, row.id)
    if any(each.name == name.strip() for each in there):
        raise Conflict(f"There is a key named {name.strip()} already.", field="name", hint="Choose another name.")
    if len(there) >= MOST_KEYS:
        raise Conflict(f"A service has {MOST_KEYS} keys at most.", field="name", hint="Revoke one that is no longer used.")
    key, secret = ids.new(), secrets.token("cubekey")
    values = {
        "id": key,
        "service_id": row.id,
        "name": name.strip(),
        "digest": secrets.digest(secret),
        "ending": secret[-4:],
        "per_minute": per_minute,
        "tokens_per_minute": tokens_per_minute,
    }
    await tx.execute(insert(Key).values(**values, created_by=viewer.id, created_at=time.now()))
    tx.record(ServiceChanged(row.id, standing.id))
    return key, secret


async def revoke_key(tx: Tx, viewer: Viewer, key: str) -> str:
    """Have a key open nothing any more; the id of its service."""
    row, standing = await access.key(tx, viewer, key)
    await tx.execute(delete(Key).where(Key.id == row.id))
    tx.record(ServiceChanged(row.service_id, standing.id))
    return row.service_id


# what the platform itself does --------------------------------------------------------------------


async def begin(tx: Tx, revision: str, old: RevisionState) -> None:
    """Start a revision once more."""
    await _move(
        tx, revision, old, RevisionState.REQUESTED, starts=Revision.starts + 1, seq=0, ready=0, wanted=None, scaled_at=None, again=False, sleeps=False, reason=None,
        message=None, failure=None, submitted_at=None, requested_at=time.now(), placed_at=None, running_at=None, ready_at=None, ended_at=None,
    )  # fmt: skip
    tx.record(RevisionWanted(revision))


async def _move(tx: Tx, revision: str, old: RevisionState, new: RevisionState, **values: Any) -> None:
    """The one place where a revision's state changes."""
    if new not in REVISION_STEPS[old]:
        raise IllegalStep(f"a revision cannot go from {old} to {new}")
    moved = await tx.execute(update(Revision).where(Revision.id == revision, Revision.state == old.value).values(state=new.value, **values))
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
        row = await _row(tx, service)
        tx.record(ServiceChanged(service, row.project_id))


def token(vault: Any, service: str) -> str:
    """With which the replicas of a service fetch its files."""
    return vault.grant("cubeserve", "service", service)


async def project_by_token(conn: Reader, vault: Any, secret: str, service: str) -> str | None:
    """The project of a service whose own token this is."""
    if not ids.is_id(service) or vault.granted("service", secret) != service:
        return None
    return (await conn.execute(select(Service.project_id).where(Service.id == service))).scalar_one_or_none()


async def workload(conn: Reader, parts: Parts, row: Row, stops: bool) -> Workload:
    """What is applied for a revision, from its whole row; when it `stops`, without the project's secrets. Invalid when the project has
    not all that it needs."""
    definition = Definition.model_validate(row.spec)
    facts = spec.Facts(
        row.service_id, row.service, row.number, row.starts, row.project_id, row.project, row.created_by, token(parts.vault, row.service_id),
        row.model, row.access != Access.PUBLIC.value, parts.vault.unseal,
        {} if stops else await project_secrets.given(conn, parts.vault, row.project_id, definition.given), row.user,
    )  # fmt: skip
    made = spec.workload(definition, facts)
    return replace(made, generation=2, stop=True) if stops else made


async def submitted(tx: Tx, revision: str, start: int) -> None:
    """Its cluster has it."""
    statement = update(Revision).where(Revision.id == revision, Revision.starts == start, Revision.submitted_at.is_(None))
    await tx.execute(statement.values(submitted_at=time.now()))


async def waits(tx: Tx, revision: str, start: int, words: str) -> None:
    """It is not given to its cluster yet, for want of room in a quota."""
    here = (Revision.id == revision, Revision.starts == start, Revision.state == RevisionState.REQUESTED.value)
    row = (await tx.execute(select(Revision.service_id).where(*here))).one_or_none()
    if row is not None:
        await tx.execute(update(Revision).where(*here).values(reason="Quota", message=words))
        tx.record(ServiceChanged(row.service_id, (await _row(tx, row.service_id)).project_id))


async def weigh(tx: Tx, revision: str, start: int, before: datetime) -> bool:
    """Whether it is for the caller to look how many replicas are right: nobody did since then."""
    here = (
        Revision.id == revision,
        Revision.starts == start,
        Revision.state.in_([state.value for state in RevisionState if state.answers]),
    )
    free = or_(Revision.scaled_at.is_(None), Revision.scaled_at < before)
    return (await tx.execute(update(Revision).where(*here, free).values(scaled_at=time.now()))).rowcount == 1


async def want(tx: Tx, row: Row, replicas: int) -> bool:
    """So many replicas are right from now on; False when the revision is no longer as it was seen in `row`."""
    here = (Revision.id == row.id, Revision.starts == row.starts, Revision.state == row.state)
    state = RevisionState.READY if row.ready >= replicas else RevisionState.DEGRADED
    if (await tx.execute(update(Revision).where(*here).values(wanted=replicas, state=state.value))).rowcount != 1:
        return False
    tx.record(ServiceChanged(row.service_id, row.project_id))
    return True


async def released(tx: Tx, revision: str, start: int) -> None:
    await tx.execute(update(Revision).where(Revision.id == revision, Revision.released < start).values(released=start))


async def observe(tx: Tx, graphs: Sequence[GraphSeen], pods: Sequence[PodSeen]) -> None:
    """Write down sightings of servers and their replicas; of earlier starts nothing is taken any more."""
    wholes = {seen.workload: seen for seen in graphs}
    replicas: dict[str, list[PodSeen]] = {}
    for pod in pods:
        replicas.setdefault(pod.workload, []).append(pod)
    for name in {*wholes, *replicas}:
        service, number, start_ = parsed(name)
        project = select(Service.project_id).where(Service.id == Revision.service_id).scalar_subquery().label("project_id")
        held = select(*Revision.__table__.columns, project).with_for_update()
        here = (Revision.service_id == service, Revision.number == number, Revision.starts == start_)
        row = (await tx.execute(held.where(*here))).one_or_none()
        if row is None:
            continue
        whole = wholes.get(name)
        whole = whole if whole is not None and whole.sequence > row.seq else None
        if whole or replicas.get(name):
            await _note(tx, row, whole, replicas.get(name, ()))


def parsed(name: str) -> tuple[str, int, int]:
    """(service, number, start) of the name of a workload."""
    rest, number, start_ = name.removeprefix("service-").rsplit("-", 2)
    return rest, int(number), int(start_)


_GOING = (RevisionState.STOPPING, RevisionState.STOPPED, RevisionState.ASLEEP, RevisionState.FAILED)


async def _note(tx: Tx, row: Row, whole: GraphSeen | None, pods: Sequence[PodSeen]) -> None:
    """One revision's news, in the order: its replicas, then the whole."""
    state = RevisionState(row.state)
    values: dict[str, Any] = {}
    target = state
    for pod in pods:
        if row.placed_at is None and pod.created_at:
            values.setdefault("placed_at", pod.created_at)
        if pod.state == PodState.RUNNING and pod.started_at and row.running_at is None:
            values.setdefault("running_at", pod.started_at)
        failed = pod.state == PodState.FAILED and (pod.attempt >= TRIES or pod.reason in HOPELESS)
        if row.ready_at is None and state not in _GOING and (failed or (pod.restarts >= TRIES and not pod.ready)):
            values["failure"] = [pod.reason or "Error", pod.message or "it ended again and again"]
    if whole is not None:
        ready = whole.ready or 0
        values |= {"seq": whole.sequence, "reason": whole.reason, "message": whole.message, "ready": ready}
        if whole.state.final:
            return await _over(tx, row, values, whole)
        if ready:
            target = RevisionState.READY if ready >= (row.wanted or row.spec["replicas"]) else RevisionState.DEGRADED
            values |= {"reason": None, "message": None} if target == RevisionState.READY else {}
            if row.ready_at is None:
                values["ready_at"] = time.now()
                if Definition.model_validate(row.spec).scale:
                    tx.record(RevisionScales(row.id, str(row.starts)))
                tx.record(ServiceMoved(row.service_id))  # a start has a name of its own, and the way in from outside leads to names
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
        await halt(tx, (await tx.execute(select(*Revision.__table__.columns).where(Revision.id == row.id))).one())
        await rollout.failed(tx, row.service_id, row.number, values["failure"][1])
    elif target == RevisionState.READY and state != target:
        await rollout.arrived(tx, row.service_id, row.number)


async def _over(tx: Tx, row: Row, values: dict[str, Any], whole: GraphSeen | None) -> None:
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
    await _move(tx, row.id, state, end, **values | {"failure": None, "ready": 0, "ended_at": time.now()})
    tx.record(RevisionEnded(row.id, str(row.starts)))
    if again:
        await begin(tx, row.id, end)
    elif failure:
        await rollout.failed(tx, row.service_id, row.number, failure[1])
    project = (await tx.execute(select(Service.project_id).where(Service.id == row.service_id))).scalar_one()
    tx.record(ServiceChanged(row.service_id, project))


async def lose(tx: Tx, revision: str, start: int, reason: str, message: str) -> None:
    """Close a start that no cluster will speak of again; a later start goes on."""
    row = (await tx.execute(select(*Revision.__table__.columns).where(Revision.id == revision))).one_or_none()
    if row is not None and row.starts == start:
        stops = row.state == RevisionState.STOPPING.value
        await _over(tx, row, {} if stops else {"failure": [reason, message]}, None)


async def count(tx: Tx, source: str, rows: Sequence[tuple[str, int, int, plan.Counts, int]]) -> None:
    """Write down what the process `source` counted so far of (service, revision, beginning of ten seconds), and how many requests were
    under way at once."""
    known = set((await tx.execute(select(Service.id).where(Service.id.in_({row[0] for row in rows})))).scalars())
    for service, number, at, counted, busy in rows:
        if service not in known:
            continue
        where = (Slot.service_id == service) & (Slot.at == at) & (Slot.number == number) & (Slot.source == source)
        values = {
            "requests": counted.requests, "errors": counted.errors, "busy": busy, "mirrored": counted.mirrored, "different": counted.different, "times": list(counted.times)
        }  # fmt: skip
        if (await tx.execute(update(Slot).where(where).values(**values))).rowcount == 0:
            await tx.execute(insert(Slot).values(service_id=service, at=at, number=number, source=source, **values))


async def forget_counts(tx: Tx, before: float) -> None:
    await tx.execute(delete(Slot).where(Slot.at < before))
