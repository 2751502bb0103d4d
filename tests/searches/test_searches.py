"""Searches on a real platform: trials as runs, pruning, steering, limits, an NNI script as it is, and a kill
in the middle."""

import asyncio
import copy
import json
import time

import pytest

from tests import specs
from tests.notifications.conftest import arrived
from tests.parts import Server, folder

QUADRATIC = """name: quadratic
parameters: [{name: x, type: float, default: 0}, {name: k, type: str, default: a}]
steps:
- name: try
  template: shell
  outputs: [y]
  args:
    script: |
      echo "{{ params.x }}" | awk '{printf "{\\"y\\": %.12f}", ($1 - 1) * ($1 - 1)}' > $CUBE_OUTPUT_DIR/outputs.json
"""  # noqa: E501
NNI = """name: nni
parameters: [{name: lr, type: float, default: 0.1}]
steps:
- name: train
  template: trial
  args:
    params: {lr: "{{ params.lr }}"}
    script: |
      import nni
      params = nni.get_next_parameter()
      lr = float(params["lr"])
      for epoch in range(3):
          nni.report_intermediate_result({"default": lr * (epoch + 1), "other": 0})
      nni.report_final_result(lr * 10)
"""
SLOW = """name: slow
parameters: [{name: x, type: float, default: 0}]
steps:
- name: train
  template: shell
  args:
    script: |
      for n in $(seq 1 200); do
        echo "{\\"name\\": \\"loss\\", \\"value\\": {{ params.x }}, \\"step\\": $n}" >> $CUBE_METRICS
        case "{{ params.x }}-$n" in 0.0-3|0-3) exit 0;; esac
        sleep 0.1
      done
"""
CREATE = """mutation($p: ID!, $n: String! = "s", $d: SearchSpecInput!) { createSearch(input: {
    pipelineId: $p, name: $n, spec: $d}) {
    ... on Search { id state } ... on Problem { message hint faults { path message } } } }"""
SEEN = (
    "id state explanation counts { state count } bestTrial { number runId params value } trials "
    "parameterImportance paretoFront intermediateValues viewerCanUpdate "
    "spec { startingPoints }"
)
SPACE = {"x": {"type": "float", "low": -5, "high": 5}}


async def begin(platform, yaml, viewer=None, name="s", **spec):
    pipeline = await platform.save(yaml)
    space = {} if "imported_parameters" in spec else {"parameters": SPACE}
    told = {"objectives": [{"metric": "y", "direction": "minimize"}], "seed": 3, **space, **spec}
    return (await platform.ask(CREATE, viewer, p=pipeline, n=name, d=specs.search(told)))["createSearch"]


async def until(platform, key, wanted, seconds=300):
    """The search when something is true of it."""
    last = None
    try:
        async with asyncio.timeout(seconds):
            async for data in platform.listen(
                f'subscription {{ searchChanged(id: "{key}") {{ search {{ {SEEN} }} }} }}'
            ):
                last = data["searchChanged"]["search"]
                if wanted(last):
                    return last
    except TimeoutError:
        raise AssertionError(last) from None
    raise AssertionError("it is gone")


async def say(platform, verb, key, rest="", viewer=None):
    text = (
        f'mutation {{ {verb}(id: "{key}"{rest}) {{ ... on Search {{ {SEEN} }} ... on Problem {{ code '
        f"message }} }} }}"
    )
    return (await platform.ask(text, viewer))[verb]


async def test_a_search_finds_the_best_and_its_trials_are_runs(platform):
    made = await begin(platform, QUADRATIC, trials=8, parallelism=2, starting_points=[{"x": 1.5}])
    done = await until(platform, made["id"], lambda seen: seen["state"] != "RUNNING")
    assert done["state"] == "SUCCEEDED" and specs.counted(done["counts"]) == {"SUCCEEDED": 8}, done
    assert (
        [trial[0] for trial in done["trials"]] == list(range(8))
        and done["trials"][0][2] == {"x": 1.5}
        and done["trials"][0][3] == [0.25]
    )
    values = [trial[3][0] for trial in done["trials"]]
    assert done["bestTrial"]["value"] == min(values)
    run = done["trials"][0][4]
    assert (await platform.ask(f'{{ run(id: "{run}") {{ state params }} }}'))["run"] == {
        "state": "SUCCEEDED",
        "params": {"x": 1.5, "k": "a"},
    }
    more = await say(platform, "extendSearch", made["id"], ", trials: 2")
    assert more["state"] == "RUNNING"
    again = await until(platform, made["id"], lambda seen: seen["state"] == "SUCCEEDED")
    assert specs.counted(again["counts"]) == {"SUCCEEDED": 10}


