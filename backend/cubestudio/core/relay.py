"""HTTP over byte streams that are not sockets of ours: one request and its answer, or one handed on whole,
WebSockets too."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import h11

from cubestudio.core import messages, tasks
from cubestudio.core.cluster.port import Link
from cubestudio.core.errors import Unavailable

PIECE = 2**18
Headers = Sequence[tuple[bytes, bytes]]
_HOP = {
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"te",
    b"trailer",
    b"upgrade",
    b"expect",
    b"proxy-connection",
}


class Side:
    """One end of HTTP/1.1 over two functions: `receive` gives bytes and b"" at the end, `send` returns when
    more may be sent."""

    def __init__(
        self, role: Any, receive: Callable[[], Awaitable[bytes]], send: Callable[[bytes], Awaitable[None]]
    ):
        self.http = h11.Connection(role, max_incomplete_event_size=2**17)
        self.receive = receive
        self.send = send

    async def next(self) -> h11.Event | type[h11.PAUSED]:
        """The next event; reads as long as there is none."""
        while (event := self.http.next_event()) is h11.NEED_DATA:
            if self.http.they_are_waiting_for_100_continue:
                await self.say(h11.InformationalResponse(status_code=100, headers=[]))
            self.http.receive_data(await self.receive())
        return event  # ty: ignore

    async def say(self, event: h11.Event) -> None:
        if data := self.http.send(event):
            await self.send(data)

    @property
    def rest(self) -> bytes:
        """What came after the last message, for a connection that is no longer HTTP."""
        return bytes(self.http.trailing_data[0])


def passed(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Headers that are about the message and not about the connection that it came by."""
    named = {
        word.strip().lower()
        for name, value in headers
        if name.lower() == b"connection"
        for word in value.split(b",")
    }
    return [(name, value) for name, value in headers if name.lower() not in _HOP | named]


async def fetch(
    link: Link,
    path: str,
    headers: Sequence[tuple[str, str]],
    most: int = 2**20,
    method: str = "GET",
    sent: bytes = b"",
) -> tuple[int, bytes]:
    """Ask for one small thing: (status, body)."""
    side = Side(h11.CLIENT, link.receive, link.send)
    length = [("content-length", str(len(sent)))] if sent or method not in ("GET", "HEAD") else []
    try:
        await side.say(
            h11.Request(
                method=method,
                target=path,
                headers=[("host", "localhost"), ("connection", "close"), *length, *headers],
            )
        )
        if sent:
            await side.say(h11.Data(data=sent))
        await side.say(h11.EndOfMessage())
        status, body = 0, b""
        while not isinstance(event := await side.next(), h11.EndOfMessage | h11.ConnectionClosed):
            if isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > most:
                    raise Unavailable(messages.RELAY_TOO_LARGE(path=path, most=most))
        return status, body
    except (h11.ProtocolError, OSError) as error:
        raise Unavailable(messages.RELAY_NOT_HTTP(path=path, problem=error)) from error


class Broken(Exception):
    """The server's side ended before it had answered; nothing was sent back yet."""


async def hand_on(
    down: Side,
    up: Side,
    request: h11.Request,
    answer: Callable[[h11.Response], tuple[h11.Response, bytes]],
    sent: bytes | None = None,
    heard: Callable[[bytes], None] | None = None,
) -> bool:
    """Hand a request, whose head is `request`, on to `up` and the answer back to `down`, both ways at once
    and in pieces. `answer` may change the head of the answer and put bytes after its body; `sent` is the body
    of the request when that was read already; `heard` is told the pieces of the answer. True when the whole
    request was handed on, so that `down` may go on with another, whatever `up` makes of its connection; when
    the server takes up another protocol, bytes go both ways until either side ends."""
    try:
        await up.say(request)
    except (OSError, h11.LocalProtocolError) as error:
        raise Broken(str(error)) from error
    sending = asyncio.create_task(
        _whole(sent, up) if sent is not None else _body(down, up), name="request body"
    )
    try:
        if not await _hand_back(down, up, sending, answer, heard):
            return False
        return sending.done() and not sending.cancelled() and sending.exception() is None
    finally:
        await tasks.end([sending])


async def _hand_back(
    down: Side,
    up: Side,
    sending: asyncio.Task[None],
    answer: Callable[[h11.Response], tuple[h11.Response, bytes]],
    heard: Callable[[bytes], None] | None,
) -> bool:
    """Hand the answer of `up` back to `down`. Return False when the server took up another protocol instead,
    and bytes went both ways until either side ended."""
    tail, began = b"", False
    while True:
        event = await _next(up, began=began)
        if isinstance(event, h11.InformationalResponse):
            if event.status_code == 101:
                await sending
                await down.say(h11.InformationalResponse(status_code=101, headers=event.headers.raw_items()))
                await splice(down, up)
                return False
        elif isinstance(event, h11.Response):
            head, tail = answer(event)
            began = True
            await down.say(head)
        elif isinstance(event, h11.Data):
            if heard:
                heard(bytes(event.data))
            await down.say(h11.Data(data=event.data))
        elif isinstance(event, h11.EndOfMessage):
            if tail:
                await down.say(h11.Data(data=tail))
            await down.say(h11.EndOfMessage())
            return True
        elif not began:
            raise Broken("it closed the connection")
        else:
            raise h11.RemoteProtocolError("the server ended within its answer")


async def _next(up: Side, *, began: bool) -> Any:
    """Return what comes next of an answer. Raises Broken when the server ends before it `began`."""
    try:
        return await up.next()
    except (h11.RemoteProtocolError, OSError) as error:
        if not began:
            raise Broken(str(error)) from error
        raise


async def _body(down: Side, up: Side) -> None:
    while isinstance(event := await down.next(), h11.Data):
        await up.say(h11.Data(data=event.data))
    if isinstance(event, h11.EndOfMessage):
        await up.say(h11.EndOfMessage())


async def _whole(sent: bytes, up: Side) -> None:
    if sent:
        await up.say(h11.Data(data=sent))
    await up.say(h11.EndOfMessage())


async def splice(down: Side, up: Side) -> None:
    """Bytes both ways until either side ends."""

    async def pour(first: bytes, source: Side, sink: Side) -> None:
        if first:
            await sink.send(first)
        while data := await source.receive():
            await sink.send(data)

    both = [asyncio.create_task(pour(down.rest, down, up)), asyncio.create_task(pour(up.rest, up, down))]
    try:
        done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except OSError:
        return
    finally:
        await tasks.end(both)
