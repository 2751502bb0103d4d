"""Deleting runs: everything that is theirs goes, and what others refer to stays."""

import asyncio
import contextlib
import os
import threading
import time as real
from datetime import timedelta
from pathlib import Path

from cubestudio.core import clock
from cubestudio.projects.storage.model import DiscardedObject
from tests.parts import Server
from tests.test_waiting import until

STEPS = """name: made
parameters: [{name: own, type: str, default: a}]
steps:
  - name: same
    template: shell
    args: {script: 'echo the same > "$CUBE_OUTPUT_DIR/same.txt"; echo logged'}
  - name: own
    template: shell
    needs: [same]
    args: {script: 'echo only {{ params.own }} > "$CUBE_OUTPUT_DIR/own.txt"; echo "{\\"loss\\": 1, \\"step\\": 1}" >> "$CUBE_METRICS"'}
"""  # noqa: E501
DELETE = """mutation($r: [ID!]!) { deleteRuns(ids: $r) {
    ... on DeletedRuns { ids deletedBytes faults { code path reason } } ... on Problem { code reason path message } } }"""  # noqa: E501


def stored(home: Path) -> dict[str, int]:
    """The objects of a store that is a folder, and their sizes."""
    return {
        str(file.relative_to(home / "store")): file.stat().st_size
        for file in (home / "store").rglob("*")
        if file.is_file() and ".staging" not in file.parts
    }


async def released(platform) -> None:
    """Wait until clusters have released all that has ended."""
    query = "SELECT count(*) FROM workload WHERE released_at IS NULL"

    async def over() -> bool:
        async with platform.ctx.db.read() as conn:
            return (await conn.exec_driver_sql(query)).scalar_one() == 0

    await until(over)


async def collected(platform) -> None:
    """Wait until every discarded object was deleted or found in use; objects are not fresh any more."""
    clock.travel(timedelta(hours=2))

    async def over() -> bool:
        async with platform.ctx.db.read() as conn:
            query = f"SELECT count(*) FROM {DiscardedObject.__tablename__}"
            return (await conn.exec_driver_sql(query)).scalar_one() == 0

    await until(over)


async def delete(platform, *runs: str, viewer=None) -> dict:
    return (await platform.ask(DELETE, viewer, r=list(runs)))["deleteRuns"]


async def test_a_deleted_run_takes_what_only_it_has_and_says_how_many_bytes(platform, home):
    first = await platform.run(STEPS)
    second = await platform.run(STEPS, params={"own": "b"})
    assert {step["name"]: step["state"] for step in second["steps"]}["same"] == "CACHED"
    await released(platform)
    before = stored(home)
    made = await delete(platform, first["id"])
    assert made["ids"] == [first["id"]] and made["faults"] == []
    await collected(platform)
    after = stored(home)
    assert sum(before.values()) - sum(after.values()) == made["deletedBytes"] > 0
    left = [key for key in after if key.startswith("artifacts/")]
    assert len(left) == 2, left  # the file of the step that was cached, and its own
    query = "query($r: ID!) { run(id: $r) { id } }"
    assert (await platform.ask(query, r=first["id"]))["run"] is None
    query = """query($r: ID!) { run(id: $r) { steps { name state outputs cachedFrom { id } pod { id }
        artifacts { path size } } metrics { name } } }"""
    shown = (await platform.ask(query, r=second["id"]))["run"]
    assert [(step["name"], step["cachedFrom"]) for step in shown["steps"]] == [("same", None), ("own", None)]
    assert [each["path"] for step in shown["steps"] for each in step["artifacts"]] == ["same.txt", "own.txt"]
    again = await platform.run(STEPS, params={"own": "c"})
    assert {step["name"]: step["state"] for step in again["steps"]}["same"] == "CACHED"

    await released(platform)
    await delete(platform, second["id"], again["id"])
    await collected(platform)
    assert stored(home) == {}
    async with platform.ctx.db.read() as conn:
        for table in ("run", "step", "artifact", "metric", "metric_source", "pod", "run_param"):
            assert (await conn.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table


async def test_files_of_a_registered_model_survive_its_run(platform, home):
    run = await platform.run(STEPS)
    query = """mutation($i: RegisterModelInput!) { registerModel(input: $i) {
        ... on RegisteredModel { version { id files { path size } } } ... on Problem { message } } }"""
    what = {"run": run["id"], "step": "own", "name": "m"}
    version = (await platform.ask(query, i=what))["registerModel"]["version"]
    await released(platform)
    made = await delete(platform, run["id"])
    await collected(platform)
    left = stored(home)
    assert [size for key, size in left.items()] == [file["size"] for file in version["files"]]
    assert made["deletedBytes"] > 0


async def test_what_is_refused_is_said_for_each_run_and_keeps_no_other(platform):
    await platform.ask('mutation { createProject(input: {name: "q"}) { ... on Project { id } } }')
    member, viewer = await platform.person("mem"), await platform.person("vic")
    for user, role in ((member, "MEMBER"), (viewer, "VIEWER")):
        query = (
            'mutation($u: String!, $r: Role!) { setMember(project: "p", user: $u, role: $r) '
            "{ ... on Project { id } ... on Problem { message } } }"
        )
        assert "id" in (await platform.ask(query, u=user.name, r=role))["setMember"]
    ended = (await platform.run(STEPS))["id"]
    going = await platform.start(
        await platform.save(
            "name: long\nsteps:\n  - {name: a, template: shell, args: {script: 'sleep 300'}}\n"
        )
    )
    refused = await delete(platform, going)
    assert (refused["code"], refused["reason"], refused["path"]) == (
        "CONFLICT",
        "RUN_IN_PROGRESS",
        ["ids", "0"],
    )
    assert (await delete(platform, ended, viewer=viewer))["code"] == "FORBIDDEN"
    stranger = await platform.person("strange")
    assert (await delete(platform, ended, viewer=stranger))["code"] == "NOT_FOUND"
    for runs in ([], [ended] * 101):
        assert (await delete(platform, *runs))["reason"] == "RUNS_COUNT_OUT_OF_RANGE"
    assert (await delete(platform, going, "no-such-run"))["reason"] == "RUNS_NOT_DELETED"
    made = await delete(platform, going, ended, ended, "' OR 1=1 --", viewer=member)
    assert made["ids"] == [ended]
    assert [(each["reason"], each["path"]) for each in made["faults"]] == [
        ("RUN_IN_PROGRESS", ["ids", "0"]),
        ("RUN_NOT_FOUND", ["ids", "3"]),
    ]
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { ... on Run { id } } }", r=going)
    await platform.finish(going)


