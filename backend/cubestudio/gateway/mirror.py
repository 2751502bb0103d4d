"""Mirrored traffic: copies of requests for revisions whose responses no caller sees.

A copy gets the same request; its response is compared with the one that the caller got. No caller waits for a
copy, and a copy that cannot be sent is left out, so that a mirror never slows down the service."""

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
from cubestudio.gateway.counters import Counters
from cubestudio.services.endpoint import Endpoint, Mirror
from cubestudio.services.plan import Outcome

logger = log.get(__name__)
MAX_COPIES = 64
"""Copies under way at once; more are left out."""
COMPARED = 2**18
"""Bytes of a response that are compared: a request with a longer one is not mirrored; a longer one
differs."""
Reply = tuple[int, bytes]
"""The status and the body of a response."""


def alike(one: Reply, other: Reply, tolerance: float) -> bool:
    """Return whether two responses are equal: both reject or fail with the same status, have the same bytes,
    or have JSON with the same values. Only the `outputs` of a response that has them are compared, because
    the rest names the model. Numbers may differ by the fraction `tolerance`."""
    if one[0] != other[0]:
        return False
    if Outcome.of(one[0]) != Outcome.SUCCEEDED or one[1] == other[1]:
        return True
    try:
        bodies = [orjson.loads(body) for _, body in (one, other)]
    except orjson.JSONDecodeError:
        return False
    left = [
        tuple(each["outputs"] if isinstance(each, dict) and "outputs" in each else each for each in bodies)
    ]
    while left:  # without recursion: a response may be nested deeply
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


class Mirrors:
    """Sends copies of the requests of one process."""

    def __init__(self, clusters: Mapping[str, Cluster], counters: Counters):
        self._clusters = clusters
        self._counters = counters
        self._tasks: set[asyncio.Task] = set()

    def wanted(self, endpoint: Endpoint, number: int) -> list[Mirror]:
        """Return the mirrors that get a copy of a request that the revision `number` serves."""
        return [
            mirror
            for mirror in endpoint.mirrors
            if mirror.number in endpoint.targets
            and mirror.number != number
            and random.random() < mirror.share
        ]

    def send(
        self, endpoint: Endpoint, mirror: Mirror, head: h11.Request, sent: bytes, response: Reply
    ) -> None:
        """Send a copy. `response`: what the caller got."""
        if len(self._tasks) >= MAX_COPIES or not endpoint.targets[mirror.number].answers:
            return
        task = asyncio.create_task(self._mirror(endpoint, mirror, head, sent, response), name="mirror")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _mirror(
        self, endpoint: Endpoint, mirror: Mirror, head: h11.Request, sent: bytes, response: Reply
    ) -> None:
        """Send the request to the mirror and compare the responses."""
        cluster, target = self._clusters.get(endpoint.cluster), endpoint.targets[mirror.number]
        if cluster is None:
            return
        status, body, complete = 0, b"", False
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
                            complete = isinstance(event, h11.EndOfMessage)
                            break
                finally:
                    await link.close()
        except (Exception, TimeoutError) as error:  # whatever it is, it is the mirror's
            logger.info(
                "a copy was not answered", service=endpoint.id, revision=target.number, error=repr(error)
            )
        same = complete and alike((status, body), response, mirror.tolerance)
        # The latency of a revision with traffic is that of its own requests: a copy comes on a new
        # connection, and beside other work.
        timed = all(number != target.number for number, weight in endpoint.traffic if weight)
        seconds = time.perf_counter() - began if took is None else took
        self._counters.mirrored(endpoint.id, target.number, not same, seconds if timed else None)
