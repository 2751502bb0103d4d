"""The cluster port's contract: the same work has the same outcome on this machine and on Kubernetes."""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest
import yaml

from cubestudio.core import expression, ids
from cubestudio.core.cluster.frameworks.table import gang as gang_of
from cubestudio.core.cluster.kubernetes import security
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.cluster import KubernetesCluster
from cubestudio.core.cluster.kubernetes.config import ClusterConfig
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.local.cluster import LocalCluster
from cubestudio.core.cluster.port import (
    Artifact,
    Graph,
    Input,
    Node,
    NodeState,
    Outcome,
    PodState,
    PodStatus,
    Ref,
    Retry,
    Route,
    Scale,
    Server,
    StepStatus,
    Synced,
    Task,
    Workload,
    WorkloadStatus,
)
from cubestudio.core.errors import Conflict, NotFound, Unavailable
from cubestudio.core.store import Store
from tests.kubernetes.stand import files, stand

LABELS = {"cubestudio/kind": "run", "cubestudio/id": "r", "cubestudio/project": "p"}


REAL = os.environ.get("CUBE_TEST_KUBECONFIG")
"""A kubeconfig of a real cluster: the same tests run there, in a namespace of their own, with the image
CUBE_TEST_IMAGE (sh and python3), and, when CUBE_TEST_URL says how pods reach this machine
(http://address:port), with files too. With CUBE_TEST_DIRECT (networks that this machine's connections come
from) pods are reached at their own addresses."""
PATIENCE = 600 if REAL else 120
"""Seconds after which something hangs; a real cluster whose API server is killed again and again needs
minutes for its own part."""


ONE = pytest.param("real", marks=pytest.mark.xdist_group("real"))
"""One after the other: pods find this machine at one port."""


@pytest.fixture(params=["local", "kubernetes", *([ONE] if REAL else [])])
async def cluster(request, settings):
    store = Store.open(settings)
    if request.param == "local":
        made = LocalCluster("local", settings, store)
        await made.drive()
        yield made
        await made.close()
    elif request.param == "kubernetes":
        async with stand(store) as here:
            if (
                request.node.callspec.params.get("kind") == "PyTorchJob"
            ):  # its operator adds a container that "restricted" refuses
                here.server.enforces = "privileged"
            made = here.adapter()
            yield made
            await made.close()
    else:
        async with real(store, request) as made:
            yield made


