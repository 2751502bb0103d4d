"""Requests of the platform to addresses that people give: which it makes, to what, and what it says of the
others."""

import asyncio
import base64
import contextlib
import ipaddress

import httpx2
import pytest

from cubestudio.core.auth.oauth import Providers
from cubestudio.core.config import Settings
from cubestudio.core.http import client
from cubestudio.core.http.client import Guarded, Refused, rule
from cubestudio.core.settings.sign_in import Provider
from cubestudio.projects.registries import lookup
from cubestudio.projects.registries.spec import Door, Name, door, of_registry
from tests.conftest import started

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
REFUSED = {
    "loopback": ("127.0.0.1", "127.255.1.1", "::1"),
    "private": (
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "fd00::1",
        "fd00:ec2::254",
        "fec0::1",
        "198.18.0.1",
    ),
    "link-local": ("169.254.169.254", "fe80::1"),
    "multicast": ("224.0.0.1", "ff02::1", "239.1.2.3"),
    "unspecified": ("0.0.0.0", "::"),
    "reserved": ("240.0.0.1", "255.255.255.255", "0.1.2.3", "2001:db8::1", "192.0.2.1"),
    "stands for an IPv4 one": (
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001::1",
    ),
}


@contextlib.asynccontextmanager
async def serving(answer):
    """A server of HTTP at a free port of loopback; `answer(head)` is all that it sends. Yields (port, heads
    of requests)."""
    heard = []

    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
            for piece in answer(heard[-1]):
                if isinstance(piece, float):
                    await asyncio.sleep(piece)
                else:
                    writer.write(piece)
                    await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()


def said(status, body=b"", **headers):
    told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return [
        f"HTTP/1.1 {status} x\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{told}\r\n".encode()
        + body
    ]


def passwords(heard):
    return [head for head in heard if "authorization: basic" in head.lower()]


@pytest.mark.parametrize(
    ("words", "address"), [(words, each) for words, all_ in REFUSED.items() for each in all_]
)
def test_addresses_that_are_not_public_are_refused_unless_they_are_listed(words, address):
    there = ipaddress.ip_address(address)
    assert words in (rule(there, ()) or "").replace("private or reserved", f"private {words}"), rule(
        there, ()
    )
    assert rule(there, (ipaddress.ip_network(there),)) is None


def test_public_addresses_are_not_refused():
    for each in ("8.8.8.8", "1.1.1.1", "2606:4700::1111", "140.205.1.1"):
        assert rule(ipaddress.ip_address(each), ()) is None, each


@pytest.mark.parametrize(
    "url",
    (
        "http://127.0.0.1:{}/",
        "http://localhost:{}/",
        "http://127.1:{}/",
        "http://2130706433:{}/",
        "http://0x7f.1:{}/",
        "http://[::ffff:127.0.0.1]:{}/",
        "http://0:{}/",
        "http://0.0.0.0:{}/",
        "http://[::]:{}/",
        "http://①27.0.0.1:{}/",
    ),
)
async def test_no_way_of_writing_loopback_reaches_it(url):
    async with serving(lambda head: said(200)) as (port, heard), Guarded() as http:
        with pytest.raises((httpx2.HTTPError, httpx2.InvalidURL)) as raised:
            await http.request("GET", url.format(port))
    assert heard == []
    if isinstance(raised.value, Refused):
        assert "CUBE_ALLOWED_PRIVATE_NETWORKS" in str(raised.value)


@pytest.mark.parametrize(
    "url",
    (
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a/",
        "//a.example/",
        "a.example",
        "http://",
        "unix:///x",
    ),
)
async def test_only_http(url):
    async with Guarded() as http:
        with pytest.raises((Refused, httpx2.InvalidURL)):
            await http.request("GET", url)


async def test_a_user_in_the_address_is_refused():
    async with Guarded(LOOPBACK) as http:
        with pytest.raises(Refused, match="own fields"):
            await http.request("GET", "http://a:b@127.0.0.1/")


