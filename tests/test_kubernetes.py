"""The platform on an emulated cluster: clusters come and go, runs go through Argo, and neither kills nor
broken connections lose anything."""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest
import uvicorn
import websockets
import yaml

from cubestudio.app import running
from cubestudio.client import Client, Refused
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.kubernetes.components import TABLE
from cubestudio.core.cluster.port import Graph, Node, PodState, Task, Workload
from cubestudio.core.config import Settings
from cubestudio.core.store import Store
from cubestudio.notebooks.spec import START
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.web.app import build
from tests import specs
from tests.conftest import Platform
from tests.contract import test_cluster as contract
from tests.contract.test_cluster import over, pods
from tests.kubernetes.operators.katib import EXPERIMENTS
from tests.kubernetes.stand import stand
from tests.parts import PATH, Server, folder, free_port, images, needs, push, ready
from tests.searches.test_searches import QUADRATIC

pytestmark = pytest.mark.xdist_group("kubernetes")


@pytest.fixture
async def place():
    """(platform's process, emulated cluster): a fleet of two clusters, this machine and `far`."""
    with folder() as home:
        store = Store.open(Settings(home=home / "unused"))
        configs = home / "kubeconfig"
        configs.mkdir()
        async with stand(store, nodes=2, gpu=1) as here:
            (configs / "far-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
            server = await asyncio.to_thread(
                Server,
                home,
                more={
                    "CUBE_KUBECONFIG_FOLDER": str(configs),
                    "CUBE_PODS_API_URL": "self",
                    "CUBE_SERVICES_HOST": "models.test",
                },
            )
            try:
                yield server, here, configs
            finally:
                await asyncio.to_thread(server.stop)


def begin(server: Server, definition: dict, cluster: str = "far") -> tuple[Client, str]:
    client = server.script()
    if not client.execute("{ projects { nodes { id } } }")["projects"]["nodes"]:
        client.create_project("p")
    client.update_project("p", cluster=cluster)
    return client, client.start_run(
        client.save_pipeline("p", yaml=json.dumps(definition))["pipeline"]["id"], cache=False
    )["id"]


def finish(client: Client, run: str, seconds: float = 60) -> dict:
    for news in client.run_changed(run):
        if news["run"]["state"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            break
    query = """query($r: ID!) { run(id: $r) { state cluster explanation steps { name item state explanation attempt pod { id state machine runtime exitCode logDone }
      artifacts { path size } outputs } } }"""  # noqa: E501
    return client.execute(query, {"r": run})["run"]


def log(client: Client, pod: str) -> str:
    text = ""
    for chunk in client.logs(pod):
        text += chunk["text"]
    return text


TWO = {
    "name": "two",
    "steps": [
        {
            "name": "make",
            "template": "shell",
            "args": {
                "script": (
                    "seq 1000; echo file > $CUBE_OUTPUT_DIR/f; echo '{\"n\": [1, 2]}' > "
                    "$CUBE_OUTPUT_DIR/outputs.json"
                )
            },
            "outputs": ["n"],
        },
        {
            "name": "each",
            "template": "shell",
            "args": {"script": "cat $CUBE_INPUT_DIR/make/f; echo {{ item }}"},
            "needs": ["make"],
            "for_each": "{{ steps.make.outputs.n }}",
        },
    ],
}


async def test_a_run_goes_through_argo_and_is_kept(place):
    server, _, _ = place
    client, run = await asyncio.to_thread(begin, server, TWO)
    found = await asyncio.to_thread(finish, client, run)
    assert found["state"] == "SUCCEEDED", found
    assert found["cluster"] == "far"
    rows = {(step["name"], step["item"]): step for step in found["steps"]}
    assert {key: row["state"] for key, row in rows.items()} == {
        ("make", None): "SUCCEEDED",
        ("each", None): "SUCCEEDED",
    }, rows
    make = rows["make", None]
    assert make["outputs"] == {"n": [1, 2]} and make["artifacts"] == [{"path": "f", "size": 5}]
    assert make["pod"]["runtime"] == "container" and make["pod"]["machine"].startswith("node-")
    assert await asyncio.to_thread(log, client, make["pod"]["id"]) == "".join(
        f"{n}\n" for n in range(1, 1001)
    )


async def test_metrics_of_a_step_are_seen_while_it_runs_and_once(place):
    server, here, configs = place
    gate = configs / "gate"
    script = f"""for n in 1 2 3; do echo '{{"step": '$n', "loss": 0.'$n', "accuracy": 1}}' >> $CUBE_METRICS; done; printf '{{"step": 4' >> $CUBE_METRICS
      while [ ! -e {gate} ]; do sleep 0.05; done; printf ', "loss": 0.4}}\\n' >> $CUBE_METRICS"""  # noqa: E501
    client, run = await asyncio.to_thread(
        begin,
        server,
        {"name": "m", "steps": [{"name": "a", "template": "shell", "args": {"script": script}}]},
    )
    query = "query($r: ID!) { run(id: $r) { state metrics { name points } } }"

    def told() -> list:
        found = client.execute(query, {"r": run})["run"]["metrics"]
        return sorted((each["name"], n, value) for each in found for n, value, _ in each["points"])

    def seen() -> list:
        for _ in client.run_changed(run):
            if len(found := told()) >= 6:
                return found
        return []

    three = sorted((name, n, value) for n in (1, 2, 3) for name, value in (("loss", n / 10), ("accuracy", 1)))
    assert await asyncio.to_thread(seen) == three
    here.server.cut()
    gate.touch()
    assert (await asyncio.to_thread(finish, client, run))["state"] == "SUCCEEDED"
    assert await asyncio.to_thread(told) == sorted([*three, ("loss", 4, 0.4)])


STEPS = {
    "name": "chain",
    "steps": [
        {
            "name": "load",
            "template": "shell",
            "outputs": ["n"],
            "args": {
                "script": (
                    "echo data > $CUBE_OUTPUT_DIR/data.txt; echo '{\"n\": 7}' > $CUBE_OUTPUT_DIR/outputs.json"
                )
            },
        },
        {
            "name": "use",
            "template": "shell",
            "outputs": ["got"],
            "needs": ["load"],
            "args": {
                "script": (
                    'printf \'{"got": "%s {{ steps.load.outputs.n }}"}\' "$(cat '
                    '$CUBE_INPUT_DIR/load/data.txt)" > $CUBE_OUTPUT_DIR/outputs.json'
                )
            },
        },
    ],
}

LONG = {
    "name": "long",
    "steps": [
        {
            "name": "talk",
            "template": "shell",
            "args": {"script": "for n in $(seq 400); do echo line $n of a long talk; sleep 0.01; done"},
        },
        {
            "name": "fan",
            "template": "shell",
            "args": {
                "script": (
                    'for n in $(seq 60); do echo {{ item }} $n; sleep 0.02; done; echo \'{"n": {{ '
                    "item }}}' > $CUBE_OUTPUT_DIR/outputs.json"
                )
            },
            "for_each": [1, 2, 3],
            "outputs": ["n"],
        },
        {
            "name": "end",
            "template": "shell",
            "args": {"script": "echo '{{ steps.fan.outputs.n }}'"},
            "needs": ["talk", "fan"],
        },
    ],
}


@pytest.mark.parametrize("seed", [1, 2])
async def test_kills_cuts_and_lost_pasts_lose_no_state_and_no_byte(place, seed):
    server, here, _ = place
    dice = random.Random(seed)
    _, run = await asyncio.to_thread(begin, server, LONG)
    for _ in range(8):
        await asyncio.sleep(dice.uniform(0.05, 0.5))
        match dice.choice(("kill", "cut", "compact", "restart", "busy", "broken")):
            case "kill":
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            case "cut":
                here.server.cut()
            case "compact":
                here.server.compact()
                here.server.cut()
            case "restart":
                here.server.down = True
                here.server.cut()
                await asyncio.sleep(0.5)
                here.server.down, here.server.starting = False, True
                await asyncio.sleep(0.5)
                here.server.starting = False
            case "busy":
                here.server.busy = 5
            case "broken":
                here.server.broken = 5
    client = server.script()
    found = await asyncio.to_thread(finish, client, run)
    assert found["state"] == "SUCCEEDED", found
    question = "query($r: ID!) { run(id: $r) { pods { id step item attempt } } }"
    pods = (await asyncio.to_thread(client.execute, question, {"r": run}))["run"]["pods"]
    assert sorted((pod["step"], pod["item"] or 0, pod["attempt"]) for pod in pods) == [
        ("end", 0, 1),
        ("fan", 0, 1),
        ("fan", 1, 1),
        ("fan", 2, 1),
        ("talk", 0, 1),
    ]
    wanted = {"talk": "".join(f"line {n} of a long talk\n" for n in range(1, 401)), "end": "[1, 2, 3]\n"}
    for pod in pods:
        text = await asyncio.to_thread(log, client, pod["id"])
        assert text == wanted.get(
            pod["step"], "".join(f"{(pod['item'] or 0) + 1} {n}\n" for n in range(1, 61))
        ), pod


async def until(client: Client, question: str, check, seconds: float = 30, **variables) -> dict:
    """The answer to a question once it is as it should be."""
    async with asyncio.timeout(seconds):
        while True:
            told = await asyncio.to_thread(client.execute, question, variables)
            if check(told):
                return told
            await asyncio.sleep(0.1)


async def test_a_cluster_that_is_down_makes_nothing_failed_and_says_so(place):
    server, here, _ = place
    client, run = await asyncio.to_thread(begin, server, LONG)
    question = (
        "query($r: ID!) { run(id: $r) { state unknownReason } clusters { name reachable problem since } }"
    )
    await until(client, question, lambda told: told["run"]["state"] == "RUNNING", r=run)
    here.server.down = True
    here.server.cut()
    told = await until(
        client,
        question,
        lambda told: told["run"]["unknownReason"] and not told["clusters"][1]["reachable"],
        r=run,
    )
    far = told["clusters"][1]
    assert told["run"]["state"] == "RUNNING" and "does not answer" in told["run"]["unknownReason"]
    assert far["name"] == "far" and "does not answer" in far["problem"] and far["since"]
    here.server.down = False
    found = await asyncio.to_thread(finish, client, run)
    assert found["state"] == "SUCCEEDED"
    assert (await asyncio.to_thread(client.execute, question, {"r": run}))["run"]["unknownReason"] is None


async def test_credentials_are_read_again_and_are_not_left_on_the_disk(settings, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with stand(Store.open(settings)) as here:
        for _ in range(2):
            made = here.adapter()
            await made.look()
            assert made.health().reachable and not list(tmp_path.glob("cube-kube-*"))
            await made.close()


async def test_a_cluster_that_is_starting_refuses_nobody_for_good(place):
    """Until an API server has read its rules it forbids everything to everybody."""
    server, here, _ = place
    client = await asyncio.to_thread(server.script)
    client.create_project("p")
    client.update_project("p", namespaces={"run": "team-p"})
    client, run = await asyncio.to_thread(begin, server, LONG)
    await until(
        client,
        "query($r: ID!) { run(id: $r) { state } }",
        lambda told: told["run"]["state"] == "RUNNING",
        r=run,
    )
    here.server.starting = True
    here.server.cut()
    pipeline = client.save_pipeline("p", yaml=json.dumps(TWO))["pipeline"]["id"]
    second = await asyncio.to_thread(client.start_run, pipeline)
    await until(client, "{ clusters { reachable } }", lambda told: not told["clusters"][1]["reachable"])
    here.server.starting = False
    for each in (run, second["id"]):
        found = await asyncio.to_thread(finish, client, each)
        assert found["state"] == "SUCCEEDED", found


async def test_clusters_come_change_and_go_while_it_runs(place):
    server, _, configs = place
    client = server.script()
    question = "{ clusters { name reachable version problem nodes { name ready gpu } } }"

    def reached(told: dict, name: str) -> bool:
        return any(each["name"] == name and each["reachable"] for each in told["clusters"])

    told = await until(client, question, lambda told: reached(told, "far"))
    far = next(each for each in told["clusters"] if each["name"] == "far")
    assert far["version"] == "v1.36.0-emulated" and [node["gpu"] for node in far["nodes"]] == [1, 1]
    (configs / "second-kubeconfig").write_text((configs / "far-kubeconfig").read_text())
    (configs / "broken-kubeconfig").write_text("{")
    told = await until(client, question, lambda told: reached(told, "second"))
    assert {each["name"] for each in told["clusters"]} == {"local", "far", "second", "broken"}
    wrong = (
        "broken",
        False,
        "The kubeconfig of cluster broken cannot be used: it is not valid YAML, line 1, column 2",
    )
    await until(
        client,
        question,
        lambda told: (
            wrong in [(each["name"], each["reachable"], each["problem"]) for each in told["clusters"]]
        ),
    )
    (configs / "second-kubeconfig").unlink()
    (configs / "broken-kubeconfig").unlink()
    await until(
        client, question, lambda told: {each["name"] for each in told["clusters"]} == {"local", "far"}
    )


async def test_what_the_cluster_refuses_fails_the_run_with_its_words(place):
    server, here, _ = place
    here.server.denied.add("/workflows/")
    client, run = await asyncio.to_thread(begin, server, TWO)
    found = await asyncio.to_thread(finish, client, run)
    assert found["state"] == "FAILED" and "does not let the platform do this" in found["explanation"]


async def test_a_run_may_go_where_its_project_lets_it(place):
    server, _, _ = place
    client, run = await asyncio.to_thread(begin, server, TWO, "local")
    pipeline = client.execute("query($r: ID!) { run(id: $r) { pipelineId } }", {"r": run})["run"][
        "pipelineId"
    ]
    with pytest.raises(Exception, match="does not run on cluster far"):
        client.start_run(pipeline, cluster="far")
    client.update_project("p", clusters=["far"])
    other = client.start_run(pipeline, cluster="far", cache=False)
    assert other["cluster"] == "far"
    for each in (run, other["id"]):
        assert (await asyncio.to_thread(finish, client, each))["state"] == "SUCCEEDED"


async def test_the_preflight_tells_the_truth_in_each_case(place):
    server, here, _ = place
    client = server.script()
    client.create_project("p")
    client.update_project("p", cluster="far")

    def pipeline(name: str, gpu: int, script: str = "true") -> str:
        step = {"name": "a", "template": "shell", "args": {"script": script}, "resources": {"gpu": gpu}}
        return client.save_pipeline("p", yaml=json.dumps({"name": name, "steps": [step]}))["pipeline"]["id"]

    one, two = pipeline("one", 1, "sleep 100"), pipeline("two", 2)
    plan = await asyncio.to_thread(client.preflight_run, one)
    assert (plan["cluster"], plan["verdict"]) == ("far", "NOW")
    (workflow, secret) = plan["objects"]
    assert (
        workflow["kind"] == "Workflow"
        and workflow["spec"]["templates"][1]["container"]["resources"]["limits"]["nvidia.com/gpu"] == "1"
    )
    assert set(secret["data"].values()) == {"…"}
    never = await asyncio.to_thread(client.preflight_run, two)
    assert never["verdict"] == "NEVER" and never["problems"] == [
        "step a asks for 2 GPUs; the largest node of far has 1"
    ]
    runs = [
        (await asyncio.to_thread(client.start_run, one, preflight_digest=plan["digest"]))["id"],
        (await asyncio.to_thread(client.start_run, one, cache=False))["id"],
    ]
    for run in runs:
        await until(
            client,
            "query($r: ID!) { run(id: $r) { state steps { state } } }",
            lambda told: told["run"]["steps"][0]["state"] == "RUNNING",
            r=run,
        )
    waits = await asyncio.to_thread(client.preflight_run, one)
    assert (
        waits["verdict"] == "WAITS"
        and "waits for 1 GPU on one node, held by run #" in waits["explanation"]
        and " of one" in waits["explanation"]
    )
    pipeline("one", 0)
    with pytest.raises(Exception, match="changed since it was shown"):
        client.start_run(one, preflight_digest=plan["digest"])
    here.server.broken = 10**6
    assert (await asyncio.to_thread(client.preflight_run, one))["verdict"] == "UNKNOWN"
    here.server.broken = 0
    for run in runs:
        await asyncio.to_thread(client.cancel_run, run)
        assert (await asyncio.to_thread(finish, client, run))["state"] == "CANCELLED"


async def test_the_preflight_says_which_images_and_volumes_are_not_there(place):
    server, here, configs = place
    client = server.script()
    client.create_project("p")
    client.update_project("p", cluster="far")
    with images(configs) as hub:
        digest = push(hub, "team/here", "1")
        client.save_registry("p", "hub", f"{hub}/team", insecure=True)
        named = [
            f"{hub}/team/here:1",
            f"{hub}/team/gone:1",
            f"{hub}/team/here@{digest}",
            "other.example.com/x:1",
        ]
        steps = [
            {"name": f"s{n}", "template": "shell", "args": {"script": "true"}, "environment": {"image": each}}
            for n, each in enumerate(named)
        ]
        pipeline = client.save_pipeline("p", yaml=json.dumps({"name": "images", "steps": steps}))["pipeline"][
            "id"
        ]
        plan = await asyncio.to_thread(client.preflight_run, pipeline)
        assert plan["verdict"] == "NOW" and plan["warnings"] == [
            f"image {hub}/team/gone:1: {hub} has no such image",
            "image other.example.com/x:1 was not looked for: other.example.com is no registry of the project",
        ]
        found = [await asyncio.to_thread(client.registry_image, each, project="p") for each in named]
        assert [each["digest"] for each in found] == [digest, None, digest, None]
    dead = (await asyncio.to_thread(client.preflight_run, pipeline))["warnings"][0]
    assert dead == f"image {hub}/team/gone:1 was not looked for: {hub} does not answer: ConnectError"
    step = {
        "name": "a",
        "template": "shell",
        "args": {"script": "true"},
        "volumes": ["kubeflow-user-workspace(pvc):/mnt"],
    }
    pipeline = client.save_pipeline("p", yaml=json.dumps({"name": "volumes", "steps": [step]}))["pipeline"][
        "id"
    ]
    await asyncio.to_thread(
        finish,
        client,
        client.start_run(
            client.save_pipeline("p", yaml=json.dumps({"name": "one", "steps": [{**step, "volumes": []}]}))[
                "pipeline"
            ]["id"]
        )["id"],
    )
    plan = await asyncio.to_thread(client.preflight_run, pipeline)
    assert plan["verdict"] == "NEVER" and plan["problems"] == [
        "volume kubeflow-user-workspace(pvc) is not in namespace pipeline"
    ]
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "kubeflow-user-workspace"},
        "spec": {},
    }
    here.server.put(("v1", "persistentvolumeclaims"), "pipeline", claim)
    assert (await asyncio.to_thread(client.preflight_run, pipeline))["verdict"] == "NOW"


async def test_the_doctor_names_every_component(place):
    server, here, _ = place
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": {"a": "b"}},
        "template": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "c", "image": "quay.io/argoproj/workflow-controller:v3.6.2"}]},
        },
    }
    meta = {"name": "training-operator"}
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": meta,
        "spec": spec,
        "status": {"readyReplicas": 1},
    }
    here.server.put(("apps/v1", "deployments"), "default", body)
    environment = {
        **os.environ,
        "CUBE_HOME": str(server.home),
        "CUBE_KUBECONFIG_FOLDER": str(server.home / "kubeconfig"),
    }
    command = [sys.executable, "-m", "cubestudio.cli.main", "doctor", "--cluster", "far"]
    said = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
    lines = {
        line.split(":")[0].split()[1]: line for line in said.stdout.splitlines() if "/" in line.split(":")[0]
    }
    assert len(lines) == len(TABLE) + 4
    assert (
        "26 kinds of objects were tried" in lines["kubernetes/objects"]
        or "not tried in pipeline" in lines["kubernetes/objects"]
    )
    assert lines["kubeflow/workflow-controller"].startswith("ok   kubeflow/workflow-controller v4.1.2")
    assert (
        lines["kubeflow/training-operator"].startswith("FAIL")
        and "1 of 2 pods ready" in lines["kubeflow/training-operator"]
    )
    assert lines["kueue-system/kueue"].startswith("--") and "kubectl apply" in lines["kueue-system/kueue"]


