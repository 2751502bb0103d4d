"""The way in: who gets through, what is handed on and what is not, and what happens to open connections."""

import asyncio
import contextlib
import hashlib

import httpx2
import pytest

from cubestudio.users import credentials


@pytest.fixture
async def open_one(studio):
    """(studio, a notebook that runs, a browser that is in)."""
    key = await studio.make()
    await studio.until(key, "RUNNING")
    async with studio.door(key) as http:
        yield studio, key, http


async def test_a_ticket_lets_one_browser_into_one_notebook_once(open_one):
    studio, key, _ = open_one
    base = f"http://127.0.0.1:{studio.port}"
    path = await studio.ticket(key)
    assert "ticket=" in path
    async with httpx2.AsyncClient() as one, httpx2.AsyncClient() as two:
        first = await one.get(base + path)
        cookie = first.headers["set-cookie"]
        assert first.status_code == 303 and "ticket" not in first.headers["location"]
        assert f"Path=/open/{key}/" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert (await two.get(base + path)).status_code == 401, "it was used"
        assert (await two.get(f"{base}/open/{key}/page")).status_code == 404
        other = await studio.make("other")
        assert (
            await one.get(f"{base}/open/{other}/page", headers={"cookie": cookie.split(";")[0]})
        ).status_code == 404
        late = await studio.ticket(key)
        wrong = late.replace(key, other, 1)
        assert (await two.get(base + wrong)).status_code == 401, "a ticket is for one notebook"
        assert (await two.get(f"{base}/")).status_code == 404
        assert (await two.get(f"{base}/healthz")).status_code == 200


async def test_what_is_handed_on(open_one):
    _, key, http = open_one
    odd = "a%20b%2Fc;d=%E4%B8%AD%3F?x=1&y=%20&z"
    answer = await http.get(
        odd,
        headers={
            "cookie": f"cube_open_{key}={http.cookies[f'cube_open_{key}']}; cube_session=s; mine=2",
            "authorization": "Bearer x",
        },
    )
    told = answer.json()
    assert told["path"] == "/" + odd, "the path goes through as it was written"
    headers = {name.lower(): value for name, value in told["headers"].items()}
    assert headers["cookie"] == "mine=2", "the platform's cookies stay with the platform"
    assert "authorization" not in headers and headers["x-forwarded-prefix"] == f"/open/{key}"
    given = answer.headers.get_list("set-cookie")
    assert given == ["theirs=1"], "nor can it set ours"


