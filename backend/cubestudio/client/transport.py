"""Speaking GraphQL over HTTP and SSE, for the generated client."""

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
    """The platform refuses a mutation; `problem` is {code, message, field, hint, faults}."""

    def __init__(self, problem: dict[str, Any]):
        words = problem["message"]
        for fault in problem.get("faults") or ():
            words += f"\n  {fault['field'] or ''}: {fault['message']}" + (
                f" ({fault['hint']})" if fault["hint"] else ""
            )
        if problem.get("hint") and not problem.get("faults"):
            words += f" {problem['hint']}"
        super().__init__(words)
        self.problem = problem


class Failed(Exception):
    """The request could not be answered; `errors` are GraphQL's, `code` the first one's code."""

    def __init__(self, errors: list[dict[str, Any]]):
        super().__init__("; ".join(error["message"] for error in errors))
        self.errors = errors
        self.code = (errors[0].get("extensions") or {}).get("code", "INTERNAL") if errors else "INTERNAL"


class Silent(Exception):
    """Nothing was heard of a subscription for long, not even that nothing changed."""


PINGS = 45.0
"""Seconds without any byte after which a subscription's connection is dead: the server sends a comment every
15."""


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
        """Run an operation; its data. Raises Failed."""
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
        """Hear a subscription's data until it ends. Raises Failed; httpx2 errors when the connection
        breaks."""
        with contextlib.closing(self._heard(query, variables, None)) as heard:
            for data in heard:
                if data is not None:
                    yield data

    def _heard(
        self, query: str, variables: dict[str, Any] | None, silence: float | None
    ) -> Generator[dict[str, Any] | None]:
        """The same, with None whenever the server says that it is there and nothing changed; Silent when no
        data came for `silence` seconds."""
        headers = {"accept": "text/event-stream"}
        body = {"query": query, "variables": variables or {}}
        timeout = httpx2.Timeout(30, read=min(PINGS, silence or PINGS))
        heard = time.monotonic()
        with self._http.stream("POST", "/graphql", json=body, headers=headers, timeout=timeout) as response:
            if "text/event-stream" not in response.headers.get("content-type", ""):
                response.read()
                raise Failed(response.json().get("errors") or [{"message": f"HTTP {response.status_code}"}])
            event = "message"
            for line in _lines(response.iter_bytes()):
                if line.startswith(":"):
                    if silence is not None and time.monotonic() - heard > silence:
                        raise Silent
                    yield None
                elif line.startswith("event:"):
                    event = line[6:].strip()
                elif line.startswith("data:") and event == "next":
                    told = json.loads(line[5:])
                    if told.get("errors"):
                        raise Failed(told["errors"])
                    yield told["data"]
                    heard = time.monotonic()
                elif line.startswith("data:") and event == "complete":
                    return
                elif not line:
                    event = "message"
        raise httpx2.RemoteProtocolError("The stream ended before the server said that it was over.")

    def download(self, url: str) -> bytes:
        """The bytes of an artifact or a log, by the url that the graph gave."""
        response = self._http.get(url)
        response.raise_for_status()
        return response.content

    def put(self, project: str, path: Path) -> str:
        """Put a file into the store of a project (by its id); its SHA-256. What is there already is not sent
        again."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            where = f"/files/{project}/{digest}"
            if self._http.head(where).status_code != 204:
                file.seek(0)
                length = {"content-length": str(path.stat().st_size)}
                response = self._http.put(
                    where, content=iter(lambda: file.read(2**20), b""), headers=length, timeout=None
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
        """`subscribe`, begun again when the connection breaks: after the last cursor, where `cursor_of` reads
        one. Gives up after `patience` seconds. After `silence` seconds without news it begins again from the
        present, so that news that got lost delays and does not hang; what is heard twice is the same. Where
        cursors are positions in something `lasting`, it begins again there. None about every 15 seconds in
        which nothing changed."""
        broken_since: float | None = None
        now = variables
        while True:
            try:
                for data in self._heard(query, now, silence):
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
    """The lines of a stream of events. They end at line feeds only: text in JSON may have other characters
    that Unicode calls line ends."""
    waiting = b""
    for piece in pieces:
        *lines, waiting = (waiting + piece).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r").decode()
