"""Runs in the graph."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Any

import strawberry

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.api import Pod
from cubestudio.core import clock
from cubestudio.core.cluster.port import Graph
from cubestudio.core.errors import Conflict, Invalid, NotFound, Unavailable
from cubestudio.core.events import on
from cubestudio.core.graph.connection import After, Connection, First, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, Fault, mutation
from cubestudio.core.graph.scalars import Json, Long, Time
from cubestudio.models import api as models
from cubestudio.models import listing as registry
from cubestudio.notebooks.api import Notebook
from cubestudio.notebooks.api import fresh as fresh_notebook
from cubestudio.pipelines import access as pipeline_access
from cubestudio.pipelines import actions as pipelines
from cubestudio.pipelines import messages
from cubestudio.pipelines.api import Pipeline, PipelineId, PipelineVersion
from cubestudio.pipelines.metrics import api as metrics
from cubestudio.pipelines.runs import access, actions, history, listing, placing, register, removal, stage
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.runs.listing import Filter
from cubestudio.pipelines.runs.model import RunState
from cubestudio.pipelines.runs.spec import shown
from cubestudio.pipelines.steps import actions as steps
from cubestudio.pipelines.steps.api import Step, StepSummary
from cubestudio.pipelines.steps.model import StepState
from cubestudio.projects import access as projects
from cubestudio.projects.access import mine
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.templates.api import Template
from cubestudio.users import actions as users
from cubestudio.users.api import User
from cubestudio.workloads import listing as workloads

Info = strawberry.Info[Context]
USAGE_SECONDS = 2.0
LATELY = timedelta(minutes=2)
enum(
    RunState,
    "State of a run. SUCCEEDED, FAILED and CANCELLED are final.",
    {
        "QUEUED": "Waits for quota, for its cluster, or for its first pod.",
        "RUNNING": "At least one of its steps has started.",
        "CANCELLING": "Was cancelled; its processes are ending.",
        "SUCCEEDED": "Every step succeeded, was cached or was skipped.",
        "FAILED": "At least one step failed, or its cluster lost it.",
        "CANCELLED": "Was cancelled before it ended.",
    },
)
RunId = Annotated[strawberry.ID, strawberry.argument(description="Id of the run.")]
Params = Annotated[
    Json | None,
    strawberry.argument(
        description="Values of the pipeline's parameters, {name: value}. A parameter that is left out has "
        "its default. JSON, because each pipeline declares its own parameters."
    ),
]
VersionNumber = Annotated[
    int | None, strawberry.argument(description="Version of the pipeline; the newest when it is left out.")
]
UseCache = Annotated[
    bool, strawberry.argument(description="Whether steps may take results of equal steps of earlier runs.")
]
ClusterName = Annotated[
    str | None,
    strawberry.argument(
        description="Name of a cluster that the project allows. When it is left out, the project's own, or "
        "the one that its placement rule chooses."
    ),
]
RetryCluster = Annotated[
    str | None,
    strawberry.argument(
        description="Name of a cluster that the project allows; the run's own when it is left out."
    ),
]
Since = Annotated[
    str | None,
    strawberry.argument(
        description="A `cursor` that you received: the subscription resumes after it. When it is left out, "
        "it starts now."
    ),
]
StepName = Annotated[str, strawberry.argument(description="Name of the step.")]
Item = Annotated[
    int | None,
    strawberry.argument(
        description="Index of the item of the step's fan-out, from 0; null for a step without a fan-out."
    ),
]


@strawberry.type(description="An estimate of when a run ends, from the durations of earlier runs.")
class RunEndEstimate:
    median: Time = strawberry.field(description="If each remaining step takes its median duration.")
    p90: Time = strawberry.field(description="If each remaining step takes its 90th percentile duration.")


@strawberry.type(description="A version of a model that was registered from a run.")
class RegisteredModelVersion:
    model_id: strawberry.ID = strawberry.field(description="Id of the model.")
    version_id: strawberry.ID = strawberry.field(description="Id of the version.")
    name: str = strawberry.field(description="Name of the model.")
    number: int = strawberry.field(description="Number of the version, from 1.")
    step: str = strawberry.field(description="Name of the step that left its files.")


@strawberry.type(description="A cluster that was considered for a run and not chosen.")
class SkippedCluster:
    cluster: str = strawberry.field(description="Name of the cluster.")
    reason: str = strawberry.field(description="Why it was not chosen, in a sentence.")


@strawberry.type(description="How many steps of a run are in one state.")
class StepStateCount:
    state: StepState = strawberry.field(description="The state.")
    count: int = strawberry.field(description="Number of steps in it, at least 1.")


@strawberry.type(description="One run of a pipeline version.")
class Run(Node):
    number: int = strawberry.field(description="Counts the runs of its pipeline.")
    state: RunState = strawberry.field(description="State of the run.")
    reason: str | None = strawberry.field(
        description="Why it is in this state, in one CamelCase word such as QuotaExceeded; null when there "
        "is nothing to say."
    )
    message: str | None = strawberry.field(
        name="explanation", description="Why it is in this state, in a sentence."
    )
    cluster: str = strawberry.field(
        description="Where it runs; of a run that its project's rule has not placed yet (`placed` is false), "
        "the first that does not refuse it."
    )
    priority: int = strawberry.field(
        description="-100 to 100, 0 by default; queued runs of higher priority start first."
    )
    retry_of: strawberry.ID | None = strawberry.field(
        description="Id of the run whose successful steps this one takes over; null when it started anew."
    )
    pinned: bool = strawberry.field(
        description="Whether it is kept: it cannot be deleted, and retention policies do not delete it."
    )
    packed_step_states: Json = strawberry.field(
        description="States of its steps in order, packed for lists: [[step name, state such as Succeeded], "
        "…]. Empty when the run has more than 60 steps."
    )
    counts: list[StepStateCount] = strawberry.field(
        description="How many of its steps are in each state; states without a step are left out."
    )
    created_at: Time = strawberry.field(description="When it was requested.")
    started_at: Time | None = strawberry.field(description="When its first step started.")
    finished_at: Time | None = strawberry.field(description="When it reached a final state.")
    project_id: strawberry.ID = strawberry.field(description="Id of its project.")
    pipeline_id: strawberry.ID = strawberry.field(description="Id of its pipeline.")
    version_id: strawberry.Private[str]
    created_by: strawberry.Private[str]
    role: strawberry.Private[Role]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Run":
        return cls(
            id=row.id,
            number=row.number,
            state=RunState(row.state),
            reason=row.reason,
            message=row.message,
            cluster=row.cluster,
            priority=row.priority,
            retry_of=row.retry_of,
            pinned=row.pinned,
            packed_step_states=row.strip,
            counts=[StepStateCount(state=StepState(state), count=n) for state, n in row.counts.items()],
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            project_id=row.project_id,
            pipeline_id=row.pipeline_id,
            version_id=row.version_id,
            created_by=row.created_by,
            role=role,
        )

    @strawberry.field(description="Whether its cluster is chosen.")
    async def placed(self, info: Info) -> bool:
        started = await info.context.load(workloads.newest_by_owner, self.id)
        return started is None or started.candidates is None

    @strawberry.field(
        description="Clusters that were considered and not chosen, in order: those that the project's "
        "placement rule skipped, and those from which the run was moved."
    )
    async def skipped_clusters(self, info: Info) -> list[SkippedCluster]:
        started = await info.context.load(workloads.newest_by_owner, self.id)
        passed = (started and started.passed) or ()
        return [SkippedCluster(cluster=name, reason=why) for name, why in passed]

    @strawberry.field(
        description="Why its state is not known now: its cluster cannot be reached, and `state` is the last "
        "one that was observed. Null when the state is known."
    )
    def unknown_reason(self, info: Info) -> str | None:
        if self.state.final:
            return None
        cluster = info.context.ctx.clusters.get(self.cluster)
        if cluster is None:
            return f"Cluster {self.cluster} is not configured here any more."
        health = cluster.health()
        return None if health.reachable else health.problem

    @strawberry.field(description="Its parameters as they were filled in.")
    async def params(self, info: Info) -> Json:
        return await info.context.load(listing.params_by_id, self.id) or {}

    @strawberry.field(description="The version that it ran.")
    async def version(self, info: Info) -> PipelineVersion:
        return PipelineVersion.of(await info.context.load(pipelines.versions_by_id, self.version_id))

    @strawberry.field(description="Its pipeline.")
    async def pipeline(self, info: Info) -> Pipeline:
        return Pipeline.of(await info.context.load(pipelines.pipelines_by_id, self.pipeline_id))

    @strawberry.field(description="Who started it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.created_by))

    @strawberry.field(description="Its steps in order; the items of a fan-out are below their step.")
    async def steps(self, info: Info) -> list[Step]:
        return [Step.of(row) for row in await info.context.load(steps.steps_by_run, self.id) or []]

    @strawberry.field(description="Names and states of its steps: what a list needs.")
    async def step_states(self, info: Info) -> list[StepSummary]:
        rows = await info.context.load(steps.states_by_run, self.id) or []
        return [StepSummary(id=row.id, name=row.name, state=StepState(row.state)) for row in rows]

    @strawberry.field(description="The versions of models that were registered from it.")
    async def models(self, info: Info) -> list[RegisteredModelVersion]:
        return [
            RegisteredModelVersion(
                model_id=row.model_id,
                version_id=row.id,
                name=row.name,
                number=row.number,
                step=row.lineage.get("step") or "",
            )
            for row in await info.context.load(registry.of_runs, self.id)
        ]

    @strawberry.field(description="The pods of all attempts of all steps, oldest first; 1,000 at most.")
    async def pods(self, info: Info) -> list[Pod]:
        async with info.context.read() as conn:
            return [Pod.of(row) for row in await clusters.pods_of(conn, self.id)]

    @strawberry.field(
        description="The metrics that its steps reported, in the order of the steps; a step whose result was "
        "taken from before has those of the step that ran. "
        "`from` and `to`: only points from one step to another; `points`: the width in pixels for "
        "which they are thinned out, 0 to 10000; 0: no points, only the last."
    )
    async def metrics(
        self,
        info: Info,
        step: Annotated[
            str | None, strawberry.argument(description="Only the metrics of this step, by name.")
        ] = None,
        item: Annotated[
            int | None, strawberry.argument(description="Only those of this item of a fan-out, from 0.")
        ] = None,
        names: Annotated[
            list[str] | None,
            strawberry.argument(description="Only the metrics of these names; 1,000 at most."),
        ] = None,
        from_: Annotated[
            float | None, strawberry.argument(name="from", description="The first step of the x axis.")
        ] = None,
        to: Annotated[float | None, strawberry.argument(description="The last step of the x axis.")] = None,
        points: Annotated[
            int,
            strawberry.argument(
                description="Width in pixels for which points are thinned out, 0–10000; 0: only the last "
                "point of each metric."
            ),
        ] = 1000,
    ) -> list[metrics.MetricSeries]:
        return await metrics.series(
            info, self.id, step, item=item, names=names, between=(from_, to), columns=points
        )

    @strawberry.field(
        description="When it is expected to end, by the durations of its steps in earlier runs; null when it "
        "has ended, or when that is not known."
    )
    async def expected_end(self, info: Info) -> RunEndEstimate | None:
        if RunState(self.state).final:
            return None
        usual = await info.context.load(history.usual_by_pipeline, self.pipeline_id) or {}
        rows = await info.context.load(steps.steps_by_run, self.id) or []
        waiting = [
            history.Waiting(row.name, row.needs, StepState(row.state).final, row.started_at) for row in rows
        ]
        ends = history.expect(waiting, usual, clock.now())
        return RunEndEstimate(median=ends[0], p90=ends[1]) if ends else None

    @strawberry.field(description="Whether you may cancel it now.")
    def viewer_can_cancel(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank and not RunState(self.state).final

    @strawberry.field(description="Whether you may delete it now.")
    def viewer_can_delete(self) -> bool:
        return not self.pinned and self.role.rank >= Role.MEMBER.rank and RunState(self.state).final

    @strawberry.field(description="Whether you may pin and unpin it.")
    def viewer_can_pin(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank

    @strawberry.field(description="Whether you may retry it now.")
    def viewer_can_retry(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank and RunState(self.state).final


@strawberry.type(description="Runs that were deleted.")
class DeletedRuns:
    ids: list[strawberry.ID] = strawberry.field(description="Ids of the runs that were deleted.")
    deleted_bytes: Long = strawberry.field(
        description="Bytes of files and logs that this frees: those that nothing else refers to. The store "
        "deletes them within the hour."
    )
    faults: list[Fault] = strawberry.field(
        description="Why others were not deleted; `path` has the index of the run in `ids`."
    )


@strawberry.type(description="A change of a run.")
class RunChange:
    cursor: str = strawberry.field(description="Pass it as `since` to resume after this item.")
    run: Run = strawberry.field(description="The run as it is now.")


@strawberry.type(description="What the running pods of a run use.")
class RunUsage:
    pods: Json = strawberry.field(
        description="{pod: [cores, bytes, bytes asked for]}; where its cards are measured two more: cards at "
        "work, bytes in use on them."
    )


async def _usage(info: Info, run: Run) -> dict[str, Any]:
    """The last sample of each running pod of a run, of 100 at most."""
    async with info.context.read() as conn:
        rows = [row for row in await clusters.pods_of(conn, run.id) if row.state == "Running"][:100]
    port = info.context.ctx.clusters.get(run.cluster)
    found: dict[str, Any] = {}
    for row in rows:
        with contextlib.suppress(Unavailable):
            if port is not None and (points := await port.usage(row.id, clock.now() - LATELY)):
                _, cpu, memory, *cards = clusters.told(points[-1])
                found[row.id] = [cpu, memory, row.memory, *cards]
    return found


async def load(info: Info, id: str) -> Run:
    """A run that the viewer may see."""
    async with info.context.read() as conn:
        held = await access.run(conn, info.context.who, id)
        row = (await listing.runs_by_id(conn, [held.id]))[held.id]
    return Run.of(row, held.role)


async def fresh(info: Info, run: str) -> Run:
    """A run as the running mutation has it."""
    tx = info.context.writing
    held = await access.run(tx, info.context.who, run)
    return Run.of((await listing.runs_by_id(tx.connection, [run]))[run], held.role)


async def _runs(info: Info, wanted: Filter, after: str | None, first: int) -> Connection[Run]:
    context = info.context
    async with context.read() as conn:
        rows, roles = await listing.runs_of(
            conn, context.who, wanted, after=after, first=first, most=context.ctx.settings.max_page_size
        )
    return connection(rows, lambda row: Run.of(row, projects.Roles(roles).of(row.project_id)))


def params_of(value: Any) -> dict[str, Any]:
    """Parameters as they were given; Invalid when they are no object."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid(messages.PARAMETERS_NOT_AN_OBJECT(), field="params")
    return value


