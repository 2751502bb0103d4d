"""Several processes as one step: told who they are, started and ended together."""

import json
import os
import subprocess
import sys
import time as stdtime

import pytest

from cubestudio.templates.actions import BUILTIN, shipped

GANG = [sys.executable, str(BUILTIN / "gang.py")]
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


def gang(framework: str, workers: int, script: str, **env) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*GANG, framework, str(workers), sys.executable, "-u", "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        timeout=60,
    )


def test_workers_find_each_other_and_agree():
    ran = gang("torch", 3, SUM)
    assert ran.returncode == 0 and sorted(ran.stdout.splitlines()) == ["[0] sum 30", "[1] sum 30", "[2] sum 30"]


def test_each_framework_is_told_in_its_own_way():
    told = gang("tensorflow", 2, "import os; print(os.environ['TF_CONFIG'])").stdout.splitlines()
    found = {line[1]: json.loads(line[4:]) for line in told}
    assert found["0"]["cluster"] == found["1"]["cluster"] and len(found["0"]["cluster"]["worker"]) == 2
    assert [found[rank]["task"] for rank in "01"] == [{"type": "worker", "index": 0}, {"type": "worker", "index": 1}]
    told = sorted(
        gang(
            "jax",
            2,
            "import os; print(os.environ['JAX_PROCESS_ID'], os.environ['JAX_NUM_PROCESSES'], os.environ['CUDA_VISIBLE_DEVICES'])",
            CUDA_VISIBLE_DEVICES="4,5,6,7",
        ).stdout.splitlines()
    )
    assert told == ["[0] 0 2 4,5", "[1] 1 2 6,7"]


def test_when_one_fails_all_are_ended():
    began = stdtime.monotonic()
    ran = gang("torch", 3, "import os, time\nif os.environ['RANK'] == '1': raise SystemExit(7)\ntime.sleep(50)")
    assert ran.returncode == 7 and stdtime.monotonic() - began < 40
    assert "worker 1 ended with exit code 7; the others were ended" in ran.stdout


def test_all_or_none_start_and_what_is_absent_is_named():
    ran = subprocess.run([*GANG, "torch", "2", "/no/such/program"], capture_output=True, text=True)
    assert ran.returncode == 1 and "not every worker could start, so none does" in ran.stderr
    ran = subprocess.run([*GANG, "mpi", "2", "true"], capture_output=True, text=True, env={"PATH": "/nowhere"})
    assert ran.returncode == 1 and "apt-get install openmpi-bin" in ran.stderr


@pytest.mark.parametrize("name", ["torch", "tensorflow", "jax"])
async def test_a_gang_as_a_step(platform, name):
    """The template with a script of its own, in the machine's own Python: no framework is needed to prove the contract."""
    body = shipped(BUILTIN / f"{name}-train.yaml")
    assert body.files["gang.py"] == (BUILTIN / "gang.py").read_text()
    await platform.ask('mutation { createProject(name: "p") { ... on Project { id } } }')
    script = "import os, json, pathlib\nrank = os.environ['CUBE_RANK']\nprint('I am', rank)\nif rank == '0': pathlib.Path(os.environ['CUBE_OUTPUT_DIR'], 'outputs.json').write_text(json.dumps({'n': int(os.environ['CUBE_WORKERS'])}))"
    steps = [
        {
            "name": "a",
            "template": f"{name}-train",
            "args": {"workers": 3, "script": script},
            "environment": {"python": "3"},
            "outputs": ["n"],
        }
    ]
    run = await platform.run(json.dumps({"name": "g", "steps": steps}))
    assert run["state"] == "SUCCEEDED" and run["steps"][0]["outputs"] == {"n": 3}, run
    assert sorted((await platform.log(run["steps"][0]["pod"]["id"])).splitlines()) == ["[0] I am 0", "[1] I am 1", "[2] I am 2"]
