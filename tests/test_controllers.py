"""Clusters that are not what they seem: no controller acts on what was sent, or another cluster answers under
a known name."""

import asyncio
from datetime import UTC, datetime

import pytest
import yaml

from cubestudio.core.cluster.kubernetes import controllers
from cubestudio.core.cluster.kubernetes.identity import Identity
from cubestudio.core.cluster.port import NodeState, PodState, WorkloadStatus
from cubestudio.core.errors import Unavailable
from cubestudio.core.store import Store
from tests.contract.test_cluster import Node, over, sh, steps, work
from tests.kubernetes.stand import stand
from tests.test_kubernetes import begin, finish, place, until  # noqa: F401

pytestmark = pytest.mark.xdist_group("kubernetes")
NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)


def deployment(ready, name="workflow-controller"):
    return {
        "metadata": {"namespace": "argo", "name": name},
        "spec": {"replicas": 1},
        "status": {"readyReplicas": ready},
    }


def lease(renewed, holder="one", name="workflow-controller"):
    return {
        "metadata": {"namespace": "argo", "name": name},
        "spec": {"holderIdentity": holder, "renewTime": renewed},
    }


@pytest.mark.parametrize(
    ("leases", "deployments", "before", "words"),
    [
        ([lease("2026-11-29T09:59:50.000000Z")], [], {}, None),
        ([lease("2026-11-29T09:59:50.000000Z", name="workflow-controller-team")], [], {}, None),
        (
            [lease("2020-01-01T00:00:05Z")],
            [],
            {"argo/workflow-controller": "2020-01-01T00:00:00Z"},
            None,
        ),  # its clock is wrong
        ([lease("2026-11-29T09:00:00Z")], [deployment(1)], {}, "last renewed at 2026-11-29T09:00:00Z"),
        ([lease("odd")], [], {}, "last renewed at odd"),
        ([lease(None)], [], {}, "last renewed at no time"),
        ([lease("2026-11-29T09:59:50Z", holder="")], [], {}, "last renewed"),
        ([], [deployment(1)], {}, None),
        ([], [deployment(0)], {}, "deployment argo/workflow-controller has 0 of 1 pods ready"),
        ([], [], {}, "neither a deployment nor a lease of it was found"),
        ([], [deployment(1, "other")], {}, "neither a deployment nor a lease"),
    ],
)
def test_a_controller_lives_that_renews_its_lease_or_has_a_pod(leases, deployments, before, words):
    found = controllers.silent(controllers.ARGO, leases, deployments, NOW, before)
    assert found is None if words is None else words in found


async def test_a_run_says_that_no_controller_lives_and_can_be_cancelled(place):  # noqa: F811
    server, here, _ = place
    here.argo.live(False)
    client, run = await asyncio.to_thread(
        begin,
        server,
        {"name": "p", "steps": [{"name": "a", "template": "shell", "args": {"script": "true"}}]},
    )
    question = "query($r: ID!) { run(id: $r) { state explanation pipeline { id } } }"
    pipeline = (await asyncio.to_thread(client.execute, question, {"r": run}))["run"]["pipeline"]["id"]
    asked = await asyncio.to_thread(
        client.execute, "query($p: ID!) { preflightRun(pipeline: $p) { verdict } }", {"p": pipeline}
    )
    assert asked["preflightRun"]["verdict"] == "WAITS"  # which has the cluster looked at
    found = await until(
        client,
        question,
        lambda told: "no live workflow-controller" in (told["run"]["explanation"] or ""),
        120,
        r=run,
    )
    assert found["run"]["state"] in ("QUEUED", "RUNNING")
    await asyncio.to_thread(client.cancel_run, run)
    assert (await asyncio.to_thread(finish, client, run))["state"] == "CANCELLED"


async def test_work_goes_on_when_its_controller_is_back(settings):
    async with stand(Store.open(settings)) as made:
        made.argo.live(False)
        cluster = made.adapter()
        try:
            await cluster.look()
            await cluster.apply(work(Node(name="a", task=sh("true"))))
            assert (await cluster.plan(work(Node(name="a", task=sh("true")), name="v"))).verdict == "waits"
            async with asyncio.timeout(60):
                async for seen in cluster.watch():
                    if isinstance(seen, WorkloadStatus) and seen.reason == "NoController":
                        break
            made.argo.live(True)
            await cluster.look()
            found = await over(cluster)
        finally:
            await cluster.close()
    assert found[-1].state == PodState.SUCCEEDED and steps(found)["a", None].state == NodeState.SUCCEEDED


async def test_another_cluster_under_a_known_name_is_unreachable_and_nothing_is_lost(place):  # noqa: F811
    server, here, configs = place
    client, run = await asyncio.to_thread(
        begin,
        server,
        {
            "name": "p",
            "steps": [
                {
                    "name": "a",
                    "template": "shell",
                    "args": {"script": f"until [ -e {configs}/go ]; do sleep 0.1; done"},
                }
            ],
        },
    )
    question = "query($r: ID!) { run(id: $r) { state steps { state } } clusters { name reachable problem } }"

    def far(told):
        return next(each for each in told["clusters"] if each["name"] == "far")

    await until(
        client,
        question,
        lambda told: told["run"]["steps"][0]["state"] == "RUNNING" and far(told)["reachable"],
        r=run,
    )
    file = configs / "far-kubeconfig"
    right = file.read_text()
    async with stand(here.store) as other:
        file.write_text(yaml.safe_dump(other.server.kubeconfig))
        told = await until(
            client,
            question,
            lambda told: "is another cluster than before" in (far(told)["problem"] or ""),
            r=run,
        )
        assert not far(told)["reachable"] and told["run"]["state"] == "RUNNING"
        assert not any(path.startswith("PATCH") for path in other.server.requests)
        file.write_text(right)
    await until(client, question, lambda told: far(told)["reachable"], r=run)
    (configs / "go").touch()
    assert (await asyncio.to_thread(finish, client, run))["state"] == "SUCCEEDED"


async def test_an_identity_is_the_first_one_until_it_is_forgotten(settings):
    store = Store.open(settings)
    await Identity("far", store).check("one")
    known = Identity("far", store)
    with pytest.raises(Unavailable, match="another cluster"):
        await known.check("two")
    await known.check("one")
    await Identity("near", store).check("two")
    await Identity("far", store).forget()
    await Identity("far", store).check("two")
