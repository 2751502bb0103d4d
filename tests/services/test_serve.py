"""The server of a model: frameworks, both protocols, batches, refusals; a real scikit-learn model behind the
way in."""

import asyncio
import contextlib
import json
import math
import struct

import httpx2
import orjson
import pytest
import serve
from hypothesis import given
from hypothesis import strategies as st

PACKAGES = ["scikit-learn>=1.5", "pandas>=2", "joblib>=1.4", "matplotlib>=3.9"]
"""Those of the example, so that one environment is built for both."""


SQUARES = """
    calls = []
    def predict(model, inputs):
        if inputs == ["calls"]:
            return [list(calls)]
        calls.append(len(inputs))
        if "break" in inputs:
            raise RuntimeError("broken")
        return [x if isinstance(x, str) else [y * y for y in x] if isinstance(x, list) else x["a"] + x["b"] for x in inputs]
"""  # noqa: E501


async def test_both_protocols_and_what_they_refuse(served):
    url, _ = served(SQUARES)
    async with httpx2.AsyncClient(base_url=url) as http:
        assert (await http.post("/predict", json={"inputs": [[1, 2], [3, 4]]})).json()["outputs"] == [
            [1, 4],
            [9, 16],
        ]
        assert (await http.post("/predict", json={"instances": [{"a": 1, "b": 2}]})).json()["outputs"] == [3]
        told = {
            "id": "7",
            "inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [1, 2, 3, 4]}],
        }
        answer = (await http.post("/v2/models/m/infer", json=told)).json()
        output = {"name": "output-0", "shape": [2, 2], "datatype": "INT64", "data": [1, 4, 9, 16]}
        assert answer == {"model_name": "m", "model_version": "1", "outputs": [output], "id": "7"}
        pair = {
            "inputs": [
                {"name": n, "shape": [2], "datatype": "FP32", "data": [i, i]} for i, n in enumerate("ab")
            ]
        }
        assert (await http.post("/v2/models/m/infer", json=pair)).json()["outputs"][0]["data"] == [1, 1]
        for path in ("/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/m", "/v2/models/m/ready", "/"):
            assert (await http.get(path)).status_code == 200
        for path, body, words in (
            ("/predict", b"{", "not JSON"),
            ("/predict", b"[1]", "send an object"),
            ("/predict", b"{}", "inputs"),
            ("/predict", b'{"inputs": []}', "one at least"),
            ("/predict", b'{"inputs": [NaN]}', "no number of JSON"),
            ("/predict", b'{"inputs": [-1e999]}', "no number of JSON"),
            ("/predict", b'{"inputs": ' + b"[" * 100_000, "not JSON"),
            ("/predict", b'{"inputs": ' + b"9" * 5000 + b"}", "not JSON"),
            ("/predict", b"\xff\xfe", "not JSON"),
            ("/v2/models/m/infer", b'{"inputs": [3]}', "a list of tensors"),
            ("/v2/models/m/infer", b'{"inputs": [{"shape": [1], "data": [1]}]}', "has a name"),
            (
                "/v2/models/m/infer",
                b'{"inputs": [{"name": "x", "shape": ["1"], "data": [1]}]}',
                "list of lengths",
            ),
            (
                "/v2/models/m/infer",
                b'{"inputs": [{"name": "x", "shape": [-1, -1], "data": [1]}]}',
                "list of lengths",
            ),
            (
                "/v2/models/m/infer",
                b'{"inputs": [{"name": "x", "shape": [1, 0], "data": []}]}',
                "list of lengths",
            ),
            (
                "/v2/models/m/infer",
                b'{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": ["a"]}]}',
                "must be a number, not text",
            ),
            (
                "/v2/models/m/infer",
                b'{"inputs": [{"name": "x", "shape": [1], "datatype": [], "data": [1]}]}',
                "unknown datatype",
            ),
            ("/v2/models/m/infer", b'{"inputs": [{"name": "x", "shape": [3], "data": [1]}]}', "its shape"),
        ):
            refused = await http.post(path, content=body)
            assert refused.status_code == 400 and words in refused.json()["error"], refused.text
            assert refused.json()["code"] in ("INVALID_REQUEST", "INVALID_INPUT")
        missing = await http.post("/nothing", json={"inputs": [1]})
        assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")


