"""Jobs by decorator: what is done later (`on` an event, or sent by name) or on the clock (`cron`)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cubestudio.core.events import Event


@dataclass(frozen=True)
class Failure:
    """Why one attempt of a job failed, in a sentence for the owner of what waits for it. `last`: there is no
    further attempt."""

    message: str
    last: bool


class Later(Exception):
    """Raised by a job that cannot do its work now because another one does: the same message comes again
    after `delay`, and this was no attempt."""

    def __init__(self, delay: timedelta):
        super().__init__()
        self.delay = delay


@dataclass(frozen=True, kw_only=True)
class Job:
    """`run(ctx, *args)`; may run twice, so it claims what it works on. `retries` with doubling pauses from
    1 s."""

    name: str
    run: Callable[..., Awaitable[Any]]
    on: tuple[type[Event], ...] = ()
    cron: str | None = None
    retries: int = 8
    delay: timedelta = timedelta(0)
    """How long after its event it may wait, so that those who watch are told first."""
    failed: Callable[..., Awaitable[Any]] | None = None
    """`failed(ctx, *args, failure)` after each failed attempt: it writes the reason down where the owner
    reads it, and after the last attempt it ends what waits, so that nothing waits for ever without a
    reason."""


declared: dict[str, Job] = {}


def job(
    *,
    on: type[Event] | tuple[type[Event], ...] = (),
    cron: str | None = None,
    retries: int = 8,
    delay: timedelta = timedelta(0),
    failed: Callable[..., Awaitable[Any]] | None = None,
) -> Callable[[Callable[..., Awaitable[Any]]], Job]:
    """Declare a job. On an event it gets `(ctx, event)`; on the clock `(ctx)`; sent by name, what was
    sent."""

    def declare(run: Callable[..., Awaitable[Any]]) -> Job:
        name = f"{run.__module__.removeprefix('cubestudio.').removesuffix('.jobs')}.{getattr(run, '__name__', '')}"  # noqa: E501
        events = on if isinstance(on, tuple) else (on,)
        made = Job(name=name, run=run, on=events, cron=cron, retries=retries, delay=delay, failed=failed)
        declared[name] = made
        return made

    return declare


def route(happened: Event) -> list[tuple[str, timedelta]]:
    """The names of the jobs that wake on an event, and how much later."""
    return [(job.name, job.delay) for job in declared.values() if type(happened) in job.on]
