"""Things of every kind by their names: what is called exactly so first, then what begins so, then the newest
that has it in its name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, literal, or_, select, union_all

from cubestudio.core import ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.errors import Invalid
from cubestudio.core.paging import among, fetch
from cubestudio.find import messages
from cubestudio.images.model import Image
from cubestudio.models.model import Model
from cubestudio.notebooks.model import Notebook
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.pipelines.schedules.model import Schedule
from cubestudio.projects import access as projects
from cubestudio.projects.model import Group, Project
from cubestudio.searches.model import Search
from cubestudio.services.model import Service
from cubestudio.templates.model import Template
from cubestudio.users.access import overseer
from cubestudio.users.model import User

MOST = 20
"""Of each kind."""
LONGEST = 100
_NUMBERED = re.compile(r"(?:(.*?)[\s#]+|#)?(\d{1,9})")
"""A number, which may come after a name: train #3, train 3, #3, 3."""


class Kind(StrEnum):
    """In the order in which things are told that match equally well."""

    PROJECT = "project"
    PIPELINE = "pipeline"
    RUN = "run"
    SCHEDULE = "schedule"
    NOTEBOOK = "notebook"
    IMAGE = "image"
    SEARCH = "search"
    MODEL = "model"
    SERVICE = "service"
    TEMPLATE = "template"
    CLUSTER = "cluster"
    GROUP = "group"
    USER = "user"


@dataclass(kw_only=True, frozen=True)
class Found:
    """A thing that has the text in its name. `rank`: 0 when that is its name, or its id, 1 when its name
    begins so, else 2."""

    kind: Kind
    id: str
    name: str
    rank: int
    project: str | None = None
    detail: str | None = None
    state: RunState | None = None


NAMED: dict[Kind, Any] = {
    Kind.PIPELINE: Pipeline,
    Kind.NOTEBOOK: Notebook,
    Kind.IMAGE: Image,
    Kind.SEARCH: Search,
    Kind.MODEL: Model,
    Kind.SERVICE: Service,
}
"""What has a name that is unique in its project."""


async def find(conn: Reader, viewer: Viewer, clusters: Sequence[str], text: str, first: int) -> list[Found]:
    """Things that the viewer may see, at most `first` of each kind: those that match best first, and then by
    kind, newest first."""
    if not 1 <= first <= MOST:
        raise Invalid(shared.FIRST_OUT_OF_RANGE(most=MOST), field="first")
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise Invalid(messages.FIND_TEXT_OUT_OF_RANGE(most=LONGEST), field="text")
    roles = await projects.mine(conn, viewer)
    scope = None if roles is None else list(roles)
    found = [
        *await _projects(conn, scope, text, first),
        *await _schedules(conn, scope, text, first),
        *await _templates(conn, scope, text, first),
    ]
    for kind, table in NAMED.items():
        found += await _named(conn, kind, table, scope=scope, text=text, first=first)
    found += await _runs(conn, scope, text, first)
    found += _cut(
        [
            Found(kind=Kind.CLUSTER, id=name, name=name, rank=_rank(text, name))
            for name in clusters
            if text.lower() in name.lower()
        ],
        first,
    )
    if (viewer.admin or viewer.auditor) and not viewer.project:
        found += await _people(conn, viewer, text, first)
    order = list(Kind)
    return sorted(found, key=lambda each: (each.rank, order.index(each.kind)))


def _rank(text: str, *names: str | None, key: str = "") -> int:
    """How well a thing with these names, and this id, matches."""
    if key == text:
        return 0
    low = text.lower()
    return min(
        (0 if name.lower() == low else 1 if name.lower().startswith(low) else 2) for name in names if name
    )


def _cut(found: list[Found], first: int) -> list[Found]:
    return sorted(found, key=lambda each: each.rank)[:first]


def _newest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.id, reverse=True)


def _of(scope: list[str] | None, table: Any) -> dict[Any, Sequence[Any]]:
    return {} if scope is None else {table.project_id: scope}


def _beginning(column: Any, text: str) -> Any:
    """As a range and not by LIKE, of which SQLite reads the whole index."""
    return (column >= text) & (column < f"{text}\U0010ffff")


