"""The folder of one pod, as far as it is the platform's: what to run, its log, its samples, how it ended.
What is in `data` belongs to whoever runs there; of it, only `metrics.jsonl` is read here, which lies in a
folder of ours and cannot be replaced."""

import contextlib
import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import orjson

from cubestudio.core.cluster import outputs
from cubestudio.core.cluster.local.spares import Shelf

METRICS = "metrics.jsonl"
LAST = "metrics-last.jsonl"
"""Lines of the `metrics.json` that it left."""
OWNED = ("work", "out", "tmp")
"""Folders of a pod's data that belong to whoever runs there."""
MOST_METRICS = outputs.MOST_METRICS
"""Bytes of a line of metrics, and of a `metrics.json`."""
PIECE = 2**16
"""Bytes of metrics that are read at once: whoever wrote them can make each of them expensive."""
MOST_READ = 512 * 2**20
"""Bytes of one pod's metrics that are read at all; its file may be of any size, and take no room on the
disk."""


class Refused(Exception):
    """What the pod left cannot be taken; the message says which file and why."""


def lay(folder: Path, uid: int | None, shelf: Shelf | None = None) -> None:
    """Make the folders of a pod. All lie in folders of ours, so that nobody can put something else in their
    place meanwhile."""
    data = folder / "data"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    if shelf and not data.exists():
        shelf.take(data)
    data.mkdir(exist_ok=True)
    data.chmod(0o755)
    for name in OWNED:
        path = data / name
        path.mkdir(exist_ok=True, mode=0o700)
        path.chmod(0o700)
        if uid is not None:
            os.chown(path, uid, uid, follow_symlinks=False)
    (data / "in").mkdir(exist_ok=True)
    (data / "in").chmod(0o750)
    descriptor = os.open(data / METRICS, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    os.fchmod(descriptor, 0o600)
    if uid is not None:
        os.chown(data / "in", 0, uid, follow_symlinks=False)
        os.fchown(descriptor, uid, uid)
    os.close(descriptor)


def empty_inputs(folder: Path) -> Path:
    """The input folder of a pod, with nothing in it: an earlier try to fill it may have left links."""
    root = folder / "data" / "in"
    for each in list(root.iterdir()) if root.exists() else ():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()
    root.mkdir(parents=True, exist_ok=True)
    return root


def give(path: Path, data: bytes) -> None:
    """A new file that whoever may enter its folder may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o444)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o444)
        file.write(data)


def close_inputs(folder: Path, uid: int | None) -> None:
    """Let the project read what was put into its input folder, and nobody else."""
    for parent, folders, _ in os.walk(folder / "data" / "in"):
        os.chmod(parent, 0o755 if uid is None else 0o750)
        if uid is not None:
            os.chown(parent, 0, uid, follow_symlinks=False)
        del folders


def plain(name: str) -> str:
    """A name below the working folder. Raises Refused for one that would leave it."""
    path = os.path.normpath(name)
    if path.startswith("/") or path.partition("/")[0] in ("..", "."):
        raise Refused(f"file name {name!r} leads out of the working folder")
    return path


def read_end(folder: Path) -> dict | None:
    """How the supervisor says that it ended, if it has; half a file (a machine that lost power) is none."""
    try:
        return orjson.loads((folder / "exit.json").read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None


def read_metrics(folder: Path, start: int = 0) -> bytes:
    """Whole lines of what the pod wrote to its metrics file, from byte `start` on; a line that never ends is
    passed over in pieces."""
    for path in (folder / "data" / METRICS, folder / METRICS):
        data = _lines(path, start)
        if data is not None:
            return data
    return b""


def metrics(folder: Path) -> Iterator[bytes]:
    """All that the pod reported, in pieces: what it wrote to its metrics file, then what it left as
    `metrics.json`."""
    position = 0
    while data := read_metrics(folder, position):
        position += len(data)
        yield data
    if last := _lines(folder / LAST, 0, MOST_METRICS):
        yield last


def metrics_size(folder: Path) -> int:
    """Bytes that the pod wrote to its metrics file, of which `MOST_READ` are read."""
    with contextlib.suppress(OSError, outputs.Refused):
        descriptor, status = outputs.open_file(folder / "data" / METRICS)
        os.close(descriptor)
        return status.st_size
    return 0


def keep_metrics(folder: Path, data: bytes) -> bytes:
    """Keep the numbers of a `metrics.json` in whatever form of JSON, as lines; the lines."""
    lines = outputs.lines(data)
    (folder / LAST).write_bytes(lines)
    return lines


def _lines(path: Path, start: int, piece: int = PIECE) -> bytes | None:
    try:
        descriptor, status = outputs.open_file(path)
    except (OSError, outputs.Refused):
        return None
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size <= start or start >= MOST_READ:
            return b""
        file.seek(start)
        data = file.read(piece)
        if b"\n" not in data:
            data += file.read(MOST_METRICS - len(data))
    return data if len(data) == MOST_METRICS and b"\n" not in data else data[: data.rfind(b"\n") + 1]


def read_log(folder: Path, since: int, most: int) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """Bytes of the log from `since`, and the stamps that fall into them (the one before `since` moved onto
    it)."""
    try:
        with (folder / "log").open("rb") as file:
            file.seek(since)
            data = file.read(most)
        raw = (folder / "log.idx").read_bytes()
    except FileNotFoundError:
        return b"", ()
    if not data:
        return b"", ()
    low, high = 0, len(raw) // 16
    while low < high:
        middle = (low + high) // 2
        if struct.unpack_from("<Q", raw, middle * 16)[0] <= since:
            low = middle + 1
        else:
            high = middle
    stamps: list[tuple[int, int]] = []
    for place_ in range(max(low - 1, 0), len(raw) // 16):
        position, micros = struct.unpack_from("<QQ", raw, place_ * 16)
        if position >= since + len(data):
            break
        stamps.append((max(position, since), micros))
    return data, tuple(stamps)


def append_log(folder: Path, data: bytes, micros: int) -> None:
    """Write before the supervisor does: what was done to make the pod ready."""
    with (folder / "log").open("ab") as log, (folder / "log.idx").open("ab") as index:
        index.write(struct.pack("<QQ", log.tell(), micros))
        log.write(data)


def tidy(folder: Path, shelf: Shelf | None = None) -> None:
    """After the end was recorded, and after an agent emptied what belongs to the project: keep log, metrics
    and samples, give the rest of the space back. `shelf`: where its data may go, if it is certain to have
    ended."""
    measured = folder / "data" / METRICS
    with contextlib.suppress(OSError):
        if shelf is None or measured.stat().st_size:
            measured.rename(folder / METRICS)
    if shelf and read_end(folder) and (folder / "data").exists():
        empty_inputs(folder)
        with contextlib.suppress(OSError):
            if shelf.give(folder / "data"):
                return
        with contextlib.suppress(OSError):
            measured.rename(folder / METRICS)
    for name in OWNED:
        with contextlib.suppress(OSError):  # not empty: what could not be deleted stays, and was said
            (folder / "data" / name).rmdir()
    shutil.rmtree(folder / "data" / "in", ignore_errors=True)
    with contextlib.suppress(OSError):
        (folder / "data").rmdir()


def remove(folder: Path) -> None:
    """Delete what is ours of a pod's folder; see `tidy`."""
    tidy(folder)
    for path in list(folder.iterdir()) if folder.exists() else ():
        if path.name != "data":
            path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
