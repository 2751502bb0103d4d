"""Engines of others: what they are told of a space, what they may ask, and that a search with one survives a
kill and ends as it should."""

import asyncio
import json
import zipfile

import pytest
from pydantic import ValidationError

from cubestudio.core.auth.viewer import Viewer
from cubestudio.searches import engine
from cubestudio.searches.spec import SearchSpec
from tests import specs
from tests.parts import Server, folder, shared
from tests.searches.test_searches import QUADRATIC, SPACE, begin, say, until

WIDE = {
    "rate": {"type": "float", "low": 1e-4, "high": 1, "log": True},
    "share": {"type": "float", "low": 0, "high": 1},
    "half": {"type": "float", "low": 0, "high": 1, "step": 0.5},
    "units": {"type": "int", "low": 16, "high": 48, "step": 16},
    "depth": {"type": "int", "low": 1, "high": 9},
    "width": {"type": "int", "low": 1, "high": 512, "log": True},
    "kind": ["a", 2, None],
}


def defined(name: str, **more) -> SearchSpec:
    told = {
        "objectives": [{"metric": "y", "direction": "minimize"}],
        "parameters": specs.named(WIDE),
        "trials": 9,
        "seed": 7,
        "engine": {"name": name},
    }
    return SearchSpec.model_validate(told | more)


def test_each_is_told_the_space_in_its_own_words():
    assert engine.told(defined("nni"), "s")["space"] == {
        "rate": {"_type": "loguniform", "_value": [1e-4, 1]},
        "share": {"_type": "uniform", "_value": [0, 1]},
        "half": {"_type": "choice", "_value": [0, 0.5, 1]},
        "units": {"_type": "choice", "_value": [16, 32, 48]},
        "depth": {"_type": "randint", "_value": [1, 10]},
        "width": {"_type": "qloguniform", "_value": [1, 512, 1]},
        "kind": {"_type": "choice", "_value": ["a", 2, None]},
    }
    ray = {each["name"]: each for each in engine.told(defined("ray"), "s")["space"]}
    assert ray["units"]["values"] == [16, 32, 48] and ray["depth"]["values"] is None and ray["width"]["log"]
    katib = {each["name"]: each["feasibleSpace"] for each in engine.told(defined("katib"), "s")["space"]}
    assert katib["kind"] == {"list": ["0", "1", "2"]}, "nothing that people write is in the manifest"
    assert katib["depth"] == {"min": "1", "max": "9"} and katib["rate"] == {
        "min": "0.0001",
        "max": "1.0",
        "distribution": "logUniform",
    }
    assert engine.told(defined("nni", starting_points=[{"depth": 3}]), "s")["trials"] == 8, (
        "people's own points are tried beside"
    )


def test_a_point_comes_back_as_it_is_meant():
    given = {
        "rate": "0.01",
        "share": 1.0000000001,
        "half": 0.5,
        "units": "32",
        "depth": "3",
        "width": 7.0,
        "kind": "2",
    }
    assert engine.point(defined("katib"), given) == {
        "rate": 0.01,
        "share": 1,
        "half": 0.5,
        "units": 32,
        "depth": 3,
        "width": 7,
        "kind": None,
    }
    assert engine.point(defined("nni"), given | {"kind": 2})["kind"] == 2
    for wrong, words in (
        ({"kind": "2"}, "kind has no choice 2"),
        ({"depth": "x"}, "depth is a number"),
        ({"rate": float("nan")}, "rate is from"),
        ({"more": 1}, "it is about more"),
        ({"depth": None}, "depth is a number"),
        ({"kind": []}, "kind has no choice"),
    ):
        with pytest.raises(ValueError, match=words):
            engine.point(defined("nni"), given | {"kind": 2} | wrong)


def test_what_an_engine_cannot_do_is_refused():
    for more, words in (
        ({"engine": {"name": "nni", "algorithm": "magic"}}, "nni has no algorithm magic; it has TPE"),
        ({"engine": {"name": "katib", "settings": {"a": "{{x}}"}}}, "settings"),
        ({"engine": {"name": "katib", "image": "x"}}, "takes no image"),
        (
            {"engine": {"name": "ray"}, "objectives": [{"metric": "a"}, {"metric": "b"}]},
            "ray has one objective",
        ),
        (
            {
                "engine": {"name": "ray"},
                "parameters": [
                    {"name": "a", "type": "categorical", "choices": ["x", "y"]},
                    {"name": "b", "type": "int", "low": 1, "high": 2, "conditions": {"a": "x"}},
                ],
            },
            "depend on others",
        ),
        ({"trials": 1, "starting_points": [{"depth": 3}]}, "none is left for nni"),
    ):
        with pytest.raises(ValidationError, match=words):
            defined("nni", **more)
    assert defined("nni", engine={"name": "nni", "algorithm": "gridsearch"}).engine.algorithm == "GridSearch"


