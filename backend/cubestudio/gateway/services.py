"""Requests to services: which revision serves one, its mirrors, and what is counted.

Why a request may be sent more than once: the state of a revision in the database is a moment behind its pods.
A replica that ended is replaced by another one, or the request waits for it, as long as nothing of a response
was sent and the request can be repeated."""

import asyncio
import contextlib
import time

import h11

from cubestudio.core import clock, ids, log
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Unavailable
from cubestudio.core.events import on
from cubestudio.core.relay import Broken
from cubestudio.gateway.closing import Closing
from cubestudio.gateway.connection import Connection, redeem
from cubestudio.gateway.counters import Counters
from cubestudio.gateway.exchange import Exchange, ServiceRequest
from cubestudio.gateway.key_limits import KeyLimits
from cubestudio.gateway.mirror import Mirrors
from cubestudio.gateway.request import SAFE, DirectResponse, ProxyRequest
from cubestudio.gateway.service_access import Caller, ServiceAccess
from cubestudio.gateway.service_responses import RevisionUnavailable, missing, refusal, without_access
from cubestudio.gateway.service_routing import RETRY_TIMEOUT, Router
from cubestudio.projects.events import ProjectChanged
from cubestudio.services.endpoint import Endpoint, Target
from cubestudio.services.events import ServiceChanged
from cubestudio.services.requests.spec import Heard, Line
from cubestudio.users.events import AccessEnded

logger = log.get(__name__)
MAX_BUFFERED = 2**20
"""Bytes of a request's body that are buffered, so that it can be sent again and mirrored."""
FLUSH_INTERVAL = 2.0
RECHECK_ROUNDS = 8
"""Flushes after which the access of open requests is checked again, for what expires without an event."""


