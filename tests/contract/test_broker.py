"""The job broker, in process and on Redis: everything is done, failures are tried again, nothing is done
twice at once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cubestudio.app import init, running
from cubestudio.core import clock
from cubestudio.core.db import Outbox
from cubestudio.core.jobs.declare import Job, declared


@pytest.fixture(params=["process", "redis", "redis by a socket"])
async def app(request, settings):
    if request.param != "process":
        settings = settings.model_copy(
            update={"redis_url": request.getfixturevalue("redis_server")["socket" in request.param]}
        )
    await init(settings)
    async with running(settings.model_copy(update={"local": False}), frozenset({"worker"})) as app:
        yield app


async def until(check, seconds=20):
    async with asyncio.timeout(seconds):
        while not await check():
            await asyncio.sleep(0.02)


async def test_jobs_are_done_and_failures_tried_again(app):
    done, failures = [], []

    async def work(ctx, number):
        if number == 7 and len(failures) < 2:
            failures.append(number)
            raise RuntimeError("not yet")
        done.append(number)

    declared["test.work"] = Job(name="test.work", run=work)
    try:
        async with app.ctx.db.write() as tx:
            for number in range(50):
                tx.send("test.work", number)

        async def settled():
            if len(failures) and len(done) >= 49:
                clock.travel(timedelta(seconds=5))
            async with app.ctx.db.read() as conn:
                return (await conn.execute(select(func.count()).select_from(Outbox))).scalar_one() == 0

        await until(settled)
        assert sorted(done) == list(range(50)) and failures == [7, 7]
    finally:
        del declared["test.work"]