async def _matching(conn: Reader, table: Any, scope: list[str] | None, text: str, first: int) -> list[Row]:
    """(id, name, project_id) of the things of a table with unique names in projects. What is called so or
    begins so is read from the index of names, project by project; the rest is the newest that has the text in
    its name."""
    columns = (table.id, table.name, table.project_id)
    low = text.lower()  # names are in small letters
    inside = [] if scope is None else [Project.id.in_(scope)]
    joined = (
        select(*columns)
        .select_from(Project)
        .join(table, table.project_id == Project.id)
        .where(Project.deleted_at.is_(None), *inside)
    )
    tops = [
        joined.where(which).limit(first).subquery()
        for which in (table.name == low, _beginning(table.name, low))
    ]
    if ids.is_id(text):
        tops.append(joined.where(table.id == text).subquery())
    rows = {row.id: row for row in await conn.execute(union_all(*(select(*top.c) for top in tops)))}
    if len(rows) < first:
        more = among(
            columns,
            table.id,
            _of(scope, table),
            rest=[table.name.contains(text, autoescape=True)],
            after=None,
            first=first,
            most=MOST,
        )
        rows |= {row.id: row for row in await fetch(conn, more)}
    return sorted(_newest(rows.values()), key=lambda row: _rank(text, row.name, key=row.id))[:first]


async def _names(conn: Reader, rows: Sequence[Row]) -> dict[str, str]:
    """The names of the projects of some rows; one that is being deleted has none."""
    keys = {row.project_id for row in rows}
    found = await conn.execute(
        select(Project.id, Project.name).where(Project.id.in_(keys), Project.deleted_at.is_(None))
    )
    return {row.id: row.name for row in found}


async def _named(
    conn: Reader, kind: Kind, table: Any, scope: list[str] | None, text: str, first: int
) -> list[Found]:
    rows = await _matching(conn, table, scope, text, first)
    names = await _names(conn, rows)
    return [
        Found(
            kind=kind,
            id=row.id,
            name=row.name,
            rank=_rank(text, row.name, key=row.id),
            project=names[row.project_id],
        )
        for row in rows
        if row.project_id in names
    ]


async def _projects(conn: Reader, scope: list[str] | None, text: str, first: int) -> list[Found]:
    mine = [Project.deleted_at.is_(None), *([] if scope is None else [Project.id.in_(scope)])]
    exact = select(Project.id, Project.name).where(
        or_(Project.id == text, Project.name == text.lower()), *mine
    )
    some = (
        select(Project.id, Project.name)
        .where(Project.name.contains(text, autoescape=True), *mine)
        .order_by(Project.id.desc())
        .limit(MOST)
    )
    rows = {row.id: row for row in [*await conn.execute(exact), *await conn.execute(some)]}
    return _cut(
        [
            Found(kind=Kind.PROJECT, id=row.id, name=row.name, rank=_rank(text, row.name, key=row.id))
            for row in rows.values()
        ],
        first,
    )


async def _schedules(conn: Reader, scope: list[str] | None, text: str, first: int) -> list[Found]:
    columns = (Schedule.id, Schedule.name, Schedule.project_id, Schedule.pipeline_id)
    wanted = (
        or_(Schedule.id == text, Schedule.name.contains(text, autoescape=True))
        if ids.is_id(text)
        else Schedule.name.contains(text, autoescape=True)
    )
    rows = await fetch(
        conn,
        among(columns, Schedule.id, _of(scope, Schedule), rest=[wanted], after=None, first=MOST, most=MOST),
    )
    names = await _names(conn, rows)
    pipelines = await _pipelines(conn, [row.pipeline_id for row in rows])
    made = [
        Found(
            kind=Kind.SCHEDULE,
            id=row.id,
            name=row.name,
            rank=_rank(text, row.name, key=row.id),
            project=names[row.project_id],
            detail=pipelines[row.pipeline_id],
        )
        for row in rows
        if row.project_id in names
    ]
    return _cut(made, first)


async def _pipelines(conn: Reader, keys: Sequence[str]) -> dict[str, str]:
    return {
        row.id: row.name
        for row in await conn.execute(select(Pipeline.id, Pipeline.name).where(Pipeline.id.in_(keys)))
    }


async def _templates(conn: Reader, scope: list[str] | None, text: str, first: int) -> list[Found]:
    """The platform's and those of projects, by name or title."""
    columns = (Template.id, Template.name, Template.title, Template.project_id)
    named = or_(
        *(column.contains(text, autoescape=True) for column in (Template.name, Template.title)),
        Template.id == text,
    )
    mine = [] if scope is None else [or_(Template.project_id.is_(None), Template.project_id.in_(scope))]
    rows = (
        await conn.execute(select(*columns).where(named, *mine).order_by(Template.id.desc()).limit(MOST * 5))
    ).all()
    names: dict[str | None, str | None] = {
        None: None,
        **await _names(conn, [row for row in rows if row.project_id]),
    }
    made = [
        Found(
            kind=Kind.TEMPLATE,
            id=row.id,
            name=row.name,
            rank=_rank(text, row.name, row.title, key=row.id),
            project=names[row.project_id],
            detail=row.title,
        )
        for row in rows
        if row.project_id in names
    ]
    return _cut(made, first)


