"""What works on machines that allow less: as root without sandboxes, and as an ordinary user with and without
them."""

import asyncio
import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uv
import websockets

import cubestudio
from cubestudio.client import Client
from cubestudio.core.cluster.local.machine import reachable
from tests import specs
from tests.hostile.conftest import Side, living, until
from tests.hostile.test_accounting import daemon
from tests.hostile.test_builds import offered
from tests.hostile.test_images import SAVE, Kitchen, offering
from tests.notebooks.conftest import DEFINITION
from tests.parts import Server, folder, free_port, needs, shared
from tests.services.conftest import DEFINITION as SERVICE

pytestmark = pytest.mark.xdist_group("modes")
USER = "nobody"
MODES = {"root, no sandbox": (None, False), "a user": (USER, True), "a user, no sandbox": (USER, False)}


def started_by(user: str, above: Path, home: Path) -> tuple[str, ...]:
    """A command that starts the platform as another user, whatever interpreter this is."""
    python = sys.executable
    if not reachable(Path(python)) or not reachable(Path(uv.find_uv_bin())):
        python = _interpreter(above)
    who = pwd.getpwnam(user)
    return (
        needs("setpriv"),
        f"--reuid={who.pw_uid}",
        f"--regid={who.pw_gid}",
        "--clear-groups",
        "--",
        "env",
        f"HOME={home}",
        "USER=" + user,
        "sh",
        "-c",
        f'shift; exec {python} "$@"',
        "sh",
    )


def _interpreter(above: Path) -> str:
    """One of this machine's that every user can start, of the same version, with what this one has installed;
    not below /tmp, for pods have a /tmp of their own."""
    plain = shutil.which(f"python3.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin")
    packages = [path for path in sys.path if path.endswith("site-packages")] + [
        str(Path(cubestudio.__file__).parents[1])
    ]
    if plain is None or not all(reachable(Path(path, "."), mode=0o001) for path in packages):
        pytest.skip(
            "not run: no other user can start an interpreter of this version here, with what is installed"
        )
    made = above / "python"
    subprocess.run([plain, "-m", "venv", "--without-pip", str(made)], check=True)
    next(made.glob("lib/*/site-packages")).joinpath("these.pth").write_text("\n".join(packages) + "\n")
    shutil.copy(uv.find_uv_bin(), made / "bin" / "uv")
    return str(made / "bin" / "python")


@dataclass
class Place:
    server: Server
    side: Side
    port: int
    """One of this machine that pods reach."""
    root: bool
    sandbox: bool


@contextlib.contextmanager
def serving(user: str | None, sandbox: bool) -> Iterator[Place]:
    port = free_port()
    more = {"CUBE_LOCAL_SANDBOX": str(sandbox).lower(), "CUBE_LOCAL_SHARED_PORTS": f"[{port}]"}
    with folder() as above, shared() as installed:
        home, own = above / "data", above / "home"
        for path in (home, own):
            path.mkdir(mode=0o700)
            if user:
                os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        server = Server(home, within=started_by(user, installed, own) if user else (), more=more)
        try:
            side = Side(_client(server), "p")
            side.client.create_project("p")
            yield Place(server, side, port, user is None, sandbox)
            side.leave()
        finally:
            server.stop()


def _client(server: Server) -> Client:
    with httpx2.Client(base_url=server.url, timeout=60) as http:
        cookie = {
            "cookie": f"cube_session={http.get(server.link).cookies['cube_session']}",
            "x-cube-request": "1",
        }
        made = http.post(
            "/graphql",
            headers=cookie,
            json={"query": 'mutation { createToken(input: {name: "t"}) { ... on NewToken { secret } } }'},
        )
    return Client(server.url, made.json()["data"]["createToken"]["secret"])


@pytest.fixture(scope="module", params=MODES)
def place(request):
    if os.geteuid() != 0:
        pytest.skip("not run: only root can start the platform as others")
    with serving(*MODES[request.param]) as found:
        yield found


def test_it_says_what_it_separates(place):
    said = json.loads((place.server.home / "local" / "status.json").read_text())
    assert (said["isolated"], said["namespaces"]) == (place.root, place.sandbox), said
    trust = [note for note in said["notes"] if "who trust each other" in note]
    assert bool(trust) == (not place.root and not place.sandbox), said


