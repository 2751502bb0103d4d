"""The ledger: every act with who, whence and what, in the act's own transaction; and a chain that shows
whatever was done to it."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import delete, select, update

from cubestudio.core import audit, clock
from cubestudio.core.audit import Entry, Head
from cubestudio.users import credentials

ALL = "number actor by address operation target outcome detail"


async def told(platform, viewer=None, **wanted):
    given = ", ".join(
        f"{name}: {value if name == 'outcome' else json.dumps(value)}" for name, value in wanted.items()
    )
    text = f"{{ audit{f'({given})' if given else ''} {{ nodes {{ {ALL} }} pageInfo {{ endCursor }} }} }}"
    return (await platform.ask(text, viewer))["audit"]["nodes"]


async def test_what_is_done_is_written_down_with_what_was_asked_but_no_secret(platform):
    text = """mutation($d: NotebookSpecInput!) { createNotebook(input: {project: "p", name: "lab", kind: CUSTOM, start: false, spec: $d}) { ... on Notebook { id } } }"""  # noqa: E501
    made = (
        await platform.ask(
            text,
            d={
                "command": "x" * 5000,
                "secrets": [{"name": "KEY", "value": "hunter2"}],
                "resources": {"cpu": 0.1},
            },
        )
    )["createNotebook"]
    await platform.ask('mutation { createToken(input: {name: "t"}) { ... on NewToken { secret } } }')
    entries = await told(platform)
    assert [each["operation"] for each in entries] == ["createToken", "createNotebook", "createProject"]
    notebook = entries[1]
    assert (notebook["actor"], notebook["outcome"], notebook["target"]) == ("admin", "done", made["id"])
    asked = notebook["detail"]["spec"]
    assert (
        asked["secrets"] == audit.MASK
        and asked["resources"] == {"cpu": 0.1}
        and len(asked["command"]) == audit.MOST + 1
    )
    assert [each["number"] for each in entries] == [3, 2, 1]
    assert [
        each["operation"] for each in await told(platform, operation="create", actor="admin", first=2)
    ] == ["createToken", "createNotebook"]
    assert await told(platform, actor="nobody-else") == [] and await told(platform, target=made["id"]) == [
        notebook
    ]


async def test_what_was_before_is_written_down_beside_what_is(platform):
    await platform.person("somebody")
    for text in (
        'updateProject(input: {id: "p", description: "first"})',
        'updateProject(input: {id: "p", description: "second"})',
        'setMember(project: "p", user: "somebody", role: VIEWER)',
        'setMember(project: "p", user: "somebody", role: OWNER)',
        'removeMember(project: "p", user: "somebody")',
        'saveRegistry(input: {project: "p", name: "hub", prefix: "hub.example.com", username: "u", '
        'password: "hunter2"})',
        'saveRegistry(input: {project: "p", name: "hub", prefix: "hub.example.org", username: "u", '
        'password: "hunter3"})',
    ):
        assert "message" not in str(
            await platform.ask(f"mutation {{ {text} {{ __typename ... on Problem {{ message }} }} }}")
        )
    entries = [each["detail"].get("changed") for each in await told(platform, first=7)][::-1]
    assert [(each["was"], each["is"]) for each in entries[1]] == [
        ({"description": "first"}, {"description": "second"})
    ]
    assert entries[2] is None and entries[5] is None, "what is new is what was asked"
    assert [(each["of"], each["was"]["role"], each["is"]["role"]) for each in entries[3]] == [
        ("membership", "viewer", "owner")
    ]
    (gone,) = entries[4]
    assert gone["of"] == "membership" and gone["was"]["role"] == "owner" and gone["is"] is None
    assert [(each["was"], each["is"]) for each in entries[6]] == [
        ({"prefix": "hub.example.com"}, {"prefix": "hub.example.org"})
    ]
    assert "hunter" not in json.dumps(entries)


async def test_a_look_by_office_is_written_down_once_an_hour_and_a_members_is_not(platform):
    auditor, owner = await platform.person("auditor"), await platform.person("owner")
    await platform.ask(
        f'mutation {{ updateUser(input: {{id: "{auditor.id}", auditor: true}}) {{ __typename }} }}'
    )
    auditor = replace(auditor, auditor=True)
    theirs = (
        await platform.ask(
            'mutation { createProject(input: {name: "theirs"}) { ... on Project { id } } }', owner
        )
    )["createProject"]["id"]

    async def looks():
        entries = await told(platform, operation="look")
        return [
            (each["actor"], each["target"], tuple(each["detail"]["asked"]))
            for each in entries
            if each["actor"] != "admin"
        ]

    for who in (owner, auditor, auditor):
        await platform.ask('{ project(key: "theirs") { id } }', who)
    first = ("auditor", theirs, ("project",))
    assert await looks() == [first]
    clock.travel(timedelta(hours=1))
    await platform.ask('{ project(key: "theirs") { id } runs { nodes { id } } }', auditor)
    await platform.ask("{ runs { nodes { id } } }", owner)
    assert set(await looks()) == {
        first,
        ("auditor", theirs, ("project", "runs")),
        ("auditor", None, ("project", "runs")),
    }
    refused = await platform.raw('{ project(key: "theirs") { id } }', await platform.person("stranger"))
    assert refused.data is None or refused.data["project"] is None
    assert (await platform.ask("{ auditCheck { problem } }"))["auditCheck"]["problem"] is None


async def test_what_is_refused_is_written_down_and_what_is_wrong_or_fails_is_not(platform):
    stranger = await platform.person("stranger")
    await told(platform)  # a look at the ledger is in it, too
    before = len(await told(platform))
    for text in (
        'mutation { deleteProject: removeMember(project: "p", user: "stranger") { __typename } }',
        'mutation { inviteUser(input: {name: "x"}) { __typename } }',
    ):
        await platform.raw(text, stranger)
    await platform.raw(
        'mutation { createProject(input: {name: "Not A Name"}) { __typename } }', platform.admin
    )
    entries = await told(platform, outcome="REFUSED")
    assert {(each["actor"], each["outcome"]) for each in entries} <= {
        ("stranger", "FORBIDDEN"),
        ("stranger", "NOT_FOUND"),
    }
    assert len(entries) == 2 and len(await told(platform)) == before + 2
    for text in ("{ audit { nodes { id } } }", "{ auditCheck { entries } }"):
        assert (await platform.raw(text, stranger)).errors[0].extensions["code"] == "FORBIDDEN"
    broken = await platform.raw(
        'mutation { setMember(project: "p", user: "absent", role: VIEWER) { __typename } }', platform.admin
    )
    assert not broken.errors


async def test_many_at_once_make_one_chain(platform):
    names = [f"n{n}" for n in range(30)]
    await asyncio.gather(
        *(
            platform.ask(f'mutation {{ createProject(input: {{name: "{name}"}}) {{ __typename }} }}')
            for name in names
        )
    )
    found = (await platform.ask("{ auditCheck { entries problem } }"))["auditCheck"]
    assert found == {"entries": 31, "problem": None}


@pytest.mark.parametrize("harm", ["changed", "taken out", "cut off", "renumbered", "forged"])
async def test_whatever_is_done_to_the_ledger_is_found(platform, harm):
    for n in range(5):
        await platform.ask(f'mutation {{ createProject(input: {{name: "n{n}"}}) {{ __typename }} }}')
    async with platform.ctx.db.write() as tx:
        if harm == "changed":
            await tx.execute(update(Entry).where(Entry.number == 3).values(actor="somebody else"))
        elif harm == "taken out":
            await tx.execute(delete(Entry).where(Entry.number == 3))
        elif harm == "cut off":
            await tx.execute(delete(Entry).where(Entry.number > 4))
        elif harm == "renumbered":
            await tx.execute(delete(Entry).where(Entry.number == 6))
            row = (await tx.execute(select(Entry.digest).where(Entry.number == 5))).scalar_one()
            await tx.execute(update(Head).values(number=5, digest=row))
            await tx.execute(update(Entry).where(Entry.number == 5).values(detail={"name": "another"}))
        else:
            other = type(platform.ctx.vault)(("A" * 43 + "=",))
            await audit.write(
                tx,
                other,
                audit.Act(
                    actor_id=None, actor="admin", by="session", address=None, operation="createProject"
                ),
            )
    problem = (await platform.ask("{ auditCheck { problem } }"))["auditCheck"]["problem"]
    assert {
        "changed": "entry 3 is not what was written",
        "taken out": "entry 3 is missing",
        "cut off": "entries after it were taken away",
        "renumbered": "entry 5 is not what was written",
        "forged": "entry 7 is not what was written",
    }[harm] in problem


async def test_coming_in_is_written_down_and_so_is_not_coming_in(web):
    address, _, platform = web
    async with platform.ctx.db.write() as tx:
        link = await credentials.link(tx, platform.ctx.settings, platform.admin.id)
    async with httpx2.AsyncClient(base_url=f"http://{address}") as http:
        assert (await http.get(f"/auth/link?token={link}")).status_code == 303
        assert (await http.get(f"/auth/link?token={link}")).status_code == 401
        headers = {"x-cube-request": "1"}
        await http.post(
            "/graphql",
            json={"query": 'mutation { createProject(input: {name: "q"}) { __typename } }'},
            headers=headers,
        )
    entries = await told(platform)
    assert [(each["operation"], each["outcome"], each["by"], each["actor"]) for each in entries[:3]] == [
        ("createProject", "done", "session", "admin"),
        ("signIn", "SIGNED_OUT", "link", "nobody"),
        ("signIn", "done", "link", "admin"),
    ]
    assert entries[0]["address"] == "127.0.0.1"


def test_the_command_line_verifies_and_exports(home):
    def run(*words):
        command = [sys.executable, "-m", "cubestudio.cli.main", *words]
        return subprocess.run(
            command, env={**os.environ, "CUBE_HOME": str(home)}, capture_output=True, text=True
        )

    run("token")
    good = run("audit", "verify")
    assert (good.returncode, good.stdout) == (0, "1 entries: the chain holds\n"), good
    told_ = json.loads(run("audit", "export").stdout)
    assert (told_["operation"], told_["by"], told_["number"]) == ("createToken", "machine", 1)
    import sqlite3

    with sqlite3.connect(home / "cube.db") as db:
        db.execute("UPDATE ledger SET actor = 'somebody else'")
    db.close()
    bad = run("audit", "verify")
    assert bad.returncode == 1 and "entry 1 is not what was written" in bad.stdout
