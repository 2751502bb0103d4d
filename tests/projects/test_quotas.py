"""Quotas: what fits starts, what does not waits in order or is refused; two requests for the last of
something, and one has it."""

import asyncio
import json

import pytest
from sqlalchemy import select

from cubestudio.core import clock, ids
from cubestudio.core.cluster.port import Gang, Graph, Node, Server, Task, Workload
from cubestudio.core.db import Database
from cubestudio.core.errors import QuotaExceeded
from cubestudio.migrations.run import upgrade
from cubestudio.projects.model import Project
from cubestudio.projects.quotas import actions
from cubestudio.projects.quotas.model import Holding, Quota
from cubestudio.projects.quotas.spec import Amount, demand, narrowed
from cubestudio.users.model import User
from tests import specs

SET = """mutation($t: QuotaTargetInput!, $l: QuotaLimitsInput!, $q: Boolean!) {
    setQuota(input: {target: $t, limits: $l, queue: $q}) {
    ... on Quota { own queue limits { cpu pods notebooks } } ... on Problem { code message path } } }"""
STATE = "query($r: ID!) { run(id: $r) { state explanation } }"
QUOTA = '{ project(key: "p") { quota { used { cpu pods notebooks } holders { kind waits } } } }'


async def set_quota(platform, viewer=None, queue=True, target=None, **limits):
    target = {"project": "p"} if target is None else target
    return (await platform.ask(SET, viewer, t=target, l=limits, q=queue))["setQuota"]


def yaml(name, script="sleep 600", cpu=0.5, **more):
    return json.dumps(
        {
            "name": name,
            "steps": [
                {
                    "name": "a",
                    "template": "shell",
                    "args": {"script": script},
                    "resources": {"cpu": cpu, "memory": "64Mi"},
                }
            ],
            **more,
        }
    )


async def until(platform, run, wanted, seconds=30):
    async with asyncio.timeout(seconds):
        while True:
            seen = (await platform.ask(STATE, r=run))["run"]
            if wanted(seen):
                return seen
            await asyncio.sleep(0.02)


async def cancel(platform, run):
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)


def node(name, *needs, cpu=1.0, **more):
    return Node(
        name=name,
        task=Task(command=(("true",),), cpu=cpu, memory=2**20, **more.pop("task", {})),
        needs=needs,
        **more,
    )


def test_what_a_workload_takes_at_once():
    def of(body, kind="run"):
        return demand(Workload(name="w", body=body, labels={"cubestudio/kind": kind}))

    assert of(Graph((node("a"), node("b", "a", cpu=3), node("c", "b")))).cpu == 3, "one after the other"
    assert of(Graph((node("a"), node("b", "a"), node("c", "a", cpu=2)))).cpu == 3, "two beside each other"
    assert of(Graph((node("a", each=(1, 2, 3, 4)),), parallelism=3)) == Amount(
        cpu=3, memory=3 * 2**20, gpu=0, pods=3
    )
    assert of(Graph((node("a", each=tuple(range(5))), node("b", "a")))).pods == 5
    gang = Task(
        command=(("true",),), cpu=2, memory=2**20, gpu=1, gang=Gang("pytorch", (("worker", 4),), "PyTorchJob")
    )
    assert of(Graph((Node(name="a", task=gang),))) == Amount(cpu=8, memory=4 * 2**20, gpu=4, pods=4)
    assert of(Server(task=node("x").task, port=80, replicas=3), "notebook") == Amount(
        cpu=3, memory=3 * 2**20, gpu=0, pods=3, notebooks=1
    )
    wide = Workload(
        name="w", body=Graph((node("a", each=tuple(range(50))),)), labels={"cubestudio/kind": "run"}
    )
    limits = Quota(cpu=7, memory=None, gpu=None, pods=None, notebooks=None, cards=None)
    assert narrowed(wide, [limits]).body.parallelism == 7 and narrowed(wide, []) is wide


def counted(amount):
    return {each["type"]: each["count"] for each in amount["gpusByType"]}


