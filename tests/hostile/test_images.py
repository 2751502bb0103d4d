"""Builds of images: what a Dockerfile says is code like any other, run by root of a user namespace that has
nothing outside it.

buildah itself is not trusted: by odd options of `RUN --mount` its commands reach all that the pod of the
build sees (`OUT`)."""

import contextlib
import http.server
import itertools
import json
import platform
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cubestudio.images import spec
from tests.hostile.conftest import LAYERS, Side, living, until
from tests.hostile.test_accounting import DAEMON
from tests.parts import needs

SAVE = """mutation($p: String!, $n: String!, $d: ImageSourceInput!, $r: BuildResourcesInput) {
    saveImage(input: {project: $p, name: $n, source: $d, resources: $r}) {
        ... on SavedImage { build { id } } ... on Problem { message faults { message } } } }"""
BUILD = """query($b: ID!) { build(id: $b) { state explanation digest size packages { kind name version } files { path size } packageChanges { name } pod { id logDone } } }"""  # noqa: E501
NAMES = itertools.count()
OUT = "RUN --mount=type=cache,id=../../../../../../,target=/out "


@dataclass
class Built:
    state: str
    explanation: str | None
    log: str
    found: dict

    def held(self) -> None:
        """The whole script ran and got nothing that it must not have; the log has the script, too."""
        lines = self.log.splitlines()
        assert not [line for line in lines if line.startswith("LEAK")], self.log
        assert self.state == "SUCCEEDED" and "DONE" in lines, self


class Kitchen:
    """Builds of the hostile member, in whose images is a static program."""

    def __init__(self, hall, side: Side, port: int):
        self.hall = hall
        self.side = side
        self.head = f"""FROM scratch
ADD --chmod=755 http://127.0.0.1:{port}/busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
"""

    def begin(self, text: str, **more) -> str:
        told = {
            "p": self.side.project,
            "n": f"n{next(NAMES)}",
            "d": {"dockerfile": self.head + text},
            "r": more,
        }
        saved = self.side.client.execute(SAVE, told)["saveImage"]
        assert "build" in saved, saved
        return saved["build"]["id"]

    def ask(self, build: str) -> dict:
        return self.side.client.execute(BUILD, {"b": build})["build"]

    def ended(self, build: str, seconds: float = 120) -> Built:
        def over():
            found = self.ask(build)
            return (
                found["state"] in ("SUCCEEDED", "FAILED", "CANCELLED")
                and (not found["pod"] or found["pod"]["logDone"])
                and found
            )

        found = until(over, seconds)
        return Built(
            found["state"],
            found["explanation"],
            self.side.log(found["pod"]["id"]) if found["pod"] else "",
            found,
        )

    def build(self, text: str, **more) -> Built:
        """Once more, as other layers, when what a command printed did not arrive, which was seen once of a
        busy machine: what is not there cannot show that nothing was found."""
        for number in range(3):
            built = self.ended(self.begin(f"ENV TURN={number}\n{text}", **more))
            if built.state != "SUCCEEDED" or {"DONE", "LEAK"} & {line[:4] for line in built.log.splitlines()}:
                break
        return built


@contextlib.contextmanager
def offering(port: int) -> Iterator[int]:
    """A static program at a port of this machine."""
    program = Path(needs("busybox")).read_bytes()

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", str(len(program)))
            self.end_headers()
            self.wfile.write(program)

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def port(platform_of_all):
    needs("buildah")
    with offering(platform_of_all.sdists) as port:
        yield port


@pytest.fixture
def kitchen(sandboxed, port):
    return Kitchen(sandboxed, sandboxed.hostile, port)


def script(text: str, *, out: bool = False) -> str:
    """A command of a Dockerfile that runs a script of sh, in the image or with all that its build sees at
    /out."""
    return (OUT if out else "RUN ") + json.dumps(["/bin/sh", "-c", text]) + "\n"


def test_commands_of_a_dockerfile_have_no_rights_outside(kitchen):
    kitchen.build(
        script("""
        for words in "mount -t tmpfs x /bin" "mount -t proc x /bin" "mount -o remount,rw /sys" "unshare -U true" "unshare -n true" "unshare -m true" \\
            "mknod /block b 254 0" "mknod /char c 1 1" "kill -9 1" "dmesg" "hostname evil" "swapoff -a" "insmod x"; do
          $words > /dev/null 2>&1 && echo "LEAK $words"
        done
        for file in /proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches /sys/kernel/uevent_helper /proc/1/mem /proc/1/environ; do
          (exec 3>> $file) 2> /dev/null && echo "LEAK $file"
        done
        find / -name 'cube.db*' -o -name theirs -o -name state.db 2> /dev/null | grep . && echo LEAK
        echo DONE
        """)  # noqa: E501
    ).held()