def _readings(text: str) -> Iterator[tuple[str, int | None]]:
    """The names of a pipeline, and numbers of its runs, that a text can mean; an empty name: of any."""
    yield text, None
    if found := _NUMBERED.fullmatch(text):
        yield (found[1] or "").strip(), int(found[2])


async def _runs(conn: Reader, scope: list[str] | None, text: str, first: int) -> list[Found]:
    """By number (#3, train #3), by the name of their pipeline, then the newest ones, or by id."""
    columns = (Run.id, Run.number, Run.state, Run.project_id, Run.pipeline_id)
    ranks: dict[str, int] = {}
    found: dict[str, Row] = {}
    if ids.is_id(text):
        own = [] if scope is None else [Run.project_id.in_(scope)]
        found |= {row.id: row for row in await conn.execute(select(*columns).where(Run.id == text, *own))}
        ranks |= dict.fromkeys(found, 0)
    for name, number in _readings(text):
        if number is None:
            keys = [row.id for row in await _matching(conn, Pipeline, scope, name, MOST)]
            rows = (
                await fetch(
                    conn,
                    among(
                        columns, Run.id, {Run.pipeline_id: keys}, rest=[], after=None, first=first, most=MOST
                    ),
                )
                if keys
                else []
            )
            ranks |= {row.id: 2 for row in rows if row.id not in ranks}
        else:
            if name:
                of = [
                    (row.id, _rank(name, row.name))
                    for row in await _matching(conn, Pipeline, scope, name, MOST)
                ]
            else:
                newest = among(
                    (Pipeline.id,),
                    Pipeline.id,
                    _of(scope, Pipeline),
                    rest=[Pipeline.runs >= number],
                    after=None,
                    first=first,
                    most=MOST,
                )
                of = [(row.id, 1) for row in await fetch(conn, newest)]
            exact = dict(of)
            rows = (
                (
                    await conn.execute(
                        select(*columns).where(Run.pipeline_id.in_(list(exact)), Run.number == number)
                    )
                ).all()
                if exact
                else []
            )
            ranks |= {row.id: exact[row.pipeline_id] for row in rows}
        found |= {row.id: row for row in rows}
    chosen = sorted(_newest(found.values()), key=lambda row: ranks[row.id])[:first]
    names = await _names(conn, chosen)
    pipelines = await _pipelines(conn, [row.pipeline_id for row in chosen])
    return [
        Found(
            kind=Kind.RUN,
            id=row.id,
            name=f"{pipelines[row.pipeline_id]} #{row.number}",
            rank=ranks[row.id],
            project=names[row.project_id],
            state=RunState(row.state),
        )
        for row in chosen
        if row.project_id in names and row.pipeline_id in pipelines
    ]


async def _people(conn: Reader, viewer: Viewer, text: str, first: int) -> list[Found]:
    """Accounts and groups, for administrators and auditors."""
    overseer(viewer)
    named = [column.contains(text, autoescape=True) for column in (User.name, User.email)]
    exact = or_(User.id == text, User.name == text.lower(), User.email == text.lower())
    columns = (User.id, User.name, User.email)
    users = {row.id: row for row in await conn.execute(select(*columns).where(exact).limit(MOST))}
    users |= {
        row.id: row
        for row in await conn.execute(
            select(*columns).where(or_(*named)).order_by(User.id.desc()).limit(MOST)
        )
    }
    group = select(Group.id, Group.name, literal(None).label("email")).where(
        or_(Group.id == text, Group.name.contains(text, autoescape=True))
    )
    groups = (await conn.execute(group.order_by(Group.id.desc()).limit(MOST))).all()
    return [
        one
        for kind, rows in ((Kind.USER, users.values()), (Kind.GROUP, groups))
        for one in _cut(
            [
                Found(
                    kind=kind,
                    id=row.id,
                    name=row.name,
                    rank=_rank(text, row.name, row.email, key=row.id),
                    detail=row.email,
                )
                for row in rows
            ],
            first,
        )
    ]
