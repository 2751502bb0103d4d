"""The periodic jobs of the platform in the graph."""

from typing import Annotated

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.problem import mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.core.jobs import cron
from cubestudio.housekeeping.tasks import actions
from cubestudio.users.access import overseer

Info = strawberry.Info[Context]


@strawberry.type(description="A periodic job of the platform.")
class ScheduledTask:
    name: str = strawberry.field(description="Name of the task, such as housekeeping.retention.apply.")
    description: str = strawberry.field(description="What it does.")
    schedule: str = strawberry.field(description="When it is due, as five fields of cron in UTC.")
    next_at: Time = strawberry.field(description="When it is due next.")
    running_since: Time | None = strawberry.field(
        description="When the execution began that has not ended; null when none runs."
    )
    last_started_at: Time | None = strawberry.field(
        description="When the last execution that ended began; null before the first."
    )
    last_duration_seconds: float | None = strawberry.field(
        description="How long the last execution that ended took, in seconds; null before the first."
    )
    last_error: str | None = strawberry.field(
        description="Why the last execution that ended failed; null when it succeeded. A task that failed is "
        "tried again after a growing pause."
    )

    @classmethod
    def of(cls, task: cron.Task) -> "ScheduledTask":
        return cls(
            name=task.name,
            description=task.description,
            schedule=task.cron,
            next_at=task.next_at,
            running_since=task.running_since,
            last_started_at=task.last_at,
            last_duration_seconds=task.last_seconds,
            last_error=task.last_error,
        )


@strawberry.type
class Query:
    @strawberry.field(
        description="The periodic jobs of the platform, by name. For administrators and auditors."
    )
    async def scheduled_tasks(self, info: Info) -> list[ScheduledTask]:
        overseer(info.context.who)
        async with info.context.read() as conn:
            return [ScheduledTask.of(task) for task in await cron.tasks(conn)]


@strawberry.type
class Mutation:
    @mutation
    async def run_scheduled_task(
        self, info: Info, name: Annotated[str, strawberry.argument(description="Name of the task.")]
    ) -> ScheduledTask:
        """Run a periodic job of the platform now; when it already runs or waits, nothing changes. For
        administrators."""
        context = info.context
        await actions.run(context.writing, context.who, name, cron.periodic())
        found = await cron.tasks(context.writing)
        return ScheduledTask.of(next(task for task in found if task.name == name))