async def patient(act, *errors):
    """What is refused because a real cluster is away for a moment is asked again, as the platform does."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await act()
            except (Unavailable, *errors):
                if not REAL:
                    raise
                await asyncio.sleep(1)


def _patiently(name):
    async def act(self, *args):
        return await patient(partial(getattr(KubernetesCluster, name), self, *args))

    return act


async def _patient_find(find, uid):
    return await patient(partial(find, uid))


ACTS = ("apply", "delete", "scale", "route", "connect", "discard", "look", "shell")
Patient = type("Patient", (KubernetesCluster,), {name: _patiently(name) for name in ACTS})
"""An adapter whose cluster may be killed at any moment."""


@contextlib.asynccontextmanager
async def real(store, request):
    """An adapter on a real cluster; what it made is gone afterwards."""
    url = os.environ.get("CUBE_TEST_URL")
    name = f"cube-test-{ids.new()[-12:]}"
    site = Site(
        namespace=name, image=os.environ["CUBE_TEST_IMAGE"], files_url=url, grace=2, installation=name
    )
    client = Client("real", yaml.safe_load(Path(REAL).read_text()))
    peers = tuple(os.environ.get("CUBE_TEST_DIRECT", "").split())
    made = Patient(
        ClusterConfig(
            name="real", config=yaml.safe_load(Path(REAL).read_text()), context=None, stamp="1", peers=peers
        ),
        site,
        store,
    )
    async with contextlib.AsyncExitStack() as stack:
        if url:
            runner, _ = await files(store, "0.0.0.0", int(url.rpartition(":")[2].strip("/")))
            stack.push_async_callback(runner.cleanup)
        # An operator of PyTorchJobs adds a container that "restricted" refuses.
        level = "privileged" if request.node.callspec.params.get("kind") == "PyTorchJob" else "restricted"
        space = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": {security.LABEL: level}},
        }
        await patient(partial(client.apply, path("v1", "namespaces", None, name), space))
        made.pods.find = partial(_patient_find, made.pods.find)
        await made.look()
        if (
            "alone" not in request.node.name
            and "server" not in request.node.name
            and made.survey.argo is not True
        ):
            pytest.skip("not run: workflow-controller (Argo Workflows) is not installed on this cluster")
        if not url and any(
            word in request.node.name for word in ("files", "fan_out", "given", "metrics", "refused", "large")
        ):
            pytest.skip("not run: pods have no way to this machine (CUBE_TEST_URL)")
        try:
            yield made
        finally:
            await patient(partial(client.delete, path("v1", "namespaces", None, site.namespace)))
            await client.close()
            await made.close()


def sh(script, **options):
    return Task(command=(("sh",), ("-c",), (script,) if isinstance(script, str) else script), **options)


def work(*nodes, name="w", **options):
    return Workload(
        name=name, body=Graph(tuple(nodes), options.pop("parallelism", 0)), labels=LABELS, **options
    )


async def over(cluster, name="w", seconds=PATIENCE, then=None):
    """Everything that was seen of a workload until it ended. `then` is done when all that exists has been
    told, for what it ends may be gone before anybody looks."""
    seen, told, ended = [], False, False
    async with asyncio.timeout(seconds):
        async with contextlib.aclosing(cluster.watch()) as observations:
            async for observation in observations:
                told = told or isinstance(observation, Synced)
                if getattr(observation, "workload", None) == name:
                    seen.append(observation)
                    ended = ended or (isinstance(observation, WorkloadStatus) and observation.state.final)
                if told and ended:
                    return seen
                if told and then:
                    do, then = then, None
                    await do()
    raise AssertionError("unreachable")


def steps(seen):
    return {(sight.node, sight.item): sight for sight in seen if isinstance(sight, StepStatus)}


def states(seen):
    return {
        name if item is None else f"{name}[{item}]": sight.state.value
        for (name, item), sight in steps(seen).items()
    }


def pods(seen):
    return {sight.id: sight for sight in seen if isinstance(sight, PodStatus)}


async def begun(cluster):
    """The first pod that runs and has said so."""
    async with asyncio.timeout(PATIENCE), contextlib.aclosing(cluster.watch()) as observations:
        async for observation in observations:
            if isinstance(observation, PodStatus) and observation.state == PodState.RUNNING:
                break
    async for piece in cluster.logs(observation.id, follow=True):
        if b"begun" in piece.data:
            return observation
    raise AssertionError("it ended before it began")


async def text(cluster, pod):
    return b"".join([piece.data async for piece in cluster.logs(pod, follow=True)])


async def test_a_chain_hands_on_values_and_files(cluster):
    first = sh(
        'echo \'{"n": 3, "t": "a {{b}} \\"c\\" {{=d}}"}\' > $CUBE_OUTPUT_DIR/outputs.json; mkdir '
        "$CUBE_OUTPUT_DIR/d; echo body > $CUBE_OUTPUT_DIR/d/f",
        outputs=("n", "t"),
    )
    second = sh(
        ('cat $CUBE_INPUT_DIR/a/d/f; echo "$N $T"; cat note',),
        env={"N": (Ref("a", "n"),), "T": ("<", Ref("a", "t"), ">")},
        files={"note": ("said: ", Ref("a", "t", "json"), "\n")},
        inputs=(Input("a"),),
    )
    await cluster.apply(work(Node(name="a", task=first), Node(name="b", task=second, needs=("a",))))
    seen = await over(cluster)
    assert states(seen) == {"a": "Succeeded", "b": "Succeeded"} and seen[-1].state == PodState.SUCCEEDED
    outcome = steps(seen)["a", None].outcome
    assert outcome.values == {"n": 3, "t": 'a {{b}} "c" {{=d}}'}
    assert [(each.path, each.size) for each in outcome.artifacts] == [("d/f", 5)]
    pod = steps(seen)["b", None].pod
    assert await text(cluster, pod) == b'body\n3 <a {{b}} "c" {{=d}}>\nsaid: "a {{b}} \\"c\\" {{=d}}"\n'


async def test_what_comes_after_a_failure_is_not_started_and_the_rest_is(cluster):
    await cluster.apply(
        work(
            Node(name="bad", task=sh("echo no; exit 3")),
            Node(name="after", task=sh("true"), needs=("bad",)),
            Node(name="last", task=sh("true"), needs=("after",)),
            Node(name="other", task=sh("true")),
        )
    )
    seen = await over(cluster)
    assert states(seen) == {"bad": "Failed", "after": "Skipped", "last": "Skipped", "other": "Succeeded"}
    bad, after = steps(seen)["bad", None], steps(seen)["after", None]
    assert (bad.reason, bad.message) == ("Error", "it ended with exit code 3")
    assert (after.reason, after.message) == ("UpstreamFailed", "step bad did not succeed")
    end = seen[-1]
    assert (
        isinstance(end, WorkloadStatus)
        and end.state == PodState.FAILED
        and end.message == "step bad failed: it ended with exit code 3"
    )
    (pod,) = [pod for pod in pods(seen).values() if pod.node == "bad"]
    assert pod.state == PodState.FAILED and pod.exit_code == 3 and await text(cluster, pod.id) == b"no\n"


async def test_a_condition_that_does_not_hold_skips_and_what_needs_its_values_too(cluster):
    first = sh("echo '{\"n\": 3}' > $CUBE_OUTPUT_DIR/outputs.json", outputs=("n",))
    no = Node(
        name="no",
        task=sh("echo '{\"x\": 1}' > $CUBE_OUTPUT_DIR/outputs.json"),
        needs=("a",),
        when=[">", ["ref", "a", "n"], ["value", 10]],
    )
    yes = Node(name="yes", task=sh("true"), needs=("a",), when=[">", ["ref", "a", "n"], ["value", 2]])
    free = Node(name="free", task=sh("true"), needs=("no",))
    tied = Node(name="tied", task=sh("true", env={"X": (Ref("no", "x"),)}), needs=("no",))
    await cluster.apply(work(Node(name="a", task=first), no, yes, free, tied))
    seen = await over(cluster)
    assert states(seen) == {
        "a": "Succeeded",
        "no": "Skipped",
        "yes": "Succeeded",
        "free": "Succeeded",
        "tied": "Skipped",
    }
    assert (
        steps(seen)["no", None].message == "its condition does not hold: 3 > 10"
        and steps(seen)["no", None].reason == "Condition"
    )
    assert steps(seen)["tied", None].reason == "UpstreamSkipped"
    assert seen[-1].state == PodState.SUCCEEDED


CONDITIONS = {
    "steps.check-in.outputs.ok == true and not steps.check-in.outputs.no": "Succeeded",
    "{{ steps.check-in.outputs.s }} == 'salt and pepper'": "Succeeded",
    "steps.check-in.outputs.n in [1, '3'] or steps.check-in.outputs.gone": "Succeeded",
    "steps.check-in.outputs.n > 3": "its condition does not hold: 3 > 3",
    "not (steps.check-in.outputs.l == ['a', 2])": 'its condition does not hold: not ["a", 2] == ["a", 2]',
    "steps.check-in.outputs.s < 5": (
        "its condition cannot be decided: 'salt and pepper' and 5 have no "
        "order: two numbers have one, or two texts"
    ),
    "steps.check-in.outputs.n": (
        "its condition cannot be decided: 3 is neither true nor false; compare it with something"
    ),
    "steps.check-in.outputs.gone == 1": "step check-in gave no output gone",
}


async def test_conditions_are_decided_alike(cluster):
    values = '{"ok": true, "no": "false", "s": "salt and pepper", "n": 3, "l": ["a", 2]}'
    first = Node(
        name="check-in",
        task=sh(f"echo '{values}' > $CUBE_OUTPUT_DIR/outputs.json", outputs=("ok", "no", "s", "n", "l")),
    )
    nodes = [
        Node(
            name=f"c{place}",
            task=sh("true"),
            needs=("check-in",),
            when=expression.bind(expression.parse(text), lambda path: ["ref", path[1], path[3]]),
        )
        for place, text in enumerate(CONDITIONS)
    ]
    await cluster.apply(work(first, *nodes))
    found = steps(await over(cluster))
    for place, (text, wanted) in enumerate(CONDITIONS.items()):
        seen = found[f"c{place}", None]
        state = "Succeeded" if wanted == "Succeeded" else "Skipped" if "does not hold" in wanted else "Failed"
        assert (seen.state, seen.message) == (state, None if wanted == "Succeeded" else wanted), text
    assert {found[f"c{place}", None].reason for place in (5, 6)} == {"ConditionFailed"}


async def test_an_item_that_lacks_a_member_fails_by_itself(cluster):
    fit = sh("true", env={"X": (Ref(None, "lr"),)})
    nul = sh("true", env={"X": (Ref("a", "nul"),)})
    first = sh('printf \'{"nul": "a\\\\u0000b"}\' > $CUBE_OUTPUT_DIR/outputs.json', outputs=("nul",))
    await cluster.apply(
        work(
            Node(name="fit", task=fit, each=({"lr": 0.1}, {"rate": 2}, 5)),
            Node(name="a", task=first),
            Node(name="nul", task=nul, needs=("a",)),
        )
    )
    found = steps(await over(cluster))
    assert [found["fit", item].state for item in (0, 1, 2, None)] == [
        "Succeeded",
        "Failed",
        "Failed",
        "Failed",
    ]
    assert (found["fit", 1].reason, found["fit", 1].message) == (
        "MissingValue",
        "the item has no member 'lr'",
    )
    assert "2 of 3 items failed, first item 1: the item has no member 'lr'" in found["fit", None].message
    assert (found["nul", None].state, found["nul", None].reason) == ("Failed", "BadValue")
    assert (
        found["nul", None].message
        == "a value that its command is given has a NUL character; pass it in a file"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"deep": %s}' % ("[" * 300 + "]" * 300), "deep" + "[0]" * 5),
        ('{"deep": %s}' % ("[" * 30_000 + "]" * 30_000), "it is nested more than 64 deep"),
        ('{"n": 9223372036854775808}', "outputs.json: n: it does not fit into 64 bits"),
        ('{"l": [1, NaN]}', "outputs.json: l[1]: it is NaN, which JSON does not have"),
        ('{"a": 1', "outputs.json: it is not JSON"),
        ("[1]", "outputs.json must hold an object"),
    ],
)
async def test_values_that_nothing_could_keep_are_refused(cluster, text, words):
    made = sh("cp values.txt $CUBE_OUTPUT_DIR/outputs.json")
    await cluster.apply(work(Node(name="a", task=replace(made, files={"values.txt": (text,)}))))
    found = steps(await over(cluster))["a", None]
    assert (found.state, found.reason) == ("Failed", "OutputRefused") and words in found.message


async def test_a_fan_out_runs_each_item_and_gathers_in_order(cluster):
    lists = sh('echo \'{"l": [10, {"k": "v"}, 30]}\' > $CUBE_OUTPUT_DIR/outputs.json', outputs=("l",))
    each = sh(
        (
            'echo "{\\"o\\": \\"$CUBE_ITEM_INDEX:$V\\"}" > $CUBE_OUTPUT_DIR/outputs.json; echo '
            "$CUBE_ITEM > $CUBE_OUTPUT_DIR/item",
        ),
        env={"V": (Ref(None, ""),)},
        outputs=("o",),
    )
    plain = sh('echo "{\\"o\\": $CUBE_ITEM}" > $CUBE_OUTPUT_DIR/outputs.json', outputs=("o",))
    last = sh(
        ("cat $CUBE_INPUT_DIR/fan/1/item; tr -d ' ' < $CUBE_INPUT_VALUES; echo; echo $ALL",),
        env={"ALL": (Ref("some", "o"),)},
        inputs=(Input("fan"),),
    )
    await cluster.apply(
        work(
            Node(name="a", task=lists),
            Node(
                name="fan",
                task=Task(
                    command=(
                        *each.command[:2],
                        (
                            'echo "{\\"o\\": $CUBE_ITEM_INDEX}" > $CUBE_OUTPUT_DIR/outputs.json; '
                            'echo "$V" > $CUBE_OUTPUT_DIR/item',
                        ),
                    ),
                    env=each.env,
                    outputs=("o",),
                ),
                needs=("a",),
                each=Ref("a", "l"),
            ),
            Node(name="some", task=plain, each=(4, 5)),
            Node(name="none", task=plain, each=()),
            Node(name="last", task=last, needs=("fan", "some", "none")),
        )
    )
    seen = await over(cluster)
    found = steps(seen)
    assert states(seen) == {
        "a": "Succeeded",
        "fan": "Succeeded",
        "fan[0]": "Succeeded",
        "fan[1]": "Succeeded",
        "fan[2]": "Succeeded",
        "some": "Succeeded",
        "some[0]": "Succeeded",
        "some[1]": "Succeeded",
        "none": "Succeeded",
        "last": "Succeeded",
    }
    assert [found["fan", item].value for item in range(3)] == [10, {"k": "v"}, 30]
    assert (
        found["fan", None].items == 3
        and found["fan", None].outcome.values == {"o": [0, 1, 2]}
        and found["none", None].items == 0
    )
    assert found["some", None].outcome.values == {"o": [4, 5]} and found["some", 1].value == 5
    assert await text(cluster, found["last", None].pod) == b'{"k": "v"}\n{"fan":{"o":[0,1,2]}}\n[4, 5]\n'


async def test_large_values_and_many_items_are_handed_on(cluster):
    large = sh(
        "python3 -c \"import json, os; json.dump({'t': 'x' * 300000, 'l': list(range(40))}, "
        "open(os.environ['CUBE_OUTPUT_DIR'] + '/outputs.json', 'w'))\"",
        outputs=("t", "l"),
    )
    item = sh(
        "python3 -c \"import json, os; json.dump({'t': os.environ['CUBE_ITEM'] * 500}, "
        "open(os.environ['CUBE_OUTPUT_DIR'] + '/outputs.json', 'w'))\"",
        outputs=("t",),
        cpu=0.1,
    )
    last = sh("wc -c < text; wc -c < all", files={"text": (Ref("files", "t"),), "all": (Ref("items", "t"),)})
    await cluster.apply(
        work(
            Node(name="files", task=large),
            Node(name="items", task=item, needs=("files",), each=Ref("files", "l")),
            Node(name="last", task=last, needs=("files", "items")),
        )
    )
    seen = await over(cluster)
    assert (
        states(seen)["last"] == "Succeeded" and len(steps(seen)["files", None].outcome.values["t"]) == 300_000
    )
    assert (
        steps(seen)["items", 39].outcome.values == {"t": "39" * 500}
        and steps(seen)["items", None].items == 40
    )
    wanted = len(str(["1"] * 40)) - 40 - 2 + sum(len(str(n)) * 500 for n in range(40)) + 2
    assert (await text(cluster, steps(seen)["last", None].pod)).split() == [b"300000", str(wanted).encode()]


async def test_a_failed_attempt_is_followed_by_another(cluster):
    await cluster.apply(
        work(Node(name="a", task=sh("echo try $CUBE_ATTEMPT; [ $CUBE_ATTEMPT = 3 ]"), retry=Retry(2, 1, 1)))
    )
    seen = await over(cluster)
    assert states(seen) == {"a": "Succeeded"} and steps(seen)["a", None].attempt == 3
    tries = sorted(pods(seen).values(), key=lambda pod: pod.attempt)
    assert [(pod.attempt, pod.state.value) for pod in tries] == [
        (1, "Failed"),
        (2, "Failed"),
        (3, "Succeeded"),
    ]
    assert [await text(cluster, pod.id) for pod in tries] == [b"try 1\n", b"try 2\n", b"try 3\n"]


async def test_stopping_ends_what_runs_and_what_waits(cluster):
    await cluster.apply(
        work(
            Node(name="a", task=sh("echo begun; sleep 300 & wait")),
            Node(name="b", task=sh("true"), needs=("a",)),
        )
    )
    await begun(cluster)
    await cluster.apply(
        work(Node(name="a", task=sh("")), Node(name="b", task=sh(""), needs=("a",)), generation=2, stop=True)
    )
    seen = await over(cluster)
    assert states(seen) == {"a": "Cancelled", "b": "Cancelled"} and seen[-1].state == PodState.CANCELLED
    assert [pod.state for pod in pods(seen).values()] == [PodState.CANCELLED]


async def test_what_was_stopped_before_it_came_never_runs(cluster):
    await cluster.apply(work(Node(name="a", task=sh("echo no")), generation=2, stop=True))
    await cluster.apply(work(Node(name="a", task=sh("echo no"))))
    seen = await over(cluster)
    assert seen[-1].state == PodState.CANCELLED and not pods(seen)


async def test_a_step_over_its_time_is_ended(cluster):
    await cluster.apply(work(Node(name="a", task=sh("sleep 300", timeout=0.5))))
    seen = await over(cluster)
    assert steps(seen)["a", None].reason == "Timeout" and "0.5 s" in steps(seen)["a", None].message


async def test_missing_and_odd_outputs_are_refused_in_words(cluster):
    def left(script):
        return sh(f"cd $CUBE_OUTPUT_DIR; {script}")

    odd = {
        "json": ("echo { > outputs.json", "outputs.json: it is not JSON"),
        "list": ("echo [1] > outputs.json", "must hold an object"),
        "pipe": ("mkfifo outputs.json", "outputs.json is a named pipe, not a file"),
        "folder": ("mkdir outputs.json", "outputs.json is a folder, not a file"),
        "link": ("ln -s /etc/passwd outputs.json", "outputs.json is a link, not a file"),
        "big": ("echo '{\"n\": 9223372036854775808}' > outputs.json", "does not fit into 64 bits"),
        "deep": (
            "python3 -c \"print('{\\\"a\\\":' * 300 + '1' + '}' * 300)\" > outputs.json",
            "nested more than 64 deep",
        ),
        "long": (
            "python3 -c \"print('{\\\"a\\\": \\\"' + 'x' * 3000000 + '\\\"}')\" > outputs.json",
            "has more than 1 MiB",
        ),
    }
    none = Node(name="none", task=sh("true", outputs=("x", "y")))
    await cluster.apply(
        work(none, *(Node(name=name, task=left(script)) for name, (script, _) in odd.items()))
    )
    seen = steps(await over(cluster))
    assert {step.reason for step in seen.values()} == {"OutputRefused"}
    assert "did not write x, y" in seen["none", None].message
    assert {name: words for name, (_, words) in odd.items() if words not in seen[name, None].message} == {}


async def test_odd_files_are_left_out_with_a_word_and_the_others_kept_as_files(cluster):
    make = """cd $CUBE_OUTPUT_DIR
        echo hours > model.bin; ln -s model.bin latest; ln -s $CUBE_OUTPUT_DIR/model.bin absolute
        mkdir -p a/b empty; echo deep > a/b/c; ln -s a shortcut; ln -s ../model.bin a/up
        ln -s /etc/passwd out; ln -s nowhere dangling; ln -s ../../.. away; ln -s circle circle
        mkfifo pipe; python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('sock')"
        printf x > 'back\\slash'; printf y > "$(printf 'tab\there')"; printf z > 'sp ace ü'
        python3 -c "import os; os.close(os.open(b'bad-\\xff', os.O_CREAT))"
        echo '{"loss": 0.5}' > metrics.json; printf '{"n": 1}' > outputs.json"""
    read = (
        "cd $CUBE_INPUT_DIR/a; cat latest absolute shortcut/b/c a/up 'back\\slash' 'sp ace ü'; test -d "
        "empty; test ! -e pipe; ls"
    )
    await cluster.apply(
        work(
            Node(name="a", task=sh(make, outputs=("n",))),
            Node(name="b", task=replace(sh(read), inputs=(Input("a"),)), needs=("a",)),
        )
    )
    told = await over(cluster)
    seen = steps(told)
    assert states(told) == {"a": "Succeeded", "b": "Succeeded"}
    outcome = seen["a", None].outcome
    kept = {artifact.path for artifact in outcome.artifacts}
    wanted = {
        "model.bin",
        "latest",
        "absolute",
        "a/b/c",
        "a/up",
        "shortcut",
        "empty",
        "back\\slash",
        "sp ace ü",
        "metrics.json",
    }
    assert kept == wanted and outcome.values == {"n": 1}
    said = "\n".join(outcome.warnings)
    for name in (
        "out is a link that leads out",
        "dangling is a link that leads nowhere",
        "away is a link that leads out",
        "circle is a link that",
        "pipe is a named pipe",
        "sock is a socket",
        "tab\\x09here has control characters",
        "bad-\\udcff has a name that is not UTF-8",
    ):
        assert name in said, (name, said)
    assert (await text(cluster, seen["b", None].pod)).startswith(b"hours\nhours\ndeep\nhours\nxz")


async def test_many_files_arrive_and_very_deep_ones_are_said(cluster):
    make = """cd $CUBE_OUTPUT_DIR; python3 - <<END
