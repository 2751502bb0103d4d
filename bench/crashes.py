"""The crash matrix: `kill -9` of each process that takes part, in each state of each kind of work, many
times, and what became of it.

It counts what was lost (work that did not come to the promised end) and what was doubled (a command that ran
more often than its attempts say). The table is that of docs/reliability.md: `make bench ARGS=crashes` prints
it; CRASHES=20 sets how often each is tried.
"""

import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from cubestudio.client.types import SearchSpecInput
from tests import specs
from tests.parts import Server, folder, shared

TRIES = int(os.environ.get("CRASHES", "5"))
SECONDS = 90.0
RUN = (
    "query($r: ID!) { run(id: $r) { state explanation steps { name state reason attempt pods { id "
    "logDone } } } }"
)
WEB = """import http.server, os, signal
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
http.server.ThreadingHTTPServer((os.environ["CUBE_HOST"], int(os.environ["CUBE_PORT"])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""  # noqa: E501


class Broken(Exception):
    """The work did not come to the promised end."""


@dataclass
class Try:
    """One platform with one piece of work, and a file in which its commands write a line each time they
    start."""

    server: Server
    marks: Path
    chance: random.Random

    def __post_init__(self) -> None:
        self.client = self.server.script()
        self.client.create_project("p")

    # acts ----------------------------------------------------------------------------------------

    def start(self, steps: list[dict]) -> str:
        definition = json.dumps(
            {"name": "crash", "steps": [{"template": "shell", "cache": False, **step} for step in steps]}
        )
        pipeline = self.client.save_pipeline("p", yaml=definition)["pipeline"]
        return self.client.start_run(pipeline["id"], cache=False)["id"]

    def crash(self, away: float = 0.0) -> None:
        """Kill the platform, and start it again after so many seconds."""
        self.server.kill()
        time.sleep(away)
        self.server.start()

    def kill(self, what: Callable[[psutil.Process], bool]) -> None:
        """Kill processes of this platform that are not the platform itself."""
        found = [each for each in psutil.process_iter() if self._is(each, what)]
        if not found:
            raise Broken("the process to kill was not found")
        for each in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGKILL)

    @staticmethod
    def _is(process: psutil.Process, what: Callable[[psutil.Process], bool]) -> bool:
        try:
            return what(process)
        except psutil.Error:
            return False

    def supervisors(self) -> None:
        pods = self.server.home / "local/pods"
        found = [
            int(path.read_text().split()[0])
            for path in pods.glob("*/pid")
            if not (path.parent / "exit.json").exists()
        ]
        if not found:
            raise Broken("no supervisor was found")
        for pid in found:
            os.kill(pid, signal.SIGKILL)

    def forkserver(self) -> None:
        """It is the one child of the platform with this command line; supervisors share the line and have
        another parent."""
        platform = getattr(self.server.process, "pid", None)
        self.kill(
            lambda each: each.ppid() == platform and any("local/runtime" in word for word in each.cmdline())
        )

    # what is seen --------------------------------------------------------------------------------

    def until(self, what: str, seen: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if seen():
                    return
            time.sleep(0.02)
        raise Broken(f"{what} did not come within {SECONDS:g} s")

    def count(self) -> int:
        return len(self.marks.read_text().splitlines()) if self.marks.exists() else 0

    def ended(self, run: str, state: str = "SUCCEEDED", reason: str | None = None) -> dict:
        last: dict = {}

        def over() -> bool:
            nonlocal last
            last = self.client.execute(RUN, {"r": run})["run"]
            return last["state"] not in ("QUEUED", "RUNNING") and all(
                pod["logDone"] for step in last["steps"] for pod in step["pods"]
            )

        self.until("the end of the run", over)
        if last["state"] != state or (reason and reason not in [step["reason"] for step in last["steps"]]):
            raise Broken(f"the run ended as {last['state']}: {last['explanation']}")
        return last

    def pause(self) -> None:
        time.sleep(self.chance.uniform(0, 0.3))


def mark(attempt: Try, rest: str) -> str:
    return f"echo x >> {attempt.marks}\n{rest}"


# the matrix ----------------------------------------------------------------------------------------


def submitted(attempt: Try) -> int:
    run = attempt.start([{"name": "a", "args": {"script": mark(attempt, "true")}}])
    attempt.crash()
    attempt.ended(run)
    return 1


def running(attempt: Try) -> int:
    run = attempt.start([{"name": "a", "args": {"script": mark(attempt, "sleep 1")}}])
    attempt.until("the command", lambda: attempt.count() == 1)
    attempt.pause()
    attempt.crash()
    attempt.ended(run)
    return 1


def ends_meanwhile(attempt: Try) -> int:
    run = attempt.start([{"name": "a", "args": {"script": mark(attempt, "sleep 0.3")}}])
    attempt.until("the command", lambda: attempt.count() == 1)
    attempt.crash(1.0)
    attempt.ended(run)
    return 1


def storing(attempt: Try) -> int:
    run = attempt.start(
        [
            {
                "name": "a",
                "args": {"script": mark(attempt, "head -c 300000000 /dev/zero > $CUBE_OUTPUT_DIR/big")},
            }
        ]
    )
    pods = attempt.server.home / "local/pods"
    attempt.until("the end of the command", lambda: any(pods.glob("*/exit.json")))
    attempt.pause()
    attempt.crash()
    attempt.ended(run)
    return 1


def retrying(attempt: Try) -> int:
    script = mark(attempt, "test $CUBE_ATTEMPT = 2")
    run = attempt.start([{"name": "a", "retry": {"limit": 1, "pause": 1}, "args": {"script": script}}])
    attempt.until("the first attempt", lambda: attempt.count() == 1)
    attempt.pause()
    attempt.crash()
    attempt.ended(run)
    return 2


def fan_out(attempt: Try) -> int:
    run = attempt.start(
        [
            {
                "name": "a",
                "for_each": list(range(10)),
                "args": {"script": mark(attempt, "sleep 0.2")},
                "resources": {"cpu": 0.2},
            }
        ]
    )
    attempt.until("some items", lambda: attempt.count() >= 3)
    attempt.crash()
    attempt.ended(run)
    return 10


def building(attempt: Try) -> int:
    step = {
        "name": "a",
        "environment": {"requirements": ["six"]},
        "args": {"script": mark(attempt, "python -c 'import six'")},
    }
    run = attempt.start([step])
    attempt.until("the build", lambda: any((attempt.server.home / "local/pods").glob("environment-*/pid")))
    attempt.pause()
    attempt.crash()
    attempt.ended(run)
    return 1


def cancelling(attempt: Try) -> int:
    run = attempt.start([{"name": "a", "args": {"script": mark(attempt, "trap '' TERM; sleep 60")}}])
    attempt.until("the command", lambda: attempt.count() == 1)
    attempt.client.cancel_run(run)
    attempt.crash()
    attempt.ended(run, "CANCELLED")
    return 1


def searching(attempt: Try) -> int:
    script = mark(attempt, "sleep 0.2; echo '{\"y\": {{ params.x }}}' >> $CUBE_METRICS")
    steps = [
        {
            "name": "a",
            "template": "shell",
            "cache": False,
            "args": {"script": script},
            "resources": {"cpu": 0.2},
        }
    ]
    definition = json.dumps(
        {"name": "s", "parameters": [{"name": "x", "type": "float", "default": 0}], "steps": steps}
    )
    pipeline = attempt.client.save_pipeline("p", yaml=definition)["pipeline"]["id"]
    asked: SearchSpecInput = {
        "objectives": [{"metric": "y"}],
        "parameters": [{"name": "x", "distribution": {"float": {"low": 0, "high": 1}}}],
        "trials": 6,
        "parallelism": 2,
        "sampler": {"name": "RANDOM"},
    }
    search = attempt.client.create_search(pipeline, "s", asked)["id"]
    attempt.until("some trials", lambda: attempt.count() >= 2)
    attempt.crash()
    question = "query($s: ID!) { search(id: $s) { state explanation counts { state count } } }"

    def over() -> bool:
        seen = attempt.client.execute(question, {"s": search})["search"]
        if seen["state"] == "FAILED":
            raise Broken(seen["explanation"])
        return seen["state"] == "SUCCEEDED" and seen["counts"] == [{"state": "SUCCEEDED", "count": 6}]

    attempt.until("the end of the search", over)
    return 6


def notebook_state(attempt: Try, key: str) -> str:
    return attempt.client.execute("query($n: ID!) { notebook(id: $n) { state } }", {"n": key})["notebook"][
        "state"
    ]


def program(attempt: Try) -> dict:
    command = f"echo x >> {attempt.marks}\ncat > .program.py <<'END'\n{WEB}\nEND\nexec python3 .program.py"
    return {"cpu": 0.1, "memory": "256Mi", "command": command}


def notebook_starts(attempt: Try) -> int:
    key = attempt.client.create_notebook("p", "n", kind="CUSTOM", spec=specs.notebook(program(attempt)))["id"]
    attempt.crash()
    attempt.until("the notebook", lambda: notebook_state(attempt, key) == "RUNNING")
    return 1


def notebook_runs(attempt: Try) -> int:
    key = attempt.client.create_notebook("p", "n", kind="CUSTOM", spec=specs.notebook(program(attempt)))["id"]
    attempt.until("the notebook", lambda: notebook_state(attempt, key) == "RUNNING")
    attempt.crash()
    attempt.until("the notebook", lambda: notebook_state(attempt, key) == "RUNNING")
    time.sleep(0.5)
    return 1


def service_state(attempt: Try, key: str) -> str:
    return attempt.client.execute("query($n: ID!) { service(id: $n) { state } }", {"n": key})["service"][
        "state"
    ]


def service_runs(attempt: Try) -> int:
    key = attempt.client.create_service("p", "s", spec=specs.service({"kind": "custom", **program(attempt)}))[
        "id"
    ]
    attempt.until("the service", lambda: service_state(attempt, key) == "READY")
    attempt.crash()
    attempt.until("the service", lambda: service_state(attempt, key) == "READY")
    time.sleep(0.5)
    return 1


def service_replica(attempt: Try) -> int:
    key = attempt.client.create_service("p", "s", spec=specs.service({"kind": "custom", **program(attempt)}))[
        "id"
    ]
    attempt.until("the service", lambda: service_state(attempt, key) == "READY")
    attempt.supervisors()
    attempt.until("another replica", lambda: attempt.count() == 2)
    attempt.until("the service", lambda: service_state(attempt, key) == "READY")
    return 2


def supervisor(attempt: Try) -> int:
    run = attempt.start([{"name": "a", "args": {"script": mark(attempt, "sleep 60")}}])
    attempt.until("the command", lambda: attempt.count() == 1)
    attempt.supervisors()
    attempt.ended(run, "FAILED", "Lost")
    return 1


def supervisor_with_retry(attempt: Try) -> int:
    script = mark(attempt, "test $CUBE_ATTEMPT = 2 || sleep 60")
    run = attempt.start([{"name": "a", "retry": {"limit": 1, "pause": 0}, "args": {"script": script}}])
    attempt.until("the command", lambda: attempt.count() == 1)
    attempt.supervisors()
    attempt.ended(run)
    return 2


def both(attempt: Try) -> int:
    run = attempt.start([{"name": "a", "args": {"script": mark(attempt, "sleep 60")}}])
    attempt.until("the command", lambda: attempt.count() == 1)
    attempt.server.kill()
    attempt.supervisors()
    attempt.server.start()
    attempt.ended(run, "FAILED", "Lost")
    return 1


def forkserver(attempt: Try) -> int:
    steps = [
        {"name": "a", "args": {"script": mark(attempt, "sleep 0.5")}},
        {"name": "b", "needs": ["a"], "args": {"script": mark(attempt, "true")}},
    ]
    run = attempt.start(steps)
    attempt.until("the command", lambda: attempt.count() == 1)
    attempt.forkserver()
    attempt.ended(run)
    return 2


MATRIX: list[tuple[str, str, str, Callable[[Try], int]]] = [
    ("platform", "run: just accepted", "it starts once", submitted),
    ("platform", "step: command runs", "the command continues; nothing is repeated", running),
    ("platform", "step: command ends while the platform is away", "the end is found", ends_meanwhile),
    ("platform", "step: its files are being stored", "they are stored; the command is not repeated", storing),
    ("platform", "step: pause before a retry", "the retry happens once", retrying),
    ("platform", "step: fan-out in progress", "each item runs once", fan_out),
    (
        "platform",
        "step: its environment is being built",
        "it is built again; the command runs once",
        building,
    ),
    ("platform", "run: just cancelled", "it ends as cancelled", cancelling),
    ("platform", "search: trials in progress", "each trial runs once", searching),
    ("platform", "notebook: starting", "it starts once", notebook_starts),
    ("platform", "notebook: running", "it keeps running", notebook_runs),
    ("platform", "service: ready", "it keeps running", service_runs),
    ("supervisor", "step without retries", "it fails as Lost, its processes end", supervisor),
    ("supervisor", "step with a retry", "the next attempt runs", supervisor_with_retry),
    ("supervisor", "service: replica", "another replica starts", service_replica),
    ("platform and supervisor", "step without retries", "it fails as Lost", both),
    ("forkserver", "step: command runs", "the command continues; the next step starts", forkserver),
]


async def main() -> None:
    print("| killed | while | promise | tries | lost | doubled |\n|---|---|---|---|---|---|")
    for killed, state, promise, act in MATRIX:
        lost = doubled = 0
        for number in range(TRIES):
            with folder() as home, shared() as place:
                server = Server(
                    home,
                    more={
                        "CUBE_LOCAL_SHARED_FOLDERS": json.dumps([f"{place}:rw"]),
                        "CUBE_LOG_LEVEL": "ERROR",
                    },
                )
                attempt = Try(server, place / "marks", random.Random(number))
                try:
                    wanted = act(attempt)
                    doubled += max(attempt.count() - wanted, 0)
                    lost += attempt.count() < wanted
                except Broken as error:
                    lost += 1
                    print(f"{killed}, {state}: {error}", file=sys.stderr)
                finally:
                    with contextlib.suppress(AssertionError):
                        server.stop()
        print(f"| {killed} | {state} | {promise} | {TRIES} | {lost} | {doubled} |", flush=True)