@pytest.mark.parametrize(
    "behaves",
    [
        contract.test_what_comes_after_a_failure_is_not_started_and_the_rest_is,
        contract.test_a_condition_that_does_not_hold_skips_and_what_needs_its_values_too,
        contract.test_a_fan_out_runs_each_item_and_gathers_in_order,
        contract.test_large_values_and_many_items_are_handed_on,
        contract.test_a_failed_attempt_is_followed_by_another,
        contract.test_stopping_ends_what_runs_and_what_waits,
    ],
)
async def test_a_workflow_whose_nodes_are_in_a_database_of_argo_is_told_from_its_pods(settings, behaves):
    store = Store.open(settings)
    async with stand(store) as here:
        here.argo.offloads = True
        cluster = here.adapter()
        try:
            await behaves(cluster)
        finally:
            await cluster.close()


async def test_what_keeps_a_pod_waiting_is_said(place):
    server, here, _ = place
    here.kubelet.fates = lambda body: (
        {"pull": "rpc error: manifest unknown"}
        if body["metadata"]["labels"]["cubestudio/step"] == "step"
        else {}
    )
    steps = [
        {
            "name": "step",
            "template": "shell",
            "args": {"script": "true"},
            "environment": {"image": "nowhere/none:1"},
        }
    ]
    steps += [
        {"name": f"gpu{n}", "template": "shell", "args": {"script": "sleep 100"}, "resources": {"gpu": 1}}
        for n in range(3)
    ]
    client, run = await asyncio.to_thread(begin, server, {"name": "big", "steps": steps})
    question = "query($r: ID!) { run(id: $r) { steps { name state explanation } } }"
    wanted = {
        "image nowhere/none:1 cannot be pulled: not found",
        "0 of 2 nodes fit: 2 without enough free nvidia.com/gpu",
    }
    await until(
        client, question, lambda told: wanted <= {row["explanation"] for row in told["run"]["steps"]}, r=run
    )
    looked = "query($r: ID!) { run(id: $r) { pods { step manifest events { bad reason explanation } } } }"
    pods = {
        pod["step"]: pod
        for pod in (await asyncio.to_thread(client.execute, looked, {"r": run}))["run"]["pods"]
    }
    assert [(event["bad"], event["reason"]) for event in pods["step"]["events"]] == [
        (False, "Scheduled"),
        (True, "Failed"),
    ]
    assert pods["step"]["manifest"]["spec"]["containers"][1][
        "image"
    ] == "nowhere/none:1" and "cube_" not in json.dumps(pods["step"]["manifest"])
    await asyncio.to_thread(client.cancel_run, run)
    assert (await asyncio.to_thread(finish, client, run))["state"] == "CANCELLED"
    large = {
        "name": "large",
        "steps": [{"name": "a", "template": "shell", "args": {"script": "true"}, "resources": {"gpu": 2}}],
    }
    with pytest.raises(Exception, match="the largest node of far has 1"):
        await asyncio.to_thread(begin, server, large)


