"""Shares of GPUs: as people write them, as pods request them from HAMi and Volcano vGPU, and what is refused
with what there is instead."""

import json

import pytest
from pydantic import ValidationError

from cubestudio.core.cluster.kubernetes import gpus, slices
from cubestudio.core.cluster.kubernetes.status import machines
from cubestudio.core.cluster.kubernetes.task import Site, container, placed
from cubestudio.core.cluster.port import Machine, PodState, SharedGpu, Task
from cubestudio.core.inputs.gpu_share import Share, read
from cubestudio.core.inputs.resources import Resources
from cubestudio.core.store import Store
from tests.contract.test_cluster import Node, over, pods, sh, work
from tests.kubernetes.stand import stand

HALF, EIGHT = Share(percent=50), Share(memory=8192)
T4, A100 = ("GPU-1", 16384, "NVIDIA-Tesla T4"), ("GPU-2", 40960, "NVIDIA-A100")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ({"gpu": 0.5}, (1, "", "0.5")),
        ({"gpu": "0.25"}, (1, "", "0.25")),
        ({"gpu": ".5(T4)"}, (1, "T4", "0.5")),
        ({"gpu": "8Gi"}, (1, "", "8Gi")),
        ({"gpu": "8G(A100)"}, (1, "A100", "8Gi")),
        ({"gpu": "1.5Gi"}, (1, "", "1536Mi")),
        ({"gpu": 2, "gpu_share": "512Mi"}, (2, "", "512Mi")),
        ({"gpu": "2(A100)", "gpu_share": "0.50"}, (2, "A100", "0.5")),
        ({"gpu": "2"}, (2, "", "")),
        ({"gpu": 1.0}, (1, "", "")),
    ],
)
def test_a_share_is_a_part_or_an_amount_of_memory(written, known):
    made = Resources.model_validate(written)
    assert (made.gpu, made.gpu_type, made.gpu_share) == known
    assert Resources.model_validate(made.model_dump()) == made


@pytest.mark.parametrize(
    "written",
    [
        {"gpu": 1.5},
        {"gpu": "1.5"},
        {"gpu": 0.001},
        {"gpu": "0.333"},
        {"gpu": "0Gi"},
        {"gpu": float("nan")},
        {"gpu": -0.5},
        {"gpu": "99999999Ti"},
        {"gpu": "8Gi8"},
        {"gpu": "八Gi"},
        {"gpu": "1/2"},
        {"gpu": 0, "gpu_share": "0.5"},
        {"gpu_share": 5},
        {"gpu": "9" * 400},
        {"gpu": "0." + "1" * 400},
        {"gpu": ["0.5"]},
    ],
)
def test_what_is_no_share_is_refused(written):
    with pytest.raises(ValidationError):
        Resources.model_validate(written)


def node(notes: dict, **room: str) -> dict:
    return {"metadata": {"name": "n", "annotations": notes}, "status": {"allocatable": room}}


HAMI = {"nvidia.com/gpu": "10"}
LISTED = "GPU-1,10,16384,100,NVIDIA-Tesla T4,0,true:GPU-2,10,40960,100,NVIDIA-A100,0,true,1,hami-core:"
VOLCANO = {
    "volcano.sh/node-vgpu-register": (
        "GPU-1,10,16384,NVIDIA-Tesla T4,true,hami-core:GPU-2,10,40960,NVIDIA-A100,false,mig:"
    )
}


def test_what_drivers_write_on_nodes_is_read_and_what_is_odd_is_left_out():
    told = [
        {"id": "GPU-1", "count": 10, "devmem": 16384, "type": "T4", "health": True},
        {"id": "GPU-2", "count": 10, "devmem": 40960, "type": "A100"},  # unhealthy: the field is left out
        {"id": 7, "health": True},
        "odd",
        None,
        {"id": "GPU-3", "devmem": "x", "count": 2**63, "health": True},
    ]
    assert slices.divided(node({"hami.io/node-nvidia-register": json.dumps(told)}, **HAMI), ()) == (
        "hami",
        (SharedGpu(kind="T4", memory=16384, pods=10), SharedGpu(kind="", memory=0, pods=0)),
    )
    name, found = slices.divided(node({"hami.io/node-nvidia-register": LISTED}, **HAMI), ())
    assert name == "hami" and [(each.kind, each.memory) for each in found] == [
        ("NVIDIA-Tesla T4", 16384),
        ("NVIDIA-A100", 40960),
    ]
    assert slices.divided(node(VOLCANO, **{"volcano.sh/vgpu-number": "10"}), ()) == (
        "volcano",
        (SharedGpu(kind="NVIDIA-Tesla T4", memory=16384, pods=10),),
    )
    for odd in (
        "",
        "[",
        "[" * 100_000,
        "{}",
        "[]",
        "a,b:c",
        ":::",
        ",,,,,,:",
        "[1e999]",
        '[{"id":"a","devmem":Infinity,"health":true}]x',
    ):
        assert slices.divided(node({"hami.io/node-nvidia-register": odd}, **HAMI), ()) == ("", ())
    assert slices.divided(node({"hami.io/node-nvidia-register": LISTED}, **{"nvidia.com/gpu": "0"}), ()) == (
        "",
        (),
    )  # the driver has left


