"""Signing in by services with an OAuth 2 of their own, through stand-ins that answer as these document; and
whether a provider answers."""

import base64
import contextlib
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from aiohttp import web as aio

from cubestudio.core.auth.check import check
from cubestudio.core.config import Settings
from cubestudio.core.settings.sign_in import Provider
from cubestudio.projects.invitations import actions as invitations
from cubestudio.projects.model import Role

CODES: dict[str, str] = {}
"""Codes that were given out, and the challenges of those that asked."""


async def away(request: aio.Request) -> aio.Response:
    """The sign-in page: whoever comes is ada."""
    asked = request.query
    code = f"code-{len(CODES)}"
    CODES[code] = asked.get("code_challenge", "")
    name = "authCode" if "oauth2" in request.path else "code"
    raise aio.HTTPFound(f"{asked['redirect_uri']}?{name}={code}&state={asked['state']}")


def proved(code: str, verifier: str | None) -> bool:
    """A code is good once, for whoever asked for it."""
    challenge = CODES.pop(code, None)
    made = base64.urlsafe_b64encode(hashlib.sha256((verifier or "").encode()).digest()).rstrip(b"=").decode()
    return challenge is not None and challenge in ("", made)


ASKED: dict[str, list[str]] = {"paths": []}
"""What GitHub's stand-in was asked for."""


async def github_token(request: aio.Request) -> aio.Response:
    form = await request.post()
    if form["client_secret"] != "secret" or not proved(str(form["code"]), str(form["code_verifier"])):
        return aio.json_response(
            {
                "error": "bad_verification_code",
                "error_description": "The code passed is incorrect or expired.",
            }
        )
    return aio.json_response({"access_token": "t", "token_type": "bearer"})


async def github_user(request: aio.Request) -> aio.Response:
    assert request.headers["authorization"] == "Bearer t"
    ASKED["paths"].append(request.path)
    if request.path.endswith("/emails"):
        mails = [
            {"email": "old@x.example", "primary": False, "verified": True},
            {"email": "Ada@corp.example", "primary": True, "verified": True},
        ]
        return aio.json_response(mails)
    if request.path.endswith("/orgs"):
        return aio.json_response([{"login": "ml"}])
    return aio.json_response({"id": 7, "login": "ada", "name": "Ada"})


async def feishu(request: aio.Request) -> aio.Response:
    if request.path.endswith("/token"):
        body = await request.json()
        if not proved(body["code"], body["code_verifier"]):
            return aio.json_response(
                {"code": 20003, "error": "invalid_grant", "error_description": "code is used"}
            )
        return aio.json_response({"code": 0, "access_token": "t"})
    return aio.json_response(
        {
            "code": 0,
            "data": {
                "union_id": "on_1",
                "open_id": "ou_1",
                "name": "艾达",
                "en_name": "Ada",
                "enterprise_email": "ada@corp.example",
            },
        }
    )


async def dingtalk(request: aio.Request) -> aio.Response:
    if request.path.endswith("/userAccessToken"):
        body = await request.json()
        assert body["clientId"] == "cube" and proved(body["code"], None)
        return aio.json_response({"accessToken": "t", "expireIn": 7200})
    assert request.headers["x-acs-dingtalk-access-token"] == "t"
    return aio.json_response({"nick": "Ada", "unionId": "u1", "email": "boss@corp.example"})


async def wecom(request: aio.Request) -> aio.Response:
    if request.path.endswith("/gettoken"):
        return aio.json_response({"errcode": 0, "access_token": "t"})
    if not proved(request.query["code"], None):
        return aio.json_response({"errcode": 40029, "errmsg": "invalid code"})
    return aio.json_response({"errcode": 0, "userid": "ada.w"})


@pytest.fixture
async def services():
    """The address of the stand-ins."""
    app = aio.Application()
    for path in (
        "/login/oauth/authorize",
        "/open-apis/authen/v1/authorize",
        "/oauth2/auth",
        "/wwlogin/sso/login",
    ):
        app.router.add_get(path, away)
    app.router.add_post("/login/oauth/access_token", github_token)
    for path in ("/user", "/user/emails", "/user/orgs"):
        app.router.add_get(path, github_user)
    app.router.add_route("*", "/open-apis/authen/v2/oauth/token", feishu)
    app.router.add_get("/open-apis/authen/v1/user_info", feishu)
    app.router.add_route("*", "/v1.0/oauth2/userAccessToken", dingtalk)
    app.router.add_get("/v1.0/contact/users/me", dingtalk)
    app.router.add_get("/cgi-bin/gettoken", wecom)
    app.router.add_get("/cgi-bin/auth/getuserinfo", wecom)
    runner = aio.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await aio.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
def settings(home, services) -> Settings:
    common = {"client_id": "cube", "client_secret": "secret", "issuer": services, "api": services}
    kinds = [Provider(name=kind, kind=kind, **common) for kind in ("github", "feishu", "dingtalk", "wecom")]
    more = [
        Provider(name="org", kind="github", admin_groups=("ml",), domains=("corp.example",), **common),
        Provider(name="closed", kind="github", sign_up="known", **common),
        Provider(name="orgs", kind="github", groups_claim="organisations", **common),
        Provider(name="none", kind="github", groups_claim="", **common),
    ]
    return Settings(home=home, stop_grace_seconds=2.0, environment="test", providers=(*kinds, *more))


@contextlib.asynccontextmanager
async def browser(web):
    async with httpx2.AsyncClient(base_url=f"http://{web[0]}", timeout=60) as http:
        yield http


