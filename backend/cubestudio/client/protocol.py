"""GraphQL over HTTP and server-sent events, without input and output: what the synchronous and the
asynchronous transport share.

Why a subscription is resumed here and not by each caller: a connection breaks silently when a laptop sleeps
or a proxy restarts, and only what reads the stream notices that the server's pings are missing."""

import functools
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

from cubestudio.client.documents import FRAGMENTS, OPERATIONS
from cubestudio.client.errors import Failed, Refused

PINGS = 45.0
"""Seconds without any byte after which a subscription's connection is dead: the server sends a comment every
15 seconds."""
RETRY = 0.5
"""Seconds between two attempts to connect."""
PAGE = 100
"""Things of a list that are requested at once."""
UNSET: Any = type("Unset", (), {"__repr__": lambda _: "UNSET", "__bool__": lambda _: False})()
"""An argument that is not sent: the platform uses its default, or leaves a field as it is."""
Cursor = Callable[[Any], Any]


class Silent(Exception):
    """A subscription had no data for too long, although the connection is alive."""


@functools.cache
def document(name: str) -> str:
    """Return an operation with the fragments that it uses."""
    texts = {name: OPERATIONS[name]}
    missing = re.findall(r"\.\.\.(\w+)", OPERATIONS[name])
    while missing:
        fragment = missing.pop()
        if fragment not in texts:
            texts[fragment] = FRAGMENTS[fragment]
            missing += re.findall(r"\.\.\.(\w+)", FRAGMENTS[fragment])
    return "\n".join(texts.values())


def given(variables: Any) -> Any:
    """Return variables without those that are not set."""
    if not isinstance(variables, dict):
        return variables
    return {key: given(value) for key, value in variables.items() if value is not UNSET}


def body(query: str, variables: dict[str, Any] | None) -> dict[str, Any]:
    """Return the body of a request."""
    return {"query": query, "variables": variables or {}}


def data(response: httpx2.Response) -> dict[str, Any]:
    """Return the data of a response. Raises Failed."""
    try:
        found = response.json()
    except ValueError:
        message = f"{response.url} answered with HTTP status {response.status_code}, and not with GraphQL."
        raise Failed([{"message": message}]) from None
    if found.get("errors"):
        raise Failed(found["errors"])
    return found["data"]


def result(name: str, found: dict[str, Any]) -> Any:
    """Return what an operation yields. Raises Refused when that is a problem."""
    value = found[name]
    if isinstance(value, dict) and value.get("__typename") == "Problem":
        raise Refused({key.removeprefix("problem_"): each for key, each in value.items()})
    return value


def next_page(connection: dict[str, Any]) -> str | None:
    """Return the cursor of the page after this one; None when this is the last one."""
    page = connection["pageInfo"]
    return page["endCursor"] if page["hasNextPage"] else None


def refuse_stream(response: httpx2.Response) -> None:
    """Raise the error of a response that is no stream of events: HTTPStatusError when trying again may
    help, else Failed."""
    if response.status_code >= 500:
        response.raise_for_status()
    data(response)
    raise Failed([{"message": f"{response.url} answered with HTTP status {response.status_code}."}])


class Events:
    """The events of a subscription, read from the bytes of a response. `complete`: the server has said that
    the subscription is over."""

    def __init__(self, silence: float | None):
        self.complete = False
        self._silence = silence
        self._last = time.monotonic()
        self._waiting = b""
        self._event = "message"

    def feed(self, piece: bytes) -> Iterator[dict[str, Any] | None]:
        """Yield the data in some bytes, and None for each ping. Raises Failed; Silent when the last data came
        longer than `silence` seconds ago."""
        # Lines end at line feeds only: JSON may contain other characters that Unicode defines as line ends.
        *lines, self._waiting = (self._waiting + piece).split(b"\n")
        for line in lines:
            if not self.complete:
                yield from self._read(line.removesuffix(b"\r").decode())

    def _read(self, line: str) -> Iterator[dict[str, Any] | None]:
        if line.startswith(":"):
            if self._silence is not None and time.monotonic() - self._last > self._silence:
                raise Silent
            yield None
        elif line.startswith("event:"):
            self._event = line[6:].strip()
        elif line.startswith("data:") and self._event == "next":
            payload = json.loads(line[5:])
            if payload.get("errors"):
                raise Failed(payload["errors"])
            yield payload["data"]
            self._last = time.monotonic()
        elif line.startswith("data:") and self._event == "complete":
            self.complete = True
        elif not line:
            self._event = "message"


class Resumption:
    """Where a subscription continues after its connection broke; `variables` are for the next attempt."""

    def __init__(self, variables: dict[str, Any], cursor_of: Cursor | None, patience: float, lasting: bool):
        self.variables = self._first = variables
        self._cursor_of = cursor_of
        self._patience = patience
        self._lasting = lasting
        self._broken_since: float | None = None

    def received(self, data: dict[str, Any] | None) -> None:
        """Note that the connection works, and the cursor of data."""
        self._broken_since = None
        if self._cursor_of and data is not None and (cursor := self._cursor_of(data)) is not None:
            self.variables = self._first | {"since": cursor}

    def broken(self, error: Exception) -> float:
        """Return the seconds to wait before the next attempt. Raises the error when the connection has been
        broken for too long."""
        if isinstance(error, Silent | httpx2.ReadTimeout) and not self._lasting:
            self.variables = self._first
        if isinstance(error, Silent):
            return 0
        self._broken_since = self._broken_since or time.monotonic()
        if time.monotonic() - self._broken_since > self._patience:
            raise error
        return RETRY
