"""Housekeeping of accounts."""

from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import job
from cubestudio.users import credentials


@job(cron="17 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Delete sessions, links and tokens that have expired."""
    async with ctx.db.write() as tx:
        await credentials.sweep(tx)
