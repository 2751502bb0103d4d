"""From a process's exit to the subscriber, and one event to 500 sockets."""

import asyncio
import statistics
import time
from datetime import datetime

import orjson
import uvicorn
import websockets

from bench.house import house
from cubestudio.core.graph.context import Context
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.schema import schema
from cubestudio.server import build
from cubestudio.users import ways
from tests.parts import free_port

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


async def sockets(app, viewer, count: int = 500, turns: int = 40) -> None:
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(build(app), port=port, log_config=None, ws_per_message_deflate=False, timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    async with app.parts.db.write() as tx:
        _, token = await ways.make_token(tx, viewer, "bench", 1)
    context = Context(app.parts, None, viewer)
    saved = await schema.execute(SAVE, {"y": YAML.replace("0.2", "300")}, context_value=context)
    started = await schema.execute(START, {"p": saved.data["savePipeline"]["pipeline"]["id"]}, context_value=context)
    run, project = started.data["startRun"]["id"], started.data["startRun"]["projectId"]
    query = {"query": "subscription($r: ID!) { runUpdated(id: $r) { cursor run { id state counts } } }", "variables": {"r": run}}
    links = []
    for _ in range(count):
        link = await websockets.connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=["graphql-transport-ws"], compression=None)
        await link.send(orjson.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}).decode())
        await link.recv()
        await link.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": query}).decode())
        await link.recv()
        links.append(link)
    await asyncio.sleep(1)
    best = 0.0
    for _ in range(turns):
        began = time.perf_counter()
        await app.parts.bus.publish([RunChanged(run, project)])
        await asyncio.gather(*(link.recv() for link in links))
        best = max(best, count / (time.perf_counter() - began))
    print(f"one event to {count} sockets: {best:,.0f} messages a second, client in the same process (target ≥ 25,000)")
    await schema.execute("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", {"r": run}, context_value=context)
    server.should_exit = True
    await asyncio.gather(*(link.close() for link in links), return_exceptions=True)
    await serving


async def main() -> None:
    async with house(0, frozenset({"worker", "watch"})) as (app, viewer):
        await exits(app, viewer)
        await sockets(app, viewer)
