"""The form in which a client wants an answer of the graph, as the specification GraphQL over HTTP has it.

Some clients, such as urql, list every form that they can read, events included, and expect JSON for queries
and mutations. So where both are listed, the operation decides."""

from graphql import GraphQLError, OperationType, get_operation_ast
from orjson import JSONDecodeError
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive

from cubestudio.core.errors import Refusal
from cubestudio.core.graph.arguments import decode
from cubestudio.core.graph.guard import parsed

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
HTML = "text/html"
MOST_RANGES = 50
"""Media ranges of an Accept header that are read."""


def header_of(connection: HTTPConnection) -> str:
    """Return the Accept header of a request; several are one list."""
    return ", ".join(connection.headers.getlist("accept"))


def qualities(header: str) -> dict[str, float]:
    """Return the choices of an Accept header, or one like it, with their qualities from 0 to 1."""
    found: dict[str, float] = {}
    for each in header.lower().split(",")[:MOST_RANGES]:
        kind, *parameters = (piece.strip() for piece in each.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            found[kind] = min(max(float(quality), 0.0), 1.0)
        except ValueError:
            found[kind] = 1.0
    return found


def accepts(header: str, kind: str) -> bool:
    """Return whether an Accept header names a media type, not counting wildcards."""
    return qualities(header).get(kind, 0.0) > 0


def json_type(header: str) -> str:
    """Return the media type of an answer in JSON: the older one unless the newer is asked for."""
    found = qualities(header)
    newer = found.get(RESPONSE, 0.0)
    return RESPONSE if newer > 0 and newer >= found.get(JSON, 0.0) else JSON


def undecided(header: str) -> bool:
    """Return whether an Accept header lists both events and JSON, so that the operation decides."""
    return accepts(header, EVENTS) and (accepts(header, JSON) or accepts(header, RESPONSE))


def subscribes(body: bytes, most_tokens: int) -> bool:
    """Return whether a request's body is that of a subscription; what cannot be read is none."""
    try:
        sent = decode(body)
        if not isinstance(sent, dict) or not isinstance(sent.get("query"), str):
            return False
        document = parsed(sent["query"], most_tokens)
        operation = get_operation_ast(document, sent.get("operationName"))
    except (JSONDecodeError, ValueError, GraphQLError, Refusal, RecursionError):
        return False
    return operation is not None and operation.operation == OperationType.SUBSCRIPTION


def again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body which was read already, then what comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
