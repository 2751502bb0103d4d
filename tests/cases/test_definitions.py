"""Definitions of the collected cases, and others like them: each is refused with one reason, or answered at
once."""

import asyncio
import time

import pytest

PIPELINE = (
    "name: ticks\nparameters: [{name: d, type: json, default: x}]\nsteps: [{name: a, template: shell, "
    "args: {script: 'echo {{ params.d }}'}}]\n"
)
FAULTS = "faults { path message hint }"


async def heartbeat(gaps: list[float]) -> None:
    """How long nothing else was answered, again and again."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.01)
        gaps.append(time.monotonic() - began)


@pytest.mark.parametrize(
    "told",
    [
        {"cron": "* * * * *", "startsAt": "2026-01-01T00:00:00Z", "catchUpPolicy": "ALL"},
        {
            "cron": "* * * * *",
            "startsAt": "1970-01-01T00:00:00Z",
            "catchUpPolicy": "ALL",
            "timezone": "Europe/Berlin",
        },
        {
            "cron": "* * 29 2 *",
            "startsAt": "2000-01-01T00:00:00Z",
            "catchUpPolicy": "LAST",
            "timezone": "Asia/Kathmandu",
        },
        {"cron": "0 0 29 2 *", "startsAt": "2900-01-01T00:00:00Z", "catchUpPolicy": "NONE"},
    ],
)
async def test_04_a_schedule_that_began_long_ago_is_checked_at_once(platform, told):
    gaps: list[float] = []
    beating = asyncio.create_task(heartbeat(gaps))
    began = time.monotonic()
    result = await platform.raw(
        "query($d: ScheduleSpecInput!) { previewSchedule(spec: $d) { upcoming catchUpRuns } }",
        platform.admin,
        d=told,
    )
    took = time.monotonic() - began
    await asyncio.sleep(0.05)
    beating.cancel()
    assert not result.errors and took < 2 and max(gaps) < 1, (result, took, max(gaps))


@pytest.mark.parametrize(
    "value",
    ["{{ tick.tomorrow }}", "{{ params.x }}", {"deep": ["{{tick.}}"]}, "{{ tick.date }} and {{ tock }}"],
)
async def test_33_a_word_that_a_schedule_does_not_know_is_refused(platform, value):
    pipeline = await platform.save(PIPELINE)
    query = (
        "mutation($d: ScheduleSpecInput!, $p: ID!) { createSchedule(input: "
        f'{{pipelineId: $p, name: "s", spec: $d}}) {{ ... '
        f"on Problem {{ {FAULTS} }} }} }}"
    )
    told = await platform.ask(query, p=pipeline, d={"cron": "0 0 1 1 *", "params": {"d": value}})
    [fault] = told["createSchedule"]["faults"]
    assert (
        fault["path"] == ["spec", "params"]
        and "in parameter d is not known here; a schedule fills in tick, tick.date" in fault["message"]
    )


@pytest.mark.parametrize(
    ("space", "field", "message"),
    [
        ({"x": {"type": "float", "low": 0, "high": 1, "log": True}}, "space.x", "x: log needs a low above 0"),
        (
            {"c": {"type": "choice", "choices": [[64, 64], [128]]}},
            "space.c",
            "c: choices[0] is a list; a choice is text, a number, true/false or null",
        ),
        (
            {"c": {"type": "choice", "choices": ["a", {"b": 1}]}},
            "space.c",
            "c: choices[1] is an object; a choice is text, a number, true/false or null",
        ),
        (
            {"c": [[1, 2], 3]},
            "space.c",
            "c: choices[0] is a list; a choice is text, a number, true/false or null",
        ),
        ({"x": {"type": "int", "low": -1, "high": 1, "log": True}}, "space.x", "x: log needs a low above 0"),
        ({"x": {"_type": "loguniform", "_value": [0, 1]}}, "space.x", "x: log needs a low above 0"),
        (
            {"y": {"type": "int", "low": 1, "high": 2}, "x": {"type": "float", "low": 0}},
            "space.x",
            "x: high is missing; a range has both",
        ),
        (
            {"x": {"type": "float", "low": 0, "high": "much"}},
            "space.x.high",
            "high must be a number, not text",
        ),
        (
            {"x": {"type": "float", "low": 2**63, "high": 1}},
            "definition.space.x.low",
            "definition.space.x.low: it does not fit into 64 bits; write it as text, in quotes",
        ),
    ],
)
async def test_35_a_search_is_refused_once_and_by_the_name_of_the_parameter(platform, space, field, message):
    pipeline = await platform.save(PIPELINE)
    told = {"objectives": [{"metric": "score", "direction": "maximize"}], "space": space, "trials": 3}
    query = (
        f'mutation($d: JSON!, $p: ID!) {{ createSearch(pipeline: $p, name: "s", definition: $d) {{ ... '
        f"on Problem {{ {FAULTS} }} }} }}"
    )
    found = await platform.ask(query, p=pipeline, d=told)
    assert [(".".join(each["path"]), each["message"]) for each in found["createSearch"]["faults"]] == [
        (field, message)
    ]
    if not field.startswith("definition."):
        checked = await platform.ask(
            f"query($d: JSON!) {{ checkSearch(definition: $d) {{ {FAULTS} }} }}", d=told
        )
        assert checked["checkSearch"]["faults"] == found["createSearch"]["faults"]
