"""What people do with searches, and what the platform does for them: trials begun, ended and counted."""

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import AppContext
from cubestudio.core.db import Tx
from cubestudio.core.errors import (
    Conflict,
    Fault,
    Forbidden,
    IllegalStep,
    Invalid,
    NotFound,
    QuotaExceeded,
    Raced,
)
from cubestudio.core.inputs.definition import checked, field_path
from cubestudio.pipelines import access as pipelines
from cubestudio.pipelines import actions as saved
from cubestudio.pipelines.metrics.spec import Reported
from cubestudio.pipelines.runs import actions as runs
from cubestudio.pipelines.runs import removal
from cubestudio.pipelines.runs.model import RunState
from cubestudio.pipelines.spec import Definition as Pipeline
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.searches import access, engine, listing, messages, shape
from cubestudio.searches.events import SearchChanged, SearchFinished, SearchWanted
from cubestudio.searches.model import SEARCH_STEPS, TRIAL_STEPS, Search, SearchState, Trial, TrialState
from cubestudio.searches.space import around
from cubestudio.searches.spec import MOST_TRIALS, Direction, SearchSpec, WarmStart, better, curve_of, value_of
from cubestudio.users import actions as users

MOST_QUEUED = 1000
MOST_AROUND = 100
"""Points that are explored around one trial at once."""
LEASE = timedelta(seconds=20)
"""How long one process may think about a search before another may take it up."""


def read(told: Mapping[str, Any], at: str = "spec") -> SearchSpec:
    """Return a spec that was sent, as `shape.flattened` gives it; `at`: its path in the input. Raises Invalid
    with everything that is wrong in it."""
    return checked(SearchSpec, told, messages.SEARCH_NOT_CREATED, at, shape.place_of(told))


async def create(
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    pipeline: str,
    name: str,
    told: Mapping[str, Any],
    *,
    cluster: str | None = None,
) -> str:
    """Create and start a search over parameters of the newest version of a pipeline; return its id."""
    kept = await pipelines.pipeline(tx, viewer, pipeline, Role.MEMBER)
    named(name)
    spec = read(told)
    chosen = await saved.version(tx, kept.id, kept.latest)
    if chosen is None:
        raise Invalid(messages.SEARCH_PIPELINE_WITHOUT_VERSION(), field="pipelineId")
    whole = Pipeline.model_validate(chosen.definition)
    known = {parameter.name for parameter in whole.parameters}
    places = shape.place_of(told)
    faults = [
        Fault(
            messages.SEARCH_PARAMETER_UNKNOWN(name=each, parameters=", ".join(sorted(known)) or "none"),
            field_path("spec", places(where)),
        )
        for each, where in (
            *((each.name, ("parameters", at, "name")) for at, each in enumerate(spec.parameters)),
            *((each, ("fixed_params", each)) for each in spec.fixed_params),
        )
        if each not in known
    ]
    if faults:
        raise Invalid.many(faults, messages.SEARCH_NOT_CREATED)
    if spec.warm_start:
        points = [
            each
            for each in await _best(tx, viewer, spec, spec.warm_start)
            if each not in spec.starting_points
        ]
        spec = spec.model_copy(update={"starting_points": (*spec.starting_points, *points)})
    place = clusters.chosen_cluster(ctx, kept.project, cluster)
    if (
        await tx.execute(select(Search.id).where(Search.project_id == kept.project.id, Search.name == name))
    ).scalar_one_or_none():
        raise Conflict(messages.SEARCH_NAME_TAKEN(name=name), field="name")
    key, now = ids.new(), clock.now()
    await tx.execute(
        insert(Search).values(
            id=key,
            project_id=kept.project.id,
            pipeline_id=kept.id,
            version=kept.latest,
            name=name,
            spec=spec.model_dump(mode="json"),
            cluster=place,
            state=SearchState.RUNNING.value,
            counts={},
            created_by=viewer.id,
            created_at=now,
            queued=list(spec.starting_points) if spec.engine else None,
            engine_run=await _engine(
                tx, ctx, viewer, project=kept.project.id, spec=spec, search=key, place=place
            )
            if spec.engine
            else None,
        )
    )
    tell(tx, key, kept.project.id)
    return key


