"""One request to a service: as it is handed to a replica, and as its response comes back."""

import asyncio
import time
from dataclasses import dataclass

import h11

from cubestudio.core.relay import hand_on, passed
from cubestudio.gateway.connection import Connection
from cubestudio.gateway.headers import (
    Headers,
    cookies_of,
    forwarded,
    header,
    response_headers,
    upgrade_headers,
)
from cubestudio.gateway.mirror import COMPARED
from cubestudio.gateway.request import ProxyRequest
from cubestudio.gateway.service_access import Caller
from cubestudio.services.endpoint import Endpoint, Target
from cubestudio.services.plan import Outcome
from cubestudio.services.requests.spec import Heard

SANDBOX = b"sandbox allow-scripts allow-forms allow-downloads allow-modals allow-popups"


@dataclass(kw_only=True)
class ServiceRequest:
    """A request with access to a service. `path`: what follows the service's base path, without a slash;
    `body`: its body, unless that is long or of unknown length."""

    connection: Connection
    request: ProxyRequest
    endpoint: Endpoint
    caller: Caller
    path: str
    body: bytes | None = None

    def headers(self) -> Headers:
        """Return the headers that a replica gets: without credentials for the platform."""
        credential = not self.caller.anonymous and not self.caller.by_cookie
        sent: Headers = []
        for name, value in passed(self.request.request.headers.raw_items()):
            key = name.lower()
            if key == b"cookie":
                value = b"; ".join(cookies_of(value))
                if not value:
                    continue
            if forwarded(key) or (credential and key in (b"authorization", b"x-api-key")):
                continue
            sent.append((name, value))
        sent.append((b"X-Forwarded-Prefix", self.endpoint.base.encode()))
        return sent + (upgrade_headers(self.request.request) if self.request.upgrade else [])


class Exchange:
    """The exchange of one request with one replica. `compared`: the body of the response is kept, to compare
    those of mirrors with it."""

    def __init__(self, request: ServiceRequest, target: Target, compared: bool):
        self._request = request
        self._target = target
        self._compared = compared
        self._body = bytearray()
        self._began = time.perf_counter()
        self._timeout = asyncio.timeout(None if request.request.upgrade else target.timeout)
        self.status = 0
        """The status of the response; 0 until it begins, and for another protocol."""
        self.latency = 0.0
        """Seconds until the response began."""
        self.usage = Heard()
        query = request.request.query
        self.head = h11.Request(
            method=request.request.method,
            target=f"/{request.path}" + (f"?{query}" if query else ""),
            headers=request.headers(),
        )

    @property
    def elapsed(self) -> float:
        """Return the seconds until the response began, or until now when there was none."""
        return self.latency or time.perf_counter() - self._began

    @property
    def response(self) -> tuple[int, bytes] | None:
        """Return the status and body of the response; None when it failed, or is too long to compare."""
        good = self.status and Outcome.of(self.status) != Outcome.FAILED
        return (self.status, bytes(self._body)) if good and len(self._body) <= COMPARED else None

    async def run(self) -> bool:
        """Hand on the request and the response; return whether the whole request was handed on. Raises
        TimeoutError when no response began in time, Broken when the replica ended before one."""
        connection = self._request.connection
        assert connection.up
        async with self._timeout:
            return await hand_on(
                connection.down,
                connection.up,
                self.head,
                answer=self._on_head,
                sent=self._request.body,
                heard=self._on_data,
            )

    def _on_head(self, response: h11.Response) -> tuple[h11.Response, bytes]:
        self.status, self.latency = response.status_code, time.perf_counter() - self._began
        self._timeout.reschedule(None)
        headers = response_headers(response)
        self.usage.head(header(headers, b"content-type").decode("latin-1").lower())
        headers.append((b"X-Cube-Revision", str(self._target.number).encode()))
        if not self._request.request.upgrade and self._request.request.label != self._request.endpoint.id:
            # Where services share an origin, a page of one must not act as the user who opens it.
            headers.append((b"Content-Security-Policy", SANDBOX))
        head = h11.Response(status_code=response.status_code, headers=headers, reason=response.reason)
        return head, b""

    def _on_data(self, data: bytes) -> None:
        self.usage.piece(data)
        if self._compared and len(self._body) <= COMPARED:
            self._body.extend(data)
