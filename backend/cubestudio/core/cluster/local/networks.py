"""The networks of projects on this machine, one for each that runs something (see `runtime.networks`)."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
from ipaddress import IPv4Network
from pathlib import Path

import orjson

from cubestudio.core import log
from cubestudio.core.cluster.local.runtime.networks import RESOLVER
from cubestudio.core.cluster.local.runtime.processes import BOOT, ticks
from cubestudio.core.cluster.local.spawn import Forkserver, Network
from cubestudio.core.config import Settings

logger = log.get(__name__)
PROGRAM = "pasta"
SECONDS = 20.0
RESOLV = "networks/resolv.conf"
"""Below the platform's folder: what pods of a network see as /etc/resolv.conf."""
IDLE = 600.0
"""Seconds after which a network without pods is ended."""


class Networks:
    """`problem`: why pods share the network of the machine, if they do."""

    def __init__(self, folder: Path, settings: Settings, forkserver: Forkserver):
        self._folder = folder / "networks"
        self._settings = settings
        self._forkserver = forkserver
        self._program = shutil.which(PROGRAM)
        self.problem: str | None = "the sandbox is off"
        self._known: dict[str, Network] = {}
        self._coming: dict[str, asyncio.Future[Network | None]] = {}
        self._rests: dict[str, float] = {}
        """When a network was first seen without a pod."""

    def _resolve(self) -> None:
        """Write a file that pods see as /etc/resolv.conf, because the machine's resolver may be reached at
        its own loopback only."""
        file = self._folder / "resolv.conf"
        lines = [f"nameserver {RESOLVER}"]
        with contextlib.suppress(OSError):
            lines += [
                line
                for line in Path("/etc/resolv.conf").read_text().splitlines()
                if line.startswith(("search", "options", "domain"))
            ]
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o644)

    @staticmethod
    def possible(settings: Settings) -> str | None:
        """Why there cannot be any, as far as is known without a try."""
        if settings.local_network == "host":
            return "CUBE_LOCAL_NETWORK is host"
        if not settings.local_sandbox:
            return "the sandbox is off"
        if not shutil.which(PROGRAM):
            return f"the program {PROGRAM} is not installed (Debian, Ubuntu and Fedora: package passt)"
        return None

    def open(self) -> None:
        """Once it is known what the kernel allows: take up the networks of an earlier life."""
        self._folder.mkdir(exist_ok=True)
        self._resolve()
        self.problem = self.possible(self._settings) or (
            None if self._forkserver.sandbox.namespaces else "the sandbox is off"
        )
        for file in self._folder.glob("*.json"):
            with contextlib.suppress(OSError, orjson.JSONDecodeError, KeyError):
                told = orjson.loads(file.read_bytes())
                if (
                    told["boot"] == BOOT
                    and ticks(told["pid"]) == told["ticks"]
                    and told["ports"] == self._ports()
                ):
                    self._known[file.stem] = Network(file.stem, told["pid"])

    def _ports(self) -> list[int]:
        """What is reached of the machine at the loopback of a network: the platform, and what the settings
        say."""
        ours = [self._settings.port, self._settings.gateway_port or self._settings.port + 1]
        return [port for port in dict.fromkeys([*ours, *self._settings.local_shared_ports]) if port]

    def _closed(self) -> list[str]:
        """What pods do not reach: the other addresses of this machine, at which more may listen than is meant
        for them, and link-local addresses, at which clouds hand out credentials; but what an administrator
        lists, and where the platform itself answers."""
        import psutil

        listed = [
            network for network in self._settings.allowed_private_networks if isinstance(network, IPv4Network)
        ]
        found = {"169.254.0.0/16"}
        for addresses in psutil.net_if_addrs().values():
            found |= {f"{each.address}/32" for each in addresses if each.family == socket.AF_INET}
        return sorted(
            text
            for text in found
            if not (network := IPv4Network(text)).is_loopback
            and text != f"{self._settings.host}/32"
            and not any(network.subnet_of(each) for each in listed)
        )

    def found(self, name: str) -> Network | None:
        """A network that is ready."""
        if (known := self._known.get(name)) and ticks(known.holder):
            self._rests.pop(name, None)
            return known
        self._known.pop(name, None)
        return None

    async def ready(self, name: str) -> Network | None:
        """The network of a project, made when there is none; None when none can be made, which is said
        once."""
        if network := self.found(name):
            return network
        if self.problem:
            return None
        if name not in self._coming:
            self._coming[name] = asyncio.get_running_loop().create_future()
            self._request(name)
        try:
            async with asyncio.timeout(SECONDS):
                return await asyncio.shield(self._coming[name])
        except TimeoutError:
            self._fail("nothing came of the request for one")
            return None

    def _request(self, name: str) -> None:
        self._forkserver.network(name, self._program or PROGRAM, self._ports(), self._closed())

    def request_again(self) -> None:
        """The forkserver that heard the last requests is gone: the next one is asked."""
        for name in self._coming:
            self._request(name)

    def _fail(self, problem: str) -> None:
        logger.warning("projects share the network of this machine", reason=problem)
        self.problem = problem

    def reported(self, name: str, holder: int, problem: str | None) -> None:
        """The forkserver tells what became of a request."""
        network = None
        if problem:
            self._fail(problem)
        else:
            network = self._known[name] = Network(name, holder)
            told = {"pid": holder, "ticks": ticks(holder), "boot": BOOT, "ports": self._ports()}
            (self._folder / f"{name}.json").write_bytes(orjson.dumps(told))
        coming = self._coming.pop(name, None)
        if coming and not coming.done():
            coming.set_result(network)

    def rest(self, needed: set[str], at: float) -> None:
        """End networks that no pod has needed for a while. `at`: now, in seconds."""
        for name in list(self._known):
            if name in needed:
                self._rests.pop(name, None)
            elif at - self._rests.setdefault(name, at) > IDLE:
                self.end(name)

    def end(self, name: str) -> None:
        network = self._known.pop(name, None)
        self._rests.pop(name, None)
        (self._folder / f"{name}.json").unlink(missing_ok=True)
        if network and ticks(network.holder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(network.holder, signal.SIGKILL)

    def close(self, needed: set[str]) -> None:
        """The control plane ends: networks without pods end with it."""
        for name in list(self._known):
            if name not in needed:
                self.end(name)