async def test_a_search_begins_with_the_best_of_another(platform):
    first = await begin(
        platform, QUADRATIC, trials=3, parallelism=3, starting_points=[{"x": 4.0}, {"x": 1.5}, {"x": -3.0}]
    )
    await until(platform, first["id"], lambda seen: seen["state"] == "SUCCEEDED")
    narrow = {"x": {"type": "float", "low": -3.5, "high": 3.5}}
    made = await begin(
        platform,
        QUADRATIC,
        name="next",
        trials=2,
        parallelism=1,
        parameters=narrow,
        warm_start={"search_id": first["id"]},
    )
    done = await until(platform, made["id"], lambda seen: seen["state"] == "SUCCEEDED")
    assert done["spec"]["startingPoints"] == [{"x": 1.5}, {"x": -3.0}], (
        "the best first; what lies outside is left out"
    )
    assert [trial[2] for trial in done["trials"]] == [{"x": 1.5}, {"x": -3.0}]
    far = {"x": {"type": "float", "low": 90, "high": 91}}
    refused = await begin(
        platform, QUADRATIC, name="far", parameters=far, warm_start={"search_id": first["id"]}
    )
    assert refused["message"] == "No successful trial of search s lies in this space."
    stranger = await platform.person("stranger")
    await platform.ask('mutation { createProject(input: {name: "theirs"}) { __typename } }', stranger)
    pipeline = (
        await platform.ask(
            """mutation { savePipeline(input: {project: "theirs", yaml: "name: q\\nparameters: [{name: x, type: float, default: 0}]\\nsteps: []\\n"}) {
        ... on SavedPipeline { pipeline { id } } ... on Problem { message } } }""",  # noqa: E501
            stranger,
        )
    )["savePipeline"]["pipeline"]["id"]
    told = {"objectives": [{"metric": "y"}], "parameters": SPACE, "warm_start": {"search_id": first["id"]}}
    hidden = (await platform.ask(CREATE, stranger, p=pipeline, n="s", d=specs.search(told)))["createSearch"]
    assert hidden["message"].startswith("Search not found")


SPEC = """objectives { metric direction goal take } parameters { name distribution {
    float { low high step log } int { low high step log } categorical { choices } }
    conditions { parameter value } } sampler { name startupTrials }
    engine { name algorithm settings { name value } image } pruner { name warmupSteps intervalSteps
    startupTrials percentile reductionFactor maxSteps } trials parallelism maxFailedTrials timeoutSeconds seed
    fixedParams startingPoints warmStart { searchId trials }"""


async def test_a_spec_that_was_read_can_be_sent_back(platform):
    told = {
        "trials": 1,
        "parameters": {
            "k": ["a", "b"],
            "x": {"type": "float", "low": 0, "high": 4, "step": 0.5, "conditions": {"k": "a"}},
        },
        "sampler": {"name": "random", "startup_trials": 3},
        "pruner": {"name": "median", "warmup_steps": 2},
        "timeout_seconds": 600,
        "starting_points": [{"k": "a", "x": 1.5}],
    }
    first = (await begin(platform, QUADRATIC, **told))["id"]
    await until(platform, first, lambda seen: seen["state"] == "SUCCEEDED")
    made = await begin(platform, QUADRATIC, name="warm", **told, warm_start={"search_id": first, "trials": 2})
    query = f'{{ search(id: "{made["id"]}") {{ pipelineId spec {{ {SPEC} }} }} }}'
    read = (await platform.ask(query))["search"]
    assert read["spec"]["parameters"][1] == {
        "name": "x",
        "distribution": {
            "float": {"low": 0, "high": 4, "step": 0.5, "log": False},
            "int": None,
            "categorical": None,
        },
        "conditions": [{"parameter": "k", "value": "a"}],
    }
    assert read["spec"]["startingPoints"] == told["starting_points"], "a warm start adds no point twice"
    given = copy.deepcopy(read["spec"])
    for each in given["parameters"]:
        each["distribution"] = {kind: value for kind, value in each["distribution"].items() if value}
    again = (await platform.ask(CREATE, p=read["pipelineId"], n="again", d=given))["createSearch"]
    assert (await platform.ask(query.replace(made["id"], again["id"])))["search"] == read


async def test_what_cannot_be_searched_is_refused(platform):
    refused = await begin(platform, QUADRATIC, parameters={"nope": {"type": "float", "low": 0, "high": 1}})
    assert (refused["faults"] == [] and "no parameter nope" in refused["message"]) or refused["faults"][0][
        "path"
    ] == ["spec", "parameters", "0", "name"]
    refused = await begin(
        platform, QUADRATIC, parameters={"x": {"type": "float", "low": 1, "high": 0}}, trials=0
    )
    assert {".".join(fault["path"]) for fault in refused["faults"]} >= {"spec.parameters.0", "spec.trials"}
    told = await platform.ask(
        "query($d: SearchSpecInput!) { checkSearch(spec: $d) { samplePoints trialCount "
        "faults { message } } }",
        d={
            "objectives": [{"metric": "y"}],
            "importedParameters": {"x": {"_type": "uniform", "_value": [0, 1]}},
            "trials": 3,
        },
    )
    assert len(told["checkSearch"]["samplePoints"]) == 3 and told["checkSearch"]["faults"] == []


