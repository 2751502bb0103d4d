"""What the command `cubestudio` does on the platform's own machine; importing it takes seconds, which commands that only ask a
platform need not wait for."""

import asyncio
import contextlib
import getpass
import json
import os
import signal
from collections.abc import AsyncIterator

import uvicorn

from cubestudio import __version__
from cubestudio.app import App, init, running
from cubestudio.core import ledger
from cubestudio.core.auth.viewer import Scope, Viewer
from cubestudio.core.config import Settings
from cubestudio.core.db import Database
from cubestudio.core.secrets import Vault
from cubestudio.demo import drive
from cubestudio.door import opened
from cubestudio.keys import rotate as turn
from cubestudio.server import build, free_port
from cubestudio.users import actions as users
from cubestudio.users import ways
from cubestudio.wire import Careful


async def _link(app: App) -> str:
    async with app.parts.db.write() as tx:
        admin = await users.administrator(tx)
        await ledger.write(tx, app.parts.vault, ledger.Act(None, getpass.getuser(), "machine", None, "makeLink", admin))
        return await ways.link(tx, app.parts.settings, admin)


async def serve(settings: Settings, roles: frozenset[str], *, demo: bool = False, leave: bool = False) -> int:
    """Run the platform until a signal comes; with `demo`, the example too. The exit code."""
    await init(settings)
    port = free_port(settings.host, settings.port)
    if port != settings.port and settings.port:
        print(f"Port {settings.port} is taken; using {port}.", flush=True)
    url = settings.public_url or f"http://{'localhost' if settings.host in ('127.0.0.1', '0.0.0.0') else settings.host}:{port}"
    wanted = port + 1 if settings.open_port is None else settings.open_port
    settings = settings.model_copy(update={"port": port, "open_port": free_port(settings.host, wanted)})
    code = 0
    async with running(settings, roles) as app, opened(app.parts):
        config = uvicorn.Config(
            build(app), host=settings.host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2, ws_max_size=2**20,
            ws_per_message_deflate=False, http=Careful, proxy_headers=bool(settings.public_url), server_header=False,
        )  # fmt: skip
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # ty: ignore
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        here = settings.home / "server.json"
        here.write_text(json.dumps({"url": url, "pid": os.getpid()}))
        secret = await _link(app)
        try:
            print(f"Cube Studio {__version__} answers at {url}", flush=True)
            if not demo:
                _greet(url, secret)
            else:
                code = await asyncio.to_thread(drive, url, await _token(app, "demo", 1, Scope.MANAGE))
                if not leave:
                    _greet(url, secret)
                else:
                    server.should_exit = True
            await serving
        finally:
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)
            with contextlib.suppress(FileNotFoundError):
                here.unlink()
    return code if leave else 0


def _greet(url: str, secret: str) -> None:
    print(f"Sign in (once, within the hour): {url}/auth/link?token={secret}", flush=True)
    print("Stop with Ctrl-C.", flush=True)


async def _token(app: App, name: str, days: int | None, scope: Scope) -> str:
    async with app.parts.db.write() as tx:
        admin = await users.administrator(tx)
        act = ledger.Act(
            None, getpass.getuser(), "machine", None, "createToken", admin, detail={"name": name, "days": days, "scope": scope.value}
        )
        await ledger.write(tx, app.parts.vault, act)
        return (await ways.make_token(tx, Viewer(admin, "admin", True), name, days, scope))[1]


async def work(settings: Settings, roles: frozenset[str]) -> None:
    """Do what these roles do until a signal comes."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings, roles):
        print(f"running: {', '.join(sorted(roles))}", flush=True)
        await stop.wait()


@contextlib.asynccontextmanager
async def _here(settings: Settings) -> AsyncIterator[App]:
    """The platform's parts, with its database at this version; nothing is driven."""
    await init(settings)
    async with running(settings.model_copy(update={"local": False}), frozenset()) as app:
        yield app


async def link(settings: Settings) -> str:
    """The secret of a one-time sign-in link of the first administrator."""
    async with _here(settings) as app:
        return await _link(app)


async def token(settings: Settings, name: str, days: int | None, scope: Scope) -> str:
    """An API token of the first administrator."""
    async with _here(settings) as app:
        return await _token(app, name, days, scope)


async def rotate(settings: Settings) -> int:
    """Put a new key before the others, unless the settings give them, and encrypt everything anew; how many rows."""
    vault = Vault.open(settings.secret_keys, settings.home)
    if not settings.secret_keys:
        vault.add()
    db = Database(settings.database)
    try:
        count = await turn(db, vault)
        async with db.write() as tx:
            await ledger.write(tx, vault, ledger.Act(None, getpass.getuser(), "machine", None, "rotateKeys", detail={"rows": count}))
    finally:
        await db.close()
    return count


async def verify(settings: Settings) -> int:
    """Say whether the ledger is as it was written; the exit code."""
    async with _here(settings) as app, app.parts.db.read() as conn:
        found = await ledger.verify(conn, app.parts.vault)
    print(f"{found.rows} entries: {found.problem or 'the chain holds'}")
    return 1 if found.problem else 0


async def export(settings: Settings) -> None:
    """Print the ledger as lines of JSON, oldest first."""
    async with _here(settings) as app, app.parts.db.read() as conn:
        async for row in ledger.entries(conn):
            print(json.dumps({**row, "at": row["at"].isoformat()}, ensure_ascii=False))
