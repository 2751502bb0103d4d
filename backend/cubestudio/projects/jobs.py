"""Taking away what was in a project that was deleted."""

from sqlalchemy import delete, select

from cubestudio.core.context import AppContext
from cubestudio.core.jobs.declare import job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.projects import contents
from cubestudio.projects.events import ProjectDeleted
from cubestudio.projects.model import Project


@job(on=ProjectDeleted, retries=20)
async def wipe(ctx: AppContext, event: ProjectDeleted) -> None:
    """What clusters have of it goes, then its files, then its rows. Begun anew after a kill, or when a
    cluster was away."""
    await contents.clear(ctx, event.project_id)
    async with ctx.db.write() as tx:
        await tx.execute(
            delete(Project).where(Project.id == event.project_id, Project.deleted_at.is_not(None))
        )


@job(cron="*/10 * * * *")
async def sweep(ctx: AppContext) -> None:
    """Delete what is left of projects that were deleted while a cluster was unreachable."""
    async with ctx.db.read() as conn:
        left = (await conn.execute(select(Project.id).where(Project.deleted_at.is_not(None)))).scalars().all()
    await send_again(ctx.db, {wipe: map(ProjectDeleted, left)})
