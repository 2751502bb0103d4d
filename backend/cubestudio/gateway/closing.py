"""Closing requests whose access has ended while they were under way."""

import asyncio

from cubestudio.core import tasks


class Closing:
    """Ends the tasks of connections in the background, until each has ended."""

    def __init__(self) -> None:
        self._ending: set[asyncio.Task] = set()

    def close(self, task: asyncio.Task) -> None:
        """End the task of a connection."""
        ending = asyncio.create_task(tasks.end([task]), name="closing")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
