"""Subscriptions: which share an execution, what one person may take of the loop, and the frames of
messages."""

import asyncio
import time

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from cubestudio.core import tasks
from cubestudio.core.bus.local import LocalBus
from cubestudio.core.graph.frames import framed
from cubestudio.core.graph.pace import AT_ONCE, BURST, SHARE, Pace, PacedBus, Paces
from cubestudio.core.graph.sharing import ONWARD, PRESENT, shared
from cubestudio.users.events import AccessEnded

SINCE = "subscription($s: String) { runsChanged(since: $s) { cursor } }"


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ('subscription { runChanged(id: "x") { cursor } }', None, PRESENT),
        ("subscription Named { clusterHealth { name } }", None, PRESENT),
        ("subscription { now: clusterHealth { name } }", None, PRESENT),
        ("subscription { ...A } fragment A on Subscription { clusterHealth { name } }", None, None),
        ("subscription { changed { id } }", None, ONWARD),
        ("subscription A { changed { id } } subscription B { changed { id } }", None, None),
        ('subscription { logs(pod: "runChanged") { text } }', None, None),
        ("subscription { changed { id } health }", None, None),
        (SINCE, None, ONWARD),
        (SINCE, {"s": None}, ONWARD),
        (SINCE, {"s": "a-1"}, None),
        ("subscription { runsChanged(since: null) { cursor } }", None, ONWARD),
        ('subscription { runsChanged(since: "a-1") { cursor } }', None, None),
        ("subscription { changed { id ", None, None),
        ("subscription { changed { id } } #" + "x" * 200_000, None, None),
        ("", None, None),
    ],
)
def test_what_one_execution_may_serve(query, variables, expected):
    assert shared({"query": query, "variables": variables}, 4000) is expected


async def work(pace: Pace, seconds: float) -> None:
    async with pace.turn():
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pass


async def test_who_takes_more_than_their_share_waits_and_others_do_not():
    paces = Paces()
    many, other = paces.of("many"), paces.of("other")
    assert paces.of("many") is many
    began = time.monotonic()
    turns = [asyncio.create_task(work(many, 0.02)) for _ in range(12)]
    await asyncio.sleep(0)
    late = time.monotonic()
    await work(other, 0.001)
    assert time.monotonic() - late < 12 * 0.02, "another is not behind all of them"
    await asyncio.gather(*turns)
    assert time.monotonic() - began > (11 * 0.02 - BURST) / SHARE - AT_ONCE * 0.02 / SHARE


async def test_one_that_waits_for_something_slow_leaves_room_and_owes_little():
    pace, over = Pace(), asyncio.Event()

    async def slow():
        async with pace.turn():
            await over.wait()

    waiting = [asyncio.create_task(slow()) for _ in range(AT_ONCE - 1)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(20):
        await work(pace, 0.001)
        over.set()
        await asyncio.gather(*waiting)
        began = time.monotonic()
        await work(pace, 0.001)
    assert time.monotonic() - began < 3


async def test_a_listener_that_ends_in_the_midst_gives_its_turn_back():
    bus = LocalBus()
    paced = PacedBus(bus, Pace())

    async def listener():
        async with paced.listen(["AccessEnded"]) as news:
            async for _ in news:
                await asyncio.Event().wait()

    async with asyncio.timeout(20):
        for _ in range(3 * AT_ONCE):
            listening = asyncio.create_task(listener())
            while not bus.listeners:
                await asyncio.sleep(0)
            await bus.publish([AccessEnded("a")])
            for _ in range(5):
                await asyncio.sleep(0)
            await tasks.end([listening])
        async with paced.listen(["AccessEnded"]) as news:
            await bus.publish([AccessEnded("b")])
            item = await anext(news)
    assert item.event == AccessEnded("b") and bus.listeners == 0


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 200_000])
def test_frames_are_those_that_clients_take(size):
    message = b"x" * size
    client = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN)
    client.receive_data(framed(message))
    (frame,) = client.events_received()
    assert (
        isinstance(frame, Frame)
        and frame.opcode == Opcode.TEXT
        and frame.fin
        and bytes(frame.data) == message
    )