@strawberry.type
class Query:
    @strawberry.field(description="A run by id; null when there is none that you may see.")
    async def run(self, info: Info, id: RunId) -> Run | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(description="A step by id; null when there is none that you may see.")
    async def step(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the step.")]
    ) -> Step | None:
        async with info.context.read() as conn:
            row = await steps.get(conn, id)
            if row is None:
                return None
            try:
                await access.run(conn, info.context.who, row.run_id)
            except NotFound:
                return None
        return Step.of(row)

    @strawberry.field(description="Runs that you may see, newest first.")
    async def runs(
        self,
        info: Info,
        project: Annotated[
            str | None, strawberry.argument(description="Only those of this project, by id or name.")
        ] = None,
        pipeline: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this pipeline, by id.")
        ] = None,
        states: Annotated[
            list[RunState] | None, strawberry.argument(description="Only those in one of these states.")
        ] = None,
        author: Annotated[
            str | None, strawberry.argument(description="Only those that this user started, by name.")
        ] = None,
        search: Annotated[
            str, strawberry.argument(description="Part of the pipeline's name, or # and the run's number.")
        ] = "",
        since: Annotated[
            Time | None, strawberry.argument(description="Only those created at this time or later.")
        ] = None,
        until: Annotated[
            Time | None, strawberry.argument(description="Only those created before this time.")
        ] = None,
        params: Annotated[
            Json | None,
            strawberry.argument(description="Only those that were started with these values, {name: value}."),
        ] = None,
        after: After = None,
        first: First = 50,
    ) -> Connection[Run]:
        wanted = Filter(
            project=project,
            pipeline=pipeline,
            states=[RunState(state) for state in states or []],
            author=author,
            search=search,
            since=since,
            until=until,
            params=params_of(params),
        )
        return await _runs(info, wanted, after, first)


