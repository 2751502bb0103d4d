"""What everything that works on this machine shares: where its folders are, what remembers, and who acts in
folders of projects."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from cubestudio.core import log
from cubestudio.core.cluster.local import folder as folders
from cubestudio.core.cluster.local import machine as machines
from cubestudio.core.cluster.local import uids
from cubestudio.core.cluster.local.agents import Agents, Owner
from cubestudio.core.cluster.local.environment import Environments
from cubestudio.core.cluster.local.homes import Homes
from cubestudio.core.cluster.local.networks import Networks
from cubestudio.core.cluster.local.spares import Shelf, Spares
from cubestudio.core.cluster.local.spawn import Forkserver
from cubestudio.core.cluster.local.state import State
from cubestudio.core.cluster.port import Observation
from cubestudio.core.config import Settings
from cubestudio.core.store import Store

logger = log.get(__name__)
SHARED = (
    "Whatever listens at 127.0.0.1, services and notebooks too, can be reached by the code of every project."
)
SEEN = Path("/cube")
"""Where a pod in a sandbox sees its part of our folder."""


class Site:
    """Folders, below `local` in the data folder: pods/<id> (see `folder`), folders/<project>/<name> (homes,
    volumes, caches), environments/<key>, spare (see `spares`), tools, root (where the sandbox is put
    together). Those of projects lie in folders of ours, which others may pass through and not list."""

    environments: Environments

    def __init__(self, settings: Settings, store: Store):
        self.settings = settings
        self.store = store
        self.local = settings.home / "local"
        settings.home.mkdir(parents=True, exist_ok=True)
        self.pods = self.local / "pods"
        for folder in (self.local, self.pods, self.local / "folders", self.local / "tools"):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)
        (self.local / "root").mkdir(exist_ok=True)
        self.state = State(self.local / "state.db")
        self.homes = Homes(self.local / "folders")
        self.machine = machines.look(settings)
        self.forkserver = Forkserver(
            self.local / "supervisor.log",
            {
                "local": str(self.local),
                "installation": uids.mark(self.local),
                "sandbox": settings.local_sandbox,
                "readable": machines.readable(settings),
                "writable": machines.writable(settings),
            },
        )
        self.networks = Networks(self.local, settings, self.forkserver)
        self.agents = Agents(self.forkserver)
        self.watchers: set[asyncio.Queue[Observation]] = set()
        """Who hears of every change."""
        self.spares: Spares | None = None
        self._blocks: list[range] = []
        self._status = self.local / "status.json"

    def admit(self) -> machines.Machine:
        """This machine with what the kernel allows, and what follows from that; Unavailable where it is not
        safe to run users' code."""
        self.forkserver.open()
        return machines.settle(self.machine, self.settings, self.forkserver.sandbox, self.local / "tools")

    def examine(self) -> None:
        """Set up what pods of this machine need, as far as the kernel allows it."""
        machine = self.admit()
        self.networks.open()
        if self.networks.problem:
            machine = replace(
                machine,
                notes=(
                    *machine.notes,
                    f"Pods share the network of this machine: {self.networks.problem}. {SHARED}",
                ),
            )
        if machine.isolated:
            self._blocks = uids.reserve(self.local)
        # who has namespaces of their own is shown what is theirs, whatever stands above it; others must walk
        # there
        self.settings.home.chmod(0o711 if machine.isolated and not machine.sandbox.namespaces else 0o700)
        self.machine = machine
        if machine.sandbox.namespaces:  # all processes of a pod end with its first one
            self.spares = Spares(self.local / "spare")
        builder = self._blocks[0][0] if machine.isolated else None
        self.environments = Environments(
            self.local,
            self.settings,
            machine,
            forkserver=self.forkserver,
            agents=self.agents,
            networks=self.networks,
            builder=builder,
        )
        self._status.write_bytes(
            orjson.dumps(
                {
                    "notes": machine.notes,
                    "isolated": machine.isolated,
                    "namespaces": machine.sandbox.namespaces,
                }
            )
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What an operator should know of this machine, as the process that drives it found."""
        return self.machine.notes if self.machine.python else tuple(self._told().get("notes", ()))

    @property
    def isolated(self) -> bool:
        """Whether each project's work has a user of its own, as the process that drives found; until it has
        looked, it is taken to be so."""
        return self.machine.isolated if self.machine.python else self._told().get("isolated", True)

    def _told(self) -> dict[str, Any]:
        try:
            return orjson.loads(self._status.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return {}

    def owner(self, project: str, *, builder: bool = False) -> Owner:
        """Whose rights a project's work has."""
        if not self.machine.isolated:
            return Owner()
        uid = self.state.uid(project, self._blocks)
        if uid is None:
            self._blocks = uids.reserve(self.local, more_than=len(self._blocks))
            uid = self.state.uid(project, self._blocks)
        assert uid is not None
        return Owner(uid, uids.subordinate(uid) if builder else None)

    def seen(self, path: str) -> Path:
        """A path below `local` as pods see it."""
        return (SEEN if self.machine.sandbox.namespaces else self.local) / path

    def run(self, pod: str) -> Path:
        """The folder of a pod's data as the pod sees it."""
        return SEEN / "run" if self.machine.sandbox.namespaces else self.pods / pod / "data"

    def shelf(self, project: str) -> Shelf | None:
        """Where data folders of a project wait for the next pod, if they do."""
        return self.spares.of(self.homes.of(project).name) if self.spares else None

    async def tidy(self, pod: str, owner: Owner, project: str | None = None) -> None:
        """Give back the space of a pod that has ended, or its folders to the next of the project."""
        empty = await self.agents.clear(
            owner, *(f"pods/{pod}/data/{name}" for name in folders.OWNED), *self._temporary(pod)
        )
        await asyncio.to_thread(
            folders.tidy, self.pods / pod, self.shelf(project) if project and empty else None
        )

    def _temporary(self, pod: str) -> list[str]:
        return [] if self.machine.sandbox.namespaces else [temporary(pod)]

    async def discard_pod(self, pod: str) -> None:
        """Delete the folder of a pod, whose processes are gone. Whose it was is told by the folder, which its
        owner cannot change."""
        folder = self.pods / pod
        if not folder.exists():
            return
        await self.tidy(pod, self._owner_of(folder / "data" / "work"))
        await asyncio.to_thread(folders.remove, folder)

    def _owner_of(self, folder: Path) -> Owner:
        """Whose a folder is that was given to a project. Builds of images may have handed it to another id of
        their namespace."""
        try:
            uid = uids.project(folder.lstat().st_uid)
        except OSError:
            return Owner()
        if not self.machine.isolated or not uid:
            return Owner()
        return Owner(uid, uids.subordinate(uid) if any(uid in block for block in self._blocks) else None)

    async def discard_folder(self, project: str, name: str | None = None) -> None:
        """Delete a folder of a project, or all of them."""
        folder = self.homes.of(project, name)
        if name is None and self.spares:
            await asyncio.to_thread(self.spares.forget, project)
        if not folder.exists():
            return
        for each in [folder] if name is not None else list(folder.iterdir()):
            owner = self._owner_of(each)
            await self.agents.clear(owner, f"folders/{project}/{each.name}")
            each.rmdir()
        if name is None:
            folder.rmdir()

    def close(self) -> None:
        self.agents.close()
        self.forkserver.close()
        self.state.close()


def temporary(pod: str) -> str:
    """A short path for temporary files, where a pod has no /tmp of its own: the address of a Unix socket has
    107 bytes at most."""
    return f"/tmp/cube-{pod.replace('-', '')[-16:]}"
