"""Numbers that a step reports: what goes in comes out, an odd one harms nothing beside it, and a search
believes no number that is none."""

import asyncio
import json
from pathlib import Path

import pytest

from tests import specs
from tests.searches.test_searches import begin, until

HERE = Path(__file__).parent
METRICS = (
    "query($r: ID!) { run(id: $r) { metrics(points: 10000) { step name count last points exact } steps "
    "{ name state warnings } } }"
)
BESIDE = (
    'name: beside\nsteps: [{name: a, template: shell, cache: false, args: {script: \'echo "{\\"x\\": '
    "1}\" >> $CUBE_METRICS'}}]\n"
)


def python(name: str, *lines: str) -> str:
    """A pipeline of one step that writes lines of metrics as they are."""
    script = (
        "open(__import__('os').environ['CUBE_METRICS'], "
        f"'w').write({''.join(line + chr(10) for line in lines)!r})"
    )
    return json.dumps(
        {
            "name": name,
            "steps": [{"name": "train", "template": "python", "cache": False, "args": {"script": script}}],
        }
    )


async def metrics(platform, run: str) -> tuple[dict, list[str]]:
    """({name: [[step, value], …]}, warnings) of a run's steps."""
    seen = (await platform.ask(METRICS, r=run))["run"]
    assert all(each["exact"] for each in seen["metrics"])
    return {each["name"]: [point[:2] for point in each["points"]] for each in seen["metrics"]}, [
        words for step in seen["steps"] for words in step["warnings"]
    ]


@pytest.mark.parametrize(
    "yaml",
    [
        (HERE / "01-metric-time-ns.yaml").read_text(),
        python("milliseconds", '{"step": 1, "loss": 0.5, "time": 1700000000000}'),
        python("far", '{"step": 1, "loss": 0.5, "time": 1e400}'),
        python("before", '{"step": 1, "loss": 0.5, "time": -62135596801}'),
        python(
            "beyond",
            '{"step": 1, "loss": 0.5}',
            '{"step": 9223372036854775808, "loss": 1}',
            '{"loss": 1e400}',
            '{"loss": 18446744073709551617}',
        ),
    ],
)
async def test_01_an_odd_time_or_step_harms_nothing(platform, yaml):
    run, beside = await asyncio.gather(
        platform.start(await platform.save(yaml)), platform.start(await platform.save(BESIDE))
    )
    assert [(await platform.finish(each))["state"] for each in (run, beside)] == ["SUCCEEDED", "SUCCEEDED"]
    found, warnings = await metrics(platform, run)
    assert found == {"loss": [[1, 0.5]]} and warnings, "the point is kept, and what was odd is said"
    assert (await platform.run(BESIDE.replace("beside", "after")))["state"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("yaml", "odd"),
    [
        ((HERE / "16-nan-in-a-metric-line.yaml").read_text(), ["NaN", "NaN"]),
        (
            python(
                "infinite",
                *(
                    f'{{"step": {n}, "loss": {1 / (n + 1) if n < 3 else "-Infinity"}, "acc": {n / 10}}}'
                    for n in range(5)
                ),
            ),
            ["-Infinity"] * 2,
        ),
        (
            python(
                "text",
                *(
                    f'{{"step": {n}, "loss": {1 / (n + 1) if n < 3 else json.dumps("NaN")}, "acc": {n / 10}}}'
                    for n in range(5)
                ),
            ),
            ["NaN", "NaN"],
        ),
    ],
)
async def test_16_nan_is_a_value_and_its_neighbours_stay(platform, yaml, odd):
    run = await platform.run(yaml)
    found, warnings = await metrics(platform, run["id"])
    assert found["acc"] == [[n, n / 10] for n in range(5)] and warnings == []
    assert found["loss"] == [
        *([n, 1 / (n + 1)] for n in range(3)),
        *([3 + n, value] for n, value in enumerate(odd)),
    ]


