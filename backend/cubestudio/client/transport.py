"""GraphQL over HTTP and server-sent events, for the generated client.

Why a subscription is resumed here and not by each caller: a connection breaks silently when a laptop sleeps
or a proxy restarts, and only what reads the stream notices that the server's pings are missing."""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import httpx2


class Refused(Exception):
    """The platform refused a mutation. `problem`: {code, message, field, hint, faults}."""

    def __init__(self, problem: dict[str, Any]):
        message = problem["message"]
        for fault in problem.get("faults") or ():
            message += f"\n  {fault['field'] or ''}: {fault['message']}" + (
                f" ({fault['hint']})" if fault["hint"] else ""
            )
        if problem.get("hint") and not problem.get("faults"):
            message += f" {problem['hint']}"
        super().__init__(message)
        self.problem = problem


class Failed(Exception):
    """A request failed. `errors`: those of GraphQL; `code`: the code of the first one."""

    def __init__(self, errors: list[dict[str, Any]]):
        super().__init__("; ".join(error["message"] for error in errors))
        self.errors = errors
        self.code = (errors[0].get("extensions") or {}).get("code", "INTERNAL") if errors else "INTERNAL"


class Silent(Exception):
    """A subscription had no data for too long, although the connection is alive."""


PINGS = 45.0
"""Seconds without any byte after which a subscription's connection is dead: the server sends a comment every
15 seconds."""


class Transport:
    """One platform and one token. `url` is the platform's address, without /graphql."""

    def __init__(self, url: str | None = None, token: str | None = None, timeout: float = 60):
        self.url = (
            url or os.environ.get("CUBE_URL") or os.environ.get("CUBE_API_URL") or "http://127.0.0.1:8000"
        ).rstrip("/")
        token = token or os.environ.get("CUBE_TOKEN")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.token = token
        self._http = httpx2.Client(base_url=self.url, headers=headers, timeout=timeout)

    def close(self) -> None:
        self._http.close()

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run an operation and return its data. Raises Failed."""
        response = self._http.post("/graphql", json={"query": query, "variables": variables or {}})
        try:
            body = response.json()
        except ValueError:
            raise Failed(
                [
                    {
                        "message": (
                            f"{self.url} answered with {response.status_code} and something that is "
                            "not GraphQL."
                        )
                    }
                ]
            ) from None
        if body.get("errors"):
            raise Failed(body["errors"])
        return body["data"]

    def subscribe(self, query: str, variables: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Yield a subscription's data until it ends. Raises Failed, and errors of httpx2 when the connection
        breaks."""
        with contextlib.closing(self._stream(query, variables, None)) as stream:
            for data in stream:
                if data is not None:
                    yield data

    def _stream(
        self, query: str, variables: dict[str, Any] | None, silence: float | None
    ) -> Generator[dict[str, Any] | None]:
        """Yield a subscription's data, and None for each ping of the server. Raises Silent when no data came
        for `silence` seconds."""
        headers = {"accept": "text/event-stream"}
        body = {"query": query, "variables": variables or {}}
        timeout = httpx2.Timeout(30, read=min(PINGS, silence or PINGS))
        last = time.monotonic()
        with self._http.stream("POST", "/graphql", json=body, headers=headers, timeout=timeout) as response:
            if "text/event-stream" not in response.headers.get("content-type", ""):
                response.read()
                raise Failed(response.json().get("errors") or [{"message": f"HTTP {response.status_code}"}])
            event = "message"
            for line in _lines(response.iter_bytes()):
                if line.startswith(":"):
                    if silence is not None and time.monotonic() - last > silence:
                        raise Silent
                    yield None
                elif line.startswith("event:"):
                    event = line[6:].strip()
                elif line.startswith("data:") and event == "next":
                    payload = json.loads(line[5:])
                    if payload.get("errors"):
                        raise Failed(payload["errors"])
                    yield payload["data"]
                    last = time.monotonic()
                elif line.startswith("data:") and event == "complete":
                    return
                elif not line:
                    event = "message"
        raise httpx2.RemoteProtocolError("The stream ended before the server said that it was over.")

    def download(self, url: str) -> bytes:
        """Return the bytes of an artifact or a log, by the `url` that an operation returned."""
        response = self._http.get(url)
        response.raise_for_status()
        return response.content

    def put(self, project: str, path: Path) -> str:
        """Upload a file to a project (by id), unless the project has it; return its SHA-256. Raises
        Failed."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            url = f"/files/{project}/{digest}"
            if self._http.head(url).status_code != 204:
                file.seek(0)
                length = {"content-length": str(path.stat().st_size)}
                response = self._http.put(
                    url, content=iter(lambda: file.read(2**20), b""), headers=length, timeout=None
                )
                if response.status_code != 204:
                    raise Failed([{"message": response.text.strip(), "extensions": {"code": "INVALID"}}])
        return digest

    def resumed(
        self,
        query: str,
        variables: dict[str, Any],
        cursor_of: Callable[[Any], Any] | None = None,
        *,
        patience: float = 60,
        silence: float = 30,
        lasting: bool = False,
    ) -> Iterator[dict[str, Any] | None]:
        """Yield a subscription's data, and subscribe again when the connection breaks; None about every 15
        seconds without data.

        It resumes after the last cursor, which `cursor_of` returns for data, and gives up after `patience`
        seconds. After `silence` seconds without data it starts from the present, so that a lost event delays
        and does not block; events may come twice. If cursors are positions in something `lasting`, such as a
        log, it resumes there instead. Raises Failed, and errors of httpx2."""
        broken_since: float | None = None
        now = variables
        while True:
            try:
                for data in self._stream(query, now, silence):
                    broken_since = None
                    if cursor_of and data is not None:
                        now = variables | {"since": cursor_of(data)}
                    yield data
                return
            except Silent:
                now = now if lasting else variables
            except httpx2.HTTPError as error:
                if isinstance(error, httpx2.ReadTimeout) and not lasting:
                    now = variables
                broken_since = broken_since or time.monotonic()
                if time.monotonic() - broken_since > patience:
                    raise
                time.sleep(0.5)


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    """Yield the lines of a stream of events. They end at line feeds only: JSON may contain other characters
    that Unicode defines as line ends."""
    waiting = b""
    for piece in pieces:
        *lines, waiting = (waiting + piece).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r").decode()