async def test_pods_go_to_the_nodes_of_their_group_and_where_there_is_none_that_is_said(settings):
    async with stand(Store.open(settings), nodes=2) as here:
        cluster = here.adapter(node_org="public")
        work = Workload(
            name="w",
            body=Graph((Node(name="a", task=Task(command=(("sh",), ("-c",), ("echo $K8S_NODE_NAME",)))),)),
            labels={"cubestudio/kind": "run", "cubestudio/project": "p"},
        )
        plan = await cluster.plan(work)
        assert plan.verdict == "never" and plan.problems == (
            "step a is to run on a node with the labels cpu=true, train=true, org=public; no node "
            "of emulated has them",
        )
        node = here.server.get(("v1", "nodes"), "", "node-1")
        node["metadata"]["labels"] |= {"cpu": "true", "train": "true", "org": "public"}
        here.server.put(("v1", "nodes"), "", node)
        assert (await cluster.plan(work)).verdict == "now"
        await cluster.apply(work)
        seen = await over(cluster)
        assert [pod.machine for pod in pods(seen).values()] == ["node-1"] and seen[
            -1
        ].state == PodState.SUCCEEDED
        await cluster.close()


async def test_a_canary_is_refused_where_its_requests_are_not_counted(place):
    server, _, _ = place
    with server.script() as client:
        client.create_project("p")
        client.update_project("p", cluster="far")
        definition = {"kind": "custom", "command": "true", "image": "python:3.12"}
        key = client.create_service("p", "s", spec=specs.service(definition), access="PUBLIC", cluster="far")[
            "id"
        ]
        canary = {"kind": "CANARY"}
        for told in ({"strategy": canary}, {"spec": {"resources": {"cpu": 0.2}}, "strategy": canary}):
            with pytest.raises(Refused, match="does not count them"):
                client.deploy_service(key, **told)
        with pytest.raises(Refused, match="does not count them"):
            client.activate_revision(key, 1, strategy=canary)
        for number, counted in (
            (2, {"maxReplicas": 3, "scaleMetric": "REQUESTS", "targetValue": 4}),
            (3, {"maxReplicas": None, "scaleMetric": "CPU", "targetValue": 80, "idleTimeoutSeconds": 300}),
        ):
            words = "what sleeps, or goes by requests, has no other route"
            assert client.deploy_service(key, spec=counted, strategy=canary)["latestRevision"] == number, (
                words
            )
        client.update_service(key, access="KEY")
        assert (
            client.deploy_service(key, spec={"idleTimeoutSeconds": 0}, strategy=canary)["latestRevision"] == 4
        )
        with pytest.raises(Refused, match="does not count them"):
            client.update_service(key, access="PUBLIC")
        client.abort_rollout(key)
        client.update_service(key, access="PUBLIC")


