"""R1–R3: what is left in folders of projects is read, written and measured with their rights, and never
followed out of them."""

import asyncio
import contextlib
import os
import stat

from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.port import Node, PodState, PodStatus
from cubestudio.core.store import Store
from tests.contract.test_cluster import over, sh, states, steps, work
from tests.hostile.conftest import SECRET, python

SWAP = """
import os, sys
out, targets = sys.argv[1], sys.argv[2:]
os.chdir(out)
while True:
    for target in targets:
        for name in ("a.txt", "d"):
            try:
                os.rename(name, name + ".kept")
                os.symlink(target if name == "a.txt" else os.path.dirname(target), name)
                os.unlink(name)
                os.rename(name + ".kept", name)
            except OSError:
                pass
"""


async def test_links_that_are_put_in_while_files_are_stored(settings):
    """Without a sandbox, where another step of the project reaches the folder: whatever is stored is what the
    project may read."""
    settings = settings.model_copy(update={"local_sandbox": False})
    secrets = [settings.home / "keys", settings.home / "cube.db"]
    for secret in secrets:
        secret.write_text(SECRET)
        secret.chmod(0o600)
    cluster = LocalCluster("local", settings, Store.open(settings))
    await cluster.drive()
    try:
        make = """cd $CUBE_OUTPUT_DIR; mkdir d; echo plain > a.txt; for name in keys cube.db; do echo plain > d/$name; done
            for n in 1 2 3 4 5 6; do head -c 20000000 /dev/urandom > 0-large$n; done
            echo begun $CUBE_OUTPUT_DIR; until [ -e swapping ]; do sleep 0.02; done"""  # noqa: E501
        await cluster.apply(work(Node(name="a", task=sh(make)), name="left"))
        out = await _said(cluster, "left", "begun ")
        swap = sh(
            (
                "python3 swap.py "
                + " ".join([out, *map(str, secrets)])
                + " & sleep 0.3; touch "
                + out
                + "/swapping; wait",
            ),
            files={"swap.py": (SWAP,)},
        )
        await cluster.apply(work(Node(name="b", task=swap), name="swap"))
        seen = await over(cluster, "left")
        outcome = steps(seen)["a", None].outcome
        assert states(seen) == {"a": "Succeeded"} and len(outcome.artifacts) >= 6
        for artifact in outcome.artifacts:
            if artifact.size < 1000:
                assert SECRET.encode() not in await cluster.site.store.get(artifact.key), artifact
        await cluster.apply(work(Node(name="b", task=swap), name="swap", generation=2, stop=True))
        await over(cluster, "swap")
    finally:
        await cluster.close()


async def _said(cluster, workload: str, words: str) -> str:
    """What follows some words in the log of the only pod of a workload."""
    async with asyncio.timeout(60), contextlib.aclosing(cluster.watch()) as observations:
        async for observation in observations:
            if (
                isinstance(observation, PodStatus)
                and observation.workload == workload
                and observation.state == PodState.RUNNING
            ):
                break
    said = b""
    async for piece in cluster.logs(observation.id, follow=True):
        said += piece.data
        if words.encode() in said and said.endswith(b"\n"):
            return said.decode().partition(words)[2].split()[0]
    raise AssertionError(said)


def test_a_volume_whose_folder_became_a_link(hall):
    """The next start works with the rights of the project: what the link leads to is not taken, entered or
    written."""
    target = hall.home / "owned-by-root"
    target.mkdir(exist_ok=True)
    target.chmod(0o755)
    (target / "file").write_text("as it was")
    places = [
        str(target),
        "/etc",
        str(hall.home / "local" / "pods"),
        "../../../owned-by-root",
        "/cube/run/in",
    ]
    before = {path: path.lstat()[:6] for path in (target, target / "file", hall.home, hall.home / "local")}
    volumes = [[f"v{number}(pvc):/mnt"] for number in range(len(places))]
    link = (
        'cd "${CUBE_VOLUME_MNT%/*}"; rmdir "${CUBE_VOLUME_MNT##*/}"; ln -s PLACE '
        '"${CUBE_VOLUME_MNT##*/}"; readlink "${CUBE_VOLUME_MNT##*/}"'
    )
    runs = [
        hall.hostile.begin(link.replace("PLACE", place), volumes=volume)
        for place, volume in zip(places, volumes, strict=True)
    ]
    assert [hall.hostile.ended(run).log.strip() for run in runs] == places
    write = 'cd "$CUBE_VOLUME_MNT"; echo LEAK > mine; chown 0 mine; id > mine'
    for run in [hall.hostile.begin(write, volumes=volume) for volume in volumes]:
        ended = hall.hostile.ended(run)
        assert ended.state == "FAILED" and ended.reason == "Error", ended
    assert {path: path.lstat()[:6] for path in before} == before and sorted(os.listdir(target)) == ["file"]
    assert not os.path.exists("/etc/mine")


def test_nothing_of_the_platform_lies_open(hall):
    """Whatever a pod did so far: below the data folder, what is not a project's is root's, and others cannot
    read it."""
    for name in (
        "keys",
        "cube.db",
        "cube.db-wal",
        "cube.db-shm",
        "local/state.db",
        "local/state.db-wal",
        "out.txt",
    ):
        path = hall.home / name
        if path.exists() and name != "out.txt":
            status = path.lstat()
            assert status.st_uid == 0 and stat.S_IMODE(status.st_mode) & 0o077 == 0, (
                name,
                oct(status.st_mode),
            )
    for name in ("local", "local/pods", "local/folders", "local/environments"):
        status = (hall.home / name).lstat()
        assert (
            stat.S_ISDIR(status.st_mode) and status.st_uid == 0 and stat.S_IMODE(status.st_mode) & 0o066 == 0
        ), (name, oct(status.st_mode))
    hall.hostile.run(python("pass")).held()
