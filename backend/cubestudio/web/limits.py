"""How often clients may send requests, and how many connections they may hold."""

import contextlib
from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket

from cubestudio.core.auth.credential import Credential
from cubestudio.core.connection_limits import Bounds
from cubestudio.core.errors import TooMany, Unavailable
from cubestudio.core.rate_limit import Rates
from cubestudio.web.csrf import same_origin
from cubestudio.web.errors import refuse

Serve = Callable[[WebSocket], Awaitable[None]]


def address_of(connection: HTTPConnection) -> str:
    """Return the address that a connection comes from."""
    return connection.client.host if connection.client else "?"


async def exceeded(rates: Rates, connection: HTTPConnection, shown: Credential) -> Response | None:
    """Return the refusal of a request above the rate limit, None for one within it.

    Files, logs and pages are not counted."""
    path = connection.url.path
    if not path.startswith(("/graphql", "/auth/")):
        return None
    try:
        over = await rates.take(
            address_of(connection), shown.token or shown.session, path.startswith("/auth/")
        )
    except Unavailable as refusal:
        return refuse(refusal.code, refusal.message, 503)
    if over is None:
        return None
    message = (
        f"These are too many questions: {over.most} a minute are let through. Ask again in {over.seconds} s."
    )
    response = refuse("RATE_LIMITED", message, 429)
    response.headers["retry-after"] = str(over.seconds)
    return response


def guarded(serve: Serve, bounds: Bounds, allowed: tuple[str, ...]) -> Serve:
    """Return a WebSocket endpoint that pages of other sites cannot open, nor an address that has too many
    connections."""

    async def endpoint(websocket: WebSocket) -> None:
        if not same_origin(websocket, allowed):
            return await websocket.close(1008)
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(bounds.address(address_of(websocket)))
            except TooMany as refusal:
                return await websocket.send_denial_response(refuse(refusal.code, refusal.message, 429))
            await serve(websocket)

    return endpoint
