"""Groups of people as members of projects: by an administrator's word or a provider's, at once, and no
further than their role."""

import asyncio
from dataclasses import replace

from cubestudio.core.settings.sign_in import Provider
from cubestudio.projects.groups import actions

SAVE = """mutation($n: String!, $p: String) { createGroup(input: {name: $n, provider: $p}) {
  ... on Group { id name provider } ... on Problem { code message hint } } }"""
JOIN = (
    "mutation($i: ID!, $u: String!) { addGroupMember(id: $i, user: $u) { ... on Group { members { name } } "
    "... on Problem { code message hint } } }"
)
PART = JOIN.replace("addGroupMember", "removeGroupMember")
SET = (
    'mutation($g: String!, $r: Role) { setGroupRole(project: "p", group: $g, role: $r) { ... on Project { '
    "groups { role group { name } } } ... on Problem { code message hint } } }"
)
SEE = (
    '{ project(key: "p") { viewerRole viewerCanRun } projects { nodes { name viewerRole } } runs { nodes '
    "{ id } } }"
)


async def tell(platform, text, viewer=None, **variables):
    (answer,) = (await platform.ask(text, viewer, **variables)).values()
    return answer


async def test_a_group_is_a_member_as_each_of_its_people(platform):
    ada, bob = await platform.person("ada"), await platform.person("bob")
    run = (await platform.run("name: y\nsteps: [{name: a, template: shell, args: {script: 'true'}}]\n"))["id"]
    team = await tell(platform, SAVE, n="team")
    others = await tell(platform, SAVE, n="others")
    assert (await tell(platform, JOIN, i=team["id"], u="ada"))["members"] == [{"name": "ada"}]
    nothing = {"project": None, "projects": {"nodes": []}, "runs": {"nodes": []}}
    assert await platform.ask(SEE, ada) == nothing
    told = await tell(platform, SET, g="team", r="MEMBER")
    assert told["groups"] == [{"role": "MEMBER", "group": {"name": "team"}}]
    seen = await platform.ask(SEE, ada)
    assert seen["project"] == {"viewerRole": "MEMBER", "viewerCanRun": True} and seen["runs"]["nodes"] == [
        {"id": run}
    ]
    assert seen["projects"]["nodes"] == [{"name": "p", "viewerRole": "MEMBER"}]
    assert await platform.ask(SEE, bob) == nothing, "who is in no group of it"
    # the most of what somebody is holds, once in every list
    await platform.ask('mutation { setMember(project: "p", user: "ada", role: VIEWER) { __typename } }')
    assert (await platform.ask(SEE, ada))["projects"]["nodes"] == [{"name": "p", "viewerRole": "MEMBER"}]
    await tell(platform, JOIN, i=others["id"], u="ada")
    await tell(platform, SET, g="others", r="OWNER")
    assert (await platform.ask(SEE, ada))["project"]["viewerRole"] == "OWNER"
    refused = await tell(
        platform, 'mutation { removeMember(project: "p", user: "admin") { ... on Problem { code message } } }'
    )
    assert refused["message"] == "A project needs an owner.", "who is a person"
    await tell(platform, SET, g="others", r=None)
    await tell(platform, PART, i=team["id"], u="ada")
    assert (await platform.ask(SEE, ada))["project"]["viewerRole"] == "VIEWER"
    await platform.ask('mutation { removeMember(project: "p", user: "ada") { __typename } }')
    await tell(platform, JOIN, i=team["id"], u="ada")
    assert (await platform.ask(SEE, ada))["project"]["viewerRole"] == "MEMBER"
    await tell(platform, "mutation($i: ID!) { deleteGroup(id: $i) { __typename } }", i=team["id"])
    assert await platform.ask(SEE, ada) == nothing


async def test_leaving_a_group_is_heard_by_what_is_open(platform):
    ada = await platform.person("ada")
    team = await tell(platform, SAVE, n="team")
    await tell(platform, SET, g="team", r="VIEWER")
    pipeline = await platform.save(
        "name: z\nsteps: [{name: a, template: shell, args: {script: 'sleep 60'}}]\n"
    )
    run = await platform.start(pipeline)
    await tell(platform, JOIN, i=team["id"], u="ada")
    heard = platform.listen("subscription($r: ID!) { runChanged(id: $r) { run { state } } }", ada, r=run)
    async with asyncio.timeout(20):
        await anext(heard)
        await tell(platform, PART, i=team["id"], u="ada")
        await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)
        try:
            while True:
                await anext(heard)
        except (AssertionError, StopAsyncIteration) as ended:
            assert "NOT_FOUND" in str(ended) or "no such run" in str(ended)
    await platform.finish(run)


async def test_a_provider_tells_who_is_in_its_groups(platform):
    ada = await platform.person("ada")
    corp = Provider(name="corp", issuer="http://x", client_id="x")
    refused = await tell(platform, SAVE, n="ml", p="corp")
    assert refused["code"] == "INVALID" and "CUBE_PROVIDERS" in refused["hint"]
    async with platform.ctx.db.write() as tx:
        made = await actions.save(
            tx, platform.admin, "ml", description="", provider="corp", known=["corp"], group=None
        )
        own = await actions.save(
            tx, platform.admin, "own", description="", provider=None, known=[], group=None
        )
        await actions.told(tx, corp, {"groups": ["ml", "own", "unknown"]}, ada.id)
    people = "{ groups { nodes { name members { name } } } }"
    assert (await platform.ask(people))["groups"]["nodes"] == [
        {"name": "own", "members": []},
        {"name": "ml", "members": [{"name": "ada"}]},
    ]
    assert (await tell(platform, PART, i=made, u="ada"))[
        "message"
    ] == "The members of ml are managed by corp."
    async with platform.ctx.db.write() as tx:
        await actions.join(tx, platform.admin, own, "ada", True)
        await actions.told(tx, corp, {"groups": "ml"}, ada.id)
    assert (await platform.ask(people))["groups"]["nodes"][1]["members"] == [], (
        "what is no list names nothing"
    )
    assert (await platform.ask(people))["groups"]["nodes"][0]["members"] == [{"name": "ada"}], (
        "and says nothing of groups that are kept here"
    )
    stranger = await platform.person("stranger")
    assert (await platform.ask(people, stranger))["groups"]["nodes"][0] == {"name": "own", "members": None}, (
        "that there is one, not who is in it"
    )
    assert (await platform.ask(people, replace(stranger, auditor=True)))["groups"]["nodes"][0]["members"] == [
        {"name": "ada"}
    ]
