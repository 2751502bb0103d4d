"""Starting runs, ending them, and what runs are on a cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import Graph, Outcome, PodStatus, StepStatus, Workload
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx, pieces
from cubestudio.core.errors import Conflict, Fault, Invalid
from cubestudio.core.inputs.volumes import allowed
from cubestudio.core.offload import offload
from cubestudio.pipelines import access as pipelines
from cubestudio.pipelines import messages
from cubestudio.pipelines.actions import version as read_version
from cubestudio.pipelines.metrics import actions as metrics
from cubestudio.pipelines.model import Pipeline, Version
from cubestudio.pipelines.runs import access, lookup, placing, spec
from cubestudio.pipelines.runs.events import RunChanged, RunFinished
from cubestudio.pipelines.runs.model import Run, RunParam, RunState
from cubestudio.pipelines.runs.plan import Planned
from cubestudio.pipelines.spec import Definition
from cubestudio.pipelines.steps import actions as steps
from cubestudio.pipelines.steps.model import NOT_RECORDED, Artifact, Step, StepState
from cubestudio.pipelines.steps.spec import digest
from cubestudio.projects.model import Project, Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.projects.secrets import actions as secrets
from cubestudio.templates import actions as templates
from cubestudio.templates.spec import wrong
from cubestudio.users.model import User
from cubestudio.workloads import actions as workloads
from cubestudio.workloads.kinds import Changed, Kind
from cubestudio.workloads.model import Body

MASK = "••••••"
"""Stands for a secret where a person looks."""
MOST_LETTERS = 2**30
"""Bytes that the members of a run's gangs leave for each other, all together."""


def token(vault: Any, run: str) -> str:
    """What the code of a run shows to be let in; good until the run has ended."""
    return vault.grant("cuberun", "run", run)


async def by_token(conn: Reader, vault: Any, secret: str) -> Viewer | None:
    """The run that a token stands for, while it is going on."""
    run = vault.granted("run", secret)
    if run is None or not ids.is_id(run):
        return None
    row = (await conn.execute(select(Run.state, Run.number).where(Run.id == run))).one_or_none()
    if row is None or RunState(row.state).final:
        return None
    return Viewer(id=f"run:{run}", name=f"run {row.number}", run=run)


async def project_of(conn: Reader, run: str) -> str:
    """The id of a run's project."""
    return (await conn.execute(select(Run.project_id).where(Run.id == run))).scalar_one()


async def letter(tx: Tx, run: str, size: int) -> bool:
    """Count a letter of so many bytes; False when the run's letters would have more than MOST_LETTERS bytes
    with it."""
    counted = (
        update(Run).where(Run.id == run, Run.posted + size <= MOST_LETTERS).values(posted=Run.posted + size)
    )
    return (await tx.execute(counted)).rowcount == 1


def fill(definition: Definition, given: Mapping[str, Any], at: str = "params") -> dict[str, Any]:
    """Return the parameters of a run: defaults, then what is given. `at`: the path of `given` in the request.
    Raises Invalid with everything that is wrong."""
    faults: list[Fault] = []
    known = {parameter.name: parameter for parameter in definition.parameters}
    for name in given:
        if name not in known:
            faults.append(
                Fault(
                    messages.PARAMETER_UNKNOWN(name=name[:60], parameters=", ".join(known) or "none"),
                    f"{at}.{name[:60]}",
                )
            )
    values: dict[str, Any] = {}
    for name, parameter in known.items():
        if name in given:
            if problem := wrong(parameter, given[name]):
                faults.append(Fault(messages.PARAMETER_INVALID(name=name, problem=problem), f"{at}.{name}"))
            values[name] = given[name]
        elif parameter.default is not None or not parameter.require:
            values[name] = parameter.default if parameter.default is not None else parameter.nothing
        else:
            faults.append(Fault(messages.PARAMETER_MISSING(name=name), f"{at}.{name}"))
    if faults:
        raise Invalid.many(faults, messages.RUN_NOT_STARTED)
    return values


