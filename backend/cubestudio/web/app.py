"""The web server: the graph over HTTP, SSE and WebSocket, sign-in, artifacts and logs, health, metrics, the
built console."""

import contextlib
import hmac
import html
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, Histogram, generate_latest
from prometheus_client import Counter as Total
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL

from cubestudio.app import App
from cubestudio.clusters import access as pods
from cubestudio.clusters import actions as clusters
from cubestudio.core import audit, ids, log, loops
from cubestudio.core.auth.credential import COOKIE, MALFORMED, Credential, credential
from cubestudio.core.auth.oauth import Providers
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.db import Outbox, Tx
from cubestudio.core.errors import NotFound, Refusal, SignedOut, TooMany, Unavailable
from cubestudio.core.graph.arguments import decode, encode
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.pace import PacedBus
from cubestudio.core.graph.socket import Hub, Socket
from cubestudio.core.http import pages
from cubestudio.core.rate_limit import Over, Rates
from cubestudio.models import access as models
from cubestudio.pipelines.runs import access as runs
from cubestudio.pipelines.runs import actions as run_actions
from cubestudio.pipelines.steps import actions as steps
from cubestudio.projects import access as projects
from cubestudio.projects.groups import actions as groups
from cubestudio.projects.invitations import actions as invitations
from cubestudio.schema import schema
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.web import downloads, mlflow, terminal, uploads
from cubestudio.web import ssh as tunnel
from cubestudio.web.sse import Live
from cubestudio.web.static_files import Assets
from cubestudio.web.websocket import Visitor

logger = log.get(__name__)
MOST_HEAD = 8 * 2**20
"""The most bytes of an artifact that a preview may take."""
MOST_REFUSED = 60
"""Sign-ins that were refused and are written down in one minute."""
STATIC = Path(__file__).parents[1] / "static"
NO_METRICS = (
    "Metrics need a token: that of CUBE_METRICS_TOKEN, or of an administrator or auditor. Send it "
    "as Authorization: Bearer <token>."
)
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src "
    "'self' data:; "
    "worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'"
)
REQUESTS = Total("cube_http_requests", "Requests answered.", ["route", "status"])
SECONDS = Histogram("cube_http_seconds", "Seconds from request to the end of the answer.", ["route"])
SOCKETS = Gauge("cube_sockets", "Open GraphQL sockets.")
LISTENERS = Gauge("cube_bus_listeners", "Subscriptions to events in this process.")
HEALTHY = Gauge("cube_loop_healthy", "Whether a long-running loop of this process is healthy.", ["loop"])
FAILURES = Gauge("cube_loop_failures", "Failed rounds and restarts of a loop since it started.", ["loop"])
SILENT = Gauge("cube_loop_silent_seconds", "Seconds since a loop started or completed a round.", ["loop"])
WAITING = Gauge("cube_outbox_messages", "Messages that are not settled.", ["state"])


class Graph(GraphQL):
    """The HTTP side: one context per request, no queries by GET."""

    def __init__(self, app: App):
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=[GRAPHQL_SSE_PROTOCOL],
        )
        self._app = app

    async def get_context(self, request: Any, response: Any) -> Context:  # ty: ignore
        viewer = await viewer_of(self._app, request)
        live: Live | None = request.scope.get("cube.live")
        if live and viewer:
            live.enter(viewer)
        return Context(parts=self._app.parts, connection=request, viewer=viewer, live=live is not None)

    async def create_streaming_response(
        self, request: Any, stream: Any, sub_response: Any, headers: Any
    ) -> Any:
        return StreamingResponse(request.scope["cube.live"].events(stream), headers=dict(headers))

    def decode_json(self, data: str | bytes) -> object:
        return decode(data)

    def encode_json(self, data: object) -> str:
        return encode(data).decode()


async def viewer_of(app: App, connection: HTTPConnection, params: dict | None = None) -> Viewer | None:
    """Who asks: by the session's cookie, by `Authorization: Bearer`, or by the same in a socket's first
    message."""
    parts, known = app.parts, app.known
    shown = credential(connection, params)
    secret = shown.token or shown.session
    if secret is None:
        return None
    if viewer := known.find(secret):
        return viewer
    mark = known.mark
    async with parts.db.read() as conn:
        if shown.token and shown.token.startswith("cuberun_"):
            return await run_actions.by_token(conn, parts.vault, shown.token)
        found = await (
            credentials.by_token(conn, secret)
            if shown.token
            else credentials.by_session(conn, parts.settings, secret)
        )
    if found is None:
        return None
    if found.stale:
        with contextlib.suppress(Unavailable):
            async with parts.db.write() as tx:
                await credentials.touch(tx, found.viewer)
    known.keep(secret, found.viewer, found.until, mark)
    return found.viewer


