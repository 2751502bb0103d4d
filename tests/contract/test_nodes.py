"""What Kubernetes does to pods by itself is told as it is: nodes that do not respond, pods that are replaced,
drained and evicted."""

import asyncio
import contextlib
import re
from dataclasses import replace

import pytest

from cubestudio.core.cluster.kubernetes.status import nodes
from cubestudio.core.cluster.kubernetes.status.pods import pod_status
from cubestudio.core.cluster.port import (
    NodeState,
    PodState,
    PodStatus,
    Scale,
    StepStatus,
    Workload,
    WorkloadStatus,
)
from cubestudio.core.store import Store
from tests.contract.test_cluster import LABELS, asked, begun, served, sh, work
from tests.contract.test_cluster import Node as Step
from tests.kubernetes.kubelet import PODS
from tests.kubernetes.stand import stand


@pytest.fixture
async def here(settings):
    async with stand(Store.open(settings), nodes=2) as made:
        yield made


@pytest.fixture
async def cluster(here):
    made = here.adapter()
    yield made
    await made.close()


def single(name, task):
    return Workload(name=name, body=task, labels=LABELS)


@contextlib.asynccontextmanager
async def seen_of(cluster):
    """Everything that is seen of a cluster meanwhile."""
    seen: list = []

    async def listen():
        async for observation in cluster.watch():
            seen.append(observation)

    task = asyncio.create_task(listen())
    try:
        yield seen
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(seen, wanted, seconds=30):
    """The first thing seen of which something is true."""
    async with asyncio.timeout(seconds):
        while True:
            if found := [each for each in seen if wanted(each)]:
                return found[-1]
            await asyncio.sleep(0.02)


async def test_a_replica_that_is_scaled_down_or_stopped_is_no_failure(cluster):
    work_ = served(scale=Scale(least=1, most=2))
    async with seen_of(cluster) as seen:
        await cluster.apply(replace(work_, body=replace(work_.body, replicas=2)))
        await until(seen, lambda each: isinstance(each, WorkloadStatus) and each.ready == 2)
        await cluster.scale("s", 1)
        await until(seen, lambda each: isinstance(each, PodStatus) and each.state.final)
        await cluster.apply(replace(work_, generation=2, stop=True))
        end = await until(seen, lambda each: isinstance(each, WorkloadStatus) and each.state.final)
    pods = {each.id: each for each in seen if isinstance(each, PodStatus)}
    assert end.state == PodState.CANCELLED and len(pods) == 2
    words = "it was asked to stop, or another took its place"
    assert {(pod.state, pod.reason, pod.message) for pod in pods.values()} == {
        (PodState.CANCELLED, "Stopped", words)
    }
    assert not [each for each in seen if "cluster asked it to stop" in (getattr(each, "message", None) or "")]


async def test_a_server_on_a_node_that_does_not_respond_says_so_and_what_comes_next(here, cluster):
    async with seen_of(cluster) as seen:
        await cluster.apply(served())
        await until(seen, lambda each: isinstance(each, WorkloadStatus) and each.ready == 1)
        (body,) = here.server.all(PODS)
        node = body["spec"]["nodeName"]
        here.kubelet.lose(node)
        pod = await until(
            seen, lambda each: isinstance(each, PodStatus) and each.state == PodState.UNKNOWN, 5
        )
        assert pod.reason == "NodeLost" and f"node {node} has not responded since" in pod.message
        assert "unless it is ready again by" in pod.message and pod.message.endswith(
            "a replacement starts on another node"
        )
        said = await until(
            seen, lambda each: isinstance(each, WorkloadStatus) and each.reason == "NodeLost", 5
        )
        assert said.ready == 0 and said.message == pod.message
        here.kubelet.give_up(node)
        await until(
            seen,
            lambda each: (
                isinstance(each, WorkloadStatus) and each.ready == 1 and each.sequence > said.sequence
            ),
        )
        assert (await asked(cluster, "s")).endswith("hello you")
        here.kubelet.find(node)
        end = await until(
            seen, lambda each: isinstance(each, PodStatus) and each.id == pod.id and each.state.final
        )
        assert (end.state, end.reason) == (PodState.CANCELLED, "Stopped")
        assert (
            end.message
            == "the cluster removed it: its node did not respond, or got a taint that it does not tolerate"
        )


