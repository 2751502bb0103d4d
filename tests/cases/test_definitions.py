"""Definitions of the collected cases, and others like them: each is refused with one reason, or answered at
once."""

import asyncio
import time

import pytest

from tests import specs

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
    ("parameters", "field", "message"),
    [
        (
            {"x": {"type": "float", "low": 0, "high": 1, "log": True}},
            "parameters.0",
            "x: log needs a low above 0",
        ),
        (
            {"c": [[64, 64], [128]]},
            "parameters.0",
            "c: choices[0] is a list; a choice is text, a number, true/false or null",
        ),
        (
            {"c": ["a", {"b": 1}]},
            "parameters.0",
            "c: choices[1] is an object; a choice is text, a number, true/false or null",
        ),
        (
            {
                "y": {"type": "int", "low": 1, "high": 2},
                "x": {"type": "int", "low": -1, "high": 1, "log": True},
            },
            "parameters.1",
            "x: log needs a low above 0",
        ),
        (
            {"x": {"type": "int", "low": 1, "high": 2}, "1y": [1]},
            "parameters.1.name",
            "'1y' is not the name of a parameter; it has letters, digits and _, and begins with a letter",
        ),
        (
            {"x": {"type": "int", "low": 1, "high": 2, "conditions": {"y": 1}}},
            "parameters.0.conditions",
            "x depends on y, which is not a parameter before it",
        ),
        (
            {"x": {"_type": "loguniform", "_value": [0, 1]}},
            "importedParameters",
            "x: log needs a low above 0",
        ),
        (
            {"x": {"_type": "choice", "_value": 1}},
            "importedParameters",
            "x: _value of a choice is a list of values",
        ),
    ],
)
async def test_35_a_search_is_refused_once_and_by_the_name_of_the_parameter(
    platform, parameters, field, message
):
    pipeline = await platform.save(PIPELINE)
    told = {"objectives": [{"metric": "score", "direction": "maximize"}], "trials": 3}
    kind = "imported_parameters" if field == "importedParameters" else "parameters"
    told = specs.search({**told, kind: parameters})
    query = (
        'mutation($d: SearchSpecInput!, $p: ID!) { createSearch(input: {pipelineId: $p, name: "s", '
        f"spec: $d}}) {{ ... on Problem {{ {FAULTS} }} }} }}"
    )
    found = await platform.ask(query, p=pipeline, d=told)
    assert [(".".join(each["path"]), each["message"]) for each in found["createSearch"]["faults"]] == [
        (f"spec.{field}", message)
    ]
    checked = await platform.ask(
        f"query($d: SearchSpecInput!) {{ checkSearch(spec: $d) {{ {FAULTS} }} }}", d=told
    )
    assert checked["checkSearch"]["faults"] == found["createSearch"]["faults"]
