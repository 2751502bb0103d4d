"""The command line: one table of kinds behind the verbs, formats, sign-in."""

import asyncio
import json
import os
import stat
import sys
import typing

import pytest
import yaml
from typer.testing import CliRunner

from cubestudio.cli.kinds import KINDS, NAMES
from cubestudio.cli.main import cli
from cubestudio.client import Failed, types

GOOD = "name: good\nsteps: [{name: a, template: shell, args: {script: 'echo said'}}]\n"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_every_column_is_a_field(kind):
    """In lists and in a thing read by itself."""
    name = {"USER": "Person"}.get(kind.found, kind.found.capitalize())
    for shape in (f"{name}Item", name):
        record = getattr(types, shape, None)
        for path in (kind.columns | kind.wide).values() if record else ():
            at = record
            for key in filter(None, path.split(".")):
                hints = typing.get_type_hints(at)
                assert key in hints, f"{kind.plural}: {path} is not a field of {shape}"
                at = next(
                    (each for each in typing.get_args(hints[key]) if each is not type(None)), hints[key]
                )


def test_names_of_kinds_are_unique():
    words = [word for kind in KINDS for word in (kind.name, kind.plural, *kind.short)]
    assert len(words) == len(set(words)) == len(NAMES)


@pytest.fixture
def run(web, tmp_path, monkeypatch):
    """A command in a thread, with its own configuration folder: its exit code, output and errors."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("CUBE_URL", "CUBE_TOKEN", "CUBE_API_URL"):
        monkeypatch.delenv(name, raising=False)

    async def call(*words: str, input: str | None = None):
        result = await asyncio.to_thread(CliRunner().invoke, cli, words, input=input)
        if isinstance(result.exception, Failed):
            raise result.exception
        return result

    return call


async def test_sign_in_is_stored_for_its_owner_alone(web, run, tmp_path):
    address, token, _ = web
    with pytest.raises(Failed, match="does not accept this token"):
        await run("login", f"http://{address}", "--token", "wrong")
    signed = await run("login", f"http://{address}/", input=f"{token}\n")
    assert signed.exit_code == 0 and "as admin" in signed.stdout
    file = tmp_path / "config" / "cubestudio" / "credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    who = await run("whoami")
    assert who.stdout.splitlines()[1:] == [f"platform: http://{address}", "roles: admin"]
    assert (await run("logout")).exit_code == 0 and token not in file.read_text()
    with pytest.raises(Failed, match="You are not signed in"):
        await run("whoami", "--url", f"http://{address}")


async def test_things_are_watched(web, run):
    """In a process of its own, as it goes on until it is interrupted."""
    address, token, platform = web
    await platform.save(GOOD)
    before = platform.ctx.bus.listeners
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cubestudio", "get", "runs", "-p", "p", "--watch"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "CUBE_URL": f"http://{address}", "CUBE_TOKEN": token, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        while platform.ctx.bus.listeners == before:
            await asyncio.sleep(0.02)
        await run("start", "pipeline", "good", "-p", "p", "--url", f"http://{address}", "--token", token)
        async with asyncio.timeout(60):
            seen = []
            while not seen or seen[-1][1] != "SUCCEEDED":
                seen.append((await process.stdout.readline()).decode().split())
        assert {line[0] for line in seen} == {"good#1"}
        assert seen[0][1] in ("QUEUED", "PENDING", "RUNNING")
    finally:
        process.terminate()
        await process.wait()
    found = await run("get", "users", "--watch", "--url", f"http://{address}", "--token", token)
    assert found.exit_code == 2 and "Users cannot be watched" in found.stderr


async def test_things_are_listed_described_and_changed(web, run):
    address, token, platform = web
    await run("login", f"http://{address}", "--token", token)
    await platform.save(GOOD)
    started = await run("start", "pipeline", "good", "-p", "p")
    assert started.stdout == "run/good#1 started\n", started.output
    followed = await run("logs", "run/good#1", "-f", "--step", "a")
    assert followed.stdout == "said\n", followed.output
    listed = (await run("get", "runs", "-p", "p")).stdout.splitlines()
    assert listed[0].split() == ["NAME", "STATE", "CLUSTER", "USER", "AGE"]
    assert listed[1].split()[:2] == ["good#1", "SUCCEEDED"]
    assert (await run("get", "run", "-o", "name")).stdout == "run/good#1\n"
    wide = await run("get", "pl", "good", "-o", "wide")
    assert wide.stdout.split()[:6] == ["NAME", "PROJECT", "VERSION", "RUNS", "AGE", "CHANGED"]
    found = json.loads((await run("get", "pipelines", "-o", "json")).stdout)
    assert [each["name"] for each in found] == ["good"]
    described = yaml.safe_load((await run("describe", "run", "good#1")).stdout)
    assert described["steps"][0]["name"] == "a" and described["state"] == "SUCCEEDED"
    assert (await run("retry", "run", described["id"])).stdout == "run/good#2 started\n"
    for kind in KINDS:
        assert (await run("get", kind.plural, "-o", "wide")).exit_code == 0, kind.plural
    wrong = await run("start", "runs", "good#1")
    assert wrong.exit_code == 2 and "You cannot start a run" in wrong.stderr
    assert (await run("get", "nothing")).exit_code == 2
    with pytest.raises(Failed, match="notebook lab not found"):
        await run("stop", "notebook", "lab")
