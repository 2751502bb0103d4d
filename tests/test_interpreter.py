"""A Python that starts in any image: copied for real, and started where there is nothing but a shell."""

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from cubestudio.core.cluster.kubernetes import argo, bring, interpreter, server
from cubestudio.core.cluster.kubernetes.status import reasons
from cubestudio.core.cluster.kubernetes.task import LAUNCHER, Site, pod
from cubestudio.core.cluster.port import Gang, Graph, Image, Node, PodState, Server, Task, Workload
from cubestudio.core.store import Store
from tests.contract.test_cluster import over, pods, steps, text
from tests.kubernetes.stand import stand

BUSYBOX = shutil.which("busybox")
LABELS = {"cubestudio/kind": "run", "cubestudio/id": "r", "cubestudio/project": "p"}
PYTHONS = [each for each in dict.fromkeys((sys.executable, "/usr/bin/python3")) if Path(each).exists()]
ALPINE = Image(name="alpine:3.20")
SITE = Site(python_image="python:3.11-slim")


def sh(script: str, **more) -> Task:
    return Task(command=(("sh",), ("-c",), (script,)), image=ALPINE, **more)


def spec(script: str) -> bytes:
    """What the launcher is told of a step of nothing but a command."""
    told = {
        "command": [["sh"], ["-c"], [script]],
        "env": {"WORD": ["hello"]},
        "secrets": {},
        "files": {},
        "when": None,
        "each": None,
        "inputs": [],
        "placed": [],
        "upstream": [],
        "given": {},
        "fans": {},
        "fanned": [],
        "outputs": ["v"],
        "requirements": [],
        "timeout": 60,
        "gpu": 0,
        "grace": 1,
        "gang": None,
        "step": "a",
        "files_url": None,
        "output_bytes": 2**20,
    }
    return gzip.compress(json.dumps(told).encode())


