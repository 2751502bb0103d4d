"""Requests to notebooks.

A browser comes with a ticket (one use, one minute) and gets a cookie for one notebook. Access is checked for
every request and, while a connection is open, whenever the user, the project or the notebook changes. The
platform's own cookies are not handed on, and the secret between the platform and the notebook never leaves
it."""

import asyncio
import contextlib
import html
import time
from dataclasses import dataclass
from pathlib import Path

import orjson

from cubestudio.core import ids, log
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Refusal, Unavailable
from cubestudio.core.events import on
from cubestudio.core.relay import Broken, hand_on
from cubestudio.gateway.closing import Closing
from cubestudio.gateway.connection import Connection, redeem
from cubestudio.gateway.headers import COOKIE
from cubestudio.gateway.notebook_proxy import (
    check_permission,
    edits,
    not_running,
    request_head,
    response_head,
)
from cubestudio.gateway.request import SAFE, DirectResponse, ProxyRequest, page
from cubestudio.notebooks import actions as notebooks
from cubestudio.notebooks.endpoint import Endpoint, endpoint_of
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import NotebookState
from cubestudio.projects.events import ProjectChanged
from cubestudio.users import credentials
from cubestudio.users.events import AccessEnded

logger = log.get(__name__)
NOTICE = (Path(__file__).parent / "notice.js").read_bytes()
CACHE_SECONDS = 5.0
"""Seconds for which the access of a cookie is cached, unless an event changes it."""
MAX_CACHED = 10_000
RECHECK_INTERVAL = 15.0
"""Seconds between checks of the access of open connections, for what expires without an event."""
TOUCH_INTERVAL = 30.0
"""Seconds between two writes of the same activity of a notebook."""
EXTENSION_HOURS = 2


@dataclass(kw_only=True, eq=False)
class Open:
    """A request under way. `lasting`: it became a connection of another protocol; `edits`: it needs more than
    read access."""

    cookie: str
    notebook: str
    task: asyncio.Task
    lasting: bool
    edits: bool


