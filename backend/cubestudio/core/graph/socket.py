"""GraphQL over WebSocket (graphql-transport-ws). Equal subscriptions of one viewer share one execution and
one encode, and what they tell is written to a socket at once while its client keeps up.

A socket is a stream of its viewer: it is closed when their session or token ends (4403), or when they are
somebody else by now (4410). Each execution is a stream of what it shows: when its viewer may not see that any
more, those who hear it are told so and it ends."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from cubestudio.core import log, tasks
from cubestudio.core.auth.streams import Stream, Streams
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.connection_limits import Bounds
from cubestudio.core.errors import Refusal, SignedOut, TooMany
from cubestudio.core.graph import sharing
from cubestudio.core.graph.arguments import decode, encode
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.executor import Schema
from cubestudio.core.graph.frames import WRITE_NOW, framed
from cubestudio.core.graph.pace import Paces
from cubestudio.core.inputs.values import problem

logger = log.get(__name__)
PROTOCOL = "graphql-transport-ws"
MOST_WAITING = 1_000
GOODBYE = 1.0
"""Seconds for which the closing of a socket may wait for its client."""


@dataclass(eq=False)
class Group:
    """One execution and those who hear it: (socket, id of their subscription)."""

    members: set[tuple["Socket", str]] = field(default_factory=set)
    task: asyncio.Task | None = None
    replayed: bool = False
    """Whether who comes later is told first what was told last."""
    last: bytes | None = None


class Hub:
    """All sockets' subscriptions in this process."""

    def __init__(self, schema: Schema, streams: Streams, bounds: Bounds):
        self.schema = schema
        self.streams = streams
        self.bounds = bounds
        self.groups: dict[tuple[Viewer, bytes], Group] = {}
        self.sockets = 0
        self.paces = Paces()

    def join(self, socket: "Socket", name: str, context: Context, payload: dict) -> Group:
        kind = sharing.shared(payload, context.ctx.settings.max_query_tokens)
        key = None
        if (
            kind is not None and problem(payload.get("variables")) is None
        ):  # odd ones are refused, each by itself
            key = (
                context.who,
                encode([payload["query"], payload.get("variables"), payload.get("operationName")]),
            )
        group = self.groups.get(key) if key else None
        if group is None:
            group = Group(replayed=kind is sharing.PRESENT)
            if key:
                self.groups[key] = group
            group.task = asyncio.create_task(self._run(key, group, context, payload))
        elif group.last is not None:
            socket.send(_message(name, b"next", group.last))
        group.members.add((socket, name))
        return group

    def leave(self, group: Group, socket: "Socket", name: str) -> None:
        group.members.discard((socket, name))
        if not group.members and group.task:
            group.task.cancel()
            for key, found in list(self.groups.items()):
                if found is group:
                    del self.groups[key]

    async def _run(
        self, key: tuple[Viewer, bytes] | None, group: Group, context: Context, payload: dict
    ) -> None:
        try:
            with self.streams.open(None, context.viewer) as stream, stream.recording():
                await tasks.first(
                    {"subscription": self._hear(key, group, context, payload), "access": stream.ended()}
                )
        except Refusal as refusal:
            self._tell(group, b"error", _refused(refusal))
        finally:
            if key and self.groups.get(key) is group:
                del self.groups[key]

    async def _hear(
        self, key: tuple[Viewer, bytes] | None, group: Group, context: Context, payload: dict
    ) -> None:
        results: AsyncIterator[Any] | None = None
        try:
            started = await self.schema.subscribe(
                payload["query"],
                variable_values=payload.get("variables"),
                operation_name=payload.get("operationName"),
                context_value=context,
            )
            if not hasattr(started, "__aiter__"):
                self._tell(group, b"error", encode([error.formatted for error in started.errors or []]))
                return
            results = started
            async for result in results:
                body = encode(_body(result))
                if group.replayed:
                    group.last = body
                self._tell(group, b"next", body)
            self._tell(group, b"complete", None)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("a subscription broke")
            self._tell(
                group,
                b"error",
                b'[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL"}}]',
            )
        finally:
            if results is not None:
                with contextlib.suppress(Exception, asyncio.CancelledError):
                    await results.aclose()

    def _tell(self, group: Group, kind: bytes, body: bytes | None) -> None:
        messages = {name: _message(name, kind, body) for name in {name for _, name in group.members}}
        frames = {name: framed(message) for name, message in messages.items()}
        for socket, name in list(group.members):
            socket.send(messages[name], frames[name])
            if kind != b"next":
                socket.ended(name)