async def test_a_script_of_nni_runs_as_it_is(platform):
    made = await begin(
        platform,
        NNI,
        trials=3,
        parallelism=3,
        imported_parameters={"lr": {"_type": "loguniform", "_value": [0.001, 0.1]}},
        objectives=[{"metric": "default", "direction": "maximize"}],
    )
    done = await until(platform, made["id"], lambda seen: seen["state"] != "RUNNING", 400)
    assert specs.counted(done["counts"]) == {"SUCCEEDED": 3}, done
    for number, _, params, values, *_ in done["trials"]:
        assert values[0] == pytest.approx(params["lr"] * 10)
        assert [point[0] for point in done["intermediateValues"][str(number)]] == [0, 1, 2, 3]


async def test_hopeless_trials_are_pruned_and_others_are_not(platform):
    made = await begin(
        platform,
        SLOW,
        trials=4,
        parallelism=1,
        parameters={"x": {"type": "categorical", "choices": [0.0, 5.0]}},
        starting_points=[{"x": 0.0}, {"x": 0.0}, {"x": 5.0}, {"x": 0.0}],
        objectives=[{"metric": "loss", "direction": "minimize"}],
        pruner={"name": "median", "startup_trials": 2},
    )
    done = await until(platform, made["id"], lambda seen: seen["state"] != "RUNNING", 400)
    assert (
        specs.counted(done["counts"]) == {"SUCCEEDED": 3, "PRUNED": 1} and done["trials"][2][1] == "Pruned"
    ), json.dumps(done["trials"])


async def test_it_is_paused_goes_on_is_stopped_and_one_trial_is_ended(platform):
    made = await begin(
        platform,
        SLOW,
        trials=6,
        parallelism=2,
        parameters={"x": {"type": "float", "low": 1, "high": 2}},
        objectives=[{"metric": "loss"}],
    )
    key = made["id"]
    await until(platform, key, lambda seen: len(seen["trials"]) == 2)
    assert (await say(platform, "pauseSearch", key))["state"] == "PAUSED"
    assert (await say(platform, "extendSearch", key, ", trials: -1"))["code"] == "INVALID"
    await say(platform, "stopTrials", key, ", numbers: [0]")
    one = await until(platform, key, lambda seen: specs.counted(seen["counts"]).get("CANCELLED") == 1)
    assert len(one["trials"]) == 2, "a paused search begins nothing"
    await say(platform, "resumeSearch", key)
    await until(platform, key, lambda seen: len(seen["trials"]) == 3)
    assert (await platform.ask(f'mutation {{ deleteSearch(id: "{key}") {{ ... on Problem {{ code }} }} }}'))[
        "deleteSearch"
    ] == {"code": "CONFLICT"}
    await say(platform, "stopSearch", key)
    end = await until(platform, key, lambda seen: seen["state"] == "STOPPED")
    assert set(specs.counted(end["counts"])) == {"CANCELLED"}
    assert (await say(platform, "pauseSearch", key))["code"] == "CONFLICT"


async def test_points_are_tried_again_and_around_and_take_nothing_from_a_grid(platform, marks):
    sometimes = (
        "name: odd\nparameters: [{name: x, type: int, default: 0}]\nsteps: [{name: a, template: "
        'shell, outputs: [y], args: {script: \'[ {{ params.x }} != 2 ] || [ -e GATE ] && echo "{\\"y\\": '
        "{{ params.x }}}\" > $CUBE_OUTPUT_DIR/outputs.json'}}]\n"
    )
    gate = marks / "gate"
    made = await begin(
        platform,
        sometimes.replace("GATE", str(gate)),
        trials=4,
        parallelism=1,
        parameters={"x": {"type": "int", "low": 1, "high": 4}},
        sampler={"name": "grid"},
        objectives=[{"metric": "y"}],
    )
    key = made["id"]
    done = await until(platform, key, lambda seen: seen["state"] == "SUCCEEDED")
    assert [(trial[1], trial[2]["x"]) for trial in done["trials"]] == [
        ("Succeeded", 1),
        ("Failed", 2),
        ("Succeeded", 3),
        ("Succeeded", 4),
    ]
    gate.touch()
    assert (await say(platform, "retryTrials", key, ", numbers: [99]"))["code"] == "INVALID"
    await say(platform, "retryTrials", key, ", numbers: [1]")
    done = await until(platform, key, lambda seen: seen["state"] == "SUCCEEDED" and len(seen["trials"]) == 5)
    assert done["trials"][4][1:3] == ["Succeeded", {"x": 2}]
    await say(platform, "exploreAroundTrials", key, ", numbers: [3], count: 2")
    done = await until(platform, key, lambda seen: seen["state"] == "SUCCEEDED" and len(seen["trials"]) == 7)
    assert all(3 <= trial[2]["x"] <= 4 for trial in done["trials"][5:])


