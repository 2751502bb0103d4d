"""Keeping searches going: trials that ended are counted, those that are hopeless ended, and new ones
begun."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import Row

from cubestudio.core import clock
from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import Failure, Later, job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.pipelines.metrics import listing as metrics
from cubestudio.pipelines.metrics.spec import Reported
from cubestudio.pipelines.runs.events import RunFinished
from cubestudio.pipelines.runs.model import RunState
from cubestudio.searches import actions, listing, suggest
from cubestudio.searches.events import SearchWanted
from cubestudio.searches.model import SearchState, TrialState
from cubestudio.searches.spec import SearchSpec, better, curve_of
from cubestudio.searches.studies import Past

GONE = (RunState.FAILED, "it was deleted")
"""How the run of an engine stands that is not there any more."""
SOON = timedelta(seconds=1)
"""Between looks at trials that a pruner watches, and at a search that somebody else thinks about."""


@job(on=RunFinished)
async def ended(ctx: AppContext, event: RunFinished) -> None:
    """A run that is a trial has ended: its search goes on."""
    async with ctx.db.read() as conn:
        search = await listing.search_of_run(conn, event.run_id)
    if search:
        async with ctx.db.write() as tx:
            tx.send(advance.name, SearchWanted(search).pack())


@job(cron="* * * * *")
async def sweep(ctx: AppContext) -> None:
    """Continue searches that have waited too long."""
    async with ctx.db.read() as conn:
        left = await listing.going(conn)
    await send_again(ctx.db, {advance: map(SearchWanted, left)})


async def stalled(ctx: AppContext, event: SearchWanted, failure: Failure) -> None:
    """Say why a search does not go on; one that was given up has failed, and what still runs for it is
    stopped."""
    async with ctx.db.write() as tx:
        if failure.last:
            await actions.give_up(tx, event.search_id, failure.message)
        else:
            await actions.explain(
                tx, event.search_id, f"It does not continue now and is tried again. {failure.message}"
            )


@job(on=SearchWanted, failed=stalled)
async def advance(ctx: AppContext, event: SearchWanted) -> None:
    """Do whatever a search needs now. One process at a time; doing it twice changes nothing."""
    search = event.search_id
    async with ctx.db.write() as tx:
        won = await actions.claim(tx, search)
        if not won:
            async with ctx.db.read() as conn:
                there = await listing.searches_by_id(conn, [search])
            if search in there and SearchState(there[search].state).going:
                raise Later(SOON)
            return
    again = calm = False
    try:
        moved = True
        while moved:  # what ended meanwhile need not wake anybody
            moved, again = await think(ctx, search)
            async with ctx.db.write() as tx:
                await actions.prolong(tx, search)
        calm = True
    finally:
        async with ctx.db.write() as tx:
            await actions.release(tx, search, calm)
            if again:
                tx.send(advance.name, event.pack(), delay=SOON)


async def think(ctx: AppContext, search: str) -> tuple[bool, bool]:
    """One round: whether anything ended or began in it, and whether to look again soon because something is
    watched."""
    async with ctx.db.read() as conn:
        row = (await listing.searches_by_id(conn, [search])).get(search)
        if row is None:
            return False, False
        spec = SearchSpec.model_validate(row.spec)
        trials = await listing.trials_of(conn, search)
        open_ = [trial for trial in trials if not TrialState(trial.state).final]
        runs = [trial.run_id for trial in open_]
        ends = await listing.ends(conn, runs)
        over = [trial for trial in open_ if trial.run_id not in ends or ends[trial.run_id][0].final]
        names = [objective.metric for objective in spec.objectives]
        told = await metrics.reported(conn, runs, names)
        outputs = await listing.outputs(conn, [trial.run_id for trial in over])
    for trial in over:
        async with ctx.db.write() as tx:
            await actions.settle(
                tx,
                search,
                trial,
                run=ends.get(trial.run_id),
                reported=told.get(trial.run_id, {}),
                outputs=outputs.get(trial.run_id, []),
            )
    if row.state == SearchState.STOPPING.value:
        return False, await wind_down(ctx, row, [trial for trial in open_ if trial not in over])
    watched = [trial for trial in open_ if trial not in over and trial.state == TrialState.RUNNING.value]
    await prune(
        ctx, row, spec, watched, {key: each[names[0]] for key, each in told.items() if names[0] in each}
    )
    begun = await top_up(ctx, search, spec)
    return begun or bool(over), spec.pruner is not None and (begun or bool(watched))


async def wind_down(ctx: AppContext, row: Row, left: Sequence[Row]) -> bool:
    """Somebody stopped it: what runs is ended, then it is over."""
    async with ctx.db.write() as tx:
        who = await actions.author(tx, row)
        for trial in left:
            await actions.end_trial(tx, who, trial, TrialState.STOPPING)
        if not left:
            await actions.finish(tx, row.id, SearchState.STOPPED, None)
    return bool(left)


async def prune(
    ctx: AppContext, row: Row, spec: SearchSpec, watched: Sequence[Row], told: Mapping[str, Reported]
) -> None:
    """Keep what running trials report, and end those that are hopeless."""
    curves = {trial.id: curve_of(told.get(trial.run_id)) for trial in watched}
    news = [trial for trial in watched if curves[trial.id] != trial.curve]
    if not news:
        return
    decided: dict[int, tuple[bool, dict]] = {}
    if spec.pruner:
        async with ctx.db.read() as conn:
            past = listing.past(await listing.trials_of(conn, row.id))
        fresh = {trial.number: curves[trial.id] for trial in watched}
        past = [
            Past(
                number=each.number,
                params=each.params,
                state=each.state,
                values=each.values,
                curve=fresh.get(each.number, each.curve),
                memory=each.memory,
            )
            for each in past
        ]
        decided = await asyncio.to_thread(
            suggest.hopeless,
            spec,
            past,
            {trial.number: trial.curve[-1][0] if trial.curve else None for trial in news},
            row.id,
        )
    async with ctx.db.write() as tx:
        who = await actions.author(tx, row)
        for trial in news:
            end, memory = decided.get(trial.number, (False, trial.memory))
            await actions.remember(tx, trial.id, curves[trial.id], memory)
            if end:
                await actions.end_trial(tx, who, trial, TrialState.PRUNING)


async def top_up(ctx: AppContext, search: str, spec: SearchSpec) -> bool:
    """Begin as many trials as may run beside those that do; say that it is over when nothing is left to begin
    or wait for. Whether one was begun."""
    begun = False
    while True:
        async with ctx.db.read() as conn:
            row = (await listing.searches_by_id(conn, [search])).get(search)
            trials = await listing.trials_of(conn, search) if row else []
            through = (
                (await listing.ends(conn, [row.engine_run])).get(row.engine_run, GONE)
                if row and row.engine_run
                else None
            )
        if row is None or row.state not in (SearchState.RUNNING.value, SearchState.PAUSED.value):
            return begun
        going = sum(not TrialState(trial.state).final for trial in trials)
        state, message = verdict(spec, trials, row, through)
        if state is not None:
            if going == 0:
                async with ctx.db.write() as tx:
                    await actions.finish(tx, search, state, message)
            return begun
        if row.state == SearchState.PAUSED.value or going >= spec.parallelism:
            return begun
        number = trials[-1].number + 1 if trials else 0
        queued = engine_key = None
        if row.queued:
            queued, params, memory = "queued", row.queued[0], {suggest.ASKED: True}
        elif row.suggested:
            queued, params, memory, engine_key = (
                "suggested",
                row.suggested[0]["params"],
                {},
                row.suggested[0]["key"],
            )
        elif row.engine_run:
            return begun  # it is for the engine to say what comes next
        else:
            params, memory = await asyncio.to_thread(
                suggest.suggest, spec, listing.past(trials), number, search
            )

        work = partial(
            actions.begin,
            ctx=ctx,
            search=search,
            number=number,
            params=params,
            memory=memory,
            queued=queued,
            engine_key=engine_key,
        )
        if not await ctx.db.transact(work):
            return begun
        begun = True


def verdict(
    spec: SearchSpec, trials: Sequence[Row], row: Row, through: tuple[RunState, str | None] | None
) -> tuple[SearchState | None, str | None]:
    """Whether no new trial is to begin any more, how it ends then, and why. `through`: how the run of its
    engine stands, when it has one."""
    failed = sum(trial.state == TrialState.FAILED.value for trial in trials)
    if failed >= spec.max_failed_trials:
        last = next(
            (trial.reason for trial in reversed(trials) if trial.state == TrialState.FAILED.value), None
        )
        return SearchState.FAILED, f"{failed} trials failed; the last: {last or 'no reason was given'}"
    objective = spec.objectives[0]
    if (
        objective.goal is not None
        and row.best
        and not better(objective.direction, objective.goal, row.best["values"][0])
    ):
        return SearchState.SUCCEEDED, f"the goal {objective.goal:g} is reached"
    if len(trials) >= spec.trials or (
        row.engine_run is None
        and len(trials) >= spec.most
        and not row.queued
        and not suggest.left(spec, listing.past(trials))
    ):
        return SearchState.SUCCEEDED, None
    if through and through[0].final and not row.queued and not row.suggested:
        if through[0] == RunState.SUCCEEDED:
            return SearchState.SUCCEEDED, None
        return SearchState.FAILED, f"the run of its engine ended: {through[1] or through[0].value.lower()}"
    limit = spec.timeout_seconds
    if limit and clock.now() - row.created_at > timedelta(seconds=limit):
        return SearchState.SUCCEEDED, f"its time limit of {limit:g} seconds has passed"
    return None, None
