"""Curves through the doors: a million points are kept and drawn soon, odd numbers come back as they went in,
on each database."""

import asyncio
import math
from functools import partial

import httpx2
import orjson
import pytest
import uvicorn

from cubestudio.core.cluster.metrics import numbered, points
from cubestudio.pipelines.metrics import actions, listing
from cubestudio.pipelines.runs import actions as runs
from cubestudio.web.app import build

WAITS = "name: z\nsteps: [{name: a, template: shell, args: {script: 'sleep 600'}}]\n"
SERIES = """query($r: ID!, $from: Float, $to: Float, $points: Int! = 1000, $names: [String!]) { run(id: $r) {
    metrics(from: $from, to: $to, points: $points, names: $names) { step item name count low high last points exact } } }"""  # noqa: E501


@pytest.fixture
async def place(on_each_database):
    """A platform behind a real server, with a run whose step waits: (platform, HTTP client with the run's
    token, run)."""
    platform = on_each_database
    port = platform.ctx.settings.port
    server = uvicorn.Server(
        uvicorn.Config(build(platform.app), port=port, log_config=None, timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    run = await platform.start(await platform.save(WAITS))
    token = {"authorization": f"Bearer {runs.token(platform.ctx.vault, run)}"}
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}/mlflow/{run}", headers=token, timeout=120
    ) as http:
        yield platform, http, run
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)
    await platform.finish(run)
    server.should_exit = True
    await serving


async def batch(http, metrics) -> httpx2.Response:
    body = orjson.dumps(
        {
            "metrics": [
                {"key": name, "value": value, "step": step, "timestamp": 1_700_000_000_000}
                for name, step, value in metrics
            ]
        }
    )
    return await http.post("/a/-/api/2.0/mlflow/runs/log-batch", content=body)


async def seen(platform, run, **more) -> dict:
    found = (await platform.ask(SERIES, r=run, **more))["run"]["metrics"]
    return {each["name"]: each for each in found}


async def test_a_million_points_are_kept_and_drawn(place):
    platform, http, run = place
    total, each = 1_000_000, 50_000

    def height(n: int) -> float:
        return 1e6 if n == 654_321 else -7.0 if n == 123_456 else math.sin(n / 50_000)

    for start in range(0, total, each):
        numbers = [("x", height(n), n, 1_700_000_000_000) for n in range(start, start + each)]
        await platform.ctx.db.transact(partial(actions.log, run=run, step="a", item=-1, points=numbers))
    assert (await batch(http, [("few", 1, 42.0)])).status_code == 200
    found = await seen(platform, run)
    assert found["few"]["points"] == [[1, 42.0, 1_700_000_000_000]] and found["few"]["exact"]
    x = found["x"]
    assert (x["count"], x["low"], x["high"], x["last"][:2], x["exact"]) == (
        total,
        0,
        total - 1,
        [total - 1, height(total - 1)],
        False,
    )
    drawn = {step: value for step, value, _ in x["points"]}
    assert (
        drawn[654_321] == 1e6
        and drawn[123_456] == -7.0
        and drawn[total - 1] == height(total - 1)
        and 0 in drawn
    )
    assert 1_000 <= len(drawn) <= 7_000 and all(value == height(step) for step, value in drawn.items())
    near = (await seen(platform, run, **{"from": 654_000, "to": 654_999}))["x"]
    assert near["exact"] and [step for step, *_ in near["points"]] == list(range(654_000, 655_000)), (
        "closer, every point is there"
    )
    pages = []
    token = None
    while True:
        more = f"&page_token={token}" if token else ""
        answer = (await http.get(f"/a/-/api/2.0/mlflow/metrics/get-history?metric_key=x{more}")).json()
        pages += [(point["step"], point["value"]) for point in answer["metrics"]]
        if (token := answer.get("next_page_token")) is None or len(pages) >= 75_000:
            break
    assert pages == [(n, height(n)) for n in range(75_000)]


