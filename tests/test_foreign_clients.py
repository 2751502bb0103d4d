"""Other people's GraphQL clients against a running platform: each sends a query, is refused something, and
follows a run to its end where it can subscribe."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

WEB = Path(__file__).parents[1] / "web"
PACKAGES = ("graphql-request", "graphql-ws", "@apollo/client", "@urql/core", "graphql-http", "ws")
TALK = "name: talk\nsteps: [{name: a, template: shell, args: {script: 'echo said'}}]\n"
QUERY = "query ($key: String!) { viewer { name } project(key: $key) { name } }"
RUN = "subscription ($id: ID!) { runChanged(id: $id) { run { state } } }"


@pytest.mark.parametrize("kind", [AIOHTTPTransport, HTTPXAsyncTransport])
async def test_gql_queries_over_http(web, kind):
    address, token, _ = web
    transport = kind(url=f"http://{address}/graphql", headers={"authorization": f"Bearer {token}"})
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        query = gql(QUERY)
        query.variable_values = {"key": "p"}
        assert await session.execute(query) == {"viewer": {"name": "admin"}, "project": {"name": "p"}}
        assert session.client.schema.get_type("Run"), "it has read the schema"
    async with Client(transport=transport) as session:
        with pytest.raises(TransportQueryError, match="nothing"):
            await session.execute(gql("{ nothing }"))


async def test_gql_subscribes_over_websocket(web):
    address, token, platform = web
    run = await platform.start(await platform.save(TALK), cache=False)
    transport = WebsocketsTransport(
        url=f"ws://{address}/graphql",
        headers={"authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    query = gql(RUN)
    query.variable_values = {"id": run}
    async with Client(transport=transport) as session:
        states = [data["runChanged"]["run"]["state"] async for data in session.subscribe(query)]
    assert states[-1] == "SUCCEEDED"


async def test_clients_of_node_query_and_subscribe(web):
    """And the audit of graphql-http passes in full."""
    if not shutil.which("node") or not all((WEB / "node_modules" / each).exists() for each in PACKAGES):
        pytest.skip("the packages of node are not installed")
    address, token, platform = web
    run = await platform.start(await platform.save(TALK), cache=False)
    process = await asyncio.create_subprocess_exec(
        "node",
        "clients.mjs",
        *(f"http://{address}/graphql", token, run),
        cwd=WEB,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, err.decode()
    found = json.loads(out)
    answer = {"viewer": {"name": "admin"}, "project": {"name": "p"}}
    assert [found[name] for name in ("graphql-request", "apollo", "urql")] == [answer] * 3
    assert found["graphql-ws"][-1] == "SUCCEEDED"
    assert found["audit"] == {"passed": 61, "failed": []}