SHAPES = """
    import sys
    def check(inputs):
        if "unwelcome" in inputs:
            raise ValueError("unwelcome is not taken")
        if "unchecked" in inputs:
            raise KeyError("x")
    def predict(model, inputs):
        kind = inputs[0][0] if isinstance(inputs[0], list) else inputs[0]
        if kind == "leave":
            sys.exit(3)
        if kind == "value":
            raise ValueError("the model's own")
        if kind == "loop":
            kind = []
            kind.append(kind)
            return kind
        return {
            "few": [], "many": [1] * (len(inputs) + 1), "none": None, "object": {"a": 1}, "text": "ab", "set": [{1}] * len(inputs), "huge": [10**5000],
            "generator": (each for each in inputs), "ragged": [[1, 2], [3]], "nan": [float("nan"), float("-inf"), 1.5][: len(inputs)],
            "deep": [{"a": [float("inf")], "b": "NaN"}],
        }.get(kind, inputs)
"""  # noqa: E501


async def test_what_the_model_does_wrong_is_500_with_a_code_and_harms_nobody_else(served):
    url, _ = served(SHAPES)
    async with httpx2.AsyncClient(base_url=url) as http:
        for inputs, status, code, words in (
            (["unwelcome"], 400, "INVALID_INPUT", "unwelcome is not taken"),
            (["unchecked"], 500, "MODEL_FAILED", "check raised KeyError"),
            (["value"], 500, "MODEL_FAILED", "raised ValueError"),
            (["leave"], 500, "MODEL_FAILED", "raised SystemExit"),
            (["loop"], 500, "MODEL_FAILED", "RecursionError"),
            (["few", "x"], 500, "INVALID_OUTPUT", "0 answers for 2 rows"),
            (["many", "x"], 500, "INVALID_OUTPUT", "3 answers for 2 rows"),
            (["none"], 500, "INVALID_OUTPUT", "returned null"),
            (["object"], 500, "INVALID_OUTPUT", "returned an object"),
            (["text", "x"], 500, "INVALID_OUTPUT", "returned text"),
            (["generator"], 500, "INVALID_OUTPUT", "returned generator"),
            (["set"], 500, "INVALID_OUTPUT", "JSON cannot hold"),
            (["huge"], 500, "INVALID_OUTPUT", "JSON cannot hold"),
        ):
            answer = await http.post("/predict", json={"inputs": inputs})
            assert (answer.status_code, answer.json()["code"]) == (status, code) and words in answer.json()[
                "error"
            ], answer.text
            assert (await http.post("/predict", json={"inputs": ["fine"]})).json()["outputs"] == ["fine"]
        ragged = {"inputs": [{"name": "x", "shape": [2], "datatype": "BYTES", "data": ["ragged", "x"]}]}
        answer = await http.post("/v2/models/m/infer", json=ragged)
        assert (answer.status_code, answer.json()["code"]) == (
            500,
            "INVALID_OUTPUT",
        ) and "different shapes" in answer.json()["error"]
        assert (await http.post("/predict", json={"inputs": ["ragged", "x"]})).json()["outputs"] == [
            [1, 2],
            [3],
        ]


async def test_answers_are_json_whatever_the_model_computes(served):
    """Parsed by a strict parser: Python's takes NaN."""
    url, _ = served(SHAPES)
    async with httpx2.AsyncClient(base_url=url) as http:
        answer = await http.post("/predict", json={"inputs": ["nan", "x", "y"]})
        assert orjson.loads(answer.content)["outputs"] == [None, None, 1.5]
        assert answer.headers["x-cube-warning"] == "2 values are NaN or infinite and sent as null"
        answer = await http.post("/predict", json={"inputs": ["deep"]})
        assert orjson.loads(answer.content)["outputs"] == [{"a": [None], "b": "NaN"}] and answer.headers[
            "x-cube-warning"
        ].startswith("1 ")
        assert "x-cube-warning" not in (await http.post("/predict", json={"inputs": [1.5]})).headers
    url, _ = served(SHAPES, CUBE_NON_FINITE="error")
    async with httpx2.AsyncClient(base_url=url) as http:
        answer = await http.post("/predict", json={"inputs": ["nan", "x", "y"]})
        assert (answer.status_code, orjson.loads(answer.content)["code"]) == (500, "INVALID_OUTPUT")
        assert "2 values that are NaN or infinite" in answer.json()["error"]
        assert (await http.post("/predict", json={"inputs": [1.5]})).json()["outputs"] == [1.5]


