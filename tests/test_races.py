"""Two at once, on either database: what only one of them may do is done once, and nobody is told yes who was
overtaken."""

import asyncio

import pytest
from sqlalchemy import update

from cubestudio.core.config import Settings
from cubestudio.pipelines.steps import actions as steps
from cubestudio.workloads import actions as workloads
from cubestudio.workloads.model import Workload, WorkloadState
from tests.notebooks.conftest import studio_at
from tests.parts import free_port
from tests.services.conftest import Hall


@pytest.fixture
def settings(home, url) -> Settings:
    return Settings(
        home=home, stop_grace_seconds=2.0, environment="test", database_url=url, gateway_port=free_port()
    )


async def test_of_the_last_two_owners_who_leave_at_once_one_stays(platform):
    owners = [await platform.person(name) for name in ("ada", "bob")]
    for owner in owners:
        await platform.ask(
            f'mutation {{ setMember(project: "p", user: "{owner.name}", role: OWNER) {{ __typename }} }}'
        )
    await platform.ask('mutation { removeMember(project: "p", user: "admin") { __typename } }')
    leave = (
        'mutation($u: String!) { removeMember(project: "p", user: $u) { __typename ... on Problem { '
        "message } } }"
    )
    told = await asyncio.gather(*(platform.ask(leave, owner, u=owner.name) for owner in owners))
    assert sorted(each["removeMember"]["__typename"] for each in told) == ["Problem", "Project"], told
    members = (await platform.ask('{ project(key: "p") { members { user { name } role } } }'))["project"][
        "members"
    ]
    assert [each["role"] for each in members] == ["OWNER"]


async def test_of_the_last_two_administrators_who_end_each_other_one_stays(platform):
    other = await platform.person("other", admin=True)
    end = (
        "mutation($u: ID!) { updateUser(input: {id: $u, admin: false}) { __typename ... on Problem { "
        "message } } }"
    )
    told = await asyncio.gather(platform.ask(end, other, u=platform.admin.id), platform.ask(end, u=other.id))
    assert sorted(each["updateUser"]["__typename"] for each in told) == ["Problem", "User"], told
    assert "last administrator" in str(told)


async def test_of_two_who_take_a_name_at_once_one_is_told_that_it_is_taken(platform):
    make = 'mutation { createProject(input: {name: "twins"}) { __typename ... on Problem { code message } } }'
    told = await asyncio.gather(*(platform.ask(make) for _ in range(3)))
    made = [each["createProject"] for each in told]
    assert sorted(each["__typename"] for each in made) == ["Problem", "Problem", "Project"]
    assert {each["code"] for each in made if "code" in each} == {"CONFLICT"}


def overtaken(monkeypatch, room, name, when, act) -> asyncio.Future:
    """Do `act` in the middle of writing down what a cluster says, in the first call of a function of a room
    of which `when` holds: its result."""
    usual, done = getattr(room, name), asyncio.get_running_loop().create_future()
    begun = []

    async def slowly(*given):
        if not begun and when(*given):
            task = asyncio.create_task(act())
            begun.append(task)
            await asyncio.wait(
                [task], timeout=1
            )  # as far as it comes: it may have to wait for what is under way here
            task.add_done_callback(lambda task: done.set_result(task.result()))
        return await usual(*given)

    monkeypatch.setattr(room, name, slowly)
    return done


def answers(kind):
    """Whether a workload of a kind has become ready."""
    return lambda tx, row, change: row.kind == kind and change.values.get("state") == WorkloadState.READY


async def test_a_notebook_that_is_stopped_while_it_comes_up_stops(settings, monkeypatch):
    async with studio_at(settings) as studio:
        key = await studio.make(start=False)
        done = overtaken(
            monkeypatch, workloads, "_apply", answers("notebook"), lambda: studio.say("stopNotebook", key)
        )
        query = f'subscription {{ notebookChanged(id: "{key}") {{ notebook {{ state }} }} }}'
        states = asyncio.create_task(
            stopping(studio.platform, query, lambda data: data["notebookChanged"]["notebook"]["state"])
        )
        await studio.say("startNotebook", key)
        assert "code" not in await done
        assert await states == ["STOPPING", "STOPPED"]


async def test_a_service_that_is_stopped_while_it_comes_up_stops(settings, monkeypatch):
    async with studio_at(settings) as studio:
        hall = Hall(studio.platform, studio.port)
        keys: list[str] = []
        done = overtaken(
            monkeypatch, workloads, "_apply", answers("service"), lambda: hall.say("stopService", keys[0])
        )
        keys.append(await hall.make())
        query = (
            f'subscription {{ serviceChanged(id: "{keys[0]}") {{ service {{ revisions {{ state }} }} }} }}'
        )
        states = stopping(
            studio.platform, query, lambda data: data["serviceChanged"]["service"]["revisions"][0]["state"]
        )
        after, told = await asyncio.gather(states, done)
        assert "code" not in told and after == ["STOPPING", "STOPPED"]


async def stopping(platform, query, state_of) -> list[str]:
    """The states in which something is seen from when it stops until it has stopped."""
    states: list[str] = []
    async with asyncio.timeout(60):
        async for data in platform.listen(query):
            state = state_of(data)
            if (states or state == "STOPPING") and state not in states[-1:]:
                states.append(state)
            if states and state == "STOPPED":
                return states
    raise AssertionError(states)


async def test_a_run_that_is_cancelled_while_it_begins_ends(platform, monkeypatch):
    pipeline = await platform.save(
        "name: long\nsteps: [{name: a, template: shell, args: {script: sleep 300}}]\n"
    )
    runs: list[str] = []
    cancel = (
        "mutation($r: ID!) { cancelRun(id: $r) { ... on Run { state } ... on Problem { code message } } }"
    )
    done = overtaken(
        monkeypatch, steps, "strip", lambda *_: bool(runs), lambda: platform.ask(cancel, r=runs[0])
    )
    runs.append(await platform.start(pipeline))
    assert (await done)["cancelRun"]["state"] == "CANCELLING"
    assert (await platform.finish(runs[0]))["state"] == "CANCELLED"


@pytest.mark.parametrize(
    "reason, left", [("Submission", (None, None)), ("ImagePull", ("ImagePull", "it cannot be pulled"))]
)
async def test_what_a_cluster_said_before_it_had_answered_stays(settings, reason, left):
    async with studio_at(settings) as studio:
        ctx = studio.platform.ctx
        notebook = await studio.make()
        async with ctx.db.write() as tx:
            started = await workloads.newest(tx, notebook)
            said = {"submitted_at": None, "reason": reason, "message": "it cannot be pulled"}
            await tx.execute(update(Workload).where(Workload.id == started.id).values(said))
            await workloads.submitted(tx, ctx.kinds, started.id, "local")
            row = await workloads.newest(tx, notebook)
        assert (row.reason, row.message) == left and row.submitted_at is not None
