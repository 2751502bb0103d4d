"""An operator with the visible behaviour of Argo Workflows, for the part of it that we use: DAGs, fan-outs,
retries, outputs, shutdown, parallelism. What a workflow asks for beyond that is refused, so that a test
notices."""

import asyncio
import base64
import gzip
import hashlib
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import zstandard

from cubestudio.core.cluster.kubernetes.status import argo_nodes as statuses
from tests.kubernetes.initial import EXECUTOR
from tests.kubernetes.kubelet import PODS, Kubelet
from tests.kubernetes.server import Fault, Server, merged, now

WORKFLOWS = ("argoproj.io/v1alpha1", "workflows")
SPEC = {
    "entrypoint",
    "serviceAccountName",
    "executor",
    "securityContext",
    "automountServiceAccountToken",
    "imagePullSecrets",
    "podMetadata",
    "hostAliases",
    "priority",
    "ttlStrategy",
    "parallelism",
    "shutdown",
    "templates",
    "podSpecPatch",
    "podPriorityClassName",
}
TEMPLATE = {
    "name",
    "metadata",
    "inputs",
    "outputs",
    "retryStrategy",
    "container",
    "initContainers",
    "volumes",
    "dag",
    "serviceAccountName",
    "automountServiceAccountToken",
    "nodeSelector",
    "affinity",
    "schedulerName",
    "activeDeadlineSeconds",
    "podSpecPatch",
    "securityContext",
}
FINAL = ("Succeeded", "Failed", "Error", "Skipped", "Omitted")
TAG = re.compile(r"\{\{([^{}]*)\}\}")
FASTER = 0.02
RENEW = 10.0
"""Seconds after which it renews its lease (leaderelection of client-go: RetryPeriod, 2 s; here seldom enough
to be no news)."""


class Bad(Exception):
    pass


def rewritten(value: Any) -> Any:
    """JSON after Argo read it into Go's `any` and wrote it again, as it does with the results of items
    (workflow/util, v3.5 and later)."""
    if isinstance(value, list):
        return [rewritten(each) for each in value]
    if isinstance(value, dict):
        return {key: rewritten(each) for key, each in value.items()}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        value = float(value)
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e21 else value


def evaluated(text: str, pod: str) -> str:
    """What was filled in is read as a template once more (seen running with v4.1.2): whoever wrote it has the
    controller compute."""
    text = re.sub(r"\{\{=[^{}]*\}\}", "evaluated by the controller", text)
    return re.sub(r"\{\{\s*pod\.name\s*\}\}", pod, text)


def patched(spec: dict, patch: dict) -> dict:
    """A strategic merge patch as Argo applies it to a pod (workflow/util/util.go, ApplyPodSpecPatch, v4.1.2):
    what is in a list is merged by its name, and added where there is none of that name."""
    for kind, wanted in patch.items():
        assert kind in ("containers", "initContainers", "resourceClaims")
        known = {each["name"]: each for each in spec.get(kind) or ()}
        for each in wanted:
            known[each["name"]] = merged(known.get(each["name"]) or {}, each)
        spec[kind] = list(known.values())
    return spec


MOST = 200
"""Most templates, and most tasks of a DAG (manifests/base/crds/full/argoproj.io_workflows.yaml, v4.1.2)."""
_TASKS = {
    "type": "object",
    "properties": {"dag": {"type": "object", "properties": {"tasks": {"type": "array", "maxItems": MOST}}}},
}
_SPEC = {"type": "object", "properties": {"templates": {"type": "array", "maxItems": MOST, "items": _TASKS}}}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "workflows.argoproj.io"},
    "spec": {
        "versions": [
            {
                "name": "v1alpha1",
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": _SPEC}}},
            }
        ]
    },
}


def sizes(body: dict) -> list[dict]:
    """What the definition of a Workflow refuses, as the API server says it."""
    templates = (body.get("spec") or {}).get("templates") or []
    counts = {"spec.templates": len(templates)} | {
        f"spec.templates[{place}].dag.tasks": len(each["dag"]["tasks"])
        for place, each in enumerate(templates)
        if "dag" in each
    }
    return [
        {"field": field, "message": f"Too many: {count}: must have at most {MOST} items"}
        for field, count in counts.items()
        if count > MOST
    ]


