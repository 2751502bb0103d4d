"""The long-running loops: restarted when they throw, and seen by the probe and the metrics while they do not
work."""

import asyncio
import contextlib

import httpx2

from cubestudio.core import loops, tasks


@contextlib.asynccontextmanager
async def going(name, function, **more):
    task = asyncio.create_task(loops.run(name, function, **more))
    try:
        yield task
    finally:
        await tasks.end([task])


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_loop_that_throws_is_restarted_and_not_ready_until_it_beats(web):
    url, token, _ = web
    mine = {"authorization": f"Bearer {token}"}
    rounds, repaired = 0, asyncio.Event()

    async def broken():
        nonlocal rounds
        rounds += 1
        if not repaired.is_set():
            raise ValueError("no such pod")
        loops.beat("broken")
        await asyncio.Event().wait()

    async with httpx2.AsyncClient(base_url=f"http://{url}") as http, going("broken", broken):
        await until(lambda: rounds >= 2)
        told = await http.get("/healthz/ready")
        assert told.status_code == 503 and "broken: ValueError('no such pod')" in told.text
        assert 'cube_loop_healthy{loop="broken"} 0.0' in (await http.get("/metrics", headers=mine)).text
        repaired.set()
        await until(lambda: not loops.problems())
        assert (await http.get("/healthz/ready")).text == "ready\n"
        told = (await http.get("/metrics", headers=mine)).text
        assert (
            'cube_loop_healthy{loop="broken"} 1.0' in told
            and f'cube_loop_failures{{loop="broken"}} {rounds - 1}.0' in told
        )


async def test_the_loops_of_the_platform_are_listed(web):
    mine = {"authorization": f"Bearer {web[1]}"}
    async with httpx2.AsyncClient(base_url=f"http://{web[0]}") as http:
        told = (await http.get("/metrics", headers=mine)).text
    for name in ("cluster registry", "outbox", "clock", "disk reserve", "watch local", "local cluster"):
        assert f'cube_loop_healthy{{loop="{name}"}} 1.0' in told, name


async def test_a_failed_round_counts_until_the_next_good_one():
    async def lives():
        await asyncio.Event().wait()

    async with going("rounds", lives):
        await until(lambda: any(loop.name == "rounds" for loop in loops.loops()))
        loops.failed("rounds", OSError("the disk is full"))
        assert loops.problems() == ["rounds: OSError('the disk is full')"]
        loops.beat("rounds")
        assert loops.problems() == []
    assert all(loop.name != "rounds" for loop in loops.loops())


async def test_a_loop_that_is_silent_for_too_long_is_stuck():
    async def stuck():
        await asyncio.Event().wait()

    async with going("stuck", stuck, patience=0.01):
        await until(loops.problems)
        assert loops.problems()[0].startswith("stuck: no progress for ")
        loops.beat("stuck")


async def test_a_loop_that_returns_is_over():
    async def once():
        return None

    await loops.run("once", once)
    assert loops.problems() == []
