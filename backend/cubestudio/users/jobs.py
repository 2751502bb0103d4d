"""Housekeeping of accounts."""

from cubestudio.core.jobs.declare import job
from cubestudio.core.parts import Parts
from cubestudio.users import actions


@job(cron="17 * * * *")
async def sweep(parts: Parts) -> None:
    async with parts.db.write() as tx:
        await actions.sweep(tx)