import os
os.makedirs("many/x"); os.makedirs("few"); open("few/one", "w").write("1"); os.symlink("../few/one", "many/link"); os.mkdir("many/none")
for n in range(2500):
    open("many/x/%04d" % n, "w").write(str(n))
here = os.getcwd()
for n in range(300):
    os.mkdir("deep"); os.chdir("deep")
END"""  # noqa: E501
    read = "cd $CUBE_INPUT_DIR/a; ls many/x | wc -l; cat many/x/2499 many/link few/one; test -d many/none"
    await cluster.apply(
        work(
            Node(name="a", task=sh(make)),
            Node(name="b", task=replace(sh(read), inputs=(Input("a"),)), needs=("a",)),
        )
    )
    told = await over(cluster)
    seen = steps(told)
    assert states(told) == {"a": "Succeeded", "b": "Succeeded"}
    outcome = seen["a", None].outcome
    assert {artifact.path for artifact in outcome.artifacts} == {"many", "few/one"}
    assert "deeper than 64 folders" in outcome.warnings[0] and len(outcome.warnings) == 1
    assert (await text(cluster, seen["b", None].pod)).split() == [b"2500", b"249911"]


async def test_given_results_are_not_run_again(cluster, settings):
    data = b"kept\n"
    digest = hashlib.sha256(data).hexdigest()
    key = f"artifacts/p/{digest[:2]}/{digest}"
    await Store.open(settings).put(key, data)
    kept = Outcome({"n": 7}, (Artifact(path="f", size=5, sha256=digest, media_type="text/plain", key=key),))
    await cluster.apply(
        work(
            Node(name="a", task=sh("exit 1"), given=((None, kept),)),
            Node(name="off", task=sh("exit 1"), skip=True),
            Node(
                name="fan",
                task=sh("echo '{\"n\": 8}' > $CUBE_OUTPUT_DIR/outputs.json", outputs=("n",)),
                each=("x", "y"),
                given=((0, kept),),
            ),
            Node(
                name="b",
                task=sh(
                    ("cat $CUBE_INPUT_DIR/a/f $CUBE_INPUT_DIR/fan/0/f; echo $N $ALL",),
                    env={"N": (Ref("a", "n"),), "ALL": (Ref("fan", "n"),)},
                    inputs=(Input("a"), Input("fan")),
                ),
                needs=("a", "off", "fan"),
            ),
        )
    )
    seen = await over(cluster)
    assert states(seen) == {
        "a": "Given",
        "off": "Skipped",
        "fan": "Succeeded",
        "fan[0]": "Given",
        "fan[1]": "Succeeded",
        "b": "Succeeded",
    }
    assert await text(cluster, steps(seen)["b", None].pod) == b"kept\nkept\n7 [7, 8]\n"


TOLD = """python3 -u -c "
import json, os, socket, time
rank, world = int(os.environ['RANK']), int(os.environ['WORLD_SIZE'])
assert os.environ['CUBE_RANK'] == str(rank) and os.environ['CUBE_WORKERS'] == str(world)
place = (os.environ['MASTER_ADDR'], int(os.environ['MASTER_PORT']))
if rank == 0:
    server = socket.create_server(place)
    total = sum(int(server.accept()[0].recv(9)) for _ in range(world - 1))
    json.dump({'sum': total, 'in': os.environ['IN']}, open(os.environ['CUBE_OUTPUT_DIR'] + '/outputs.json', 'w'))
    open(os.environ['CUBE_OUTPUT_DIR'] + '/model', 'w').write('m')