def test_values_and_files_go_from_step_to_step(place):
    steps = [
        {
            "name": "a",
            "template": "shell",
            "outputs": ["n"],
            "args": {
                "script": (
                    "echo made > $CUBE_OUTPUT_DIR/file; mkdir $CUBE_OUTPUT_DIR/d; echo deep > "
                    "$CUBE_OUTPUT_DIR/d/e; echo '{\"n\": 7}' > $CUBE_OUTPUT_DIR/outputs.json"
                )
            },
        },
        {
            "name": "b",
            "template": "shell",
            "needs": ["a"],
            "args": {
                "script": (
                    "cat $CUBE_INPUT_DIR/a/file $CUBE_INPUT_DIR/a/d/e; echo {{ steps.a.outputs.n }}; id -u"
                )
            },
        },
    ]
    saved = place.side.client.save_pipeline("p", yaml=json.dumps({"name": "chain", "steps": steps}))
    run = place.side.client.start_run(saved["pipeline"]["id"], cache=False)["id"]
    query = "query($r: ID!) { run(id: $r) { state steps { name state explanation pod { id logDone } } } }"

    def over():
        found = place.side.client.execute(query, {"r": run})["run"]
        return (
            found["state"] not in ("QUEUED", "RUNNING")
            and all(not each["pod"] or each["pod"]["logDone"] for each in found["steps"])
            and found
        )

    found = until(over, 90)
    assert found["state"] == "SUCCEEDED", found
    said = place.side.log(next(each for each in found["steps"] if each["name"] == "b")["pod"]["id"]).split()
    assert said[:3] == ["made", "deep", "7"]
    assert int(said[3]) >= 700_000 if place.root else said[3] == str(pwd.getpwnam(USER).pw_uid)


def test_requirements_are_built(place):
    with offered(place.port, sourcepackage="pass") as requirements:
        environment = {"requirements": [requirements["sourcepackage"]]}
        ended = place.side.run(
            "python -c 'import sourcepackage; print(sourcepackage.value)'",
            environment=environment,
            seconds=120,
        )
    assert (ended.state, ended.log.split()[-1:]) == ("SUCCEEDED", ["1"]), ended


def test_a_failing_step_says_why(place):
    ended = place.side.run("echo so far; exit 3")
    assert (ended.state, ended.log) == ("FAILED", "so far\n") and "exit code 3" in (
        ended.explanation or ""
    ), ended


def test_limits_of_time_and_memory(place):
    late = place.side.run("trap '' TERM; while :; do sleep 0.1; done", timeout=1)
    assert (late.state, late.reason) == ("FAILED", "Timeout"), late
    large = place.side.run("exec python3 -c 'x = bytearray(600 * 2**20); import time; time.sleep(60)'")
    assert (large.state, large.reason) == ("FAILED", "OOMKilled"), large


def test_cancelling_ends_daemons_too(place):
    mark = f"98791.{os.getpid()}{len(place.side.begun)}"
    run = place.side.begin(f"{daemon(mark)}\necho begun; sleep 600")
    place.side.says(run, "begun")
    until(lambda: living(mark))
    place.side.cancel(run)
    assert place.side.ended(run).state == "CANCELLED"
    until(lambda: not living(mark), 20)


def test_a_terminal_has_what_the_step_has(place):
    run = place.side.begin("echo $$ > number; echo begun; until [ -e over ]; do sleep 0.05; done; cat over")
    pod = place.side.says(run, "begun")

    async def talk() -> None:
        address = place.server.url.replace("http", "ws") + f"/pods/{pod}/terminal"
        async with websockets.connect(
            address, additional_headers={"authorization": f"Bearer {place.side.client.token}"}
        ) as terminal:
            await terminal.send(json.dumps({"rows": 20, "columns": 70}))
            await terminal.send(b"test -s number && id -u > over.new && mv over.new over\n")
            async with asyncio.timeout(30):
                while place.side.ask(run)[0]["state"] == "RUNNING":
                    await asyncio.sleep(0.05)

    asyncio.run(talk())
    ended = place.side.ended(run)
    uid = int(ended.log.split()[-1])
    assert uid >= 700_000 if place.root else uid == pwd.getpwnam(USER).pw_uid


