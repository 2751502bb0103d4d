"""Canaries: what they are judged by, that the errors of a model are told from those of its callers, and
models with another signature."""

import asyncio
import hashlib
import json
import random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cubestudio.core.cluster.port import artifact_key
from cubestudio.gateway.mirror import alike
from cubestudio.services import jobs, plan, spec
from cubestudio.services.events import CanaryBegun
from cubestudio.services.plan import BOUNDS, Counts, Gate, Gates, Outcome, Verdict
from tests.notifications.conftest import arrived
from tests.services.conftest import weights


async def canary(hall, says):
    """(service, its canary as it begins): half the traffic, then all."""
    key = await hall.make()
    await hall.ready(key)
    patient = {"latencyFactor": 20}  # how fast a busy machine answers is not what is tried here
    await hall.deploy(
        key,
        {"env": {"SAYS": says}},
        {"kind": "CANARY", "steps": [50, 100], "stepSeconds": 0, "gates": patient},
    )
    seen = await hall.until(key, lambda seen: seen["rollout"]["state"] == "PROGRESSING")
    assert seen["traffic"] == {"1": 50, "2": 50}
    return key


async def judged(hall, key, requests):
    """Ask often, then have the canary looked at."""
    token = await hall.token()
    async with hall.client(secret=token) as http:
        answers = [(await http.post("/p", content=b"x")).status_code for _ in range(requests)]
    await hall.counted(key, lambda found: sum(each.requests for each in found.values()) >= requests)
    await jobs.judge.run(hall.platform.ctx, CanaryBegun(key, "2"))
    return answers


async def test_a_canary_that_does_well_gets_all_the_traffic(hall):
    key = await canary(hall, "two")
    await judged(hall, key, 600)
    seen = await hall.until(key, lambda seen: seen["rollout"]["state"] != "PROGRESSING")
    assert seen["rollout"]["state"] == "COMPLETED", seen["rollout"]
    assert seen["traffic"] == {"2": 100}
    errors = seen["rollout"]["verdicts"][0]
    assert (errors["gate"], errors["verdict"], errors["count"]) == ("ERROR_RATE", "PASSED", 0)
    assert errors["total"] > 100
    (told,) = await arrived(hall.platform, 1)
    assert told["kind"] == "CANARY_COMPLETED" and told["subject"]["number"] == 2


async def test_a_canary_that_fails_gives_the_traffic_back_and_says_why(hall):
    key = await canary(hall, "wrong")
    answers = await judged(hall, key, 40)
    assert 500 in answers and 200 in answers
    seen = await hall.until(key, lambda seen: seen["rollout"]["state"] != "PROGRESSING")
    assert seen["rollout"]["state"] == "ROLLED_BACK" and seen["traffic"] == {"1": 100}
    assert "too many requests failed" in seen["rollout"]["events"][-1]["message"]
    assert seen["rollout"]["verdicts"][0]["verdict"] == "FAILED"
    (told,) = await arrived(hall.platform, 1)
    assert told["kind"] == "SERVICE_ROLLED_BACK" and "too many requests failed" in told["detail"]
    again = await hall.say("abortRollout", key)
    assert again["message"] == "No rollout is in progress."


async def test_a_canary_that_breaks_down_gives_the_traffic_back(hall):
    key = await canary(hall, "two")
    token = await hall.token()
    async with hall.client(secret=token) as http:
        async with asyncio.timeout(60):
            # it is started again each time
            while (seen := await hall.see(key))["rollout"]["state"] == "PROGRESSING":
                await http.get("/die", headers={"x-cube-revision": "2"})
                assert (await http.get("/")).status_code == 200, "nobody else notices"
                await jobs.judge.run(hall.platform.ctx, CanaryBegun(key, "2"))
    assert seen["rollout"]["state"] == "ROLLED_BACK" and seen["traffic"] == {"1": 100}
    assert "revision 2 does not run" in seen["rollout"]["events"][-1]["message"]


