"""Ending tasks so that they have ended."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

from cubestudio.core import log

logger = log.get(__name__)
PATIENCE = 1.0


async def end(tasks: Iterable[asyncio.Task]) -> None:
    """Cancel tasks until each has ended. One request is not enough: a cancellation that comes while the task
    takes a result is lost in some of Python's own waiting, and the task would go on for ever."""
    open_ = {task for task in tasks if not task.done()}
    while open_:
        for task in open_:
            task.cancel()
        _, open_ = await asyncio.wait(open_, timeout=PATIENCE)
        for task in open_:
            logger.warning("still ending", task=task.get_name())


async def first(works: Mapping[str, Coroutine[Any, Any, None]]) -> None:
    """Do works at once, by name, until the first ends; raises what that one raised, and the others have
    ended."""
    going = [asyncio.create_task(work, name=name) for name, work in works.items()]
    try:
        done, _ = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await end(going)
        heard(going)


def heard(ended: Iterable[asyncio.Task]) -> None:
    """Say of tasks that have ended that nobody else will ask how, where that is known already."""
    for task in ended:
        if not task.cancelled():
            task.exception()
