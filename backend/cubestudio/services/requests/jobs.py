"""Forgetting old requests."""

from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import job
from cubestudio.services.requests import actions


@job(cron="*/5 * * * *")
async def tidy(ctx: AppContext) -> None:
    """Delete old recorded requests of services."""
    async with ctx.db.write() as tx:
        await actions.forget(tx)