SCRIPT = """
def predict(model, inputs):
    return [row[0] * FACTOR for row in inputs]
"""
FUNCTION = {"kind": "function", "cpu": 0.1, "memory": "128Mi"}
PATIENT = {"latencyFactor": 20, "errorRate": 0.2, "rejectionRate": 0.4}
"""Gates that few requests pass; how fast a busy machine answers is not what is tried here."""


async def model(hall, kind, size=None):
    """A further version of the model `m`, of one input of a kind; its number."""
    ctx, content = hall.platform.ctx, f"weights {kind} {size}".encode()
    digest = hashlib.sha256(content).hexdigest()
    project = (await hall.platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    await ctx.store.put(artifact_key(project, digest), content)
    text = """mutation($i: UploadModelInput!) { uploadModel(input: $i) {
        ... on RegisteredModel { version { number } } ... on Problem { message faults { message } } } }"""
    wanted = {
        "project": "p",
        "name": "m",
        "files": [{"path": "w.bin", "sha256": digest}],
        "signature": {"inputs": [{"name": "x", "type": kind.upper(), "size": size}]},
    }
    made = (await hall.platform.ask(text, i=wanted))["uploadModel"]
    return made["version"]["number"]


async def served(hall, factor=1):
    """A service of the model `m`, whose answers are its inputs times a factor."""
    await model(hall, "number")
    script = SCRIPT.replace("FACTOR", str(factor))
    key = await hall.make(definition={**FUNCTION, "script": script}, model="m:1")
    await hall.ready(key)
    return key


async def try_out(hall, key, strategy, script=None, more=None, force=False, **definition):
    """Deploy a canary; the service when it is under way."""
    told = {**definition, **({"script": script} if script else {})}
    how = {"kind": "CANARY", "steps": [50, 100], "stepSeconds": 0, "gates": {**PATIENT, **strategy}}
    made = await hall.try_deploy(key, told, how, model=more, force=force)
    assert "id" in made, made
    return await hall.until(key, lambda seen: seen["rollout"]["state"] == "PROGRESSING")


async def ended(hall, key, bodies, most=1500):
    """Send requests until the canary has been judged; the service then, and the statuses by revision."""
    seen, statuses = {}, {}
    async with hall.client(secret=await hall.token()) as http:
        for at in range(most):
            answer = await http.post("/predict", json=bodies[at % len(bodies)])
            statuses.setdefault(int(answer.headers["x-cube-revision"]), []).append(answer.status_code)
            if at % 20 == 19 and (seen := await hall.see(key))["rollout"]["state"] != "PROGRESSING":
                break
    return seen, statuses


def looked(seen, gate):
    return next(each for each in seen["rollout"]["verdicts"] if each["gate"] == gate)


VALID = [{"inputs": [[n]]} for n in range(10)]


async def test_a_model_that_raises_on_most_valid_requests_is_rolled_back(hall):
    key = await served(hall)
    worse = (
        "def predict(model, inputs):\n    if inputs[0][0] % 10 < 7:\n        raise ValueError('no')\n    "
        "return inputs\n"
    )
    await try_out(hall, key, {}, worse)
    seen, statuses = await ended(hall, key, VALID)
    assert (seen["rollout"]["state"], seen["traffic"]) == ("ROLLED_BACK", {"1": 100}), seen["rollout"]
    assert seen["rollout"]["events"][-1]["message"].startswith("too many requests failed: ")
    assert (
        looked(seen, "ERROR_RATE")["verdict"] == "FAILED"
        and looked(seen, "ERROR_RATE")["count"] > 0
        and looked(seen, "REJECTION_RATE")["count"] == 0
    )
    assert set(statuses[1]) == {200} and 500 in statuses[2]


async def test_wrong_requests_of_callers_are_no_errors_of_the_model(hall):
    key = await served(hall)
    calls = (
        "n = 0\ndef predict(model, inputs):\n    global n\n    n += len(inputs)\n    return [n] * "
        "len(inputs)\n"
    )
    await try_out(hall, key, {}, calls)
    bodies = [
        {"inputs": [["wrong"]]},
        *VALID,
        {"inputs": [[1, 2]]},
    ]  # few: chance gives one revision more of them than the other
    seen, statuses = await ended(hall, key, bodies)
    assert (seen["rollout"]["state"], seen["traffic"]) == ("COMPLETED", {"2": 100}), seen["rollout"]
    errors, rejected = looked(seen, "ERROR_RATE"), looked(seen, "REJECTION_RATE")
    assert (errors["count"], errors["verdict"], rejected["verdict"]) == (0, "PASSED", "PASSED")
    assert 0 < rejected["count"] < rejected["total"] == errors["total"] + rejected["count"], (
        "errors are a share of valid requests"
    )
    assert set(statuses[2]) == {200, 400}
    async with hall.client(secret=await hall.token()) as http:
        sent = sum(each == 200 for each in statuses[2]) + 1
        assert (await http.post("/predict", json={"inputs": [[1]]})).json()["outputs"] == [sent], (
            "the model was called for valid ones alone"
        )
    total = sum(map(len, statuses.values())) + 1
    found = await hall.counted(key, lambda found: sum(each.requests for each in found.values()) == total)
    assert all(each.errors == 0 and each.rejected > 0 for each in found.values())
    text = f'{{ service(id: "{key}") {{ metrics(minutes: 10) {{ revisions {{ revision points }} }} }} }}'
    metrics = (await hall.platform.ask(text))["service"]["metrics"]["revisions"]
    rows = [row for each in metrics for row in each["points"]]
    assert sum(row[7] for row in rows) == sum(each.rejected for each in found.values())
    assert all(row[2] == 0 for row in rows)
    listed = """query($i: ID!, $o: ServiceOutcome) { service(id: $i) { requests(outcome: $o, first: 5) { nodes { status outcome } } } }"""  # noqa: E501
    for outcome, statuses in (("REJECTED", {400}), ("FAILED", set()), ("SUCCEEDED", {200})):
        nodes = (await hall.platform.ask(listed, i=key, o=outcome))["service"]["requests"]["nodes"]
        assert {each["status"] for each in nodes} == statuses and {each["outcome"] for each in nodes} <= {
            outcome
        }


async def test_a_canary_that_rejects_more_requests_than_the_others_is_rolled_back(hall):
    """A signature that callers are not prepared for, which was confirmed all the same."""
    key = await served(hall)
    await model(hall, "integer")
    await try_out(hall, key, {}, more="m:2", force=True)
    seen, statuses = await ended(hall, key, [{"inputs": [[1.5]]}, {"inputs": [[2]]}])
    assert (seen["rollout"]["state"], seen["traffic"]) == ("ROLLED_BACK", {"1": 100}), seen["rollout"]
    assert seen["rollout"]["events"][-1]["message"].startswith("too many requests were rejected: ")
    assert (looked(seen, "REJECTION_RATE")["verdict"], looked(seen, "ERROR_RATE")["count"]) == ("FAILED", 0)
    assert set(statuses[1]) == {200} and set(statuses[2]) == {200, 400}


@pytest.mark.parametrize(
    ("factor", "state", "words"),
    [("(1 + 1e-9)", "COMPLETED", "it did well"), ("2", "ROLLED_BACK", "too many answers differed")],
)
async def test_a_canary_that_answers_differently_is_rolled_back(hall, factor, state, words):
    key = await served(hall)
    await model(hall, "number", None)
    difference = {"differenceRate": 0.3, "sampleRate": 1}
    await try_out(hall, key, difference, SCRIPT.replace("FACTOR", factor), more="m:2")
    seen, statuses = await ended(hall, key, VALID[1:])
    assert seen["rollout"]["state"] == state and words in seen["rollout"]["events"][-1]["message"], seen[
        "rollout"
    ]
    assert looked(seen, "DIFFERENCE_RATE")["total"] > 0, "the version that an answer names is not compared"
    assert {each for answers in statuses.values() for each in answers} == {200}


async def test_copies_for_a_canary_are_sent_only_when_answers_are_to_be_compared(hall):
    key = await served(hall)
    await try_out(hall, key, {}, SCRIPT.replace("FACTOR", "2"))
    seen, _ = await ended(hall, key, VALID)
    assert seen["rollout"]["state"] == "COMPLETED" and {
        each["gate"] for each in seen["rollout"]["verdicts"]
    } == {"ERROR_RATE", "REJECTION_RATE", "LATENCY"}
    found = await hall.counted(key, lambda found: 2 in found)
    assert all(each.mirrored == 0 for each in found.values())


async def test_nan_is_null_or_an_error_as_the_service_says(hall):
    script = "def predict(model, inputs):\n    return [float(row[0]) for row in inputs]\n"
    key = await hall.make(definition={**FUNCTION, "script": script})
    await hall.ready(key)
    token = await hall.token()
    async with hall.client(secret=token) as http:
        answer = await http.post("/predict", json={"inputs": [["nan"], ["1"], ["-inf"]]})
        assert answer.status_code == 200 and orjson.loads(answer.content)["outputs"] == [None, 1.0, None]
        assert answer.headers["x-cube-warning"] == "2 values are NaN or infinite and sent as null"
    await hall.deploy(key, {"non_finite": "error"})
    await hall.ready(key, 2)
    async with hall.client(secret=token) as http:
        answer = await http.post("/predict", json={"inputs": [["nan"], ["1"]]})
        assert (answer.status_code, orjson.loads(answer.content)["code"]) == (500, "INVALID_OUTPUT")
        assert "x-cube-warning" not in (await http.post("/predict", json={"inputs": [["1"]]})).headers


async def test_a_model_with_another_signature_gets_traffic_only_when_that_is_confirmed(hall):
    key = await served(hall)
    await model(hall, "vector", 3)
    words = (
        "The signature of m version 2 differs from that of m version 1, which has the traffic: input x "
        "is vector of 3 instead of number."
    )
    for kind in ("IMMEDIATE", "CANARY"):
        refused = await hall.try_deploy(key, strategy={"kind": kind}, model="m:2")
        assert (refused["code"], refused["path"], refused["message"]) == ("CONFLICT", ["force"], words)
        assert [each["message"] for each in refused["faults"]] == ["input x is vector of 3 instead of number"]
    assert len((await hall.see(key))["revisions"]) == 1, "nothing was started"
    await hall.deploy(key, strategy={"kind": "MANUAL"}, model="m:2")
    await hall.until(key, lambda seen: seen["revisions"][0]["state"] == "READY")
    for refused in (
        await hall.say("activateRevision", key, rest=", number: 2"),
        await hall.say(
            "activateRevision",
            key,
            None,
            "$s: RolloutStrategyInput",
            ", number: 2, strategy: $s",
            s={"kind": "CANARY"},
        ),
        await hall.say(
            "setTraffic",
            key,
            None,
            "$t: [TrafficWeightInput!]!",
            ", traffic: $t",
            t=weights({"1": 90, "2": 10}),
        ),
    ):
        assert (refused.get("path"), refused.get("message")) == (["force"], words)
    assert (await hall.see(key))["traffic"] == {"1": 100}
    mirrored = await hall.say(
        "setTraffic",
        key,
        None,
        "$t: [TrafficWeightInput!]!",
        ", traffic: $t, mirror: 2",
        t=weights({"1": 100}),
    )
    assert mirrored["traffic"] == {"1": 100}, "copies are seen by nobody"
    shared = await hall.say(
        "setTraffic",
        key,
        None,
        "$t: [TrafficWeightInput!]!",
        ", traffic: $t, force: true",
        t=weights({"1": 90, "2": 10}),
    )
    assert shared["traffic"] == {"1": 90, "2": 10}
    again = await hall.say(
        "setTraffic", key, None, "$t: [TrafficWeightInput!]!", ", traffic: $t", t=weights({"2": 100})
    )
    assert again["traffic"] == {"2": 100}, "what has traffic was confirmed"
    await hall.deploy(key, {"env": {"A": "1"}})
    await hall.ready(key, 3)


@pytest.mark.parametrize(
    ("bad", "total", "verdict"),
    [
        (0, 20, Verdict.PENDING),
        (0, 400, Verdict.PASSED),
        (2, 400, Verdict.PASSED),
        (20, 200, Verdict.FAILED),
        (3, 10, Verdict.FAILED),
        (1, 5, Verdict.PENDING),
    ],
)
def test_the_sequential_test(bad, total, verdict):
    assert plan.sequential(bad, total, 0.005, 0.025) == verdict


def test_a_canary_is_judged_by_what_the_others_do():
    fast, slow = [0] * (len(BOUNDS) + 1), [0] * (len(BOUNDS) + 1)
    fast[2], slow[6] = 300, 300
    same = Counts(requests=300, errors=0, times=tuple(fast))
    assert plan.judge(same, same, Gates())[0] == Verdict.PASSED
    assert (
        plan.judge(Counts(requests=300, errors=0, times=tuple(slow)), same, Gates())[0] == Verdict.FAILED
    ), "slower than nine in ten of the others"
    assert plan.judge(Counts(requests=3, errors=0), same, Gates())[0] == Verdict.PENDING, (
        "three requests say nothing"
    )
    weak = Counts(requests=1000, errors=100, times=tuple(fast))
    assert (
        plan.judge(Counts(requests=300, errors=30, times=tuple(fast)), weak, Gates(error_rate=0.2))[0]
        == Verdict.PASSED
    ), "as bad as the others is not worse"
    looked = plan.judge(
        Counts(requests=300, mirrored=300, different=200, times=tuple(fast)), same, Gates(difference_rate=0.1)
    )
    assert looked[0] == Verdict.FAILED and looked[1][-1]["gate"] == Gate.DIFFERENCE_RATE

    once = Counts(requests=1, times=(*[0] * len(BOUNDS), 1))
    assert plan.judge(once, same, Gates(latency_factor=20))[1][2]["verdict"] == Verdict.PASSED, (
        "always slow is twenty times as often as one in twenty"
    )
    some = Counts(requests=3000, errors=0, rejected=1500, times=tuple(each * 10 for each in fast))
    assert plan.judge(some, some, Gates())[0] == Verdict.PASSED, "as many wrong requests as the others get"
    assert plan.judge(some, same, Gates())[0] == Verdict.FAILED, "the same callers are rejected more often"
    assert plan.judge(some, Counts(), Gates())[0] == Verdict.PENDING, (
        "nobody knows how many of the requests are wrong"
    )
    broken = Counts(requests=300, errors=300, times=tuple(fast))
    assert plan.judge(broken, broken, Gates())[0] == Verdict.PASSED, "nothing is worse than what always fails"
    assert (
        plan.judge(
            Counts(requests=1000, errors=5, rejected=900, times=tuple(fast)),
            Counts(requests=1000, errors=0, rejected=900, times=tuple(fast)),
            Gates(),
        )[1][0]["share"]
        == 0.05
    )


@given(st.data())
def test_a_canary_that_is_as_good_as_the_others_is_hardly_ever_bad_and_one_that_raises_always_is(data):
    total = data.draw(st.integers(100, 10_000))
    rejected = data.draw(st.integers(0, total))
    errors = data.draw(st.integers(0, total - rejected))
    counts = Counts(requests=total, errors=errors, rejected=rejected)
    verdicts = {each["gate"]: each["verdict"] for each in plan.judge(counts, counts, Gates())[1]}
    assert Verdict.FAILED not in (verdicts[Gate.ERROR_RATE], verdicts[Gate.REJECTION_RATE])
    if total - rejected >= 50:
        worse = Counts(requests=total, errors=total - rejected, rejected=rejected)
        base = Counts(requests=total, errors=(total - rejected) // 10, rejected=rejected)
        assert plan.judge(worse, base, Gates())[1][0]["verdict"] == Verdict.FAILED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (0, "Succeeded"),
        (101, "Succeeded"),
        (399, "Succeeded"),
        (400, "Rejected"),
        (499, "Rejected"),
        (500, "Failed"),
        (599, "Failed"),
        (999, "Failed"),
    ],
)
def test_what_an_error_is(status, outcome):
    assert Outcome.of(status) == outcome and status in Outcome(outcome).statuses


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"outputs": [1], "version": "1"}, {"outputs": [1], "version": "2", "model": "m"}, True),
        ({"outputs": [1]}, {"outputs": [2]}, False),
        ({"outputs": [1]}, {"outputs": [1, 1]}, False),
        ({"outputs": [1.0]}, {"outputs": [1]}, True),
        ({"outputs": [1]}, {"outputs": [True]}, False),
        ({"outputs": [None]}, {"outputs": [0]}, False),
        ({"outputs": [{"a": 1, "b": "x"}]}, {"outputs": [{"b": "x", "a": 1.0005}]}, True),
        ({"outputs": [{"a": 1}]}, {"outputs": [{"a": 1, "b": 2}]}, False),
        ({"a": 100}, {"a": 102}, False),
        ([1e308], [-1e308], False),
        ("x", "y", False),
        (0, 0.0, True),
    ],
)
def test_answers_are_compared_by_their_values(one, other, same):
    bodies = [json.dumps(each).encode() for each in (one, other)]
    assert alike((200, bodies[0]), (200, bodies[1]), 1e-3) is same
    assert alike((200, bodies[1]), (200, bodies[0]), 1e-3) is same


