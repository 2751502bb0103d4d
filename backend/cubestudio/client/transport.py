"""GraphQL over HTTP and server-sent events, for the generated client."""

import contextlib
import hashlib
import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Self

import httpx2

from cubestudio.client import credentials, protocol, types
from cubestudio.client.errors import Failed
from cubestudio.client.protocol import Cursor, Events, Resumption, Silent

STREAM = {"accept": "text/event-stream"}


def endpoint(url: str | None, token: str | None) -> tuple[str, str | None]:
    """Return the address of a platform and a token for it: by default those of the environment, then those
    of `cubestudio login`."""
    url = url or os.environ.get("CUBE_URL") or os.environ.get("CUBE_API_URL") or credentials.current()
    url = (url or "http://127.0.0.1:8000").rstrip("/")
    return url, token or os.environ.get("CUBE_TOKEN") or credentials.token(url)


def authorization(token: str | None) -> dict[str, str]:
    """Return the headers that carry a token."""
    return {"authorization": f"Bearer {token}"} if token else {}


def stream_timeout(silence: float | None) -> httpx2.Timeout:
    """Return the timeouts of a subscription."""
    return httpx2.Timeout(30, read=min(protocol.PINGS, silence or protocol.PINGS))


class Transport:
    """One platform and one token. `url` is the platform's address, without /graphql."""

    def __init__(self, url: str | None = None, token: str | None = None, timeout: float = 60):
        self.url, self.token = endpoint(url, token)
        self._http = httpx2.Client(base_url=self.url, headers=authorization(self.token), timeout=timeout)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run an operation and return its data. Raises Failed."""
        return protocol.data(self._http.post("/graphql", json=protocol.body(query, variables)))

    def subscribe(self, query: str, variables: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Yield a subscription's data until it ends. Raises Failed, and errors of httpx2 when the connection
        breaks."""
        with contextlib.closing(self._stream(query, variables, None)) as stream:
            for data in stream:
                if data is not None:
                    yield data

    def resumed(
        self,
        query: str,
        variables: dict[str, Any],
        cursor_of: Cursor | None = None,
        *,
        patience: float = 60,
        silence: float | None = 30,
        lasting: bool = False,
    ) -> Generator[dict[str, Any] | None]:
        """Yield a subscription's data, and subscribe again when the connection breaks; None about every 15
        seconds without data.

        It resumes after the last cursor, which `cursor_of` returns for data, and gives up after `patience`
        seconds. After `silence` seconds without data it starts from the present, so that a lost event delays
        and does not block; events may come twice. If cursors are positions in something `lasting`, such as a
        log, it resumes there instead. Raises Failed, and errors of httpx2."""
        state = Resumption(variables, cursor_of, patience, lasting)
        while True:
            try:
                with contextlib.closing(self._stream(query, state.variables, silence)) as stream:
                    for data in stream:
                        state.received(data)
                        yield data
                return
            except (Silent, httpx2.HTTPError) as error:
                time.sleep(state.broken(error))

    def _stream(
        self, query: str, variables: dict[str, Any] | None, silence: float | None
    ) -> Generator[dict[str, Any] | None]:
        """Yield a subscription's data, and None for each ping of the server. Raises Silent when no data came
        for `silence` seconds."""
        body, timeout = protocol.body(query, variables), stream_timeout(silence)
        with self._http.stream("POST", "/graphql", json=body, headers=STREAM, timeout=timeout) as response:
            if "text/event-stream" not in response.headers.get("content-type", ""):
                response.read()
                protocol.refuse_stream(response)
            events = Events(silence)
            for piece in response.iter_bytes():
                yield from events.feed(piece)
                if events.complete:
                    return
        raise httpx2.RemoteProtocolError("The stream ended before the server said that it was over.")

    def _run(self, name: str, variables: dict[str, Any]) -> Any:
        return protocol.result(name, self.execute(protocol.document(name), protocol.given(variables)))

    def _each(self, name: str, variables: dict[str, Any]) -> Iterator[Any]:
        after: str | None = None
        while True:
            page = self._run(name, variables | {"first": protocol.PAGE, "after": after})
            yield from page["nodes"]
            after = protocol.next_page(page)
            if after is None:
                return

    def _subscribe(
        self, name: str, variables: dict[str, Any], resumes: bool = False, lasting: bool = False
    ) -> Iterator[Any]:
        document, variables = protocol.document(name), protocol.given(variables)
        cursor_of = (lambda data: data[name]["cursor"]) if resumes else None
        stream = self.resumed(document, variables, cursor_of, silence=None, lasting=lasting)
        with contextlib.closing(stream):
            for data in stream:
                if data is not None:
                    yield data[name]

    def follow(self, run: str) -> Iterator[types.RunRow]:
        """Yield a run now and at each change of it or its steps, until it has ended."""
        for change in self._subscribe("runChanged", {"id": run}, resumes=True):
            yield change["run"]

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
                content = iter(lambda: file.read(2**20), b"")
                response = self._http.put(url, content=content, headers=length, timeout=None)
                if response.status_code != 204:
                    raise Failed([{"message": response.text.strip(), "extensions": {"code": "INVALID"}}])
        return digest
