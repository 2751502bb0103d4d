"""Jobs by decorator: what is done later (`on` an event, or sent by name) or on the clock (`cron`)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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


declared: dict[str, Job] = {}


def job(
    *, on: type[Event] | tuple[type[Event], ...] = (), cron: str | None = None, retries: int = 8
) -> Callable[[Callable[..., Awaitable[Any]]], Job]:
    """Declare a job. On an event it gets `(parts, event)`; on the clock `(parts)`; sent by name, what was sent."""

    def declare(run: Callable[..., Awaitable[Any]]) -> Job:
        name = f"{run.__module__.removeprefix('cubestudio.').removesuffix('.jobs')}.{getattr(run, '__name__', '')}"
        made = Job(name, run, on if isinstance(on, tuple) else (on,), cron, retries)
        declared[name] = made
        return made

    return declare


def route(happened: Event) -> list[str]:
    """The names of the jobs that wake on an event."""
    return [job.name for job in declared.values() if type(happened) in job.on]
