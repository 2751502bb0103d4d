"""What pods of a cluster say of their end: their code is hostile, runs beside the launcher, and writes
whatever it likes in its place."""

import base64
import importlib
import io
import json
import sys

import pytest

from cubestudio.core.cluster.kubernetes.observer import Observer
from cubestudio.core.cluster.kubernetes.status import reports
from cubestudio.core.cluster.kubernetes.task import LAUNCHER
from cubestudio.core.cluster.port import PodStatus, StepStatus, Synced, WorkloadStatus, artifact_key
from cubestudio.core.store import Store

DIGEST = "ab" * 32
DEEP = "[" * 4000


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        (DEEP, {}),
        ('{"values": ' + DEEP, {}),
        ("1" * 4000, {}),
        ("[1]", {}),
        (b"\xff\xfe", {}),
        (
            json.dumps({"files": DIGEST, "values": {"a": 1}, "message": "m"}),
            {"files": DIGEST, "values": {"a": 1}, "message": "m"},
        ),
        (
            json.dumps({"files": ["x"], "metrics": {"a": 1}, "result": "../../x"}),
            {"files": "?", "metrics": "?", "result": "?"},
        ),
        (
            json.dumps(
                {"files": DIGEST + "\n", "values": [1], "reason": {"a": 1}, "message": 5, "skipped": True}
            ),
            {"files": "?"},
        ),
        (
            json.dumps({"files": None, "message": "x" * 20_000, "more": 1}),
            {"message": "x" * reports.MOST_TEXT},
        ),
    ],
)
def test_an_end_has_the_form_that_a_launcher_gives_it(text, wanted):
    assert reports.end(text) == wanted


@pytest.mark.parametrize(
    "odd",
    [
        ["a", 1, "../../" + "b" * 58, "text/plain"],
        ["a", 1, DIGEST.upper(), "t"],
        ["a", -1, DIGEST, "t"],
        ["a", 2**63, DIGEST, "t"],
        ["a", True, DIGEST, "t"],
        ["a", 1.5, DIGEST, "t"],
        ["a", 1, DIGEST, None],
        ["", 1, DIGEST, "t"],
        ["a\n", 1, DIGEST, "t"],
        ["\ud800", 1, DIGEST, "t"],
        [["a"], 1, DIGEST, "t"],
        ["a", 1, DIGEST],
        "abcd",
        None,
    ],
)
def test_a_file_that_cannot_be_one_is_left_out_with_a_word(odd):
    found = reports.listed(
        "p", json.dumps({"files": [["b", 1, DIGEST, "t"], odd], "warnings": ["w", 5]}).encode()
    )
    assert [(each.path, each.key) for each in found.artifacts] == [("b", artifact_key("p", DIGEST))]
    assert (
        len(found.warnings) == 2
        and found.warnings[0] == "w"
        and "1 of its files are not kept" in found.warnings[1]
    )


@pytest.mark.parametrize("data", [b"", b"[]", DEEP.encode(), b'{"files": {"a": 1}}', b'{"files": null}'])
def test_a_list_of_files_that_is_none_is_said(data):
    assert reports.listed("p", data).warnings == (reports.NO_LIST,)


def workflow(name, project, text):
    labels = {"cubestudio/workload": name, "cubestudio/project": project}
    outputs = {"parameters": [{"name": "result", "value": text}]}
    node = {"name": f"{name}.a", "type": "Retry", "phase": "Succeeded", "outputs": outputs}
    return {
        "metadata": {
            "name": name,
            "resourceVersion": "5",
            "labels": labels,
            "annotations": {"cubestudio/graph": '{"a": {}}'},
        },
        "status": {"phase": "Succeeded", "nodes": {"1": node}},
    }


def pod(name, project, message):
    labels = {"cubestudio/workload": name, "cubestudio/project": project, "cubestudio/step": "a"}
    ended = {"exitCode": 0, "message": message}
    return {
        "metadata": {"uid": f"u{name}", "name": name, "resourceVersion": "6", "labels": labels},
        "spec": {"containers": [{"name": "main", "image": "i:1"}]},
        "status": {
            "phase": "Succeeded",
            "containerStatuses": [{"name": "main", "state": {"terminated": ended}}],
        },
    }


def packed(told):
    return base64.b64encode(told.encode() if isinstance(told, str) else json.dumps(told).encode()).decode()


async def drained(fetch, *made):
    observer = Observer(fetch)
    observer.objects.list_workflows([workflow(*each[:3]) for each in made])
    observer.objects.list_pods([pod(*each[:2], each[3]) for each in made])
    observer.objects.list_servers([])
    return await observer.drain()


@pytest.mark.parametrize(
    "result", [packed(DEEP), packed({"files": ["x"], "skipped": {}, "values": [1]}), "@../../x", "@", "%%%"]
)
@pytest.mark.parametrize(
    "message", [DEEP, json.dumps({"metrics": ["x"]}), json.dumps({"metrics": "../../x"})]
)
async def test_a_run_ends_whatever_its_pods_say(result, message):
    async def fetch(project, digest):
        raise AssertionError(digest)

    seen = await drained(fetch, ("w", "p", result, message))
    assert {type(each): each.state for each in seen if not isinstance(each, Synced)} == {
        PodStatus: "Succeeded",
        StepStatus: "Succeeded",
        WorkloadStatus: "Succeeded",
    }


