"""Deleting what the store has and no row refers to."""

from collections.abc import Sequence
from functools import partial

from cubestudio.core import clock, log
from cubestudio.core.context import AppContext
from cubestudio.core.db import Tx
from cubestudio.core.jobs.declare import job
from cubestudio.core.store import Stored
from cubestudio.housekeeping.storage import listing
from cubestudio.projects.storage import actions as storage

logger = log.get(__name__)
FILES = "artifacts/"
FOLDERS = (FILES, "logs/", "posted/")


@job(cron="40 3 * * *")
async def remove_orphans(ctx: AppContext) -> None:
    """Delete stored objects older than a day to which nothing refers."""
    # Files are only discarded here, because their content may be stored again at this moment: the job that
    # deletes discarded files looks at them once more.
    count = size = 0
    for folder in FOLDERS:
        async for page in ctx.store.pages(folder):
            async with ctx.db.read() as conn:
                found = await listing.orphans(conn, page, clock.now())
            if folder == FILES:
                await ctx.db.transact(partial(_discard, files=found))
            else:
                await ctx.store.delete(*[each.key for each in found])
            count, size = count + len(found), size + sum(each.size for each in found)
    if count:
        logger.info("orphaned objects deleted", objects=count, bytes=size)


async def _discard(tx: Tx, files: Sequence[Stored]) -> None:
    projects: dict[str, dict[str, int]] = {}
    for each in files:
        projects.setdefault(each.key.split("/")[1], {})[each.key] = each.size
    for project, objects in projects.items():
        await storage.discard(tx, project, objects)
