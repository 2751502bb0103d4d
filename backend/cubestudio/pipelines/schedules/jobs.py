"""Start the runs of ticks that have come."""

from functools import partial

from cubestudio.core import log
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Refusal
from cubestudio.core.jobs.declare import Failure, job
from cubestudio.pipelines.runs.events import RunFinished
from cubestudio.pipelines.schedules import actions
from cubestudio.pipelines.schedules.events import ScheduleDue

logger = log.get(__name__)


@job(cron="* * * * *")
async def tick(ctx: AppContext) -> None:
    """Start the runs of schedules that are due."""
    async with ctx.db.read() as conn:
        found = await actions.due(conn)
    for schedule in dict.fromkeys(found):
        try:
            await ctx.db.transact(partial(actions.advance, schedule=schedule))
        except Exception:  # of this one; the others have their turn
            logger.exception("a schedule could not be advanced", schedule=schedule)


async def unbegun(ctx: AppContext, event: ScheduleDue, failure: Failure) -> None:
    """Record a tick whose run cannot be started as failed, so that it does not block those after it."""
    if failure.last:
        async with ctx.db.read() as conn:
            at = await actions.first(conn, event.schedule_id)
        if at is not None:
            await ctx.db.transact(
                partial(actions.fail, schedule=event.schedule_id, at=at, why=failure.message)
            )


@job(on=ScheduleDue, failed=unbegun)
async def begin(ctx: AppContext, event: ScheduleDue) -> None:
    """Start the ticks that wait, as long as the policy allows. Two at once do no harm: a tick and its run are
    one transaction."""
    while True:
        async with ctx.db.read() as conn:
            at = await actions.first(conn, event.schedule_id)
        if at is None:
            return
        try:
            if not await ctx.db.transact(partial(actions.begin, ctx=ctx, schedule=event.schedule_id, at=at)):
                return
        except Refusal as refusal:
            words = "; ".join(
                [
                    refusal.message,
                    *(fault.message for fault in refusal.faults if fault.message != refusal.message),
                ]
            )
            await ctx.db.transact(partial(actions.fail, schedule=event.schedule_id, at=at, why=words))


@job(on=RunFinished)
async def ended(ctx: AppContext, event: RunFinished) -> None:
    """Start the next tick that waits when a run has ended."""
    async with ctx.db.read() as conn:
        schedule = await actions.of_run(conn, event.run_id)
    if schedule:
        async with ctx.db.write() as tx:
            tx.record(ScheduleDue(schedule))