class Services:
    """The backend for `/serve/{project}/{service}/…` in one process."""

    def __init__(self, ctx: AppContext):
        self._ctx = ctx
        self._access = ServiceAccess(ctx)
        self._router = Router(ctx, self._access)
        self._limits = KeyLimits(ctx.settings)
        self._closing = Closing()
        self._open: dict[asyncio.Task, tuple[ProxyRequest, str, str]] = {}
        """Requests under way by task, with the names of their project and service."""
        self.counters = Counters(ctx.db)
        self._mirrors = Mirrors(ctx.clusters, self.counters)

    # access ------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Apply changes of users, projects and services at once."""
        async with self._ctx.bus.listen([on(AccessEnded), on(ProjectChanged), on(ServiceChanged)]) as news:
            await self._changed()
            async for _ in news:
                await self._changed()

    async def _changed(self) -> None:
        self._access.forget()
        while not await self._recheck():
            await asyncio.sleep(0.5)

    async def _recheck(self) -> bool:
        """Close open requests, and responses under way, whose access has ended; return False when the access
        of one could not be checked."""
        complete = True
        for task, (request, project, name) in list(self._open.items()):
            try:
                endpoint = await self._access.endpoint(project, name)
                if endpoint is None or await self._access.caller(endpoint, request) is None:
                    self._closing.close(task)
            except Unavailable:
                complete = False
        return complete

    async def beat(self) -> None:
        """Write the counters to the database at intervals."""
        rounds = 0
        while True:
            await asyncio.sleep(FLUSH_INTERVAL)
            rounds += 1
            with contextlib.suppress(Unavailable):
                await self.counters.flush()
            if rounds % RECHECK_ROUNDS == 0:
                self._access.forget_callers()
                await self._recheck()

    # one request -------------------------------------------------------------------------------------

    async def handle(self, connection: Connection, request: ProxyRequest) -> bool:
        """Serve a request; return whether the connection stays open."""
        _, _, project, name, path = [*request.path.split("/", 4), "", "", ""][:5]
        generation = self._access.generation
        endpoint = await self._access.endpoint(project, name)
        if endpoint is None or request.foreign(endpoint.id):
            raise missing()
        if "ticket=cubeopen_" in request.query:
            await redeem(self._ctx, endpoint.id, endpoint.base, request)
        caller = await self._access.caller(endpoint, request)
        task = asyncio.current_task()
        assert task is not None
        if caller is not None:
            self._open[task] = (request, project, name)
        try:
            if caller is not None and generation != self._access.generation:
                # An event came before the request was in `_open`, where a check finds it.
                caller = await self._access.caller(endpoint, request)
            if caller is None:
                raise without_access(endpoint, request)
            _check_origin(caller, request)
            await self._limits.admit(caller)
            served = ServiceRequest(
                connection=connection, request=request, endpoint=endpoint, caller=caller, path=path
            )
            return await self._forward(served)
        except RevisionUnavailable as response:
            self._note(
                endpoint, request, caller, response.status, number=response.revision, seconds=response.seconds
            )
            raise
        except DirectResponse as response:
            if response.status >= 400:
                self._note(endpoint, request, caller, response.status)
            raise
        finally:
            self._open.pop(task, None)

    async def _forward(self, request: ServiceRequest) -> bool:
        """Hand a request to replicas until one answers; return whether the connection stays open."""
        request.body = await _body(request.connection, request.request)
        until = time.monotonic() + RETRY_TIMEOUT
        avoid: set[int] = set()
        while True:
            request.endpoint, target = await self._router.choose(request, avoid)
            endpoint, number = request.endpoint, target.number
            if target.concurrency and self.counters.busy(endpoint.id, number) >= target.concurrency:
                message = f"Revision {number} answers {target.concurrency} requests at once."
                raise self._unavailable(endpoint, number, 429, message, retry=1)
            if not await request.connection.connect(endpoint.cluster, target.workload):
                avoid = await self._unreachable(request, target, until)
                continue
            try:
                return await self._exchange(request, target)
            except Broken as error:
                await request.connection.close()
                if _repeatable(request) and time.monotonic() < until:
                    logger.info(
                        "a replica broke off, another is asked",
                        service=endpoint.id,
                        revision=number,
                        error=str(error),
                    )
                    await asyncio.sleep(0.05)
                    continue
                message = f"Revision {number} broke off before it had answered."
                unavailable = self._unavailable(endpoint, number, 502, message)
                if request.connection.answered:
                    self._note(endpoint, request.request, request.caller, 502, number=number)
                    return False
                raise unavailable from error

    def _unavailable(
        self,
        endpoint: Endpoint,
        number: int,
        status: int,
        message: str,
        *,
        retry: int | None = None,
        seconds: float = 0.0,
    ) -> RevisionUnavailable:
        """Count that a revision did not answer, and return the response for it."""
        self.counters.answered(endpoint.id, number, status, seconds)
        return RevisionUnavailable(number, status, message, retry, seconds)

    async def _unreachable(self, request: ServiceRequest, target: Target, until: float) -> set[int]:
        """Return the revisions to avoid after one could not be reached: that one, if another answers. Raises
        RevisionUnavailable after `until`, on time.monotonic()'s clock."""
        endpoint = request.endpoint
        if time.monotonic() > until:
            logger.warning(
                "a revision cannot be reached",
                service=endpoint.id,
                revision=target.number,
                error=request.connection.error,
            )
            message = f"Revision {target.number} cannot be reached now."
            raise self._unavailable(endpoint, target.number, 503, message, retry=2)
        if sum(endpoint.targets[number].answers for number, weight in endpoint.traffic if weight) > 1:
            return {target.number}
        await asyncio.sleep(0.1)
        return set()

    # one replica -------------------------------------------------------------------------------------

    async def _exchange(self, request: ServiceRequest, target: Target) -> bool:
        """Exchange a request with a replica, mirror it, and count both; return whether the connection stays
        open. Raises Broken when the replica ended before a response."""
        endpoint, number, connection = request.endpoint, target.number, request.connection
        mirrors = self._mirrors.wanted(endpoint, number) if request.body is not None else []
        exchange = Exchange(request, target, compared=bool(mirrors))
        self.counters.begin(endpoint.id, number)
        try:
            complete = await exchange.run()
        except TimeoutError:
            await connection.close()
            message = f"Revision {number} did not answer within {target.timeout:g} s."
            unavailable = self._unavailable(endpoint, number, 504, message, seconds=target.timeout)
            if connection.answered:
                self._note(
                    endpoint, request.request, request.caller, 504, number=number, seconds=target.timeout
                )
                return False
            raise unavailable from None
        except Broken:
            raise
        except (OSError, h11.ProtocolError):
            # The response had begun, and either side ended within it.
            self.counters.answered(endpoint.id, number, exchange.status or 502, exchange.latency)
            await self._finish(request, number, exchange, exchange.status or 502, exchange.latency)
            raise
        finally:
            self.counters.end(endpoint.id, number)
        if exchange.status:
            self.counters.answered(endpoint.id, number, exchange.status, exchange.latency)
        await self._finish(request, number, exchange, exchange.status or 101, exchange.elapsed)
        if request.body is not None and (response := exchange.response):
            for mirror in mirrors:
                self._mirrors.send(endpoint, mirror, exchange.head, sent=request.body, response=response)
        return await connection.finish(complete)

    async def _finish(
        self, request: ServiceRequest, number: int, exchange: Exchange, status: int, seconds: float
    ) -> None:
        """Note a request whose response has ended, and count its tokens."""
        self._note(
            request.endpoint,
            request.request,
            request.caller,
            status,
            number=number,
            seconds=seconds,
            usage=exchange.usage,
        )
        await self._limits.spend(request.caller, exchange.usage.tokens)

    def _note(
        self,
        endpoint: Endpoint,
        request: ProxyRequest,
        caller: Caller | None,
        status: int,
        *,
        number: int | None = None,
        seconds: float = 0.0,
        usage: Heard | None = None,
    ) -> None:
        """Add a request to the list of requests."""
        _, _, _, _, path = [*request.path.split("/", 4), "", ""][:5]
        self.counters.note(
            Line(
                id=ids.new(),
                service=endpoint.id,
                number=number,
                caller=caller.name if caller else "nobody who may",
                key=caller.key if caller else None,
                method=request.method.decode("latin-1"),
                path=f"/{path}",
                status=status,
                milliseconds=seconds * 1000,
                size=usage.size if usage else 0,
                tokens=usage.tokens if usage else None,
                at=clock.now().timestamp(),
            )
        )


def _check_origin(caller: Caller, request: ProxyRequest) -> None:
    """Refuse requests of other sites with a user's cookie, and redirect a page to the address with a slash,
    to which its links are relative."""
    if caller.by_cookie and request.forged:
        raise refusal(403, "This request comes from another site.")
    if request.document and request.path.count("/") < 4:
        raise DirectResponse(308, b"", headers=[("location", f"{request.path}/")])


async def _body(connection: Connection, request: ProxyRequest) -> bytes | None:
    """Return the body of a request; None if it is long, of unknown length, or waits for the server."""
    if request.upgrade or b"expect" in request.headers or b"transfer-encoding" in request.headers:
        return None
    length = request.headers.get(b"content-length")
    if length is not None and (not length.isdecimal() or int(length) > MAX_BUFFERED):
        return None
    pieces = []
    while isinstance(event := await connection.down.next(), h11.Data):
        pieces.append(bytes(event.data))
    return b"".join(pieces)


def _repeatable(request: ServiceRequest) -> bool:
    """Return whether a request can be sent to another replica."""
    return (request.body is not None or request.request.method in SAFE) and not request.request.upgrade
