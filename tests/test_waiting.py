"""Nothing waits for ever without a reason: for each state that waits, somebody is named who moves it on, and
does so when the message that should have is lost; what cannot be handed to its cluster says so, and ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import pytest
from sqlalchemy import delete, func, select, update

from cubestudio.app import running
from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import PodState
from cubestudio.core.config import Settings
from cubestudio.core.db import Base, Outbox
from cubestudio.core.jobs.declare import declared
from cubestudio.core.jobs.outbox import KEEP, Delivery
from cubestudio.images.model import Build, BuildState
from cubestudio.migrations import tables
from cubestudio.notebooks.model import Notebook, NotebookState
from cubestudio.notifications.channels.model import DeliveryState
from cubestudio.pipelines.model import Version
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.pipelines.schedules.model import TickState
from cubestudio.pipelines.steps.model import StepState
from cubestudio.searches.model import Search, SearchState, Trial, TrialState
from cubestudio.services.model import Revision, RevisionState
from cubestudio.users import actions as users
from cubestudio.workloads.model import Workload, WorkloadState
from tests import specs
from tests.conftest import Platform
from tests.parts import ready

WATCHER = "watcher"
"""The cluster moves it on, and the watcher writes that down: at once, and after a pause of the watch for all
that happened meanwhile. What the cluster no longer knows then is lost, and says so."""
USER = "user"
"""It waits for nothing but a person's decision."""
STATES: dict[str, type[StrEnum]] = {
    "workload": WorkloadState,
    "run": RunState,
    "step": StepState,
    "pod": PodState,
    "build": BuildState,
    "notebook": NotebookState,
    "service_revision": RevisionState,
    "search": SearchState,
    "trial": TrialState,
    "pipeline_tick": TickState,
    "notification_delivery": DeliveryState,
}
"""The states of each table that has some."""
ENDED = {
    "build": {BuildState.SUCCEEDED, BuildState.FAILED, BuildState.CANCELLED},
    "notebook": {NotebookState.STOPPED, NotebookState.FAILED, NotebookState.UNKNOWN},
    "service_revision": {RevisionState.STOPPED, RevisionState.ASLEEP, RevisionState.FAILED},
    "search": {SearchState.STOPPED, SearchState.SUCCEEDED, SearchState.FAILED},
    "pipeline_tick": {TickState.STARTED, TickState.SKIPPED, TickState.FAILED},
    "notification_delivery": {DeliveryState.DELIVERED, DeliveryState.FAILED},
}
"""States that wait for nobody, where the enumeration itself does not say so."""
MOVERS: dict[str, dict[StrEnum, str]] = {
    "workload": {
        **dict.fromkeys([WorkloadState.REQUESTED, WorkloadState.QUEUED], "workloads.sweep"),
        WorkloadState.STOPPING: "workloads.sweep",
        **dict.fromkeys([WorkloadState.SUBMITTED, WorkloadState.PENDING], WATCHER),
        **dict.fromkeys([WorkloadState.RUNNING, WorkloadState.READY], WATCHER),
    },
    "run": {
        RunState.QUEUED: "workloads.sweep",
        RunState.CANCELLING: "workloads.sweep",
        RunState.RUNNING: WATCHER,
    },
    "step": dict.fromkeys(
        [StepState.QUEUED, StepState.PENDING, StepState.RUNNING, StepState.RETRYING, StepState.UNKNOWN],
        WATCHER,
    ),
    "pod": dict.fromkeys([state for state in PodState if not state.final], WATCHER),
    "build": {
        BuildState.REQUESTED: "workloads.sweep",
        BuildState.CANCELLING: "workloads.sweep",
        BuildState.PENDING: WATCHER,
        BuildState.RUNNING: WATCHER,
    },
    "notebook": {
        NotebookState.REQUESTED: "workloads.sweep",
        NotebookState.STOPPING: "workloads.sweep",
        **dict.fromkeys([NotebookState.BUILDING, NotebookState.PENDING, NotebookState.STARTING], WATCHER),
        NotebookState.RUNNING: "notebooks.look",
    },
    "service_revision": {
        RevisionState.REQUESTED: "workloads.sweep",
        RevisionState.STOPPING: "workloads.sweep",
        RevisionState.DEPLOYING: WATCHER,
        RevisionState.READY: "services.rescale",
        RevisionState.DEGRADED: "services.rescale",
    },
    "search": {
        SearchState.RUNNING: "searches.sweep",
        SearchState.STOPPING: "searches.sweep",
        SearchState.PAUSED: USER,
    },
    "trial": dict.fromkeys([TrialState.RUNNING, TrialState.PRUNING, TrialState.STOPPING], "searches.sweep"),
    "pipeline_tick": {TickState.WAITING: "pipelines.schedules.tick"},
    "notification_delivery": {DeliveryState.WAITING: "notifications.channels.sweep"},
}
"""Who moves on what is in a state: the job of the clock that takes it up again, or one of the above."""
OTHERS = {
    ("outbox", "send_at"): "every process with jobs, once a second",
    ("outbox", "claimed_until"): "its end, two minutes after a kill",
    ("holding", "waits"): "each release of a quota, and the sweep of its owner",
    ("project", "deleted_at"): "projects.sweep",
    ("workload", "released_at"): "workloads.sweep",
    ("workload", "leaving"): "workloads.sweep",
    ("service", "rollout"): "services.sweep",
    ("pod", "log_done"): WATCHER,
    ("schedule", "next_at"): "the clock",
    ("pipeline_schedule", "next_at"): "pipelines.schedules.tick",
    ("search", "busy_until"): "its end, soon after a kill",
    ("notification_channel", "busy_until"): "its end, soon after a kill",
    ("search", "engine_run"): "searches.sweep",
    ("search", "suggested"): "searches.sweep",
    ("search", "queued"): "searches.sweep",
    ("notebook", "again"): "the end of the start that stops",
    ("service_revision", "again"): "the end of the start that stops",
}
"""Further columns by which something waits, and who moves it on."""