def test_what_pods_got_is_counted_for_each_gpu():
    def got(text: object) -> dict:
        return {"metadata": {"annotations": {"hami.io/vgpu-devices-allocated": text}}}

    several = [
        got("GPU-1,NVIDIA,8192,50:GPU-2,NVIDIA,8192,50:;"),
        got(";GPU-2,NVIDIA,1024,x:;"),
        got("odd"),
        got(5),
        {"metadata": {}},
    ]
    _, found = slices.divided(node({"hami.io/node-nvidia-register": LISTED}, **HAMI), several)
    assert [(each.used_memory, each.used_percent, each.used_pods) for each in found] == [
        (8192, 50, 1),
        (9216, 50, 2),
    ]


def machine(name: str, divider: str, *gpus: SharedGpu, **labels: str) -> Machine:
    count = slices.DRIVERS[divider].count
    return Machine(
        name=name,
        cpu=8,
        memory=2**34,
        gpu=len(gpus),
        cards={count: len(gpus)},
        divider=divider,
        divided=gpus,
        labels=labels,
    )


@pytest.mark.parametrize(
    ("divider", "share", "limits"),
    [
        (
            "hami",
            HALF,
            {"nvidia.com/gpu": "2", "nvidia.com/gpumem-percentage": "50", "nvidia.com/gpucores": "50"},
        ),
        ("hami", EIGHT, {"nvidia.com/gpu": "2", "nvidia.com/gpumem": "8192"}),
        (
            "volcano",
            HALF,
            {"volcano.sh/vgpu-number": "2", "volcano.sh/vgpu-memory": "8192", "volcano.sh/vgpu-cores": "50"},
        ),
        ("volcano", EIGHT, {"volcano.sh/vgpu-number": "2", "volcano.sh/vgpu-memory": "8192"}),
    ],
)
def test_a_pod_requests_its_share_in_the_words_of_what_divides(divider, share, limits):
    task = Task(command=(("true",),), gpu=2, gpu_share=share)
    site = Site(machines=(machine("a", divider, SharedGpu(kind="T4", memory=16384, pods=10)),))
    told = container(task, site, [])["resources"]
    assert told["limits"] == {"memory": str(task.memory), **limits}
    assert told["requests"].items() >= limits.items()
    assert placed(task, site).get("schedulerName") == ("volcano" if divider == "volcano" else None)


def test_where_nothing_divides_a_pod_with_a_share_never_gets_a_whole_gpu():
    assert (
        "nvidia.com/gpumem-percentage"
        in container(Task(command=(("true",),), gpu=1, gpu_share=HALF), Site(), [])["resources"]["limits"]
    )


def test_what_no_node_can_give_is_said_with_what_there_is():
    t4, a100 = SharedGpu(kind="T4", memory=16384, pods=10), SharedGpu(kind="A100", memory=40960, pods=10)

    def lacks(share: Share, *machines: Machine, gpu: int = 1, kind: str = "") -> str | None:
        task = Task(command=(("true",),), gpu=gpu, gpu_type=kind, gpu_share=share)
        return gpus.lacking("step a", task, machines, Site(machines=machines), "far")

    mixed = (
        machine("a", "volcano", t4, **{"gpu-type": "T4"}),
        machine("b", "volcano", a100, a100, **{"gpu-type": "A100"}),
    )
    assert [
        lacks(HALF, *mixed, kind="T4"),
        lacks(EIGHT, *mixed, gpu=2),
        lacks(HALF, machine("a", "hami", t4, a100)),
    ] == [None] * 3
    assert lacks(HALF, *mixed) == (
        "step a asks for 0.5 of a GPU, and GPUs of far have 16 GiB and 40 GiB of memory; name a kind "
        "of GPU, or ask for an amount of memory"
    )
    assert lacks(read("80Gi"), *mixed) == (
        "step a asks for 80Gi of a GPU's memory; the largest GPU that Volcano vGPU divides on far has 40 GiB"
    )
    assert (
        lacks(read("20Gi"), *mixed, gpu=3)
        == "step a asks for a share of 3 GPUs; the largest node of far has 2 that Volcano vGPU divides"
    )
    assert lacks(HALF, *mixed, kind="H100") == (
        "step a asks for 1 GPUs of the kind H100; the largest node of far has 0; kinds that it has: A100, T4"
    )
    plain = Machine(
        name="c", cpu=8, memory=2**34, gpu=2, cards={"nvidia.com/gpu": 2, "nvidia.com/mig-1g.5gb": 7}
    )
    assert lacks(HALF, plain) == (
        "step a asks for 0.5 of a GPU, and nothing divides GPUs on far: no node there is registered "
        "by HAMi or Volcano vGPU; "
        "ask for whole GPUs, or for a part that the cluster has: mig-1g.5gb"
    )


