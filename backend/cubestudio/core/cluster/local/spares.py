"""Data folders of ended pods, emptied, which the next pods of the same project take.

A file system such as ext4 looks past everything that was deleted in the last minutes whenever it makes a file
or a folder, so a machine that makes and deletes several folders for each short step grows slower with every
step. A folder that only moves costs nothing of that.

A pod can hand a descriptor of its folders to another pod of its project, which then sees what later pods do
there. Therefore no folder leaves its project, also where all projects have the same user.
"""

import contextlib
import os
import stat
from collections import deque
from pathlib import Path

MOST = 32
"""Folders that are kept for one project."""
LARGE = 64 * 1024
"""Bytes of an empty folder above which it is not kept: one that had very many entries stays as large, and
slow, as it was."""
_FOREIGN = ("user.", "system.posix_acl")
"""Beginnings of the names of attributes that an owner can leave."""


class Shelf:
    """The folders that are kept for one project, below `folder`."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._kept = deque(folder.iterdir() if folder.exists() else ())

    def take(self, data: Path) -> None:
        """Put one at `data`, if there is any."""
        if self._kept:
            self._kept.popleft().rename(data)

    def give(self, data: Path) -> bool:
        """Keep `data`, in which are empty folders and files; False when it is not clean, or there are enough.
        Only of a pod whose processes have ended, and in which no agent deletes any more: they would still do
        so in the pod that gets it."""
        if len(self._kept) >= MOST or not all(_as_new(each) for each in data.iterdir()):
            return False
        self._folder.mkdir(exist_ok=True, mode=0o700)
        place = self._folder / data.parent.name
        data.rename(place)
        self._kept.append(place)
        return True

    def clear(self) -> None:
        """Delete them; what somebody has put into one since stays."""
        while self._kept:
            data = self._kept.popleft()
            for each in [*data.iterdir(), data]:
                with contextlib.suppress(OSError):
                    each.rmdir() if stat.S_ISDIR(each.lstat().st_mode) else each.unlink()
        with contextlib.suppress(OSError):
            self._folder.rmdir()


class Spares:
    """The shelves of all projects, below a folder that nobody else may enter."""

    def __init__(self, folder: Path):
        self._folder = folder
        folder.mkdir(exist_ok=True, mode=0o700)
        self._shelves: dict[str, Shelf] = {}

    def of(self, project: str) -> Shelf:
        if project not in self._shelves:
            self._shelves[project] = Shelf(self._folder / project)
        return self._shelves[project]

    def forget(self, project: str) -> None:
        """Delete those of a project that is no more."""
        self.of(project).clear()
        del self._shelves[project]


def _as_new(path: Path) -> bool:
    status = path.lstat()
    if stat.S_ISDIR(status.st_mode):
        with os.scandir(path) as entries:
            bare = status.st_size <= LARGE and next(entries, None) is None
    else:
        bare = not status.st_size and status.st_nlink == 1
    return bare and not any(name.startswith(_FOREIGN) for name in os.listxattr(path, follow_symlinks=False))
