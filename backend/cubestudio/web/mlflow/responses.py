"""Responses in the form of MLflow's server: JSON, and errors with MLflow's codes."""

import contextlib
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from cubestudio.core.cluster import outputs
from cubestudio.core.errors import NotFound, Refusal, Unavailable


class UnknownEndpoint(Exception):
    """The endpoint is not served here: MLflow's ENDPOINT_NOT_FOUND."""


class AlreadyExists(Exception):
    """MLflow's RESOURCE_ALREADY_EXISTS."""


class DoesNotExist(Exception):
    """MLflow's RESOURCE_DOES_NOT_EXIST."""


ERRORS: dict[type[Exception], tuple[int, str]] = {
    AlreadyExists: (400, "RESOURCE_ALREADY_EXISTS"),
    DoesNotExist: (404, "RESOURCE_DOES_NOT_EXIST"),
    UnknownEndpoint: (404, "ENDPOINT_NOT_FOUND"),
}
"""The status and MLflow's code of each error."""


def answer(body: Any, status: int = 200) -> Response:
    """Return a response with JSON."""
    return Response(orjson.dumps(body), status, media_type="application/json")


def fault(status: int, code: str, message: str) -> Response:
    """Return an error in the form of MLflow's."""
    return answer({"error_code": code, "message": message}, status)


def unauthenticated() -> Response:
    """Return the response to a request without the token of the run in its path."""
    return fault(401, "UNAUTHENTICATED", "This token is not that of a run which is going on.")


async def failed(request: Request, error: Exception) -> Response:
    """Answer a request whose handler raised one of `ERRORS`."""
    return fault(*ERRORS[type(error)], str(error))


async def bad_path(request: Request, error: Exception) -> Response:
    """Answer a request whose file has a path that steps may not write."""
    message = f"The path of a file is a plain one with 500 characters at most: {error}."
    return fault(400, "INVALID_PARAMETER_VALUE", message)


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request whose handler raised a Refusal, after its body is read. A step that is not stored yet
    is there in a moment, so that the client is asked to try again."""
    assert isinstance(error, Refusal)
    with contextlib.suppress(Exception):
        async for _ in request.stream():
            pass
    again = isinstance(error, Unavailable | NotFound)
    return fault(
        503 if again else 400,
        "TEMPORARILY_UNAVAILABLE" if again else "INVALID_PARAMETER_VALUE",
        error.message,
    )


HANDLERS = {**dict.fromkeys(ERRORS, failed), outputs.Refused: bad_path, Refusal: refused}
"""How each exception of a handler is answered."""
