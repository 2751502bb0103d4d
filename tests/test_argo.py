"""What Argo does that a pipeline must survive: pods that are refused, statuses in odd forms, workflows that
it gives up."""

import asyncio
import base64

import pytest

from cubestudio.core.cluster.kubernetes import argo, step_templates
from cubestudio.core.cluster.kubernetes.emissary import Filter
from cubestudio.core.cluster.kubernetes.status import argo_nodes
from cubestudio.core.cluster.port import NodeState, PodState, Ref, Retry, StepStatus, WorkloadStatus
from cubestudio.core.errors import Invalid
from cubestudio.core.store import Store
from tests.contract.test_cluster import Node, over, pods, sh, steps, text, work
from tests.contract.test_cluster import alone as single
from tests.kubernetes.argo import DEFINITION, WORKFLOWS, packed
from tests.kubernetes.server import Fault
from tests.kubernetes.stand import stand

QUOTA = 'pods "w-a-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1'
DENIED = (
    'admission webhook "policy.example.org" denied the request: images must come from registry.example.org'
)


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
    await cluster.apply(work(Node(name="a", task=sh("true"))))
    seen = await told(cluster, lambda step: step.reason == "Quota")
    assert seen.state == NodeState.PENDING
    assert seen.message == (
        "its pod cannot be made yet: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1"
    )
    made.argo.admit = lambda _: None
    found = await over(cluster)
    assert found[-1].state == PodState.SUCCEEDED and steps(found)["a", None].message is None


@pytest.mark.parametrize("retries", [0, 1])
async def test_a_step_whose_pod_is_refused_fails_with_the_words_of_who_refused_it(here, retries):
    made, cluster = here
    made.argo.admit = refuse(DENIED)
    await cluster.apply(
        work(
            Node(name="a", task=sh("true"), retry=Retry(retries, 1, 1)),
            Node(name="b", task=sh("true"), needs=("a",)),
        )
    )
    found = await over(cluster)
    a = steps(found)["a", None]
    assert (a.state, a.reason, a.message) == (
        NodeState.FAILED,
        "Refused",
        f"its pod could not be made: {DENIED}",
    )
    assert steps(found)["b", None].state == NodeState.SKIPPED
    assert found[-1].message == f"step a failed: its pod could not be made: {DENIED}"


async def test_every_step_of_a_workflow_that_argo_gives_up_is_closed(here):
    made, cluster = here
    made.argo.gives_up = "workflow is too large to store"
    await cluster.apply(
        work(Node(name="a", task=sh("sleep 100")), Node(name="b", task=sh("true"), needs=("a",)))
    )
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
        work(
            Node(name="a", task=sh("echo '{\"v\": 7}' > $CUBE_OUTPUT_DIR/outputs.json", outputs=("v",))),
            Node(name="b", task=sh("true"), needs=("a",)),
        )
    )
    found = await over(cluster)
    assert found[-1].state == PodState.SUCCEEDED and steps(found)["a", None].outcome.values == {"v": 7}


async def test_a_workflow_that_cannot_be_read_costs_no_other_its_news_and_is_read_when_it_can_be(here):
    made, cluster = here
    await cluster.apply(work(Node(name="a", task=sh("sleep 100")), name="odd"))
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
    await cluster.apply(work(Node(name="a", task=sh("true")), name="w"))
    puzzled = finished = None
    async with asyncio.timeout(60):
        async for seen in cluster.watch():
            if isinstance(seen, WorkloadStatus) and seen.workload == "odd" and puzzled is None:
                puzzled = seen
                assert (
                    seen.reason == "Unreadable"
                    and seen.state == PodState.RUNNING
                    and "cannot be unpacked" in seen.message
                )
                made.server.put(WORKFLOWS, made.site.namespace, body | {"status": good})
            elif isinstance(seen, WorkloadStatus) and seen.workload == "odd":
                assert seen.reason is None and seen.sequence > puzzled.sequence
                break
            elif isinstance(seen, WorkloadStatus) and seen.state.final:
                finished = seen
    async with asyncio.timeout(60):
        async for seen in cluster.watch():
            if finished or (
                isinstance(seen, WorkloadStatus) and seen.workload == "w" and seen.state == PodState.SUCCEEDED
            ):
                break


