"""Signing in by OpenID Connect through a real provider process, with everything that can go wrong on the way;
and accounts."""

import contextlib
import json
import re
import subprocess
import sys

import httpx2
import pytest

from cubestudio.core.auth.check import check
from cubestudio.core.config import Settings
from cubestudio.core.errors import SignedOut
from cubestudio.core.settings.sign_in import Provider
from cubestudio.users import actions as users
from cubestudio.users import credentials
from tests.parts import free_port, wait_port

PEOPLE = [
    {
        "sub": "ada",
        "email": "ada@corp.example",
        "email_verified": True,
        "preferred_username": "Ada.L",
        "groups": ["ml", "platform"],
    },
    {"sub": "eve", "email": "eve@evil.example", "email_verified": True},
    {"sub": "liar", "email": "admin@corp.example", "email_verified": False},
]


@pytest.fixture(scope="module")
def provider():
    """The address of a provider in a process of its own."""
    port = free_port()
    people = [word for each in PEOPLE for word in ("--user-claims", json.dumps(each))]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_port(port, process)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture
def settings(home, provider) -> Settings:
    known = {"client_id": "cube", "client_secret": "secret", "issuer": provider}
    return Settings(
        home=home,
        stop_grace_seconds=2.0,
        environment="test",
        providers=(
            Provider(
                name="corp", title="Corp", domains=("corp.example",), admin_groups=("platform",), **known
            ),
            Provider(name="any", **known),
            Provider(name="known", sign_up="known", **known),
            Provider(name="down", client_id="x", issuer="http://127.0.0.1:9"),
        ),
    )


@contextlib.asynccontextmanager
async def browser(web):
    async with httpx2.AsyncClient(base_url=f"http://{web[0]}", timeout=120) as http:
        yield http


async def come_back(http, name, who):
    """From our button to the provider, signed in there, and to the address that it sends the browser back
    to."""
    away = await http.get(f"/auth/oidc/{name}")
    assert away.status_code in (302, 303), away.text
    there = away.headers["location"]
    assert "code_challenge_method=S256" in there and "nonce=" in there and "state=" in there
    form = await http.post(there, data={"sub": who})
    assert form.status_code in (302, 303), form.text
    return form.headers["location"]


async def signed_in(http) -> dict | None:
    asked = await http.post(
        "/graphql", json={"query": "{ viewer { name email admin } }"}, headers={"x-cube-request": "1"}
    )
    return asked.json()["data"]["viewer"]


async def test_through_a_real_provider(web):
    async with browser(web) as http:
        told = await http.post("/graphql", json={"query": "{ signInProviders { name title url } }"})
        assert told.json()["data"]["signInProviders"][0] == {
            "name": "corp",
            "title": "Corp",
            "url": "/auth/oidc/corp",
        }
        back = await come_back(http, "corp", "ada")
        done = await http.get(back)
        assert (
            done.status_code == 303
            and done.headers["location"] == "/"
            and "HttpOnly" in str(done.headers.get_list("set-cookie"))
        )
        assert await signed_in(http) == {"name": "ada.l", "email": "ada@corp.example", "admin": True}
        replayed = await http.get(back)
        assert replayed.status_code == 401 and "not signed in" in replayed.text
    async with browser(web) as other:
        back = await come_back(other, "corp", "ada")
        assert (await other.get(back.replace("state=", "state=x"))).status_code == 401, "another state"
        assert (
            await other.get(re.sub("code=[^&]*", "code=forged", await come_back(other, "corp", "ada")))
        ).status_code == 401
    async with browser(web) as thief, browser(web) as victim:
        back = await come_back(thief, "corp", "ada")
        assert (await victim.get(back)).status_code == 401, "a sign-in that another browser began"
        assert await signed_in(victim) is None
    async with browser(web) as again:
        await again.get(await come_back(again, "corp", "ada"))
        assert (await signed_in(again))["name"] == "ada.l", "the same account, not a second one"


