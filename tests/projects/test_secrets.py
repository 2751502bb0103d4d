"""Secrets of a project: written and never shown, given by name to what runs, taken out of what it prints."""

import base64
import json
import random

import pytest
from sqlalchemy import select

from cubestudio.cli.reencrypt import rotate
from cubestudio.core.cluster.port import LogSegment
from cubestudio.core.inputs.git import git_token
from cubestudio.core.vault import Vault
from cubestudio.notebooks.model import Notebook
from cubestudio.projects.registries.model import Registry
from cubestudio.projects.secrets.model import Secret
from cubestudio.projects.secrets.spec import Mask, Stream
from tests import specs

SAVE = """mutation($n: String!, $v: String, $d: String) { saveSecret(input: {project: "p", name: $n, value: $v, description: $d}) {
    ... on Secret { id name description changedBy { name } usedBy } ... on Problem { code message path hint } } }"""  # noqa: E501
SHOWN = '{ project(key: "p") { secrets { name description usedBy } } }'
DELETE = """mutation($n: String!, $f: Boolean! = false) { deleteSecret(project: "p", name: $n, force: $f) {
    ... on Done { id } ... on Problem { code message hint } } }"""
SECRET = "s3cr3t-of-the-database"


async def save(platform, name="DB_PASSWORD", value=SECRET, description=None, viewer=None):
    return (await platform.ask(SAVE, viewer, n=name, v=value, d=description))["saveSecret"]


def steps(*steps):
    return json.dumps({"name": "x", "steps": [{"template": "shell", **step} for step in steps]})


def prints(script, name="a", **more):
    return {"name": name, "args": {"script": script}, **more}


async def test_it_is_written_and_never_shown(platform):
    made = await save(platform, description="of the warehouse")
    assert made["name"] == "DB_PASSWORD" and made["changedBy"] == {"name": "admin"}
    assert (await save(platform, value=None, description="of the store"))["id"] == made["id"], (
        "another description, the same value"
    )
    shown = (await platform.ask(SHOWN))["project"]["secrets"]
    assert shown == [{"name": "DB_PASSWORD", "description": "of the store", "usedBy": []}]
    ledger = await platform.ask('{ audit(operation: "saveSecret") { nodes { detail } } }')
    assert "DB_PASSWORD" in str(ledger) and SECRET not in str(ledger)
    async with platform.ctx.db.read() as conn:
        raw = (await conn.exec_driver_sql("SELECT sealed FROM secret")).scalar_one()
    assert SECRET not in raw and platform.ctx.vault.unseal(raw) == SECRET


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("1X", "v", ["name"]),
        ("CUBE_TOKEN", "v", ["name"]),
        ("ld_preload", "v", ["name"]),
        ("A B", "v", ["name"]),
        ("X", "", ["value"]),
        ("X", None, ["value"]),
        ("X", "a\0b", ["input", "value"]),
        ("X", "é" * 20_001, ["value"]),
    ],
)
async def test_what_cannot_be_one_is_refused(platform, name, value, path):
    refused = await save(platform, name, value)
    assert refused["code"] == "INVALID" and refused["path"] == path
    assert (await platform.ask(SHOWN))["project"]["secrets"] == []


async def test_a_step_is_given_it_and_no_log_tells_it(platform):
    lines = "first line of a key\nsecond line of a key"
    await save(platform)
    await save(platform, "KEY", lines)
    script = (
        'printf "%s" "$DB_PASSWORD" | sha256sum; echo "it is $DB_PASSWORD!"; echo "$KEY"; printf '
        's3cr3t-of; sleep 0.7; echo -- -the-database; printf "end s3cr3t-of"; exit 3'
    )
    run = await platform.run(
        steps(prints(script, secrets=["DB_PASSWORD", "KEY"]), prints('echo "[${DB_PASSWORD-}]"', "b"))
    )
    first, second = run["steps"]
    text = await platform.log(first["pod"]["id"])
    assert SECRET not in text and "line of a key" not in text
    assert f"it is {'*' * len(SECRET)}!" in text and text.endswith("end s3cr3t-of"), (
        "what only begins like one is kept"
    )
    assert len(text) == len(text.encode())
    assert (await platform.log(second["pod"]["id"])).strip() == "[]", "only a step that names it has it"
    assert (await platform.ask(SHOWN))["project"]["secrets"][0]["usedBy"] == ["pipeline x"]
    query = "query($r: ID!) { run(id: $r) { steps { name invocation } } }"
    told = {
        step["name"]: step["invocation"]["env"]
        for step in (await platform.ask(query, r=run["id"]))["run"]["steps"]
    }
    assert set(told["a"]["DB_PASSWORD"]) == {"•"} and "DB_PASSWORD" not in told["b"]


