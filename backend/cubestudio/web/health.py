"""Whether this process is healthy, and its metrics for Prometheus."""

import hmac
import time

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from cubestudio.app import App
from cubestudio.core import loops
from cubestudio.core.auth.credential import credential
from cubestudio.core.db import Outbox
from cubestudio.core.errors import Unavailable
from cubestudio.core.graph.socket import Hub
from cubestudio.web.auth import viewer_of
from cubestudio.web.errors import refuse

NO_METRICS = (
    "Metrics need a token: that of CUBE_METRICS_TOKEN, or of an administrator or auditor. Send it "
    "as Authorization: Bearer <token>."
)
SOCKETS = Gauge("cube_sockets", "Open GraphQL sockets.")
LISTENERS = Gauge("cube_bus_listeners", "Subscriptions to events in this process.")
HEALTHY = Gauge("cube_loop_healthy", "Whether a long-running loop of this process is healthy.", ["loop"])
FAILURES = Gauge("cube_loop_failures", "Failed rounds and restarts of a loop since it started.", ["loop"])
SILENT = Gauge("cube_loop_silent_seconds", "Seconds since a loop started or completed a round.", ["loop"])
WAITING = Gauge("cube_outbox_messages", "Messages that are not settled.", ["state"])


class Health:
    """The handlers of probes and metrics."""

    def __init__(self, app: App, hub: Hub):
        self._app = app
        self._hub = hub

    async def live(self, request: Request) -> Response:
        """Answer that the process runs."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """Answer whether the process can serve: the database answers and every loop makes progress."""
        try:
            async with self._app.ctx.db.read() as conn:
                await conn.execute(select(1))
        except Unavailable as refusal:
            return PlainTextResponse(f"{refusal.message}\n", 503)
        if problems := loops.problems():
            return PlainTextResponse("".join(f"{problem}\n" for problem in problems), 503)
        return PlainTextResponse("ready\n")

    async def metrics(self, request: Request) -> Response:
        """Return the metrics of this process, to those who may read them."""
        may = await self._may_read(request)
        if may is None:
            response = refuse("SIGNED_OUT", NO_METRICS, 401)
            response.headers["www-authenticate"] = "Bearer"
            return response
        if not may:
            return refuse("FORBIDDEN", "Metrics are for administrators and auditors.", 403)
        await self._measure()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def _may_read(self, request: Request) -> bool | None:
        """Return whether a client may read the metrics; None if it did not authenticate."""
        token, wanted = credential(request).token, self._app.ctx.settings.metrics_token
        if wanted and token and hmac.compare_digest(token.encode(), wanted.encode()):
            return True
        viewer = await viewer_of(self._app, request)
        return None if viewer is None else not viewer.run and (viewer.admin or viewer.auditor)

    async def _measure(self) -> None:
        """Set the gauges that are only computed when somebody reads them."""
        SOCKETS.set(self._hub.sockets)
        LISTENERS.set(getattr(self._app.ctx.bus, "listeners", 0))
        for gauge in (HEALTHY, FAILURES, SILENT):
            gauge.clear()
        for loop in loops.loops():
            HEALTHY.labels(loop.name).set(loop.problem() is None)
            FAILURES.labels(loop.name).set(loop.failures)
            SILENT.labels(loop.name).set(time.monotonic() - loop.heard)
        async with self._app.ctx.db.read() as conn:
            rows = (await conn.execute(select(Outbox.send_at.is_(None).label("dead")).limit(10_000))).all()
        WAITING.labels("waiting").set(sum(not row.dead for row in rows))
        WAITING.labels("given_up").set(sum(bool(row.dead) for row in rows))