async def test_katib_suggests_and_the_platform_tries(place):
    """Its trials are told their points and only wait; those of the search are runs as ever, and both come to
    the same numbers."""
    server, here, _ = place
    client = server.script()
    client.create_project("p")
    client.update_project("p", cluster="far")
    pipeline = client.save_pipeline("p", yaml=QUADRATIC)["pipeline"]["id"]
    told = specs.search(
        {
            "objectives": [{"metric": "y", "direction": "minimize"}],
            "parameters": {"x": {"type": "float", "low": -1, "high": 2}, "k": ["{{a}}", "b"]},
            "trials": 4,
            "parallelism": 2,
            "starting_points": [{"x": 1.0, "k": "b"}],
            "engine": {"name": "katib", "algorithm": "random"},
        }
    )
    made = await asyncio.to_thread(client.create_search, pipeline, "s", told)
    seen = await asyncio.to_thread(searched, client, made["id"])
    assert seen["state"] == "SUCCEEDED", seen
    assert all(row[3] for row in seen["trials"]), seen["trials"]
    tried = sorted((row[2]["x"], row[2]["k"], row[3][0]) for row in seen["trials"])
    assert [(x, k) for x, k, _ in tried] == [(-0.5, "{{a}}"), (0.5, "b"), (1.0, "b"), (1.5, "{{a}}")]
    assert all(abs(y - (x - 1) ** 2) < 1e-9 for x, _, y in tried)
    run = await asyncio.to_thread(finish, client, seen["engineRunId"])
    assert run["state"] == "SUCCEEDED" and run["cluster"] == "far", run
    experiment = [
        body for _, kind, what, body in here.server.past if kind == EXPERIMENTS and what == "MODIFIED"
    ][-1]  # it goes with the run
    assert experiment["status"]["trialsSucceeded"] == 3 and "evil" not in json.dumps(experiment)
    assert (
        here.server.get(("v1", "namespaces"), "", "pipeline")["metadata"]["labels"][
            "katib.kubeflow.org/metrics-collector-injection"
        ]
        == "enabled"
    )