async def test_who_is_not_let_in(web):
    async with browser(web) as http:
        refused = await http.get(await come_back(http, "corp", "eve"))
        assert refused.status_code == 401 and "Only e-mail addresses in corp.example" in refused.text
        refused = await http.get(await come_back(http, "known", "eve"))
        assert refused.status_code == 401 and "have no account" in refused.text
        down = await http.get("/auth/oidc/down")
        assert down.status_code == 503 and "does not answer" in down.text
        assert (await http.get("/auth/oidc/nonsense")).status_code == 404
        assert await signed_in(http) is None


async def test_only_a_verified_address_joins_an_account(web):
    platform = web[2]
    ask = (
        'mutation { inviteUser(input: {name: "boss", email: "admin@corp.example"}) { ... on '
        "SignInLink { user "
        "{ id } url } ... on Problem { message } } }"
    )
    boss = (await platform.ask(ask))["inviteUser"]
    async with browser(web) as http:
        await http.get(await come_back(http, "any", "liar"))
        assert (await signed_in(http)) == {"name": "admin-2", "email": None, "admin": False}, (
            "an account of their own"
        )
    async with platform.ctx.db.write() as tx:
        claims = {"sub": "b", "email": "Admin@corp.example", "email_verified": True}
        assert await users.recognise(tx, platform.ctx.settings.providers[1], claims) == boss["user"]["id"]
    async with browser(web) as http:
        assert (await http.get("/" + boss["url"].split("/", 3)[3])).status_code == 303
        assert (await signed_in(http))["name"] == "boss"


async def test_the_invited_see_the_invitation_and_land_in_its_project(web):
    platform = web[2]
    shown = (
        "query($s: String!) { projectInvitation(secret: $s) { project role author email signsUp accepted } }"
    )
    await platform.ask('mutation { createProject(input: {name: "vision"}) { __typename } }')
    made = (
        'mutation { inviteToProject(input: {project: "vision", role: VIEWER, email: '
        '"ada@corp.example"}) { ... on '
        "NewProjectInvitation { url } } }"
    )
    url = (await platform.ask(made))["inviteToProject"]["url"]
    asked = {"query": shown, "variables": {"s": url.partition("invitation=")[2]}}
    told = {
        "project": "vision",
        "role": "VIEWER",
        "author": "admin",
        "email": "ada@corp.example",
        "signsUp": True,
        "accepted": False,
    }
    async with browser(web) as http:
        assert (await http.post("/graphql", json=asked)).json()["data"]["projectInvitation"] == told, (
            "nobody is signed in"
        )
        nothing = await http.post("/graphql", json={"query": '{ project(key: "vision") { name } }'})
        assert nothing.json()["errors"][0]["extensions"]["code"] == "SIGNED_OUT", "and it opens nothing else"
        assert (await http.get(await come_back(http, "known", "ada"))).status_code == 303
        there = (await http.post("/graphql", json=asked, headers={"x-cube-request": "1"})).json()["data"][
            "projectInvitation"
        ]
        assert there == told | {"accepted": True}, "signing in with that address accepted it"
    ask = """mutation($n: String!, $p: String) {
        inviteUser(input: {name: $n, project: $p, role: MAINTAINER}) {
        ... on SignInLink { url user { name } } ... on Problem { code path } } }"""
    refused = (await platform.ask(ask, n="nora", p="nowhere"))["inviteUser"]
    assert refused == {"code": "NOT_FOUND", "path": ["project"]}
    for project, extra, there in (
        ("vision", "", "/projects/vision"),
        (None, "", "/"),
        (None, "&project=//evil.example", "/"),
    ):
        name = f"nora{len(there)}{len(extra)}"
        made = (await platform.ask(ask, n=name, p=project))["inviteUser"]
        async with browser(web) as http:
            answer = await http.get("/" + made["url"].split("/", 3)[3] + extra)
            assert (answer.status_code, answer.headers["location"]) == (303, there)
            assert (await signed_in(http))["name"] == name
            role = await http.post(
                "/graphql",
                json={"query": '{ project(key: "vision") { viewerRole } }'},
                headers={"x-cube-request": "1"},
            )
            assert role.json()["data"]["project"] == ({"viewerRole": "MAINTAINER"} if project else None)


