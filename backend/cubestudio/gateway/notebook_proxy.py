"""Requests to notebooks as their servers get them, and responses as browsers get them. Pure."""

import html
from datetime import datetime

import h11
import orjson

from cubestudio.core.relay import passed
from cubestudio.gateway.headers import (
    Headers,
    cookies_of,
    forwarded,
    header,
    response_headers,
    upgrade_headers,
)
from cubestudio.gateway.request import SAFE, DirectResponse, ProxyRequest, page
from cubestudio.notebooks.endpoint import Endpoint


def check_permission(endpoint: Endpoint, request: ProxyRequest) -> None:
    """Refuse requests of other sites, and changes by those who may only read."""
    if request.forged:
        body = b'{"message": "This request comes from another site."}'
        raise DirectResponse(403, body, "application/json")
    if not endpoint.edits and edits(request):
        body = b'{"message": "This notebook is shared with you for looking only."}'
        raise DirectResponse(403, body, "application/json")


def edits(request: ProxyRequest) -> bool:
    """Return whether a request can change something."""
    return request.upgrade or request.method not in SAFE


def request_head(request: ProxyRequest, endpoint: Endpoint) -> h11.Request:
    """Return the head of a request that the notebook's server gets. Characters in its target that are unusual
    stay as they were sent."""
    target = request.target
    if endpoint.strip:
        target = "/" + target.removeprefix(f"/open/{endpoint.id}/")
    return h11.Request(method=request.method, target=target, headers=_request_headers(request, endpoint))


def _request_headers(request: ProxyRequest, endpoint: Endpoint) -> Headers:
    """Return the headers that the notebook's server gets: without the user's credentials, with the secret
    between the platform and the notebook."""
    name, secret = endpoint.header if endpoint.header else ("", "")
    by_cookie = name.lower() == "cookie"
    dropped = {b"authorization", name.lower().encode()} - {b"cookie"}
    if request.upgrade:
        dropped.add(b"origin")
    if request.document:
        dropped.add(b"accept-encoding")
    sent: Headers = []
    cookies: list[bytes] = []
    for key, value in passed(request.request.headers.raw_items()):
        if key.lower() == b"cookie":
            cookies += cookies_of(value)
        elif key.lower() not in dropped and not forwarded(key.lower()):
            sent.append((key, value))
    if by_cookie:
        own = secret.partition("=")[0].encode() + b"="
        cookies = [*(pair for pair in cookies if not pair.startswith(own)), secret.encode()]
    elif name:
        sent.append((name.encode(), secret.encode()))
    if cookies:
        sent.append((b"Cookie", b"; ".join(cookies)))
    sent.append((b"X-Forwarded-Prefix", f"/open/{endpoint.id}".encode()))
    return sent + (upgrade_headers(request.request) if request.upgrade else [])


def response_head(
    response: h11.Response, request: ProxyRequest, endpoint: Endpoint
) -> tuple[h11.Response, bytes]:
    """Return the head of a response that the browser gets, and what follows the body: in a page, the script
    that shows when the notebook stops for being idle."""
    headers = response_headers(response)
    page_shown = (
        request.document
        and response.status_code == 200
        and header(headers, b"content-type").startswith(b"text/html")
        and not header(headers, b"content-encoding")
    )
    script = b""
    if page_shown:
        script = f"<script src='/open/{endpoint.id}/.cube/notice.js'></script>".encode()
        headers = [
            (name, str(int(value) + len(script)).encode() if name.lower() == b"content-length" else value)
            for name, value in headers
            if name.lower() not in (b"etag", b"last-modified")
        ]
    head = h11.Response(status_code=response.status_code, headers=headers, reason=response.reason)
    return head, script


def not_running(endpoint: Endpoint, document: bool) -> DirectResponse:
    """Return the response while the notebook's server does not answer. `document`: a browser shows it."""
    if not document:
        body = {
            "message": f"Notebook {endpoint.name} is {endpoint.state} and does not answer.",
            "state": endpoint.state.value,
        }
        return DirectResponse(503, orjson.dumps(body), "application/json", [("retry-after", "2")])
    name = html.escape(endpoint.name)
    if endpoint.state.off:
        why = ""
        if endpoint.evidence:
            since = datetime.fromisoformat(endpoint.evidence["since"]).strftime("%Y-%m-%d %H:%M UTC")
            why = f"<p>Nothing had gone on in it since {since}, so it was stopped.</p>"
        message = f"{why}<p>Its files are kept. Start it in Cube Studio.</p>"
        return page(503, f"Notebook {name} is off", message)
    message = html.escape(endpoint.message or "It will be here in a moment.")
    title = f"Notebook {name}: {endpoint.state.lower()}"
    return page(503, title, f"<p>{message}</p>", "<meta http-equiv=refresh content=2>")
