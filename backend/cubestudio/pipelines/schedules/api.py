"""Schedules in the graph."""

from typing import Annotated, Any

import strawberry

from cubestudio.core import clock
from cubestudio.core.errors import NotFound
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Json, Time
from cubestudio.core.graph.typed import from_mapping, to_mapping
from cubestudio.pipelines import actions as pipelines
from cubestudio.pipelines.api import Pipeline
from cubestudio.pipelines.runs.api import RunState
from cubestudio.pipelines.runs.model import RunState as State
from cubestudio.pipelines.schedules import access, actions, spec
from cubestudio.pipelines.schedules.model import TickState
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]
CRON = "Cron expression of five fields: minute, hour, day of month, month, day of week."
TIMEZONE = "IANA time zone in which `cron` is read, such as Europe/Berlin."
PARAMS = (
    "Parameter values of each run by name; a parameter that is left out has its default. In texts, "
    "`{{ tick }}`, `{{ tick.date }}`, `{{ tick.time }}` and `{{ tick.yesterday }}` stand for the time of the "
    "tick in `timezone`. JSON, because the pipeline defines the shape of the values."
)
CLUSTER = "Cluster that the runs use; null: the cluster of the project."
CACHE = "Whether a run may reuse results of equal steps of earlier runs."
CATCH_UP_POLICY = "What happens to ticks that passed while the platform was down."
MAX_ACTIVE_RUNS = "Number of runs of the schedule that may be active at a time, 1–50."
CONCURRENCY_POLICY = "What happens to a tick when `maxActiveRuns` runs are active."
STARTS_AT = "No tick before this time. In the past: ticks since then are caught up on by `catchUpPolicy`."
ENDS_AT = "No tick after this time; null: the schedule does not end."

enum(
    TickState,
    "State of a tick.",
    {
        "WAITING": "It waits for its run: until fewer runs of the schedule are active.",
        "STARTED": "Its run was started.",
        "SKIPPED": "It has no run, by a policy of the schedule or because the schedule was paused.",
        "FAILED": "Its run could not be started; `message` says why.",
    },
    name="ScheduleTickState",
)
enum(
    spec.CatchUpPolicy,
    CATCH_UP_POLICY,
    {
        "NONE": "They are skipped.",
        "LAST": "One run is started, for the last of them.",
        "ALL": "A run is started for each of the last 1000 of them.",
    },
)
enum(
    spec.ConcurrencyPolicy,
    "What happens to a tick when the maximum number of runs of the schedule is active.",
    {"SKIP": "It is skipped.", "WAIT": "It waits until a run ends; waiting ticks run in order."},
)


@strawberry.input(description="When a schedule runs its pipeline, and how.")
class ScheduleSpecInput:
    cron: str = strawberry.field(description=CRON)
    timezone: str = strawberry.field(default="UTC", description=TIMEZONE)
    params: Json | None = strawberry.field(
        default=strawberry.UNSET, description=f"{PARAMS} Null: all have their defaults."
    )
    cluster: str | None = strawberry.field(default=None, description=CLUSTER)
    cache: bool = strawberry.field(default=False, description=CACHE)
    catch_up_policy: spec.CatchUpPolicy = strawberry.field(
        default=spec.CatchUpPolicy.LAST, description=CATCH_UP_POLICY
    )
    max_active_runs: int = strawberry.field(default=1, description=MAX_ACTIVE_RUNS)
    concurrency_policy: spec.ConcurrencyPolicy = strawberry.field(
        default=spec.ConcurrencyPolicy.WAIT, description=CONCURRENCY_POLICY
    )
    starts_at: Time | None = strawberry.field(default=None, description=STARTS_AT)
    ends_at: Time | None = strawberry.field(default=None, description=ENDS_AT)


@strawberry.type(description="When a schedule runs its pipeline, and how, as `ScheduleSpecInput` takes it.")
class ScheduleSpec:
    cron: str = strawberry.field(description=CRON)
    timezone: str = strawberry.field(description=TIMEZONE)
    params: Json = strawberry.field(description=PARAMS)
    cluster: str | None = strawberry.field(description=CLUSTER)
    cache: bool = strawberry.field(description=CACHE)
    catch_up_policy: spec.CatchUpPolicy = strawberry.field(description=CATCH_UP_POLICY)
    max_active_runs: int = strawberry.field(description=MAX_ACTIVE_RUNS)
    concurrency_policy: spec.ConcurrencyPolicy = strawberry.field(description=CONCURRENCY_POLICY)
    starts_at: Time | None = strawberry.field(description=STARTS_AT)
    ends_at: Time | None = strawberry.field(description=ENDS_AT)


