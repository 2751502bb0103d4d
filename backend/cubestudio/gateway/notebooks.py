"""Notebooks behind the way in.

A browser comes with a ticket (one use, one minute) and gets a cookie for one notebook; who may is asked again
for every request and, while a connection is open, whenever something about the person, the project or the
notebook changes. The platform's own cookies are not handed on, and the secret between the platform and the
notebook never leaves it."""

import asyncio
import contextlib
import html
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import h11
import orjson

from cubestudio.core import ids, log
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Refusal, Unavailable
from cubestudio.core.events import on
from cubestudio.core.relay import Broken, hand_on, passed
from cubestudio.gateway.connection import COOKIE, OURS, SAFE, Answer, Call, Visit, end, page, redeem
from cubestudio.notebooks import actions as notebooks
from cubestudio.notebooks.entrance import Entrance, entrance
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import NotebookState
from cubestudio.projects.events import ProjectChanged
from cubestudio.users import credentials
from cubestudio.users.events import AccessEnded

logger = log.get(__name__)
NOTICE = (Path(__file__).parent / "notice.js").read_bytes()
REMEMBER = 5.0
"""Seconds for which an answer to "who may" is taken again, unless news says otherwise."""
AGAIN = 15.0
"""Seconds between looks at whether open connections may stay."""
TOUCH = 30.0
HOURS = 2


@dataclass(kw_only=True, eq=False)
class Open:
    """A request that is being handed on, or a connection that stays."""

    cookie: str
    notebook: str
    task: asyncio.Task
    stays: bool
    edits: bool


class Notebooks:
    """Serves one process's share of the requests to notebooks."""

    def __init__(self, ctx: AppContext):
        self._ctx = ctx
        self._known: dict[tuple[str, str], tuple[float, Entrance]] = {}
        self._open: set[Open] = set()
        self._touched: dict[tuple[str, str], float] = {}
        self._mark = 0
        """How many events were heard: what was read before one of them is not remembered after it."""
        self._closing: set[asyncio.Task] = set()

    # who may -----------------------------------------------------------------------------------

    async def _admit(self, cookie: str, notebook: str) -> Entrance | None:
        """The way in for whoever holds a cookie; None for everybody else."""
        found = self._known.get((cookie, notebook))
        if found and found[0] > time.monotonic():
            return found[1]
        ctx, mark = self._ctx, self._mark
        async with ctx.db.read() as conn:
            held = await credentials.by_pass(conn, ctx.settings, cookie, notebook)
            if held is None:
                return None
            try:
                way = await entrance(conn, ctx, held[0], notebook)
            except Refusal:
                return None
        if held[1]:
            with contextlib.suppress(Unavailable):
                async with ctx.db.write() as tx:
                    await credentials.touch(tx, held[0])
        if mark == self._mark:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[cookie, notebook] = (time.monotonic() + REMEMBER, way)
        return way

    async def listen(self) -> None:
        """Whatever changes about people, projects and notebooks is taken into account at once."""
        async with self._ctx.bus.listen([on(AccessEnded), on(ProjectChanged), on(NotebookChanged)]) as news:
            await self._changed(None)
            async for item in news:
                await self._changed(
                    item.event.notebook_id if isinstance(item.event, NotebookChanged) else None
                )

    async def _changed(self, only: str | None) -> None:
        """Something about one notebook has changed, or about all."""
        self._mark += 1
        for key in [key for key in self._known if only in (None, key[1])]:
            del self._known[key]
        while not await self._recheck(only):
            await asyncio.sleep(0.5)

    async def _recheck(self, only: str | None = None) -> bool:
        """Close what is open and may no longer be; False when somebody could not be asked."""
        sure = True
        asked: dict[tuple[str, str], Entrance | None] = {}
        for each in [each for each in self._open if only in (None, each.notebook)]:
            key = (each.cookie, each.notebook)
            if key not in asked:
                try:
                    asked[key] = await self._admit(*key)
                except Unavailable:
                    sure = False
                    continue
            way = asked[key]
            if way is None or (each.edits and not way.edits):
                end(self._closing, each.task)
        return sure

    async def beat(self) -> None:
        """Look now and then whether what is open may stay."""
        while True:
            await asyncio.sleep(AGAIN)
            self._known.clear()
            await self._recheck()
            for notebook in {each.notebook for each in self._open if each.stays}:
                await self._touch(notebook, "connected")

    async def _touch(self, notebook: str, what: str) -> None:
        now = time.monotonic()
        if now - self._touched.get((notebook, what), -TOUCH) < TOUCH:
            return
        self._touched[notebook, what] = now
        with contextlib.suppress(Unavailable):
            async with self._ctx.db.write() as tx:
                await notebooks.touch(tx, notebook, connected=what == "connected", touched=what == "touched")

    # one request -------------------------------------------------------------------------------

    async def handle(self, visit: Visit, call: Call) -> bool:
        _, _, notebook, *rest = [*call.path.split("/", 3), "", "", ""][:4]
        if not ids.is_id(notebook) or call.foreign(notebook):
            raise page(404, "Nothing is here", "<p>Open notebooks from Cube Studio.</p>")
        if "ticket=cubeopen_" in call.query:
            await redeem(self._ctx, notebook, f"/open/{notebook}", call)
        cookie = call.cookies.get(f"{COOKIE}_{notebook}", "")
        mark = self._mark
        way = await self._admit(cookie, notebook) if cookie else None
        if way is None:
            url = self._ctx.settings.public_url
            there = (
                f"<a href='{html.escape(url)}/notebooks/{notebook}'>Cube Studio</a>" if url else "Cube Studio"
            )
            raise page(
                404, "There is no such notebook", f"<p>Or it is not open to you. Open it from {there}.</p>"
            )
        if not rest[0] and call.path.count("/") < 3:
            raise Answer(308, b"", headers=[("location", f"{call.path}/")])
        inside = rest[0]
        if inside.startswith(".cube/"):
            await self._own(inside.removeprefix(".cube/"), way, call)
        guard(way, call)
        return await self._forward(visit, call, way, cookie, mark)

    async def _own(self, what: str, way: Entrance, call: Call) -> None:
        """What the notebook's own page asks of the platform."""
        if what == "notice.js":
            raise Answer(200, NOTICE, "text/javascript; charset=utf-8")
        if what == "notice":
            activity = way.activity or {}
            told = {
                "due": activity.get("due", ""),
                "stopAt": activity.get("stopAt"),
                "edits": way.edits,
                "off": way.state.off,
            }
            raise Answer(200, orjson.dumps(told), "application/json")
        if what == "keep" and call.method == b"POST":
            guard(way, call)
            async with self._ctx.db.write() as tx:
                await notebooks.keep(tx, way.viewer, way.id, HOURS)
            raise Answer(200, b"{}", "application/json")
        raise page(404, "Nothing is here", "")

    async def _forward(self, visit: Visit, call: Call, way: Entrance, cookie: str, mark: int) -> bool:
        upgrade, document, request = call.upgrade, call.document, call.request
        if request.method not in SAFE:
            await self._touch(way.id, "touched")
        if upgrade:
            await self._touch(way.id, "connected")
        head = h11.Request(
            method=request.method,
            target=target_of(call.target, way),
            headers=told(request, way, upgrade, document),
        )

        def answer(response: h11.Response) -> tuple[h11.Response, bytes]:
            return answered(response, way, document and request.method == b"GET")

        task = asyncio.current_task()
        assert task is not None
        going = Open(
            cookie=cookie,
            notebook=way.id,
            task=task,
            stays=upgrade,
            edits=upgrade or request.method not in SAFE,
        )
        self._open.add(going)
        try:
            if mark != self._mark:  # something changed before it was known here
                now = await self._admit(cookie, way.id)
                if now is None or (going.edits and not now.edits):
                    raise page(404, "There is no such notebook", "<p>Or it is not open to you any more.</p>")
            used = visit.holds(way.cluster, way.workload)
            if not await reach(visit, way):
                raise waiting(way, document)
            assert visit.up
            try:
                more = await hand_on(visit.down, visit.up, head, answer)
            except Broken as error:
                await visit.close()
                if used and request.method in SAFE and not upgrade and await reach(visit, way):
                    more = await hand_on(
                        visit.down, visit.up, head, answer
                    )  # it had closed a connection that was idle
                elif visit.down.http.our_state is h11.SEND_RESPONSE:
                    logger.info("a notebook broke off", notebook=way.id, error=str(error))
                    raise waiting(way, document) from error
                else:
                    return False
            await visit.rest(more)
            return more and visit.free
        except Broken as error:
            await visit.close()
            raise waiting(way, document) from error
        finally:
            self._open.discard(going)


