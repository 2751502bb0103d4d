"""What a run would be, in the graph."""

from typing import Annotated

import strawberry

from cubestudio.clusters.api import PreflightVerdict
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.scalars import Json, Long
from cubestudio.pipelines.preflight import actions
from cubestudio.pipelines.runs.api import (
    ClusterName,
    Params,
    PipelineId,
    SkippedCluster,
    UseCache,
    VersionNumber,
    params_of,
)

Info = strawberry.Info[Context]


@strawberry.type(description="What a run would do with a step.")
class StepPlan:
    step: str = strawberry.field(description="Name of the step.")
    cached: bool = strawberry.field(description="Whether the result of an earlier step would be taken.")
    reason: str = strawberry.field(description="Why it would, or would not, in a sentence.")
    cpu: float = strawberry.field(description="CPU request in cores.")
    memory: Long = strawberry.field(description="Memory request in bytes.")
    gpu: int = strawberry.field(description="GPUs requested.")


@strawberry.type(description="What would happen if a pipeline were run now.")
class RunPreflight:
    cluster: str = strawberry.field(
        description="Where it would run; where its project's rule chooses, as it would choose now."
    )
    skipped_clusters: list[SkippedCluster] = strawberry.field(
        description="The clusters before that one which the rule would pass over, in order."
    )
    verdict: PreflightVerdict = strawberry.field(description="Whether it would start.")
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
    last_run_number: int | None = strawberry.field(
        description="The number of the run that `changes` compares with; null before the first."
    )
    changes: list[str] = strawberry.field(
        description="How it would differ from the last run, each in a sentence; empty: not at all."
    )
    digest: str = strawberry.field(
        description="Give it to startRun as `preflightDigest`: what was shown is then what runs."
    )


@strawberry.type
class Query:
    @strawberry.field(description="Which steps of a run that starts now would take a cached result, and why.")
    async def plan_run(
        self,
        info: Info,
        pipeline: PipelineId,
        params: Params = None,
        run: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Id of a run that would be continued, as by continueRun."),
        ] = None,
    ) -> list[StepPlan]:
        given = params_of(params)
        async with info.context.read() as conn:
            rows = await actions.preview(
                conn, info.context.ctx, info.context.who, pipeline=pipeline, params=given, former=run
            )
        return [
            StepPlan(step=step, cached=kept, reason=why, cpu=ask.cpu, memory=ask.memory, gpu=ask.gpu)
            for step, kept, why, ask in rows
        ]

    @strawberry.field(
        description="What would happen if a pipeline were run now. Its cluster is consulted, and nothing is "
        "created. Refused for the same reasons as startRun."
    )
    async def preflight_run(
        self,
        info: Info,
        pipeline: PipelineId,
        params: Params = None,
        version: VersionNumber = None,
        cache: UseCache = True,
        cluster: ClusterName = None,
    ) -> RunPreflight:
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
        return RunPreflight(
            cluster=found.cluster,
            skipped_clusters=[SkippedCluster(cluster=name, reason=why) for name, why in found.passed],
            verdict=PreflightVerdict(plan.verdict),
            message=plan.message,
            problems=list(plan.problems),
            objects=[dict(each) for each in plan.objects],
            digest=found.digest,
            last_run_number=found.last,
            changes=found.changes,
            warnings=found.warnings,
        )
