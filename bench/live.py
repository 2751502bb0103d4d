"""From a process's exit to the subscriber."""

import statistics
import time
from datetime import datetime

from bench.house import house
from cubestudio.core.graph.context import Context
from cubestudio.schema import schema

YAML = "name: n\nsteps: [{name: a, template: shell, args: {script: 'sleep 0.2'}}]\n"
SAVE = 'mutation($y: String!) { savePipeline(project: "p", yaml: $y) { ... on SavedPipeline { pipeline { id } } } }'
START = "mutation($p: ID!) { startRun(pipeline: $p, cache: false) { ... on Run { id projectId } } }"


async def exits(app, viewer, turns: int = 40) -> None:
    def context(live=False):
        return Context(app.parts, None, viewer, live)

    saved = await schema.execute(SAVE, {"y": YAML}, context_value=context())
    took = []
    for _ in range(turns):
        started = await schema.execute(START, {"p": saved.data["savePipeline"]["pipeline"]["id"]}, context_value=context())
        run = started.data["startRun"]["id"]
        stream = await schema.subscribe(
            "subscription($r: ID!) { runUpdated(id: $r) { run { state } } }", {"r": run}, context_value=context(True)
        )
        async for item in stream:
            if item.data["runUpdated"]["run"]["state"] == "SUCCEEDED":
                heard = time.time()
        found = await schema.execute("query($r: ID!) { run(id: $r) { pods { finishedAt } } }", {"r": run}, context_value=context())
        took.append((heard - datetime.fromisoformat(found.data["run"]["pods"][0]["finishedAt"]).timestamp()) * 1000)
    took.sort()
    print(f"exit to subscriber: p50 {statistics.median(took):.1f} ms, p99 {took[int(len(took) * 0.99) - 1]:.1f} ms (target ≤ 10 and ≤ 30)")


async def main() -> None:
    async with house(0, frozenset({"worker", "watch"})) as (app, viewer):
        await exits(app, viewer)
