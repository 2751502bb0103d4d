"""Runs after runs on every kind of cluster: what is taken from before is whole, however often it was taken;
and a run in which nothing is left to do ends well, without the cluster."""

import asyncio

import pytest
import yaml

from cubestudio.client import Client, Refused
from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests.kubernetes.stand import stand
from tests.parts import Server, folder

pytestmark = pytest.mark.xdist_group("kubernetes")
SEEN = """query($r: ID!) { run(id: $r) { number state explanation steps { name state outputs explanation itemCount artifacts { path }
    items { item state value outputs } } } }"""  # noqa: E501


@pytest.fixture(params=["local", "far"])
async def place(request):
    """(client, cluster)."""
    with folder() as home:
        configs = home / "kubeconfig"
        configs.mkdir()
        if request.param == "local":
            server = await asyncio.to_thread(Server, home)
            try:
                yield server.script(), "local"
            finally:
                await asyncio.to_thread(server.stop)
            return
        async with stand(Store.open(Settings(home=home / "unused")), nodes=2) as here:
            (configs / "far-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
            server = await asyncio.to_thread(
                Server, home, more={"CUBE_KUBECONFIG_FOLDER": str(configs), "CUBE_PODS_API_URL": "self"}
            )
            try:
                yield server.script(), "far"
            finally:
                await asyncio.to_thread(server.stop)


def step(name: str, script: str, **more) -> dict:
    return {"name": name, "template": "shell", "args": {"script": script}, **more}


def pipeline(last: str) -> dict:
    left = (
        'echo \'{"n": [1, 2.5, "three"], "deep": {"a": null}}\' > $CUBE_OUTPUT_DIR/outputs.json; echo '
        "kept > $CUBE_OUTPUT_DIR/file"
    )
    item = 'echo \'{"x": "{{ item }}"}\' > $CUBE_OUTPUT_DIR/outputs.json'
    return {
        "name": "again",
        "steps": [
            step("make", left, outputs=["n", "deep"]),
            step("each", item, outputs=["x"], for_each="{{ steps.make.outputs.n }}"),
            step("fixed", item, outputs=["x"], for_each=["a", "b"]),
            step(
                "last",
                f"{last}; cat $CUBE_INPUT_DIR/make/file; echo '{{{{ steps.make.outputs.deep }}}} "
                f"{{{{ steps.each.outputs.x }}}} {{{{ steps.fixed.outputs.x }}}}'",
                needs=["make"],
            ),
        ],
    }


def finished(client: Client, run: str) -> dict:
    for news in client.run_changed(run):
        if news["run"]["state"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            break
    return client.execute(SEEN, {"r": run})["run"]


def told(run: dict) -> dict:
    """What is known of the steps but the last, whether they ran or not."""
    return {
        each["name"]: (
            each["outputs"],
            each["itemCount"],
            [file["path"] for file in each["artifacts"]],
            [(item["item"], item["value"], item["outputs"]) for item in each["items"]],
        )
        for each in run["steps"]
        if each["name"] != "last"
    }


def states(run: dict) -> dict:
    return {each["name"]: each["state"] for each in run["steps"]} | {
        f"{each['name']}/{item['item']}": item["state"] for each in run["steps"] for item in each["items"]
    }


def sequence(client: Client, cluster: str) -> None:
    client.create_project("p")
    client.update_project("p", cluster=cluster)

    def run(definition: dict) -> dict:
        saved = client.save_pipeline("p", definition=definition)["pipeline"]["id"]
        return finished(client, client.start_run(saved, cache=True)["id"])

    first = run(pipeline("true"))
    assert first["state"] == "SUCCEEDED", first
    assert told(first)["make"][0] == {"n": [1, 2.5, "three"], "deep": {"a": None}}
    assert told(first)["each"][0] == {"x": ["1", "2.5", "three"]} and told(first)["fixed"][0] == {
        "x": ["a", "b"]
    }
    for turn in range(3):  # nothing runs; then the last step runs with what was taken from what was taken
        same = run(pipeline(f"echo {turn - 1}" if turn else "true"))
        assert same["state"] == "SUCCEEDED" and set(states(same).values()) == {"CACHED"}, same
        assert told(same) == told(first), (turn, told(same), told(first))
        changed = run(pipeline(f"echo {turn}"))
        assert changed["state"] == "SUCCEEDED" and told(changed) == told(first), changed
        assert {name for name, state in states(changed).items() if state != "CACHED"} == {"last"}, states(
            changed
        )
    broken = run(pipeline("exit 3"))
    assert broken["state"] == "FAILED" and told(broken) == told(first)
    for act in (client.retry_run, client.retry_run, client.continue_run, client.continue_run):
        broken = finished(
            client, act(client.execute("{ runs(first: 1) { nodes { id } } }")["runs"]["nodes"][0]["id"])["id"]
        )
        assert broken["state"] == "FAILED" and told(broken) == told(first), broken
        assert {name for name, state in states(broken).items() if state != "CACHED"} == {"last"}, states(
            broken
        )
    off = {"name": "off", "steps": [step("a", "true", skip=True), step("b", "true", skip=True)]}
    assert states(run(off)) == {"a": "SKIPPED", "b": "SKIPPED"}
    empty = run({"name": "empty", "steps": [step("a", "true", for_each=[])]})
    assert (
        empty["state"] == "SUCCEEDED"
        and states(empty) == {"a": "SUCCEEDED"}
        and empty["steps"][0]["itemCount"] == 0
    )
    grown = pipeline("true")
    grown["steps"][2]["for_each"] = ["a", "b", "c"]  # two of three items are taken from before
    more = run(grown)
    assert more["state"] == "SUCCEEDED" and told(more)["fixed"][0] == {"x": ["a", "b", "c"]}, more


async def test_what_is_taken_from_before_is_whole_however_often(place):
    await asyncio.to_thread(sequence, *place)


def elsewhere(client: Client, cluster: str) -> None:
    """A run goes on at another cluster, there and back, with what it had."""
    client.create_project("p")
    client.update_project("p", cluster=cluster, clusters=["local"])
    saved = client.save_pipeline("p", definition=pipeline('test -z "${K8S_POD_NAME:-}"'))["pipeline"]["id"]
    first = client.start_run(saved)["id"]
    assert finished(client, first)["state"] == "FAILED"
    with pytest.raises(Refused, match="does not run on cluster mars"):
        client.retry_run(first, cluster="mars")
    here = client.retry_run(first, cluster="local")
    assert here["cluster"] == "local"
    found = finished(client, here["id"])
    assert found["state"] == "SUCCEEDED", found
    assert {name for name, state in states(found).items() if state != "CACHED"} == {"last"}
    client.save_pipeline("p", definition=pipeline('test -n "${K8S_POD_NAME:-}"'))
    broken = client.start_run(saved, cluster="local")["id"]
    assert finished(client, broken)["state"] == "FAILED"
    client.save_pipeline("p", definition=pipeline('test -n "${K8S_POD_NAME:-}" && true'))
    there = client.continue_run(broken, cluster=cluster)
    assert there["cluster"] == cluster
    found = finished(client, there["id"])
    assert found["state"] == "SUCCEEDED" and {
        name for name, state in states(found).items() if state != "CACHED"
    } == {"last"}, found


@pytest.mark.parametrize("place", ["far"], indirect=True)
async def test_a_run_goes_on_at_another_cluster_with_what_it_had(place):
    await asyncio.to_thread(elsewhere, *place)