@strawberry.type
class Mutation:
    @mutation
    async def start_run(
        self,
        info: Info,
        pipeline: PipelineId,
        params: Params = None,
        version: VersionNumber = None,
        cache: UseCache = True,
        priority: Annotated[
            int, strawberry.argument(description="-100 to 100; queued runs of higher priority start first.")
        ] = 0,
        cluster: ClusterName = None,
        preflight_digest: Annotated[
            str | None,
            strawberry.argument(
                description="`RunPreflight.digest`: the run is refused with CONFLICT when what would run is "
                "no longer what the preflight showed."
            ),
        ] = None,
    ) -> Run:
        """Run a pipeline: its newest version or `version`, with `params` {name: value}. `cache`: take results
        of equal steps from before. Runs of higher priority (-100 to 100) start first. `cluster`: another than
        the project's, if the project allows it. `preflightDigest`: the digest of preflightRun; when what
        would run is no longer that, nothing starts."""
        context = info.context
        given = params_of(params)
        run = await actions.start(
            context.writing,
            context.ctx,
            context.who,
            pipeline,
            given,
            number=version,
            cache=cache,
            priority=priority,
            cluster=cluster,
            plan=preflight_digest,
        )
        return await fresh(info, run)

    @mutation
    async def retry_run(self, info: Info, id: RunId, cluster: RetryCluster = None) -> Run:
        """Run the same version again. Steps that succeeded are taken over with their outputs and files.

        Needs the role member. CONFLICT when the run has not ended."""
        context = info.context
        return await fresh(
            info,
            await actions.retry(context.writing, context.ctx, context.who, id, newest=False, cluster=cluster),
        )

    @mutation
    async def continue_run(self, info: Info, id: RunId, cluster: RetryCluster = None) -> Run:
        """Run the newest version of the pipeline. Steps that succeeded and have not changed are taken over.

        Needs the role member. CONFLICT when the run has not ended."""
        context = info.context
        return await fresh(
            info,
            await actions.retry(context.writing, context.ctx, context.who, id, newest=True, cluster=cluster),
        )

    @mutation
    async def create_notebook_from_step(
        self,
        info: Info,
        run: RunId,
        step: StepName,
        item: Item = None,
        name: Annotated[
            str | None,
            strawberry.argument(description="Name of the notebook; one is chosen when it is left out."),
        ] = None,
    ) -> Notebook:
        """Create a notebook with the environment, the code and the inputs of a step, and start it.

        The code is in a folder named after the step; run.sh in it runs the step as the run did. Needs the
        role member."""
        context = info.context
        made = await stage.notebook(
            context.writing, context.ctx, context.who, run=run, step=step, item=item, name=name
        )
        return await fresh_notebook(info, made)

    @mutation
    async def move_run(
        self,
        info: Info,
        id: RunId,
        cluster: Annotated[
            str, strawberry.argument(description="Name of another cluster that the project allows.")
        ],
    ) -> Run:
        """Move a run to another cluster of its project before its first step starts.

        It stays the same run, and is queued there once its former cluster has released it. CONFLICT when a
        step has started, or when the former cluster may have it and does not answer."""
        context = info.context
        await placing.move(context.writing, context.ctx, context.who, id, cluster)
        return await fresh(info, id)

    @mutation
    async def cancel_run(self, info: Info, id: RunId) -> Run:
        """Cancel a run. Its processes receive SIGTERM, and SIGKILL after the grace period."""
        await actions.cancel(info.context.writing, info.context.who, id)
        return await fresh(info, id)

    @mutation
    async def set_run_pinned(
        self,
        info: Info,
        id: RunId,
        pinned: Annotated[
            bool, strawberry.argument(description="True: keep the run; false: it may be deleted.")
        ],
    ) -> Run:
        """Pin a run, so that neither members nor retention policies delete it, or unpin it. Needs the role
        member. Deleting its pipeline or its project deletes it all the same."""
        await actions.pin(info.context.writing, info.context.who, id, pinned)
        return await fresh(info, id)

    @mutation
    async def delete_runs(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Ids of the runs, 1 to 100.")],
    ) -> DeletedRuns:
        """Delete runs that have ended, with their steps, logs, metrics and files. Needs the role member.

        Files that another run, a version of a model, an image, a notebook or a service refers to are kept.
        A run that cannot be deleted is in `faults` and does not keep the others; when none can be deleted,
        the request is refused. CONFLICT when a run has not ended, or is a trial of a search that has not."""
        context = info.context
        deleted = await removal.request(context.writing, context.who, ids)
        return DeletedRuns(
            ids=[strawberry.ID(run) for run in deleted.runs],
            deleted_bytes=deleted.bytes,
            faults=[Fault.of(fault) for fault in deleted.faults],
        )

    @mutation
    async def register_model(
        self,
        info: Info,
        input: Annotated[models.RegisterModelInput, strawberry.argument(description="What to register.")],
    ) -> models.RegisteredModel:
        """Register artifacts of a step as a version of a model. The metrics and the numeric outputs of the
        step become metrics of the version. The same files of the same run are registered once. Members of the
        project may."""
        context = info.context
        version, new = await register.model(
            context.writing,
            context.ctx.store,
            context.who,
            run=input.run,
            step=input.step,
            item=input.item,
            paths=input.paths,
            name=input.name,
            told=models.fields_of(input),
        )
        return await models.registered(info, version, new)

    @mutation
    async def delete_pipeline(self, info: Info, id: PipelineId) -> Done:
        """Delete a pipeline with its versions, runs, logs and files. Refused while one of its runs is going
        on. Files that a version of a model or a run of another pipeline refers to are kept."""
        context = info.context
        going = Filter(pipeline=id, states=[state for state in RunState if not state.final])
        rows, _ = await listing.runs_of(context.writing, context.who, going, after=None, first=1, most=1)
        if rows:
            raise Conflict(messages.RUN_IN_PROGRESS(number=rows[0].number, state=rows[0].state), field="id")
        held = await pipeline_access.pipeline(context.writing, context.who, id, Role.MEMBER)
        gone = await listing.runs_of_pipeline(context.writing, held.id)
        await removal.remove(context.writing, held.project.id, gone)
        return Done(id=strawberry.ID(await pipelines.remove(context.writing, context.who, id)))


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="A run as it is now (unless nothing changed after `since`), then again at each change of "
        "it or of its steps. Completes when the run has ended."
    )
    async def run_changed(self, info: Info, id: RunId, since: Since = None) -> AsyncIterator[RunChange]:
        context = info.context
        bus = context.ctx.bus
        async with bus.listen([on(RunChanged, run_id=id)], since) as news:
            cursor = bus.cursor
            run = await load(info, id)
            if since is None or since != cursor or RunState(run.state).final:
                yield RunChange(cursor=cursor, run=run)
            while not RunState(run.state).final:
                cursor = (await anext(news)).cursor
                run = await load(info, id)
                yield RunChange(cursor=cursor, run=run)

    @strawberry.subscription(
        description="What the running pods of a run use now, every two seconds: {pod: [cores, bytes, bytes "
        "asked for]}; ends with the run."
    )
    async def run_usage(self, info: Info, id: RunId) -> AsyncIterator[RunUsage]:
        run = await load(info, id)
        while not RunState(run.state).final:
            yield RunUsage(pods=await _usage(info, run))
            await asyncio.sleep(USAGE_SECONDS)
            run = await load(info, id)

    @strawberry.subscription(description="Each run that changes from now on, or after `since`.")
    async def runs_changed(
        self,
        info: Info,
        project: Annotated[
            str | None,
            strawberry.argument(
                description="Only the runs of this project, by id or name; of all of yours when it is left "
                "out."
            ),
        ] = None,
        since: Since = None,
    ) -> AsyncIterator[RunChange]:
        context = info.context
        async with context.read() as conn:
            roles = await mine(conn, context.who)
            if project is not None:
                wanted = [(await access.projects.project(conn, context.who, project)).id]
            else:
                wanted = None if roles is None else list(roles)
        topics = [on(RunChanged)] if wanted is None else [on(RunChanged, project_id=key) for key in wanted]
        async with context.ctx.bus.listen(topics, since) as news:
            async for item in news:
                if item.event is None:
                    rows = (await _runs(info, Filter(project=project), None, 50)).nodes
                    for run in reversed(rows):
                        yield RunChange(cursor=item.cursor, run=run)
                elif isinstance(item.event, RunChanged):
                    try:
                        yield RunChange(cursor=item.cursor, run=await load(info, item.event.run_id))
                    except NotFound:
                        continue


