"""How often somebody may ask: by session or token, by address without either, and to sign in."""

import httpx2
import pytest

from cubestudio.core.config import Settings
from cubestudio.core.rates import Rates
from cubestudio.users import actions as users


@pytest.fixture
def settings(home) -> Settings:
    return Settings(home=home, grace=2.0, environment="test", rate_known=5, rate_strangers=3, rate_signing_in=2)


async def test_a_flood_is_refused_with_when_to_come_again_and_nobody_else_is(web):
    url, token, platform = web
    async with platform.parts.db.write() as tx:
        _, other = await users.make_token(tx, platform.admin, "other", 1)
    query = {"query": "{ viewer { name } }"}
    async with httpx2.AsyncClient(base_url=f"http://{url}") as http:

        async def ask(secret=None):
            return await http.post("/graphql", json=query, headers={"authorization": f"Bearer {secret}"} if secret else {})

        answers = [await ask(token) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        told = answers[-1]
        assert 1 <= int(told.headers["retry-after"]) <= 60
        assert told.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED" and "5 a minute" in told.json()["errors"][0]["message"]
        assert (await ask(other)).status_code == 200, "another token has a count of its own"
        assert [(await ask()).status_code for _ in range(4)] == [200] * 3 + [429]
        tries = [(await http.get("/auth/link?token=guess")).status_code for _ in range(3)]
        assert tries == [401, 401, 429]
        assert (await http.get("/healthz")).status_code == 200 and (await http.get("/")).status_code == 200, "pages are not counted"


async def test_with_redis_several_processes_count_together(redis_url, home):
    settings = Settings(home=home, redis_url=redis_url, rate_known=3)
    one, other = Rates(settings), Rates(settings)
    taken = [await each.take("a", "secret", False) for each in (one, other, one, other)]
    assert [over is None for over in taken] == [True, True, True, False] and taken[3].most == 3
