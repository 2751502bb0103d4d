"""The bus port, in process and on Redis."""

import asyncio
import uuid
from dataclasses import dataclass

import pytest

from cubestudio.app import running
from cubestudio.core.bus.local import LocalBus
from cubestudio.core.bus.redis import RedisBus
from cubestudio.core.config import Settings
from cubestudio.core.events import Event, on
from tests.parts import ready


@dataclass(frozen=True)
class Rang(Event):
    bell: str


@pytest.fixture(params=["local", "redis"])
async def bus(request):
    if request.param == "local":
        made = LocalBus()
    else:
        made = RedisBus(request.getfixturevalue("redis_url"), stream=f"test:{uuid.uuid4()}")
        await made.start()
    yield made
    await made.close()


async def take(news, count):
    async with asyncio.timeout(60):
        return [(await anext(news)) for _ in range(count)]


async def test_listeners_hear_their_topics_in_order(bus):
    async with bus.listen([on(Rang, bell="a")]) as some, bus.listen([on(Rang)]) as every:
        await bus.publish([Rang("a"), Rang("b"), Rang("a")])
        assert [item.event.bell for item in await take(every, 3)] == ["a", "b", "a"]
        assert {item.event.bell for item in await take(some, 1)} == {"a"}


async def test_a_cursor_resumes(bus):
    async with bus.listen([on(Rang)]) as news:
        await bus.publish([Rang("a"), Rang("b"), Rang("c")])
        first = (await take(news, 3))[0]
    async with bus.listen([on(Rang)], since=first.cursor) as news:
        assert [item.event.bell for item in await take(news, 2)] == ["b", "c"]


async def test_an_unknown_cursor_says_that_something_was_missed(bus):
    async with bus.listen([on(Rang)], since="long-ago") as news:
        assert (await take(news, 1))[0].event is None


async def test_a_slow_listener_is_told_and_bounded(bus):
    async with bus.listen([on(Rang)]) as news, bus.listen([on(Rang)]) as quick:
        await bus.publish([Rang(str(number)) for number in range(999)])
        await take(quick, 999)
        await bus.publish([Rang(str(number)) for number in range(999, 1500)])
        await take(quick, 501)
        items = await take(news, 2)
    assert items[0].event is None


async def test_closed_listeners_leave_nothing(bus):
    for _ in range(50):
        async with bus.listen([on(Rang)]):
            pass
    assert bus.listeners == 0


async def test_an_empty_address_of_redis_is_none(home):
    """As compose files and shells hand on a variable that nobody set."""
    settings = Settings(home=home, redis_url="", environment="test")
    await ready(settings)
    async with running(settings, frozenset()) as app:
        assert isinstance(app.ctx.bus, LocalBus)
