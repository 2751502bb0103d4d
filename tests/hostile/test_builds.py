"""R5: building an environment reaches nothing but the project that asks for it, and ends."""

import contextlib
import hashlib
import http.server
import io
import os
import tarfile
import threading

import pytest

from cubestudio.client import Refused
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.port import Image, Node
from cubestudio.core.store import Store
from tests.contract.test_cluster import over, sh, steps, work
from tests.hostile.conftest import living, until
from tests.hostile.test_accounting import DAEMON

MARK = f"98771.{os.getpid()}"
BACKEND = """
import os, sys, zipfile
def get_requires_for_build_wheel(config_settings=None):
    return []
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    SAYS
    name = "PACKAGE-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        wheel.writestr("PACKAGE.py", "value = 1")
        wheel.writestr("PACKAGE-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: PACKAGE\\nVersion: 1.0\\n")
        wheel.writestr("PACKAGE-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("PACKAGE-1.0.dist-info/RECORD", "")
    return name
"""  # noqa: E501


def package(name: str, says: str) -> bytes:
    """A source distribution that executes `says` when it is built, and needs nothing to be built."""
    body = BACKEND.replace("SAYS", says.strip().replace("\n", "\n    ")).replace("PACKAGE", name)
    files = {
        "pyproject.toml": (
            '[build-system]\nrequires = []\nbuild-backend = "evil"\nbackend-path = '
            f'["."]\n[project]\nname = "{name}"\nversion = "1.0"\n'
        ),
        "evil.py": body,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
    }
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        for path, text in files.items():
            info = tarfile.TarInfo(f"{name}-1.0/{path}")
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return held.getvalue()


