"""A step of a run opened in a notebook: its environment, its code and what it read are there, and running it
gives what it gave."""

import asyncio
import json

import pytest
from sqlalchemy import select

from cubestudio.clusters.model import Pod
from cubestudio.notebooks.model import Notebook
from cubestudio.notebooks.spec import NotebookSpec
from tests.conftest import Platform

pytestmark = [pytest.mark.xdist_group("jupyter"), pytest.mark.slow]
OPEN = """mutation($r: ID!, $s: String!, $i: Int) { createNotebookFromStep(run: $r, step: $s, item: $i) {
    ... on Notebook { id name kind state } ... on Problem { code message path hint } } }"""
PIPELINE = {
    "name": "chain",
    "steps": [
        {
            "name": "load",
            "template": "shell",
            "outputs": ["n", "list"],
            "args": {
                "script": (
                    'echo data > $CUBE_OUTPUT_DIR/data.txt; echo \'{"n": 7, "list": ["x y", 2]}\' > '
                    "$CUBE_OUTPUT_DIR/outputs.json"
                )
            },
        },
        {
            "name": "use",
            "template": "shell",
            "outputs": ["got"],
            "needs": ["load"],
            "secrets": ["TOKEN"],
            "args": {
                "script": (
                    'printf \'{"got": "%s {{ steps.load.outputs.n }} %s"}\' "$(cat '
                    '$CUBE_INPUT_DIR/load/data.txt)" "$TOKEN" > $CUBE_OUTPUT_DIR/outputs.json'
                )
            },
        },
        {
            "name": "each",
            "template": "shell",
            "for_each": "{{ steps.load.outputs.list }}",
            "args": {"script": "echo '<{{ item }}>'"},
        },
    ],
}


async def opened(platform: Platform, run, step, item=None, viewer=None):
    return (await platform.ask(OPEN, viewer, r=run, s=step, i=item))["createNotebookFromStep"]


async def inside(platform: Platform, notebook, script) -> str:
    """What a terminal in a notebook's pod shows of a script."""
    local = platform.app.registry.local
    async with platform.ctx.db.read() as conn:
        pod = (
            await conn.execute(select(Pod.id).where(Pod.owner_id == notebook, Pod.state == "Running"))
        ).scalar_one()
    shell = await local.shell(pod, 24, 200)
    await shell.send(script.encode() + b"\n")
    heard = b""
    async with asyncio.timeout(60):
        async for data in shell.output():
            heard += data
    await shell.close()
    return heard.decode()


async def test_a_step_is_opened_with_all_that_it_had(studio):
    platform = studio.platform
    await platform.ask(
        'mutation { saveSecret(input: {project: "p", name: "TOKEN", value: "secret-value"}) { __typename } }'
    )
    run = await platform.run(json.dumps(PIPELINE))
    assert run["state"] == "SUCCEEDED", run
    made = await opened(platform, run["id"], "use")
    assert made["kind"] == "JUPYTER" and made["name"] == "use-1", made
    await studio.until(made["id"], "RUNNING", seconds=300)
    home = next(platform.ctx.settings.home.glob(f"local/folders/*/notebook-{made['id']}"))
    assert "data" in await inside(platform, made["id"], "cat ~/inputs/load/data.txt; exit")
    assert "CUBE_TOKEN" not in (home / "use-1/run.sh").read_text()
    assert json.loads((home / "use-1/values.json").read_text())["load"]["n"] == 7
    async with platform.ctx.db.read() as conn:
        row = (await conn.execute(Notebook.__table__.select().where(Notebook.id == made["id"]))).one()
    assert NotebookSpec.model_validate(row.spec).project_secrets == ("TOKEN",) and "secret-value" not in str(
        row.spec
    )
    await inside(platform, made["id"], "cd ~/use-1; TOKEN=mine sh run.sh; exit")
    assert json.loads((home / "use-1/out/outputs.json").read_text()) == {"got": "data 7 mine"}, (
        "as it was run, with what it read"
    )
    again = await opened(platform, run["id"], "use")
    assert again["name"] == "use-1-2", "a name that is free"
    whole = await opened(platform, run["id"], "each")
    assert whole["code"] == "CONFLICT" and "2 items" in whole["message"] and whole["path"] == ["item"]
    item = await opened(platform, run["id"], "each", 0)
    async with platform.ctx.db.read() as conn:
        row = (await conn.execute(Notebook.__table__.select().where(Notebook.id == item["id"]))).one()
    assert any("<x y>" in text for text in row.spec["files"].values())
    assert (await opened(platform, run["id"], "nothing"))["code"] == "NOT_FOUND"
    for key in (made["id"], again["id"], item["id"]):
        await studio.say("stopNotebook", key)
