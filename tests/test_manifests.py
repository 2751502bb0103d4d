"""What is applied to Kubernetes: as written down here, valid by the published schemas, and with no text of a
person in Argo's own templates. `CUBE_GOLDEN=1 pytest tests/test_manifests.py` writes the files again, to be
reviewed like code."""

import ast
import base64
import gzip
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import kubeflow.training.api_client as training_api
import kubeflow.training.models as training
import kubeflow_katib_api.models as katib
import kubernetes_validate
import pytest
import yaml
from hera.workflows.models import Workflow as Schema

from cubestudio.core.cluster.frameworks import table
from cubestudio.core.cluster.frameworks.table import KINDS
from cubestudio.core.cluster.kubernetes import argo, gangs, server
from cubestudio.core.cluster.kubernetes.observer import Observer
from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.kubernetes.status import workflows
from cubestudio.core.cluster.kubernetes.status.pods import pod_status
from cubestudio.core.cluster.kubernetes.task import LAUNCHER, Site, grounds, pod
from cubestudio.core.cluster.port import (
    Graph,
    Image,
    Input,
    Node,
    Outcome,
    PodState,
    PodStatus,
    Ref,
    Retry,
    Route,
    Scale,
    Server,
    StepStatus,
    Task,
    Workload,
    WorkloadStatus,
)
from cubestudio.core.errors import Invalid
from cubestudio.notebooks import spec as notebooks
from cubestudio.searches import engine
from cubestudio.searches.spec import SearchSpec
from cubestudio.services import spec as services
from tests import specs
from tests.kubernetes import schemas, security

GOLDEN = Path(__file__).parent / "golden"
LABELS = {
    "cubestudio/kind": "run",
    "cubestudio/id": "r1",
    "cubestudio/project": "p1",
    "cubestudio/user": "u1",
}
SITE = Site(
    image="python:3.11-slim",
    pull_secrets=("hub",),
    files_url="http://cube/files",
    hosts=("10.0.0.5 git.example.com git",),
)
TASK = Task(
    command=(("python",), ("-c",), ("print({{evil}})",)),
    env={"A": ("x", Ref("first", "n"))},
    secrets={"S": "sealed"},
    image=Image(host=False, python=None, requirements=("six==1.17.0",), name="registry/team/image:1"),
    cpu=1.5,
    memory=2 * 2**30,
    gpu=2,
    timeout=60,
    inputs=(Input("first"),),
    outputs=("o",),
)
GRAPH = Graph(
    (
        Node(name="first", task=Task(command=(("true",),), outputs=("n", "l")), retry=Retry(2, 5, 3)),
        Node(
            name="fan",
            task=TASK,
            needs=("first",),
            each=Ref("first", "l"),
            when=[">", ["ref", "first", "n"], ["value", 2]],
        ),
        Node(
            name="known",
            task=TASK,
            needs=("first",),
            each=({"k": "{{evil}}"}, 2),
            given=((0, Outcome({"o": 1})),),
        ),
        Node(name="kept", task=TASK, given=((None, Outcome({"o": 1})),)),
        Node(name="last", task=TASK, needs=("first", "fan", "kept")),
    ),
    4,
)
WORK = Workload(name="run-r1", body=GRAPH, labels=LABELS, generation=3, priority=7)


def golden(name: str, body: object) -> None:
    file = GOLDEN / f"{name}.json"
    text = json.dumps(body, indent=1, sort_keys=True) + "\n"
    if os.environ.get("CUBE_GOLDEN"):
        file.write_text(text)
    assert json.loads(file.read_text()) == json.loads(text)


