"""Models as MLflow 3 logs them, request by request, with whatever else may come."""

import math

import httpx2
import orjson
import pytest

from cubestudio.pipelines.runs import actions as runs
from cubestudio.web.mlflow.search import like, matches, parse

WAITS = "name: z\nsteps: [{name: a, template: shell, args: {script: 'sleep 600'}}]\n"


async def test_the_link_that_mlflow_prints_leads_to_the_step(platform, address):
    async with httpx2.AsyncClient() as http:
        for place, leads in (
            ("x/fit/-", "/runs/x?step=fit"),
            ("x/fit/-/", "/runs/x?step=fit"),
            ("x/each/3", "/runs/x?step=each&item=3"),
        ):
            answer = await http.get(f"{address}/mlflow/{place}#/experiments/0/runs/y")
            assert (answer.status_code, answer.headers["location"]) == (303, leads)
        away = await http.get(f"{address}/mlflow/%2F%2Fevil.example/x/-")
        assert not away.headers.get("location", "/runs/").startswith("//")


HOSTILE = (
    ("POST", "", {"name": "a/b"}, 400),
    ("POST", "", {"name": 5}, 400),
    ("POST", "", {"name": ".."}, 400),
    ("POST", "", {"name": "n" * 201}, 400),
    ("POST", "", {"name": "a\u0000b"}, 400),
    ("POST", "", {"params": {"a": 1}}, 400),
    ("POST", "", {"tags": [{"key": "a", "value": 1}]}, 400),
    ("POST", "", {"model_type": ["x"]}, 400),
    ("POST", "", {"params": [{"key": f"k{n}", "value": "v" * 6000} for n in range(11)]}, 400),
    ("POST", "", [1], 400),
    ("PATCH", "/m", {"status": 2**63}, 400),
    ("PATCH", "/m", {"status": True}, 400),
    ("PATCH", "/m", {"status": {}}, 400),
    ("PATCH", "/m", {}, 400),
    ("PATCH", "/m/tags", {"tags": "x"}, 400),
    ("POST", "/m/params", {"params": [None]}, 400),
    ("DELETE", "/m/tags/x", {}, 404),
    ("GET", "/absent", None, 404),
    ("PATCH", "/absent", {"status": 2}, 404),
    ("GET", "/m/nonsense", None, 404),
    ("PUT", "/m", {}, 405),
    ("POST", "/search", {"filter": "name ="}, 400),
    ("POST", "/search", {"filter": 7}, 400),
    ("POST", "/search", {"max_results": "x"}, 400),
    ("POST", "/search", {"page_token": "-1"}, 400),
    ("POST", "/search", {"order_by": [{"field_name": {}}]}, 400),
    ("POST", "/search", {"filter": "creation_timestamp > 'x'"}, 400),
    ("POST", "/search", {"filter": "x" * 5000}, 400),
)
"""(method, where below logged-models, body, status)"""


