"""Who has access to a service.

A program shows a key of the service, or the token of a user or a run; a browser comes with a ticket and gets
a cookie for one service. What the database says is cached for seconds, and dropped by every event that may
change it: an answer that was read before an event is not cached after it."""

import contextlib
import time
from dataclasses import dataclass

from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader
from cubestudio.core.errors import Unavailable
from cubestudio.gateway.headers import COOKIE
from cubestudio.gateway.request import ProxyRequest
from cubestudio.pipelines.runs import actions as runs
from cubestudio.services.endpoint import Endpoint, endpoint_of, key_of, member
from cubestudio.services.model import Access
from cubestudio.users import credentials

CACHE_SECONDS = 5.0
MAX_CACHED = 10_000


@dataclass(kw_only=True)
class Caller:
    """Who sends a request. `name`: as the list of requests shows it; `key`: the id of the service's key;
    `per_minute`, `tokens`: the key's limits a minute; `anonymous`: a public service was called without a
    credential."""

    name: str
    key: str | None = None
    per_minute: int | None = None
    tokens: int | None = None
    by_cookie: bool = False
    anonymous: bool = False


class ServiceAccess:
    """Services by name, and their callers by credential."""

    def __init__(self, ctx: AppContext):
        self._ctx = ctx
        self._endpoints: dict[tuple[str, str], tuple[float, Endpoint]] = {}
        self._callers: dict[tuple[str, str], tuple[float, Caller | None]] = {}
        self.generation = 0
        """How many events came: what was read in an earlier generation is not cached."""

    def forget(self) -> None:
        """Drop what is cached, because something has changed."""
        self.generation += 1
        self._endpoints.clear()
        self._callers.clear()

    def forget_callers(self) -> None:
        """Drop the cached callers, so that what expires without an event is noticed."""
        self._callers.clear()

    async def endpoint(self, project: str, name: str) -> Endpoint | None:
        """Return a service by the names of its project and its own."""
        cached = self._endpoints.get((project, name))
        if cached and cached[0] > time.monotonic():
            return cached[1]
        generation = self.generation
        async with self._ctx.db.read() as conn:
            found = await endpoint_of(conn, project, name)
        if found is not None and generation == self.generation:
            if len(self._endpoints) > MAX_CACHED:
                self._endpoints.clear()
            self._endpoints[project, name] = (time.monotonic() + CACHE_SECONDS, found)
        return found

    async def caller(self, endpoint: Endpoint, request: ProxyRequest) -> Caller | None:
        """Return who sends a request; None without access to the service."""
        secret, cookie = _secret(request), request.cookies.get(f"{COOKIE}_{endpoint.id}", "")
        if secret or cookie:
            proof = (endpoint.id, secret or f"cookie {cookie}")
            cached = self._callers.get(proof)
            if cached is None or cached[0] <= time.monotonic():
                generation = self.generation
                cached = (time.monotonic() + CACHE_SECONDS, await self._identify(endpoint, secret, cookie))
                if generation == self.generation:
                    if len(self._callers) > MAX_CACHED:
                        self._callers.clear()
                    self._callers[proof] = cached
            if cached[1]:
                return cached[1]
        return Caller(name="anyone", anonymous=True) if endpoint.access == Access.PUBLIC else None

    async def _identify(self, endpoint: Endpoint, secret: str, cookie: str) -> Caller | None:
        """Return whose credential it is; None when it does not open the service."""
        ctx = self._ctx
        async with ctx.db.read() as conn:
            if secret.startswith("cubekey_"):
                return await _by_key(conn, endpoint, secret)
            if secret.startswith("cuberun_"):
                return await self._by_run(conn, endpoint, secret)
            found = (
                await credentials.by_token(conn, secret)
                if secret
                else await credentials.by_pass(conn, ctx.settings, cookie, endpoint.id)
            )
            if found is None or not await member(conn, found[0], endpoint.id):
                return None
        viewer, stale = found[:2]
        if stale:
            with contextlib.suppress(Unavailable):
                async with ctx.db.write() as tx:
                    await credentials.touch(tx, viewer)
        return Caller(name=viewer.name, by_cookie=not secret)

    async def _by_run(self, conn: Reader, endpoint: Endpoint, secret: str) -> Caller | None:
        viewer = await runs.by_token(conn, self._ctx.vault, secret)
        if viewer is None or viewer.run is None:
            return None
        same = await runs.project_of(conn, viewer.run) == endpoint.project_id
        return Caller(name=viewer.name) if same else None


async def _by_key(conn: Reader, endpoint: Endpoint, secret: str) -> Caller | None:
    key = await key_of(conn, endpoint.id, secret)
    if key is None or endpoint.access == Access.PROJECT:
        return None
    return Caller(name=f"key {key.name}", key=key.id, per_minute=key.per_minute, tokens=key.tokens_per_minute)


def _secret(request: ProxyRequest) -> str:
    """Return the platform's token or key in a request; an empty text when it has none."""
    bearer = request.headers.get(b"authorization", "")
    secret = bearer[7:] if bearer[:7].lower() == "bearer " else request.headers.get(b"x-api-key", "")
    secret = secret.strip()
    return secret if secret.startswith("cube") else ""