async def test_a_file_is_that_of_its_project():
    """Also when another project had the same name first, and had no such file, or had one."""
    files = {"p": {"files": [["mine", 1, DIGEST, "t"]], "warnings": []}}

    async def fetch(project, digest):
        return json.dumps(files[project]).encode() if project in files else None

    made = [
        (name, project, packed({"files": DIGEST}), "")
        for name, project in (("w1", "q"), ("w2", "p"), ("w3", "q"))
    ]
    steps = {
        each.workload: each.outcome for each in await drained(fetch, *made) if isinstance(each, StepStatus)
    }
    assert [each.key for each in steps["w2"].artifacts] == [artifact_key("p", DIGEST)]
    for name in ("w1", "w3"):
        assert not steps[name].artifacts and steps[name].warnings == (reports.NO_LIST,)


async def test_no_key_leads_out_of_the_store(tmp_path, settings):
    store = Store.open(settings)
    (tmp_path / "secret").write_text("s")
    for key in (
        artifact_key("p", "../" * 20 + str(tmp_path / "secret").lstrip("/")),
        "a/../b",
        "a//b",
        "/etc/hostname",
    ):
        with pytest.raises(ValueError, match="is no key"):
            await store.get_file(key, tmp_path / "got")
        with store.stage() as staged, pytest.raises(ValueError, match="is no key"):
            await store.keep(staged, key)
    assert not (tmp_path / "got").exists()


@pytest.fixture
def keeper(monkeypatch, tmp_path):
    """The program as it lies in a pod, beside what it imports."""
    for name, text in LAUNCHER.items():
        (tmp_path / name).write_text(text)
        monkeypatch.delitem(sys.modules, name.removesuffix(".py"), raising=False)
    monkeypatch.setenv("CUBE_POD_HOME", str(tmp_path))
    monkeypatch.setenv("CUBE_POD_SPEC", str(tmp_path / "spec.gz"))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield importlib.import_module("keeper")
    for name in LAUNCHER:
        sys.modules.pop(name.removesuffix(".py"), None)


def member(keeper, message):
    ended = {"exitCode": 3, "message": message, "finishedAt": "2026-01-01T00:00:00Z"}
    status = {"phase": "Failed", "containerStatuses": [{"name": "main", "state": {"terminated": ended}}]}
    return keeper.Member({"metadata": {"name": "n", "labels": {}}, "status": status})


@pytest.mark.parametrize(
    "message", [DEEP, "[1]", "1" * 4000, "{", json.dumps({"reason": "x" * 3000, "message": "y" * 3000})]
)
def test_a_member_says_whatever_it_likes_of_its_end(keeper, message):
    found = member(keeper, message)
    reason, words = found.words()
    assert found.failed and len(reason) <= 50 and len(words) <= 1000


@pytest.mark.parametrize("left", [DEEP, "[1]", "null", '{"values": [1]}', "{"])
def test_what_a_leader_leaves_is_a_result_or_refused(keeper, monkeypatch, left):
    monkeypatch.setattr(keeper.launcher, "ask", lambda *_: io.BytesIO(left.encode()))
    monkeypatch.setattr(keeper.launcher, "mailbox", lambda *_: "")
    made = object.__new__(keeper.Keeper)
    made.spec = {}
    with pytest.raises(keeper.Ended, match="makes no sense"):
        made.collect()


@pytest.mark.parametrize(
    "told",
    [
        "%%%",
        "é",
        packed("x"),
        packed(DEEP),
        packed([]),
        packed({"values": [1]}),
        packed({"files": ["x"]}),
        packed({"item": "1"}),
        packed({"skipped": {"a": 1}}),
        "[" * 4000,
        "[1]",
        json.dumps([packed([])]),
        json.dumps([1, None]),
        "{}",
        "@file",
    ],
)
@pytest.mark.parametrize("fans", [{}, {"a": ["v"]}])
def test_what_a_step_before_left_is_a_result_or_ends_the_next(keeper, monkeypatch, told, fans):
    monkeypatch.setattr(keeper.launcher, "ask", lambda *_: io.BytesIO(b"[]"))
    monkeypatch.setenv("CUBE_RESULT_0", told)
    with pytest.raises(keeper.Ended, match="what step a left makes no sense"):
        keeper.launcher.Upstream({"given": {}, "fans": fans, "upstream": ["a"], "files_url": "http://x"})


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", DEEP.encode(), b"{}", b'{"files": 1}', b'{"files": [1]}', b'{"files": [["a", 1, 2, "t"]]}'],
)
def test_what_lists_the_files_of_a_step_before_is_a_list_or_ends_the_next(keeper, monkeypatch, data):
    monkeypatch.setattr(keeper.launcher, "ask", lambda *_: io.BytesIO(data))
    with pytest.raises(keeper.Ended, match="what step a left makes no sense"):
        keeper.launcher.manifest({"files_url": "http://x"}, "a", {"files": DIGEST})
