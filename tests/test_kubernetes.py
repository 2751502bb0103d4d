"""The platform on an emulated cluster: clusters come and go, runs go through Argo, and neither kills nor broken connections
lose anything."""

import asyncio
import contextlib
import json
import random

import pytest
import yaml

from cubestudio.client import Client
from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests.kubernetes.stand import stand
from tests.parts import Server, folder

pytestmark = pytest.mark.xdist_group("kubernetes")


@pytest.fixture
async def place():
    """(platform's process, emulated cluster): a fleet of two clusters, this machine and `far`."""
    with folder() as home:
        store = Store.open(Settings(home=home / "unused"))
        configs = home / "kubeconfig"
        configs.mkdir()
        async with stand(store, nodes=2, gpu=1) as here:
            (configs / "far-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
            server = await asyncio.to_thread(Server, home, more={"CUBE_KUBECONFIGS": str(configs), "CUBE_PODS_URL": "self"})
            try:
                yield server, here, configs
            finally:
                await asyncio.to_thread(server.stop)


def begin(server: Server, definition: dict, cluster: str = "far") -> tuple[Client, str]:
    client = server.script()
    with contextlib.suppress(Exception):
        client.create_project("p")
    client.update_project(client.execute("{ projects { nodes { id } } }")["projects"]["nodes"][0]["id"], cluster=cluster)
    return client, client.start_run(client.save_pipeline("p", yaml=json.dumps(definition))["pipeline"]["id"], cache=False)["id"]


def finish(client: Client, run: str, seconds: float = 60) -> dict:
    for news in client.run_updated(run):
        if news["run"]["state"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            break
    query = """query($r: ID!) { run(id: $r) { state cluster explanation steps { name item state explanation attempt pod { id state machine runtime exitCode logDone }
      artifacts { path size } outputs } } }"""
    return client.execute(query, {"r": run})["run"]


def log(client: Client, pod: str) -> str:
    text = ""
    for chunk in client.logs(pod):
        text += chunk["text"]
    return text


TWO = {
    "name": "two",
    "steps": [
        {"name": "make", "template": "shell", "args": {"script": "seq 1000; echo file > $CUBE_OUTPUT_DIR/f; echo '{\"n\": [1, 2]}' > $CUBE_OUTPUT_DIR/outputs.json"}, "outputs": ["n"]},
        {"name": "each", "template": "shell", "args": {"script": "cat $CUBE_INPUT_DIR/make/f; echo {{ item }}"}, "needs": ["make"], "for_each": "{{ steps.make.outputs.n }}"},
    ],
}  # fmt: skip


async def test_a_run_goes_through_argo_and_is_kept(place):
    server, here, _ = place
    client, run = await asyncio.to_thread(begin, server, TWO)
    found = await asyncio.to_thread(finish, client, run)
    assert found["state"] == "SUCCEEDED", found
    assert found["cluster"] == "far"
    rows = {(step["name"], step["item"]): step for step in found["steps"]}
    assert {key: row["state"] for key, row in rows.items()} == {("make", None): "SUCCEEDED", ("each", None): "SUCCEEDED"}, rows
    make = rows["make", None]
    assert make["outputs"] == {"n": [1, 2]} and make["artifacts"] == [{"path": "f", "size": 5}]
    assert make["pod"]["runtime"] == "container" and make["pod"]["machine"].startswith("node-")
    assert await asyncio.to_thread(log, client, make["pod"]["id"]) == "".join(f"{n}\n" for n in range(1, 1001))
