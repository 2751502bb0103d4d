"""What people do with services, and what is counted of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids, vault
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Fault, Invalid, NotFound, Raced
from cubestudio.core.inputs.definition import checked
from cubestudio.core.inputs.grouping import place_of
from cubestudio.core.inputs.variables import amended
from cubestudio.core.inputs.volumes import allowed
from cubestudio.models import actions as models
from cubestudio.models.model import Model, ModelVersion
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.projects.secrets import actions as project_secrets
from cubestudio.services import access, life, listing, messages, plan, rollout, spec
from cubestudio.services.events import ServiceChanged, ServiceDeleted
from cubestudio.services.model import Access, Key, Revision, RevisionState, Service, Slot
from cubestudio.services.spec import KINDS, ServiceSpec

MOST_KEYS = 200


def defined(given: Mapping[str, Any]) -> ServiceSpec:
    """Return the spec of a revision, secrets in the clear. Raises Invalid with everything that is wrong."""
    return checked(ServiceSpec, given, messages.SERVICE_NOT_DEPLOYED, "spec", place_of(ServiceSpec, given))


async def served(
    tx: Reader, project: str, definition: ServiceSpec, reference: str | None
) -> dict[str, Any] | None:
    """What a revision serves, as it is kept with it: a version of a model by its id, name:3, name@production
    or name."""
    kind = KINDS[definition.kind]
    if reference is None:
        if kind.model:
            raise Invalid(messages.SERVICE_MODEL_MISSING(kind=kind.title), field="model")
        return None
    version = reference if ids.is_id(reference) else await models.resolve(tx, project, reference)
    columns = (*ModelVersion.__table__.columns, Model.name)
    statement = select(*columns).join(Model, Model.id == ModelVersion.model_id)
    row = (
        await tx.execute(statement.where(ModelVersion.id == version, Model.project_id == project))
    ).one_or_none()
    if row is None:
        raise NotFound(messages.SERVICE_MODEL_NOT_FOUND(reference=reference[:120]), field="model")
    if kind.frameworks and row.framework not in kind.frameworks:
        able = (
            ", ".join(other.title for other in KINDS.values() if row.framework in other.frameworks)
            or KINDS[spec.ServiceKind.FUNCTION].title
        )
        raise Invalid(
            messages.SERVICE_FRAMEWORK_UNSUPPORTED(kind=kind.title, framework=row.framework, able=able),
            field="kind",
        )
    return {
        "id": row.id,
        "modelId": row.model_id,
        "name": row.name,
        "number": row.number,
        "framework": row.framework,
        "requirements": row.requirements,
        "signature": row.signature,
        "files": row.files,
    }


async def create(  # noqa: PLR0913
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    project: str,
    name: str,
    told: Mapping[str, Any],
    *,
    model: str | None = None,
    who: Access = Access.PROJECT,
    description: str = "",
    cluster: str | None = None,
) -> str:
    """A service whose first revision starts at once and gets all requests as soon as it answers; its id."""
    standing = await projects.project(tx, viewer, project, Role.MEMBER)
    place = clusters.chosen_cluster(ctx, standing, cluster)
    named(name)
    _described(description)
    if (
        await tx.execute(select(Service.id).where(Service.project_id == standing.id, Service.name == name))
    ).scalar_one_or_none():
        raise Conflict(messages.SERVICE_NAME_TAKEN(name=name), field="name")
    service = ids.new()
    await tx.execute(
        insert(Service).values(
            id=service,
            project_id=standing.id,
            name=name,
            description=description,
            cluster=place,
            access=who.value,
            on=True,
            traffic={},
            latest=0,
            created_by=viewer.id,
            created_at=clock.now(),
        )
    )
    await _deploy(
        tx,
        ctx,
        viewer,
        row=await _row(tx, service),
        standing=standing,
        told=told,
        model=model,
        strategy=plan.Strategy(),
    )
    return service


def _described(description: str) -> None:
    if len(description) > 500:
        raise Invalid(shared.DESCRIPTION_TOO_LONG(), field="description")


async def _row(tx: Reader, service: str) -> Row:
    return (await tx.execute(select(*Service.__table__.columns).where(Service.id == service))).one()


def _confirmed(
    row: Row, revisions: Sequence[Row], models: Sequence[Mapping[str, Any] | None], force: bool
) -> None:
    """Refuse that models get traffic whose signature differs from that of one that has it, unless that is
    confirmed (`force`)."""
    serving = [each.model for each in revisions if row.traffic.get(str(each.number)) and each.model]
    for new, old in ((new, old) for new in models if new and not force for old in serving):
        if changes := spec.signature_changes(old, new):
            raise Conflict(
                messages.SERVICE_SIGNATURE_DIFFERS(
                    new=new["name"],
                    new_version=new["number"],
                    old=old["name"],
                    old_version=old["number"],
                    changes="; ".join(changes),
                ),
                field="force",
                faults=[Fault(change, "force") for change in changes],
            )


def bypassed(ctx: AppContext, row: Row, access: str, counted: bool) -> bool:
    """Whether requests may reach a service by a route of its cluster's own, which the platform does not see.
    A service that asks who comes, and one whose requests must be `counted`, have none: that route would ask
    nobody, wake nothing, and start no replica."""
    port = ctx.clusters.get(row.cluster)
    return (
        bool(ctx.settings.services_host)
        and access == Access.PUBLIC.value
        and not counted
        and (port is None or port.kind != "local")
    )


def _judgeable(ctx: AppContext, row: Row, access: str, counted: bool) -> None:
    """Refuse a canary whose requests would not be counted."""
    if bypassed(ctx, row, access, counted):
        raise Conflict(messages.CANARY_NOT_MEASURABLE(), field="strategy.kind")


def _counted(row: Row, revisions: Sequence[Row]) -> bool:
    """Whether the requests to a revision with traffic must be counted."""
    return any(
        spec.ServiceSpec.model_validate(each.spec).counted
        for each in revisions
        if row.traffic.get(str(each.number))
    )


async def deploy(
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    service: str,
    told: Mapping[str, Any],
    model: str | None,
    strategy: Mapping[str, Any],
    force: bool = False,
) -> int:
    """A new revision: what is left out of `told` is as in the newest one, in `secrets` null keeps a value.
    Its number. `force` confirms that its model has another signature."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    revisions = (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]
    last = revisions[0]
    whole = amended(last.spec, told, ctx.vault.unseal)
    if (
        model is None
        and last.model
        and whole["kind"]
        in (spec.ServiceKind.FUNCTION, *(kind.name for kind in KINDS.values() if kind.model))
    ):
        model = last.model["id"]
    return await _deploy(
        tx,
        ctx,
        viewer,
        row=row,
        standing=standing,
        told=whole,
        model=model,
        strategy=rollout.strategy(strategy),
        revisions=revisions,
        force=force,
    )


