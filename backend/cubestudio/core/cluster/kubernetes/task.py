"""What a task becomes on Kubernetes: a container with the launcher in it, and the secret that tells the
launcher what to do. Pure."""

import base64
import gzip
import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from cubestudio.core import expression
from cubestudio.core.cluster import messages, outputs
from cubestudio.core.cluster.frameworks.table import single
from cubestudio.core.cluster.kubernetes import devices, gpus, interpreter, security
from cubestudio.core.cluster.port import Machine, Node, Outcome, Ref, Task, Text, Workload
from cubestudio.core.errors import Invalid
from cubestudio.core.inputs import values
from cubestudio.core.inputs.volumes import Volume

LAUNCHER = {
    "launcher.py": (Path(__file__).parent / "launcher.py").read_text(),
    "enter.py": (Path(__file__).parent / "enter.py").read_text(),
    "keeper.py": (Path(__file__).parent / "keeper.py").read_text(),
    "startup.py": (Path(__file__).parent / "startup.py").read_text(),
    "apiserver.py": (Path(__file__).parent / "apiserver.py").read_text(),
    "expression.py": Path(expression.__file__).read_text(),
    "outputs.py": Path(outputs.__file__).read_text(),
    "values.py": Path(values.__file__).read_text(),
    "bring.py": (Path(__file__).parent / "bring.py").read_text(),
}
"""The files that run in each pod: the launcher, what it shares with other places, and what brings it a
Python."""
LAUNCHER_NAME = f"cubestudio-launcher-{hashlib.sha256(orjson.dumps(LAUNCHER)).hexdigest()[:10]}"
HOME = "/cube"
ACCOUNT = "cubestudio-run"
GANG_ACCOUNT = "cubestudio-gang"
"""That of the pods which make the resources of gangs and follow them; nothing of a person runs as it."""
MOST_SECRET = 1_000_000
"""Bytes of a secret; the API server takes one MiB."""
ID, KIND, STEP, ITEM, ATTEMPT = (f"cubestudio/{name}" for name in ("id", "kind", "step", "item", "attempt"))
ROLE, OFFSET, CONTAINER = (f"cubestudio/{name}" for name in ("role", "offset", "container"))
"""Of a member of a gang: what it is, how many members of other roles come before it, and how its container is
called."""
KEEPER = "keeper"
"""The role of the pod that makes a gang's resource and follows it."""
WORKLOAD = "cubestudio/workload"
GENERATION = "cubestudio/generation"
STOP = "cubestudio/stop"
GRAPH = "cubestudio/graph"
"""On a workflow: what its status alone does not say of the nodes."""
INSTALLATION = "cubestudio/installation"
"""Two platforms on one cluster do not hear of each other's work."""


