"""CPU of a question that asks for nothing, signed in by a token, with its holder remembered and without."""

import statistics
import time

import httpx2

from bench.house import house
from cubestudio.core.auth.session_cache import Known
from cubestudio.users import credentials
from cubestudio.web.app import build


async def main(turns: int = 8, questions: int = 200) -> None:
    async with house(0, rate_known=10_000_000) as (app, viewer):
        async with app.ctx.db.write() as tx:
            _, token = await credentials.make_token(tx, viewer, "bench", 1)
        ways_to_know = {"remembered": app.known, "looked up": Known(alone=False)}
        took: dict[str, list[float]] = {name: [] for name in ways_to_know}
        transport = httpx2.ASGITransport(build(app))
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://x", headers={"authorization": f"Bearer {token}"}
        ) as http:
            for turn in range(turns + 1):
                for name, app.known in ways_to_know.items():
                    began = time.process_time()
                    for _ in range(questions):
                        assert (await http.post("/graphql", json={"query": "{ viewer { name } }"})).json()[
                            "data"
                        ]["viewer"]
                    if turn:
                        took[name].append((time.process_time() - began) * 1000 / questions)
    remembered, asked = (statistics.median(each) for each in took.values())
    print(
        f"a signed-in question: {remembered:.2f} ms of CPU, {remembered / asked:.2f} of what it is "
        "when its holder is looked up, client included"
    )