def _message(name: str, kind: bytes, body: bytes | None) -> bytes:
    """A message about the subscription with this id."""
    return (
        b'{"id":'
        + encode(name)
        + b',"type":"'
        + kind
        + (b'","payload":' + body + b"}" if body is not None else b'"}')
    )


def _refused(refusal: Refusal) -> bytes:
    return encode([{"message": refusal.message, "extensions": refusal.extensions}])


def _body(result: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    return body


def _operation(payload: dict) -> bool:
    """Whether this is an operation as the protocol has it."""
    shapes = (("variables", dict), ("operationName", str), ("extensions", dict))
    return isinstance(payload.get("query"), str) and all(
        payload.get(name) is None or isinstance(payload[name], shape) for name, shape in shapes
    )


class Socket:
    """One connection."""

    def __init__(
        self,
        hub: Hub,
        websocket: WebSocket,
        admit: Callable[[dict], Any],
        context: Callable[[Viewer], Context],
    ):
        self._hub = hub
        self._websocket = websocket
        self._admit = admit
        self._context = context
        self._stream: Stream | None = None
        self._held = contextlib.ExitStack()
        self._counted: dict[str, contextlib.ExitStack] = {}
        self._viewer: Viewer | None = None
        self._params: dict = {}
        self._subscriptions: dict[str, Group | asyncio.Task] = {}
        self._out: asyncio.Queue[bytes | tuple[int, str]] = asyncio.Queue(MOST_WAITING)
        self._idle = True
        """Whether nothing is being written."""
        self._write_now: Callable[[bytes], bool] | None = websocket.scope.get(WRITE_NOW)

    def send(self, message: bytes, frame: bytes | None = None) -> None:
        """Write a message at once if none waits before it, else put it into the queue; a client that does not
        read is closed, and resumes by its cursor. `frame`: the message as `framed` makes it, when that is
        known already."""
        if (
            self._idle
            and self._out.empty()
            and self._write_now is not None
            and self._write_now(frame or framed(message))
        ):
            return
        try:
            self._out.put_nowait(message)
        except asyncio.QueueFull:
            while not self._out.empty():
                self._out.get_nowait()
            self._out.put_nowait((4413, "too slow: reconnect and resume"))

    def close(self, code: int, reason: str) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._out.put_nowait((code, reason))

    def ended(self, name: str) -> None:
        self._subscriptions.pop(name, None)
        if counted := self._counted.pop(name, None):
            counted.close()

    async def serve(self) -> None:
        """Speak until either side ends."""
        await self._websocket.accept(PROTOCOL)
        if PROTOCOL not in self._websocket.scope.get("subprotocols", ()):
            await self._websocket.close(4406, "Subprotocol not acceptable")
            return
        self._hub.sockets += 1
        code, reason = 1001, ""
        try:
            with self._hub.streams.open(lambda: self._admit(self._params)) as self._stream, self._held:
                await tasks.first(
                    {"write": self._write(), "read": self._read(), "access": self._stream.ended()}
                )
        except SignedOut as refusal:
            code, reason = 4403, refusal.message
        except Refusal as refusal:
            code, reason = 4410, refusal.message
        except (RuntimeError, WebSocketDisconnect):
            pass  # it went while something was sent
        finally:
            self._hub.sockets -= 1
            for name, running in list(self._subscriptions.items()):
                self._drop(name, running)
            if self._websocket.application_state == WebSocketState.CONNECTED:
                with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
                    async with asyncio.timeout(GOODBYE):
                        await self._websocket.close(code, reason)

    def _drop(self, name: str, running: Group | asyncio.Task) -> None:
        self.ended(name)
        if isinstance(running, Group):
            self._hub.leave(running, self, name)
        else:
            running.cancel()

    async def _write(self) -> None:
        while True:
            self._idle = True
            message = await self._out.get()
            self._idle = False
            if isinstance(message, tuple):
                await self._websocket.close(*message)
                return
            await self._websocket.send({"type": "websocket.send", "text": message.decode()})

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(15) as patience:
                while True:
                    try:
                        message = decode(await self._websocket.receive_text())
                        kind = message["type"]
                    except (json.JSONDecodeError, KeyError, TypeError):
                        self.close(4400, "Not a message of this protocol")
                        return
                    if not await self._take(kind, message):
                        await asyncio.sleep(0.1)
                        return
                    if self._viewer and patience.when() is not None:
                        patience.reschedule(None)
        except TimeoutError:
            await self._websocket.close(4408, "Connection initialisation timeout")
        except WebSocketDisconnect:
            return

    async def _take(self, kind: str, message: dict) -> bool:
        match kind:
            case "connection_init":
                if self._viewer:
                    self.close(4429, "Too many initialisation requests")
                    return False
                params = message.get("payload") or {}
                if not isinstance(params, dict):
                    self.close(4400, "Not a message of this protocol")
                    return False
                return await self._enter(params)
            case "ping":
                self.send(b'{"type":"pong"}')
            case "pong":
                pass
            case "subscribe" if self._viewer is None:
                self.close(4401, "Unauthorized")
                return False
            case "subscribe":
                return self._subscribe(message)
            case "complete":
                name = message.get("id")
                running = self._subscriptions.get(name) if isinstance(name, str) else None
                if isinstance(name, str) and running is not None:
                    self._drop(name, running)
            case _:
                self.close(4400, "Not a message of this protocol")
                return False
        return True

    async def _enter(self, params: dict) -> bool:
        """Have somebody come in by the first message."""
        self._params = params
        viewer = await self._admit(params)
        if viewer is None:
            self.close(4403, "Sign in first")
            return False
        try:
            self._held.enter_context(self._hub.bounds.person(viewer.id))
        except TooMany as refusal:
            self.close(1013, refusal.message)
            return False
        self._viewer = viewer
        assert self._stream is not None
        self._stream.enter(viewer)
        self.send(b'{"type":"connection_ack"}')
        return True

    def _subscribe(self, message: dict) -> bool:
        name, payload = message.get("id"), message.get("payload")
        if not isinstance(name, str) or not isinstance(payload, dict) or not _operation(payload):
            self.close(4400, "Not a message of this protocol")
            return False
        if name in self._subscriptions:
            self.close(4409, f"Subscriber for {name} already exists")
            return False
        assert self._viewer is not None
        counted = contextlib.ExitStack()
        try:
            counted.enter_context(self._hub.bounds.subscription(self._viewer.id))
        except TooMany as refusal:
            self.send(_message(name, b"error", _refused(refusal)))
            return True
        self._counted[name] = counted
        context = self._context(self._viewer)
        if not payload["query"].lstrip().startswith("subscription"):
            task = asyncio.create_task(self._once(name, context, payload))
            self._subscriptions[name] = task
            return True
        self._subscriptions[name] = self._hub.join(self, name, context, payload)
        return True

    async def _once(self, name: str, context: Context, payload: dict) -> None:
        """A query or mutation over the socket."""
        try:
            result = await self._hub.schema.execute(
                payload["query"],
                variable_values=payload.get("variables"),
                operation_name=payload.get("operationName"),
                context_value=context,
            )
            self.send(_message(name, b"next", encode(_body(result))))
            self.send(_message(name, b"complete", None))
        except Refusal as refusal:
            self.send(_message(name, b"error", _refused(refusal)))
        finally:
            self.ended(name)
