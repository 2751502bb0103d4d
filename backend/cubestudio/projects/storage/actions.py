"""Giving back objects of the store.

The same content is stored once, and many rows may refer to it: files of runs, of model versions, of images.
So nothing deletes an object together with its own rows. It discards the object in the same transaction, and a
job deletes what no room refers to. When the process is killed in between, the discarded rows are still
there."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from sqlalchemy import Row, delete, insert, select

from cubestudio.core import clock, ids
from cubestudio.core.db import PIECE, Reader, Tx, pieces
from cubestudio.projects.storage.events import ObjectsDiscarded
from cubestudio.projects.storage.model import DiscardedObject

Refers = Callable[[Reader, str, Collection[str]], Awaitable[set[str]]]
REFERENCES: list[Refers] = []
"""(project, keys) → those of the keys that rows of a room refer to; filled from `app.ROOMS`."""


async def referenced(
    conn: Reader, project: str, keys: Collection[str], but: Refers | None = None
) -> set[str]:
    """Return those of the keys that any room refers to, the one that asks (`but`) apart."""
    found: set[str] = set()
    for refers in REFERENCES:
        if refers is not but and (left := set(keys) - found):
            found |= await refers(conn, project, left)
    return found


async def discard(tx: Tx, project: str, objects: Mapping[str, int]) -> None:
    """Discard objects, {key: size in bytes}; a key that ends with a slash stands for all objects below it."""
    now = clock.now()
    for some in pieces(list(objects.items())):
        await tx.execute(
            insert(DiscardedObject),
            [
                {"id": ids.new(), "project_id": project, "key": key, "size": size, "at": now}
                for key, size in some
            ],
        )
    if objects:
        tx.record(ObjectsDiscarded(project))


async def discarded(conn: Reader, project: str, after: str) -> Sequence[Row]:
    """Return the next discarded objects of a project after a row's id."""
    columns = (DiscardedObject.id, DiscardedObject.key)
    here = (DiscardedObject.project_id == project, DiscardedObject.id > after)
    return (await conn.execute(select(*columns).where(*here).order_by(DiscardedObject.id).limit(PIECE))).all()


async def projects_of(conn: Reader) -> Sequence[str]:
    """Return the ids of the projects that have discarded objects."""
    return (await conn.execute(select(DiscardedObject.project_id).distinct())).scalars().all()


async def forget(tx: Tx, rows: Sequence[str]) -> None:
    """Delete the rows of objects that were deleted, or that are still referred to."""
    await tx.execute(delete(DiscardedObject).where(DiscardedObject.id.in_(rows)))
