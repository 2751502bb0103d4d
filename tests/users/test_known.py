"""Who holds a secret is remembered between requests; whatever ends it ends it at the next."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from cubestudio.core import clock as time
from cubestudio.core.auth import session_cache as module
from cubestudio.core.auth.session_cache import Known
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.settings.sign_in import Provider
from cubestudio.projects import actions as projects
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users import credentials

ADA = Viewer(id="1", name="ada")


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Ends follow each other in these tests."""
    monkeypatch.setattr(module, "QUIET", 0.0)


class Browser:
    """Somebody with a session or a token, over HTTP."""

    def __init__(self, web, secret: str):
        self.address, _, self.platform = web
        self.secret = secret
        session = secret.startswith("cubesess_")
        self.headers = (
            {"cookie": f"cube_session={secret}", "x-cube-request": "1"}
            if session
            else {"authorization": f"Bearer {secret}"}
        )

    async def ask(self, query: str, **variables):
        async with httpx2.AsyncClient(base_url=f"http://{self.address}", headers=self.headers) as http:
            answer = (await http.post("/graphql", json={"query": query, "variables": variables})).json()
        return answer.get("data")

    async def who(self) -> str | None:
        """The name of whom the platform takes this for, and whether they may do what administrators may."""
        viewer = (await self.ask("{ viewer { name } }"))["viewer"]
        chief = viewer and (await self.ask("{ users(first: 1) { nodes { id } } }") or {}).get("users")
        return viewer and viewer["name"] + (" (admin)" if chief else "")

    async def warm(self) -> "Browser":
        """Be remembered."""
        assert await self.who() is not None
        assert self.platform.app.known.find(self.secret) is not None
        return self


@pytest.fixture
async def ada(web):
    """(somebody, a function that makes them a session or a token)"""
    platform = web[2]
    person = await platform.person("ada")

    async def come(kind: str = "token", days: int | None = 1) -> Browser:
        async with platform.ctx.db.write() as tx:
            if kind == "token":
                secret = (await credentials.make_token(tx, person, "t", days))[1]
            else:
                secret = await credentials.begin_session(tx, platform.ctx.settings, person.id, "test")
        return await Browser(web, secret).warm()

    return person, come


async def boss(web) -> Browser:
    return Browser(web, web[1])


async def test_a_request_of_somebody_known_does_not_read_who_it_is(web, ada, monkeypatch):
    _, come = ada
    one = await come()

    async def read(*_):
        raise AssertionError("it is known")

    monkeypatch.setattr(credentials, "by_token", read)
    assert await one.who() == "ada"


async def test_a_token_that_is_revoked(web, ada):
    _, come = ada
    one, other = await come(), await come()
    held = web[2].app.known.find(one.secret).token
    assert await other.ask("mutation($i: ID!) { revokeToken(id: $i) { __typename } }", i=held)
    assert await one.who() is None and await other.who() == "ada"


async def test_sessions_that_end(web, ada):
    _, come = ada
    one, other, third, fourth = [await come("session") for _ in range(4)]
    held = web[2].app.known.find(other.secret).session
    await one.ask("mutation($i: ID!) { endSession(id: $i) { __typename } }", i=held)
    assert await other.who() is None and (await third.warm()) and (await fourth.warm())
    await one.ask("mutation { signOut { __typename } }")
    assert await one.who() is None and await (await third.warm()).who() == "ada"
    await third.ask("mutation { signOut(everywhere: true) { __typename } }")
    assert await third.who() is None and await fourth.who() is None


async def test_an_account_that_is_closed_or_changed(web, ada):
    person, come = ada
    chief, token, session = await boss(web), await come(), await come("session")
    change = (
        "mutation($i: ID!, $a: Boolean, $c: Boolean) { updateUser(input: {id: $i, admin: $a, "
        "deactivated: $c}) { "
        "__typename } }"
    )
    await chief.ask(change, i=person.id, a=True)
    assert await token.who() == await session.who() == "ada (admin)"
    await chief.ask(change, i=person.id, a=False)
    assert await token.who() == await session.who() == "ada"
    await token.warm()
    await chief.ask(change, i=person.id, c=True)
    assert await token.who() is None and await session.who() is None


