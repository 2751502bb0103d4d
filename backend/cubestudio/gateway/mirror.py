"""Copies of requests for revisions whose answers nobody sees: asked the same, compared, and never waited
for."""

import asyncio
import random
import time
from collections.abc import Mapping
from typing import Any

import h11
import orjson

from cubestudio.core import log
from cubestudio.core.cluster.port import Cluster
from cubestudio.core.relay import Side
from cubestudio.gateway.counters import Counting
from cubestudio.services.entrance import Entrance, Mirror
from cubestudio.services.plan import Outcome

logger = log.get(__name__)
MOST = 64
"""Copies that may be under way at once; more are left out."""
COMPARED = 2**18
"""Bytes of an answer that are compared: a larger one is not copied, or differs."""
Answered = tuple[int, bytes]
"""The status and the body of an answer."""


def alike(one: Answered, other: Answered, tolerance: float) -> bool:
    """Whether two answers say the same: both reject or fail in the same way, are the same bytes, or are JSON
    with the same values. Of an answer with `outputs` these alone count, because the rest names the model.
    Numbers may differ by the share `tolerance`."""
    if one[0] != other[0]:
        return False
    if Outcome.of(one[0]) != Outcome.SUCCEEDED or one[1] == other[1]:
        return True
    try:
        told = [orjson.loads(body) for _, body in (one, other)]
    except orjson.JSONDecodeError:
        return False
    left = [tuple(each["outputs"] if isinstance(each, dict) and "outputs" in each else each for each in told)]
    while left:  # without recursion: an answer may be nested deeply
        a, b = left.pop()
        if isinstance(a, dict) and isinstance(b, dict):
            if a.keys() != b.keys():
                return False
            left += [(a[key], b[key]) for key in a]
        elif isinstance(a, list) and isinstance(b, list):
            if len(a) != len(b):
                return False
            left += zip(a, b, strict=True)
        elif not _same(a, b, tolerance):
            return False
    return True


def _same(a: Any, b: Any, tolerance: float) -> bool:
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (a, b))
    return abs(a - b) <= tolerance * max(abs(a), abs(b)) if numbers else type(a) is type(b) and a == b


class Copies:
    """Those of one process."""

    def __init__(self, clusters: Mapping[str, Cluster], counting: Counting):
        self._clusters = clusters
        self._counting = counting
        self._tasks: set[asyncio.Task] = set()

    def wanted(self, way: Entrance, answers: int) -> list[Mirror]:
        """Who is to get a copy of a request that the revision `answers` gets."""
        return [
            mirror
            for mirror in way.mirrors
            if mirror.number in way.targets and mirror.number != answers and random.random() < mirror.share
        ]

    def make(self, way: Entrance, mirror: Mirror, head: h11.Request, sent: bytes, heard: Answered) -> None:
        """Send one. `heard`: the answer of the revision that was asked."""
        if len(self._tasks) >= MOST or not way.targets[mirror.number].answers:
            return
        task = asyncio.create_task(self._mirror(way, mirror, head, sent, heard), name="mirror")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _mirror(
        self, way: Entrance, mirror: Mirror, head: h11.Request, sent: bytes, heard: Answered
    ) -> None:
        """Ask the watched revision the same and compare the answers."""
        cluster, target = self._clusters.get(way.cluster), way.targets[mirror.number]
        if cluster is None:
            return
        status, body, whole = 0, b"", False
        began, took = time.perf_counter(), None
        try:
            async with asyncio.timeout(target.timeout):
                link = await cluster.connect(target.workload)
                try:
                    began = time.perf_counter()
                    side = Side(h11.CLIENT, link.receive, link.send)
                    await side.say(head)
                    if sent:
                        await side.say(h11.Data(data=sent))
                    await side.say(h11.EndOfMessage())
                    while len(body) <= COMPARED:
                        event = await side.next()
                        if isinstance(event, h11.Response):
                            status, took = event.status_code, time.perf_counter() - began
                        elif isinstance(event, h11.Data):
                            body += event.data
                        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                            whole = isinstance(event, h11.EndOfMessage)
                            break
                finally:
                    await link.close()
        except (Exception, TimeoutError) as error:  # whatever it is, it is the watched revision's
            logger.info("a copy was not answered", service=way.id, revision=target.number, error=repr(error))
        same = whole and alike((status, body), heard, mirror.tolerance)
        # How fast a revision is that has traffic, its own requests say: a copy comes on a new connection, and
        # beside other work.
        timed = all(number != target.number for number, weight in way.traffic if weight)
        seconds = time.perf_counter() - began if took is None else took
        self._counting.copied(way.id, target.number, not same, seconds if timed else None)
