"""User ids for projects: allocated in blocks, so that two installations on one machine never share one.

A register in /var/lib, locked while it is read and changed, says which installation has which block. A block
whose installation is gone, and under whose ids nothing runs any more, is given out again. Ids that the
machine's administrator gave to users for their own containers (/etc/subuid, /etc/subgid) are left alone.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cubestudio.core import ids

REGISTER = Path("/var/lib/cubestudio-uids.json")
FIRST, BLOCK, BLOCKS = 700_000, 250, 256
IDS = 65_535
"""User ids of a namespace beside its root."""
_NAMESPACES = 100_000_000
MARK = "installation"


def subordinate(uid: int) -> tuple[int, int]:
    """(first, count) of the ids that a project's own namespaces use, apart from those of every other
    project."""
    return _NAMESPACES + (uid - FIRST) * (IDS + 1), IDS


def project(uid: int) -> int:
    """The user of a project whose own namespace has this id; any other id is its own answer."""
    return FIRST + (uid - _NAMESPACES) // (IDS + 1) if uid >= _NAMESPACES else uid


def mark(folder: Path) -> str:
    """The name of the installation whose folder this is, made when there is none."""
    file = folder / MARK
    with contextlib.suppress(FileExistsError), file.open("x") as made:
        made.write(ids.new())
    return file.read_text().strip()


def reserve(folder: Path, more_than: int = 0) -> list[range]:
    """The blocks of the installation in `folder`; a further one when it has no more than `more_than`. Raises
    OSError when the register cannot be written, or when all blocks are taken."""
    name = mark(folder)
    with _register() as held:
        ours = [number for number, owner in held.items() if owner["installation"] == name]
        if len(ours) <= more_than:
            ours.append(_free(held))
            held[ours[-1]] = {"installation": name, "folder": str(folder)}
    return [range(FIRST + number * BLOCK, FIRST + (number + 1) * BLOCK) for number in sorted(ours)]


@contextlib.contextmanager
def _register() -> Iterator[dict[int, Any]]:
    """{number of a block: whose it is}; what was changed is written at the end of the block."""
    with os.fdopen(os.open(REGISTER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        held = {int(number): owner for number, owner in json.loads(text).items()} if text.strip() else {}
        before = dict(held)
        yield held
        if held != before:
            file.seek(0)
            file.truncate()
            json.dump(held, file, indent=1)


def _free(held: dict[int, Any]) -> int:
    foreign = _foreign()
    used: set[int] | None = None
    for number in range(BLOCKS):
        block = range(FIRST + number * BLOCK, FIRST + (number + 1) * BLOCK)
        if any(block.start < end and start < block.stop for start, end in foreign):
            continue
        if number not in held:
            return number
        owner = held[number]
        with contextlib.suppress(OSError):
            if (Path(owner["folder"]) / MARK).read_text().strip() == owner["installation"]:
                continue
        used = _at_work() if used is None else used
        if not any(uid in block for uid in used):
            del held[number]
            return number
    raise OSError(
        f"all user ids for projects are taken; {REGISTER} says by which installations of this machine"
    )


def _foreign() -> list[tuple[int, int]]:
    """[first, end) of the ids that the machine's users may give to their containers."""
    found = []
    for path in ("/etc/subuid", "/etc/subgid"):
        with contextlib.suppress(OSError):
            for line in Path(path).read_text().splitlines():
                words = line.split(":")
                if len(words) == 3 and words[1].isdigit() and words[2].isdigit():
                    found.append((int(words[1]), int(words[1]) + int(words[2])))
    return found


def _at_work() -> set[int]:
    """Users under whose ids something runs."""
    found = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                found.add(Path("/proc", name).stat().st_uid)
    return found