async def start(  # noqa: PLR0913
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    pipeline: str,
    params: Mapping[str, Any],
    *,
    number: int | None = None,
    cache: bool = True,
    former: str | None = None,
    priority: int = 0,
    cluster: str | None = None,
    plan: str | None = None,
    patient: bool = False,
) -> str:
    """Run a pipeline's newest version (or version `number`) on the project's cluster or another that it
    allows; the run's id. With `former`, steps of that run which succeeded and are unchanged are kept.
    `patient`: it waits for room in its quota whatever the policy is."""
    held = await pipelines.pipeline(tx, viewer, pipeline, Role.MEMBER)
    if not -100 <= priority <= 100:
        raise Invalid(messages.PRIORITY_OUT_OF_RANGE(), field="priority")
    chosen = await read_version(tx, held.id, number or held.latest)
    if chosen is None:
        raise Invalid(
            messages.PIPELINE_VERSION_NOT_FOUND(pipeline=held.name, version=number), field="version"
        )
    definition = Definition.model_validate(chosen.definition)
    if not definition.steps:
        raise Invalid(messages.PIPELINE_WITHOUT_STEPS(), field="id")
    options = placing.candidates(ctx, held.project, cluster)
    place = options[0] if options else clusters.chosen_cluster(ctx, held.project, cluster)
    values = fill(definition, params)
    bodies = await templates.named(tx, held.project.id, [step.wanted for step in definition.steps])
    await tx.execute(update(Pipeline).where(Pipeline.id == held.id).values(runs=Pipeline.runs + 1))
    run_number = (await tx.execute(select(Pipeline.runs).where(Pipeline.id == held.id))).scalar_one()
    run, now = ids.new(), clock.now()
    known = await secrets.given(tx, ctx.vault, held.project.id, definition.secrets)
    allowed(definition.volumes, ctx.settings.allowed_volumes)
    facts = facts_of(
        ctx,
        run,
        run_number,
        pipeline_id=held.id,
        pipeline=held.name,
        project_id=held.project.id,
        project=held.project.name,
        user=viewer.name,
        created_at=now,
        params=values,
        known=known,
    )
    planned = await lookup.planned(
        tx, definition, bodies, facts=facts, pipeline=held.id, former=former, cache=cache
    )
    if plan is not None and plan != fingerprint(chosen.id, values, ",".join(options) or place, planned):
        raise Conflict(messages.PLAN_CHANGED(), field="plan")
    workload = await offload(
        spec.workload,
        spec.workload_name(run),
        definition,
        bodies,
        facts,
        outcomes_of(planned),
        {},
        1,
        priority,
        viewer.id,
    )
    await quotas.judged(tx, workload, patient)
    place, workload = await _possible(tx, ctx, held.project.id, options or [place], workload)
    await tx.execute(
        insert(Run).values(
            id=run,
            project_id=held.project.id,
            pipeline_id=held.id,
            version_id=chosen.id,
            number=run_number,
            state=RunState.QUEUED.value,
            params=values,
            cluster=place,
            priority=priority,
            retry_of=former,
            strip=[],
            counts={},
            created_by=viewer.id,
            created_at=now,
        )
    )
    found_by = [
        {"digest": digest(list(pair)), "run_id": run, "project_id": held.project.id}
        for pair in values.items()
    ]
    for piece in pieces(found_by):
        await tx.execute(insert(RunParam), piece)
    await _lay_out(tx, run, held.id, definition, planned)
    assert isinstance(workload.body, Graph)
    if all(workload.body.aside(node) for node in workload.body.nodes):
        await steps.settle(tx, run, workload.body)
        await tx.execute(
            update(Run)
            .where(Run.id == run)
            .values(state=RunState.SUCCEEDED.value, started_at=now, finished_at=now)
        )
        tx.record(RunFinished(run, held.project.id))
    else:
        await workloads.request(
            tx,
            workloads.Request(
                kind="run",
                body=Body.GRAPH,
                owner_id=run,
                name=spec.workload_name(run),
                project_id=held.project.id,
                user_id=viewer.id,
                cluster=place,
                candidates=options,
            ),
        )
    strip, counts = await steps.strip(tx, run)
    await tx.execute(update(Run).where(Run.id == run).values(strip=strip, counts=counts))
    tx.record(RunChanged(run, held.project.id))
    return run