async def back(http, name):
    """The address to which the service sends the browser back."""
    there = (await http.get(f"/auth/oidc/{name}")).headers["location"]
    return (await http.get(there)).headers["location"]


async def who(http):
    asked = await http.post(
        "/graphql", json={"query": "{ viewer { name email admin } }"}, headers={"x-cube-request": "1"}
    )
    return asked.json()["data"]["viewer"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("github", {"name": "ada", "email": "ada@corp.example", "admin": False}),
        ("org", {"name": "ada", "email": "ada@corp.example", "admin": True}),
        ("feishu", {"name": "ada", "email": "ada@corp.example", "admin": False}),
        ("dingtalk", {"name": "ada", "email": None, "admin": False}),
        ("wecom", {"name": "ada.w", "email": None, "admin": False}),
    ],
)
async def test_who_comes_back_is_known(web, name, told):
    """Only an address that the service answers for is taken; coming again is coming to the same account."""
    for _ in range(2):
        async with browser(web) as http:
            done = await http.get(await back(http, name))
            assert done.status_code == 303, done.text
            assert await who(http) == told


async def test_what_was_not_begun_here_or_is_used_lets_nobody_in(web):
    async with browser(web) as http, browser(web) as other:
        address = await back(http, "github")
        assert (await other.get(address)).status_code == 401, "another browser"
        wrong = address.replace("state=", "state=x")
        assert (await http.get(wrong)).status_code == 401
        assert (await http.get(address)).status_code == 401, "what was tried with a wrong state is over"
        address = await back(http, "github")
        code = parse_qs(urlsplit(address).query)["code"][0]
        CODES.pop(code)
        used = await http.get(address)
        assert used.status_code == 401 and "incorrect or expired" in used.text
        refused = await http.get(
            (await back(http, "github")).replace("code=", "error_description=access+denied&x=")
        )
        assert refused.status_code == 401 and "access denied" in refused.text
        assert await who(http) is None


async def test_where_only_the_known_come_in_the_invited_do(web):
    _, _, platform = web
    async with browser(web) as http:
        refused = await http.get(await back(http, "closed"))
        assert refused.status_code == 401 and "You have no account on this platform" in refused.text
        async with platform.ctx.db.write() as tx:
            await invitations.invite(
                tx, platform.admin, "p", role=Role.VIEWER, email="ADA@corp.example", days=7
            )
        assert (await http.get(await back(http, "closed"))).status_code == 303
        asked = await http.post(
            "/graphql",
            json={"query": "{ projects { nodes { name viewerRole } } }"},
            headers={"x-cube-request": "1"},
        )
        assert asked.json()["data"]["projects"]["nodes"] == [{"name": "p", "viewerRole": "VIEWER"}]


async def test_organisations_are_not_asked_for_where_no_claim_tells_groups(web, monkeypatch):
    async with browser(web) as http:
        there = (await http.get("/auth/oidc/none")).headers["location"]
        assert "user%3Aemail" in there and "org" not in there.partition("scope=")[2].partition("&")[0]
        monkeypatch.setitem(ASKED, "paths", [])
        assert (await http.get(await back(http, "none"))).status_code == 303
    assert ASKED["paths"] == ["/user", "/user/emails"]
    _, _, platform = web
    asked = await platform.ask(
        'mutation { createGroup(input: {name: "ml", provider: "none"}) { ... on Problem { path message } } }'
    )
    assert asked["createGroup"] == {"path": ["provider"], "message": "Provider none does not report groups."}
    with pytest.raises(ValueError, match="groups_claim"):
        Provider(name="x", kind="github", client_id="x", groups=("ml",), groups_claim="")


@pytest.mark.parametrize("provider", ["github", "orgs"])
async def test_groups_here_follow_organisations_there(web, provider):
    _, _, platform = web
    await platform.ask(
        'mutation($p: String!) { createGroup(input: {name: "ml", provider: $p}) { __typename } }', p=provider
    )
    await platform.ask('mutation { setGroupRole(project: "p", group: "ml", role: MEMBER) { __typename } }')
    async with browser(web) as http:
        assert (await http.get(await back(http, provider))).status_code == 303
        asked = await http.post(
            "/graphql",
            json={"query": "{ projects { nodes { name viewerRole } } }"},
            headers={"x-cube-request": "1"},
        )
        assert asked.json()["data"]["projects"]["nodes"] == [{"name": "p", "viewerRole": "MEMBER"}]


async def test_a_provider_is_tried(platform, services):
    asked = (
        '{ identityProviders { name kind issuer callback } checkIdentityProvider(name: "github") { what '
        "problem } }"
    )
    told = await platform.ask(asked)
    assert told["identityProviders"][0] == {
        "name": "github",
        "kind": "github",
        "issuer": services,
        "callback": "http://localhost:8000/auth/oidc/github/callback",
    }
    assert told["checkIdentityProvider"] == [
        {"what": "sign-in page", "problem": None},
        {"what": "API", "problem": None},
    ]
    dead = Provider(name="x", client_id="x", issuer="http://127.0.0.1:9")
    assert await check(dead) == [
        (
            "discovery document",
            "http://127.0.0.1:9/.well-known/openid-configuration does not answer: ConnectError",
        )
    ]
    assert [
        what for what, problem in await check(Provider(name="x", client_id="x", issuer=services)) if problem
    ] == ["discovery document"]


def test_what_is_public_needs_no_address():
    assert Provider(name="g", kind="google", client_id="x").issuer == "https://accounts.google.com"
    with pytest.raises(ValueError, match="needs an issuer"):
        Provider(name="k", kind="keycloak", client_id="x")
