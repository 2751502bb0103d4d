"""Graphs as Argo Workflows. Pure.

Every step is a template of its own with a retry around it, so that the status has the same shape for all: the
step (of a fan-out: a group and its items), below it the attempts. Conditions and references are the
launcher's business: user text never passes through Argo's own templates. A fan-out is over numbers; the
launcher knows the items. The pod of a gang whose members have pods of their own is the keeper, which makes
the framework's resource and hands on what its leader left.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cubestudio.core.cluster.frameworks.table import single
from cubestudio.core.cluster.kubernetes import devices, gangs, security
from cubestudio.core.cluster.kubernetes.step_templates import shared
from cubestudio.core.cluster.kubernetes.task import (
    ACCOUNT,
    ATTEMPT,
    GENERATION,
    GRAPH,
    HOME,
    ID,
    ITEM,
    KEEPER,
    ROLE,
    STEP,
    Site,
    container,
    deadline,
    fanned,
    guard,
    labels,
    packed,
    placed,
    ranked,
    rooted,
    secret,
    spec,
    volumes,
)
from cubestudio.core.cluster.port import Graph, Node, Ref, Workload

VERSION = "argoproj.io/v1alpha1"
ENTRY = "Graph"
KEEP = 14 * 86_400
"""Seconds after which Argo itself forgets a workflow that we did not."""
NOTHING = "e30="
"""The result of a pod that left none: {} as the launcher would write it."""
MOST_ITEMS = 1500
"""Items of one fan-out: their results come to the steps after it in one variable, which has 128 KiB."""
MOST_TOLD = 64 * 1024
"""Bytes of items that are kept on a workflow, so that they can be shown; annotations have 256 KiB in all."""


def workflow(workload: Workload, site: Site) -> tuple[dict[str, Any], dict[str, Any]]:
    """(Workflow, Secret) of a graph."""
    graph = workload.body
    assert isinstance(graph, Graph)
    graph = replace(
        graph,
        nodes=tuple(node if spread(node) else replace(node, task=single(node.task)) for node in graph.nodes),
    )
    nodes = {node.name: node for node in graph.nodes}
    run = [node for node in graph.nodes if not graph.aside(node)]
    alive = {node.name for node in run}
    fans = fanned(graph.nodes)
    names = labels(workload, site)
    tasks, templates, specs = [], [], {}
    for node in run:
        upstream = tuple(need for need in node.needs if need in alive)
        specs[node.name] = spec(
            node,
            nodes,
            upstream,
            fans=fans.get(node.name, []),
            site=site,
            run=workload.labels.get(ID, workload.name),
        )
        tasks.append(_task(node, nodes, upstream))
        parameters, env = _given(node, upstream)
        if spread(node):
            specs[f"{node.name}.gang"] = gangs.told(node, env, workload, site)
        templates.append(
            _template(node, parameters, env, fans=fans.get(node.name, []), workload=workload, site=site)
        )
    body = {
        "apiVersion": VERSION,
        "kind": "Workflow",
        "metadata": {
            "name": workload.name,
            "namespace": site.namespace,
            "labels": names,
            "annotations": {
                GENERATION: str(workload.generation),
                GRAPH: json.dumps(_told(graph, site), separators=(",", ":")),
            },
        },
        "spec": {
            "entrypoint": ENTRY,
            "serviceAccountName": ACCOUNT,
            "executor": {"serviceAccountName": ACCOUNT},
            **guard(site),
            **ranked(site, "podPriorityClassName"),
            **({"podSpecPatch": json.dumps(patch)} if (patch := security.helpers(site.argo_helpers)) else {}),
            "podMetadata": {"labels": names},
            "priority": workload.priority,
            "ttlStrategy": {"secondsAfterCompletion": KEEP},
            **({"parallelism": graph.parallelism} if graph.parallelism else {}),
            **({"shutdown": "Terminate"} if workload.stop else {}),
            "templates": [
                {"name": ENTRY, "dag": {"failFast": False, "tasks": tasks}},
                *shared(tasks, templates),
            ],
        },
    }
    return body, secret(workload, packed(specs), site)


def problems(graph: Graph, site: Site) -> list[str]:
    """Why Argo could not run this graph, in sentences."""
    nodes = {node.name: node for node in graph.nodes}
    mute = [
        (
            f"step {node.name} is a gang whose members have pods of their own, and its result comes back "
            "through the platform, of which pods here have no address (CUBE_PODS_API_URL)"
        )
        for node in graph.nodes
        if spread(node) and not graph.aside(node) and site.files_url is None
    ]
    many = [
        (
            f"step {node.name} fans out over {len(node.each)} items; on Kubernetes the most is "
            f"{MOST_ITEMS}: put them into groups"
        )
        for node in graph.nodes
        if isinstance(node.each, tuple) and len(node.each) > MOST_ITEMS and not graph.aside(node)
    ]
    bare = [
        (
            f"step {node.name} runs as {node.task.gang.kind}, whose pods start with {program} of their "
            "image; name an image that has it"
        )
        for node in graph.nodes
        if node.task.gang
        and spread(node)
        and not graph.aside(node)
        and (program := gangs.kind_of(node.task.gang, site).image)
        and not node.task.image.name
    ]
    return (
        mute
        + many
        + bare
        + [
            (
                f"step {node.name} fans out over the results of step {node.each.node}, which fans out "
                "itself; Argo cannot do that: put a step between them that gathers the results into one "
                "list"
            )
            for node in graph.nodes
            if isinstance(node.each, Ref)
            and node.each.node
            and nodes[node.each.node].each is not None
            and not graph.aside(nodes[node.each.node])
        ]
    )


def spread(node: Node) -> bool:
    """Whether the members of a node's gang have pods of their own."""
    return bool(node.task.gang and node.task.gang.kind)