async def test_groups_of_a_provider_that_make_administrators(web):
    platform = web[2]
    provider = Provider(
        name="corp",
        issuer="https://corp.example",
        client_id="x",
        client_secret="x",
        sign_up="open",
        admin_groups=("ops",),
    )
    async with platform.ctx.db.write() as tx:
        person = await users.recognise(
            tx, provider, {"sub": "1", "preferred_username": "bo", "groups": ["ops"]}
        )
        secret = await credentials.begin_session(tx, platform.ctx.settings, person, "test")
    bo = await Browser(web, secret).warm()
    assert await bo.who() == "bo (admin)"
    async with platform.ctx.db.write() as tx:
        await users.recognise(tx, provider, {"sub": "1", "preferred_username": "bo", "groups": []})
    assert await bo.who() == "bo"


async def test_another_s_eyes_and_one_s_own_again(web, ada):
    person, _ = ada
    platform = web[2]
    async with platform.ctx.db.write() as tx:
        secret = await credentials.begin_session(tx, platform.ctx.settings, platform.admin.id, "test")
    chief = await Browser(web, secret).warm()
    await chief.ask("mutation($i: ID!) { impersonateUser(id: $i) { __typename } }", i=person.id)
    assert await chief.who() == "ada"
    other = await boss(web)
    await other.ask(
        "mutation($i: ID!) { updateUser(input: {id: $i, deactivated: true}) { __typename } }", i=person.id
    )
    assert await chief.who() == "admin (admin)", "whose eyes are closed sees with their own"


async def test_a_membership_that_ends(web, ada):
    person, come = ada
    platform, one = web[2], await come()
    async with platform.ctx.db.write() as tx:
        await projects.admit(tx, platform.admin, "p", person.name, Role.MEMBER)
    assert (await one.ask('{ project(key: "p") { name } }'))["project"]
    async with platform.ctx.db.write() as tx:
        await projects.dismiss(tx, platform.admin, "p", person.name)
    assert not (await one.ask('{ project(key: "p") { name } }') or {}).get("project")


async def test_what_ends_by_time(web, ada, clock):
    _, come = ada
    token, session, short = await come(), await come("session"), await come("token", None)
    clock.travel(timedelta(days=2))
    assert await token.who() is None and await short.who() == "ada"
    clock.travel(timedelta(days=80))
    assert await session.who() is None


async def test_an_end_that_is_not_committed_yet_and_one_that_never_is(web, ada):
    """While an end waits for its commit its secret is not remembered anew, whoever asks meanwhile; rolled
    back, it is as before."""
    person, come = ada
    platform, one = web[2], await come()
    with pytest.raises(ZeroDivisionError):
        async with platform.ctx.db.write() as tx:
            await credentials.sign_out(tx, Viewer(id=person.id, name=person.name), everywhere=True)
            assert platform.app.known.find(one.secret) is None, "it is forgotten before it can be committed"
            raise ZeroDivisionError
    await one.warm()


def test_what_is_read_before_an_end_is_not_kept_after_it(monkeypatch):
    monkeypatch.setattr(module, "QUIET", 60.0)
    known = Known(alone=True)
    mark = known.mark
    known.keep("a", ADA, None, mark)
    assert known.find("a") == ADA and known.find("b") is None
    known.forget()
    known.keep("a", ADA, None, mark)
    assert known.find("a") is None, "it was read before"
    known.keep("a", ADA, None, known.mark)
    assert known.find("a") is None, "the end may not be committed yet"


def test_bounds_and_processes_beside(monkeypatch):
    known, now = Known(alone=True), time.now()
    monkeypatch.setattr(module, "MOST", 10)
    for number in range(100):
        known.keep(str(number), ADA, None, known.mark)
    assert sum(known.find(str(number)) is not None for number in range(100)) <= 10
    known.keep("a", ADA, now - timedelta(seconds=1), known.mark)
    known.keep("b", ADA, datetime.max.replace(tzinfo=UTC), known.mark)
    assert known.find("a") is None and known.find("b") == ADA
    beside = Known(alone=False)
    beside.keep("a", ADA, None, beside.mark)
    assert beside.find("a") is None, "where others end sessions too, every request asks"