@pytest.mark.skipif(not BUSYBOX, reason="needs busybox, linked statically")
@pytest.mark.parametrize("python", PYTHONS)
def test_a_step_runs_in_a_root_with_a_shell_and_nothing_else(tmp_path, python):
    """As another user than the one that copied it, where the tests may be another."""
    root = tmp_path / "root"
    for name in ("bin", "proc", "dev", "cube/bin", "cube/python", "cube/spec", "cube/run", "cube/env"):
        (root / name).mkdir(parents=True)
    shutil.copy(str(BUSYBOX), root / "bin/busybox")
    (root / "bin/sh").symlink_to("busybox")
    for name, source in LAUNCHER.items():
        (root / "cube/bin" / name).write_text(source)
    (root / "cube/spec/spec.gz").write_bytes(
        spec(
            'busybox env; busybox which python3; echo "{\\"v\\": \\"$WORD\\"}" > '
            '"$CUBE_OUTPUT_DIR/outputs.json"'
        )
    )
    made = subprocess.run(
        [python, str(root / "cube/bin/bring.py"), str(root / "cube/python")],
        capture_output=True,
        text=True,
        umask=0o077,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    for folder, folders, files in os.walk(root / "cube/python"):  # its user may be another one
        assert all(os.stat(os.path.join(folder, name)).st_mode & 0o005 == 0o005 for name in folders)
        assert all(os.stat(os.path.join(folder, name)).st_mode & 0o004 for name in files)
    # what the image sets for itself is its own, and is neither followed nor changed
    odd = {"PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere", "LD_LIBRARY_PATH": "/nowhere"}
    given = {
        "PATH": "/bin",
        "CUBE_POD_HOME": "/cube",
        "CUBE_POD_SPEC": "/cube/spec/spec.gz",
        "CUBE_POD_SAY": "/cube/run/said",
        **odd,
    }
    variables = " ".join(f"{name}={value}" for name, value in given.items())
    start = f"{' '.join(interpreter.WORDS)} /cube/bin/launcher.py"
    user, apart = ("--userspec=65534:65534", "-mpf") if os.geteuid() == 0 else ("", "-Urmpf")
    (root / "cube/run").chmod(0o777)
    inside = (
        f'mount -t proc proc "{root}/proc" && exec chroot {user} "{root}" /bin/busybox env -i '
        f"{variables} {start}"
    )
    done = subprocess.run(
        ["unshare", apart, "sh", "-c", inside], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert (
        found["WORD"] == "hello" and found["PATH"] == "/bin" and found["LD_LIBRARY_PATH"] == "/nowhere"
    )  # the image's own, and no other
    assert "LC_CTYPE" not in found and not any("/cube/python" in value for value in found.values())
    assert "python3" not in done.stdout.replace("PYTHON", "")
    assert json.loads((root / "cube/run/said").read_text()) == {"values": {"v": "hello"}}


@pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/usr/bin/python3").exists(),
    reason="needs root, and a Python that everybody may read",
)
def test_it_is_copied_by_a_user_to_whom_nothing_belongs():
    place = Path(tempfile.mkdtemp(prefix="cube-python-", dir="/tmp"))
    try:
        place.chmod(0o755)
        for name, source in LAUNCHER.items():
            (place / name).write_text(source)
        (place / "python").mkdir()
        (place / "python").chmod(0o777)  # as a pod's folder is
        words = ["/usr/bin/python3", str(place / "bring.py"), str(place / "python")]
        made = subprocess.run(
            words, capture_output=True, text=True, user=65534, group=65534, extra_groups=[], check=False
        )
        assert made.returncode == 0, made.stderr
        assert "python" in json.loads(made.stdout)
    finally:
        shutil.rmtree(place)


def test_what_a_loader_lists_is_read_whichever_libc_it_is_of(tmp_path):
    def told(lines: str, code: int = 0) -> dict | None:
        loader = tmp_path / "loader"
        loader.write_text(f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\nexit {code}\n")
        loader.chmod(0o755)
        return bring.libraries(str(loader), "x")

    glibc = (
        "\tlinux-vdso.so.1 (0x00007f)\n\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 "
        "(0x00007f)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f)"
    )
    assert told(glibc) == {"libm.so.6": "/lib/x86_64-linux-gnu/libm.so.6"}
    # musl 1.2.5, ldso/dynlink.c
    musl = (
        "\t/lib/ld-musl-x86_64.so.1 (0x7f)\n\tlibz.so.1 => /lib/libz.so.1 "
        "(0x7f)\n\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f)"
    )
    assert told(musl) == {"libz.so.1": "/lib/libz.so.1", "libc.musl-x86_64.so.1": "/lib/ld-musl-x86_64.so.1"}
    assert (
        told("\tlibtk8.6.so => not found") is None
        and told("Error loading shared library libtk8.6.so", 127) is None
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#!/bin/sh\n",
        b"\x7fELF",
        b"\x7fELF" + b"\xff" * 60,
        b"\x7fELF\x02\x01" + b"\0" * 58,
        b"\x7fELF\x01\x02" + b"\0" * 58,
    ],
)
def test_what_is_no_program_is_not_copied(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(bring.Unfit):
        bring.loader_of(str(tmp_path / "x"))


@pytest.mark.parametrize(
    ("task", "site", "wanted"),
    [
        (sh(""), SITE, True),
        (sh(""), Site(), False),  # switched off
        (Task(command=()), SITE, False),  # the installation's image
        (Task(command=(), image=Image(name="python:3.11-slim")), SITE, False),
        (
            Task(command=(), image=Image(name="hub.example.com/python:3.9")),
            replace(SITE, python_in=("*/python:*",)),
            False,
        ),
        (
            Task(command=(), image=Image(name="x", requirements=("numpy",))),
            SITE,
            False,
        ),  # which need the image's own
        (Task(command=(), image=Image(name="x", brought=("jupyterlab",))), SITE, False),
        (Task(command=(), image=Image(name="x"), builder=True), SITE, False),
        (Task(command=(), image=Image(name="x"), gang=Gang("ray", (("head", 1),), "RayJob")), SITE, False),
        (
            Task(command=(), image=Image(name="x"), gang=Gang("plain", (("worker", 2),), "VolcanoJob")),
            SITE,
            True,
        ),
    ],
)
def test_which_images_are_brought_a_python(task, site, wanted):
    assert interpreter.brought(task, site.image, site.python_image, site.python_in) is wanted


def test_every_kind_of_pod_has_what_brings_it():
    single, _ = pod(Workload(name="w", body=sh(""), labels=LABELS), SITE)
    replicas = server.deployment(
        Workload(name="w", body=Server(task=sh("")), labels=LABELS), Server(task=sh("")), SITE
    )["spec"]["template"]
    gang = Node(name="g", task=sh("", gang=Gang("plain", (("worker", 2),), "VolcanoJob")))
    workflow, secret = argo.workflow(
        Workload(name="w", body=Graph((Node(name="a", task=sh("")), gang)), labels=LABELS),
        replace(SITE, files_url="http://x"),
    )
    templates = {each["name"]: each for each in workflow["spec"]["templates"]}
    told = json.loads(gzip.decompress(base64.b64decode(secret["data"]["g.gang.gz"])))
    member = told["manifest"]["spec"]["tasks"][0]["template"]
    assert (
        templates["g"]["container"]["image"] == SITE.image and "initContainers" not in templates["g"]
    )  # the keeper's image has one
    for found in (single["spec"], replicas["spec"], templates["a"], member["spec"]):
        (first,), main = found["initContainers"], (found.get("containers") or [found.get("container")])[0]
        assert first["image"] == "python:3.11-slim" and first["command"][-1] == interpreter.PLACE
        assert tuple(main["command"][:-1]) == interpreter.WORDS and interpreter.MOUNT in main["volumeMounts"]
        assert interpreter.VOLUME in found["volumes"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            {"state": {"terminated": {"exitCode": 1, "message": "the Python 3.6 of this image"}}},
            "no Python could be brought to it from image i (CUBE_PYTHON_IMAGE): the Python 3.6 of this image",
        ),
        (
            {"state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}},
            "no Python could be brought to it from image i (CUBE_PYTHON_IMAGE): OOMKilled 137",
        ),
        ({"name": "other", "state": {"terminated": {"exitCode": 2}}}, "what prepares it failed: exit code 2"),
        ({"state": {"terminated": {"exitCode": 0}}}, None),
        ({"state": None}, None),
        ({}, None),
    ],
)
def test_why_none_could_be_brought(status, words):
    assert (
        interpreter.failed(
            {"status": {"initContainerStatuses": [{"name": interpreter.NAME, "image": "i", **status}]}}
        )
        == words
    )


def bare(here) -> None:
    """The images of tests have busybox alone, but the one that a Python is taken from."""
    here.kubelet.fates = lambda body: {"bare": True}


@pytest.mark.skipif(not BUSYBOX, reason="needs busybox, linked statically")
async def test_steps_tasks_and_servers_run_in_images_without_python(settings):
    async with stand(Store.open(settings)) as here:
        made = here.adapter(python_image="python:3.11-slim")
        bare(here)
        first = Node(
            name="a",
            task=sh(
                'which python3; echo "{\\"n\\": 3}" > $CUBE_OUTPUT_DIR/outputs.json; echo x > '
                "$CUBE_OUTPUT_DIR/x",
                outputs=("n",),
            ),
        )
        await made.apply(Workload(name="w", body=Graph((first,)), labels=LABELS))
        seen = await over(made)
        (ran,) = pods(seen).values()
        assert ran.state == PodState.SUCCEEDED and await text(made, ran.id) == b"", await text(made, ran.id)
        outcome = steps(seen)["a", None].outcome
        assert outcome.values == {"n": 3} and [file.path for file in outcome.artifacts] == ["x"]
        await made.apply(Workload(name="t", body=sh("echo alone"), labels=LABELS))
        (ran,) = pods(await over(made, "t")).values()
        assert await text(made, ran.id) == b"alone\n"
        gang = sh("echo $CUBE_RANK of $CUBE_WORKERS", gang=Gang("plain", (("worker", 2),)))
        await made.apply(Workload(name="g", body=gang, labels=LABELS))
        (ran,) = pods(await over(made, "g")).values()
        assert sorted((await text(made, ran.id)).splitlines()) == [b"[0] 0 of 2", b"[1] 1 of 2"]
        web = Server(
            task=sh('mkdir w; echo here > w/index.html; exec httpd -f -p "$CUBE_HOST:$CUBE_PORT" -h w')
        )
        await made.apply(Workload(name="s", body=web, labels=LABELS | {"cubestudio/kind": "service"}))
        async for observation in made.watch():
            if getattr(observation, "workload", "") == "s" and getattr(observation, "ready", False):
                break
        await made.close()


async def test_an_image_without_python_is_told_in_our_words_where_none_is_brought(settings):
    async with stand(Store.open(settings)) as here:
        made = here.adapter()
        bare(here)
        await made.apply(Workload(name="w", body=Graph((Node(name="a", task=sh("true")),)), labels=LABELS))
        (ran,) = pods(await over(made)).values()
        assert (ran.state, ran.reason, ran.exit_code) == (PodState.FAILED, "CannotStart", 64)
        assert ran.message.startswith(
            "image alpine:3.20 has no python3, and none was brought to it (CUBE_PYTHON_IMAGE); "
        )
        await made.apply(Workload(name="t", body=sh("true"), labels=LABELS))
        (ran,) = pods(await over(made, "t")).values()
        assert ran.reason == "CannotStart" and ran.message.startswith("image alpine:3.20 has no python3")
        await made.close()


async def test_a_python_that_cannot_be_brought_is_the_end_of_the_pod_with_the_reason(settings):
    async with stand(Store.open(settings)) as here:
        made = here.adapter(python_image="python:3.6")
        here.kubelet.fates = lambda body: {"first": ["sh", "-c", "echo it is too old; exit 3"]}
        for name, body in (("w", Graph((Node(name="a", task=sh("true")),))), ("t", sh("true"))):
            await made.apply(Workload(name=name, body=body, labels=LABELS))
            (ran,) = pods(await over(made, name)).values()
            assert (ran.state, ran.reason) == (PodState.FAILED, "CannotStart")
            assert (
                ran.message
                == "no Python could be brought to it from image python:3.6 (CUBE_PYTHON_IMAGE): it is too old"
            )
        await made.apply(
            Workload(name="s", body=Server(task=sh("true")), labels=LABELS | {"cubestudio/kind": "service"})
        )
        async for observation in made.watch():
            if (
                getattr(observation, "reason", None) == "CannotStart"
                and getattr(observation, "workload", "") == "s"
            ):
                assert "it is too old" in observation.message
                break
        await made.close()


def test_an_exit_code_of_64_that_is_the_commands_own_is_told_as_it_is():
    container = {"name": "main", "image": "i:1"}
    ended = {"exitCode": 64, "reason": "Error", "message": "usage: mine"}
    body = {"metadata": {"labels": {}}, "spec": {"containers": [container]}, "status": {}}
    assert reasons.why(body, ended) == ("Error", "it ended with exit code 64")