async def test_a_name_is_resolved_once_and_no_rebinding_helps(monkeypatch):
    """The first answer for a name is public, the next one is loopback; and an address is asked for as it
    is."""
    asked = []

    async def resolve(host, port):
        asked.append(host)
        return [
            ipaddress.ip_address(
                "192.88.99.1" if host == "never" else "127.0.0.2" if len(asked) == 1 else "127.0.0.1"
            )
        ]

    monkeypatch.setattr(client, "resolve", resolve)
    listed = (ipaddress.ip_network("127.0.0.2/32"),)
    async with serving(lambda head: said(200)) as (port, heard), Guarded(listed) as http:
        with pytest.raises(httpx2.ConnectError):  # nothing listens there, and nobody asks a second time
            await http.request("GET", f"http://rebinding.example:{port}/")
        assert asked == ["rebinding.example"] and heard == []
        with pytest.raises(Refused, match=r"rebinding\.example, 127\.0\.0\.1, is a loopback address"):
            await http.request("GET", f"http://rebinding.example:{port}/")
    assert heard == []


async def test_of_several_addresses_the_public_ones_are_asked(monkeypatch):
    async def resolve(host, port):
        return [ipaddress.ip_address("10.0.0.1"), ipaddress.ip_address("127.0.0.1")]

    monkeypatch.setattr(client, "resolve", resolve)
    async with serving(lambda head: said(200, b"yes")) as (port, heard), Guarded(LOOPBACK) as http:
        answer = await http.request("GET", f"http://two.example:{port}/x")
        assert answer.body == b"yes" and f"host: two.example:{port}" in heard[0].lower()


async def test_no_redirect_is_followed_and_no_proxy_of_the_environment_asked(monkeypatch):
    async with serving(lambda head: said(302, location="http://169.254.169.254/")) as (port, heard):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
        async with Guarded(LOOPBACK) as http:
            assert (await http.request("GET", f"http://127.0.0.1:{port}/a")).status == 302
            assert len(heard) == 1 and heard[0].startswith("GET /a ")
            with pytest.raises(Refused):
                await http.request("GET", "http://10.0.0.1/")
    assert len(heard) == 1


async def test_answers_are_bounded_in_size_and_time():
    large = [b"HTTP/1.1 200 x\r\ncontent-length: 9999999\r\n\r\n", *[b"x" * 1000] * 9000]
    async with serving(lambda head: large) as (port, _), Guarded(LOOPBACK, most=100_000) as http:
        with pytest.raises(Refused, match="more than 100000 bytes"):
            await http.request("GET", f"http://127.0.0.1:{port}/")
    slow = [b"HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n", *[0.1, b"x"] * 100]
    async with serving(lambda head: slow) as (port, _), Guarded(LOOPBACK, seconds=0.5) as http:
        with pytest.raises(httpx2.ReadTimeout):
            await http.request("GET", f"http://127.0.0.1:{port}/")


def registry(realm, token=b'{"token": "t"}'):
    def answer(head):
        if head.startswith("GET /token"):
            return said(200, token)
        if "bearer t" in head.lower():
            return said(200, docker_content_digest="sha256:" + "a" * 64)
        return said(401, www_authenticate=f'Bearer realm="{realm}",service="s"')

    return answer


IMAGE = Name("x", "team/x", "1")


async def test_the_token_service_of_a_registry_gets_the_password_when_it_is_the_registrys():
    realm = []
    async with serving(lambda head: registry(realm[0])(head)) as (port, heard):
        realm.append(f"http://127.0.0.1:{port}/token")
        door = Door(where=f"127.0.0.1:{port}", username="u", password="secret", insecure=True)
        assert (await lookup.find(door, IMAGE, LOOPBACK)).digest == "sha256:" + "a" * 64
        assert [head.split()[1].partition("?")[0] for head in passwords(heard)] == [
            "/v2/team/x/manifests/1",
            "/token",
        ]
        assert base64.b64encode(b"u:secret").decode() in passwords(heard)[1]


@pytest.mark.parametrize("user", ("u", ""))
async def test_a_token_service_elsewhere_gets_no_password(user):
    realm = []
    async with (
        serving(lambda head: registry(realm[0])(head)) as (port, _),
        serving(lambda head: said(200, b"{}")) as (other, stolen),
    ):
        realm.append(f"http://localhost:{other}/token")
        found = await lookup.find(
            Door(where=f"127.0.0.1:{port}", username=user, password="secret" if user else "", insecure=True),
            IMAGE,
            LOOPBACK,
        )
    if user:
        assert stolen == [] and "does not get the password" in found.problem and "localhost" in found.problem
    else:
        assert len(stolen) == 1 and not passwords(stolen)


