"""The way in to services: who may ask, how traffic is shared out and copied, what streams, and what is
counted."""

import asyncio
import base64
import os

import httpx2
import pytest

from cubestudio.core.auth.viewer import Viewer
from cubestudio.services import plan
from cubestudio.services.model import RevisionState as State
from cubestudio.services.plan import Counts
from cubestudio.services.requests import actions as requests
from cubestudio.services.requests.jobs import tidy
from cubestudio.users import actions as users
from tests.services.conftest import DEFINITION, weights


async def person(hall, name, role=None):
    """(viewer, token) of somebody, in the project if a role is said."""
    async with hall.platform.ctx.db.write() as tx:
        made = Viewer(id=await users.create(tx, name), name=name)
    if role:
        text = f'mutation {{ setMember(project: "p", user: "{name}", role: {role}) {{ __typename }} }}'
        await hall.platform.ask(text)
    return made, await hall.token(made)


async def key_of(hall, service, name="k", limit="null"):
    text = f"""mutation {{ createServiceKey(
        input: {{service: "{service}", name: "{name}", requestsPerMinute: {limit}}}) {{
        ... on NewServiceKey {{ id secret }} ... on Problem {{ message path }} }} }}"""
    return (await hall.platform.ask(text))["createServiceKey"]


async def status(hall, secret="", name="s", **headers):
    async with hall.client(name, secret) as http:
        return (await http.get("/", headers=headers)).status_code


async def test_who_may_ask(hall):
    key = await hall.make()
    await hall.ready(key)
    _, viewer = await person(hall, "viewer", "VIEWER")
    _, stranger = await person(hall, "stranger")
    assert [await status(hall, each) for each in (viewer, stranger, "", "cube_wrong")] == [200, 404, 404, 404]
    assert await status(hall, viewer, name="absent") == 404
    opened = await key_of(hall, key)
    assert await status(hall, opened["secret"]) == 404, "a key opens only what is opened to keys"
    assert (await key_of(hall, key))["path"] == ["name"], "two keys cannot have one name"
    await hall.update(key, access="KEY")
    assert [await status(hall, each) for each in (opened["secret"], viewer, stranger, "")] == [
        200,
        200,
        401,
        401,
    ]
    async with hall.client() as http:
        assert (await http.get("/", headers={"x-api-key": opened["secret"]})).status_code == 200
        assert (await http.get("/", headers={"x-api-key": opened["secret"] + "x"})).status_code == 401
    other = await hall.make("other", access="KEY")
    await hall.ready(other)
    assert await status(hall, opened["secret"], "other") == 401, "a key opens one service"
    limited = await key_of(hall, key, "limited", "2")
    assert [await status(hall, limited["secret"]) for _ in range(3)] == [200, 200, 429]
    await hall.platform.ask(f'mutation {{ revokeServiceKey(id: "{opened["id"]}") {{ __typename }} }}')
    await hall.until(key, lambda seen: True)
    assert await status(hall, opened["secret"]) == 401, "revoked at once"
    await hall.update(key, access="PUBLIC")
    assert [await status(hall, each) for each in ("", "anything", stranger)] == [200, 200, 200]
    async with hall.client() as http:
        told = (
            await http.get(
                "/", headers={"authorization": "Bearer theirs", "cookie": "cube_session=s; mine=1"}
            )
        ).json()["headers"]
        assert (told["authorization"], told["cookie"]) == ("Bearer theirs", "mine=1"), (
            "what is not ours is handed on"
        )


ASKED = (
    "{ service(id: $i) { requests { nodes { caller method path status latencySeconds size tokens revision "
    "} } keys { name usage { requests failed tokens rejected } } } }"
)


async def asked(hall, key, lines):
    """The requests to a service as they are listed, oldest first, when there are so many."""
    async with asyncio.timeout(30):
        async for _ in hall.platform.listen(
            f'subscription {{ serviceRequestsChanged(id: "{key}") {{ cursor }} }}'
        ):
            found = (await hall.platform.ask(f"query($i: ID!) {ASKED}", i=key))["service"]
            if len(found["requests"]["nodes"]) >= lines:
                return found["requests"]["nodes"][::-1], {
                    each["name"]: each["usage"] for each in found["keys"]
                }