async def _deploy(  # noqa: PLR0913
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    row: Row,
    standing: projects.Standing,
    told: Mapping[str, Any],
    model: str | None,
    strategy: plan.Strategy,
    revisions: Sequence[Row] = (),
    force: bool = False,
) -> int:
    definition = defined(told)
    serves = await served(tx, standing.id, definition, model)
    if strategy.kind == plan.RolloutKind.CANARY:
        _judgeable(ctx, row, row.access, definition.counted or _counted(row, revisions))
    if strategy.kind != plan.RolloutKind.MANUAL:
        _confirmed(row, revisions, [serves], force)
    await tx.execute(update(Service).where(Service.id == row.id).values(latest=Service.latest + 1, on=True))
    number = (await tx.execute(select(Service.latest).where(Service.id == row.id))).scalar_one()
    facts = spec.Facts(
        service_id=row.id,
        service=row.name,
        number=number,
        start=1,
        project_id=standing.id,
        project=standing.name,
        user_id=viewer.id,
        token="",
        model=serves,
        private=row.access != Access.PUBLIC.value,
        unseal=lambda text: text,
    )
    await project_secrets.given(tx, ctx.vault, standing.id, definition.given)
    allowed(definition.volumes, ctx.settings.allowed_volumes)
    await clusters.fits(tx, ctx, row.cluster, spec.workload(definition, facts))
    revision = ids.new()
    await tx.execute(
        insert(Revision).values(
            id=revision,
            service_id=row.id,
            number=number,
            spec=definition.sealed(ctx.vault.seal),
            model_version_id=serves and serves["id"],
            model=serves,
            state=RevisionState.STOPPED.value,
            sleeps=False,
            again=False,
            ready=0,
            starts=0,
            created_by=viewer.id,
            created_at=clock.now(),
        )
    )
    await life.begin(tx, revision)
    await rollout.begin(tx, row.id, number, strategy)
    return number


