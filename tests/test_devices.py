"""Devices of a cluster besides GPUs that nodes offer: RDMA and others by a table, and claims of device
classes."""

import pytest
from pydantic import ValidationError

from cubestudio.core.cluster.kubernetes import devices
from cubestudio.core.cluster.kubernetes.task import Site, container, placed
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.port import Gang, Machine, PodState, Server, Task, Workload
from cubestudio.core.config import Settings
from cubestudio.core.inputs.resources import Resources
from cubestudio.core.store import Store
from cubestudio.projects.quotas.spec import demand
from tests.contract.test_cluster import LABELS, Node, over, pods, sh, work
from tests.kubernetes.stand import stand

TABLE = Settings.model_fields["devices"].default | {"fpga": "xilinx.com/fpga"}
SITE = Site(devices=TABLE)
RDMA = "rdma/hca_shared_devices_a"


def test_devices_and_claims_are_names_with_numbers():
    made = Resources.model_validate({"devices": {"rdma": 2}, "claims": {"gpu.nvidia.com": 1}})
    assert Resources.model_validate(made.model_dump()) == made and made.requests["devices"] == {"rdma": 2}
    for odd in (
        {"devices": {"rdma/ib": 1}},
        {"devices": {"rdma": 0}},
        {"devices": {"rdma": 2**63}},
        {"devices": {"": 1}},
        {"devices": ["rdma"]},
        {"devices": {"rdma": float("nan")}},
        {"claims": {"A": 1}},
        {"claims": {"a": 33}},
        {"claims": {"a/b": 1}},
        {"claims": {"é": 1}},
        {"devices": {f"d{n}": 1 for n in range(17)}},
    ):
        with pytest.raises(ValidationError):
            Resources.model_validate(odd)
    for table in ({"A": "rdma/ib"}, {"rdma": "ib"}, {"rdma": "rdma/"}, {"r.d": "rdma/ib"}):
        with pytest.raises(ValidationError):
            Settings(devices=table)


def test_a_pod_requests_devices_by_the_table_and_claims_by_templates():
    task = Task(
        command=(("true",),), devices={"rdma": 2, "fpga": 1}, claims={"gpu.nvidia.com": 1, "b.example.com": 2}
    )
    told = container(task, SITE, [])["resources"]
    assert told["limits"] == {"memory": str(task.memory), RDMA: "2", "xilinx.com/fpga": "1"}
    assert told["requests"].items() >= {RDMA: "2", "xilinx.com/fpga": "1"}.items()
    assert told["claims"] == [{"name": "claim-0"}, {"name": "claim-1"}]
    names = [devices.template_name("b.example.com", 2), devices.template_name("gpu.nvidia.com", 1)]
    assert placed(task, SITE)["resourceClaims"] == [
        {"name": f"claim-{place}", "resourceClaimTemplateName": name} for place, name in enumerate(names)
    ]
    made = devices.templates([task, task], SITE, {})
    assert [each["metadata"]["name"] for _, _, each in made] == names
    assert made[0][2]["spec"]["spec"]["devices"]["requests"][0]["exactly"] == {
        "deviceClassName": "b.example.com",
        "count": 2,
    }


def test_what_a_cluster_cannot_give_is_said_with_what_it_has():
    machines = [
        Machine(name="a", cpu=8, memory=2**34, gpu=0, devices={RDMA: 4}),
        Machine(name="b", cpu=8, memory=2**34, gpu=0, devices={"xilinx.com/fpga": 1}),
    ]

    def lacks(task: Task, classes: frozenset[str] | None = frozenset({"gpu.nvidia.com"})) -> list[str]:
        return devices.lacking("step a", task, machines, site=SITE, classes=classes, cluster="far")

    assert lacks(Task(command=(), devices={"rdma": 4, "fpga": 1}, claims={"gpu.nvidia.com": 2})) == []
    assert lacks(Task(command=(), devices={"rdma": 5})) == [
        (
            "step a asks for 5 rdma (rdma/hca_shared_devices_a); the largest node of far has 4; devices "
            "that it has: fpga, rdma"
        )
    ]
    assert lacks(Task(command=(), devices={"dpu": 1})) == [
        (
            "step a asks for the device dpu, which is not among those of this installation "
            "(CUBE_DEVICES): fpga, ib, rdma"
        )
    ]
    assert lacks(Task(command=(), claims={"tpu.example.com": 1})) == [
        "step a claims devices of the class tpu.example.com; far has no such class; it has: gpu.nvidia.com"
    ]
    assert lacks(Task(command=(), claims={"gpu.nvidia.com": 1}), None) == [
        (
            "step a claims devices (gpu.nvidia.com); far does not serve resource.k8s.io/v1, which "
            "Kubernetes has from 1.34 on"
        )
    ]
    assert lacks(Task(command=(), claims={"any": 1}), devices.ANY) == []
    assert "IPC_LOCK" in devices.warnings("step a", Task(command=(), devices={"rdma": 1}), SITE)[0]
    assert devices.warnings("step a", Task(command=(), devices={"fpga": 1}), SITE) == []


