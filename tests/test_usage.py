"""What pods use: cards given out and measured, long lives kept small, and what clusters tell. Where a
machine has cards and CUBE_TEST_PYTHON is a Python with PyTorch for them, the first test is run on the real
ones too."""

import asyncio
import json
import os
from datetime import timedelta
from types import SimpleNamespace

import pynvml
import pytest

from cubestudio.core import clock
from cubestudio.core.cluster.kubernetes.usage import cards as exported
from cubestudio.core.cluster.local import usage
from cubestudio.core.cluster.local.cards import find
from cubestudio.core.store import Store
from cubestudio.notebooks import plan
from tests.contract.test_cluster import alone, begun, sh
from tests.kubernetes.stand import stand

TORCH = os.environ.get("CUBE_TEST_PYTHON")
REAL = bool(TORCH and find()[0])
BUSY = f"""{TORCH} -c "
import os, time, torch
assert torch.cuda.device_count() == 1, torch.cuda.device_count()
from torch.cuda import get_device_name
print('on', get_device_name(0), flush=True)
x = torch.randn(8192, 8192, device='cuda', dtype=torch.bfloat16)
end = time.time() + 15
while time.time() < end:
    for _ in range(50): y = x @ x
    torch.cuda.synchronize()
"
"""


@pytest.fixture(params=["pretended", *(["real"] if REAL else [])])
def kind(request, monkeypatch):
    """The kind of the cards that this machine has, or seems to have: two A100 and a T4 between them."""
    if request.param == "real":
        return find()[0][0].name
    names = ["NVIDIA A100-SXM4-40GB", "Tesla T4", "NVIDIA A100-SXM4-40GB"]
    monkeypatch.setattr(pynvml, "nvmlInit", lambda: None)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetCount", lambda: len(names))
    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByIndex", lambda index: index)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetName", lambda index: names[index])
    monkeypatch.setattr(
        pynvml,
        "nvmlDeviceGetMemoryInfo",
        lambda index: SimpleNamespace(total=2**34, used=(index + 1) * 2**30),
    )
    monkeypatch.setattr(pynvml, "nvmlDeviceGetUtilizationRates", lambda index: SimpleNamespace(gpu=90))
    return "A100"


def definition(script: str, gpu: str) -> str:
    step = {
        "name": "a",
        "template": "shell",
        "args": {"script": script},
        "resources": {"gpu": gpu, "memory": "4Gi"},
        "cache": False,
    }
    return json.dumps({"name": "cards", "steps": [step]})


async def used(platform, run: str, wanted) -> list:
    """The samples of a run's pod that show what is wanted, as they come."""
    async with asyncio.timeout(120):
        while True:
            found = (await platform.ask("query($r: ID!) { run(id: $r) { steps { podId } } }", r=run))["run"][
                "steps"
            ][0]["podId"]
            if found:
                break
            await asyncio.sleep(0.05)
        async for data in platform.listen("subscription($p: ID!) { podUsed(id: $p) }", p=found):
            if points := [point for point in data["podUsed"] if len(point) == 5 and wanted(point)]:
                return points
    raise AssertionError("it ended before it was measured")


