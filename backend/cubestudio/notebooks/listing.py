"""Notebooks as lists and pages show them, and what is asked of them by the clock."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.db import Reader
from cubestudio.core.paging import Rows, among, fetch
from cubestudio.notebooks.model import Notebook, NotebookState, Policy
from cubestudio.notebooks.plan import GPU_IDLE_MINUTES, IDLE_MINUTES, WARN_MINUTES
from cubestudio.projects import access as projects
from cubestudio.projects.model import Project, Role
from cubestudio.users.model import User

COLUMNS = Notebook.__table__.columns


async def notebooks_of(  # noqa: PLR0913
    conn: Reader,
    viewer: Viewer,
    project: str | None,
    states: Sequence[NotebookState],
    mine: bool,
    search: str,
    after: str | None,
    first: int,
    most: int,
) -> tuple[Rows, dict[str, Role] | None]:
    """A page of notebooks of the viewer's projects, newest first; and the viewer's roles."""
    roles = await projects.mine(conn, viewer)
    values = await projects.scope(conn, viewer, project, roles)
    rest: list[Any] = []
    if mine:
        rest += [Notebook.project_id.in_(values)] if values is not None else []
        narrow: dict[Any, Sequence[Any]] = {Notebook.created_by: [viewer.id]}
    else:
        narrow = {Notebook.project_id: values} if values is not None else {}
    if states:
        named = [state.value for state in states]
        if narrow:
            rest.append(Notebook.state.in_(named))
        else:
            narrow = {Notebook.state: named}
    if words := search.strip()[:100]:
        owners = select(User.id).where(User.name.contains(words, autoescape=True))
        rest.append(or_(Notebook.name.contains(words, autoescape=True), Notebook.created_by.in_(owners)))
    return await fetch(
        conn, among(COLUMNS, Notebook.id, narrow, rest=rest, after=after, first=first, most=most)
    ), roles


async def notebooks_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {row.id: row for row in await conn.execute(select(*COLUMNS).where(Notebook.id.in_(keys)))}


async def policies_by_project(conn: Reader, keys: Sequence[str]) -> Mapping[str, tuple[int, int, int]]:
    """(idle minutes, idle minutes with cards, minutes of warning) of projects."""
    columns = (Policy.project_id, Policy.idle_minutes, Policy.gpu_idle_minutes, Policy.warn_minutes)
    found = {
        row.project_id: tuple(row)[1:]
        for row in await conn.execute(select(*columns).where(Policy.project_id.in_(keys)))
    }
    return {key: found.get(key, (IDLE_MINUTES, GPU_IDLE_MINUTES, WARN_MINUTES)) for key in keys}


async def running(conn: Reader) -> Sequence[Row]:
    """Those that answer, with what a look at them needs."""
    columns = (Notebook.id, Notebook.kind, Notebook.cluster, Notebook.starts)
    return (
        await conn.execute(select(*columns).where(Notebook.state == NotebookState.RUNNING.value).limit(5000))
    ).all()


async def held(conn: Reader, project: str) -> str | None:
    """The notebook of a project on Kubernetes, whose folder is there, in words."""
    row = await conn.execute(
        select(Notebook.name, Notebook.cluster)
        .where(Notebook.project_id == project, Notebook.cluster != "local")
        .limit(1)
    )
    found = row.one_or_none()
    return f"Notebook {found.name} is on cluster {found.cluster}" if found else None


async def whole(conn: Reader, notebook: str) -> Row | None:
    """A notebook with the names that its server is told."""
    return (
        await conn.execute(
            select(
                *Notebook.__table__.columns,
                Project.name.label("project"),
                User.name.label("user"),
                User.ssh_keys,
            )
            .join(Project, Project.id == Notebook.project_id)
            .join(User, User.id == Notebook.created_by)
            .where(Notebook.id == notebook)
        )
    ).one_or_none()


async def all_of(conn: Reader, project: str) -> Sequence[Row]:
    return (
        await conn.execute(select(Notebook.id, Notebook.cluster).where(Notebook.project_id == project))
    ).all()


async def refers(conn: Reader, project: str, keys: Collection[str]) -> set[str]:
    """Return those of the stored objects that a project's notebooks were given from a step of a run."""
    statement = select(Notebook.spec, Notebook.former).where(Notebook.project_id == project)
    specs = (spec for row in await conn.execute(statement) for spec in row if spec)
    found = {artifact_key(project, each["sha256"]) for spec in specs for each in spec.get("inputs", ())}
    return found & set(keys)


async def going_of(conn: Reader, project: str) -> list[str]:
    """The names of a project's notebooks that are not off."""
    on = [state.value for state in NotebookState if not state.off]
    statement = select(Notebook.name).where(Notebook.project_id == project, Notebook.state.in_(on))
    return list((await conn.execute(statement.order_by(Notebook.id))).scalars())