async def test_the_signature_decides_what_is_wrong_before_the_model_is_called(served):
    fields = [{"name": "x", "type": "number"}, {"name": "n", "type": "integer"}]
    url, _ = served(
        "calls = []\ndef predict(model, inputs):\n    calls.append(1)\n    return [len(calls)] * "
        "len(inputs)\n",
        signature={"inputs": fields},
    )
    async with httpx2.AsyncClient(base_url=url) as http:
        for rows, words in (
            ([[1.5, 2], [1, "2"]], "row 1: n must be an integer of 64 bits, not text"),
            ([[1]], "row 0 has 1 values; the model takes 2: x, n"),
            ([{"x": 1}], "row 0: these inputs are missing: n"),
            ([3], "row 0 must be a list of 2 values or an object of names and values, not an integer"),
            ([[None, 1]], "row 0: x must be a number, not null"),
            ([[1, 2**63]], "row 0: n must be an integer of 64 bits, not an integer"),
        ):
            refused = await http.post("/predict", json={"inputs": rows})
            assert (refused.status_code, refused.json()) == (400, {"error": words, "code": "INVALID_INPUT"})
        assert (await http.post("/predict", json={"inputs": [{"x": 1, "n": 2.0, "more": []}]})).json()[
            "outputs"
        ] == [1], "called once"


NUMBER, INTEGER, TEXT, FLAG = (
    {"name": "a", "type": kind} for kind in ("number", "integer", "text", "boolean")
)
VECTOR, IMAGE, ANY = (
    {"name": "a", "type": "vector", "size": 2},
    {"name": "a", "type": "image"},
    {"name": "a", "type": "any"},
)
PAIR = [NUMBER, {"name": "b", "type": "text"}]


@pytest.mark.parametrize(
    ("fields", "row", "fine"),
    [
        ([], {"whatever": None}, True),
        ([NUMBER], 1, True),
        ([NUMBER], [1], True),
        ([NUMBER], {"a": 1.5}, True),
        ([NUMBER], [1, 2], False),
        ([NUMBER], [[1]], False),
        ([NUMBER], True, False),
        ([NUMBER], float("nan"), False),
        ([NUMBER], 10**400, False),
        ([NUMBER], -(10**300), True),
        ([INTEGER], 2.0, True),
        ([INTEGER], 2.5, False),
        ([INTEGER], float("inf"), False),
        ([INTEGER], -(2**63), True),
        ([INTEGER], 2**63, False),
        ([FLAG], False, True),
        ([FLAG], 0, False),
        ([TEXT], "", True),
        ([TEXT], None, False),
        ([VECTOR], [1, 2], True),
        ([VECTOR], [[1, 2]], True),
        ([VECTOR], {"a": [1, 2]}, True),
        ([VECTOR], [1, 2, 3], False),
        ([VECTOR], [1, None], False),
        ([VECTOR], 1, False),
        ([IMAGE], "aGk=", True),
        ([ANY], None, True),
        ([ANY], [1, "x"], True),
        (PAIR, [1, "x"], True),
        (PAIR, ["x", 1], False),
        (PAIR, {"b": "x", "a": 1, "c": 2}, True),
        (PAIR, {"a": 1}, False),
        (PAIR, [], False),
        (PAIR, None, False),
    ],
)
def test_a_row_is_held_to_the_signature(fields, row, fine):
    if fine:
        serve.check([row], fields)
    else:
        with pytest.raises(serve.Wrong) as wrong:
            serve.check([row], fields)
        assert str(wrong.value).startswith("row 0")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_whatever_is_encoded_is_json_with_the_same_values(value):
    body, warning = serve.encoded(value)
    bad = sum(not math.isfinite(each) for each in leaves(value) if isinstance(each, float))
    assert bool(warning) == bool(bad) and (not bad or warning.startswith(f"{bad} "))
    told = json.loads(body, parse_constant=lambda word: pytest.fail(word))
    assert list(leaves(told)) == [
        None if isinstance(each, float) and not math.isfinite(each) else each for each in leaves(value)
    ]
    if bad:
        with pytest.raises(serve.Failed):
            serve.encoded(value, "error")


def leaves(value):
    if isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    else:
        yield value


@given(JSON, st.sampled_from([[], [NUMBER], PAIR, [VECTOR], [ANY]]))
def test_whatever_is_sent_is_taken_or_refused_as_wrong(value, fields):
    for told in (
        value,
        {"inputs": value},
        {"inputs": [value]},
        {"inputs": [{"name": "x", "shape": value, "data": value, "datatype": value}]},
    ):
        for read in (serve.rows_of, serve.tensors):
            with contextlib.suppress(serve.Wrong):
                serve.check(read(serve.decoded(json.dumps(told))), fields)


