"""Policies of projects, and the runs that they do not keep."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.db import Reader
from cubestudio.housekeeping.retention.model import RetentionPolicy, RetentionResult
from cubestudio.housekeeping.retention.spec import Rule
from cubestudio.models.model import ModelVersion
from cubestudio.pipelines.runs import removal
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.projects.model import Project

DEFAULT = "*"
"""The target of the platform's default."""
ENDED = tuple(state.value for state in RunState if state.final)


async def policies(conn: Reader, targets: Sequence[str]) -> Mapping[str, Row]:
    """Return the policies of these targets, where they have one of their own."""
    statement = select(*RetentionPolicy.__table__.columns).where(RetentionPolicy.target.in_(targets))
    return {row.target: row for row in await conn.execute(statement)}


async def rule_of(conn: Reader, project: str) -> tuple[Rule, bool]:
    """Return the rule that holds for a project, and whether that is its own."""
    found = await policies(conn, [project, DEFAULT])
    row = found.get(project) or found.get(DEFAULT)
    return (Rule(row.keep_days, row.keep_last) if row else Rule()), project in found


async def limited(conn: Reader) -> list[tuple[str, Rule]]:
    """Return the projects whose policy does not keep every run, and their rules. An archived project does not
    change."""
    rows = await conn.execute(select(*RetentionPolicy.__table__.columns))
    rules = {row.target: Rule(row.keep_days, row.keep_last) for row in rows}
    usual = rules.get(DEFAULT, Rule())
    here = (Project.deleted_at.is_(None), Project.archived_at.is_(None))
    keys = (await conn.execute(select(Project.id).where(*here).order_by(Project.id))).scalars()
    found = [(key, rules.get(key, usual)) for key in keys]
    return [(key, rule) for key, rule in found if not rule.everything]


async def due(
    conn: Reader, project: str, rule: Rule, now: datetime, *, after: str = "", first: int | None = None
) -> Sequence[str]:
    """Return the runs of a project that its rule does not keep, oldest first, from the run `after` on. A run
    is always kept that has not ended, is pinned, or from which a model was registered."""
    if rule.everything:
        return []
    place = func.row_number().over(partition_by=Run.pipeline_id, order_by=Run.number.desc())
    ranked = (
        select(Run.id, Run.state, Run.pinned, Run.created_at, Run.finished_at, place.label("place"))
        .where(Run.project_id == project)
        .subquery()
    )
    statement = select(ranked.c.id).where(
        ranked.c.id > after,
        ranked.c.state.in_(ENDED),
        ranked.c.pinned.is_(False),
        ~exists().where(ModelVersion.run_id == ranked.c.id),
    )
    if rule.days is not None:
        ended = func.coalesce(ranked.c.finished_at, ranked.c.created_at)
        statement = statement.where(ended < now - timedelta(days=rule.days))
    if rule.last is not None:
        statement = statement.where(ranked.c.place > rule.last)
    return (await conn.execute(statement.order_by(ranked.c.id).limit(first))).scalars().all()


async def deletable(conn: Reader, runs: Sequence[str]) -> list[str]:
    """Return those of the runs that nothing needs which still continues, such as a search."""
    needed = await removal.kept(conn, runs)
    return [run for run in runs if run not in needed]


async def results_by_project(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Row]:
    """Return what the last application did, by project."""
    statement = select(*RetentionResult.__table__.columns).where(RetentionResult.project_id.in_(keys))
    return {row.project_id: row for row in await conn.execute(statement)}
