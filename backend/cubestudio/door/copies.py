"""Copies of requests for the revision that is only watched: asked the same, compared, and never waited for."""

import asyncio
import hashlib
import time as stdtime
from collections.abc import Mapping

import h11

from cubestudio.core import log
from cubestudio.core.cluster.port import Cluster
from cubestudio.core.relay import Side
from cubestudio.door.counts import Counting
from cubestudio.services.entrance import Entrance, Target

logger = log.get(__name__)
MOST = 64
"""Copies that may be under way at once; more are left out."""


class Copies:
    """Those of one process."""

    def __init__(self, clusters: Mapping[str, Cluster], counting: Counting):
        self._clusters = clusters
        self._counting = counting
        self._tasks: set[asyncio.Task] = set()

    def make(self, way: Entrance, target: Target, head: h11.Request, sent: bytes, heard: tuple[int, bytes]) -> None:
        """Send one. `heard`: the status, and the SHA-256 of the answer, of the revision that was asked."""
        if len(self._tasks) >= MOST or not target.answers:
            return
        task = asyncio.create_task(self._mirror(way, target, head, sent, heard), name="mirror")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _mirror(self, way: Entrance, target: Target, head: h11.Request, sent: bytes, heard: tuple[int, bytes]) -> None:
        """Ask the watched revision the same and compare the answers."""
        cluster = self._clusters.get(way.cluster)
        if cluster is None:
            return
        status, digest = 0, hashlib.sha256()
        began = stdtime.perf_counter()
        took = 0.0
        try:
            async with asyncio.timeout(target.timeout):
                link = await cluster.connect(target.workload)
                try:
                    side = Side(h11.CLIENT, link.receive, link.send)
                    await side.say(head)
                    if sent:
                        await side.say(h11.Data(data=sent))
                    await side.say(h11.EndOfMessage())
                    while not isinstance(event := await side.next(), h11.EndOfMessage | h11.ConnectionClosed):
                        if isinstance(event, h11.Response):
                            status, took = event.status_code, stdtime.perf_counter() - began
                        elif isinstance(event, h11.Data):
                            digest.update(event.data)
                finally:
                    await link.close()
        except (Exception, TimeoutError) as error:  # whatever it is, it is the watched revision's
            logger.info("a copy was not answered", service=way.id, revision=target.number, error=repr(error))
        self._counting.copied(way.id, target.number, (status, digest.digest()) != heard, took)
