"""What a request presents to say who sends it: a token in `Authorization`, or the session's cookie, and never
both.

One function decides, because two places depend on the same answer: who the viewer is, and whether the guard
against requests of other sites applies. A browser attaches cookies to what other sites send, so whoever makes
the cookie count must pass the guard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection

COOKIE = "cube_session"
MALFORMED = "The Authorization header is not valid. Send it once, in the form: Authorization: Bearer <token>."


@dataclass(frozen=True)
class Credential:
    """One of `token` and `session`, or neither. `malformed`: an `Authorization` header is there and is
    none."""

    token: str | None = None
    session: str | None = None
    malformed: bool = False


def bearer(values: list[str]) -> Credential:
    """Return the credential of `Authorization` headers, of which there must be exactly one."""
    if len(values) == 1:
        scheme, _, token = values[0].strip().partition(" ")
        token = token.strip()
        if (
            scheme.lower() == "bearer"
            and token
            and token.isascii()
            and not any(letter.isspace() for letter in token)
        ):
            return Credential(token=token)
    return Credential(malformed=True)


def credential(connection: HTTPConnection, params: Mapping[str, Any] | None = None) -> Credential:
    """Return what a request presents. `params`: the payload of a socket's first message, which may say the
    same as the header. Where either mentions `authorization`, even empty, the cookie does not count."""
    values = connection.headers.getlist("authorization")
    for name, value in (params or {}).items():
        if isinstance(name, str) and name.lower() == "authorization":
            values.append(value if isinstance(value, str) else "")
    if values:
        return bearer(values)
    return Credential(session=connection.cookies.get(COOKIE) or None)
