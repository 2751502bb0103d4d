"""Everything that is running, wired once, by hand."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import ModuleType

from cubestudio.cluster_registry import ClusterRegistry
from cubestudio.clusters import access as clusters
from cubestudio.clusters import actions as pods
from cubestudio.clusters.model import Pod
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
from cubestudio.housekeeping.retention import jobs as retention
from cubestudio.housekeeping.storage import jobs as orphans
from cubestudio.images import actions as images
from cubestudio.images import listing as image_listing
from cubestudio.images.model import Image
from cubestudio.migrations.revision import newest, present
from cubestudio.models import listing as model_listing
from cubestudio.models.model import Model
from cubestudio.notebooks import access as notebook_access
from cubestudio.notebooks import actions as notebook_actions
from cubestudio.notebooks import jobs as notebooks
from cubestudio.notebooks import listing as notebook_listing
from cubestudio.notebooks.events import NotebookChanged
from cubestudio.notebooks.model import Notebook
from cubestudio.notifications import jobs as notifications
from cubestudio.notifications.channels import jobs as channels
from cubestudio.pipelines import uses as pipeline_uses
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs import actions as run_actions
from cubestudio.pipelines.runs import jobs as runs
from cubestudio.pipelines.runs import listing as run_listing
from cubestudio.pipelines.runs import removal
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.schedules import jobs as schedules
from cubestudio.pipelines.schedules.model import Schedule
from cubestudio.projects import actions as projects
from cubestudio.projects import contents as project_contents
from cubestudio.projects import jobs as project_jobs
from cubestudio.projects.contents import Content
from cubestudio.projects.events import ProjectChanged
from cubestudio.projects.quotas import actions as quotas
from cubestudio.projects.registries import actions as registries
from cubestudio.projects.registries.model import Registry
from cubestudio.projects.secrets import actions as secrets
from cubestudio.projects.secrets.model import Secret
from cubestudio.projects.storage import actions as storage
from cubestudio.projects.storage import jobs as storage_jobs
from cubestudio.searches import jobs as searches
from cubestudio.searches import listing as search_listing
from cubestudio.searches.model import Search
from cubestudio.services import jobs as services
from cubestudio.services import life
from cubestudio.services import listing as service_listing
from cubestudio.services.model import Service
from cubestudio.services.requests import jobs as requests
from cubestudio.templates import actions as templates
from cubestudio.templates.model import Template
from cubestudio.users import actions as users
from cubestudio.users import jobs as accounts
from cubestudio.users.events import AccessEnded
from cubestudio.workloads import jobs as workloads
from cubestudio.workloads.kinds import Kind

logger = log.get(__name__)


@dataclass(kw_only=True, frozen=True)
class Room:
    """What one room contributes to those below it. They know it by this table only."""

    jobs: tuple[ModuleType, ...] = ()
    """Modules whose jobs are declared by being imported."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """Kinds of workloads."""
    contents: tuple[Content, ...] = ()
    """What it has in a project, and how that is cleared before the project goes."""
    guards: Mapping[str, clusters.Guard] = field(default_factory=dict)
    """Who may see the pods of a kind that are not for the whole project."""
    holders: tuple[projects.Holder, ...] = ()
    """What of a project a cluster of Kubernetes has."""
    stores: tuple[quotas.Store, ...] = ()
    """Bytes that it stores of a project."""
    registry_users: tuple[registries.User, ...] = ()
    secret_users: tuple[secrets.User, ...] = ()
    references: tuple[storage.Refers, ...] = ()
    """Which stored objects its rows refer to."""
    run_keepers: tuple[removal.Keeps, ...] = ()
    image_users: tuple[image_listing.User, ...] = ()
    model_users: tuple[model_listing.User, ...] = ()


ROOMS = (
    Room(jobs=(accounts,)),
    Room(
        jobs=(project_jobs, storage_jobs), contents=(Content("secret", Secret), Content("registry", Registry))
    ),
    Room(jobs=(workloads,)),
    Room(
        jobs=(runs, schedules),
        kinds={"run": run_actions.KIND},
        contents=(
            Content("pipeline", Pipeline),
            Content("run", Run, run_listing.going_of, workloads.clear),  # the workloads of every kind
            Content("schedule", Schedule),
        ),
        holders=(run_listing.held,),
        stores=(run_listing.stored,),
        references=(run_listing.refers,),
        secret_users=(pipeline_uses.secret_uses,),
        image_users=(pipeline_uses.uses,),
    ),
    Room(
        jobs=(searches,),
        contents=(Content("search", Search, search_listing.going_of),),
        run_keepers=(search_listing.keeps,),
    ),
    Room(
        kinds={"build": images.KIND},
        contents=(Content("image", Image, image_listing.going_of),),
        holders=(image_listing.held,),
        stores=(image_listing.stored,),
        references=(image_listing.refers,),
        registry_users=(image_listing.busy,),
    ),
    Room(
        contents=(Content("model", Model),),
        stores=(model_listing.stored,),
        references=(model_listing.refers,),
    ),
    Room(contents=(Content("template", Template),)),
    Room(
        jobs=(notebooks,),
        kinds={"notebook": notebook_actions.KIND},
        contents=(Content("notebook", Notebook, notebook_listing.going_of, notebooks.clear),),
        guards={"notebook": notebook_access.pod},
        holders=(notebook_listing.held,),
        references=(notebook_listing.refers,),
    ),
    Room(
        jobs=(services, requests),
        kinds={"service": life.KIND},
        contents=(Content("service", Service, service_listing.going_of, services.clear),),
        holders=(service_listing.held,),
        secret_users=(service_listing.secret_uses,),
        model_users=(service_listing.uses,),
        references=(service_listing.refers,),
    ),
    Room(jobs=(notifications, channels)),
    Room(contents=(Content("log", Pod, clear=pods.clear),)),
    Room(jobs=(retention, orphans)),
)
"""Every room that contributes something; contents are counted and cleared in this order."""
KINDS = {name: kind for room in ROOMS for name, kind in room.kinds.items()}


def connect() -> None:
    """Give the rooms below what those above contribute."""
    project_contents.CONTENTS[:] = [each for room in ROOMS for each in room.contents]
    projects.HOLDERS[:] = [each for room in ROOMS for each in room.holders]
    quotas.STORES[:] = [each for room in ROOMS for each in room.stores]
    storage.REFERENCES[:] = [each for room in ROOMS for each in room.references]
    removal.KEEPERS[:] = [each for room in ROOMS for each in room.run_keepers]
    registries.USERS[:] = [each for room in ROOMS for each in room.registry_users]
    secrets.USERS[:] = [each for room in ROOMS for each in room.secret_users]
    image_listing.USERS[:] = [each for room in ROOMS for each in room.image_users]
    model_listing.USERS[:] = [each for room in ROOMS for each in room.model_users]
    clusters.GUARDS.update({kind: guard for room in ROOMS for kind, guard in room.guards.items()})


connect()
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
    registry: ClusterRegistry
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
    registry = ClusterRegistry(settings, store)
    local = registry.local
    if local and "watch" in roles:
        local.site.admit()
    ctx = AppContext(
        settings=settings, db=db, bus=bus, store=store, vault=vault, clusters=registry.clusters, kinds=KINDS
    )
    broker = Broker(settings.redis_url)
    app = App(
        ctx=ctx,
        delivery=Delivery(db, bus, broker.enqueue),
        broker=broker,
        registry=registry,
        streams=Streams(bus, db, ACCESS),
        bounds=Bounds(settings),
        known=Known(db.sqlite and not bus.durable),
    )
    app.run("cluster registry", registry.run, patience=60)
    db.route, db.keep_events, db.deliver = app.route, bus.durable, app.deliver
    await bus.start()
    app.run("access", app.streams.run, patience=60)
    if "worker" in roles:
        broker.start(ctx, settings.worker_concurrency)
        app.run("outbox", app.delivery.run, patience=60)
    if "clock" in roles:
        app.run("clock", lambda: cron.run(db), patience=60)
    if "watch" in roles:
        if local:
            app.run("disk reserve", lambda: disk_reserve.watch(settings.home), patience=60)
            app.run("local cluster start", local.drive)
        registry.watch(ctx)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield app
    finally:
        await tasks.end(app.tasks)
        await registry.quiet()
        await broker.stop()
        if local and local.running:
            logger.info("work goes on and is adopted at the next start", pods=local.running)
        await registry.close()
        await bus.close()
        await db.close()
