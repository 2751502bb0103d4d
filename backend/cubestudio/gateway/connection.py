"""One connection of a browser or a program to the gateway.

Its requests come one after the other, and the first part of a path names the backend that serves it. The
connection to the server behind a request stays open for the next one to the same server; it belongs to one
client connection alone, so that nothing of one client's can reach another's."""

import html
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

import h11

from cubestudio.core import log
from cubestudio.core.cluster.port import Link
from cubestudio.core.context import AppContext
from cubestudio.core.errors import NotFound, SignedOut, Unavailable
from cubestudio.core.relay import Side
from cubestudio.gateway.headers import COOKIE
from cubestudio.gateway.request import DirectResponse, ProxyRequest, page
from cubestudio.users import credentials

logger = log.get(__name__)


class Backend(Protocol):
    """What serves the requests whose paths have one first part."""

    async def handle(self, connection: "Connection", request: ProxyRequest) -> bool:
        """Serve a request; return whether the connection stays open. Raises DirectResponse."""
        ...


async def redeem(ctx: AppContext, id: str, base: str, request: ProxyRequest) -> None:
    """Exchange the ticket in an address for a cookie that opens one notebook or service, and redirect to the
    address without it. Always raises DirectResponse."""
    query = parse_qsl(request.query, keep_blank_values=True)
    secret = next(value for name, value in query if name == "ticket" and value.startswith("cubeopen_"))
    if request.headers.get(b"sec-purpose") or request.headers.get(b"purpose") == "prefetch":
        raise DirectResponse(204, b"")
    try:
        async with ctx.db.write() as tx:
            cookie = await credentials.enter(tx, secret, id)
    except SignedOut as refusal:
        raise page(
            401,
            "This address cannot be used",
            f"<p>{html.escape(refusal.message)} {html.escape(refusal.hint or '')}</p>",
        ) from None
    rest = urlencode([pair for pair in query if pair != ("ticket", secret)])
    location = request.path + (f"?{rest}" if rest else "")
    public = ctx.settings.gateway_url or ""
    secure = request.headers.get(b"x-forwarded-proto") == "https" or public.startswith("https")
    attributes = f"Path={base}/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    headers = [("location", location), ("set-cookie", f"{COOKIE}_{id}={cookie}; {attributes}")]
    raise DirectResponse(303, b"", headers=headers)


class Connection:
    """A connection of a client (`down`), and the one to the server of its last request (`up`)."""

    def __init__(self, ctx: AppContext, backends: Mapping[str, Backend], down: Side):
        self._ctx = ctx
        self._backends = backends
        self.down = down
        self._link: Link | None = None
        self._server = ("", "")
        """The cluster and the workload of `up`."""
        self.up: Side | None = None
        self.error = ""
        """Why the last server could not be reached."""

    async def serve(self) -> None:
        """Serve requests until either side ends the connection."""
        while (request := await self._next()) and await self._serve(request):
            self.down.http.start_next_cycle()

    async def _next(self) -> h11.Request | None:
        """Return the next request; None at the end of the connection, or when it is not HTTP."""
        try:
            event = await self.down.next()
        except h11.RemoteProtocolError as error:
            try:
                message = "<p>The request cannot be read.</p>"
                await self.respond(page(error.error_status_hint, "This is not HTTP", message), b"GET")
            except h11.LocalProtocolError:
                logger.debug("a connection is not HTTP", error=str(error))
            return None
        return event if isinstance(event, h11.Request) else None

    async def _serve(self, head: h11.Request) -> bool:
        """Serve one request; return whether the connection stays open."""
        try:
            request = ProxyRequest.of(head)
            return await self._backend(request).handle(self, request)
        except DirectResponse as response:
            return await self.respond(response, head.method)
        except ConnectionError:
            raise  # the client has gone
        except Exception:
            logger.exception("a request could not be handed on", path=head.target[:200])
            if not self.answered:
                await self.respond(
                    page(500, "Something went wrong", "<p>The platform's log says more.</p>"), head.method
                )
            return False

    def _backend(self, request: ProxyRequest) -> Backend:
        """Return the backend for a path. Raises DirectResponse when there is none."""
        _, root, *_ = [*request.path.split("/", 2), ""]
        if request.path == "/healthz":
            raise DirectResponse(200, b"ok\n", "text/plain")
        if root not in self._backends:
            raise page(404, "Nothing is here", "<p>Open notebooks and services from Cube Studio.</p>")
        return self._backends[root]

    async def close(self) -> None:
        """Close the connection to the server."""
        if self._link:
            link, self._link, self.up = self._link, None, None
            await link.close()

    async def respond(self, response: DirectResponse, method: bytes) -> bool:
        """Send a response of the gateway's own; return whether the connection stays open."""
        while self.down.http.their_state is h11.SEND_BODY:
            if not isinstance(await self.down.next(), h11.Data | h11.EndOfMessage):
                return False
        headers = [
            ("content-type", response.media_type),
            ("content-length", str(len(response.body))),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            *response.headers,
        ]
        await self.down.say(h11.Response(status_code=response.status, headers=headers))
        if method != b"HEAD":
            await self.down.say(h11.Data(data=response.body))
        await self.down.say(h11.EndOfMessage())
        return self.idle

    @property
    def answered(self) -> bool:
        """Return whether the response to the current request has begun."""
        return self.down.http.our_state is not h11.SEND_RESPONSE

    @property
    def idle(self) -> bool:
        """Return whether the client may send another request."""
        return self.down.http.our_state is h11.DONE and self.down.http.their_state is h11.DONE

    def connected(self, cluster: str, workload: str) -> bool:
        """Return whether the connection to a server is still open from an earlier request."""
        return self._link is not None and not self._link.leaving and self._server == (cluster, workload)

    async def connect(self, cluster: str, workload: str) -> bool:
        """Connect to a server unless connected; return False when nothing answers there."""
        if self.connected(cluster, workload):
            return True
        await self.close()
        port = self._ctx.clusters.get(cluster)
        if port is None:
            return False
        try:
            link = await port.connect(workload)
        except (NotFound, Unavailable, OSError) as error:
            self.error = str(error)
            return False
        self._link, self._server = link, (cluster, workload)
        self.up = Side(h11.CLIENT, link.receive, link.send)
        return True

    async def finish(self, reusable: bool) -> bool:
        """End the current request, and keep the connection to the server if the next one can use it; return
        whether the connection of the client stays open. `reusable`: the whole request was handed on."""
        up = self.up
        if reusable and up and up.http.our_state is h11.DONE and up.http.their_state is h11.DONE:
            up.http.start_next_cycle()
        else:
            await self.close()
        return reusable and self.idle
