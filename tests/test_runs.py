"""Pipelines from YAML to results, through the graph, on real processes."""

import asyncio
import json

import psutil

from tests import specs

STEPS = """name: demo
parameters:
  - {name: who, type: str, default: world}
steps:
  - name: make
    template: shell
    outputs: [numbers]
    args:
      script: |
        echo "hello {{ params.who }}"
        echo data > "$CUBE_OUTPUT_DIR/file.txt"
        echo '{"numbers": [1, 2, 3]}' > "$CUBE_OUTPUT_DIR/outputs.json"
        echo '{"loss": 0.5, "step": 1}' >> "$CUBE_METRICS"
  - name: square
    template: shell
    needs: [make]
    for_each: "{{ steps.make.outputs.numbers }}"
    outputs: [value]
    args: {script: 'cat "$CUBE_INPUT_DIR/make/file.txt"; echo "{\\"value\\": $(( {{ item }} * {{ item }} ))}" > "$CUBE_OUTPUT_DIR/outputs.json"'}
  - name: total
    template: shell
    when: "{{ steps.square.outputs.value }} != []"
    args: {script: 'echo {{ steps.square.outputs.value }}; echo $KFJ_TASK_NAME $KFJ_RUN_ID'}
  - name: never
    template: shell
    when: "{{ params.who }} == 'nobody'"
    args: {script: exit 1}
"""  # noqa: E501


async def test_a_run_carries_values_files_metrics_and_logs(platform):
    run = await platform.run(STEPS)
    steps = {step["name"]: step for step in run["steps"]}
    assert run["state"] == "SUCCEEDED", run
    assert steps["make"]["outputs"] == {"numbers": [1, 2, 3]}
    assert [(file["path"], file["size"]) for file in steps["make"]["artifacts"]] == [("file.txt", 5)]
    assert [item["outputs"]["value"] for item in steps["square"]["items"]] == [1, 4, 9]
    assert steps["never"]["state"] == "SKIPPED" and "'world' == 'nobody'" in steps["never"]["explanation"]
    assert await platform.log(steps["make"]["pod"]["id"]) == "hello world\n"
    assert (await platform.log(steps["total"]["pod"]["id"])).split() == [
        "[1,",
        "4,",
        "9]",
        "total",
        run["id"],
    ]
    query = "query($r: ID!) { run(id: $r) { metrics { step item name count last points } } }"
    (one,) = (await platform.ask(query, r=run["id"]))["run"]["metrics"]
    assert (one["step"], one["item"], one["name"], one["count"], one["last"][:2]) == (
        "make",
        None,
        "loss",
        1,
        [1, 0.5],
    )
    assert one["points"] == [one["last"]]


async def test_equal_steps_are_taken_from_before_and_the_reason_is_told(platform):
    first = await platform.run(STEPS)
    again = await platform.run(STEPS)
    assert {step["name"]: step["state"] for step in again["steps"]}["square"] == "CACHED"
    assert specs.counted(again["counts"]) == {"CACHED": 3, "SKIPPED": 1}
    changed = await platform.run(STEPS, params={"who": "moon"})
    reasons = {step["name"]: step["cacheReason"] for step in changed["steps"]}
    assert reasons["make"] == f"argument script changed since run #{again['number']}"
    assert reasons["square"] == "step make runs again, so its input may differ"
    assert first["number"] == 1 and specs.counted(changed["counts"])["SUCCEEDED"] == 3


BROKEN = """name: broken
steps:
  - {name: good, template: shell, outputs: [x], args: {script: 'echo "{\\"x\\": 7}" > $CUBE_OUTPUT_DIR/outputs.json; echo ran >> /tmp/RUNMARK'}}
  - {name: bad, template: shell, needs: [good], retry: {limit: 1, pause: 0.01}, args: {script: 'echo why; exit 3'}}
  - {name: last, template: shell, needs: [bad], args: {script: 'echo {{ steps.good.outputs.x }}'}}
"""  # noqa: E501


