"""Nothing that people or their code stored reaches a browser as active content in the console's origin
(R8)."""

import asyncio
import hashlib
import itertools
from urllib.parse import quote

import httpx2
import pytest
from sqlalchemy import select, update
from starlette.routing import Mount, Route, WebSocketRoute

from cubestudio.models.model import ModelVersion
from cubestudio.pipelines.runs import actions as runs
from cubestudio.pipelines.steps.model import Artifact
from cubestudio.web import downloads
from cubestudio.web.app import build

STORED = {
    "/artifacts/{id}",
    "/model-files/{id}/{path:path}",
    "/pods/{id}/log",
    "/files/{owner}/{name}",
    "/mlflow/{run}/{step}/{item}/api/2.0/mlflow-artifacts/artifacts/{path:path}",
}
"""Routes that return stored bytes; each is asked below for every hostile file with every parameter."""
OURS = {
    "/graphql": "JSON of the graph, and our explorer",
    "/auth/link": "a redirect or our page",
    "/auth/oidc/{name}": "a redirect or our page",
    "/auth/oidc/{name}/callback": "a redirect or our page",
    "/healthz": "our words",
    "/healthz/live": "our words",
    "/healthz/ready": "our words",
    "/metrics": "our numbers",
    "/": "the console",
    "/{path:path}": "the console",
    "/assets/*": "the console's own files",
    "/pods/{id}/terminal": "a WebSocket",
    "/notebooks/{id}/ssh": "a WebSocket",
    "/mlflow/{run}/{step}/{item}/api/2.0/mlflow/{endpoint:path}": (
        "JSON, for the token of a run in a header only"
    ),
    "/mlflow/{run}/{step}/{item}/api/2.0/mlflow-artifacts/artifacts": (
        "JSON, for the token of a run in a header only"
    ),
    "/mlflow/{run}/{step}/{item}": "a redirect to the console",
    "/mlflow/{run}/{step}/{item}/": "a redirect to the console",
}
"""Routes that return no stored bytes, and what they return. A new route belongs here or above."""
ATTACK = b"<html><script>alert(1)</script>"
FILES = {
    "a.html": "text/html",
    "a.xhtml": "application/xhtml+xml",
    "a.svg": "image/svg+xml",
    "a.js": "text/javascript",
    "b.js": "application/javascript",
    "a.mjs": "application/x-javascript",
    "a.css": "text/css",
    "a.xml": "text/xml",
    "b.xml": "application/xml",
    "a.rss": "application/rss+xml",
    "a.pdf": "application/pdf",
    "a.swf": "application/x-shockwave-flash",
    "a.wasm": "application/wasm",
    "a.webmanifest": "application/manifest+json",
    "a.vtt": "text/vtt",
    "a.json": "application/json",
    "a.png": "image/png",
    "a": "",
    "a.unknown": "x/y",
    "b.unknown": "text/html; charset=utf-16",
    "c.unknown": "TEXT/HTML",
    "d.unknown": "text/plain, text/html",
    "e.unknown": "text/plain\r\ncontent-type: text/html",
    "f.unknown": "image/png; x=\r\nset-cookie: a=b",
    "g.unknown": "multipart/x-mixed-replace; boundary=x",
    "h.unknown": "message/rfc822",
    'i "; filename=x.html': "text/html",
    "j\r\nset-cookie: a=b.html": "text/html",
    "k\U0001f600.html": "text/html",
}
PARAMETERS = (
    {},
    {"first": "1"},
    {"first": "100000"},
    {"download": "0"},
    {"download": ""},
    {"inline": "1"},
    {"type": "text/html"},
    {"mediaType": "text/html"},
    {"response-content-type": "text/html"},
    {"format": "html"},
    {"disposition": "inline"},
    {"raw": "1"},
    {"first": "10", "type": "text/html"},
)
HEADERS = (
    {},
    {"range": "bytes=0-9"},
    {"accept": "text/html"},
    {"sec-fetch-dest": "document"},
    {"sec-fetch-dest": "script", "accept": "*/*"},
)
HARMLESS = downloads.IMAGES | {downloads.TEXT, downloads.BINARY}


def walk(routes, before=""):
    for route in routes:
        path = before + getattr(route, "path", "")
        if isinstance(route, Mount) and route.routes:
            yield from walk(route.routes, path)
        elif isinstance(route, Mount):
            yield f"{path}/*"
        else:
            assert isinstance(route, Route | WebSocketRoute), route
            yield path


def sure(answer, where):
    """The response may be shown by a browser in the console's origin."""
    assert answer.status_code == 200, (where, answer.status_code, answer.text)
    headers = answer.headers
    assert headers["content-type"] in HARMLESS, (where, headers)
    assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''"), where
    assert not set(headers["content-disposition"][len("attachment; filename*=UTF-8''") :]) & set(
        "\r\n\"';, "
    ), where
    assert headers["content-security-policy"] == "sandbox; default-src 'none'", where
    assert headers["x-content-type-options"] == "nosniff", where
    assert headers["cross-origin-resource-policy"] == "same-origin", where
    assert "set-cookie" not in headers and len(headers.get_list("content-type")) == 1, where