else:
    for _ in range(600):
        try: peer = socket.create_connection(place); break
        except OSError: time.sleep(0.05)
    peer.sendall(str(rank * 10).encode())
print('member', rank)
" """  # noqa: E501


@pytest.mark.parametrize("kind", ["", "PyTorchJob", "VolcanoJob"])
async def test_a_gang_works_together_and_its_leader_leaves_files_and_values(cluster, kind):
    await known(cluster, kind)
    first = sh('echo \'{"t": "a {{b}} \\"c"}\' > $CUBE_OUTPUT_DIR/outputs.json', outputs=("t",))
    gang = sh(
        (TOLD,),
        gang=gang_of("pytorch", 3, 0, kind),
        outputs=("sum",),
        env={"IN": (Ref("first", "t"),)},
        cpu=0.1,
        memory=64 * 2**20,
    )
    last = sh(
        ("cat $CUBE_INPUT_DIR/all/model; echo $N",),
        env={"N": (Ref("all", "sum"), " ", Ref("all", "in"))},
        inputs=(Input("all"),),
    )
    await cluster.apply(
        work(
            Node(name="first", task=first),
            Node(name="all", task=gang, needs=("first",)),
            Node(name="last", task=last, needs=("all",)),
        )
    )
    seen = await over(cluster)
    assert states(seen) == {"first": "Succeeded", "all": "Succeeded", "last": "Succeeded"}, steps(seen)[
        "all", None
    ]
    outcome = steps(seen)["all", None].outcome
    assert outcome.values == {"sum": 30, "in": 'a {{b}} "c'} and [
        each.path for each in outcome.artifacts
    ] == ["model"]
    assert await text(cluster, steps(seen)["last", None].pod) == b'm30 a {{b}} "c\n'
    members = sorted(
        (pod for pod in pods(seen).values() if pod.node == "all" and pod.role != "keeper"),
        key=lambda pod: pod.rank or 0,
    )
    logs = [await text(cluster, members[0].id)]
    if kind and cluster.kind == "kubernetes":
        assert [(pod.role, pod.rank) for pod in members] == [("master", 0), ("worker", 1), ("worker", 2)]
        assert logs[0] == b"member 0\n" and steps(seen)["all", None].pod == members[0].id
    else:
        assert len(logs) == 1 and sorted(logs[0].splitlines()) == [
            b"[0] member 0",
            b"[1] member 1",
            b"[2] member 2",
        ]