def test_claimed_devices_count_as_gpus():
    task = Task(
        command=(), gpu=1, gpu_type="A100", claims={"gpu.nvidia.com": 2}, gang=Gang("plain", (("worker", 3),))
    )
    found = demand(Workload(name="w", body=task))
    assert (found.gpu, found.cards) == (9, {"A100": 3, "gpu.nvidia.com": 6})


async def test_this_machine_gives_no_devices(settings):
    cluster = LocalCluster("local", settings, Store.open(settings))
    refused = await cluster.preview(
        work(Node(name="a", task=sh("true", devices={"rdma": 1}, claims={"gpu.nvidia.com": 1})))
    )
    assert refused == [
        f"step a asks for the device {name}; pods on this machine have none besides GPUs"
        for name in ("rdma", "gpu.nvidia.com")
    ]


async def test_steps_and_servers_get_devices_where_nodes_have_them(settings):
    async with stand(Store.open(settings), nodes=2) as here:
        body = here.server.get(("v1", "nodes"), "", "node-1")
        body["status"]["allocatable"][RDMA] = "1"
        here.server.put(("v1", "nodes"), "", body)
        cluster = here.adapter(devices=TABLE)
        graph = work(
            Node(name="a", task=sh("true", devices={"rdma": 1})),
            Node(name="b", task=sh("true", claims={"gpu.example.com": 1})),
            Node(name="c", task=sh("true", claims={"gpu.example.com": 1}), needs=("b",)),
        )
        try:
            await cluster.look()
            refused = await cluster.preview(graph)
            here.claim({"gpu.example.com": {"node-0": 1}})
            plan = await cluster.plan(graph)
            await cluster.apply(graph)
            found = await over(cluster)
            await cluster.apply(
                Workload(
                    name="s", body=Server(task=sh("sleep 60", claims={"gpu.example.com": 1})), labels=LABELS
                )
            )
            unknown = await cluster.plan(
                work(Node(name="d", task=sh("true", claims={"tpu.example.com": 1})), name="v")
            )
            here.server.denied.add("/apis/resource.k8s.io/v1/deviceclasses")
            blind = await cluster.plan(
                work(Node(name="d", task=sh("true", claims={"tpu.example.com": 1})), name="v")
            )
            here.server.lacks.add(("create", "resourceclaimtemplates"))
            denied = await cluster.plan(
                work(Node(name="d", task=sh("true", claims={"tpu.example.com": 1})), name="v")
            )
        finally:
            await cluster.close()
    served = "emulated does not serve resource.k8s.io/v1, which Kubernetes has from 1.34 on"
    assert refused == [f"step {name} claims devices (gpu.example.com); {served}" for name in "bc"]
    assert (plan.verdict, plan.problems, "IPC_LOCK" in plan.warnings[0]) == ("now", (), True)
    assert found[-1].state == PodState.SUCCEEDED
    assert {pod.node: pod.machine for pod in pods(found).values()} == {
        "a": "node-1",
        "b": "node-0",
        "c": "node-0",
    }
    made = here.server.all(("resource.k8s.io/v1", "resourceclaimtemplates"))
    assert [each["metadata"]["name"] for each in made] == [devices.template_name("gpu.example.com", 1)]
    deployed = here.server.get(("apps/v1", "deployments"), "pipeline", "s")["spec"]["template"]["spec"]
    assert deployed["resourceClaims"][0]["resourceClaimTemplateName"] == made[0]["metadata"]["name"]
    assert unknown.problems == (
        "step d claims devices of the class tpu.example.com; emulated has no such class; it has: "
        "gpu.example.com",
    )
    assert blind.verdict != "never", blind
    assert denied.verdict == "never" and "create resourceclaimtemplates.resource.k8s.io" in denied.problems[0]
