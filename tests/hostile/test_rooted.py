"""Steps whose root is an image that was built here: they see its files and nothing more of the machine
than others, whatever the image is made of and whatever the project's code does to the files that are kept
of it."""

import encodings
import json
import os
import shutil
import subprocess
import sys

import pytest

import cubestudio
from cubestudio.core.cluster.local.runtime import rootfs
from cubestudio.images.runtime import report
from tests.hostile.conftest import LAYERS, Ended
from tests.hostile.test_images import Kitchen, port, script  # noqa: F401


@pytest.fixture
def kitchen(sandboxed, port):  # noqa: F811
    return Kitchen(sandboxed, sandboxed.hostile, port)


BUILD = "query($b: ID!) { build(id: $b) { number imageId } }"
NAME = "query($i: ID!) { image(id: $i) { name } }"


class Rooms:
    """Images of the hostile member, and steps in them."""

    def __init__(self, kitchen: Kitchen):
        self.kitchen, self.side, self.hall = kitchen, kitchen.side, kitchen.hall

    def build(self, text: str) -> tuple[str, str]:
        """(name, build) of an image."""
        build = self.kitchen.begin(text)
        done = self.kitchen.ended(build)
        assert done.state == "SUCCEEDED", done
        told = self.side.client.execute(BUILD, {"b": build})["build"]
        name = self.side.client.execute(NAME, {"i": told["imageId"]})["image"]["name"]
        return f"localhost/{name}:v{told['number']}", build

    def run(self, image: str, text: str, **more) -> Ended:
        return self.side.run(text, environment={"image": image}, **more)

    def roots(self) -> str:
        """Where a step of the project finds what is kept of its images: nowhere; and where the machine has
        it."""
        project = self.side.client.execute('{ project(key: "a") { id } }')["project"]["id"]
        return str(self.hall.home / "local" / "folders" / project / "builds" / "roots")


@pytest.fixture
def rooms(kitchen):
    return Rooms(kitchen)


def test_a_step_runs_in_the_image_that_was_built_here(rooms):
    name, _ = rooms.build(
        'ENV GREETING="hello there" PATH=/bin:/mine\n'
        + script("mkdir /mine /data; echo stays > /data/file; echo DONE")
    )
    ran = rooms.run(
        name,
        """
        echo "$GREETING"; cat /data/file; echo "$PATH"; ls /; test -e /usr && echo "LEAK usr"
        echo more >> /data/file || echo read-only
        echo left > "$CUBE_OUTPUT_DIR/x"; echo '{"n": 3}' > "$CUBE_OUTPUT_DIR/outputs.json"
        """,
        outputs=["n"],
    )
    assert ran.state == "SUCCEEDED", ran
    lines = ran.log.splitlines()
    assert lines[:3] == ["hello there", "stays", "/bin:/mine"], lines
    seen = set(lines[3:])
    assert (
        seen >= {"bin", "cube", "data", "dev", "mine", "proc", "tmp", "read-only"}
        and not {"usr", "opt", "home", "LEAK usr"} & seen
    ), seen
    assert "x" in ran.artifacts
    assert "as a process" not in ran.log


