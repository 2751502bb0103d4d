"""Who sends a request, and how people sign in: by one-time link or by an identity provider."""

import contextlib
import html
import time
from collections import Counter
from typing import Any
from urllib.parse import quote

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from cubestudio.app import App
from cubestudio.core import audit, log
from cubestudio.core import messages as shared
from cubestudio.core.auth.credential import COOKIE, credential
from cubestudio.core.auth.oauth import Providers
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Tx
from cubestudio.core.errors import NotFound, Refusal, SignedOut, Unavailable
from cubestudio.pipelines.runs import actions as runs
from cubestudio.projects import access as projects
from cubestudio.projects.groups import actions as groups
from cubestudio.projects.invitations import actions as invitations
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.web.errors import STATUS, page

logger = log.get(__name__)
MOST_REFUSED = 60
"""Refused sign-ins that are recorded in one minute."""


async def viewer_of(app: App, connection: HTTPConnection, params: dict | None = None) -> Viewer | None:
    """Return who sends a request, None for nobody.

    By the session's cookie, by `Authorization: Bearer`, or by the same in the first message of a socket
    (`params`)."""
    ctx, known = app.ctx, app.known
    shown = credential(connection, params)
    secret = shown.token or shown.session
    if secret is None:
        return None
    if viewer := known.find(secret):
        return viewer
    mark = known.mark
    async with ctx.db.read() as conn:
        if shown.token and shown.token.startswith("cuberun_"):
            return await runs.by_token(conn, ctx.vault, shown.token)
        found = await (
            credentials.by_token(conn, secret)
            if shown.token
            else credentials.by_session(conn, ctx.settings, secret)
        )
    if found is None:
        return None
    if found.stale:
        with contextlib.suppress(Unavailable):
            async with ctx.db.write() as tx:
                await credentials.touch(tx, found.viewer)
    known.keep(secret, found.viewer, found.until, mark)
    return found.viewer


async def viewer_required(app: App, connection: HTTPConnection) -> Viewer:
    """Return who sends a request. Raises SignedOut for nobody."""
    viewer = await viewer_of(app, connection)
    if viewer is None:
        raise SignedOut(shared.SIGN_IN_REQUIRED())
    return viewer