async def activate(
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    service: str,
    number: int,
    strategy: Mapping[str, Any],
    force: bool = False,
) -> None:
    """Have an earlier revision take the traffic (back); it is started if it does not run. `force` confirms
    that its model has another signature."""
    row, _ = await access.service(tx, viewer, service, Role.MEMBER)
    revisions = (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]
    revision = next((each for each in revisions if each.number == number), None)
    if revision is None:
        raise NotFound(messages.REVISION_NOT_FOUND(number=number), field="number")
    how = rollout.strategy(strategy)
    if how.kind == plan.RolloutKind.CANARY:
        _judgeable(
            ctx,
            row,
            row.access,
            spec.ServiceSpec.model_validate(revision.spec).counted or _counted(row, revisions),
        )
    if how.kind != plan.RolloutKind.MANUAL:
        _confirmed(row, revisions, [revision.model], force)
    await tx.execute(update(Service).where(Service.id == row.id).values(on=True))
    await _want(tx, revision)
    await rollout.begin(tx, row.id, number, how)


async def set_traffic(
    tx: Tx,
    viewer: Viewer,
    service: str,
    traffic: Sequence[tuple[int, int]],
    mirror: int | None,
    force: bool = False,
) -> None:
    """Split the traffic as (revision, percent); a rollout in progress ends. Revisions that do not run are
    started and get their share when they are ready. `force` confirms that a model has another signature."""
    row, _ = await access.service(tx, viewer, service, Role.MEMBER)
    rows = {
        each.number: each for each in (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]
    }
    given: dict[str, int] = {}
    for place, (number, weight) in enumerate(traffic):
        at = f"traffic[{place}]"
        if number not in rows:
            raise Invalid(messages.REVISION_NOT_FOUND(number=number), field=f"{at}.revision")
        if str(number) in given:
            raise Invalid(messages.TRAFFIC_REVISION_TWICE(number=number), field=f"{at}.revision")
        if not 0 <= weight <= 100:
            raise Invalid(messages.TRAFFIC_WEIGHT_INVALID(), field=f"{at}.weight")
        if weight:
            given[str(number)] = weight
    if sum(given.values()) != 100:
        raise Invalid(messages.TRAFFIC_SUM_INVALID(sum=sum(given.values())), field="traffic")
    if mirror is not None and (mirror not in rows or str(mirror) in given):
        raise Invalid(messages.MIRROR_HAS_TRAFFIC(), field="mirror")
    _confirmed(
        row, list(rows.values()), [rows[int(key)].model for key in given if not row.traffic.get(key)], force
    )
    for number in {*map(int, given), *([mirror] if mirror is not None else [])}:
        await _want(tx, rows[number])
    await rollout.end(tx, row.id, "taken over by hand")
    await rollout.move(tx, row.id, given, mirror)
    await tx.execute(update(Service).where(Service.id == row.id).values(on=True))


async def abort(tx: Tx, viewer: Viewer, service: str) -> None:
    """End a rollout and give the traffic back to the revisions that had it before."""
    row, _ = await access.service(tx, viewer, service, Role.MEMBER)
    if not rollout.going(row.rollout):
        raise Conflict(messages.NO_ROLLOUT(), field="id")
    await rollout.back(tx, row.id, "ended by hand")


async def _want(tx: Tx, revision: Row) -> None:
    """Have a revision run."""
    state = RevisionState(revision.state)
    if state.off:
        await life.begin(tx, revision.id)
    elif state == RevisionState.STOPPING:
        still = update(Revision).where(Revision.id == revision.id, Revision.state == state.value)
        if (await tx.execute(still.values(again=True))).rowcount != 1:
            raise Raced(messages.SERVICE_RACED(), field="id")