@strawberry.type(description="A time at which a schedule runs its pipeline, and what came of it.")
class ScheduleTick:
    at: Time = strawberry.field(description="The time by the schedule; the run may start later.")
    state: TickState = strawberry.field(description="What became of it.")
    message: str | None = strawberry.field(
        description="Why it was skipped or its run could not be started; null otherwise."
    )
    run_id: strawberry.ID | None = strawberry.field(
        description="Id of the run that was started; null when none was, or when it has been deleted."
    )
    run_number: int | None = strawberry.field(description="Number of that run in its pipeline.")
    run_state: RunState | None = strawberry.field(description="State of that run now.")


@strawberry.type(description="Runs a pipeline at the times of a cron expression.")
class Schedule(Node):
    name: str = strawberry.field(description="Name, unique among the schedules of the pipeline.")
    paused: bool = strawberry.field(description="Whether it is paused: no tick comes until it is resumed.")
    next_at: Time | None = strawberry.field(
        description="Time of the next tick; null when it is paused or has ended."
    )
    changed_at: Time = strawberry.field(description="When it was last saved.")
    viewer_can_change: bool = strawberry.field(
        description="Whether you can change, pause and delete it: members of its project can."
    )
    row: strawberry.Private[Any]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Schedule":
        return cls(
            id=row.id,
            name=row.name,
            paused=row.paused,
            next_at=row.next_at,
            changed_at=row.changed_at,
            viewer_can_change=role.rank >= Role.MEMBER.rank,
            row=row,
        )

    @strawberry.field(description="When it runs its pipeline, and how.")
    def spec(self) -> ScheduleSpec:
        return from_mapping(ScheduleSpec, spec.ScheduleSpec.model_validate(self.row.spec).model_dump())

    @strawberry.field(description="The pipeline that it runs, always in its newest version.")
    async def pipeline(self, info: Info) -> Pipeline:
        return Pipeline.of(await info.context.load(pipelines.pipelines_by_id, self.row.pipeline_id))

    @strawberry.field(description="The user whose access its runs have: whoever saved it last.")
    async def run_as(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.row.created_by))

    @strawberry.field(
        description="Times of the next ticks, earliest first; empty when it is paused or has ended."
    )
    def upcoming(
        self, first: Annotated[int, strawberry.argument(description="Number of ticks, 1–50.")] = 5
    ) -> list[Time]:
        if self.row.paused:
            return []
        return spec.ScheduleSpec.model_validate(self.row.spec).following(clock.now(), min(max(first, 1), 50))

    @strawberry.field(description="Its last 20 ticks, newest first.")
    async def ticks(self, info: Info) -> list[ScheduleTick]:
        rows = await info.context.load(actions.ticks_of, self.id) or []
        return [
            ScheduleTick(
                at=row.at,
                state=TickState(row.state),
                message=row.message,
                run_id=row.run_id,
                run_number=row.number,
                run_state=State(row.run_state) if row.run_state else None,
            )
            for row in rows
        ]


@strawberry.type(description="When a schedule with a spec would run.")
class SchedulePreview:
    upcoming: list[Time] = strawberry.field(
        description="Times of its next five ticks, earliest first; empty when it has ended."
    )
    catch_up_runs: int = strawberry.field(
        description="Number of runs that it would start as soon as it is created, for ticks in the past."
    )


@strawberry.input(description="Input of `createSchedule`.")
class CreateScheduleInput:
    pipeline_id: strawberry.ID = strawberry.field(description="The pipeline to run.")
    name: str = strawberry.field(
        description="Name, unique among the schedules of the pipeline: 1–50 lowercase letters, digits and "
        "hyphens."
    )
    spec: ScheduleSpecInput = strawberry.field(description="When to run the pipeline, and how.")


