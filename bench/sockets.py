"""What sockets cost: one event to 500 of them, and what 400 of one member do to the answers that others
get."""

import asyncio
import contextlib
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import httpx2
import uvicorn

from bench.house import house
from cubestudio.app import App
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.graph.context import Context
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.projects import actions as projects
from cubestudio.projects.model import Role
from cubestudio.schema import schema
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.web.app import build
from cubestudio.web.http_limits import Direct
from tests.parts import free_port

YAML = "name: n\nsteps: [{name: a, template: shell, args: {script: 'sleep 300'}}]\n"
SAVE = (
    'mutation($y: String!) { savePipeline(input: {project: "p", yaml: $y}) { ... on SavedPipeline '
    "{ pipeline { id "
    "} } } }"
)
START = "mutation($p: ID!) { startRun(pipeline: $p, cache: false) { ... on Run { id projectId } } }"
ONE = "subscription($r: ID!) { runChanged(id: $r) { cursor run { id state counts { state count } } } }"
LIST = (
    "subscription($s: String) { runsChanged(since: $s) { cursor run { id number state counts { state count } "
    "stepStates { name state } } } }"
)
ASK = (
    "{ runs(first: 50) { nodes { id number state cluster createdAt startedAt finishedAt packedStepStates } "
    "pageInfo { endCursor } } }"
)
MANY = {
    "max_connections": 2000,
    "max_connections_address": 4000,
    "max_subscriptions": 2000,
    "rate_known": 1_000_000,
}


@contextlib.asynccontextmanager
async def serving(app: App) -> AsyncIterator[int]:
    port = free_port()
    config = uvicorn.Config(
        build(app),
        port=port,
        ws=Direct,
        log_config=None,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        await task


class Bare(asyncio.Protocol):
    """A server of sockets that does nothing but write to them."""

    transports: ClassVar[list[asyncio.Transport]] = []

    def __init__(self) -> None:
        self._asked = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += 1
        if self._asked == 1:
            self._transport.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        elif self._asked == 2:
            self._transport.write(b"\x81\x02{}")
            Bare.transports.append(self._transport)


async def bare(port: int, count: int, size: int = 200, turns: int = 40) -> float:
    """µs of CPU for a message of so many bytes that is only written."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port)
    costs, frame = [], b"\x81\x7e" + size.to_bytes(2, "big") + bytes(size)
    async with Listeners.of(port, "", count, "", {}) as listeners:
        for turn in range(1, turns + 1):
            await asyncio.sleep(0.1)
            cpu = time.process_time()
            for transport in Bare.transports:
                transport.write(frame)
            await listeners.total(turn * count)
            costs.append((time.process_time() - cpu) * 1e6 / count)
    server.close()
    return statistics.median(costs)


class Listeners:
    """So many sockets that hear one subscription, in another process."""

    @classmethod
    @contextlib.asynccontextmanager
    async def of(
        cls, port: int, token: str, count: int, query: str, variables: dict[str, str]
    ) -> AsyncIterator["Listeners"]:
        program = str(Path(__file__).with_name("listeners.py"))
        self = cls()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            program,
            str(port),
            token,
            str(count),
            query,
            json.dumps(variables),
            stdin=-1,
            stdout=-1,
        )
        assert await self.process.stdout.readline() == b"ready\n"
        try:
            yield self
        finally:
            self.process.stdin.close()
            await self.process.wait()

    async def total(self, wanted: int = 0) -> int:
        """How many messages they have had, once these are as many as wanted."""
        self.process.stdin.write(b"%d\n" % wanted)
        return int(await self.process.stdout.readline())


async def one_event(
    app: App, port: int, token: str, run: str, project: str, count: int = 500, turns: int = 40
) -> None:
    async with Listeners.of(port, token, count, ONE, {"r": run}) as listeners:
        await asyncio.sleep(1)
        rates, costs = [], []
        for _ in range(turns):
            wanted = await listeners.total() + count
            await asyncio.sleep(0.3)
            wall, cpu = time.perf_counter(), time.process_time()
            await app.ctx.bus.publish([RunChanged(run, project)])
            await listeners.total(wanted)
            rates.append(count / (time.perf_counter() - wall))
            costs.append((time.process_time() - cpu) * 1e6 / count)
    each, least = statistics.median(costs), await bare(free_port(), count)
    told = f"{each:.1f} µs of CPU each, {each / least:.2f} times a bare write"
    print(
        f"one event to {count} sockets: median {statistics.median(rates):,.0f} messages a second, "
        f"best {max(rates):,.0f}, {told} (target ≥ 30,000)"
    )


async def asked(port: int, token: str, turns: int = 60) -> list[float]:
    """Milliseconds of questions of somebody else, one after the other."""
    took = []
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {token}"}, timeout=120
    ) as http:
        for turn in range(turns + 10):
            began = time.perf_counter()
            answer = await http.post("/graphql", json={"query": ASK})
            assert "errors" not in answer.json(), answer.text
            if turn >= 10:
                took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


async def beside(
    app: App, port: int, tokens: tuple[str, str], run: str, project: str, count: int = 400
) -> None:
    """Somebody's questions while so many sockets of another hear a run that changes twenty times a second,
    and without them."""

    async def changes() -> None:
        while True:
            await app.ctx.bus.publish([RunChanged(run, project)])
            await asyncio.sleep(0.05)

    changing = asyncio.create_task(changes())
    kinds = (
        ("of one run", ONE, {"r": run}),
        ("of the list", LIST, {}),
        ("of the list, none of which is shared,", LIST, {"s": ""}),
    )
    for name, query, variables in kinds:
        alone, many = [], []
        for _ in range(2):
            alone += await asked(port, tokens[0])
            told = {"s": app.ctx.bus.cursor} if "s" in variables else variables
            async with Listeners.of(port, tokens[1], count, query, told):
                many += await asked(port, tokens[0])
        ratios = [
            sorted(many)[int(len(many) * part)] / sorted(alone)[int(len(alone) * part)]
            for part in (0.5, 0.9, 0.99)
        ]
        told = ", ".join(
            f"{name} {ratio:.2f}" for name, ratio in zip(("p50", "p90", "p99"), ratios, strict=True)
        )
        print(
            f"answers beside {count} sockets {name} of another member: {told} times those without "
            f"(p50 {statistics.median(alone):.1f} ms; target ≤ 1.2)"
        )
    changing.cancel()


async def main() -> None:
    async with house(2000, frozenset({"worker", "watch"}), **MANY) as (app, viewer), serving(app) as port:
        async with app.ctx.db.write() as tx:
            member = Viewer(id=await users.create(tx, "member"), name="member")
            await projects.admit(tx, viewer, "p", "member", Role.MEMBER)
            tokens = [(await credentials.make_token(tx, who, "bench", 1))[1] for who in (viewer, member)]
        context = Context(ctx=app.ctx, connection=None, viewer=viewer)
        saved = await schema.execute(SAVE, {"y": YAML}, context_value=context)
        started = await schema.execute(
            START, {"p": saved.data["savePipeline"]["pipeline"]["id"]}, context_value=context
        )
        run, project = started.data["startRun"]["id"], started.data["startRun"]["projectId"]
        await one_event(app, port, tokens[0], run, project)
        await beside(app, port, (tokens[0], tokens[1]), run, project)
        await schema.execute(
            "mutation($r: ID!) { cancelRun(id: $r) { __typename } }", {"r": run}, context_value=context
        )