@contextlib.contextmanager
def offered(port: int, **packages: str):
    """Packages at a port of this machine; gives their requirements by name."""
    files = {f"/{name}-1.0.tar.gz": package(name, says) for name, says in packages.items()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            data = files.get(self.path, b"")
            self.send_response(200 if data else 404)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield {name: f"{name} @ http://127.0.0.1:{server.server_port}/{name}-1.0.tar.gz" for name in packages}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def state_of(folder) -> str:
    """All that can be told of a tree of files, as one text."""
    found = []
    for top, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            status = os.lstat(os.path.join(top, name))
            found.append(
                f"{top}/{name} {status.st_mode} {status.st_uid} {status.st_size} "
                f"{status.st_mtime_ns} {status.st_ino}"
            )
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()


REFUSED = [
    "/etc",
    "./x",
    "../x",
    "~/x",
    "file:///etc",
    "-e .",
    "-e git+https://example.com/x.git",
    "--editable=.",
    "-r /etc/passwd",
    "-f /tmp",
    "six\r-f /tmp",
    "six\n--extra-index-url http://example.com",
    "six --extra-index-url http://example.com",
    "six\u2028-e .",
    "six\x0b-e .",
    "six @ file:///etc",
    "x @ git+file:///etc",
    "x @ /etc",
    "six ; -e .",
    "-c /etc/passwd",
    "six --config-settings=x",
    "x.tar.gz",
    "six\\\n-e .",
    "${HOME}",
    "x @ http://h/${CUBE_TOKEN}.whl",
]


def test_what_is_no_requirement_is_refused_at_the_door(hall):
    taken = []
    for text in REFUSED:
        with contextlib.suppress(Refused):
            hall.hostile.begin("true", environment={"requirements": [text]})
            taken.append(text)
    assert taken == []


WAITING = """
with open("/tmp/x", "w"):
    pass
print("waiting", file=sys.stderr, flush=True)
if os.fork() == 0:
    exec(DAEMON_)
import time
while True:
    time.sleep(1)
"""


def test_a_build_ends_when_its_run_is_cancelled(hall):
    mark = MARK + "1"
    with offered(
        hall.sdists, slowpackage=WAITING.replace("DAEMON_", repr(DAEMON.replace("MARK", mark)))
    ) as requirements:
        run = hall.hostile.begin("true", environment={"requirements": [requirements["slowpackage"]]})
        until(lambda: living(mark), 60)
        hall.hostile.cancel(run)
        assert hall.hostile.ended(run).state == "CANCELLED"
        until(lambda: not living(mark), 20)


async def test_a_build_ends_at_its_limit_of_time(settings):
    mark = MARK + "2"
    with offered(
        0, slowpackage=WAITING.replace("DAEMON_", repr(DAEMON.replace("MARK", mark)))
    ) as requirements:
        port = int(requirements["slowpackage"].partition(":")[2].partition(":")[2].partition("/")[0])
        cluster = LocalCluster(
            "local",
            settings.model_copy(update={"build_timeout_seconds": 4.0, "local_shared_ports": (port,)}),
            Store.open(settings),
        )
        await cluster.drive()
        try:
            task = sh("true", image=Image(host=False, requirements=(requirements["slowpackage"],)))
            await cluster.apply(work(Node(name="a", task=task)))
            found = steps(await over(cluster))["a", None]
        finally:
            await cluster.close()
    assert found.reason == "EnvironmentFailed" and "longer than its limit of 4 s" in found.message, found
    assert not living(mark)


EVIL = """
import glob, site, sysconfig
print("build runs as", os.getuid(), file=sys.stderr)
words = "import os; open('/tmp/evil', 'w')"
seen = ["/cube", "/cube/environments", "/.cube", "/tmp", "/etc", "/usr/lib/python3", "/opt", "/root", "HOME/local/environments", "HOME", "/var/tmp", "/dev/shm"]
places = [*seen, *glob.glob("/cube/*/*"), *glob.glob("/cube/environments/*/lib/python*/site-packages"), *site.getsitepackages()]
for place in places:
    for name in ("evil.pth", "sitecustomize.py"):
        try:
            with open(os.path.join(place, name), "w") as file:
                file.write(words)
        except OSError:
            pass
    for name, target in (("evil-link", "HOME/cube.db"), ("evil-folder", "HOME/local"), (".lock", "/etc/evil"), ("CACHEDIR.TAG", "/etc/evil")):
        try:
            os.unlink(os.path.join(place, name))
        except OSError:
            pass
        try:
            os.symlink(target, os.path.join(place, name))
        except OSError:
            pass
target = os.environ.get("CUBE_TARGET") or os.environ.get("VIRTUAL_ENV")
for top, folders, files in os.walk("/cube/environments"):
    try:
        os.chmod(top, 0o777)
    except OSError:
        pass
if os.fork() == 0:
    exec(DAEMON_)
"""  # noqa: E501


def test_a_source_distribution_that_writes_everywhere(hall):
    """It spoils the environments and the cache of its own project, for the tests after it too: not those of
    another one, nor what all share, nor a file of root."""
    shared = {"requirements": ["six==1.17.0"]}
    use = (
        "python -c 'import six; print(six.__version__)'; ls -la /tmp/evil 2> /dev/null && echo LEAK; "
        "echo DONE"
    )
    first = hall.innocent.run(use, environment=shared, seconds=120)
    if "DONE" not in first.log:
        pytest.skip(f"not run: the package index does not answer: {first.explanation}")
    environments = hall.home / "local" / "environments"
    before = {path.with_suffix(""): state_of(path.with_suffix("")) for path in environments.glob("*.ready")}
    assert before and not os.path.exists("/etc/evil")
    says = EVIL.replace("HOME", str(hall.home)).replace("DAEMON_", repr(DAEMON.replace("MARK", MARK)))
    with offered(hall.sdists, evilpackage=says) as requirements:
        own = {"requirements": [requirements["evilpackage"], "six==1.17.0"]}
        built = hall.hostile.run(
            "python -c 'import evilpackage, six; print(evilpackage.value)'; echo DONE",
            environment=own,
            seconds=120,
        )
        assert not living(MARK)
        with offered(0):
            theirs = hall.innocent.run(use, environment=own, seconds=120)
    assert "DONE" in built.log or built.reason == "EnvironmentFailed", built
    planted = {path.parent for path in environments.rglob("evil-link")}
    assert planted and all(path.lstat().st_uid >= 700_000 for path in planted), (
        "it was built, and could write to what is its own"
    )
    assert theirs.state == "SUCCEEDED" or theirs.reason == "EnvironmentFailed"
    assert {path: state_of(path) for path in before} == before
    for path in before:
        assert path.lstat().st_uid == 0
    owners = {
        path.lstat().st_uid
        for path in environments.iterdir()
        if path.is_dir() and path not in before and not path.name.startswith("cache")
    }
    assert 0 not in owners
    for place in (
        "/etc/evil",
        "/tmp/evil",
        "/usr/lib/python3/evil.pth",
        f"{hall.home}/evil.pth",
        f"{environments}/evil.pth",
        f"{hall.home}/local/evil.pth",
    ):
        assert not os.path.lexists(place), place
    again = hall.innocent.run(use, environment=shared)
    assert again.state == "SUCCEEDED" and "LEAK" not in again.log and "1.17.0" in again.log
