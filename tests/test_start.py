"""Starting and stopping: one process for each data folder, ports that nobody else gets, files that nobody
else reads, and a quiet end."""

import contextlib
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from cubestudio.cli import instance
from cubestudio.core.config import handed_sockets
from cubestudio.core.errors import Conflict
from cubestudio.core.http.listeners import inherited, listen
from tests.forked import Forked
from tests.parts import PATH, Server, free_port, prepare

QUICK = (
    "name: quick\nsteps: [{name: a, template: shell, args: {script: 'echo out; echo x > "
    "$CUBE_OUTPUT_DIR/x.txt'}}]\n"
)


class Command:
    """A command in a process of its own, and what it has said so far."""

    def __init__(self, home: Path, *words: str, **more: str):
        self.out = home / f"{'-'.join(words).replace('/', '')}-{time.monotonic_ns()}.txt"
        env = {
            **os.environ,
            "PATH": PATH,
            "CUBE_HOME": str(home),
            "CUBE_PORT": str(free_port()),
            "CUBE_STOP_GRACE_SECONDS": "1",
        }
        self.process = Forked(words, env | more, self.out)

    @property
    def said(self) -> str:
        return self.out.read_text() if self.out.exists() else ""

    def until(self, pattern: str, seconds: float = 120) -> str:
        """What it has said when a pattern is in it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if re.search(pattern, self.said):
                return self.said
            assert self.process.poll() is None, self.said
            time.sleep(0.02)
        raise TimeoutError(f"it does not say {pattern}: {self.said}")

    def end(self, number: signal.Signals = signal.SIGINT) -> None:
        self.process.send_signal(number)
        with contextlib.suppress(TimeoutError):
            self.process.wait(60)
            return
        self.process.send_signal(signal.SIGKILL)
        raise AssertionError("it does not end: " + self.said)


@pytest.fixture
def server(home):
    made = Server(home)
    yield made
    made.stop()


# one process for each data folder --------------------------------------------------------------------


def test_a_second_platform_on_the_same_data_is_refused_until_the_first_is_killed(server, home):
    """The refusal names the address and the process of the first; kill -9, with work that goes on, leaves
    nothing in the way."""
    with server.script() as client:
        client.create_project("p")
        client.start_run(
            client.save_pipeline("p", yaml=QUICK.replace("echo out", "sleep 20"))["pipeline"]["id"]
        )
        for role in ("up", "worker", "init"):
            second = Command(home, role)
            assert second.process.wait(60) == 2
            assert (
                f"already runs in the data folder {home} at {server.url} (process "
                f"{server.process.pid}, cubestudio up)" in second.said
            )
            assert "Traceback" not in second.said
    server.kill()
    assert instance.read(home) is None
    server.start()
    assert instance.read(home) == instance.Other(server.process.pid, "up", server.url)


def test_the_demo_uses_a_platform_that_runs(server, home):
    demo = Command(home, "demo")
    try:
        said = demo.until(r"Run #1 of pipeline wine")
        assert f"already runs at {server.url} (process {server.process.pid})" in said and str(home) in said
    finally:
        demo.end()
    with server.script() as client:
        assert client.execute('{ runs(project: "example") { nodes { number } } }')["runs"]["nodes"] == [
            {"number": 1}
        ]
        assert client.execute("{ viewer { name } }")["viewer"]["name"] == "admin"


def test_a_folder_is_held_by_one_at_a_time_and_by_nobody_after_the_end(tmp_path):
    with instance.hold(tmp_path / "data", "up") as here:
        with pytest.raises(instance.Taken, match=str(os.getpid())), instance.hold(tmp_path / "data", "up"):
            pass
        here.tell("http://localhost:1")
        assert instance.read(tmp_path / "data") == instance.Other(os.getpid(), "up", "http://localhost:1")
    assert instance.read(tmp_path / "data") is None
    with instance.hold(tmp_path / "data", "demo"):
        assert instance.read(tmp_path / "data") == instance.Other(os.getpid(), "demo", None)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"pid": "x"}', '{"pid": 1, "role": "up"}', "\x00" * 9000])
def test_a_hold_whose_words_make_no_sense_is_still_a_hold(tmp_path, monkeypatch, text):
    monkeypatch.setattr(instance, "PATIENCE", 0.2)
    with instance.hold(tmp_path, "up"):
        (tmp_path / instance.NAME).write_text(text)
        with pytest.raises(instance.Taken), instance.hold(tmp_path, "up"):
            pass


def test_a_process_that_prepares_the_database_is_waited_for(tmp_path):
    begun, go = threading.Event(), threading.Event()

    def prepares() -> None:
        with instance.hold(tmp_path, instance.INIT):
            begun.set()
            go.wait(10)

    thread = threading.Thread(target=prepares)
    thread.start()
    begun.wait(10)
    threading.Timer(0.3, go.set).start()
    with instance.hold(tmp_path, "up"):
        assert go.is_set()
    thread.join()


# ports -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def occupied(port: int, host: str = "127.0.0.1"):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((host, port))
        other.listen()
        yield


@pytest.mark.parametrize(
    ("place", "host"), [(0, "127.0.0.1"), (0, "::1"), (1, "127.0.0.1")], ids=["console", "::1", "gateway"]
)
def test_a_taken_port_is_refused_and_the_demo_moves_aloud(home, place, host):
    """Also when somebody sits at ::1 alone, where `localhost` is looked for first."""
    port = free_port()
    setting = ("CUBE_PORT", "CUBE_GATEWAY_PORT")[place]
    prepare(home)
    with occupied(port + place, host):
        up = Command(home, "up", CUBE_PORT=str(port))
        assert up.process.wait(60) == 2
        assert (
            f"Port {port + place} ({setting}) is in use by process {os.getpid()} (" in up.said
            and "Traceback" not in up.said
        )
        demo = Command(home, "demo", CUBE_PORT=str(port))
        try:
            said = demo.until("Sign in")
        finally:
            demo.end()
        if place == 0:
            assert f"WARNING: port {port} is in use by process {os.getpid()}" in said
            assert f"answers at http://localhost:{port}" not in said


def test_a_port_is_taken_from_the_first_moment_to_the_last(home):
    """Nobody else can bind it while the platform starts, or between two sockets of one port."""
    with_ = listen("127.0.0.1", 0, "CUBE_PORT", moves=False)
    try:
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family) as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                with pytest.raises(OSError):
                    other.bind((host, with_.port))
                    other.listen()
    finally:
        with_.close()
    with pytest.raises(Conflict, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0, "CUBE_PORT", moves=False)


def activated(home: Path, sockets: list[socket.socket], names: str = "") -> subprocess.Popen:
    """`cubestudio up` as a service manager starts it: its sockets are descriptors from 3 on."""

    def lay() -> None:
        for place, each in enumerate(sockets):
            os.dup2(each.fileno(), 30 + place)
        for place in range(len(sockets)):
            os.dup2(30 + place, 3 + place)

    env = {
        **os.environ,
        "PATH": PATH,
        "CUBE_HOME": str(home),
        "CUBE_STOP_GRACE_SECONDS": "1",
        "LISTEN_FDS": str(len(sockets)),
        "LISTEN_FDNAMES": names,
    }
    command = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", sys.executable, "-m", "cubestudio", "up"]
    with (home / "out.txt").open("ab") as out:
        return subprocess.Popen(command, env=env, stdout=out, stderr=out, close_fds=False, preexec_fn=lay)


def test_a_request_waits_for_a_restart_at_a_socket_that_a_service_manager_holds(home):
    """Nobody else can take the port meanwhile, and no connection is refused."""
    prepare(home)
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    url = f"http://127.0.0.1:{held[0].getsockname()[1]}"
    process = activated(home, held)
    try:
        assert httpx2.get(f"{url}/healthz", timeout=120).text == "ok\n"
        gateway = httpx2.get(f"http://127.0.0.1:{held[1].getsockname()[1]}/", timeout=120)
        assert gateway.status_code in (401, 403, 404), gateway.text
        process.kill()
        process.wait()
        with ThreadPoolExecutor(1) as aside:
            asking = aside.submit(httpx2.get, f"{url}/healthz", timeout=120)  # while nobody is there
            process = activated(home, held, "console:gateway")
            assert asking.result().text == "ok\n"
    finally:
        process.terminate()
        assert process.wait(60) == 0, (home / "out.txt").read_text()
        for each in held:
            each.close()


def test_sockets_are_told_apart_by_name_and_by_port(monkeypatch):
    made = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    with contextlib.suppress(OSError):
        made.append(socket.create_server(("::1", made[0].getsockname()[1]), family=socket.AF_INET6))
    ports = [each.getsockname()[1] for each in made]
    handed = [("", os.dup(each.fileno())) for each in made]
    console, gateway = inherited(handed)
    assert (
        console
        and gateway
        and (console.port, gateway.port) == (ports[0], ports[1])
        and len(console.sockets) == len(made) - 1
    )
    only, nothing = inherited([("gateway", os.dup(made[1].fileno()))])
    assert only is None and nothing and nothing.port == ports[1]
    assert inherited([]) == (None, None)
    with socket.socket() as plain, pytest.raises(Conflict, match="LISTEN_FDS"):
        inherited([("", os.dup(plain.fileno()))])
    for each in (*made, *console.sockets, *gateway.sockets, *nothing.sockets):
        each.close()
    for pid, count, wanted in (
        ("1", "2", 0),
        (str(os.getpid()), "2", 2),
        (str(os.getpid()), "x", 0),
        (str(os.getpid()), "-1", 0),
    ):
        for name, value in (("LISTEN_PID", pid), ("LISTEN_FDS", count), ("LISTEN_FDNAMES", "a:b")):
            monkeypatch.setenv(name, value)
        assert handed_sockets() == [("a", 3), ("b", 4)][:wanted]
        assert "LISTEN_FDS" not in os.environ


# files -------------------------------------------------------------------------------------------------


def opened_to_pods(path: Path) -> bool:
    """What pods of other user ids must pass through or read: the local cluster opens it, and nothing of the
    platform is in it."""
    return path.parts[:1] == ("local",) or path in (Path(), Path("local"))


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_files_of_the_platform_are_its_own_whatever_the_umask(home, mask):
    (home / "data").mkdir()
    (home / "data" / "cube.db-old").write_text("left by an earlier version, readable by all")
    (home / "data" / "cube.db-old").chmod(0o644)
    server = Server(home / "data", umask=mask)
    with server.script() as client:
        client.create_project("p")
        run = client.start_run(client.save_pipeline("p", yaml=QUICK)["pipeline"]["id"])["id"]
        for news in client.run_changed(run):
            if news["run"]["state"] in ("SUCCEEDED", "FAILED"):
                assert news["run"]["state"] == "SUCCEEDED"
                break
        client.put(client.project("p")["id"], Path(__file__))
    server.command("secrets", "rotate")
    try:
        open_ = {}
        for path in [home / "data", *(home / "data").rglob("*")]:
            with contextlib.suppress(FileNotFoundError):
                mode, short = path.lstat().st_mode, path.relative_to(home / "data")
                if (
                    not stat.S_ISLNK(mode)
                    and mode & 0o077
                    and not opened_to_pods(short)
                    and short.name != "out.txt"
                ):
                    open_[str(short)] = oct(mode)
        assert not open_, open_
        assert {"cube.db", "cube.db-wal", "keys", "server.json", "store"} <= {
            path.name for path in (home / "data").iterdir()
        }
        assert (home / "data").stat().st_mode & 0o066 == 0
    finally:
        server.stop()


# the end -----------------------------------------------------------------------------------------------

SECONDS = 20
"""In which it has ended; it takes one on a machine that does nothing else, and what it would wait for takes a
minute."""


@pytest.mark.parametrize(
    "moment",
    ["Cube Studio", "Stop with Ctrl-C", "Run #1", "load pending", "running"],
    ids=["it answers", "it serves", "a run is started", "an environment is built", "a step runs"],
)
def test_an_interrupt_ends_it_soon_and_without_a_word(home, moment):
    prepare(home)
    demo = moment != "Stop with Ctrl-C"
    command = Command(home, "demo" if demo else "up")
    before = command.until(re.escape(moment))
    began = time.monotonic()
    command.process.send_signal(signal.SIGINT)
    code = command.process.wait(60)
    took = time.monotonic() - began
    after = command.said[len(before) :]
    assert took < SECONDS, f"{took:.1f} s"
    assert code in ((130, -2) if demo else (0, -2)), command.said
    assert not re.search(r"Traceback|Error|error|warning|Exception", after), after


def test_an_interrupt_while_the_program_is_loaded_ends_it_at_once(home):
    code = "from cubestudio.__main__ import main; print('begun', flush=True); main()"
    command = [sys.executable, "-c", code, "up"]
    env = {**os.environ, "PATH": PATH, "CUBE_HOME": str(home), "CUBE_PORT": str(free_port())}
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr and process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == -signal.SIGINT and process.stdout.read() + process.stderr.read() == ""


def test_a_second_interrupt_ends_it_at_once(home):
    prepare(home)
    command = Command(home, "up")
    command.until("Stop with Ctrl-C")
    command.process.send_signal(signal.SIGINT)
    command.process.send_signal(signal.SIGINT)
    assert command.process.wait(10) in (0, 130)


def test_a_terminated_platform_ends_well(server: Server, home):
    """SIGTERM, as a service manager sends it, while streams are open."""
    lines: list[str] = []
    with server.script() as client:
        client.create_project("p")
        run = client.start_run(
            client.save_pipeline("p", yaml=QUICK.replace("echo out", "sleep 20"))["pipeline"]["id"]
        )["id"]

        def listens() -> None:
            with contextlib.suppress(Exception):
                for news in client.run_changed(run):
                    lines.append(json.dumps(news["run"]["state"]))

        thread = threading.Thread(target=listens)
        thread.start()
        wait(lambda: bool(lines))
        before = (home / "out.txt").read_text()
        server.process.terminate()
        assert server.process.wait(SECONDS * 3) == 0
        thread.join(10)
    assert not re.search(r"Traceback|\[error|Exception", (home / "out.txt").read_text()[len(before) :])
    server.start()


def wait(check: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end
        time.sleep(0.02)