async def test_what_waits_is_predicted_together_and_a_wrong_one_harms_no_other(served):
    url, _ = served(SQUARES)
    async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
        async with asyncio.TaskGroup() as group:
            many = [group.create_task(http.post("/predict", json={"inputs": [[n], [n]]})) for n in range(30)]
            broken = group.create_task(http.post("/predict", json={"inputs": ["break"]}))
        assert [each.result().json()["outputs"] for each in many] == [[[n * n], [n * n]] for n in range(30)]
        assert broken.result().status_code == 500
        calls = (await http.post("/predict", json={"inputs": ["calls"]})).json()["outputs"][0]
        assert sum(calls) >= 61 and len(calls) <= 62


async def test_it_ends_when_asked_and_answers_what_was_begun(served):
    script = (
        "import os, time\ndef predict(model, inputs):\n    print('began', flush=True)\n    "
        "time.sleep(1)\n    return inputs\n"
    )
    url, process = served(script)
    async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
        begun = asyncio.create_task(http.post("/predict", json={"inputs": [1.0]}))
        while "began" not in await asyncio.to_thread(process.stdout.readline):
            pass
        process.terminate()
        assert (await begun).json()["outputs"] == [1.0]
    assert await asyncio.to_thread(process.wait, 20) == 0


def test_what_cannot_be_loaded_says_why(served, tmp_path):
    with pytest.raises(AssertionError, match="ended at once"):
        served(files={"readme.txt": b"no"}, framework="sklearn")
    with pytest.raises(AssertionError, match="ended at once"):
        served(files={"a.bin": b"no"}, framework="safetensors")


TRAIN = """
name: train
steps:
  - name: fit
    template: python
    environment: {requirements: %s}
    resources: {cpu: 0.5, memory: 1Gi}
    args:
      script: |
        import json, os, pathlib, joblib
        from sklearn.datasets import load_wine
        from sklearn.ensemble import RandomForestClassifier
        data = load_wine(as_frame=True)
        model = RandomForestClassifier(n_estimators=5, random_state=7).fit(data.data, data.target)
        out = pathlib.Path(os.environ["CUBE_OUTPUT_DIR"])
        joblib.dump(model, out / "model.joblib")
        (out / "outputs.json").write_text(json.dumps({"rows": data.data.iloc[[0, 70, 150]].values.tolist()}))
"""


async def test_a_real_model_from_its_step_to_a_prediction(hall):
    run = await hall.platform.finish(
        await hall.platform.start(await hall.platform.save(TRAIN % json.dumps(PACKAGES))), 400
    )
    assert run["state"] == "SUCCEEDED", run
    text = """mutation($r: ID!) { registerModel(
        input: {run: $r, step: "fit", name: "wine", paths: ["model.joblib"]}) {
        ... on RegisteredModel { version { framework requirements } } ... on Problem { message } } }"""
    version = (await hall.platform.ask(text, r=run["id"]))["registerModel"]["version"]
    assert version == {"framework": "SKLEARN", "requirements": PACKAGES}, (
        "what it was trained with is what it is served with"
    )
    key = await hall.make(definition={"kind": "model", "cpu": 0.2, "memory": "512Mi"}, model="wine")
    await hall.until(key, lambda seen: seen["state"] == "READY", 300)
    rows = run["steps"][0]["outputs"]["rows"]
    async with hall.client(secret=await hall.token()) as http:
        assert (await http.post("/predict", json={"inputs": rows})).json() == {
            "outputs": [0, 1, 2],
            "model": "wine",
            "version": "1",
        }
        chances = (await http.post("/predict", json={"inputs": rows, "probabilities": True})).json()[
            "outputs"
        ]
        assert all(abs(sum(each) - 1) < 1e-9 for each in chances)
        short = await http.post("/predict", json={"inputs": [[1, 2]]})
        assert short.status_code == 400 and "the model takes 13" in short.json()["error"]
        tensor = {"name": "x", "shape": [3, 13], "datatype": "FP64", "data": rows}
        answer = (await http.post("/v2/models/wine/infer", json={"inputs": [tensor]})).json()
        assert answer["outputs"][0]["data"] == [0, 1, 2]


