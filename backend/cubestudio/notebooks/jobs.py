"""Looking whether notebooks are in use, and deleting what clusters have of those that are gone."""

import asyncio

from sqlalchemy import Row

from cubestudio.clusters import actions as clusters
from cubestudio.core import log
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Refusal
from cubestudio.core.jobs.declare import job
from cubestudio.notebooks import listing, spec
from cubestudio.notebooks.activity import consider
from cubestudio.notebooks.events import NotebookDeleted
from cubestudio.workloads import listing as workloads
from cubestudio.workloads.jobs import delete

logger = log.get(__name__)
AT_ONCE = 20
"""Notebooks that are asked at the same time."""


@job(on=NotebookDeleted)
async def forget(ctx: AppContext, event: NotebookDeleted) -> None:
    """What a cluster has of a deleted notebook goes."""
    async with ctx.db.read() as conn:
        rows = await workloads.unreleased_by(conn, [event.notebook_id])
        space = await clusters.space_of(conn, ctx, event.project_id, "notebook")
    await delete(ctx, rows)
    if event.folder:
        await clusters.cluster_of(ctx, event.cluster).discard(event.project_id, event.folder, space)


@job(cron="* * * * *")
async def look(ctx: AppContext) -> None:
    """Find idle notebooks, warn their owners, and stop those that are idle for too long."""
    async with ctx.db.read() as conn:
        rows = await listing.running(conn)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row) -> None:
        async with gate:
            try:
                await consider(ctx, row.id)
            except Refusal as refusal:
                logger.warning("a notebook could not be looked at", notebook=row.id, error=refusal.message)
            except Exception:
                logger.exception("a notebook could not be looked at", notebook=row.id)

    await asyncio.gather(*(one(row) for row in rows))


async def clear(ctx: AppContext, project: str) -> None:
    """What clusters have of a project's notebooks goes, their folders too."""
    async with ctx.db.read() as conn:
        rows = await listing.all_of(conn, project)
    for row in rows:
        await forget.run(ctx, NotebookDeleted(row.id, project, row.cluster, spec.folder(row.id)))