def ended(table: str, state: StrEnum) -> bool:
    return state in ENDED[table] if table in ENDED else state.final  # ty: ignore


def test_each_state_that_waits_has_somebody_who_moves_it_on():
    assert tables.ALL
    stateful = {table.name for table in Base.metadata.sorted_tables if "state" in table.columns}
    assert stateful == set(STATES), "a table with states is not declared here"
    for table, states in STATES.items():
        waiting = {state for state in states if not ended(table, state)}
        assert waiting == set(MOVERS[table]), f"{table}: who moves on {waiting ^ set(MOVERS[table])}?"
        for state, mover in MOVERS[table].items():
            assert mover in (WATCHER, USER) or declared[mover].cron, (
                f"{table} {state}: {mover} is no job of the clock"
            )


def test_each_other_column_that_waits_has_somebody_who_moves_it_on():
    signs = {name for _, name in OTHERS}
    found = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in signs
    }
    assert found == set(OTHERS), found ^ set(OTHERS)
    assert all(mover in declared for mover in OTHERS.values() if mover.endswith((".sweep", ".tick")))


# what a sweep does when the message that should have was lost -----------------------------------------


@contextlib.asynccontextmanager
async def platform_of(settings: Settings, *roles: str) -> AsyncIterator[Platform]:
    async with running(settings, frozenset(roles)) as app:
        made = Platform(app)
        async with app.ctx.db.write() as tx:
            made.admin = Viewer(id=await users.administrator(tx), name="admin", admin=True)
        yield made


@pytest.fixture
async def idle(settings):
    """A platform that answers and does no jobs."""
    await ready(settings)
    async with platform_of(settings) as platform:
        await platform.ask('mutation { createProject(input: {name: "p"}) { __typename } }')
        yield platform


ONE = (
    "name: one\nparameters: [{name: x, type: float, default: 1}]\nsteps: [{name: a, template: shell, "
    "args: {script: 'echo {{ params.x }}'}}]\n"
)


async def told(platform: Platform, mutation: str, made: str, **variables) -> dict:
    """What a mutation made, which must not be a problem."""
    types = {str: "String!", dict: "SearchSpecInput!"}
    head = ", ".join(f"${name}: {types[type(value)]}" for name, value in variables.items())
    text = (
        f"mutation{f'({head})' if head else ''} {{ {mutation} {{ ... on {made} ... on Problem {{ message "
        f"faults {{ path message }} }} }} }}"
    )
    data = next(iter((await platform.ask(text, **variables)).values()))
    assert "message" not in data, data
    return data


async def run(platform: Platform) -> str:
    return await platform.start(await platform.save(ONE))


async def build(platform: Platform) -> str:
    made = await told(
        platform,
        'saveImage(input: {project: "p", name: "i", source: {packages: {pip: ["six"]}}})',
        "SavedImage { build { id } }",
    )
    return made["build"]["id"]


async def notebook(platform: Platform) -> str:
    mutation = """createNotebook(input: {project: "p", name: "n", kind: CUSTOM,
        spec: {resources: {cpu: 0.1, memory: 134217728}, command: "sleep 100"}})"""
    return (await told(platform, mutation, "Notebook { id }"))["id"]


async def service(platform: Platform) -> str:
    mutation = """createService(input: {project: "p", name: "s", spec: {kind: CUSTOM, resources: {cpu: 0.1},
        command: "sleep 100", port: 8080}})"""
    return (await told(platform, mutation, "Service { id }"))["id"]