class Notebooks:
    """The backend for `/open/{notebook}/…` in one process."""

    def __init__(self, ctx: AppContext):
        self._ctx = ctx
        self._known: dict[tuple[str, str], tuple[float, Endpoint]] = {}
        self._open: set[Open] = set()
        self._touched: dict[tuple[str, str], float] = {}
        self._generation = 0
        """How many events came: what was read in an earlier generation is not cached."""
        self._closing = Closing()

    # access ------------------------------------------------------------------------------------------

    async def _admit(self, cookie: str, notebook: str) -> Endpoint | None:
        """Return a notebook for the owner of a cookie; None without access."""
        cached = self._known.get((cookie, notebook))
        if cached and cached[0] > time.monotonic():
            return cached[1]
        ctx, generation = self._ctx, self._generation
        async with ctx.db.read() as conn:
            found = await credentials.by_pass(conn, ctx.settings, cookie, notebook)
            if found is None:
                return None
            viewer, stale = found
            try:
                endpoint = await endpoint_of(conn, ctx, viewer, notebook)
            except Refusal:
                return None
        if stale:
            with contextlib.suppress(Unavailable):
                async with ctx.db.write() as tx:
                    await credentials.touch(tx, viewer)
        if generation == self._generation:
            if len(self._known) > MAX_CACHED:
                self._known.clear()
            self._known[cookie, notebook] = (time.monotonic() + CACHE_SECONDS, endpoint)
        return endpoint

    async def listen(self) -> None:
        """Apply changes of users, projects and notebooks at once."""
        async with self._ctx.bus.listen([on(AccessEnded), on(ProjectChanged), on(NotebookChanged)]) as news:
            await self._changed(None)
            async for item in news:
                await self._changed(
                    item.event.notebook_id if isinstance(item.event, NotebookChanged) else None
                )

    async def _changed(self, only: str | None) -> None:
        """Forget what is cached of one notebook, or of all, and check open requests again."""
        self._generation += 1
        for key in [key for key in self._known if only in (None, key[1])]:
            del self._known[key]
        while not await self._recheck(only):
            await asyncio.sleep(0.5)

    async def _recheck(self, only: str | None = None) -> bool:
        """Close open requests whose access has ended; return False when the access of one could not be
        checked."""
        complete = True
        checked: dict[tuple[str, str], Endpoint | None] = {}
        for each in [each for each in self._open if only in (None, each.notebook)]:
            key = (each.cookie, each.notebook)
            if key not in checked:
                try:
                    checked[key] = await self._admit(*key)
                except Unavailable:
                    complete = False
                    continue
            endpoint = checked[key]
            if endpoint is None or (each.edits and not endpoint.edits):
                self._closing.close(each.task)
        return complete

    async def beat(self) -> None:
        """Check the access of open connections at intervals, and note that they are open."""
        while True:
            await asyncio.sleep(RECHECK_INTERVAL)
            self._known.clear()
            await self._recheck()
            for notebook in {each.notebook for each in self._open if each.lasting}:
                await self._touch(notebook, "connected")

    async def _touch(self, notebook: str, what: str) -> None:
        """Note activity of a notebook: `connected` or `touched`."""
        now = time.monotonic()
        if now - self._touched.get((notebook, what), -TOUCH_INTERVAL) < TOUCH_INTERVAL:
            return
        self._touched[notebook, what] = now
        with contextlib.suppress(Unavailable):
            async with self._ctx.db.write() as tx:
                await notebooks.touch(tx, notebook, connected=what == "connected", touched=what == "touched")

    # one request -------------------------------------------------------------------------------------

    async def handle(self, connection: Connection, request: ProxyRequest) -> bool:
        """Serve a request; return whether the connection stays open."""
        _, _, notebook, path = [*request.path.split("/", 3), "", "", ""][:4]
        if not ids.is_id(notebook) or request.foreign(notebook):
            raise page(404, "Nothing is here", "<p>Open notebooks from Cube Studio.</p>")
        if "ticket=cubeopen_" in request.query:
            await redeem(self._ctx, notebook, f"/open/{notebook}", request)
        cookie = request.cookies.get(f"{COOKIE}_{notebook}", "")
        generation = self._generation
        endpoint = await self._admit(cookie, notebook) if cookie else None
        if endpoint is None:
            raise self._missing(notebook)
        if request.path.count("/") < 3:
            raise DirectResponse(308, b"", headers=[("location", f"{request.path}/")])
        if path.startswith(".cube/"):
            await self._platform_path(path.removeprefix(".cube/"), endpoint, request)
        check_permission(endpoint, request)
        return await self._forward(connection, request, endpoint, cookie, generation)

    def _missing(self, notebook: str) -> DirectResponse:
        """Return the response for a notebook that does not exist, or is not open to the user."""
        url = self._ctx.settings.public_url
        console = (
            f"<a href='{html.escape(url)}/notebooks/{notebook}'>Cube Studio</a>" if url else "Cube Studio"
        )
        message = f"<p>Or it is not open to you. Open it from {console}.</p>"
        return page(404, "There is no such notebook", message)

    async def _platform_path(self, path: str, endpoint: Endpoint, request: ProxyRequest) -> None:
        """Serve a path below `.cube/`, which the script in the notebook's page requests of the platform.
        Always raises DirectResponse."""
        if path == "notice.js":
            raise DirectResponse(200, NOTICE, "text/javascript; charset=utf-8")
        if path == "notice":
            activity = endpoint.activity or {}
            notice = {
                "due": activity.get("due", ""),
                "stopAt": activity.get("stopAt"),
                "edits": endpoint.edits,
                "off": endpoint.state.off,
            }
            raise DirectResponse(200, orjson.dumps(notice), "application/json")
        if path == "keep" and request.method == b"POST":
            check_permission(endpoint, request)
            async with self._ctx.db.write() as tx:
                await notebooks.extend(tx, endpoint.viewer, endpoint.id, EXTENSION_HOURS)
            raise DirectResponse(200, b"{}", "application/json")
        raise page(404, "Nothing is here", "")

    async def _forward(
        self, connection: Connection, request: ProxyRequest, endpoint: Endpoint, cookie: str, generation: int
    ) -> bool:
        """Hand a request on while its access lasts; return whether the connection stays open."""
        if request.method not in SAFE:
            await self._touch(endpoint.id, "touched")
        if request.upgrade:
            await self._touch(endpoint.id, "connected")
        task = asyncio.current_task()
        assert task is not None
        under_way = Open(
            cookie=cookie, notebook=endpoint.id, task=task, lasting=request.upgrade, edits=edits(request)
        )
        self._open.add(under_way)
        try:
            if generation != self._generation:
                # An event came before the request was in `_open`, where a check finds it.
                now = await self._admit(cookie, endpoint.id)
                if now is None or (under_way.edits and not now.edits):
                    message = "<p>Or it is not open to you any more.</p>"
                    raise page(404, "There is no such notebook", message)
            return await connection.finish(await _exchange(connection, request, endpoint))
        except Broken as error:
            await connection.close()
            if connection.answered:
                return False
            logger.info("a notebook broke off", notebook=endpoint.id, error=str(error))
            raise not_running(endpoint, request.document) from error
        finally:
            self._open.discard(under_way)


async def _exchange(connection: Connection, request: ProxyRequest, endpoint: Endpoint) -> bool:
    """Exchange a request with the notebook's server; return whether the whole request was handed on. Raises
    Broken when the server ended before a response, and DirectResponse when it cannot be reached."""
    head = request_head(request, endpoint)
    reused = connection.connected(endpoint.cluster, endpoint.workload)
    for attempt in ("first", "second"):
        if not await _connect(connection, endpoint):
            raise not_running(endpoint, request.document)
        assert connection.up
        try:
            return await hand_on(
                connection.down,
                connection.up,
                head,
                lambda response: response_head(response, request, endpoint),
            )
        except Broken:
            # A server closes connections that are idle: the next request to it finds out.
            if attempt == "second" or not reused or edits(request):
                raise
            await connection.close()
    raise AssertionError


async def _connect(connection: Connection, endpoint: Endpoint) -> bool:
    """Connect to the notebook's server; return False when nothing answers there."""
    if endpoint.state.off or endpoint.state == NotebookState.STOPPING:
        return connection.connected(endpoint.cluster, endpoint.workload)
    return await connection.connect(endpoint.cluster, endpoint.workload)
