"""What Argo does that a pipeline must survive: pods that are refused, statuses in odd forms, workflows that it gives up."""

import asyncio
import base64

import pytest

from cubestudio.core.cluster.kubernetes import status
from cubestudio.core.cluster.port import GraphSeen, NodeState, PodState, Retry
from cubestudio.core.errors import Invalid
from cubestudio.core.store import Store
from tests.contract.test_cluster import Node, over, sh, steps, work
from tests.kubernetes.argo import WORKFLOWS, packed
from tests.kubernetes.server import Fault
from tests.kubernetes.stand import stand

QUOTA = 'pods "w-a-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1'
DENIED = 'admission webhook "policy.example.org" denied the request: images must come from registry.example.org'


@pytest.fixture
async def here(settings):
    async with stand(Store.open(settings)) as made:
        cluster = made.adapter()
        try:
            yield made, cluster
        finally:
            await cluster.close()


def refuse(message):
    def admit(_):
        raise Fault(403, "Forbidden", message)

    return admit


async def told(cluster, wanted, seconds=60):
    """The first sighting of step a that is as wanted."""
    async with asyncio.timeout(seconds):
        async for seen in cluster.watch():
            if getattr(seen, "node", None) == "a" and hasattr(seen, "outcome") and wanted(seen):
                return seen


async def test_a_step_that_a_quota_holds_back_says_so_and_runs_when_there_is_room(here):
    made, cluster = here
    made.argo.admit = refuse(QUOTA)
    await cluster.apply(work(Node("a", sh("true"))))
    seen = await told(cluster, lambda step: step.reason == "Quota")
    assert seen.state == NodeState.PENDING
    assert seen.message == "its pod cannot be made yet: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1"
    made.argo.admit = lambda _: None
    found = await over(cluster)
    assert found[-1].state == PodState.SUCCEEDED and steps(found)["a", None].message is None


@pytest.mark.parametrize("retries", [0, 1])
async def test_a_step_whose_pod_is_refused_fails_with_the_words_of_who_refused_it(here, retries):
    made, cluster = here
    made.argo.admit = refuse(DENIED)
    await cluster.apply(work(Node("a", sh("true"), retry=Retry(retries, 1, 1)), Node("b", sh("true"), needs=("a",))))
    found = await over(cluster)
    a = steps(found)["a", None]
    assert (a.state, a.reason, a.message) == (NodeState.FAILED, "Refused", f"its pod could not be made: {DENIED}")
    assert steps(found)["b", None].state == NodeState.SKIPPED
    assert found[-1].message == f"step a failed: its pod could not be made: {DENIED}"


async def test_every_step_of_a_workflow_that_argo_gives_up_is_closed(here):
    made, cluster = here
    made.argo.gives_up = "workflow is too large to store"
    await cluster.apply(work(Node("a", sh("sleep 100")), Node("b", sh("true"), needs=("a",))))
    found = await over(cluster)
    a, b = steps(found)["a", None], steps(found)["b", None]
    assert found[-1].state == PodState.FAILED
    assert (a.state, a.reason, b.state) == (NodeState.FAILED, "GivenUp", NodeState.SKIPPED)
    assert a.message == "Argo gave the run up while this step was not over: workflow is too large to store"


@pytest.mark.parametrize("how", ["gzip", "zstd", "brotli"])
async def test_a_compressed_status_is_read(here, how):
    made, cluster = here
    made.argo.packs = how
    await cluster.apply(
        work(Node("a", sh("echo '{\"v\": 7}' > $CUBE_OUTPUT_DIR/outputs.json", outputs=("v",))), Node("b", sh("true"), needs=("a",)))
    )
    found = await over(cluster)
    assert found[-1].state == PodState.SUCCEEDED and steps(found)["a", None].outcome.values == {"v": 7}


async def test_a_workflow_that_cannot_be_read_costs_no_other_its_news_and_is_read_when_it_can_be(here):
    made, cluster = here
    await cluster.apply(work(Node("a", sh("sleep 100")), name="odd"))
    async with asyncio.timeout(60):
        async for seen in cluster.watch():
            if getattr(seen, "workload", None) == "odd" and getattr(seen, "state", None) == PodState.RUNNING:
                break

    reconcile = made.argo._reconcile
    made.argo._reconcile = lambda body: body["metadata"]["name"] == "odd" or reconcile(body)
    body = made.server.get(WORKFLOWS, made.site.namespace, "odd")
    good = dict(body["status"])
    body["status"] |= {"compressedNodes": "bm8gYWxnb3JpdGhtIG9mIGFueWJvZHk="}
    made.server.put(WORKFLOWS, made.site.namespace, body)
    await cluster.apply(work(Node("a", sh("true")), name="w"))
    puzzled = finished = None
    async with asyncio.timeout(60):
        async for seen in cluster.watch():
            if isinstance(seen, GraphSeen) and seen.workload == "odd" and puzzled is None:
                puzzled = seen
                assert seen.reason == "Unreadable" and seen.state == PodState.RUNNING and "cannot be unpacked" in seen.message
                made.server.put(WORKFLOWS, made.site.namespace, body | {"status": good})
            elif isinstance(seen, GraphSeen) and seen.workload == "odd":
                assert seen.reason is None and seen.sequence > puzzled.sequence
                break
            elif isinstance(seen, GraphSeen) and seen.state.final:
                finished = seen
    async with asyncio.timeout(60):
        async for seen in cluster.watch():
            if finished or (isinstance(seen, GraphSeen) and seen.workload == "w" and seen.state == PodState.SUCCEEDED):
                break


@pytest.mark.parametrize("data", [b"", b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfdodd", b"\x1f\x8b", b"\x1f\x8bodd", b"odd", b"\xff" * 100])
def test_odd_statuses_are_refused(data):
    with pytest.raises(Invalid):
        status.whole({"compressedNodes": base64.b64encode(data).decode() or "AA"})


def test_the_reason_of_a_failure_is_that_of_the_innermost_node():
    made = {
        "r": {"id": "r", "type": "Retry", "phase": "Failed", "message": "No more retries left", "children": ["p0", "p1"]},
        "p0": {"id": "p0", "type": "Pod", "phase": "Failed", "message": "main: Error (exit code 3)"},
        "p1": {"id": "p1", "type": "Steps", "phase": "Failed", "message": "child 'g' failed", "children": ["g"]},
        "g": {"id": "g", "type": "StepGroup", "phase": "Failed", "message": "child 'x' failed", "children": ["x", "missing"]},
        "x": {"id": "x", "type": "Pod", "phase": "Error", "message": "jobs.kubeflow.org is forbidden"},
        "loop": {"id": "loop", "type": "Retry", "phase": "Failed", "children": ["loop"]},
    }
    assert status.told(made["r"], made) == "jobs.kubeflow.org is forbidden"
    assert status.told(made["loop"], made) is None
    assert status.whole({"compressedNodes": packed(made, "zstd")}) == made