async def _engine(
    tx: Tx, ctx: AppContext, viewer: Viewer, project: str, spec: SearchSpec, search: str, place: str
) -> str:
    """Begin the run in which somebody else's engine suggests the points of a search; its id."""
    assert spec.engine
    made, _ = await saved.save(tx, viewer, ctx.vault, project, engine.pipeline(spec.engine))
    told = engine.told(spec, search)
    return await runs.start(tx, ctx, viewer, made, {"search": told}, cache=False, cluster=place, patient=True)


async def _best(tx: Tx, viewer: Viewer, spec: SearchSpec, warm: WarmStart) -> list[dict[str, Any]]:
    """The best points of the search that this one begins with, as far as they lie in its space."""
    try:
        row, _ = await access.search(tx, viewer, warm.search_id)
    except NotFound as refusal:
        raise NotFound(refusal.message, field="spec.warmStart.searchId") from None
    objective = SearchSpec.model_validate(row.spec).objectives[0]
    done = [
        trial
        for trial in await listing.trials_of(tx, row.id)
        if trial.state == TrialState.SUCCEEDED.value and trial.values
    ]
    done.sort(key=lambda trial: trial.values[0], reverse=objective.direction == Direction.MAXIMIZE)
    space = {parameter.name: parameter for parameter in spec.parameters}
    points: list[dict[str, Any]] = []
    for trial in done:
        point = {
            name: value for name, value in trial.params.items() if name in space and space[name].holds(value)
        }
        if point and point not in points:
            points.append(point)
    if not points:
        raise Invalid(messages.WARM_START_EMPTY(search=row.name), field="spec.warmStart.searchId")
    return points[: warm.trials]


def tell(tx: Tx, search: str, project: str) -> None:
    """It is to be thought about again, and looked at again."""
    tx.record(SearchWanted(search))
    tx.record(SearchChanged(search, project))


async def _move(tx: Tx, row: Row, new: SearchState, **values: Any) -> None:
    """The one place where a search's state changes."""
    if new not in SEARCH_STEPS[SearchState(row.state)]:
        raise IllegalStep(f"a search cannot go from {row.state} to {new}")
    moved = await tx.execute(
        update(Search).where(Search.id == row.id, Search.state == row.state).values(state=new.value, **values)
    )
    if moved.rowcount != 1:
        raise Raced(messages.SEARCH_RACED(), field="id")


async def steer(tx: Tx, viewer: Viewer, search: str, wanted: SearchState) -> None:
    """Pause it (what runs goes on), let it go on, or stop it (what runs is ended). Asking twice changes
    nothing."""
    row, standing = await access.search(tx, viewer, search, Role.MEMBER)
    state = SearchState(row.state)
    if state == wanted or (wanted == SearchState.STOPPING and not state.going):
        return
    if wanted == SearchState.RUNNING and state != SearchState.PAUSED:
        raise Conflict(messages.SEARCH_ENDED(state=state), field="id")
    if wanted == SearchState.PAUSED and state != SearchState.RUNNING:
        raise Conflict(messages.SEARCH_NOT_RUNNING(state=state), field="id")
    await _move(tx, row, wanted)
    tell(tx, row.id, standing.id)


async def extend(tx: Tx, viewer: Viewer, search: str, trials: int, parallelism: int | None) -> None:
    """More trials, also for a search that has ended; how many at the same time from now on."""
    row, standing = await access.search(tx, viewer, search, Role.MEMBER)
    row = await held(tx, row.id)
    if row.engine_run:
        raise Conflict(messages.SEARCH_TRIALS_FIXED(), field="id")
    await _more(tx, row, standing.id, trials, parallelism)


async def _more(tx: Tx, row: Row, project: str, trials: int, parallelism: int | None = None) -> None:
    spec = SearchSpec.model_validate(row.spec)
    if not 0 <= trials <= MOST_TRIALS:
        raise Invalid(messages.SEARCH_TRIALS_OUT_OF_RANGE(most=MOST_TRIALS), field="trials")
    changed = read(
        {
            **row.spec,
            "trials": spec.trials + trials,
            "parallelism": parallelism or spec.parallelism,
            "max_failed_trials": spec.max_failed_trials
            + (row.counts.get(TrialState.FAILED.value, 0) if not SearchState(row.state).going else 0),
        },
        at="",
    )
    await tx.execute(update(Search).where(Search.id == row.id).values(spec=changed.model_dump(mode="json")))
    if not SearchState(row.state).going and trials:
        await _move(tx, row, SearchState.RUNNING, message=None, ended_at=None)
    tell(tx, row.id, project)


