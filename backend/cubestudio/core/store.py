"""Durable bytes, for logs and artifacts: a folder on this machine, or a bucket of an S3-compatible store."""

import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import obstore
from obstore.store import LocalStore, S3Store

from cubestudio.core import ballast
from cubestudio.core.config import Settings
from cubestudio.core.errors import Unavailable


class Store:
    """Objects under slash-separated keys. Putting is atomic: a reader sees the whole object or none."""

    def __init__(self, inner: LocalStore | S3Store, folder: Path | None = None):
        self._inner = inner
        self._folder = folder
        self._floor = ballast.floor(folder) if folder else 0

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
                )
            )
        folder = Path(url.removeprefix("file://"))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(LocalStore(str(folder)), folder)

    def _admit(self, size: int) -> None:
        """Refuse what would take the last room of this machine's disk, which the database needs."""
        if self._folder is not None and shutil.disk_usage(self._folder).free - size < self._floor:
            raise Unavailable("The disk of the store is nearly full. Nothing was stored.", hint="Free some space; work goes on by itself.")

    async def put(self, key: str, data: bytes) -> None:
        self._admit(len(data))
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
        try:
            return int((await obstore.head_async(self._inner, key))["size"])
        except FileNotFoundError:
            return None

    async def put_file(self, key: str, path: Path) -> None:
        """A file's content, in parts when it is large."""
        self._admit(path.stat().st_size)
        await obstore.put_async(self._inner, key, path)

    async def get_file(self, key: str, path: Path) -> None:
        """An object as a read-only file; a hard link where the store is a folder of the same disk."""
        if self._folder is not None:
            source = self._folder / key
            try:
                os.chmod(source, 0o444)
                os.link(source, path)
            except OSError:
                shutil.copyfile(source, path)
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
        found: list[str] = []
        async for page in obstore.list(self._inner, prefix):
            found.extend(entry["path"] for entry in page)
        return sorted(found)


def sha256(path: Path) -> str:
    """The digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
