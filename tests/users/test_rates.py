"""How often somebody may ask: by session or token, by address without either, and to sign in."""

import httpx2
import pytest
from pydantic import ValidationError

from cubestudio.core import rate_limit
from cubestudio.core.config import Settings
from cubestudio.core.errors import Unavailable
from cubestudio.core.rate_limit import Meter, Rates
from cubestudio.users import credentials
from tests.parts import free_port


@pytest.fixture
def settings(home) -> Settings:
    return Settings(
        home=home,
        stop_grace_seconds=2.0,
        environment="test",
        rate_limit=5,
        rate_limit_anonymous=3,
        rate_limit_sign_in=2,
    )


async def test_a_flood_is_refused_with_when_to_come_again_and_nobody_else_is(web):
    url, token, platform = web
    async with platform.ctx.db.write() as tx:
        _, other = await credentials.make_token(tx, platform.admin, "other", 1)
    query = {"query": "{ viewer { name } }"}
    async with httpx2.AsyncClient(base_url=f"http://{url}") as http:

        async def ask(secret=None):
            return await http.post(
                "/graphql", json=query, headers={"authorization": f"Bearer {secret}"} if secret else {}
            )

        answers = [await ask(token) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        told = answers[-1]
        assert 1 <= int(told.headers["retry-after"]) <= 60
        assert (
            told.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
            and "5 a minute" in told.json()["errors"][0]["message"]
        )
        assert (await ask(other)).status_code == 200, "another token has a count of its own"
        assert [(await ask()).status_code for _ in range(4)] == [200] * 3 + [429]
        tries = [(await http.get("/auth/link?token=guess")).status_code for _ in range(3)]
        assert tries == [401, 401, 429]
        assert (await http.get("/healthz")).status_code == 200 and (await http.get("/")).status_code == 200, (
            "pages are not counted"
        )


@pytest.mark.parametrize("way", [0, 1], ids=["tcp", "unix socket"])
async def test_with_redis_several_processes_count_together(redis_server, home, way):
    settings = Settings(home=home, redis_url=redis_server[way], rate_limit=3)
    one, other = Rates(settings), Rates(settings)
    taken = [await each.take("a", f"secret{way}", False) for each in (one, other, one, other)]
    assert [over is None for over in taken] == [True, True, True, False] and taken[3].most == 3


async def test_with_redis_several_processes_know_what_a_key_used(redis_url, home):
    one, other = (Meter(Settings(home=home, redis_url=redis_url)) for _ in range(2))
    assert [await one.add("key", "requests"), await other.add("key", "requests")] == [1, 2]
    await one.add("key", "tokens", amount=30)
    assert (await other.used("key", "tokens"), await other.used("another", "tokens")) == (
        30,
        0,
    ) and 1 <= one.left <= 60


@pytest.mark.parametrize("url", ["http://localhost", "localhost:6379", "redis:", "memcached://x", " "])
def test_an_address_that_is_none_of_redis_is_refused_at_the_start(home, url):
    with pytest.raises(ValidationError, match=r"redis_url\n.*rediss://.* or unix:///path"):
        Settings(home=home, redis_url=url)


@pytest.fixture
def lost(home, monkeypatch):
    """Redis does not answer."""
    dead = rate_limit._storage(Settings(home=home, redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    monkeypatch.setattr(rate_limit, "_storage", lambda settings: dead)


async def test_without_an_answer_of_redis_nobody_is_let_through_uncounted(lost, web, settings):
    url, token, _ = web
    async with httpx2.AsyncClient(base_url=f"http://{url}") as http:
        told = await http.post(
            "/graphql", json={"query": "{ viewer { name } }"}, headers={"authorization": f"Bearer {token}"}
        )
        assert told.status_code == 503 and told.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert (await http.get("/healthz")).status_code == 200
    for asked in (Meter(settings).used("key", "tokens"), Meter(settings).add("key", "tokens")):
        with pytest.raises(Unavailable, match="this minute"):
            await asked
