"""Protection against requests that pages of other sites make with a person's cookie.

A browser says in `Origin` and `Sec-Fetch-Site` which page a request comes from, and lets no page of another
site add a header of ours. Programs send neither, and authenticate with a token, which no page can add."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from cubestudio.core.auth.credential import COOKIE

SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""


def same_origin(connection: HTTPConnection, allowed: tuple[str, ...]) -> bool:
    """Return whether the page that makes a request is ours; programs, which name no page, pass."""
    origin = connection.headers.get("origin")
    if origin in allowed:
        return True
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host"):
        return False
    return connection.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def forged(connection: HTTPConnection, allowed: tuple[str, ...]) -> str | None:
    """Return why a request that changes something is refused as forged, None if it is not."""
    if not same_origin(connection, allowed):
        return "This request comes from another site."
    if COOKIE in connection.cookies and "x-cube-request" not in connection.headers:
        return "Send the header X-Cube-Request: 1 with a session's cookie."
    return None