async def _of_pipeline(root: Pipeline, info: Info, after: After = None, first: First = 50) -> Connection[Run]:
    return await _runs(info, Filter(pipeline=root.id), after, first)


async def _of_project(root: Project, info: Info, after: After = None, first: First = 50) -> Connection[Run]:
    return await _runs(info, Filter(project=root.id), after, first)


async def _recent_runs(root: Pipeline, info: Info) -> Json:
    rows = await info.context.load(history.recent_by_pipeline, root.id) or []
    return [
        [
            row.id,
            row.number,
            row.state,
            _seconds(row.started_at, row.finished_at),
            int(row.created_at.timestamp() * 1000),
            (row.counts or {}).get(StepState.CACHED.value, 0),
        ]
        for row in rows
    ]


def _seconds(start: Any, end: Any) -> float | None:
    return round((end - start).total_seconds(), 3) if start and end else None


@strawberry.type(description="How long a step of a pipeline took when it ran and succeeded.")
class StepDuration:
    step: str = strawberry.field(description="Name of the step.")
    median_seconds: float = strawberry.field(description="Median duration in seconds.")
    p90_seconds: float = strawberry.field(description="Duration in seconds that 9 of 10 did not exceed.")
    count: int = strawberry.field(description="Number of durations that were measured, 1–20.")


