"""Durable bytes, for logs and artifacts: a folder on this machine, or a bucket of an S3-compatible store."""

import asyncio
import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import obstore
from obstore.store import LocalStore, S3Store

from cubestudio.core import clock, disk_reserve
from cubestudio.core.config import Settings
from cubestudio.core.errors import Unavailable

STAGING = ".staging"
STALE = 86_400
"""Seconds after which what is on its way into the store does not come any more."""
_ZEROS = bytes(2**20)
LOOK = 64 * 2**20
"""Bytes after which the room on the disk is looked at again."""
FRESH = timedelta(hours=1)
"""How long an object stays after it was put, whether a row refers to it yet or not."""


@dataclass(frozen=True)
class Stored:
    """An object in the store: its key, its size in bytes, and when it was last put."""

    key: str
    size: int
    modified: datetime

    @property
    def fresh(self) -> bool:
        """Whether it was put so recently that the row that refers to it may still be on its way."""
        return clock.now() - self.modified < FRESH


class Staged:
    """Bytes on their way into the store, digested while they are written, so that the digest is that of what
    is stored. Used by one thread; discarded at the end of its block unless it was kept."""

    def __init__(self, store: "Store", folder: Path):
        self._store = store
        self._digest = hashlib.sha256()
        descriptor, name = tempfile.mkstemp(dir=folder)
        self.path = Path(name)
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        self.size = 0
        self._looked = 0

    def write(self, data: bytes) -> None:
        """Raises Unavailable when the disk is nearly full, OSError when it is; the same may be written again
        then. Long stretches of zeros take no room."""
        if self.size - self._looked >= LOOK:
            self._store.admit(LOOK)
            self._looked = self.size
        if len(data) < 4096 or data != _ZEROS[: len(data)]:
            view, place = memoryview(data), self.size
            while view:
                done = os.pwrite(self._file.fileno(), view, place)
                view, place = view[done:], place + done
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def close(self) -> None:
        """Have all of it in the file; closing twice is closing once."""
        if not self._file.closed:
            self._file.truncate(self.size)
            self._file.close()

    def __enter__(self) -> "Staged":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


class Store:
    """Objects under slash-separated keys. Putting is atomic: a reader sees the whole object or none."""

    def __init__(self, inner: LocalStore | S3Store, staging: Path, folder: Path | None = None):
        self._inner = inner
        self._staging = staging
        self._folder = folder
        staging.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in (
            staging.iterdir()
        ):  # half an object, from a life that was killed; another process may be at work on a younger one
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > STALE:
                    left.unlink()
        self._floor = disk_reserve.floor(folder) if folder else 0

    @classmethod
    def open(cls, settings: Settings) -> "Store":
        """The store of the settings; a folder is made when it is absent."""
        url = settings.store
        if url.startswith("s3://"):
            bucket, _, prefix = url.removeprefix("s3://").partition("/")
            return cls(
                S3Store(
                    bucket,
                    prefix=prefix or None,
                    endpoint=settings.store_endpoint,
                    access_key_id=settings.store_key,
                    secret_access_key=settings.store_secret,
                    region=settings.store_region,
                    client_options={"allow_http": True},
                ),
                settings.home / "staging",
            )
        folder = Path(url.removeprefix("file://"))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(LocalStore(str(folder)), folder / STAGING, folder)

    def admit(self, size: int) -> None:
        """Refuse what would take the last room of this machine's disk, which the database needs."""
        if self._folder is not None and shutil.disk_usage(self._folder).free - size < self._floor:
            raise Unavailable(
                "The disk of the store is nearly full. Nothing was stored.",
                hint="Free some space; work goes on by itself.",
            )

    async def put(self, key: str, data: bytes) -> None:
        self.admit(len(data))
        await obstore.put_async(self._inner, key, data)

    async def get(self, key: str) -> bytes:
        """The whole object; FileNotFoundError when there is none."""
        result = await obstore.get_async(self._inner, key)
        return bytes(await result.bytes_async())

    async def part(self, key: str, start: int, end: int) -> bytes:
        """Bytes `start` to `end` (exclusive) of an object; shorter at its end."""
        return bytes(await obstore.get_range_async(self._inner, key, start=start, end=end))

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """An object in chunks of about a megabyte."""
        result = await obstore.get_async(self._inner, key)
        async for chunk in result.stream(min_chunk_size=2**20):
            yield bytes(chunk)

    async def has(self, key: str) -> bool:
        return await self.size(key) is not None

    async def size(self, key: str) -> int | None:
        """Bytes of an object; None when there is none."""
        found = await self.find(key)
        return None if found is None else found.size

    async def find(self, key: str) -> Stored | None:
        """Return an object without its content; None when there is none."""
        try:
            head = await obstore.head_async(self._inner, key)
        except FileNotFoundError:
            return None
        return Stored(key, int(head["size"]), head["last_modified"])

    async def put_file(self, key: str, path: Path) -> None:
        """A file's content, in parts when it is large."""
        self.admit(path.stat().st_size)
        await obstore.put_async(self._inner, key, path)

    def stage(self) -> Staged:
        """Begin to put an object whose key is not known before its bytes are."""
        self.admit(0)
        return Staged(self, self._staging)

    async def keep(self, staged: Staged, key: str) -> None:
        """Put what was staged; what is there already under the key stays and is fresh again. May be tried
        again."""
        staged.close()
        if await self.refresh(key):
            return
        if self._folder is None:
            await self.put_file(key, staged.path)
            return
        target = self._place(key)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        staged.path.replace(target)

    async def refresh(self, key: str) -> bool:
        """Make an object fresh again, so that it is not deleted before a row refers to it. Return False when
        it has to be put (again) for that: it is absent, or old in a bucket, which has no other way."""
        if self._folder is None:
            found = await self.find(key)
            return found is not None and clock.now() - found.modified < FRESH / 2
        try:
            os.utime(self._place(key), (now := clock.now().timestamp(), now))
        except FileNotFoundError:
            return False
        return True

    def _place(self, key: str) -> Path:
        """Where an object is in the folder. Raises ValueError, as the store itself does, for a key that would
        lead elsewhere."""
        assert self._folder is not None
        if any(part in ("", ".", "..") for part in key.split("/")):
            raise ValueError(f"{key[:200]!r} is no key of an object")
        return self._folder / key

    async def get_file(self, key: str, path: Path) -> None:
        """An object as a read-only file; a hard link where the store is a folder of the same disk."""
        if self._folder is not None:
            source = self._place(key)
            try:
                os.chmod(source, 0o444)
                os.link(source, path)
            except FileNotFoundError:
                raise
            except OSError:
                await asyncio.to_thread(shutil.copyfile, source, path)
                path.chmod(0o444)
            return
        with path.open("wb") as file:
            async for chunk in self.stream(key):
                file.write(chunk)
        path.chmod(0o444)

    async def delete(self, *keys: str) -> None:
        """Remove objects; those that are absent count as removed."""
        for key in keys:
            try:
                await obstore.delete_async(self._inner, key)
            except FileNotFoundError:
                continue

    async def keys(self, prefix: str) -> list[str]:
        """All keys below a prefix, sorted."""
        return sorted([key.key async for page in self.pages(prefix) for key in page])

    async def pages(self, prefix: str) -> AsyncIterator[list[Stored]]:
        """All objects below a prefix, some at a time, in no order."""
        async for page in obstore.list(self._inner, prefix):
            yield [Stored(each["path"], int(each["size"]), each["last_modified"]) for each in page]