async def test_what_another_site_may_not(open_one):
    _, _, http = open_one
    assert (await http.post("x", headers={"origin": "http://evil.example"})).status_code == 403
    assert (
        await http.get("x", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})
    ).status_code == 403
    assert (
        await http.get("x", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
    ).status_code == 200
    assert (await http.post("x", headers={"origin": str(http.base_url).split("/open")[0]})).status_code == 200


async def test_a_page_gets_the_notice_and_nothing_else_does(open_one):
    _, key, http = open_one
    page = await http.get("page", headers={"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"})
    assert page.text == f"<html><body>hello</body></html><script src='/open/{key}/.cube/notice.js'></script>"
    assert int(page.headers["content-length"]) == len(page.content)
    assert (await http.get("page")).text == "<html><body>hello</body></html>"
    assert "keep" in (await http.get(".cube/notice.js")).text


async def test_large_bodies_go_both_ways_in_pieces(open_one):
    _, _, http = open_one
    piece, count = b"0123456789abcdef" * 4096, 512

    async def chunks():
        for _ in range(count):
            yield piece

    digest = hashlib.sha256(piece * count).hexdigest()
    assert (await http.post("up", content=chunks())).json() == {"size": len(piece) * count, "sha256": digest}
    size = 0
    async with http.stream("GET", "big/67108864") as answer:
        async for data in answer.aiter_raw():
            size += len(data)
    assert size == 67108864


async def raw_socket(studio, key, http):
    """A connection that was taken up as a WebSocket; the program echoes whatever comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", studio.port)
    cookie = f"cube_open_{key}={http.cookies[f'cube_open_{key}']}"
    writer.write(
        f"GET /open/{key}/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: "
        "websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v1.kernel\r\nCookie: {cookie}\r\n\r\n".encode()  # noqa: E501
    )
    head = await reader.readuntil(b"\r\n\r\n")
    return head, reader, writer


async def test_an_upgrade_goes_through_with_its_subprotocol(open_one):
    studio, key, http = open_one
    head, reader, writer = await raw_socket(studio, key, http)
    assert head.startswith(b"HTTP/1.1 101") and b"v1.kernel" in head
    for size in (1, 70_000, 3_000_000):
        writer.write(b"z" * size)
        assert await reader.readexactly(size) == b"z" * size
    writer.close()


@pytest.mark.parametrize("how", ["sign out", "no longer a member", "stopped"])
async def test_what_is_open_is_closed_when_it_may_no_longer_be(studio, how):
    platform = studio.platform
    person = await platform.person("mine")
    await platform.ask('mutation { setMember(project: "p", user: "mine", role: MEMBER) { __typename } }')
    async with platform.ctx.db.write() as tx:
        link = await credentials.link(tx, platform.ctx.settings, person.id)
        secret = await credentials.redeem(tx, platform.ctx.settings, link, "a browser")
    async with platform.ctx.db.read() as conn:
        viewer = (await credentials.by_session(conn, platform.ctx.settings, secret))[0]
    key = await studio.make(viewer=viewer)
    await studio.until(key, "RUNNING")
    async with studio.door(key, viewer) as http:
        _, reader, writer = await raw_socket(studio, key, http)
        if how == "sign out":
            await platform.ask("mutation { signOut { __typename } }", viewer)
        elif how == "stopped":
            await studio.say("stopNotebook", key, viewer)
        else:
            await platform.ask('mutation { removeMember(project: "p", user: "mine") { __typename } }')
        async with asyncio.timeout(120):
            assert await reader.read(1) == b"", "the connection was closed"
        writer.close()
        assert (await http.get("page")).status_code == (503 if how == "stopped" else 404)


async def test_each_change_of_access_closes_what_it_concerns_at_once(studio, monkeypatch):
    """Sockets and answers on their way, of many people to one shared notebook; nothing but an event closes
    anything here."""
    monkeypatch.setattr("cubestudio.gateway.notebooks.RECHECK_INTERVAL", 86_400)
    platform = studio.platform
    key = await studio.make()
    await studio.say("updateNotebook", key, rest=", sharing: EDIT")
    await studio.until(key, "RUNNING")
    await platform.ask('mutation { createGroup(input: {name: "team"}) { __typename } }')
    group = (await platform.ask("{ groups { nodes { id } } }"))["groups"]["nodes"][0]["id"]
    await platform.ask('mutation { setGroupRole(project: "p", group: "team", role: MEMBER) { __typename } }')
    people, open_ = {}, {}
    async with contextlib.AsyncExitStack() as stack:
        for name in ("token", "session", "closed", "member", "lowered", "grouped", "shared"):
            person = await platform.person(name)
            if name == "grouped":
                await platform.ask(
                    f'mutation {{ addGroupMember(id: "{group}", user: "grouped") {{ __typename }} }}'
                )
            else:
                await platform.ask(
                    f'mutation {{ setMember(project: "p", user: "{name}", role: MEMBER) {{ __typename }} }}'
                )
            async with platform.ctx.db.write() as tx:
                if name == "token":
                    token, secret = await credentials.make_token(tx, person, "t", 1)
                    people[name] = (await credentials.by_token(tx, secret))[0]
                else:
                    secret = await credentials.begin_session(tx, platform.ctx.settings, person.id, "b")
                    people[name] = (await credentials.by_session(tx, platform.ctx.settings, secret))[0]
            http = await stack.enter_async_context(studio.door(key, people[name]))
            _, reader, writer = await raw_socket(studio, key, http)
            stack.callback(writer.close)
            slow = await stack.enter_async_context(http.stream("GET", "big/1000000000000"))
            open_[name] = (reader, slow)

        async def closes(name, change):
            await platform.ask(
                f"mutation {{ {change} {{ __typename ... on Problem {{ message }} }} }}",
                people.get(name) if change == "signOut" else None,
            )
            reader, slow = open_.pop(name)
            async with asyncio.timeout(20):
                assert await reader.read(1) == b"", name
                if name != "lowered":  # who may look by now, and no more, goes on reading
                    with pytest.raises(httpx2.HTTPError):
                        async for _ in slow.aiter_raw():
                            pass
            for other, (reader, _) in open_.items():
                assert not reader.at_eof(), (name, other)

        await closes("token", f'revokeToken(id: "{token}")')
        await closes("session", "signOut")
        await closes("closed", f'updateUser(input: {{id: "{people["closed"].id}", deactivated: true}})')
        await closes("member", 'removeMember(project: "p", user: "member")')
        await closes("lowered", 'setMember(project: "p", user: "lowered", role: VIEWER)')
        await closes("grouped", f'removeGroupMember(id: "{group}", user: "grouped")')
        await closes("shared", f'updateNotebook(input: {{id: "{key}", sharing: NONE}})')


async def test_while_it_starts_people_are_told(studio):
    key = await studio.make(definition={"cpu": 0.1, "memory": "256Mi", "command": "exec sleep 1000"})
    await studio.until(key, "STARTING")
    async with studio.door(key) as http:
        page = await http.get("", headers={"sec-fetch-dest": "document"})
        assert page.status_code == 503 and "refresh" in page.text
        data = await http.get("api", headers={"sec-fetch-dest": "empty"})
        assert (
            data.status_code == 503
            and data.json()["state"] == "Starting"
            and data.headers["retry-after"] == "2"
        )
    await studio.say("stopNotebook", key)
    await studio.until(key, "STOPPED")


async def test_200_sockets_at_once(open_one):
    studio, key, http = open_one
    open_ = await asyncio.gather(*(raw_socket(studio, key, http) for _ in range(200)))

    async def echo(reader, writer, word):
        writer.write(word)
        assert await reader.readexactly(len(word)) == word

    for _ in range(3):
        await asyncio.gather(
            *(echo(reader, writer, f"{n:05d}".encode()) for n, (_, reader, writer) in enumerate(open_))
        )
    for _, _, writer in open_:
        writer.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_refused(studio, head):
    reader, writer = await asyncio.open_connection("127.0.0.1", studio.port)
    writer.write(head)
    writer.write_eof()
    said = b""
    async with asyncio.timeout(60):
        with contextlib.suppress(ConnectionResetError):
            said = await reader.read()
    assert not said or int(said.split()[1]) in (400, 404, 431), said[:200]
    writer.close()


async def test_s8_a_cookie_that_is_only_there_opens_nothing(studio):
    """The incumbent's notebooks are open to whoever sends a cookie of the right name."""
    key = await studio.make()
    await studio.until(key, "RUNNING")
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{studio.port}") as http:
        for cookie in (
            "myapp_username=admin",
            "cube_session=admin",
            f"cube_open_{key}=admin",
            "cube_open=admin",
        ):
            answer = await http.get(f"/open/{key}/page", headers={"cookie": cookie})
            assert answer.status_code in (401, 403, 404) and "hello" not in answer.text, cookie
        assert (await http.get(f"/open/{key}/page")).status_code in (401, 403, 404)
