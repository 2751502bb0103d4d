"""The way in to notebooks: a second server, of another origin than the console's, that hands requests on to those who may.

A browser comes with a ticket (one use, one minute) and gets a cookie for one notebook; who may is asked again for every request
and, while a connection is open, whenever something about the person, the project or the notebook changes. The platform's own
cookies are not handed on, and the secret between the platform and the notebook never leaves it."""

import asyncio
import contextlib
import html
import time as stdtime
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import h11
import orjson

from cubestudio import pages
from cubestudio.core import ids, log, tasks
from cubestudio.core.cluster.port import Link
from cubestudio.core.errors import NotFound, Refusal, SignedOut, Unavailable
from cubestudio.core.events import on
from cubestudio.core.parts import Parts
from cubestudio.core.relay import PIECE, Broken, Side, hand_on, passed
from cubestudio.notebooks import actions as notebooks
from cubestudio.notebooks.entrance import Entrance, entrance
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import NotebookState
from cubestudio.projects.events import ProjectChanged
from cubestudio.users import actions as users
from cubestudio.users.events import AccessEnded

logger = log.get(__name__)
COOKIE = "cube_open"
OURS = (COOKIE, "cube_session")
"""Cookies that are not handed on."""
NOTICE = (Path(__file__).parent / "notice.js").read_bytes()
REMEMBER = 5.0
"""Seconds for which an answer to "who may" is taken again, unless news says otherwise."""
AGAIN = 15.0
"""Seconds between looks at whether open connections may stay."""
TOUCH = 30.0
SAFE = (b"GET", b"HEAD", b"OPTIONS")
HOURS = 2


