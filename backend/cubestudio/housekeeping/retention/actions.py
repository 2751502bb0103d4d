"""Writing retention policies, and deleting the runs that they do not keep."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert

from cubestudio.core import clock
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.housekeeping.retention import listing
from cubestudio.housekeeping.retention.model import RetentionPolicy, RetentionResult
from cubestudio.housekeeping.retention.spec import Rule
from cubestudio.pipelines.runs import removal
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.users.access import administrator


@dataclass
class Result:
    """What an application of a policy has done so far."""

    at: datetime
    runs: int = 0
    freed: int = 0
    failures: int = 0


async def save(tx: Tx, viewer: Viewer, project: str | None, rule: Rule | None) -> str | None:
    """Set the rule of a project, or the default of the platform (`project` None). Without a rule a project
    has the default, and the platform keeps every run. Return the project's id."""
    if project is None:
        administrator(viewer)
        target = listing.DEFAULT
    else:
        target = (await projects.project(tx, viewer, project, Role.OWNER)).id
    if rule is not None:
        rule.checked("rule")
    await tx.execute(delete(RetentionPolicy).where(RetentionPolicy.target == target))
    if rule is not None:
        await tx.execute(
            insert(RetentionPolicy).values(
                target=target,
                keep_days=rule.days,
                keep_last=rule.last,
                changed_by=viewer.id,
                changed_at=clock.now(),
            )
        )
    return None if project is None else target


async def preview(conn: Reader, viewer: Viewer, project: str, rule: Rule) -> tuple[int, int]:
    """Return how many runs of a project a rule would delete now, and how many bytes that would free."""
    standing = await projects.project(conn, viewer, project)
    due = await listing.due(conn, standing.id, rule.checked("rule"), clock.now())
    runs = await listing.deletable(conn, due)
    return len(runs), await removal.bytes_of(conn, standing.id, runs)


async def apply(
    tx: Tx, project: str, rule: Rule, result: Result, after: str, size: int
) -> tuple[str | None, Result]:
    """Delete the next `size` runs of a project that its rule does not keep, after the run `after`. Return the
    last one of them, None when none is left, and what was done so far."""
    due = await listing.due(tx, project, rule, result.at, after=after, first=size)
    runs = await listing.deletable(tx, due)
    freed = await removal.remove(tx, project, runs)
    made = Result(result.at, result.runs + len(runs), result.freed + freed, result.failures)
    await note(tx, project, made)
    return (due[-1] if due else None), made


async def note(tx: Tx, project: str, result: Result) -> None:
    """Write down what an application has done so far."""
    await tx.execute(delete(RetentionResult).where(RetentionResult.project_id == project))
    await tx.execute(
        insert(RetentionResult).values(
            project_id=project, at=result.at, runs=result.runs, freed=result.freed, failures=result.failures
        )
    )