async def test_tokens_of_a_language_model_are_counted_and_limited_and_each_request_is_listed(hall):
    key = await hall.make(access="KEY")
    await hall.ready(key)
    secrets = {}
    for name, most in (("few", 50), ("many", 10_000)):
        text = f"""mutation {{ createServiceKey(input: {{service: "{key}", name: "{name}", tokensPerMinute: {most}}}) {{ ... on NewServiceKey {{ secret }} }} }}"""  # noqa: E501
        secrets[name] = (await hall.platform.ask(text))["createServiceKey"]["secret"]
    async with hall.client(secret=secrets["few"]) as http:
        assert [
            (await http.post("/v1/chat/completions?secret=1", json={})).status_code for _ in range(3)
        ] == [200, 200, 429]
        refused = await http.post("/v1/chat/completions", json={})
        assert (
            refused.json() == {"error": "This key may use 50 tokens a minute."}
            and 1 <= int(refused.headers["retry-after"]) <= 60
        )
    async with hall.client(secret=secrets["many"]) as http:
        assert (await http.post("/v1/stream", json={})).text.count("data:") == 4
    async with hall.client(secret="cubekey_wrong") as http:
        assert (await http.get("/x")).status_code == 401
    lines, use = await asked(hall, key, 6)
    told = [
        (line["caller"], line["method"], line["path"], line["status"], line["tokens"], line["revision"])
        for line in lines
    ]
    chat = ("key few", "POST", "/v1/chat/completions")
    assert told == [
        (*chat, 200, 30, 1),
        (*chat, 200, 30, 1),
        (*chat, 429, None, None),
        (*chat, 429, None, None),
        ("key many", "POST", "/v1/stream", 200, 3, 1),
        ("nobody who may", "GET", "/x", 401, None, None),
    ]
    assert lines[0]["size"] > 50 and lines[0]["latencySeconds"] > 0
    assert use == {
        "few": [{"requests": 4, "failed": 0, "tokens": 60, "rejected": 2}],
        "many": [{"requests": 1, "failed": 0, "tokens": 3, "rejected": 0}],
    }
    bad = await hall.platform.ask(
        f'{{ service(id: "{key}") {{ requests(outcome: REJECTED, caller: "few", first: 1) {{ nodes '
        f"{{ status }} pageInfo {{ endCursor }} }} }} }}"
    )
    assert [each["status"] for each in bad["service"]["requests"]["nodes"]] == [429]
    assert bad["service"]["requests"]["pageInfo"]["endCursor"]


async def test_of_many_requests_the_newest_are_kept(hall, monkeypatch):
    monkeypatch.setattr(requests, "MOST_KEPT", 3)
    key = await hall.make()
    await hall.ready(key)
    async with hall.client(secret=await hall.token()) as http:
        for n in range(5):
            await http.get(f"/{n}")
    await asked(hall, key, 5)
    await tidy.run(hall.platform.ctx)
    assert [line["path"] for line in (await asked(hall, key, 1))[0]] == ["/2", "/3", "/4"]


async def test_a_browser_comes_with_a_ticket_to_an_origin_of_its_own(hall):
    key = await hall.make()
    other = await hall.make("other")
    await hall.ready(key)
    await hall.ready(other)
    opened = await hall.platform.ask(
        f'mutation {{ openService(id: "{key}") {{ ... on ServiceLink {{ url }} }} }}'
    )
    url = opened["openService"]["url"]
    assert url.startswith(f"http://{key}.localhost:{hall.port}/serve/p/s/?ticket=")
    path, host = url.partition(f":{hall.port}")[2], {"host": f"{key}.localhost:{hall.port}"}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{hall.port}") as http:
        first = await http.get(path, headers=host)
        assert first.status_code == 303 and first.headers["location"] == "/serve/p/s/"
        mine = {**host, "cookie": first.headers["set-cookie"].split(";")[0]}
        page = await http.get("/serve/p/s/", headers=mine)
        assert page.status_code == 200 and "content-security-policy" not in page.headers, "here it is alone"
        shared = await http.get("/serve/p/s/", headers={"authorization": f"Bearer {await hall.token()}"})
        assert shared.headers["content-security-policy"].startswith("sandbox allow-scripts"), (
            "here it could reach others"
        )
        assert (await http.get("/serve/p/other/", headers=mine)).status_code == 404, (
            "not from the origin of another"
        )
        forged = await http.post(
            "/serve/p/s/x", headers={**mine, "origin": "http://evil.example"}, content=b""
        )
        assert forged.status_code == 403
        assert (await http.get(path, headers=host)).status_code == 401, "a ticket is for one use"