async def test_odd_numbers_come_back_as_they_went_in(place):
    platform, http, run = place
    odd = [0.1, "NaN", "Infinity", "-Infinity", 1.7976931348623157e308, 5e-324, -0.0]
    assert (await batch(http, [("odd", step, value) for step, value in enumerate(odd)])).status_code == 200
    found = (await seen(platform, run))["odd"]
    assert [value for _, value, _ in found["points"]] == odd and found["last"][1] == -0.0
    history = (await http.get("/a/-/api/2.0/mlflow/metrics/get-history?metric_key=odd")).json()["metrics"]
    assert [point["value"] for point in history] == odd
    assert (
        await http.post("/a/-/api/2.0/mlflow/runs/log-metric", json={"key": "odd", "value": "NaN", "step": 9})
    ).status_code == 200
    latest = (await http.get("/a/-/api/2.0/mlflow/runs/get")).json()["run"]["data"]["metrics"]
    assert [(each["key"], each["value"], each["step"]) for each in latest] == [("odd", "NaN", 9)]
    for words, metric in (
        ("is a number", {"key": "m", "value": "much"}),
        ("is not a 64-bit floating-point number", {"key": "m", "value": 2**53 + 1}),
        ("step: it does not fit into 64 bits", {"key": "m", "value": 1, "step": 2**63}),
        ("the step of metric m is from", {"key": "m", "value": 1, "step": str(2**63)}),
        (
            "the timestamp of metric m is from",
            {"key": "m", "value": 1, "timestamp": 1_700_000_000_000_000_000},
        ),
        ("the timestamp of metric m is from", {"key": "m", "value": 1, "timestamp": -1}),
        ("1 to 200 characters", {"key": "m" * 300, "value": 1}),
    ):
        refused = await http.post("/a/-/api/2.0/mlflow/runs/log-metric", json=metric)
        assert refused.status_code == 400 and words in refused.json()["message"], refused.text
    assert set(await seen(platform, run)) == {"odd"}


async def test_names_that_a_database_takes_for_the_same_are_two(place):
    platform, http, run = place
    names = ["loss", "Loss", "LOSS ", "löss", "损失", "loss/train"]
    assert (await batch(http, [(name, 1, place) for place, name in enumerate(names)])).status_code == 200
    assert {name: each["last"][1] for name, each in (await seen(platform, run)).items()} == {
        name: float(n) for n, name in enumerate(names)
    }
    assert list(await seen(platform, run, names=["Loss"])) == ["Loss"]


async def test_points_are_kept_once_whoever_tells_of_them_and_however_often(place):
    platform, _, run = place
    lines = b"".join(b'{"step": %d, "a": %d, "b": 1}\n' % (n, n) for n in range(1_500))
    told = numbered(points(lines))
    source = actions.Source(id=run, run=run, step="a", item=-1, attempt=1)

    async def write(piece) -> None:
        await platform.ctx.db.transact(lambda tx: actions._write(tx, [(source, piece)]))

    await asyncio.gather(*(write(told[:end]) for end in (700, 1_400, 2_100, 3_000, 3_000)))
    found = await seen(platform, run, points=2_000)
    assert [value for _, value, _ in found["a"]["points"]] == [float(n) for n in range(1_500)]
    assert found["a"]["count"] == found["b"]["count"] == 1_500


async def test_an_attempt_replaces_what_it_reports_again(place):
    platform, _, run = place
    for attempt, steps in ((1, range(10)), (2, range(6, 9))):
        source = actions.Source(id=f"pod-{attempt}", run=run, step="a", item=-1, attempt=attempt)
        told = [{"name": "loss", "value": float(attempt), "step": step, "at": None} for step in steps]
        await platform.ctx.db.transact(
            lambda tx, source=source, told=told: actions._write(tx, [(source, told)])
        )
    found = (await seen(platform, run))["loss"]
    assert [(step, value) for step, value, _ in found["points"]] == [
        *((n, 1.0) for n in range(6)),
        *((n, 2.0) for n in range(6, 9)),
    ]
    assert (found["count"], found["last"][:2]) == (13, [8, 2.0])


async def test_more_names_than_there_may_be_are_left_out_and_said(place, monkeypatch):
    platform, http, run = place
    monkeypatch.setattr(actions, "MOST_NAMES", 3)
    assert (await batch(http, [(f"m{n}", 1, n) for n in range(30)])).status_code == 200
    assert set(await seen(platform, run)) == {"m0", "m1", "m2"}
    told = (await platform.ask("query($r: ID!) { run(id: $r) { steps { warnings } } }", r=run))["run"][
        "steps"
    ][0]["warnings"]
    assert (
        told[0] == "m3 was left out: a step reports 3 names at most"
        and told[-1] == "7 more metrics were left out or changed"
        and len(told) == 21
    )


