"""What each event of the rooms below means to users: who is notified, and of what.

A reader gets the event and reads the rows that it names. It returns None when they are gone, or when nobody
is notified. What it returns has the same name (`Notice.event`) whenever the event is read again, so that a
job that runs twice, in whatever process, writes one notification."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cubestudio.core.db import Reader
from cubestudio.core.events import Event
from cubestudio.images import listing as images
from cubestudio.images.events import BuildFailed
from cubestudio.images.model import Image
from cubestudio.notebooks import listing as notebooks
from cubestudio.notebooks.events import NotebookIdle, NotebookIdleStopped
from cubestudio.notifications.model import NotificationKind
from cubestudio.notifications.spec import Notice
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs.events import RunFinished
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.pipelines.schedules.events import TickMissed
from cubestudio.pipelines.schedules.model import Schedule, Tick
from cubestudio.projects import actions as projects
from cubestudio.projects.events import MemberAdded
from cubestudio.searches import listing as searches
from cubestudio.searches.events import SearchFinished
from cubestudio.services import listing as services
from cubestudio.services.events import RevisionFailed, RolloutEnded
from cubestudio.services.plan import RolloutState


def named(event: Event, *ids: str) -> str:
    """Return the name of an event: its class and what tells it from others of that class."""
    return ":".join((type(event).__name__, *ids))


async def run(conn: Reader, event: RunFinished) -> Notice | None:
    """A run that failed or succeeded; trials of searches are left to the search."""
    columns = (Run.id, Run.state, Run.message, Run.number, Run.pipeline_id, Run.created_by)
    statement = select(*columns, Pipeline.name).join(Pipeline, Pipeline.id == Run.pipeline_id)
    row = (await conn.execute(statement.where(Run.id == event.run_id))).one_or_none()
    if row is None or await searches.search_of_run(conn, row.id):
        return None
    if row.state == RunState.FAILED.value:
        kinds = [NotificationKind.RUN_FAILED]
    elif row.state == RunState.SUCCEEDED.value:
        recovered = [NotificationKind.RUN_RECOVERED] if await _failed_before(conn, row) else []
        kinds = [*recovered, NotificationKind.RUN_SUCCEEDED]
    else:
        return None
    return Notice(
        event=named(event, row.id, row.state),
        kinds=kinds,
        user_id=row.created_by,
        project_id=event.project_id,
        subject_id=row.id,
        name=row.name,
        number=row.number,
        detail=row.message if row.state == RunState.FAILED.value else None,
    )


async def _failed_before(conn: Reader, row: Any) -> bool:
    """Return whether the last run of the pipeline before this one, by the same user, failed."""
    ended = (RunState.SUCCEEDED.value, RunState.FAILED.value)
    before = (
        Run.pipeline_id == row.pipeline_id,
        Run.number < row.number,
        Run.created_by == row.created_by,
        Run.state.in_(ended),
    )
    last = select(Run.state).where(*before).order_by(Run.number.desc()).limit(1)
    return (await conn.execute(last)).scalar_one_or_none() == RunState.FAILED.value


async def search(conn: Reader, event: SearchFinished) -> Notice | None:
    """A search that succeeded or failed."""
    row = (await searches.searches_by_id(conn, [event.search_id])).get(event.search_id)  # ty: ignore
    if row is None:
        return None
    return Notice(
        event=named(event, row.id, event.at),
        kinds=[NotificationKind.SEARCH_FINISHED],
        user_id=row.created_by,
        project_id=event.project_id,
        subject_id=row.id,
        name=row.name,
        detail=row.message,
    )


async def notebook(conn: Reader, event: NotebookIdle | NotebookIdleStopped) -> Notice | None:
    """A notebook that will be stopped for being idle, or was."""
    row = (await notebooks.notebooks_by_id(conn, [event.notebook_id])).get(event.notebook_id)  # ty: ignore
    if row is None:
        return None
    idle = isinstance(event, NotebookIdle)
    stop = (row.activity or {}).get("stopAt") if idle else None
    return Notice(
        event=named(event, row.id, event.since if isinstance(event, NotebookIdle) else event.start),
        kinds=[NotificationKind.NOTEBOOK_IDLE if idle else NotificationKind.NOTEBOOK_STOPPED],
        user_id=row.created_by,
        project_id=event.project_id,
        subject_id=row.id,
        name=row.name,
        detail=f"It stops at {datetime.fromisoformat(stop):%Y-%m-%d %H:%M} UTC unless it is used."
        if stop
        else None,
    )


async def rollout(conn: Reader, event: RolloutEnded) -> Notice | None:
    """A canary that was completed or rolled back by the platform."""
    row = (await services.services_by_id(conn, [event.service_id])).get(event.service_id)  # ty: ignore
    last = row.rollout if row else None
    revision = await services.revision(conn, event.service_id, int(event.number))
    if row is None or revision is None or not last or str(last["revision"]) != event.number:
        return None
    back = last["state"] == RolloutState.ROLLED_BACK
    kind = NotificationKind.SERVICE_ROLLED_BACK if back else NotificationKind.CANARY_COMPLETED
    if back and not row.traffic:  # no revision has ever answered, so there is none to roll back to
        kind = NotificationKind.SERVICE_FAILED
    return Notice(
        event=named(event, row.id, event.at),
        kinds=[kind],
        user_id=revision.created_by,
        project_id=event.project_id,
        subject_id=row.id,
        name=row.name,
        number=revision.number,
        detail=last["said"][-1]["words"] if back and last["said"] else None,
    )


async def revision(conn: Reader, event: RevisionFailed) -> Notice | None:
    """A revision that failed."""
    row = (await services.services_by_id(conn, [event.service_id])).get(event.service_id)  # ty: ignore
    found = await services.revision(conn, event.service_id, int(event.number))
    if row is None or found is None:
        return None
    return Notice(
        event=named(event, found.id, event.start),
        kinds=[NotificationKind.SERVICE_FAILED],
        user_id=found.created_by,
        project_id=event.project_id,
        subject_id=row.id,
        name=row.name,
        number=found.number,
        detail=found.message,
    )


async def build(conn: Reader, event: BuildFailed) -> Notice | None:
    """A build of an image that failed."""
    row = (await images.builds_by_id(conn, [event.build_id])).get(event.build_id)  # ty: ignore
    if row is None:
        return None
    name = (await conn.execute(select(Image.name).where(Image.id == row.image_id))).scalar_one()
    return Notice(
        event=named(event, row.id),
        kinds=[NotificationKind.BUILD_FAILED],
        user_id=row.created_by,
        project_id=event.project_id,
        subject_id=row.image_id,
        name=name,
        number=row.number,
        detail=row.message,
    )


async def tick(conn: Reader, event: TickMissed) -> Notice | None:
    """A tick of a schedule that was skipped, or whose run could not be started."""
    at = datetime.fromisoformat(event.at)
    statement = (
        select(Schedule.id, Schedule.name, Schedule.created_by, Pipeline.name.label("pipeline"), Tick.message)
        .join(Tick, Tick.schedule_id == Schedule.id)
        .join(Pipeline, Pipeline.id == Schedule.pipeline_id)
    )
    row = (await conn.execute(statement.where(Schedule.id == event.schedule_id, Tick.at == at))).one_or_none()
    if row is None:
        return None
    return Notice(
        event=named(event, row.id, event.at),
        kinds=[NotificationKind.SCHEDULE_MISSED],
        user_id=row.created_by,
        project_id=event.project_id,
        subject_id=row.id,
        name=f"{row.name} of {row.pipeline}",
        detail=f"{at:%Y-%m-%d %H:%M} UTC: {row.message}",
    )


async def member(conn: Reader, event: MemberAdded) -> Notice | None:
    """A user who was added to a project."""
    row = (await projects.projects_by_id(conn, [event.project_id])).get(event.project_id)  # ty: ignore
    if row is None:
        return None
    return Notice(
        event=named(event, event.project_id, event.at),
        kinds=[NotificationKind.PROJECT_JOINED],
        user_id=event.user_id,
        project_id=event.project_id,
        subject_id=event.project_id,
        name=row.name,
    )


READERS: Mapping[type[Event], Callable[[Reader, Any], Awaitable[Notice | None]]] = {
    RunFinished: run,
    SearchFinished: search,
    NotebookIdle: notebook,
    NotebookIdleStopped: notebook,
    RolloutEnded: rollout,
    RevisionFailed: revision,
    BuildFailed: build,
    TickMissed: tick,
    MemberAdded: member,
}
"""By event: what it means to users."""