def test_work_goes_on_when_the_platform_is_killed(place):
    run = place.side.begin("echo begun; until [ -e over ]; do sleep 0.05; done; echo well")
    pod = place.side.says(run, "begun")
    fast = place.side.begin("echo begun; sleep 2; echo also")
    place.side.says(fast, "begun")
    place.server.kill()
    place.server.start()
    assert place.side.ended(fast).log == "begun\nalso\n"
    assert place.side.ask(run)[0]["state"] == "RUNNING"
    (place.server.home / "local" / "pods" / pod / "data" / "work" / "over").touch()
    ended = place.side.ended(run)
    assert (ended.state, ended.log) == ("SUCCEEDED", "begun\nwell\n"), ended


def test_a_killed_supervisor_leaves_nothing(place):
    """But, for an ordinary user without sandboxes, what cleared its environment: nothing tells whose it
    is."""
    mark = f"98792.{os.getpid()}{len(place.side.begun)}"
    stays = daemon(mark) if place.root or place.sandbox else daemon(mark).replace("{})", "os.environ)")
    run = place.side.begin(f"{stays}\necho begun; sleep 600")
    pod = place.side.says(run, "begun")
    until(lambda: living(mark))
    os.kill(int((place.server.home / "local" / "pods" / pod / "pid").read_text().split()[0]), signal.SIGKILL)
    ended = place.side.ended(run)
    assert (ended.state, ended.reason) == ("FAILED", "Lost"), ended
    until(lambda: not living(mark), 20)


def test_notebooks_and_services_answer(place):
    client = place.side.client
    notebook = client.create_notebook("p", "n", kind="CUSTOM", spec=specs.notebook(DEFINITION))["id"]
    service = client.create_service("p", "s", spec=specs.service(SERVICE), access="PUBLIC")["id"]
    state = "query($i: ID!) { %s(id: $i) { state } }"
    until(lambda: client.execute(state % "notebook", {"i": notebook})["notebook"]["state"] == "RUNNING")
    until(lambda: client.execute(state % "service", {"i": service})["service"]["state"] == "READY")
    assert httpx2.get(client.service(service)["url"] + "/there", timeout=30).json()["path"] == "/there"
    for asked in ("stopNotebook", "stopService"):
        client.execute(
            f"mutation($i: ID!) {{ {asked}(id: $i) {{ __typename }} }}",
            {"i": notebook if "Note" in asked else service},
        )


def test_images_are_built_as_root_and_refused_else(place):
    needs("buildah")
    lines = (
        f'FROM scratch\nADD --chmod=755 http://127.0.0.1:{place.port}/busybox /bin/sh\nRUN ["/bin/sh", '
        '"-c", "echo DONE"]\n'
    )
    with offering(place.port):
        saved = place.side.client.execute(SAVE, {"p": "p", "n": "i", "d": {"dockerfile": lines}})["saveImage"]
        if not place.root:
            assert "only when the platform runs as root" in saved["message"], saved
            return
        built = Kitchen(None, place.side, place.port).ended(saved["build"]["id"])
    assert built.state == "SUCCEEDED" and "DONE" in built.log.splitlines(), built


def test_nobody_gets_the_rights_of_root_by_an_oversight():
    """Without namespaces users must walk to their folders. Where they cannot, they do not become root
    instead."""
    if os.geteuid() != 0:
        pytest.skip("not run: only root can be mistaken for somebody who is")
    with folder() as above:
        closed = above / "closed"
        closed.mkdir(mode=0o700)
        env = {
            **os.environ,
            "CUBE_HOME": str(closed / "data"),
            "CUBE_PORT": str(free_port()),
            "CUBE_LOCAL_SANDBOX": "false",
        }
        command = [sys.executable, "-m", "cubestudio.cli.main"]
        for verb in ("up", "doctor"):
            ended = subprocess.run([*command, verb], env=env, capture_output=True, text=True, timeout=120)
            said = ended.stdout + ended.stderr
            assert (
                ended.returncode != 0
                and f"other users cannot enter {closed}" in said
                and "Set CUBE_HOME to a folder" in said
            ), said
            assert "Traceback" not in said, said
        trusting = Server(
            closed / "data", more={"CUBE_LOCAL_SANDBOX": "false", "CUBE_LOCAL_USER_ISOLATION": "false"}
        )
        trusting.stop()