async def test_cards_are_given_out_by_kind_and_measured(kind, platform):
    all_ = [card for card in platform.ctx.clusters["local"].machine.cards if card.of(kind)]
    other = await platform.save(definition("true", "1(Voodoo 2)".replace(" ", "")))
    start = (
        "mutation($p: ID!) { startRun(pipeline: $p) { ... on Run { id } ... on Problem { message faults "
        "{ message } } } }"
    )
    refused = (await platform.ask(start, p=other))["startRun"]
    assert "asks for 1 cards of the kind Voodoo2, this machine has 0" in str(refused) and all_[0].name in str(
        refused
    )
    real = kind == all_[0].name
    word = kind.split()[1] if real else kind
    script = (
        BUSY
        if real
        else 'echo "on $CUDA_VISIBLE_DEVICES $CUDA_DEVICE_ORDER"; while [ ! -e done ]; do sleep 0.05; done'
    )
    first = await platform.start(await platform.save(definition(script, f"{len(all_)}({word})")))
    point = (await used(platform, first, lambda point: point[3] > 0.5 * len(all_) and point[4] > 2**28))[-1]
    second = await platform.start(
        await platform.save(definition("echo saw $CUDA_VISIBLE_DEVICES", f"1({word})"))
    )
    async with asyncio.timeout(20):
        async for data in platform.listen(
            "subscription($r: ID!) { runChanged(id: $r) { run { steps { explanation } } } }", r=second
        ):
            if f"1 GPUs are needed and 0 of {len(all_)} are free" in str(
                data["runChanged"]["run"]["steps"][0]["explanation"]
            ):
                break
    step = (await platform.ask("query($r: ID!) { run(id: $r) { steps { pod { id gpus } } } }", r=first))[
        "run"
    ]["steps"][0]
    assert step["pod"]["gpus"] == [card.index for card in all_]
    if not real:
        assert point[3:] == [1.8, 4 * 2**30], "two cards at 90 %, the first and the third"
        (platform.ctx.settings.home / "local" / "pods" / step["pod"]["id"] / "data" / "work" / "done").touch()
    ended = await platform.finish(first, 90)
    assert ended["state"] == "SUCCEEDED", await platform.log(step["pod"]["id"])
    said = await platform.log(step["pod"]["id"])
    assert said.startswith(f"on {all_[0].name}" if real else "on 0,2 PCI_BUS_ID"), said
    kept = (await platform.ask("query($p: ID!) { pod(id: $p) { usage } }", p=step["pod"]["id"]))["pod"][
        "usage"
    ]
    assert [each for each in kept if len(each) == 5 and each[3] > 0.5], "kept when it has ended"
    after = await platform.finish(second, 90)
    assert (await platform.log(after["steps"][0]["pod"]["id"])) == f"saw {all_[0].index}\n"


@pytest.mark.parametrize("kind", ["pretended"], indirect=True)
async def test_what_cannot_be_noted_down_of_cards_costs_samples_only(monkeypatch, kind, platform):
    """A disk that is full when the cards of a step are looked at: the step and those after it go on, and
    later samples are kept."""
    refused, note = [], usage.note

    def full(*told, **named):
        if len(refused) < 2:
            refused.append(told)
            raise OSError(28, "No space left on device")
        return note(*told, **named)

    monkeypatch.setattr(usage, "note", full)
    run = await platform.start(await platform.save(definition("sleep 60", "1(A100)")))
    assert await used(platform, run, lambda point: point[3] == 0.9) and len(refused) == 2
    await platform.ask("mutation($r: ID!) { cancelRun(id: $r) { __typename } }", r=run)
    assert (await platform.finish(run))["state"] == "CANCELLED"
    assert (await platform.run(definition("true", "2(A100)")))["state"] == "SUCCEEDED", (
        "the cards are free again"
    )


async def test_a_step_without_cards_is_told_of_none(platform):
    ended = await platform.run(definition("echo [$CUDA_VISIBLE_DEVICES] $NVIDIA_VISIBLE_DEVICES", "0"))
    assert await platform.log(ended["steps"][0]["pod"]["id"]) == "[] none\n"


def test_samples_of_a_long_life_stay_few_and_cards_stand_beside_them(tmp_path):
    assert [usage.spacing(age) for age in (0, 1000, 5000, 10**6)] == [1, 1, 5, 30]
    start, hours = clock.now().timestamp() - 36_000, 10
    lines = [f"{start + second:.3f} {second * 0.5:.2f} {2**20 + second}\n" for second in range(hours * 3600)]
    (tmp_path / "usage").write_text("".join(lines) + "17")
    last = 0.0
    for second in range(0, hours * 3600, 10):
        last = usage.note(tmp_path, start + second, start, last=last, busy=second % 20 / 10, used=second)
    assert (tmp_path / "cards").read_text().count("\n") < 2_100, "of 3,600: the older it is the less often"
    points = usage.read(tmp_path)
    assert len(points) == usage.FINE + usage.COARSE and points[-1].memory == 2**20 + hours * 3600 - 1
    assert 0.4 < points[0].cpu < 0.6 and points[0].gpu is not None and points[-1].gpu_memory == 35_970
    recent = usage.read(tmp_path, points[-5].at)
    assert recent == points[-4:], "the end of the file tells the same"
    (tmp_path / "cards").write_text(f"{start:.3f} 1.00 5\n")
    assert usage.read(tmp_path)[-1].gpu is None, "what a card did hours ago says nothing now"


