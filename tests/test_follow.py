"""Following a run, and logs, to their end, in whatever order their end and the listening come."""

import asyncio
import io
import itertools
import sys

import pytest
from sqlalchemy import update

from cubestudio.cli import logs
from cubestudio.cli.follow import follow
from cubestudio.client import Client
from cubestudio.clusters import actions as clusters
from cubestudio.core.events import on
from cubestudio.pipelines.runs import api as runs
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.workloads import actions as workloads

LONG = "name: long\nsteps: [{name: a, template: shell, args: {script: sleep 300}}]\n"
STATES = 'subscription {{ runChanged(id: "{}") {{ run {{ state }} }} }}'


async def begun(platform) -> str:
    run = await platform.start(await platform.save(LONG), cache=False)
    async with asyncio.timeout(60):
        async for data in platform.listen(STATES.format(run)):
            if data["runChanged"]["run"]["state"] == "RUNNING":
                return run
    raise AssertionError("it does not begin")


async def finish(platform, run: str) -> None:
    async with platform.ctx.db.write() as tx:
        started = await workloads.newest(tx, run)
        await workloads.end(tx, platform.ctx.kinds, started.id, "Test", "it ended")


@pytest.mark.parametrize("moment", ["before", "between", "after"])
async def test_a_run_that_ends_at_any_moment_of_the_subscription_is_seen_to_end(
    platform, monkeypatch, moment
):
    """Before it listens, between listening and reading, and between reading and telling what was read."""
    run = await begun(platform)
    usual, calls = runs.load, []

    async def load(info, key):
        calls.append(key)
        if len(calls) > 1 or moment == "before":
            return await usual(info, key)
        listening = platform.ctx.bus._fanout._listeners
        assert on(RunChanged, run_id=run) in listening, "it reads before it listens"
        if moment == "between":
            await finish(platform, run)
            return await usual(info, key)
        found = await usual(info, key)
        await finish(platform, run)
        return found

    monkeypatch.setattr(runs, "load", load)
    if moment == "before":
        await finish(platform, run)
    async with asyncio.timeout(10):
        states = [data["runChanged"]["run"]["state"] async for data in platform.listen(STATES.format(run))]
    assert states[-1] == "FAILED" and len(states) == (2 if moment == "after" else 1), states


async def test_an_end_of_which_nobody_tells_is_found(web):
    """As of another process on the same data: the row changes, and no event comes."""
    address, token, platform = web
    run = await begun(platform)
    out = io.StringIO()

    def watch() -> str:
        with Client(f"http://{address}", token) as client:
            return follow(client, run, out, silence=1)

    watching = asyncio.create_task(asyncio.to_thread(watch))
    async with asyncio.timeout(120):
        while "running" not in out.getvalue():
            await asyncio.sleep(0.02)
        while not watching.done():  # what the cluster still says may write the row once more
            async with platform.ctx.db.write() as tx:
                await tx.execute(
                    update(Run).where(Run.id == run).values(state=RunState.FAILED.value, message="it ended")
                )
            await asyncio.wait([watching], timeout=1)
        assert watching.result() == "FAILED"
    assert out.getvalue().count("a running") == 1, out.getvalue()


BAR = """name: bar
steps:
  - name: train
    template: python
    args:
      script: |
        import sys
        sys.stderr.write("".join("\\r%3d%%|%s| %d/2000" % (i // 20, "█" * (i // 20), i) for i in range(2001)))
        sys.stderr.write("\\nRuntimeError: the very end"); sys.exit(1)
"""
WHOLE = (
    "".join(f"\r{i // 20:3d}%|{'█' * (i // 20)}| {i}/2000" for i in range(2001))
    + "\nRuntimeError: the very end"
)


class Late:
    """Keeps back what logs have to say until it is let go."""

    def __init__(self, monkeypatch):
        self.go = asyncio.Event()
        usual = clusters.keep

        async def keep(*args, **named):
            await self.go.wait()
            return await usual(*args, **named)

        monkeypatch.setattr(clusters, "keep", keep)


async def test_the_last_bytes_of_a_log_are_printed_though_they_come_late(web, monkeypatch):
    """The run has failed before anything of its log is kept."""
    address, token, platform = web
    late, out = Late(monkeypatch), io.StringIO()
    run = await platform.start(await platform.save(BAR), cache=False)

    def watch() -> str:
        with Client(f"http://{address}", token) as client:
            return follow(client, run, out)

    watching = asyncio.create_task(asyncio.to_thread(watch))
    async with asyncio.timeout(60):
        while "run #1 failed" not in out.getvalue():
            await asyncio.sleep(0.02)
        assert "the last lines" not in out.getvalue()
        late.go.set()
        assert await watching == "FAILED"
    assert out.getvalue().endswith(
        f"--- the last lines of train\n100%|{'█' * 100}| 2000/2000\nRuntimeError: the very end\n"
    ), out.getvalue()


def test_a_log_whose_end_does_not_come_is_said_to_lack_it():
    class Quiet:
        """A platform that is there and has nothing more to say."""

        def resumed(self, *_: object, **__: object):
            yield {"logs": {"cursor": 4, "text": "1%\r2%", "done": False}}
            yield from itertools.repeat(None)

    assert logs.last(Quiet(), "pod", 0, patience=0) == [
        "2%",
        "(nothing more of the log came for 0 s; what the pod wrote last is not here yet)",
    ]


async def command(*words: str) -> tuple[int, bytes, bytes]:
    """What the command answers: its exit code and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cubestudio.cli.main",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out, err


async def test_logs_prints_every_byte_of_every_pod(web, monkeypatch):
    """Also of a step that begins after the command did, and when all of it comes after the run has ended."""
    address, token, platform = web
    late = Late(monkeypatch)
    run = await begun(platform)
    at = ("--url", f"http://{address}", "--token", token)
    assert await command("logs", run, *at) == (0, b"", b"--- a\n"), (
        "nothing is kept yet, and it waits for nothing"
    )
    more = BAR.replace(
        "steps:\n", "steps:\n  - {name: one, template: shell, args: {script: printf one}}\n"
    ).replace("    template: python\n", "    template: python\n    needs: [one]\n")
    run = await platform.start(await platform.save(more), cache=False)
    printing = asyncio.create_task(command("logs", "-f", run, *at))
    done = await platform.finish(run)
    late.go.set()
    assert await printing == (0, b"one" + WHOLE.encode(), b"--- one\n--- train\n")
    assert await command("logs", run, "--step", "train", *at) == (0, WHOLE.encode(), b"--- train\n")
    pod = next(step["pod"]["id"] for step in done["steps"] if step["name"] == "one")
    assert await command("logs", "--follow", pod, *at) == (0, b"one", b"")
    for wrong, words in (
        (["nothing"], b"error: "),
        ([run, "--step", "two"], b"error: The run has no step two."),
    ):
        code, out, err = await command("logs", *wrong, *at)
        assert code == 2 and out == b"" and err.startswith(words) and b"Traceback" not in err, err


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a\n", ["a"]),
        ("a\n\nb", ["a", "", "b"]),
        ("1%\r2%\r\nend", ["2%", "end"]),
        ("\r1%\r\r", ["1%"]),
        ("\x0b\u2028a", ["\x0b\u2028a"]),
    ],
)
def test_lines_are_as_a_terminal_leaves_them(text, lines):
    assert logs.shown(text) == lines