async def stop(tx: Tx, viewer: Viewer, service: str) -> None:
    """Stop all revisions; how traffic is shared out is kept for the next start."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    await tx.execute(update(Service).where(Service.id == row.id).values(on=False))
    await rollout.end(tx, row.id, "the service was stopped")
    for revision in (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]:
        await life.halt(tx, revision.id)
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


async def change(
    tx: Tx, ctx: AppContext, viewer: Viewer, service: str, description: str | None, who: Access | None
) -> None:
    """Change what is given; who may ask holds at once."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    _described(description or "")
    if who is not None and rollout.going(row.rollout) and row.rollout["kind"] == plan.RolloutKind.CANARY:
        revisions = (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]
        named = {**row.traffic, str(row.rollout["revision"]): 1}
        _judgeable(
            ctx,
            row,
            who.value,
            any(
                spec.ServiceSpec.model_validate(each.spec).counted
                for each in revisions
                if str(each.number) in named
            ),
        )
    values = ({"description": description} if description is not None else {}) | (
        {"access": who.value} if who is not None else {}
    )
    if values:
        await tx.execute(update(Service).where(Service.id == row.id).values(**values))
    await rollout.moved(tx, row.id)
    tx.record(ServiceChanged(row.id, standing.id))


async def remove(tx: Tx, viewer: Viewer, service: str) -> None:
    """Delete a service that is stopped, with its revisions, keys and counts."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    rows = (await listing.revisions_by_service(tx.connection, [row.id]))[row.id]
    if any(not RevisionState(revision.state).off for revision in rows):
        raise Conflict(messages.SERVICE_RUNNING(), field="id")
    revisions = ",".join(each.id for each in rows)
    await tx.execute(delete(Service).where(Service.id == row.id))
    tx.record(ServiceDeleted(row.id, standing.id, row.cluster, revisions))
    tx.record(ServiceChanged(row.id, standing.id))


async def make_key(
    tx: Tx,
    viewer: Viewer,
    service: str,
    name: str,
    per_minute: int | None,
    tokens_per_minute: int | None = None,
) -> tuple[str, str]:
    """(id, secret) of a new key; the secret is not kept."""
    row, standing = await access.service(tx, viewer, service, Role.MEMBER)
    if not 0 < len(name.strip()) <= 100:
        raise Invalid(messages.SERVICE_KEY_NAME_INVALID(), field="name")
    for field, most in (("requestsPerMinute", per_minute), ("tokensPerMinute", tokens_per_minute)):
        if most is not None and not 1 <= most <= 1_000_000_000:
            raise Invalid(messages.SERVICE_KEY_RATE_OUT_OF_RANGE(), field=field)
    there = await listing.keys_of(tx, row.id)
    if any(each.name == name.strip() for each in there):
        raise Conflict(messages.SERVICE_KEY_NAME_TAKEN(name=name.strip()), field="name")
    if len(there) >= MOST_KEYS:
        raise Conflict(messages.SERVICE_KEYS_TOO_MANY(most=MOST_KEYS), field="name")
    key, secret = ids.new(), vault.token("cubekey")
    values = {
        "id": key,
        "service_id": row.id,
        "name": name.strip(),
        "digest": vault.digest(secret),
        "ending": secret[-4:],
        "per_minute": per_minute,
        "tokens_per_minute": tokens_per_minute,
    }
    await tx.execute(insert(Key).values(**values, created_by=viewer.id, created_at=clock.now()))
    tx.record(ServiceChanged(row.id, standing.id))
    return key, secret


async def revoke_key(tx: Tx, viewer: Viewer, key: str) -> str:
    """Have a key open nothing any more; the id of its service."""
    row, standing = await access.key(tx, viewer, key)
    await tx.execute(delete(Key).where(Key.id == row.id))
    tx.record(ServiceChanged(row.service_id, standing.id))
    return row.service_id


async def count(tx: Tx, source: str, rows: Sequence[tuple[str, int, int, plan.Counts, int]]) -> None:
    """Write down what the process `source` counted so far of (service, revision, beginning of ten seconds),
    and how many requests were under way at once."""
    known = set(
        (await tx.execute(select(Service.id).where(Service.id.in_({row[0] for row in rows})))).scalars()
    )
    for service, number, at, counted, busy in rows:
        if service not in known:
            continue
        where = (
            (Slot.service_id == service) & (Slot.at == at) & (Slot.number == number) & (Slot.source == source)
        )
        values = {
            "requests": counted.requests,
            "errors": counted.errors,
            "rejected": counted.rejected,
            "busy": busy,
            "mirrored": counted.mirrored,
            "different": counted.different,
            "times": list(counted.times),
        }
        if (await tx.execute(update(Slot).where(where).values(**values))).rowcount == 0:
            await tx.execute(
                insert(Slot).values(service_id=service, at=at, number=number, source=source, **values)
            )


async def forget_counts(tx: Tx, before: float) -> None:
    await tx.execute(delete(Slot).where(Slot.at < before))
