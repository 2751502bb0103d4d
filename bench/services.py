"""Services: the gateway against the bare server, a rolling update and a canary under load, and the first
answer from sleep."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx2
import psutil

from bench.door import PROGRAM, latencies
from cubestudio.client import Client
from tests import specs
from tests.parts import free_port

COMMAND = f"cat > q.py <<'END'\n{PROGRAM}\nEND\nexec python3 q.py"
DEFINITION = {"kind": "custom", "cpu": 0.1, "memory": "128Mi", "command": COMMAND}
RATE = 200
SEEN = """query($i: ID!) { service(id: $i) { state traffic { revision weight }
    rollout { state events { message } } revisions { number state } } }"""


class Load:
    """Requests at a steady rate on eight connections, as long as it is open."""

    def __init__(self, base: str, headers: dict[str, str]):
        self._base, self._headers = base, headers
        self.said: Counter = Counter()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(8)]

    def _ask(self) -> None:
        with httpx2.Client(timeout=60) as http:
            while not self._over.is_set():
                began = time.perf_counter()
                try:
                    answer = http.post(f"{self._base}/x", content=b"x" * 200, headers=self._headers)
                    self.said[answer.status_code, answer.headers.get("x-cube-revision")] += 1
                except httpx2.HTTPError as error:
                    self.said[type(error).__name__, None] += 1
                time.sleep(max(8 / RATE - (time.perf_counter() - began), 0))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def failed(self) -> int:
        return sum(count for (status, _), count in self.said.items() if status != 200)


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cube-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        port = free_port()
        env = {**os.environ, "CUBE_HOME": folder, "CUBE_PORT": str(port), "CUBE_LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "cubestudio.cli.main"]
        with (home / "out").open("wb") as out:
            platform = subprocess.Popen([*command, "up"], env=env, stdout=out, stderr=out)
        try:
            while b"token=" not in (home / "out").read_bytes():
                time.sleep(0.1)
            token = subprocess.run(
                [*command, "token"], env=env, capture_output=True, text=True, check=True
            ).stdout.split()[-1]
            with Client(f"http://127.0.0.1:{port}", token) as client:
                measure(client, {"authorization": f"Bearer {token}"})
        finally:
            platform.terminate()
            platform.wait()


def measure(client: Client, headers: dict[str, str]) -> None:
    client.create_project("b")
    made = client.create_service("b", "s", spec=specs.service(DEFINITION))
    key, base = made["id"], made["url"].replace("localhost", "127.0.0.1")

    def until(wanted) -> dict:
        while not wanted(seen := client.execute(SEEN, {"i": key})["service"]):
            time.sleep(0.05)
        return seen

    until(lambda seen: seen["state"] == "READY")
    direct = next(
        each.laddr.port
        for process in psutil.process_iter()
        if process.cmdline()[-1:] == ["q.py"]
        for each in process.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN
    )
    door = int(base.rsplit(":", 1)[1].split("/")[0])
    bare, through = latencies(direct, "/x", {}), latencies(door, "/serve/b/s/x", headers)
    added = (
        statistics.median(through) - statistics.median(bare),
        through[int(len(through) * 0.99)] - bare[int(len(bare) * 0.99)],
    )
    print(f"gateway: p50 {added[0]:.2f} ms and p99 {added[1]:.2f} ms above the bare server's")
    print(f"gateway: {sum(bare) / sum(through):.2f} of the bare server's requests a second on one connection")
    with Load(base, headers) as load:
        time.sleep(2)
        client.deploy_service(key, spec={"env": [{"name": "A", "value": "2"}]})
        until(lambda seen: seen["traffic"] == [{"revision": 2, "weight": 100}])
        until(lambda seen: seen["revisions"][1]["state"] == "STOPPED")
    print(
        f"rolling update at {RATE} requests a second: {load.failed} of {sum(load.said.values())} "
        "failed (target: 0)"
    )
    with Load(base, headers) as load:
        client.deploy_service(
            key,
            spec={"env": [{"name": "A", "value": "3"}]},
            strategy={"kind": "CANARY", "steps": [10, 50, 100], "stepSeconds": 3},
        )
        seen = until(lambda seen: seen["rollout"]["state"] not in ("PENDING", "PROGRESSING"))
    told = json.dumps([each["message"] for each in seen["rollout"]["events"]][-1])
    print(
        f"canary at {RATE} requests a second: {load.failed} of {sum(load.said.values())} failed "
        f"(target: 0); {told}"
    )
    client.deploy_service(key, spec={"idleTimeoutSeconds": 60})
    until(lambda seen: seen["traffic"] == [{"revision": 4, "weight": 100}])
    until(lambda seen: seen["revisions"][0]["state"] == "ASLEEP")
    began = time.perf_counter()
    answer = httpx2.get(f"{base}/x", headers=headers, timeout=60)
    asleep = time.perf_counter() - began
    began = time.perf_counter()
    httpx2.get(f"{base}/x", headers=headers, timeout=60)
    print(
        f"from sleep to the first answer ({answer.status_code}): "
        f"{asleep / (time.perf_counter() - began):.0f} times a warm request's time, {asleep:.2f} s"
    )
    client.stop_service(key)
    until(lambda seen: seen["state"] == "STOPPED")
