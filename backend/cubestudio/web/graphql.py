"""The graph over HTTP, server-sent events and WebSocket."""

import contextlib
from dataclasses import replace
from typing import Any

from cross_web import HTTPException
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
from cubestudio.web import negotiation
from cubestudio.web.auth import viewer_of
from cubestudio.web.console import Console
from cubestudio.web.errors import refuse
from cubestudio.web.limits import address_of
from cubestudio.web.sse import Live

_STATUS = {
    "Unsupported content type": 415,
    "mutations are not allowed when using GET": 405,
    "subscriptions are not allowed when using GET": 405,
}
"""Statuses that say more than the 400 that the library gives these reasons."""


class Graph(GraphQL):
    """The HTTP side: one context per request. A GET may query and never change anything."""

    def __init__(self, app: App):
        super().__init__(schema, graphql_ide=None, subscription_protocols=[GRAPHQL_SSE_PROTOCOL])
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as error:
            status = _STATUS.get(error.reason, error.status_code)
            response = refuse("INVALID", error.reason, status)
            if status == 405:
                response.headers["allow"] = "POST"
        await response(scope, receive, send)

    async def get_sub_response(self, request: Any) -> Response:
        response = await super().get_sub_response(request)
        response.media_type = request.headers["accept"]
        return response

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """Return an answer in JSON. A request that could not be executed, because its document cannot be read
        or is not valid, is 400 in the newer media type, and has no data."""
        kind, status = sub_response.media_type or negotiation.JSON, 200
        errors = response_data.get("errors") or ()
        if response_data.get("data") is None and errors and not any(each.get("path") for each in errors):
            response_data = {"errors": errors}
            status = 400 if kind == negotiation.RESPONSE else 200
        return Response(self.encode_json(response_data), status, {"content-type": f"{kind}; charset=utf-8"})

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
        request = Request(scope, receive)
        accept = negotiation.header_of(request)
        streams = negotiation.accepts(accept, negotiation.EVENTS)
        if request.method == "POST" and negotiation.undecided(accept):
            body = await request.body()
            streams = negotiation.subscribes(body, self._app.ctx.settings.max_query_tokens)
            receive = negotiation.again(body, receive)
        kind = negotiation.EVENTS if streams else negotiation.json_type(accept)
        headers = [pair for pair in scope["headers"] if pair[0] != b"accept"]
        scope = {**scope, "headers": [*headers, (b"accept", kind.encode())]}
        if not streams:
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
        accept = negotiation.header_of(request)
        if request.method == "GET" and not negotiation.accepts(accept, negotiation.EVENTS):
            anything = negotiation.qualities(accept).keys() <= {"", "*/*"}
            if negotiation.accepts(accept, negotiation.HTML) or (
                anything and "query" not in request.query_params
            ):
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
