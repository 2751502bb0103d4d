"""Data folders of ended pods, emptied, which the next pods of the same owner take.

A file system such as ext4 looks past everything that was deleted in the last minutes whenever it makes a file or a folder, so a machine
that makes and deletes several folders for each short step grows slower with every step. A folder that only moves costs nothing of that.
"""

import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path

MOST = 32
"""Folders that are kept for one owner."""
_FOREIGN = ("user.", "system.posix_acl")
"""Beginnings of the names of attributes that an owner can leave on a folder."""


class Spares:
    """`folder`/<uid>/<any name>: a folder of data with the empty folders `names` in it. Only for pods whose processes are certain to
    have ended: another would still have a way into the folder."""

    def __init__(self, folder: Path, names: Sequence[str]):
        self._folder = folder
        self._names = names
        folder.mkdir(exist_ok=True, mode=0o700)
        self._kept: dict[int, deque[Path]] = {}
        for owner in folder.iterdir():
            self._kept[int(owner.name)] = deque(owner.iterdir())

    def take(self, uid: int | None, data: Path) -> None:
        """Put one at `data`, if there is any."""
        kept = self._kept.get(uid or 0)
        if kept:
            kept.popleft().rename(data)

    def give(self, uid: int | None, data: Path) -> bool:
        """Keep `data`; False when it is not clean, or there are enough."""
        owner = self._folder / str(uid or 0)
        kept = self._kept.setdefault(uid or 0, deque())
        if len(kept) >= MOST or not all(_clean(data / name) for name in self._names):
            return False
        owner.mkdir(exist_ok=True, mode=0o700)
        place = owner / data.parent.name
        data.rename(place)
        kept.append(place)
        return True


def _clean(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None and not any(name.startswith(_FOREIGN) for name in os.listxattr(folder, follow_symlinks=False))