@dataclass(kw_only=True, frozen=True)
class Site:
    """What an installation says of its pods: the namespace of runs, the image of steps that name none, the
    name of GPU resources, the secrets with which images are pulled, the address at which pods reach the
    platform."""

    namespace: str = "pipeline"
    image: str = "python:3.11-slim"
    gpu: str = "nvidia.com/gpu"
    pull_secrets: tuple[str, ...] = ()
    pull_policy: str = "IfNotPresent"
    files_url: str | None = None
    grace: float = 10
    installation: str = "dev"
    """Its name, unique on the cluster."""
    scheduler: str = ""
    """What starts gangs all at once: volcano, kube-batch, kueue; empty: the framework's operator alone."""
    queue: str = ""
    """The queue of that scheduler."""
    node_org: str = ""
    """The resource group whose nodes pods are put on, by the labels cpu|gpu, train|service and org; empty:
    any node."""
    gateway: str = "kubeflow/kubeflow-gateway"
    """namespace/name of the gateway through which servers are reached from outside."""
    gpu_label: str = "gpu-type"
    """The label by which nodes say which cards they have."""
    spaces: tuple[str, ...] = ()
    """Further namespaces in which work of ours may be."""
    hosts: tuple[str, ...] = ()
    """Lines that pods have in /etc/hosts besides their own: an address and names."""
    output_bytes: int = 200 * 2**30
    """Most bytes of files that one step may leave."""
    start_seconds: int = 1800
    """How long a pod may take, once it has a node, to fetch its image and to start."""
    python_image: str = ""
    """The image from which others get the Python that the launcher needs; empty: none does, and each must
    have its own."""
    python_in: tuple[str, ...] = ()
    """Patterns of images that are known to have python3."""
    gpu_kinds: Mapping[str, str] = field(default_factory=dict)
    """Resources by the names under which people ask for them: cards of other makers, shares of a card."""
    devices: Mapping[str, str] = field(default_factory=dict)
    """Further resources by the names under which people request them."""
    gpu_sharing: str = ""
    """What divides GPUs among pods, hami or volcano, where nodes cannot be seen."""
    machines: tuple[Machine, ...] = ()
    """The nodes that divide their GPUs."""
    linger: int = 3
    """Seconds for which a replica that is to end goes on taking requests, while everybody who sends some
    hears of it."""
    user: str = "1000"
    """As whom pods run: a user's number, "cluster" (which gives one to each namespace) or "image" (its own,
    which may be root)."""
    root_images: tuple[str, ...] = ()
    """Patterns of images that run as root."""
    priorities: Mapping[int, str] = field(default_factory=dict)
    """Names of PriorityClasses by the least priority of work that gets them."""
    priority_class: str = ""
    """That of the pods of one workload."""
    argo_helpers: tuple[str, ...] = ("init", "wait")
    """The containers that Argo puts into pods of its own, whose rights are taken away; empty: its own
    settings see to that."""
    peers: tuple[str, ...] = ()
    """Where the platform's own connections to pods come from, as `core.peers` reads it; empty: they come
    through the API server."""
    known: Mapping[tuple[str, str], frozenset[str]] | None = None
    """The fields of `spec` of the resources of gangs that the cluster knows, by (API version, plural); None
    while that is not known."""


def pull_name(workload: Workload) -> str:
    """The secret with which a project's images are pulled."""
    return (
        f"cube-pull-{hashlib.sha256(workload.labels.get('cubestudio/project', '').encode()).hexdigest()[:10]}"
    )


def pull_secret(workload: Workload, site: Site) -> dict[str, Any]:
    """It belongs to the project and to no workload."""
    owned = {INSTALLATION: site.installation, "app.kubernetes.io/managed-by": "cubestudio"}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": pull_name(workload), "namespace": site.namespace, "labels": owned},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": base64.b64encode((workload.pull or "").encode()).decode()},
    }


def pieces(text: Text) -> list[Any]:
    return [piece if isinstance(piece, str) else reference(piece) for piece in text]


def reference(ref: Ref) -> dict[str, Any]:
    return {"node": ref.node, "output": ref.output, "form": ref.form}


def outcome(known: Outcome) -> dict[str, Any]:
    return {
        "values": dict(known.values),
        "artifacts": [
            [artifact.path, artifact.size, artifact.sha256, artifact.media_type]
            for artifact in known.artifacts
        ],
    }


def given(node: Node) -> dict[str, Any]:
    """What is known of a node that is not run, or not in all its items."""
    if node.skip:
        return {"skipped": "Skip"}
    known = dict(node.given)
    if node.each is None:
        return outcome(known[None]) if None in known else {}
    items = {str(item): outcome(each) for item, each in known.items() if item is not None}
    return {"items": items} if items else {}


