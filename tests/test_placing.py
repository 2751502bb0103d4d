"""Projects with several clusters: runs go to the first that fits, and are moved before anything of them has
started."""

import asyncio
import json

import pytest
import yaml

from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests.kubernetes.argo import WORKFLOWS
from tests.kubernetes.stand import stand
from tests.parts import Server, folder
from tests.test_kubernetes import finish, until

pytestmark = pytest.mark.xdist_group("kubernetes")
RUN = (
    "query($r: ID!) { run(id: $r) { state reason explanation cluster placed skippedClusters { cluster reason "
    "} steps { name state } } }"
)


@pytest.fixture
async def place():
    """(platform's process, clusters `near` and `far`): only `far` has GPUs, one A100, which HAMi does not
    divide."""
    with folder() as home:
        configs = home / "kubeconfig"
        configs.mkdir()
        store = Store.open(Settings(home=home / "unused"))
        async with stand(store) as near, stand(store, gpu=1) as far:
            node = far.server.get(("v1", "nodes"), "", "node-0")
            node["metadata"]["labels"]["gpu-type"] = "A100"
            far.server.put(("v1", "nodes"), "", node)
            for name, here in (("near", near), ("far", far)):
                (configs / f"{name}-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
            more = {
                "CUBE_KUBECONFIG_FOLDER": str(configs),
                "CUBE_PODS_API_URL": "self",
                "CUBE_LOCAL": "false",
            }
            server = await asyncio.to_thread(Server, home, more=more)
            try:
                client = await asyncio.to_thread(server.script)
                client.create_project("p")
                client.update_project("p", cluster="near", clusters=["far"], placement="FIRST")
                yield server, client, near, far
            finally:
                await asyncio.to_thread(server.stop)


def saved(client, name: str, script: str = "true", **resources) -> str:
    steps = [{"name": "a", "template": "shell", "args": {"script": script}, "resources": resources or None}]
    return client.save_pipeline("p", yaml=json.dumps({"name": name, "steps": steps}))["pipeline"]["id"]


async def gone(client, here) -> None:
    """Cluster `near` answers no more, and the platform knows it."""
    here.server.down = True
    here.server.cut()
    await until(
        client,
        "{ clusters { name reachable } }",
        lambda told: {"name": "near", "reachable": False} in told["clusters"],
        60,
    )


PREFLIGHT = (
    "query($p: ID!) { preflightRun(pipeline: $p) { cluster verdict explanation problems digest "
    "skippedClusters { cluster reason } } }"
)
NONE = "step a asks for 1 GPUs of the kind A100; the largest node of near has 0"


async def test_a_run_goes_to_the_first_cluster_that_fits_and_says_why_not_to_those_before(place):
    _, client, near, _ = place
    plain = await asyncio.to_thread(saved, client, "plain")
    card = await asyncio.to_thread(lambda: saved(client, "card", gpu=1, gpu_type="A100"))
    told = (await asyncio.to_thread(client.execute, PREFLIGHT, {"p": card}))["preflightRun"]
    assert (told["cluster"], told["verdict"], told["skippedClusters"]) == (
        "far",
        "NOW",
        [{"cluster": "near", "reason": NONE}],
    ), told
    run = (await asyncio.to_thread(client.start_run, card, preflight_digest=told["digest"], cache=False))[
        "id"
    ]
    assert (await asyncio.to_thread(finish, client, run))["state"] == "SUCCEEDED"
    found = (await asyncio.to_thread(client.execute, RUN, {"r": run}))["run"]
    assert (found["cluster"], found["placed"], found["skippedClusters"]) == (
        "far",
        True,
        [{"cluster": "near", "reason": NONE}],
    )
    run = (await asyncio.to_thread(client.start_run, plain, cache=False))["id"]
    found = await asyncio.to_thread(finish, client, run)
    assert (found["state"], found["cluster"]) == ("SUCCEEDED", "near")
    # a cluster that does not answer is passed over
    await gone(client, near)
    run = (await asyncio.to_thread(client.start_run, plain, cache=False))["id"]
    assert (await asyncio.to_thread(finish, client, run))["cluster"] == "far"
    found = (await asyncio.to_thread(client.execute, RUN, {"r": run}))["run"]
    assert [each["cluster"] for each in found["skippedClusters"]] == ["near"]
    near.server.down = False
    # what fits on none is refused with what each says
    large = await asyncio.to_thread(lambda: saved(client, "large", gpu=2))
    with pytest.raises(Exception, match=r"(?s)near: step a asks for 2 GPUs.*far: step a asks for 2 GPUs"):
        await asyncio.to_thread(client.start_run, large)
    # who names a cluster gets that
    run = (await asyncio.to_thread(client.start_run, plain, cache=False, cluster="far"))["id"]
    found = await asyncio.to_thread(finish, client, run)
    assert (found["state"], found["cluster"]) == ("SUCCEEDED", "far")


async def test_a_run_of_which_nothing_has_started_is_moved_and_stays_the_same_run(place):
    _, client, near, _ = place
    near.argo.live(False)  # nothing moves there
    plain = await asyncio.to_thread(saved, client, "plain")
    run = (await asyncio.to_thread(client.start_run, plain, cache=False, cluster="near"))["id"]
    async with asyncio.timeout(30):
        while not near.server.all(WORKFLOWS):
            await asyncio.sleep(0.05)
    (stray,) = near.server.all(WORKFLOWS)
    moved = await asyncio.to_thread(client.move_run, run, "far")
    assert (moved["id"], moved["cluster"], moved["state"]) == (run, "far", "QUEUED")
    assert (await asyncio.to_thread(finish, client, run))["state"] == "SUCCEEDED"
    found = (await asyncio.to_thread(client.execute, RUN, {"r": run}))["run"]
    assert found["cluster"] == "far" and found["skippedClusters"] == [
        {"cluster": "near", "reason": "It was moved by admin."}
    ]
    assert near.server.all(WORKFLOWS) == []
    told = await asyncio.to_thread(
        client.execute, '{ audit(operation: "moveRun") { nodes { operation outcome } } }'
    )
    assert [(each["operation"], each["outcome"]) for each in told["audit"]["nodes"]] == [("moveRun", "done")]
    # a submission that comes late there is ended, and changes nothing of the run
    near.server.put(
        WORKFLOWS,
        "pipeline",
        {
            **stray,
            "metadata": {k: v for k, v in stray["metadata"].items() if k not in ("uid", "resourceVersion")},
        },
    )
    async with asyncio.timeout(30):
        while near.server.all(WORKFLOWS):
            await asyncio.sleep(0.05)
    assert (await asyncio.to_thread(client.execute, RUN, {"r": run}))["run"] == found


async def test_a_run_whose_step_has_started_or_that_a_silent_cluster_may_have_is_not_moved(place):
    _, client, near, _ = place
    slow = await asyncio.to_thread(saved, client, "slow", "sleep 100")
    run = (await asyncio.to_thread(client.start_run, slow, cache=False, cluster="near"))["id"]
    await until(client, RUN, lambda told: told["run"]["steps"][0]["state"] == "RUNNING", r=run)
    with pytest.raises(Exception, match="Step a of the run has already started"):
        await asyncio.to_thread(client.move_run, run, "far")
    with pytest.raises(Exception, match="The run is already on cluster near"):
        await asyncio.to_thread(client.move_run, run, "near")
    await asyncio.to_thread(client.cancel_run, run)
    assert (await asyncio.to_thread(finish, client, run))["state"] == "CANCELLED"
    with pytest.raises(Exception, match="it can be moved only before its first step starts"):
        await asyncio.to_thread(client.move_run, run, "far")
    near.argo.live(False)
    held = (await asyncio.to_thread(client.start_run, slow, cache=False, cluster="near"))["id"]
    async with asyncio.timeout(30):
        while not [body for body in near.server.all(WORKFLOWS) if held in body["metadata"]["name"]]:
            await asyncio.sleep(0.05)
    await until(client, RUN, lambda told: told["run"]["explanation"] is not None, r=held)
    await gone(client, near)
    with pytest.raises(Exception, match="it is unknown whether the run has started there"):
        await asyncio.to_thread(client.move_run, held, "far")
    # one that was never offered to it may go
    plain = await asyncio.to_thread(saved, client, "plain")
    run = (await asyncio.to_thread(client.start_run, plain, cache=False, cluster="near"))["id"]
    await until(client, RUN, lambda told: told["run"]["reason"] == "Submission", r=run)
    await asyncio.to_thread(client.move_run, run, "far")
    found = await asyncio.to_thread(finish, client, run)
    assert (found["state"], found["cluster"]) == ("SUCCEEDED", "far")
