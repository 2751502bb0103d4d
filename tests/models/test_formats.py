"""Models that are recognised by what is in their files: XGBoost's and LightGBM's text, and MLflow's
folders."""

import contextlib
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.errors import Invalid
from cubestudio.models import formats
from cubestudio.models.actions import version_spec

# As XGBoost 3.2.0 (save_model) and LightGBM 4.7.0 (save_model) write them.
XGBOOST = b'{"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":{}},"version":[3,2,0]}'  # noqa: E501
LIGHTGBM = b"tree\nversion=v4\nnum_class=1\nobjective=binary sigmoid:1\n"
# As mlflow 3.17.2 writes them (mlflow.sklearn.save_model, mlflow.xgboost.save_model); what is not read is
# left out.
SKLEARN = b"""flavors:
  python_function:
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: mlflow.sklearn
    model_path: model.pkl
  sklearn: {code: null, pickled_model: model.pkl, serialization_format: cloudpickle, sklearn_version: 1.9.1}
mlflow_version: 3.17.2
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "long",
    "name": "b", "required": true}, {"type": "double", "name": "c", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
utc_time_created: '2026-11-30 00:10:03.377426'
"""
TENSORS = """flavors: {python_function: {loader_module: mlflow.xgboost}, xgboost: {data: model.ubj}}
signature:
  inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]'
  outputs: null
"""
NEEDS = b"mlflow==3.17.2\ncloudpickle==3.1.3\nscikit-learn==1.9.1"


def told(**files):
    """What is found in files, by their paths with __ for / and _ for a dot."""
    named = {path.replace("__", "/").replace("_", "."): text for path, text in files.items()}
    listed = [(path, len(text), path, "") for path, text in named.items()]
    return formats.recognised(
        listed, {path: named[path][:length] for path, _, length in formats.wanted(listed)}
    )


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"model_json": XGBOOST}, {"framework": "xgboost"}),
        ({"model_JSON": b' {\n "version": [2, 1, 1],\n "learner" : {}}'}, {"framework": "xgboost"}),
        ({"notes_json": b"{}", "sub__m_json": XGBOOST}, {"framework": "xgboost"}),
        ({"model_txt": LIGHTGBM}, {"framework": "lightgbm"}),
        ({"model_txt": LIGHTGBM.replace(b"\n", b"\r\n")}, {"framework": "lightgbm"}),
        ({"a_json": b'{"a": {"learner":{}}}'}, {}),
        ({"a_json": b""}, {}),
        ({"a_json": b"\xff" * 2000, "a_txt": b"tree of life"}, {}),
        ({"m_joblib": b"", "config_json": XGBOOST}, {}),
        (
            {"m_ubj": b"", "MLmodel": b"flavors: {xgboost: {}}"},
            {"framework": "mlflow", "tags": {"flavor": "xgboost"}},
        ),
    ],
)
def test_boosters_are_recognised_by_how_they_begin(files, found):
    assert told(**files) == found


