"""An administrator who sees what somebody sees: the same, nothing more, and changes nothing; and it is
written down."""

import httpx2
import pytest

from cubestudio.users import credentials


@pytest.fixture
async def browser(web):
    """(asks a question in an administrator's session, the platform)."""
    address, _, platform = web
    async with platform.ctx.db.write() as tx:
        session = await credentials.begin_session(tx, platform.ctx.settings, platform.admin.id, "test")
    cookies, headers = {"cube_session": session}, {"x-cube-request": "1"}
    async with httpx2.AsyncClient(
        base_url=f"http://{address}", cookies=cookies, headers=headers, timeout=60
    ) as http:

        async def ask(text, **variables):
            answer = (await http.post("/graphql", json={"query": text, "variables": variables})).json()
            return answer["data"] if not answer.get("errors") else answer["errors"][0]

        yield ask, platform


VIEW = (
    "mutation($i: ID!) { impersonateUser(id: $i) { ... on User { name } ... on Problem { code message } } }"
)
SEEN = "{ viewer { name admin } impersonator projects { nodes { name viewerRole } } }"


async def test_what_somebody_sees_is_seen_and_nothing_is_changed(browser):
    ask, platform = browser
    ada = await platform.person("ada")
    await platform.ask('mutation { createProject(input: {name: "adas"}) { __typename } }', ada)
    assert {each["name"] for each in (await ask(SEEN))["projects"]["nodes"]} == {"p", "adas"}
    assert (await ask(VIEW, i=ada.id))["impersonateUser"] == {"name": "ada"}
    seen = await ask(SEEN)
    assert seen == {
        "viewer": {"name": "ada", "admin": False},
        "impersonator": "admin",
        "projects": {"nodes": [{"name": "adas", "viewerRole": "OWNER"}]},
    }
    assert (await ask("{ users { nodes { id } } }"))["extensions"]["code"] == "FORBIDDEN"
    for text in (
        'createProject(input: {name: "x"})',
        'createToken(input: {name: "t"})',
        "signOut(everywhere: true)",
        f'impersonateUser(id: "{ada.id}")',
    ):
        told = await ask(f"mutation {{ {text} {{ __typename ... on Problem {{ code message }} }} }}")
        assert next(iter(told.values())) == {
            "__typename": "Problem",
            "code": "FORBIDDEN",
            "message": "You are impersonating ada and cannot change anything.",
        }
    assert (
        "id"
        in (await ask("mutation { stopImpersonating { ... on Done { id } ... on Problem { message } } }"))[
            "stopImpersonating"
        ]
    )
    assert (await ask(SEEN))["impersonator"] is None and (await ask(SEEN))["viewer"] == {
        "name": "admin",
        "admin": True,
    }
    assert (await ask("mutation { stopImpersonating { ... on Problem { message } } }"))["stopImpersonating"][
        "message"
    ] == "You are not impersonating a user."
    entries = (await ask("{ audit { nodes { operation actor by target } } }"))["audit"]["nodes"]
    assert {"operation": "impersonateUser", "actor": "admin", "by": "session", "target": ada.id} in entries
    assert {
        "operation": "stopImpersonating",
        "actor": "ada",
        "by": "session of admin",
        "target": platform.admin.id,
    } in entries


async def test_with_whose_eyes_nobody_looks(browser):
    ask, platform = browser
    ada, boss = await platform.person("ada"), await platform.person("boss", admin=True)
    refused = (await ask(VIEW, i=boss.id))["impersonateUser"]
    assert refused["code"] == "CONFLICT"
    assert (await platform.ask(VIEW, ada, i=boss.id))["impersonateUser"]["code"] == "FORBIDDEN"
    assert (await platform.ask(VIEW, i=ada.id))["impersonateUser"]["message"].startswith(
        "Impersonation requires a browser"
    )
    await ask(VIEW, i=ada.id)
    for change in ("admin: true", "deactivated: true"):
        await platform.ask(f'mutation {{ updateUser(input: {{id: "{ada.id}", {change}}}) {{ __typename }} }}')
        assert (await ask(SEEN))["viewer"]["name"] == "admin", (
            "who is an administrator by now, or closed, is not looked through"
        )
        await platform.ask(
            f'mutation {{ updateUser(input: {{id: "{ada.id}", admin: false, deactivated: false}}) {{ '
            f"__typename }} }}"
        )
        assert (await ask(SEEN))["viewer"]["name"] == "ada"
    await platform.ask(
        f'mutation {{ updateUser(input: {{id: "{platform.admin.id}", admin: false}}) {{ __typename }} }}'
    )
    seen = await ask(SEEN)
    assert seen["viewer"] == {"name": "admin", "admin": False} and seen["impersonator"] is None, (
        "who is no administrator any more sees their own"
    )


async def test_an_administrator_sees_and_ends_anybodys_ways_in(browser):
    ask, platform = browser
    ada = await platform.person("ada")
    async with platform.ctx.db.write() as tx:
        await credentials.begin_session(tx, platform.ctx.settings, ada.id, "Firefox")
        token, _ = await credentials.make_token(tx, ada, "laptop", 1)
    see = "query($i: ID!) { user(id: $i) { sessions { id agent } tokens { id name revokedAt } } }"
    assert (await platform.raw(see, ada, i=platform.admin.id)).errors[0].extensions["code"] == "FORBIDDEN"
    told = (await ask(see, i=ada.id))["user"]
    assert [each["agent"] for each in told["sessions"]] == ["Firefox"] and [
        each["id"] for each in told["tokens"]
    ] == [token]
    end = "mutation($i: ID!) { endSession(id: $i) { __typename } }"
    stranger = await platform.person("stranger")
    assert (await platform.ask(end, stranger, i=told["sessions"][0]["id"]))["endSession"][
        "__typename"
    ] == "Problem"
    assert (await ask(end, i=told["sessions"][0]["id"]))["endSession"]["__typename"] == "Done"
    await ask("mutation($i: ID!) { revokeToken(id: $i) { __typename } }", i=token)
    told = (await ask(see, i=ada.id))["user"]
    assert told["sessions"] == [] and told["tokens"][0]["revokedAt"]
