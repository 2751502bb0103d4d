"""Sockets that listen, in a process of their own: `listeners.py PORT TOKEN COUNT QUERY VARIABLES`. Prints
`ready` when all have asked; then, for each line with a number, how many messages they have had once these are
as many."""

import asyncio
import base64
import json
import os
import sys


class Listener(asyncio.Protocol):
    """Counts the messages of one WebSocket without decoding them."""

    total = 0
    acknowledged = 0
    wanted = 0
    reached = asyncio.Event()

    def __init__(self, token: str, payload: dict):
        self._token, self._payload = token, payload
        self._head, self._data, self._open, self._acknowledged = b"", bytearray(), False, False

    def connection_made(self, transport):
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            "GET /graphql HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
        )
        more = (
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: graphql-transport-ws",
            f"Authorization: Bearer {self._token}",
        )
        transport.write("\r\n".join((*lines, *more, "", "")).encode())

    def _send(self, kind: int, data: bytes) -> None:
        size = (
            bytes((kind, 0x80 | len(data)))
            if len(data) < 126
            else bytes((kind, 0xFE)) + len(data).to_bytes(2, "big")
        )
        self._transport.write(size + b"\0\0\0\0" + data)

    def _say(self, message: dict) -> None:
        self._send(0x81, json.dumps(message).encode())

    def data_received(self, data):
        if not self._open:
            self._head += data
            head, there, data = self._head.partition(b"\r\n\r\n")
            if not there:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._open = True
            self._say({"type": "connection_init"})
        self._data += data
        while len(self._data) >= 2:
            short = self._data[1]
            start, size = (4, int.from_bytes(self._data[2:4], "big")) if short == 126 else (2, short)
            if len(self._data) < start + size:
                return
            kind, message = self._data[0], bytes(self._data[start : start + size])
            del self._data[: start + size]
            if kind == 0x89:  # a ping
                self._send(0x8A, message)
                continue
            assert kind == 0x81, (kind, message)
            if self._acknowledged:
                Listener.total += 1
                if Listener.total == Listener.wanted:
                    Listener.reached.set()
            else:
                self._acknowledged = True
                Listener.acknowledged += 1
                self._say({"id": "1", "type": "subscribe", "payload": self._payload})


async def main(port: int, token: str, count: int, query: str, variables: str) -> None:
    loop = asyncio.get_running_loop()
    payload = {"query": query, "variables": json.loads(variables)}
    for _ in range(count):
        await loop.create_connection(lambda: Listener(token, payload), "127.0.0.1", port)
    while Listener.acknowledged < count:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        Listener.wanted = int(line)
        if Listener.total < Listener.wanted:
            await Listener.reached.wait()
        Listener.reached.clear()
        print(Listener.total, flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]))