def packed(nodes: dict, how: str) -> str:
    """util/file/fileutil.go, v4.1.2: the algorithm is told from the first bytes when it is read."""
    data = json.dumps(nodes).encode()
    pack = {"gzip": gzip.compress, "zstd": zstandard.compress, "brotli": brotli.compress}[how]
    return base64.b64encode(pack(data)).decode()


def unpacked(status: dict) -> dict | None:
    text = status.pop("compressedNodes", None)
    return json.loads(statuses.unpacked(base64.b64decode(text))) if text else None


class Argo:
    def __init__(self, server: Server, kubelet: Kubelet):
        self.server = server
        self.kubelet = kubelet
        self._due: dict[str, float] = {}
        self.live(True)
        server.put(("apiextensions.k8s.io/v1", "customresourcedefinitions"), "", DEFINITION)
        server.rules[WORKFLOWS] = sizes
        self.admit: Callable[[dict], None] = lambda pod: None
        """Quotas and admission webhooks: raises Fault for a pod that they refuse."""
        self.packs: str | None = None
        """How it compresses the nodes of a status (WORKFLOW_COMPRESSION_ALGORITHM): gzip, zstd, brotli; None:
        not at all."""
        self.gives_up: str | None = None
        """The message with which it ends every workflow, its nodes left as they are: what it does with one
        that is too large."""
        self.offloads = False
        """Whether it keeps the nodes of a status in a database of its own, as it may be told to; they are
        then in no object."""
        self._offloaded: dict[str, dict[str, dict]] = {}

    def live(self, alive: bool) -> None:
        """Whether the controller runs. One that ends leaves its lease behind
        (cmd/workflow-controller/main.go, v4.1.2)."""
        self.alive, self._renewed = alive, time.monotonic()
        meta = {"name": "workflow-controller", "namespace": "argo"}
        template = {
            "metadata": {"labels": {"app": "argo"}},
            "spec": {"containers": [{"name": "c", "image": "quay.example/argo:v4.1.2"}]},
        }
        spec = {"replicas": 1, "selector": {"matchLabels": {"app": "argo"}}, "template": template}
        made = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": dict(meta),
            "spec": spec,
            "status": {"readyReplicas": int(alive)},
        }
        self.server.put(("apps/v1", "deployments"), "argo", made)
        at = datetime.now(UTC) if alive else datetime.now(UTC) - timedelta(hours=1)
        held = {
            "holderIdentity": "one",
            "leaseDurationSeconds": 15,
            "renewTime": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
        lease = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": dict(meta),
            "spec": held,
        }
        self.server.put(("coordination.k8s.io/v1", "leases"), "argo", lease)

    async def run(self) -> None:
        while True:
            news = self.server._news
            for body in self.server.all(WORKFLOWS) if self.alive else ():
                if (body.get("status") or {}).get("phase") not in ("Succeeded", "Failed", "Error"):
                    self._reconcile(body)
            if self.alive and time.monotonic() - self._renewed > RENEW:
                self.live(True)
            try:
                async with asyncio.timeout(0.05 if self._due else RENEW):
                    await news.wait()
            except TimeoutError:
                continue

    def _reconcile(self, body: dict) -> None:
        before = json.dumps(body.get("status") or {}, sort_keys=True)
        status = body.setdefault("status", {})
        status.setdefault("startedAt", now())
        status["nodes"] = (
            self._offloaded.get(body["metadata"]["uid"]) or unpacked(status) or status.get("nodes") or {}
        )
        try:
            Run(self, body).step()
            if self.gives_up and len(status["nodes"]) > 1:
                status |= {"phase": "Error", "message": self.gives_up, "finishedAt": now()}
        except Bad as error:
            status |= {"phase": "Error", "message": str(error), "finishedAt": now()}
        if self.packs:
            status["compressedNodes"] = packed(status.pop("nodes"), self.packs)
        if self.offloads:
            self._offloaded[body["metadata"]["uid"]] = nodes = status.pop("nodes")
            told = json.dumps(nodes, sort_keys=True).encode()
            status["offloadNodeStatusVersion"] = f"fnv:{int(hashlib.sha256(told).hexdigest()[:8], 16)}"
        if json.dumps(status, sort_keys=True) != before:
            current = self.server.get(WORKFLOWS, body["metadata"]["namespace"], body["metadata"]["name"])
            if current:
                current["status"] = status
                self.server.put(WORKFLOWS, body["metadata"]["namespace"], current)


