"""The newest 50 runs with the states of their five steps, out of 10,000 and 200,000, against the same query
by hand."""

import asyncio
import statistics
import time

import orjson
from sqlalchemy import select

from bench.house import house
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.executor import Executor
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.steps.model import Step
from cubestudio.schema import schema

QUERY = (
    "{ runs(first: 50) { nodes { id number state cluster createdAt startedAt finishedAt stepStates { "
    "name state } } pageInfo { endCursor } } }"
)
PACKED = (
    "{ runs(first: 50) { nodes { id number state cluster createdAt startedAt finishedAt packedStepStates } "
    "pageInfo { endCursor } } }"
)


async def timed(work, clients: int, turns: int = 60) -> tuple[float, float]:
    """(p50, p99) in ms of `work` with so many clients."""
    took: list[float] = []

    async def client() -> None:
        for _ in range(turns):
            began = time.perf_counter()
            await work()
            took.append((time.perf_counter() - began) * 1000)

    await work()
    await asyncio.gather(*(client() for _ in range(clients)))
    took.sort()
    return statistics.median(took), took[int(len(took) * 0.99) - 1]


async def main() -> None:
    small: dict[str, float] = {}
    for count in (10_000, 200_000):
        async with house(count) as (app, viewer):

            def graph(query, app=app, viewer=viewer):
                async def ask():
                    result = await schema.execute(
                        query, context_value=Context(ctx=app.ctx, connection=None, viewer=viewer)
                    )
                    assert not result.errors
                    return orjson.dumps(result.data)

                return ask

            async def by_hand(app=app):
                async with app.ctx.db.read() as conn:
                    columns = (
                        Run.id,
                        Run.number,
                        Run.state,
                        Run.cluster,
                        Run.created_at,
                        Run.started_at,
                        Run.finished_at,
                    )
                    runs = (await conn.execute(select(*columns).order_by(Run.id.desc()).limit(50))).all()
                    found: dict[str, list] = {}
                    statement = select(Step.run_id, Step.name, Step.state).where(
                        Step.run_id.in_([run.id for run in runs]), Step.item == -1
                    )
                    for step in await conn.execute(statement.order_by(Step.run_id, Step.position)):
                        found.setdefault(step.run_id, []).append({"name": step.name, "state": step.state})
                return orjson.dumps([{**run._mapping, "stepStates": found[run.id]} for run in runs])

            before = Executor.taken
            await graph(QUERY)()
            assert Executor.taken > before + 500, "the short way was not taken"
            for clients in (1, 16):
                hand = await timed(by_hand, clients)
                for name, query in (("steps as objects", QUERY), ("steps packed", PACKED)):
                    p50, p99 = await timed(graph(query), clients)
                    key = f"{name} {clients}"
                    ratio = f", {p50 / small[key]:.2f} times 10,000" if key in small else ""
                    small.setdefault(key, p50)
                    print(
                        f"{count} runs, {clients} clients, {name}: p50 {p50:.1f} p99 {p99:.1f} ms; "
                        f"by hand p50 {hand[0]:.1f}: {p50 / hand[0]:.2f} times{ratio}"
                    )
