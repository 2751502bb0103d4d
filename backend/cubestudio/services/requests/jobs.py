"""Forgetting old requests."""

from cubestudio.core.context import Parts
from cubestudio.core.jobs.declare import job
from cubestudio.services.requests import actions


@job(cron="*/5 * * * *")
async def tidy(parts: Parts) -> None:
    """Keep the newest requests of each service."""
    async with parts.db.write() as tx:
        await actions.forget(tx)