async def test_a_search_of_a_closed_account_begins_nothing_and_can_be_stopped(platform):
    ada = await platform.person("ada")
    await platform.ask('mutation { setMember(project: "p", user: "ada", role: MEMBER) { __typename } }')
    made = await begin(
        platform,
        SLOW,
        viewer=ada,
        trials=6,
        parallelism=1,
        max_failed_trials=2,
        parameters={"x": {"type": "float", "low": 1, "high": 2}},
        objectives=[{"metric": "loss"}],
    )
    await until(platform, made["id"], lambda seen: len(seen["trials"]) == 1)
    await platform.ask(
        f'mutation {{ updateUser(input: {{id: "{ada.id}", deactivated: true}}) {{ __typename }} }}'
    )
    await say(platform, "stopTrials", made["id"], ", numbers: [0]")
    done = await until(platform, made["id"], lambda seen: seen["state"] == "FAILED")
    assert "The account of ada, who created this search, is deactivated." in done[
        "explanation"
    ] and specs.counted(done["counts"]) == {"CANCELLED": 1, "FAILED": 2}


async def test_too_many_failures_and_missing_numbers_end_it_with_the_reason(platform):
    bad = (
        "name: bad\nparameters: [{name: x, type: float, default: 0}]\nsteps: [{name: a, template: shell, "
        "args: {script: 'true'}}]\n"
    )
    made = await begin(platform, bad, trials=10, parallelism=1, max_failed_trials=2)
    done = await until(platform, made["id"], lambda seen: seen["state"] != "RUNNING")
    assert done["state"] == "FAILED" and "reported no y" in done["explanation"] and len(done["trials"]) == 2
    (told,) = await arrived(platform, 1)
    assert told["message"] == "Search s finished" and "reported no y" in told["detail"]


async def test_a_goal_ends_it(platform):
    made = await begin(
        platform,
        QUADRATIC,
        trials=50,
        parallelism=1,
        starting_points=[{"x": 4.0}, {"x": 1.0}],
        objectives=[{"metric": "y", "direction": "minimize", "goal": 0.01}],
    )
    done = await until(platform, made["id"], lambda seen: seen["state"] != "RUNNING")
    assert done["state"] == "SUCCEEDED" and len(done["trials"]) == 2 and "goal" in done["explanation"]


def test_kills_lose_and_double_nothing():
    with folder() as home:
        server = Server(home)
        try:
            with server.script() as client:
                client.execute('mutation { createProject(input: {name: "p"}) { __typename } }')
                saved = client.execute(
                    'mutation($y: String!) { savePipeline(input: {project: "p", yaml: $y}) { ... on '
                    "SavedPipeline { pipeline { id } } } }",
                    {"y": QUADRATIC},
                )
                told = {
                    "objectives": [{"metric": "y", "direction": "minimize"}],
                    "parameters": SPACE,
                    "seed": 3,
                    "trials": 12,
                    "parallelism": 1,
                }
                key = client.execute(
                    CREATE, {"p": saved["savePipeline"]["pipeline"]["id"], "d": specs.search(told)}
                )["createSearch"]["id"]
                for _ in range(4):
                    time.sleep(0.7)  # somewhere in the middle
                    server.kill()
                    server.start()
                end = time.monotonic() + 300
                while time.monotonic() < end:
                    seen = client.execute(
                        "query($i: ID!) { search(id: $i) { state explanation counts { state count } trials } "
                        "runs(first: 100) { nodes { id state } } }",
                        {"i": key},
                    )
                    if seen["search"]["state"] != "RUNNING":
                        break
                    time.sleep(0.1)
                assert seen["search"]["state"] == "SUCCEEDED" and specs.counted(seen["search"]["counts"]) == {
                    "SUCCEEDED": 12
                }, seen["search"]
                assert [trial[0] for trial in seen["search"]["trials"]] == list(range(12))
                assert sorted(trial[4] for trial in seen["search"]["trials"]) == sorted(
                    run["id"] for run in seen["runs"]["nodes"]
                ), "no run beside them"
        finally:
            server.stop()
