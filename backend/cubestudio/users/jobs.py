"""Housekeeping of accounts."""

from cubestudio.core.context import Parts
from cubestudio.core.jobs.declare import job
from cubestudio.users import credentials


@job(cron="17 * * * *")
async def sweep(parts: Parts) -> None:
    async with parts.db.write() as tx:
        await credentials.sweep(tx)
