"""kill -9 of the platform at random points of a run: it ends with the right result, each command ran as often
as its attempts say, no byte of a log is missing or doubled, and no process is left."""

import contextlib
import hashlib
import random
import time
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.parts import Server

KILLS = 10
SCRIPT = """echo {{ run.id }} $CUBE_STEP $CUBE_ATTEMPT >> MARK
test "$CUBE_STEP" = a || grep -q '"n":1' "$CUBE_INPUT_VALUES"
seq 1 3000
sleep 0.4
seq 3001 6000
echo "{\\"n\\": 1}" > "$CUBE_OUTPUT_DIR/outputs.json"
"""
WANTED = hashlib.sha256("".join(f"{number}\n" for number in range(1, 6001)).encode()).hexdigest()


def pipeline(mark: Path) -> str:
    script = "\n".join("        " + line for line in SCRIPT.replace("MARK", str(mark)).splitlines())
    steps = []
    for name, needs in {"a": "[]", "b": "[a]", "c": "[a]", "d": "[b, c]", "e": "[d]", "f": "[e]"}.items():
        steps.append(
            f"  - name: {name}\n    template: shell\n    needs: {needs}\n    outputs: [n]\n    "
            f"args:\n      script: |\n{script}"
        )
    return "name: chaos\nsteps:\n" + "\n".join(steps) + "\n"


def ready(server: Server) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(httpx2.HTTPError):
            if httpx2.get(f"{server.url}/healthz/ready").status_code == 200:
                return
        assert server.process.poll() is None, "the platform ended by itself"
        time.sleep(0.05)
    raise TimeoutError("the platform does not become ready")


@pytest.mark.parametrize("seed", range(5))
def test_a_run_survives_kills(home, marks, seed):
    chance = random.Random(seed)
    mark = marks / "mark"
    server = Server(home, more={"CUBE_LOCAL_SHARED_FOLDERS": f'["{marks}:rw"]'})
    client = server.script()
    client.create_project("chaos")
    saved = client.save_pipeline("chaos", yaml=pipeline(mark))["pipeline"]
    run = client.start_run(saved["id"], cache=False)["id"]
    for number in range(KILLS):
        time.sleep(chance.uniform(0, 0.5))
        server.kill()
        server.launch()
        if number % 3 == 0:
            time.sleep(chance.uniform(0.8, 2.5))
        else:
            ready(server)
    ready(server)
    query = (
        "query($r: ID!) { run(id: $r) { state explanation steps { name state attempt outputs pods { id "
        "logDone state } } } }"
    )
    end = time.monotonic() + 90
    while time.monotonic() < end:
        found = client.execute(query, {"r": run})["run"]
        if found["state"] not in ("QUEUED", "RUNNING") and all(
            pod["logDone"] for step in found["steps"] for pod in step["pods"]
        ):
            break
        time.sleep(0.1)
    assert found["state"] == "SUCCEEDED", found
    lines = sorted(mark.read_text().splitlines())
    assert lines == sorted(
        f"{run} {step['name']} {attempt}"
        for step in found["steps"]
        for attempt in range(1, step["attempt"] + 1)
    )
    for step in found["steps"]:
        assert step["outputs"] == {"n": 1} and len(step["pods"]) == step["attempt"]
        assert hashlib.sha256(client.download(f"/pods/{step['pods'][0]['id']}/log")).hexdigest() == WANTED
    server.stop()
    left = [
        process.pid
        for process in psutil.process_iter(["environ"])
        if (process.info["environ"] or {}).get("CUBE_RUN_ID") == run
    ]
    assert not left