async def test_traffic_is_shared_out_by_hand_and_a_header_names_a_revision(hall):
    key = await hall.make()
    await hall.ready(key)
    await hall.deploy(key, {"env": {"SAYS": "two"}}, {"kind": "MANUAL"})
    await hall.until(key, lambda seen: seen["revisions"][0]["state"] == "READY")
    token = await hall.token()
    async with hall.client(secret=token) as http:
        assert {(await http.get("/")).json()["says"] for _ in range(20)} == {"one"}
        assert (await http.get("/", headers={"x-cube-revision": "2"})).json()["says"] == "two"
        assert (await http.get("/", headers={"x-cube-revision": "7"})).status_code == 503
        for traffic, mirror, words in (
            ({"1": 50, "2": 40}, None, "are 90 % in total"),
            ({"1": 100, "9": 0}, None, "no revision 9"),
            ({"1": 101}, None, "from 0 to 100"),
            ({"1": 100}, 1, "Traffic can be mirrored only to a revision"),
        ):
            refused = await hall.say(
                "setTraffic",
                key,
                None,
                "$t: [TrafficWeightInput!]!, $m: Int",
                ", traffic: $t, mirror: $m",
                t=weights(traffic),
                m=mirror,
            )
            assert words in refused["message"], refused
        seen = await hall.say(
            "setTraffic",
            key,
            None,
            "$t: [TrafficWeightInput!]!",
            ", traffic: $t",
            t=weights({"1": 50, "2": 50}),
        )
        assert seen["traffic"] == {"1": 50, "2": 50}
        await hall.until(key, lambda seen: len(seen["traffic"]) == 2)
        assert {(await http.get("/")).json()["says"] for _ in range(60)} == {"one", "two"}
    async with hall.client(secret="") as http:
        assert (await http.get("/", headers={"x-cube-revision": "2"})).status_code == 404


async def test_copies_are_compared_and_nobody_waits_for_them(hall):
    key = await hall.make(definition={**DEFINITION, "env": {"SAYS": "one"}})
    await hall.ready(key)
    await hall.deploy(key, {"env": {"SAYS": "wrong"}}, {"kind": "MANUAL"})
    await hall.until(key, lambda seen: seen["revisions"][0]["state"] == "READY")
    await hall.say(
        "setTraffic",
        key,
        None,
        "$t: [TrafficWeightInput!]!, $m: Int",
        ", traffic: $t, mirror: $m",
        t=weights({"1": 100}),
        m=2,
    )
    await hall.until(key, lambda seen: seen["mirror"] == 2)
    async with hall.client(secret=await hall.token()) as http:
        for _ in range(10):
            answer = await http.post("/p", content=b"abc")
            assert answer.status_code == 200 and answer.json()["says"] == "one"
    found = await hall.counted(key, lambda found: found.get(2, Counts()).mirrored >= 10)
    assert (found[1].requests, found[1].errors) == (10, 0)
    assert (found[2].requests, found[2].mirrored, found[2].different) == (0, 10, 10)


async def test_what_streams_and_what_stays_open(hall):
    key = await hall.make()
    await hall.ready(key)
    _viewer, token = await person(hall, "asker", "VIEWER")
    await hall.update(key, access="KEY")
    opened = await key_of(hall, key)
    for secret, change in (
        (opened["secret"], f'revokeServiceKey(id: "{opened["id"]}")'),
        ((await person(hall, "other", "VIEWER"))[1], 'removeMember(project: "p", user: "other")'),
    ):
        async with hall.client(secret=secret) as http, http.stream("GET", "/events") as answer:
            lines = answer.aiter_lines()
            assert await anext(lines) == "data: 0"
            await hall.platform.ask(f"mutation {{ {change} {{ __typename }} }}")
            async with asyncio.timeout(20):  # the program would say more after 30 s
                with pytest.raises(httpx2.HTTPError):
                    async for _ in lines:
                        pass
    async with hall.client(secret=token) as http, http.stream("GET", "/events") as answer:
        lines = answer.aiter_lines()
        assert await anext(lines) == "data: 0", "the first comes while the last is not written yet"
        assert (await http.get("/gate")).status_code == 200
        assert [line async for line in lines if line] == ["data: 1", "data: 2"]
    reader, writer = await asyncio.open_connection("127.0.0.1", hall.port)
    nonce = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        "GET /serve/p/s/ws HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
        f"{token}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
        f"sec-websocket-version: 13\r\nsec-websocket-key: {nonce}\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101")
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    await hall.platform.ask('mutation { removeMember(project: "p", user: "asker") { __typename } }')
    async with asyncio.timeout(20):
        assert await reader.read() == b"", "who may no longer ask is cut off"
    writer.close()


async def test_a_connection_goes_on_when_the_service_closes_its_own(hall):
    """Nobody was told that it ends, so whoever asks again on it is answered."""
    await hall.ready(await hall.make())
    token = await hall.token()
    async with hall.client(secret=token) as http:
        assert (await http.get("/gate")).status_code == 200
    reader, writer = await asyncio.open_connection("127.0.0.1", hall.port)
    async with asyncio.timeout(60):
        for _ in range(3):
            writer.write(
                (
                    "GET /serve/p/s/events HTTP/1.1\r\nhost: localhost\r\nauthorization: "
                    f"Bearer {token}\r\n\r\n"
                ).encode()
            )
            answer = await reader.readuntil(b"0\r\n\r\n")
            assert (
                answer.startswith(b"HTTP/1.1 200")
                and b"data: 2" in answer
                and b"connection: close" not in answer.lower()
            )
    writer.close()


