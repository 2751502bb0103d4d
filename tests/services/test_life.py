"""Services live: they deploy, answer, roll over without a failed request, fail in words, sleep and wake, and
survive kill -9."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta

import httpx2

from cubestudio.core import clock, ids
from cubestudio.core.cluster.port import artifact_key
from cubestudio.services import jobs, life
from cubestudio.web import files
from tests import specs
from tests.notifications.conftest import arrived, kinds
from tests.parts import Server
from tests.services.conftest import DEFINITION, plain


def with_(**more):
    return {**DEFINITION, **more}


async def test_a_service_answers_and_says_how_it_got_there(hall):
    key = await hall.make()
    seen = await hall.ready(key)
    revision = seen["revisions"][0]
    assert (revision["state"], revision["readyReplicas"], revision["number"]) == ("READY", 1, 1)
    assert all(stage["at"] for stage in revision["stages"]), revision["stages"]
    assert [each["message"] for each in seen["rollout"]["events"]][
        -1
    ] == "revision 1 answers and has all the traffic"
    assert seen["url"].endswith(f":{hall.port}/serve/p/s")
    async with hall.client(secret=await hall.token()) as http:
        answer = await http.get("/a%20b?x=%2F")
        told = answer.json()
        assert (answer.status_code, told["says"], told["path"]) == (200, "one", "/a%20b?x=%2F")
        assert answer.headers["x-cube-revision"] == "1"
        assert (
            "authorization" not in told["headers"] and told["headers"]["x-forwarded-prefix"] == "/serve/p/s"
        )
        assert "set-cookie" not in answer.headers, "a service cannot set the platform's cookies"
        assert (await http.post("/p", content=b"x" * 3_000_000)).json()["size"] == 3_000_000
    tried = """mutation($i: ID!) { invokeService(id: $i, path: "/p", body: "{}") { status body revision durationSeconds } }"""  # noqa: E501
    answer = (await hall.platform.ask(tried, i=key))["invokeService"]
    assert (answer["status"], answer["revision"]) == (200, 1) and '"size": 2' in answer["body"]
    stopped = await hall.say("stopService", key)
    assert stopped["enabled"] is False
    await hall.until(key, lambda seen: seen["state"] == "STOPPED")
    async with hall.client(secret=await hall.token()) as http:
        answer = await http.get("/")
        assert answer.status_code == 503 and answer.json() == {"error": "Service s is stopped."}
    await hall.say("startService", key)
    await hall.ready(key)
    refused = await hall.platform.ask(
        f'mutation {{ deleteService(id: "{key}") {{ ... on Problem {{ message hint }} }} }}'
    )
    assert refused["deleteService"] == {
        "message": "A revision of the service is running.",
        "hint": "Stop the service first.",
    }
    await hall.say("stopService", key)
    await hall.until(key, lambda seen: seen["state"] == "STOPPED")
    await hall.platform.ask(f'mutation {{ deleteService(id: "{key}") {{ __typename }} }}')
    assert await hall.see(key) is None


async def test_a_new_revision_takes_over_without_a_failed_request_and_the_old_one_takes_back(hall):
    key = await hall.make()
    await hall.ready(key)
    said: set[str] = set()
    failed: list[str] = []
    over = asyncio.Event()

    async def load():
        async with hall.client(secret=token) as http:
            while not over.is_set():
                answer = await http.post("/predict", content=b"x" * 100)
                if answer.status_code != 200:
                    failed.append(answer.text)
                said.add(answer.json().get("says"))

    token = await hall.token()
    askers = [asyncio.create_task(load()) for _ in range(4)]
    await hall.deploy(key, {"env": {"SAYS": "two"}})
    seen = await hall.ready(key, 2)
    assert [(each["number"], each["state"]) for each in seen["revisions"]] == [(2, "READY"), (1, "READY")]
    clock.travel(timedelta(seconds=15))
    seen = await hall.until(key, lambda seen: seen["revisions"][1]["state"] == "STOPPED")
    assert seen["revisions"][0]["state"] == "READY", "what gets no traffic stops, the other does not"
    await hall.say("activateRevision", key, rest=", number: 1")
    await hall.ready(key, 1)
    over.set()
    await asyncio.gather(*askers)
    assert failed == [] and said == {"one", "two"}


async def test_a_revision_that_cannot_run_takes_nothing_away(hall):
    key = await hall.make()
    await hall.ready(key)
    await hall.deploy(key, {"command": "echo no; exit 3"})
    seen = await hall.until(
        key,
        lambda seen: seen["rollout"]["state"] == "ROLLED_BACK" and seen["revisions"][0]["state"] == "FAILED",
    )
    assert seen["traffic"] == {"1": 100} and seen["state"] == "READY"
    assert "revision 2 does not run" in seen["rollout"]["events"][-1]["message"]
    assert seen["revisions"][0]["reason"] == "Error" and seen["revisions"][0]["explanation"]
    async with hall.client(secret=await hall.token()) as http:
        assert (await http.get("/")).json()["says"] == "one"
    other = await hall.make("never", definition=with_(command="exit 3"))
    await hall.until(other, lambda seen: seen["state"] == "FAILED")
    async with hall.client("never", await hall.token()) as http:
        answer = await http.get("/")
        assert answer.status_code == 503 and "has not answered yet" in answer.json()["error"]
    assert kinds(await arrived(hall.platform, 2)) == ["SERVICE_FAILED", "SERVICE_ROLLED_BACK"], "once each"


async def test_replicas_share_the_requests_and_one_that_dies_comes_back(hall):
    key = await hall.make(definition=with_(replicas=2))
    seen = await hall.until(key, lambda seen: seen["revisions"][0]["readyReplicas"] == 2)
    assert seen["state"] == "READY"
    token = await hall.token()
    pods = set()
    async with asyncio.timeout(60):
        while len(pods) < 2:
            async with hall.client(secret=token) as http:
                pods.add((await http.get("/")).json()["pod"])
    async with hall.client(secret=token) as http:
        answer = await http.post("/x", content=b"")
        assert answer.status_code == 200
        assert (await http.get("/die")).status_code in (200, 502, 503), "it dies by what it is asked"
    await hall.until(key, lambda seen: seen["revisions"][0]["readyReplicas"] < 2)
    seen = await hall.until(
        key, lambda seen: seen["revisions"][0]["readyReplicas"] == 2 and seen["state"] == "READY"
    )
    assert seen["revisions"][0]["restarted"] == {
        "reason": "Error",
        "explanation": "it ended with exit code 1",
    }


async def test_replicas_become_more_by_what_is_under_way_and_fewer_when_it_has_been_quiet(hall):
    key = await hall.make(definition=with_(max_replicas=3, scale_metric="requests", target_value=1))
    await hall.ready(key)

    def ready(count):
        return lambda seen: (
            (seen["revisions"][0]["readyReplicas"], seen["revisions"][0]["desiredReplicas"], seen["state"])
            == (count, count, "READY")
        )

    async with hall.client(secret=await hall.token()) as http:
        held = [asyncio.create_task(http.get("/events")) for _ in range(3)]
        async with asyncio.timeout(60):
            while (seen := await hall.see(key))["revisions"][0]["desiredReplicas"] != 3:
                clock.travel(timedelta(seconds=11))
                await asyncio.sleep(0.5)
        assert await hall.until(key, ready(3)), seen
        for _ in range(3):
            clock.travel(timedelta(seconds=25))
            await asyncio.sleep(2.5)  # what is under way is written down every two seconds
        assert (await hall.see(key))["revisions"][0]["readyReplicas"] == 3, "they are still at work"
        while not all(each.done() for each in held):
            assert (await http.get("/gate")).status_code == 200
        assert [(await each).text.count("data:") for each in held] == [3, 3, 3]
        async with asyncio.timeout(60):
            while (await hall.see(key))["revisions"][0]["desiredReplicas"] != 1:
                clock.travel(timedelta(seconds=31))
                await asyncio.sleep(0.5)
        await hall.until(key, ready(1))
        assert (await http.get("/")).status_code == 200
    too_many = await hall.platform.ask(
        """mutation($s: ServiceSpecInput!) { createService(input: {project: "p", name: "x", spec: $s}) {
            ... on Problem { faults { path message } } } }""",
        s=specs.service(with_(max_replicas=3, target_value=200)),
    )
    assert "percentage" in too_many["createService"]["faults"][0]["message"]


async def test_replicas_become_more_by_their_memory(hall):
    key = await hall.make(definition=with_(max_replicas=2, scale_metric="memory", target_value=3))
    await hall.ready(key)
    async with asyncio.timeout(120):
        while (await hall.see(key))["revisions"][0]["desiredReplicas"] != 2:
            clock.travel(timedelta(seconds=11))
            await asyncio.sleep(0.5)
    await hall.until(key, lambda seen: seen["revisions"][0]["readyReplicas"] == 2)


async def test_replicas_are_as_many_as_the_hours_say(hall):
    clock.travel(datetime(2030, 6, 3, 7, 59, 30, tzinfo=UTC) - clock.now())  # a Monday
    hours = [
        {"cron": "0 10 * * 1-5", "timezone": "Europe/Berlin", "replicas": 2},
        {"cron": "0 18 * * *", "timezone": "Europe/Berlin", "replicas": 1},
    ]
    key = await hall.make(definition=with_(schedules=hours))
    await hall.ready(key)
    clock.travel(timedelta(minutes=1))
    await hall.until(key, lambda seen: seen["revisions"][0]["readyReplicas"] == 2)
    clock.travel(timedelta(hours=9))
    await hall.until(key, lambda seen: (seen["revisions"][0]["readyReplicas"], seen["state"]) == (1, "READY"))


async def test_what_nobody_asks_sleeps_and_wakes_for_the_first_request(hall):
    key = await hall.make(definition=with_(idle_timeout_seconds=300))
    await hall.ready(key)
    await jobs.rest.run(hall.platform.ctx)
    assert (await hall.see(key))["revisions"][0]["state"] == "READY"
    clock.travel(timedelta(minutes=6))
    await jobs.rest.run(hall.platform.ctx)
    seen = await hall.until(key, lambda seen: seen["revisions"][0]["state"] == "ASLEEP")
    assert seen["state"] == "ASLEEP" and seen["enabled"]
    async with hall.client(secret=await hall.token()) as http:
        answers = await asyncio.gather(*(http.post("/p", content=b"abc") for _ in range(5)))
    assert [(answer.status_code, answer.json()["size"]) for answer in answers] == [(200, 3)] * 5, (
        "held, not lost"
    )
    clock.travel(timedelta(minutes=6))
    await hall.ready(key)
    await jobs.rest.run(hall.platform.ctx)
    await hall.until(key, lambda seen: seen["revisions"][0]["state"] == "ASLEEP")
    async with hall.client(secret=await hall.token()) as http:
        first = asyncio.create_task(http.post("/p", content=b"abc"))
        await hall.until(key, lambda seen: seen["revisions"][0]["state"] in ("REQUESTED", "DEPLOYING"))
        assert [(await each).status_code for each in (http.post("/p", content=b"abc"), first)] == [
            200,
            200,
        ], "also who comes while it wakes"
    assert (await hall.ready(key))["revisions"][0]["state"] == "READY"


async def test_bad_definitions_are_refused_in_words(hall):
    for told, words in (
        ({"kind": "model"}, "Select the model"),
        ({"kind": "custom"}, "enter as command what answers HTTP"),
        ({"kind": "function", "script": "x = 1"}, "predict(model, inputs)"),
        (with_(replicas=0), "spec.replicas replicas must be at least 1"),
        (with_(cpu=0), "spec.resources.cpu cpu must be greater than 0"),
        (with_(volumes=["x"]), "spec.volumes"),
        (with_(schedules=[{"cron": "x", "replicas": 1}]), "spec.schedules.0.cron"),
        (with_(non_finite="error"), "spec.nonFinite nonFinite requires"),
        (with_(replicas=4, max_replicas=2), "spec.maxReplicas maxReplicas must be at least replicas"),
        (with_(env={"A": "1"}, devices={"X!": 1}), "spec.resources.devices.0.name"),
        (with_(env={"CUBE_TOKEN": "x"}), "none of the platform's own"),
        (with_(memory="900Ti"), "never run"),
        (with_(env={"A": "1"}, secrets={"A": "2"}), "both a variable and a secret"),
    ):
        text = """mutation($s: ServiceSpecInput!) { createService(
            input: {project: "p", name: "bad", spec: $s}) {
            ... on Service { id } ... on Problem { message hint faults { path message } } } }"""
        refused = (await hall.platform.ask(text, s=specs.service(told)))["createService"]
        assert words in " ".join(
            [
                refused["message"],
                *(f"{'.'.join(each['path'])} {each['message']}" for each in refused["faults"]),
            ]
        ), (told, refused)
    assert (await hall.platform.ask('{ services(project: "p") { nodes { id } } }'))["services"]["nodes"] == []


def test_kill_9_while_one_deploys_answers_is_judged_and_stops(home):
    """The replicas go on while the platform is gone, and it finds them again."""
    server = Server(home)
    try:
        with server.script() as client:
            client.create_project("p")
            key = client.create_service("p", "s", spec=specs.service(DEFINITION))["id"]
            server.kill()  # while it deploys
        server.start()
        seen = poll(server, key, "READY")
        pod = asked(server, key)["pod"]
        server.kill()
        server.start()
        assert poll(server, key, "READY")["replicas"] == seen["replicas"]
        assert asked(server, key)["pod"] == pod, "the replica lived on"
        with server.script() as client:
            client.deploy_service(
                key,
                spec={"env": [{"name": "SAYS", "value": "two"}]},
                strategy={"kind": "CANARY", "steps": [50, 100], "stepSeconds": 0},
            )
            until(client, key, lambda seen: seen["rollout"]["state"] == "PROGRESSING")
            server.kill()  # while a canary is judged
        server.start()
        with server.script() as client:
            base = client.execute("query($i: ID!) { service(id: $i) { url } }", {"i": key})["service"]["url"]
            headers = {"authorization": client._http.headers["authorization"]}
            with httpx2.Client(base_url=base.replace("localhost", "127.0.0.1"), headers=headers) as http:
                assert {http.post("/p", content=b"x").status_code for _ in range(500)} == {200}
            seen = until(client, key, lambda seen: seen["rollout"]["state"] != "PROGRESSING")
            assert (seen["rollout"]["state"], seen["traffic"]) == ("COMPLETED", {"2": 100}), seen
            client.stop_service(key)
            server.kill()  # while it stops
        server.start()
        assert poll(server, key, "STOPPED")["traffic"] == {"2": 100}
    finally:
        server.stop()


def until(client, key, wanted):
    """The service when something is true of it."""
    for data in client.subscribe(
        f'subscription {{ serviceChanged(id: "{key}") {{ service {{ state traffic {{ revision weight }} rollout {{ state }} }} }} }}',  # noqa: E501
        {},
    ):
        seen = plain(data["serviceChanged"]["service"])
        if wanted(seen):
            return seen
    raise AssertionError("it is gone")


def poll(server, key, wanted):
    """The service when it is in a state."""
    with server.script() as client:
        until(client, key, lambda seen: seen["state"] == wanted)
        query = """query($i: ID!) { service(id: $i) {
            traffic { revision weight } replicas { revision pod { id } } } }"""
        return plain(client.execute(query, {"i": key})["service"])


def asked(server, key):
    with server.script() as client:
        return json.loads(client.invoke_service(key, path="/", method="GET")["body"])


async def test_the_own_token_of_a_service_reads_files_of_its_project_and_nothing_else(hall):
    """As replicas on Kubernetes fetch their model."""
    key, ctx, content = await hall.make(), hall.platform.ctx, b"weights"
    digest = hashlib.sha256(content).hexdigest()
    project = (await hall.platform.ask("{ projects { nodes { id } } }"))["projects"]["nodes"][0]["id"]
    await ctx.store.put(artifact_key(project, digest), content)
    secret = life.token(ctx.vault, key)

    async def nobody(request):
        return None

    transport = httpx2.ASGITransport(files.build(ctx, nobody))
    async with httpx2.AsyncClient(transport=transport, base_url="http://platform") as http:

        async def ask(method="GET", owner=key, name=digest, token=secret):
            answer = await http.request(
                method, f"/{owner}/{name}", headers={"authorization": f"Bearer {token}"}
            )
            return answer.status_code, answer.content

        assert await ask() == (200, content)
        other = hashlib.sha256(b"another").hexdigest()
        told = [
            (await ask(**each))[0]
            for each in (
                {"name": other},
                {"owner": ids.new()},
                {"owner": project},
                {"token": life.token(ctx.vault, ids.new())},
                {"token": secret[:-1]},
                {"method": "PUT"},
                {"method": "HEAD"},
            )
        ]
    assert told == [404, 401, 401, 401, 401, 401, 401]
