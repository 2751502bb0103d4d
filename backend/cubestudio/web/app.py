"""The web server: which handler answers which path."""

from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from cubestudio.app import App
from cubestudio.core.errors import Refusal
from cubestudio.core.rate_limit import Rates
from cubestudio.web import console, files, graphql, mlflow, ssh, terminal
from cubestudio.web.artifacts import Artifacts
from cubestudio.web.auth import SignIn, viewer_of
from cubestudio.web.console import Console
from cubestudio.web.errors import refused
from cubestudio.web.health import Health
from cubestudio.web.limits import Serve, guarded
from cubestudio.web.middleware import Guard
from cubestudio.web.static_files import Assets
from cubestudio.web.websocket import Visitor


def build(app: App) -> Starlette:
    """Return the ASGI application of a running platform."""
    ctx, settings = app.ctx, app.ctx.settings
    pages, artifacts = Console(app), Artifacts(app)
    graph = graphql.Endpoints(app, pages)
    health = Health(app, graph.hub)

    def socket(path: str, serve: Serve) -> WebSocketRoute:
        return WebSocketRoute(path, guarded(serve, app.bounds, settings.allowed_origins))

    def visitor(websocket: WebSocket) -> Visitor:
        return Visitor(lambda: viewer_of(app, websocket), app.streams, app.bounds)

    routes = [
        Route("/graphql", graph.http, methods=["GET", "POST"]),
        socket("/graphql", graph.websocket),
        *SignIn(app).routes(),
        Route("/artifacts/{id}", artifacts.artifact),
        Route("/model-files/{id}/{path:path}", artifacts.model_file),
        Route("/pods/{id}/log", artifacts.pod_log),
        socket("/pods/{id}/terminal", lambda each: terminal.serve(each, ctx, visitor(each))),
        socket("/notebooks/{id}/ssh", lambda each: ssh.serve(each, ctx, visitor(each))),
        Route("/healthz", health.live),
        Route("/healthz/live", health.live),
        Route("/healthz/ready", health.ready),
        Route("/metrics", health.metrics),
    ]
    if (console.STATIC / "assets").exists():
        routes.append(Mount("/assets", Assets(directory=console.STATIC / "assets")))
    routes += [Route("/", pages.index), Route("/{path:path}", pages.index)]
    inner = Starlette(
        routes=routes, exception_handlers={Refusal: refused}, max_body_size=settings.max_request_bytes
    )
    outer = Starlette(
        routes=[
            Mount("/mlflow", mlflow.build(ctx)),
            Mount("/files", files.build(ctx, lambda request: viewer_of(app, request))),
            Mount("/", inner),
        ]
    )
    outer.add_middleware(Guard, allowed=settings.allowed_origins, rates=Rates(settings))
    return outer
