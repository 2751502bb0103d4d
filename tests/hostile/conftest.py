"""One platform that runs as root, with two projects of two members, of whom one is hostile.

Its data folder has a path that no address of a socket could hold. After each test the platform must be ready,
and an innocent step of the other project must end well."""

import contextlib
import json
import os
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from cubestudio.client import Client
from tests.parts import Server, folder, free_port

SECRET = "a-secret-of-the-other-project"
LAYERS = 100 * 2**20
"""Bytes of layers with which a build still begins."""
PIDS = 200
"""Most processes of a pod."""
VICTIM = """
import http.server, os, threading
for place in ("/tmp/theirs", "/dev/shm/theirs", os.environ["HOME"] + "/theirs", os.environ["CUBE_VOLUME_MNT"] + "/theirs"):
    with open(place, "w") as file:
        file.write("a-secret-of-the-other-project")
os.environ["THEIRS"] = "a-secret-of-the-other-project"
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"a-secret-of-the-other-project")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 18765), Handler)
print("begun", flush=True)
server.serve_forever()
"""  # noqa: E501
VICTIM_PORT = 18765


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/hostile/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("hostile"))
            if os.geteuid() != 0 and item.path.name != "test_outputs.py":
                item.add_marker(
                    pytest.mark.skip(
                        reason="not run: only a platform that runs as root gives each project a user of its "
                        "own"
                    )
                )


def python(text: str) -> str:
    """A script that is a program in Python, in which `refused(name, act)` says LEAK when what must be refused
    is not."""
    return (
        f"exec python3 - <<'END_OF_PROGRAM'\n{PRELUDE}{textwrap.dedent(text)}\nprint('DONE', "
        "flush=True)\nEND_OF_PROGRAM\n"
    )


PRELUDE = """
import os, sys
def refused(name, act):
    try:
        found = act()
    except (OSError, ValueError):
        return
    print("LEAK", name, repr(found)[:300], flush=True)
def read(path):
    with open(path, "rb") as file:
        return file.read(10000)
"""


def until(true: Callable, seconds: float = 60):
    """What `true` gives as soon as that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.03)
    raise TimeoutError(f"not within {seconds} s")


def living(mark: str) -> list[int]:
    """Processes of this machine with a word in their command line."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if mark.encode() in Path("/proc", name, "cmdline").read_bytes().split(b"\0"):
                    found.append(int(name))
    return found


@dataclass
class Ended:
    """How a run of one step ended."""

    state: str
    reason: str | None
    explanation: str | None
    log: str
    artifacts: dict[str, dict]
    omitted: list[str]
    pod: str | None

    def held(self) -> None:
        """The whole program ran and got nothing that it must not have."""
        assert "LEAK" not in self.log, self.log
        assert self.state == "SUCCEEDED" and "DONE" in self.log, self


RUN = """query($r: ID!) { run(id: $r) { state explanation steps { state reason explanation omittedFiles
    artifacts { path size url mediaType } pod { id state reason explanation logDone } } } }"""


class Side:
    """A member at work in their project."""

    def __init__(self, client: Client, project: str):
        self.client = client
        self.project = project
        self.begun: list[str] = []

    def begin(self, script: str, **step) -> str:
        """Start a run of one step; its id."""
        body = {
            "name": "a",
            "template": "shell",
            "args": {"script": script},
            "cache": False,
            "resources": {"cpu": 0.1, "memory": "256M"},
        }
        saved = self.client.save_pipeline(
            self.project, yaml=json.dumps({"name": f"p{len(self.begun)}", "steps": [{**body, **step}]})
        )
        self.begun.append(self.client.start_run(saved["pipeline"]["id"], cache=False)["id"])
        return self.begun[-1]

    def ask(self, run: str) -> tuple[dict, dict]:
        """(run, its step)."""
        found = self.client.execute(RUN, {"r": run})["run"]
        return found, found["steps"][0]

    def ended(self, run: str, seconds: float = 90) -> Ended:
        def over():
            found, step = self.ask(run)
            return (
                found["state"] not in ("QUEUED", "RUNNING", "CANCELLING")
                and (not step["pod"] or step["pod"]["logDone"])
                and (found, step)
            )

        found, step = until(over, seconds)
        pod = (step["pod"] or {}).get("id")
        return Ended(
            found["state"],
            step["reason"],
            step["explanation"] or found["explanation"],
            log=self.log(pod) if pod else "",
            artifacts={artifact["path"]: artifact for artifact in step["artifacts"]},
            omitted=step["omittedFiles"],
            pod=pod,
        )

    def run(self, script: str, seconds: float = 90, **step) -> Ended:
        return self.ended(self.begin(script, **step), seconds)

    def log(self, pod: str) -> str:
        return self.client.download(f"/pods/{pod}/log").decode(errors="replace")

    def says(self, run: str, words: str, seconds: float = 60) -> str:
        """The pod of a run as soon as its log has these words."""

        def said():
            found, step = self.ask(run)
            if step["pod"] and words in self.log(step["pod"]["id"]):
                return step["pod"]["id"]
            assert found["state"] in ("QUEUED", "RUNNING"), (
                found,
                step["pod"] and self.log(step["pod"]["id"]),
            )
            return None

        return until(said, seconds)

    def cancel(self, run: str) -> None:
        self.client.cancel_run(run)

    def leave(self) -> None:
        """End what still runs: a platform that is stopped leaves it alone."""
        for run in self.begun:
            if self.ask(run)[0]["state"] in ("QUEUED", "RUNNING"):
                self.cancel(run)
                self.ended(run)


