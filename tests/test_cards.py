"""Cards of every kind on Kubernetes: what people ask for, what a pod then says, and what is refused with what
there is instead."""

import pytest

from cubestudio.core.cluster.kubernetes import gpus
from cubestudio.core.cluster.kubernetes.status import machines
from cubestudio.core.cluster.kubernetes.task import Site, container, placed
from cubestudio.core.cluster.port import Machine, PodState, Task
from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from tests.contract.test_cluster import Node, over, pods, sh, work
from tests.kubernetes.stand import stand

USUAL = "nvidia.com/gpu"
KINDS = Settings.model_fields["gpu_types"].default | {"half": "nvidia.com/gpu.shared"}
SITE = Site(gpu_kinds=KINDS)


def node(name: str, room: dict, **labels: str) -> dict:
    status = {
        "allocatable": {"cpu": "8", "memory": "16Gi", **room},
        "conditions": [{"type": "Ready", "status": "True"}],
    }
    return {
        "metadata": {
            "name": name,
            "labels": {key.replace("__", "/").replace("_", "."): text for key, text in labels.items()},
        },
        "status": status,
    }


def machine(name: str, room: dict, used: dict | None = None, **labels: str) -> Machine:
    return machines.machine(node(name, room, **labels), used or {}, USUAL, KINDS)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("", USUAL),
        ("A100", USUAL),
        ("mig-1g.5gb", "nvidia.com/mig-1g.5gb"),
        ("mig-1g.10gb.me", "nvidia.com/mig-1g.10gb.me"),
        ("mig-odd", USUAL),
        ("amd", "amd.com/gpu"),
        ("ascend910", "huawei.com/Ascend910"),
        ("half", "nvidia.com/gpu.shared"),
    ],
)
def test_a_kind_is_a_resource_or_a_label(kind, wanted):
    task = Task(command=(("true",),), gpu=2, gpu_type=kind)
    limits = container(task, SITE, [])["resources"]["limits"]
    assert limits == {"memory": str(task.memory), wanted: "2"}
    terms = (
        placed(task, SITE)
        .get("affinity", {})
        .get("nodeAffinity", {})
        .get("requiredDuringSchedulingIgnoredDuringExecution", {})
    )
    told = [each["matchExpressions"][0]["key"] for each in terms.get("nodeSelectorTerms", ())]
    assert told == (["gpu-type", "nvidia.com/gpu.product"] if kind in ("A100", "mig-odd") else [])


def test_what_nodes_offer_is_known_by_the_names_under_which_one_asks():
    machines = [
        machine("a", {USUAL: "4"}, {USUAL: 1}, **{"gpu-type": "A100"}),
        machine("b", {USUAL: "2"}, nvidia_com__gpu_product="Tesla-T4"),
        machine("c", {"nvidia.com/mig-1g.5gb": "7", "rdma/hca": "1", "hugepages-2Mi": "0"}),
        machine("d", {"huawei.com/Ascend910": "8", "example.com/odd": "x"}),
    ]
    assert gpus.kinds(machines, "gpu-type", USUAL, KINDS) == ["A100", "Tesla-T4", "ascend910", "mig-1g.5gb"]
    assert (
        machines[0].gpu,
        machines[0].cards,
        gpus.free(Task(command=(("true",),)), machines[0], USUAL),
    ) == (4, {USUAL: 4}, 3)
    assert machines[2].cards == {"nvidia.com/mig-1g.5gb": 7} and machines[3].cards == {
        "huawei.com/Ascend910": 8
    }

    def lacks(gpu: int, kind: str) -> str | None:
        return gpus.lacking(
            "step a", Task(command=(("true",),), gpu=gpu, gpu_type=kind), machines, SITE, "far"
        )

    assert [
        lacks(*each)
        for each in ((4, "A100"), (2, "Tesla-T4"), (7, "mig-1g.5gb"), (8, "ascend910"), (0, "none"), (4, ""))
    ] == [None] * 6
    assert lacks(5, "") == "step a asks for 5 GPUs; the largest node of far has 4"
    there = "kinds that it has: A100, Tesla-T4, ascend910, mig-1g.5gb"
    assert (
        lacks(1, "H100") == f"step a asks for 1 GPUs of the kind H100; the largest node of far has 0; {there}"
    )
    assert (
        lacks(8, "mig-1g.5gb")
        == f"step a asks for 8 GPUs of the kind mig-1g.5gb; the largest node of far has 7; {there}"
    )


def test_cards_that_are_shared_by_time_are_said():
    told = {"nvidia_com__gpu_replicas": "4", "nvidia_com__gpu_sharing-strategy": "time-slicing"}
    machines = [
        machine("a", {USUAL: "4"}, **told),
        machine("b", {USUAL: "4"}),
        machine("c", {USUAL: "4"}, nvidia_com__gpu_replicas="odd"),
    ]
    assert gpus.shared(machines) == ["a offers each GPU 4 times (time-slicing); its memory is not divided"]
    mps = machine(
        "d", {USUAL: "4"}, nvidia_com__gpu_replicas="2", **{"nvidia_com__gpu_sharing-strategy": "mps"}
    )
    assert gpus.shared([mps]) == ["d offers each GPU 2 times (MPS); each has an equal part of its memory"]
    machines = [
        machine("a", {USUAL: "4"}, **told, gpu_type="T4"),
        machine("b", {USUAL: "4"}, nvidia_com__gpu_product="A100"),
    ]
    assert gpus.warnings("step x", Task(command=(), gpu=2), machines, SITE) == [
        (
            "step x may share its GPUs with other pods: a offers each GPU 4 times (time-slicing); its "
            "memory is not divided"
        ),
        (
            "step x asks for 2 GPUs that are offered several times: they may be one and the same, or be "
            "refused by the node"
        ),
    ]
    assert gpus.warnings("step x", Task(command=(), gpu=1, gpu_type="A100"), machines, SITE) == []
    assert gpus.warnings("step x", Task(command=(), gpu=1, gpu_type="ascend910"), machines, SITE) == []


async def test_a_step_runs_where_the_cards_of_its_kind_are(settings):
    async with stand(Store.open(settings), nodes=3, gpu=2) as here:
        for place, (label, kind) in enumerate(
            (("gpu-type", "A100"), ("nvidia.com/gpu.product", "Tesla-T4"), ("gpu-type", "H100"))
        ):
            body = here.server.get(("v1", "nodes"), "", f"node-{place}")
            body["metadata"]["labels"][label] = kind
            here.server.put(("v1", "nodes"), "", body)
        cluster = here.adapter()
        try:
            await cluster.look()
            graph = work(
                *(
                    Node(name=name, task=sh("true", gpu=1, gpu_type=kind))
                    for name, kind in (("a", "H100"), ("b", "Tesla-T4"))
                )
            )
            assert await cluster.preview(graph) == []
            refused = await cluster.preview(
                work(Node(name="c", task=sh("true", gpu=1, gpu_type="V100")), name="v")
            )
            assert refused == [
                (
                    "step c asks for 1 GPUs of the kind V100; the largest node of emulated has 0; kinds "
                    "that it has: A100, H100, Tesla-T4"
                )
            ]
            await cluster.apply(graph)
            found = await over(cluster)
        finally:
            await cluster.close()
    assert found[-1].state == PodState.SUCCEEDED
    assert {pod.node: pod.machine for pod in pods(found).values()} == {"a": "node-2", "b": "node-1"}
