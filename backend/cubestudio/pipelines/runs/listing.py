"""Pages of runs, as lists show them: narrow rows, newest first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, pieces
from cubestudio.core.paging import MOST_CASES, Rows, among, fetch
from cubestudio.pipelines import access as pipelines
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs.model import Run, RunParam, RunState
from cubestudio.pipelines.steps.model import Artifact
from cubestudio.pipelines.steps.spec import digest
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.users.model import User
from cubestudio.workloads.model import Workload

COLUMNS = (
    Run.id,
    Run.project_id,
    Run.pipeline_id,
    Run.version_id,
    Run.number,
    Run.state,
    Run.reason,
    Run.message,
    Run.cluster,
    Run.priority,
    Run.retry_of,
    Run.pinned,
    Run.posted,
    Run.strip,
    Run.counts,
    Run.created_by,
    Run.created_at,
    Run.started_at,
    Run.finished_at,
)


@dataclass(kw_only=True, frozen=True)
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


async def runs_of(  # noqa: C901
    conn: Reader, viewer: Viewer, wanted: Filter, after: str | None, first: int, most: int
) -> tuple[Rows, dict[str, Role] | None]:
    """A page of runs, newest first; and the viewer's roles."""
    roles = await projects.mine(conn, viewer)
    narrow: dict[Any, Sequence[Any]] = {}
    rest: list[Any] = []
    if wanted.pipeline is not None:
        narrow[Run.pipeline_id] = [(await pipelines.pipeline(conn, viewer, wanted.pipeline)).id]
    elif (values := await projects.scope(conn, viewer, wanted.project, roles)) is not None:
        narrow[Run.project_id] = values
    if wanted.search:
        narrow, more = await _searched(conn, wanted.search, narrow)
        rest += more
    if wanted.states:
        states = [state.value for state in wanted.states]
        if Run.pipeline_id in narrow:
            rest.append(Run.state.in_(states))
        else:
            narrow[Run.state] = states
    if wanted.author:
        authors = list((await conn.execute(select(User.id).where(User.name == wanted.author))).scalars())
        if narrow:
            rest.append(Run.created_by.in_(authors))
        else:
            narrow[Run.created_by] = authors
    if wanted.since:
        rest.append(Run.created_at >= wanted.since)
    if wanted.until:
        rest.append(Run.created_at < wanted.until)
    if wanted.params:
        return await fetch(
            conn, _with(wanted.params, narrow, rest, after=after, first=first, most=most)
        ), roles
    return await fetch(
        conn, among(COLUMNS, Run.id, narrow, rest=rest, after=after, first=first, most=most)
    ), roles


def _with(
    params: Mapping[str, Any],
    narrow: dict[Any, Sequence[Any]],
    rest: list[Any],
    after: str | None,
    first: int,
    most: int,
) -> Any:
    """A page of the runs that were started with some parameters: found by the first of them, and looked at
    for the others."""
    digests = [digest(list(pair)) for pair in list(params.items())[:20]]
    values: dict[Any, Sequence[Any]] = {RunParam.digest: digests[:1]}
    if Run.project_id in narrow:
        values[RunParam.project_id] = narrow.pop(Run.project_id)
    others = []
    for each in digests[1:]:
        other = aliased(RunParam)
        others.append(exists().where(other.digest == each, other.run_id == RunParam.run_id))
    is_so = [*(column.in_(each) for column, each in narrow.items()), *rest]
    if is_so:
        others.append(exists().where(Run.id == RunParam.run_id, *is_so))
    return among(
        COLUMNS, Run.id, values, rest=others, after=after, first=first, most=most, by=RunParam.run_id
    )


async def _searched(
    conn: Reader, search: str, narrow: dict[Any, Sequence[Any]]
) -> tuple[dict[Any, Sequence[Any]], list[Any]]:
    """What a search adds to what is wanted: the pipelines that it names, when they are few, and what else has
    to hold."""
    name, _, number = search.strip().rpartition("#")
    rest: list[Any] = []
    if number.isdecimal() and "#" in search:
        rest.append(Run.number == int(number[:9]))
    else:
        name = search
    if not (name := name.strip()[:100]):
        return narrow, rest
    named = select(Pipeline.id).where(Pipeline.name.contains(name, autoescape=True))
    if Run.pipeline_id in narrow:
        return narrow, [*rest, Run.pipeline_id.in_(named)]
    if Run.project_id in narrow:
        named = named.where(Pipeline.project_id.in_(narrow[Run.project_id]))
    few = list((await conn.execute(named.limit(MOST_CASES + 1))).scalars())
    if len(few) > MOST_CASES:
        return narrow, [*rest, Run.pipeline_id.in_(named)]
    return {Run.pipeline_id: few}, rest


async def held(conn: Reader, project: str) -> str | None:
    """A run of a project that a cluster of Kubernetes still has, in words."""
    statement = (
        select(Run.number, Run.cluster)
        .join(Workload, Workload.owner_id == Run.id)
        .where(Run.project_id == project, Run.cluster != "local", Workload.released_at.is_(None))
    )
    found = (await conn.execute(statement.limit(1))).one_or_none()
    return f"Run #{found.number} is on cluster {found.cluster}" if found else None


async def runs_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {row.id: row for row in await conn.execute(select(*COLUMNS).where(Run.id.in_(keys)))}


async def params_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {
        row.id: row.params for row in await conn.execute(select(Run.id, Run.params).where(Run.id.in_(keys)))
    }


async def going_of(conn: Reader, project: str) -> list[str]:
    """The names of a project's runs that have not ended."""
    open_ = [state.value for state in RunState if not state.final]
    statement = select(Pipeline.name, Run.number).join(Pipeline, Pipeline.id == Run.pipeline_id)
    rows = await conn.execute(
        statement.where(Run.project_id == project, Run.state.in_(open_)).order_by(Run.id)
    )
    return [f"{row.name} #{row.number}" for row in rows]


async def runs_of_pipeline(conn: Reader, pipeline: str) -> Sequence[str]:
    """Return the ids of all runs of a pipeline."""
    return (await conn.execute(select(Run.id).where(Run.pipeline_id == pipeline))).scalars().all()


async def refers(conn: Reader, project: str, keys: Collection[str]) -> set[str]:
    """Return those of the stored objects that are files of a run, whichever project it is in."""
    found: set[str] = set()
    for piece in pieces(sorted(keys)):
        found |= set((await conn.execute(select(Artifact.key).where(Artifact.key.in_(piece)))).scalars())
    return found


async def stored(conn: Reader, project: str) -> int:
    """Bytes of the files that a project's runs left; what is the same is kept once."""
    once = (
        select(Artifact.sha256, Artifact.size)
        .join(Run, Run.id == Artifact.run_id)
        .where(Run.project_id == project)
        .distinct()
        .subquery()
    )
    return int((await conn.execute(select(func.coalesce(func.sum(once.c.size), 0)))).scalar_one())
