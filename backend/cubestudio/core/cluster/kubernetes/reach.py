"""How the platform connects to the replicas of servers: to a pod's own address where it stands in the network
of the pods, so that services answer while the API server is away, and else through the API server.

Which replicas there are is known from a watch: that of the whole cluster where this process follows it, one
of our own else. The API server is asked only where that watch knows none. Only connecting is tried again,
never a request."""

import asyncio
import contextlib
import ipaddress
import os
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from cubestudio.core import loops, tasks
from cubestudio.core.cluster import messages
from cubestudio.core.cluster.kubernetes.client import Client, Gone, path, words
from cubestudio.core.cluster.kubernetes.forward import Forward
from cubestudio.core.cluster.kubernetes.replicas import Replica, Replicas, understood
from cubestudio.core.cluster.kubernetes.shell import PROTOCOL
from cubestudio.core.cluster.kubernetes.task import WORKLOAD
from cubestudio.core.cluster.kubernetes.watch import Handlers, Reflector
from cubestudio.core.cluster.port import Link
from cubestudio.core.cluster.tcp import Connection
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

CONNECT = 1.5
"""Seconds that a pod's address has to take a connection: within a cluster that is milliseconds, and a lost
packet is sent again after one."""
ASK = 5.0
"""Seconds for asking the API server which pods there are."""
AGAIN = 1.0
"""Seconds for which it is not asked again of a server that it knew no replica of: the watch tells of one that
comes."""
MOST = 3
"""Replicas that are tried for one connection."""
SHUT = 60.0
"""Seconds for which a pod whose address does not respond is reached through the API server at once: something
between us drops packets."""
ALIVE = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
"""A connection to a node that has died breaks after a minute, also where nothing is sent."""


class Direct(Connection):
    """A connection to a pod's own address."""

    piece = 2**18

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stands: Callable[[], bool]
    ):
        super().__init__(reader, writer)
        self._stands = stands

    @classmethod
    async def open(cls, address: str, port: int, stands: Callable[[], bool]) -> "Direct":
        """Raises OSError, of which TimeoutError is one, when nothing takes the connection in time."""
        async with asyncio.timeout(CONNECT):
            reader, writer = await asyncio.open_connection(address, port, limit=cls.piece)
        held = writer.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in ALIVE:
            if hasattr(socket, name):
                held.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        return cls(reader, writer, stands)

    @property
    def leaving(self) -> bool:
        return super().leaving or not self._stands()