def test_a_step_in_an_image_has_no_more_rights_than_others(rooms):
    rooms.hall.victim()
    name, _ = rooms.build("")
    rooms.run(
        name,
        f"""
        for words in "mount -t tmpfs x /bin" "mount -o remount,rw /" "mount -o remount,rw /bin" "umount /bin" "unshare -U true" "unshare -m true" \\
            "chroot / true" "mknod /tmp/b b 254 0" "kill -9 1" "dmesg" "hostname evil" "swapoff -a"; do
          $words > /dev/null 2>&1 && echo "LEAK $words"
        done
        for place in / /bin /etc /dev /cube /proc /sys; do
          touch $place/evil 2> /dev/null && echo "LEAK $place"
        done
        for file in /proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/1/mem /proc/1/environ /dev/kmsg /dev/mem; do
          (exec 3>> $file) 2> /dev/null && echo "LEAK $file"
        done
        for place in {rooms.hall.home} /.cube /.image /cube/../.cube /proc/1/root /proc/1/cwd /root/.ssh /var/lib/cubestudio-uids.json; do
          ls $place 2> /dev/null | grep -E 'keys|cube.db|state.db|pods|folders|local|id_rsa|json' && echo "LEAK $place"
        done
        find / -name 'cube.db*' -o -name theirs -o -name state.db 2> /dev/null | grep . && echo LEAK
        ps | grep -E 'forkserver|uvicorn|pytest' | grep -v grep && echo LEAK
        grep -E '^(CapEff|CapBnd|CapPrm):' /proc/self/status | grep -v 0000000000000000 | grep -v CapBnd && echo LEAK
        grep -q 'Seccomp:.2' /proc/self/status || echo LEAK seccomp
        grep -q 'NoNewPrivs:.1' /proc/self/status || echo LEAK privileges
        echo DONE
        """,  # noqa: E501
    ).held()


def test_what_an_image_has_in_place_of_folders_leads_nowhere(rooms):
    """Links and odd entries at the root, where the platform puts a root together."""
    name, _ = rooms.build(
        script("""
        for name in .cube-shown .resolv.conf .image .cube; do ln -s /.cube/local/evil /$name; done; ln -s evil "$(printf '/\\377 odd')"
        ln -s /.cube /escape; ln -s /proc/1/root /out; ln -s ../../../../.. /up; mkdir -p /etc; ln -s /.cube/local /etc/inner
        rm -f /etc/resolv.conf /etc/hosts; ln -s /.cube/local/state.db /etc/resolv.conf; mkfifo /pipe; echo plain > /file
        rm -rf /tmp /dev/../sys; ln -s /.cube/local /tmp; echo DONE
        """)  # noqa: E501
    )
    ran = rooms.run(
        name,
        """
        for place in /escape /out/.cube /up/.cube /etc/inner /tmp/pods; do
          cat $place 2> /dev/null | grep . && echo "LEAK $place"
          ls $place/ 2> /dev/null | grep -E 'local|pods|state|keys' && echo "LEAK $place"
        done
        grep -v nameserver /etc/resolv.conf && echo "LEAK resolver"
        cat /file; touch /tmp/mine && echo own
        test -e /pipe && echo "LEAK pipe"
        echo DONE
        """,
    )
    ran.held()
    assert "plain" in ran.log and "own" in ran.log
    assert not os.path.lexists(rooms.hall.home / "local" / "evil")


@pytest.mark.parametrize("target", ["/.cube/local", "/", "/etc", "/.cube/local/pods"])
def test_files_of_an_image_that_were_put_elsewhere_are_not_followed(rooms, target):
    """Whoever has the rights of the project puts links in the place of the files that are kept: no step sees
    what they lead to."""
    name, build = rooms.build(script("echo DONE"))
    place = f"{rooms.roots()}/{build}"
    uid = os.lstat(place).st_uid
    for within in ("bin", ""):
        path = f"{place}/{within}".rstrip("/")
        assert os.lstat(path).st_uid == uid
        shutil.rmtree(path)
        os.symlink(target, path)
        os.lchown(path, uid, uid)
        ran = rooms.run(name, "echo here; /bin/busybox ls / /bin 2> /dev/null")
        assert ran.state == "FAILED", ran
        assert not any(word in ran.log for word in ("state.db", "pods", "folders", "shadow", "usr")), ran.log
    assert (
        ran.reason == "CannotStart"
        and "its image is no longer on this machine; build it again" in ran.explanation
    )


def test_an_image_of_another_project_is_none(rooms):
    name, _ = rooms.build(script("echo DONE"))
    body = {"name": "a", "template": "shell", "args": {"script": "true"}, "environment": {"image": name}}
    client = rooms.hall.innocent.client
    saved = client.save_pipeline("b", yaml=json.dumps({"name": "theirs", "steps": [body]}))
    with pytest.raises(Exception, match="the project has no image"):
        client.start_run(saved["pipeline"]["id"])