async def test_a_missing_one_stops_a_run_before_it_starts_and_its_rights_are_its_own(platform):
    pipeline = await platform.save(steps(prints("true", secrets=["DB_PASSWORD"])))
    start = (
        "mutation($p: ID!) { startRun(pipeline: $p) { ... on Run { id } ... on Problem { code message "
        "path hint } } }"
    )
    refused = (await platform.ask(start, p=pipeline))["startRun"]
    assert refused["message"] == "The project has no secret DB_PASSWORD." and refused["path"] == ["secrets"]
    plan = await platform.raw(
        "query($p: ID!) { preflightRun(pipeline: $p) { verdict } }", platform.admin, p=pipeline
    )
    assert "no secret DB_PASSWORD" in plan.errors[0].message
    member = await platform.person("member")
    await platform.ask('mutation { setMember(project: "p", user: "member", role: MEMBER) { __typename } }')
    assert (await save(platform, viewer=member))["code"] == "FORBIDDEN", (
        "members use secrets; owners write them"
    )
    await save(platform)
    assert (await platform.finish((await platform.ask(start, member, p=pipeline))["startRun"]["id"]))[
        "state"
    ] == "SUCCEEDED"
    kept = (await platform.ask(DELETE, n="DB_PASSWORD"))["deleteSecret"]
    assert kept["code"] == "CONFLICT" and "pipeline x" in kept["message"]
    assert "id" in (await platform.ask(DELETE, n="DB_PASSWORD", f=True))["deleteSecret"]
    assert (await platform.ask(DELETE, n="DB_PASSWORD"))["deleteSecret"]["code"] == "NOT_FOUND"


async def test_another_value_does_not_run_a_step_again_and_another_name_does(platform):
    await save(platform)
    await save(platform, "OTHER")
    await platform.run(steps(prints("true", secrets=["DB_PASSWORD"])), cache=True)
    await save(platform, value="another value")
    again = await platform.run(steps(prints("true", secrets=["DB_PASSWORD"])))
    assert again["steps"][0]["state"] == "CACHED"
    other = await platform.run(steps(prints("true", secrets=["OTHER"])))
    assert (
        other["steps"][0]["state"] == "SUCCEEDED"
        and "the secrets that it is given changed" in other["steps"][0]["cacheReason"]
    )


async def test_notebooks_and_services_name_those_that_there_are(platform):
    make = """mutation($d: NotebookSpecInput!) { createNotebook(
        input: {project: "p", name: "lab", kind: CUSTOM, spec: $d, start: false}) {
        ... on Notebook { id } ... on Problem { code message path faults { message path } } } }"""
    told = {"command": "exec sleep 60", "cpu": 0.1, "project_secrets": ["DB_PASSWORD"]}
    given = specs.notebook(told)
    none = (await platform.ask(make, d=given))["createNotebook"]
    assert "no secret DB_PASSWORD" in none["message"] and none["path"] == ["spec", "projectSecrets"]
    await save(platform)
    both = (await platform.ask(make, d={**given, "env": [{"name": "DB_PASSWORD", "value": "x"}]}))[
        "createNotebook"
    ]
    assert "a secret of the project too" in both["message"] + str(both["faults"])
    await platform.ask(make, d=given)
    deploy = """mutation($s: ServiceSpecInput!) { createService(input: {project: "p", name: "s", spec: $s}) { ... on Service { id } ... on Problem { message } } }"""  # noqa: E501
    made = await platform.ask(deploy, s=specs.service({**told, "kind": "custom"}))
    assert "id" in made["createService"], made
    assert (await platform.ask(SHOWN))["project"]["secrets"][0]["usedBy"] == ["notebook lab", "service s"]


