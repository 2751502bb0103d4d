"""What this machine has: cores, memory, graphics cards, and how far it can keep pods apart."""

import os
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import uv

from cubestudio.core.cluster.local.cards import Card, find
from cubestudio.core.cluster.local.spawn import Sandbox
from cubestudio.core.config import Settings
from cubestudio.core.errors import Unavailable


@dataclass(kw_only=True, frozen=True)
class Machine:
    """`cpu` cores, `memory` bytes and `cards` are fixed at start. The rest is known once the forkserver has
    tried what the kernel allows: `isolated`: each project has a user id of its own; `python`: the interpreter
    of environments and `uv`: the program that makes them, as pods see them; `notes`: what an operator should
    know."""

    name: str
    cpu: float
    memory: int
    cards: tuple[Card, ...]
    gpu_note: str | None
    sandbox: Sandbox = field(default_factory=Sandbox)
    isolated: bool = False
    python: str = ""
    uv: str = ""
    notes: tuple[str, ...] = ()


def _cgroup_limit() -> int | None:
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(path).read_text().strip()
        except OSError:
            continue
        if text.isdigit() and int(text) < 2**60:
            return int(text)
    return None


def reachable(path: Path, *, mode: int = 0o004) -> bool:
    """Whether any user of the machine can walk to this path and read it."""
    try:
        real = path.resolve(strict=True)
        return all(part.stat().st_mode & 0o001 for part in real.parents) and bool(real.stat().st_mode & mode)
    except OSError:
        return False


def look(settings: Settings) -> Machine:
    """Take stock."""
    cpu = settings.local_cpu or float(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    total = psutil.virtual_memory().total
    memory = settings.local_memory or int(min(total, _cgroup_limit() or total) * 0.9)
    cards, gpu_note = find()
    return Machine(name=os.uname().nodename, cpu=cpu, memory=memory, cards=cards, gpu_note=gpu_note)


def interpreter(settings: Settings) -> Path:
    """Python as environments shall have it: that of the settings, else ours."""
    return Path(settings.local_python or sys.executable).resolve()


def readable(settings: Settings) -> list[str]:
    """Paths of the machine that every pod must be able to read: where the interpreter is, and ours, when they
    are not part of the base system, the program that makes environments, and what the settings add."""
    prefixes = {interpreter(settings).parents[1], Path(sys.base_prefix)} - {Path("/"), Path("/usr")}
    return [
        *map(str, prefixes),
        uv.find_uv_bin(),
        *(each for each in settings.local_shared_folders if not each.endswith(":rw")),
    ]


def writable(settings: Settings) -> list[str]:
    return [each.removesuffix(":rw") for each in settings.local_shared_folders if each.endswith(":rw")]


def settle(machine: Machine, settings: Settings, sandbox: Sandbox, tools: Path) -> Machine:
    """What follows from what the kernel allows. `tools`: a folder for copies of programs that others cannot
    reach where they are. Raises Unavailable where users' code would have root's rights although the settings
    do not say so."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    notes: list[str] = []
    python, maker = interpreter(settings), Path(uv.find_uv_bin())
    if not settings.local_user_isolation:
        notes.append("All work runs under the platform's own user, because CUBE_LOCAL_USER_ISOLATION is off.")
    isolated = root and settings.local_user_isolation
    if isolated and not sandbox.namespaces:
        closed = [
            part for part in settings.home.resolve().parents if not part.stat().st_mode & 0o001
        ]  # the rest is ours, and lets them pass
        if closed:
            raise Unavailable(
                f"Code of users would run as root, because other users cannot enter {closed[-1]}, "
                f"and the kernel gives pods no namespaces: {sandbox.problem}.",
                hint="Set CUBE_HOME to a folder that every user can pass through, such as "
                "/var/lib/cubestudio. Only if you trust everybody who signs in, set "
                "CUBE_LOCAL_USER_ISOLATION=false.",
            )
        python, maker = _reached(python, tools, prefix=True), _reached(maker, tools, prefix=False)
    if not sandbox.namespaces:
        notes.append(
            "Pods see all of this machine that their user may see, because they cannot have "
            f"namespaces of their own: {sandbox.problem}."
        )
    if not (sandbox.namespaces or isolated):
        notes.append(
            "Whoever runs code here can read and change what others run here. Let only people in who "
            "trust each other."
        )
    if not sandbox.memory:
        notes.append(
            "Memory of pods is sampled once a second, because no memory control group can be made: a "
            "quick burst can pass unseen."
        )
    return replace(
        machine, sandbox=sandbox, isolated=isolated, python=str(python), uv=str(maker), notes=tuple(notes)
    )


def _reached(program: Path, tools: Path, *, prefix: bool) -> Path:
    """Where any user can start a program: where it is, else a copy that we own; with `prefix`, of the whole
    installation it belongs to."""
    if reachable(program):
        return program
    if prefix:
        for name in ("python3", "python3.13", "python3.12", "python3.11"):
            found = shutil.which(name, path="/usr/bin:/usr/local/bin")
            if found and reachable(Path(found)):
                return Path(found).resolve()
        target = tools / program.parents[1].name
        if not target.exists():
            skipped = shutil.ignore_patterns("__pycache__", "test", "tests", "site-packages")
            shutil.copytree(
                program.parents[1],
                target.with_suffix(".new"),
                symlinks=True,
                ignore=skipped,
                dirs_exist_ok=True,
            )
            _open(target.with_suffix(".new"))
            target.with_suffix(".new").rename(target)
        return target / "bin" / program.name
    target = tools / program.name
    if not target.exists() or target.stat().st_size != program.stat().st_size:
        shutil.copyfile(program, target.with_suffix(".new"))
        target.with_suffix(".new").chmod(0o755)
        target.with_suffix(".new").rename(target)
    return target


def _open(folder: Path) -> None:
    """Let everybody read a tree that is ours."""
    for parent, folders, files in os.walk(folder):
        os.chmod(parent, 0o755)
        for name in files:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        del folders
