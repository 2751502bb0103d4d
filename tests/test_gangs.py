"""Several processes as one step: told who they are, started and ended together."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cubestudio.core.cluster.frameworks import table
from cubestudio.core.cluster.frameworks.contract import Asked, count
from cubestudio.core.cluster.port import Task
from cubestudio.core.errors import Invalid

SUM = """
import os, socket, time
rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
place = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
if rank == 0:
    server = socket.create_server(place)
    peers = [server.accept()[0] for _ in range(world - 1)]
    total = sum(int(peer.recv(9)) for peer in peers)
    for peer in peers: peer.sendall(str(total).encode())
else:
    for _ in range(100):
        try: peer = socket.create_connection(place); break
        except OSError: time.sleep(0.05)
    peer.sendall(str(rank * 10).encode())
    total = int(peer.recv(9))
print("sum", total)
"""


def gang(
    framework: str, workers: int, script: str, servers: int = 0, command=None, **env
) -> subprocess.CompletedProcess:
    """A gang as the processes of one pod, run here without a platform."""
    task = Task(
        command=((sys.executable,), ("-u",), ("-c",), (script,)), gang=table.gang(framework, workers, servers)
    )
    with tempfile.TemporaryDirectory() as folder:
        alone = table.single(
            replace(task, command=tuple((word,) for word in command) if command else task.command)
        )
        for name, (text,) in alone.files.items():
            Path(folder, name).parent.mkdir(exist_ok=True)
            Path(folder, name).write_text(text)
        words = [sys.executable, *("".join(text) for text in alone.command[1:])]
        return subprocess.run(
            words, capture_output=True, text=True, env={**os.environ, **env}, timeout=60, cwd=folder
        )


def test_workers_find_each_other_and_agree():
    ran = gang("pytorch", 3, SUM)
    assert ran.returncode == 0 and sorted(ran.stdout.splitlines()) == [
        "[0] sum 30",
        "[1] sum 30",
        "[2] sum 30",
    ]


def test_each_framework_is_told_in_its_own_way():
    told = gang("tensorflow", 2, "import os; print(os.environ['TF_CONFIG'])").stdout.splitlines()
    found = {line[1]: json.loads(line[4:]) for line in told}
    assert found["0"]["cluster"] == found["1"]["cluster"] and len(found["0"]["cluster"]["worker"]) == 2
    assert [found[rank]["task"] for rank in "01"] == [
        {"type": "worker", "index": 0},
        {"type": "worker", "index": 1},
    ]
    told = sorted(
        gang(
            "jax",
            2,
            "import os; print(os.environ['JAX_PROCESS_ID'], os.environ['JAX_NUM_PROCESSES'], "
            "os.environ['CUDA_VISIBLE_DEVICES'])",
            CUDA_VISIBLE_DEVICES="4,5,6,7",
        ).stdout.splitlines()
    )
    assert told == ["[0] 0 2 4,5", "[1] 1 2 6,7"]


def test_when_one_fails_all_are_ended():
    began = time.monotonic()
    ran = gang(
        "pytorch", 3, "import os, time\nif os.environ['RANK'] == '1': raise SystemExit(7)\ntime.sleep(50)"
    )
    assert ran.returncode == 7 and time.monotonic() - began < 40
    assert "member 1 ended with exit code 7; the others were ended" in ran.stdout


def test_all_or_none_start_and_what_is_absent_is_named():
    ran = gang("pytorch", 2, "", command=["/no/such/program"])
    assert ran.returncode == 1 and "not every member could start, so none does" in ran.stderr
    ran = gang("mpi", 2, "", command=["true"], PATH="/nowhere")
    assert ran.returncode == 1 and "apt-get install openmpi-bin" in ran.stderr


def test_nobody_writes_what_the_keeper_fills_in_into_a_resource():
    with pytest.raises(Invalid, match="cannot contain"):
        table.gang("katib", 1, 0, "Experiment", {"settings": {"a": "@{CUBE_TOKEN}"}})
    with pytest.raises(Invalid, match="Katib also needs algorithm, direction"):
        table.KINDS["Experiment"].make(Asked(name="g", labels={}, roles=(("trial", 1),), pod=lambda *_: {}))


@pytest.mark.parametrize("framework", sorted(set(table.FRAMEWORKS) - {"katib"}))
def test_every_framework_is_told_of_every_member(framework):
    """Ranks are whole, ports are filled in and the same for all, and only helpers may stay when the others
    have ended."""
    made = table.gang(framework, 3, 1)
    told = table.FRAMEWORKS[framework].told(made.roles)
    assert not told[0].helper and (len(told) == 1 or len(told) == count(made.roles))
    if table.FRAMEWORKS[framework].program:
        return
    helpers = sum(each.helper for each in told)
    script = """