def fanned(nodes: Iterable[Node]) -> dict[str, list[str]]:
    """The outputs of each node over which another fans out."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        if isinstance(node.each, Ref) and node.each.node:
            names = found.setdefault(node.each.node, [])
            if node.each.output not in names:
                names.append(node.each.output)
    return found


def spec(
    node: Node, nodes: Mapping[str, Node], upstream: tuple[str, ...], fans: list[str], site: Site, run: str
) -> dict[str, Any]:
    """What the launcher is to do for one node. `upstream`: the nodes whose results it is told, in order."""
    task = node.task
    seen = {need: nodes[need] for need in node.needs}
    each: Any = (
        reference(node.each)
        if isinstance(node.each, Ref)
        else list(node.each)
        if node.each is not None
        else None
    )
    return {
        "command": [pieces(text) for text in task.command],
        "env": {name: pieces(text) for name, text in task.env.items()},
        "secrets": dict(task.secrets),
        "files": {name: pieces(text) for name, text in task.files.items()},
        "when": node.when,
        "each": each,
        "inputs": [source.node for source in task.inputs],
        "placed": [
            [artifact.path, artifact.size, artifact.sha256, artifact.media_type] for artifact in task.placed
        ],
        "upstream": list(upstream),
        "given": {name: told for name, other in seen.items() if (told := given(other))},
        "fans": {name: list(other.task.outputs) for name, other in seen.items() if other.each is not None},
        "fanned": fans,
        "outputs": list(task.outputs),
        "requirements": list(task.image.requirements),
        "timeout": task.timeout,
        "gpu": task.gpu + sum(task.claims.values()),
        "grace": site.grace,
        "gang": [list(role) for role in task.gang.roles] if task.gang else None,
        "step": node.name,
        "files_url": f"{site.files_url}/{run}" if site.files_url else None,
        "output_bytes": site.output_bytes,
    }


def packed(specs: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The data of a secret: each spec as gzipped JSON. Raises Invalid when they are more than a cluster
    takes."""
    data = {
        f"{name}.gz": base64.b64encode(gzip.compress(orjson.dumps(each), mtime=0)).decode()
        for name, each in specs.items()
    }
    size = sum(map(len, data.values()))
    if size > MOST_SECRET:
        raise Invalid(messages.SCRIPTS_TOO_LARGE(size=size, most=MOST_SECRET))
    return data


def secret(workload: Workload, data: Mapping[str, str], site: Site) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": workload.name, "namespace": site.namespace, "labels": labels(workload, site)},
        "type": "Opaque",
        "data": dict(data),
    }


def labels(workload: Workload, site: Site) -> dict[str, str]:
    return {
        **workload.labels,
        KIND: workload.labels.get(KIND, "task"),
        WORKLOAD: workload.name,
        INSTALLATION: site.installation,
    }


PROGRAMS = {"name": "cube-bin", "mountPath": f"{HOME}/bin", "readOnly": True}


def rooted(task: Task, site: Site) -> bool:
    """Whether it runs as root."""
    return security.rooted(task, site.image, site.root_images)


def brings(task: Task, site: Site) -> bool:
    """Whether its image gets a Python of ours."""
    return interpreter.brought(task, site.image, site.python_image, site.python_in)


def python(task: Task, site: Site) -> tuple[str, ...]:
    """How the Python that runs our programs is started in its image."""
    return interpreter.WORDS if brings(task, site) else ("python3",)


def container(
    task: Task, site: Site, env: list[dict[str, Any]], name: str = "main", program: str = "launcher.py"
) -> dict[str, Any]:
    """The one container of ours."""
    amount: dict[str, str] = {"cpu": f"{round(task.cpu * 1000)}m", "memory": str(task.memory)}
    limits = {"memory": str(task.memory)}
    more = gpus.amounts(task, site) | devices.amounts(task, site)
    amount |= more
    limits |= more
    return {
        "name": name,
        "image": task.image.name or site.image,
        "imagePullPolicy": site.pull_policy,
        "command": [*python(task, site), f"{HOME}/bin/{program}"],
        "env": [
            {"name": "CUBE_POD_HOME", "value": HOME},
            {"name": "CUBE_POD_SPEC", "value": f"{HOME}/spec/spec.gz"},
            {"name": "CUBE_POD_ID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.uid"}}},
            {"name": "K8S_POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "K8S_POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
            {"name": "K8S_NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            {"name": "K8S_POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "K8S_HOST_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}},
            *({"name": volume.variable, "value": volume.path} for volume in task.volumes),
            *env,
        ],
        "resources": {"requests": amount, "limits": limits, **devices.used(task)},
        "securityContext": security.container(task),
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [
            PROGRAMS,
            {"name": "cube-spec", "mountPath": f"{HOME}/spec", "readOnly": True},
            {"name": "cube-run", "mountPath": f"{HOME}/run"},
            {"name": "cube-env", "mountPath": f"{HOME}/env"},
            {"name": "shm", "mountPath": "/dev/shm"},
            *([interpreter.MOUNT] if brings(task, site) else []),
            *(_mount(place, volume) for place, volume in enumerate(task.volumes)),
        ],
    }