async def test_an_answer_that_does_not_come_in_time(hall):
    key = await hall.make(definition={**DEFINITION, "timeout_seconds": 0.5, "max_concurrency": 1})
    await hall.ready(key)
    async with hall.client(secret=await hall.token()) as http:
        late = None
        async with asyncio.timeout(60):
            while (
                late is None or late.status_code == 429
            ):  # what looks whether it is there may have had the one place
                slow = asyncio.create_task(http.get("/slow/20"))
                while not slow.done() and (await http.get("/count")).status_code != 429:
                    await asyncio.sleep(0.01)
                late = await slow
        assert late.status_code == 504 and "within 0.5 s" in late.json()["error"]
        assert (await http.get("/")).status_code == 200
    found = await hall.counted(key, lambda found: found.get(1, Counts()).errors > 0)
    assert found[1].rejected > 0, "what is one too many is rejected by this revision"
    async with asyncio.timeout(30):
        while True:
            lines, _ = await asked(hall, key, 1)
            if late := [line for line in lines if line["status"] == 504]:
                break
    assert late[0]["revision"] == 1 and late[0]["latencySeconds"] >= 0.5


async def test_a_model_that_is_served_is_not_deleted(hall):
    run = await hall.platform.run(
        'name: fit\nsteps: [{name: a, template: shell, args: {script: "echo {} > '
        '$CUBE_OUTPUT_DIR/w.json"}}]\n'
    )
    text = (
        'mutation($r: ID!) { registerModel(input: {run: $r, step: "a", name: "m"}) { '
        "... on RegisteredModel { version { id } model { id } } } }"
    )
    made = (await hall.platform.ask(text, r=run["id"]))["registerModel"]
    script = (
        "import json, os\ndef load(folder): return sorted(os.listdir(folder))\ndef predict(model, "
        "inputs): return [[model, x] for x in inputs]"
    )
    key = await hall.make(
        definition={"kind": "function", "script": script, "cpu": 0.1, "memory": "128Mi"}, model="m:1"
    )
    await hall.ready(key)
    async with hall.client(secret=await hall.token()) as http:
        answer = await http.post("/predict", json={"inputs": [1, 2]})
        assert answer.json() == {"outputs": [[["w.json"], 1], [["w.json"], 2]], "model": "m", "version": "1"}
    delete = """mutation($v: ID!) { deleteModelVersion(id: $v) { ... on Model { id } ... on Problem { message } } }"""  # noqa: E501
    refused = (await hall.platform.ask(delete, v=made["version"]["id"]))["deleteModelVersion"]
    assert refused["message"] == "The version is used by service s."
    uses = (
        await hall.platform.ask(f'{{ model(id: "{made["model"]["id"]}") {{ usedBy {{ kind name }} }} }}')
    )["model"]["usedBy"]
    assert uses == [{"kind": "SERVICE", "name": "s"}]
    for wrong in ("m:9", "n", "m@production"):
        text = (
            f'mutation {{ deployService(input: {{id: "{key}", model: "{wrong}"}}) {{ ... on Problem {{ message '  # noqa: E501
            f"path }} }} }}"
        )
        assert (await hall.platform.ask(text))["deployService"]["path"] == ["model"]


def test_how_traffic_is_shared_out():
    assert plan.shared({"1": 100}, 2, 10) == {"1": 90, "2": 10}
    assert plan.shared({"1": 60, "3": 40}, 2, 1) == {"1": 60, "3": 39, "2": 1}
    assert plan.shared({"1": 100}, 2, 100) == {"2": 100} == plan.shared({}, 2, 5)
    draws = [plan.pick([(1, 90), (2, 10)], {1: True, 2: True}, n / 1000) for n in range(1000)]
    assert draws.count(2) == 100
    assert plan.pick([(1, 90), (2, 10)], {2: True}, 0.0) == 2 and plan.pick([(1, 100)], {}, 0.5) is None
    assert plan.state_of(True, {"1": 100}, {1: State.READY, 2: State.FAILED}) == plan.ServiceState.READY
    assert (
        plan.state_of(True, {}, {1: State.FAILED}) == "Failed"
        and plan.state_of(False, {}, {1: State.STOPPING}) == "Stopping"
    )
    assert plan.quantile([0] * 15, 0.5) is None and plan.quantile([10] + [0] * 14, 0.5) == 0.5
