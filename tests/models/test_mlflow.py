"""MLflow's own client, in steps as they are: what it logs is the step's."""

import hashlib

import httpx2

from cubestudio.pipelines.runs import actions as runs

SCRIPT = """
import math, os, pathlib
import mlflow

mlflow.set_experiment("wine")
with mlflow.start_run(run_name="first") as run:
    mlflow.log_param("depth", 3)
    mlflow.log_params({"trees": 20, "kind": "forest"})
    mlflow.set_tag("for", "tests")
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"accuracy": 0.5, "odd": math.nan, "far": -math.inf}, step=9)
    mlflow.log_metric("far", math.inf, step=10)
    pathlib.Path("note.txt").write_text("hello " + os.environ.get("CUBE_ITEM", ""))
    mlflow.log_artifact("note.txt", artifact_path="notes")
    mlflow.log_dict({"a": 1}, "more.json")
client = mlflow.MlflowClient()
back = client.get_run(run.info.run_id).data
assert back.params == {"depth": "3", "trees": "20", "kind": "forest"}, back.params
assert back.metrics["loss"] == 0.2 and back.tags["for"] == "tests"
assert math.isnan(back.metrics["odd"]) and back.metrics["far"] == math.inf, back.metrics
assert [each.value for each in client.get_metric_history(run.info.run_id, "far")] == [-math.inf, math.inf]
assert len(client.get_metric_history(run.info.run_id, "loss")) == 5
print(sorted(each.path for each in client.list_artifacts(run.info.run_id)))
path = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="notes/note.txt")
print(open(path).read())
"""
YAML = f"""name: logs
steps:
  - name: one
    template: python
    environment: {{requirements: [mlflow-skinny>=3]}}
    args:
      script: |
{"".join("        " + line + chr(10) for line in SCRIPT.splitlines())}
  - name: each
    template: python
    needs: [one]
    for_each: [a, b]
    environment: {{requirements: [mlflow-skinny>=3]}}
    args:
      script: |
        import mlflow, os
        mlflow.log_metric("size", ord(os.environ["CUBE_ITEM"]))
"""


async def test_a_step_logs_by_the_real_client(platform, address):
    run = await platform.finish(await platform.start(await platform.save(YAML)), 400)
    one = run["steps"][0]
    words = await platform.log(one["pod"]["id"])
    assert run["state"] == "SUCCEEDED", (run, words)
    assert "['more.json', 'notes']" in words and "hello" in words
    query = (
        "query($r: ID!) { run(id: $r) { metrics { step item name points } steps { name mlflow items { "
        "item mlflow } artifacts { path size } } } }"
    )
    seen = (await platform.ask(query, r=run["id"]))["run"]
    step = seen["steps"][0]
    assert step["mlflow"]["param"] == {"depth": "3", "kind": "forest", "trees": "20"}
    assert step["mlflow"]["tag"]["for"] == "tests"
    assert [each["path"] for each in step["artifacts"]] == ["mlflow/more.json", "mlflow/notes/note.txt"]
    one = {
        each["name"]: [point[:2] for point in each["points"]]
        for each in seen["metrics"]
        if each["step"] == "one"
    }
    assert one["loss"] == [[n, 1 / (n + 1)] for n in range(5)]
    assert (one["accuracy"], one["odd"], one["far"]) == (
        [[9, 0.5]],
        [[9, "NaN"]],
        [[9, "-Infinity"], [10, "Infinity"]],
    )
    each = {(each["item"], each["points"][0][1]) for each in seen["metrics"] if each["step"] == "each"}
    assert each == {(0, 97.0), (1, 98.0)}, "each item's are its own"


async def test_whose_token_it_is_not(platform, address):
    pipeline = await platform.save(
        "name: z\nsteps: [{name: a, template: shell, args: {script: 'sleep 60'}}]\n"
    )
    run = await platform.start(pipeline)
    mine = {"authorization": f"Bearer {runs.token(platform.ctx.vault, run)}"}
    base = f"{address}/mlflow/{run}/a/-/api/2.0"
    async with httpx2.AsyncClient() as http:
        strange = f"{address}/mlflow/{pipeline}/a/-/api/2.0/mlflow/runs/get"
        assert (await http.get(strange, headers=mine)).status_code == 401, "the token is of another run"
        for headers in ({}, {"authorization": "Bearer x"}, {"authorization": f"Bearer cuberun_{run}_forged"}):
            assert (await http.get(f"{base}/mlflow/runs/get", headers=headers)).status_code == 401
            assert (
                await http.put(f"{base}/mlflow-artifacts/artifacts/x", content=b"x", headers=headers)
            ).status_code == 401
        assert (
            await http.post(f"{base}/mlflow/runs/log-metric", json={"key": "a"}, headers=mine)
        ).status_code == 400
        assert (await http.get(f"{base}/mlflow/registered-models/none", headers=mine)).json()[
            "error_code"
        ] == "ENDPOINT_NOT_FOUND"
        assert (
            await http.put(f"{base}/mlflow-artifacts/artifacts/a/..%2f..%2fx", content=b"x", headers=mine)
        ).status_code == 400
        other = base.replace("/a/", "/absent/")
        answer = await http.post(
            f"{other}/mlflow/runs/log-metric", json={"key": "a", "value": 1}, headers=mine
        )
        assert answer.status_code == 503 and "no running step absent" in answer.json()["message"]
        absent = await http.put(
            f"{other}/mlflow-artifacts/artifacts/x", content=b"kept by nobody", headers=mine
        )
        assert absent.status_code == 404 and not await platform.ctx.store.has(
            f"files/p/{hashlib.sha256(b'kept by nobody').hexdigest()}"
        )
        for name in ("a%00b", "a%01b", "x" * 600):
            assert (
                await http.put(f"{base}/mlflow-artifacts/artifacts/{name}", content=b"x", headers=mine)
            ).status_code == 400
        assert (
            await http.get(f"{base.replace('/-/', '/' + '9' * 4000 + '/')}/mlflow/runs/get", headers=mine)
        ).status_code == 401
        for body in (
            {"params": [{"key": str(n), "value": ""} for n in range(101)]},
            {"metrics": [{"key": "m", "value": 1}] * 1001},
        ):
            refused = await http.post(f"{base}/mlflow/runs/log-batch", json=body, headers=mine)
            assert refused.status_code == 400 and "at most" in refused.json()["message"], refused.text
        large = await http.post(f"{base}/mlflow/runs/log-batch", content=bytes(9 * 2**20), headers=mine)
        assert large.status_code == 413
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)
    await platform.finish(run)
    async with httpx2.AsyncClient() as http:
        assert (await http.get(f"{base}/mlflow/runs/get", headers=mine)).status_code == 401, "it has ended"