def test_whoever_leaves_the_image_sees_what_the_pod_of_the_build_sees(kitchen):
    hall = kitchen.hall
    pod = hall.victim()
    kitchen.build(
        script(
            f"""
        test -d /out/cube/run/work && echo out
        for place in {hall.home} /.cube/local /root/.ssh /cube/../.cube /var/lib/cubestudio-uids.json /proc/1/root /proc/1/cwd; do
          ls /out$place 2> /dev/null | grep -E 'keys|cube.db|state.db|pods|folders|id_rsa|json' && echo "LEAK $place"
        done
        cat /out/etc/shadow /out/etc/gshadow 2> /dev/null && echo LEAK
        find /out/cube /out/tmp /out/var /out/run /out/home -name theirs | grep . && echo LEAK
        ls /out/cube/folders | grep -v {kitchen.side.client.execute('{ project(key: "a") { id } }')["project"]["id"]} && echo LEAK
        for place in /out /out/usr /out/etc /out/lib /out/cube /out/dev /out/opt /out/work /out/root; do
          touch $place/evil 2> /dev/null && echo "LEAK $place"
        done
        echo DONE
        """,  # noqa: E501
            out=True,
        )
    ).held()
    assert hall.running(pod, hall.innocent)


FAR = """
import ctypes, errno, os, socket
libc = ctypes.CDLL(None, use_errno=True)
table = {"acct": 163, "swapon": 167, "reboot": 169, "iopl": 172, "init_module": 175, "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250,
    "perf_event_open": 298, "open_by_handle_at": 304, "setns": 308, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425, "fanotify_init": 300}
for name, number in table.items():
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
    if result != -1 or errno.errorcode.get(ctypes.get_errno()) not in ("EPERM", "ENOSYS"):
        print("LEAK", name, result, ctypes.get_errno())
try:
    print("LEAK", socket.socket(40, socket.SOCK_STREAM))
except OSError:
    pass
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
if status["NoNewPrivs"].strip() != "1" or int(status["Seccomp_filters"]) != 2:
    print("LEAK", status["NoNewPrivs"], status["Seccomp_filters"])
print("DONE")
"""  # noqa: E501


@pytest.mark.skipif(
    platform.machine() != "x86_64", reason="not run: the numbers of system calls are those of x86-64"
)
def test_system_calls_that_reach_far_are_refused_in_builds(kitchen):
    kitchen.build(
        script(f"cat > /out/tmp/far.py <<'END'\n{FAR}\nEND\nchroot /out python3 /tmp/far.py", out=True)
    ).held()


def test_programs_of_an_image_that_set_a_user_give_nothing(kitchen):
    """Neither in a later command of the build nor in a step of the same project, which could find them in its
    folders."""
    text = (
        "RUN cp /bin/busybox /x; mv /x /bin/busybox; chmod 4755 /bin/busybox; echo "
        "'u:x:1000:1000::/:/bin/sh' > /etc/passwd\nUSER 1000\n"
    )
    kitchen.build(text + script("su -c id root 2>&1 | grep uid=0 && echo LEAK; echo DONE")).held()


def test_what_a_build_leaves_running_ends_with_it(kitchen):
    mark = "98775"
    told = (
        f"cat > /out/tmp/stay.py <<'END'\n{DAEMON.replace('MARK', mark)}\nEND\nchroot /out python3 "
        "/tmp/stay.py < /dev/null > /dev/null 2>&1 &\necho DONE"
    )
    built = kitchen.build(script(told, out=True))
    assert "DONE" in built.log, built
    until(lambda: not living(mark), 30)


def test_a_bomb_of_forks_in_a_build_is_bounded(kitchen):
    built = kitchen.build(script("f() { f | f & f; }; f 2> /dev/null; sleep 2; echo DONE"))
    assert built.state in ("FAILED", "SUCCEEDED")


