"""Schedules in the graph."""

from typing import Any

import strawberry

from cubestudio.core import clock
from cubestudio.core.errors import NotFound
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Json, Time, described
from cubestudio.pipelines import actions as pipelines
from cubestudio.pipelines.api import Pipeline
from cubestudio.pipelines.runs.api import RunState
from cubestudio.pipelines.runs.model import RunState as State
from cubestudio.pipelines.schedules import access, actions
from cubestudio.pipelines.schedules.model import TickState as Ticked
from cubestudio.pipelines.schedules.spec import Definition
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]
TickState = strawberry.enum(
    Ticked,
    name="TickState",
    description="Waiting for its turn, started, left out, or no run could be started.",
)


@strawberry.type(description="A moment of a schedule.")
class Tick:
    at: Time
    state: TickState
    message: str | None = strawberry.field(
        name="explanation", description="Why it was left out, or why no run could be started."
    )
    run_id: strawberry.ID | None
    run_number: int | None
    run_state: RunState | None


@strawberry.type(description="A pipeline that runs by itself.")
class Schedule(Node):
    name: str
    definition: Json = strawberry.field(
        description="{cron, timezone, params, cluster, cache, missed, parallel, full, begins_at, ends_at}, "
        "as saveSchedule takes it."
    )
    paused: bool
    next_at: Time | None = strawberry.field(description="The next moment; null when it is paused or over.")
    changed_at: Time
    viewer_can_change: bool
    project_id: strawberry.Private[str]
    pipeline_id: strawberry.Private[str]
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Schedule":
        return cls(
            id=row.id,
            name=row.name,
            definition=row.definition,
            paused=row.paused,
            next_at=row.next_at,
            changed_at=row.changed_at,
            viewer_can_change=role.rank >= Role.MEMBER.rank,
            project_id=row.project_id,
            pipeline_id=row.pipeline_id,
            user_id=row.created_by,
        )

    @strawberry.field
    async def pipeline(self, info: Info) -> Pipeline:
        return Pipeline.of(await info.context.load(pipelines.pipelines_by_id, self.pipeline_id))

    @strawberry.field(description="In whose name it runs: whoever saved it last.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="The next moments.")
    def upcoming(self, first: int = 5) -> list[Time]:
        return (
            []
            if self.paused
            else Definition.model_validate(self.definition).following(clock.now(), min(max(first, 1), 50))
        )

    @strawberry.field(description="Its last moments, twenty at most, newest first.")
    async def ticks(self, info: Info) -> list[Tick]:
        rows = await info.context.load(actions.ticks_of, self.id) or []
        return [
            Tick(
                at=row.at,
                state=Ticked(row.state),
                message=row.message,
                run_id=row.run_id,
                run_number=row.number,
                run_state=State(row.run_state) if row.run_state else None,
            )
            for row in rows
        ]


@strawberry.type(description="What a definition of a schedule comes to.")
class ScheduleCheck:
    upcoming: list[Time] = strawberry.field(description="Its next five moments; none when it is over.")
    missed: int = strawberry.field(description="How many moments before now it would make up for at once.")


async def fresh(info: Info, schedule: str) -> Schedule:
    row, standing = await access.schedule(info.context.writing, info.context.who, schedule)
    return Schedule.of(row, standing.role)


@strawberry.type
class Query:
    @strawberry.field(description="A schedule; null when there is none that I may see.")
    async def schedule(self, info: Info, id: strawberry.ID) -> Schedule | None:
        try:
            async with info.context.read() as conn:
                row, standing = await access.schedule(conn, info.context.who, id)
        except NotFound:
            return None
        return Schedule.of(row, standing.role)

    @strawberry.field(
        description="The schedules of a pipeline, of a project or of all my projects, newest first."
    )
    async def schedules(
        self,
        info: Info,
        project: str | None = None,
        pipeline: strawberry.ID | None = None,
        after: str | None = None,
        first: int = 50,
    ) -> Connection[Schedule]:
        async with info.context.read() as conn:
            most = info.context.ctx.settings.max_page
            rows, roles = await actions.schedules_of(
                conn, info.context.who, project, pipeline=pipeline, after=after, first=first, most=most
            )
        return connection(rows, lambda row: Schedule.of(row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(
        description="When a schedule would run; refused like saveSchedule when its definition is not right."
    )
    async def check_schedule(self, info: Info, definition: Json) -> ScheduleCheck:
        told, now = actions.read(described(definition)), clock.now()
        missed = 0
        if (first := told.first(now)) and first <= now:
            missed = len(told.due(first, now)[0])
        return ScheduleCheck(upcoming=told.following(now, 5), missed=missed)


@strawberry.type
class Mutation:
    @mutation
    async def save_schedule(
        self,
        info: Info,
        pipeline: strawberry.ID,
        name: str,
        definition: Json,
        id: strawberry.ID | None = None,
    ) -> Schedule:
        """Have a pipeline run by itself in my name, or change (`id`) how it does. `definition`: {cron, five
        fields; timezone, such as Europe/Berlin (UTC); params, of each run, where `{{ tick }}`, `{{ tick.date
        }}`, `{{ tick.time }}` and `{{ tick.yesterday }}` stand for the moment; cluster; cache (false: each
        run runs all its steps); missed, what becomes of moments at which the platform did not run: none, last
        (a run for the last of them) or all; parallel, how many runs may go on at once (1); full, what becomes
        of a moment when as many do: wait or skip; begins_at, ends_at: one that begins in the past makes up
        for what came since, as `missed` says}."""
        context = info.context
        saved = await actions.save(
            context.writing,
            context.ctx,
            context.who,
            pipeline=pipeline,
            name=name,
            told=described(definition),
            schedule=id,
        )
        return await fresh(info, saved)

    @mutation
    async def pause_schedule(self, info: Info, id: strawberry.ID, paused: bool = True) -> Schedule:
        """Stop a schedule, or have it go on; what passes meanwhile is not made up for."""
        return await fresh(info, await actions.pause(info.context.writing, info.context.who, id, paused))

    @mutation
    async def delete_schedule(self, info: Info, id: strawberry.ID) -> Done:
        """Delete a schedule; its runs stay."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)
