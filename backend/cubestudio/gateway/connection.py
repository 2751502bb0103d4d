"""One connection of a browser or a program: requests one after the other, handed to the room that their path
names."""

import asyncio
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import h11

from cubestudio.core import ids, log, tasks
from cubestudio.core.cluster.port import Link
from cubestudio.core.context import AppContext
from cubestudio.core.errors import NotFound, SignedOut, Unavailable
from cubestudio.core.http import pages
from cubestudio.core.relay import Side
from cubestudio.users import credentials

logger = log.get(__name__)
COOKIE = "cube_open"
OURS = (COOKIE, "cube_session")
"""Cookies that are not handed on."""
SAFE = (b"GET", b"HEAD", b"OPTIONS")


class Answer(Exception):
    """What to say instead of handing the request on."""

    def __init__(
        self,
        status: int,
        body: bytes,
        kind: str = "text/html; charset=utf-8",
        headers: list[tuple[str, str]] | None = None,
    ):
        super().__init__(str(status))
        self.status, self.body, self.kind, self.headers = status, body, kind, headers or []


def page(status: int, title: str, body: str, head: str = "") -> Answer:
    return Answer(status, pages.text(title, body, head).encode())


def end(closing: set[asyncio.Task], task: asyncio.Task) -> None:
    """Close a connection that may not be open any more; `closing` keeps what sees to it."""
    seen = asyncio.create_task(tasks.end([task]), name="closing")
    closing.add(seen)
    seen.add_done_callback(closing.discard)


@dataclass(kw_only=True)
class Call:
    """One request as it came."""

    request: h11.Request
    headers: dict[bytes, str]
    """By small names; of those that came twice the last."""
    target: str
    path: str
    query: str
    label: str
    """The first part of the host, which may name the thing whose own origin it is."""
    words: list[str] = field(default_factory=list)
    """The path: its first part, the next ones, and the rest in one."""

    @classmethod
    def of(cls, request: h11.Request) -> "Call":
        headers = {name.lower(): value.decode("latin-1") for name, value in request.headers}
        target = request.target.decode("latin-1")
        path, _, query = target.partition("?")
        return cls(
            request=request,
            headers=headers,
            target=target,
            path=path,
            query=query,
            label=headers.get(b"host", "").partition(".")[0],
        )

    @property
    def method(self) -> bytes:
        return self.request.method

    @property
    def upgrade(self) -> bool:
        return "upgrade" in self.headers.get(b"connection", "").lower() and b"upgrade" in self.headers

    @property
    def document(self) -> bool:
        """Whether a browser asks for a page to show."""
        return self.method == b"GET" and self.headers.get(b"sec-fetch-dest", "") == "document"

    @property
    def cookies(self) -> dict[str, str]:
        header = self.headers.get(b"cookie", "")
        return dict(pair.strip().split("=", 1) for pair in header.split(";") if "=" in pair)

    def foreign(self, thing: str) -> bool:
        """Whether it was sent to the origin of something else."""
        return ids.is_id(self.label) and self.label != thing

    @property
    def forged(self) -> bool:
        """Whether a browser says that a page of another site asks."""
        origin = self.headers.get(b"origin")
        if origin is not None and urlsplit(origin).netloc != self.headers.get(b"host"):
            return True
        shown = (
            self.method in (b"GET", b"HEAD")
            and self.headers.get(b"sec-fetch-mode", "navigate") == "navigate"
            and not self.upgrade
        )
        return self.headers.get(b"sec-fetch-site", "none") not in ("same-origin", "none") and not shown


class Room(Protocol):
    """What stands behind one first part of a path."""

    async def handle(self, visit: "Visit", call: Call) -> bool:
        """Answer a call; True when the connection may go on."""
        ...