async def test_a_step_on_a_node_that_comes_back_goes_on(here, cluster, tmp_path):
    gate = tmp_path / "gate"
    async with seen_of(cluster) as seen:
        await cluster.apply(work(Step(name="a", task=sh(f"until [ -e {gate} ]; do sleep 0.05; done"))))
        pod = await until(seen, lambda each: isinstance(each, PodStatus) and each.state == PodState.RUNNING)
        here.kubelet.lose(pod.machine)
        step = await until(
            seen, lambda each: isinstance(each, StepStatus) and each.state == NodeState.UNKNOWN, 5
        )
        assert step.reason == "NodeLost" and step.message.endswith("this attempt fails")
        gate.touch()
        here.kubelet.find(pod.machine)
        end = await until(seen, lambda each: isinstance(each, WorkloadStatus) and each.state.final)
        assert end.state == PodState.SUCCEEDED
    pods = [each for each in seen if isinstance(each, PodStatus)]
    assert [each.sequence for each in pods] == sorted({each.sequence for each in pods}), (
        "later news has a higher sequence"
    )


async def test_alone_a_terminal_enters_as_the_work_runs(cluster):
    """Its folder, its home, its search path and its variables, the secret ones too."""
    task = sh(
        "cd /; echo begun; sleep 300 & wait", env={"PLAIN": ("a 'b' $c\n$(d)",)}, secrets={"TOKEN": "s3cret"}
    )
    await cluster.apply(single("w", task))
    observation = await begun(cluster)
    shell = await cluster.shell(observation.id, 30, 200)
    await shell.send(b'printf \'<%s>\' "$PWD" "$HOME" "$PLAIN" "$TOKEN" "$CUBE_OUTPUT_DIR"; exit\n')
    heard = b""
    async with asyncio.timeout(30):
        async for data in shell.output():
            heard += data
    await shell.close()
    said = heard.decode().replace("\r\n", "\n")
    assert re.search(r"<(\S+/run/work)><\1><a 'b' \$c\n\$\(d\)><s3cret><\S+/run/out>", said), said


DEAD = {
    "type": "Ready",
    "status": "Unknown",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
    "message": "Kubelet stopped posting node status.",
}
WAIT = {
    "key": "node.kubernetes.io/unreachable",
    "operator": "Exists",
    "effect": "NoExecute",
    "tolerationSeconds": 300,
}
HERE = "node n has not responded since 00:00:00 UTC; "