async def _possible(
    tx: Tx, ctx: AppContext, project: str, places: Sequence[str], workload: Workload
) -> tuple[str, Workload]:
    """The first cluster that does not refuse a workload, as far as is known without asking it, with what runs
    there."""
    faults: list[Fault] = []
    for place in places:
        try:
            housed = await lookup.housed(tx, project, ctx.clusters[place].kind == "local", workload)
            problems = await ctx.clusters[place].preview(await clusters.equipped(tx, ctx, housed))
        except Invalid as error:
            if len(places) == 1:
                raise
            problems = [error.message]
        if not problems:
            return place, housed
        faults += [
            Fault(
                problem if len(places) == 1 else messages.ON_CLUSTER(cluster=place, problem=problem),
                "resources",
            )
            for problem in problems
        ]
    if len(places) == 1:
        raise Invalid.many(faults, messages.NEVER_FITS_ONE_CLUSTER, cluster=places[0])
    raise Invalid.many(faults, messages.NEVER_FITS_CLUSTERS, clusters=places)


def facts_of(  # noqa: PLR0913
    ctx: AppContext,
    run: str,
    number: int,
    pipeline_id: str,
    pipeline: str,
    project_id: str,
    project: str,
    user: str,
    created_at: datetime,
    params: Mapping[str, Any],
    known: Mapping[str, str],
) -> spec.Facts:
    """What a run is, as its steps are told."""
    return spec.Facts(
        id=run,
        number=number,
        pipeline_id=pipeline_id,
        pipeline=pipeline,
        project_id=project_id,
        project=project,
        user=user,
        created_at=created_at,
        params=params,
        environment=ctx.settings.environment,
        unseal=ctx.vault.unseal,
        sign=ctx.vault.sign,
        secrets=known,
    )


def outcomes_of(planned: Sequence[Planned]) -> dict[tuple[str, int | None], Outcome]:
    """What is kept, as the graph takes it: of a fan-out its items, of any other step itself."""
    return {
        (here.step.name, item): result.outcome
        for here in planned
        for item, result in here.kept.items()
        if (item is None) == (here.step.for_each is None)
    }


async def _lay_out(
    tx: Tx, run: str, pipeline: str, definition: Definition, planned: Sequence[Planned]
) -> None:
    """The rows of a new run's steps, and of those items that are kept."""
    places = {step.name: place for place, step in enumerate(definition.steps)}
    rows: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    for here in planned:
        for item in [None, *(item for item in here.kept if item is not None)]:
            result = here.kept.get(item)
            row = {
                "id": ids.new(),
                "run_id": run,
                "pipeline_id": pipeline,
                "name": here.step.name,
                "item": -1 if item is None else item,
                "position": places[here.step.name],
                "template": here.step.wanted[0],
                "state": (StepState.CACHED if result else StepState.QUEUED).value,
                "outputs": dict(result.outcome.values) if result else None,
                "items": len(here.kept) - 1
                if result and item is None and here.step.for_each is not None
                else None,
                "attempt": 0,
                "needs": list(here.needs),
                "parts": here.parts,
                "seq": 0,
                "value": here.values.get(item or 0) if item is not None else None,
                "digest": result.digest if result else None,
                "cached_from": result.step_id if result else None,
                "cache_key": result.key if result else None,
                "cache_reason": here.why[:500],
            }
            rows.append(row)
            if result:
                for file in result.outcome.artifacts:
                    told = {
                        "path": file.path,
                        "size": file.size,
                        "sha256": file.sha256,
                        "media_type": file.media_type,
                        "key": file.key,
                    }
                    files.append({"id": ids.new(), "run_id": run, "step_id": row["id"], **told})
    for piece in pieces(rows):
        await tx.execute(insert(Step), piece)
    for piece in pieces(files):
        await tx.execute(insert(Artifact), piece)