async def stop_trials(tx: Tx, viewer: Viewer, search: str, numbers: Sequence[int]) -> None:
    """End some trials that run; the search goes on."""
    row, standing = await access.search(tx, viewer, search, Role.MEMBER)
    for trial in await listing.trials_of(tx, row.id):
        if trial.number in numbers and trial.state == TrialState.RUNNING.value:
            await end_trial(tx, viewer, trial, TrialState.STOPPING)
    tell(tx, row.id, standing.id)


async def retry_trials(tx: Tx, viewer: Viewer, search: str, numbers: Sequence[int]) -> None:
    """Queue the points of some trials again."""
    row, trials = await _chosen_trials(tx, viewer, search, numbers)
    await _enqueue(tx, row, [trial.params for trial in trials])


async def explore_around_trials(
    tx: Tx, viewer: Viewer, search: str, numbers: Sequence[int], count: int
) -> None:
    """Queue `count` points near each of some trials."""
    if not 1 <= count <= MOST_AROUND:
        raise Invalid(messages.EXPLORE_COUNT_OUT_OF_RANGE(most=MOST_AROUND), field="count")
    row, trials = await _chosen_trials(tx, viewer, search, numbers)
    space = SearchSpec.model_validate(row.spec).parameters
    points = [point for trial in trials for point in around(space, trial.params, count, trial.number)]
    await _enqueue(tx, row, points)


async def _chosen_trials(
    tx: Tx, viewer: Viewer, search: str, numbers: Sequence[int]
) -> tuple[Row, list[Row]]:
    """Return a search, locked, and its trials with these numbers."""
    row, _ = await access.search(tx, viewer, search, Role.MEMBER)
    row = await held(tx, row.id)
    trials = [trial for trial in await listing.trials_of(tx, row.id) if trial.number in set(numbers)]
    if not trials:
        raise Invalid(messages.TRIALS_NOT_FOUND(), field="numbers")
    return row, trials


async def _enqueue(tx: Tx, row: Row, points: Sequence[Mapping[str, Any]]) -> None:
    """Queue points before what the search suggests itself, as further trials of it, also after its end."""
    if len(points) + len(row.queued or ()) > MOST_QUEUED:
        raise Conflict(messages.POINTS_QUEUED_TOO_MANY(most=MOST_QUEUED), field="numbers")
    await tx.execute(update(Search).where(Search.id == row.id).values(queued=[*(row.queued or ()), *points]))
    trials = SearchSpec.model_validate(row.spec).trials
    await _more(tx, row, row.project_id, min(len(points), MOST_TRIALS - trials))


async def held(tx: Tx, search: str) -> Row:
    """A search that nobody else changes until this is over."""
    return (
        await tx.execute(select(*Search.__table__.columns).where(Search.id == search).with_for_update())
    ).one()


async def remove(tx: Tx, viewer: Viewer, search: str) -> str:
    """Delete a search that has ended, with the runs of its trials and of its engine. Return its project's
    id."""
    row, standing = await access.search(tx, viewer, search, Role.MEMBER)
    if SearchState(row.state).going:
        raise Conflict(messages.SEARCH_NOT_STOPPED(state=row.state), field="id")
    await removal.remove(tx, standing.id, await listing.runs_of(tx, row.id))
    await tx.execute(delete(Search).where(Search.id == row.id))
    tx.record(SearchChanged(row.id, standing.id))
    return standing.id


# what the platform itself does --------------------------------------------------------------------


async def claim(tx: Tx, search: str) -> bool:
    """Whether it is for the caller to think about a search now."""
    now = clock.now()
    free = or_(Search.busy_until.is_(None), Search.busy_until < now)
    won = await tx.execute(update(Search).where(Search.id == search, free).values(busy_until=now + LEASE))
    return won.rowcount == 1


async def prolong(tx: Tx, search: str) -> None:
    """It is still being thought about."""
    await tx.execute(update(Search).where(Search.id == search).values(busy_until=clock.now() + LEASE))