async def test_gpus_are_limited_by_their_type(platform):
    """Of those that are asked for by it; the cluster itself has none here, so that only what is written down
    is looked at."""
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    text = """mutation($c: [GpuTypeCountInput!]) {
        setQuota(input: {target: {project: "p"}, limits: {gpu: 20, gpusByType: $c}}) {
        ... on Quota { limits { gpu gpusByType { type count } } } ... on Problem { message path } } }"""
    for kind, count in (("A100", -1), ("a b", 1), ("", 1)):
        wrong = [{"type": kind, "count": count}]
        assert (await platform.ask(text, c=wrong))["setQuota"]["path"] == ["gpusByType"]
    limits = [{"type": "A100", "count": 2}, {"type": "H100", "count": 0}]
    assert (await platform.ask(text, c=limits))["setQuota"] == {"limits": {"gpu": 20, "gpusByType": limits}}

    def work(kind, count, name="w"):
        task = Task(command=(("true",),), gpu=count, gpu_type=kind)
        labels = {
            "cubestudio/project": project,
            "cubestudio/user": platform.admin.id,
            "cubestudio/kind": "run",
            "cubestudio/id": ids.new(),
        }
        return Workload(
            name=name, body=Graph((Node(name="a", task=task), Node(name="b", task=task))), labels=labels
        )

    async with platform.ctx.db.write() as tx:
        for kind, count, why in (("A100", 1, None), ("V100", 3, None), ("", 1, None)):
            _, words = await actions.reserve(tx, "local", work(kind, count, f"w{kind}"), "none", [])
            assert words is why, kind
        _, words = await actions.reserve(tx, "local", work("A100", 1, "later"), "none", [])
        assert words == "Project p has 2 of 2 A100 GPUs in use by 1 run, and this needs 2 A100 GPUs"
        for kind, words in (
            ("A100", "This requests 6 A100 GPUs at once, and Project p may use 2 A100 GPUs."),
            ("H100", "requests 2 H100 GPUs at once"),
        ):
            with pytest.raises(QuotaExceeded, match=words.replace(".", "\\.")):
                await actions.judged(tx, work(kind, 3 if kind == "A100" else 1))
    used = (await platform.ask('{ project(key: "p") { quota { used { gpu gpusByType { type count } } } } }'))[
        "project"
    ]["quota"]["used"]
    assert used["gpu"] == 10 and counted(used) == {"A100": 2, "V100": 6}
    async with platform.ctx.db.write() as tx:
        await actions.release(tx, ["wA100"])
    used = (await platform.ask('{ project(key: "p") { quota { used { gpusByType { type count } } } } }'))[
        "project"
    ]["quota"]["used"]
    assert counted(used) == {"V100": 6, "A100": 2}, "what waited has it now"


async def test_what_a_project_keeps_is_limited(platform):
    leaves = {
        "name": "keeps",
        "steps": [
            {
                "name": n,
                "template": "shell",
                "args": {
                    "script": "head -c 100000 /dev/zero > $CUBE_OUTPUT_DIR/f; echo "
                    + n
                    + " > $CUBE_OUTPUT_DIR/n"
                },
            }
            for n in ("a", "b")
        ],
    }
    run = await platform.run(json.dumps(leaves))
    assert run["state"] == "SUCCEEDED"
    see = '{ project(key: "p") { quota { used { storage } limits { storage } } } }'
    used = (await platform.ask(see))["project"]["quota"]["used"]["storage"]
    assert used == 100_004, "what is equal is kept once"
    text = (
        'mutation($s: Long) { setQuota(input: {target: {project: "p"}, limits: {storage: $s}}) { ... '
        "on Quota { own } ... on Problem "
        "{ message path } } }"
    )
    await platform.ask(text, s=used)
    start = (
        "mutation($p: ID!) { startRun(pipeline: $p) { ... on Run { id } ... on Problem { code message "
        "hint } } }"
    )
    pipeline = await platform.save(yaml("next", "true"))
    refused = (await platform.ask(start, p=pipeline))["startRun"]
    assert (refused["code"], refused["message"]) == (
        "QUOTA_EXCEEDED",
        "Project p stores 97.66 KiB of 97.66 KiB.",
    )
    async with platform.ctx.db.read() as conn:
        project = (await conn.execute(select(Project.id).where(Project.name == "p"))).scalar_one()
        with pytest.raises(QuotaExceeded, match="Project p stores"):
            await actions.room(conn, project, 1)
    await platform.ask(text, s=used + 10)
    async with platform.ctx.db.read() as conn:
        await actions.room(conn, project, 10)
        with pytest.raises(QuotaExceeded, match="and this needs"):
            await actions.room(conn, project, 11)
    assert "id" in (await platform.ask(start, p=pipeline))["startRun"]
    mine = (
        await platform.ask(
            'mutation { setQuota(input: {target: {user: "admin"}, limits: {storage: 5}}) { ... on '
            "Problem { path } } }"
        )
    )["setQuota"]
    assert mine["path"] == ["storage"]


