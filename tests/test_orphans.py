"""Stored objects to which nothing refers, and what takes the space of a project."""

import os
from datetime import timedelta

from cubestudio.core import clock
from cubestudio.core.cluster.port import artifact_key
from cubestudio.housekeeping.storage import listing
from cubestudio.projects.storage.events import ObjectsDiscarded
from cubestudio.projects.storage.jobs import collect
from tests.pipelines.test_removal import STEPS, collected, released, stored
from tests.test_tasks import ended, run

TASK = "housekeeping.storage.remove_orphans"
DAY = timedelta(days=1)


async def swept(platform) -> None:
    before = await ended(platform, TASK, after="")
    await run(platform, TASK)
    assert (await ended(platform, TASK, before["lastStartedAt"]))["lastError"] is None


async def project_of(platform) -> str:
    return (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]


async def test_what_nothing_refers_to_goes_after_a_day_and_nothing_else(platform, home):
    await platform.run(STEPS)
    await released(platform)
    kept = stored(home)
    project = await project_of(platform)
    odd = [
        artifact_key(project, "0" * 64),
        artifact_key("01a00000-0000-7000-8000-000000000000", "1" * 64),
        "logs/0000/01a00000-0000-7000-8000-000000000000/0000000000000000.log",
        "posted/01a00000-0000-7000-8000-000000000000/x",
    ]
    (log,) = [key for key in kept if key.endswith(".log")]
    odd.append(log.replace("0000000000000000.log", "0000000000009999.log"))  # a kill left it
    others = ["cluster-identity/east", "artifacts", "doctor"][:1]
    for key in [*odd, *others]:
        await platform.ctx.store.put(key, b"x")
    await swept(platform)
    assert set(stored(home)) == {*kept, *odd, *others}  # they are younger than a day
    clock.travel(DAY + timedelta(minutes=1))
    await swept(platform)
    await collected(platform)
    assert set(stored(home)) == {*kept, *others}


async def test_files_of_work_that_is_not_settled_stay(platform, home):
    project = await project_of(platform)
    old, new = artifact_key(project, "2" * 64), artifact_key(project, "3" * 64)
    await platform.ctx.store.put(old, b"x")
    os.utime(home / "store" / old, (0, 0))
    going = await platform.start(
        await platform.save(
            "name: long\nsteps:\n  - {name: a, template: shell, args: {script: 'sleep 300'}}\n"
        )
    )
    await platform.ctx.store.put(new, b"x")
    clock.travel(DAY * 2)
    await swept(platform)
    await collected(platform)
    assert new in stored(home) and old not in stored(home)
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { ... on Run { id } } }", r=going)
    await platform.finish(going)
    await released(platform)
    await swept(platform)
    await collected(platform)
    assert new not in stored(home)


async def test_content_that_is_stored_again_meanwhile_stays(platform, home):
    key = artifact_key(await project_of(platform), "4" * 64)
    await platform.ctx.store.put(key, b"x")
    clock.travel(DAY * 2)
    found = [page async for page in platform.ctx.store.pages("artifacts/")]
    async with platform.ctx.db.read() as conn:
        assert [each.key for each in await listing.orphans(conn, found[0], clock.now())] == [key]
    await swept(platform)
    assert await platform.ctx.store.refresh(key), "a step leaves the same content"
    (project,) = {each.key.split("/")[1] for each in found[0]}
    await collect.run(platform.ctx, ObjectsDiscarded(project))
    assert key in stored(home)


async def test_what_takes_the_space_is_said_by_kind(platform, home):
    query = '{ storageUsage(project: "p") { totalBytes parts { kind bytes } } }'
    made = await platform.run(STEPS)
    await released(platform)
    usage = (await platform.ask(query))["storageUsage"]
    parts = {part["kind"]: part["bytes"] for part in usage["parts"]}
    held = stored(home)
    assert parts["RUN_FILES"] == sum(size for key, size in held.items() if key.startswith("artifacts/"))
    assert parts["LOGS"] == sum(size for key, size in held.items() if key.startswith("logs/"))
    assert usage["totalBytes"] == sum(held.values())
    query_ = "mutation($r: [ID!]!) { deleteRuns(ids: $r) { ... on DeletedRuns { deletedBytes } } }"
    gone = (await platform.ask(query_, r=[made["id"]]))["deleteRuns"]["deletedBytes"]
    after = (await platform.ask(query))["storageUsage"]
    assert after["totalBytes"] in (gone, gone - parts["LOGS"])  # logs go at once, fresh files wait
    stranger = await platform.person("strange")
    result = await platform.raw(query, stranger)
    assert result.errors[0].extensions["code"] == "NOT_FOUND"
