"""Deleting what the retention policies of projects do not keep."""

from functools import partial

from cubestudio.core import clock, log
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Unavailable
from cubestudio.core.jobs.declare import job
from cubestudio.housekeeping.retention import actions, listing
from cubestudio.housekeeping.retention.actions import Result
from cubestudio.housekeeping.retention.spec import Rule

logger = log.get(__name__)
BATCH = 50
"""Runs that are deleted in one transaction."""
MOST = 2000
"""Runs of a project that are deleted in one round; the next round goes on."""


@job(cron="15 * * * *")
async def apply(ctx: AppContext) -> None:
    """Delete the runs that the retention policies of projects do not keep."""
    async with ctx.db.read() as conn:
        found = await listing.limited(conn)
    for project, rule in found:
        await _apply_to(ctx, project, rule)


async def _apply_to(ctx: AppContext, project: str, rule: Rule) -> None:
    """Apply the policy of one project, a batch in each transaction. A batch that fails is gone through run by
    run, so that one whose rows are odd keeps no other."""
    result, after, size = Result(clock.now()), "", BATCH
    while result.runs + result.failures < MOST:
        batch = partial(actions.apply, project=project, rule=rule, result=result, after=after, size=size)
        try:
            last, result = await ctx.db.transact(batch)
        except Unavailable:
            raise
        except Exception:
            if size > 1:
                size = 1
                continue
            async with ctx.db.read() as conn:
                due = await listing.due(conn, project, rule, result.at, after=after, first=1)
            last = next(iter(due), None)
            logger.exception("retention failed", project=project, run=last)
            result.failures += 1
            await ctx.db.transact(partial(actions.note, project=project, result=result))
        if last is None:
            return
        after = last