DIVERGES = """name: diverges
parameters: [{{name: x, type: float, default: 1}}]
steps:
  - name: t
    template: python
    args:
      params: {{x: "{{{{ params.x }}}}"}}
      script: |
        import json, os
        x = json.load(open("params.json"))["x"]
        odd = float("{odd}")
        with open(os.environ["CUBE_METRICS"], "a") as file:
            file.write(json.dumps({{"step": 1, "score": x}}) + "\\n")
            {last}
"""
WRITES = 'file.write(json.dumps({"step": 2, "score": odd if x > 0.5 else x}) + "\\n")'


@pytest.mark.parametrize(
    ("odd", "last", "direction", "words"),
    [
        (
            "nan",
            WRITES,
            "maximize",
            "the last value that it reported of score is NaN, which is no finite number",
        ),
        ("inf", WRITES, "maximize", "is Infinity"),
        ("-inf", WRITES, "minimize", "is -Infinity"),
    ],
)
async def test_17_a_trial_that_diverged_has_failed_and_is_never_the_best(
    platform, odd, last, direction, words
):
    made = await begin(
        platform,
        DIVERGES.format(odd=odd, last=last),
        objectives=[{"metric": "score", "direction": direction}],
        trials=4,
        parallelism=2,
        parameters={"x": {"type": "float", "low": 0, "high": 1}},
        max_failed_trials=4,
        starting_points=[{"x": 0.9}, {"x": 0.2}, {"x": 0.4}, {"x": 0.7}],
    )
    done = await until(platform, made["id"], lambda seen: seen["state"] != "RUNNING")
    assert done["state"] == "SUCCEEDED" and specs.counted(done["counts"]) == {"SUCCEEDED": 2, "FAILED": 2}, (
        done
    )
    assert done["bestTrial"]["params"]["x"] == (0.4 if direction == "maximize" else 0.2)
    assert all(words in trial[7] for trial in done["trials"] if trial[2]["x"] > 0.5), done["trials"]
    assert (
        done["intermediateValues"]["0"][1][1] == {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[odd]
    )


async def test_17_every_trial_that_diverges_ends_the_search(platform):
    made = await begin(
        platform,
        DIVERGES.format(odd="nan", last=WRITES),
        objectives=[{"metric": "score"}],
        trials=3,
        parallelism=1,
        max_failed_trials=2,
        parameters={"x": {"type": "float", "low": 0.6, "high": 1}},
    )
    done = await until(platform, made["id"], lambda seen: seen["state"] != "RUNNING")
    assert (
        done["state"] == "FAILED"
        and "which is no finite number" in done["explanation"]
        and done["bestTrial"] is None
    )


MANY = """name: many-points
steps:
  - {{name: few, template: shell, cache: false, args: {{script: "echo '{{\\"step\\": 1, \\"few\\": 42}}' >> $CUBE_METRICS"}}}}
  - name: many
    template: python
    cache: false
    needs: [few]
    args: {{script: "import os; f = open(os.environ['CUBE_METRICS'], 'a'); [f.write('{{\\"step\\": %d, \\"{name}\\": 1.5}}\\\\n' % i) for i in range({count})]"}}
  - {{name: some, template: shell, cache: false, needs: [many], args: {{script: "echo '{{\\"step\\": 1, \\"some\\": 43}}' >> $CUBE_METRICS"}}}}
"""  # noqa: E501


@pytest.mark.parametrize(("name", "count"), [("x", 60_000), ("few", 60_000), ("x", 513)])
async def test_19_many_points_hide_no_others(platform, name, count):
    run = await platform.run(MANY.format(name=name, count=count))
    assert run["state"] == "SUCCEEDED", run
    seen = (
        await platform.ask(
            "query($r: ID!) { run(id: $r) { metrics { step name count last points exact } } }", r=run["id"]
        )
    )["run"]["metrics"]
    assert [(each["step"], each["name"]) for each in seen] == [
        ("few", "few"),
        ("many", name),
        ("some", "some"),
    ]
    assert [each["count"] for each in seen] == [1, count, 1] and seen[1]["last"][:2] == [count - 1, 1.5]
    assert (
        seen[1]["points"][0][0] == 0
        and seen[1]["points"][-1][0] == count - 1
        and seen[1]["exact"] is (count < 1_000)
    )
