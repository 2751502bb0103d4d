"""How many connections and subscriptions one person and one address may hold: the next is refused, and nobody
else notices."""

import asyncio
import contextlib
import json

import httpx2
import pytest
import websockets

from cubestudio.core.config import Settings
from cubestudio.users import credentials


@pytest.fixture
def settings(home) -> Settings:
    return Settings(
        home=home,
        stop_grace_seconds=2.0,
        environment="test",
        max_connections=3,
        max_connections_per_address=5,
        max_subscriptions=4,
    )


@contextlib.asynccontextmanager
async def socket(address, secret):
    """A GraphQL socket, and what is said to its first message."""
    headers = {"authorization": f"Bearer {secret}"}
    async with websockets.connect(
        f"ws://{address}/graphql", subprotocols=["graphql-transport-ws"], additional_headers=headers
    ) as raw:
        await raw.send(json.dumps({"type": "connection_init"}))
        with contextlib.suppress(websockets.ConnectionClosed):
            assert json.loads(await asyncio.wait_for(raw.recv(), 20))["type"] == "connection_ack"
        yield raw


async def subscribe(raw, name):
    await raw.send(
        json.dumps(
            {"id": name, "type": "subscribe", "payload": {"query": "subscription { runsChanged { cursor } }"}}
        )
    )


async def test_the_next_connection_of_a_person_and_of_an_address_is_refused(web):
    address, ours, platform = web
    people = {}
    for name in ("ada", "bo"):
        person = await platform.person(name)
        async with platform.ctx.db.write() as tx:
            _, people[name] = await credentials.make_token(tx, person, "t", 1)
    stream = {
        "json": {"query": "subscription { runsChanged { cursor } }"},
        "headers": {"accept": "text/event-stream"},
    }
    async with (
        httpx2.AsyncClient(base_url=f"http://{address}", timeout=30) as http,
        contextlib.AsyncExitStack() as stack,
    ):

        def events(secret):
            headers = {**stream["headers"], "authorization": f"Bearer {secret}"}
            return http.stream("POST", "/graphql", json=stream["json"], headers=headers)

        for _ in range(2):
            await stack.enter_async_context(socket(address, people["ada"]))
        mine = contextlib.AsyncExitStack()
        assert (await mine.enter_async_context(events(people["ada"]))).status_code == 200
        async with socket(address, people["ada"]) as over:
            await asyncio.wait_for(over.wait_closed(), 20)
        assert (
            over.close_code == 1013
            and over.close_reason == "You have 3 open connections, which is the limit."
        )
        async with events(people["ada"]) as over:
            told = json.loads(await over.aread())
            assert over.status_code == 429 and told["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
            assert told["errors"][0]["message"] == "You have 3 open connections, which is the limit."
        terminal = f"ws://{address}/pods/{'0' * 36}/terminal"
        async with websockets.connect(
            terminal, additional_headers={"authorization": f"Bearer {ours}"}
        ) as over:
            await asyncio.wait_for(over.wait_closed(), 20)
        assert over.close_code == 4404, "others are not concerned"
        async with socket(address, people["bo"]) as other:
            assert other.close_code is None
            await mine.aclose()
            async with asyncio.timeout(20):
                while True:  # the server hears of the end of a stream a moment later
                    async with socket(address, people["ada"]) as again:
                        if again.close_code is None:
                            break
        for _ in range(3):
            await stack.enter_async_context(socket(address, people["bo"]))
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with socket(address, ours):
                pass
        assert (
            refused.value.response.status_code == 429
            and b"Your address has 5 open connections" in refused.value.response.body
        )
        async with events(ours) as over:
            assert over.status_code == 429
        told = await http.post(
            "/graphql", json={"query": "{ viewer { name } }"}, headers={"authorization": f"Bearer {ours}"}
        )
        assert told.json()["data"]["viewer"]["name"] == "admin", "questions are not connections"
        assert (await http.get("/healthz")).status_code == 200


async def test_the_next_subscription_of_a_person_is_refused_over_all_their_sockets(web):
    address, ours, platform = web
    async with socket(address, ours) as one, socket(address, ours) as two:
        for number in range(4):
            await subscribe((one, two)[number % 2], str(number))
        await subscribe(two, "over")
        told = json.loads(await asyncio.wait_for(two.recv(), 20))
        assert told["id"] == "over" and told["type"] == "error"
        assert (
            told["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
            and "4 open subscriptions" in told["payload"][0]["message"]
        )
        await one.send(json.dumps({"id": "0", "type": "complete"}))
        await one.send(json.dumps({"type": "ping"}))
        assert json.loads(await asyncio.wait_for(one.recv(), 20))["type"] == "pong"
        listeners = platform.ctx.bus.listeners
        await subscribe(two, "again")
        async with asyncio.timeout(20):
            while platform.ctx.bus.listeners <= listeners - 1:
                await asyncio.sleep(0.01)
        await two.send(json.dumps({"type": "ping"}))
        assert json.loads(await asyncio.wait_for(two.recv(), 20))["type"] == "pong", (
            "one that was let go makes room"
        )