def searched(client, search: str) -> dict:
    """A search at its end."""
    for news in client.search_changed(search):
        if news["search"]["state"] in ("SUCCEEDED", "FAILED", "STOPPED"):
            return client.execute(
                "query($s: ID!) { search(id: $s) { state explanation trials engineRunId } }", {"s": search}
            )["search"]
    raise AssertionError("it is gone")


WORKSPACE = "exec python3 -m http.server --bind $CUBE_HOST $CUBE_PORT"


async def test_a_step_is_opened_in_a_notebook_there_with_what_it_read(place, monkeypatch):
    """Its files come through the notebook's own token; JupyterLab itself is a stand-in here, as the image
    is."""
    server, here, configs = place
    program = configs / "bin" / "jupyter-lab"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nexec python3 -m http.server --bind "$CUBE_HOST" "$CUBE_PORT"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    client, run = await asyncio.to_thread(begin, server, STEPS)
    assert (await asyncio.to_thread(finish, client, run))["state"] == "SUCCEEDED"
    made = await asyncio.to_thread(client.create_notebook_from_step, run, "use")
    async with asyncio.timeout(60):
        while not (found := list(here.kubelet.home.glob("claims/jupyter/*/use-1/run.sh"))):
            await asyncio.sleep(0.1)
    (script,) = found
    home = script.parents[1]
    async with asyncio.timeout(60):
        while not (home / "inputs").exists():
            await asyncio.sleep(0.1)
    assert (home / "inputs/load/data.txt").read_text() == "data\n" and "CUBE_TOKEN" not in script.read_text()
    environment = {"PATH": "/usr/bin:/bin", "CUBE_INPUT_DIR": str((home / "inputs").resolve())}
    assert (await asyncio.to_thread(subprocess.run, ["sh", str(script)], env=environment)).returncode == 0
    assert json.loads((script.parent / "out/outputs.json").read_text()) == {"got": "data 7"}, (
        "as it was run, with what it read"
    )
    await asyncio.to_thread(client.stop_notebook, made["id"])


