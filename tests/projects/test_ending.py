"""A project put away and taken back, and one deleted with all that was in it."""

import asyncio
import json
from dataclasses import replace

from sqlalchemy import func, select

from cubestudio.core.db import Base
from cubestudio.core.errors import Unavailable
from cubestudio.projects import jobs
from cubestudio.projects.model import Project

WORK = """name: y
steps: [{name: a, template: shell, cache: false, args: {script: 'echo hi; echo kept > $CUBE_OUTPUT_DIR/x'}}]
"""
LONG = "name: long\nsteps: [{name: a, template: shell, args: {script: 'sleep 60'}}]\n"
NOTEBOOK = """mutation { createNotebook(input: {project: "p", name: "lab", kind: CUSTOM, start: false,
  spec: {command: "exec sleep 60", resources: {cpu: 0.1}}}) { ... on Notebook { id } } }"""
SERVICE = """mutation { createService(input: {project: "p", name: "s",
  spec: {kind: CUSTOM, command: "exec sleep 60", resources: {cpu: 0.1}}}) {
  ... on Service { id } } }"""
ARCHIVE = (
    "mutation($p: ID!) { archiveProject(id: $p) { ... on Project { archivedAt viewerRole } ... on "
    "Problem { code message hint } } }"
)
RESTORE = (
    "mutation($p: ID!) { restoreProject(id: $p) { ... on Project { archivedAt viewerRole } ... on "
    "Problem { code message } } }"
)
DELETE = (
    "mutation($p: ID!, $n: String!) { deleteProject(id: $p, name: $n) { ... on Done { id } ... on "
    "Problem { code message hint } } }"
)


async def key(platform) -> str:
    return (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]


async def tell(platform, text, **variables):
    (answer,) = (await platform.ask(text, **variables)).values()
    return answer


async def test_what_is_put_away_is_looked_at_and_not_changed(platform):
    project, member = await key(platform), await platform.person("member")
    await platform.ask('mutation { setMember(project: "p", user: "member", role: MEMBER) { __typename } }')
    pipeline = await platform.save(LONG)
    run = await platform.start(pipeline)
    refused = await tell(platform, ARCHIVE, p=project)
    assert (refused["code"], refused["message"]) == ("CONFLICT", "The project has running work: run long #1.")
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)
    await platform.finish(run)
    away = await tell(platform, ARCHIVE, p=project)
    assert away["archivedAt"] and away["viewerRole"] == "VIEWER"
    seen = (
        "{ projects { nodes { name } } archived: projects(archived: true) { nodes { name viewerCanRun "
        "viewerCanRestore } } runs { nodes { id } } }"
    )
    for viewer, may in ((None, True), (member, False)):
        data = await platform.ask(seen, viewer)
        assert data["projects"]["nodes"] == [] and [each["id"] for each in data["runs"]["nodes"]] == [run], (
            "its runs are there to look at"
        )
        assert data["archived"]["nodes"] == [{"name": "p", "viewerCanRun": False, "viewerCanRestore": may}]
    start = "mutation($p: ID!) { startRun(pipeline: $p) { ... on Problem { code message hint } } }"
    for viewer in (None, member):
        told = (await platform.ask(start, viewer, p=pipeline))["startRun"]
        assert told["message"] == "Project p is archived and read-only." and told["code"] == "CONFLICT"
        assert "restore it" in told["hint"]
    assert (await platform.ask(RESTORE, member, p=project))["restoreProject"]["code"] == "FORBIDDEN"
    assert await tell(platform, RESTORE, p=project) == {"archivedAt": None, "viewerRole": "OWNER"}
    assert (
        await platform.ask('{ projects { nodes { name } } project(key: "p") { viewerCanRun } }', member)
    ) == {"projects": {"nodes": [{"name": "p"}]}, "project": {"viewerCanRun": True}}


