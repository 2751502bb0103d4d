"""From a process's exit to the subscriber."""

import statistics
import time
from datetime import datetime

from bench.house import house
from cubestudio.core.graph.context import Context
from cubestudio.schema import schema

YAML = "name: n\nsteps: [{name: a, template: shell, args: {script: 'sleep 0.2'}}]\n"
SAVE = (
    'mutation($y: String!) { savePipeline(input: {project: "p", yaml: $y}) { ... on SavedPipeline '
    "{ pipeline { id "
    "} } } }"
)
START = "mutation($p: ID!) { startRun(pipeline: $p, cache: false) { ... on Run { id projectId } } }"


async def exits(app, viewer, turns: int = 40) -> None:
    def context(live=False):
        return Context(ctx=app.ctx, connection=None, viewer=viewer, live=live)

    saved = await schema.execute(SAVE, {"y": YAML}, context_value=context())
    took = []
    for _ in range(turns):
        started = await schema.execute(
            START, {"p": saved.data["savePipeline"]["pipeline"]["id"]}, context_value=context()
        )
        run = started.data["startRun"]["id"]
        stream = await schema.subscribe(
            "subscription($r: ID!) { runChanged(id: $r) { run { state } } }",
            {"r": run},
            context_value=context(True),
        )
        async for item in stream:
            if item.data["runChanged"]["run"]["state"] == "SUCCEEDED":
                heard = time.time()
        found = await schema.execute(
            "query($r: ID!) { run(id: $r) { pods { finishedAt } } }", {"r": run}, context_value=context()
        )
        took.append(
            (heard - datetime.fromisoformat(found.data["run"]["pods"][0]["finishedAt"]).timestamp()) * 1000
        )
    took.sort()
    print(
        f"exit to subscriber: p50 {statistics.median(took):.1f} ms, p99 "
        f"{took[int(len(took) * 0.99) - 1]:.1f} ms (target ≤ 10 and ≤ 30)"
    )


async def chain(app, viewer, steps: int = 20, turns: int = 4) -> None:
    """CPU of the platform's process and of its database's threads for each step of a chain, and how many
    transactions it wrote."""
    context = Context(ctx=app.ctx, connection=None, viewer=viewer)
    body = "".join(
        f"  - {{name: s{number}, template: shell, "
        f"{f'needs: [s{number - 1}], ' if number else ''}args: {{script: 'true'}}}}\n"
        for number in range(steps)
    )
    saved = await schema.execute(SAVE, {"y": f"name: chain\nsteps:\n{body}"}, context_value=context)
    written, write = 0, app.ctx.db.write

    def counted():
        nonlocal written
        written += 1
        return write()

    app.ctx.db.write = counted
    cpu, wall, transactions = [], [], []
    for _ in range(turns):
        began, at, before = time.process_time(), time.perf_counter(), written
        started = await schema.execute(
            START, {"p": saved.data["savePipeline"]["pipeline"]["id"]}, context_value=context
        )
        run = {"r": started.data["startRun"]["id"]}
        stream = await schema.subscribe(
            "subscription($r: ID!) { runChanged(id: $r) { run { state } } }",
            run,
            context_value=Context(ctx=app.ctx, connection=None, viewer=viewer, live=True),
        )
        async for item in stream:
            state = item.data["runChanged"]["run"]["state"]
        assert state == "SUCCEEDED", state
        cpu.append((time.process_time() - began) * 1000 / steps)
        wall.append((time.perf_counter() - at) * 1000 / steps)
        transactions.append((written - before) / steps)
    app.ctx.db.write = write
    told = f"{min(wall):.0f} ms, {statistics.median(transactions):.1f} transactions"
    print(
        f"a step of a chain of {steps}: {min(cpu):.1f} ms of CPU of the platform's process, median "
        f"{statistics.median(cpu):.1f} (target ≤ 20); {told}"
    )


async def main() -> None:
    async with house(0, frozenset({"worker", "watch"})) as (app, viewer):
        await exits(app, viewer)
        await chain(app, viewer)
