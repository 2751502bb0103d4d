"""Results that are taken from before: whose they are, and what they say of how long a step takes."""

import asyncio
import json

from cubestudio.core.db import Database
from cubestudio.migrations import run as migrations
from cubestudio.pipelines.runs.history import usual_by_pipeline

SAVE = (
    'mutation($y: String!) { saveTemplate(project: "p", yaml: $y) { __typename ... on Problem { message } } }'
)
CLOCK = """name: clock
version: {version}
{pure}
command: [/bin/sh, -eu, main.sh]
files: {{main.sh: "date +%N; sleep 0.2"}}
"""
ONE = "name: one\nsteps:\n  - {name: a, template: clock{more}}\n"


async def states(platform, run: dict) -> tuple[str, str]:
    (step,) = run["steps"]
    return step["state"], step["cacheReason"]


async def test_a_template_that_is_not_pure_always_runs(platform):
    await platform.ask(SAVE, y=CLOCK.format(version=1, pure="pure: false"))
    for _ in range(2):
        assert await states(platform, await platform.run(ONE.replace("{more}", ""))) == (
            "SUCCEEDED",
            "template clock@1 says that its results differ from time to time",
        )
    state, why = await states(platform, await platform.run(ONE.replace("{more}", ", cache: true")))
    assert state == "CACHED" and "ran in run #2" in why  # whoever knows better says so at the step
    await platform.ask(SAVE, y=CLOCK.format(version=2, pure="description: pure unless told"))
    pure = ONE.replace("{more}", "").replace("clock", "clock@2")  # does the same
    assert (await states(platform, await platform.run(pure)))[0] == "CACHED"
    never = pure.replace("@2}", "@2, cache: false}")
    assert await states(platform, await platform.run(never)) == ("SUCCEEDED", "caching is off for this step")


FROM = (
    "query($r: ID!) { run(id: $r) { steps { id name state cacheReason cachedFrom { id runId name item } "
    "items { id item cachedFrom { id runId item } } } } }"
)
ASKED = "query($p: ID!) { pipeline(id: $p) { recentRuns stepDurations { step medianSeconds count } } }"
FANNED = """name: fanned
parameters:
  - {name: until, type: int, default: 2}
steps:
  - {name: a, template: shell, args: {script: sleep 0.3}}
  - {name: b, template: shell, for_each: "{items}", args: {script: "sleep 0.3; echo {{ item }}"}}
"""


async def test_a_cached_step_names_the_one_that_ran(platform):
    yaml = FANNED.replace('"{items}"', "[1, 2]")
    first = (await platform.ask(FROM, r=(await platform.run(yaml))["id"]))["run"]["steps"]
    assert [step["cachedFrom"] for step in first] == [None, None]
    for _ in range(3):  # also when the result was taken of a step whose own was taken from before
        again = (await platform.ask(FROM, r=(await platform.run(yaml))["id"]))["run"]["steps"]
        assert {step["state"] for step in again} == {"CACHED"}
        assert "ran in run #1" in again[0]["cacheReason"]
        assert again[0]["cachedFrom"]["id"] == first[0]["id"] and again[0]["cachedFrom"]["name"] == "a"
        assert [item["cachedFrom"]["id"] for item in again[1]["items"]] == [
            item["id"] for item in first[1]["items"]
        ]


async def test_what_was_taken_from_before_does_not_say_how_long_a_step_takes(platform):
    yaml = FANNED.replace('"{items}"', "[1, 2]")
    pipeline = await platform.save(yaml)
    await platform.run(yaml)
    for _ in range(21):  # none of the last twenty ran anything
        await platform.run(yaml)
    one = (await platform.ask(ASKED, p=pipeline))["pipeline"]
    assert [run[5] for run in one["recentRuns"]] == [2] * 20
    assert {each["step"]: each["count"] for each in one["stepDurations"]} == {"a": 1, "b": 1}
    assert all(each["medianSeconds"] >= 0.3 for each in one["stepDurations"])
    await platform.run(FANNED.replace('"{items}"', "[1, 2, 3]"))  # two of three items were taken from before
    one = (await platform.ask(ASKED, p=pipeline))["pipeline"]
    assert (
        one["recentRuns"][-1][5] == 1
        and {each["step"]: each["count"] for each in one["stepDurations"]}["b"] == 1
    )


async def test_a_value_of_any_kind_that_is_not_given_is_null(platform):
    """As it is when null is given, so that one is taken for the other."""
    script = "import json; print(json.load(open('params.json')))"
    step = {"name": "a", "template": "python", "args": {"script": script, "params": {"x": "{{ params.x }}"}}}
    yaml = json.dumps({"name": "nothing", "parameters": [{"name": "x", "type": "json"}], "steps": [step]})
    first = await platform.run(yaml)
    assert await platform.log(first["steps"][0]["pod"]["id"]) == "{'x': None}\n"
    assert (await platform.run(yaml, params={"x": None}))["steps"][0]["state"] == "CACHED"


async def test_both_databases_tell_how_long_steps_take(url):
    """The window over former runs, as each of them reads it."""
    await asyncio.to_thread(migrations.upgrade, url)
    db = Database(url)
    try:
        async with db.read() as conn:
            assert await usual_by_pipeline(conn, ["p", "q"]) == {}
    finally:
        await db.close()
