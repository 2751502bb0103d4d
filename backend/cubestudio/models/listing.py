"""Models as lists and pages show them."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.db import Reader
from cubestudio.core.paging import Rows, among, fetch
from cubestudio.models.model import Alias, Model, ModelVersion
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role


@dataclass(frozen=True)
class Reference:
    """Something that uses a version of a model: what it is, its id and its name."""

    kind: str
    id: str
    name: str


User = Callable[[Reader, Sequence[str]], Awaitable[list[Reference]]]
USERS: list[User] = []
"""ids of versions → what uses them; filled by the rooms above by `app.ROOMS`."""


async def models_of(
    conn: Reader, viewer: Viewer, project: str | None, search: str, after: str | None, first: int, most: int
) -> tuple[Rows, dict[str, Role] | None]:
    """A page of models of the viewer's projects, newest first; and the viewer's roles."""
    roles = await projects.mine(conn, viewer)
    values = await projects.scope(conn, viewer, project, roles)
    narrow, rest = {Model.project_id: values} if values is not None else {}, []
    if words := search.strip()[:100]:
        rest.append(Model.name.contains(words, autoescape=True))
    return await fetch(
        conn, among(Model.__table__.columns, Model.id, narrow, rest=rest, after=after, first=first, most=most)
    ), roles


async def versions_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {
        row.id: row
        for row in await conn.execute(
            select(*ModelVersion.__table__.columns).where(ModelVersion.id.in_(keys))
        )
    }


async def latest_by_model(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """The newest version of models that there is; a deleted one does not count."""
    statement = (
        select(*ModelVersion.__table__.columns)
        .where(ModelVersion.model_id.in_(keys))
        .order_by(ModelVersion.number)
    )
    found = {row.model_id: row for row in await conn.execute(statement)}
    return {key: found.get(key) for key in keys}


async def versions_of(conn: Reader, model: str, most: int = 200) -> Sequence[Row]:
    """The versions of a model, newest first."""
    statement = select(*ModelVersion.__table__.columns).where(ModelVersion.model_id == model)
    return (await conn.execute(statement.order_by(ModelVersion.number.desc()).limit(most))).all()


async def aliases_by_model(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {key: [] for key in keys}
    for row in await conn.execute(
        select(*Alias.__table__.columns).where(Alias.model_id.in_(keys)).order_by(Alias.name)
    ):
        found[row.model_id].append(row)
    return found


async def numbered(conn: Reader, model: str, number: int) -> Row | None:
    statement = select(*ModelVersion.__table__.columns).where(
        ModelVersion.model_id == model, ModelVersion.number == number
    )
    return (await conn.execute(statement)).one_or_none()


async def of_runs(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Any]]:
    """What was registered from runs: (id of the model, its name, number, step) of each."""
    found: dict[str, list[Any]] = {key: [] for key in keys}
    columns = (
        ModelVersion.run_id,
        ModelVersion.id,
        Model.id.label("model_id"),
        Model.name,
        ModelVersion.number,
        ModelVersion.lineage,
    )
    statement = (
        select(*columns).join(Model, Model.id == ModelVersion.model_id).where(ModelVersion.run_id.in_(keys))
    )
    for row in await conn.execute(statement.order_by(ModelVersion.id)):
        found[row.run_id].append(row)
    return found


async def uses(conn: Reader, versions: Sequence[str]) -> list[Reference]:
    """What runs with one of these versions."""
    found: list[Reference] = []
    if versions:
        for ask in USERS:
            found += await ask(conn, versions)
    return found


async def refers(conn: Reader, project: str, keys: Collection[str]) -> set[str]:
    """Return those of the stored objects that are files of a version of a project's models."""
    statement = select(ModelVersion.files).join(Model, Model.id == ModelVersion.model_id)
    rows = await conn.execute(statement.where(Model.project_id == project))
    return {artifact_key(project, sha256) for (files,) in rows for _, _, sha256, _ in files} & set(keys)


async def stored(conn: Reader, project: str) -> int:
    """Bytes of the models that were uploaded into a project; those of runs are counted with these."""
    statement = select(ModelVersion.files).join(Model, Model.id == ModelVersion.model_id)
    rows = await conn.execute(statement.where(Model.project_id == project, ModelVersion.run_id.is_(None)))
    return sum({sha256: size for (files,) in rows for _, size, sha256, _ in files}.values())