async def release(tx: Tx, search: str, calm: bool) -> None:
    """Nobody thinks about it now. `calm`: nothing failed, so why it did not continue is not said any more."""
    await tx.execute(update(Search).where(Search.id == search).values(busy_until=None))
    going = [state.value for state in SearchState if state.going]
    said = update(Search).where(Search.id == search, Search.state.in_(going), Search.message.is_not(None))
    if calm and (await tx.execute(said.values(message=None))).rowcount == 1:
        project = (await tx.execute(select(Search.project_id).where(Search.id == search))).scalar_one()
        tx.record(SearchChanged(search, project))


async def author(tx: Tx, row: Row, *, starts: bool = False) -> Viewer:
    """In whose name its trials run. Forbidden when one is to start and that account is closed."""
    who, closed = await users.behind(tx, row.created_by)
    if starts and closed:
        raise Forbidden(messages.SEARCH_OWNER_DEACTIVATED(name=who.name))
    return who


async def begin(
    tx: Tx,
    ctx: AppContext,
    search: str,
    number: int,
    params: Mapping[str, Any],
    memory: Mapping[str, Any],
    queued: str | None = None,
    engine_key: str | None = None,
) -> bool:
    """Start a trial if the search still wants it: its row and its run are one. False when it does not.
    `queued`: its point is the first of those that wait there, `queued` by people or `suggested` by an engine,
    which calls it `engine_key`."""
    if search not in await listing.searches_by_id(tx.connection, [search]):
        return False
    row = await held(tx, search)
    if row.state != SearchState.RUNNING.value:
        return False
    spec = SearchSpec.model_validate(row.spec)
    if (
        await tx.execute(select(Trial.id).where(Trial.search_id == search, Trial.number == number))
    ).scalar_one_or_none():
        return False
    if queued:
        waiting = getattr(row, queued)
        first = dict(params) if engine_key is None else {"key": engine_key, "params": dict(params)}
        if not waiting or waiting[0] != first:
            return False
        await tx.execute(update(Search).where(Search.id == search).values({queued: waiting[1:]}))
    now = clock.now()
    values = {
        "id": ids.new(),
        "search_id": search,
        "number": number,
        "params": dict(params),
        "curve": [],
        "memory": dict(memory),
        "engine_key": engine_key,
        "created_at": now,
    }
    run, state, reason = None, TrialState.RUNNING, None
    try:
        run = await runs.start(
            tx,
            ctx,
            await author(tx, row, starts=True),
            row.pipeline_id,
            {**spec.fixed_params, **params},
            number=row.version,
            cluster=row.cluster,
            patient=True,
        )
    except (Invalid, Forbidden, Conflict, NotFound, QuotaExceeded) as error:
        state, reason = TrialState.FAILED, " ".join(filter(None, (error.message, error.hint)))
    await tx.execute(
        insert(Trial).values(
            **values, run_id=run, state=state.value, reason=reason, ended_at=now if state.final else None
        )
    )
    await count(tx, row)
    await prolong(tx, search)
    tx.record(SearchChanged(search, row.project_id))
    return True


async def end_trial(tx: Tx, viewer: Viewer, trial: Row, state: TrialState, **values: Any) -> None:
    """Ask the run of a trial to end: it is pruned, or somebody stopped it."""
    moved = update(Trial).where(Trial.id == trial.id, Trial.state == TrialState.RUNNING.value)
    if (await tx.execute(moved.values(state=state.value, **values))).rowcount == 1 and trial.run_id:
        try:
            await runs.cancel(tx, viewer, trial.run_id)
        except (Conflict, NotFound, Forbidden):
            return  # it has ended by itself, and that is seen next


async def remember(tx: Tx, trial: str, curve: Sequence[Sequence[float]], memory: Mapping[str, Any]) -> None:
    await tx.execute(update(Trial).where(Trial.id == trial).values(curve=list(curve), memory=dict(memory)))