@pytest.mark.parametrize(
    "realm",
    (
        "http://169.254.169.254/token",
        "http://[::1]:1/token",
        "http://10.0.0.1/token",
        "file:///etc/passwd",
        "",
        "http://a:b@127.0.0.1/",
    ),
)
async def test_a_token_service_is_an_address_like_others(realm):
    async with serving(registry(realm)) as (port, _):
        found = await lookup.find(Door(where=f"127.0.0.1:{port}", insecure=True), IMAGE, LOOPBACK)
        assert found.problem and "was not asked" in found.problem, found
        assert await lookup.knock(Door(where=f"127.0.0.1:{port}", insecure=True), LOOPBACK) == found.problem


def test_which_hosts_are_of_a_registry():
    for host, of in (
        ("auth.docker.io", "registry-1.docker.io"),
        ("gitlab.com", "registry.gitlab.com"),
        ("ghcr.io", "ghcr.io"),
        ("auth.r.example", "r.example"),
        ("dockerauth.cn-hangzhou.aliyuncs.com", "registry.cn-hangzhou.aliyuncs.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("login.corp.com.cn", "hub.corp.com.cn"),
    ):
        assert of_registry(host, of), (host, of)
    for host, of in (
        ("evil.example", "r.example"),
        ("evil.com", "example.com"),
        ("evil.com.cn", "corp.com.cn"),
        ("evil.co.uk", "a.co.uk"),
        ("127.0.0.2", "127.0.0.1"),
        ("10.0.0.1.evil.example", "10.0.0.1"),
        ("evildocker.io", "registry-1.docker.io"),
        ("", "a.example.com"),
        ("x.0.0.1", "127.0.0.1"),
        ("::1", "::2"),
    ):
        assert not of_registry(host, of), (host, of)


def test_the_registry_of_the_site_is_trusted_and_one_of_a_project_is_not():
    site = door("hub.corp/x:1", (), "hub.corp/mirror")
    assert site and site.trusted and site.host == "hub.corp"
    own = door("hub.corp/x:1", (("hub.corp", Door(where="hub.corp")),), "hub.corp/mirror")
    assert own and not own.trusted


async def test_the_registry_of_the_site_may_have_any_address():
    async with serving(lambda head: said(404)) as (port, _):
        assert (
            await lookup.find(Door(where=f"127.0.0.1:{port}", insecure=True, trusted=True), IMAGE, ())
        ).absent
        problem = (await lookup.find(Door(where=f"127.0.0.1:{port}", insecure=True), IMAGE, ())).problem
        assert "127.0.0.1 is a loopback address" in problem and "CUBE_ALLOWED_PRIVATE_NETWORKS" in problem


async def test_a_project_cannot_have_the_platform_ask_inner_addresses(settings):
    closed = settings.model_copy(update={"allowed_private_networks": ()})
    async with started(closed) as platform, serving(lambda head: said(200)) as (port, heard):
        ask = (
            f'mutation {{ saveRegistry(input: {{project: "p", name: "r", prefix: "127.0.0.1:{port}", '
            "insecure: "
            f"true}}) {{ ... on Registry {{ id }} }} }}"
        )
        key = (await platform.ask(ask))["saveRegistry"]["id"]
        problem = (await platform.ask(f'{{ registryCheck(id: "{key}") {{ problem }} }}'))["registryCheck"][
            "problem"
        ]
        assert "127.0.0.1 is a loopback address" in problem
        image = f'{{ registryImage(image: "127.0.0.1:{port}/x", project: "p") {{ problem digest }} }}'
        assert "is a loopback address" in (await platform.ask(image))["registryImage"]["problem"]
    assert heard == []


async def test_providers_of_sign_in_redirect_nowhere():
    async with serving(lambda head: said(302, location="http://127.0.0.1:1/x")) as (port, heard):
        providers = Providers((Provider(name="corp", issuer=f"http://127.0.0.1:{port}", client_id="x"),))
        made = providers._oauth.corp
        with pytest.raises((httpx2.HTTPError, ValueError)):
            await made.load_server_metadata()
    assert len(heard) == 1


def test_the_setting_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("CUBE_ALLOWED_PRIVATE_NETWORKS", '["10.1.0.0/16", "fd00::/8"]')
    allowed = Settings(home=tmp_path).allowed_private_networks
    assert rule(ipaddress.ip_address("10.1.2.3"), allowed) is None and rule(
        ipaddress.ip_address("10.2.2.3"), allowed
    )
