"""Deleting stored objects that nothing refers to any more."""

from datetime import timedelta
from functools import partial

from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.core.store import Store
from cubestudio.projects.storage import actions
from cubestudio.projects.storage.events import ObjectsDiscarded

SETTLED = timedelta(seconds=5)
"""Longer than a transaction takes that read the deleted rows before they were deleted."""


@job(on=ObjectsDiscarded, delay=SETTLED, retries=20)
async def collect(ctx: AppContext, event: ObjectsDiscarded) -> None:
    """Delete the discarded objects of a project that nothing refers to. What was put lately waits for the
    sweep: a row that refers to it may be on its way. May be done twice."""
    after = ""
    while True:
        async with ctx.db.read() as conn:
            rows = await actions.discarded(conn, event.project_id, after)
            files = [row.key for row in rows if not row.key.endswith("/")]
            used = await actions.referenced(conn, event.project_id, files)
        if not rows:
            return
        after = rows[-1].id
        done = [row.id for row in rows if row.key in used or await _deleted(ctx.store, row.key)]
        await ctx.db.transact(partial(actions.forget, rows=done))


async def _deleted(store: Store, key: str) -> bool:
    """Delete an object, or all below a prefix, unless it is fresh. Return whether it is gone."""
    if key.endswith("/"):
        await store.delete(*await store.keys(key))
        return True
    found = await store.find(key)
    if found is not None and found.fresh:
        return False
    await store.delete(key)
    return True


@job(cron="*/10 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Delete the discarded objects that had to wait."""
    async with ctx.db.read() as conn:
        left = await actions.projects_of(conn)
    await send_again(ctx.db, {collect: map(ObjectsDiscarded, left)})