async def test_a_cluster_tells_of_cores_memory_and_cards(settings):
    page = """# HELP DCGM_FI_DEV_GPU_UTIL GPU utilization (in %).
DCGM_FI_DEV_GPU_UTIL{{gpu="0",UUID="GPU-a",modelName="NVIDIA A100",Hostname="node-0",container="main",namespace="{0}",pod="{1}"}} 80
DCGM_FI_DEV_GPU_UTIL{{gpu="1",UUID="GPU-b",modelName="NVIDIA A100",Hostname="node-0",container="main",namespace="{0}",pod="{1}"}} 40
DCGM_FI_DEV_GPU_UTIL{{gpu="2",UUID="GPU-c",modelName="NVIDIA A100",Hostname="node-0"}} 99
DCGM_FI_DEV_FB_USED{{gpu="0",UUID="GPU-a",container="main",namespace="{0}",pod="{1}"}} 1024
"""  # noqa: E501
    assert exported(page.format("n", 'odd\\"name')) == {("n", 'odd\\"name'): (pytest.approx(1.2), 2**30)}
    divided = 'DCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="0",UUID="g",GPU_I_ID="1",namespace="n",pod="p"} 0.25\n'
    assert exported(divided + divided.replace('ID="1"', 'ID="2"')) == {("n", "p"): (0.5, 0)}
    async with stand(Store.open(settings), nodes=1, gpu=2) as here:
        cluster = here.adapter()
        try:
            await cluster.apply(alone(sh("echo begun; sleep 60")))
            pod = (await begun(cluster)).id
            body = next(
                each for each in here.server.objects["v1", "pods"].values() if each["metadata"]["uid"] == pod
            )
            space, name = body["metadata"]["namespace"], body["metadata"]["name"]
            measured = {
                "apiVersion": "metrics.k8s.io/v1beta1",
                "kind": "PodMetrics",
                "timestamp": clock.now().isoformat(),
                "metadata": {"name": name, "namespace": space, "labels": body["metadata"]["labels"]},
                "containers": [{"name": "main", "usage": {"cpu": "1500m", "memory": "200Mi"}}],
            }
            here.server.put(("metrics.k8s.io/v1beta1", "pods"), space, measured)
            here.server.put(("v1", "namespaces"), "", {"metadata": {"name": "monitoring"}})
            exporter = {
                "metadata": {
                    "name": "dcgm-exporter-1",
                    "namespace": "monitoring",
                    "labels": {"app": "nvidia-dcgm-exporter"},
                }
            }
            spec = {"containers": [{"name": "main", "image": "x", "command": ["sleep", "60"]}]}
            here.server.put(
                ("v1", "pods"), "monitoring", exporter | {"spec": spec, "status": {"phase": "Pending"}}
            )
            async with asyncio.timeout(20):
                while (
                    here.server.get(("v1", "pods"), "monitoring", "dcgm-exporter-1")["status"]["phase"]
                    != "Running"
                ):
                    await asyncio.sleep(0.02)
            place = "/api/v1/namespaces/monitoring/pods/dcgm-exporter-1:9400/proxy/metrics"
            here.server.pages[place] = page.format(space, name)
            await cluster.look()
            point = (await cluster.usage(pod))[-1]
            assert (point.cpu, point.memory, round(point.gpu, 3), point.gpu_memory) == (
                1.5,
                200 * 2**20,
                1.2,
                2**30,
            )
            assert await cluster.usage(pod, point.at) == []
            here.server.denied.add(place)
            await cluster.look()
            assert any("What cards do cannot be seen" in each for each in (await cluster.capacity()).notes)
        finally:
            await cluster.close()


def test_a_card_at_work_keeps_a_notebook_going():
    now = clock.now()
    since = now - timedelta(hours=9)
    for cards, idle in ((0.5, False), (0.0, True)):
        told = plan.remembered(plan.gpu(cards), None, now)
        judged = plan.judge(
            [told],
            now,
            since,
            gpu=1,
            idle_minutes=180,
            gpu_idle_minutes=60,
            warn_minutes=15,
            extended_until=None,
        )
        assert (judged.due == "stop") == idle and (judged.since is not None) == idle
    assert plan.gpu(None) is None
    before = plan.remembered(plan.gpu(0.0), (now - timedelta(minutes=5)).isoformat(), now)
    assert (
        plan.judge(
            [before],
            now,
            since,
            gpu=1,
            idle_minutes=180,
            gpu_idle_minutes=60,
            warn_minutes=15,
            extended_until=None,
        ).due
        is None
    ), "at work five minutes ago"
