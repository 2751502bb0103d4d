"""Searches in the graph."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from operator import attrgetter
from typing import Annotated, Any

import strawberry

from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import After, Connection, First, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, Fault, Problem, mutation
from cubestudio.core.graph.scalars import Json, Time, described
from cubestudio.core.graph.typed import from_mapping, to_mapping
from cubestudio.pipelines import actions as pipelines
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.searches import access, actions, listing, proposals, shape, suggest
from cubestudio.searches.engine import TITLES
from cubestudio.searches.events import SearchChanged
from cubestudio.searches.model import SearchState, TrialState
from cubestudio.searches.spec import ENGINES, EngineName
from cubestudio.searches.spec import SearchSpec as Spec
from cubestudio.searches.types import SearchSpec, SearchSpecInput
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]
enum(
    SearchState,
    "State of a search.",
    {
        "RUNNING": "It starts trials.",
        "PAUSED": "It starts no trials; those that run continue.",
        "STOPPING": "It was stopped; its trials are ending.",
        "STOPPED": "It was stopped. It can be extended.",
        "SUCCEEDED": "All its trials ended, or it reached its goal. It can be extended.",
        "FAILED": "Too many of its trials failed, or its engine ended. It can be extended.",
    },
)
enum(
    TrialState,
    "State of a trial. SUCCEEDED, PRUNED, FAILED and CANCELLED are final.",
    {
        "RUNNING": "Its run is queued or running.",
        "PRUNING": "The pruner stopped it early; its run is ending.",
        "STOPPING": "It was stopped; its run is ending.",
        "SUCCEEDED": "Its run succeeded and reported every objective.",
        "PRUNED": "The pruner stopped it early.",
        "FAILED": "Its run failed, or did not report an objective.",
        "CANCELLED": "It was stopped before it ended.",
    },
)
SearchId = Annotated[strawberry.ID, strawberry.argument(description="Id of the search.")]
TrialNumbers = Annotated[list[int], strawberry.argument(description="Numbers of the trials, from 0.")]
EngineKey = Annotated[
    str, strawberry.argument(description="The engine's own name of the trial, 1–200 characters.")
]
ProjectFilter = Annotated[
    str | None,
    strawberry.argument(
        description="Only the searches of this project, by id or name; of all of yours when it is left out."
    ),
]
SAMPLES = 5


def _millis(at: Any) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


@strawberry.type(description="How many trials of a search are in one state.")
class TrialStateCount:
    state: TrialState = strawberry.field(description="The state.")
    count: int = strawberry.field(description="Number of trials in it, at least 1.")


@strawberry.type(description="The trial of a search that reached the best value of its objective.")
class BestTrial:
    number: int = strawberry.field(description="Number of the trial, from 0.")
    run_id: strawberry.ID = strawberry.field(description="Id of its run, which may have been deleted since.")
    params: Json = strawberry.field(description="Values of the parameters that were searched, by name.")
    value: float = strawberry.field(description="What it reached of the objective.")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "BestTrial":
        return cls(
            number=stored["number"], run_id=stored["run"], params=stored["params"], value=stored["values"][0]
        )


@strawberry.type(description="A search for the best parameters of a pipeline; each trial is a run of it.")
class Search(Node):
    name: str = strawberry.field(description="Name of the search, unique in its project.")
    project_id: strawberry.ID = strawberry.field(description="Id of its project.")
    pipeline_id: strawberry.ID = strawberry.field(description="Id of the pipeline that its trials run.")
    pipeline_version: int = strawberry.field(
        description="Number of the pipeline version that its trials run."
    )
    spec: SearchSpec = strawberry.field(
        description="What it optimizes and how. Its starting points include those of `warmStart`."
    )
    cluster: str = strawberry.field(description="Name of the cluster where its trials run.")
    state: SearchState = strawberry.field(description="State of the search.")
    message: str | None = strawberry.field(
        name="explanation", description="Why it is in this state, in a sentence."
    )
    counts: list[TrialStateCount] = strawberry.field(
        description="How many of its trials are in each state; states without a trial are left out."
    )
    engine_run_id: strawberry.ID | None = strawberry.field(
        description="Id of the run in which somebody else's engine (Katib, NNI, Ray Tune) suggests its "
        "points."
    )
    best_trial: BestTrial | None = strawberry.field(
        description="The best trial; null before the first has succeeded, and with several objectives."
    )
    created_at: Time = strawberry.field(description="When it was created.")
    ended_at: Time | None = strawberry.field(description="When it ended; null while it is active.")
    stored: strawberry.Private[Spec]
    user_id: strawberry.Private[str]
    role: strawberry.Private[Role]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Search":
        return cls(
            id=row.id,
            name=row.name,
            project_id=row.project_id,
            pipeline_id=row.pipeline_id,
            pipeline_version=row.version,
            spec=from_mapping(SearchSpec, shape.grouped(row.spec)),
            cluster=row.cluster,
            state=SearchState(row.state),
            message=row.message,
            counts=[TrialStateCount(state=TrialState(state), count=n) for state, n in row.counts.items()],
            best_trial=row.best and BestTrial.of(row.best),
            engine_run_id=row.engine_run,
            created_at=row.created_at,
            ended_at=row.ended_at,
            stored=Spec.model_validate(row.spec),
            user_id=row.created_by,
            role=role,
        )

    @strawberry.field(description="The user who created it, in whose name its trials run.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="Its project.")
    async def project(self, info: Info) -> Project:
        return Project.of(await info.context.load(project_actions.projects_by_id, self.project_id), self.role)

    @strawberry.field(description="Name of the pipeline.")
    async def pipeline_name(self, info: Info) -> str:
        row = await info.context.load(pipelines.pipelines_by_id, self.pipeline_id)
        return row.name

    @strawberry.field(
        description="All trials in one: [[number, state, params, values or null, run id or null, began, "
        "ended (milliseconds since 1970 or null), reason or null], …]."
    )
    async def trials(self, info: Info) -> Json:
        async with info.context.read() as conn:
            rows = await listing.trials_of(conn, self.id)
        return [
            [
                row.number,
                row.state,
                row.params,
                row.values,
                row.run_id,
                _millis(row.created_at),
                _millis(row.ended_at),
                row.reason,
            ]
            for row in rows
        ]

    @strawberry.field(
        description="Intermediate values of the first objective, packed: {trial number: [[step, value], …]}."
    )
    async def intermediate_values(self, info: Info) -> Json:
        async with info.context.read() as conn:
            rows = await listing.trials_of(conn, self.id)
        return {str(row.number): row.curve for row in rows if row.curve}

    @strawberry.field(
        description="Importance of each parameter for the first objective, {parameter: share}; the shares "
        "add up to 1. Empty until enough trials have succeeded."
    )
    async def parameter_importance(self, info: Info) -> Json:
        async with info.context.read() as conn:
            past = listing.past(await listing.trials_of(conn, self.id))
        return await asyncio.to_thread(suggest.importance, self.stored, past)

    @strawberry.field(description="Numbers of the Pareto-optimal trials of a search with several objectives.")
    async def pareto_front(self, info: Info) -> list[int]:
        async with info.context.read() as conn:
            past = listing.past(await listing.trials_of(conn, self.id))
        return suggest.front(self.stored, past)

    @strawberry.field(description="Whether you may pause, stop, extend and delete it.")
    def viewer_can_update(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank


@strawberry.type(
    description="What a search would be: its spec, the first points that it would try, and what is wrong."
)
class SearchCheck:
    spec: SearchSpec | None = strawberry.field(
        description="The spec with its defaults and imported parameters; null when it is invalid."
    )
    sample_points: list[Json] = strawberry.field(
        description="The first points that it would try, at most 5, each {parameter: value}. They are random "
        "where the sampler would learn; with an external engine they are `startingPoints`."
    )
    trial_count: int = strawberry.field(
        description="Number of trials that it would have; a grid may have fewer than requested."
    )
    faults: list[Fault] = strawberry.field(description="What is wrong; empty when it is valid.")


@strawberry.type(description="An external engine that can suggest the points of a search.")
class SearchEngine:
    name: EngineName = strawberry.field(description="Its name in the spec of a search.")
    title: str = strawberry.field(description="Its name in texts, such as Ray Tune.")
    algorithms: list[str] = strawberry.field(
        description="Its algorithms by its own names; the first is the default."
    )
    requires_kubernetes: bool = strawberry.field(
        description="Whether it runs only on a Kubernetes cluster where it is installed."
    )


@strawberry.type(description="A point that an external engine suggested, and the trial that it became.")
class SuggestedTrial:
    number: int | None = strawberry.field(description="Number of the trial; null while the point is queued.")
    state: TrialState | None = strawberry.field(
        description="State of the trial; null while the point is queued."
    )
    values: list[float] | None = strawberry.field(
        description="A value for each objective; null until the trial has succeeded."
    )
    intermediate_values: Json = strawberry.field(
        description="What it reported of the objective so far, packed: [[step, value], …]."
    )
    reason: str | None = strawberry.field(description="Why it ended so, in a sentence.")

    @classmethod
    def of(cls, told: proposals.Proposal) -> "SuggestedTrial":
        values = list(told.values) if told.values is not None else None
        return cls(
            number=told.number,
            state=told.state,
            values=values,
            intermediate_values=list(told.curve),
            reason=told.reason,
        )


@strawberry.type(description="A change of a search.")
class SearchChange:
    cursor: str = strawberry.field(description="Position of this change in the stream.")
    id: strawberry.ID = strawberry.field(description="Id of the search.")
    search: Search | None = strawberry.field(description="The search as it is now; null when it was deleted.")


def _samples(wanted: Spec) -> list[dict[str, Any]]:
    """Return what it would try first; an external engine is not asked before it runs."""
    if wanted.engine:
        return [dict(point) for point in wanted.starting_points[:SAMPLES]]
    return [suggest.suggest(wanted, [], number)[0] for number in range(min(SAMPLES, wanted.most))]


async def load(info: Info, key: str) -> Search:
    async with info.context.read() as conn:
        row, standing = await access.search(conn, info.context.who, key)
    return Search.of(row, standing.role)


async def fresh(info: Info, key: str) -> Search:
    tx = info.context.writing
    row, standing = await access.search(tx, info.context.who, key)
    return Search.of(row, standing.role)


@strawberry.type
class Query:
    @strawberry.field(description="A search by id; null when there is none that you may see.")
    async def search(self, info: Info, id: SearchId) -> Search | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(description="Searches that you may see, newest first.")
    async def searches(
        self,
        info: Info,
        project: ProjectFilter = None,
        search: Annotated[str, strawberry.argument(description="Part of the name.")] = "",
        after: After = None,
        first: First = 50,
    ) -> Connection[Search]:
        context = info.context
        async with context.read() as conn:
            rows, roles = await listing.searches_of(
                conn,
                context.who,
                project,
                words=search,
                after=after,
                first=first,
                most=context.ctx.settings.max_page_size,
            )
        return connection(rows, lambda row: Search.of(row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(description="The external engines that a search may use.")
    async def search_engines(self, info: Info) -> list[SearchEngine]:
        return [
            SearchEngine(
                name=name,
                title=TITLES[name],
                algorithms=list(known),
                requires_kubernetes=name == EngineName.KATIB,
            )
            for name, known in ENGINES.items()
        ]

    @strawberry.field(
        description="A point that an external engine suggested; null when there is none of that name. Only "
        "for the token of the engine's run."
    )
    async def suggested_trial(self, info: Info, key: EngineKey) -> SuggestedTrial | None:
        async with info.context.read() as conn:
            found = await proposals.proposal(conn, info.context.who, key)
        return SuggestedTrial.of(found) if found else None

    @strawberry.field(description="Validate the spec of a search without creating it.")
    async def check_search(
        self,
        info: Info,
        spec: Annotated[SearchSpecInput, strawberry.argument(description="As for createSearch.")],
    ) -> SearchCheck:
        try:
            wanted = actions.read(shape.flattened(to_mapping(spec)))
        except Invalid as refusal:
            return SearchCheck(spec=None, sample_points=[], trial_count=0, faults=Problem.of(refusal).all)
        samples = await asyncio.to_thread(_samples, wanted)
        return SearchCheck(
            spec=from_mapping(SearchSpec, shape.grouped(wanted.model_dump(mode="json"))),
            sample_points=samples,
            trial_count=wanted.most,
            faults=[],
        )


@strawberry.input(description="A new search over the parameters of a pipeline.")
class CreateSearchInput:
    pipeline_id: strawberry.ID = strawberry.field(description="Id of the pipeline.")
    name: str = strawberry.field(description="Name of the search, unique in its project.")
    spec: SearchSpecInput = strawberry.field(description="What it optimizes and how.")
    cluster: str | None = strawberry.field(
        default=None,
        description="Name of a cluster that the project allows; null: the cluster of the project.",
    )


@strawberry.type
class Mutation:
    @mutation
    async def create_search(
        self,
        info: Info,
        input: Annotated[CreateSearchInput, strawberry.argument(description="What to create.")],
    ) -> Search:
        """Create and start a search over the parameters of a pipeline. Each trial is a run.

        Needs the role member. INVALID names what is wrong in the spec, CONFLICT when the name is taken."""
        context = info.context
        made = await actions.create(
            context.writing,
            context.ctx,
            context.who,
            pipeline=input.pipeline_id,
            name=input.name,
            told=shape.flattened(to_mapping(input.spec)),
            cluster=input.cluster,
        )
        return await fresh(info, made)

    @mutation
    async def pause_search(self, info: Info, id: SearchId) -> Search:
        """Start no more trials. Those that run continue."""
        await actions.steer(info.context.writing, info.context.who, id, SearchState.PAUSED)
        return await fresh(info, id)

    @mutation
    async def resume_search(self, info: Info, id: SearchId) -> Search:
        """Resume a paused search."""
        await actions.steer(info.context.writing, info.context.who, id, SearchState.RUNNING)
        return await fresh(info, id)

    @mutation
    async def stop_search(self, info: Info, id: SearchId) -> Search:
        """Stop a search and its running trials. It can be extended later."""
        await actions.steer(info.context.writing, info.context.who, id, SearchState.STOPPING)
        return await fresh(info, id)

    @mutation
    async def extend_search(
        self,
        info: Info,
        id: SearchId,
        trials: Annotated[int, strawberry.argument(description="Number of trials to add, 0–10000.")],
        parallelism: Annotated[
            int | None,
            strawberry.argument(
                description="Number of trials that run at the same time from now on, 1–256; unchanged when "
                "it is left out."
            ),
        ] = None,
    ) -> Search:
        """Add trials to a search, also after its end."""
        await actions.extend(info.context.writing, info.context.who, id, trials, parallelism)
        return await fresh(info, id)

    @mutation
    async def stop_trials(self, info: Info, id: SearchId, numbers: TrialNumbers) -> Search:
        """Stop some running trials. The search continues."""
        await actions.stop_trials(info.context.writing, info.context.who, id, numbers)
        return await fresh(info, id)

    @mutation
    async def retry_trials(self, info: Info, id: SearchId, numbers: TrialNumbers) -> Search:
        """Run the points of some trials again, such as those that failed.

        They run before the points that the search suggests itself. A search that has ended continues."""
        await actions.retry_trials(info.context.writing, info.context.who, id, numbers)
        return await fresh(info, id)

    @mutation
    async def explore_around_trials(
        self,
        info: Info,
        id: SearchId,
        numbers: TrialNumbers,
        count: Annotated[int, strawberry.argument(description="Number of points for each trial, 1–100.")],
    ) -> Search:
        """Run `count` points near each of some trials.

        They run before the points that the search suggests itself. A search that has ended continues."""
        await actions.explore_around_trials(info.context.writing, info.context.who, id, numbers, count)
        return await fresh(info, id)

    @mutation
    async def suggest_trial(
        self,
        info: Info,
        key: EngineKey,
        params: Annotated[Json, strawberry.argument(description="The point, {parameter: value}.")],
    ) -> SuggestedTrial:
        """Queue a point of the search. Only for the token of its external engine's run.

        Repeating it with the same key changes nothing."""
        return SuggestedTrial.of(
            await proposals.propose(info.context.writing, info.context.who, key, described(params))
        )

    @mutation
    async def discard_trial(self, info: Info, key: EngineKey) -> Done:
        """Remove a suggested point from the queue, or prune its trial. Only for the token of the engine's
        run."""
        await proposals.withdraw(info.context.writing, info.context.who, key)
        return Done(id=strawberry.ID(key))

    @mutation
    async def delete_search(self, info: Info, id: SearchId) -> Done:
        """Delete a search that has ended, with the runs of its trials and of its engine, unless they are
        pinned. Files of these runs that a version of a model or another run refers to are kept."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="A search as it is now, then again at each change of it or of its trials. Completes when "
        "it is deleted."
    )
    async def search_changed(self, info: Info, id: SearchId) -> AsyncIterator[SearchChange]:
        async with aclosing(
            follow.one(info.context.ctx.bus, [on(SearchChanged, search_id=id)], lambda: load(info, id))
        ) as news:
            async for cursor, found in news:
                yield SearchChange(cursor=cursor, id=id, search=found)

    @strawberry.subscription(description="Each search that changes from now on.")
    async def searches_changed(
        self, info: Info, project: ProjectFilter = None
    ) -> AsyncIterator[SearchChange]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, SearchChanged)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("search_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield SearchChange(cursor=cursor, id=strawberry.ID(key), search=found)