def _mount(place: int, volume: Volume) -> dict[str, Any]:
    told: dict[str, Any] = {"name": f"volume-{place}", "mountPath": volume.path}
    if volume.sub:
        told["subPath"] = volume.sub
    if volume.read_only:
        told["readOnly"] = True
    return told


def _source(place: int, volume: Volume) -> dict[str, Any]:
    match volume.kind:
        case "pvc":
            source: dict[str, Any] = {"persistentVolumeClaim": {"claimName": volume.source}}
        case "nfs":
            server, _, path = volume.source.partition("/")
            source = {"nfs": {"server": server, "path": f"/{path}"}}
        case "hostpath":
            source = {"hostPath": {"path": volume.source}}
        case "configmap":
            source = {"configMap": {"name": volume.source}}
        case "secret":
            source = {"secret": {"secretName": volume.source}}
        case "memory":
            source = {"emptyDir": {"medium": "Memory", "sizeLimit": volume.source}}
        case kind:
            raise Invalid(messages.VOLUME_KIND_UNSUPPORTED(kind=kind), field="volumes")
    return {"name": f"volume-{place}", **source}


def volumes(task: Task, site: Site, secret_name: str, key: str) -> list[dict[str, Any]]:
    return [
        {"name": "cube-bin", "configMap": {"name": LAUNCHER_NAME}},
        {
            "name": "cube-spec",
            "secret": {"secretName": secret_name, "items": [{"key": f"{key}.gz", "path": "spec.gz"}]},
        },
        {"name": "cube-run", "emptyDir": {}},
        {"name": "cube-env", "emptyDir": {}},
        {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": str(max(task.memory // 2, 2**20))}},
        *([interpreter.VOLUME] if brings(task, site) else []),
        *(_source(place, volume) for place, volume in enumerate(task.volumes)),
    ]


def guard(site: Site, root: bool = False, keys: bool = False) -> dict[str, Any]:
    """What every pod of ours has: a user that is not root, or is where that is needed, system calls filtered,
    no credentials of the cluster, the secrets to pull images, the site's hosts. `keys`: whether it is given
    keys of ssh."""
    aliases = [{"ip": address, "hostnames": names} for address, *names in map(str.split, site.hosts)]
    return {
        "securityContext": security.pod(site.user, root, keys),
        "automountServiceAccountToken": False,
        **({"imagePullSecrets": [{"name": name} for name in site.pull_secrets]} if site.pull_secrets else {}),
        **({"hostAliases": aliases} if aliases else {}),
    }


def ranked(site: Site, name: str = "priorityClassName") -> dict[str, Any]:
    """The class of a pod's priority, where it has one; `name`: how the field is called."""
    return {name: site.priority_class} if site.priority_class else {}


def selector(task: Task, site: Site, use: str = "train") -> dict[str, str]:
    """The labels of the nodes that may have it, by the incumbent's conventions where the site follows these.
    `use`: train, notebook or service."""
    return (
        {"gpu" if task.gpu or task.claims else "cpu": "true", use: "true", "org": site.node_org}
        if site.node_org
        else {}
    )


def deadline(task: Task, site: Site) -> dict[str, Any]:
    """The limit of a pod whose task has a limit of time: the launcher keeps that, but only once it runs, and
    a pod whose image does not come would stay for ever."""
    return (
        {"activeDeadlineSeconds": math.ceil(task.timeout + site.grace) + site.start_seconds}
        if task.timeout
        else {}
    )


def placed(task: Task, site: Site, use: str = "train") -> dict[str, Any]:
    """What a pod's specification says of where it may be, and what comes before its container."""
    found = selector(task, site, use)
    first = (
        [interpreter.container(site.python_image, site.pull_policy, PROGRAMS)] if brings(task, site) else []
    )
    kind = gpus.affinity(task, site.gpu_label, site.gpu_kinds)
    return (
        kind
        | gpus.scheduler(task, site)
        | devices.claims(task)
        | ({"nodeSelector": found} if found else {})
        | ({"initContainers": first} if first else {})
    )


def pod(workload: Workload, site: Site) -> tuple[dict[str, Any], dict[str, Any]]:
    """(pod, secret) of a task that stands alone."""
    assert isinstance(workload.body, Task)
    task = single(workload.body)
    node = Node(name="main", task=task)
    told = packed(
        {"main": spec(node, {}, (), fans=[], site=site, run=workload.labels.get(ID, workload.name))}
    )
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": workload.name,
            "namespace": site.namespace,
            "labels": {**labels(workload, site), STEP: "main", ATTEMPT: "0"},
            "annotations": {GENERATION: str(workload.generation)},
        },
        "spec": {
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": int(site.grace) + 5,
            **deadline(task, site),
            **guard(site, rooted(task, site)),
            **ranked(site),
            **({"hostUsers": False} if task.builder else {}),
            **placed(task, site),
            "containers": [
                container(
                    task, site, [{"name": "CUBE_CACHE", "value": f"{HOME}/run/cache"}] if task.cache else []
                )
            ],
            "volumes": volumes(task, site, workload.name, "main"),
        },
    }
    return body, secret(workload, told, site)


