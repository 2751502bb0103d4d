"""Running the platform on this machine: the processes behind `up`, `demo`, `web`, `worker`, `clock` and
`watch`.

Importing this module takes seconds, so that only the commands that need it import it."""

import asyncio
import contextlib
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
from cubestudio.cli import admin, instance
from cubestudio.cli.demo import Show
from cubestudio.core.auth.viewer import Scope
from cubestudio.core.config import Settings, handed_sockets
from cubestudio.core.http.listeners import LOOPBACK, Listening, holder, inherited, listen
from cubestudio.gateway import server as gateway_server
from cubestudio.web.app import build
from cubestudio.web.http_limits import Direct, LimitedHttp

GRACE: Any = 0.5
"""Seconds that requests under way have to end when the platform stops; streams are closed, and their clients
resume."""


def _stopping() -> asyncio.Event:
    """Return an event that the first SIGINT or SIGTERM sets; the second one ends the process at once."""
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    return stop


async def serve(settings: Settings, roles: frozenset[str], role: str) -> int:
    """Run the platform until a signal comes; return the exit code."""
    stop = _stopping()
    with _lock(settings, role) as here:
        async with _platform(settings, roles, here, moves=False) as (app, url, serving):
            print(f"Cube Studio {__version__} answers at {url}", flush=True)
            await _greet(app, url)
            print("Stop with Ctrl-C.", flush=True)
            await first(stop.wait(), serving)
    return 0


async def demonstrate(settings: Settings, roles: frozenset[str], leave: bool) -> int:
    """Run the example on the platform of this data folder, which is started unless it runs; then serve,
    unless `leave` is set. Return the exit code."""
    stop = _stopping()
    try:
        with instance.hold(settings.home, "demo") as here:
            async with _platform(settings, roles, here, moves=True) as (app, url, serving):
                print(
                    f"Cube Studio {__version__} answers at {url}; its data folder is {settings.home}.",
                    flush=True,
                )
                await _greet(app, url)
                code = await _driven(
                    url, await admin.create_token(app, "demo", 1, Scope.MANAGE), leave, stop, serving
                )
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
    async with admin.opened(settings) as app:
        secret = await admin.create_token(app, "demo", 1, Scope.MANAGE)
        code = await _driven(other.url, secret, leave, stop)
        if not stop.is_set():
            await _greet(app, other.url)
            print(f"Process {other.pid} goes on serving.", flush=True)
    return code


async def _driven(url: str, secret: str, leave: bool, stop: asyncio.Event, *others: asyncio.Task) -> int:
    """Run the example in a thread; return its exit code. When a signal comes first, return 130 without
    waiting for the thread."""
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
    started = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(started, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task, wait in zip(started, waits, strict=True):
            if task is not wait:
                task.cancel()


def _lock(settings: Settings, role: str) -> contextlib.AbstractContextManager[instance.Instance | None]:
    """Lock the data folder for this process, unless processes with separate roles share it and Redis connects
    them."""
    if settings.redis_url and role != "up":
        settings.home.mkdir(parents=True, exist_ok=True)
        return contextlib.nullcontext()
    return instance.hold(settings.home, role)


def _listen(settings: Settings, moves: bool) -> tuple[Listening, Listening]:
    """Return the sockets of the console and of the gateway."""
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
            usual if settings.gateway_port is None else settings.gateway_port,
            "CUBE_GATEWAY_PORT",
            moves,
        )
    return console, gateway


@contextlib.asynccontextmanager
async def _platform(
    settings: Settings, roles: frozenset[str], here: instance.Instance | None, moves: bool
) -> AsyncIterator[tuple[App, str, asyncio.Task]]:
    """Run the platform with its web server while the block runs; yield it, its address and the server's
    task."""
    console, gateway = _listen(settings, moves)
    url = (
        settings.public_url
        or f"http://{'localhost' if settings.host in LOOPBACK else settings.host}:{console.port}"
    )
    settings = settings.model_copy(update={"port": console.port, "gateway_port": gateway.port})
    await init(settings)
    async with running(settings, roles) as app, gateway_server.serving(app.ctx, gateway):
        config = uvicorn.Config(
            build(app),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE,
            ws_max_size=2**20,
            ws_per_message_deflate=False,
            http=LimitedHttp,
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
            # Streams are closed on purpose now, which is no error to log.
            logging.getLogger("uvicorn.error").addFilter(lambda record: False)
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)


async def _greet(app: App, url: str) -> None:
    """Print a sign-in link."""
    print(
        f"Sign in (once, within the hour): {url}/auth/link?token={await admin.create_link(app)}", flush=True
    )


async def work(settings: Settings, role: str) -> None:
    """Run the work of a role until a signal comes."""
    stop = _stopping()
    with _lock(settings, role):
        async with running(settings, frozenset({role})):
            print(f"running: {role}", flush=True)
            await stop.wait()
