"""HTTP as uvicorn speaks it, with bounds on what a client may keep from us: how long a request's head is, and
how long it takes to come. And WebSockets, to which frames can be written at once."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

from cubestudio.core.graph.frames import WRITE_NOW

MOST_HEAD = 64 * 1024
"""Bytes of a request line and its headers together."""
HEAD_SECONDS = 20.0
"""Until the head of a request is whole, from its first byte or from the beginning of the connection."""
BODY_SECONDS = 60.0
"""Between two parts of a body that somebody waits for."""


class LimitedHttp(HttpToolsProtocol):
    """A connection that is closed when its client is too slow or says too much before saying what it
    wants."""

    def __init__(self, *given: Any, **told: Any) -> None:
        super().__init__(*given, **told)
        self._heading = True
        self._head = 0
        self._began = self._heard = self.loop.time()
        self._timer: asyncio.TimerHandle | None = self.loop.call_later(HEAD_SECONDS, self._look)

    def data_received(self, data: bytes) -> None:
        self._heard = self.loop.time()
        if self._heading:
            if not self._head:
                self._began = self._heard
            self._head += len(data)
        super().data_received(data)
        if self._heading and self._head > MOST_HEAD and not self.transport.is_closing():
            self.send_400_response(f"The head of a request has {MOST_HEAD} bytes at most.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._heading = True

    def on_headers_complete(self) -> None:
        self._heading, head = False, self._head
        self._head = 0
        if head > MOST_HEAD and sum(len(name) + len(value) for name, value in self.headers) > MOST_HEAD:
            self._heading, self._head = True, head  # it came at once: it is refused all the same
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._heading:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._heading:
            super().on_message_complete()
            self._heading, self._head = True, 0
            self._began = self.loop.time()

    def handle_websocket_upgrade(self) -> None:
        self._rest()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        now = self.loop.time()
        busy = self.cycle is not None and not self.cycle.response_complete
        if self._heading and not busy:
            late = now - self._began > HEAD_SECONDS - 0.1
        else:
            late = (
                busy
                and self.cycle.more_body
                and not self.flow.read_paused
                and now - self._heard > BODY_SECONDS
            )
        if late:
            self._timer = None
            self.transport.close()
        else:
            self._timer = self.loop.call_later(HEAD_SECONDS / 2, self._look)


class Direct(WebSocketsSansIOProtocol):
    """A WebSocket whose application may write frames that it made itself, without waiting."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope[WRITE_NOW] = self._write_now  # ty: ignore

    def _write_now(self, frame: bytes) -> bool:
        """False when the client does not keep up, when messages are compressed, and when the connection is
        not open."""
        if (
            not self.writable.is_set()
            or self.conn.extensions
            or self.conn.state is not State.OPEN
            or self.transport.is_closing()
        ):
            return False
        self.transport.write(frame)
        return True
