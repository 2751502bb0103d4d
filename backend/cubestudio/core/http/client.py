"""Requests over HTTP to addresses that people give, such as registries of images.

Whoever names an address has the platform connect to it, from inside its network. So a name is resolved once,
its addresses are checked, and the connection is made to one of these: what the name means a moment later does
not matter. Redirects are not followed, and answers are bounded in size and time."""

import asyncio
import functools
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

SECONDS = 5.0
"""How long a request may take, with its answer."""
MOST = 2**20
"""Bytes of an answer."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
EMBEDDING = tuple(
    ipaddress.ip_network(each)
    for each in (
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    )
)
"""IPv6 networks whose addresses stand for IPv4 ones: compatible, mapped, translated, NAT64, local NAT64,
Teredo, 6to4."""
WAY_OUT = "If this is intended, an administrator lists the network in CUBE_ALLOWED_PRIVATE_NETWORKS."


class Refused(httpx2.RequestError):
    """The platform makes no such request; the text names the rule and the way out."""


@dataclass(frozen=True)
class Answer:
    """A response: `headers` have lowercase names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def rule(address: Address, allowed: Sequence[Network]) -> str | None:
    """Return what keeps the platform from connecting to an address; None when nothing does. `allowed`:
    networks that an administrator lists."""
    if any(address in network for network in allowed if network.version == address.version):
        return None
    if (
        isinstance(address, ipaddress.IPv6Address)
        and any(address in network for network in EMBEDDING)
        and int(address) > 1
    ):
        return "is an IPv6 address that stands for an IPv4 one"
    if address.is_loopback:
        return "is a loopback address"
    if address.is_link_local:
        return "is a link-local address"
    if address.is_multicast:
        return "is a multicast address"
    if address.is_unspecified:
        return "is the unspecified address"
    if address.is_private or not address.is_global or getattr(address, "is_site_local", False):
        return "is a private or reserved address"
    return None


async def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a name, in the order of preference. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ipaddress.ip_address(each[4][0]) for each in found))


class Checked(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, allowed: Sequence[Network], trusted: Iterable[str]):
        self._allowed = allowed
        self._trusted = frozenset(trusted)
        self._backend: Any = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, *args: Any, **options: Any
    ) -> httpcore2.AsyncNetworkStream:
        try:
            addresses = await resolve(host, port)
        except (OSError, ValueError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"{host} cannot be resolved: {error}") from error
        if host not in self._trusted:
            rules = {address: rule(address, self._allowed) for address in addresses}
            if addresses and all(rules.values()):
                first = addresses[0]
                where = str(first) if str(first) == host else f"{host}, {first},"
                raise Refused(f"{where} {rules[first]}, to which the platform does not connect. {WAY_OUT}")
            addresses = [address for address in addresses if rules[address] is None]
        problem: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._backend.connect_tcp(str(address), port, *args, **options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                problem = error
        raise problem

    async def connect_unix_socket(self, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        raise httpcore2.UnsupportedProtocol("a UNIX socket is no address of the network")

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


@functools.cache
def _context() -> ssl.SSLContext:
    """The certificates, which take long to read."""
    return httpx2.create_ssl_context()


class Transport(httpx2.AsyncHTTPTransport):
    """The usual one over checked connections. No proxy of the environment applies: it would resolve the name
    again."""

    def __init__(self, allowed: Sequence[Network], trusted: Iterable[str]):
        super().__init__(verify=_context(), trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=_context(), network_backend=Checked(allowed, trusted)
        )


class Guarded:
    """A client for a few requests that belong together. `allowed`: networks that an administrator lists,
    besides the public ones; `trusted`: hosts that an administrator configured, whatever their addresses;
    `seconds`: of each request; `most`: bytes of each answer."""

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        *,
        trusted: Iterable[str] = (),
        seconds: float = SECONDS,
        most: int = MOST,
    ):
        self._seconds = seconds
        self._most = most
        self._client = httpx2.AsyncClient(
            transport=Transport(allowed, trusted), timeout=seconds, follow_redirects=False, trust_env=False
        )

    async def __aenter__(self) -> "Guarded":
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._client.__aexit__(*error)

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """Return the response to a request; a redirect is returned and not followed. Raises Refused,
        httpx2.HTTPError and httpx2.InvalidURL."""
        there = httpx2.URL(url)
        if there.scheme not in ("http", "https") or not there.host:
            raise Refused(
                f"{url[:200]} is no address with http:// or https:// and a host. Use such an address."
            )
        if there.userinfo:
            raise Refused("The address has a user name or password in it. Give these in their own fields.")
        told = {**(headers or {}), "accept-encoding": "identity"}
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream(
                    method,
                    there,
                    params=params,
                    headers=told,
                    auth=httpx2.BasicAuth(*auth) if auth else None,
                    content=content,
                ) as answer,
            ):
                body = bytearray()
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > self._most:
                        raise Refused(f"The answer of {there.host} has more than {self._most} bytes.")
                return Answer(
                    answer.status_code,
                    {name.lower(): value for name, value in answer.headers.items()},
                    bytes(body),
                )
        except TimeoutError as error:
            raise httpx2.ReadTimeout(f"no answer within {self._seconds:g} s") from error