@pytest.mark.parametrize(
    ("condition", "tolerations", "deleted", "words"),
    [
        (DEAD, [WAIT], False, HERE + "unless it is ready again by 00:05:00 UTC, this attempt fails"),
        (
            DEAD,
            [WAIT | {"tolerationSeconds": 30}, {"operator": "Exists"}],
            False,
            HERE + "unless it is ready again by 00:00:30 UTC, this attempt fails",
        ),
        (
            DEAD,
            [{"operator": "Exists"}],
            False,
            HERE + "the pod stays there until the node is ready again or is removed from the cluster",
        ),
        (DEAD, [], False, HERE + "unless it is ready again by 00:00:00 UTC, this attempt fails"),
        (DEAD, [WAIT], True, HERE + "the cluster ends the pod, and this attempt fails"),
        (
            DEAD | {"status": "False", "message": "runtime is down"},
            [WAIT | {"key": "node.kubernetes.io/not-ready"}],
            False,
            "node n is not ready since 00:00:00 UTC: runtime is down; unless it is ready again by "
            "00:05:00 UTC, this attempt fails",
        ),
        (
            DEAD | {"lastTransitionTime": None},
            [WAIT],
            False,
            "node n has not responded; unless it is ready again soon, this attempt fails",
        ),
        (DEAD | {"status": "True"}, [WAIT], False, None),
        ({"type": "Ready"}, [WAIT], False, None),
        ("odd", [WAIT], False, None),
    ],
)
def test_what_becomes_of_a_pod_on_a_node_in_trouble(condition, tolerations, deleted, words):
    found = nodes.trouble(
        {"metadata": {"name": "n", "resourceVersion": "9"}, "status": {"conditions": [condition]}}
    )
    body = {
        "metadata": {"deletionTimestamp": "2026-01-01T00:05:00Z"} if deleted else {},
        "spec": {"tolerations": tolerations},
    }
    assert (found and nodes.told(body, found, server=False)[1]) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("EvictionByEvictionAPI", "the cluster asked it to stop: its node was drained"),
        (
            "PreemptionByScheduler",
            "the cluster asked it to stop: a pod with a higher priority needed its resources",
        ),
        ("TerminationByKubelet", "the cluster asked it to stop: The node was low on resource: memory."),
    ],
)
def test_a_pod_that_the_cluster_ends_says_why(reason, words):
    ended = {
        "terminated": {
            "exitCode": 143,
            "reason": "Error",
            "message": '{"reason": "Cancelled", "message": "it was asked to stop"}',
        }
    }
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": reason,
        "message": "The node was low on resource: memory.",
    }
    status = {
        "phase": "Failed",
        "conditions": [condition],
        "containerStatuses": [{"name": "main", "state": ended}],
    }
    pod = pod_status(
        {
            "metadata": {"uid": "u", "name": "p", "labels": {}},
            "spec": {"containers": [{"name": "main"}]},
            "status": status,
        }
    )
    assert (pod.state, pod.reason, pod.message) == (PodState.FAILED, "Stopped", words)


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ({"pull": "manifest unknown"}, "it did not start within 1 s: image none cannot be pulled: not found"),
        (
            {"waiting": {"reason": "InvalidImageName", "message": "invalid reference format"}},
            "image none cannot be pulled: that is no valid name",
        ),
    ],
)
async def test_what_cannot_start_is_given_up_with_its_reason(here, fate, words):
    here.kubelet.fates = lambda body: fate
    cluster = here.adapter(start_seconds=1)
    async with seen_of(cluster) as seen:
        await cluster.apply(served())
        await cluster.apply(single("a", sh("true")))
        end = await until(
            seen, lambda each: isinstance(each, WorkloadStatus) and each.workload == "a" and each.state.final
        )
        server = await until(
            seen, lambda each: isinstance(each, WorkloadStatus) and each.reason == "StartTimeout"
        )
        (step,) = {
            each.message for each in seen if isinstance(each, StepStatus) and each.state == NodeState.FAILED
        }
    assert (end.state, step) == (PodState.FAILED, words) and (server.state, server.message) == (
        PodState.PENDING,
        words,
    )
    await cluster.close()


async def test_what_a_quota_of_the_cluster_refuses_is_said_and_given_up(here):
    here.server.quota["pipeline"] = "small, requested: cpu=100m, used: cpu=1, limited: cpu=1"
    cluster = here.adapter(start_seconds=1)
    async with seen_of(cluster) as seen:
        await cluster.apply(served())
        said = await until(
            seen, lambda each: isinstance(each, WorkloadStatus) and each.reason == "ReplicaFailure"
        )
        assert "is forbidden: exceeded quota: small, requested: cpu=100m" in said.message
        end = await until(
            seen, lambda each: isinstance(each, WorkloadStatus) and each.reason == "StartTimeout"
        )
        assert (
            end.message.startswith("it did not start within 1 s: pods ") and "exceeded quota" in end.message
        )
    await cluster.close()


async def test_a_server_that_never_answers_is_given_up(here):
    cluster = here.adapter(start_seconds=1)
    async with seen_of(cluster) as seen:
        mute = served()
        await cluster.apply(
            replace(mute, body=replace(mute.body, task=sh("sleep 1000", cpu=0.1, memory=64 * 2**20)))
        )
        end = await until(
            seen, lambda each: isinstance(each, WorkloadStatus) and each.reason == "StartTimeout"
        )
        assert end.message == "it did not start within 1 s: it runs, and does not answer GET /ready"
    await cluster.close()


async def test_waiting_for_room_has_no_end(here):
    cluster = here.adapter(start_seconds=1)
    async with seen_of(cluster) as seen:
        await cluster.apply(single("a", sh("true", cpu=1000)))
        await until(seen, lambda each: isinstance(each, PodStatus) and each.reason == "Unschedulable")
        here.kubelet.fates = lambda body: {"pull": "manifest unknown"}
        await cluster.apply(single("b", sh("true")))
        await until(
            seen, lambda each: isinstance(each, WorkloadStatus) and each.workload == "b" and each.state.final
        )
    assert {each.workload for each in seen if getattr(each, "reason", None) == "StartTimeout"} == {"b"}
    await cluster.close()
