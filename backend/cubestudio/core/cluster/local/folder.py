"""The folder of one pod: laid out before it starts, read after it has ended."""

import contextlib
import mimetypes
import os
import shutil
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cubestudio.core import store
from cubestudio.core.cluster.metrics import points

RESERVED = ("outputs.json", "metrics.json")
MOST_FILES = 10_000
MOST_VALUES = 1 * 2**20


class Refused(Exception):
    """What the pod left cannot be taken; the message says which file and why."""


@dataclass(frozen=True)
class Left:
    """One file in the output folder, with what is known of it before it is put in the store."""

    path: str
    file: Path
    size: int
    sha256: str
    media_type: str


def lay(folder: Path, uid: int | None) -> None:
    """Make the folders of a pod: ours closed, the work's own to it alone."""
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o711)
    for name in ("work", "in", "out", "tmp"):
        path = folder / name
        path.mkdir(exist_ok=True, mode=0o700)
        if uid is not None and name != "in":
            os.chown(path, uid, uid)
        if name == "in":
            os.chmod(path, 0o755)


def place(folder: Path, name: str, text: str, uid: int | None) -> None:
    """A small file in the working folder; names that would leave it are refused."""
    path = (folder / "work" / name).resolve()
    if not path.is_relative_to((folder / "work").resolve()):
        raise Refused(f"file name {name!r} leads out of the working folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if uid is not None:
        for owned in [path, *path.parents]:
            if owned == folder / "work":
                break
            os.chown(owned, uid, uid)


def read_end(folder: Path) -> dict | None:
    """How the supervisor says that it ended, if it has; half a file (a machine that lost power) is none."""
    try:
        return orjson.loads((folder / "exit.json").read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None


def read_outputs(folder: Path) -> dict[str, Any]:
    """The object in `outputs.json`."""
    path = folder / "out" / "outputs.json"
    try:
        data = _read(path, MOST_VALUES)
    except FileNotFoundError:
        return {}
    try:
        values = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Refused(f"outputs.json is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise Refused("outputs.json must hold an object of names and values")
    return values


def _read(path: Path, most: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Refused(f"{path.name} is larger than {most} bytes")
    return data


def read_metrics(folder: Path, start: int = 0) -> tuple[list[dict], int]:
    """Whole lines of `metrics.json` after byte `start`, flattened to {name, value, step, at}; and the next start."""
    path = folder / "metrics.json"
    if not path.exists():
        path = folder / "out" / "metrics.json"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return [], start
    with os.fdopen(descriptor, "rb") as file:
        file.seek(start)
        data = file.read(4 * 2**20)
    end = data.rfind(b"\n") + 1
    return points(data[:end]), start + end


def collect(folder: Path) -> list[Left]:
    """Every regular file of the output folder with its digest; links and odd names are refused, never followed."""
    root = folder / "out"
    found: list[Left] = []
    for parent, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            path = Path(parent, name)
            relative = path.relative_to(root).as_posix()
            if relative in RESERVED:
                continue
            try:
                relative.encode()
            except UnicodeEncodeError as error:
                raise Refused(f"an output file has a name that is not UTF-8: {relative!r}") from error
            if len(relative) > 500 or any(ord(letter) < 32 for letter in relative) or "\\" in relative:
                raise Refused(f"output file name {relative[:100]!r} is too long or has control characters or backslashes")
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                raise Refused(f"output {relative!r} is a link or a special file; leave plain files there")
            if len(found) >= MOST_FILES:
                raise Refused(f"more than {MOST_FILES} output files; pack them into one")
            media = mimetypes.guess_type(name)[0] or "application/octet-stream"
            found.append(Left(relative, path, status.st_size, store.sha256(path), media))
    return found


def read_log(folder: Path, since: int, most: int) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """Bytes of the log from `since`, and the stamps that fall into them (the one before `since` moved onto it)."""
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


def tidy(folder: Path) -> None:
    """After the end was recorded: keep log, metrics and samples, give the rest of the space back."""
    with contextlib.suppress(OSError):
        (folder / "out" / "metrics.json").rename(folder / "metrics.json")
    for name in ("work", "in", "out", "tmp"):
        shutil.rmtree(folder / name, ignore_errors=True)


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
