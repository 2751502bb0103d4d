"""The sockets at which the platform answers: bound before anything else is done, so that nobody else takes
the port meanwhile, or inherited from a service manager, which then holds them also while the platform is
restarted."""

import errno
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from cubestudio.core.errors import Conflict

BACKLOG = 2048
FURTHER = 100
"""How many ports after the wanted one are tried where it may be another."""
LOOPBACK = ("127.0.0.1", "0.0.0.0")
"""Addresses for which people are given a link to `localhost`, which many programs look for at ::1 first: that
is taken, too, or a process of somebody else could answer there."""


@dataclass(frozen=True)
class Listening:
    """The sockets of one server, all of one port."""

    port: int
    sockets: tuple[socket.socket, ...]

    def close(self) -> None:
        for each in self.sockets:
            each.close()


def listen(host: str, port: int, setting: str, moves: bool) -> Listening:
    """Listen at a port (0: any free one). When it is taken: at the next free one if it `moves`, else
    Conflict, which says by whom."""
    last = min(port + FURTHER, 65535) if moves and port else port
    for candidate in range(port, last + 1):
        for _ in range(20 if port == 0 else 1):
            try:
                return _bound(host, candidate)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise refusal(host, candidate, setting, error) from error
    words = f"Port {port} ({setting}) is in use by {holder(port)}."
    if moves:
        words = f"No port from {port} ({setting}) to {last} is free."
    raise Conflict(words, hint=f"Stop that process, or set {setting} to another port.")


def _bound(host: str, port: int) -> Listening:
    made: list[socket.socket] = []
    try:
        for family, _, _, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            made.append(_socket(family, address[0], port or _port(made)))
        port = _port(made)
        if host in LOOPBACK and socket.has_ipv6:
            try:
                made.append(_socket(socket.AF_INET6, "::1", port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise  # else this machine has no IPv6
        return Listening(port, tuple(made))
    except BaseException:
        for each in made:
            each.close()
        raise


def _socket(family: int, address: str | int, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
        made.listen(BACKLOG)  # two sockets may be bound to one port until one of them listens
    except BaseException:
        made.close()
        raise
    return made


def _port(made: Sequence[socket.socket]) -> int:
    return made[0].getsockname()[1] if made else 0


def refusal(host: str, port: int, setting: str, error: OSError) -> Conflict:
    """Why nobody can listen there, whoever asks."""
    if error.errno == errno.EACCES:
        return Conflict(
            f"Port {port} ({setting}) is open to the administrator of this machine only.",
            hint="Use a port above 1023.",
        )
    return Conflict(
        f"The platform cannot listen at {host}: {error.strerror}.",
        hint="Set CUBE_HOST to an address of this machine, such as 127.0.0.1.",
    )


def holder(port: int) -> str:
    """Who listens at a port, as far as this machine says."""
    import psutil

    try:
        found = [
            each
            for each in psutil.net_connections("tcp")
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr[1] == port
        ]
        for each in found:
            if each.pid:
                process = psutil.Process(each.pid)
                return f"process {each.pid} ({process.name()}, user {process.username()})"
    except (psutil.Error, OSError):
        pass
    return "another process"


def inherited(handed: Sequence[tuple[str, int]]) -> tuple[Listening | None, Listening | None]:
    """The sockets of the console and of the gateway among those that a service manager handed over, as (name,
    descriptor): by the name `gateway`, else by their ports, the console's first. Conflict when one is no
    listening TCP socket."""
    console: list[socket.socket] = []
    gateway: list[socket.socket] = []
    for name, descriptor in handed:
        try:
            each = socket.socket(fileno=descriptor)
            good = each.family in (socket.AF_INET, socket.AF_INET6) and each.getsockopt(
                socket.SOL_SOCKET, socket.SO_ACCEPTCONN
            )
        except OSError:
            good = False
        if not good:
            raise Conflict(
                f"Descriptor {descriptor}, which LISTEN_FDS hands over, is not a listening TCP socket.",
                hint="Use ListenStream= with a port in the socket unit.",
            )
        each.setblocking(False)
        each.set_inheritable(False)
        first = _port(console)
        (gateway if name == "gateway" or (first and each.getsockname()[1] != first) else console).append(each)
    return tuple(Listening(_port(made), tuple(made)) if made else None for made in (console, gateway))  # ty: ignore