def test_a_graph_as_a_workflow():
    body, secret = argo.workflow(WORK, SITE)
    golden("workflow", body)
    Schema.model_validate(body)
    kubernetes_validate.validate(secret, kubernetes_validate.latest_version(), strict=True)
    assert "evil" not in json.dumps(body["spec"]) and "sealed" not in json.dumps(body)
    specs = {
        name: json.loads(gzip.decompress(base64.b64decode(data))) for name, data in secret["data"].items()
    }
    assert set(specs) == {"first.gz", "fan.gz", "known.gz", "last.gz"}
    assert specs["last.gz"]["given"] == {"kept": {"values": {"o": 1}, "artifacts": []}} and specs["fan.gz"][
        "secrets"
    ] == {"S": "sealed"}
    fields = Schema.model_validate(body).model_dump(by_alias=True, exclude_none=True, mode="json")["spec"]
    for task in fields["templates"][0]["dag"]["tasks"]:
        assert task["depends"] if task["name"] in ("fan", "known", "last") else "depends" not in task


def test_a_task_as_a_pod_and_the_grounds():
    body, secret = pod(Workload(name="alone", body=TASK, labels=LABELS), SITE)
    golden("pod", body)
    for each in (body, secret, *(ground for _, _, ground in grounds(SITE))):
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)
    assert security.refusal("restricted", body["spec"]) is None
    rules = [ground["rules"] for _, plural, ground in grounds(SITE) if plural == "roles"]
    assert rules == [
        [{"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"]}]
    ]


SEARCHED = engine.told(
    SearchSpec.model_validate(
        {
            "objectives": [{"metric": "{{evil}}", "direction": "minimize", "goal": 0.1}],
            "trials": 12,
            "parallelism": 3,
            "seed": 7,
            "parameters": specs.named(
                {
                    "lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": True},
                    "depth": {"type": "int", "low": 1, "high": 9},
                    "batch": {"type": "int", "low": 16, "high": 64, "step": 16},
                    "kind": ["{{evil}}", "sgd"],
                }
            ),
            "engine": {"name": "katib", "algorithm": "TPE", "settings": {"n_startup_trials": 5}},
        }
    ),
    "s",
)
MODELS = {"TFJob", "PyTorchJob", "JAXJob", "PaddleJob", "XGBoostJob"}
MARKS = re.compile(r"@\{[A-Z0-9_]+\}")
OPERATORS = {
    "TFJob": "training-operator-1.9",
    "PyTorchJob": "training-operator-1.9",
    "JAXJob": "training-operator-1.9",
    "PaddleJob": "training-operator-1.9",
    "XGBoostJob": "training-operator-1.9",
    "MXJob": "training-operator-1.7",
    "MPIJob": "mpi-operator-0.8",
    "MPIJob of the training operator": "training-operator-1.9",
    "TrainJob": "trainer-2.3",
    "TrainJob of 2.2": "trainer-2.2",
    "TrainJob of 2.1": "trainer-2.1",
    "VolcanoJob": "volcano-1.9",
    "RayJob": "kuberay-1.6",
    "SparkApplication": "spark-operator-2.5",
    "Framework": "",
    "Experiment": "",
}
"""Every resource of a gang, and the project whose schema it must be valid by, strictly."""


def known(kind: str) -> dict[tuple[str, str], frozenset[str]]:
    """What a cluster with one operator knows."""
    if bundle := OPERATORS[kind]:
        return {
            (version, each["plural"]): frozenset(each["spec"])
            for (version, _), each in schemas.load(bundle).items()
        }
    return {(KINDS[kind].version, KINDS[kind].plural): frozenset()}