def account(name: str, site: Site, rules: list[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    """An account, its token as Argo's executor looks for it, and its rights."""

    def named(name_: str, **more: Any) -> dict[str, Any]:
        return {
            "metadata": {
                "name": name_,
                "namespace": site.namespace,
                "labels": {"app.kubernetes.io/managed-by": "cubestudio"},
                **more,
            }
        }

    rbac = "rbac.authorization.k8s.io"
    return [
        (
            "v1",
            "serviceaccounts",
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                **named(name),
                "automountServiceAccountToken": False,
            },
        ),
        (
            "v1",
            "secrets",
            {
                "apiVersion": "v1",
                "kind": "Secret",
                **named(
                    f"{name}.service-account-token", annotations={"kubernetes.io/service-account.name": name}
                ),
                "type": "kubernetes.io/service-account-token",
            },
        ),
        (f"{rbac}/v1", "roles", {"apiVersion": f"{rbac}/v1", "kind": "Role", **named(name), "rules": rules}),
        (
            f"{rbac}/v1",
            "rolebindings",
            {
                "apiVersion": f"{rbac}/v1",
                "kind": "RoleBinding",
                **named(name),
                "roleRef": {"apiGroup": rbac, "kind": "Role", "name": name},
                "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": site.namespace}],
            },
        ),
    ]


def grounds(site: Site) -> list[tuple[str, str, dict[str, Any]]]:
    """(version, plural, object) of what a namespace of runs needs once: the launcher, and for Argo's own part
    of a pod an account that may write down results and nothing else."""
    launcher = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": LAUNCHER_NAME,
            "namespace": site.namespace,
            "labels": {"app.kubernetes.io/managed-by": "cubestudio"},
        },
        "immutable": True,
        "data": LAUNCHER,
    }
    rules = [
        {"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"]}
    ]
    return [("v1", "configmaps", launcher), *account(ACCOUNT, site, rules)]