async def test_a_run_that_its_cluster_has_not_released_takes_its_logs_when_it_has(platform, home):
    run = await platform.run(STEPS)
    await delete(platform, run["id"])  # at once: its logs may still be on their way
    await released(platform)
    await collected(platform)

    async def gone() -> bool:
        async with platform.ctx.db.read() as conn:
            return (await conn.exec_driver_sql("SELECT count(*) FROM pod")).scalar_one() == 0

    await until(gone, travels=True)
    await collected(platform)
    await until(lambda: asyncio.sleep(0, stored(home) == {}))


async def test_deleting_a_pipeline_leaves_no_bytes(platform, home):
    await platform.run(STEPS)
    await released(platform)
    pipeline = await platform.save(STEPS)
    query = "mutation($p: ID!) { deletePipeline(id: $p) { ... on Done { id } ... on Problem { message } } }"
    assert "id" in (await platform.ask(query, p=pipeline))["deletePipeline"]
    await collected(platform)
    assert stored(home) == {}


def test_a_kill_at_any_moment_leaves_the_run_or_nothing(home):
    """The server is killed while it deletes a run, after a longer part of the work each time."""
    server = Server(home)
    try:
        for pause in (0, 0.005, 0.02, 0.1, 1, 6):
            client = server.script()
            if pause == 0:
                client.save_pipeline(project=client.create_project(name="k")["id"], yaml=STEPS)
            pipeline = next(iter(client.each_pipeline()))["id"]
            run = client.start_run(pipeline, cache=False)["id"]
            wait(lambda: client.run(run)["state"] == "SUCCEEDED")  # noqa: B023
            wait(lambda: len(logs(home)) == 2)
            for file in (home / "store").rglob("*"):
                os.utime(file, (0, 0))  # long ago: nothing waits for a row any more
            whole = stored(home)

            def act() -> None:
                with contextlib.suppress(Exception):
                    client.delete_runs([run])  # noqa: B023

            thread = threading.Thread(target=act)
            thread.start()
            real.sleep(pause)
            server.kill()
            thread.join()
            server.start()
            client = server.script()
            if client.run(run) is not None:
                assert stored(home) == whole
                client.delete_runs([run])
            wait(lambda: stored(home) == {})
    finally:
        server.stop()


def logs(home: Path) -> list[str]:
    return [key for key in stored(home) if key.startswith("logs/")]


def wait(check, seconds: float = 90) -> None:
    end = real.monotonic() + seconds
    while not check():
        assert real.monotonic() < end
        real.sleep(0.05)