async def test_ssh_goes_through_the_platform_to_a_notebook_of_ones_own(place):
    """The real ssh, through `cubestudio ssh`, to a real sshd in an emulated pod: a command with its input,
    and who may not."""
    server, _, _ = place
    needs("sshd"), needs("ssh"), needs("ssh-keygen")
    key = server.home / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)

    def ssh(notebook, *words, token=None, stdin=b"", login="root"):
        environment = {
            **os.environ,
            "PATH": PATH,
            "CUBE_URL": server.url,
            "CUBE_TOKEN": token or ours,
            "HOME": str(server.home),
        }
        command = [
            sys.executable,
            "-m",
            "cubestudio.cli.main",
            "ssh",
            notebook,
            *(["--login", login] if login else []),
            "--",
            "-i",
            str(key),
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            f"UserKnownHostsFile={server.home}/known",
            "-o",
            "BatchMode=yes",
            *words,
        ]
        return subprocess.run(command, env=environment, input=stdin, capture_output=True, timeout=60)

    client = server.script()
    ours = client.token
    execute = partial(
        asyncio.to_thread, client.execute
    )  # the emulated cluster is on this thread, and has to answer meanwhile
    await asyncio.to_thread(client.create_project, "p")
    await asyncio.to_thread(client.update_project, "p", cluster="far")
    with pytest.raises(Refused, match="not an SSH public key"):
        await asyncio.to_thread(client.set_ssh_keys, ["-----BEGIN OPENSSH PRIVATE KEY-----"])
    await asyncio.to_thread(client.set_ssh_keys, [key.with_suffix(".pub").read_text()])
    made = """mutation($d: NotebookSpecInput!) { createNotebook(input: {project: "p", name: "lab", kind: CUSTOM, spec: $d}) { ... on Notebook { id } ... on Problem { message } } }"""  # noqa: E501
    notebook = (
        await execute(made, {"d": {"command": WORKSPACE, "resources": {"cpu": 0.1, "memory": 2**28}}})
    )["createNotebook"]["id"]
    seen = {}
    for _ in range(600):
        seen = (await execute("query($i: ID!) { notebook(id: $i) { state explanation } }", {"i": notebook}))[
            "notebook"
        ]
        if seen["state"] == "RUNNING":
            break
        await asyncio.sleep(0.1)
    assert seen["state"] == "RUNNING", seen
    done = await asyncio.to_thread(ssh, "lab", "echo $((6 * 7)); cat; exit 3", stdin=b"sent" * 50_000)
    assert done.returncode == 3 and done.stdout == b"42\n" + b"sent" * 50_000, done.stderr
    assert b"Name the user with --login" in (await asyncio.to_thread(ssh, "lab", login=None)).stderr, (
        "its image is anybody's"
    )
    other = (
        await execute(
            'mutation { inviteUser(input: {name: "other"}) { ... on SignInLink { user { id } url } } }'
        )
    )["inviteUser"]
    assert other["user"]["id"]
    assert b"notebook nothing not found" in (await asyncio.to_thread(ssh, "nothing")).stderr
    await execute("mutation($i: ID!) { stopNotebook(id: $i) { __typename } }", {"i": notebook})


