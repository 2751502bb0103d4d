"""The priority of a run is the PriorityClass of its pods, where the cluster has one."""

from dataclasses import replace

import pytest

from cubestudio.cluster_registry import site
from cubestudio.core.cluster.frameworks.table import gang as gang_of
from cubestudio.core.cluster.kubernetes import priorities
from cubestudio.core.cluster.port import Image, Node, Server, Workload
from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests.contract.test_cluster import LABELS, over, sh, states, steps, work
from tests.kubernetes.stand import stand

CLASSES = {-100: "batch", 0: "normal", 50: "urgent"}


@pytest.mark.parametrize(
    ("priority", "name"),
    [
        (-101, ""),
        (-100, "batch"),
        (-1, "batch"),
        (0, "normal"),
        (49, "normal"),
        (50, "urgent"),
        (2**63, "urgent"),
    ],
)
def test_the_class_is_that_of_the_greatest_number_below(priority, name):
    assert priorities.chosen(priority, CLASSES) == name and priorities.chosen(priority, {}) == ""


def test_the_setting_is_read_from_text(monkeypatch):
    monkeypatch.setenv("CUBE_PRIORITY_CLASSES", '{"50": "urgent"}')
    assert site(Settings()).priorities == {50: "urgent"}
    monkeypatch.setenv("CUBE_PRIORITY_CLASSES", '{"50": "Not A Name"}')
    with pytest.raises(ValueError, match="priority_classes"):
        Settings()


async def test_pods_get_the_class_and_one_that_is_not_there_is_refused_before(settings):
    async with stand(Store.open(settings)) as here:
        made = here.adapter(priorities=CLASSES)
        await made.look()
        for name in ("batch", "normal"):
            told = {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "metadata": {"name": name},
                "value": 1,
            }
            here.server.put(("scheduling.k8s.io/v1", "priorityclasses"), "", told)
        gang = sh("true", gang=gang_of("jax", 2, 0, "JAXJob"), image=Image(name="i"))
        graph = replace(work(Node(name="a", task=sh("true")), Node(name="g", task=gang)), priority=-5)
        assert await made.preview(graph) == []
        await made.apply(graph)
        assert states(await over(made)) == {"a": "Succeeded", "g": "Succeeded"}
        found = here.server.all(("v1", "pods"))
        assert len(found) == 4 and {pod["spec"]["priorityClassName"] for pod in found} == {
            "batch"
        }  # a, the keeper of g and its members
        server = Workload(name="s", body=Server(task=sh("sleep 9"), port=8080), labels=LABELS)
        (deployment,) = [each for each in (await made.plan(server)).objects if each["kind"] == "Deployment"]
        assert deployment["spec"]["template"]["spec"]["priorityClassName"] == "normal"
        urgent = replace(work(Node(name="a", task=sh("true")), name="u"), priority=70)
        words = (
            "its pods are to have the PriorityClass urgent (CUBE_PRIORITY_CLASSES), which cluster "
            "emulated does not have: it has batch, normal"
        )
        assert await made.preview(urgent) == [words]
        await made.apply(urgent)  # nobody looked before
        seen = await over(made, "u")
        assert (
            states(seen) == {"a": "Failed"}
            and "no PriorityClass with name urgent was found" in steps(seen)["a", None].message
        )
        here.server.denied = {"/apis/scheduling.k8s.io/v1/priorityclasses/urgent"}
        assert await made.preview(urgent) == [], "a cluster that does not tell is believed"
        await made.close()
