"""Models: registered from runs and by upload, said more of, promoted by a check list, used, deleted."""

import asyncio
import hashlib

import httpx2
import pytest

from cubestudio.core.auth.viewer import Viewer
from cubestudio.models import spec
from cubestudio.users import actions as users
from cubestudio.users import credentials

TRAINS = """
name: train
steps:
  - name: fit
    template: shell
    args:
      script: |
        mkdir -p "$CUBE_OUTPUT_DIR/model"
        echo '{"a": 2}' > "$CUBE_OUTPUT_DIR/model/weights.json"
        echo 'notes' > "$CUBE_OUTPUT_DIR/report.md"
        echo '{"accuracy": 0.75, "kind": "linear"}' > "$CUBE_OUTPUT_DIR/outputs.json"
        echo '{"name": "loss", "value": 0.5}' >> "$CUBE_METRICS"
        echo '{"name": "loss", "value": 0.25}' >> "$CUBE_METRICS"
"""
REGISTER = """mutation($i: RegisterModelInput!) { registerModel(input: $i) {
    ... on RegisteredModel { changed model { id } version { id number framework size digest metrics requirements
        lineage { pipeline pipelineVersion runNumber step item parameters digests { name digest } cacheKey }
        runId files { path sha256 size url } } }
    ... on Problem { code message path hint faults { message path } } } }"""  # noqa: E501
MODEL = """query($id: ID!) { model(id: $id) { name description card viewerCanChange aliases { name number movedBy { name } } usedBy { kind name }
    latestVersion { number } versions { id number description tags metrics signature { inputs { name } } } } }"""  # noqa: E501


async def registered(platform, run, **given):
    wanted = {"run": run, "name": "wine", "step": "fit", **given}
    return (await platform.ask(REGISTER, i=wanted))["registerModel"]


@pytest.fixture
async def trained(platform):
    run = await platform.run(TRAINS)
    assert run["state"] == "SUCCEEDED", run
    return run["id"]


async def test_what_a_step_left_is_a_version_that_says_where_it_came_from(platform, trained):
    made = await registered(platform, trained, paths=["model"])
    version = made["version"]
    assert made["changed"] and version["number"] == 1 and version["runId"] == trained
    assert [file["path"] for file in version["files"]] == ["weights.json"], (
        "the folder that all are in is taken off"
    )
    assert version["files"][0]["sha256"] == hashlib.sha256(b'{"a": 2}\n').hexdigest()
    assert version["metrics"] == {"accuracy": 0.75, "loss": 0.25}, (
        "its numbers, and the last of what it reported"
    )
    lineage = version["lineage"]
    assert (lineage["pipeline"], lineage["pipelineVersion"], lineage["runNumber"], lineage["step"]) == (
        "train",
        1,
        1,
        "fit",
    )
    again = await registered(platform, trained, paths=["model"])
    assert (again["changed"], again["version"]["id"]) == (False, version["id"]), (
        "the same of the same run is registered once"
    )
    more = await registered(platform, trained)
    assert more["version"]["number"] == 2 and len(more["version"]["files"]) == 2
    found = (
        await platform.ask(
            "query($r: ID!) { run(id: $r) { models { name number step versionId } } }", r=trained
        )
    )["run"]["models"]
    assert [(each["name"], each["number"], each["step"]) for each in found] == [
        ("wine", 1, "fit"),
        ("wine", 2, "fit"),
    ]


async def test_what_cannot_be_registered_is_refused_in_words(platform, trained):
    for given, words in (
        ({"step": "nothing"}, "The run has no step nothing."),
        ({"paths": ["absent"]}, "The step left no such files."),
        ({"name": "Not A Name"}, "lowercase letters"),
        ({"signature": {"inputs": [{"name": "x", "size": 0}]}}, "signature.inputs.0.size"),
        ({"requirements": ["-e ."]}, "is an editable install"),
    ):
        refused = await registered(platform, trained, **given)
        told = " ".join(
            [
                refused["message"],
                *(f"{'.'.join(fault['path'])} {fault['message']}" for fault in refused["faults"]),
            ]
        )
        assert words in told, (given, told)
    assert (await platform.ask('{ models(project: "p") { nodes { id } } }'))["models"]["nodes"] == [], (
        "nothing is half-made"
    )
    broken = await platform.run("name: bad\nsteps: [{name: a, template: shell, args: {script: exit 3}}]\n")
    assert "FAILED" in (await registered(platform, broken["id"], step="a"))["message"].upper()