@pytest.mark.parametrize("kind", ["", "JAXJob"])
async def test_a_gang_fails_with_its_first_member_and_is_tried_again_as_a_whole(cluster, kind):
    await known(cluster, kind)
    script = (
        "if [ $CUBE_ATTEMPT = 1 ] && [ $CUBE_RANK = 1 ]; then echo no; exit 7; fi; [ $CUBE_ATTEMPT = 2 "
        "] || sleep 300"
    )
    task = sh(script, gang=gang_of("jax", 2, 0, kind), cpu=0.1, memory=64 * 2**20)
    await cluster.apply(
        work(
            Node(name="a", task=task, retry=Retry(1, 1, 1)),
            Node(name="b", task=replace(task, command=(("sh",), ("-c",), ("exit 7",)))),
        )
    )
    seen = await over(cluster)
    assert states(seen) == {"a": "Succeeded", "b": "Failed"} and steps(seen)["a", None].attempt == 2
    words = "it ended with exit code 7"
    message = steps(seen)["b", None].message
    assert re.sub(r"^member [01] \(worker\): ", "", message) == words and message.startswith("member") == (
        kind != "" and cluster.kind != "local"
    )
    assert {pod.attempt for pod in pods(seen).values() if pod.node == "a"} == {1, 2}
    if kind and cluster.kind != "local":  # who failed is told from who was ended for it
        first = {
            pod.rank: pod.state
            for pod in pods(seen).values()
            if pod.node == "a" and pod.attempt == 1 and pod.role != "keeper"
        }
        assert first == {0: PodState.CANCELLED, 1: PodState.FAILED}
    assert all(pod.state.final for pod in pods(seen).values())


@pytest.mark.parametrize("kind", ["", "JAXJob"])
async def test_stopping_ends_every_member_of_a_gang(cluster, kind):
    await known(cluster, kind)
    task = sh("echo begun; sleep 300 & wait", gang=gang_of("jax", 2, 0, kind), cpu=0.1, memory=64 * 2**20)
    await cluster.apply(work(Node(name="a", task=task)))
    await begun(cluster)
    await cluster.apply(work(Node(name="a", task=task), generation=2, stop=True))
    seen = await over(cluster)
    assert states(seen) == {"a": "Cancelled"} and all(
        pod.state == PodState.CANCELLED for pod in pods(seen).values()
    )
    if isinstance(cluster, KubernetesCluster):
        async with asyncio.timeout(
            PATIENCE
        ):  # Argo's own container in the keeper's pod may end after the workflow
            while await _running(cluster):
                await asyncio.sleep(0.1)


async def _running(cluster):
    left, _ = await cluster._client.items(path("v1", "pods"), labelSelector="cubestudio/workload=w")
    return [
        pod
        for pod in left
        if pod["status"]["phase"] == "Running" and not pod["metadata"].get("deletionTimestamp")
    ]


SERVER = """python3 -u -c "
import http.server, os, pathlib, signal, socket, struct
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
kept = pathlib.Path('kept')
kept.write_text(str(int(kept.read_text() or 0) + 1) if kept.exists() else '1')
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/end': os._exit(0)
        if self.path == '/reset':
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            return os.close(self.connection.detach())
        body = ('%s times, hello %s' % (kept.read_text(), os.environ['WHO'])).encode()
        self.send_response(200 if self.path == '/ready' else 404 if self.path != '/say' else 200)
        self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): print('asked', self.path)
print('up', flush=True)
http.server.ThreadingHTTPServer((os.environ['CUBE_HOST'], int(os.environ['CUBE_PORT'])), Answer).serve_forever()
" """  # noqa: E501


