"""A request to the gateway, and responses that the gateway makes itself."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

from cubestudio.core import ids
from cubestudio.core.http import pages

SAFE = (b"GET", b"HEAD", b"OPTIONS")
"""Methods that change nothing, so that a request may be sent again."""


class DirectResponse(Exception):
    """A response of the gateway instead of one of the server behind it."""

    def __init__(
        self,
        status: int,
        body: bytes,
        media_type: str = "text/html; charset=utf-8",
        headers: list[tuple[str, str]] | None = None,
    ):
        super().__init__(str(status))
        self.status, self.body, self.media_type, self.headers = status, body, media_type, headers or []


def page(status: int, title: str, body: str, head: str = "") -> DirectResponse:
    """Return a small page; `body` and `head` are HTML."""
    return DirectResponse(status, pages.text(title, body, head).encode())


@dataclass(kw_only=True)
class ProxyRequest:
    """The head of a request."""

    request: h11.Request
    headers: dict[bytes, str]
    """By lowercase name; of those that came twice the last."""
    target: str
    path: str
    query: str
    label: str
    """The first label of the host name, which is an id where each notebook and service has its own origin."""

    @classmethod
    def of(cls, request: h11.Request) -> "ProxyRequest":
        """Parse the head of a request."""
        headers = {name.lower(): value.decode("latin-1") for name, value in request.headers}
        target = request.target.decode("latin-1")
        path, _, query = target.partition("?")
        label = headers.get(b"host", "").partition(".")[0]
        return cls(request=request, headers=headers, target=target, path=path, query=query, label=label)

    @property
    def method(self) -> bytes:
        """Return the method, in uppercase."""
        return self.request.method

    @property
    def upgrade(self) -> bool:
        """Return whether it asks for another protocol, such as WebSocket."""
        return "upgrade" in self.headers.get(b"connection", "").lower() and b"upgrade" in self.headers

    @property
    def document(self) -> bool:
        """Return whether a browser requests a page to show."""
        return self.method == b"GET" and self.headers.get(b"sec-fetch-dest", "") == "document"

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies by name."""
        header = self.headers.get(b"cookie", "")
        return dict(pair.strip().split("=", 1) for pair in header.split(";") if "=" in pair)

    def foreign(self, id: str) -> bool:
        """Return whether it was sent to the origin of another notebook or service than the one with an id."""
        return ids.is_id(self.label) and self.label != id

    @property
    def forged(self) -> bool:
        """Return whether a browser reports that a page of another site sent it."""
        origin = self.headers.get(b"origin")
        if origin is not None and urlsplit(origin).netloc != self.headers.get(b"host"):
            return True
        navigation = (
            self.method in (b"GET", b"HEAD")
            and self.headers.get(b"sec-fetch-mode", "navigate") == "navigate"
            and not self.upgrade
        )
        return self.headers.get(b"sec-fetch-site", "none") not in ("same-origin", "none") and not navigation