def test_room_on_a_gpu_is_memory_computing_and_how_many_may_share_it():
    def room(share: Share | None, memory: int, percent: int, pods: int) -> bool:
        divided = SharedGpu(
            kind="T4", memory=16384, pods=2, used_memory=memory, used_percent=percent, used_pods=pods
        )
        return slices.room(share, divided)

    assert room(None, 0, 0, 0) and not room(None, 1, 0, 1)
    assert (
        room(HALF, 8192, 50, 1)
        and not room(HALF, 8193, 50, 1)
        and not room(HALF, 0, 51, 1)
        and not room(HALF, 0, 0, 2)
    )
    assert room(EIGHT, 8192, 0, 1) and not room(EIGHT, 0, 100, 1)


@pytest.mark.parametrize("kind", ["hami", "hami before 2.5", "volcano"])
async def test_steps_share_a_gpu_where_a_driver_divides_it(settings, kind):
    async with stand(Store.open(settings), nodes=2) as here:
        drives = here.divide(kind.partition(" ")[0])
        drives.register("node-1", T4, old="before" in kind)
        cluster = here.adapter()
        try:
            await cluster.look()
            (said,) = [words for words in (await cluster.capacity()).notes if "divides" in words]
            assert said.startswith("node-1 divides its 1 GPUs among pods (") and said.endswith(
                "0 MiB of 16 GiB of their memory are in use"
            )
            graph = work(
                Node(name="a", task=sh("true", gpu=1, gpu_share=HALF)),
                Node(name="b", task=sh("true", gpu=1, gpu_share=EIGHT)),
                Node(name="c", task=sh("true", gpu=1, gpu_share=HALF), needs=("a", "b")),
                Node(name="d", task=sh("true", gpu=1), needs=("c",)),
            )
            plan = await cluster.plan(graph)
            assert (plan.verdict, plan.problems) == ("now", ()), plan
            await cluster.apply(graph)
            found = await over(cluster)
            notes = {
                each["metadata"]["labels"]["cubestudio/step"]: each
                for each in here.server.all(("v1", "pods"))
            }
            # somebody else has half of the GPU
            other = {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": "other"},
                "spec": {"nodeName": "node-1", "containers": []},
            }
            other["metadata"]["annotations"] = {slices.DRIVERS[drives.kind].taken: "GPU-1,NVIDIA,8192,50:;"}
            here.server.put(("v1", "pods"), "default", other | {"status": {"phase": "Running"}})
            verdicts = [
                (
                    await cluster.plan(
                        work(Node(name="e", task=sh("true", gpu=1, gpu_share=share)), name="w")
                    )
                ).verdict
                for share in (HALF, Share(memory=8193), None)
            ]
            refused = await cluster.preview(
                work(Node(name="f", task=sh("true", gpu=1, gpu_share=Share(memory=20480))), name="v")
            )
        finally:
            await cluster.close()
    assert found[-1].state == PodState.SUCCEEDED
    assert {pod.node: pod.machine for pod in pods(found).values()} == dict.fromkeys("abcd", "node-1")
    assert {name: slices.taken(each)[0][1] for name, each in notes.items()} == {
        "a": 8192,
        "b": 8192,
        "c": 8192,
        "d": 16384,
    }
    assert verdicts == ["now", "waits", "waits"]
    title = slices.DRIVERS[drives.kind].title
    assert refused == [
        f"step f asks for 20Gi of a GPU's memory; the largest GPU that {title} divides on emulated has 16 GiB"
    ]


async def test_a_share_is_known_before_a_new_control_plane_has_looked_at_its_cluster(settings):
    async with stand(Store.open(settings)) as here:
        here.divide("volcano").register("node-0", T4)
        cluster = here.adapter()
        try:
            await cluster.apply(work(Node(name="a", task=sh("true", gpu=1, gpu_share=HALF))))
            assert (await over(cluster))[-1].state == PodState.SUCCEEDED
        finally:
            await cluster.close()


def test_a_node_that_divides_shows_its_gpus_and_not_their_shares():
    body = {**node({"hami.io/node-nvidia-register": LISTED}, **{"nvidia.com/gpu": "20"})}
    pod = {"metadata": {"annotations": {"hami.io/vgpu-devices-allocated": "GPU-1,NVIDIA,1024,5:;"}}}
    made = machines.machine(body, {"nvidia.com/gpu": 7}, "nvidia.com/gpu", {}, [pod] * 7)
    assert (made.gpu, made.used_gpu) == (2, 1)
    made = machines.machine(node(VOLCANO, **{"volcano.sh/vgpu-number": "10"}), {}, "nvidia.com/gpu", {})
    assert (made.gpu, gpus.usual([made], "nvidia.com/gpu")) == (1, "volcano.sh/vgpu-number")
