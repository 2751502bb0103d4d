"""Everything that is running, wired once, by hand."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cubestudio.cluster_registry import Fleet
from cubestudio.core import disk_reserve, log, loops, tasks
from cubestudio.core.auth.session_cache import Known
from cubestudio.core.auth.streams import Streams
from cubestudio.core.bus.local import LocalBus
from cubestudio.core.config import Settings
from cubestudio.core.connection_limits import Bounds
from cubestudio.core.context import AppContext
from cubestudio.core.db import Database, Tx
from cubestudio.core.events import Event
from cubestudio.core.jobs import cron
from cubestudio.core.jobs.declare import route
from cubestudio.core.jobs.dramatiq import Broker
from cubestudio.core.jobs.outbox import Delivery
from cubestudio.core.store import Store
from cubestudio.core.vault import Vault
from cubestudio.images import actions as images
from cubestudio.images import jobs as builds
from cubestudio.migrations.revision import newest, present
from cubestudio.notebooks import jobs as notebooks
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.pipelines.runs import jobs as runs
from cubestudio.pipelines.schedules import jobs as schedules
from cubestudio.projects import jobs as projects
from cubestudio.projects.events import ProjectChanged
from cubestudio.searches import jobs as searches
from cubestudio.services import jobs as services
from cubestudio.services.requests import jobs as requests
from cubestudio.templates import actions as templates
from cubestudio.users import actions as users
from cubestudio.users import jobs as accounts
from cubestudio.users.events import AccessEnded

logger = log.get(__name__)
JOBS = (runs, accounts, notebooks, builds, searches, services, requests, projects, schedules)
"""Modules whose jobs are declared by being imported."""
ACCESS: dict[type[Event], str] = {
    AccessEnded: "user_id",
    ProjectChanged: "project_id",
    NotebookChanged: "notebook_id",
}
"""Events that may change what somebody may see, and the field that says of what."""
ROLES = frozenset({"worker", "clock", "watch"})


@dataclass(kw_only=True)
class App:
    """One running process: its parts, and what goes on in it beside requests."""

    ctx: AppContext
    delivery: Delivery
    broker: Broker
    fleet: Fleet
    streams: Streams
    bounds: Bounds
    known: Known
    tasks: list[asyncio.Task] = field(default_factory=list)

    def route(self, happened: Event) -> Sequence[tuple[str, timedelta]]:
        """The jobs of an event that is recorded."""
        if isinstance(happened, AccessEnded):
            self.known.forget()
        return route(happened)

    async def deliver(self, tx: Tx) -> None:
        """Tell what was committed."""
        if any(isinstance(happened, AccessEnded) for happened in tx.events):
            self.known.forget()
        await self.delivery(tx)

    def run(
        self, name: str, function: Callable[[], Awaitable[object]], patience: float | None = None
    ) -> None:
        """Start a supervised loop that ends with the process."""
        self.tasks.append(asyncio.create_task(loops.run(name, function, patience=patience), name=name))


async def init(settings: Settings) -> None:
    """Bring the database to this version: tables, then the built-in templates. Safe to run again."""
    settings.home.mkdir(parents=True, exist_ok=True)
    if await present(settings.database) != newest():
        from cubestudio.migrations.run import upgrade

        await asyncio.to_thread(upgrade, settings.database)
    db = Database(settings.database)
    try:
        async with db.write() as tx:
            new = await templates.install(tx)
            await images.install(tx)
            await users.administrator(tx)
        if new:
            logger.info("templates installed", new=new)
    finally:
        await db.close()


def _bus(redis_url: str | None):
    if not redis_url:
        return LocalBus()
    from cubestudio.core.bus.redis import RedisBus

    return RedisBus(redis_url)


@contextlib.asynccontextmanager
async def running(settings: Settings, roles: frozenset[str] = ROLES) -> AsyncIterator[App]:
    """The platform while the block runs; `roles` are what this process does beside answering: worker, clock,
    watch."""
    settings.home.mkdir(parents=True, exist_ok=True)
    store = Store.open(settings)
    vault = Vault.open(settings.secret_keys, settings.home)
    db = Database(settings.database)
    bus = _bus(settings.redis_url)
    fleet = Fleet(settings, store)
    local = fleet.local
    if local and "watch" in roles:
        local.site.admit()
    ctx = AppContext(settings=settings, db=db, bus=bus, store=store, vault=vault, clusters=fleet.clusters)
    broker = Broker(settings.redis_url)
    app = App(
        ctx=ctx,
        delivery=Delivery(db, bus, broker.enqueue),
        broker=broker,
        fleet=fleet,
        streams=Streams(bus, db, ACCESS),
        bounds=Bounds(settings),
        known=Known(db.sqlite and not bus.durable),
    )
    app.run("fleet", fleet.run, patience=60)
    db.route, db.keep_events, db.deliver = app.route, bus.durable, app.deliver
    await bus.start()
    app.run("access", app.streams.run, patience=60)
    if "worker" in roles:
        broker.start(ctx, settings.worker_threads)
        app.run("outbox", app.delivery.run, patience=60)
    if "clock" in roles:
        app.run("clock", lambda: cron.run(db), patience=60)
    if "watch" in roles:
        if local:
            app.run("ballast", lambda: disk_reserve.watch(settings.home), patience=60)
            app.run("local cluster start", local.drive)
        fleet.watch(ctx)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield app
    finally:
        await tasks.end(app.tasks)
        await fleet.quiet()
        await broker.stop()
        if local and local.running:
            logger.info("work goes on and is adopted at the next start", pods=local.running)
        await fleet.close()
        await bus.close()
        await db.close()
