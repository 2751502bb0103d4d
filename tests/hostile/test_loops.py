"""R4, R9: whatever a pod leaves costs that pod, and stops nothing else."""

import os

import httpx2
import pytest

from tests.hostile.conftest import python, until

LEFT = {
    "a named pipe for metrics.json": "mkfifo $CUBE_OUTPUT_DIR/metrics.json",
    "a folder for metrics.json": "mkdir -p $CUBE_OUTPUT_DIR/metrics.json/x",
    "a link for metrics.json": "ln -s /dev/zero $CUBE_OUTPUT_DIR/metrics.json",
    "a sparse metrics.json": "truncate -s 4T $CUBE_OUTPUT_DIR/metrics.json",
    "a line of metrics without an end": "tr '\\0' x < /dev/zero | head -c 40000000 >> $CUBE_METRICS",
    "a sparse file of metrics": "truncate -s 4T $CUBE_METRICS",
    "metrics that are all wrong": "yes '{\"a\":' | head -c 300000 >> $CUBE_METRICS",
    "a file of metrics that shrinks": (
        "for n in 1 2 3 4 5; do head -c 3000000 /dev/urandom > $CUBE_METRICS; : > $CUBE_METRICS; done"
    ),
    "metrics that are odd": (
        'printf \'{"a": 1e400, "step": 99999999999999999999}\\n{"a": '
        'NaN}\\n[[[[\\n\\0\\377\\n{"a":{"a":{}}}\\n\' >> $CUBE_METRICS'
    ),
    "a log without a line's end": "tr '\\0' x < /dev/zero | head -c 30000000",
    "a log of nothing but line ends": "yes '' | head -c 6000000",
    "a closed output folder": (
        "mkdir $CUBE_OUTPUT_DIR/in; touch $CUBE_OUTPUT_DIR/in/x; chmod 0 $CUBE_OUTPUT_DIR/in"
    ),
    "an output folder that is closed itself": "chmod 0 $CUBE_OUTPUT_DIR",
    "no output folder": "rm -rf $CUBE_OUTPUT_DIR/* $HOME/* /tmp/*; chmod 0 $HOME /tmp",
}


@pytest.mark.parametrize("left", LEFT)
def test_what_is_odd_ends_its_own_step_alone(hall, left):
    """Well or with a reason, but soon, while others are answered."""
    run = hall.hostile.begin(LEFT[left], timeout=30)
    slowest = 0.0

    def over():
        nonlocal slowest
        slowest = max(slowest, httpx2.get(f"{hall.server.url}/health", timeout=30).elapsed.total_seconds())
        return hall.hostile.ask(run)[0]["state"] not in ("QUEUED", "RUNNING")

    until(over, 45)
    ended = hall.hostile.ended(run)
    assert ended.state == "SUCCEEDED" or ended.reason == "OutputRefused", ended
    assert slowest < 5
    if left == "a sparse file of metrics":
        assert ended.omitted == ["metrics.jsonl has more than 512 MiB, of which the rest is not read"]


def test_sparse_files_beyond_all_disks_are_left_out(hall):
    ended = hall.hostile.run(
        "cd $CUBE_OUTPUT_DIR; for n in 1 2 3 4 5 6 7; do truncate -s 4T file$n; done; echo small > small"
    )
    assert ended.state == "SUCCEEDED" and set(ended.artifacts) == {"small"}
    assert len(ended.omitted) == 7 and all("4 TiB" in words for words in ended.omitted)


DEEP = """
os.chdir(os.environ["CUBE_OUTPUT_DIR"])
open("beside", "w").write("kept")
for _ in range(3000):
    os.mkdir("deep")
    os.chdir("deep")
"""


def test_a_tree_without_an_end_is_left_out_and_removed(hall):
    ended = hall.hostile.run(python(DEEP))
    assert ended.state == "SUCCEEDED" and set(ended.artifacts) == {"beside"}
    assert any("64 folders" in words for words in ended.omitted)
    until(lambda: not (hall.home / "local" / "pods" / ended.pod / "data").exists(), 60)


MANY = """
os.chdir(os.environ["CUBE_OUTPUT_DIR"])
names = [b"line\\nbreak", b"bad-\\xff", b"-rf", b"\\x1b[2J", b"a" * 255, b" ", b"..."]
for number in range(100000):
    if number % 1000 == 0:
        os.mkdir("d%d" % number)
        folder = b"d%d/" % number
    os.close(os.open(folder + (b"%d-" % number if number > len(names) else b"") + names[number % len(names)][:200], os.O_CREAT | os.O_WRONLY))
print("begun", flush=True)
"""  # noqa: E501


def test_a_flood_of_files_hinders_neither_others_nor_the_end_of_the_platform(hall):
    """SIGTERM comes while a hundred thousand files are stored, and work goes on after the next start."""
    run = hall.hostile.begin(python(MANY))
    hall.hostile.says(run, "begun")
    beside = hall.innocent.begin("echo beside")
    assert hall.innocent.ended(beside, 20).state == "SUCCEEDED"
    hall.server.stop()
    hall.server.start()
    ended = hall.hostile.ended(run)
    assert ended.state == "SUCCEEDED", ended
    assert (
        all(artifact["mediaType"].endswith("folder+tar") for artifact in ended.artifacts.values())
        and len(ended.artifacts) > 90
    )
    assert any("control characters" in words for words in ended.omitted) and any(
        "UTF-8" in words for words in ended.omitted
    )


NEEDS = """
import multiprocessing, socket, tempfile
from multiprocessing import shared_memory
def double(number):
    return 2 * number
if True:
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager:
        held = manager.dict()
        held["a"] = 1
        assert dict(held) == {"a": 1}
    with context.Pool(2) as pool:
        assert pool.map(double, range(10)) == list(range(0, 20, 2))
    memory = shared_memory.SharedMemory(create=True, size=10 * 2**20)
    memory.buf[:5] = b"hello"
    assert os.path.exists("/dev/shm/" + memory.name)
    memory.close(); memory.unlink()
    place = os.path.join(os.environ["TMPDIR"], "ray", "session_2026-01-01_00-00-00_000000_100", "sockets")
    os.makedirs(place)
    path = place + "/plasma_store"
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as link:
        listener.bind(path)
        listener.listen()
        link.connect(path)
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        pass
"""


def test_what_honest_programs_need_is_there(hall):
    """Managers and pools of processes, shared memory, sockets in a temporary folder, whatever the path of the
    data folder is."""
    assert len(os.fsencode(hall.home)) > 107
    hall.innocent.run(python(NEEDS)).held()