def address_of(connection: HTTPConnection) -> str:
    """Where a connection comes from."""
    return connection.client.host if connection.client else "?"


def same_origin(connection: HTTPConnection, allowed: tuple[str, ...]) -> bool:
    """Whether a browser says that the page which asks is ours; programs say nothing."""
    origin = connection.headers.get("origin")
    if origin in allowed:
        return True
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host"):
        return False
    return connection.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


class Guard:
    """Around everything: forgery, floods, request ids, security headers, measuring."""

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
        name = connection.headers.get("x-request-id", "")[:64] or ids.new()

        async def answer(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                told = {key for key, _ in message["headers"]}
                for key, value in (
                    (b"x-request-id", name.encode("latin-1", "replace")),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                    (b"x-frame-options", b"DENY"),
                    (b"content-security-policy", CSP.encode()),
                ):
                    if key not in told:
                        message["headers"].append((key, value))
            await send(message)

        with log.bound(request=name):
            shown = credential(connection)
            if shown.malformed and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
                return await refuse("SIGNED_OUT", MALFORMED, 401)(scope, receive, answer)
            if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not shown.token:
                forged = not same_origin(connection, self._allowed)
                unmarked = COOKIE in connection.cookies and "x-cube-request" not in connection.headers
                if forged or unmarked:
                    words = (
                        "This request comes from another site."
                        if forged
                        else "Send the header X-Cube-Request: 1 with a session's cookie."
                    )
                    return await refuse("FORBIDDEN", words, 403)(scope, receive, answer)
            try:
                over = await self._flood(connection, shown)
            except Unavailable as refusal:
                return await refuse(refusal.code, refusal.message, 503)(scope, receive, answer)
            if over:
                words = (
                    f"These are too many questions: {over.most} a minute are let through. Ask again in "
                    f"{over.seconds} s."
                )
                refused = refuse("RATE_LIMITED", words, 429)
                refused.headers["retry-after"] = str(over.seconds)
                return await refused(scope, receive, answer)
            try:
                await self._inner(scope, receive, answer)
            finally:
                route = getattr(scope.get("route"), "path", "other")
                REQUESTS.labels(route, status).inc()
                SECONDS.labels(route).observe(time.perf_counter() - began)

    async def _flood(self, connection: HTTPConnection, shown: Credential) -> Over | None:
        """Whether this is one question too many; files, logs and pages are not counted."""
        path = connection.url.path
        if not path.startswith(("/graphql", "/auth/")):
            return None
        address = address_of(connection)
        return await self._rates.take(address, shown.token or shown.session, path.startswith("/auth/"))


def refuse(code: str, message: str, status: int) -> Response:
    """An error in the form of GraphQL's."""
    body = {"data": None, "errors": [{"message": message, "extensions": {"code": code}}]}
    return Response(orjson.dumps(body), status, media_type="application/json")


STATUS = {
    "RATE_LIMITED": 429,
    "NOT_FOUND": 404,
    "FORBIDDEN": 403,
    "SIGNED_OUT": 401,
    "UNAVAILABLE": 503,
    "CONFLICT": 409,
}


def build(app: App) -> Starlette:
    """The ASGI application of a running platform."""
    graph = Graph(app)
    hub = Hub(schema, app.streams, app.bounds)
    parts = app.parts
    settings, console = parts.settings, Assets(directory=STATIC, check_dir=False)
    providers = Providers(settings.providers)
    secure = (settings.public_url or "").startswith("https")
    under_way: dict[str, Any] = {
        "secret_key": parts.vault.sign("oidc"),
        "session_cookie": "cube_signing_in",
        "max_age": 600,
        "path": "/auth/oidc",
        "same_site": "lax",
        "https_only": secure,
    }
    """The cookie in which a sign-in under way is remembered: signed, and for the provider's answer only."""

    async def graphql(request: Request) -> Any:
        if request.method == "GET" and "text/event-stream" not in request.headers.get("accept", ""):
            return await graphiql(request)
        return GraphResponse(graph, app)

    async def graphiql(request: Request) -> Response:
        if await viewer_of(app, request) is None:
            return page(
                "Sign in first",
                "<p>The explorer is for people who are signed in. Open the sign-in link that the "
                "platform printed at its start, or make one with <code>cubestudio token "
                "--link</code>.</p>",
                401,
            )
        if not (STATIC / "graphiql.html").exists():
            return page(
                "GraphQL",
                "<p>The explorer was not built into this installation (<code>make web</code> builds "
                "it). The API is here: POST to <code>/graphql</code>.</p>",
            )
        return await console.get_response("graphiql.html", request.scope)

    def guarded(serve: Callable[[WebSocket], Awaitable[None]]) -> Callable[[WebSocket], Awaitable[None]]:
        """A socket that pages of other sites do not open, nor an address that has too many."""

        async def endpoint(websocket: WebSocket) -> None:
            if not same_origin(websocket, settings.allowed_origins):
                return await websocket.close(1008)
            with contextlib.ExitStack() as held:
                try:
                    held.enter_context(app.bounds.address(address_of(websocket)))
                except TooMany as refusal:
                    return await websocket.send_denial_response(refuse(refusal.code, refusal.message, 429))
                await serve(websocket)

        return endpoint

    async def socket(websocket: WebSocket) -> None:
        async def admit(params: dict) -> Viewer | None:
            return await viewer_of(app, websocket, params)

        def context(viewer: Viewer) -> Context:
            return Context(
                parts=replace(parts, bus=PacedBus(parts.bus, hub.paces.of(viewer.id))),
                connection=websocket,
                viewer=viewer,
                live=True,
            )

        await Socket(hub, websocket, admit, context).serve()

    def visitor(websocket: WebSocket) -> Visitor:
        return Visitor(lambda: viewer_of(app, websocket), app.streams, app.bounds)

    async def ssh(websocket: WebSocket) -> None:
        await tunnel.serve(websocket, parts, visitor(websocket))

    async def shell(websocket: WebSocket) -> None:
        await terminal.serve(websocket, parts, visitor(websocket))

    async def sign_in(request: Request) -> Response:
        if request.headers.get("sec-purpose") or request.headers.get("purpose") == "prefetch":
            return Response(status_code=204)
        try:
            async with parts.db.write() as tx:
                session = await credentials.redeem(
                    tx, settings, request.query_params.get("token", ""), request.headers.get("user-agent", "")
                )
                await signed(tx, request, session, "link")
                there = await landing(tx, session, request.query_params.get("project", ""))
        except SignedOut as refusal:
            await unsigned(request, "link", refusal)
            return page(
                "This link cannot be used",
                f"<p>{html.escape(refusal.message)}</p><p>{html.escape(refusal.hint or '')}</p>",
                401,
            )
        return signed_in(request, session, there)

    async def landing(tx: Tx, session: str, project: str) -> str:
        """Where somebody who has just signed in goes: to a project of theirs that the link names, else to the
        first page."""
        held = await credentials.by_session(tx, settings, session)
        assert held
        try:
            return (
                f"/projects/{quote((await projects.project(tx, held[0], project)).name)}" if project else "/"
            )
        except NotFound:
            return "/"

    async def signed(tx: Tx, request: Request, session: str, by: str) -> None:
        """Write down who came in."""
        held = await credentials.by_session(tx, settings, session)
        assert held
        address = request.client.host if request.client else None
        await audit.write(
            tx,
            parts.vault,
            audit.Act(
                actor_id=held[0].id,
                actor=held[0].name,
                by=by,
                address=address,
                operation="signIn",
                target=held[0].id,
            ),
        )

    refused_lately: Counter[int] = Counter()

    async def unsigned(request: Request, by: str, refusal: Refusal) -> None:
        """Write down who did not come in; of a flood the first of each minute."""
        minute = int(time.time()) // 60
        refused_lately[minute] += 1
        if refused_lately[minute] > MOST_REFUSED:
            return
        for old in [each for each in refused_lately if each < minute]:
            del refused_lately[old]
        address = request.client.host if request.client else None
        act = audit.Act(
            actor_id=None,
            actor="nobody",
            by=by,
            address=address,
            operation="signIn",
            outcome=refusal.code,
            detail={"why": refusal.message},
        )
        with contextlib.suppress(Unavailable):
            async with parts.db.write() as tx:
                await audit.write(tx, parts.vault, act)

    def signed_in(request: Request, session: str, there: str = "/") -> Response:
        response = RedirectResponse(there, 303, headers={"cache-control": "no-store"})
        response.set_cookie(
            COOKIE,
            session,
            max_age=settings.session_days * 86_400,
            httponly=True,
            samesite="lax",
            secure=secure or request.url.scheme == "https",
            path="/",
        )
        return response

    async def go_to_provider(request: Request) -> Response:
        name = request.path_params["name"]
        here = (settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}").rstrip(
            "/"
        )
        try:
            return await providers.begin(request, name, f"{here}/auth/oidc/{name}/callback")
        except (Unavailable, NotFound) as refusal:
            return page(
                "This way in is closed now",
                f"<p>{html.escape(refusal.message)}</p><p><a href='/'>Back</a></p>",
                STATUS[refusal.code],
            )

    async def back_from_provider(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            claims = await providers.finish(request, name)
            async with parts.db.write() as tx:
                address = users.verified_address(claims)
                invited = address is not None and await invitations.expects(tx, address)
                user = await users.recognise(tx, providers.named(name), claims, invited)
                await groups.told(tx, providers.named(name), claims, user)
                if address is not None:
                    await invitations.join(tx, user, address)
                session = await credentials.begin_session(
                    tx, settings, user, request.headers.get("user-agent", "")
                )
                await signed(tx, request, session, name)
        except (SignedOut, Unavailable, NotFound) as refusal:
            logger.warning("a sign-in was refused", provider=name, reason=refusal.message)
            await unsigned(request, name, refusal)
            words = (
                f"<p>{html.escape(refusal.message)}</p><p>{html.escape(refusal.hint or '')}</p><p><a "
                "href='/'>Back</a></p>"
            )
            return page("You are not signed in", words, STATUS[refusal.code])
        request.session.clear()
        return signed_in(request, session)

    async def artifact(request: Request) -> Response:
        viewer = await viewer_of(app, request)
        if viewer is None:
            return refuse("SIGNED_OUT", "Sign in first.", 401)
        async with parts.db.read() as conn:
            row = await steps.artifact(conn, request.path_params["id"])
            if row is None:
                return refuse("NOT_FOUND", "There is no such artifact.", 404)
            await runs.run(conn, viewer, row.run_id)
        most = request.query_params.get("first", "")
        if most:
            if not most.isdecimal() or not 0 < int(most[:9]) <= MOST_HEAD:
                return refuse("INVALID", f"first is a number of bytes from 1 to {MOST_HEAD}.", 400)
            head = await parts.store.part(row.key, 0, min(int(most), row.size)) if row.size else b""
            return downloads.response(
                head, row.path, row.media_type, {"cache-control": "private, max-age=3600"}
            )
        return attachment(row.path, row.size, row.sha256, row.media_type, row.key)

    async def model_file(request: Request) -> Response:
        viewer = await viewer_of(app, request)
        if viewer is None:
            return refuse("SIGNED_OUT", "Sign in first.", 401)
        async with parts.db.read() as conn:
            row, model, _ = await models.version(conn, viewer, request.path_params["id"])
        path = request.path_params["path"]
        found = next((each for each in row.files if each[0] == path), None)
        if found is None:
            return refuse("NOT_FOUND", "The version has no such file.", 404)
        return attachment(path, found[1], found[2], found[3], artifact_key(model.project_id, found[2]))

    def attachment(path: str, size: int, digest: str, media_type: str, key: str) -> Response:
        headers = {
            "content-length": str(size),
            "etag": f'"{digest}"',
            "cache-control": "private, max-age=31536000, immutable",
        }
        return downloads.response(parts.store.stream(key), path, media_type, headers)

    async def pod_log(request: Request) -> Response:
        viewer = await viewer_of(app, request)
        if viewer is None:
            return refuse("SIGNED_OUT", "Sign in first.", 401)
        pod = request.path_params["id"]
        async with parts.db.read() as conn:
            await pods.pod(conn, viewer, pod)

        async def stream() -> AsyncIterator[bytes]:
            position = 0
            while True:
                chunk = await clusters.read_log(parts.db, parts.store, pod, position, 2**20)
                if not chunk.data:
                    return
                yield chunk.data
                position = chunk.cursor

        return downloads.response(stream(), f"{pod}.log", "text/plain")

    async def live(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(request: Request) -> Response:
        try:
            async with parts.db.read() as conn:
                await conn.execute(select(1))
        except Unavailable as refusal:
            return PlainTextResponse(f"{refusal.message}\n", 503)
        if problems := loops.problems():
            return PlainTextResponse("".join(f"{problem}\n" for problem in problems), 503)
        return PlainTextResponse("ready\n")

    async def observes(request: Request) -> bool | None:
        """Whether somebody may read the metrics; None: it is not known who asks."""
        token, wanted = credential(request).token, settings.metrics_token
        if wanted and token and hmac.compare_digest(token.encode(), wanted.encode()):
            return True
        viewer = await viewer_of(app, request)
        return None if viewer is None else not viewer.run and (viewer.admin or viewer.auditor)

    async def metrics(request: Request) -> Response:
        may = await observes(request)
        if not may:
            refusal = (
                ("FORBIDDEN", "Metrics are for administrators and auditors.", 403)
                if may is False
                else ("SIGNED_OUT", NO_METRICS, 401)
            )
            response = refuse(*refusal)
            if may is None:
                response.headers["www-authenticate"] = "Bearer"
            return response
        SOCKETS.set(hub.sockets)
        LISTENERS.set(getattr(parts.bus, "listeners", 0))
        HEALTHY.clear()
        FAILURES.clear()
        SILENT.clear()
        for loop in loops.loops():
            HEALTHY.labels(loop.name).set(loop.problem() is None)
            FAILURES.labels(loop.name).set(loop.failures)
            SILENT.labels(loop.name).set(time.monotonic() - loop.heard)
        async with parts.db.read() as conn:
            rows = (await conn.execute(select(Outbox.send_at.is_(None).label("dead")).limit(10_000))).all()
        WAITING.labels("waiting").set(sum(not row.dead for row in rows))
        WAITING.labels("given_up").set(sum(bool(row.dead) for row in rows))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def home(request: Request) -> Response:
        viewer = await viewer_of(app, request)
        if (STATIC / "index.html").exists():
            return await console.get_response("index.html", request.scope)
        if viewer is None:
            return page(
                "Cube Studio",
                "<p>Nobody is signed in. Open the sign-in link that the platform printed at its "
                "start, or make one with <code>cubestudio token --link</code>.</p>",
            )
        return page(
            "Cube Studio",
            f"<p>Signed in as <b>{html.escape(viewer.name)}</b>.</p><p><a href='/graphql'>GraphQL "
            "explorer</a> · <a href='/metrics'>metrics</a></p><p>This installation has no web "
            "console yet; scripts use <code>cubestudio</code> and the API.</p>",
        )

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return refuse(error.code, error.message, STATUS.get(error.code, 400))

    routes = [
        Route("/graphql", graphql, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", guarded(socket)),
        Route("/auth/link", sign_in),
        Mount(
            "/auth/oidc",
            routes=[Route("/{name}", go_to_provider), Route("/{name}/callback", back_from_provider)],
            middleware=[Middleware(SessionMiddleware, **under_way)],
        ),
        Route("/artifacts/{id}", artifact),
        Route("/model-files/{id}/{path:path}", model_file),
        Route("/pods/{id}/log", pod_log),
        WebSocketRoute("/pods/{id}/terminal", guarded(shell)),
        WebSocketRoute("/notebooks/{id}/ssh", guarded(ssh)),
        Route("/healthz", live),
        Route("/healthz/live", live),
        Route("/healthz/ready", ready),
        Route("/metrics", metrics),
    ]
    if (STATIC / "assets").exists():
        routes.append(Mount("/assets", Assets(directory=STATIC / "assets")))
    routes += [Route("/", home), Route("/{path:path}", home)]
    inner = Starlette(routes=routes, exception_handlers={Refusal: refused}, max_body_size=settings.max_body)
    outer = Starlette(
        routes=[
            Mount("/mlflow", mlflow.build(parts)),
            Mount("/files", uploads.build(parts, lambda request: viewer_of(app, request))),
            Mount("/", inner),
        ]
    )
    outer.add_middleware(Guard, allowed=settings.allowed_origins, rates=Rates(settings))
    return outer


class GraphResponse(Response):
    """Hands the request on to the graph's own ASGI application."""

    def __init__(self, graph: Graph, app: App):
        super().__init__()
        self._graph = graph
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if "text/event-stream" not in request.headers.get("accept", "").lower():
            return await self._graph(scope, receive, send)
        bounds = self._app.bounds
        with bounds.address(address_of(request)), contextlib.ExitStack() as held:
            stream = held.enter_context(self._app.streams.open(lambda: viewer_of(self._app, request)))
            scope["cube.live"] = Live(stream, bounds, held)
            await self._graph(scope, receive, send)


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """A small page of plain words."""
    return HTMLResponse(pages.text(title, body), status)
