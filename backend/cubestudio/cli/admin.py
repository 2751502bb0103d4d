"""Administration of this machine's platform, for those who can read its data folder: the database, tokens and
sign-in links of the first administrator, encryption keys and the audit log."""

import contextlib
import getpass
import json
from collections.abc import AsyncIterator
from typing import Any

from cubestudio.app import App, init, running
from cubestudio.cli import instance, reencrypt
from cubestudio.core import audit
from cubestudio.core.auth.viewer import Scope, Viewer
from cubestudio.core.config import Settings
from cubestudio.core.db import Database
from cubestudio.core.errors import Conflict
from cubestudio.core.vault import Vault
from cubestudio.migrations.revision import newest, present
from cubestudio.users import actions as users
from cubestudio.users import credentials


async def prepare(settings: Settings) -> None:
    """Upgrade the database to this version."""
    with contextlib.nullcontext() if settings.database_url else instance.hold(settings.home, instance.INIT):
        await init(settings)


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[App]:
    """Open this machine's platform while the block runs, without jobs and clusters. Its database is upgraded
    to this version first, unless a platform uses it; then Conflict is raised."""
    if await present(settings.database) != newest():
        try:
            await prepare(settings)
        except instance.Taken as taken:
            raise Conflict(
                f"The platform that runs in {settings.home} (process {taken.other.pid}) has another "
                "version of the database.",
                hint="Use the command of the version that runs, or start that platform again with this "
                "version.",
            ) from None
    async with running(settings.model_copy(update={"local": False}), frozenset()) as app:
        yield app


async def link(settings: Settings) -> str:
    """Return the secret of a new one-time sign-in link of the first administrator."""
    async with opened(settings) as app:
        return await create_link(app)


async def token(settings: Settings, name: str, days: int | None, scope: Scope) -> str:
    """Return a new API token of the first administrator."""
    async with opened(settings) as app:
        return await create_token(app, name, days, scope)


async def rotate(settings: Settings) -> int:
    """Add a new key, unless the settings have the keys, and encrypt all secrets again with the newest key;
    return how many rows changed."""
    vault = Vault.open(settings.secret_keys, settings.home)
    if not settings.secret_keys:
        vault.add()
    db = Database(settings.database)
    try:
        count = await reencrypt.rotate(db, vault)
        async with db.write() as tx:
            await audit.write(tx, vault, _act("rotateKeys", detail={"rows": count}))
    finally:
        await db.close()
    return count


async def verify(settings: Settings) -> int:
    """Print whether the audit log is as it was written; return the exit code."""
    async with opened(settings) as app, app.ctx.db.read() as conn:
        found = await audit.verify(conn, app.ctx.vault)
    print(f"{found.rows} entries: {found.problem or 'the chain holds'}")
    return 1 if found.problem else 0


async def export(settings: Settings) -> None:
    """Print the audit log as lines of JSON, oldest first."""
    async with opened(settings) as app, app.ctx.db.read() as conn:
        async for row in audit.entries(conn):
            print(json.dumps({**row, "at": row["at"].isoformat()}, ensure_ascii=False))


async def create_link(app: App) -> str:
    """Create a one-time sign-in link of the first administrator; return its secret."""
    async with app.ctx.db.write() as tx:
        admin = await users.administrator(tx)
        await audit.write(tx, app.ctx.vault, _act("makeLink", target=admin))
        return await credentials.link(tx, app.ctx.settings, admin)


async def create_token(app: App, name: str, days: int | None, scope: Scope) -> str:
    """Create an API token of the first administrator, which expires after `days`; return its secret."""
    async with app.ctx.db.write() as tx:
        admin = await users.administrator(tx)
        detail = {"name": name, "days": days, "scope": scope.value}
        await audit.write(tx, app.ctx.vault, _act("createToken", target=admin, detail=detail))
        viewer = Viewer(id=admin, name="admin", admin=True)
        return (await credentials.make_token(tx, viewer, name, days, scope))[1]


def _act(operation: str, **more: Any) -> audit.Act:
    """Return an entry of the audit log by the user of this machine."""
    actor = getpass.getuser()
    return audit.Act(actor_id=None, actor=actor, by="machine", address=None, operation=operation, **more)