@pytest.mark.parametrize(
    "data",
    [b"", b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfdodd", b"\x1f\x8b", b"\x1f\x8bodd", b"odd", b"\xff" * 100],
)
def test_odd_statuses_are_refused(data):
    with pytest.raises(Invalid):
        argo_nodes.nodes({"compressedNodes": base64.b64encode(data).decode() or "AA"})


def test_the_reason_of_a_failure_is_that_of_the_innermost_node():
    made = {
        "r": {
            "id": "r",
            "type": "Retry",
            "phase": "Failed",
            "message": "No more retries left",
            "children": ["p0", "p1"],
        },
        "p0": {"id": "p0", "type": "Pod", "phase": "Failed", "message": "main: Error (exit code 3)"},
        "p1": {
            "id": "p1",
            "type": "Steps",
            "phase": "Failed",
            "message": "child 'g' failed",
            "children": ["g"],
        },
        "g": {
            "id": "g",
            "type": "StepGroup",
            "phase": "Failed",
            "message": "child 'x' failed",
            "children": ["x", "missing"],
        },
        "x": {"id": "x", "type": "Pod", "phase": "Error", "message": "jobs.kubeflow.org is forbidden"},
        "loop": {"id": "loop", "type": "Retry", "phase": "Failed", "children": ["loop"]},
    }
    assert argo_nodes.message(made["r"], made) == "jobs.kubeflow.org is forbidden"
    assert argo_nodes.message(made["loop"], made) is None
    assert argo_nodes.nodes({"compressedNodes": packed(made, "zstd")}) == made


@pytest.mark.parametrize("alone", [False, True])
async def test_a_step_with_a_limit_whose_image_never_comes_ends(settings, alone):
    async with stand(Store.open(settings)) as made:
        made.kubelet.fates = lambda _: {"pull": "rpc error: manifest unknown"}
        cluster = made.adapter(start_seconds=1, image="nowhere/none:1", grace=0)
        try:
            task = sh("true", timeout=1)
            await cluster.apply(single(task) if alone else work(Node(name="a", task=task)))
            found = await over(cluster)
        finally:
            await cluster.close()
    limit = "within 1 s" if alone else "in the time that it had"
    words = f"it did not start {limit}: image nowhere/none:1 cannot be pulled: not found"
    (ended,) = [seen for seen in found if isinstance(seen, StepStatus) and seen.state.final]
    assert (ended.state, ended.reason, ended.message) == (NodeState.FAILED, "StartTimeout", words)


@pytest.mark.parametrize(
    ("line", "own"),
    [
        (b'time=2026-11-29T10:00:00.123Z level=INFO msg="sub-process exited" argo=true error=<nil>\n', True),
        (
            b'time=2026-11-29T10:00:00.123Z level=INFO msg="sub-process exited" error="exit status '
            b'3" argo=true\n',
            True,
        ),
        (
            b'time="2023-05-12T08:54:07.500Z" level=info msg="sub-process exited" argo=true error="<nil>"\n',
            True,
        ),
        (
            b'time="2023-05-12T08:54:07.500Z" level=error msg="cannot save \\"x\\"" argo=true '
            b'error="stat x: no such file"\n',
            True,
        ),
        (
            b'{"argo":true,"error":null,"level":"info","msg":"sub-process '
            b'exited","time":"2023-05-12T08:54:07.500Z"}\n',
            True,
        ),
        (b"Error: exit status 3\n", False),
        (b"my time=1 argo=true\n", False),
        (b'level=INFO msg="mine" argo=true\n', False),
        (b'{"argo":true,"loss":0.1}\n', False),
        (b'{"argo":true', False),
        (b"\xff\xfe argo=true\n", False),
    ],
)
def test_the_lines_of_argos_executor_are_told_by_their_form(line, own):
    assert Filter().left(line) == (b"" if own else line)


def test_what_a_step_left_without_an_end_is_kept():
    assert (
        Filter().left(b"no end" + b'time=1Z level=INFO msg="sub-process exited" argo=true error=<nil>\n')
        == b"no end"
    )


def test_an_error_line_is_the_executors_only_after_another_of_its_lines():
    lines = [
        b"Error: exit status 1\n",
        b"time=1Z level=INFO msg=x argo=true\n",
        b"Error: exit status 1\n",
        b"Error: exit status 1\n",
    ]
    told = Filter()
    assert [bool(told.left(line)) for line in lines] == [True, False, False, True]


async def test_a_log_has_what_the_step_wrote_and_nothing_of_argos(here):
    _, cluster = here
    await cluster.apply(work(Node(name="a", task=sh("echo one; printf two; exit 3"))))
    found = await over(cluster)
    (pod,) = pods(found).values()
    whole = b"one\ntwo"
    assert await text(cluster, pod.id) == whole
    pieces = [piece async for piece in cluster.logs(pod.id)]
    anchor = (pieces[0].start, pieces[0].stamps[0][1])
    assert b"".join([piece.data async for piece in cluster.logs(pod.id, 2, anchor=anchor)]) == whole[2:]


def chain(steps, **options):
    """Steps that follow each other, of which every third has a limit of time."""
    return work(
        *(
            Node(
                name=f"s{n}",
                task=sh("true", **({"timeout": 60} if n % 3 == 0 else {})),
                needs=(f"s{n - 1}",) if n else (),
            )
            for n in range(steps)
        ),
        **options,
    )


async def test_a_graph_with_more_steps_than_argo_takes_is_refused_before_and_when_it_comes(here):
    _, cluster = here
    await cluster.look()
    assert await cluster.preview(chain(200)) == []
    found = await cluster.preview(chain(201))
    assert found == [
        "it has 201 steps to run; Argo Workflows on this cluster takes 200 in one run: put equal "
        "steps into one that fans out (for_each), "
        "or split the pipeline"
    ]
    with pytest.raises(Invalid, match="must have at most 200 items"):
        await cluster.apply(chain(201))


async def test_steps_that_share_a_template_do_each_their_own(here, monkeypatch):
    made, cluster = here
    monkeypatch.setattr(step_templates, "OWN", 2)
    say = "echo $CUBE_STEP; echo '{\"n\": [1, 2]}' > $CUBE_OUTPUT_DIR/outputs.json"
    graph = (
        *(Node(name=f"s{n}", task=sh(f"echo {n}; {say}", outputs=("n",))) for n in range(4)),
        Node(
            name="each",
            task=sh(("echo ", Ref(None, ""))),
            needs=("s0", "s1", "s2", "s3"),
            each=Ref("s3", "n"),
        ),
        Node(name="bad", task=sh("exit 3"), needs=("s1",), retry=Retry(1, 1, 1)),
    )
    body, _ = argo.workflow(work(*graph), made.site)
    assert len(body["spec"]["templates"]) == 5  # the graph; s0 to s2; s3, of which a list is taken; each; bad
    await cluster.apply(work(*graph))
    found = await over(cluster)
    told = {(pod.node, pod.item, pod.attempt): pod for pod in pods(found).values()}
    assert set(told) == {
        *((f"s{n}", None, 1) for n in range(4)),
        ("each", 0, 1),
        ("each", 1, 1),
        ("bad", None, 1),
        ("bad", None, 2),
    }
    assert (await text(cluster, told["s2", None, 1].id)).startswith(b"2\n")
    assert await text(cluster, told["each", 1, 1].id) == b"2\n"
    assert {key: step.state for key, step in steps(found).items() if key[0] != "each"} == {
        **{(f"s{n}", None): NodeState.SUCCEEDED for n in range(4)},
        ("bad", None): NodeState.FAILED,
    }


@pytest.mark.parametrize(
    "odd",
    [{}, {"spec": None}, {"spec": {"versions": [{}, {"schema": {"openAPIV3Schema": {"properties": []}}}]}}],
)
def test_a_definition_without_limits_has_none(odd):
    assert step_templates.limits(odd) == (None, None)


def test_limits_are_those_of_the_definition():
    assert step_templates.limits(DEFINITION) == (200, 200)
