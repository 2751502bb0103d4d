"""Tasks that are ended have ended."""

import asyncio

from cubestudio.core import tasks


async def test_a_lost_cancellation_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(tasks, "PATIENCE", 0.01)
    lost = 0

    async def stubborn():
        nonlocal lost
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if lost == 2:
                    raise
                lost += 1

    task = asyncio.create_task(stubborn())
    done = asyncio.create_task(asyncio.sleep(0))
    await asyncio.sleep(0)
    await asyncio.wait_for(tasks.end([task, done]), 5)
    assert lost == 2 and task.cancelled()
