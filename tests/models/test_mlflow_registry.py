"""MLflow's registry, which is the project's: what a run may do there, and what it may not."""

import httpx2
import orjson

from cubestudio.pipelines.runs import actions as runs

WAITS = "name: z\nsteps: [{name: a, template: shell, args: {script: 'sleep 600'}}]\n"
HOSTILE = (
    ("registered-models/create", {"name": "Bad Name"}, "INVALID_PARAMETER_VALUE"),
    ("registered-models/create", {"name": 5}, "INVALID_PARAMETER_VALUE"),
    ("registered-models/create", {}, "INVALID_PARAMETER_VALUE"),
    ("registered-models/create", {"name": "wine"}, "RESOURCE_ALREADY_EXISTS"),
    ("registered-models/create", {"name": "fresh", "tags": 5}, "INVALID_PARAMETER_VALUE"),
    (
        "model-versions/create",
        {"name": "wine", "source": "mlflow-artifacts:/mlflow/absent"},
        "INVALID_PARAMETER_VALUE",
    ),
    ("model-versions/create", {"name": "wine", "source": "s3://bucket/x"}, "INVALID_PARAMETER_VALUE"),
    ("model-versions/create", {"name": "wine", "source": ["x"]}, "INVALID_PARAMETER_VALUE"),
    ("model-versions/create", {"name": "wine", "model_id": "m-absent"}, "RESOURCE_DOES_NOT_EXIST"),
    ("model-versions/create", {"name": "wine", "source": "models:/m-absent"}, "RESOURCE_DOES_NOT_EXIST"),
    (
        "model-versions/create",
        {"name": "wine", "source": "mlflow-artifacts:/mlflow/w", "tags": [{"key": "a", "value": "x" * 501}]},
        "INVALID_PARAMETER_VALUE",
    ),
    (
        "registered-models/alias",
        {"name": "wine", "alias": "production", "version": "1"},
        "INVALID_PARAMETER_VALUE",
    ),
    ("registered-models/alias", {"name": "wine", "alias": {}, "version": 2**63}, "INVALID_PARAMETER_VALUE"),
    (
        "registered-models/alias",
        {"name": "absent", "alias": "production", "version": "1"},
        "RESOURCE_DOES_NOT_EXIST",
    ),
    ("registered-models/rename", {"name": "wine", "new_name": "beer"}, "ENDPOINT_NOT_FOUND"),
    ("registered-models/set-tag", {"name": "wine", "key": "a", "value": "b"}, "ENDPOINT_NOT_FOUND"),
)
ASKED = (
    ("registered-models/get?name=absent", "RESOURCE_DOES_NOT_EXIST"),
    ("registered-models/get", "INVALID_PARAMETER_VALUE"),
    ("model-versions/get?name=wine&version=9", "RESOURCE_DOES_NOT_EXIST"),
    ("model-versions/get?name=wine&version=NaN", "INVALID_PARAMETER_VALUE"),
    ("registered-models/alias?name=wine&alias=x", "RESOURCE_DOES_NOT_EXIST"),
    ("model-versions/search?filter=name", "INVALID_PARAMETER_VALUE"),
    ("registered-models/search?page_token=x", "INVALID_PARAMETER_VALUE"),
    ("model-versions/get-download-uri?name=wine&version=1", "ENDPOINT_NOT_FOUND"),
)


ACTS = "{ audit { nodes { actor by operation detail } } }"


async def test_a_run_registers_what_its_step_logged(platform, address):
    run = await platform.start(await platform.save(WAITS))
    token = {"authorization": f"Bearer {runs.token(platform.ctx.vault, run)}"}
    async with httpx2.AsyncClient(base_url=f"{address}/mlflow/{run}/a/-/api/2.0/", headers=token) as http:
        key = (await http.post("mlflow/logged-models", json={"name": "w"})).json()["model"]["info"][
            "model_id"
        ]
        for name, content in (("MLmodel", b"flavors: {python_function: {}}"), ("model.skops", b"x")):
            assert (
                await http.put(f"mlflow-artifacts/artifacts/mlflow/w/{name}", content=content)
            ).status_code == 200
        for name, value in (("odd", "NaN"), ("far", "-Infinity")):
            assert (
                await http.post("mlflow/runs/log-metric", json={"key": name, "value": value})
            ).status_code == 200
        assert (await http.post("mlflow/registered-models/create", json={"name": "wine"})).status_code == 200
        tags = [{"key": "kind", "value": "tree"}]
        body = {
            "name": "wine",
            "source": f"models:/{key}",
            "model_id": key,
            "description": "first",
            "tags": tags,
        }
        made = (await http.post("mlflow/model-versions/create", json=body)).json()["model_version"]
        assert (made["name"], made["version"], made["status"], made["tags"], made["description"]) == (
            "wine",
            "1",
            "READY",
            tags,
            "first",
        )
        again = await http.post(
            "mlflow/model-versions/create", json={"name": "wine", "source": "mlflow-artifacts:/mlflow/w"}
        )
        assert again.json()["model_version"]["version"] == "1", (
            "the same files of the same run are registered once"
        )
        acts = [
            each
            for each in (await platform.ask(ACTS))["audit"]["nodes"]
            if each["operation"] == "registerModel"
        ]
        assert [
            (each["actor"], each["by"], each["detail"]["run"], each["detail"]["version"]) for each in acts
        ] == [("admin", "run", run, 1)]
        query = "{ models { nodes { name versions { number files { path } tags metrics } } } }"
        model = (await platform.ask(query))["models"]["nodes"][0]
        assert model["name"] == "wine" and [each["path"] for each in model["versions"][0]["files"]] == [
            "MLmodel",
            "model.skops",
        ]
        assert model["versions"][0]["metrics"] == {"odd": "NaN", "far": "-Infinity"}
        for what, name, count in (
            ("registered-models/search?filter=name LIKE 'w%'", "registered_models", 1),
            ("registered-models/search?filter=name='beer'", "registered_models", 0),
            ("model-versions/search?filter=name='wine' AND tags.kind = 'tree'", "model_versions", 1),
            ("model-versions/search?filter=tags.kind = 'vine'", "model_versions", 0),
        ):
            assert len((await http.get(f"mlflow/{what}")).json()[name]) == count, what
        latest = (await http.get("mlflow/registered-models/get?name=wine")).json()["registered_model"][
            "latest_versions"
        ]
        assert [each["version"] for each in latest] == ["1"]
        for what, body, code in HOSTILE:
            answer = await http.post(
                f"mlflow/{what}",
                content=orjson.dumps(body)
                if body.get("version") != 2**63
                else b'{"version": 9223372036854775808}',
            )
            assert answer.status_code in (400, 404) and answer.json()["error_code"] == code, (
                what,
                str(body)[:80],
                answer.text,
            )
        for what, code in ASKED:
            answer = await http.get(f"mlflow/{what}")
            assert answer.status_code in (400, 404) and answer.json()["error_code"] == code, (
                what,
                answer.text,
            )
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)
    await platform.finish(run)
