"""Following a run to its end, in whatever order its end and the listening come."""

import asyncio
import io
import time

import pytest
from sqlalchemy import update

from cubestudio.client import Client
from cubestudio.client.follow import follow
from cubestudio.core.events import on
from cubestudio.pipelines.runs import actions
from cubestudio.pipelines.runs import api as runs
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.runs.model import Run, RunState

LONG = "name: long\nsteps: [{name: a, template: shell, args: {script: sleep 300}}]\n"
STATES = 'subscription {{ runUpdated(id: "{}") {{ run {{ state }} }} }}'


async def begun(platform) -> str:
    run = await platform.start(await platform.save(LONG), cache=False)
    async with asyncio.timeout(60):
        async for data in platform.listen(STATES.format(run)):
            if data["runUpdated"]["run"]["state"] == "RUNNING":
                return run
    raise AssertionError("it does not begin")


async def finish(platform, run: str) -> None:
    async with platform.parts.db.write() as tx:
        await actions.end(tx, run, RunState.FAILED, "Test", "it ended")


@pytest.mark.parametrize("moment", ["before", "between", "after"])
async def test_a_run_that_ends_at_any_moment_of_the_subscription_is_seen_to_end(platform, monkeypatch, moment):
    """Before it listens, between listening and reading, and between reading and telling what was read."""
    run = await begun(platform)
    usual, calls = runs.load, []

    async def load(info, key):
        calls.append(key)
        if len(calls) > 1 or moment == "before":
            return await usual(info, key)
        listening = platform.parts.bus._fanout._listeners
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
        states = [data["runUpdated"]["run"]["state"] async for data in platform.listen(STATES.format(run))]
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
    async with asyncio.timeout(30):
        while "running" not in out.getvalue():
            await asyncio.sleep(0.02)
        began = time.monotonic()
        async with platform.parts.db.write() as tx:
            await tx.execute(update(Run).where(Run.id == run).values(state=RunState.FAILED.value, message="it ended"))
        assert await watching == "FAILED"
    assert time.monotonic() - began < 10 and out.getvalue().count("a running") == 1, out.getvalue()