async def test_what_does_not_fit_waits_in_order_and_starts_when_there_is_room(platform):
    assert (await set_quota(platform, cpu=1))["own"]
    pipelines = [await platform.save(yaml(f"p{number}")) for number in range(4)]
    runs = [await platform.start(pipeline) for pipeline in pipelines[:2]]
    for run in runs:
        await until(platform, run, lambda seen: seen["state"] == "RUNNING")
    third = await platform.start(pipelines[2])
    words = await until(platform, third, lambda seen: seen["explanation"])
    assert (
        words["state"] == "QUEUED"
        and "Project p has 1 of 1 core in use by 2 runs, and this needs 0.5 cores" in words["explanation"]
    )
    fourth = await platform.start(pipelines[3])
    assert (
        "1 waits before it"
        in (await until(platform, fourth, lambda seen: seen["explanation"]))["explanation"]
    )
    seen = (await platform.ask(QUOTA))["project"]["quota"]
    assert seen["used"]["cpu"] == 1 and [holder["waits"] for holder in seen["holders"]] == [
        False,
        False,
        True,
        True,
    ]
    plan = (
        await platform.ask(
            "query($p: ID!) { preflightRun(pipeline: $p) { verdict explanation } }", p=pipelines[3]
        )
    )["preflightRun"]
    assert plan["verdict"] == "WAITS" and "Project p has 1 of 1 core" in plan["explanation"]
    await cancel(platform, fourth)
    assert (await until(platform, fourth, lambda seen: seen["state"] == "CANCELLED"))[
        "explanation"
    ] == "It was stopped while it waited for room in its quota."
    await cancel(platform, runs[0])  # it goes on for as long as its end takes, and holds its part until then
    assert (await until(platform, third, lambda seen: seen["state"] == "RUNNING"))["explanation"] is None
    for run in (runs[1], third):
        await cancel(platform, run)
        await platform.finish(run)
    async with platform.ctx.db.read() as conn:
        assert (await conn.execute(select(Holding.workload))).all() == [], "nothing is held by what is over"


async def test_what_can_never_fit_is_refused_and_a_policy_may_refuse_all(platform):
    await set_quota(platform, target={"defaultFor": "PROJECT"}, cpu=1)
    start = (
        "mutation($p: ID!) { startRun(pipeline: $p) { ... on Run { id } ... on Problem { code message "
        "hint } } }"
    )
    refused = (await platform.ask(start, p=await platform.save(yaml("large", cpu=2))))["startRun"]
    assert (
        refused["code"] == "QUOTA_EXCEEDED"
        and "requests 2 cores at once, and Project p may use 1 core" in refused["message"]
    )
    assert not (await set_quota(platform, cpu=1, queue=False))["queue"]
    run = await platform.start(await platform.save(yaml("one", cpu=0.8)))
    await until(platform, run, lambda seen: seen["state"] == "RUNNING")
    refused = (await platform.ask(start, p=await platform.save(yaml("two", cpu=0.8))))["startRun"]
    assert refused["code"] == "QUOTA_EXCEEDED" and "0.8 of 1 core in use by 1 run" in refused["message"]
    await cancel(platform, run)
    await platform.finish(run)
    assert "limits" in await set_quota(platform), "no limits of its own: those of all"
    assert (await platform.ask('{ project(key: "p") { quota { own limits { cpu } } } }'))["project"][
        "quota"
    ] == {"own": False, "limits": {"cpu": 1.0}}


