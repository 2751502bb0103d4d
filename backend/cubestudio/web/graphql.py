"""The graph over HTTP, server-sent events and WebSocket."""

import contextlib
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL

from cubestudio.app import App
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.graph.arguments import decode, encode
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.pace import PacedBus
from cubestudio.core.graph.socket import Hub, Socket
from cubestudio.schema import schema
from cubestudio.web.auth import viewer_of
from cubestudio.web.console import Console
from cubestudio.web.limits import address_of
from cubestudio.web.sse import Live


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
        return Context(ctx=self._app.ctx, connection=request, viewer=viewer, live=live is not None)

    async def create_streaming_response(
        self, request: Any, stream: Any, sub_response: Any, headers: Any
    ) -> Any:
        return StreamingResponse(request.scope["cube.live"].events(stream), headers=dict(headers))

    def decode_json(self, data: str | bytes) -> object:
        return decode(data)

    def encode_json(self, data: object) -> str:
        return encode(data).decode()


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


class Endpoints:
    """The handlers of /graphql."""

    def __init__(self, app: App, console: Console):
        self._app = app
        self._console = console
        self._graph = Graph(app)
        self.hub = Hub(schema, app.streams, app.bounds)

    async def http(self, request: Request) -> Any:
        """Answer a request of the graph, or show the explorer to a browser."""
        if request.method == "GET" and "text/event-stream" not in request.headers.get("accept", ""):
            return await self._console.explorer(request)
        return GraphResponse(self._graph, self._app)

    async def websocket(self, websocket: WebSocket) -> None:
        """Serve one WebSocket of graphql-transport-ws."""

        async def admit(params: dict) -> Viewer | None:
            return await viewer_of(self._app, websocket, params)

        def context(viewer: Viewer) -> Context:
            ctx = self._app.ctx
            paced = replace(ctx, bus=PacedBus(ctx.bus, self.hub.paces.of(viewer.id)))
            return Context(ctx=paced, connection=websocket, viewer=viewer, live=True)

        await Socket(self.hub, websocket, admit, context).serve()