SUGGEST = """mutation($k: String!, $p: JSON!) { suggestTrial(key: $k, params: $p) {
    ... on SuggestedTrial { number state values } ... on Problem { code message } } }"""
LOOK = "query($k: String!) { suggestedTrial(key: $k) { number state values intermediateValues } }"
DROP = (
    "mutation($k: String!) { discardTrial(key: $k) { ... on Done { id } ... on Problem { code message } } }"
)
WAITS = (
    "name: engine-nni\nparameters: [{name: search, type: json}]\nsteps: [{name: engine, template: shell, "
    "args: {script: 'sleep 600'}}]\n"
)


@pytest.fixture
def idle(monkeypatch):
    """Every engine is a step that does nothing, so that a test may speak in its place."""
    from cubestudio.pipelines.actions import from_yaml

    monkeypatch.setattr(engine, "pipeline", lambda _: from_yaml(WAITS))


async def test_what_an_engine_may_ask(platform, idle):
    made = await begin(platform, QUADRATIC, trials=3, parallelism=1, engine={"name": "nni"})
    run = (await platform.ask(f'{{ search(id: "{made["id"]}") {{ engineRunId }} }}'))["search"]["engineRunId"]
    me = Viewer(id=f"run:{run}", name="run 1", run=run)
    assert (await platform.ask(LOOK, me, k="a"))["suggestedTrial"] is None
    await say(platform, "pauseSearch", made["id"])
    waits = {"number": None, "state": None, "values": None}
    assert (await platform.ask(SUGGEST, me, k="a", p={"x": 2}))["suggestTrial"] == waits
    assert (await platform.ask(SUGGEST, me, k="b", p={"x": 3}))["suggestTrial"] == waits
    assert (await platform.ask(SUGGEST, me, k="a", p={"x": 2}))["suggestTrial"] == waits, "the same again"
    assert (await platform.ask(LOOK, me, k="b"))["suggestedTrial"]["number"] is None
    assert (await platform.ask(DROP, me, k="b"))["discardTrial"] == {"id": "b"}
    assert (await platform.ask(LOOK, me, k="b"))["suggestedTrial"] is None
    refused = (await platform.ask(SUGGEST, me, k="c", p={"x": 99}))["suggestTrial"]
    assert refused == {"code": "INVALID", "message": "The point cannot be tried: x is from -5 to 5, not 99."}
    for viewer in (platform.admin, Viewer(id="run:x", name="run 9", run=made["id"])):
        assert (await platform.ask(SUGGEST, viewer, k="d", p={"x": 1}))["suggestTrial"]["code"] == "NOT_FOUND"
        assert (await platform.ask(DROP, viewer, k="a"))["discardTrial"]["code"] == "NOT_FOUND"
        assert (await platform.raw(LOOK, viewer, k="a")).errors[0].extensions["code"] == "NOT_FOUND"
    await say(platform, "resumeSearch", made["id"])
    await until(platform, made["id"], lambda seen: specs.counted(seen["counts"]) == {"SUCCEEDED": 1})
    assert (await platform.ask(LOOK, me, k="a"))["suggestedTrial"] == {
        "number": 0,
        "state": "SUCCEEDED",
        "values": [1],
        "intermediateValues": [],
    }
    assert (await say(platform, "extendSearch", made["id"], ", trials: 2"))["code"] == "CONFLICT"
    await say(platform, "stopSearch", made["id"])
    await until(platform, made["id"], lambda seen: seen["state"] == "STOPPED")
    assert (await platform.finish(run))["state"] == "CANCELLED", "an engine ends with its search"


async def test_a_search_fails_with_its_engine_and_points_of_people_are_tried_still(platform, monkeypatch):
    from cubestudio.pipelines.actions import from_yaml

    monkeypatch.setattr(engine, "pipeline", lambda _: from_yaml(WAITS.replace("sleep 600", "exit 3")))
    made = await begin(
        platform, QUADRATIC, trials=3, parallelism=1, starting_points=[{"x": 2.0}], engine={"name": "nni"}
    )
    done = await until(platform, made["id"], lambda seen: seen["state"] not in ("RUNNING", "PAUSED"))
    assert (
        done["state"] == "FAILED"
        and "the run of its engine ended: step engine failed: it ended with exit code 3"
        in done["explanation"]
    )
    await say(platform, "retryTrials", made["id"], ", numbers: [0]")
    await until(
        platform,
        made["id"],
        lambda seen: [trial[3] for trial in seen["trials"]] == [[1], [1]] and seen["state"] == "FAILED",
    )


