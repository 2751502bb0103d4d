"""Deleting what the store has and no row refers to."""

from cubestudio.core import clock, log
from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import job
from cubestudio.housekeeping.storage import listing

logger = log.get(__name__)
FOLDERS = ("artifacts/", "logs/", "posted/")


@job(cron="40 3 * * *")
async def remove_orphans(ctx: AppContext) -> None:
    """Delete stored objects older than a day to which nothing refers."""
    count = size = 0
    for folder in FOLDERS:
        async for page in ctx.store.pages(folder):
            async with ctx.db.read() as conn:
                found = await listing.orphans(conn, page, clock.now())
            await ctx.store.delete(*[each.key for each in found])
            count, size = count + len(found), size + sum(each.size for each in found)
    if count:
        logger.info("orphaned objects deleted", objects=count, bytes=size)