async def redeem(ctx: AppContext, thing: str, base: str, call: Call) -> None:
    """Trade the ticket in an address for a cookie that opens one thing, and go on without it."""
    said = parse_qsl(call.query, keep_blank_values=True)
    secret = next(value for name, value in said if name == "ticket" and value.startswith("cubeopen_"))
    if call.headers.get(b"sec-purpose") or call.headers.get(b"purpose") == "prefetch":
        raise Answer(204, b"")
    try:
        async with ctx.db.write() as tx:
            cookie = await credentials.enter(tx, secret, thing)
    except SignedOut as refusal:
        raise page(
            401,
            "This address cannot be used",
            f"<p>{html.escape(refusal.message)} {html.escape(refusal.hint or '')}</p>",
        ) from None
    rest = urlencode([pair for pair in said if pair != ("ticket", secret)])
    safe = call.headers.get(b"x-forwarded-proto") == "https" or (ctx.settings.open_url or "").startswith(
        "https"
    )
    told = f"{COOKIE}_{thing}={cookie}; Path={base}/; HttpOnly; SameSite=Lax{'; Secure' if safe else ''}"
    raise Answer(
        303, b"", headers=[("location", call.path + (f"?{rest}" if rest else "")), ("set-cookie", told)]
    )


class Visit:
    """A connection, and the one to the server that the request before went to, which is kept while it is the
    same."""

    def __init__(self, ctx: AppContext, rooms: Mapping[str, Room], down: Side):
        self.ctx = ctx
        self._rooms = rooms
        self.down = down
        self._link: Link | None = None
        self._place = ("", "")
        self.up: Side | None = None
        self.why = ""
        """Why the last server that was wanted could not be reached, in words."""

    async def serve(self) -> None:
        while True:
            try:
                request = await self.down.next()
            except h11.RemoteProtocolError as error:
                try:
                    await self.say(
                        page(
                            error.error_status_hint, "This is not HTTP", "<p>The request cannot be read.</p>"
                        ),
                        b"GET",
                    )
                except h11.LocalProtocolError:
                    logger.debug("a connection is not HTTP", error=str(error))
                return
            if not isinstance(request, h11.Request):
                return
            try:
                call = Call.of(request)
                _, root, *_ = [*call.path.split("/", 2), ""]
                if call.path == "/healthz":
                    raise Answer(200, b"ok\n", "text/plain")
                if root not in self._rooms:
                    raise page(404, "Nothing is here", "<p>Open notebooks and services from Cube Studio.</p>")
                if not await self._rooms[root].handle(self, call):
                    return
            except Answer as answer:
                if not await self.say(answer, request.method):
                    return
            except ConnectionError:
                raise  # the browser has gone
            except Exception:
                logger.exception("a request could not be handed on", path=request.target[:200])
                if self.down.http.our_state is not h11.SEND_RESPONSE:
                    return
                await self.say(
                    page(500, "Something went wrong", "<p>The platform's log says more.</p>"), request.method
                )
                return
            self.down.http.start_next_cycle()

    async def close(self) -> None:
        """Have no connection to a server any more."""
        if self._link:
            link, self._link, self.up = self._link, None, None
            await link.close()

    async def say(self, answer: Answer, method: bytes) -> bool:
        """True when the connection may go on."""
        while self.down.http.their_state is h11.SEND_BODY:
            if not isinstance(await self.down.next(), h11.Data | h11.EndOfMessage):
                return False
        headers = [
            ("content-type", answer.kind),
            ("content-length", str(len(answer.body))),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            *answer.headers,
        ]
        await self.down.say(h11.Response(status_code=answer.status, headers=headers))
        if method != b"HEAD":
            await self.down.say(h11.Data(data=answer.body))
        await self.down.say(h11.EndOfMessage())
        return self.free

    @property
    def free(self) -> bool:
        """Whether the browser's side may go on with another request."""
        return self.down.http.our_state is h11.DONE and self.down.http.their_state is h11.DONE

    def holds(self, cluster: str, workload: str) -> bool:
        """Whether a connection to a server is there from the request before."""
        return self._link is not None and not self._link.leaving and self._place == (cluster, workload)

    async def reach(self, cluster: str, workload: str, again: bool = False) -> bool:
        """Have a connection to a server, a new one with `again`; False when nothing answers there."""
        if self.holds(cluster, workload) and not again:
            return True
        await self.close()
        port = self.ctx.clusters.get(cluster)
        if port is None:
            return False
        try:
            link = await port.connect(workload)
        except (NotFound, Unavailable, OSError) as error:
            self.why = str(error)
            return False
        self._link, self._place = link, (cluster, workload)
        self.up = Side(h11.CLIENT, link.receive, link.send)
        return True

    async def rest(self, more: bool) -> None:
        """After an answer: keep the connection to the server if it may go on."""
        if more and self.up and self.up.http.our_state is h11.DONE and self.up.http.their_state is h11.DONE:
            self.up.http.start_next_cycle()
        else:
            await self.close()