def test_a_folder_of_mlflow_says_its_signature_and_requirements():
    found = told(MLmodel=SKLEARN, requirements_txt=NEEDS, model_pkl=b"")
    inputs = [{"name": "a", "type": "number"}, {"name": "b", "type": "integer"}, {"name": "c", "type": "any"}]
    assert found == {
        "framework": "mlflow",
        "tags": {"flavor": "sklearn"},
        "requirements": NEEDS.decode().splitlines(),
        "signature": {"inputs": inputs, "outputs": [{"name": "output-0", "type": "integer"}]},
    }
    assert version_spec(found).signature is not None
    found = told(deep__MLmodel=TENSORS.encode(), requirements_txt=b"not beside it")
    assert (
        found["signature"] == {"inputs": [{"name": "input-0", "type": "vector", "size": 3}]}
        and "requirements" not in found
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "no flavors"),
        (b"[1]", "no flavors"),
        (b"flavors: []", "no flavors"),
        (b"flavors: {a: {}}\nsignature: [1]", "does not say its inputs"),
        (b"flavors: {a: {}}\nsignature: {inputs: 3}", "does not say its inputs"),
        (b"flavors: {a: {}}\nsignature: {inputs: '{}'}", "does not say its inputs"),
        (b"flavors: {a: {}}\nsignature: {inputs: '[3]'}", "does not say its inputs"),
        (b"flavors: {a: {}}\nsignature: {inputs: '" + b"[" * 100_000 + b"'}", "does not say its inputs"),
        (b'flavors: {a: {}}\nsignature: {outputs: \'[{"type": "tensor"}]\'}', "does not say its outputs"),
        (b"flavors: {a: {}", "MLmodel"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a" * (formats.MOST + 1), "more than 1048576 bytes"),
    ],
)
def test_an_odd_mlmodel_is_refused_in_words(text, words):
    with pytest.raises(Invalid) as refused:
        told(MLmodel=text)
    assert words in refused.value.message and refused.value.field == "files" and refused.value.hint


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["type", "name", "tensor-spec", "shape", "dtype"]) | st.text(), inner
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["double", "tensor"]))
def test_whatever_a_signature_is_it_is_read_or_refused(value, kind):
    for fields in (
        value,
        [value],
        [{"type": kind, "name": value, "tensor-spec": {"shape": value, "dtype": value}}],
    ):
        flavored = json.dumps({"flavors": {"a": {}}, "signature": {"inputs": json.dumps(fields)}}).encode()
        with contextlib.suppress(Invalid):
            version_spec(told(MLmodel=flavored))


UPLOAD = """mutation($i: UploadModelInput!) { uploadModel(input: $i) {
    ... on RegisteredModel { version { framework requirements signature { inputs { name type } } tags } } ... on Problem { message path hint } } }"""  # noqa: E501


async def test_what_was_said_holds_over_what_the_files_say(platform):
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]

    async def upload(given=None, **files):
        listed = []
        for path, text in files.items():
            digest = hashlib.sha256(text).hexdigest()
            await platform.ctx.store.put(artifact_key(project, digest), text)
            listed.append({"path": path.replace("_", "."), "sha256": digest})
        wanted = {"project": "p", "name": "mine", "files": listed, **(given or {})}
        answer = (await platform.ask(UPLOAD, i=wanted))["uploadModel"]
        return answer.get("version", answer)

    assert (await upload(model_json=XGBOOST))["framework"] == "XGBOOST"
    assert (await upload(model_txt=LIGHTGBM, readme_md=b""))["framework"] == "LIGHTGBM"
    found = await upload(MLmodel=SKLEARN, requirements_txt=NEEDS, model_pkl=b"x")
    assert (found["framework"], found["tags"], found["requirements"][0]) == (
        "MLFLOW",
        {"flavor": "sklearn"},
        "mlflow==3.17.2",
    )
    assert [each["name"] for each in found["signature"]["inputs"]] == ["a", "b", "c"]
    found = await upload(
        {"requirements": ["mlflow"], "tags": {"for": "tests"}}, MLmodel=SKLEARN, requirements_txt=NEEDS
    )
    assert (found["requirements"], found["tags"]) == (["mlflow"], {"flavor": "sklearn", "for": "tests"})
    refused = await upload(MLmodel=SKLEARN, requirements_txt=b"-r other.txt")
    assert refused["path"] == ["files"] and "names another file" in refused["message"]
    assert (await upload({"framework": "SKLEARN"}, MLmodel=b"\xff", model_pkl=b"x"))["framework"] == "SKLEARN"


TRAIN = """
name: leaves
steps:
  - name: fit
    template: shell
    args:
      script: |
        mkdir -p "$CUBE_OUTPUT_DIR/booster"
        echo '{"learner": {}, "version": [3, 2, 0]}' > "$CUBE_OUTPUT_DIR/booster/model.json"
"""


async def test_what_a_step_left_is_looked_into(platform):
    run = await platform.run(TRAIN)
    text = """mutation($r: ID!) { registerModel(
        input: {run: $r, step: "fit", name: "boosted", paths: ["booster"]}) {
        ... on RegisteredModel { version { framework } } ... on Problem { message } } }"""
    assert (await platform.ask(text, r=run["id"]))["registerModel"] == {"version": {"framework": "XGBOOST"}}