async def test_a_wide_run_is_narrowed_to_its_quota(platform):
    await set_quota(platform, pods=2)
    wide = json.dumps(
        {
            "name": "w",
            "steps": [
                {
                    "name": "a",
                    "template": "shell",
                    "args": {"script": "sleep 0.3"},
                    "for_each": list(range(6)),
                    "cache": False,
                }
            ],
        }
    )
    run = await platform.start(await platform.save(wide))
    most = 0
    async for data in platform.listen(
        "subscription($r: ID!) { runChanged(id: $r) { run { state steps { name items { state } } } } }", r=run
    ):
        seen = data["runChanged"]["run"]
        most = max(most, sum(item["state"] == "RUNNING" for step in seen["steps"] for item in step["items"]))
        if seen["state"] in ("SUCCEEDED", "FAILED"):
            break
    assert seen["state"] == "SUCCEEDED" and most <= 2


async def test_notebooks_of_a_person_are_counted_and_one_that_waits_can_be_stopped(platform):
    await set_quota(platform, target={"user": "admin"}, notebooks=1)
    make = """mutation($n: String!) { createNotebook(
        input: {project: "p", name: $n, kind: CUSTOM,
            spec: {command: "exec sleep 600", resources: {cpu: 0.1}}}) {
        ... on Notebook { id } ... on Problem { message } } }"""
    keys = [(await platform.ask(make, n=name))["createNotebook"]["id"] for name in ("one", "two")]
    see = "query($i: ID!) { notebook(id: $i) { state explanation } }"
    async with asyncio.timeout(30):
        while not (await platform.ask(see, i=keys[1]))["notebook"]["explanation"]:
            await asyncio.sleep(0.02)
    said = (await platform.ask(see, i=keys[1]))["notebook"]
    assert (
        said["state"] == "REQUESTED"
        and "admin has 1 of 1 notebook in use by 1 notebook" in said["explanation"]
    )
    fit = await platform.ask(
        '{ preflightNotebook(project: "p", kind: CUSTOM, spec: {resources: {cpu: 0.1}}) '
        "{ verdict explanation } "
        "myQuota { used { notebooks } holders { waits } } }"
    )
    assert (
        fit["preflightNotebook"]["verdict"] == "WAITS"
        and fit["myQuota"]["used"]["notebooks"] == 1
        and len(fit["myQuota"]["holders"]) == 2
    )
    for key in (keys[1], keys[0]):
        await platform.ask("mutation($i: ID!) { stopNotebook(id: $i) { __typename } }", i=key)
        async with asyncio.timeout(30):
            while (await platform.ask(see, i=key))["notebook"]["state"] != "STOPPED":
                await asyncio.sleep(0.02)


async def test_administrators_set_them_and_others_do_not(platform):
    owner = await platform.person("owner")
    await platform.ask('mutation { setMember(project: "p", user: "owner", role: OWNER) { __typename } }')
    assert (await set_quota(platform, owner, cpu=100))["code"] == "FORBIDDEN"
    assert (await set_quota(platform, target={"user": "nobody"}, cpu=1))["path"] == ["user"]
    assert (await set_quota(platform, cpu=-1))["path"] == ["cpu"]
    await set_quota(platform, target={"defaultFor": "USER"}, notebooks=2)
    await set_quota(platform, target={"user": "owner"}, pods=5)
    rows = (await platform.ask("{ quotas { scope project user limits { pods notebooks } } }"))["quotas"]
    assert [(row["scope"], row["user"]) for row in rows] == [("USER", None), ("USER", "owner")]


@pytest.fixture
async def databases(url):
    """Two processes' databases with a project, a person, and room for one card."""
    await asyncio.to_thread(upgrade, url)
    made = [Database(url) for _ in range(2)]
    person, project = ids.new(), ids.new()
    async with made[0].write() as tx:
        now = clock.now()
        await tx.execute(
            User.__table__.insert().values(id=person, name="mei", email=None, admin=False, created_at=now)
        )
        await tx.execute(
            Project.__table__.insert().values(
                id=project, name="p", description="", cluster="local", created_by=person, created_at=now
            )
        )
        await tx.execute(
            Quota.__table__.insert().values(
                scope="project", target=project, gpu=1, queue=True, changed_by=person, changed_at=now
            )
        )
    yield made, project, person
    for each in made:
        await each.close()