async def _step_durations(root: Pipeline, info: Info) -> list[StepDuration]:
    found = await info.context.load(history.usual_by_pipeline, root.id) or {}
    return [
        StepDuration(
            step=name,
            median_seconds=round(usual.median, 3),
            p90_seconds=round(usual.p90, 3),
            count=usual.count,
        )
        for name, usual in found.items()
    ]


async def _invocation(root: Step, info: Info) -> Json:
    async with info.context.read() as conn:
        made = await actions.workload(
            conn, info.context.ctx, await actions.whole(conn, root.run_id), masked=True
        )
    assert isinstance(made.body, Graph)
    task = next(node.task for node in made.body.nodes if node.name == root.name)
    return {
        "command": [shown(part) for part in task.command],
        "env": {name: shown(value) for name, value in task.env.items()}
        | dict.fromkeys(task.secrets, actions.MASK),
        "files": {name: shown(value) for name, value in task.files.items()},
        "image": {
            "python": task.image.python,
            "requirements": list(task.image.requirements),
            "name": task.image.name,
            "host": task.image.host,
            "root": task.image.root,
        },
        "resources": {
            "cpu": task.cpu,
            "memory": task.memory,
            "gpu": task.gpu,
            "gpu_share": str(task.gpu_share or ""),
        }
        | {"devices": dict(task.devices), "claims": dict(task.claims)},
        "timeout": task.timeout,
        "inputs": [given.node for given in task.inputs],
        "outputs": list(task.outputs),
    }