async def test_accounts_are_made_closed_and_never_without_an_administrator(web):
    platform = web[2]
    member = await platform.person("member")
    for text in ("{ users { nodes { id } } }",):
        assert (await platform.raw(text, member)).errors[0].extensions["code"] == "FORBIDDEN"
    made = (
        await platform.ask(
            'mutation { inviteUser(input: {name: "new"}) { ... on SignInLink { url user { id '
            "lastSeenAt } } } }"
        )
    )["inviteUser"]
    key = made["user"]["id"]
    for wrong in ('name: "No Good"', 'name: "x", email: "nonsense"'):
        refused = (
            await platform.ask(
                f"mutation {{ inviteUser(input: {{{wrong}}}) {{ ... on Problem {{ path }} }} }}"
            )
        )["inviteUser"]
        assert refused["path"] in (["name"], ["email"])
    async with browser(web) as http:
        await http.get("/" + made["url"].split("/", 3)[3])
        assert (await signed_in(http))["name"] == "new"
        close = (
            f'mutation {{ updateUser(input: {{id: "{key}", deactivated: true}}) {{ ... on User {{ '
            f"deactivatedAt }} ... on "
            f"Problem {{ message }} }} }}"
        )
        assert (await platform.ask(close))["updateUser"]["deactivatedAt"]
        assert await signed_in(http) is None, "a closed account is closed at once"
    again = (
        await platform.ask(f'mutation {{ createSignInLink(id: "{key}") {{ ... on SignInLink {{ url }} }} }}')
    )["createSignInLink"]["url"]
    async with browser(web) as http:
        assert (await http.get("/" + again.split("/", 3)[3])).status_code == 401
    last = (
        f'mutation {{ updateUser(input: {{id: "{platform.admin.id}", admin: false}}) {{ ... on '
        f"Problem {{ code "
        f"message }} }} }}"
    )
    assert (await platform.ask(last))["updateUser"] == {
        "code": "CONFLICT",
        "message": "This is the last administrator.",
    }
    assert (await platform.ask("{ users { nodes { name admin } } }"))["users"]["nodes"][-1] == {
        "name": "admin",
        "admin": True,
    }


async def test_my_sessions_end_one_by_one(web):
    platform = web[2]
    async with browser(web) as one, browser(web) as two:
        for http in (one, two):
            async with platform.ctx.db.write() as tx:
                link = await credentials.link(tx, platform.ctx.settings, platform.admin.id)
            await http.get(f"/auth/link?token={link}")

        async def mine(http, query):
            return (
                await http.post("/graphql", json={"query": query}, headers={"x-cube-request": "1"})
            ).json()

        seen = (await mine(one, "{ sessions { id current } }"))["data"]["sessions"]
        other = next(each["id"] for each in seen if not each["current"])
        await mine(one, f'mutation {{ endSession(id: "{other}") {{ __typename }} }}')
        assert await signed_in(two) is None and (await signed_in(one))["name"] == "admin"


async def test_groups_decide(platform):
    strict = Provider(name="g", issuer="http://x", client_id="x", groups=("ml",), groups_claim="roles")
    async with platform.ctx.db.write() as tx:
        with pytest.raises(SignedOut, match="none of the groups"):
            await users.recognise(tx, strict, {"sub": "1", "roles": ["other"]})
        with pytest.raises(SignedOut, match="did not report who"):
            await users.recognise(tx, strict, {"roles": ["ml"]})
        assert await users.recognise(tx, strict, {"sub": "1", "roles": ["ml"]})


async def test_a_real_provider_is_tried(provider):
    told = dict(await check(Provider(name="corp", client_id="cube", issuer=provider)))
    assert (
        told["discovery document"] is None
        and told["issuer"] is None
        and told["endpoints"] is None
        and told["keys"] is None
    ), told
    other = dict(await check(Provider(name="corp", client_id="cube", issuer=provider, scope="openid odd")))
    assert other["scopes"] == "it does not know odd"