BOOST = """
name: boost
steps:
  - name: fit
    template: python
    environment: {requirements: [lightgbm, pandas, scikit-learn]}
    resources: {cpu: 0.5, memory: 1Gi}
    args:
      script: |
        import json, os, pathlib, lightgbm
        from sklearn.datasets import load_wine
        table, kinds = load_wine(return_X_y=True)
        model = lightgbm.LGBMClassifier(n_estimators=5, n_jobs=1, verbose=-1).fit(table, kinds)
        out = pathlib.Path(os.environ["CUBE_OUTPUT_DIR"])
        model.booster_.save_model(out / "model.txt")
        (out / "notes.txt").write_text("a tree")
        rows = table[[0, 70, 150]]
        told = {"rows": rows.tolist(), "kinds": model.predict(rows).tolist(), "shares": model.predict_proba(rows).tolist()}
        (out / "outputs.json").write_text(json.dumps(told))
"""  # noqa: E501


async def test_a_real_booster_answers_as_scikit_learn_does(hall):
    run = await hall.platform.finish(await hall.platform.start(await hall.platform.save(BOOST)), 280)
    assert run["state"] == "SUCCEEDED", run
    text = """mutation($r: ID!) { registerModel(input: {run: $r, step: "fit", name: "boost", paths: ["model.txt", "notes.txt"]}) {
        ... on RegisteredModel { version { framework } } ... on Problem { message } } }"""  # noqa: E501
    assert (await hall.platform.ask(text, r=run["id"]))["registerModel"]["version"] == {
        "framework": "LIGHTGBM"
    }
    key = await hall.make(definition={"kind": "model", "cpu": 0.2, "memory": "512Mi"}, model="boost")
    await hall.until(key, lambda seen: seen["state"] == "READY", 200)
    wanted = run["steps"][0]["outputs"]
    async with hall.client(secret=await hall.token()) as http:
        assert (await http.post("/predict", json={"inputs": wanted["rows"]})).json()["outputs"] == wanted[
            "kinds"
        ]
        shares = (await http.post("/predict", json={"inputs": wanted["rows"], "probabilities": True})).json()[
            "outputs"
        ]
        assert [pytest.approx(each) for each in shares] == wanted["shares"]
        told = (await http.get("/v2/models/boost")).json()
        assert (told["inputs"][0]["shape"], told["outputs"][0]["datatype"]) == ([-1, 13], "INT64")
        values = [value for row in wanted["rows"] for value in row]
        given = {
            "name": "input-0",
            "shape": [3, 13],
            "datatype": "FP64",
            "parameters": {"binary_data_size": 8 * len(values)},
        }
        head = json.dumps({"inputs": [given], "parameters": {"binary_data_output": True}}).encode()
        length = {"inference-header-content-length": str(len(head))}
        answer = await http.post(
            "/v2/models/boost/infer", content=head + struct.pack(f"<{len(values)}d", *values), headers=length
        )
        assert struct.unpack(
            "<3q", answer.content[int(answer.headers["inference-header-content-length"]) :]
        ) == tuple(wanted["kinds"])


MUTE = """
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("nothing to say")
        __repr__ = __str__

    def predict(model, inputs):
        if inputs[0] == ["mute"]:
            raise Mute()
        for row in inputs:
            row[0] *= 2
        if any(row == [26] for row in inputs):
            raise ValueError("thirteen")
        return [row[0] for row in inputs]
"""


def test_an_error_that_cannot_say_what_it_is_stops_nothing(served):
    url, _ = served(MUTE)
    with httpx2.Client(base_url=url, timeout=30) as http:
        answer = http.post("/predict", json={"inputs": [["mute"]]})
        assert (answer.status_code, answer.json()["error"]) == (
            500,
            "the model raised Mute; its log says more",
        )
        assert http.post("/predict", json={"inputs": [[2]]}).json()["outputs"] == [4]


async def test_what_a_model_does_to_a_batch_reaches_no_other_request(served):
    """One that changes its inputs and then raises: those beside the wrong one are answered from what was
    sent."""
    url, _ = served(MUTE)
    async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
        numbers = [n % 14 for n in range(280)]
        answers = await asyncio.gather(*(http.post("/predict", json={"inputs": [[n]]}) for n in numbers))
    found = {
        (n, answer.status_code, str(answer.json().get("outputs")))
        for n, answer in zip(numbers, answers, strict=True)
    }
    assert found == {(n, 200, f"[{2 * n}]") for n in range(13)} | {(13, 500, "None")}
