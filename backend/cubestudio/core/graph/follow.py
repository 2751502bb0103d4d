"""The two subscriptions that every room has: one thing as it changes, and whichever things of a list
change."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import TypeVar

from cubestudio.core.errors import NotFound
from cubestudio.core.events import Bus, Event

T = TypeVar("T")


async def one(
    bus: Bus, topics: Sequence[str], load: Callable[[], Awaitable[T]]
) -> AsyncGenerator[tuple[str, T | None]]:
    """(cursor, the thing) now, then at each change; None and the end when it is gone. Whoever may not see it
    gets NotFound."""
    async with bus.listen(topics) as news:
        cursor = bus.cursor
        found: T | None = await load()
        while True:
            yield cursor, found
            if found is None:
                return
            cursor = (await anext(news)).cursor
            found = await _there(load)


async def each(
    bus: Bus, topics: Sequence[str], name: Callable[[Event], str], load: Callable[[str], Awaitable[T]]
) -> AsyncGenerator[tuple[str, str, T | None]]:
    """(cursor, id, the thing) for whatever changes from now on; None when it is gone. `name`: the id that an
    event is about."""
    async with bus.listen(topics) as news:
        async for item in news:
            if item.event is None:
                continue
            key = name(item.event)
            yield item.cursor, key, await _there(lambda key=key: load(key))


async def _there(load: Callable[[], Awaitable[T]]) -> T | None:
    try:
        return await load()
    except NotFound:
        return None
