"""Jobs by decorator: what is done later (`on` an event, or sent by name) or on the clock (`cron`)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cubestudio.core.events import Event


@dataclass(frozen=True)
class Job:
    """`run(parts, *args)`; may run twice, so it claims what it works on. `retries` with doubling pauses from 1 s."""

    name: str
    run: Callable[..., Awaitable[Any]]
    on: tuple[type[Event], ...] = ()
    cron: str | None = None
    retries: int = 8
    delay: timedelta = timedelta(0)
    """How long after its event it may wait, so that those who watch are told first."""


declared: dict[str, Job] = {}


def job(
    *, on: type[Event] | tuple[type[Event], ...] = (), cron: str | None = None, retries: int = 8, delay: timedelta = timedelta(0)
) -> Callable[[Callable[..., Awaitable[Any]]], Job]:
    """Declare a job. On an event it gets `(parts, event)`; on the clock `(parts)`; sent by name, what was sent."""

    def declare(run: Callable[..., Awaitable[Any]]) -> Job:
        name = f"{run.__module__.removeprefix('cubestudio.').removesuffix('.jobs')}.{getattr(run, '__name__', '')}"
        made = Job(name, run, on if isinstance(on, tuple) else (on,), cron, retries, delay)
        declared[name] = made
        return made

    return declare


def route(happened: Event) -> list[tuple[str, timedelta]]:
    """The names of the jobs that wake on an event, and how much later."""
    return [(job.name, job.delay) for job in declared.values() if type(happened) in job.on]