class SignIn:
    """The handlers of signing in."""

    def __init__(self, app: App):
        self._ctx = app.ctx
        self._settings = app.ctx.settings
        self._providers = Providers(self._settings.providers)
        self._secure = (self._settings.public_url or "").startswith("https")
        self._refused: Counter[int] = Counter()

    def routes(self) -> list[BaseRoute]:
        """Return the routes below /auth.

        A sign-in under way is remembered in a cookie of its own, which is signed and only sent to the
        handlers of providers."""
        cookie: dict[str, Any] = {
            "secret_key": self._ctx.vault.sign("oidc"),
            "session_cookie": "cube_signing_in",
            "max_age": 600,
            "path": "/auth/oidc",
            "same_site": "lax",
            "https_only": self._secure,
        }
        return [
            Route("/auth/link", self.by_link),
            Mount(
                "/auth/oidc",
                routes=[Route("/{name}", self.to_provider), Route("/{name}/callback", self.from_provider)],
                middleware=[Middleware(SessionMiddleware, **cookie)],
            ),
        ]

    async def by_link(self, request: Request) -> Response:
        """Sign in by a one-time link."""
        if request.headers.get("sec-purpose") or request.headers.get("purpose") == "prefetch":
            return Response(status_code=204)
        try:
            async with self._ctx.db.write() as tx:
                session = await credentials.redeem(
                    tx,
                    self._settings,
                    request.query_params.get("token", ""),
                    request.headers.get("user-agent", ""),
                )
                await self._record(tx, request, session, "link")
                target = await self._landing(tx, session, request.query_params.get("project", ""))
        except SignedOut as refusal:
            await self._record_refused(request, "link", refusal)
            return page(
                "This link cannot be used",
                f"<p>{html.escape(refusal.message)}</p><p>{html.escape(refusal.hint or '')}</p>",
                401,
            )
        return self._signed_in(request, session, target)

    async def to_provider(self, request: Request) -> Response:
        """Send the browser to an identity provider."""
        name = request.path_params["name"]
        own = self._settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
        try:
            return await self._providers.begin(request, name, f"{own.rstrip('/')}/auth/oidc/{name}/callback")
        except (Unavailable, NotFound) as refusal:
            return page(
                "This way in is closed now",
                f"<p>{html.escape(refusal.message)}</p><p><a href='/'>Back</a></p>",
                STATUS[refusal.code],
            )

    async def from_provider(self, request: Request) -> Response:
        """Sign in whom an identity provider vouches for."""
        name = request.path_params["name"]
        try:
            claims = await self._providers.finish(request, name)
            async with self._ctx.db.write() as tx:
                address = users.verified_address(claims)
                invited = address is not None and await invitations.expects(tx, address)
                user = await users.recognise(tx, self._providers.named(name), claims, invited)
                await groups.told(tx, self._providers.named(name), claims, user)
                if address is not None:
                    await invitations.join(tx, user, address)
                session = await credentials.begin_session(
                    tx, self._settings, user, request.headers.get("user-agent", "")
                )
                await self._record(tx, request, session, name)
        except (SignedOut, Unavailable, NotFound) as refusal:
            logger.warning("a sign-in was refused", provider=name, reason=refusal.message)
            await self._record_refused(request, name, refusal)
            body = (
                f"<p>{html.escape(refusal.message)}</p><p>{html.escape(refusal.hint or '')}</p>"
                "<p><a href='/'>Back</a></p>"
            )
            return page("You are not signed in", body, STATUS[refusal.code])
        request.session.clear()
        return self._signed_in(request, session)

    def _signed_in(self, request: Request, session: str, target: str = "/") -> Response:
        """Give the browser its session and send it on."""
        response = RedirectResponse(target, 303, headers={"cache-control": "no-store"})
        response.set_cookie(
            COOKIE,
            session,
            max_age=self._settings.session_days * 86_400,
            httponly=True,
            samesite="lax",
            secure=self._secure or request.url.scheme == "https",
            path="/",
        )
        return response

    async def _landing(self, tx: Tx, session: str, project: str) -> str:
        """Return the path to open after signing in: the project that the link names if the viewer is a
        member, else the first page."""
        found = await credentials.by_session(tx, self._settings, session)
        assert found
        try:
            if project:
                return f"/projects/{quote((await projects.project(tx, found[0], project)).name)}"
        except NotFound:
            pass
        return "/"

    async def _record(self, tx: Tx, request: Request, session: str, by: str) -> None:
        """Write to the audit log who signed in."""
        found = await credentials.by_session(tx, self._settings, session)
        assert found
        act = audit.Act(
            actor_id=found[0].id,
            actor=found[0].name,
            by=by,
            address=request.client.host if request.client else None,
            operation="signIn",
            target=found[0].id,
        )
        await audit.write(tx, self._ctx.vault, act)

    async def _record_refused(self, request: Request, by: str, refusal: Refusal) -> None:
        """Write to the audit log that a sign-in was refused; of a flood only the first of each minute."""
        minute = int(time.time()) // 60
        self._refused[minute] += 1
        if self._refused[minute] > MOST_REFUSED:
            return
        for old in [each for each in self._refused if each < minute]:
            del self._refused[old]
        act = audit.Act(
            actor_id=None,
            actor="nobody",
            by=by,
            address=request.client.host if request.client else None,
            operation="signIn",
            outcome=refusal.code,
            detail={"why": refusal.message},
        )
        with contextlib.suppress(Unavailable):
            async with self._ctx.db.write() as tx:
                await audit.write(tx, self._ctx.vault, act)
