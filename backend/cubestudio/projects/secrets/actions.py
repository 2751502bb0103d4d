"""Writing secrets of a project, taking them away, and giving them to what runs there."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from cubestudio.core import clock, ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid, NotFound
from cubestudio.core.vault import Vault
from cubestudio.projects import access as projects
from cubestudio.projects import messages
from cubestudio.projects.events import ProjectChanged
from cubestudio.projects.model import Role
from cubestudio.projects.secrets.model import Secret
from cubestudio.projects.secrets.spec import fit

MOST = 40_000
"""Bytes of a value."""
SHOWN = tuple(column for column in Secret.__table__.columns if column.name != "sealed")
User = Callable[[Reader, str, str], Awaitable[list[str]]]
USERS: list[User] = []
"""(project, secret) → in words what uses it; filled by the rooms above by `app.ROOMS`."""


async def save(
    tx: Tx, vault: Vault, viewer: Viewer, project: str, name: str, value: str | None, description: str | None
) -> str:
    """Write a secret, new or in place of the one of that name; its id. A value of None keeps the one that is
    there."""
    standing = await projects.project(tx, viewer, project, Role.MAINTAINER)
    if not fit(name):
        raise Invalid(messages.SECRET_NAME_INVALID(), field="name")
    if description is not None and len(description) > 500:
        raise Invalid(shared.DESCRIPTION_TOO_LONG(), field="description")
    if value is not None and not 0 < len(value.encode()) <= MOST:
        raise Invalid(messages.SECRET_SIZE_OUT_OF_RANGE(limit=MOST), field="value")
    if value is not None and "\0" in value:
        raise Invalid(messages.SECRET_HAS_NUL(), field="value")
    found = select(Secret.id).where(Secret.project_id == standing.id, Secret.name == name)
    old = (await tx.execute(found)).scalar_one_or_none()
    now = clock.now()
    values: dict[str, Any] = {"changed_by": viewer.id, "changed_at": now}
    values |= {"sealed": vault.seal(value)} if value is not None else {}
    values |= {"description": description} if description is not None else {}
    if old is None:
        if value is None:
            raise Invalid(messages.SECRET_VALUE_MISSING(), field="value")
        key = ids.new()
        await tx.execute(
            insert(Secret).values(
                **{"description": ""} | values, id=key, project_id=standing.id, name=name, created_at=now
            )
        )
    else:
        key = old
        await tx.execute(update(Secret).where(Secret.id == key).values(**values))
    tx.record(ProjectChanged(standing.id))
    return key


async def remove(tx: Tx, viewer: Viewer, project: str, name: str, force: bool) -> str:
    """Take a secret away; unless `force`, only when nothing uses it. Its id."""
    standing = await projects.project(tx, viewer, project, Role.MAINTAINER)
    found = select(Secret.id).where(Secret.project_id == standing.id, Secret.name == name)
    key = (await tx.execute(found)).scalar_one_or_none()
    if key is None:
        raise NotFound(messages.SECRET_NOT_FOUND(project=standing.name, name=name[:60]), field="name")
    if not force and (used := await users_of(tx, standing.id, name)):
        raise Conflict(messages.SECRET_IN_USE(users=", ".join(used[:5])), field="name")
    await tx.execute(delete(Secret).where(Secret.id == key))
    tx.record(ProjectChanged(standing.id))
    return key


async def users_of(conn: Reader, project: str, name: str) -> list[str]:
    """What names a secret, in words."""
    return [words for ask in USERS for words in await ask(conn, project, name)]


async def secrets_of(conn: Reader, project: str) -> Sequence[Row]:
    """Everything about a project's secrets but their values, by name."""
    return (
        await conn.execute(select(*SHOWN).where(Secret.project_id == project).order_by(Secret.name))
    ).all()


async def given(
    conn: Reader, vault: Vault, project: str, names: Collection[str], field: str = "secrets"
) -> Mapping[str, str]:
    """The values of secrets that something is to be given; Invalid when the project has not all of them.
    `field`: where their names stand in the input."""
    if not names:
        return {}
    rows = await conn.execute(
        select(Secret.name, Secret.sealed).where(Secret.project_id == project, Secret.name.in_(names))
    )
    values = {row.name: vault.unseal(row.sealed) for row in rows}
    if missing := sorted(set(names) - set(values)):
        raise Invalid(messages.SECRETS_MISSING(names=", ".join(missing)), field=field)
    return values


async def sealed_of(conn: Reader, projects_: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """All sealed values of projects, for whoever must not let them out."""
    found: dict[str, list[str]] = {}
    for row in await conn.execute(
        select(Secret.project_id, Secret.sealed).where(Secret.project_id.in_(projects_)).order_by(Secret.id)
    ):
        found.setdefault(row.project_id, []).append(row.sealed)
    return {project: tuple(sealed) for project, sealed in found.items()}


async def secrets_by_id(conn: Reader, keys: Sequence[str]) -> Mapping[str, Any]:
    return {row.id: row for row in await conn.execute(select(*SHOWN).where(Secret.id.in_(keys)))}