@pytest.mark.skipif(os.getuid() != 0, reason="takes another user, so it needs root")
@pytest.mark.parametrize("user", [0, 54_321])
def test_a_user_without_a_name_is_told_that_it_has_no_ssh(user):
    """As whom pods run by default most images know nobody; sshd and ssh-keygen refuse such a user."""
    needs("sshd"), needs("ssh-keygen")
    with tempfile.TemporaryDirectory(prefix="cube-ssh-") as made:
        place = Path(made)
        os.chown(place, user, user)
        (place / "run.sh").write_text('pid=${!-}; [ -z "$pid" ] || kill "$pid"; echo ran')
        (place / "authorized_keys").write_text("key\n")
        env = {
            "PATH": os.environ["PATH"],
            "HOME": made,
            "CUBE_FILES": made,
            "CUBE_SSH_PORT": str(free_port()),
        }
        done = subprocess.run(
            ["sh", "-c", START],
            env=env,
            user=user,
            group=user,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=60,
        )
    told = (
        "SSH is open for root"
        if user == 0
        else "there is no SSH: user 54321, as whom this runs, has no name in this image"
    )
    assert told in done.stdout and done.stdout.endswith("ran\n"), (done.stdout, done.stderr)


async def test_ssh_ends_at_once_when_its_token_ends_and_is_written_down(monkeypatch, home):
    """A tunnel to an echo where sshd would listen; nothing but events end it here."""

    async def echo(reader, writer):
        while data := await reader.read(1000):
            writer.write(data)

    daemon = await asyncio.start_server(echo, "127.0.0.1", 0)
    monkeypatch.setattr("cubestudio.notebooks.spec.SSH", daemon.sockets[0].getsockname()[1])
    monkeypatch.setattr("cubestudio.core.auth.streams.AGAIN", 86_400)
    configs = home / "kubeconfig"
    configs.mkdir()
    async with stand(Store.open(Settings(home=home / "unused")), nodes=1) as here:
        (configs / "far-kubeconfig").write_text(yaml.safe_dump(here.server.kubeconfig))
        settings = Settings(
            home=home, environment="test", kubeconfig_folder=configs, local=False, port=free_port()
        )
        await ready(settings)
        async with running(settings) as app:
            platform = Platform(app)
            server = uvicorn.Server(
                uvicorn.Config(build(app), port=settings.port, log_config=None, timeout_graceful_shutdown=1)
            )
            serving = asyncio.create_task(server._serve())
            async with app.ctx.db.write() as tx:
                platform.admin = Viewer(id=await users.administrator(tx), name="admin", admin=True)
                token, secret = await credentials.make_token(tx, platform.admin, "t", 1)
            await platform.ask(
                'mutation { createProject(input: {name: "p"}) { ... on Project { id } ... on Problem '
                "{ message } } }"
            )
            made = """mutation($d: NotebookSpecInput!) { createNotebook(
                input: {project: "p", name: "lab", kind: CUSTOM, spec: $d}) {
                ... on Notebook { id } ... on Problem { message } } }"""
            key = (
                await platform.ask(made, d={"command": WORKSPACE, "resources": {"cpu": 0.1, "memory": 2**28}})
            )["createNotebook"]["id"]
            async with asyncio.timeout(60):
                while (await platform.ask(f'{{ notebook(id: "{key}") {{ state }} }}'))["notebook"][
                    "state"
                ] != "RUNNING":
                    await asyncio.sleep(0.05)
            url, headers = (
                f"ws://127.0.0.1:{settings.port}/notebooks/{key}/ssh",
                {"authorization": f"Bearer {secret}"},
            )
            async with websockets.connect(url, additional_headers=headers) as channel:
                for word in (b"hello", b"still"):
                    await channel.send(word)
                    assert await channel.recv() == word, "what changes nothing for them ends nothing"
                    await platform.ask(
                        'mutation { setMember(project: "p", user: "admin", role: OWNER) { __typename } }'
                    )
                await platform.ask(f'mutation {{ revokeToken(id: "{token}") {{ __typename }} }}')
                async with asyncio.timeout(20):
                    with pytest.raises(websockets.ConnectionClosed):
                        await channel.recv()
            assert channel.close_code == 4401
            seen = f'{{ audit(target: "{key}") {{ nodes {{ operation detail }} }} }}'
            async with asyncio.timeout(20):
                while True:
                    entries = [
                        each
                        for each in (await platform.ask(seen))["audit"]["nodes"]
                        if each["operation"].endswith("Ssh")
                    ]
                    if len(entries) == 2:
                        break
                    await asyncio.sleep(0.05)
            assert [each["operation"] for each in entries] == [
                "closeSsh",
                "openSsh",
            ] and "has ended" in entries[0]["detail"]["why"]
            await platform.ask(f'mutation {{ stopNotebook(id: "{key}") {{ __typename }} }}')
            server.should_exit = True
            await serving
    daemon.close()
