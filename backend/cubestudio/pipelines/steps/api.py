"""Steps and what they left in the graph."""

from typing import Annotated, Any

import strawberry

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.api import Pod
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.scalars import Json, Long, Time
from cubestudio.pipelines.steps import actions
from cubestudio.pipelines.steps.model import StepState

Info = strawberry.Info[Context]
enum(
    StepState,
    "State of a step. SUCCEEDED, CACHED, FAILED, SKIPPED and CANCELLED are final.",
    {
        "QUEUED": "Waits for the steps that it needs, or for its turn.",
        "PENDING": "Its pod exists and has not started.",
        "RUNNING": "Its command runs.",
        "RETRYING": "An attempt failed, and the next one has not started.",
        "SUCCEEDED": "Its command ended with exit code 0, and its outputs are stored.",
        "CACHED": "The result of an equal step was taken; nothing ran.",
        "FAILED": "Its last attempt failed.",
        "SKIPPED": "Its condition was false, or a step that it needs did not succeed.",
        "CANCELLED": "Its run was cancelled before it ended.",
        "UNKNOWN": "Its cluster cannot be reached.",
    },
)


@strawberry.type(description="A file that a step left in its output folder; its bytes are at `url`.")
class Artifact:
    id: strawberry.ID = strawberry.field(description="Id of the artifact.")
    path: str = strawberry.field(description="Path in the output folder of the step.")
    size: Long = strawberry.field(description="Bytes.")
    sha256: str = strawberry.field(description="SHA-256 of its bytes, as 64 hexadecimal digits.")
    media_type: str = strawberry.field(description="Media type, such as text/plain.")
    url: str = strawberry.field(description="Where to read it, with the same session or token.")

    @classmethod
    def of(cls, row: Any) -> "Artifact":
        return cls(
            id=row.id,
            path=row.path,
            size=row.size,
            sha256=row.sha256,
            media_type=row.media_type,
            url=f"/artifacts/{row.id}",
        )


@strawberry.type(description="Name and state of a step, for lists.")
class StepSummary:
    id: strawberry.ID = strawberry.field(description="Id of the step.")
    name: str = strawberry.field(description="Name of the step in its pipeline.")
    state: StepState = strawberry.field(description="State of the step.")


@strawberry.type(description="A step of a run, or one item of its fan-out.")
class Step(Node):
    run_id: strawberry.ID = strawberry.field(description="Id of its run.")
    name: str = strawberry.field(description="Name of the step in its pipeline.")
    item: int | None = strawberry.field(description="Index in the fan-out, from 0; null for the step itself.")
    state: StepState = strawberry.field(description="State of the step.")
    attempt: int = strawberry.field(description="Number of times its command was started.")
    reason: str | None = strawberry.field(
        description="Why it is in this state, in one CamelCase word such as OutOfMemory; null when there is "
        "nothing to say."
    )
    message: str | None = strawberry.field(
        name="explanation", description="Why it is in this state, in a sentence."
    )
    value: Json | None = strawberry.field(description="The item that a fan-out gave it.")
    item_count: int | None = strawberry.field(description="How many items the fan-out has, once known.")
    outputs: Json | None = strawberry.field(description="{name: value} that it left.")
    omitted_files: list[str] = strawberry.field(
        description="What it left in its output folder and could not be kept, such as links that lead out of "
        "it and special files: each "
        "with its reason, in a sentence. The first 50; empty when everything was kept."
    )
    needs: list[str] = strawberry.field(description="Names of the steps that it waits for.")
    source: strawberry.Private[str | None]
    cache_reason: str | None = strawberry.field(
        description="Why the result was, or was not, taken from before."
    )
    started_at: Time | None = strawberry.field(description="When its newest attempt started.")
    finished_at: Time | None = strawberry.field(description="When it reached a final state.")
    pod_id: strawberry.ID | None = strawberry.field(description="Id of the pod of its newest attempt.")

    @classmethod
    def of(cls, row: Any) -> "Step":
        return cls(
            id=row.id,
            run_id=row.run_id,
            name=row.name,
            item=None if row.item < 0 else row.item,
            state=StepState(row.state),
            attempt=row.attempt,
            reason=row.reason,
            message=row.message,
            value=row.value,
            item_count=row.items,
            outputs=row.outputs,
            omitted_files=row.omitted or [],
            needs=row.needs,
            source=row.cached_from,
            cache_reason=row.cache_reason,
            started_at=row.started_at,
            finished_at=row.finished_at,
            pod_id=row.pod_id,
        )

    @strawberry.field(
        description="The step that ran and whose result was taken, however often it was taken since; null "
        "when it ran itself, or that one was deleted."
    )
    async def cached_from(self, info: Info) -> "Step | None":
        row = await info.context.load(actions.origins, self.source) if self.source else None
        return Step.of(row) if row else None

    @strawberry.field(description="The pod of its newest attempt.")
    async def pod(self, info: Info) -> Pod | None:
        row = await info.context.load(clusters.pods_by_id, self.pod_id) if self.pod_id else None
        return Pod.of(row) if row else None

    @strawberry.field(description="The pods of all its attempts, oldest first.")
    async def pods(self, info: Info) -> list[Pod]:
        async with info.context.read() as conn:
            return [Pod.of(row) for row in await clusters.pods_of(conn, self.run_id, self.name, self.item)]

    @strawberry.field(description="What its code logged by MLflow: {param: {name: text}, tag: {name: text}}.")
    async def mlflow(self, info: Info) -> Json:
        async with info.context.read() as conn:
            return await actions.tracked_of(
                conn, self.run_id, self.name, -1 if self.item is None else self.item
            )

    @strawberry.field(description="The files that it left.")
    async def artifacts(self, info: Info) -> list[Artifact]:
        return [Artifact.of(row) for row in await info.context.load(actions.artifacts_by_step, self.id) or []]

    @strawberry.field(description="Items of its fan-out, in order.")
    async def items(
        self,
        info: Info,
        after: Annotated[
            int,
            strawberry.argument(description="Index of the last item of the page before; -1 for the first."),
        ] = -1,
        first: Annotated[int, strawberry.argument(description="Number of items, 1–200.")] = 100,
    ) -> list["Step"]:
        first = min(max(first, 1), info.context.ctx.settings.max_page_size)
        async with info.context.read() as conn:
            return [
                Step.of(row)
                for row in await actions.items_of(conn, self.run_id, self.name, max(after, -1), first)
            ]
