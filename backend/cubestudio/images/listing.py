"""Images and builds as lists and pages show them, and what is asked of them by the clock."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.core.paging import Rows, among, fetch
from cubestudio.images.model import Build, BuildState, Image, Preset
from cubestudio.images.spec import LOCAL, local_name
from cubestudio.projects import access as projects
from cubestudio.projects.model import Project, Role
from cubestudio.workloads.model import Workload

NARROW = tuple(column for column in Build.__table__.columns if column.name not in ("packages", "definition"))


@dataclass(frozen=True)
class Use:
    """Something that names an image: what it is, its id and its name."""

    kind: str
    id: str
    name: str


User = Callable[[Reader, str, Sequence[str]], Awaitable[list[Use]]]
USERS: list[User] = []
"""(project, references) → what uses them; filled from `app.ROOMS`."""


async def images_of(
    conn: Reader, viewer: Viewer, project: str | None, search: str, after: str | None, first: int, most: int
) -> tuple[Rows, dict[str, Role] | None]:
    """A page of images of the viewer's projects, newest first; and the viewer's roles."""
    roles = await projects.mine(conn, viewer)
    values = await projects.scope(conn, viewer, project, roles)
    narrow, rest = {Image.project_id: values} if values is not None else {}, []
    if words := search.strip()[:100]:
        rest.append(Image.name.contains(words, autoescape=True))
    return await fetch(
        conn, among(Image.__table__.columns, Image.id, narrow, rest=rest, after=after, first=first, most=most)
    ), roles


async def builds_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {
        row.id: row for row in await conn.execute(select(*Build.__table__.columns).where(Build.id.in_(keys)))
    }


async def latest_by_image(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """The newest build of images."""
    statement = (
        select(*NARROW)
        .join(Image, (Image.id == Build.image_id) & (Image.latest == Build.number))
        .where(Image.id.in_(keys))
    )
    found = {row.image_id: row for row in await conn.execute(statement)}
    return {key: found.get(key) for key in keys}


async def builds_of(conn: Reader, image: str, most: int = 200) -> Sequence[Row]:
    """The versions of an image, newest first, without what takes long to read."""
    statement = select(*NARROW).where(Build.image_id == image).order_by(Build.number.desc()).limit(most)
    return (await conn.execute(statement)).all()


async def before(conn: Reader, image: str, number: int) -> Row | None:
    """The newest version before `number` that was built: what a version is compared with."""
    statement = select(Build.number, Build.packages, Build.size).where(
        Build.image_id == image, Build.number < number, Build.state == BuildState.SUCCEEDED.value
    )
    return (await conn.execute(statement.order_by(Build.number.desc()).limit(1))).one_or_none()


async def presets(conn: Reader) -> Sequence[Row]:
    """The catalogue of starting points, by title."""
    return (
        await conn.execute(
            select(*Preset.__table__.columns).where(Preset.hidden.is_(False)).order_by(Preset.title)
        )
    ).all()


async def whole(conn: Reader, build: str) -> Row | None:
    """A build with the names that its task is told."""
    statement = (
        select(*Build.__table__.columns, Image.name.label("image"), Project.name.label("project"))
        .join(Image, Image.id == Build.image_id)
        .join(Project, Project.id == Build.project_id)
        .where(Build.id == build)
    )
    return (await conn.execute(statement)).one_or_none()


async def held(conn: Reader, project: str) -> str | None:
    """A build of a project that a cluster of Kubernetes still has, in words."""
    statement = (
        select(Build.number, Build.cluster)
        .join(Workload, Workload.owner_id == Build.id)
        .where(Build.project_id == project, Build.cluster != "local", Workload.released_at.is_(None))
    )
    found = (await conn.execute(statement.limit(1))).one_or_none()
    return f"A build (version {found.number}) is on cluster {found.cluster}" if found else None


async def uses(conn: Reader, project: str, references: Sequence[str]) -> list[Use]:
    """What names one of these references."""
    found: list[Use] = []
    if references:
        for ask in USERS:
            found += await ask(conn, project, references)
    return found


async def kept(conn: Reader, project: str, names: Iterable[str]) -> Mapping[str, Row]:
    """The builds (id, definition) whose images these names are and whose files the platform's own machine may
    have."""
    wanted = {name: found for name in names if (found := LOCAL.fullmatch(name))}
    pushed = [name for name in names if name not in wanted]
    columns = (Build.id, Build.definition, Build.reference, Build.number, Image.name)
    here = (Build.project_id == project, Build.cluster == "local", Build.state == BuildState.SUCCEEDED.value)
    called = Image.name.in_([found["name"] for found in wanted.values()])
    statement = (
        select(*columns)
        .join(Image, Image.id == Build.image_id)
        .where(*here, called | Build.reference.in_(pushed))
    )
    rows = (await conn.execute(statement)).all() if wanted or pushed else []
    by_name = {local_name(row.name, row.number): row for row in rows} | {
        row.reference: row for row in rows if row.reference
    }
    return {name: by_name[name] for name in (*wanted, *pushed) if name in by_name}


async def busy(conn: Reader, registry: str) -> bool:
    """Whether an image is being built for a registry."""
    final = [state.value for state in BuildState if state.final]
    going = select(Build.id).where(Build.registry_id == registry, Build.state.not_in(final)).limit(1)
    return (await conn.execute(going)).scalar_one_or_none() is not None


async def going_of(conn: Reader, project: str) -> list[str]:
    """The names of a project's images that are being built."""
    open_ = [state.value for state in BuildState if not state.final]
    statement = select(Image.name).join(Build, Build.image_id == Image.id)
    return list(
        (
            await conn.execute(
                statement.where(Build.project_id == project, Build.state.in_(open_)).order_by(Build.id)
            )
        ).scalars()
    )


async def refers(conn: Reader, project: str, keys: Collection[str]) -> set[str]:
    """Return those of the stored objects that are files of a project's builds."""
    rows = await conn.execute(select(Build.files).where(Build.project_id == project))
    return {each["key"] for (files,) in rows for each in files} & set(keys)


async def stored(conn: Reader, project: str) -> int:
    """Bytes of the images that are kept here because there is no registry for them."""
    rows = await conn.execute(select(Build.files).where(Build.project_id == project))
    return sum({each["key"]: each["size"] for (files,) in rows for each in files}.values())
