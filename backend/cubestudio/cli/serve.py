"""What the command `cubestudio` does on the platform's own machine; importing it takes seconds, which
commands that only ask a platform need not wait for."""

import asyncio
import contextlib
import getpass
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import uvicorn

from cubestudio import __version__
from cubestudio.app import App, init, running
from cubestudio.cli import instance
from cubestudio.cli.demo import Show
from cubestudio.cli.reencrypt import rotate as turn
from cubestudio.core import audit
from cubestudio.core.auth.viewer import Scope, Viewer
from cubestudio.core.config import Settings, handed_sockets
from cubestudio.core.db import Database
from cubestudio.core.errors import Conflict
from cubestudio.core.http.listeners import LOOPBACK, Listening, holder, inherited, listen
from cubestudio.core.vault import Vault
from cubestudio.gateway.server import serving as gateway_serving
from cubestudio.migrations.revision import newest, present
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.web.app import build
from cubestudio.web.http_limits import Careful, Direct

GRACE: Any = 0.5
"""Seconds that requests under way are given when the platform stops; streams are cut off, and their clients
resume."""


async def _link(app: App) -> str:
    async with app.ctx.db.write() as tx:
        admin = await users.administrator(tx)
        await audit.write(
            tx,
            app.ctx.vault,
            audit.Act(
                actor_id=None,
                actor=getpass.getuser(),
                by="machine",
                address=None,
                operation="makeLink",
                target=admin,
            ),
        )
        return await credentials.link(tx, app.ctx.settings, admin)