def test_variables_of_an_image_are_of_any_form(rooms):
    """The file with them is the project's: another form is no variables."""
    name, build = rooms.build('ENV WORD="a=b c"\n')
    assert rooms.run(name, 'echo "$WORD"').log == "a=b c\n"
    path = f"{rooms.roots()}/{build}/{rootfs.VARIABLES}"
    for text in (
        "[1]",
        "{",
        '{"A": 1, "WORD": ["x"], "B": "b"}',
        '"' + "x" * 100_000,
        "[" * 60_000,
        "1" * 60_000,
        '{"": "a", "A=B": "c", "C": "d\\u0000e", "F\\u0000": "g", "H": "\\ud800"}',
    ):
        with open(path, "w") as file:
            file.write(text)
        ran = rooms.run(name, 'echo "-${WORD:-}-$PATH"')
        assert ran.log == "--/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n", ran
        assert os.lstat(path).st_size == len(text)


def test_the_python_of_an_image_is_not_the_one_that_starts_its_steps(rooms):
    """Our own process has the image as its root when it reads the variables: a module that it would load then
    is the image's, and runs with the rights that our process has at that moment."""
    name, build = rooms.build("")
    place, library = f"{rooms.roots()}/{build}", os.path.dirname(encodings.__file__)
    os.makedirs(place + library)
    with open(f"{place}{library}/utf_16_be.py", "w") as file:
        file.write(
            "import os\nos.write(2, b'LEAK ' + open('/proc/self/status', 'rb').read()[-900:])\nraise "
            "ImportError\n"
        )
    with open(f"{place}/{rootfs.VARIABLES}", "w", encoding="utf-16-be") as file:
        json.dump({"WORD": "x"}, file)
    rooms.run(name, 'echo "-${WORD:-}-"; echo DONE').held()


def test_nothing_is_imported_from_files_once_an_image_is_the_root():
    said = f"""
import sys
sys.path.insert(0, {os.path.dirname(cubestudio.__path__[0])!r})
from cubestudio.core.cluster.local.runtime import rootfs, supervisor
rootfs.import_nothing()
import json, os, _thread
for name in ("colorsys", "encodings.idna"):
    try:
        __import__(name)
    except ImportError:
        print("refused")
try:
    "a".encode("utf-16-be")
except LookupError:
    print("refused")
"""
    assert (
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", said], capture_output=True, text=True, check=True
        ).stdout
        == "refused\n" * 3
    )


def test_files_of_an_image_stay_while_a_step_runs_in_it(rooms):
    """What is kept of images is bounded, and builds remove the oldest of them."""
    large = script(f"truncate -s {LAYERS * 6 // 10} /large; echo DONE")
    name, build = rooms.build(large)
    run = rooms.side.begin(
        "echo begun; while sleep 0.2; do test -e /cube/run/work/end && break; done",
        environment={"image": name},
    )
    pod = rooms.side.says(run, "begun")
    rooms.build(f"ENV A=1\n{large}")
    assert os.path.exists(f"{rooms.roots()}/{build}/bin/busybox")
    (rooms.hall.home / "local" / "pods" / pod / "data" / "work" / "end").touch()
    assert rooms.side.ended(run).state == "SUCCEEDED"
    rooms.build(f"ENV A=2\n{large}")
    assert not os.path.exists(f"{rooms.roots()}/{build}")
    assert "build it again" in rooms.run(name, "true").explanation


def test_both_sides_call_the_file_with_the_variables_alike():
    assert report.VARIABLES == rootfs.VARIABLES


@pytest.mark.parametrize(
    "told", ["", "[]", "{}", '{"OCIv1": 1}', '{"OCIv1": {"config": {"Env": ["A=1", 2, "B"]}}}']
)
def test_what_buildah_says_of_variables(told):
    assert report.variables(told) in ({}, {"A": "1"})
