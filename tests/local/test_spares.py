import asyncio
import os
import stat

import pytest

from cubestudio.core.cluster.local import agents, spares
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.local.spares import Spares
from cubestudio.core.cluster.port import Graph, Node, Workload
from tests.contract.test_cluster import over, pods, sh, text

LOOK = """
find . $CUBE_OUTPUT_DIR $CUBE_INPUT_DIR $TMPDIR -mindepth 1 ! -name values.json; stat -c %a . $CUBE_OUTPUT_DIR; cat $CUBE_METRICS
echo left | tee $CUBE_OUTPUT_DIR/x .y $TMPDIR/z >/dev/null
chmod 777 . $CUBE_OUTPUT_DIR
"""  # noqa: E501


def made(folder, name):
    data = folder / name / "data"
    for each in ("work", "in"):
        (data / each).mkdir(parents=True)
    return data


def test_a_clean_folder_serves_its_project_again_and_no_other(tmp_path):
    """Also where both have the same user: a pod may have handed a way into its folders to another pod of its
    project."""
    kept = Spares(tmp_path / "spare")
    first = made(tmp_path, "a")
    number = first.stat().st_ino
    assert kept.of("p").give(first) and not first.exists()
    kept.of("q").take(other := tmp_path / "other")
    assert not other.exists()
    again = Spares(tmp_path / "spare")
    again.of("p").take(other)
    assert other.stat().st_ino == number and sorted(os.listdir(other)) == ["in", "work"]
    again.of("p").take(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def many(folder):
    for number in range(3000):
        (folder / f"{number:0200d}").touch()
    for each in folder.iterdir():
        each.unlink()


@pytest.mark.parametrize(
    "leave",
    [
        lambda data: (data / "work" / "x").touch(),
        lambda data: os.setxattr(data / "work", "user.x", b"1"),
        lambda data: (data / "metrics.jsonl").write_text("1"),
        lambda data: (
            (data / "metrics.jsonl").touch(),
            os.link(data / "metrics.jsonl", data / "in" / "x"),
            os.rename(data / "in" / "x", data.parent / "x"),
        ),
        lambda data: (data / "metrics.jsonl").symlink_to("/etc/hostname"),
        lambda data: (
            many(data / "work"),
            (data / "work").stat().st_size > spares.LARGE
            or pytest.skip("not run: folders of this file system shrink"),
        ),
    ],
)
def test_a_folder_that_is_not_as_new_is_not_kept(tmp_path, leave):
    kept, data = Spares(tmp_path / "spare"), made(tmp_path, "a")
    leave(data)
    assert not kept.of("p").give(data) and data.exists()


def test_no_more_are_kept_than_are_of_use(tmp_path, monkeypatch):
    monkeypatch.setattr(spares, "MOST", 2)
    kept = Spares(tmp_path / "spare").of("p")
    assert [kept.give(made(tmp_path, name)) for name in "abc"] == [True, True, False]


def test_those_of_a_project_go_with_it(tmp_path):
    kept = Spares(tmp_path / "spare")
    for project in "pq":
        data = made(tmp_path, project)
        (data / "metrics.jsonl").touch()
        assert kept.of(project).give(data)
    kept.forget("p")
    assert os.listdir(tmp_path / "spare") == ["q"]
    kept.of("p").take(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_only_what_is_certain_to_have_ended_is_kept(tmp_path):
    """A pod that is given up, because the platform made an error or because nothing was heard of it, may
    still run."""
    kept = Spares(tmp_path / "spare").of("p")
    for name, end in (("a", None), ("b", "{}"), ("c", '{"code": 0}')):
        folders.lay(tmp_path / name, None, kept)
        if end:
            (tmp_path / name / "exit.json").write_text(end)
        folders.tidy(tmp_path / name, kept)
    assert os.listdir(tmp_path / "spare" / "p") == ["c"]


def test_a_folder_is_laid_out_as_if_it_were_new(tmp_path):
    kept, place = Spares(tmp_path / "spare").of("p"), tmp_path / "a"
    folders.lay(place, None)
    for name, mode in (("work", 0o777), ("in", 0o777), (folders.METRICS, 0o004)):
        (place / "data" / name).chmod(mode)
    assert kept.give(place / "data")
    folders.lay(place, None, kept)
    assert [
        stat.S_IMODE((place / "data" / name).stat().st_mode) for name in ("work", "in", folders.METRICS)
    ] == [0o700, 0o750, 0o600]


async def test_a_folder_in_which_an_agent_may_still_delete_is_not_kept(cluster, monkeypatch):
    monkeypatch.setattr(agents, "SECONDS", 0.5)
    owner = cluster.site.owner("p")
    folders.lay(cluster.site.pods / "a", owner.uid)
    await cluster.site.agents.ask(owner, {"do": "clear", "paths": [], "most": None})
    (slow,) = cluster.site.agents._agents.values()
    first = slow.ask

    async def late(request):
        await asyncio.sleep(5)
        return await first(request)

    monkeypatch.setattr(slow, "ask", late)
    assert not await cluster.site.agents.clear(owner, "pods/a/data/work")
    assert await cluster.site.agents.clear(owner, "pods/a/data/work")


async def test_a_step_finds_its_folders_as_new_after_another_had_them(cluster):
    nodes = tuple(
        Node(name=f"s{number}", task=sh(LOOK), needs=(f"s{number - 1}",) if number else ())
        for number in range(4)
    )
    await cluster.apply(Workload(name="w", body=Graph(nodes), labels={"cubestudio/project": "p"}))
    seen = await over(cluster, "w")
    assert {pod.state for pod in pods(seen).values()} == {"Succeeded"}
    assert {await text(cluster, pod.id) for pod in pods(seen).values()} == {b"700\n700\n"}
    if cluster.site.spares:
        left = list((cluster.site.local / "spare").glob("*/*"))
        assert left and not [
            path for each in left for path in each.rglob("*") if not path.is_dir() and path.stat().st_size
        ]