@pytest.mark.parametrize("scheduler", ["", "volcano", "kueue"])
@pytest.mark.parametrize("named", sorted(OPERATORS))
def test_a_gang_as_the_resource_of_its_framework(named, scheduler):
    """The resource is valid by the CRD of its project, in which nothing unknown may stand, and by the
    framework's published models where it has some, every pod in it by Kubernetes' own schema; the accounts
    may do what they must and no more; and no text of a person is in it."""
    kind = named.partition(" of ")[0]
    framework = KINDS[kind].frameworks[0]
    site = replace(SITE, scheduler=scheduler, queue="team" if scheduler else "", known=known(named))
    task = replace(TASK, gang=table.gang(framework, 2, 1, kind, SEARCHED if framework == "katib" else None))
    graph = Graph(
        (
            Node(name="first", task=Task(command=(("true",),), outputs=("n",))),
            Node(name="all", task=task, needs=("first",), each=({"k": "{{evil}}"},)),
        )
    )
    body, secret = argo.workflow(Workload(name="run-r1", body=graph, labels=LABELS), site)
    Schema.model_validate(body)
    assert "sealed" not in json.dumps(body) and not any(
        "resource" in template for template in body["spec"]["templates"]
    )
    told = json.loads(gzip.decompress(base64.b64decode(secret["data"]["all.gang.gz"])))
    made = told["manifest"]
    text = json.dumps(told)
    assert "evil" not in text and "sealed" not in text and "{{" not in text
    assert set(MARKS.findall(text)) <= {"@{CUBE_RESULT_0}", "@{CUBE_POD_ATTEMPT}", "@{CUBE_POD_ITEM}"}
    if not scheduler:
        golden(f"gang-{named.lower().replace(' ', '-')}", told)
    if kind == "Framework":  # the naming convention of its CRD
        assert re.fullmatch("[a-z0-9]{1,63}", MARKS.sub("0", made["metadata"]["name"]))
    chosen = gangs.kind_of(task.gang, site)
    assert (
        made["apiVersion"] == chosen.version and made["metadata"]["labels"]["cubestudio/workload"] == "run-r1"
    )
    if bundle := OPERATORS[named]:
        schema = schemas.load(bundle)[made["apiVersion"], made["kind"]]
        assert schemas.strays(schema["spec"], made["spec"]) == []
        first = told["ends"]["path"].partition(".")[0]
        assert first in schema["status"], "what is looked at is not in the status"
    if kind in MODELS:
        model = getattr(training, f"KubeflowOrgV1{kind}")
        client = training_api.ApiClient()
        again = client.sanitize_for_serialization(client._ApiClient__deserialize(made, model))
        assert again["spec"] == made["spec"], "a field is not in the model"
    if kind == "TrainJob":
        trainer_rules(made)
    if kind == "Experiment":
        assert katib.V1beta1ExperimentSpec.from_dict(made["spec"]).to_dict() == made["spec"]
    for template in templates(json.loads(MARKS.sub("0", text))):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "p", "labels": template["metadata"]["labels"]},
            "spec": template["spec"],
        }
        for container in pod["spec"]["containers"]:
            container.setdefault("image", "i")
        kubernetes_validate.validate(pod, kubernetes_validate.latest_version(), strict=True)
        if framework not in chosen.rooted and "trainer" not in made["spec"]:
            assert security.refusal("restricted", pod["spec"]) is None
    if group := told["group"]:
        assert (
            scheduler == "volcano"
            and schemas.strays(
                schemas.load("volcano-1.9")["scheduling.volcano.sh/v1beta1", "PodGroup"]["spec"],
                group["manifest"]["spec"],
            )
            == []
        )
    queued = made["metadata"]["labels"].get("kueue.x-k8s.io/queue-name")
    assert queued == ("team" if scheduler == "kueue" and chosen.queued else None)
    laid = gangs.grounds(site, [(chosen.version, chosen.plural)], [chosen])
    for _, _, ground in laid:
        kubernetes_validate.validate(ground, kubernetes_validate.latest_version(), strict=True)
    rules = [
        rule
        for _, plural, ground in laid
        if plural == "roles" and ground["metadata"]["name"] == "cubestudio-gang"
        for rule in ground["rules"]
    ]
    assert [rule["resources"] for rule in rules][:3] == [["pods"], ["pods/log"], [chosen.plural]]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"create", "get", "list", "delete"}


def trainer_rules(body: dict) -> None:
    """What the webhook of Kubeflow Trainer refuses: variables of the trainer's container anywhere but in
    `trainer.env`."""
    spec = body["spec"]
    patched = json.dumps([spec.get("runtimePatches"), spec.get("podTemplateOverrides")])
    assert (
        '"env"' not in patched
        and spec["trainer"]["env"]
        and not any(each["name"].startswith("PET_") for each in spec["trainer"]["env"])
    )


