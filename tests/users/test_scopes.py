"""Tokens that go only so far: look, steer work, or everything; in one project, or in all."""

import hashlib

import httpx2
import pytest

from cubestudio.core.auth.viewer import Scope
from cubestudio.core.graph.problem import QUIET, WORK
from cubestudio.schema import schema
from cubestudio.users import credentials

EMPTY = hashlib.sha256(b"").hexdigest()
YAML = "name: x\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n"


async def holding(platform, scope="MANAGE", project="null", viewer=None):
    """The viewer that a new token makes of whoever shows it."""
    text = (
        f'mutation {{ createToken(input: {{name: "t", scope: {scope}, project: {project}}}) {{ ... '
        f"on NewToken {{ "
        f"secret }} ... on Problem {{ message }} }} }}"
    )
    made = (await platform.ask(text, viewer))["createToken"]
    assert "secret" in made, made
    async with platform.ctx.db.read() as conn:
        return (await credentials.by_token(conn, made["secret"]))[0]


async def said(platform, viewer, text):
    """(data, code of the refusal)"""
    answer = await platform.raw(text, viewer)
    if answer.errors:
        return None, answer.errors[0].extensions["code"]
    (value,) = answer.data.values()
    return value, (value or {}).get("code") if isinstance(value, dict) else None


PROBLEM = "... on Problem { code message }"


@pytest.fixture
async def pipeline(platform):
    return await platform.save(YAML)


async def test_how_far_a_token_goes(platform, pipeline):
    look, work, whole = [await holding(platform, scope) for scope in ("READ", "RUN", "MANAGE")]
    start = f'mutation {{ startRun(pipeline: "{pipeline}") {{ ... on Run {{ id }} {PROBLEM} }} }}'
    make = f'mutation {{ createProject(input: {{name: "made"}}) {{ ... on Project {{ id }} {PROBLEM} }} }}'
    token = f'mutation {{ createToken(input: {{name: "more"}}) {{ ... on NewToken {{ id }} {PROBLEM} }} }}'
    for viewer, able in ((look, ()), (work, (start,)), (whole, (start, make, token))):
        assert (await said(platform, viewer, "{ projects { nodes { name } } }"))[0]["nodes"]
        for text in (start, make, token):
            value, code = await said(platform, viewer, text)
            assert code == (None if text in able else "FORBIDDEN"), (viewer.scope, text, value)
    entries = (
        await platform.ask('{ audit(outcome: DONE, operation: "createProject") { nodes { detail } } }')
    )["audit"]["nodes"]
    assert [each["detail"]["name"] for each in entries] == ["made", "p"]


async def test_a_token_of_one_project_sees_that_one_only(platform, pipeline):
    for name in ("q", "r"):
        await platform.ask(f'mutation {{ createProject(input: {{name: "{name}"}}) {{ __typename }} }}')
    bound = await holding(platform, project='"q"')
    assert (await said(platform, bound, "{ projects { nodes { name } } }"))[0] == {"nodes": [{"name": "q"}]}
    assert (await said(platform, bound, '{ project(key: "q") { id } }'))[0]["id"] == bound.project
    for text in ('{ project(key: "p") { id } }', f'{{ pipeline(id: "{pipeline}") {{ id }} }}'):
        assert (await said(platform, bound, text))[0] is None
    assert (await said(platform, bound, "{ runs { nodes { id } } }"))[0] == {"nodes": []}
    for text in (
        f'mutation {{ startRun(pipeline: "{pipeline}") {{ __typename {PROBLEM} }} }}',
        f'mutation {{ createNotebook(input: {{project: "r", name: "n", start: false}}) '
        f"{{ __typename {PROBLEM} }} }}",
    ):
        assert (await said(platform, bound, text))[1] == "NOT_FOUND"
    for text in (
        f'mutation {{ createProject(input: {{name: "more"}}) {{ __typename {PROBLEM} }} }}',
        f'mutation {{ createToken(input: {{name: "more"}}) {{ __typename {PROBLEM} }} }}',
        f'mutation {{ inviteUser(input: {{name: "more"}}) {{ __typename {PROBLEM} }} }}',
        f"mutation {{ setSshKeys(keys: []) {{ __typename {PROBLEM} }} }}",
        "{ users { nodes { id } } }",
        "{ audit { nodes { id } } }",
    ):
        assert (await said(platform, bound, text))[1] == "FORBIDDEN", text
    member = await platform.person("member")
    await platform.ask('mutation { setMember(project: "q", user: "member", role: MEMBER) { __typename } }')
    text = f'mutation {{ createToken(input: {{name: "t", project: "p"}}) {{ __typename {PROBLEM} }} }}'
    assert (await said(platform, member, text))[1] == "NOT_FOUND", (
        "nobody binds a token to a project that they are not in"
    )
    theirs = await holding(platform, project='"q"', viewer=member)
    assert (await said(platform, theirs, "{ projects { nodes { name } } }"))[0] == {"nodes": [{"name": "q"}]}


async def test_other_doors_ask_for_the_scope_too(web):
    address, _, platform = web
    project = (await platform.ask('{ project(key: "p") { id } }'))["project"]["id"]
    secrets = {}
    async with platform.ctx.db.write() as tx:
        for scope in Scope:
            _, secrets[scope] = await credentials.make_token(tx, platform.admin, "t", 1, scope)
    async with httpx2.AsyncClient(base_url=f"http://{address}") as http:
        for scope, status in ((Scope.READ, 403), (Scope.RUN, 204), (Scope.MANAGE, 204)):
            answer = await http.put(
                f"/files/{project}/{EMPTY}",
                content=b"",
                headers={"authorization": f"Bearer {secrets[scope]}"},
            )
            assert answer.status_code == status, (scope, answer.text)


def test_the_names_of_what_is_work_are_those_of_mutations():
    assert set(schema._schema.type_map["Mutation"].fields) >= WORK | QUIET
