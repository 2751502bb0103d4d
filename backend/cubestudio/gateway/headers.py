"""Headers of proxied requests and responses: what identifies a user to the platform is never handed on."""

import h11

from cubestudio.core.relay import passed

COOKIE = "cube_open"
OWN_COOKIES = (COOKIE, "cube_session")
"""Prefixes of the platform's cookies."""
_OWN = tuple(name.encode() for name in OWN_COOKIES)
Headers = list[tuple[bytes, bytes]]


def cookies_of(value: bytes) -> list[bytes]:
    """Return the cookies in a Cookie header that are not the platform's."""
    return [pair.strip() for pair in value.split(b";") if not pair.strip().startswith(_OWN)]


def forwarded(name: bytes) -> bool:
    """Return whether a header, in lowercase, claims by which proxies a request came."""
    return name == b"forwarded" or name.startswith(b"x-forwarded-")


def response_headers(response: h11.Response) -> Headers:
    """Return the headers of a response that the client gets: a server may not set the platform's cookies."""
    return [
        (name, value)
        for name, value in passed(response.headers.raw_items())
        if not (name.lower() == b"set-cookie" and value.lstrip().startswith(_OWN))
    ]


def header(headers: Headers, wanted: bytes) -> bytes:
    """Return the value of a header by its lowercase name; an empty one when it is absent."""
    return next((value for name, value in headers if name.lower() == wanted), b"")


def upgrade_headers(request: h11.Request) -> Headers:
    """Return the headers that ask the server for the protocol that the client wants."""
    return [(b"Connection", b"Upgrade"), (b"Upgrade", dict(request.headers)[b"upgrade"])]