@strawberry.type(description="How steps of a template ended, over the newest steps that you may see.")
class TemplateStatistics:
    ended_count: int = strawberry.field(description="Steps that ended.")
    succeeded_count: int = strawberry.field(description="Steps that succeeded.")
    median_seconds: float | None = strawberry.field(
        description="Median duration of those that succeeded, in seconds; null when none did."
    )


async def _statistics(root: Template, info: Info) -> TemplateStatistics:
    async with info.context.read() as conn:
        ended, succeeded, median = await history.record_of(conn, info.context.who, root.name, root.scope)
    return TemplateStatistics(ended_count=ended, succeeded_count=succeeded, median_seconds=median)


async def _used_by(root: Template, info: Info) -> list[Pipeline]:
    async with info.context.read() as conn:
        keys = await history.users_of(conn, info.context.who, root.name, root.scope)
    return [Pipeline.of(await info.context.load(pipelines.pipelines_by_id, key)) for key in keys]


extend(
    Pipeline,
    runs=strawberry.field(resolver=_of_pipeline, description="Its runs, newest first."),
    recent_runs=strawberry.field(
        resolver=_recent_runs,
        description="Its last 20 runs, oldest first: [[id, number, state, seconds or null, milliseconds "
        "since 1970 when it was made, how many of its steps took a result from before], …].",
    ),
    step_durations=strawberry.field(
        resolver=_step_durations,
        description="How long its steps took the last 20 times that they ran and succeeded, in the last 200 "
        "runs. Cached results are not counted.",
    ),
)
extend(
    Project, runs=strawberry.field(resolver=_of_project, description="Runs of its pipelines, newest first.")
)
extend(
    Step,
    invocation=strawberry.field(
        resolver=_invocation,
        description="What is run, secrets masked: {command: [text], env: {name: text}, files: {name: text}, "
        "image: {python, requirements, name, host}, "
        "resources: {cpu cores, memory bytes, gpu, gpu_share, devices {name: count}, claims {device "
        "class: count}}, timeout seconds, inputs: [step], outputs: [name]}; what only the run knows "
        "stays as {{ name }}.",
    ),
)
extend(
    Template,
    statistics=strawberry.field(resolver=_statistics, description="How steps of it ended."),
    used_by=strawberry.field(
        resolver=_used_by, description="The pipelines that I may see whose newest version uses it."
    ),
)
