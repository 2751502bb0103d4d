"""Pages of runs, as lists show them: narrow rows, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, Text, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.keyset import cut
from cubestudio.pipelines import access as pipelines
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.pipelines.steps.model import Artifact
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.model import Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.users.model import User

COLUMNS = (
    Run.id, Run.project_id, Run.pipeline_id, Run.version_id, Run.number, Run.state, Run.reason, Run.message, Run.cluster,
    Run.priority, Run.retry_of, Run.strip, Run.counts, Run.created_by, Run.created_at, Run.started_at, Run.finished_at,
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """Which runs are wanted; nothing said means all that the viewer may see."""

    project: str | None = None
    pipeline: str | None = None
    states: Sequence[RunState] = ()
    author: str | None = None
    """A user's name."""
    search: str = ""
    """Part of the pipeline's name, or #number."""
    since: datetime | None = None
    until: datetime | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    """Parameters with these values."""


async def runs_of(
    conn: Reader, viewer: Viewer, wanted: Filter, after: str | None, first: int, most: int
) -> tuple[Sequence[Row], dict[str, Role] | None]:
    """A page of runs, newest first; and the viewer's roles."""
    roles = await projects.mine(conn, viewer)
    statement = select(*COLUMNS)
    if wanted.pipeline is not None:
        statement = statement.where(Run.pipeline_id == (await pipelines.pipeline(conn, viewer, wanted.pipeline)).id)
    elif wanted.project is not None:
        statement = statement.where(Run.project_id == (await projects.project(conn, viewer, wanted.project)).id)
    elif roles is not None:
        statement = statement.where(Run.project_id.in_(list(roles)))
    if wanted.states:
        statement = statement.where(Run.state.in_([state.value for state in wanted.states]))
    if wanted.author:
        statement = statement.where(Run.created_by.in_(select(User.id).where(User.name == wanted.author)))
    if wanted.since:
        statement = statement.where(Run.created_at >= wanted.since)
    if wanted.until:
        statement = statement.where(Run.created_at < wanted.until)
    if wanted.search:
        name, _, number = wanted.search.strip().rpartition("#")
        if number.isdecimal() and "#" in wanted.search:
            statement = statement.where(Run.number == int(number[:9]))
        else:
            name = wanted.search
        if name.strip():
            named = select(Pipeline.id).where(Pipeline.name.contains(name.strip()[:100], autoescape=True))
            statement = statement.where(Run.pipeline_id.in_(named))
    for name, value in list(wanted.params.items())[:20]:
        pair = orjson.dumps({name: value}).decode()[1:-1]
        stored = type_coerce(Run.params, Text)
        statement = statement.where(or_(*(stored.contains(pair + end, autoescape=True) for end in ",}")))
    return (await conn.execute(cut(statement, Run.id, after, first, most))).all(), roles


async def held(conn: Reader, project: str) -> str | None:
    """A run of a project that a cluster of Kubernetes still has, in words."""
    statement = select(Run.number, Run.cluster).where(Run.project_id == project, Run.cluster != "local", Run.released_at.is_(None))
    found = (await conn.execute(statement.limit(1))).one_or_none()
    return f"Run #{found.number} is on cluster {found.cluster}" if found else None


project_actions.HOLDERS.append(held)


async def runs_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {row.id: row for row in await conn.execute(select(*COLUMNS).where(Run.id.in_(keys)))}


async def params_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {row.id: row.params for row in await conn.execute(select(Run.id, Run.params).where(Run.id.in_(keys)))}


async def unreleased_of(conn: Reader, project: str) -> Sequence[Row]:
    """Runs of a project of which clusters may still have something."""
    return (await conn.execute(select(Run.id, Run.cluster).where(Run.project_id == project, Run.released_at.is_(None)))).all()


async def going_of(conn: Reader, project: str) -> list[str]:
    """The names of a project's runs that have not ended."""
    open_ = [state.value for state in RunState if not state.final]
    statement = select(Pipeline.name, Run.number).join(Pipeline, Pipeline.id == Run.pipeline_id)
    rows = await conn.execute(statement.where(Run.project_id == project, Run.state.in_(open_)).order_by(Run.id))
    return [f"{row.name} #{row.number}" for row in rows]


async def stored(conn: Reader, project: str) -> int:
    """Bytes of the files that a project's runs left; what is the same is kept once."""
    once = (
        select(Artifact.sha256, Artifact.size).join(Run, Run.id == Artifact.run_id).where(Run.project_id == project).distinct().subquery()
    )
    return int((await conn.execute(select(func.coalesce(func.sum(once.c.size), 0)))).scalar_one())


quotas.STORES.append(stored)