class Answer(Exception):
    """What to say instead of handing the request on."""

    def __init__(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8", headers: list[tuple[str, str]] | None = None):
        super().__init__(str(status))
        self.status, self.body, self.kind, self.headers = status, body, kind, headers or []


def page(status: int, title: str, body: str, head: str = "") -> Answer:
    return Answer(status, pages.text(title, body, head).encode())


@dataclass(eq=False)
class Open:
    """A request that is being handed on, or a connection that stays."""

    cookie: str
    notebook: str
    task: asyncio.Task
    stays: bool
    edits: bool


class Door:
    """Serves one process's share of the requests."""

    def __init__(self, parts: Parts):
        self._parts = parts
        self._known: dict[tuple[str, str], tuple[float, Entrance]] = {}
        self._open: set[Open] = set()
        self._touched: dict[tuple[str, str], float] = {}
        self._tasks: set[asyncio.Task] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> None:
        self._server = await asyncio.start_server(self._connected, host, port, limit=PIECE)
        for work in (self._listen(), self._beat()):
            self._background(work)

    def _background(self, work: Any) -> None:
        task = asyncio.create_task(work, name="door")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        if self._server:
            self._server.close()
        await tasks.end([*self._tasks, *(each.task for each in self._open)])

    # who may -----------------------------------------------------------------------------------

    async def _admit(self, cookie: str, notebook: str) -> Entrance | None:
        """The way in for whoever holds a cookie; None for everybody else."""
        found = self._known.get((cookie, notebook))
        if found and found[0] > stdtime.monotonic():
            return found[1]
        parts = self._parts
        async with parts.db.read() as conn:
            held = await users.by_pass(conn, parts.settings, cookie, notebook)
            if held is None:
                return None
            try:
                way = await entrance(conn, parts, held[0], notebook)
            except Refusal:
                return None
        if held[1]:
            with contextlib.suppress(Unavailable):
                async with parts.db.write() as tx:
                    await users.touch(tx, held[0])
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[cookie, notebook] = (stdtime.monotonic() + REMEMBER, way)
        return way

    async def _listen(self) -> None:
        """Whatever changes about people, projects and notebooks is taken into account at once."""
        async with self._parts.bus.listen([on(AccessEnded), on(ProjectChanged), on(NotebookChanged)]) as news:
            async for item in news:
                event = item.event
                only = event.notebook_id if isinstance(event, NotebookChanged) else None
                for key in [key for key in self._known if only in (None, key[1])]:
                    del self._known[key]
                await self._recheck(only)

    async def _recheck(self, only: str | None = None) -> None:
        """Close what is open and may no longer be."""
        asked: dict[tuple[str, str], Entrance | None] = {}
        for each in [each for each in self._open if only in (None, each.notebook)]:
            key = (each.cookie, each.notebook)
            if key not in asked:
                try:
                    asked[key] = await self._admit(*key)
                except Unavailable:
                    continue  # whoever cannot be asked now is asked again
            way = asked[key]
            if way is None or (each.edits and not way.edits):
                each.task.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(AGAIN)
            self._known.clear()
            with contextlib.suppress(Unavailable):
                await self._recheck()
            for notebook in {each.notebook for each in self._open if each.stays}:
                await self._touch(notebook, "connected")

    async def _touch(self, notebook: str, what: str) -> None:
        now = stdtime.monotonic()
        if now - self._touched.get((notebook, what), -TOUCH) < TOUCH:
            return
        self._touched[notebook, what] = now
        with contextlib.suppress(Unavailable):
            async with self._parts.db.write() as tx:
                await notebooks.touch(tx, notebook, connected=what == "connected", touched=what == "touched")

    # one connection ----------------------------------------------------------------------------

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        visit = Visit(self, Side(h11.SERVER, lambda: reader.read(PIECE), send))
        try:
            await visit.serve()
        except (OSError, h11.ProtocolError):
            return
        except asyncio.CancelledError:
            return  # it may no longer be open
        finally:
            await visit.close()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@contextlib.asynccontextmanager
async def opened(parts: Parts) -> AsyncIterator[Door]:
    """The way in while the block runs, at the settings' `open_port`."""
    door = Door(parts)
    assert parts.settings.open_port is not None
    await door.start(parts.settings.host, parts.settings.open_port)
    try:
        yield door
    finally:
        await door.close()


class Visit:
    """One connection of a browser: requests one after the other, each to the server that the one before went to, if that is the
    same and still there."""

    def __init__(self, door: Door, down: Side):
        self._door = door
        self._parts = door._parts
        self._down = down
        self._link: Link | None = None
        self._place = ("", "")
        self._up: Side | None = None

    async def serve(self) -> None:
        while True:
            try:
                request = await self._down.next()
            except h11.RemoteProtocolError as error:
                with contextlib.suppress(h11.LocalProtocolError):
                    await self._say(page(error.error_status_hint, "This is not HTTP", "<p>The request cannot be read.</p>"), b"GET")
                return
            if not isinstance(request, h11.Request):
                return
            try:
                if not await self._handle(request):
                    return
            except Answer as answer:
                if not await self._say(answer, request.method):
                    return
            except Exception:
                logger.exception("a request could not be handed on", path=request.target[:200])
                if self._down.http.our_state is not h11.SEND_RESPONSE:
                    return
                await self._say(page(500, "Something went wrong", "<p>The platform's log says more.</p>"), request.method)
                return
            self._down.http.start_next_cycle()

    async def close(self) -> None:
        if self._link:
            link, self._link, self._up = self._link, None, None
            await link.close()

    async def _say(self, answer: Answer, method: bytes) -> bool:
        """True when the connection may go on."""
        while self._down.http.their_state is h11.SEND_BODY:
            if not isinstance(await self._down.next(), h11.Data | h11.EndOfMessage):
                return False
        headers = [
            ("content-type", answer.kind), ("content-length", str(len(answer.body))), ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"), *answer.headers,
        ]  # fmt: skip
        await self._down.say(h11.Response(status_code=answer.status, headers=headers))
        if method != b"HEAD":
            await self._down.say(h11.Data(data=answer.body))
        await self._down.say(h11.EndOfMessage())
        return self._down.http.our_state is h11.DONE and self._down.http.their_state is h11.DONE

    async def _handle(self, request: h11.Request) -> bool:
        headers = {name.lower(): value.decode("latin-1") for name, value in request.headers}
        target = request.target.decode("latin-1")
        path, _, query = target.partition("?")
        _, root, notebook, *rest = [*path.split("/", 3), "", "", ""][:4]
        if path == "/healthz":
            raise Answer(200, b"ok\n", "text/plain")
        label = headers.get(b"host", "").partition(".")[0]
        if root != "open" or not ids.is_id(notebook) or (ids.is_id(label) and label != notebook):
            raise page(404, "Nothing is here", "<p>Open notebooks from Cube Studio.</p>")
        if "ticket=cubeopen_" in query:
            await self._redeem(notebook, path, query, headers)
        cookie = cookies(headers.get(b"cookie", "")).get(f"{COOKIE}_{notebook}", "")
        way = await self._door._admit(cookie, notebook) if cookie else None
        if way is None:
            url = self._parts.settings.public_url
            there = f"<a href='{html.escape(url)}/notebooks/{notebook}'>Cube Studio</a>" if url else "Cube Studio"
            raise page(404, "There is no such notebook", f"<p>Or it is not open to you. Open it from {there}.</p>")
        if not rest[0] and path.count("/") < 3:
            raise Answer(308, b"", headers=[("location", f"{path}/")])
        inside = rest[0]
        if inside.startswith(".cube/"):
            await self._own(inside.removeprefix(".cube/"), way, request.method, headers)
        upgrade = "upgrade" in headers.get(b"connection", "").lower() and b"upgrade" in headers
        self._guard(way, request.method, headers, upgrade)
        return await self._forward(request, way, target, headers, upgrade, cookie)

    async def _redeem(self, notebook: str, path: str, query: str, headers: dict[bytes, str]) -> None:
        """Trade a ticket for a cookie and go on without it."""
        said = parse_qsl(query, keep_blank_values=True)
        secret = next(value for name, value in said if name == "ticket" and value.startswith("cubeopen_"))
        if headers.get(b"sec-purpose") or headers.get(b"purpose") == "prefetch":
            raise Answer(204, b"")
        try:
            async with self._parts.db.write() as tx:
                cookie = await users.enter(tx, secret, notebook)
        except SignedOut as refusal:
            raise page(401, "This address cannot be used", f"<p>{refusal.message} {refusal.hint}</p>") from None
        rest = urlencode([pair for pair in said if pair != ("ticket", secret)])
        secure = (
            "; Secure" if headers.get(b"x-forwarded-proto") == "https" or (self._parts.settings.open_url or "").startswith("https") else ""
        )
        told = f"{COOKIE}_{notebook}={cookie}; Path=/open/{notebook}/; HttpOnly; SameSite=Lax{secure}"
        raise Answer(303, b"", headers=[("location", path + (f"?{rest}" if rest else "")), ("set-cookie", told)])

    def _guard(self, way: Entrance, method: bytes, headers: dict[bytes, str], upgrade: bool) -> None:
        """What may not be done from another site, or by those who may only look."""
        origin = headers.get(b"origin")
        foreign = origin is not None and urlsplit(origin).netloc != headers.get(b"host")
        site = headers.get(b"sec-fetch-site", "none")
        page_ = method in (b"GET", b"HEAD") and headers.get(b"sec-fetch-mode", "navigate") == "navigate" and not upgrade
        if foreign or (site not in ("same-origin", "none") and not page_):
            raise Answer(403, b'{"message": "This request comes from another site."}', "application/json")
        if not way.edits and (upgrade or method not in SAFE):
            raise Answer(403, b'{"message": "This notebook is shared with you for looking only."}', "application/json")

    async def _own(self, what: str, way: Entrance, method: bytes, headers: dict[bytes, str]) -> None:
        """What the notebook's own page asks of the platform."""
        if what == "notice.js":
            raise Answer(200, NOTICE, "text/javascript; charset=utf-8")
        if what == "notice":
            activity = way.activity or {}
            told = {"due": activity.get("due", ""), "stopAt": activity.get("stopAt"), "edits": way.edits, "off": way.state.off}
            raise Answer(200, orjson.dumps(told), "application/json")
        if what == "keep" and method == b"POST":
            self._guard(way, method, headers, upgrade=False)
            async with self._parts.db.write() as tx:
                await notebooks.keep(tx, way.viewer, way.id, HOURS)
            raise Answer(200, b"{}", "application/json")
        raise page(404, "Nothing is here", "")

    async def _forward(
        self, request: h11.Request, way: Entrance, target: str, headers: dict[bytes, str], upgrade: bool, cookie: str
    ) -> bool:
        door = self._door
        if request.method not in SAFE:
            await door._touch(way.id, "touched")
        if upgrade:
            await door._touch(way.id, "connected")
        document = request.method == b"GET" and headers.get(b"sec-fetch-dest", "") == "document"
        head = h11.Request(method=request.method, target=target_of(target, way), headers=told(request, way, upgrade, document))

        def answer(response: h11.Response) -> tuple[h11.Response, bytes]:
            return answered(response, way, document and request.method == b"GET")

        task = asyncio.current_task()
        assert task is not None
        going = Open(cookie, way.id, task, upgrade, upgrade or request.method not in SAFE)
        door._open.add(going)
        try:
            used = self._up is not None and self._place == (way.cluster, way.workload)
            if not await self._ready(way, used):
                raise waiting(way, document)
            assert self._up
            try:
                more = await hand_on(self._down, self._up, head, answer)
            except Broken as error:
                await self.close()
                if used and request.method in SAFE and not upgrade and await self._ready(way, False):
                    more = await hand_on(self._down, self._up, head, answer)  # it had closed a connection that was idle
                elif self._down.http.our_state is h11.SEND_RESPONSE:
                    logger.info("a notebook broke off", notebook=way.id, error=str(error))
                    raise waiting(way, document) from error
                else:
                    return False
            if more and self._up.http.their_state is h11.DONE:
                self._up.http.start_next_cycle()
            else:
                await self.close()
            return more and self._down.http.our_state is h11.DONE and self._down.http.their_state is h11.DONE
        except Broken as error:
            await self.close()
            raise waiting(way, document) from error
        finally:
            door._open.discard(going)

    async def _ready(self, way: Entrance, used: bool) -> bool:
        """Have a connection to the notebook's server; False when nothing answers there."""
        if used:
            return True
        await self.close()
        cluster = self._parts.clusters.get(way.cluster)
        if cluster is None or way.state.off or way.state == NotebookState.STOPPING:
            return False
        try:
            link = await cluster.connect(way.workload)
        except (NotFound, Unavailable, OSError):
            return False
        self._link, self._place = link, (way.cluster, way.workload)
        self._up = Side(h11.CLIENT, link.receive, link.send)
        return True


def cookies(header: str) -> dict[str, str]:
    return dict(pair.strip().split("=", 1) for pair in header.split(";") if "=" in pair)


def target_of(target: str, way: Entrance) -> str:
    """The path as the notebook's server knows it; whatever is odd in it stays as it was sent."""
    return "/" + target.removeprefix(f"/open/{way.id}/") if way.strip else target


def told(request: h11.Request, way: Entrance, upgrade: bool, document: bool) -> list[tuple[bytes, bytes]]:
    """The headers that the notebook's server gets."""
    made: list[tuple[bytes, bytes]] = []
    mine = way.header[0].encode() if way.header else b""
    for name, value in passed(request.headers.raw_items()):
        low = name.lower()
        if low == b"cookie":
            rest = [pair.strip() for pair in value.split(b";") if not pair.strip().startswith(tuple(each.encode() for each in OURS))]
            if mine == b"cookie" and way.header:
                own = way.header[1].partition("=")[0].encode() + b"="
                rest = [pair for pair in rest if not pair.startswith(own)]
            value = b"; ".join(rest)
            if not value:
                continue
        elif (
            low == mine
            or low in (b"authorization", b"forwarded")
            or low.startswith(b"x-forwarded-")
            or (low == b"origin" and upgrade)
            or (low == b"accept-encoding" and document)
        ):
            continue
        made.append((name, value))
    if way.header:
        key = way.header[1].encode()
        if mine == b"cookie":
            before = [value for name, value in made if name.lower() == b"cookie"]
            made = [pair for pair in made if pair[0].lower() != b"cookie"]
            made.append((b"Cookie", b"; ".join([*before, key])))
        else:
            made.append((mine, key))
    made.append((b"X-Forwarded-Prefix", f"/open/{way.id}".encode()))
    if upgrade:
        made += [(b"Connection", b"Upgrade"), (b"Upgrade", dict(request.headers)[b"upgrade"])]
    return made


def answered(response: h11.Response, way: Entrance, document: bool) -> tuple[h11.Response, bytes]:
    """The head that the browser gets, and what is put after the page: the notice about being idle."""
    headers = [
        (name, value)
        for name, value in passed(response.headers.raw_items())
        if not (name.lower() == b"set-cookie" and value.lstrip().startswith(tuple(each.encode() for each in OURS)))
    ]
    kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    plain = not any(name.lower() == b"content-encoding" for name, _ in headers)
    tail = b""
    if document and plain and kind.startswith(b"text/html") and response.status_code == 200:
        tail = f"<script src='/open/{way.id}/.cube/notice.js'></script>".encode()
        headers = [
            (name, str(int(value) + len(tail)).encode() if name.lower() == b"content-length" else value)
            for name, value in headers
            if name.lower() not in (b"etag", b"last-modified")
        ]
    return h11.Response(status_code=response.status_code, headers=headers, reason=response.reason), tail


def waiting(way: Entrance, document: bool) -> Answer:
    """What is said while nothing answers."""
    if not document:
        said = {"message": f"Notebook {way.name} is {way.state} and does not answer.", "state": way.state.value}
        return Answer(503, orjson.dumps(said), "application/json", [("retry-after", "2")])
    name = html.escape(way.name)
    if way.state.off:
        why = ""
        if way.evidence:
            since = datetime.fromisoformat(way.evidence["since"]).strftime("%Y-%m-%d %H:%M UTC")
            why = f"<p>Nothing had gone on in it since {since}, so it was stopped.</p>"
        return page(503, f"Notebook {name} is off", f"{why}<p>Its files are kept. Start it in Cube Studio.</p>")
    words = html.escape(way.message or "It will be here in a moment.")
    return page(503, f"Notebook {name}: {way.state.lower()}", f"<p>{words}</p>", "<meta http-equiv=refresh content=2>")
