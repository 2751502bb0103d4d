"""An emulated cluster in a thread with a loop of its own, for tests that have none: a browser's driver holds
the one of its thread."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Beside(Generic[T]):
    def __init__(self, what: AbstractAsyncContextManager[T]):
        self._what = what
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="beside")
        self.made: T

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def __enter__(self) -> "Beside[T]":
        self._thread.start()
        self.made = self._run(self._what.__aenter__())
        return self

    def __exit__(self, *why: Any) -> None:
        try:
            self._run(self._what.__aexit__(None, None, None))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def call(self, work: Callable[[T], Any]) -> Any:
        """Do something to it in its loop."""

        async def done() -> Any:
            return work(self.made)

        return self._run(done())
