"""GraphQL over WebSocket (graphql-transport-ws). Equal subscriptions of one viewer share one execution and one encode."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from cubestudio.core import log
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.errors import Refusal
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.executor import Schema

logger = log.get(__name__)
PROTOCOL = "graphql-transport-ws"
STATES = {"runUpdated", "podUpdated"}
"""Subscriptions that tell the present and then each newer present: who comes later starts with the last one told."""
MOST_WAITING = 1_000
MOST_SUBSCRIPTIONS = 200
RECHECK = 60.0
"""Seconds between looks whether the session is still good."""


@dataclass(eq=False)
class Group:
    """One execution and those who hear it: (socket, id of their subscription)."""

    members: set[tuple["Socket", str]] = field(default_factory=set)
    task: asyncio.Task | None = None
    last: bytes | None = None


class Hub:
    """All sockets' subscriptions in this process."""

    def __init__(self, schema: Schema):
        self.schema = schema
        self.groups: dict[bytes, Group] = {}
        self.sockets = 0

    def join(self, key: bytes | None, socket: "Socket", name: str, context: Context, payload: dict) -> Group:
        group = self.groups.get(key) if key else None
        if group is None:
            group = Group()
            if key:
                self.groups[key] = group
            group.task = asyncio.create_task(self._run(key, group, context, payload))
        elif group.last is not None:
            socket.send(b'{"id":' + orjson.dumps(name) + b',"type":"next","payload":' + group.last + b"}")
        group.members.add((socket, name))
        return group

    def leave(self, group: Group, socket: "Socket", name: str) -> None:
        group.members.discard((socket, name))
        if not group.members and group.task:
            group.task.cancel()
            for key, found in list(self.groups.items()):
                if found is group:
                    del self.groups[key]

    async def _run(self, key: bytes | None, group: Group, context: Context, payload: dict) -> None:
        results: AsyncIterator[Any] | None = None
        try:
            started = await self.schema.subscribe(
                payload["query"],
                variable_values=payload.get("variables"),
                operation_name=payload.get("operationName"),
                context_value=context,
            )
            if not hasattr(started, "__aiter__"):
                self._tell(group, b"error", orjson.dumps([error.formatted for error in started.errors or []]))
                return
            results = started
            async for result in results:
                body = orjson.dumps(_body(result))
                if key:
                    group.last = body
                self._tell(group, b"next", body)
            self._tell(group, b"complete", None)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("a subscription broke")
            self._tell(group, b"error", b'[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL"}}]')
        finally:
            if results is not None:
                with contextlib.suppress(Exception, asyncio.CancelledError):
                    await results.aclose()
            if key and self.groups.get(key) is group:
                del self.groups[key]

    def _tell(self, group: Group, kind: bytes, body: bytes | None) -> None:
        tail = b',"type":"' + kind + (b'","payload":' + body + b"}" if body is not None else b'"}')
        for socket, name in list(group.members):
            socket.send(b'{"id":' + socket.quoted(name) + tail)
            if kind != b"next":
                socket.ended(name)


def _body(result: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    return body


class Socket:
    """One connection."""

    def __init__(self, hub: Hub, websocket: WebSocket, admit: Callable[[dict], Any], context: Callable[[Viewer], Context]):
        self._hub = hub
        self._websocket = websocket
        self._admit = admit
        self._context = context
        self._viewer: Viewer | None = None
        self._params: dict = {}
        self._subscriptions: dict[str, Group | asyncio.Task] = {}
        self._names: dict[str, bytes] = {}
        self._out: asyncio.Queue[bytes | tuple[int, str]] = asyncio.Queue(MOST_WAITING)

    def quoted(self, name: str) -> bytes:
        return self._names.get(name) or orjson.dumps(name)

    def send(self, message: bytes) -> None:
        """Put a message into the queue; a client that does not read is closed, and resumes by its cursor."""
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
        self._names.pop(name, None)

    async def serve(self) -> None:
        """Speak until either side ends."""
        await self._websocket.accept(PROTOCOL)
        if PROTOCOL not in self._websocket.scope.get("subprotocols", ()):
            await self._websocket.close(4406, "Subprotocol not acceptable")
            return
        self._hub.sockets += 1
        tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._read()), asyncio.create_task(self._recheck())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.sockets -= 1
            for task in tasks:
                task.cancel()
            for name, running in list(self._subscriptions.items()):
                self._drop(name, running)
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._websocket.application_state == WebSocketState.CONNECTED:
                with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                    await self._websocket.close(1001)

    def _drop(self, name: str, running: Group | asyncio.Task) -> None:
        self.ended(name)
        if isinstance(running, Group):
            self._hub.leave(running, self, name)
        else:
            running.cancel()

    async def _write(self) -> None:
        while True:
            message = await self._out.get()
            if isinstance(message, tuple):
                await self._websocket.close(*message)
                return
            await self._websocket.send({"type": "websocket.send", "text": message.decode()})

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK)
            if self._viewer and await self._admit(self._params) is None:
                await self._websocket.close(4403, "Signed out")
                return

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(15) as patience:
                while True:
                    text = await self._websocket.receive_text()
                    try:
                        message = orjson.loads(text)
                        kind = message["type"]
                    except (orjson.JSONDecodeError, KeyError, TypeError):
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
                self._params = message.get("payload") or {}
                self._viewer = await self._admit(self._params)
                if self._viewer is None:
                    self.close(4403, "Sign in first")
                    return False
                self.send(b'{"type":"connection_ack"}')
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
                running = self._subscriptions.get(message.get("id"))
                if running is not None:
                    self._drop(message["id"], running)
            case _:
                self.close(4400, "Not a message of this protocol")
                return False
        return True

    def _subscribe(self, message: dict) -> bool:
        name, payload = message.get("id"), message.get("payload")
        if not isinstance(name, str) or not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
            self.close(4400, "Not a message of this protocol")
            return False
        if name in self._subscriptions:
            self.close(4409, f"Subscriber for {name} already exists")
            return False
        if len(self._subscriptions) >= MOST_SUBSCRIPTIONS:
            self.send(
                orjson.dumps({"id": name, "type": "error", "payload": [{"message": f"{MOST_SUBSCRIPTIONS} subscriptions are the most"}]})
            )
            return True
        assert self._viewer is not None
        context = self._context(self._viewer)
        self._names[name] = orjson.dumps(name)
        query = payload["query"].lstrip()
        if not query.startswith("subscription"):
            task = asyncio.create_task(self._once(name, context, payload))
            self._subscriptions[name] = task
            return True
        share = any(state in query for state in STATES)
        key = None
        if share:
            key = orjson.dumps(
                [
                    self._viewer.id,
                    self._viewer.admin,
                    self._viewer.auditor,
                    self._viewer.run,
                    self._viewer.project,
                    query,
                    payload.get("variables"),
                    payload.get("operationName"),
                ]
            )
        self._subscriptions[name] = self._hub.join(key, self, name, context, payload)
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
            self.send(orjson.dumps({"id": name, "type": "next", "payload": _body(result)}))
            self.send(orjson.dumps({"id": name, "type": "complete"}))
        except Refusal as refusal:
            self.send(
                orjson.dumps({"id": name, "type": "error", "payload": [{"message": refusal.message, "extensions": refusal.extensions}]})
            )
        finally:
            self.ended(name)
