"""The doors: HTTP, SSE, WebSocket, sign-in, forgery, files, health."""

import asyncio
import json

import httpx2
import pytest
import websockets

from cubestudio.models.events import ModelChanged
from cubestudio.pipelines.runs import actions as runs
from cubestudio.schema import CHANGES
from cubestudio.users import credentials
from cubestudio.web.app import build
from tests.conftest import started

SLOW = (
    "name: s\nsteps: [{name: a, template: shell, args: {script: 'echo one; sleep 0.5; echo two; echo x > "
    "$CUBE_OUTPUT_DIR/x.txt'}}]\n"
)


async def post(web, query, headers=None, **variables):
    async with httpx2.AsyncClient(base_url=f"http://{web[0]}") as http:
        told = {"authorization": f"Bearer {web[1]}"} if headers is None else headers
        return await http.post("/graphql", json={"query": query, "variables": variables}, headers=told)


async def test_a_link_signs_in_once_and_forgery_is_refused(web):
    url, _, platform = web
    async with platform.ctx.db.write() as tx:
        link = await credentials.link(tx, platform.ctx.settings, platform.admin.id)
    async with httpx2.AsyncClient(base_url=f"http://{url}") as http:
        assert (await http.post("/graphql", json={"query": "{ projects { nodes { id } } }"})).json()[
            "errors"
        ][0]["extensions"]["code"] == "SIGNED_OUT"
        first = await http.get(f"/auth/link?token={link}")
        assert first.status_code == 303 and "HttpOnly" in first.headers["set-cookie"]
        assert (await httpx2.AsyncClient().get(f"http://{url}/auth/link?token={link}")).status_code == 401
        query = {"query": "{ viewer { name } }"}
        assert (await http.post("/graphql", json=query)).status_code == 403
        mine = {"x-cube-request": "1"}
        assert (await http.post("/graphql", json=query, headers=mine)).json()["data"]["viewer"][
            "name"
        ] == "admin"
        for forged in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
            assert (await http.post("/graphql", json=query, headers=mine | forged)).status_code == 403
        page = await http.get("/graphql?query={viewer{name}}", headers={"accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        await http.post(
            "/graphql", json={"query": "mutation { signOut { ... on Done { id } } }"}, headers=mine
        )
        assert (await http.post("/graphql", json=query, headers=mine)).json()["data"]["viewer"] is None


async def test_files_logs_health_and_metrics(web):
    url, token, platform = web
    run = await platform.run(SLOW)
    pod, file = run["steps"][0]["pod"]["id"], run["steps"][0]["artifacts"][0]
    await platform.log(pod)
    async with httpx2.AsyncClient(base_url=f"http://{url}") as http:
        mine = {"authorization": f"Bearer {token}"}
        assert (await http.get(file["url"])).status_code == 401
        assert (await http.get(file["url"], headers=mine)).content == b"x\n"
        assert (await http.get(f"/pods/{pod}/log", headers=mine)).content == b"one\ntwo\n"
        assert (await http.get("/artifacts/nothing", headers=mine)).status_code == 404
        assert (await http.get("/healthz/ready")).text == "ready\n"
        assert (
            "cube_outbox_messages"
            in (await http.get("/metrics", headers={"authorization": f"Bearer {token}"})).text
        )
        assert (await http.post("/graphql", content=b"x" * 40_000_000, headers=mine)).status_code == 413


class Socket:
    def __init__(self, raw):
        self.raw = raw

    async def say(self, **message):
        await self.raw.send(json.dumps(message))

    async def hear(self):
        async with asyncio.timeout(20):
            return json.loads(await self.raw.recv())


def connect(web, **options):
    return websockets.connect(f"ws://{web[0]}/graphql", subprotocols=["graphql-transport-ws"], **options)


async def test_subscriptions_over_a_socket_share_one_execution(web):
    _, token, platform = web
    run = await platform.start(await platform.save(SLOW), cache=False)
    query = {
        "query": "subscription($r: ID!) { runChanged(id: $r) { cursor run { state } } }",
        "variables": {"r": run},
    }
    before = platform.ctx.bus.listeners
    async with connect(web) as raw, connect(web) as other:
        sockets = [Socket(raw), Socket(other)]
        for socket in sockets:
            await socket.say(type="connection_init", payload={"authorization": f"Bearer {token}"})
            assert (await socket.hear())["type"] == "connection_ack"
            await socket.say(type="subscribe", id="1", payload=query)
        heard = [[], []]
        for place, socket in enumerate(sockets):
            while (message := await socket.hear())["type"] == "next":
                heard[place].append(message["payload"]["data"]["runChanged"]["run"]["state"])
            assert message == {"type": "complete", "id": "1"}
        assert heard[0][-1] == heard[1][-1] == "SUCCEEDED"
        await sockets[0].say(type="ping")
        assert (await sockets[0].hear())["type"] == "pong"
        await sockets[0].say(type="subscribe", id="2", payload={"query": "{ viewer { name } }"})
        assert (await sockets[0].hear())["payload"] == {"data": {"viewer": {"name": "admin"}}}
    async with asyncio.timeout(60):
        while platform.ctx.bus.listeners > before:
            await asyncio.sleep(0.01)


async def enter(socket, token, name, query):
    await socket.say(type="connection_init", payload={"authorization": f"Bearer {token}"})
    assert (await socket.hear())["type"] == "connection_ack"
    await socket.say(type="subscribe", id=name, payload={"query": query})
    await socket.say(type="ping")
    assert (await socket.hear())["type"] == "pong"


async def test_who_does_not_read_is_closed_and_who_does_hears_all_in_order(web):
    """Both hear one execution; what the slow one is not sent at once waits for it, up to a bound."""
    _, token, platform = web
    query, before = "subscription { changed { id } }", platform.ctx.bus.listeners
    async with connect(web, max_queue=1, compression=None) as raw, connect(web) as other:
        slow, quick, name = Socket(raw), Socket(other), "s" * 20_000
        await enter(slow, token, name, query)
        await enter(quick, token, "q", query)
        async with asyncio.timeout(60):
            while platform.ctx.bus.listeners == before:
                await asyncio.sleep(0.01)
        assert platform.ctx.bus.listeners == before + len(CHANGES), "one execution for both"
        number = 0
        for _ in range(25):
            await platform.ctx.bus.publish([ModelChanged(str(number + more), "p") for more in range(100)])
            for _ in range(100):
                message = await quick.hear()
                assert message["id"] == "q" and message["payload"]["data"]["changed"]["id"] == str(number)
                number += 1
        heard = 0
        with pytest.raises(websockets.ConnectionClosed) as closed:
            while (message := await slow.hear()) and message["id"] == name:
                assert message["payload"]["data"]["changed"]["id"] == str(heard)
                heard += 1
        assert closed.value.rcvd.code == 4413 and 0 < heard < number
        await platform.ctx.bus.publish([ModelChanged("last", "p")])
        assert (await quick.hear())["payload"]["data"]["changed"]["id"] == "last"


@pytest.mark.parametrize("payload", [{}, {"authorization": "Bearer cube_wrong"}])
async def test_strangers_are_closed_with_4403(web, payload):
    async with connect(web) as raw:
        await Socket(raw).say(type="connection_init", payload=payload)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await raw.recv()
        assert closed.value.rcvd.code == 4403


async def test_a_page_of_another_site_opens_no_socket(web):
    with pytest.raises(websockets.InvalidStatus):
        async with connect(web, origin="http://evil.example"):
            pass


async def test_what_breaks_the_protocol_is_closed(web):
    async with connect(web) as raw:
        await raw.send("nonsense")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await raw.recv()
        assert closed.value.rcvd.code == 4400


async def test_bugs_are_masked_and_named(web, monkeypatch):
    async def broken(*_):
        raise ZeroDivisionError("the inside of the house")

    monkeypatch.setattr("cubestudio.users.credentials.tokens_of", broken)
    error = (await post(web, "{ tokens { id } }")).json()["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL" and error["extensions"]["id"] in error["message"]
    assert "inside" not in json.dumps(error)


async def test_a_terminal_is_for_members_of_a_running_pod(web):
    url, token, platform = web
    pipeline = await platform.save(
        "name: t\nsteps: [{name: a, template: shell, args: {script: 'echo inside > mark; echo begun; "
        "sleep 100'}}]\n"
    )
    run = await platform.start(pipeline)
    pod = None
    async with asyncio.timeout(20):
        while pod is None or pod["state"] != "RUNNING":
            pod = (
                await platform.ask("query($r: ID!) { run(id: $r) { steps { pod { id state } } } }", r=run)
            )["run"]["steps"][0]["pod"]
    tokens = {}
    for name, role in (("stranger", None), ("viewer", "VIEWER"), ("member", "MEMBER")):
        person = await platform.person(name)
        async with platform.ctx.db.write() as tx:
            _, tokens[name] = await credentials.make_token(tx, person, "test", 1)
        if role:
            await platform.ask(
                f'mutation {{ setMember(project: "p", user: "{name}", role: {role}) {{ ... on '
                f"Project {{ id }} }} }}"
            )

    def door(secret: str | None, **options):
        told = {"authorization": f"Bearer {secret}"} if secret else {}
        return websockets.connect(f"ws://{url}/pods/{pod['id']}/terminal", additional_headers=told, **options)

    for secret, code in ((None, 4401), (tokens["stranger"], 4404), (tokens["viewer"], 4403)):
        async with door(secret) as socket, asyncio.timeout(20):
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd.code == code
    with pytest.raises(websockets.InvalidStatus):
        async with door(token, origin="http://evil.example"):
            pass
    async with door(runs.token(platform.ctx.vault, run)) as socket, asyncio.timeout(20):
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd.code == 4401, "the code of a run opens no terminal, not even of its own pod"
    async with door(tokens["member"]) as socket:
        await socket.send("{}")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd.code == 1003
    async with door(tokens["member"]) as socket:
        await socket.send(json.dumps({"rows": 20, "columns": 70}))
        await socket.send(b"cat mark; stty size; id -u\n")
        heard = b""
        async with asyncio.timeout(20):
            while b"20 70" not in heard:
                heard += await socket.recv()
        assert b"inside" in heard
        await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { ... on Run { id } } }", r=run)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            async with asyncio.timeout(20):
                while True:
                    await socket.recv()
        assert closed.value.rcvd.code in (1000, 4404)
    await platform.finish(run)
    async with door(tokens["member"]) as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd.code == 4404
    seen = f'{{ audit(target: "{pod["id"]}") {{ nodes {{ operation actor by address outcome detail }} }} }}'
    entries = (await platform.ask(seen))["audit"]["nodes"][::-1]
    entries[2]["actor"] = None  # the run
    assert [(each["operation"], each["actor"], each["by"], each["outcome"]) for each in entries] == [
        ("openTerminal", "stranger", "token", "NOT_FOUND"),
        ("openTerminal", "viewer", "token", "FORBIDDEN"),
        ("openTerminal", None, "run", "SIGNED_OUT"),
        ("openTerminal", "member", "token", "done"),
        ("closeTerminal", "member", "token", "done"),
    ]
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    assert all(each["address"] == "127.0.0.1" for each in entries)
    assert all(
        each["detail"]["cluster"] == "local" and each["detail"]["project"] == project for each in entries[3:]
    )
    assert entries[4]["detail"]["seconds"] > 0 and all(
        each["detail"]["why"] for each in (*entries[:3], entries[4])
    )


async def test_ssh_is_for_ones_own_notebook_that_runs_on_kubernetes(web):
    url, token, platform = web
    other = await platform.person("other")
    async with platform.ctx.db.write() as tx:
        _, theirs = await credentials.make_token(tx, other, "theirs", 1)
    make = (
        'mutation { createNotebook(input: {project: "p", name: "n", kind: CUSTOM, spec: {command: '
        '"true"}, start: false}) { ... on Notebook { id } } }'
    )
    key = (await platform.ask(make))["createNotebook"]["id"]

    async def closed(secret=None, notebook=key):
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        async with websockets.connect(
            f"ws://{url}/notebooks/{notebook}/ssh", additional_headers=headers
        ) as channel:
            with pytest.raises(websockets.ConnectionClosed) as end:
                await channel.recv()
            return end.value.rcvd.code, end.value.rcvd.reason

    assert (await closed())[0] == 4401
    assert await closed(theirs) == await closed(theirs, "0" * 36), (
        "a stranger is told what everybody is told of nothing"
    )
    code, words = await closed(token)
    assert code == 4404 and "SSH needs a running one" in words


async def test_metrics_are_for_whoever_has_a_token(web):
    """Also on this machine: the code of pods comes from its loopback, too."""
    url, token, platform = web
    person, auditor = await platform.person("somebody"), await platform.person("auditor")
    await platform.ask(
        f'mutation {{ updateUser(input: {{id: "{auditor.id}", auditor: true}}) {{ ... on User {{ id }} ... '
        f"on Problem {{ message }} }} }}"
    )
    async with platform.ctx.db.write() as tx:
        _, other = await credentials.make_token(tx, person, "test", 1)
        _, looks = await credentials.make_token(tx, auditor, "test", 1)
    async with httpx2.AsyncClient(base_url=f"http://{url}") as http:
        answer = await http.get("/metrics")
        assert (
            answer.status_code == 401
            and "CUBE_METRICS_TOKEN" in answer.text
            and answer.headers["www-authenticate"] == "Bearer"
        )
        for secret, status in ((token, 200), (looks, 200), (other, 403), ("cube_x", 401)):
            assert (
                await http.get("/metrics", headers={"authorization": f"Bearer {secret}"})
            ).status_code == status


async def test_with_a_token_of_their_own_metrics_are_not_for_everybody_on_this_machine(settings):
    secret = "a-secret-of-prometheus"
    async with started(settings.model_copy(update={"metrics_token": secret})) as platform:
        transport = httpx2.ASGITransport(build(platform.app), client=("127.0.0.1", 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://x") as http:
            for told, status in (
                (None, 401),
                (f"Bearer {secret}", 200),
                (f"Bearer {secret}x", 401),
                (f"Basic {secret}", 401),
                ("Bearer", 401),
            ):
                assert (
                    await http.get("/metrics", headers={"authorization": told} if told else {})
                ).status_code == status, told
        for address, status in (("10.0.0.1", 401), ("::1", 401), ("?", 401)):
            transport = httpx2.ASGITransport(build(platform.app), client=(address, 1))
            async with httpx2.AsyncClient(transport=transport, base_url="http://x") as http:
                assert (await http.get("/metrics")).status_code == status
                assert (
                    await http.get("/metrics", headers={"authorization": f"Bearer {secret}"})
                ).status_code == 200
