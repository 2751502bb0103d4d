"""The transport of the asynchronous client: as `transport`, with `async` and `await`."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any, Self

import httpx2

from cubestudio.client import protocol, types
from cubestudio.client.errors import Failed
from cubestudio.client.protocol import Cursor, Events, Resumption, Silent
from cubestudio.client.transport import STREAM, authorization, endpoint, stream_timeout


class AsyncTransport:
    """One platform and one token. `url` is the platform's address, without /graphql."""

    def __init__(self, url: str | None = None, token: str | None = None, timeout: float = 60):
        self.url, self.token = endpoint(url, token)
        headers = authorization(self.token)
        self._http = httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=timeout)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def execute(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run an operation and return its data. Raises Failed."""
        return protocol.data(await self._http.post("/graphql", json=protocol.body(query, variables)))

    async def subscribe(
        self, query: str, variables: dict[str, Any] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield a subscription's data until it ends. Raises Failed, and errors of httpx2 when the connection
        breaks."""
        async with contextlib.aclosing(self._stream(query, variables, None)) as stream:
            async for data in stream:
                if data is not None:
                    yield data

    async def resumed(
        self,
        query: str,
        variables: dict[str, Any],
        cursor_of: Cursor | None = None,
        *,
        patience: float = 60,
        silence: float | None = 30,
        lasting: bool = False,
    ) -> AsyncGenerator[dict[str, Any] | None]:
        """Yield a subscription's data, and subscribe again when the connection breaks; see
        `Transport.resumed`."""
        state = Resumption(variables, cursor_of, patience, lasting)
        while True:
            try:
                async with contextlib.aclosing(self._stream(query, state.variables, silence)) as stream:
                    async for data in stream:
                        state.received(data)
                        yield data
                return
            except (Silent, httpx2.HTTPError) as error:
                await asyncio.sleep(state.broken(error))

    async def _stream(
        self, query: str, variables: dict[str, Any] | None, silence: float | None
    ) -> AsyncGenerator[dict[str, Any] | None]:
        """Yield a subscription's data, and None for each ping of the server. Raises Silent when no data came
        for `silence` seconds."""
        body, timeout = protocol.body(query, variables), stream_timeout(silence)
        request = self._http.stream("POST", "/graphql", json=body, headers=STREAM, timeout=timeout)
        async with request as response:
            if "text/event-stream" not in response.headers.get("content-type", ""):
                await response.aread()
                protocol.refuse_stream(response)
            events = Events(silence)
            async for piece in response.aiter_bytes():
                for data in events.feed(piece):
                    yield data
                if events.complete:
                    return
        raise httpx2.RemoteProtocolError("The stream ended before the server said that it was over.")

    async def _run(self, name: str, variables: dict[str, Any]) -> Any:
        return protocol.result(name, await self.execute(protocol.document(name), protocol.given(variables)))

    async def _each(self, name: str, variables: dict[str, Any]) -> AsyncIterator[Any]:
        after: str | None = None
        while True:
            page = await self._run(name, variables | {"first": protocol.PAGE, "after": after})
            for node in page["nodes"]:
                yield node
            after = protocol.next_page(page)
            if after is None:
                return

    async def _subscribe(
        self, name: str, variables: dict[str, Any], resumes: bool = False, lasting: bool = False
    ) -> AsyncIterator[Any]:
        document, variables = protocol.document(name), protocol.given(variables)
        cursor_of = (lambda data: data[name]["cursor"]) if resumes else None
        stream = self.resumed(document, variables, cursor_of, silence=None, lasting=lasting)
        async with contextlib.aclosing(stream):
            async for data in stream:
                if data is not None:
                    yield data[name]

    async def follow(self, run: str) -> AsyncIterator[types.RunRow]:
        """Yield a run now and at each change of it or its steps, until it has ended."""
        async for change in self._subscribe("runChanged", {"id": run}, resumes=True):
            yield change["run"]

    async def download(self, url: str) -> bytes:
        """Return the bytes of an artifact or a log, by the `url` that an operation returned."""
        response = await self._http.get(url)
        response.raise_for_status()
        return response.content

    async def put(self, project: str, path: Path) -> str:
        """Upload a file to a project (by id), unless the project has it; return its SHA-256. Raises
        Failed."""
        with path.open("rb") as file:

            async def pieces() -> AsyncIterator[bytes]:
                while piece := await asyncio.to_thread(file.read, 2**20):
                    yield piece

            digest = (await asyncio.to_thread(hashlib.file_digest, file, "sha256")).hexdigest()
            url = f"/files/{project}/{digest}"
            if (await self._http.head(url)).status_code != 204:
                file.seek(0)
                length = {"content-length": str(path.stat().st_size)}
                response = await self._http.put(url, content=pieces(), headers=length, timeout=None)
                if response.status_code != 204:
                    raise Failed([{"message": response.text.strip(), "extensions": {"code": "INVALID"}}])
        return digest