def served(name="s", generation=1, stop=False, who="you", **options):
    task = sh((SERVER,), env={"WHO": (who,)}, cpu=0.1, memory=64 * 2**20)
    labels = LABELS | {"cubestudio/kind": "service"}
    return Workload(
        name=name,
        body=Server(task=task, ready="/ready", **options),
        labels=labels,
        generation=generation,
        stop=stop,
    )


async def whole(cluster, name, wanted, seconds=PATIENCE):
    """The first observation of a server as a whole of which something is true."""
    async with asyncio.timeout(seconds), contextlib.aclosing(cluster.watch()) as observations:
        async for observation in observations:
            if (
                isinstance(observation, WorkloadStatus)
                and observation.workload == name
                and wanted(observation)
            ):
                return observation
    raise AssertionError("unreachable")


async def asked(cluster, name, path_="/say"):
    """What a server answers, through the cluster's own connection."""

    async def ask():
        link = await cluster.connect(name)
        try:
            await link.send(f"GET {path_} HTTP/1.0\r\n\r\n".encode())
            data = b""
            while piece := await link.receive():
                data += piece
            return data.rpartition(b"\r\n\r\n")[2].decode()
        finally:
            await link.close()

    return await patient(ask, *([NotFound] if REAL else []))  # a node that cannot report has no ready pods


async def settled(cluster, name, wanted):
    """Until a server answers so several times on end: during a change old replicas answer too, and may break
    off."""
    async with asyncio.timeout(PATIENCE):
        times = 0
        while times < 5:
            with contextlib.suppress(Unavailable, NotFound, ConnectionError):
                times = times + 1 if await asked(cluster, name) == wanted else 0
            await asyncio.sleep(0.1)


async def test_a_server_of_files_of_the_store_and_a_way_in_from_outside(cluster, settings):
    data = b"weights" * 1000
    digest = hashlib.sha256(data).hexdigest()
    await Store.open(settings).put(f"artifacts/p/{digest[:2]}/{digest}", data)
    made = served("model", who="you")
    body = replace(
        made.body,
        task=replace(
            made.body.task,
            placed=(
                Artifact(
                    path="model/sub/w.bin",
                    size=len(data),
                    sha256=digest,
                    media_type="application/octet-stream",
                    key=f"artifacts/p/{digest[:2]}/{digest}",
                ),
            ),
        ),
    )
    script = made.body.task.command[2][0].replace(
        "kept.read_text(), os.environ['WHO']",
        "len(pathlib.Path(os.environ['CUBE_INPUT_DIR'], 'model/sub/w.bin').read_bytes()), os.environ['WHO']",
    )
    body = replace(body, task=replace(body.task, command=(("sh",), ("-c",), (script,))), replicas=2)
    await cluster.apply(replace(made, body=body))
    await whole(cluster, "model", lambda seen: seen.ready == 2)
    assert await asked(cluster, "model") == "7000 times, hello you"
    way = Route("models.example", "/", (("model", 100),))
    for wanted in (way, way, None, None):
        await cluster.route("way", LABELS, wanted)
    await cluster.delete("model")


async def test_a_server_answers_is_started_again_and_keeps_its_folder(cluster):
    work_ = served(folder="home", size=2**20, private=True)
    await cluster.apply(work_)
    await cluster.apply(work_)
    seen = await whole(cluster, "s", lambda seen: seen.ready == 1)
    assert seen.state == PodState.RUNNING
    assert await asked(cluster, "s") == "1 times, hello you"
    await asked(cluster, "s", "/end")
    if not REAL:  # there it may be over before anybody could look
        await whole(cluster, "s", lambda seen: seen.ready == 0)
    await settled(cluster, "s", "2 times, hello you")
    await cluster.apply(replace(work_, generation=2, stop=True))
    end = await whole(cluster, "s", lambda seen: seen.state.final)
    assert end.state == PodState.CANCELLED and end.ready == 0
    with pytest.raises(NotFound):
        await cluster.connect("s")
    await cluster.delete("s")
    await cluster.apply(served("again", folder="home", size=2**20))
    await whole(cluster, "again", lambda seen: seen.ready == 1)
    assert await asked(cluster, "again") == "3 times, hello you"
    await cluster.delete("again")
    await cluster.discard("p", "home")
    await cluster.discard("p", "home")


async def test_a_server_is_replaced_by_its_next_generation(cluster):
    await cluster.apply(served())
    await whole(cluster, "s", lambda seen: seen.ready == 1)
    await cluster.apply(served(generation=2, who="them"))
    await whole(cluster, "s", lambda seen: seen.generation == 2 and seen.ready == 1)
    await settled(cluster, "s", "1 times, hello them")
    await cluster.apply(served())
    await settled(cluster, "s", "1 times, hello them")
    await cluster.delete("s")


async def test_a_connection_that_a_server_resets_ends_and_says_so(cluster):
    await cluster.apply(served())
    await whole(cluster, "s", lambda seen: seen.ready == 1)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(ConnectionError):
            await asked(cluster, "s", "/reset")
        assert await asked(cluster, "s") == "1 times, hello you"
    await cluster.delete("s")


async def test_a_server_has_more_and_fewer_replicas_while_it_answers(cluster):
    work_ = served(scale=Scale(least=1, most=3))
    await cluster.apply(work_)
    await whole(cluster, "s", lambda seen: seen.ready == 1)
    await cluster.scale("s", 3)
    await cluster.scale("s", 3)
    await whole(cluster, "s", lambda seen: seen.ready == 3)
    await cluster.scale("s", 1)
    await whole(cluster, "s", lambda seen: seen.ready == 1 and seen.state == PodState.RUNNING)
    assert (await asked(cluster, "s")).endswith("hello you")
    await cluster.scale("s", 2)
    await whole(cluster, "s", lambda seen: seen.ready == 2)
    await cluster.apply(replace(work_, generation=2, stop=True))
    await cluster.scale("s", 3)
    await whole(cluster, "s", lambda seen: seen.state.final)
    await cluster.scale("s", 3)
    with pytest.raises(NotFound):
        await cluster.connect("s")
    await cluster.scale("nothing", 2)
    await cluster.delete("s")


async def known(cluster, kind):
    """Whether this cluster has the resource of a gang; where it has not, that is said and the test is not
    run."""
    if isinstance(cluster, KubernetesCluster) and kind:
        await cluster.look()
        if problems := await cluster.preview(
            work(
                Node(
                    name="a",
                    task=sh("true", gang=gang_of("jax" if kind == "JAXJob" else "pytorch", 2, 0, kind)),
                )
            )
        ):
            assert REAL, problems
            pytest.skip(f"not run: {problems[0]}")


async def test_applying_again_changes_nothing_and_what_is_deleted_is_gone(cluster):
    for _ in range(3):
        await cluster.apply(work(Node(name="a", task=sh("echo once"))))
    seen = await over(cluster)
    await cluster.apply(work(Node(name="a", task=sh("echo once"))))
    assert len(pods(seen)) == 1
    await cluster.delete("w")
    await cluster.delete("w")
    async with asyncio.timeout(60):
        async with contextlib.aclosing(cluster.watch()) as observations:
            async for observation in observations:
                if isinstance(observation, Synced):
                    assert observation.workloads == frozenset()
                    return


