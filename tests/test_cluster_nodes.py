"""What nodes and pods of a cluster do by themselves, as people see it on the pages of services, notebooks and
clusters."""

import asyncio

import pytest
import yaml

from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests import specs
from tests.kubernetes.stand import stand
from tests.parts import Server, folder
from tests.test_kubernetes import until

pytestmark = pytest.mark.xdist_group("kubernetes")
SERVICE = "query($s: ID!) { service(id: $s) { state revisions { state readyReplicas reason explanation } } }"
NOTEBOOK = "query($n: ID!) { notebook(id: $n) { state reason explanation } }"
ANSWERS = "exec python3 -m http.server -b $CUBE_HOST $CUBE_PORT"


@pytest.fixture
async def place(request):
    """(platform's process, emulated cluster `far` of two nodes); what does not start within `param` seconds
    is given up."""
    with folder() as home:
        configs = home / "kubeconfig"
        configs.mkdir()
        async with stand(Store.open(Settings(home=home / "unused")), nodes=2) as here:
            (configs / "far-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
            more = {
                "CUBE_KUBECONFIG_FOLDER": str(configs),
                "CUBE_PODS_API_URL": "self",
                "CUBE_START_TIMEOUT_SECONDS": request.param,
            }
            server = await asyncio.to_thread(Server, home, more=more)
            try:
                yield server, here
            finally:
                await asyncio.to_thread(server.stop)


@pytest.mark.parametrize("place", ["1800"], indirect=True)
async def test_a_service_on_a_node_that_does_not_respond_says_so(place):
    server, here = place
    client = await asyncio.to_thread(server.script)
    client.create_project("p")
    client.update_project("p", cluster="far")
    definition = {"kind": "custom", "command": ANSWERS, "image": "python:3.12", "cpu": 0.1, "memory": "64Mi"}
    key = client.create_service("p", "s", spec=specs.service(definition), cluster="far")["id"]
    await until(client, SERVICE, lambda told: told["service"]["state"] == "READY", s=key)
    (pod,) = here.server.all(("v1", "pods"))
    here.kubelet.lose(pod["spec"]["nodeName"])
    told = await until(
        client, SERVICE, lambda told: told["service"]["revisions"][0]["reason"] == "NodeLost", s=key
    )
    assert told["service"]["state"] == "DEGRADED" and told["service"]["revisions"][0]["readyReplicas"] == 0
    assert (
        f"node {pod['spec']['nodeName']} has not responded since"
        in told["service"]["revisions"][0]["explanation"]
    )
    here.kubelet.find(pod["spec"]["nodeName"])
    told = await until(client, SERVICE, lambda told: told["service"]["state"] == "READY", s=key)
    assert told["service"]["revisions"][0]["explanation"] is None


@pytest.mark.parametrize("place", ["2"], indirect=True)
async def test_a_service_and_a_notebook_whose_image_cannot_be_pulled_fail_with_the_reason(place):
    server, here = place
    here.kubelet.fates = lambda body: {"pull": "manifest unknown"}
    client = await asyncio.to_thread(server.script)
    client.create_project("p")
    client.update_project("p", cluster="far")
    service = client.create_service(
        "p",
        "s",
        spec={"kind": "CUSTOM", "command": ANSWERS, "environment": {"image": "none:1"}},
        cluster="far",
    )["id"]
    notebook = client.create_notebook(
        "p",
        "n",
        kind="CUSTOM",
        spec={"environment": {"image": "none:1"}, "command": ANSWERS, "port": 9000},
        cluster="far",
    )["id"]
    words = "it did not start within 2 s: image none:1 cannot be pulled: not found"
    told = await until(client, SERVICE, lambda told: told["service"]["state"] == "FAILED", s=service)
    assert (told["service"]["revisions"][0]["reason"], told["service"]["revisions"][0]["explanation"]) == (
        "StartTimeout",
        words,
    )
    told = await until(client, NOTEBOOK, lambda told: told["notebook"]["state"] == "FAILED", n=notebook)
    assert (told["notebook"]["reason"], told["notebook"]["explanation"]) == ("StartTimeout", words)
