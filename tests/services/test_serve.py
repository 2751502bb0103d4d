"""The server of a model: frameworks, both protocols, batches, refusals; a real scikit-learn model behind the way in."""

import asyncio
import json
import os
import subprocess
import sys
import textwrap

import httpx2
import pytest

from cubestudio.services.spec import SERVE
from tests.parts import free_port, wait_port

PACKAGES = ["scikit-learn>=1.5", "pandas>=2", "joblib>=1.4", "matplotlib>=3.9"]
"""Those of the example, so that one environment is built for both."""


@pytest.fixture
def served(tmp_path):
    """Starts the server in a process of its own, with a script or with files."""
    running = []

    def start(script="", files=None, framework="other", **env):
        (tmp_path / "model").mkdir(exist_ok=True)
        for name, data in (files or {}).items():
            (tmp_path / "model" / name).write_bytes(data)
        (tmp_path / "serve.py").write_text(SERVE)
        (tmp_path / "predict.py").write_text(textwrap.dedent(script))
        port = free_port()
        environment = {
            **os.environ, "CUBE_PORT": str(port), "CUBE_FILES": str(tmp_path), "CUBE_MODEL": "m", "CUBE_FRAMEWORK": framework,
            "CUBE_MODEL_DIR": str(tmp_path / "model"), **({"CUBE_PREDICT": str(tmp_path / "predict.py")} if script else {}), **env,
        }  # fmt: skip
        process = subprocess.Popen([sys.executable, str(tmp_path / "serve.py")], env=environment, stdout=subprocess.PIPE, text=True)
        running.append(process)
        wait_port(port, process)
        return f"http://127.0.0.1:{port}", process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


SQUARES = """
    calls = []
    def predict(model, inputs):
        if inputs == ["calls"]:
            return [list(calls)]
        calls.append(len(inputs))
        if "break" in inputs:
            raise RuntimeError("broken")
        return [x if isinstance(x, str) else [y * y for y in x] if isinstance(x, list) else x["a"] + x["b"] for x in inputs]
"""


async def test_both_protocols_and_what_they_refuse(served):
    url, _ = served(SQUARES)
    async with httpx2.AsyncClient(base_url=url) as http:
        assert (await http.post("/predict", json={"inputs": [[1, 2], [3, 4]]})).json()["outputs"] == [[1, 4], [9, 16]]
        assert (await http.post("/predict", json={"instances": [{"a": 1, "b": 2}]})).json()["outputs"] == [3]
        told = {"id": "7", "inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [1, 2, 3, 4]}]}
        answer = (await http.post("/v2/models/m/infer", json=told)).json()
        output = {"name": "output-0", "shape": [2, 2], "datatype": "INT64", "data": [1, 4, 9, 16]}
        assert answer == {"model_name": "m", "model_version": "1", "outputs": [output], "id": "7"}
        pair = {"inputs": [{"name": n, "shape": [2], "datatype": "FP32", "data": [i, i]} for i, n in enumerate("ab")]}
        assert (await http.post("/v2/models/m/infer", json=pair)).json()["outputs"][0]["data"] == [1, 1]
        for path in ("/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/m", "/v2/models/m/ready", "/"):
            assert (await http.get(path)).status_code == 200
        for path, body, words in (
            ("/predict", b"{", "not JSON"),
            ("/predict", b"[1]", "send an object"),
            ("/predict", b"{}", "inputs"),
            ("/predict", b'{"inputs": []}', "one at least"),
            ("/predict", b'{"inputs": [{"a": 1}]}', "refuses these inputs"),
            ("/v2/models/m/infer", b'{"inputs": [{"name": "x", "shape": [3], "data": [1]}]}', "its shape"),
        ):
            refused = await http.post(path, content=body)
            assert refused.status_code == 400 and words in refused.json()["error"], refused.text
        assert (await http.post("/predict", json={"inputs": ["break"]})).status_code == 500
        assert (await http.post("/nothing", json={"inputs": [1]})).status_code == 404


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
    script = "import os, time\ndef predict(model, inputs):\n    print('began', flush=True)\n    time.sleep(1)\n    return inputs\n"
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
    run = await hall.platform.finish(await hall.platform.start(await hall.platform.save(TRAIN % json.dumps(PACKAGES))), 400)
    assert run["state"] == "SUCCEEDED", run
    text = """mutation($r: ID!) { registerModel(run: $r, step: "fit", name: "wine", paths: ["model.joblib"]) {
        ... on RegisteredModel { version { framework requirements } } ... on Problem { message } } }"""
    version = (await hall.platform.ask(text, r=run["id"]))["registerModel"]["version"]
    assert version == {"framework": "sklearn", "requirements": PACKAGES}, "what it was trained with is what it is served with"
    key = await hall.make(definition={"kind": "model", "cpu": 0.2, "memory": "512Mi"}, model="wine")
    await hall.until(key, lambda seen: seen["state"] == "Ready", 300)
    rows = run["steps"][0]["outputs"]["rows"]
    async with hall.client(secret=await hall.token()) as http:
        assert (await http.post("/predict", json={"inputs": rows})).json() == {"outputs": [0, 1, 2], "model": "wine", "version": "1"}
        chances = (await http.post("/predict", json={"inputs": rows, "probabilities": True})).json()["outputs"]
        assert all(abs(sum(each) - 1) < 1e-9 for each in chances)
        short = await http.post("/predict", json={"inputs": [[1, 2]]})
        assert short.status_code == 400 and "the model takes 13" in short.json()["error"]
        tensor = {"name": "x", "shape": [3, 13], "datatype": "FP64", "data": rows}
        answer = (await http.post("/v2/models/wine/infer", json={"inputs": [tensor]})).json()
        assert answer["outputs"][0]["data"] == [0, 1, 2]
