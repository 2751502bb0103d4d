"""What is lost on a cluster, and what only seems to be: a list that lacks what is there loses nothing."""

import asyncio
from functools import partial

import pytest

from cubestudio.core.cluster.port import PodStatus, Synced, WorkloadStatus
from cubestudio.core.errors import Unavailable
from cubestudio.core.store import Store
from tests import specs
from tests.contract.test_cluster import Node, served, sh, work
from tests.contract.test_nodes import seen_of
from tests.contract.test_nodes import until as heard
from tests.kubernetes.stand import stand
from tests.test_kubernetes import begin, finish, place  # noqa: F401
from tests.test_kubernetes import until as asked

pytestmark = pytest.mark.xdist_group("kubernetes")
WORKFLOWS = ("argoproj.io/v1alpha1", "workflows")
PODS, DEPLOYMENTS = ("v1", "pods"), ("apps/v1", "deployments")
ANSWERS = "exec python3 -m http.server -b $CUBE_HOST $CUBE_PORT"
SERVERS = (
    "query($n: ID!, $s: ID!) { notebook(id: $n) { state reason } service(id: $s) { state revisions { "
    "reason } } }"
)
KINDS = ("pods", "workflows", "deployments")
QUESTION = "query($r: ID!) { run(id: $r) { state reason explanation steps { state } pods { state reason } } }"


until = partial(asked, seconds=120)


def waiting(configs):
    """A pipeline whose step ends when a file is there."""
    script = f"until [ -e {configs}/go ]; do sleep 0.1; done"
    return {"name": "p", "steps": [{"name": "a", "template": "shell", "args": {"script": script}}]}


def forget(server, **times):
    """Have the next lists of an API server show nothing of ours, and end what it tells now."""
    server.blank = dict.fromkeys(KINDS, 1) | times
    server.revision += 1  # what nobody who follows it has heard of
    server.compact()
    server.cut()


async def going(server, configs):
    client, run = await asyncio.to_thread(begin, server, waiting(configs))
    await until(client, QUESTION, lambda told: told["run"]["steps"][0]["state"] == "RUNNING", r=run)
    return client, run


async def test_an_empty_list_loses_nothing_of_a_run(place):  # noqa: F811
    server, here, configs = place
    client, run = await going(server, configs)
    forget(here.server)
    await until(client, "{ clusters { name } }", lambda _: not any(here.server.blank.values()))
    await until(client, "{ clusters { reachable } }", lambda told: told["clusters"][1]["reachable"])
    told = await asyncio.to_thread(client.execute, QUESTION, {"r": run})
    assert told["run"]["state"] == "RUNNING" and [pod["state"] for pod in told["run"]["pods"]] == [
        "RUNNING"
    ], told
    (configs / "go").touch()
    found = await asyncio.to_thread(finish, client, run)
    assert found["state"] == "SUCCEEDED" and found["steps"][0]["attempt"] == 1, found


async def test_an_empty_list_at_the_start_of_the_platform_loses_nothing(place):  # noqa: F811
    server, here, configs = place
    client, run = await going(server, configs)
    await asyncio.to_thread(server.kill)
    forget(here.server)
    await asyncio.to_thread(server.start)
    client = await asyncio.to_thread(server.script)
    await until(client, "{ clusters { name } }", lambda _: not any(here.server.blank.values()))
    (configs / "go").touch()
    assert (await asyncio.to_thread(finish, client, run))["state"] == "SUCCEEDED"


async def test_a_workflow_that_went_while_nobody_looked_is_lost_once_two_looks_agree(place):  # noqa: F811
    server, here, configs = place
    _, run = await going(server, configs)
    await asyncio.to_thread(server.kill)
    here.server.delete(WORKFLOWS, "pipeline", f"run-{run}")
    here.server.requests.clear()
    await asyncio.to_thread(server.start)
    client = await asyncio.to_thread(server.script)
    told = await until(client, QUESTION, lambda told: told["run"]["state"] == "FAILED", r=run)
    assert (told["run"]["reason"], told["run"]["explanation"]) == (
        "Lost",
        "cluster far no longer knows this run",
    )
    looks = [
        each
        for each in here.server.requests
        if each == f"GET /apis/argoproj.io/v1alpha1/namespaces/pipeline/workflows/run-{run}"
    ]
    assert len(looks) >= 2


def hide(server, *kinds):
    """Say that objects of some kinds are not there."""
    server.hidden = {body["metadata"]["name"] for kind in kinds for body in server.all(kind)}


def show(server, *kinds):
    """Have them again, as after a restore: what follows tells of them anew."""
    names, server.hidden = server.hidden, set()
    for kind in kinds:
        for body in server.all(kind):
            if body["metadata"]["name"] in names:
                server.put(kind, body["metadata"]["namespace"], body)