async def test_a_deleted_project_leaves_nothing(platform, monkeypatch):
    ctx, project = platform.ctx, await key(platform)
    member = await platform.person("member")
    await platform.ask('mutation { setMember(project: "p", user: "member", role: MEMBER) { __typename } }')
    await platform.ask(
        'mutation { saveSecret(input: {project: "p", name: "X", value: "a value"}) { __typename } }'
    )
    await platform.ask(
        'mutation { setQuota(input: {target: {project: "p"}, limits: {cpu: 100}}) { __typename } }'
    )
    run = await platform.run(WORK)
    about = 'mutation($r: ID!) { registerModel(input: {run: $r, step: "a", name: "m"}) { __typename } }'
    await platform.ask(about, r=run["id"])
    lab, service = await tell(platform, NOTEBOOK), await tell(platform, SERVICE)
    await tell(platform, "mutation($i: ID!) { startNotebook(id: $i) { __typename } }", i=lab["id"])
    async with asyncio.timeout(30):
        while '"RUNNING"' not in json.dumps(
            await platform.ask("query($i: ID!) { notebook(id: $i) { pods { state } } }", i=lab["id"])
        ):
            await asyncio.sleep(0.05)
    await tell(platform, "mutation($i: ID!) { stopNotebook(id: $i) { __typename } }", i=lab["id"])
    await tell(platform, "mutation($i: ID!) { stopService(id: $i) { __typename } }", i=service["id"])
    async with asyncio.timeout(60):
        while (await platform.ask('{ projectContents(key: "p") { running } }'))["projectContents"]["running"]:
            await asyncio.sleep(0.05)
    await platform.ask('mutation { createProject(input: {name: "other"}) { __typename } }')
    refused = await tell(platform, DELETE, p=project, n="p")
    assert refused["message"] == "Project p is not archived." and refused["hint"] == "Archive it first."
    assert "archivedAt" in await tell(platform, ARCHIVE, p=project)
    counts = (await platform.ask('{ projectContents(key: "p") { counts { kind count } running } }'))[
        "projectContents"
    ]
    told = {"pipeline": 1, "run": 1, "notebook": 1, "service": 1, "model": 1, "secret": 1, "member": 2}
    kept = {each["kind"]: each["count"] for each in counts["counts"]}
    assert counts["running"] == [] and kept.items() >= told.items() and kept["log"] >= 2
    assert (await tell(platform, DELETE, p=project, n="q"))["code"] == "INVALID"
    kept = await ctx.store.keys("logs/")
    assert kept and await ctx.store.keys(f"artifacts/{project}/")
    local = ctx.clusters["local"]
    assert (ctx.settings.home / "local" / "folders" / project).exists()
    away = local.forget

    async def unavailable(_):
        raise Unavailable("the cluster is away")

    monkeypatch.setattr(local, "forget", unavailable)
    await tell(platform, DELETE, p=project, n="p")
    gone = await platform.ask(
        '{ project(key: "p") { id } projects { nodes { name } } archived: projects(archived: true) { '
        "nodes { name } } }"
    )
    assert gone == {"project": None, "projects": {"nodes": [{"name": "other"}]}, "archived": {"nodes": []}}, (
        "at once"
    )
    assert (
        await platform.ask(
            "query($r: ID!) { run(id: $r) { id } }", replace(member, auditor=True), r=run["id"]
        )
    ) == {"run": None}
    again = await tell(
        platform,
        'mutation { createProject(input: {name: "p"}) { ... on Project { id } ... on Problem { message } } }',
    )
    assert again["id"] != project, "its name is free"
    monkeypatch.setattr(local, "forget", away)
    await jobs.sweep.run(ctx)
    async with asyncio.timeout(60):
        while True:
            async with ctx.db.read() as conn:
                if (
                    await conn.execute(select(func.count()).select_from(Project).where(Project.id == project))
                ).scalar_one() == 0:
                    break
            await asyncio.sleep(0.05)
    async with ctx.db.read() as conn:
        for table in Base.metadata.sorted_tables:
            if "project_id" in table.c and table.name not in ("ledger",):
                left = (
                    await conn.execute(
                        select(func.count()).select_from(table).where(table.c.project_id == project)
                    )
                ).scalar_one()
                assert left == 0, table.name
        for name in ("run", "step", "artifact", "notebook", "service_revision", "pod", "model_version"):
            assert (
                await conn.execute(select(func.count()).select_from(Base.metadata.tables[name]))
            ).scalar_one() == 0, name
    assert await ctx.store.keys("logs/") == [] and await ctx.store.keys(f"artifacts/{project}/") == []
    assert not (ctx.settings.home / "local" / "folders" / project).exists()
    assert all(row.spec.labels["cubestudio/project"] != project for row in local.site.state.workloads()), (
        "the cluster forgot it"
    )
