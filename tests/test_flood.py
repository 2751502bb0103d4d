"""What the HTTP side is sent by those who mean harm: it answers or closes, keeps its memory, and others are
served meanwhile."""

import asyncio
import json
import os

import httpx2
import psutil
import pytest
import websockets
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.parts import Server, folder

pytestmark = pytest.mark.xdist_group("flood")
HOST = b"Host: localhost\r\n"
POST = b"POST /graphql HTTP/1.1\r\n" + HOST
SMUGGLED = b"0\r\n\r\nGET /health HTTP/1.1\r\n" + HOST + b"\r\n"
REFUSED = {
    "two lengths of a body": POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED,
    "in the other order": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n" + SMUGGLED,
    "lengths that differ": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "a list of lengths": POST + b"Content-Length: 5, 6\r\n\r\nabcdef",
    "a negative length": POST + b"Content-Length: -5\r\n\r\nabcdef",
    "a signed length": POST + b"Content-Length: +5\r\n\r\nabcdef",
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + SMUGGLED,
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n" + SMUGGLED,
    "a folded header": b"GET /health HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    "bare line feeds": b"GET /health HTTP/1.1\nHost: localhost\n\n",
    "a zero in a header": b"GET /health HTTP/1.1\r\nHost: local\x00host\r\n\r\n",
    "a zero in a path": b"GET /he\x00alth HTTP/1.1\r\n" + HOST + b"\r\n",
    "a chunk beyond all numbers": POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc",
    "a long line": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a long header": b"GET /health HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "many headers": b"GET /health HTTP/1.1\r\n"
    + HOST
    + b"".join(b"X%d: a\r\n" % number for number in range(20_000))
    + b"\r\n",
    "a tunnel": b"CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}
HEADERS = {"x-cube-request": "1"}


@pytest.fixture(scope="module")
def server():
    with folder() as home:
        made = Server(home)
        yield made
        assert made.process.poll() is None, "it is still there"
        made.stop()


def memory(server) -> float:
    """MiB."""
    return psutil.Process(server.process.pid).memory_info().rss / 2**20


async def raw(server, data: bytes) -> bytes:
    """All that is answered to bytes until the connection is closed, or nothing more comes for a while."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    found = b""
    try:
        writer.write(data)
        async with asyncio.timeout(5):
            while part := await reader.read(65536):
                found += part
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return found


async def served(server) -> None:
    """Others are answered."""
    async with httpx2.AsyncClient(base_url=server.url, timeout=20) as http:
        assert (await http.get("/health")).status_code == 200


async def test_what_is_no_request_is_refused_and_carries_no_second_one(server):
    before = memory(server)
    for name, data in REFUSED.items():
        answer = await raw(server, data)
        assert (answer.startswith(b"HTTP/1.1 400") and answer.count(b"HTTP/1.1 ") == 1) or answer == b"", (
            name,
            answer[:200],
        )
    assert memory(server) < before + 30
    await served(server)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", POST, POST + b"Content-Type: application/json\r\n", b"GET /"]),
)
def test_any_bytes_are_answered_without_a_bug(server, data, start):
    async def ask():
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(start + data + b"\r\n\r\n")
        writer.write_eof()
        try:
            async with asyncio.timeout(20):
                return await reader.read(100)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    assert not asyncio.run(ask()).startswith(b"HTTP/1.1 5")


async def test_a_huge_body_is_refused_while_it_comes(server):
    async def parts():
        for _ in range(2000):
            yield b"x" * 65536

    before = memory(server)
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as http:
        for path in ("/graphql", "/auth/link", "/files/x/y", "/api/tracking/x"):
            try:
                answer = await http.post(path, content=parts(), headers={"content-type": "application/json"})
                assert 400 <= answer.status_code < 500, (path, answer.status_code)
            except httpx2.TransportError:
                pass  # it was closed before it had said all
        deep = await http.post(
            "/graphql", content=b"[" * 200_000, headers={"content-type": "application/json"}
        )
        assert deep.status_code == 400
    assert memory(server) < before + 40


async def test_documents_that_would_take_long_are_refused_unread(server):
    with server.script() as client:
        token = client.execute(
            'mutation { createToken(input: {name: "flood"}) { ... on NewToken { secret } } }'
        )["createToken"]["secret"]
    headers = HEADERS | {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=server.url, timeout=60, headers=headers) as http:
        before = memory(server)
        for query, code in (
            ("{ projects { nodes { id } } }", None),
            ("{ " + "health " * 200_000 + "}", "TOO_LARGE"),
            ("{ #" + "a" * 900_000 + "\nhealth }", "TOO_LARGE"),
            ("{ " + " ".join(f"a{number}: health" for number in range(1_000)) + " }", "TOO_LARGE"),
            ("{ __schema { types " + "{ fields { type " * 200 + "{ name }" + " } }" * 200 + " } }", ""),
            ("query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }", ""),
        ):
            answer = (await http.post("/graphql", json={"query": query})).json()
            if code is None:
                assert "errors" not in answer
            else:
                extensions = answer["errors"][0].get("extensions") or {}
                assert answer.get("data") is None and (not code or extensions.get("code") == code), (
                    query[:60],
                    answer,
                )
        assert memory(server) < before + 40


async def test_slow_clients_and_idle_sockets_hinder_nobody(server):
    before, going = memory(server), []
    try:
        for head in (
            POST + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
            b"GET /health HTT",
        ):
            for _ in range(200):
                _, writer = await asyncio.open_connection("127.0.0.1", server.port)
                writer.write(head)
                going.append(writer)
        await served(server)
        sockets = [
            await websockets.connect(
                f"ws://localhost:{server.port}/graphql",
                subprotocols=["graphql-transport-ws"],
                origin=server.url,
            )
            for _ in range(1000)
        ]
        await served(server)
        assert memory(server) < before + 120
        async with asyncio.timeout(60):
            codes = [await _closed(each) for each in sockets]
        assert set(codes) == {4408}, "who does not say who they are is not kept"
    finally:
        for writer in going:
            writer.close()


async def _closed(socket) -> int:
    await socket.wait_closed()
    return socket.close_code


async def test_a_request_that_does_not_come_is_given_up(monkeypatch):
    """A head that trickles and a body that stops, on a clock of seconds instead of a minute."""
    from uvicorn import Config
    from uvicorn import Server as Uvicorn

    from cubestudio.web import http_limits
    from tests.parts import free_port

    monkeypatch.setattr(http_limits, "HEAD_SECONDS", 0.6)
    monkeypatch.setattr(http_limits, "BODY_SECONDS", 0.6)

    async def app(scope, receive, send):
        if scope["type"] == "http":
            while (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})

    port = free_port()
    uvicorn = Uvicorn(
        Config(
            app,
            port=port,
            http=http_limits.LimitedHttp,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.create_task(uvicorn._serve())
    while not uvicorn.started:
        await asyncio.sleep(0.01)
    try:

        async def speak(parts, pause):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            found = b""
            try:
                async with asyncio.timeout(60):
                    for part in parts:
                        writer.write(part)
                        await asyncio.sleep(pause)
                    while data := await reader.read(1000):
                        found += data
            except ConnectionError:
                pass
            writer.close()
            return found

        assert await speak([b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 12], 0.2) == b""
        assert await speak([], 0) == b"", "nor one that never says anything"
        assert await speak([POST + b"Content-Length: 100\r\n\r\n", b"abc"], 0) == b""
        slow = await speak(
            [POST + b"Connection: close\r\nContent-Length: 4\r\n\r\n", b"a", b"b", b"c", b"d"], 0.3
        )
        assert slow.startswith(b"HTTP/1.1 200"), "a body that comes slowly comes"
    finally:
        uvicorn.should_exit = True
        await serving


async def test_a_flood_of_subscriptions_ends_at_the_bound(server):
    with server.script() as client:
        token = client.execute(
            'mutation { createToken(input: {name: "sockets"}) { ... on NewToken { secret } } }'
        )["createToken"]["secret"]
    address = f"ws://localhost:{server.port}/graphql"
    before = memory(server)
    async with websockets.connect(
        address, subprotocols=["graphql-transport-ws"], origin=server.url
    ) as socket:
        await socket.send(
            json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        )
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        hearing = asyncio.create_task(
            socket.recv()
        )  # while it speaks: one that does not listen is closed for that
        for number in range(2000):
            await socket.send(
                json.dumps(
                    {
                        "id": str(number),
                        "type": "subscribe",
                        "payload": {"query": "subscription { runsChanged { cursor } }"},
                    }
                )
            )
            if hearing.done():
                break
        try:
            refused = json.loads(await hearing)
            assert refused["type"] == "error" and "256 open subscriptions" in refused["payload"][0]["message"]
        except (
            websockets.ConnectionClosed
        ) as closed:  # it speaks faster than it can be answered, on a busy machine
            assert closed.rcvd.code == 4413
        await served(server)
    assert memory(server) < before + 40
    async with websockets.connect(
        address, subprotocols=["graphql-transport-ws"], origin=server.url, max_size=None
    ) as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.send("x" * 8_000_000)
            await socket.recv()
        assert closed.value.rcvd.code == 1009
    for text in ("", "[", "null", "1", '{"type": 1}', '{"type": "subscribe"}', os.urandom(20).hex()):
        async with websockets.connect(
            address, subprotocols=["graphql-transport-ws"], origin=server.url
        ) as socket:
            await socket.send(text)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await socket.recv()
            assert 4000 <= closed.value.rcvd.code < 5000, text
