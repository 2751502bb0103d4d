"""Room on the disk that is held for bad times: given back when the disk is full, so that the platform can
still write down what ended, and whatever filled the disk can be cleared away. Taken again when there is
room."""

import asyncio
import contextlib
import os
import shutil
from pathlib import Path

from cubestudio.core import log, loops

logger = log.get(__name__)
NAME = "disk-reserve"
MOST = 64 * 2**20
FLOOR = 128 * 2**20
EVERY = 0.5


def share(folder: Path) -> int:
    """Bytes to hold: a tenth of the disk at most."""
    return min(MOST, shutil.disk_usage(folder).total // 10)


def floor(folder: Path) -> int:
    """Bytes of a disk that logs and artifacts leave free, so that the database can go on."""
    return min(FLOOR, shutil.disk_usage(folder).total // 8)


def take(file: Path, size: int) -> None:
    """Fill the file with real blocks; a disk that has not the room for twice as much is left alone."""
    if file.exists() or shutil.disk_usage(file.parent).free < 2 * size:
        return
    try:
        with file.open("wb") as made:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(made.fileno(), 0, size)
            else:
                made.write(bytes(size))
    except OSError:
        file.unlink(missing_ok=True)


def give_back(folder: Path) -> None:
    """Make room at once, if it is held."""
    with contextlib.suppress(FileNotFoundError):
        (folder / NAME).unlink()
        logger.error("the disk is full: the room held for this was given back", folder=str(folder))


async def watch(folder: Path) -> None:
    """Hold the reserve while this runs; log when it had to be given back."""
    file = folder / NAME
    size = share(folder)
    take(file, size)
    while True:
        await asyncio.sleep(EVERY)
        with contextlib.suppress(OSError):
            free = shutil.disk_usage(folder).free
            if free < size // 4:
                give_back(folder)
            else:
                take(file, size)
        loops.beat("disk reserve")
