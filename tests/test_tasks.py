"""The periodic jobs of the platform: when they are due, how they went, and running them now."""

import asyncio
from datetime import timedelta

from cubestudio.core import clock
from cubestudio.core.jobs import cron
from cubestudio.core.jobs.declare import declared
from tests.test_waiting import until

FIELDS = "name description schedule nextAt runningSince lastStartedAt lastDurationSeconds lastError"


async def tasks(platform, viewer=None) -> dict[str, dict]:
    found = await platform.ask(f"{{ scheduledTasks {{ {FIELDS} }} }}", viewer)
    return {task["name"]: task for task in found["scheduledTasks"]}


async def run(platform, name: str, viewer=None) -> dict:
    query = f"""mutation($n: String!) {{ runScheduledTask(name: $n) {{
        ... on ScheduledTask {{ {FIELDS} }} ... on Problem {{ code reason path }} }} }}"""
    return (await platform.ask(query, viewer, n=name))["runScheduledTask"]


async def ended(platform, name: str, after: str | None = None) -> dict:
    """A task when an execution of it has ended that is not the one before."""

    async def over() -> bool:
        task = (await tasks(platform))[name]
        return task["lastStartedAt"] != after and task["runningSince"] is None

    await until(over)
    return (await tasks(platform))[name]


async def test_every_periodic_job_is_listed_and_says_what_it_does(platform):
    found = await tasks(platform)
    assert set(found) == {name for name, job in declared.items() if job.cron}
    for name, task in found.items():
        assert task["description"].endswith(".") and "\n" not in task["description"], name
        assert task["nextAt"] and task["schedule"].count(" ") == 4


async def test_a_task_runs_by_the_clock_and_when_an_administrator_says_so(platform):
    name = "housekeeping.retention.apply"
    assert (await tasks(platform))[name]["lastStartedAt"] is None
    clock.travel(timedelta(hours=1))
    first = await ended(platform, name)
    assert first["lastError"] is None and 0 <= first["lastDurationSeconds"] < 60
    due = first["nextAt"]
    await run(platform, name)
    second = await ended(platform, name, first["lastStartedAt"])
    assert second["nextAt"] == due and second["lastError"] is None


async def test_a_task_that_fails_says_why_and_is_well_again(platform):
    name = "housekeeping.retention.apply"
    async with platform.ctx.db.write() as tx:
        odd = "INSERT INTO retention_policy VALUES ('*', 'odd', NULL, ?, '2026-01-01 00:00:00.000000')"
        await tx.connection.exec_driver_sql(odd, (platform.admin.id,))
    await run(platform, name)
    failed = await ended(platform, name)
    assert "odd" in failed["lastError"] or "TypeError" in failed["lastError"]
    async with platform.ctx.db.write() as tx:
        await tx.connection.exec_driver_sql("DELETE FROM retention_policy")
    async with asyncio.timeout(60):
        while (await ended(platform, name))["lastError"] is not None:
            clock.travel(timedelta(minutes=5))  # it is tried again by itself
            await asyncio.sleep(0.05)


async def test_an_execution_that_was_interrupted_is_begun_again(platform):
    name = "housekeeping.retention.apply"

    async def forever() -> None:
        await asyncio.Event().wait()

    await until(lambda: asyncio.sleep(0, True))
    await cron.tick(platform.ctx.db)
    work = asyncio.create_task(cron.record(platform.ctx.db, name, forever()))

    async def begun() -> bool:
        return (await tasks(platform))[name]["runningSince"] is not None

    await until(begun)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert await begun()
    await run(platform, name)
    assert (await ended(platform, name))["lastError"] is None


async def test_tasks_are_for_administrators(platform):
    member = await platform.person("mem")
    result = await platform.raw("{ scheduledTasks { name } }", member)
    assert result.errors[0].extensions["code"] == "FORBIDDEN"
    assert (await run(platform, "projects.sweep", member))["code"] == "FORBIDDEN"
    assert (await run(platform, "workloads.submit"))["reason"] == "SCHEDULED_TASK_NOT_FOUND"