async def test_a_log_is_resumed_at_every_byte(cluster):
    await cluster.apply(
        work(Node(name="a", task=sh("for n in 1 2 3 4 5; do echo line $n; done; printf end")))
    )
    (pod,) = pods(await over(cluster)).values()
    pieces = [piece async for piece in cluster.logs(pod.id, follow=True)]
    data = b"".join(piece.data for piece in pieces)
    assert data == b"line 1\nline 2\nline 3\nline 4\nline 5\nend"
    stamps = [stamp for piece in pieces for stamp in piece.stamps]
    for since in range(len(data) + 1):
        before = [stamp for stamp in stamps if stamp[0] < since]
        latest = max((micros for _, micros in before), default=None)
        anchor = min(stamp for stamp in before if stamp[1] == latest) if before else None
        for hint in {None, anchor}:
            rest = b"".join(
                [piece.data async for piece in cluster.logs(pod.id, since, follow=True, anchor=hint)]
            )
            assert rest == data[since:], (since, hint)


async def test_metrics_are_told_once_each(cluster):
    script = (
        'echo \'{"step": 1, "loss": 0.5}\' > $CUBE_METRICS; echo \'{"step": 2, "loss": 0.25}\' >> '
        "$CUBE_METRICS"
    )
    await cluster.apply(work(Node(name="a", task=sh(script))))
    seen = await over(cluster)
    points = {
        (point["line"], point["name"], point["value"], point["step"])
        for sight in seen
        if isinstance(sight, PodStatus)
        for point in sight.metrics
    }
    assert points == {(0, "loss", 0.5, 1), (1, "loss", 0.25, 2)}


async def test_the_end_of_a_graph_is_told_after_that_of_its_parts(cluster):
    await cluster.apply(work(Node(name="a", task=sh("true")), Node(name="b", task=sh("true"), needs=("a",))))
    for seen in (await over(cluster), await over(cluster)):
        assert isinstance(seen[-1], WorkloadStatus)
        assert {pod.state for pod in pods(seen).values()} == {PodState.SUCCEEDED} and set(
            states(seen).values()
        ) == {NodeState.SUCCEEDED.value}


def alone(task, **options):
    return Workload(name="w", body=task, labels=LABELS, **options)


async def test_alone_a_task_gives_its_log_its_values_and_its_exit_code(cluster):
    await cluster.apply(
        alone(sh("echo hello; echo '{\"n\": 3}' > $CUBE_OUTPUT_DIR/outputs.json", outputs=("n",)))
    )
    seen = await over(cluster, seconds=180)
    (pod,) = pods(seen).values()
    assert pod.state == PodState.SUCCEEDED and pod.exit_code == 0 and pod.started_at and pod.finished_at
    assert states(seen) == {"main": "Succeeded"} and steps(seen)["main", None].outcome.values == {"n": 3}
    assert seen[-1].state == PodState.SUCCEEDED and await text(cluster, pod.id) == b"hello\n"


async def test_alone_a_task_that_fails_says_how(cluster):
    await cluster.apply(alone(sh("echo no; exit 7")))
    seen = await over(cluster, seconds=180)
    (pod,) = pods(seen).values()
    assert (pod.state, pod.exit_code, pod.message) == (PodState.FAILED, 7, "it ended with exit code 7")
    assert seen[-1].state == PodState.FAILED and await text(cluster, pod.id) == b"no\n"


async def test_alone_a_task_over_its_time_and_one_that_is_stopped(cluster):
    await cluster.apply(alone(sh("echo begun; sleep 300", timeout=1)))
    seen = await over(cluster, seconds=180)
    assert steps(seen)["main", None].reason == "Timeout"
    await cluster.delete("w")
    await absent(cluster)
    await cluster.apply(alone(sh("echo begun; sleep 300 & wait")))
    await begun(cluster)
    seen = await over(
        cluster, seconds=180, then=partial(cluster.apply, alone(sh(""), generation=2, stop=True))
    )
    assert seen[-1].state == PodState.CANCELLED and states(seen) == {"main": "Cancelled"}


async def absent(cluster):
    """Until nothing is left."""
    async with asyncio.timeout(120), contextlib.aclosing(cluster.watch()) as observations:
        async for observation in observations:
            if isinstance(observation, Synced) and not observation.workloads:
                return
            if isinstance(observation, Synced):
                break
    await asyncio.sleep(0.5)
    await absent(cluster)


async def test_alone_a_long_log_is_followed_and_resumed_without_loss(cluster):
    await cluster.apply(alone(sh("for n in $(seq 300); do echo line $n; sleep 0.01; done")))
    async with asyncio.timeout(PATIENCE), contextlib.aclosing(cluster.watch()) as observations:
        async for observation in observations:
            if isinstance(observation, PodStatus) and observation.state in (
                PodState.RUNNING,
                PodState.SUCCEEDED,
            ):
                break
    data, stamps = b"", []
    while True:
        latest = max((micros for _, micros in stamps), default=None)
        anchor = min(stamp for stamp in stamps if stamp[1] == latest) if stamps else None
        async with contextlib.aclosing(
            cluster.logs(observation.id, len(data), follow=True, anchor=anchor)
        ) as pieces:
            async for piece in pieces:
                assert piece.start == len(data)
                data += piece.data
                stamps += piece.stamps
                if len(data) % 3:  # leave now and then, as one does whose connection breaks
                    break
            else:
                break
    assert data == b"".join(b"line %d\n" % n for n in range(1, 301))


async def test_a_finished_pod_that_somebody_deletes_changes_nothing(settings):
    store = Store.open(settings)
    async with stand(store) as here:
        made = here.adapter()
        await made.apply(
            work(
                Node(name="a", task=sh("echo kept; sleep 0.5")),
                Node(name="b", task=sh("until [ -e /tmp/never ]; do sleep 0.1; done"), needs=("a",)),
            )
        )
        seen: dict = {}
        before, going = None, False
        async with asyncio.timeout(60), contextlib.aclosing(made.watch()) as observations:
            async for observation in observations:
                if isinstance(observation, StepStatus):
                    seen[observation.node] = observation
                going |= (
                    isinstance(observation, PodStatus)
                    and observation.node == "b"
                    and observation.state == PodState.RUNNING
                )
                if (
                    before is None and going and "a" in seen
                ):  # in either order: pods and workflows are watched apart
                    pod = next(
                        each
                        for each in here.server.all(("v1", "pods"))
                        if each["metadata"]["labels"]["cubestudio/step"] == "a"
                    )
                    here.server.delete(("v1", "pods"), "pipeline", pod["metadata"]["name"], grace=0)
                    before = seen["a"]
                    await made.apply(
                        work(
                            Node(name="a", task=sh("")),
                            Node(name="b", task=sh(""), needs=("a",)),
                            generation=2,
                            stop=True,
                        )
                    )
                if isinstance(observation, WorkloadStatus) and observation.state.final:
                    break
        assert (
            before
            and before.state == seen["a"].state == NodeState.SUCCEEDED
            and seen["a"].attempt == 1
            and seen["a"].pod == before.pod
        )
        assert seen["b"].state == NodeState.CANCELLED
        await made.close()


