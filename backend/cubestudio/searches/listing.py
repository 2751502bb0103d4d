"""Searches and their trials as lists and pages show them, and what is asked of them by the clock."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.message import Text
from cubestudio.core.paging import Rows, among, fetch
from cubestudio.pipelines.metrics import listing as metrics
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.pipelines.steps.model import Step
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.searches import messages
from cubestudio.searches.model import Search, SearchState, Trial, TrialState
from cubestudio.searches.studies import Past

PIECE = 500


async def searches_of(
    conn: Reader, viewer: Viewer, project: str | None, words: str, after: str | None, first: int, most: int
) -> tuple[Rows, dict[str, Role] | None]:
    """A page of searches of the viewer's projects, newest first; and the viewer's roles."""
    roles = await projects.mine(conn, viewer)
    values = await projects.scope(conn, viewer, project, roles)
    narrow, rest = {Search.project_id: values} if values is not None else {}, []
    if words := words.strip()[:100]:
        rest.append(Search.name.contains(words, autoescape=True))
    return await fetch(
        conn,
        among(Search.__table__.columns, Search.id, narrow, rest=rest, after=after, first=first, most=most),
    ), roles


async def searches_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {
        row.id: row
        for row in await conn.execute(select(*Search.__table__.columns).where(Search.id.in_(keys)))
    }


async def trials_of(conn: Reader, search: str) -> Sequence[Row]:
    """All trials of a search, by number."""
    return (
        await conn.execute(
            select(*Trial.__table__.columns).where(Trial.search_id == search).order_by(Trial.number)
        )
    ).all()


async def trial_of_engine(conn: Reader, search: str, key: str) -> Row | None:
    """The trial that an engine calls so."""
    called = select(*Trial.__table__.columns).where(Trial.search_id == search, Trial.engine_key == key)
    return next(
        (row for row in await conn.execute(called) if row.engine_key == key), None
    )  # MariaDB takes capitals for small letters


def past(rows: Sequence[Row]) -> list[Past]:
    """Trials as the algorithm knows them."""
    return [
        Past(
            number=row.number,
            params=row.params,
            state=row.state,
            values=row.values,
            curve=row.curve,
            memory=row.memory,
        )
        for row in rows
    ]


async def search_of_run(conn: Reader, run: str) -> str | None:
    """The search whose trial or engine a run is."""
    found = (await conn.execute(select(Trial.search_id).where(Trial.run_id == run))).scalar_one_or_none()
    return (
        found or (await conn.execute(select(Search.id).where(Search.engine_run == run))).scalar_one_or_none()
    )


async def keeps(conn: Reader, runs: Sequence[str]) -> dict[str, Text]:
    """Return those of the runs that a search needs which has not ended: its trials and its engine."""
    going = Search.state.in_([state.value for state in SearchState if state.going])
    trials = select(Trial.run_id, Search.name).join(Search, Search.id == Trial.search_id)
    engines = select(Search.engine_run.label("run_id"), Search.name)
    found = [
        *await conn.execute(trials.where(Trial.run_id.in_(runs), going)),
        *await conn.execute(engines.where(Search.engine_run.in_(runs), going)),
    ]
    return {row.run_id: messages.SEARCH_NEEDS_RUN(search=row.name) for row in found}


async def runs_of(conn: Reader, search: str) -> list[str]:
    """Return the runs of a search that have ended and are not pinned: its trials and its engine."""
    ended = Run.pinned.is_(False) & Run.state.in_([state.value for state in RunState if state.final])
    trials = select(Run.id).join(Trial, Trial.run_id == Run.id).where(Trial.search_id == search, ended)
    engine = select(Run.id).join(Search, Search.engine_run == Run.id).where(Search.id == search, ended)
    return [*(await conn.execute(trials)).scalars(), *(await conn.execute(engine)).scalars()]


async def going(conn: Reader) -> Sequence[str]:
    """Searches for which there is something to do: they continue, or a trial of theirs has not ended."""
    wanted = [state.value for state in SearchState if state.going]
    open_ = select(Trial.search_id).where(
        Trial.state.in_([state.value for state in TrialState if not state.final])
    )
    return (
        (await conn.execute(select(Search.id).where(Search.state.in_(wanted) | Search.id.in_(open_))))
        .scalars()
        .all()
    )


async def ends(conn: Reader, runs: Sequence[str]) -> dict[str, tuple[RunState, str | None]]:
    """How runs stand: their state and, when they failed, why."""
    found: dict[str, tuple[RunState, str | None]] = {}
    for start in range(0, len(runs), PIECE):
        columns = (Run.id, Run.state, Run.reason, Run.message)
        for row in await conn.execute(select(*columns).where(Run.id.in_(runs[start : start + PIECE]))):
            found[row.id] = (RunState(row.state), row.message or row.reason)
    return found


async def outputs(conn: Reader, runs: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """{run: [outputs of its steps, in order]}."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    owners = await metrics.origins(conn, runs)
    sources = sorted({owner.source_run for owner in owners})
    told: dict[tuple[str, str], Any] = {}
    for start in range(0, len(sources), PIECE):
        statement = select(Step.run_id, Step.name, Step.outputs).where(
            Step.run_id.in_(sources[start : start + PIECE]), Step.item == -1
        )
        told |= {(row.run_id, row.name): row.outputs for row in await conn.execute(statement)}
    for owner in owners:
        if isinstance(made := told.get((owner.source_run, owner.source_step)), dict):
            found.setdefault(owner.run, []).append(made)
    return found


async def going_of(conn: Reader, project: str) -> list[str]:
    """The names of a project's searches that have not ended."""
    on = [state.value for state in SearchState if state.going]
    return list(
        (
            await conn.execute(select(Search.name).where(Search.project_id == project, Search.state.in_(on)))
        ).scalars()
    )
