"""Adding registries to a project, and what tools and questions need to get into them."""

import base64
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid
from cubestudio.core.vault import Vault
from cubestudio.projects import access as projects
from cubestudio.projects import messages
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.projects.registries import access
from cubestudio.projects.registries.model import Registry
from cubestudio.projects.registries.spec import Door, Name, door, door_of, read

_PREFIX = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?(/[a-z0-9._-]+)*")
User = Callable[[Reader, str], Awaitable[bool]]
USERS: list[User] = []
"""registry → whether an image is being built for it; filled by the rooms above by `app.ROOMS`."""


@dataclass(kw_only=True, frozen=True)
class Login:
    """How a registry is reached: host[:port][/path], and who signs in. `insecure`: by plain HTTP."""

    prefix: str
    username: str = ""
    password: str | None = None
    insecure: bool = False


async def save(tx: Tx, vault: Vault, viewer: Viewer, project: str, name: str, login: Login) -> str:
    """Add a registry to a project or change the one of that name; return its id. A password of None keeps
    the present one."""
    standing = await projects.project(tx, viewer, project, Role.MAINTAINER)
    named(name)
    plain = login.prefix.removeprefix("https://").removeprefix("http://").strip("/")
    if not _PREFIX.fullmatch(plain):
        raise Invalid(messages.REGISTRY_ADDRESS_INVALID(), field="prefix")
    if len(login.username) > 200 or len(login.password or "") > 5000:
        raise Invalid(messages.REGISTRY_CREDENTIALS_TOO_LONG(), field="username")
    old = next((row for row in await registries_of(tx, standing.id) if row.name == name), None)
    values: dict[str, Any] = {"prefix": plain, "username": login.username, "insecure": login.insecure}
    if login.password is not None or old is None:
        values["password"] = vault.seal(login.password or "")
    if old is not None:
        await tx.execute(update(Registry).where(Registry.id == old.id).values(**values))
        return old.id
    key = ids.new()
    await tx.execute(
        insert(Registry).values(id=key, project_id=standing.id, name=name, created_at=clock.now(), **values)
    )
    return key


async def remove(tx: Tx, viewer: Viewer, registry: str) -> str:
    """Take a registry away from its project; images that are there stay there."""
    row, standing = await access.registry(tx, viewer, registry)
    for ask in USERS:
        if await ask(tx, row.id):
            raise Conflict(messages.REGISTRY_IN_USE(), field="id")
    await tx.execute(delete(Registry).where(Registry.id == row.id))
    return standing.id


async def looked(
    conn: Reader, vault: Vault, project: str | None, images: Sequence[str], site: str
) -> dict[str, tuple[Door | None, Name]]:
    """Where each image is to be looked for, with what the project's registries are told; None: nowhere."""
    rows = await registries_of(conn, project) if project else ()
    doors = [(row.prefix, door_of(row, vault.unseal(row.password) if row.username else "")) for row in rows]
    return {image: (door(image, doors, site), read(image)) for image in images}


def credentials(vault: Vault, rows: Sequence[Row]) -> str | None:
    """The file in which tools and nodes look for the credentials of registries; None when no registry asks
    for any."""
    found = {}
    for row in rows:
        if row.username:
            pair = f"{row.username}:{vault.unseal(row.password)}"
            told = {"auth": base64.b64encode(pair.encode()).decode()}
            found[row.prefix] = told
            if row.prefix.partition("/")[0] == "docker.io":
                found["https://index.docker.io/v1/"] = told  # what nodes call it
    return orjson.dumps({"auths": found}).decode() if found else None


async def registries_of(conn: Reader, project: str) -> Sequence[Row]:
    statement = (
        select(*Registry.__table__.columns).where(Registry.project_id == project).order_by(Registry.name)
    )
    return (await conn.execute(statement)).all()


async def registries_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {
        row.id: row
        for row in await conn.execute(select(*Registry.__table__.columns).where(Registry.id.in_(keys)))
    }
