"""What a preflight says of rights, storage classes and files that are not there, before anything is made."""

from dataclasses import replace

import pytest

from cubestudio.core.cluster.kubernetes import file_transfer, rights
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.port import Artifact, Graph, Input, Node, Outcome, Server, Task, Workload
from cubestudio.core.store import Store
from tests.kubernetes.stand import stand

LABELS = {"cubestudio/kind": "run", "cubestudio/id": "r", "cubestudio/project": "p"}
FILE = Artifact(path="a.txt", size=1, sha256="0" * 64, media_type="text/plain", key="k")


def sh(script: str, **more) -> Task:
    return Task(command=(("sh",), ("-c",), (script,)), **more)


def graph(*nodes: Node) -> Workload:
    return Workload(name="w", body=Graph(nodes), labels=LABELS)


async def test_rights_that_a_plan_needs_are_asked_for_before_it_starts(settings):
    async with stand(Store.open(settings)) as here:
        made = here.adapter()
        asked = [
            graph(Node(name="a", task=sh("true"))),
            Workload(name="t", body=sh("true"), labels=LABELS),
            Workload(name="s", body=Server(task=sh("true")), labels=LABELS),
        ]
        for each in asked:
            assert (await made.plan(each)).verdict == "now"
        here.server.lacks = {
            ("create", "workflows"),
            ("create", "deployments"),
            ("get", "pods/log"),
            ("create", "namespaces"),
        }
        plan = await made.plan(asked[0])
        assert plan.verdict == "never" and plan.problems == (
            "the platform's account may not do this in namespace pipeline: get pods/log, create "
            "workflows.argoproj.io; install/kubernetes/rbac.yaml lists the rights that it needs",
            "the platform's account may not do this in the cluster: create namespaces; "
            "install/kubernetes/rbac.yaml lists the rights that it needs",
        )
        assert "create deployments.apps" in (await made.plan(asked[2])).problems[0]
        assert "workflows" not in str((await made.plan(asked[1])).problems)
        here.server.put(
            ("v1", "namespaces"),
            "",
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "pipeline"}},
        )
        assert not any("namespaces" in words for words in (await made.plan(asked[1])).problems)
        here.server.lacks = set()
        here.server.denied = {rights.REVIEWS}  # who may not ask is not told anything
        assert (await made.plan(asked[0])).verdict == "now"
        await made.close()


async def test_a_folder_that_nothing_would_give_a_volume_is_said_to_wait(settings):
    async with stand(Store.open(settings)) as here:
        made = here.adapter()
        work = Workload(name="s", body=Server(task=sh("true"), folder="home"), labels=LABELS)
        assert (await made.plan(work)).verdict == "now"
        kind = ("storage.k8s.io/v1", "storageclasses")
        plain = here.server.get(kind, "", "standard")
        plain["metadata"]["annotations"] = {}
        here.server.put(kind, "", plain)
        plan = await made.plan(work)
        assert (plan.verdict, plan.message) == (
            "waits",
            "Its folder waits for a volume: none of the storage classes (standard) is the default one.",
        )
        assert (await made.plan(replace(work, body=Server(task=sh("true"))))).verdict == "now"
        here.server.delete(kind, "", "standard")
        assert "has no storage class" in (await made.plan(work)).message
        await made.close()


async def test_files_that_cannot_be_handed_on_are_refused_before_the_run(settings):
    async with stand(Store.open(settings)) as here:
        made = here.adapter(files_url=None)
        reads = Node(name="b", task=sh("cat $CUBE_INPUT_DIR/a/x", inputs=(Input("a"),)), needs=("a",))
        plan = await made.plan(graph(Node(name="a", task=sh("echo > $CUBE_OUTPUT_DIR/x")), reads))
        assert plan.verdict == "never" and plan.problems == (
            f"step b reads files of the steps before it (CUBE_INPUT_DIR), and {file_transfer.WAY}",
        )
        assert plan.warnings == (
            f"step a fails if it leaves files besides outputs.json (CUBE_OUTPUT_DIR): {file_transfer.WAY}",
        )
        alone = await made.plan(Workload(name="t", body=sh("true", placed=(FILE,)), labels=LABELS))
        assert alone.verdict == "never" and alone.problems == (
            f"it is given 1 files, and {file_transfer.WAY}",
        )
        assert (
            await made.plan(
                graph(
                    Node(name="a", task=sh("true")),
                    Node(name="b", task=sh("true", inputs=(Input("a"),)), needs=("a",)),
                )
            )
        ).verdict == "now"
        await made.close()


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ((Node(name="a", task=sh("true", placed=(FILE,))),), ["step a is given 1 files"]),
        ((Node(name="a", task=sh("true", placed=(FILE,)), skip=True),), []),
        (
            (
                Node(name="a", task=sh("true"), given=((None, Outcome({}, (FILE,))),)),
                Node(name="b", task=sh("true"), needs=("a",)),
            ),
            ["step b is given the files that step a left"],
        ),
        (
            (
                Node(name="a", task=sh("true"), given=((None, Outcome({"v": 1})),)),
                Node(name="b", task=sh("true"), needs=("a",)),
            ),
            [],
        ),
        ((Node(name="a", task=sh("echo $CUBE_INPUT_DIR")),), []),
    ],
)
def test_which_files_need_a_way(nodes, words):
    found = file_transfer.problems(Graph(nodes), Site())
    assert len(found) == len(words) and all(
        each.startswith(start) for each, start in zip(found, words, strict=True)
    )
    assert file_transfer.problems(Graph(nodes), Site(files_url="http://cube/files")) == []


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"status": {"allowed": True}}, True),
        ({"status": {"allowed": False}}, False),
        ({"status": {"allowed": False, "denied": True}}, False),
        ({"status": {"allowed": False, "evaluationError": "a webhook does not answer"}}, None),
        ({"status": {}}, False),
        ({"status": {"allowed": "true"}}, False),
        ({"status": None}, None),
        ({}, None),
        ([], None),
        (None, None),
    ],
)
def test_what_a_review_answers(answer, verdict):
    assert rights.allowed(answer) is verdict
