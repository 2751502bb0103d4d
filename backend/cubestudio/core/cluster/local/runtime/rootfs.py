"""The files of an image as the root of a pod.

The files belong to the project, whose code may have put anything in their place while this runs with the
rights of the platform. Therefore nothing of them is a place that something is mounted at, but for two files
that are looked at first: the root is an empty folder of ours, and each entry of the image's own root is shown
in it, read-only, through a descriptor that was opened without following links. Then that folder becomes the
root, and whatever the pod saw before, the platform's folder too, is gone from its namespace.
"""

import errno
import fcntl
import os
import stat
import sys
from _frozen_importlib import BuiltinImporter, FrozenImporter
from collections.abc import Iterator

from cubestudio.core.cluster.local.runtime import syscalls
from cubestudio.core.cluster.local.runtime.syscalls import (
    ATTR_RDONLY,
    MS_BIND,
    MS_NODEV,
    MS_NOSUID,
    MS_REC,
    bind,
    mount,
)

PLACE = "/.image"
"""An empty folder of the base view, where the new root is put together."""
OURS = ("cube", "dev", "proc", "sys", "tmp")
"""What a pod has of the platform, whatever the image has there."""
SHOWN = ".cube-shown"
"""A place of ours at the new root, which nothing of the image has."""
VARIABLES = ".cube-image.json"
"""A file at the root of an image's files: the variables that it sets."""
MOST = 256
"""Entries at the root of an image."""
GONE = "its image is no longer on this machine; build it again"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_ANY = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC


def enter(folder: str, path: list[str], resolver: str) -> None:
    """Make the files at `path`, names below `folder`, the root. `folder` is ours, what is below it is the
    project's; `resolver`: the file that says how names are looked up. Raises OSError, also when the image
    is not there. As long as this process lives it holds a lock by which builds know that the files are in
    use."""
    files = _descend(folder, path)
    try:
        fcntl.flock(files, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(files)
        raise OSError(errno.ENOENT, GONE) from None
    try:
        mount("tmpfs", PLACE, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755")
        for number, name in enumerate(_names(files)):
            if number >= MOST:
                raise OSError(errno.E2BIG, f"the image has more than {MOST} entries at its root")
            if name not in OURS and name != SHOWN:
                _show(files, name)
    except BaseException:
        os.close(files)
        raise
    for name in OURS:
        os.mkdir(f"{PLACE}/{name}", 0o755)
        mount(f"/{name}", f"{PLACE}/{name}", None, MS_BIND | MS_REC)
    for source, name in ((resolver, "resolv.conf"), ("/etc/hosts", "hosts")):
        _put(os.path.realpath(source), name)
    syscalls.pivot_root(PLACE)
    syscalls.restrict("/", ATTR_RDONLY)
    import_nothing()


def import_nothing() -> None:
    """Have this process load no further module from files: where those of our Python were, an image may have
    others, which would run with whatever rights this process has."""
    sys.meta_path[:] = [each for each in sys.meta_path if each in (BuiltinImporter, FrozenImporter)]


def _descend(folder: str, path: list[str]) -> int:
    """A descriptor of a folder below another, through no link."""
    place = os.open(folder, _FOLDER)
    for name in path:
        try:
            below = os.open(name, _FOLDER, dir_fd=place)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise OSError(error.errno, GONE) from None
        finally:
            os.close(place)
        place = below
    return place


def _names(folder: int) -> Iterator[str]:
    """The names in a folder, one after the other, however many there are."""
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry.name


def _empty(path: str) -> None:
    """An empty file that is new."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644))


def _show(files: int, name: str) -> None:
    """One entry of the image's root: a folder or file as it is, a link as a link; nothing else."""
    entry = os.open(name, _ANY, dir_fd=files)
    try:
        kind = os.fstat(entry).st_mode
        target = f"{PLACE}/{name}"
        if stat.S_ISLNK(kind):
            os.symlink(os.readlink("", dir_fd=entry), target)
        elif stat.S_ISDIR(kind) or stat.S_ISREG(kind):
            (os.mkdir if stat.S_ISDIR(kind) else _empty)(target)
            bind(f"/proc/self/fd/{entry}", target, read_only=True)
    finally:
        os.close(entry)


def _put(source: str, name: str) -> None:
    """A file of ours in the image's /etc, where it has a plain file of that name."""
    try:
        folder = os.open(f"{PLACE}/etc", _FOLDER)
    except OSError:  # it has none, or a link there
        return
    try:
        entry = os.open(name, _ANY, dir_fd=folder)
    except OSError:
        return
    finally:
        os.close(folder)
    try:
        if stat.S_ISREG(os.fstat(entry).st_mode) and os.path.isfile(source):
            # a place of ours first: a mount that has no path of ours cannot be restricted
            shown = f"{PLACE}/{SHOWN}"
            _empty(shown)
            bind(source, shown, read_only=True)
            mount(shown, f"/proc/self/fd/{entry}", None, MS_BIND)
            syscalls.unmount(shown)
            os.unlink(shown)
    finally:
        os.close(entry)
