"""What surrounds every HTTP request: its id, security headers, refusals of forged and too frequent requests,
and its metrics."""

import time
from typing import Any

from prometheus_client import Counter, Histogram
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cubestudio.core import ids, log
from cubestudio.core.auth.credential import MALFORMED, credential
from cubestudio.core.rate_limit import Rates
from cubestudio.web import csrf, limits
from cubestudio.web.errors import refuse

CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    b"content-security-policy": CSP.encode(),
}
REQUESTS = Counter("cube_http_requests", "Requests answered.", ["route", "status"])
SECONDS = Histogram("cube_http_seconds", "Seconds from request to the end of the answer.", ["route"])


class Guard:
    """The middleware."""

    def __init__(self, inner: ASGIApp, allowed: tuple[str, ...], rates: Rates):
        self._inner = inner
        self._allowed = allowed
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._inner(scope, receive, send)
        connection = HTTPConnection(scope)
        began = time.perf_counter()
        status = 500
        request_id = connection.headers.get("x-request-id", "")[:64] or ids.new()
        headers = {b"x-request-id": request_id.encode("latin-1", "replace"), **HEADERS}

        async def answer(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {key for key, _ in message["headers"]}
                message["headers"] += [pair for pair in headers.items() if pair[0] not in present]
            await send(message)

        with log.bound(request=request_id):
            if refusal := await self._refusal(connection, scope["method"]):
                return await refusal(scope, receive, answer)
            try:
                await self._inner(scope, receive, answer)
            finally:
                route = getattr(scope.get("route"), "path", "other")
                REQUESTS.labels(route, status).inc()
                SECONDS.labels(route).observe(time.perf_counter() - began)

    async def _refusal(self, connection: HTTPConnection, method: str) -> Response | None:
        """Return why a request goes no further, None if it does."""
        shown = credential(connection)
        if method not in csrf.SAFE:
            if shown.malformed:
                return refuse("SIGNED_OUT", MALFORMED, 401)
            if not shown.token and (message := csrf.forged(connection, self._allowed)):
                return refuse("FORBIDDEN", message, 403)
        return await limits.exceeded(self._rates, connection, shown)