def test_folders_that_a_build_gave_to_other_users_are_removed(kitchen):
    """Those of its pod at its end, the layers with the project."""
    hall = kitchen.hall
    project = hall.admin.create_project("doomed")["id"]
    hall.admin.set_member("doomed", "mallory", "MEMBER")
    doomed = Kitchen(hall, Side(kitchen.side.client, "doomed"), hall.sdists)
    places = "/out/cube/folders/*/builds /out/cube/run/work /out/cube/run/out /out/cube/run/tmp"
    built = doomed.build(
        script(
            "mkdir -p /out/cube/run/out/a/b; chown 7 /out/cube/run/out/a/b /out/cube/run/out/a; "
            f"chmod 0 /out/cube/run/out/a/b; chown 5:5 {places} && echo DONE",
            out=True,
        )
    )
    assert "DONE" in built.log, built
    folder = hall.home / "local" / "folders" / project
    assert (folder / "builds").stat().st_uid >= 100_000_000
    until(lambda: not (hall.home / "local" / "pods" / built.found["pod"]["id"] / "data").exists(), 60)
    for asked, told in (
        ("archiveProject(id: $p)", {"p": project}),
        ('deleteProject(id: $p, name: "doomed")', {"p": project}),
    ):
        answer = hall.admin.execute(
            f"mutation($p: ID!) {{ {asked} {{ __typename ... on Problem {{ message }} }} }}", told
        )
        assert "Problem" not in str(answer), answer
    until(lambda: not folder.exists(), 90)


def test_layers_do_not_fill_the_disk_for_ever(kitchen):
    """Those of one build that left too many are gone when the next has begun; what else is odd in their place
    does not stay in its way."""
    hall = kitchen.hall
    project = kitchen.side.client.execute('{ project(key: "a") { id } }')["project"]["id"]
    storage = hall.home / "local" / "folders" / project / "builds" / "storage"
    filled = script(
        f"dd if=/dev/zero of=/large bs=1M count={LAYERS // 2**20 + 1} 2> /dev/null; mkdir -p "
        "/closed/a; chown -R 7 /closed; chmod 0 /closed; exit 1"
    )
    assert kitchen.build(filled).state == "FAILED"
    assert _size(storage) > LAYERS
    kitchen.build(script("echo DONE")).held()
    assert _size(storage) < LAYERS


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


HOSTILE_RESULT = (
    '{"digest": [1], "size": -5, "packages": {"python": 5, "debian": {"x": [1], "y": "2"}, "other": []}}'
)


def test_what_a_build_says_of_its_image_has_a_form(kitchen):
    """A process that outlives its command has the build write into a pipe, and puts a file of its own in its
    place."""
    program = f"""import ctypes, os
place, libc = "/cube/run/out/outputs.json", ctypes.CDLL(None)
with open("/cube/run/tmp/evil", "w") as file:
    file.write({HOSTILE_RESULT!r})
os.mkfifo(place)
pipe = os.open(place, os.O_RDWR | os.O_NONBLOCK)
try:
    while True:
        os.write(pipe, b"x" * 4096)
except BlockingIOError:
    pass
watch = libc.inotify_init()
libc.inotify_add_watch(watch, place.encode(), 0x20)
if os.fork() == 0:
    os.setsid()
    os.read(watch, 4096)
    os.rename("/cube/run/tmp/evil", place)
    while True:
        os.set_blocking(pipe, True)
        os.read(pipe, 65536)
"""
    told = (
        f"cat > /out/tmp/write.py <<'END'\n{program}END\nchroot /out python3 /tmp/write.py < /dev/null > "
        "/dev/null 2>&1; echo DONE"
    )
    build = kitchen.begin(script(told, out=True))
    built = kitchen.ended(build)
    assert (built.state, built.found["size"], built.found["packages"]) == (
        "SUCCEEDED",
        None,
        [{"kind": "DEBIAN", "name": "y", "version": "2"}],
    ), built
    assert kitchen.ask(build)["packageChanges"] == [], "the page of it is shown"


def test_a_result_of_another_form_counts_as_not_said():
    assert spec.result(json.loads(HOSTILE_RESULT)) == {
        "digest": None,
        "size": None,
        "packages": {"debian": {"y": "2"}},
    }
    for odd in (
        {},
        {"size": 2**63},
        {"size": True},
        {"size": "1"},
        {"size": 1e300},
        {"digest": None, "packages": [1]},
    ):
        assert spec.result(odd) == {"digest": None, "size": None, "packages": {}}
    assert (
        spec.result({"digest": "sha256:" + "0" * 64, "size": 3, "packages": {"python": {"six": "1"}}})["size"]
        == 3
    )
