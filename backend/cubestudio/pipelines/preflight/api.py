"""What a run would be, in the graph."""

from enum import StrEnum

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.scalars import Json, Long
from cubestudio.pipelines.preflight import actions
from cubestudio.pipelines.runs.api import PassedOver, params_of

Info = strawberry.Info[Context]


@strawberry.type(description="What a run would do with a step.")
class StepPlan:
    step: str
    kept: bool = strawberry.field(description="Whether a former result would be taken.")
    why: str
    cpu: float = strawberry.field(description="Cores that it would ask for.")
    memory: Long = strawberry.field(description="Bytes.")
    gpu: int = strawberry.field(description="Cards.")


@strawberry.enum(
    description="Whether a run would start: at once, after waiting, never as it is, or not known because its "
    "cluster does not answer."
)
class Verdict(StrEnum):
    NOW = "now"
    WAITS = "waits"
    NEVER = "never"
    UNKNOWN = "unknown"


@strawberry.type(description="What would happen if a pipeline were run now.")
class Preflight:
    cluster: str = strawberry.field(
        description="Where it would run; where its project's rule chooses, as it would choose now."
    )
    passed_over: list[PassedOver] = strawberry.field(
        description="The clusters before that one which the rule would pass over, in order."
    )
    verdict: Verdict
    message: str = strawberry.field(
        name="explanation", description="Why, and for what it would wait, held by whom."
    )
    problems: list[str] = strawberry.field(description="What would stop it, each in a sentence.")
    warnings: list[str] = strawberry.field(
        description="What may stop it or go otherwise than written, each in a sentence: images that their "
        "registry has not or that could not be looked for, images that this machine does not use, "
        "files that cannot be handed on."
    )
    objects: Json = strawberry.field(
        description="The objects that would be made on Kubernetes, secrets hidden; empty on this machine."
    )
    last: int | None = strawberry.field(
        description="The number of the run that `changes` compares with; null before the first."
    )
    changes: list[str] = strawberry.field(
        description="How it would differ from the last run, each in a sentence; empty: not at all."
    )
    digest: str = strawberry.field(
        description="Give it to startRun as `plan`: what was shown is then what runs."
    )


@strawberry.type
class Query:
    @strawberry.field(
        description="Which steps a run started now would keep, and why. `run`: continue that one."
    )
    async def plan_run(
        self,
        info: Info,
        pipeline: strawberry.ID,
        params: Json | None = None,
        run: strawberry.ID | None = None,
    ) -> list[StepPlan]:
        given = params_of(params)
        async with info.context.read() as conn:
            rows = await actions.preview(
                conn, info.context.ctx, info.context.who, pipeline=pipeline, params=given, former=run
            )
        return [
            StepPlan(step=step, kept=kept, why=why, cpu=ask.cpu, memory=ask.memory, gpu=ask.gpu)
            for step, kept, why, ask in rows
        ]

    @strawberry.field(
        description="What would happen if a pipeline were run now: asked of its cluster, without anything "
        "being made. Refused like startRun."
    )
    async def preflight(
        self,
        info: Info,
        pipeline: strawberry.ID,
        params: Json | None = None,
        version: int | None = None,
        cache: bool = True,
        cluster: str | None = None,
    ) -> Preflight:
        context = info.context
        found = await actions.preflight(
            context.ctx.db,
            context.ctx,
            context.who,
            pipeline=pipeline,
            params=params_of(params),
            number=version,
            cache=cache,
            cluster=cluster,
        )
        plan = found.plan
        return Preflight(
            cluster=found.cluster,
            passed_over=[PassedOver(cluster=name, reason=why) for name, why in found.passed],
            verdict=Verdict(plan.verdict),
            message=plan.message,
            problems=list(plan.problems),
            objects=[dict(each) for each in plan.objects],
            digest=found.digest,
            last=found.last,
            changes=found.changes,
            warnings=found.warnings,
        )