def _stopping() -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; the second ends the process at once."""
    stop = asyncio.Event()

    def heard() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, heard)
    return stop


async def serve(settings: Settings, roles: frozenset[str], role: str) -> int:
    """Run the platform until a signal comes. The exit code."""
    stop = _stopping()
    with _held(settings, roles, role) as here:
        async with _answering(settings, roles, here, moves=False) as (app, url, serving):
            print(f"Cube Studio {__version__} answers at {url}", flush=True)
            await _greet(app, url)
            print("Stop with Ctrl-C.", flush=True)
            await first(stop.wait(), serving)
    return 0


async def demonstrate(settings: Settings, roles: frozenset[str], leave: bool) -> int:
    """Run the example on the platform of this data folder, which is started when it does not run; then serve,
    unless it is to `leave`. The exit code."""
    stop = _stopping()
    try:
        with instance.hold(settings.home, "demo") as here:
            async with _answering(settings, roles, here, moves=True) as (app, url, serving):
                print(
                    f"Cube Studio {__version__} answers at {url}; its data folder is {settings.home}.",
                    flush=True,
                )
                await _greet(app, url)
                code = await _driven(url, await _token(app, "demo", 1, Scope.MANAGE), leave, stop, serving)
                if not leave and not stop.is_set():
                    await _greet(app, url)
                    print("Stop with Ctrl-C.", flush=True)
                    await first(stop.wait(), serving)
                    return 0
                return code
    except instance.Taken as taken:
        return await _visit(settings, taken, leave, stop)


async def _visit(settings: Settings, taken: instance.Taken, leave: bool, stop: asyncio.Event) -> int:
    """Run the example on the platform that another process serves from this data folder."""
    other: instance.Other | None = taken.other
    for _ in range(600):
        if other is None or other.url or stop.is_set():
            break
        await asyncio.sleep(0.1)  # it is still starting
        other = instance.read(settings.home)
    if stop.is_set():
        return 130
    if other is None or not other.url:
        raise taken
    print(
        f"Cube Studio already runs at {other.url} (process {other.pid}); its data folder is {settings.home}.",
        flush=True,
    )
    print("The example runs there.", flush=True)
    async with _here(settings) as app:
        secret = await _token(app, "demo", 1, Scope.MANAGE)
        code = await _driven(other.url, secret, leave, stop)
        if not stop.is_set():
            await _greet(app, other.url)
            print(f"Process {other.pid} goes on serving.", flush=True)
    return code


async def _driven(url: str, secret: str, leave: bool, stop: asyncio.Event, *others: asyncio.Task) -> int:
    """The example's exit code; 130 when a signal came first. It runs in a thread that nobody waits for
    then."""
    loop = asyncio.get_running_loop()
    code: asyncio.Future[int] = loop.create_future()
    show = Show(url, secret, leave)

    def ended(value: int | BaseException) -> None:
        if not code.done():
            code.set_result(value) if isinstance(value, int) else code.set_exception(value)

    def run() -> None:
        try:
            value: int | BaseException = show.run()
        except BaseException as error:
            value = error
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(ended, value)

    threading.Thread(target=run, name="demo", daemon=True).start()
    await first(stop.wait(), code, *others)
    if code.done() and not stop.is_set():
        return code.result()
    code.cancel()
    show.stop()
    return 130


async def first(*waits: Awaitable[Any]) -> None:
    """Return when one of these has ended."""
    tasks_ = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(tasks_, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each, given in zip(tasks_, waits, strict=True):
            if each is not given:
                each.cancel()


def _held(
    settings: Settings, roles: frozenset[str], role: str
) -> contextlib.AbstractContextManager[instance.Instance | None]:
    """The data folder. With Redis several processes share it, each with a role of its own: they hear of each
    other."""
    if settings.redis_url and role != "up":
        settings.home.mkdir(parents=True, exist_ok=True)
        return contextlib.nullcontext()
    return instance.hold(settings.home, role)


def _listen(settings: Settings, moves: bool) -> tuple[Listening, Listening]:
    """The sockets of the console and of the gateway."""
    console, gateway = inherited(handed_sockets())
    if console is None:
        console = listen(settings.host, settings.port, "CUBE_PORT", moves)
        if console.port != settings.port and settings.port:
            print(
                f"WARNING: port {settings.port} is in use by {holder(settings.port)}.",
                file=sys.stderr,
                flush=True,
            )
            print(
                f"WARNING: this platform answers at port {console.port} instead; check the address "
                "before you sign in.",
                file=sys.stderr,
                flush=True,
            )
    if gateway is None:
        usual = min(console.port + 1, 65535)
        gateway = listen(
            settings.host,
            usual if settings.open_port is None else settings.open_port,
            "CUBE_OPEN_PORT",
            moves,
        )
    return console, gateway


@contextlib.asynccontextmanager
async def _answering(
    settings: Settings, roles: frozenset[str], here: instance.Instance | None, moves: bool
) -> AsyncIterator[tuple[App, str, asyncio.Task]]:
    """The platform, its address, and the task of its web server, while the block runs."""
    console, gateway = _listen(settings, moves)
    url = (
        settings.public_url
        or f"http://{'localhost' if settings.host in LOOPBACK else settings.host}:{console.port}"
    )
    settings = settings.model_copy(update={"port": console.port, "open_port": gateway.port})
    await init(settings)
    async with running(settings, roles) as app, gateway_serving(app.ctx, gateway):
        config = uvicorn.Config(
            build(app),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE,
            ws_max_size=2**20,
            ws_per_message_deflate=False,
            http=Careful,
            ws=Direct,
            proxy_headers=bool(settings.public_url),
            server_header=False,
        )
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # ty: ignore
        serving = asyncio.create_task(server.serve(sockets=list(console.sockets)), name="web server")
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        if here:
            here.tell(url)
        try:
            yield app, url, serving
        finally:
            # What is cut off now is cut off on purpose.
            logging.getLogger("uvicorn.error").addFilter(lambda record: False)
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)


async def _greet(app: App, url: str) -> None:
    print(f"Sign in (once, within the hour): {url}/auth/link?token={await _link(app)}", flush=True)


async def _token(app: App, name: str, days: int | None, scope: Scope) -> str:
    async with app.ctx.db.write() as tx:
        admin = await users.administrator(tx)
        act = audit.Act(
            actor_id=None,
            actor=getpass.getuser(),
            by="machine",
            address=None,
            operation="createToken",
            target=admin,
            detail={"name": name, "days": days, "scope": scope.value},
        )
        await audit.write(tx, app.ctx.vault, act)
        return (
            await credentials.make_token(tx, Viewer(id=admin, name="admin", admin=True), name, days, scope)
        )[1]


async def work(settings: Settings, role: str) -> None:
    """Do what a role does until a signal comes."""
    stop = _stopping()
    with _held(settings, frozenset({role}), role):
        async with running(settings, frozenset({role})):
            print(f"running: {role}", flush=True)
            await stop.wait()


async def prepare(settings: Settings) -> None:
    """Bring the database to this version."""
    with contextlib.nullcontext() if settings.database_url else instance.hold(settings.home, instance.INIT):
        await init(settings)


@contextlib.asynccontextmanager
async def _here(settings: Settings) -> AsyncIterator[App]:
    """The platform's parts, with its database at this version; nothing is driven. The database of a platform
    that runs is left as it is."""
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
    """The secret of a one-time sign-in link of the first administrator."""
    async with _here(settings) as app:
        return await _link(app)


async def token(settings: Settings, name: str, days: int | None, scope: Scope) -> str:
    """An API token of the first administrator."""
    async with _here(settings) as app:
        return await _token(app, name, days, scope)


async def rotate(settings: Settings) -> int:
    """Put a new key before the others, unless the settings give them, and encrypt everything anew; how many
    rows."""
    vault = Vault.open(settings.secret_keys, settings.home)
    if not settings.secret_keys:
        vault.add()
    db = Database(settings.database)
    try:
        count = await turn(db, vault)
        async with db.write() as tx:
            await audit.write(
                tx,
                vault,
                audit.Act(
                    actor_id=None,
                    actor=getpass.getuser(),
                    by="machine",
                    address=None,
                    operation="rotateKeys",
                    detail={"rows": count},
                ),
            )
    finally:
        await db.close()
    return count


async def verify(settings: Settings) -> int:
    """Say whether the ledger is as it was written; the exit code."""
    async with _here(settings) as app, app.ctx.db.read() as conn:
        found = await audit.verify(conn, app.ctx.vault)
    print(f"{found.rows} entries: {found.problem or 'the chain holds'}")
    return 1 if found.problem else 0


async def export(settings: Settings) -> None:
    """Print the ledger as lines of JSON, oldest first."""
    async with _here(settings) as app, app.ctx.db.read() as conn:
        async for row in audit.entries(conn):
            print(json.dumps({**row, "at": row["at"].isoformat()}, ensure_ascii=False))
