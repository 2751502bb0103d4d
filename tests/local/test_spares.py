import os

import pytest

from cubestudio.core.cluster.local import spares
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.local.spares import Spares
from cubestudio.core.cluster.port import Graph, Node, Workload
from cubestudio.core.store import Store
from tests.contract.test_cluster import over, pods, sh, text

LOOK = """
find . $CUBE_OUTPUT_DIR $CUBE_INPUT_DIR $TMPDIR -mindepth 1 ! -name values.json; stat -c %a . $CUBE_OUTPUT_DIR; cat $CUBE_METRICS
echo left | tee $CUBE_OUTPUT_DIR/x .y $TMPDIR/z >/dev/null
chmod 777 . $CUBE_OUTPUT_DIR
"""


def made(folder, name):
    data = folder / name / "data"
    for each in ("work", "in"):
        (data / each).mkdir(parents=True)
    return data


def test_a_clean_folder_serves_its_owner_again_and_nobody_else(tmp_path):
    kept = Spares(tmp_path / "spare", ("work", "in"))
    first = made(tmp_path, "a")
    number = first.stat().st_ino
    assert kept.give(5, first) and not first.exists()
    kept.take(6, other := tmp_path / "other")
    assert not other.exists()
    again = Spares(tmp_path / "spare", ("work", "in"))
    again.take(5, other)
    assert other.stat().st_ino == number and sorted(os.listdir(other)) == ["in", "work"]
    again.take(5, tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("leave", [lambda data: (data / "work" / "x").touch(), lambda data: os.setxattr(data / "work", "user.x", b"1")])
def test_a_folder_that_is_not_as_new_is_not_kept(tmp_path, leave):
    kept, data = Spares(tmp_path / "spare", ("work", "in")), made(tmp_path, "a")
    leave(data)
    assert not kept.give(None, data) and data.exists()


def test_no_more_are_kept_than_are_of_use(tmp_path, monkeypatch):
    monkeypatch.setattr(spares, "MOST", 2)
    kept = Spares(tmp_path / "spare", ("work", "in"))
    assert [kept.give(None, made(tmp_path, name)) for name in "abc"] == [True, True, False]


@pytest.fixture
async def cluster(settings):
    made = LocalCluster("local", settings, Store.open(settings))
    await made.drive()
    yield made
    await made.close()


async def test_a_step_finds_its_folders_as_new_after_another_had_them(cluster):
    nodes = tuple(Node(f"s{number}", sh(LOOK), needs=(f"s{number - 1}",) if number else ()) for number in range(4))
    await cluster.apply(Workload("w", Graph(nodes), labels={"cubestudio/project": "p"}))
    seen = await over(cluster, "w")
    assert {pod.state for pod in pods(seen).values()} == {"Succeeded"}
    assert {await text(cluster, pod.id) for pod in pods(seen).values()} == {b"700\n700\n"}
    if cluster.site.spares:
        left = list((cluster.site.local / "spare").glob("*/*"))
        assert left and not [path for each in left for path in each.rglob("*") if not path.is_dir() and path.stat().st_size]
