"""The proxy to notebooks against a direct connection to the same server: added latency, throughput, and
memory while 1 GB goes through."""

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from cubestudio.client import Client
from tests.parts import free_port

PROGRAM = r"""
import asyncio, os
class Answer(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.head, self.left = transport, b"", 0
        transport.set_write_buffer_limits(2**20)
        self.go = asyncio.Event(); self.go.set()
    def pause_writing(self): self.go.clear()
    def resume_writing(self): self.go.set()
    def data_received(self, data):
        if self.left:
            self.left -= len(data)
            if self.left <= 0: self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"); self.left = 0
            return
        self.head += data
        if b"\r\n\r\n" not in self.head: return
        head, _, rest = self.head.partition(b"\r\n\r\n"); self.head = b""
        line = head.split(b"\r\n")[0].decode()
        if line.startswith("POST"):
            size = next(int(each.split(b":")[1]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-length"))
            self.left = size - len(rest)
            if self.left <= 0: self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"); self.left = 0
        elif "/big" in line:
            asyncio.get_event_loop().create_task(self.big())
        else:
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 200\r\n\r\n" + b"x" * 200)
    async def big(self):
        self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n")
        piece = b"y" * 2**18
        for _ in range(4096):
            self.transport.write(piece)
            await self.go.wait()
async def main():
    server = await asyncio.get_running_loop().create_server(Answer, os.environ["CUBE_HOST"], int(os.environ["CUBE_PORT"]))
    await server.serve_forever()
asyncio.run(main())
"""  # noqa: E501
CREATE = (
    'mutation($d: NotebookSpecInput!) { createNotebook(input: {project: "b", name: "b", kind: CUSTOM, '
    "spec: $d}) { ... on Notebook { id } ... on Problem { message } } }"
)


def latencies(port: int, path: str, headers: dict, count: int = 2000) -> list[float]:
    """Milliseconds of small requests on one connection."""
    link = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for turn in range(count + 200):
        began = time.perf_counter()
        link.request("GET", path, headers=headers)
        link.getresponse().read()
        if turn >= 200:
            took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def down(port: int, path: str, headers: dict) -> float:
    """Seconds for 1 GiB from the server."""
    link = http.client.HTTPConnection("127.0.0.1", port)
    began = time.perf_counter()
    link.request("GET", path, headers=headers)
    answer, room = link.getresponse(), bytearray(2**20)
    while answer.readinto(room):
        pass
    return time.perf_counter() - began


def up(port: int, path: str, headers: dict) -> float:
    """Seconds for 1 GiB to the server."""
    link = http.client.HTTPConnection("127.0.0.1", port)
    piece = b"z" * 2**18
    began = time.perf_counter()
    link.request(
        "POST", path, body=(piece for _ in range(4096)), headers=headers | {"content-length": str(2**30)}
    )
    assert link.getresponse().read() == b"ok"
    return time.perf_counter() - began


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
                client.execute('mutation { createProject(input: {name: "b"}) { __typename } }')
                spec = {
                    "resources": {"cpu": 0.1, "memory": 2**28},
                    "script": f"cat > p.py <<'END'\n{PROGRAM}\nEND\n",
                    "command": "exec python3 p.py",
                }
                key = client.execute(CREATE, {"d": spec})["createNotebook"]["id"]
                while (
                    client.execute("query($i: ID!) { notebook(id: $i) { state } }", {"i": key})["notebook"][
                        "state"
                    ]
                    != "RUNNING"
                ):
                    time.sleep(0.1)
                url = client.execute(
                    "mutation($i: ID!) { openNotebook(id: $i) { ... on NotebookLink { url } } }", {"i": key}
                )["openNotebook"]["url"]
                door = int(url.split("/open/")[0].rsplit(":", 1)[1])
                link = http.client.HTTPConnection("127.0.0.1", door)
                link.request("GET", "/open/" + url.split("/open/")[1])
                headers = {"cookie": link.getresponse().headers["set-cookie"].split(";")[0]}
                direct = next(
                    each.laddr.port
                    for process in psutil.process_iter()
                    if process.cmdline()[-1:] == ["p.py"]
                    for each in process.net_connections("tcp")
                    if each.status == psutil.CONN_LISTEN
                )
                base = f"/open/{key}"
                bare = latencies(direct, "/x", {})
                through = latencies(door, f"{base}/x", headers)
                added = [
                    statistics.median(through) - statistics.median(bare),
                    through[int(len(through) * 0.99)] - bare[int(len(bare) * 0.99)],
                ]
                print(f"added latency: p50 {added[0]:.2f} ms, p99 {added[1]:.2f} ms (target: p99 ≤ 1 ms)")
                memory = psutil.Process(platform.pid)
                before = memory.memory_info().rss
                for name, move in (("down", down), ("up", up)):
                    alone, proxied = (
                        min(move(direct, "/big", {}) for _ in range(2)),
                        min(move(door, f"{base}/big", headers) for _ in range(2)),
                    )
                    print(
                        f"1 GiB {name}: {1024 / proxied:.0f} MiB/s through the proxy, "
                        f"{alone / proxied:.2f} of the direct connection's (target ≥ 0.8)"
                    )
                print(
                    "memory of the platform after 4 GiB against before: "
                    f"{memory.memory_info().rss / before:.2f} (target: about 1)"
                )
                client.execute("mutation($i: ID!) { stopNotebook(id: $i) { __typename } }", {"i": key})
                while (
                    client.execute("query($i: ID!) { notebook(id: $i) { state } }", {"i": key})["notebook"][
                        "state"
                    ]
                    != "STOPPED"
                ):
                    time.sleep(0.1)
        finally:
            platform.terminate()
            platform.wait()