async def test_of_many_who_want_the_last_card_one_has_it(databases):
    made, project, person = databases
    labels = {
        "cubestudio/kind": "run",
        "cubestudio/id": "x",
        "cubestudio/project": project,
        "cubestudio/user": person,
    }
    task = Task(command=(("true",),), gpu=1)

    async def ask(number):
        work = Workload(name=f"w{number}", body=task, labels=labels)

        async def reserve(tx):
            return (await actions.reserve(tx, "local", work, "job", []))[1]

        return await made[number % 2].transact(reserve)

    for _ in range(3):
        answers = await asyncio.gather(*(ask(number) for number in range(12)))
        assert sum(answer is None for answer in answers) == 1
        async with made[0].read() as conn:
            holders = (
                (await conn.execute(select(Holding.workload).where(Holding.waits.is_(False)))).scalars().all()
            )
            assert len(holders) == 1 and (await actions.used(conn, "project", project)).gpu == 1
        await made[1].transact(lambda tx, gone=holders: actions.release(tx, gone))
    async with made[0].read() as conn:
        assert (await actions.used(conn, "project", project)).gpu == 1, "the next in line has it"


async def test_trials_of_a_search_wait_their_turn_whatever_the_policy_is_and_those_that_never_fit_fail_in_words(  # noqa: E501
    platform,
):
    await set_quota(platform, cpu=0.5, queue=False)
    body = {
        "name": "tuned",
        "parameters": [{"name": "n", "type": "int", "default": 1}],
        "steps": [
            {
                "name": "a",
                "template": "shell",
                "cache": False,
                "outputs": ["y"],
                "args": {"script": "echo '{\"y\": 1}' > $CUBE_OUTPUT_DIR/outputs.json"},
                "resources": {"cpu": 0.5, "memory": "64Mi"},
            }
        ],
    }
    begin = (
        "mutation($p: ID!, $n: String!, $d: SearchSpecInput!) { createSearch(input: {pipelineId: $p, "
        "name: $n, spec: $d}) { ... on Search { id } ... on Problem { message } } }"
    )
    told = specs.search(
        {
            "objectives": [{"metric": "y"}],
            "parameters": {"n": [1, 2, 3, 4]},
            "sampler": {"name": "grid"},
            "trials": 4,
            "parallelism": 4,
            "max_failed_trials": 1,
        }
    )

    async def ended(search):
        async for data in platform.listen(
            f'subscription {{ searchChanged(id: "{search}") {{ search {{ state explanation }} }} }}'
        ):
            if data["searchChanged"]["search"]["state"] in ("SUCCEEDED", "FAILED"):
                return data["searchChanged"]["search"]

    pipeline = await platform.save(json.dumps(body))
    async with asyncio.timeout(60):
        assert (await ended((await platform.ask(begin, p=pipeline, n="fits", d=told))["createSearch"]["id"]))[
            "state"
        ] == "SUCCEEDED"
        body["steps"][0]["resources"]["cpu"] = 1
        pipeline = await platform.save(json.dumps(body | {"name": "large"}))
        lost = await ended((await platform.ask(begin, p=pipeline, n="never", d=told))["createSearch"]["id"])
    assert lost["state"] == "FAILED" and "may use 0.5 cores" in lost["explanation"]


async def test_what_stops_holds_its_part_until_it_has_ended(platform):
    await set_quota(platform, cpu=0.5)
    slow = "trap 'sleep 1.5; exit 0' TERM; sleep 600 & wait"
    run = await platform.start(await platform.save(yaml("slow", slow)))
    await until(platform, run, lambda seen: seen["state"] == "RUNNING")
    other = await platform.start(await platform.save(yaml("other")))
    await until(platform, other, lambda seen: seen["explanation"])
    await cancel(platform, run)
    seen = []
    async with asyncio.timeout(30):
        while not seen or seen[-1] != ("CANCELLED", "RUNNING"):
            after = (await platform.ask(STATE, r=other))["run"][
                "state"
            ]  # asked first: when this runs, that has ended
            seen.append(((await platform.ask(STATE, r=run))["run"]["state"], after))
            await asyncio.sleep(0.02)
    assert ("CANCELLING", "QUEUED") in seen and ("CANCELLING", "RUNNING") not in seen
    await cancel(platform, other)
    await platform.finish(other)
