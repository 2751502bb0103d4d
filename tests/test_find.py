"""Things of every kind by their names."""

import pytest

FIND = (
    "query($t: String!, $n: Int! = 5) { find(text: $t, first: $n) { kind name exact project detail "
    "runState } }"
)
YAML = "name: %s\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n"
RUN = {"kind": "RUN", "name": "retrain #2", "project": "p", "detail": None, "runState": "SUCCEEDED"}


@pytest.fixture
async def named(platform):
    """Pipelines whose names begin or end alike, in two projects, and runs of one."""
    await platform.ask('mutation { createProject(input: {name: "train"}) { __typename } }')
    for name in ("train", "train-two", "retrain"):
        await platform.save(YAML % name)
    await platform.save(YAML % "train", "train")
    for _ in range(3):
        await platform.run(YAML % "retrain")
    return platform


async def find(platform, text, **more):
    return (await platform.ask(FIND, t=text, **more))["find"]


async def test_the_best_match_comes_first(named):
    for text in ("train", "TRAIN", "  train "):
        told = [(each["kind"], each["name"], each["project"]) for each in await find(named, text)]
        assert told[:4] == [
            ("PROJECT", "train", None),
            ("PIPELINE", "train", "train"),
            ("PIPELINE", "train", "p"),
            ("PIPELINE", "train-two", "p"),
        ]
        assert told[4:8] == [
            ("PIPELINE", "retrain", "p"),
            *(("RUN", f"retrain #{number}", "p") for number in (3, 2, 1)),
        ]
        assert ("TEMPLATE", "sklearn-train", None) in told[8:]
    one = await find(named, "train", n=1)
    assert (
        len({each["kind"] for each in one})
        == len(one)
        == len({each["kind"] for each in await find(named, "train")})
    )
    many = [f"train-{number}" for number in range(30)]
    for name in many:
        await named.save(YAML % name)
    assert (await find(named, "train"))[1]["name"] == "train", "also behind many that are newer"


async def test_a_run_by_its_number(named):
    for text in ("retrain #2", "retrain 2", " retrain   #2", "RETRAIN#2"):
        assert (await find(named, text))[0] == RUN | {"exact": True}, text
    for text in ("#2", "2", "tra 2", "# 2"):
        assert RUN | {"exact": False} in await find(named, text), text
    assert not [each for each in await find(named, "retrain #4") if each["kind"] == "RUN"]


async def test_odd_texts_find_nothing_and_break_nothing(named):
    for text in (
        "%",
        "_",
        "100%",
        "a\\",
        "'",
        '"; DROP',
        "#",
        "#0",
        "# 99999999999999999999",
        "😀" * 100,
        "x" * 100,
        "train\ufffe",
    ):
        assert await find(named, text) == [], text
    for text, first in (
        ("", 5),
        (" \n\t ", 5),
        ("x" * 101, 5),
        ("x", 0),
        ("x", 21),
        ("x", -1),
        ("\ud800", 5),
        ("a\x00b", 5),
    ):
        told = await named.raw(FIND, named.admin, t=text, n=first)
        assert told.errors and told.errors[0].extensions["code"] in ("INVALID", "BAD_REQUEST"), (text, told)
