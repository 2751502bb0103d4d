"""The brokers: dramatiq in this process over the outbox, or dramatiq on Redis; actors run on the platform's
own loop."""

import asyncio
from collections.abc import Iterable

import dramatiq
from dramatiq.brokers.stub import StubBroker

from cubestudio.core.context import AppContext
from cubestudio.core.db import Message
from cubestudio.core.jobs.outbox import perform

QUEUE = "cubestudio"


class Broker:
    """One actor, `perform`, for every job: retries and durability are the outbox's, so they are the same on
    both."""

    def __init__(self, redis_url: str | None = None):
        if redis_url:
            from dramatiq.brokers.redis import RedisBroker

            self._broker: dramatiq.Broker = RedisBroker(
                url=redis_url, middleware=[], heartbeat_timeout=15_000, maintenance_chance=50_000
            )
        else:
            self._broker = StubBroker(middleware=[])
        self._ctx: AppContext | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker: dramatiq.Worker | None = None
        self._closing = False
        self._actor = dramatiq.Actor(
            self._act, broker=self._broker, actor_name="perform", queue_name=QUEUE, priority=0, options={}
        )

    def _act(self, row: str, job: str, args: list) -> None:
        """On a worker's thread: wait for the coroutine that runs on the platform's loop."""
        if self._closing or self._ctx is None or self._loop is None:
            return
        try:
            future = asyncio.run_coroutine_threadsafe(
                perform(self._ctx, Message(row, job, tuple(args))), self._loop
            )
            future.result()
        except (RuntimeError, asyncio.CancelledError, TimeoutError):
            if not self._closing:
                raise

    def enqueue(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._actor.send(message.id, message.job, list(message.args))

    def start(self, ctx: AppContext, threads: int) -> None:
        """Work here: `threads` is how many jobs run at once."""
        self._ctx = ctx
        self._loop = asyncio.get_running_loop()
        self._worker = dramatiq.Worker(
            self._broker, queues={QUEUE}, worker_threads=threads, worker_timeout=200
        )
        self._worker.start()

    async def stop(self) -> None:
        """Finish what runs, take nothing new."""
        self._closing = True
        if self._worker:
            await asyncio.to_thread(self._worker.stop, 5_000)
        self._broker.close()