LIFE = """[ -e kept ] && again=1; touch kept
printf 'first\\nhalf a line'
[ $again ] && printf '\\nsecond\\n'
exec sleep 300
"""


async def test_a_server_that_is_started_again_says_why_on_a_line_of_its_log(settings):
    """Its log goes on in its next life, and loses nothing of the last, also when a line had no end; a reader
    that comes later goes on."""
    store = Store.open(settings)
    async with stand(store) as here:
        made, fate = here.adapter(), {"oom": "when it has written"}
        here.kubelet.fates = lambda body: fate
        task = sh((LIFE,), cpu=0.1, memory=64 * 2**20)
        await made.apply(
            Workload(
                name="s", body=Server(task=task, ready="/"), labels=LABELS | {"cubestudio/kind": "service"}
            )
        )
        pod, read, seen = None, b"", {}
        async with asyncio.timeout(60), contextlib.aclosing(made.watch()) as observations:
            async for observation in observations:
                if isinstance(observation, PodStatus) and observation.state == PodState.RUNNING:
                    pod = observation.id
                    break
            async for piece in made.logs(pod, follow=True):
                assert piece.start == len(read)
                read += piece.data
                if b"started again" in read:
                    fate.clear()
                if b"second\n" in read and not fate:
                    break
            async for observation in observations:
                seen[getattr(observation, "id", None)] = observation
                if (
                    isinstance(observation, PodStatus)
                    and observation.state == PodState.RUNNING
                    and observation.restarts
                ):
                    break
        lines = read.decode().split("\n")
        again = "--- started again after OOMKilled: it used more memory than its limit of 64 MiB"
        assert lines[:4] == ["first", "half a line", again, "first"], lines
        assert set(lines) <= {"first", "half a line", again, "second", ""}
        assert (seen[pod].reason, seen[pod].message) == (
            "OOMKilled",
            "it used more memory than its limit of 64 MiB",
        )
        await made.delete("s")
        await made.close()


async def test_alone_a_terminal_is_where_the_work_is(cluster):
    await cluster.apply(alone(sh("echo here > mark; umask > mask; echo begun; sleep 300 & wait")))
    observation = await begun(cluster)

    async def look():
        shell = await cluster.shell(observation.id, 30, 101)
        heard = b""
        await shell.send(b"cat mark; stty size; [ $(umask) = $(cat mask) ] && echo same $((6 * 7)); exit\n")
        async with asyncio.timeout(30):
            async for data in shell.output():
                heard += data
        await shell.close()
        await shell.close()
        if REAL and b"30 101" not in heard:
            raise Unavailable("a terminal ends with its connection")
        return heard

    heard = await patient(look)
    assert b"here" in heard and b"30 101" in heard and b"same 42" in heard
    second = await cluster.shell(observation.id, 30, 101)
    await second.send(b"sleep 98765 & echo begun $!.\n")
    said = b""
    async with asyncio.timeout(30):
        async for data in second.output():
            said += data
            if re.search(rb"begun (\d+)\.", said):
                break
    await second.close()
    async with asyncio.timeout(60):
        while cluster.kind == "local" and any(
            each.info["cmdline"] == ["sleep", "98765"] for each in psutil.process_iter(["cmdline"])
        ):
            await asyncio.sleep(0.02)
    await over(cluster, then=partial(cluster.apply, alone(sh(""), generation=2, stop=True)))


async def test_a_narrow_account_still_runs_and_says_what_it_cannot_see(settings):
    store = Store.open(settings)
    async with stand(store) as here:
        here.server.denied |= {"/api/v1/nodes", "/api/v1/pods", "/apis/argoproj.io/v1alpha1/workflows"}
        made = here.adapter()
        await made.look()
        has = await made.capacity()
        assert made.health().reachable and not has.machines and "cannot be seen" in has.notes[0]
        await made.apply(work(Node(name="a", task=sh("echo narrow"))))
        seen = await over(made)
        assert states(seen) == {"a": "Succeeded"}
        assert (await made.plan(work(Node(name="a", task=sh("true")), name="v"))).verdict == "now"
        await made.close()


async def test_a_narrow_account_follows_all_its_usual_namespaces_and_refuses_others(settings):
    store = Store.open(settings)
    async with stand(store) as here:
        here.server.denied |= {
            "/api/v1/nodes",
            "/api/v1/pods",
            "/apis/argoproj.io/v1alpha1/workflows",
            "/apis/apps/v1/deployments",
            "/api/v1/namespaces/jupyter",
        }
        here.server.put(
            ("v1", "namespaces"),
            "",
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "jupyter"}},
        )
        made = here.adapter(spaces=("jupyter", "service"))
        task = Task(command=(("sh",), ("-c",), ("echo here",)))
        await made.apply(Workload(name="w", body=task, labels=LABELS, space="jupyter"))
        seen = await over(made)
        assert [pod.state.value for pod in pods(seen).values()] == ["Succeeded"]
        with pytest.raises(Conflict, match="namespace elsewhere"):
            await made.apply(Workload(name="v", body=task, labels=LABELS, space="elsewhere"))
        await made.close()


async def test_alone_work_is_in_the_namespace_of_its_project_and_its_images_are_pulled_with_its_credentials(
    settings,
):
    store = Store.open(settings)
    async with stand(store) as here:
        made = here.adapter(pull_secrets=("site",))
        node = here.server.all(("v1", "nodes"))[0]
        node["metadata"]["labels"] |= {"cpu": "true", "train": "true", "org": "gpu-team"}
        here.server.put(("v1", "nodes"), "", node)
        await made.apply(
            alone(
                sh("echo mine; sleep 0.3; echo end"),
                space="team-p",
                pull='{"auths": {"a.example": {"auth": "eDp5"}}}',
                group="gpu-team",
            )
        )
        seen = await over(made)
        (pod,) = pods(seen)
        assert b"".join([piece.data async for piece in made.logs(pod)]) == b"mine\nend\n"
        body = here.server.get(("v1", "pods"), "team-p", "w")
        names = [each["name"] for each in body["spec"]["imagePullSecrets"]]
        secret = here.server.get(("v1", "secrets"), "team-p", names[1])
        assert names[0] == "site" and secret["type"] == "kubernetes.io/dockerconfigjson"
        assert json.loads(base64.b64decode(secret["data"][".dockerconfigjson"])) == {
            "auths": {"a.example": {"auth": "eDp5"}}
        }
        assert body["spec"]["nodeSelector"] == {"cpu": "true", "train": "true", "org": "gpu-team"}
        await made.delete("w", "team-p")
        async with asyncio.timeout(60):
            while here.server.get(("v1", "pods"), "team-p", "w"):
                await asyncio.sleep(0.02)
        await made.close()
