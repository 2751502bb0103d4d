"""Asking agents, which do what must be done in folders of projects with the rights of these projects (see
`runtime.agent`).

What an agent answers is as trustworthy as the code whose files it reads: it is bounded and parsed, never
followed. An agent that does not answer in time is given up together with its socket; the next request has a
new one.
"""

import asyncio
import base64
import contextlib
import socket
import weakref
from dataclasses import dataclass
from typing import Any

import orjson

from cubestudio.core import log
from cubestudio.core.cluster.local.spawn import Forkserver

logger = log.get(__name__)
SECONDS = 30.0
"""In which a small request must be answered."""
CLEARING = 600.0
AT_ONCE = 2000
"""Entries that are deleted between two small requests."""
IDLE = 60.0
"""After which an agent that nobody asks is ended."""
MOST = 64 * 2**20
"""Bytes of one answer."""


class Refused(Exception):
    """What was asked for cannot be done; the message says what and why."""


@dataclass(frozen=True)
class Owner:
    """Whose rights an agent has: a user id (None: ours), and the further ids of its user namespace, if it has
    one."""

    uid: int | None = None
    ids: tuple[int, int] | None = None


class _Agent:
    def __init__(self, link: socket.socket):
        link.setblocking(False)
        self._link = link
        self.used = 0.0

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        self.used = loop.time()
        await loop.sock_sendall(self._link, orjson.dumps(request) + b"\n")
        kind, data = await self._frame(loop)
        told = orjson.loads(data)
        if kind == b"E":
            raise Refused(told["error"])
        return told

    async def _frame(self, loop: asyncio.AbstractEventLoop) -> tuple[bytes, bytes]:
        head = await self._exactly(loop, 5)
        length = int.from_bytes(head[1:], "big")
        if length > MOST:
            raise OSError("an agent answers too much")
        return head[:1], await self._exactly(loop, length)

    async def _exactly(self, loop: asyncio.AbstractEventLoop, length: int) -> bytes:
        data = b""
        while len(data) < length:
            piece = await loop.sock_recv(self._link, min(length - len(data), 2**20))
            if not piece:
                raise OSError("an agent ended")
            data += piece
        return data

    def close(self) -> None:
        self._link.close()


class Agents:
    """One agent for each owner, which answers one request after the other; long work has an agent of its own
    (`open`)."""

    def __init__(self, forkserver: Forkserver):
        self._forkserver = forkserver
        self._agents: dict[Owner, _Agent] = {}
        self._locks: dict[Owner, asyncio.Lock] = {}
        self._slow = 0
        """How many agents were given up because they did not answer in time: they may still do what they were
        asked."""
        self._clearing: weakref.WeakValueDictionary[tuple[str, ...], asyncio.Lock] = (
            weakref.WeakValueDictionary()
        )

    def open(self, owner: Owner) -> socket.socket:
        """A new agent for one long request."""
        return self._forkserver.agent(owner.uid, owner.ids)

    async def ask(self, owner: Owner, request: dict[str, Any]) -> dict[str, Any]:
        """Raises Refused when it cannot be done, also when no agent answers in time, twice."""
        async with self._locks.setdefault(owner, asyncio.Lock()):
            for last in (False, True):
                agent = self._agents.get(owner)
                if agent is None:
                    agent = self._agents[owner] = _Agent(self.open(owner))
                try:
                    async with asyncio.timeout(SECONDS):
                        return await agent.ask(request)
                except Refused:
                    raise
                except (OSError, ValueError, TimeoutError, KeyError) as error:
                    self._slow += isinstance(error, TimeoutError)
                    logger.warning(
                        "an agent does not answer",
                        uid=owner.uid,
                        request=request.get("do"),
                        error=repr(error),
                    )
                    self._agents.pop(owner).close()
                    if last:
                        raise Refused("its files could not be looked at: nothing answered in time") from error
                except BaseException:  # its answer would be taken for that to the next request
                    self._agents.pop(owner).close()
                    raise
        raise AssertionError("unreachable")

    async def clear(self, owner: Owner, *paths: str) -> bool:
        """Empty folders (paths below the platform's folder; absolute ones are removed, too). What cannot be
        deleted stays, and is said. False also when an agent may still be deleting there.

        One after the other for the same folders: two agents in one tree would take its parts from each other,
        and both give up."""
        async with self._clearing.setdefault(paths, asyncio.Lock()):
            slow = self._slow
            try:
                await self._clear(owner, {"do": "clear", "paths": list(paths)})
                return slow == self._slow
            except (Refused, OSError, ValueError, TimeoutError, KeyError) as error:
                logger.warning("folders could not be emptied", uid=owner.uid, paths=paths, error=str(error))
                return False

    async def _clear(self, owner: Owner, request: dict[str, Any]) -> None:
        if not (await self.ask(owner, request | {"most": AT_ONCE}))["more"]:
            return
        agent = _Agent(self.open(owner))  # so that those who wait for small answers do not wait for this
        try:
            async with asyncio.timeout(CLEARING):
                await agent.ask(request | {"most": None})
        finally:
            agent.close()

    def rest(self) -> None:
        """End agents that nobody needed for a while."""
        now = asyncio.get_running_loop().time()
        for owner, agent in list(self._agents.items()):
            if now - agent.used > IDLE and not self._locks[owner].locked():
                self._agents.pop(owner).close()

    def close(self) -> None:
        for agent in self._agents.values():
            agent.close()
        self._agents.clear()


def decoded(text: Any) -> bytes | None:
    """Bytes as an agent tells them; what is none counts as absent."""
    if not isinstance(text, str):
        return None
    with contextlib.suppress(ValueError):
        return base64.b64decode(text)
    return None