async def test_fix_and_continue_keeps_what_succeeded(platform, marks):
    mark = marks / "mark"
    yaml = BROKEN.replace("/tmp/RUNMARK", str(mark))
    failed = await platform.run(yaml)
    steps = {step["name"]: step for step in failed["steps"]}
    assert failed["state"] == "FAILED" and "exit code 3" in failed["explanation"]
    assert steps["bad"]["attempt"] == 2 and steps["last"]["state"] == "SKIPPED"
    retried = (
        await platform.ask(
            "mutation($r: ID!) { retryRun(id: $r) { ... on Run { id retryOf } } }", r=failed["id"]
        )
    )["retryRun"]
    assert (await platform.finish(retried["id"]))["state"] == "FAILED"
    await platform.save(yaml.replace("exit 3", "exit 0"))
    fixed = (
        await platform.ask("mutation($r: ID!) { continueRun(id: $r) { ... on Run { id } } }", r=failed["id"])
    )["continueRun"]
    done = await platform.finish(fixed["id"])
    steps = {step["name"]: step for step in done["steps"]}
    assert done["state"] == "SUCCEEDED", done
    assert steps["good"]["state"] == "CACHED" and "kept from run #1" in steps["good"]["cacheReason"]
    assert steps["bad"]["cacheReason"] == "argument script changed since run #1"
    assert mark.read_text() == "ran\n"


async def test_cancel_ends_the_whole_tree(platform, marks):
    mark = marks / "begun"
    yaml = (
        f"name: long\nsteps:\n  - {{name: a, template: shell, args: {{script: 'sleep 98753 & touch "
        f"{mark}; wait'}}}}\n  - {{name: b, template: shell, needs: [a], args: {{script: 'true'}}}}\n"
    )
    run = await platform.start(await platform.save(yaml))
    async with asyncio.timeout(60):
        while not mark.exists():
            await asyncio.sleep(0.02)
    await platform.ask(
        "mutation($r: ID!) { cancelRun(id: $r) { ... on Run { state } ... on Problem { message } } }", r=run
    )
    ended = await platform.finish(run)
    assert ended["state"] == "CANCELLED" and {step["state"] for step in ended["steps"]} == {"CANCELLED"}
    assert not any(each.info["cmdline"] == ["sleep", "98753"] for each in psutil.process_iter(["cmdline"]))


async def test_limits_are_kept_and_said(platform):
    yaml = """name: limits
steps:
  - {name: fat, template: shell, resources: {memory: 64Mi}, args: {script: "exec python3 -c 'import time; x = bytearray(300 * 2**20); time.sleep(20)'"}}
  - {name: slow, template: shell, timeout: 0.3, args: {script: sleep 20}}
  - {name: silent, template: shell, outputs: [x], args: {script: 'true'}}
"""  # noqa: E501
    run = await platform.run(yaml)
    steps = {step["name"]: step for step in run["steps"]}
    assert (steps["fat"]["reason"], steps["slow"]["reason"], steps["silent"]["reason"]) == (
        "OOMKilled",
        "Timeout",
        "OutputRefused",
    )
    assert (
        "its limit is 64 MiB" in steps["fat"]["explanation"]
        and "did not write x" in steps["silent"]["explanation"]
    )


async def test_what_can_never_fit_is_refused(platform):
    pipeline = await platform.save(
        "name: huge\nsteps:\n  - {name: a, template: shell, resources: {cpu: 900}, args: {script: 'true'}}\n"
    )
    query = (
        "mutation($p: ID!) { startRun(pipeline: $p) { __typename ... on Problem { faults { message } } } }"
    )
    answer = (await platform.ask(query, p=pipeline))["startRun"]
    assert answer["__typename"] == "Problem" and "900 CPU cores" in answer["faults"][0]["message"]


async def test_secrets_are_sealed_and_never_shown(platform):
    template = (
        "name: sec\nversion: 1\ncommand: [/bin/sh, -c, 'test \"$KEY\" = hunter2 && echo right']\nenv: "
        "{KEY: '{{ args.key }}'}\narguments: [{name: key, type: secret}]\n"
    )
    await platform.ask(
        'mutation($y: String!) { saveTemplate(project: "p", yaml: $y) { ... on Template { id } ... '
        "on Problem { message } } }",
        y=template,
    )
    pipeline = await platform.save("name: s\nsteps: [{name: a, template: sec, args: {key: hunter2}}]\n")
    shown = await platform.ask(
        "query($p: ID!) { pipeline(id: $p) { version { definition yaml } } }", p=pipeline
    )
    assert "hunter2" not in json.dumps(shown)
    run = await platform.finish(await platform.start(pipeline))
    assert run["state"] == "SUCCEEDED"
    query = (
        'mutation($y: String!) { savePipeline(input: {project: "p", yaml: $y}) { ... on SavedPipeline '
        "{ changed } ... on Problem { message } } }"
    )
    assert (await platform.ask(query, y=shown["pipeline"]["version"]["yaml"]))["savePipeline"] == {
        "changed": False
    }