def test_git_is_given_a_token_for_one_host_and_in_no_command():
    told = git_token("https://me@git.example/team/x.git", "tok")
    assert told["GIT_CONFIG_KEY_0"] == "http.https://git.example/.extraHeader"
    assert base64.b64decode(told["GIT_CONFIG_VALUE_0"].rpartition(" ")[2]) == b"x-access-token:tok"
    assert git_token("ssh://git@git.example/x.git", "tok") == {}


@pytest.mark.parametrize("seed", range(5))
def test_wherever_a_log_is_cut_nothing_gets_through(seed):
    chance = random.Random(seed)
    values = ["abcabcabd", "abcabcabd and more", "short", "a\nlonger line\nb"]
    whole = "".join(
        chance.choice(["abcabcabd", "abcabc", " and more", "longer line", "x", "\n", "é"]) for _ in range(400)
    ).encode()
    stream, kept, at = Stream(Mask(values)), [], 0
    while at < len(whole):
        size = chance.randint(1, 9)
        piece = whole[at : at + size]
        kept += stream.next([LogSegment(at, piece, ((at, at),))])
        at += len(piece)
    kept += stream.rest()
    out = b"".join(piece.data for piece in kept)
    assert [piece.start for piece in kept] == [
        sum(len(each.data) for each in kept[:index]) for index in range(len(kept))
    ]
    assert out == Mask(values).bytes(whole) and len(out) == len(whole)
    assert sum(len(piece.stamps) for piece in kept) > 0 and all(
        b"abcabcabd" not in piece.data for piece in kept
    )
    assert {stamp for piece in kept for stamp in piece.stamps} <= {(at, at) for at in range(len(whole))}


async def test_keys_are_rotated_under_a_running_platform(platform, settings):
    """Everything that is sealed opens with the new key alone; what was signed stays so."""
    await save(platform)
    registry = (
        'mutation { saveRegistry(input: {project: "p", name: "r", prefix: "a.example", username: "u", '
        'password: "pw"}) { ... on Registry { id } } }'
    )
    await platform.ask(registry)
    make = (
        'mutation($d: NotebookSpecInput!) { createNotebook(input: {project: "p", name: "lab", kind: CUSTOM, '
        "spec: $d, start: false}) { ... on Notebook { id } } }"
    )
    notebook = (
        await platform.ask(make, d={"command": "x", "secrets": [{"name": "TOKEN", "value": "of mine"}]})
    )["createNotebook"]["id"]
    template = (
        "name: with-secret\nversion: 1\ncommand: [sh, -c, 'printf %s \"$S\" | wc -c']\nenv: {S: '{{ "
        "args.s }}'}\narguments: [{name: s, type: secret}]\n"
    )
    await platform.ask(
        'mutation($y: String!) { saveTemplate(project: "p", yaml: $y) { __typename ... on Problem { '
        "message faults { message } } } }",
        y=template,
    )
    pipeline = await platform.save(
        json.dumps(
            {"name": "x", "steps": [{"name": "a", "template": "with-secret", "args": {"s": "an argument"}}]}
        )
    )
    vault = platform.ctx.vault
    signature = vault.sign("something")
    other = Vault.open((), settings.home)  # another process
    other.add()
    assert await rotate(platform.ctx.db, other) == 4
    newest = Vault(((settings.home / "keys").read_text().split()[0],))
    async with platform.ctx.db.read() as conn:
        assert newest.unseal((await conn.execute(select(Secret.sealed))).scalar_one()) == SECRET
        assert newest.unseal((await conn.execute(select(Registry.password))).scalar_one()) == "pw"
        assert (
            newest.unseal(
                (await conn.execute(select(Notebook.spec).where(Notebook.id == notebook))).scalar_one()[
                    "secrets"
                ]["TOKEN"]
            )
            == "of mine"
        )
    assert vault.sign("something") == signature and other.signed("something", signature)
    run = await platform.finish(await platform.start(pipeline))
    assert (
        run["state"] == "SUCCEEDED" and (await platform.log(run["steps"][0]["pod"]["id"])).strip() == "11"
    ), "the running platform reads the new key"
    check = (await platform.ask("{ auditCheck { problem } }"))["auditCheck"]
    assert check["problem"] is None
