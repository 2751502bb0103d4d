"""The routes of MLflow's API, and which handler serves which endpoint."""

from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cubestudio.core.context import AppContext
from cubestudio.core.inputs import values
from cubestudio.web.bodies import read_limited
from cubestudio.web.mlflow import artifacts, logged_models, payload, registry, responses, tracking
from cubestudio.web.mlflow.request import ANY, Call, Handler, authenticate
from cubestudio.web.mlflow.responses import UnknownEndpoint

ENDPOINTS = {**tracking.ENDPOINTS, **logged_models.ENDPOINTS, **artifacts.ENDPOINTS, **registry.ENDPOINTS}
"""Every endpoint whose path has no parameters."""


def handler_of(method: str, endpoint: str) -> Handler:
    """Return the handler of an endpoint. Raises UnknownEndpoint."""
    handler = ENDPOINTS.get((method, endpoint)) or ENDPOINTS.get((ANY, endpoint))
    if handler is not None:
        return handler
    if endpoint.startswith(logged_models.PREFIX):
        return logged_models.one_model
    raise UnknownEndpoint(f"{method} {endpoint} is not served here: this address takes what a step logs.")


class Api:
    """The handler of all endpoints below `/api/2.0/mlflow/`."""

    def __init__(self, ctx: AppContext):
        self._ctx = ctx

    async def call(self, request: Request) -> Response:
        """Serve a call in JSON."""
        target = await authenticate(self._ctx, request)
        if target is None:
            return responses.unauthenticated()
        raw = await read_limited(request, payload.MAX_BYTES)
        if raw is None:
            message = f"A request has {payload.MAX_BYTES} bytes at most."
            return responses.fault(413, "INVALID_PARAMETER_VALUE", message)
        method, endpoint = request.method, request.path_params["endpoint"]
        try:
            body = values.read(raw) if raw else {}
            if not isinstance(body, dict):
                raise ValueError("it is an object of names and values")
            call = Call(
                parts=self._ctx,
                target=target,
                method=method,
                endpoint=endpoint,
                body=body,
                query=request.query_params,
            )
            return responses.answer(await handler_of(method, endpoint)(call))
        except ValueError as error:
            return responses.fault(400, "INVALID_PARAMETER_VALUE", f"The request cannot be taken: {error}.")


async def redirect(request: Request) -> Response:
    """Redirect to the step in the console. The link that MLflow's client prints, "View run … at …", leads
    here; what follows its # is for MLflow's own pages."""
    run, step, item = (request.path_params[name] for name in ("run", "step", "item"))
    query = urlencode({"step": step} | ({} if item == "-" else {"item": item}))
    return RedirectResponse(f"/runs/{quote(run, safe='')}?{query}", 303)


def build(ctx: AppContext) -> Starlette:
    """Return the ASGI application."""
    api, files = Api(ctx), artifacts.Files(ctx)
    base = "/{run}/{step}/{item}"
    names = f"{base}/api/2.0/mlflow-artifacts/artifacts"
    routes = [
        Route(
            f"{base}/api/2.0/mlflow/{{endpoint:path}}", api.call, methods=["GET", "POST", "PATCH", "DELETE"]
        ),
        Route(names, files.list, methods=["GET"]),
        Route(f"{names}/{{path:path}}", files.read, methods=["GET"]),
        Route(f"{names}/{{path:path}}", files.write, methods=["PUT"]),
        Route(base, redirect, methods=["GET"]),
        Route(f"{base}/", redirect, methods=["GET"]),
    ]
    return Starlette(routes=routes, exception_handlers=responses.HANDLERS)