def test_what_cannot_label_its_pods_is_refused():
    site = replace(
        SITE,
        known={
            ("trainer.kubeflow.org/v1alpha1", "trainjobs"): frozenset(
                schemas.load("trainer-2.0")["trainer.kubeflow.org/v1alpha1", "TrainJob"]["spec"]
            )
        },
    )
    task = replace(TASK, gang=table.gang("pytorch", 2, 0, "TrainJob"))
    with pytest.raises(Invalid, match="which can give its pods no labels"):
        argo.workflow(
            Workload(name="run-r1", body=Graph((Node(name="all", task=task),)), labels=LABELS), site
        )


def templates(value):
    """Every pod's template inside a resource."""
    if isinstance(value, dict):
        if "metadata" in value and "containers" in (value.get("spec") or {}):
            yield value
        else:
            for each in value.values():
                yield from templates(each)
    elif isinstance(value, list):
        for each in value:
            yield from templates(each)


def test_the_nodes_of_a_large_workflow_are_read_as_argo_packs_them():
    nodes = {
        "1": {
            "id": "1",
            "name": "w.a",
            "type": "Retry",
            "phase": "Succeeded",
            "outputs": {
                "parameters": [
                    {"name": "result", "value": base64.b64encode(b'{"values": {"n": 3}}').decode()}
                ]
            },
        }
    }
    body = {
        "metadata": {"name": "w", "resourceVersion": "5", "annotations": {"cubestudio/graph": '{"a": {}}'}},
        "status": {"phase": "Succeeded"},
    }
    packed = base64.b64encode(gzip.compress(json.dumps(nodes).encode())).decode()
    for status in ({"nodes": nodes}, {"compressedNodes": packed}):
        (step,) = workflows.WorkflowReader(
            body | {"status": body["status"] | status}, {}, 5, files={}, results={}, reported={}
        ).steps()
        assert (step.state, step.outcome) == ("Succeeded", Outcome({"n": 3}))


async def test_the_end_of_a_workflow_waits_for_the_news_of_a_pod_that_succeeded():
    """It may be late after a break, and what has ended is parted from with the logs that are known."""
    labels = {**LABELS, "cubestudio/workload": "w"}
    node = {
        "id": "1",
        "name": "w.a",
        "type": "Retry",
        "phase": "Succeeded",
        "outputs": {
            "parameters": [{"name": "result", "value": base64.b64encode(b'{"values": {}}').decode()}]
        },
    }
    workflow = {
        "metadata": {
            "name": "w",
            "resourceVersion": "5",
            "labels": labels,
            "annotations": {"cubestudio/graph": '{"a": {}}'},
        },
        "status": {"phase": "Succeeded", "nodes": {"1": node}},
    }
    pod_ = {
        "metadata": {
            "uid": "u",
            "name": "n",
            "resourceVersion": "6",
            "labels": {**labels, "cubestudio/step": "a"},
        },
        "spec": {"containers": [{"name": "main", "image": "i:1"}]},
        "status": {
            "phase": "Succeeded",
            "containerStatuses": [{"name": "main", "state": {"terminated": {"exitCode": 0}}}],
        },
    }

    async def fetch(project, digest):
        return None

    observer = Observer(fetch)
    for listed, items in (
        (observer.objects.list_workflows, [workflow]),
        (observer.objects.list_pods, []),
        (observer.objects.list_servers, []),
    ):
        listed(items)
    first = await observer.drain()
    assert [(seen.node, seen.state) for seen in first if isinstance(seen, StepStatus)] == [
        ("a", "Succeeded")
    ] and observer.pause == 1
    assert not any(isinstance(seen, WorkloadStatus) for seen in first)
    observer.objects.change_pod("ADDED", pod_)
    assert [type(seen) for seen in await observer.drain()] == [
        PodStatus,
        StepStatus,
        WorkloadStatus,
    ] and observer.pause is None


def test_more_items_than_a_variable_holds_are_refused_before():
    task = Task(command=(("true",),))
    assert argo.problems(Graph((Node(name="a", task=task, each=tuple(range(1500))),)), SITE) == []
    (words,) = argo.problems(Graph((Node(name="a", task=task, each=tuple(range(1501))),)), SITE)
    assert "on Kubernetes the most is 1500" in words


