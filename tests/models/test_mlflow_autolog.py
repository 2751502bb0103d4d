"""Models as the real client of MLflow 3 logs them in a step."""

import re

import httpx2

SCRIPT = """
import math
import mlflow, numpy
from sklearn.linear_model import LogisticRegression

x = numpy.arange(60.0).reshape(20, 3)
y = (x[:, 0] > 30).astype(int)
mlflow.set_experiment("wine")
mlflow.sklearn.autolog()
with mlflow.start_run():
    model = LogisticRegression().fit(x, y)
    mlflow.log_metrics({"odd": math.nan, "far": math.inf})
mlflow.sklearn.autolog(disable=True)
with mlflow.start_run() as run:
    mlflow.log_input(mlflow.data.from_numpy(x, name="rows"), context="training")
    info = mlflow.sklearn.log_model(model, name="wine", params={"kind": "linear"}, input_example=x[:2])
    mlflow.log_metric("accuracy", 1.0, model_id=info.model_id)
logged = mlflow.get_logged_model(info.model_id)
assert (logged.name, logged.status.value, logged.params["kind"]) == ("wine", "READY", "linear"), (logged, logged.params)
mlflow.set_logged_model_tags(info.model_id, {"for": "tests", "odd/é": "x"})
mlflow.delete_logged_model_tag(info.model_id, "for")
found = mlflow.search_logged_models(filter_string="name = 'wine'", output_format="list")
assert [each.tags["odd/é"] for each in found] == ["x"] and "for" not in found[0].tags
assert len(mlflow.search_runs(filter_string="metrics.accuracy > 0.5", output_format="list")) == 1
assert not mlflow.search_runs(filter_string="metrics.accuracy > 2", output_format="list")
for uri in (info.model_uri, f"runs:/{run.info.run_id}/wine"):
    assert list(mlflow.pyfunc.load_model(uri).predict(x)) == list(model.predict(x))
"""  # noqa: E501
YAML = f"""name: learns
steps:
  - name: fit
    template: python
    resources: {{memory: 3Gi}}
    environment: {{requirements: [mlflow-skinny>=3, scikit-learn, pandas, skops]}}
    args:
      script: |
{"".join("        " + line + chr(10) for line in SCRIPT.splitlines())}
"""


async def test_autolog_and_log_model_by_the_real_client(platform, address):
    run = await platform.finish(await platform.start(await platform.save(YAML)), 280)
    words = await platform.log(run["steps"][0]["pod"]["id"])
    assert run["state"] == "SUCCEEDED", (run, words)
    assert "Traceback" not in words and "unexpected error during sklearn autologging" not in words, words
    query = "query($r: ID!) { run(id: $r) { metrics { name points } steps { mlflow artifacts { path } } } }"
    seen = (await platform.ask(query, r=run["id"]))["run"]
    last = {each["name"]: each["points"][-1][1] for each in seen["metrics"]}
    assert last["training_accuracy_score"] == 1.0 and (last["odd"], last["far"]) == ("NaN", "Infinity")
    step = seen["steps"][0]
    assert step["mlflow"]["param"]["solver"] == "lbfgs" and set(step["mlflow"]) == {"param", "tag"}
    assert {"mlflow/model/MLmodel", "mlflow/wine/MLmodel"} <= {each["path"] for each in step["artifacts"]}
    registered = await platform.ask(
        'mutation($r: ID!) { registerModel(input: {run: $r, step: "fit", name: "wine", '
        'paths: ["mlflow/wine"]}) {'
        " __typename ... on RegisteredModel { version { files { path } metrics } } ... on Problem { "
        "message } } }",
        r=run["id"],
    )
    version = registered["registerModel"]["version"]
    assert "MLmodel" in {each["path"] for each in version["files"]} and version["metrics"]["accuracy"] == 1.0
    link = re.search(r"View run \S+ at: (http\S+)", words)
    assert link, words
    async with httpx2.AsyncClient() as http:
        answer = await http.get(link[1])
        assert answer.status_code == 303 and answer.headers["location"] == f"/runs/{run['id']}?step=fit"