def _told(graph: Graph, site: Site) -> dict[str, Any]:
    """What the status alone does not say of the nodes, kept on the workflow."""
    told: dict[str, Any] = {}
    room = MOST_TOLD
    for node in graph.nodes:
        each: Any = None
        if isinstance(node.each, tuple):
            size = len(json.dumps(node.each))
            each = list(node.each) if size < room else len(node.each)
            room -= size if size < room else 0
        elif isinstance(node.each, Ref):
            each = {"node": node.each.node, "output": node.each.output}
        told[node.name] = {
            key: value
            for key, value in {
                "each": each,
                "needs": list(node.needs),
                "retries": node.retry.limit,
                "aside": graph.aside(node),
                "given": [item for item, _ in node.given if item is not None],
                "gang": gangs.resource(node.task.gang, site),
            }.items()
            if value not in (None, [], 0)
        }
    return told


def _fan(output: str) -> str:
    return f"fan-{hashlib.sha256(output.encode()).hexdigest()[:12]}"


def _task(node: Node, nodes: Mapping[str, Node], upstream: tuple[str, ...]) -> dict[str, Any]:
    given = [
        {"name": f"r{place}", "value": f"{{{{tasks.{need}.outputs.parameters.result}}}}"}
        for place, need in enumerate(upstream)
    ]
    task: dict[str, Any] = {"name": node.name, "template": node.name}
    if node.each is not None:
        given.append({"name": "item", "value": "{{item}}"})
        known = {item for item, _ in node.given}
        if not isinstance(node.each, Ref):
            task["withItems"] = [item for item in range(len(node.each)) if item not in known]
        elif node.each.node in upstream:
            task["withParam"] = f"{{{{tasks.{node.each.node}.outputs.parameters.{_fan(node.each.output)}}}}}"
        else:
            task["withItems"] = [
                item
                for item in _known_items(nodes[node.each.node or ""], node.each.output)
                if item not in known
            ]
    if given:
        task["arguments"] = {"parameters": given}
    if upstream:
        task["depends"] = " && ".join(f"{need}.Succeeded" for need in upstream)
    return task


def _known_items(source: Node, output: str) -> list[int]:
    """The items of a list that is known before: or one number that has the launcher say what is wrong."""
    outcome = dict(source.given).get(None)
    found = outcome.values.get(output) if outcome else None
    return list(range(len(found))) or [-2] if isinstance(found, list | tuple) else [-1]


def _template(
    node: Node,
    parameters: list[str],
    env: list[dict[str, Any]],
    fans: list[str],
    workload: Workload,
    site: Site,
) -> dict[str, Any]:
    """The template of a step: one pod, or the one that keeps its gang."""
    marks = _marks(node, "{{retries}}")
    if spread(node):
        own = gangs.keeper(node, env, workload, site)
    else:
        own = devices.patched(
            {
                **deadline(node.task, site),
                **placed(node.task, site),
                **(
                    {"securityContext": security.pod(site.user, root=True)} if rooted(node.task, site) else {}
                ),
                "container": container(node.task, site, env),
                "volumes": volumes(node.task, site, workload.name, node.name),
            }
        )
    return {
        **_around(node, parameters),
        "metadata": {"labels": marks | {ROLE: KEEPER} if spread(node) else marks},
        "outputs": _outputs(fans, f"{HOME}/run/{{}}.json"),
        **own,
    }


def _given(node: Node, upstream: tuple[str, ...]) -> tuple[list[str], list[dict[str, Any]]]:
    """(inputs of a template, variables of its pods): the results of steps before it, the attempt, the
    item."""
    parameters = [f"r{place}" for place in range(len(upstream))]
    env = [
        {"name": f"CUBE_RESULT_{place}", "value": f"{{{{inputs.parameters.{name}}}}}"}
        for place, name in enumerate(parameters)
    ]
    env.append({"name": "CUBE_POD_ATTEMPT", "value": "{{retries}}"})
    if node.each is not None:
        parameters.append("item")
        env.append({"name": "CUBE_POD_ITEM", "value": "{{inputs.parameters.item}}"})
    return parameters, env


def _marks(node: Node, attempt: str) -> dict[str, str]:
    """The labels by which a pod is known as a step's."""
    marks = {STEP: node.name, ATTEMPT: attempt}
    if node.each is not None:
        marks[ITEM] = (
            # a label begins and ends with a letter or digit, and an item may be -1
            "i{{inputs.parameters.item}}e"
        )
    return marks


def _around(node: Node, parameters: list[str]) -> dict[str, Any]:
    """What every step's template has: its name, its inputs, and when it is tried again."""
    retry = node.retry
    return {
        "name": node.name,
        **({"inputs": {"parameters": [{"name": name} for name in parameters]}} if parameters else {}),
        "retryStrategy": {
            "limit": str(retry.limit),
            "retryPolicy": "Always",
            "backoff": {
                "duration": f"{max(round(retry.pause), 1)}s",
                "factor": str(max(round(retry.factor), 1)),
            },
        },
    }


def _outputs(fans: list[str], path: str) -> dict[str, Any]:
    outputs = [{"name": "result", "valueFrom": {"path": path.format("result"), "default": NOTHING}}]
    outputs += [
        {"name": _fan(each), "valueFrom": {"path": path.format(_fan(each)), "default": "[-1]"}}
        for each in fans
    ]
    return {"parameters": outputs}