@pytest.mark.parametrize("name", ["rbac", "cards"])
def test_the_rights_that_we_ask_for_are_valid(name):
    for each in yaml.safe_load_all(
        (Path(__file__).parents[1] / f"install/kubernetes/{name}.yaml").read_text()
    ):
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)
        assert not any("*" in rule["verbs"] + rule["resources"] for rule in each.get("rules", []))


def test_too_much_text_for_one_secret_is_refused_before_anything_is_made():
    noise = base64.b85encode(os.urandom(1_500_000)).decode()
    with pytest.raises(Invalid, match="a cluster takes 1000000"):
        argo.workflow(
            Workload(name="w", body=Graph((Node(name="a", task=Task(command=((noise,),))),)), labels=LABELS),
            SITE,
        )


def test_the_launcher_runs_on_old_pythons_and_has_no_braces_of_argo():
    for text in LAUNCHER.values():
        ast.parse(text, feature_version=(3, 8))
        assert "{{" not in text
    assert f"\nMOST_ITEMS = {argo.MOST_ITEMS}\n" in LAUNCHER["launcher.py"]


def seen(status: dict, **spec) -> tuple:
    body = {
        "metadata": {"uid": "u", "name": "n", "labels": LABELS, "resourceVersion": "7"},
        "spec": {
            "containers": [{"name": "main", "image": "i:1", "resources": {"limits": {"memory": "2Gi"}}}],
            **spec,
        },
        "status": status,
    }
    pod = pod_status(body)
    return pod.state, pod.reason, pod.message


def ended(**state) -> dict:
    return {"phase": "Failed", "containerStatuses": [{"name": "main", "state": {"terminated": state}}]}


def held(**state) -> dict:
    return {
        "phase": "Pending",
        "containerStatuses": [{"name": "main", "image": "i:1", "state": {"waiting": state}}],
    }


def again(times: int, code: int = 137, **state) -> dict:
    """A server's pod whose container ended and is started again."""
    last = (
        {"terminated": {"exitCode": code, "reason": "OOMKilled" if code == 137 else "Error"}} if times else {}
    )
    return {
        "phase": "Running",
        "containerStatuses": [{"name": "main", "restartCount": times, "lastState": last, "state": state}],
    }


SCHEDULER = (
    "0/3 nodes are available: 1 node(s) had untolerated taint {gpu: true}, 2 Insufficient "
    "nvidia.com/gpu. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
)