async def retry(
    tx: Tx, ctx: AppContext, viewer: Viewer, run: str, newest: bool, cluster: str | None = None
) -> str:
    """Run again, keeping what succeeded: the same version, or (`newest`: fix and continue) the pipeline's
    newest; on another cluster when one is named, with the files and values of what is kept."""
    held = await access.run(tx, viewer, run, Role.MEMBER)
    if not held.state.final:
        raise Conflict(messages.RUN_NOT_ENDED(state=held.state), field="id")
    row = (
        await tx.execute(
            select(Run.params, Run.priority, Run.cluster, Version.number, Version.definition)
            .join(Version, Version.id == Run.version_id)
            .where(Run.id == run)
        )
    ).one()
    params = row.params
    if newest:
        latest = (
            await tx.execute(
                select(Version.definition)
                .join(Pipeline, (Pipeline.id == Version.pipeline_id) & (Pipeline.latest == Version.number))
                .where(Pipeline.id == held.pipeline_id)
            )
        ).scalar_one()
        params = {
            name: value
            for name, value in params.items()
            if name in {known["name"] for known in latest["parameters"]}
        }
    number = None if newest else row.number
    project = (await pipelines.pipeline(tx, viewer, held.pipeline_id, Role.MEMBER)).project
    usual = row.cluster if row.cluster in project.clusters and row.cluster in ctx.clusters else None
    return await start(
        tx,
        ctx,
        viewer,
        held.pipeline_id,
        params,
        number=number,
        former=run,
        priority=row.priority,
        cluster=cluster or usual,
    )


def fingerprint(version: str, values: Mapping[str, Any], cluster: str, planned: Sequence[Planned]) -> str:
    """Changes with what would run: the version, the parameters, the cluster, what is kept."""
    kept = [
        [here.step.name, sorted((str(item), result.digest) for item, result in here.kept.items())]
        for here in planned
    ]
    return digest([version, dict(values), cluster, kept])


async def cancel(tx: Tx, viewer: Viewer, run: str) -> None:
    """Ask a run to end. What is done stays done; asking twice, or after the end, is said."""
    held = await access.run(tx, viewer, run, Role.MEMBER)
    if held.state == RunState.CANCELLING:
        return
    if not await workloads.stop(tx, run):
        raise Conflict(messages.RUN_ENDED(state=held.state), field="id")
    await tx.execute(update(Run).where(Run.id == run).values(state=RunState.CANCELLING.value))
    tx.record(RunChanged(run, held.project_id))


async def pin(tx: Tx, viewer: Viewer, run: str, pinned: bool) -> None:
    """Keep a run until it is unpinned, or unpin it."""
    held = await access.run(tx, viewer, run, Role.MEMBER)
    await tx.execute(update(Run).where(Run.id == held.id).values(pinned=pinned))
    tx.record(RunChanged(held.id, held.project_id))


async def whole(conn: Reader, run: str) -> Row:
    """A run with all that its workload is made of."""
    row = await maybe(conn, run)
    assert row is not None
    return row


async def maybe(conn: Reader, run: str) -> Row | None:
    """A run with all that its workload is made of; None when there is none."""
    return (
        await conn.execute(
            select(
                Run.id,
                Run.number,
                Run.state,
                Run.params,
                Run.cluster,
                Run.priority,
                Run.created_at,
                Run.created_by,
                Run.project_id,
                Run.pipeline_id,
                Version.definition,
                Pipeline.name.label("pipeline"),
                Project.name.label("project"),
                User.name.label("user"),
            )
            .join(Version, Version.id == Run.version_id)
            .join(Pipeline, Pipeline.id == Run.pipeline_id)
            .join(Project, Project.id == Run.project_id)
            .join(User, User.id == Run.created_by)
            .where(Run.id == run)
        )
    ).one_or_none()