class Run:
    """One look at one workflow."""

    def __init__(self, argo: Argo, body: dict):
        self.argo = argo
        self.body = body
        self.spec = body["spec"]
        self.name = body["metadata"]["name"]
        self.space = body["metadata"]["namespace"]
        self.nodes: dict[str, dict] = body["status"]["nodes"]
        self.templates = {each["name"]: each for each in self.spec["templates"]}
        if extra := set(self.spec) - SPEC:
            raise Bad(f"spec has fields that are not emulated: {sorted(extra)}")
        for template in self.spec["templates"]:
            if extra := set(template) - TEMPLATE:
                raise Bad(f"template {template['name']} has fields that are not emulated: {sorted(extra)}")
        pods = [
            each
            for each in argo.server.all(PODS)
            if each["metadata"]
            .get("annotations", {})
            .get("workflows.argoproj.io/node-name", "")
            .startswith(f"{self.name}.")
        ]
        self.pods = {
            each["metadata"]["annotations"]["workflows.argoproj.io/node-name"]: each for each in pods
        }
        self.active = sum(
            (each.get("status") or {}).get("phase") not in ("Succeeded", "Failed") for each in pods
        )

    def id(self, name: str) -> str:
        return f"{self.name}-{int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)}"

    def node(self, name: str) -> dict | None:
        return self.nodes.get(self.id(name))

    def make(self, name: str, kind: str, phase: str, **more: Any) -> dict:
        node = {
            "id": self.id(name),
            "name": name,
            "displayName": name.removeprefix(f"{self.name}."),
            "type": kind,
            "phase": phase,
            "startedAt": now(),
            **more,
        }
        self.nodes[node["id"]] = node
        return node

    def finish(self, node: dict, phase: str, message: str | None = None) -> None:
        node |= {"phase": phase, "finishedAt": now()} | ({"message": message} if message else {})

    def step(self) -> None:
        status = self.body["status"]
        status["phase"] = "Running"
        root = self.node(self.name) or self.make(self.name, "DAG", "Running")
        shut = self.spec.get("shutdown")
        if shut:
            for pod in self.pods.values():
                phase = (pod.get("status") or {}).get("phase", "Pending")
                if phase == "Pending":
                    self.argo.server.delete(PODS, self.space, pod["metadata"]["name"], grace=0)
                elif phase == "Running":
                    self.argo.kubelet.terminate(pod["metadata"]["uid"])
        dag = self.templates[self.spec["entrypoint"]]["dag"]
        if not dag["tasks"]:
            raise Bad(f"spec.templates.{self.spec['entrypoint']}.dag.tasks must have at least one task")
        over = True
        for task in dag["tasks"]:
            over &= self._task(task, bool(shut))
        if not over:
            return
        tops = [self.node(f"{self.name}.{task['name']}") for task in dag["tasks"]]
        bad = [node for node in tops if node and node["phase"] in ("Failed", "Error")]
        phase = "Failed" if bad or (shut and any(node is None for node in tops)) else "Succeeded"
        self.finish(root, phase)
        status |= {"phase": phase, "finishedAt": now()}
        if shut:
            status["message"] = f"Stopped with strategy '{shut}'"

    def _task(self, task: dict, shut: bool) -> bool:
        """Whether a task is over."""
        name = f"{self.name}.{task['name']}"
        node = self.node(name)
        if node and node["phase"] in FINAL:
            return True
        fans = "withItems" in task or "withParam" in task
        if node is None:
            if shut:
                return True
            needs = re.findall(r"([a-z0-9-]+)\.Succeeded", task.get("depends", ""))
            before = [self.node(f"{self.name}.{need}") for need in needs]
            if any(each is None or each["phase"] not in FINAL for each in before):
                return False
            if any(each["phase"] != "Succeeded" for each in before if each):
                self.finish(
                    self.make(name, "Skipped", "Omitted"),
                    "Omitted",
                    f"omitted: depends condition not met: {task['depends']}",
                )
                return True
            if fans:
                items = (
                    task["withItems"]
                    if "withItems" in task
                    else json.loads(self._fill(task["withParam"], {}))
                )
                if not items:
                    self.finish(self.make(name, "Skipped", "Skipped"), "Skipped", "Skipped, empty params")
                    return True
                node = self.make(name, "TaskGroup", "Running", items=items)
            else:
                node = None
        if not fans:
            return self._instance(task, name, {}, shut)
        assert node
        names = [f"{name}({place}:{item})" for place, item in enumerate(node["items"])]
        ended = [
            self._instance(task, each, {"item": json.dumps(item)}, shut)
            for each, item in zip(names, node["items"], strict=True)
        ]
        over = all(ended)
        if over:
            children = [self.node(each) for each in names]
            phase = (
                "Succeeded"
                if all(child and child["phase"] == "Succeeded" for child in children)
                else "Failed"
            )
            outputs: dict[str, list] = {}
            for child in children:
                for parameter in ((child or {}).get("outputs") or {}).get("parameters") or ():
                    try:
                        value = json.loads(parameter["value"])
                    except ValueError:
                        value = parameter["value"]
                    outputs.setdefault(parameter["name"], []).append(rewritten(value))
            node["outputs"] = {
                "parameters": [{"name": key, "value": json.dumps(values)} for key, values in outputs.items()]
            }
            self.finish(node, phase)
        return over

    def _fill(self, text: str, more: dict[str, str]) -> str:
        def value(match: re.Match) -> str:
            tag = match[1].strip()
            if tag in more:
                return more[tag]
            if found := re.match(r"tasks\.([a-z0-9-]+)\.outputs\.parameters\.([A-Za-z0-9-]+)$", tag):
                node = self.node(f"{self.name}.{found[1]}")
                for parameter in ((node or {}).get("outputs") or {}).get("parameters") or ():
                    if parameter["name"] == found[2]:
                        return parameter["value"]
            raise Bad(f"failed to resolve {{{{{tag}}}}}")

        return TAG.sub(value, text)

    def _instance(self, task: dict, name: str, item: dict[str, str], shut: bool) -> bool:
        """One task, or one item of it: a retry node and its attempts."""
        node = self.node(name)
        if node and node["phase"] in FINAL:
            return True
        template = self.templates[task["template"]]
        strategy = template["retryStrategy"]
        if node is None:
            if shut:
                self.finish(
                    self.make(name, "Retry", "Failed"), "Failed", "workflow shutdown with strategy: Terminate"
                )
                return True
            given = {
                each["name"]: evaluated(self._fill(each["value"], item), name)
                for each in (task.get("arguments") or {}).get("parameters") or ()
            }
            node = self.make(
                name,
                "Retry",
                "Running",
                inputs={"parameters": [{"name": key, "value": value} for key, value in given.items()]},
                children=[],
            )
        attempts = len(node["children"])
        last = self.nodes.get(node["children"][-1]) if attempts else None
        if last is not None and last["phase"] not in FINAL:
            self._attempt(last, template)
            if last["phase"] not in FINAL:
                return False
        if last is not None and last["phase"] == "Succeeded":
            node["outputs"] = last.get("outputs") or {}
            self.finish(node, "Succeeded")
            return True
        if last is not None and (attempts > int(strategy["limit"]) or shut):
            # processNodeRetries says this whatever the limit is (workflow/controller/operator.go, v4.1.2;
            # seen running)
            self.finish(
                node,
                last["phase"],
                f"Stopped with strategy '{self.spec['shutdown']}'" if shut else "No more retries left",
            )
            return True
        if shut:
            self.finish(node, "Failed", "workflow shutdown with strategy: Terminate")
            return True
        loop = asyncio.get_running_loop()
        if last is not None:
            pause = float(strategy["backoff"]["duration"].rstrip("s")) * float(
                strategy["backoff"]["factor"]
            ) ** (attempts - 1)
            due = self.argo._due.setdefault(last["id"], loop.time() + pause * FASTER)
            if loop.time() < due:
                return False
            del self.argo._due[last["id"]]
        if self.spec.get("parallelism") and self.active >= self.spec["parallelism"]:
            return False
        child = self.make(
            f"{name}({attempts})", "Pod", "Pending", inputs=node.get("inputs"), templateName=template["name"]
        )
        child["attempt"] = attempts
        node["children"].append(child["id"])
        self._pod(child, template, attempts)
        self.active += 1
        return False

    def _pod(self, node: dict, template: dict, attempt: int) -> None:
        values = {
            f"inputs.parameters.{each['name']}": each["value"]
            for each in (node.get("inputs") or {}).get("parameters") or ()
        }
        values["retries"] = str(attempt)
        declared = {each["name"] for each in (template.get("inputs") or {}).get("parameters") or ()}
        if missing := declared - {key.removeprefix("inputs.parameters.") for key in values}:
            raise Bad(f"inputs of {template['name']} were not supplied: {sorted(missing)}")
        container = json.loads(json.dumps(template["container"]))
        for each in container.get("env") or ():
            if "value" in each:
                each["value"] = self._fill(each["value"], values)
        marks = {
            key: self._fill(value, values)
            for key, value in ((template.get("metadata") or {}).get("labels") or {}).items()
        }
        init, wait = (
            {"name": name, "image": EXECUTOR, "command": ["argoexec", name]} for name in ("init", "wait")
        )
        name = f"{self.name}-{template['name']}-{node['id'].rpartition('-')[2]}"
        body = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "labels": {
                    "workflows.argoproj.io/workflow": self.name,
                    **(self.spec.get("podMetadata") or {}).get("labels", {}),
                    **marks,
                },
                "annotations": {
                    "workflows.argoproj.io/node-name": node["name"],
                    "workflows.argoproj.io/node-id": node["id"],
                },
                "ownerReferences": [
                    {
                        "apiVersion": "argoproj.io/v1alpha1",
                        "kind": "Workflow",
                        "name": self.name,
                        "uid": self.body["metadata"]["uid"],
                        "controller": True,
                    }
                ],
            },
            "spec": {
                "restartPolicy": "Never",
                "initContainers": [init, *template.get("initContainers", [])],
                "containers": [wait, container],
                "volumes": json.loads(self._fill(json.dumps(template.get("volumes") or []), values)),
                "securityContext": template.get("securityContext") or self.spec.get("securityContext") or {},
                "serviceAccountName": template.get("serviceAccountName", self.spec["serviceAccountName"]),
                "automountServiceAccountToken": self.spec.get("automountServiceAccountToken", True),
                # those that come first after Argo's own, as they are (workflow/controller/workflowpod.go,
                # addInitContainers, v4.1.2)
                **{
                    name: template[name]
                    for name in ("nodeSelector", "affinity", "schedulerName", "activeDeadlineSeconds")
                    if name in template
                },
                **(
                    {"priorityClassName": self.spec["podPriorityClassName"]}
                    if "podPriorityClassName" in self.spec
                    else {}
                ),
            },
        }
        for patch in filter(None, (self.spec.get("podSpecPatch"), template.get("podSpecPatch"))):
            body["spec"] = patched(body["spec"], json.loads(self._fill(patch, values)))
        try:
            self.argo.admit(body)
            self.argo.server.check(
                PODS, body | {"metadata": body["metadata"] | {"namespace": self.space}}, name
            )
        except Fault as error:
            # A quota is waited for, everything else is an error (requeueIfTransientErr,
            # util/errors/errors.go, v4.1.2; seen running).
            if "exceeded quota" in str(error):
                node["message"] = str(error)
                self.argo._due[node["id"]] = asyncio.get_running_loop().time()
                return
            return self.finish(node, "Error", str(error))
        self.argo._due.pop(node["id"], None)
        node.pop("message", None)
        self.argo.server.put(PODS, self.space, body)

    def _attempt(self, node: dict, template: dict) -> None:
        pod = self.pods.get(node["name"])
        if pod is None and node["phase"] == "Pending" and "message" in node and not self.spec.get("shutdown"):
            return self._pod(node, template, node.get("attempt", 0))
        if pod is not None and pod["spec"].get("nodeName"):
            node["hostNodeName"] = pod["spec"]["nodeName"]
        if pod is None:
            if self.spec.get("shutdown"):
                self.finish(node, "Failed", "workflow shutdown with strategy: Terminate")
            elif node["phase"] == "Running":
                self.finish(node, "Error", "pod deleted")
            return
        phase = (pod.get("status") or {}).get("phase", "Pending")
        if phase == "Running":
            node["phase"] = "Running"
        elif phase == "Failed":
            self.finish(node, "Failed", "Error (exit code)")
        elif phase == "Succeeded":
            found = []
            for each in (template.get("outputs") or {}).get("parameters") or ():
                value = self.argo.kubelet.file(pod["metadata"]["uid"], each["valueFrom"]["path"])
                value = each["valueFrom"].get("default") if value is None else value
                if value is None:
                    return self.finish(node, "Error", f"cannot save parameter {each['name']}")
                found.append({"name": each["name"], "value": value})
            node["outputs"] = {"parameters": found, "exitCode": "0"}
            self.finish(node, "Succeeded")