async def test_models_are_kept_request_by_request(platform, address):
    run = await platform.start(await platform.save(WAITS))
    token = {"authorization": f"Bearer {runs.token(platform.ctx.vault, run)}"}
    async with httpx2.AsyncClient(
        base_url=f"{address}/mlflow/{run}/a/-/api/2.0/mlflow/", headers=token
    ) as http:
        made = []
        for name in ("Wein é 葡萄", "Wein é 葡萄", "", None):
            answer = await http.post(
                "logged-models",
                json={"experiment_id": "0", "name": name, "params": [{"key": "a", "value": "1"}]},
            )
            made.append(answer.json()["model"]["info"])
        folders = [each["artifact_uri"].removeprefix("mlflow-artifacts:/mlflow/") for each in made]
        assert (
            folders == ["Wein é 葡萄", "Wein é 葡萄-2", "model", "model-2"]
            and len({each["model_id"] for each in made}) == 4
        )
        assert {each["status"] for each in made} == {"LOGGED_MODEL_PENDING"}
        key = made[0]["model_id"]
        for status, told in (
            (2, "LOGGED_MODEL_READY"),
            ("LOGGED_MODEL_UPLOAD_FAILED", "LOGGED_MODEL_UPLOAD_FAILED"),
        ):
            answer = await http.patch(f"logged-models/{key}", json={"model_id": key, "status": status})
            assert answer.json()["model"]["info"]["status"] == told
        assert (
            await http.post(f"logged-models/{key}/params", json={"params": [{"key": "b", "value": ""}]})
        ).status_code == 200
        whole = (await http.get(f"logged-models/{key}?allow_deleted=true")).json()["model"]
        assert whole["data"]["params"] == [{"key": "a", "value": "1"}, {"key": "b", "value": ""}]
        assert (
            await http.post("runs/outputs", json={"models": [{"model_id": key, "step": "7"}]})
        ).status_code == 200
        seen = (await http.get("runs/get")).json()["run"]["outputs"]["model_outputs"]
        assert {each["model_id"]: each["step"] for each in seen}[key] == 7 and len(seen) == 4
        page = (await http.post("logged-models/search", json={"max_results": 3})).json()
        rest = (
            await http.post(
                "logged-models/search", json={"max_results": 3, "page_token": page["next_page_token"]}
            )
        ).json()
        assert len(page["models"]) == 3 and len(rest["models"]) == 1 and "next_page_token" not in rest
        for method, where, body, status in HOSTILE:
            content = None if body is None else orjson.dumps(body)
            answer = await http.request(
                method, f"logged-models{where.replace('/m', f'/{key}')}", content=content
            )
            assert answer.status_code == status, (method, where, str(body)[:80], answer.text)
            assert status == 405 or answer.json()["error_code"] in (
                "INVALID_PARAMETER_VALUE",
                "RESOURCE_DOES_NOT_EXIST",
                "ENDPOINT_NOT_FOUND",
            )
        for body in (
            {"models": [{"model_id": "m-absent"}]},
            {"models": [{"model_id": key, "step": -1}]},
            {"models": 1},
        ):
            assert (await http.post("runs/outputs", json=body)).status_code in (400, 404)
        again = (await http.post("logged-models/search", json={})).json()["models"]
        assert len(again) == 4, "nothing of what was refused is kept"
        assert (await http.delete(f"logged-models/{key}")).status_code == 200
        assert (await http.get(f"logged-models/{key}")).json()["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)
    await platform.finish(run)


THING = {
    "metrics": {"loss": 0.25, "odd": math.nan, "a b": 1.0},
    "params": {"kind": "tree"},
    "tags": {"x.y": "50%_a"},
    "attributes": {"name": "wine"},
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        (None, True),
        ("metrics.loss < 0.5", True),
        ("metrics.loss >= .5 AND name = 'wine'", False),
        ("metric.loss = 25e-2", True),
        ("metrics.`a b` = 1 and params.kind LIKE 't%'", True),
        ("params.kind ilike 'TR__'", True),
        ("params.kind LIKE 't_'", False),
        ("tags.x.y = '50%_a'", True),
        ("attributes.name IN ('beer', 'wine')", True),
        ("name NOT IN ('wine')", False),
        ("name != 'beer'", True),
        ("metrics.odd > 0", False),
        ("metrics.odd != 0", True),
        ("metrics.absent < 1", False),
        ("name LIKE '%in%'", True),
        ("name LIKE '%n'", False),
    ],
)
def test_filters(text, holds):
    assert matches(THING, parse(text)) is holds


@pytest.mark.parametrize(
    "text",
    [
        "name",
        "name =",
        "name = wine",
        "= 'a'",
        "name = 'a' AND",
        "name = 'a' OR name = 'b'",
        "dataset.x = 'a'",
        "name IN 'a'",
        "name IN (1)",
        "name LIKE 5",
        "name = ('a')",
        "metrics.loss = 'much'",
        "metrics.loss LIKE '1'",
        "name < 5",
        7,
        ["a"],
        "n" * 5000,
    ],
)
def test_filters_that_are_not_served_are_refused(text):
    with pytest.raises(ValueError):
        matches(THING, parse(text))


def test_no_pattern_is_slow():
    assert not like("a" * 8000, "%a" * 1900 + "%b") and like("a" * 8000, "%a" * 1900 + "%")
    assert like("", "%") and not like("ab", "ab%b") and like("abb", "ab%b")
