"""Ending tasks so that they have ended."""

import asyncio
from collections.abc import Iterable

from cubestudio.core import log

logger = log.get(__name__)
PATIENCE = 1.0


async def end(tasks: Iterable[asyncio.Task]) -> None:
    """Cancel tasks until each has ended. One request is not enough: a cancellation that comes while the task takes a
    result is lost in some of Python's own waiting, and the task would go on for ever."""
    open_ = {task for task in tasks if not task.done()}
    while open_:
        for task in open_:
            task.cancel()
        _, open_ = await asyncio.wait(open_, timeout=PATIENCE)
        for task in open_:
            logger.warning("still ending", task=task.get_name())