async def workload(
    conn: Reader, ctx: AppContext, row: Row, masked: bool = False, place: str | None = None
) -> Workload:
    """What is applied to a run's cluster, or to `place`, made again from what is stored, from its whole row;
    `masked`: to be looked at, or to be stopped. Invalid when the project no longer has a secret that it
    needs."""
    definition = Definition.model_validate(row.definition)
    bodies = await templates.named(conn, row.project_id, [step.wanted for step in definition.steps])
    names = definition.secrets
    known = (
        dict.fromkeys(names, MASK) if masked else await secrets.given(conn, ctx.vault, row.project_id, names)
    )
    facts = facts_of(
        ctx,
        row.id,
        row.number,
        pipeline_id=row.pipeline_id,
        pipeline=row.pipeline,
        project_id=row.project_id,
        project=row.project,
        user=row.user,
        created_at=row.created_at,
        params=row.params,
        known=known,
    )
    if masked:
        facts = replace(facts, unseal=lambda _: MASK)
    statement = (
        select(*lookup.RESULT)
        .join(Run, Run.id == Step.run_id)
        .where(Step.run_id == row.id, Step.cached_from.is_not(None))
    )
    rows = (await conn.execute(statement)).all()
    fanned = {step.name for step in definition.steps if step.for_each is not None}
    kept = {
        (step.name, None if step.item < 0 else step.item): outcome
        for step, outcome in zip(rows, await lookup.outcomes(conn, rows), strict=True)
        if (step.item < 0) == (step.name not in fanned)
    }
    own = {"CUBE_TOKEN": token(ctx.vault, row.id), "CUBE_API_URL": address(ctx, place or row.cluster)}
    made = await offload(
        spec.workload,
        spec.workload_name(row.id),
        definition,
        bodies,
        facts,
        kept,
        own,
        1,
        row.priority,
        row.created_by,
    )
    return await lookup.housed(
        conn, row.project_id, (place or row.cluster) == "local", made, strict=not masked
    )


def address(ctx: AppContext, cluster: str) -> str:
    """Where the code of a run finds the platform."""
    settings = ctx.settings
    host = "127.0.0.1" if settings.host in ("127.0.0.1", "0.0.0.0", "localhost", "::") else settings.host
    # a name of the machine may lead to a proxy that its own pods do not reach
    here = f"http://{host}:{settings.port}"
    return here if cluster == "local" else settings.pods_api_url or settings.public_url or here


async def _sees(conn: Reader, ctx: AppContext, started: Any, cluster: str, stops: bool) -> Workload | None:
    """What the cluster sees of a run; without secrets when it stops."""
    row = await maybe(conn, started.owner_id)
    return row and await workload(conn, ctx, row, masked=stops, place=cluster)


async def inside(tx: Tx, seen: Sequence[StepStatus], pods: Sequence[PodStatus]) -> set[str]:
    """Note what clusters say of the steps of runs and what their pods measured; the runs that changed."""
    return await steps.observe(tx, seen) | await metrics.measure(tx, pods)


async def refresh(tx: Tx, run: str) -> None:
    """Note what lists show of a run whose steps changed."""
    project = (await tx.execute(select(Run.project_id).where(Run.id == run).with_for_update())).scalar_one()
    strip, counts = await steps.strip(tx, run)
    await tx.execute(update(Run).where(Run.id == run).values(strip=strip, counts=counts))
    tx.record(RunChanged(run, project))


async def on_change(tx: Tx, changed: Changed) -> None:
    """Note what its workload says of a run, and what lists show of its steps. A run whose cluster says
    nothing of it any more ends with its steps; one of which a result could not be recorded has failed."""
    row, run = changed.row, changed.row.owner_id
    project = (await tx.execute(select(Run.project_id).where(Run.id == run))).scalar_one_or_none()
    if project is None:
        return
    state, reason, message = spec.state_of(row), row.reason, row.message
    if changed.ended and state == RunState.SUCCEEDED and (lost := await steps.unrecorded(tx, run)):
        state, reason = RunState.FAILED, NOT_RECORDED
        message = f"what step {lost} left could not be recorded"
    values: dict[str, Any] = {
        "state": state.value,
        "reason": reason,
        "message": message,
        "cluster": row.cluster,
        "started_at": row.started_at,
        "finished_at": row.ended_at,
    }
    alone = changed.ended and not changed.observed
    if alone:
        ended = StepState.CANCELLED if state == RunState.CANCELLED else StepState.FAILED
        await steps.lose(tx, run, ended, message or "")
    if changed.old.final and changed.state.final:  # only its steps changed
        return await refresh(tx, run)
    if alone or changed.inside:
        values["strip"], values["counts"] = await steps.strip(tx, run)
    await tx.execute(update(Run).where(Run.id == run).values(**values))
    if changed.ended:
        tx.record(RunFinished(run, project))
    tx.record(RunChanged(run, project))


KIND = Kind(noun="run", workload=_sees, on_change=on_change, inside=inside)
