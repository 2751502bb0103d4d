"""What this machine has: cores, memory, cards, and whether work can run under user ids of its own."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from cubestudio.core.cluster.local.cards import Card, find
from cubestudio.core.config import Settings

FIRST_UID = 700_000
IDS = 65_535
"""User ids of a namespace beside its root."""


def ids(uid: int) -> tuple[int, int]:
    """(first, count) of the ids that a project's own namespaces use, apart from those of every other project."""
    return 100_000_000 + (uid - FIRST_UID) * (IDS + 1), IDS


@dataclass(frozen=True)
class Machine:
    """Fixed at start: `cpu` cores, `memory` bytes, `cards`; `isolated`: one user id per project."""

    name: str
    cpu: float
    memory: int
    cards: tuple[Card, ...]
    gpu_note: str | None
    isolated: bool
    python: str
    notes: tuple[str, ...]


def _cgroup_limit() -> int | None:
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(path).read_text().strip()
        except OSError:
            continue
        if text.isdigit() and int(text) < 2**60:
            return int(text)
    return None


def reachable(path: Path) -> bool:
    """Whether any user of the machine can walk to this path and read it."""
    try:
        real = path.resolve(strict=True)
        return all(part.stat().st_mode & 0o001 for part in real.parents) and bool(real.stat().st_mode & 0o004)
    except OSError:
        return False


def look(settings: Settings, folder: Path) -> Machine:
    """Take stock. `folder` is where pods live; it must be open to walk through for work to be isolated."""
    cpu = settings.local_cpu or float(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    total = psutil.virtual_memory().total
    memory = settings.local_memory or int(min(total, _cgroup_limit() or total) * 0.9)
    cards, gpu_note = find()
    ours = Path(settings.local_python or sys.executable).resolve()
    python = str(ours)
    notes: list[str] = []
    isolated = False
    if not settings.local_isolate:
        notes.append("Work runs under the platform's own user (CUBE_LOCAL_ISOLATE is off): those who run code here trust each other.")
    elif not hasattr(os, "geteuid") or os.geteuid() != 0:
        notes.append("The platform does not run as root, so all work runs under its own user: those who run code here trust each other.")
    else:
        candidates = [
            ours,
            *(
                Path(found)
                for name in ("python3", "python3.13", "python3.12", "python3.11")
                if (found := shutil.which(name, path="/usr/bin:/usr/local/bin"))
            ),
        ]
        usable = next((path for path in candidates if reachable(path)), None)
        if usable is None:
            notes.append(
                f"Work runs as root, because other users cannot read the Python at {ours}: those who run code here trust each other."
            )
        elif not all(part.stat().st_mode & 0o001 for part in [folder, *folder.parents]):
            notes.append(
                f"Work runs as root, because other users cannot enter {folder}: those who run code here trust each other. Set CUBE_HOME to a folder that all may pass through."
            )
        else:
            isolated, python = True, str(usable)
    return Machine(os.uname().nodename, cpu, memory, cards, gpu_note, isolated, python, tuple(notes))