@pytest.mark.parametrize(
    ("status", "spec", "words"),
    [
        ({"phase": "Pending"}, {}, ("Pending", "Scheduling", "a node is being looked for")),
        (
            {"phase": "Pending"},
            {"nodeName": "a"},
            ("Pending", "Starting", "its node is fetching the image and mounting what it needs"),
        ),
        (
            {
                "phase": "Pending",
                "conditions": [
                    {
                        "type": "PodScheduled",
                        "status": "False",
                        "reason": "Unschedulable",
                        "message": SCHEDULER,
                    }
                ],
            },
            {},
            (
                "Pending",
                "Unschedulable",
                "0 of 3 nodes fit: 1 with the taint {gpu: true}, 2 without enough free nvidia.com/gpu",
            ),
        ),
        (
            held(reason="ErrImagePull", message='failed to resolve reference "i:1": not found'),
            {},
            ("Pending", "ImagePull", "image i:1 cannot be pulled: not found"),
        ),
        (
            held(
                reason="ImagePullBackOff",
                message="pull access denied, repository does not exist or may require authorization",
            ),
            {},
            (
                "Pending",
                "ImagePull",
                "image i:1 cannot be pulled: the registry refuses us, or there is no such image; a "
                "pull secret may be missing",
            ),
        ),
        (
            held(reason="CreateContainerConfigError", message='secret "x" not found'),
            {},
            ("Pending", "CannotStart", 'its container cannot be made: secret "x" not found'),
        ),
        (
            ended(exitCode=137, reason="OOMKilled"),
            {},
            ("Failed", "OOMKilled", "it used more memory than its limit of 2 GiB"),
        ),
        (
            ended(
                exitCode=3,
                reason="Error",
                message='{"reason": "Error", "message": "it ended with exit code 3"}',
            ),
            {},
            ("Failed", "Error", "it ended with exit code 3"),
        ),
        (
            ended(
                exitCode=128,
                reason="StartError",
                message='exec: "python3": executable file not found in $PATH',
            ),
            {},
            (
                "Failed",
                "CannotStart",
                "image i:1 has no python3, and none was brought to it (CUBE_PYTHON_IMAGE); its "
                'container cannot start: exec: "python3": executable file not found in $PATH',
            ),
        ),
        (
            ended(exitCode=137, reason="Error")
            | {"reason": "Evicted", "message": "The node was low on resource: memory."},
            {},
            ("Failed", "Evicted", "its node sent it away: The node was low on resource: memory."),
        ),
        (
            {"phase": "Failed", "reason": "UnexpectedAdmissionError", "message": "no GPU left"},
            {},
            ("Failed", "UnexpectedAdmissionError", "its node did not take it: no GPU left"),
        ),
        (
            again(3, waiting={"reason": "CrashLoopBackOff"}),
            {"restartPolicy": "Always"},
            (
                "Pending",
                "OOMKilled",
                "it is started again after it ended 3 times: it used more memory than its limit of 2 GiB",
            ),
        ),
        (
            again(1, code=2, running={"startedAt": "2026-01-01T00:00:00Z"}),
            {"restartPolicy": "Always"},
            ("Running", "Error", "it ended with exit code 2"),
        ),
        (
            again(0, running={"startedAt": "2026-01-01T00:00:00Z"}),
            {"restartPolicy": "Always"},
            ("Running", None, None),
        ),
    ],
)
def test_what_a_pod_says_of_itself(status, spec, words):
    state, reason, message = seen(status, **spec)
    assert (state, reason, message) == (PodState(words[0]), *words[1:])


def test_quantities():
    assert [quantity(each) for each in ("100m", "2", "1.5Gi", "1e3", "128974848", "3k", None, "12E")] == [
        0.1,
        2,
        1.5 * 2**30,
        1000,
        128974848,
        3000,
        0,
        12e18,
    ]


SERVER = Server(
    task=replace(TASK, inputs=(), outputs=()), port=8888, ready="/api", replicas=1, folder="home", size=2**30
)


WAY = Route("a.example", "/open/x/", (("s-1", 90), ("s-2", 10)), "s-3")


def test_a_server_as_its_objects():
    """Each is valid by Kubernetes' own schema, and no secret is outside of one."""
    made = server.objects(Workload(name="s-1", body=SERVER, labels=LABELS, generation=4), SITE)
    golden("server", [each for _, plural, each in made if plural != "secrets"])
    assert (made[0][1], made[-1][1]) == ("secrets", "deployments")
    for version, plural, each in made:
        assert each["apiVersion"] == version and (plural == "secrets" or "sealed" not in json.dumps(each))
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("ways", server.ROUTE_VERSIONS)
def test_a_way_in_as_its_object(ways):
    """Each is valid by its project's definition, with weights, a mirror and a shorter path; a plain Ingress
    by Kubernetes' own schema."""
    plain = ways == "networking.k8s.io/v1"
    version, plural, made = server.route(
        "s",
        LABELS,
        replace(WAY, prefix="/", to=(("s-1", 100),), mirror=None) if plain else WAY,
        SITE,
        frozenset({ways}),
    )
    golden(f"route-{ways.split('/')[0]}", made)
    assert version == ways and (version, plural) in server.ROUTES
    if plain:
        return kubernetes_validate.validate(made, kubernetes_validate.latest_version(), strict=True)
    bundle = "istio-1.30" if "istio" in ways else "gateway-api-1.6"
    assert schemas.strays(schemas.load(bundle)[version, made["kind"]]["spec"], made["spec"]) == []