class Reach:
    """Connections to the replicas of one cluster. `direct`: whether its pods are reached at their own
    addresses, and `near` whether these may be of this machine's loopback; `selector` tells pods of servers
    from others, and `spaces` are the namespaces to look in where we may not look everywhere. `find` gives the
    pods with a label, as the API server has them now."""

    def __init__(
        self,
        client: Client,
        selector: str,
        spaces: Sequence[str],
        find: Callable[[str], Awaitable[list[dict]]],
        lost: Callable[[str], None],
        *,
        direct: bool,
        near: bool,
    ):
        self._client, self._selector, self._spaces, self._find, self._lost = (
            client,
            selector,
            spaces,
            find,
            lost,
        )
        self._direct, self._near = direct, near
        self._replicas = Replicas()
        self._listed = False
        """Whether what is known was listed, and is followed since."""
        self._fed = 0
        self._following: asyncio.Task | None = None
        self._missed: dict[str, float] = {}
        """Servers of which the API server knew no replica either, and until when it is not asked again."""
        self._shut: dict[str, float] = {}
        """Pods whose addresses did not respond, and until when they are not tried."""

    # which there are -----------------------------------------------------------------------------------

    def listed(self, items: list[dict]) -> None:
        """All pods that a watch began with."""
        self._replicas.listed(items)
        self._listed = True

    def changed(self, kind: str, body: dict) -> None:
        """What a watch says of one pod."""
        self._replicas.changed(kind, body)

    @contextlib.asynccontextmanager
    async def fed(self) -> AsyncIterator[None]:
        """While the block runs, its owner's watch of pods calls `listed` and `changed`."""
        await self.close()
        self._fed += 1
        try:
            yield
        finally:
            self._fed -= 1
            self._listed = False

    def _follow(self) -> None:
        if self._fed or self._following:
            return
        places = [path("v1", "pods", space) for space in self._spaces]
        reflector = Reflector(
            self._client,
            path("v1", "pods"),
            places,
            selector=self._selector,
            handlers=Handlers(self.listed, self.changed, self._lost, lambda: None),
        )
        name = f"replicas {self._client.name}"
        self._following = asyncio.create_task(loops.run(name, reflector.run), name=name)

    async def close(self) -> None:
        if self._following:
            following, self._following = self._following, None
            await tasks.end([following])
        self._listed = False

    async def _known(self, workload: str) -> list[Replica]:
        """The replicas that answer. Without the API server those that were last known."""
        found = self._replicas.of(workload)
        now = time.monotonic()
        if self._listed and (found or self._missed.get(workload, 0) > now):
            return found
        try:
            async with asyncio.timeout(ASK):
                bodies = await self._find(f"{WORKLOAD}={workload}")
        except (Unavailable, TimeoutError) as error:
            if found:
                return found
            raise Unavailable(
                messages.WORKLOAD_NOT_LOCATED(
                    cluster=self._client.name, workload=workload, problem=error or "no answer came in time"
                )
            ) from error
        self._missed = {name: until for name, until in self._missed.items() if until > now}
        found = [replica for body in bodies if (replica := understood(body))]
        if not found:
            self._missed[workload] = now + AGAIN
        return found

    # one connection ------------------------------------------------------------------------------------

    async def connect(self, workload: str, port: int | None = None) -> Link:
        self._follow()
        found = await self._known(workload)
        random.shuffle(found)
        problems: list[Exception] = []
        # Whatever answers at another port than the server's listens inside its pod alone.
        for way in (self._straight, self._through) if self._direct and port is None else (self._through,):
            for replica in found[:MOST]:
                try:
                    return await way(replica, port or replica.port or 0)
                except (OSError, Unavailable, NotFound, Forbidden, Invalid, Conflict, Gone) as error:
                    problems.append(error)
        if all(isinstance(each, NotFound) for each in problems):
            raise NotFound(messages.WORKLOAD_NOT_ANSWERING(workload=workload, cluster=self._client.name))
        told = "; ".join(dict.fromkeys(str(each) for each in problems))[:500]
        raise Unavailable(
            messages.REPLICAS_UNREACHABLE(workload=workload, cluster=self._client.name, problem=told)
        )

    async def _straight(self, replica: Replica, port: int) -> Link:
        """To the pod's own address."""
        now = time.monotonic()
        place = replica.address
        if place is None or (ipaddress.ip_address(place).is_loopback and not self._near):
            raise ConnectionError(f"pod {replica.name} has no address that may be used")
        if self._shut.get(replica.uid, 0) > now:
            raise ConnectionError(f"pod {replica.name} does not respond at {place}")
        try:
            return await Direct.open(place, port, lambda: self._stands(replica))
        except TimeoutError as error:
            self._shut = {uid: until for uid, until in self._shut.items() if until > now} | {
                replica.uid: now + SHUT
            }
            raise ConnectionError(f"pod {replica.name} does not respond at {place}, port {port}") from error
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise ConnectionError(
                f"pod {replica.name} cannot be reached at {place}, port {port}: {why}"
            ) from error

    async def _through(self, replica: Replica, port: int) -> Link:
        """Through the API server, which works from anywhere."""
        where = path("v1", "pods", replica.space, replica.name) + "/portforward"
        try:
            async with asyncio.timeout(ASK):
                channel = await self._client.socket(where, [("ports", str(port))], PROTOCOL)
        except TimeoutError as error:
            raise Unavailable(
                messages.CLUSTER_NOT_ANSWERING(cluster=self._client.name, problem=words(error))
            ) from error
        return Forward(self._client.name, channel, lambda: self._stands(replica))

    def _stands(self, replica: Replica) -> bool:
        return not self._listed or self._replicas.has(replica.uid)

    def notes(self) -> list[str]:
        """What an operator should know of it."""
        now = time.monotonic()
        if not any(until > now for until in self._shut.values()):
            return []
        return [
            "Pods do not respond at their own addresses: requests to services and notebooks go "
            "through the API server. A network policy or a "
            "firewall drops them; set CUBE_DIRECT_POD_ACCESS to where the platform's connections come from."
        ]
