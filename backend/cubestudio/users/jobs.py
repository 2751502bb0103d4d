"""Housekeeping of accounts."""

from cubestudio.core.jobs.declare import job
from cubestudio.core.parts import Parts
from cubestudio.users import ways


@job(cron="17 * * * *")
async def sweep(parts: Parts) -> None:
    async with parts.db.write() as tx:
        await ways.sweep(tx)