def test_a_server_that_scales_and_what_no_server_can_have():
    body = replace(
        SERVER, folder=None, replicas=3, scale=Scale(least=2, most=5, by="memory", target=70, itself=True)
    )
    made = server.objects(Workload(name="s-1", body=body, labels=LABELS, generation=4), SITE)
    golden("server-scaled", [each for _, plural, each in made if plural != "secrets"])
    for _, _, each in made:
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)
    with pytest.raises(Invalid, match="has one replica"):
        server.objects(Workload(name="s-1", body=replace(SERVER, replicas=2), labels=LABELS), SITE)
    for wrong, words in (
        (Route("h", "/", (("a", 50),)), "100 in all"),
        (WAY, "neither share requests out by weight"),
    ):
        with pytest.raises(Invalid, match=words):
            server.route("s", LABELS, wrong, SITE, frozenset())


@pytest.mark.parametrize("kind", notebooks.KINDS)
def test_a_notebook_as_its_objects(kind):
    """Of every kind: valid, reached by nobody on the cluster, its secrets in a secret and its files in a
    claim of its own."""
    told = {
        "cpu": 2,
        "memory": "4Gi",
        "gpu": 1,
        "env": {"A": "1"},
        "secrets": {"S": "sealed"},
        "repo": "https://a.example/x.git",
        "command": "serve",
        "requirements": ["six"],
    }
    facts = notebooks.Facts(
        id="n1",
        name="lab",
        kind=kind,
        project_id="p1",
        project="vision",
        user_id="u1",
        user="mei",
        start=2,
        key="KEY",
        unseal=str,
    )
    definition = notebooks.NotebookSpec.model_validate(told)
    made = server.objects(notebooks.workload(definition, facts), SITE)
    if kind in ("jupyter", "custom"):
        golden(f"notebook-{kind}", [each for _, plural, each in made if plural != "secrets"])
    assert [plural for _, plural, _ in made] == [
        "secrets",
        "persistentvolumeclaims",
        "services",
        "networkpolicies",
        "deployments",
    ]
    told = json.loads(gzip.decompress(base64.b64decode(made[0][2]["data"]["main.gz"])))
    assert told["requirements"] == ["six"], "what its image has is not installed again"
    for _, plural, each in made:
        assert plural == "secrets" or not {"sealed", "KEY"} & set(re.findall(r"\w+", json.dumps(each)))
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("kind", services.KINDS)
def test_a_service_as_its_objects(kind):
    """Of every kind: valid, its secrets in a secret; reached by nothing else on the cluster unless it is for
    everybody."""
    told = {
        "kind": kind,
        "cpu": 1,
        "memory": "2Gi",
        "gpu": 1,
        "replicas": 2,
        "max_replicas": 6,
        "secrets": {"S": "sealed"},
        "image": "img",
        "command": "serve",
    }
    told |= {"script": "def predict(model, inputs): ...", "env": {"A": "1"}}
    model = {
        "name": "m",
        "number": 3,
        "framework": "onnx",
        "requirements": ["onnxruntime==1"],
        "signature": None,
        "files": [["m.onnx", 5, "0" * 64, "x/y"]],
    }
    for private in (True, False):
        facts = services.Facts(
            service_id="s1",
            service="wine",
            number=4,
            start=1,
            project_id="p1",
            project="vision",
            user_id="u1",
            token="TOKEN",
            model=model,
            private=private,
            unseal=str,
        )
        workload = services.workload(services.ServiceSpec.model_validate(told), facts)
        assert workload.name == "service-s1-4-1"
        made = server.objects(workload, SITE)
        guarded = ["networkpolicies"] if private else []
        assert [plural for _, plural, _ in made] == [
            "secrets",
            "services",
            *guarded,
            "horizontalpodautoscalers",
            "poddisruptionbudgets",
            "deployments",
        ]
        for _, plural, each in made:
            assert plural == "secrets" or not {"sealed", "TOKEN"} & set(re.findall(r"\w+", json.dumps(each)))
            kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)
    if kind == "model":
        golden("service-model", [each for _, plural, each in made if plural != "secrets"])