def test_answers_that_are_no_json_and_those_that_reject():
    assert (
        alike((200, b"a\n"), (200, b"a\n"), 0)
        and not alike((200, b"a\n"), (200, b"b\n"), 1)
        and not alike((200, b"1"), (200, b"a"), 1)
    )
    assert alike((400, b"too long"), (400, b"too large"), 0), "the words of a refusal are not compared"
    assert not alike((400, b"x"), (200, b"x"), 0) and not alike((0, b""), (200, b""), 0)
    deep = b"[" * 1000 + b"]" * 1000
    assert alike((200, deep), (200, deep + b" "), 0)


PAIR = [{"name": "a", "type": "number", "size": None}, {"name": "b", "type": "text", "size": None}]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (None, {"inputs": PAIR}, []),
        ({"inputs": []}, None, []),
        ({"inputs": PAIR}, {"inputs": PAIR, "example": [[1, "x"]]}, []),
        ({"inputs": PAIR}, None, ["the new model does not say its inputs"]),
        ({"inputs": PAIR}, {"inputs": PAIR[::-1]}, ["the inputs are in another order"]),
        ({"inputs": PAIR}, {"inputs": PAIR[:1]}, ["input b is missing"]),
        ({"inputs": PAIR[:1]}, {"inputs": PAIR}, ["input b is new"]),
        (
            {"inputs": PAIR},
            {"inputs": [PAIR[0], {"name": "b", "type": "vector", "size": 4}]},
            ["input b is vector of 4 instead of text"],
        ),
        ({"inputs": PAIR, "outputs": PAIR[:1]}, {"inputs": PAIR}, []),
        (
            {"inputs": PAIR, "outputs": PAIR[:1]},
            {"inputs": PAIR, "outputs": PAIR[1:]},
            ["output a is missing", "output b is new"],
        ),
    ],
)
def test_how_signatures_differ(old, new, changes):
    assert spec.signature_changes({"signature": old}, {"signature": new}) == changes


def test_a_canary_as_good_as_the_others_is_seldom_condemned_by_chance():
    """Two of twelve requests are wrong whoever answers them; which revision does is drawn."""
    draw, condemned = random.Random(7), 0
    for _ in range(300):
        counts = [Counts(), Counts()]
        for at in range(1500):
            mine = draw.random() < 0.5
            counts[mine] += Counts(requests=1, rejected=at % 12 in (0, 11))
            if at % 4 == 3:
                looked = plan.judge(*counts, Gates())[1]
                verdict = next(each["verdict"] for each in looked if each["gate"] == Gate.REJECTION_RATE)
                if verdict != Verdict.PENDING:
                    condemned += verdict == Verdict.FAILED
                    break
    assert condemned <= 15