@strawberry.input(description="Input of `updateSchedule`; what is left out or null stays as it is.")
class UpdateScheduleInput:
    id: strawberry.ID = strawberry.field(description="The schedule to change.")
    name: str | None = strawberry.field(default=None, description="Its new name.")
    spec: ScheduleSpecInput | None = strawberry.field(
        default=None, description="Its new spec, which replaces the whole old one."
    )


async def fresh(info: Info, schedule: str) -> Schedule:
    row, standing = await access.schedule(info.context.writing, info.context.who, schedule)
    return Schedule.of(row, standing.role)


@strawberry.type
class Query:
    @strawberry.field(
        description="A schedule by id; null when there is none, or you cannot read its project."
    )
    async def schedule(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the schedule.")]
    ) -> Schedule | None:
        try:
            async with info.context.read() as conn:
                row, standing = await access.schedule(conn, info.context.who, id)
        except NotFound:
            return None
        return Schedule.of(row, standing.role)

    @strawberry.field(
        description="Schedules of a pipeline, of a project or of all your projects, newest first."
    )
    async def schedules(
        self,
        info: Info,
        project: Annotated[
            str | None, strawberry.argument(description="Name or id of a project; null: all projects.")
        ] = None,
        pipeline: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Id of a pipeline; `project` is then ignored."),
        ] = None,
        after: Annotated[
            str | None, strawberry.argument(description="Cursor after which the page begins.")
        ] = None,
        first: Annotated[int, strawberry.argument(description="Number of schedules, 1–200.")] = 50,
    ) -> Connection[Schedule]:
        async with info.context.read() as conn:
            most = info.context.ctx.settings.max_page_size
            rows, roles = await actions.schedules_of(
                conn, info.context.who, project, pipeline=pipeline, after=after, first=first, most=most
            )
        return connection(rows, lambda row: Schedule.of(row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(
        description="When a schedule with a spec would run. A spec that `createSchedule` would refuse is an "
        "error with the same faults; the pipeline's parameters are not checked."
    )
    async def preview_schedule(
        self,
        info: Info,
        spec: Annotated[ScheduleSpecInput, strawberry.argument(description="The spec to preview.")],
    ) -> SchedulePreview:
        wanted, now = actions.read(to_mapping(spec)), clock.now()
        first = wanted.first(now)
        return SchedulePreview(
            upcoming=wanted.following(now, 5),
            catch_up_runs=len(wanted.due(first, now)[0]) if first and first <= now else 0,
        )


@strawberry.type
class Mutation:
    @mutation
    async def create_schedule(
        self,
        info: Info,
        input: Annotated[CreateScheduleInput, strawberry.argument(description="The schedule to create.")],
    ) -> Schedule:
        """Create a schedule of a pipeline. Its runs have your access. Requires the member role in the
        project. CONFLICT when the name is taken or the pipeline has 50 schedules; INVALID when no run could
        start with these parameters."""
        context = info.context
        created = await actions.create(
            context.writing,
            context.ctx,
            context.who,
            pipeline=input.pipeline_id,
            name=input.name,
            spec=to_mapping(input.spec),
        )
        return await fresh(info, created)

    @mutation
    async def update_schedule(
        self,
        info: Info,
        input: Annotated[UpdateScheduleInput, strawberry.argument(description="The change.")],
    ) -> Schedule:
        """Change the name or the spec of a schedule. From then on its runs have your access. Requires the
        member role in the project."""
        context = info.context
        changed = await actions.change(
            context.writing,
            context.ctx,
            context.who,
            input.id,
            name=input.name,
            spec=None if input.spec is None else to_mapping(input.spec),
        )
        return await fresh(info, changed)

    @mutation
    async def pause_schedule(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the schedule.")]
    ) -> Schedule:
        """Pause a schedule: ticks that wait are skipped, and no tick comes until it is resumed. Its runs
        continue. Does nothing when it is paused. Requires the member role in the project."""
        return await fresh(info, await actions.pause(info.context.writing, info.context.who, id))

    @mutation
    async def resume_schedule(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the schedule.")]
    ) -> Schedule:
        """Resume a paused schedule with its next tick; ticks that passed meanwhile are not caught up on. Does
        nothing when it is not paused. Requires the member role in the project."""
        return await fresh(info, await actions.resume(info.context.writing, info.context.who, id))

    @mutation
    async def delete_schedule(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the schedule.")]
    ) -> Done:
        """Delete a schedule; its runs are kept. Requires the member role in the project."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)