import json, os, time
names = ('DMLC', 'PADDLE', 'TF_', 'CUBE_', 'MASTER', 'JAX')
print(json.dumps({k: v for k, v in os.environ.items() if k.startswith(names)}))
open('up-' + os.environ['CUBE_RANK'], 'w').close()
while sum(name.startswith('up-') for name in os.listdir()) < int(os.environ['CUBE_WORKERS']): time.sleep(0.01)
if os.environ.get('DMLC_ROLE', 'worker') != 'worker' or '"ps"' in os.environ.get('TF_CONFIG', '').rpartition('task')[2]: time.sleep(100)
"""  # noqa: E501
    ran = gang(framework, 3, script, 1)
    assert ran.returncode == 0, ran
    rows = [json.loads(line.partition("] ")[2] or line) for line in ran.stdout.splitlines()]
    assert sorted(int(row["CUBE_RANK"]) for row in rows) == list(range(len(told))) and "@" not in ran.stdout
    if framework == "mxnet":
        assert (
            sorted(row["DMLC_ROLE"] for row in rows) == ["scheduler", "server", "worker", "worker", "worker"]
            and helpers == 2
        )
        assert len({row["DMLC_PS_ROOT_PORT"] for row in rows}) == 1
    if framework == "tensorflow":
        assert {
            role: len(places) for role, places in json.loads(rows[0]["TF_CONFIG"])["cluster"].items()
        } == {"chief": 1, "worker": 2, "ps": 1}
    if framework == "paddle":
        assert (
            len({row["PADDLE_CURRENT_ENDPOINT"] for row in rows}) == 3
            and len({row["PADDLE_TRAINER_ENDPOINTS"] for row in rows}) == 1
        )


def test_what_does_not_fit_is_refused_with_what_would():
    with pytest.raises(Invalid, match="There is no framework caffe"):
        table.gang("caffe", 2)
    with pytest.raises(Invalid, match="JAX cannot run as PyTorchJob") as caught:
        table.gang("jax", 2, kind="PyTorchJob")
    assert caught.value.hint == "It runs as processes, JAXJob, TrainJob."
    with pytest.raises(Invalid, match="1 to 256 workers"):
        table.gang("jax", 0)


@pytest.mark.parametrize("name", ["torch", "tensorflow", "jax"])
async def test_a_gang_as_a_step(platform, name):
    """The template with a script of its own, in the machine's own Python: no framework is needed to prove the
    contract."""
    await platform.ask('mutation { createProject(input: {name: "p"}) { ... on Project { id } } }')
    script = (
        "import os, json, pathlib\nrank = os.environ['CUBE_RANK']\nprint('I am', rank)\nif rank == '0': "
        "pathlib.Path(os.environ['CUBE_OUTPUT_DIR'], 'outputs.json').write_text(json.dumps({'n': "
        "int(os.environ['CUBE_WORKERS'])}))"
    )
    steps = [
        {
            "name": "a",
            "template": f"{name}-train",
            "args": {"workers": 3, "script": script},
            "environment": {"python": "3"},
            "resources": {"cpu": 0.2, "memory": 2**27},
            "outputs": ["n"],
        }
    ]
    run = await platform.run(json.dumps({"name": "g", "steps": steps}))
    assert run["state"] == "SUCCEEDED" and run["steps"][0]["outputs"] == {"n": 3}, run
    assert sorted((await platform.log(run["steps"][0]["pod"]["id"])).splitlines()) == [
        "[0] I am 0",
        "[1] I am 1",
        "[2] I am 2",
    ]