class Hall:
    """The platform and who is there."""

    def __init__(self, server: Server, sdists: int):
        self.server = server
        self.home = server.home
        self.sdists = sdists
        """A port of this machine at which tests offer packages, and which pods reach."""
        self.admin = server.script()
        self.hostile = Side(self._member("mallory", "a"), "a")
        self.innocent = Side(self._member("bob", "b"), "b")
        self._victim = ""

    def _member(self, name: str, project: str) -> Client:
        self.admin.create_project(project)
        link = self.admin.invite_user(name)["url"]
        self.admin.set_member(project, name, "MEMBER")
        with httpx2.Client(base_url=self.server.url, timeout=60) as http:
            cookie = {
                "cookie": f"cube_session={http.get(link).cookies['cube_session']}",
                "x-cube-request": "1",
            }
            made = http.post(
                "/graphql",
                headers=cookie,
                json={"query": 'mutation { createToken(input: {name: "t"}) { ... on NewToken { secret } } }'},
            )
        return Client(self.server.url, made.json()["data"]["createToken"]["secret"])

    def lives(self) -> None:
        """The platform is ready, which it says at the first question, and innocent work ends well."""
        assert httpx2.get(f"{self.server.url}/healthz/live", timeout=30).status_code == 200
        until(self.ready, 30)
        run = self.innocent.run("echo well")
        assert (run.state, run.log) == ("SUCCEEDED", "well\n"), run

    def ready(self) -> bool:
        with contextlib.suppress(httpx2.HTTPError):
            return httpx2.get(f"{self.server.url}/healthz/ready", timeout=30).status_code == 200
        return False

    def victim(self) -> str:
        """A pod of the other project that holds secrets and answers at a port, and goes on as long as the
        platform does."""
        if not self._victim:
            volumes = ["kubeflow-user-workspace(pvc):/mnt"]
            run = self.innocent.begin(python(VICTIM), volumes=volumes)
            self._victim = self.innocent.says(run, "begun")
        return self._victim

    def running(self, pod: str, side: Side) -> bool:
        return (
            side.client.execute("query($p: ID!) { pod(id: $p) { state } }", {"p": pod})["pod"]["state"]
            == "RUNNING"
        )

    def supervisor(self, pod: str) -> int:
        return int((self.home / "local" / "pods" / pod / "pid").read_text().split()[0])


@contextlib.contextmanager
def serving(home: Path) -> Iterator[Hall]:
    sdists = free_port()
    more = {
        "CUBE_LOCAL_MAX_PROCESSES": str(PIDS),
        "CUBE_LOCAL_SHARED_PORTS": f"[{sdists}]",
        "CUBE_MAX_OUTPUT_BYTES": str(2**30),
        "CUBE_MAX_LOG_BYTES": str(4 * 2**20),
        "CUBE_MAX_LAYER_BYTES": str(LAYERS),
        "CUBE_ALLOWED_VOLUMES": '["kubeflow-user-workspace(pvc)", "v*(pvc)"]',
    }
    server = Server(home, more=more)
    hall = Hall(server, sdists)
    try:
        yield hall
        hall.hostile.leave()
        hall.innocent.leave()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def platform_of_all():
    with folder() as above:
        home = above / ("far-" * 25) / "data"
        home.mkdir(parents=True)
        with serving(home) as hall:
            yield hall


@pytest.fixture
def hall(platform_of_all):
    yield platform_of_all
    platform_of_all.lives()


@pytest.fixture
def sandboxed(hall):
    """For what only namespaces of their own prevent."""
    if not json.loads((hall.home / "local" / "status.json").read_text())["namespaces"]:
        pytest.skip("not run: the kernel lets pods have no namespaces of their own here")
    return hall
