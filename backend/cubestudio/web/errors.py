"""How a request is refused: an error in the form of GraphQL's for programs, a small page for people."""

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cubestudio.core.errors import Refusal
from cubestudio.core.http import pages

STATUS = {
    "RATE_LIMITED": 429,
    "NOT_FOUND": 404,
    "FORBIDDEN": 403,
    "SIGNED_OUT": 401,
    "UNAVAILABLE": 503,
    "CONFLICT": 409,
}
"""The HTTP status of each code; other codes are 400."""


def refuse(code: str, message: str, status: int) -> Response:
    """Return an error in the form of GraphQL's."""
    body = {"data": None, "errors": [{"message": message, "extensions": {"code": code}}]}
    return Response(orjson.dumps(body), status, media_type="application/json")


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request whose handler raised a Refusal."""
    assert isinstance(error, Refusal)
    return refuse(error.code, error.message, STATUS.get(error.code, 400))


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """Return a small page for people where the console is not; `body` is HTML."""
    return HTMLResponse(pages.text(title, body), status)