async def test_each_route_is_known(platform):
    assert set(walk(build(platform.app).routes)) - {"/assets/*"} == STORED | set(OURS) - {"/assets/*"}


@pytest.mark.parametrize("media", FILES.values())
def test_no_media_type_leads_to_another_one_than_the_harmless(media):
    assert downloads.harmless(media) in HARMLESS


async def test_no_route_sends_active_content(web):
    url, token, platform = web
    run = await platform.run(
        "name: s\nsteps: [{name: a, template: shell, args: {script: 'echo "
        '"<script>alert(1)</script>"; printf "<html><script>alert(1)</script>" > '
        "$CUBE_OUTPUT_DIR/x.html'}}]\n"
    )
    step = run["steps"][0]
    registered = """mutation($r: ID!) { registerModel(input: {run: $r, step: "a", name: "m"}) { ... on RegisteredModel { version { id } } ... on Problem { message } } }"""  # noqa: E501
    version = (await platform.ask(registered, r=run["id"]))["registerModel"]["version"]["id"]
    async with platform.ctx.db.read() as conn:
        row = (
            await conn.execute(
                select(Artifact.id, Artifact.key, Artifact.sha256).where(Artifact.path == "x.html")
            )
        ).one()
    assert row.sha256 == hashlib.sha256(ATTACK).hexdigest()
    slow = await platform.start(
        await platform.save("name: t\nsteps: [{name: b, template: shell, args: {script: 'sleep 100'}}]\n")
    )
    mine = {"authorization": f"Bearer {runs.token(platform.ctx.vault, slow)}"}
    async with asyncio.timeout(30):
        while (await platform.ask("query($r: ID!) { run(id: $r) { state } }", r=slow))["run"][
            "state"
        ] != "RUNNING":
            await asyncio.sleep(0.05)
    asked = 0
    async with httpx2.AsyncClient(
        base_url=f"http://{url}", headers={"authorization": f"Bearer {token}"}, timeout=60
    ) as http:
        for path, media in FILES.items():
            async with platform.ctx.db.write() as tx:
                await tx.execute(
                    update(Artifact).where(Artifact.id == row.id).values(path=path, media_type=media)
                )
                await tx.execute(
                    update(ModelVersion)
                    .where(ModelVersion.id == version)
                    .values(files=[[path, len(ATTACK), row.sha256, media]])
                )
            places = (f"/artifacts/{row.id}", f"/model-files/{version}/{quote(path, safe='')}")
            for n, (place, params) in enumerate(itertools.product(places, PARAMETERS)):
                if "\n" in path and place == places[1]:
                    continue  # the address of a model's file holds no line break: it is not found
                headers = HEADERS[n % len(HEADERS)]
                answer = await http.get(place, params=params or None, headers=headers)
                sure(answer, (path, media, place, params, headers))
                assert ATTACK.startswith(answer.content) and answer.content
                asked += 1
        for params, headers in itertools.product(PARAMETERS, HEADERS):
            sure(
                await http.get(f"/pods/{step['pod']['id']}/log", params=params, headers=headers),
                (params, headers),
            )
        there = f"/mlflow/{slow}/b/-/api/2.0/mlflow-artifacts/artifacts/x.html"
        assert (await http.put(there, content=ATTACK, headers=mine)).status_code == 200
        for media, params, headers in itertools.product(FILES.values(), PARAMETERS[:2], HEADERS[:1]):
            async with platform.ctx.db.write() as tx:
                await tx.execute(update(Artifact).where(Artifact.run_id == slow).values(media_type=media))
            sure(await http.get(there, params=params, headers=headers | mine), (media, params, headers))
        for params, headers in itertools.product(PARAMETERS, HEADERS):
            sure(
                await http.get(f"/files/{slow}/{row.sha256}", params=params, headers=headers | mine),
                (params, headers),
            )
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=slow)
    assert asked == (len(FILES) * 2 - 1) * len(PARAMETERS)


async def test_letters_of_a_run_are_bounded_together_and_go_with_it(web, monkeypatch):
    """A step's code has the token by which the members of a gang leave results for the run, and may leave any
    number of them."""
    url, _, platform = web
    ctx = platform.ctx
    slow = await platform.start(
        await platform.save("name: t\nsteps: [{name: b, template: shell, args: {script: 'sleep 100'}}]\n")
    )
    mine = {"authorization": f"Bearer {runs.token(ctx.vault, slow)}"}
    monkeypatch.setattr(runs, "MOST_LETTERS", 10)
    async with httpx2.AsyncClient(base_url=f"http://{url}", headers=mine) as http:
        for number, letter, status in ((1, b"12345", 204), (2, b"12345", 204), (3, b"1", 413)):
            answer = await http.put(f"/files/{slow}/@b..{number}", content=letter)
            assert answer.status_code == status, answer.text
        assert "all together" in answer.text
        assert (await http.get(f"/files/{slow}/@b..2")).content == b"12345"
    assert len(await ctx.store.keys(f"posted/{slow}/")) == 2
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=slow)
    async with asyncio.timeout(60):
        while await ctx.store.keys(f"posted/{slow}/"):
            await asyncio.sleep(0.05)