async def test_a_name_moves_to_a_version_that_passes_the_check_list(platform, trained):
    first = await registered(
        platform, trained, paths=["model"], signature={"inputs": [{"name": "x"}], "example": [[1]]}
    )
    model, one = first["model"]["id"], first["version"]["id"]

    async def promote(version, force=False):
        text = """mutation($v: ID!, $f: Boolean!) { setModelAlias(id: $v, alias: "production", force: $f) {
            ... on Model { aliases { name number } } ... on Problem { message path hint } } }"""
        return (await platform.ask(text, v=version, f=force))["setModelAlias"]

    refused = await promote(one)
    assert "the model has no card" in refused["message"] and refused["path"] == ["force"]
    text = (
        'mutation($m: ID!) { updateModel(input: {id: $m, description: "of wines", card: "# Wine"}) { '
        "... on Model { card } } }"
    )
    assert (await platform.ask(text, m=model))["updateModel"]["card"] == "# Wine"
    assert (await promote(one))["aliases"] == [{"name": "production", "number": 1}]
    worse = await registered(
        platform, trained, metrics={"accuracy": 0.5, "loss": 0.1}, signature={"inputs": [{"name": "x"}]}
    )
    two = worse["version"]["id"]
    listed = f'{{ model(id: "{model}") {{ checks(version: "{two}") {{ name passed explanation }} }} }}'
    checks = {each["name"]: each["passed"] for each in (await platform.ask(listed))["model"]["checks"]}
    assert checks == {
        "card": True,
        "signature": True,
        "lineage": True,
        "metrics": True,
        "accuracy": False,
        "loss": True,
    }
    assert "0.5, version 1 has 0.75" in (await promote(two))["message"]
    assert (await promote(two, force=True))["aliases"] == [{"name": "production", "number": 2}]
    delete = """mutation($v: ID!) { deleteModelVersion(id: $v) { ... on Model { latestVersion { number } } ... on Problem { message } } }"""  # noqa: E501
    assert (
        "Version 2 has the alias production"
        in (await platform.ask(delete, v=two))["deleteModelVersion"]["message"]
    )
    text = """mutation($m: ID!) { removeModelAlias(id: $m, alias: "production") {
        ... on Model { aliases { name } } } }"""
    assert (await platform.ask(text, m=model))["removeModelAlias"]["aliases"] == []
    assert (await platform.ask(delete, v=two))["deleteModelVersion"]["latestVersion"] == {"number": 1}
    third = await registered(platform, trained, tags={"for": "tests"})
    assert third["version"]["number"] == 3, "a number is not given twice"
    gone = await platform.ask("mutation($m: ID!) { deleteModel(id: $m) { ... on Done { id } } }", m=model)
    assert gone["deleteModel"]["id"] == model
    assert (await platform.ask(MODEL, id=model))["model"] is None


async def test_a_model_is_uploaded_file_by_file_and_read_back(web):
    address, token, platform = web
    data, media = b"\x80\x04weights" * 1000, "application/x-weights"
    digest = hashlib.sha256(data).hexdigest()
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    upload = """mutation($f: [ModelFileInput!]!) { uploadModel(input: {project: "p", name: "mine", files: $f, tags: {a: "b"}}) {
        ... on RegisteredModel { version { id number framework size lineage { step } runId files { path size mediaType url } } }
        ... on Problem { message path faults { message path hint } } } }"""  # noqa: E501
    files = [{"path": "sub/model.joblib", "sha256": digest, "mediaType": media}]
    refused = (await platform.ask(upload, f=files))["uploadModel"]
    assert (
        refused["faults"][0]["path"] == ["files", "0", "sha256"]
        and "was not uploaded" in refused["faults"][0]["message"]
    )
    async with httpx2.AsyncClient(
        base_url=f"http://{address}", headers={"authorization": f"Bearer {token}"}
    ) as http:
        there = f"/files/{project}/{digest}"
        assert (await http.head(there)).status_code == 404
        assert (await http.put(there, content=b"something else")).status_code == 400, (
            "the content must be what its name says"
        )
        assert (await http.put(there, content=data)).status_code == 204
        assert (await http.put(there, content=data)).status_code == 204, "putting it twice is putting it once"
        assert (await http.head(there)).status_code == 204
        assert (await http.get(there)).status_code == 401, "this way nothing is read"
        version = (await platform.ask(upload, f=files))["uploadModel"]["version"]
        assert (version["framework"], version["size"], version["runId"]) == ("SKLEARN", len(data), None)
        answer = await http.get(version["files"][0]["url"])
        assert answer.content == data and answer.headers["content-type"] == "application/octet-stream"
        assert (await http.get(version["files"][0]["url"] + "x")).status_code == 404
        async with platform.ctx.db.write() as tx:
            stranger = await users.create(tx, "stranger")
            _, other = await credentials.make_token(tx, Viewer(id=stranger, name="stranger"), "t", 1)
        mine = {"authorization": f"Bearer {other}"}
        assert (await http.get(version["files"][0]["url"], headers=mine)).status_code == 404
        assert (await http.put(there, content=data, headers=mine)).status_code == 404
        assert (await http.head(there, headers={"authorization": "Bearer cuberun_x"})).status_code == 401
    for path, words in (
        ("../up", "not a plain path"),
        ("/abs", "not a plain path"),
        ("a//b", "not a plain path"),
    ):
        refused = (await platform.ask(upload, f=[{"path": path, "sha256": digest}]))["uploadModel"]
        assert words in refused["faults"][0]["message"], refused


async def test_news_of_models(platform, trained):
    bus = platform.ctx.bus
    before = bus.listeners
    heard = platform.listen(
        'subscription { modelsChanged(project: "p") { id model { name latestVersion { number } } } }'
    )
    first = asyncio.ensure_future(anext(heard))
    while bus.listeners == before:
        await asyncio.sleep(0)
    made = await registered(platform, trained)
    assert (await first)["modelsChanged"]["model"] == {"name": "wine", "latestVersion": {"number": 1}}
    await platform.ask("mutation($m: ID!) { deleteModel(id: $m) { __typename } }", m=made["model"]["id"])
    assert (await anext(heard))["modelsChanged"]["model"] is None
    await heard.aclose()


def test_frameworks_are_recognised_and_folders_taken_off():
    assert spec.framework_of(["a/b.ONNX"]) == "onnx" and spec.framework_of(["model.joblib", "x"]) == "sklearn"
    assert spec.framework_of(["readme.md"]) == "other"
    files = [("m/a/x", 1, "s", "t"), ("m/a/y", 1, "s", "t")]
    assert [path for path, *_ in spec.common(files)] == ["x", "y"]
    assert [path for path, *_ in spec.common([("m/x", 1, "s", "t"), ("y", 1, "s", "t")])] == ["m/x", "y"]