async def test_text_of_users_is_never_read_again_as_a_template(platform):
    yaml = (
        "name: inj\nparameters: [{name: t, type: str}]\nsteps: [{name: a, template: shell, args: "
        "{script: \"cat <<'E'\\n{{ params.t }}\\nE\"}}]\n"
    )
    run = await platform.run(yaml, params={"t": "{{ run.id }} {{ steps.a.outputs.x }} {{ 7*7 }}"})
    log = await platform.log(run["steps"][0]["pod"]["id"])
    assert log == "{{ run.id }} {{ steps.a.outputs.x }} {{ 7*7 }}\n"


async def test_a_notebook_runs_with_its_parameters_and_is_kept_also_when_a_cell_fails(platform):
    def notebook(last: str) -> str:
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        cells = [
            {**cell, "metadata": {"tags": ["parameters"]}, "source": "n = 1"},
            {**cell, "source": "print('n is', n)"},
            {**cell, "source": last},
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4})

    def pipeline(name: str, last: str) -> str:
        args = {"notebook": notebook(last), "params": {"n": 41}}
        return json.dumps(
            {
                "name": name,
                "steps": [
                    {"name": "a", "template": "notebook", "args": args, "resources": {"memory": "2Gi"}}
                ],
            }
        )

    good = await platform.finish(
        await platform.start(await platform.save(pipeline("good", "assert n == 41"))), 240
    )
    step = good["steps"][0]
    assert good["state"] == "SUCCEEDED", await platform.log(step["pod"]["id"])
    assert "n is 41" in await platform.log(step["pod"]["id"])
    assert {file["path"] for file in step["artifacts"]} == {"notebook.html", "notebook.ipynb"}
    bad = await platform.finish(
        await platform.start(await platform.save(pipeline("bad", "raise ValueError('the cell says no')"))),
        120,
    )
    assert bad["state"] == "FAILED"
    assert "the cell says no" in await platform.log(bad["steps"][0]["pod"]["id"])
    assert "notebook.ipynb" in {file["path"] for file in bad["steps"][0]["artifacts"]}


async def test_a_preflight_tells_how_a_run_would_differ_from_the_last(platform):
    def written(script: str, **steps: str) -> str:
        made = [
            {"name": name, "template": "shell", "args": {"script": text}}
            for name, text in {"a": script, **steps}.items()
        ]
        return json.dumps(
            {"name": "p", "parameters": [{"name": "rate", "type": "int", "default": 1}], "steps": made}
        )

    async def differs(**given) -> tuple:
        asked = (
            "query($p: ID!, $a: JSON) { preflightRun(pipeline: $p, params: $a) { lastRunNumber changes } }"
        )
        found = (await platform.ask(asked, p=pipeline, a=given))["preflightRun"]
        return found["lastRunNumber"], found["changes"]

    await platform.ask('mutation { createProject(input: {name: "p"}) { ... on Project { id } } }')
    pipeline = await platform.save(written("echo {{ params.rate }}", b="true"))
    assert await differs() == (None, [])
    await platform.finish(await platform.start(pipeline))
    assert await differs() == (1, [])
    assert await differs(rate=2) == (1, ["parameter rate: 1 → 2", "step a: argument script changed"])
    await platform.save(written("echo {{ params.rate }}", c="true"))
    assert await differs() == (1, ["version 2 instead of 1", "step b is gone", "step c is new"])


async def test_a_step_that_failed_is_said_to_have_failed_not_to_have_changed(platform):
    await platform.ask('mutation { createProject(input: {name: "p"}) { ... on Project { id } } }')
    pipeline = await platform.save(
        json.dumps({"name": "p", "steps": [{"name": "a", "template": "shell", "args": {"script": "exit 1"}}]})
    )
    await platform.finish(await platform.start(pipeline))
    (plan,) = (await platform.ask("query($p: ID!) { planRun(pipeline: $p) { reason } }", p=pipeline))[
        "planRun"
    ]
    assert plan["reason"] == "in run #1 it failed"