async def test_katib_is_refused_where_there_is_none(platform):
    refused = await begin(platform, QUADRATIC, trials=3, engine={"name": "katib"})
    assert refused["message"].startswith("Katib runs on a Kubernetes cluster alone"), refused


STAND_IN = {
    "nni/__init__.py": """
import json, os
def get_next_parameter():
    return json.loads(os.environ["NNI_POINT"])
def get_experiment_id():
    return "e"
def get_trial_id():
    return os.environ["NNI_TRIAL"]
def report_intermediate_result(value):
    print("on the way", value)
def report_final_result(value):
    print("final", value)
""",
    "nni/experiment.py": """
import json, os, subprocess, types
class Experiment:
    def __init__(self, place):
        assert place == "local"
        self.config = types.SimpleNamespace(tuner=types.SimpleNamespace(), training_service=types.SimpleNamespace())
        self.jobs = []
    def run(self, port, wait_completion):
        space = self.config.search_space["x"]["_value"]
        for number in range(self.config.max_trial_number):
            point = {"x": space[0] + (space[1] - space[0]) * number / self.config.max_trial_number}
            told = {**os.environ, "NNI_POINT": json.dumps(point), "NNI_TRIAL": str(number)}
            code = subprocess.run(self.config.trial_command.split(), env=told).returncode
            self.jobs.append(types.SimpleNamespace(status="FAILED" if code else "SUCCEEDED"))
        return True
    def list_trial_jobs(self):
        return self.jobs
    def stop(self):
        pass
""",  # noqa: E501
}


def wheel(place, name, version, files):
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(place / f"{name}-{version}-py3-none-any.whl", "w") as made:
        for path, text in files.items():
            made.writestr(path, text)
        made.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        made.writestr(
            f"{about}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        made.writestr(f"{about}/RECORD", "")


async def test_nni_suggests_through_kills():
    """The engine's own program and its waiters, in an environment of their own, against a package with NNI's
    way of being called."""
    with folder() as home, shared() as wheels:
        wheel(wheels, "nni", "3.0", STAND_IN)
        wheel(wheels, "setuptools", "79.0", {})
        server = Server(
            home,
            more={
                "UV_DEFAULT_INDEX": wheels.as_uri(),
                "UV_FIND_LINKS": str(wheels),
                "CUBE_LOCAL_SHARED_FOLDERS": json.dumps([str(wheels)]),
            },
        )
        try:
            with server.script() as client:
                client.create_project("p")
                pipeline = client.save_pipeline("p", yaml=QUADRATIC)["pipeline"]["id"]
                told = {
                    "objectives": [{"metric": "y", "direction": "minimize"}],
                    "parameters": SPACE,
                    "trials": 4,
                    "engine": {"name": "nni"},
                }
                made = client.create_search(pipeline, "s", specs.search(told))
                for wanted in (1, 2):
                    await counted(client, made["id"], wanted)
                    server.kill()
                    server.start()
                seen = await counted(client, made["id"], 4, "SUCCEEDED")
                assert [row[2]["x"] for row in seen["trials"]] == [-5, -2.5, 0, 2.5] and specs.counted(
                    seen["counts"]
                ) == {"SUCCEEDED": 4}, seen
                question = "query($r: ID!) { run(id: $r) { state steps { podId } } }"
                async with asyncio.timeout(60):
                    while (run := client.execute(question, {"r": seen["engineRunId"]})["run"])[
                        "state"
                    ] == "RUNNING":
                        await asyncio.sleep(0.1)
                text = "".join(chunk["text"] for chunk in client.logs(run["steps"][0]["podId"]))
                assert run["state"] == "SUCCEEDED", text
                assert [line for line in text.splitlines() if line.startswith("final")] == [
                    f"final {(x - 1.0) ** 2}" for x in (-5, -2.5, 0, 2.5)
                ], text
                assert "NNI is through: {'SUCCEEDED': 4}" in text
        finally:
            server.stop()


async def counted(client, search, wanted, state=None):
    """The search when so many trials have succeeded."""
    question = (
        "query($s: ID!) { search(id: $s) { state explanation counts { state count } trials engineRunId } }"
    )
    async with asyncio.timeout(120):
        while True:
            seen = client.execute(question, {"s": search})["search"]
            if specs.counted(seen["counts"]).get("SUCCEEDED", 0) >= wanted and state in (None, seen["state"]):
                return seen
            assert seen["state"] in ("RUNNING", state), json.dumps(seen)
            await asyncio.sleep(0.1)