async def search(platform: Platform) -> str:
    pipeline = await platform.save(ONE)
    definition = specs.search(
        {
            "objectives": [{"metric": "y"}],
            "parameters": {"x": {"type": "float", "low": 0, "high": 1}},
            "trials": 3,
        }
    )
    made = await told(
        platform,
        f'createSearch(input: {{pipelineId: "{pipeline}", name: "s", spec: $d}})',
        "Search { id }",
        d=definition,
    )
    return made["id"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of work: how one is made and stopped, its table, and what becomes of it when it cannot be handed
    to its cluster."""

    make: Callable[[Platform], Awaitable[str]]
    stop: str
    model: type[Base]
    owner: str
    sweep: str
    waits: str
    stops: str
    fails: str = "Failed"
    stopped: str = "Cancelled"


KINDS = {
    "run": Kind(
        make=run,
        stop="cancelRun",
        model=Run,
        owner="id",
        sweep="workloads.sweep",
        waits="Queued",
        stops="Cancelling",
    ),
    "build": Kind(
        make=build,
        stop="cancelBuild",
        model=Build,
        owner="id",
        sweep="workloads.sweep",
        waits="Requested",
        stops="Cancelling",
    ),
    "notebook": Kind(
        make=notebook,
        stop="stopNotebook",
        model=Notebook,
        owner="id",
        sweep="workloads.sweep",
        waits="Requested",
        stops="Stopping",
        stopped="Stopped",
    ),
    "service": Kind(
        make=service,
        stop="stopService",
        model=Revision,
        owner="service_id",
        sweep="workloads.sweep",
        waits="Requested",
        stops="Stopping",
        stopped="Stopped",
    ),
    "search": Kind(
        make=search,
        stop="stopSearch",
        model=Search,
        owner="id",
        sweep="searches.sweep",
        waits="Running",
        stops="Stopping",
        stopped="Stopped",
    ),
}


async def state_of(platform: Platform, kind: Kind, key: str):
    columns = [
        column for column in kind.model.__table__.columns if column.name in ("state", "message", "reason")
    ]
    async with platform.ctx.db.read() as conn:
        return (await conn.execute(select(*columns).where(getattr(kind.model, kind.owner) == key))).one()


async def messages(platform: Platform) -> list[tuple[str, str]]:
    async with platform.ctx.db.read() as conn:
        rows = await conn.execute(
            select(Outbox.job, Outbox.body).where(Outbox.job.is_not(None), Outbox.send_at.is_not(None))
        )
        return [(row.job, str(row.body)) for row in rows if row.job != "services.retire"]


@pytest.mark.parametrize("stops", [False, True], ids=["starts", "stops"])
@pytest.mark.parametrize("name", KINDS)
async def test_a_sweep_takes_up_what_waits_when_its_message_is_lost(idle, name, stops):
    kind = KINDS[name]
    key = await kind.make(idle)
    if stops:
        await told(idle, f'{kind.stop}(id: "{key}")', f"{name.title()} {{ id }}")
    assert (await state_of(idle, kind, key)).state == (kind.stops if stops else kind.waits)
    async with idle.ctx.db.write() as tx:
        await tx.execute(delete(Outbox))
    for _ in range(2):  # what is sent already is not sent twice
        await declared[kind.sweep].run(idle.ctx)
        found = await messages(idle)
        assert len(found) == 1, found
    await idle.ctx.db.transact(lambda tx: tx.execute(update(Outbox).values(send_at=None)))  # it was given up
    await declared[kind.sweep].run(idle.ctx)
    assert len(await messages(idle)) == 1


async def test_a_sweep_sends_a_message_whose_job_is_lost(idle):
    kinds = "kind: WEBHOOK, kinds: [RUN_FAILED]"
    made = await told(
        idle,
        f'createNotificationChannel(input: {{name: "ops", address: "https://example.com/x", {kinds}}})',
        "NotificationChannel { id }",
    )
    await told(idle, f'testNotificationChannel(id: "{made["id"]}")', "NotificationDelivery { state }")
    async with idle.ctx.db.write() as tx:
        await tx.execute(delete(Outbox))
    await declared["notifications.channels.sweep"].run(idle.ctx)
    assert await messages(idle) == [], "it may be on its way"
    clock.travel(timedelta(minutes=2))
    for _ in range(2):
        await declared["notifications.channels.sweep"].run(idle.ctx)
        assert [job for job, _ in await messages(idle)] == ["notifications.channels.deliver"]


# what becomes of that which cannot be handed over -----------------------------------------------------


async def until(check: Callable[[], Awaitable[bool]], seconds: float = 60, travels: bool = False) -> None:
    """Wait for something; with `travels` the clock goes on faster, so that what is put off comes."""
    async with asyncio.timeout(seconds):
        while not await check():
            if travels:
                clock.travel(timedelta(seconds=20))
            await asyncio.sleep(0.05)


async def spoil(platform: Platform, kind: Kind, key: str) -> None:
    """Make a definition one that no program reads: each attempt to hand it over fails, as by a bug of
    ours."""
    table, column = {
        Run: (Version, "definition"),
        Build: (Build, "definition"),
        Notebook: (Notebook, "spec"),
        Revision: (Revision, "spec"),
        Search: (Search, "spec"),
    }[kind.model]
    async with platform.ctx.db.write() as tx:
        await tx.execute(update(table).values({column: {"no": "sense"}}))


@pytest.mark.parametrize("stops", [False, True], ids=["starts", "stops"])
@pytest.mark.parametrize("name", KINDS)
async def test_what_cannot_be_handed_over_says_so_and_ends(settings, name, stops):
    kind = KINDS[name]
    await ready(settings)
    async with platform_of(settings) as platform:
        await platform.ask('mutation { createProject(input: {name: "p"}) { __typename } }')
        key = await kind.make(platform)
        if stops:
            await told(platform, f'{kind.stop}(id: "{key}")', f"{name.title()} {{ id }}")
        await spoil(platform, kind, key)
    async with platform_of(settings, "worker") as platform:

        async def explained() -> bool:
            row = await state_of(platform, kind, key)
            return row.state == (kind.stops if stops else kind.waits) and "is tried again" in (
                row.message or ""
            )

        async def over() -> bool:
            return (await state_of(platform, kind, key)).state == (kind.stopped if stops else kind.fails)

        await until(explained)
        await until(over, travels=True)
        row = await state_of(platform, kind, key)
        assert stops or "Internal error" in (row.message or ""), row


async def test_a_search_that_is_given_up_leaves_no_trial_open(settings):
    await ready(settings)
    async with platform_of(settings, "worker") as platform:
        await platform.ask('mutation { createProject(input: {name: "p"}) { __typename } }')
        key = await search(platform)

        async def trials(*states: str) -> int:
            async with platform.ctx.db.read() as conn:
                return (
                    await conn.execute(
                        select(func.count()).where(Trial.search_id == key, Trial.state.in_(states))
                    )
                ).scalar_one()

        await until(lambda: _positive(trials("Running")))
        await spoil(platform, KINDS["search"], key)
        async with platform.ctx.db.write() as tx:
            await tx.execute(delete(Run))  # what its trials were is gone
        await declared["searches.sweep"].run(platform.ctx)
        await until(lambda: _positive(trials("Failed")), travels=True)
        assert await trials("Running", "Stopping", "Pruning") == 0
        found = await state_of(platform, KINDS["search"], key)
        assert found.state == "Failed" and "Internal error" in found.message


async def _positive(count: Awaitable[int]) -> bool:
    return await count > 0


async def test_a_cluster_that_is_away_is_waited_for_with_a_reason(settings):
    """Its work is neither failed nor silent."""
    await ready(settings)
    async with platform_of(settings) as platform:
        await platform.ask('mutation { createProject(input: {name: "p"}) { __typename } }')
        key = await run(platform)
        async with platform.ctx.db.write() as tx:
            await tx.execute(update(Workload).values(cluster="elsewhere"))
    async with platform_of(settings, "worker") as platform:
        kind = KINDS["run"]

        async def explained() -> bool:
            return "Cluster elsewhere is not configured on this platform." in (
                (await state_of(platform, kind, key)).message or ""
            )

        await until(explained)

        async def often() -> bool:
            async with platform.ctx.db.read() as conn:
                return (await conn.execute(select(func.max(Outbox.attempts)))).scalar_one() > 12

        await until(often, travels=True)
        assert (await state_of(platform, kind, key)).state == "Queued"


async def test_messages_that_were_given_up_are_forgotten_after_a_week(idle):
    async with idle.ctx.db.write() as tx:
        await tx.execute(delete(Outbox))
        tx.send("nothing")
    await idle.ctx.db.transact(lambda tx: tx.execute(update(Outbox).values(send_at=None)))
    delivery = Delivery(idle.ctx.db, idle.ctx.bus, lambda messages: None)
    await delivery.forget()

    async def count() -> int:
        async with idle.ctx.db.read() as conn:
            return (await conn.execute(select(func.count()).select_from(Outbox))).scalar_one()

    assert await count() == 1
    clock.travel(KEEP + timedelta(minutes=1))
    await delivery.forget()
    assert await count() == 0


def test_an_identifier_sorts_after_the_time_at_which_it_was_made():
    before = clock.now()
    key = ids.new()
    assert ids.earliest(before) < key < ids.earliest(before + timedelta(seconds=5))
