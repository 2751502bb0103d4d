"""Searches in the graph."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from operator import attrgetter
from typing import Any

import strawberry

from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, Fault, Problem, mutation
from cubestudio.core.graph.scalars import Json, Time, described
from cubestudio.pipelines import actions as pipelines
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.searches import access, actions, listing, proposals, suggest
from cubestudio.searches.engine import TITLES
from cubestudio.searches.events import SearchChanged
from cubestudio.searches.model import SearchState as State
from cubestudio.searches.spec import ENGINES, Definition
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]
SearchState = strawberry.enum(
    State,
    name="SearchState",
    description="Running, Paused (what runs goes on), Stopping, Stopped, Succeeded (all its trials, or its "
    "goal), Failed.",
)
SAMPLES = 5


def _millis(at: Any) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


@strawberry.type(description="A search for the best parameters of a pipeline; each trial is a run of it.")
class Search(Node):
    name: str
    project_id: strawberry.ID
    pipeline_id: strawberry.ID
    version: int = strawberry.field(description="The version of the pipeline that its trials run.")
    definition: Json = strawberry.field(
        description="{objectives, space, algorithm, engine, pruner, trials, parallel, failed, minutes, seed, "
        "params, start}, the space in this platform's own form."
    )
    cluster: str
    state: SearchState
    message: str | None = strawberry.field(name="explanation")
    counts: Json = strawberry.field(description="{state: how many trials are in it}.")
    engine_run: strawberry.ID | None = strawberry.field(
        description="Id of the run in which somebody else's engine (Katib, NNI, Ray Tune) suggests its "
        "points."
    )
    best: Json | None = strawberry.field(
        description="{number, run: its id, params, values} of the best trial; null before the first, and "
        "with several objectives."
    )
    created_at: Time
    ended_at: Time | None
    user_id: strawberry.Private[str]
    role: strawberry.Private[Role]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Search":
        return cls(
            id=row.id,
            name=row.name,
            project_id=row.project_id,
            pipeline_id=row.pipeline_id,
            version=row.version,
            definition=row.definition,
            cluster=row.cluster,
            state=State(row.state),
            message=row.message,
            counts=row.counts,
            best=row.best,
            engine_run=row.engine_run,
            created_at=row.created_at,
            ended_at=row.ended_at,
            user_id=row.created_by,
            role=role,
        )

    @strawberry.field
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field
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
        description="{number: [[step, value], …]}: what each trial reported of the first objective on its "
        "way."
    )
    async def curves(self, info: Info) -> Json:
        async with info.context.read() as conn:
            rows = await listing.trials_of(conn, self.id)
        return {str(row.number): row.curve for row in rows if row.curve}

    @strawberry.field(
        description="{parameter: how much it mattered for the first objective, 1 in all}; {} while too "
        "little is known."
    )
    async def importance(self, info: Info) -> Json:
        async with info.context.read() as conn:
            past = listing.past(await listing.trials_of(conn, self.id))
        return await asyncio.to_thread(suggest.importance, Definition.model_validate(self.definition), past)

    @strawberry.field(
        description="With several objectives: numbers of the trials that no other is better than in all of "
        "them."
    )
    async def front(self, info: Info) -> list[int]:
        async with info.context.read() as conn:
            past = listing.past(await listing.trials_of(conn, self.id))
        return suggest.front(Definition.model_validate(self.definition), past)

    @strawberry.field(description="Whether I may pause, stop, extend and delete it.")
    def viewer_can_steer(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank


@strawberry.type(
    description="What a search would be: its definition in this platform's own form, the first points that "
    "it would try, and what is wrong."
)
class SearchCheck:
    definition: Json | None
    samples: Json = strawberry.field(
        description="[{parameter: value}, …], made by chance where the algorithm would learn; with an engine "
        "of others only what people want tried first."
    )
    trials: int = strawberry.field(description="How many trials it would have: a grid has an end of its own.")
    faults: list[Fault]


@strawberry.type(description="Software of others that can suggest the points of a search.")
class SearchEngine:
    name: str
    title: str
    algorithms: list[str] = strawberry.field(
        description="By its own names; the first is what it does unasked."
    )
    kubernetes: bool = strawberry.field(
        description="Whether it is part of a Kubernetes cluster, and this machine has none."
    )


@strawberry.type(description="A point that somebody else's engine wants tried, and what has become of it.")
class SuggestedTrial:
    number: int | None = strawberry.field(description="Of the trial; null while it waits for its turn.")
    state: str | None = strawberry.field(
        description="RUNNING, PRUNING, STOPPING, SUCCEEDED, PRUNED, FAILED or CANCELLED."
    )
    values: list[float] | None
    curve: Json = strawberry.field(description="[[step, value], …] that it has reported so far.")
    reason: str | None

    @classmethod
    def of(cls, told: proposals.Proposal) -> "SuggestedTrial":
        values = list(told.values) if told.values is not None else None
        return cls(
            number=told.number,
            state=told.state and told.state.name,
            values=values,
            curve=list(told.curve),
            reason=told.reason,
        )


@strawberry.type(description="A search that changed; null: it is gone.")
class SearchNews:
    cursor: str
    id: strawberry.ID
    search: Search | None


def _samples(definition: Definition) -> list[dict[str, Any]]:
    """What it would try first; an engine of others is not asked before it runs."""
    if definition.engine:
        return [dict(point) for point in definition.start[:SAMPLES]]
    return [suggest.suggest(definition, [], number)[0] for number in range(min(SAMPLES, definition.most))]


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
    @strawberry.field(description="A search by id; null when there is none that I may see.")
    async def search(self, info: Info, id: strawberry.ID) -> Search | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(
        description="Searches, newest first: of all my projects or of one. `search`: part of a name."
    )
    async def searches(
        self,
        info: Info,
        project: str | None = None,
        search: str = "",
        after: str | None = None,
        first: int = 50,
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
                most=context.ctx.settings.max_page,
            )
        return connection(rows, lambda row: Search.of(row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(description="Engines of others that a search may have.")
    async def search_engines(self, info: Info) -> list[SearchEngine]:
        return [
            SearchEngine(name=name, title=TITLES[name], algorithms=list(known), kubernetes=name == "katib")
            for name, known in ENGINES.items()
        ]

    @strawberry.field(
        description="For the run of an engine: how a point stands that it suggested; null when there is none "
        "of that name."
    )
    async def suggested_trial(self, info: Info, key: str) -> SuggestedTrial | None:
        async with info.context.read() as conn:
            found = await proposals.proposal(conn, info.context.who, key)
        return SuggestedTrial.of(found) if found else None

    @strawberry.field(
        description="What a definition comes to; changes nothing. `space` may be ours, or NNI's, Katib's or "
        "Optuna's."
    )
    async def check_search(self, info: Info, definition: Json) -> SearchCheck:
        try:
            made = actions.defined(described(definition))
        except Invalid as refusal:
            return SearchCheck(definition=None, samples=[], trials=0, faults=Problem.of(refusal).all)
        samples = await asyncio.to_thread(_samples, made)
        return SearchCheck(
            definition=made.model_dump(mode="json"), samples=samples, trials=made.most, faults=[]
        )


@strawberry.type
class Mutation:
    @mutation
    async def create_search(
        self, info: Info, pipeline: strawberry.ID, name: str, definition: Json, cluster: str | None = None
    ) -> Search:
        """Begin a search. `definition`: {objectives: [{metric, direction: minimize or maximize, goal, take:
        last, min or max}], space: {name: {type: float, int or choice, low, high, step, log, choices, when}},
        algorithm: {name: tpe, random, grid, cmaes qmc, nsga2 or nsga3, startup}, pruner: {name: median,
        percentile, halving, hyperband or wilcoxon, …}, trials, parallel, failed, minutes, engine: {name:
        katib, nni or ray, algorithm, settings, image} (somebody else suggests the points; Katib where it is
        installed), seed, params, start (points to try first), warm (the id of a search whose best points are
        tried first), best (how many)}."""
        context = info.context
        made = await actions.create(
            context.writing,
            context.ctx,
            context.who,
            pipeline=pipeline,
            name=name,
            told=described(definition),
            cluster=cluster,
        )
        return await fresh(info, made)

    @mutation
    async def pause_search(self, info: Info, id: strawberry.ID) -> Search:
        """Begin no more trials; those that run go on."""
        await actions.steer(info.context.writing, info.context.who, id, State.PAUSED)
        return await fresh(info, id)

    @mutation
    async def resume_search(self, info: Info, id: strawberry.ID) -> Search:
        """Let a paused search go on."""
        await actions.steer(info.context.writing, info.context.who, id, State.RUNNING)
        return await fresh(info, id)

    @mutation
    async def stop_search(self, info: Info, id: strawberry.ID) -> Search:
        """End it and the trials that run. It can be extended later."""
        await actions.steer(info.context.writing, info.context.who, id, State.STOPPING)
        return await fresh(info, id)

    @mutation
    async def extend_search(
        self, info: Info, id: strawberry.ID, trials: int, parallel: int | None = None
    ) -> Search:
        """More trials, also after its end; `parallel`: how many at the same time from now on."""
        await actions.extend(info.context.writing, info.context.who, id, trials, parallel)
        return await fresh(info, id)

    @mutation
    async def stop_trials(self, info: Info, id: strawberry.ID, numbers: list[int]) -> Search:
        """End some trials of a search; it goes on."""
        await actions.stop_trials(info.context.writing, info.context.who, id, numbers)
        return await fresh(info, id)

    @mutation
    async def try_trials(self, info: Info, id: strawberry.ID, numbers: list[int], around: int = 0) -> Search:
        """Try the points of some trials once more (those that failed, say), or, with `around`, so many points
        near each; before what the search would try itself, and also after its end."""
        await actions.again(info.context.writing, info.context.who, id, numbers, around)
        return await fresh(info, id)

    @mutation
    async def suggest_trial(self, info: Info, key: str, params: Json) -> SuggestedTrial:
        """For the run of an engine: have a point of its search tried, {parameter: value}, under the engine's
        own name for it. Saying it again changes nothing."""
        return SuggestedTrial.of(
            await proposals.propose(info.context.writing, info.context.who, key, described(params))
        )

    @mutation
    async def drop_trial(self, info: Info, key: str) -> Done:
        """For the run of an engine: a point that it suggested is not to begin, or is to end early."""
        await proposals.withdraw(info.context.writing, info.context.who, key)
        return Done(id=strawberry.ID(key))

    @mutation
    async def delete_search(self, info: Info, id: strawberry.ID) -> Done:
        """Delete a search that has ended; the runs of its trials stay."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="A search now, then at each change of it or of its trials; null and the end when it is "
        "deleted."
    )
    async def search_updated(self, info: Info, id: strawberry.ID) -> AsyncIterator[SearchNews]:
        async with aclosing(
            follow.one(info.context.ctx.bus, [on(SearchChanged, search_id=id)], lambda: load(info, id))
        ) as news:
            async for cursor, found in news:
                yield SearchNews(cursor=cursor, id=id, search=found)

    @strawberry.subscription(
        description="Each search of a project (or of all mine) that changes from now on."
    )
    async def searches_changed(self, info: Info, project: str | None = None) -> AsyncIterator[SearchNews]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, SearchChanged)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("search_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield SearchNews(cursor=cursor, id=strawberry.ID(key), search=found)