async def settle(
    tx: Tx,
    search: str,
    trial: Row,
    run: tuple[RunState, str | None] | None,
    reported: Mapping[str, Reported],
    outputs: Sequence[Mapping[str, Any]],
) -> None:
    """Write down how a trial ended, by the end of its run (None: the run is gone)."""
    row = (await listing.searches_by_id(tx.connection, [search])).get(search)
    if row is None:
        return
    spec = SearchSpec.model_validate(row.spec)
    state, reason = run or (RunState.FAILED, "its run was deleted")
    found = [value_of(objective, reported.get(objective.metric), outputs) for objective in spec.objectives]
    values, lacking = [value for value, _ in found], [words for _, words in found if words]
    told: dict[str, Any] = {
        "curve": curve_of(reported.get(spec.objectives[0].metric)),
        "ended_at": clock.now(),
    }
    if state == RunState.SUCCEEDED and not lacking:
        target, told["values"] = TrialState.SUCCEEDED, values
    elif state == RunState.SUCCEEDED:
        target, told["reason"] = TrialState.FAILED, "; ".join(lacking)
    elif state == RunState.CANCELLED:
        target = {TrialState.PRUNING.value: TrialState.PRUNED}.get(trial.state, TrialState.CANCELLED)
    else:
        target, told["reason"] = TrialState.FAILED, reason
    if target not in TRIAL_STEPS[TrialState(trial.state)]:
        target = TrialState.FAILED
    moved = await tx.execute(
        update(Trial)
        .where(Trial.id == trial.id, Trial.state == trial.state)
        .values(state=target.value, **told)
    )
    if moved.rowcount == 1:
        if target == TrialState.SUCCEEDED and len(values) == 1 and values[0] is not None:
            objective = spec.objectives[0]
            best = row.best["values"][0] if row.best else None
            if better(objective.direction, values[0], best):
                told_best = {
                    "number": trial.number,
                    "run": trial.run_id,
                    "params": trial.params,
                    "values": values,
                }
                await tx.execute(update(Search).where(Search.id == search).values(best=told_best))
        await count(tx, row)
        tx.record(SearchChanged(search, row.project_id))


async def count(tx: Tx, row: Row) -> None:
    states = (await tx.execute(select(Trial.state).where(Trial.search_id == row.id))).scalars()
    await tx.execute(update(Search).where(Search.id == row.id).values(counts=dict(Counter(states))))


async def finish(tx: Tx, search: str, state: SearchState, message: str | None) -> None:
    """It has come to its end."""
    row = (await listing.searches_by_id(tx.connection, [search])).get(search)
    if row is not None and SearchState(row.state).going and state in SEARCH_STEPS[SearchState(row.state)]:
        now = clock.now()
        await _move(tx, row, state, message=message, ended_at=now)
        if state != SearchState.STOPPED:
            tx.record(SearchFinished(search, row.project_id, now.isoformat()))
        if row.engine_run and sum(row.counts.values()) < row.spec["trials"]:  # else it comes to its own end
            with contextlib.suppress(Conflict, NotFound, Forbidden):  # it has ended by itself, or is gone
                await runs.cancel(tx, await author(tx, row), row.engine_run)
        tx.record(SearchChanged(search, row.project_id))


async def explain(tx: Tx, search: str, message: str) -> None:
    """Say why a search that has not ended does not continue."""
    row = (await listing.searches_by_id(tx.connection, [search])).get(search)
    if row is not None and SearchState(row.state).going and row.message != message:
        await tx.execute(update(Search).where(Search.id == search).values(message=message))
        tx.record(SearchChanged(search, row.project_id))


async def give_up(tx: Tx, search: str, message: str) -> None:
    """End a search that cannot continue: trials whose run is over or gone have failed, the runs of the others
    are cancelled."""
    row = (await listing.searches_by_id(tx.connection, [search])).get(search)
    if row is None:
        return
    open_ = [trial for trial in await listing.trials_of(tx, search) if not TrialState(trial.state).final]
    ends = await listing.ends(tx, [trial.run_id for trial in open_])
    who = await author(tx, row)
    for trial in open_:
        if trial.run_id not in ends or ends[trial.run_id][0].final:
            failed = {"state": TrialState.FAILED.value, "reason": message, "ended_at": clock.now()}
            await tx.execute(
                update(Trial).where(Trial.id == trial.id, Trial.state == trial.state).values(**failed)
            )
        else:
            await end_trial(tx, who, trial, TrialState.STOPPING)
    await count(tx, row)
    stopping = row.state == SearchState.STOPPING.value
    await finish(tx, search, SearchState.STOPPED if stopping else SearchState.FAILED, message)
