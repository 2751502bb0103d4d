"""What happened, as ids only, and the port that carries it to whoever listens."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from typing import Protocol

_known: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """A fact of the past. Subclasses are frozen dataclasses of ids; the receiver reads the row again."""

    def __init_subclass__(cls) -> None:
        _known[cls.__name__] = cls

    @property
    def topics(self) -> tuple[str, ...]:
        """Where it is heard: the class's name, and each `name:id` of its fields."""
        name = type(self).__name__
        return (
            name,
            *(f"{name}.{field}:{value}" for field, value in asdict(self).items() if value is not None),
        )

    def pack(self) -> dict:
        return {"event": type(self).__name__, **asdict(self)}


def unpack(data: dict) -> Event:
    """The event that `pack` described; KeyError when this version of the program does not know it."""
    data = dict(data)
    return _known[data.pop("event")](**data)


def on(event: type[Event], **ids: str) -> str:
    """The topic of one event class, or of those about one object: `on(RunChanged, run_id=…)`."""
    name = event.__name__
    for field, value in ids.items():
        return f"{name}.{field}:{value}"
    return name


@dataclass(frozen=True)
class News:
    """One delivery: the cursor to resume after, and the event, or None for "you missed some: read the
    present"."""

    cursor: str
    event: Event | None


class Bus(Protocol):
    """Carries events to every process. A slow listener loses news but is told so (`event=None`)."""

    durable: bool
    """Whether listeners may outlive this process, so that news unpublished at a crash must be kept."""

    @property
    def cursor(self) -> str:
        """Of the newest event known here."""
        ...

    async def publish(self, events: Iterable[Event]) -> None: ...

    def listen(
        self, topics: Iterable[str], since: str | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[News]]:
        """Hear `topics` from the moment of entry. With `since`, what came after that cursor is delivered
        first; when the cursor is unknown or too old the first news has no event."""
        ...

    async def close(self) -> None: ...