async def reach(visit: Visit, way: Entrance) -> bool:
    """Have a connection to the notebook's server; False when nothing answers there."""
    if way.state.off or way.state == NotebookState.STOPPING:
        return visit.holds(way.cluster, way.workload)
    return await visit.reach(way.cluster, way.workload)


def guard(way: Entrance, call: Call) -> None:
    """What may not be done from another site, or by those who may only look."""
    if call.forged:
        raise Answer(403, b'{"message": "This request comes from another site."}', "application/json")
    if not way.edits and (call.upgrade or call.method not in SAFE):
        raise Answer(
            403, b'{"message": "This notebook is shared with you for looking only."}', "application/json"
        )


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
            rest = [
                pair.strip()
                for pair in value.split(b";")
                if not pair.strip().startswith(tuple(each.encode() for each in OURS))
            ]
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
        if not (
            name.lower() == b"set-cookie" and value.lstrip().startswith(tuple(each.encode() for each in OURS))
        )
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
        said = {
            "message": f"Notebook {way.name} is {way.state} and does not answer.",
            "state": way.state.value,
        }
        return Answer(503, orjson.dumps(said), "application/json", [("retry-after", "2")])
    name = html.escape(way.name)
    if way.state.off:
        why = ""
        if way.evidence:
            since = datetime.fromisoformat(way.evidence["since"]).strftime("%Y-%m-%d %H:%M UTC")
            why = f"<p>Nothing had gone on in it since {since}, so it was stopped.</p>"
        return page(
            503, f"Notebook {name} is off", f"{why}<p>Its files are kept. Start it in Cube Studio.</p>"
        )
    words = html.escape(way.message or "It will be here in a moment.")
    return page(
        503, f"Notebook {name}: {way.state.lower()}", f"<p>{words}</p>", "<meta http-equiv=refresh content=2>"
    )
