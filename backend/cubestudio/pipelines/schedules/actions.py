"""Create, change and delete schedules, and start the runs of their ticks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid
from cubestudio.core.inputs.definition import checked, input_path
from cubestudio.core.paging import Rows, among, fetch
from cubestudio.pipelines import access as pipelines
from cubestudio.pipelines import messages
from cubestudio.pipelines.actions import version as read_version
from cubestudio.pipelines.runs import actions as runs
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.pipelines.schedules import access
from cubestudio.pipelines.schedules.events import ScheduleChanged, ScheduleDue, TickMissed
from cubestudio.pipelines.schedules.model import Schedule, Tick, TickState
from cubestudio.pipelines.schedules.spec import ConcurrencyPolicy, ScheduleSpec
from cubestudio.pipelines.spec import Definition as Pipeline
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Project, Role
from cubestudio.users import actions as users

MOST = 50
"""Schedules of a pipeline."""
KEEP = timedelta(days=400)
"""How long ticks are kept."""


def read(spec: Mapping[str, Any]) -> ScheduleSpec:
    """Return the spec in a request. Raises Invalid with every field that is wrong."""
    return checked(ScheduleSpec, spec, messages.SCHEDULE_INVALID, "spec", input_path(ScheduleSpec))


async def create(
    tx: Tx, ctx: AppContext, viewer: Viewer, *, pipeline: str, name: str, spec: Mapping[str, Any]
) -> str:
    """Create a schedule of a pipeline and return its id. Its runs have the access of the viewer."""
    held = await pipelines.pipeline(tx, viewer, pipeline, Role.MEMBER)
    others = await _names(tx, held.id)
    _check_name(name, others)
    definition = await _checked(tx, ctx, held, read(spec))
    if len(others) >= MOST:
        raise Conflict(messages.SCHEDULES_TOO_MANY(most=MOST), field="name")
    now, schedule = clock.now(), ids.new()
    await tx.execute(
        insert(Schedule).values(
            id=schedule,
            project_id=held.project.id,
            pipeline_id=held.id,
            name=name,
            spec=definition.model_dump(mode="json"),
            paused=False,
            next_at=definition.first(now),
            created_by=viewer.id,
            created_at=now,
            changed_at=now,
        )
    )
    tx.record(ScheduleChanged(schedule, held.project.id))
    return schedule


async def change(
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    schedule: str,
    *,
    name: str | None = None,
    spec: Mapping[str, Any] | None = None,
) -> str:
    """Change the name or the spec of a schedule and return its id; None leaves either as it is. From then on
    its runs have the access of the viewer."""
    row, _ = await access.schedule(tx, viewer, schedule, Role.MEMBER)
    held = await pipelines.pipeline(tx, viewer, row.pipeline_id, Role.MEMBER)
    now = clock.now()
    values: dict[str, Any] = {"created_by": viewer.id, "changed_at": now}
    if name is not None:
        others = await _names(tx, held.id)
        _check_name(name, [other for other in others if other != row.name])
        values["name"] = name
    if spec is not None:
        definition = await _checked(tx, ctx, held, read(spec))
        values["spec"] = definition.model_dump(mode="json")
        if not row.paused:
            values["next_at"] = definition.next(now)
    await tx.execute(update(Schedule).where(Schedule.id == row.id).values(**values))
    tx.record(ScheduleChanged(row.id, held.project.id))
    return row.id


async def _names(conn: Reader, pipeline: str) -> Sequence[str]:
    return (await conn.execute(select(Schedule.name).where(Schedule.pipeline_id == pipeline))).scalars().all()


def _check_name(name: str, others: Collection[str]) -> None:
    named(name)
    if name in others:
        raise Conflict(messages.SCHEDULE_NAME_TAKEN(name=name), field="name")


async def _checked(
    conn: Reader, ctx: AppContext, held: pipelines.Held, definition: ScheduleSpec
) -> ScheduleSpec:
    """Return a spec that a run of the pipeline could start with now. Raises Invalid if none could."""
    if definition.cluster is not None:
        clusters.chosen_cluster(ctx, held.project, definition.cluster, "spec.cluster")
    chosen = await read_version(conn, held.id, held.latest)
    if chosen is None:
        raise Invalid(messages.PIPELINE_WITHOUT_VERSION(), field="pipelineId")
    runs.fill(Pipeline.model_validate(chosen.definition), definition.filled(clock.now()), "spec.params")
    return definition


async def pause(tx: Tx, viewer: Viewer, schedule: str) -> str:
    """Pause a schedule and skip the ticks that wait."""
    row, standing = await access.schedule(tx, viewer, schedule, Role.MEMBER)
    if not row.paused:
        await tx.execute(update(Schedule).where(Schedule.id == row.id).values(paused=True, next_at=None))
        left = {"state": TickState.SKIPPED.value, "message": "the schedule was paused"}
        await tx.execute(update(Tick).where(*_waiting(row.id)).values(**left))
        tx.record(ScheduleChanged(row.id, standing.id))
    return row.id


async def resume(tx: Tx, viewer: Viewer, schedule: str) -> str:
    """Resume a paused schedule with the next tick; ticks that passed meanwhile are not caught up on."""
    row, standing = await access.schedule(tx, viewer, schedule, Role.MEMBER)
    if row.paused:
        upcoming = ScheduleSpec.model_validate(row.spec).next(clock.now())
        await tx.execute(update(Schedule).where(Schedule.id == row.id).values(paused=False, next_at=upcoming))
        tx.record(ScheduleChanged(row.id, standing.id))
    return row.id


async def remove(tx: Tx, viewer: Viewer, schedule: str) -> None:
    """Delete a schedule; its runs stay."""
    row, standing = await access.schedule(tx, viewer, schedule, Role.MEMBER)
    await tx.execute(delete(Schedule).where(Schedule.id == row.id))
    tx.record(ScheduleChanged(row.id, standing.id))


def _waiting(schedule: str) -> tuple[ColumnElement[bool], ...]:
    return Tick.schedule_id == schedule, Tick.state == TickState.WAITING.value


async def _row(conn: Reader, schedule: str, hold: bool = False) -> Row | None:
    """Return the row of a schedule; `hold`: lock it until the transaction ends."""
    statement = select(*Schedule.__table__.columns).where(Schedule.id == schedule)
    return (await conn.execute(statement.with_for_update() if hold else statement)).one_or_none()


# what the clock does ------------------------------------------------------------------------------


async def due(conn: Reader) -> Sequence[str]:
    """Return the schedules that are due, and those that have a waiting tick."""
    coming = select(Schedule.id).join(Project, Project.id == Schedule.project_id)
    coming = coming.where(
        Schedule.next_at <= clock.now(), Project.archived_at.is_(None), Project.deleted_at.is_(None)
    )
    waiting = select(Tick.schedule_id).where(Tick.state == TickState.WAITING.value).distinct()
    return [*(await conn.execute(coming)).scalars(), *(await conn.execute(waiting)).scalars()]


async def advance(tx: Tx, schedule: str) -> None:
    """Record the ticks that have come, each once, whichever process is first; each then waits for its
    run."""
    row, now = await _row(tx, schedule), clock.now()
    if row is None:
        return
    if row.next_at is not None and row.next_at <= now:
        definition = ScheduleSpec.model_validate(row.spec)
        moved = update(Schedule).where(Schedule.id == row.id, Schedule.next_at == row.next_at)
        won = await tx.execute(moved.values(next_at=definition.next(now)))
        if won.rowcount != 1:
            return
        run, left = definition.due(row.next_at, now)
        ticks = [
            {
                "schedule_id": row.id,
                "at": at,
                "state": TickState.SKIPPED.value,
                "message": "the platform did not run then",
            }
            for at in left
        ] + [
            {"schedule_id": row.id, "at": at, "state": TickState.WAITING.value, "message": None} for at in run
        ]
        if ticks:
            await tx.execute(insert(Tick), ticks)
        await tx.execute(delete(Tick).where(Tick.schedule_id == row.id, Tick.at < now - KEEP))
        tx.record(ScheduleChanged(row.id, row.project_id))
        if left:
            tx.record(TickMissed(row.id, row.project_id, left[-1].isoformat()))
    tx.record(ScheduleDue(row.id))


async def begin(tx: Tx, ctx: AppContext, schedule: str, at: datetime) -> bool:
    """Start the run of a tick that waits, or skip the tick, in one transaction. Return False when it must
    keep waiting. Raises the refusal of the run, which `fail` records."""
    row = await _row(tx, schedule, hold=True)
    if row is None or await first(tx, schedule) != at:
        return True  # somebody else was here
    definition = ScheduleSpec.model_validate(row.spec)
    open_ = [state.value for state in RunState if not state.final]
    going = (
        select(Run.number)
        .join(Tick, Tick.run_id == Run.id)
        .where(Tick.schedule_id == row.id, Run.state.in_(open_))
    )
    numbers = (await tx.execute(going.order_by(Run.number))).scalars().all()
    if len(numbers) >= definition.max_active_runs:
        if definition.concurrency_policy is ConcurrencyPolicy.WAIT:
            return False
        words = (
            f"run #{numbers[0]} still went on"
            if len(numbers) == 1
            else f"{len(numbers)} runs of it still went on"
        )
        await _tell(tx, row, at, TickState.SKIPPED, words)
        return True
    who, closed = await users.behind(tx, row.created_by)
    if closed:
        await _tell(
            tx,
            row,
            at,
            TickState.FAILED,
            f"the account of {who.name}, in whose name it runs, is closed; save it in another's",
        )
        return True
    run = await runs.start(
        tx,
        ctx,
        who,
        row.pipeline_id,
        definition.filled(at),
        cache=definition.cache,
        cluster=definition.cluster,
        patient=True,
    )
    await _tell(tx, row, at, state=TickState.STARTED, why=None, run=run)
    return True


async def first(conn: Reader, schedule: str) -> datetime | None:
    """Return the first tick that waits."""
    return (await conn.execute(select(func.min(Tick.at)).where(*_waiting(schedule)))).scalar_one()


async def fail(tx: Tx, schedule: str, at: datetime, why: str) -> None:
    """Record that the run of a tick could not be started."""
    if row := await _row(tx, schedule):
        await _tell(tx, row, at, TickState.FAILED, why)


async def _tell(
    tx: Tx, row: Row, at: datetime, state: TickState, why: str | None, run: str | None = None
) -> None:
    values = {"state": state.value, "message": why[:500] if why else None, "run_id": run}
    await tx.execute(update(Tick).where(*_waiting(row.id), Tick.at == at).values(**values))
    tx.record(ScheduleChanged(row.id, row.project_id))
    if state in (TickState.SKIPPED, TickState.FAILED):
        tx.record(TickMissed(row.id, row.project_id, at.isoformat()))


async def of_run(conn: Reader, run: str) -> str | None:
    """Return the schedule that started a run, if one of its ticks waits."""
    schedule = (await conn.execute(select(Tick.schedule_id).where(Tick.run_id == run))).scalar_one_or_none()
    return schedule if schedule and await first(conn, schedule) else None


# what people see ----------------------------------------------------------------------------------


async def schedules_of(
    conn: Reader,
    viewer: Viewer,
    project: str | None,
    pipeline: str | None,
    after: str | None,
    first: int,
    most: int,
) -> tuple[Rows, dict[str, Role] | None]:
    """Return a page of the schedules of a pipeline, a project or all of the viewer's projects, newest first,
    and the viewer's roles."""
    roles = await projects.mine(conn, viewer)
    narrow: dict[Any, Sequence[Any]] = {}
    if pipeline is not None:
        narrow[Schedule.pipeline_id] = [(await pipelines.pipeline(conn, viewer, pipeline)).id]
    elif (values := await projects.scope(conn, viewer, project, roles)) is not None:
        narrow[Schedule.project_id] = values
    return await fetch(
        conn,
        among(Schedule.__table__.columns, Schedule.id, narrow, rest=[], after=after, first=first, most=most),
    ), roles


async def ticks_of(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """Return the last 20 ticks of schedules, newest first, each with the number and state of its run."""
    rank = func.row_number().over(partition_by=Tick.schedule_id, order_by=Tick.at.desc()).label("rank")
    inner = (
        select(Tick.schedule_id, Tick.at, Tick.state, Tick.message, Tick.run_id, rank)
        .where(Tick.schedule_id.in_(keys))
        .subquery()
    )
    statement = (
        select(inner, Run.number, Run.state.label("run_state"))
        .outerjoin(Run, Run.id == inner.c.run_id)
        .where(inner.c.rank <= 20)
    )
    found: dict[str, list[Row]] = {key: [] for key in keys}
    for row in await conn.execute(statement.order_by(inner.c.at.desc())):
        found[row.schedule_id].append(row)
    return found