async def test_what_is_asked_for_of_metrics_is_checked(platform):
    run = (await platform.run("name: one\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n"))[
        "id"
    ]
    for arguments, words in (
        ({"points": -1}, "points must be from 0"),
        ({"points": 10_001}, "points must be from 0"),
        ({"names": ["x"] * 1_001}, "1000 names"),
    ):
        refused = await platform.raw(SERIES, platform.admin, r=run, **arguments)
        assert words in refused.errors[0].message
    async with platform.ctx.db.read() as conn:
        assert await listing.curves(conn, run) == []


UNKEPT = (
    ("log-metric", '{"key": "m", "value": 18446744073709551617}', "value: it does not fit into 64 bits"),
    (
        "log-metric",
        '{"key": "m", "value": "9007199254740993"}',
        "9007199254740993, is not a 64-bit floating-point number",
    ),
    ("log-metric", '{"key": "m", "value": "1e400"}', "is larger than any 64-bit floating-point number"),
    ("log-metric", '{"key": "m", "value": "1_000"}', "is a number, not '1_000'"),
    ("log-metric", '{"key": "m", "value": true}', "is a number, not 'True'"),
    ("log-metric", '{"key": "m", "value": "\\uff11"}', "is a number, not"),
    ("log-metric", '{"key": "m", "value": NaN}', "value: it is NaN"),
    ("log-metric", '{"key": "m"}', "is a number, not 'None'"),
    ("log-metric", '{"value": 1}', "a key is text of 1 to 200 characters"),
    ("log-metric", '{"key": 5, "value": 1}', "a key is text"),
    ("log-metric", '{"key": "a\\u0000b", "value": 1}', "a key is text"),
    (
        "log-metric",
        '{"key": "m", "value": 1, "step": 1.7}',
        "the step of metric m is a whole number, not '1.7'",
    ),
    ("log-metric", '{"key": "m", "value": 1, "step": true}', "is a whole number"),
    ("log-metric", '{"key": "m", "value": 1, "step": "1_0"}', "is a whole number"),
    ("log-metric", '[{"key": "m", "value": 1}]', "it is an object of names and values"),
    ("log-metric", "{", "it is not JSON from line 1"),
    ("log-metric", "[" * 100_000, "nested more than"),
    ("log-batch", '{"metrics": {"key": "m", "value": 1}}', "metrics is a list of objects"),
    (
        "log-batch",
        '{"metrics": [{"key": "m", "value": 1}, {"key": "n", "value": "high"}]}',
        "metric n is a number",
    ),
    ("log-batch", '{"params": ["p"]}', "params is a list of objects"),
    ("set-tag", '{"key": "t", "value": {"a": 1}}', "the value of t is text"),
    ("set-tag", '{"key": "t", "value": "%s"}' % ("x" * 8001), "has 8001 characters; the limit is 8000"),
    ("log-parameter", '{"key": "%s", "value": "v"}' % ("k" * 251), "1 to 250 characters"),
    ("log-parameter", '{"key": "p", "value": "%s"}' % ("x" * 6001), "the limit is 6000"),
)
"""(what is called, the body, words of the refusal)"""


async def test_what_mlflow_cannot_keep_as_it_is_is_refused_in_plain_words(place):
    platform, http, run = place
    for what, body, words in UNKEPT:
        answer = await http.post(f"/a/-/api/2.0/mlflow/runs/{what}", content=body)
        assert answer.status_code == 400 and words in answer.json()["message"], answer.text
        assert "Error(" not in answer.text
    assert not await seen(platform, run), "nothing of it is kept"


async def test_long_tags_come_back_and_deleted_ones_do_not(place):
    _, http, _ = place
    base = "/a/-/api/2.0/mlflow/runs"
    for key, value in (("long", "é" * 8000), ("gone", "x"), ("stays", "")):
        assert (await http.post(f"{base}/set-tag", json={"key": key, "value": value})).status_code == 200
    assert (await http.post(f"{base}/delete-tag", json={"key": "gone"})).status_code == 200
    tags = (await http.get(f"{base}/get")).json()["run"]["data"]["tags"]
    assert {each["key"]: each["value"] for each in tags} == {"long": "é" * 8000, "stays": ""}
