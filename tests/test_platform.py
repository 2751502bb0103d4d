"""The platform as processes: the command line against a server, and the roles apart on MariaDB and Redis."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import httpx2 as httpx
import pytest

from cubestudio.client import Client, Failed
from tests.parts import PATH, Server, free_port, wait_port

PYTHON = [sys.executable, "-m", "cubestudio.cli.main"]
GOOD = (
    "name: good\nparameters: [{name: n, type: int, default: 1}]\nsteps: [{name: a, template: shell, "
    "args: {script: 'echo said {{ params.n }}'}}]\n"
)


@pytest.fixture
def server(home):
    made = Server(home)
    yield made
    made.stop()


def test_the_command_line_follows_a_run_and_tells_its_end(server, home, tmp_path):
    token = subprocess.run(
        [*PYTHON, "token"],
        env={**os.environ, "CUBE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()[-1]
    environment = {**os.environ, "CUBE_URL": server.url, "CUBE_TOKEN": token}
    good, bad, wrong = tmp_path / "good.yaml", tmp_path / "bad.yaml", tmp_path / "wrong.yaml"
    good.write_text(GOOD)
    bad.write_text(GOOD.replace("good", "bad").replace("echo said", "exit 3; echo"))
    wrong.write_text(GOOD.replace("template: shell", "template: nothing"))

    def run(*arguments):
        return subprocess.run(
            [*PYTHON, "run", *map(str, arguments), "--follow"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    done = run(good, "--param", "n=7")
    assert done.returncode == 0, done.stderr
    assert "saved as version 1" in done.stdout and "Succeeded" in done.stdout.title()
    assert run(bad).returncode == 1
    refused = run(wrong)
    assert (
        refused.returncode not in (0, 1) or "there is no template nothing" in refused.stdout + refused.stderr
    )
    with server.script() as client:
        found = client.execute('{ runs(search: "good") { nodes { params state } } }')["runs"]["nodes"]
    assert found == [{"params": {"n": 7}, "state": "SUCCEEDED"}]


def finish(client: Client, run: str, seconds: float = 90) -> str:
    """The state of a run when it has ended, heard again whenever the stream breaks."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError, Failed):
            for news in client.run_changed(run):
                if news["run"]["state"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                    return news["run"]["state"]
        time.sleep(0.1)
    raise TimeoutError(run)


def start(role: str, environment: dict, home) -> subprocess.Popen:
    with open(home / f"{role}.txt", "ab") as out:
        return subprocess.Popen([*PYTHON, role], env=environment, stdout=out, stderr=out)


@pytest.mark.xdist_group("mariadb")
async def test_roles_in_processes_of_their_own_finish_what_a_killed_one_began(home, mariadb, redis_url):
    name = f"cube_{free_port()}"
    port = int(mariadb.rsplit(":", 1)[1])
    subprocess.run(
        [
            "mariadb",
            "--no-defaults",
            "-h127.0.0.1",
            f"-P{port}",
            "-uroot",
            "-e",
            f"CREATE DATABASE {name} CHARACTER SET utf8mb4",
        ],
        env={**os.environ, "PATH": PATH},
        check=True,
    )
    web_port = free_port()
    environment = {
        **os.environ,
        "PATH": PATH,
        "CUBE_HOME": str(home),
        "CUBE_PORT": str(web_port),
        "CUBE_STOP_GRACE_SECONDS": "1",
        "CUBE_DATABASE_URL": f"{mariadb}/{name}",
        "CUBE_REDIS_URL": redis_url.replace("/0", "/7"),
        "CUBE_STORE_URL": str(home / "store"),
    }
    subprocess.run([*PYTHON, "init"], env=environment, check=True, capture_output=True)
    roles = {role: start(role, environment, home) for role in ("web", "worker", "clock", "watch")}
    try:
        wait_port(web_port, roles["web"])
        token = subprocess.run(
            [*PYTHON, "token"], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        url = f"http://127.0.0.1:{web_port}"
        yaml = (
            "name: many\nsteps:\n- {name: a, template: shell, args: {script: 'for n in $(seq 30); do "
            "echo $n; sleep 0.1; done'}}\n- {name: b, template: shell, args: {script: echo end}, needs: "
            "[a]}\n"
        )
        with Client(url, token) as client:
            client.create_project("p")
            pipeline = client.save_pipeline("p", yaml=yaml)["pipeline"]
            run = client.start_run(pipeline["id"])["id"]
            for news in client.run_changed(run):
                if news["run"]["state"] == "RUNNING":
                    break
        for role in ("worker", "web"):
            roles[role].send_signal(signal.SIGKILL)
            roles[role].wait()
            roles[role] = start(role, environment, home)
        wait_port(web_port, roles["web"])
        with Client(url, token) as client:
            roles["watch"].send_signal(signal.SIGKILL)
            roles["watch"].wait()
            quick = "name: quick\nsteps:\n- {name: a, template: shell, args: {script: 'true'}}\n"
            pipeline = client.save_pipeline("p", yaml=quick)["pipeline"]["id"]
            meanwhile = [client.start_run(pipeline, cache=False)["id"] for _ in range(4)]
            end = time.monotonic() + 60
            with contextlib.closing(sqlite3.connect(home / "local/state.db")) as state:
                while state.execute("select count(*) from workload").fetchone() != (5,):
                    assert time.monotonic() < end, "the worker did not hand them over"
                    time.sleep(0.1)
            roles["watch"] = start("watch", environment, home)
            assert [finish(client, each) for each in meanwhile] == ["SUCCEEDED"] * 4, (
                "what was handed over while nobody drove begins"
            )
            finish(client, run)
            steps = client.execute(
                "query($id: ID!) { run(id: $id) { state steps { name state attempt pod { id } } } }",
                {"id": run},
            )["run"]
            assert steps["state"] == "SUCCEEDED", json.dumps(steps) + "".join(
                (home / f"{role}.txt").read_text()[-1500:] for role in roles
            )
            assert [step["attempt"] for step in steps["steps"]] == [1, 1]
            log = client.execute(
                "query($p: ID!) { log(pod: $p) { text done } }", {"p": steps["steps"][0]["pod"]["id"]}
            )["log"]
            assert log == {"text": "".join(f"{n}\n" for n in range(1, 31)), "done": True}
    finally:
        for process in roles.values():
            process.terminate()
        for process in roles.values():
            process.wait(20)


SMALL = (
    "unshare",
    "-m",
    "sh",
    "-c",
    'mount -t tmpfs -o size=40m,mode=755 tmpfs "$CUBE_HOME" && exec "$@"',
    "sh",
)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a process a small disk")
def test_a_full_disk_fails_what_filled_it_and_nothing_else(home):
    server = Server(home, within=SMALL)
    try:
        with httpx.Client(base_url=server.url, headers={"x-cube-request": "1"}) as http:
            http.get(server.link)
            query = 'mutation { createToken(input: {name: "x"}) { ... on NewToken { secret } } }'
            secret = http.post("/graphql", json={"query": query}).json()["data"]["createToken"]["secret"]
        with Client(server.url, secret) as client:
            client.create_project("p")

            def run(name: str, script: str) -> dict:
                yaml = json.dumps(
                    {"name": name, "steps": [{"name": "a", "template": "shell", "args": {"script": script}}]}
                )
                started = client.start_run(
                    client.save_pipeline("p", yaml=yaml)["pipeline"]["id"], cache=False
                )["id"]
                state = finish(client, started)
                steps = client.execute(
                    "query($r: ID!) { run(id: $r) { steps { state explanation pod { id } } } }",
                    {"r": started},
                )["run"]["steps"]
                return {"state": state, **steps[0]}

            filled = run("file", "head -c 200M /dev/zero > $CUBE_OUTPUT_DIR/big")
            assert filled["state"] == "FAILED"
            text = client.execute("query($p: ID!) { log(pod: $p) { text } }", {"p": filled["pod"]["id"]})[
                "log"
            ]["text"]
            assert "No space left" in text + filled["explanation"]
            fill = "head -c 200M /dev/zero > $CUBE_OUTPUT_DIR"
            late = run(
                "late", f"{fill}/a 2> /dev/null || sleep 0.5; {fill}/b 2> /dev/null || echo kept; exit 1"
            )
            text = client.execute("query($p: ID!) { log(pod: $p) { text } }", {"p": late["pod"]["id"]})[
                "log"
            ]["text"]
            assert (
                "kept" in text or "its log is incomplete: No space left on device" in late["explanation"]
            ), late
            loud = run("log", "head -c 200M /dev/zero | tr '\\0' 'x' | fold -w 100")
            assert loud["state"] in ("FAILED", "SUCCEEDED"), loud
            assert httpx.get(f"{server.url}/healthz/live").status_code == 200
            assert run("after", "echo well")["state"] == "SUCCEEDED"
    finally:
        server.stop()