async def test_a_run_that_was_lost_goes_on_when_its_cluster_has_it_again(place):  # noqa: F811
    server, here, configs = place
    _, run = await going(server, configs)
    await asyncio.to_thread(server.kill)
    hide(here.server, WORKFLOWS, PODS)
    await asyncio.to_thread(server.start)
    client = await asyncio.to_thread(server.script)
    told = await until(client, QUESTION, lambda told: told["run"]["state"] == "FAILED", r=run)
    assert told["run"]["reason"] == "Lost" and told["run"]["steps"][0]["state"] == "FAILED"
    assert [pod["reason"] for pod in told["run"]["pods"]] == ["Lost"]
    show(here.server, WORKFLOWS, PODS)
    told = await until(client, QUESTION, lambda told: told["run"]["state"] == "RUNNING", r=run)
    assert (told["run"]["reason"], told["run"]["explanation"]) == (None, None)
    await until(client, QUESTION, lambda told: told["run"]["steps"][0]["state"] == "RUNNING", r=run)
    (configs / "go").touch()
    assert (await asyncio.to_thread(finish, client, run))["state"] == "SUCCEEDED"


async def test_servers_that_were_lost_are_taken_up_again(place):  # noqa: F811
    server, here, _ = place
    client = await asyncio.to_thread(server.script)
    client.create_project("q")
    client.update_project("q", cluster="far")
    definition = {"kind": "custom", "command": ANSWERS, "image": "python:3.12", "cpu": 0.1, "memory": "64Mi"}
    service = client.create_service("q", "s", spec=specs.service(definition), cluster="far")["id"]
    spec = {"environment": {"image": "python:3.12"}, "command": ANSWERS, "port": 9000}
    notebook = client.create_notebook("q", "n", kind="CUSTOM", spec=spec, cluster="far")["id"]

    async def both(notebook_state, service_state, reason):
        told = await until(
            client, SERVERS, lambda told: told["notebook"]["state"] == notebook_state, n=notebook, s=service
        )
        assert told["notebook"]["reason"] == reason
        told = await until(
            client, SERVERS, lambda told: told["service"]["state"] == service_state, n=notebook, s=service
        )
        assert told["service"]["revisions"][0]["reason"] == reason

    await both("RUNNING", "READY", None)
    await asyncio.to_thread(server.kill)
    hide(here.server, DEPLOYMENTS, PODS)
    await asyncio.to_thread(server.start)
    client = await asyncio.to_thread(server.script)
    await both("FAILED", "FAILED", "Lost")
    show(here.server, DEPLOYMENTS, PODS)
    await both("RUNNING", "READY", None)


async def test_a_workflow_whose_labels_somebody_took_away_is_not_lost(place):  # noqa: F811
    server, here, configs = place
    _, run = await going(server, configs)
    await asyncio.to_thread(server.kill)
    body = here.server.get(WORKFLOWS, "pipeline", f"run-{run}")
    labels, body["metadata"]["labels"] = body["metadata"]["labels"], {}
    here.server.put(WORKFLOWS, "pipeline", body)
    here.server.requests.clear()
    await asyncio.to_thread(server.start)
    client = await asyncio.to_thread(server.script)

    def watched(_):
        return sum("workflows?" in each and "watch=1" in each for each in here.server.requests) >= 2

    told = await until(client, QUESTION, watched, r=run)
    assert told["run"]["state"] == "RUNNING"
    body = here.server.get(WORKFLOWS, "pipeline", f"run-{run}")
    here.server.put(WORKFLOWS, "pipeline", {**body, "metadata": {**body["metadata"], "labels": labels}})
    (configs / "go").touch()
    assert (await asyncio.to_thread(finish, client, run))["state"] == "SUCCEEDED"


async def test_an_empty_list_changes_nothing_of_what_is_known(settings):
    async with stand(Store.open(settings)) as here:
        cluster = here.adapter()
        try:
            async with seen_of(cluster) as seen:
                await cluster.apply(served())
                await heard(seen, lambda each: isinstance(each, WorkloadStatus) and each.ready)
                seen.clear()
                forget(here.server, pods=2, deployments=2)
                present = await heard(
                    seen, lambda each: isinstance(each, Synced) and not any(here.server.blank.values())
                )
                assert present.workloads == {"s"}
                assert not [each for each in seen if isinstance(each, PodStatus | WorkloadStatus)]
        finally:
            await cluster.close()


async def test_what_is_gone_is_asked_by_name_of_the_cluster_that_it_is(settings):
    async with stand(Store.open(settings)) as here:
        cluster = here.adapter()
        try:
            await cluster.apply(work(Node(name="a", task=sh("sleep 60"))))
            assert not await cluster.gone("w")
            assert await cluster.gone("w", "elsewhere") and await cluster.gone("other")
            await cluster.delete("w")
            assert await cluster.gone("w")
            here.server.down = True
            with pytest.raises(Unavailable):
                await cluster.gone("w")
            here.server.down, here.server.starting = False, True
            with pytest.raises(Unavailable):
                await cluster.gone("w")
            here.server.starting = False
            kube = here.server.get(("v1", "namespaces"), "", "kube-system")
            here.server.put(
                ("v1", "namespaces"), "", {**kube, "metadata": {"name": "kube-system", "uid": "another"}}
            )
            with pytest.raises(Unavailable, match="another cluster"):
                await cluster.gone("w")
            here.server.delete(("v1", "namespaces"), "", "kube-system")
            with pytest.raises(Unavailable):
                await cluster.gone("w")
        finally:
            await cluster.close()
