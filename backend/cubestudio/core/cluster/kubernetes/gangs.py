"""A gang whose members have pods of their own: the framework's resource, and the pod that makes it and
follows it to its end. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cubestudio.core.cluster.frameworks.contract import GROUPING, Asked, Kind, count, rank_of
from cubestudio.core.cluster.frameworks.table import ALTERNATIVES, KINDS
from cubestudio.core.cluster.kubernetes.task import (
    ATTEMPT,
    CONTAINER,
    GANG_ACCOUNT,
    HOME,
    ITEM,
    OFFSET,
    ROLE,
    STEP,
    Site,
    account,
    container,
    deadline,
    guard,
    labels,
    placed,
    ranked,
    rooted,
    volumes,
)
from cubestudio.core.cluster.port import Gang, Graph, Node, Server, Task, Workload

GROUPS = "podgroups"


def kind_of(gang: Gang, site: Site) -> Kind:
    """The resource that a gang is on this cluster: where there are several by one name, the first that the
    cluster knows."""
    kinds = ALTERNATIVES.get(gang.kind, (KINDS[gang.kind],))
    return next(
        (kind for kind in kinds if site.known and (kind.version, kind.plural) in site.known), kinds[0]
    )


def resource(gang: Gang | None, site: Site) -> list[str] | None:
    """[API version, plural] of the resource that a gang is; None of what has none."""
    if not gang or not gang.kind:
        return None
    kind = kind_of(gang, site)
    return [kind.version, kind.plural]


def unknown(gang: Gang, site: Site) -> bool:
    """Whether the cluster is known not to know the resource."""
    kind = kind_of(gang, site)
    return site.known is not None and (kind.version, kind.plural) not in site.known


def told(node: Node, env: list[dict[str, Any]], workload: Workload, site: Site) -> dict[str, Any]:
    """What the keeper of a gang is told: the resource to make, with @{NAME} where a variable of the keeper's
    pod belongs. `env`: the variables of its pod that the members get too."""
    gang = node.task.gang
    assert gang
    kind = kind_of(gang, site)
    root = rooted(node.task, site) or gang.framework in kind.rooted
    names = {**labels(workload, site), "cubestudio/framework": gang.framework}
    marks = {STEP: node.name, ATTEMPT: "@{CUBE_POD_ATTEMPT}"}
    if node.each is not None:
        marks[ITEM] = "i@{CUBE_POD_ITEM}e"

    def pod(role: str, called: str, index: str | None) -> dict[str, Any]:
        mine: list[dict[str, Any]] = [{"name": each["name"], "value": f"@{{{each['name']}}}"} for each in env]
        mine.append({"name": "CUBE_GANG_ROLE", "value": role})
        if gang.kind in INTRODUCED:
            mine.append({"name": "CUBE_POD_INTRODUCED", "value": "1"})
        if index:
            mine.append(
                {
                    "name": "CUBE_GANG_INDEX",
                    "valueFrom": {"fieldRef": {"fieldPath": f"metadata.labels['{index}']"}},
                }
            )
        return {
            "metadata": {
                "labels": names
                | marks
                | {ROLE: role, OFFSET: str(rank_of(gang.roles, role, 0)), CONTAINER: called}
            },
            "spec": {
                "restartPolicy": "Never",
                "terminationGracePeriodSeconds": int(site.grace) + 5,
                **guard(site, root, gang.framework in kind.rooted),
                **ranked(site),
                **placed(node.task, site),
                **deadline(node.task, site),
                "containers": [container(node.task, site, mine, called)],
                "volumes": volumes(node.task, site, workload.name, node.name),
            },
        }

    name = name_of(workload, node)
    fields = (site.known or {}).get((kind.version, kind.plural), frozenset())
    body = kind.make(
        Asked(
            name=name,
            labels=names,
            roles=gang.roles,
            pod=pod,
            scheduler=site.scheduler if kind.queued or site.scheduler != "kueue" else "",
            queue=site.queue,
            settings=gang.settings,
            fields=fields,
        )
    )
    ends = kind.ends
    waits = kind.group(gang.roles)
    return {
        "manifest": body,
        "plural": kind.plural,
        "ends": {
            "path": ends.path,
            "success": ends.success,
            "failure": ends.failure,
            "words": ends.words,
            "code": ends.code,
        },
        "members": count(gang.roles) + kind.more,
        "introduce": gang.kind in INTRODUCED,
        "strict": kind.strict,
        "start": site.start_seconds,
        "grouped": site.scheduler in GROUPING or not kind.queued,
        "group": _group(name, names, waits, site) if waits and site.scheduler in GROUPING else None,
    }


INTRODUCED = ("Framework",)
"""Kinds whose operator does not tell the members of each other."""


def name_of(workload: Workload, node: Node) -> str:
    """The name of a gang's resource, of letters and digits alone, as some of them ask for."""
    digest = hashlib.sha256(f"{workload.name}/{node.name}".encode()).hexdigest()[:10]
    return f"g{digest}{'i@{CUBE_POD_ITEM}' if node.each is not None else ''}a@{{CUBE_POD_ATTEMPT}}"


def _group(name: str, names: Mapping[str, str], waits: int, site: Site) -> dict[str, Any]:
    spec = {"minMember": waits, **({"queue": site.queue} if site.queue else {})}
    metadata = {"name": name, "labels": dict(names)}
    return {
        "plural": GROUPS,
        "manifest": {
            "apiVersion": GROUPING[site.scheduler],
            "kind": "PodGroup",
            "metadata": metadata,
            "spec": spec,
        },
    }


def keeper(node: Node, env: list[dict[str, Any]], workload: Workload, site: Site) -> dict[str, Any]:
    """What the template of a gang's step has of its own: a small pod, of the one account that may make gangs,
    with its token in our container alone."""
    task = replace(
        node.task,
        image=replace(node.task.image, name=None),
        cpu=0.1,
        memory=64 * 2**20,
        gpu=0,
        gpu_share=None,
        devices={},
        claims={},
        gang=None,
        volumes=(),
    )
    made = container(task, site, env, program="keeper.py")
    made["volumeMounts"].append({"name": "cube-account", "mountPath": f"{HOME}/account", "readOnly": True})
    mounted = volumes(task, site, workload.name, node.name)
    for volume in mounted:
        if volume["name"] == "cube-spec":
            volume["secret"]["items"].append({"key": f"{node.name}.gang.gz", "path": "gang.gz"})
    sources = [
        {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
    ]
    return {
        "serviceAccountName": GANG_ACCOUNT,
        **placed(task, site),
        "container": made,
        "volumes": [*mounted, {"name": "cube-account", "projected": {"sources": sources}}],
    }


def guarded(
    body: Graph | Server | Task, site: Site
) -> tuple[dict[str, tuple[Task, bool, str]], dict[str, tuple[str, str, str]]]:
    """By how each is called in a sentence: the tasks of a workload with whether they run as root, and the
    kind of gang that makes them; the gangs whose operator makes containers of its own, as (kind, containers,
    how that is changed)."""
    if not isinstance(body, Graph):
        task = body.task if isinstance(body, Server) else body
        return {"it": (task, rooted(task, site), "")}, {}
    tasks, added = {}, {}
    for node in body.nodes:
        if body.aside(node):
            continue
        name, gang, root, why = f"step {node.name}", node.task.gang, rooted(node.task, site), ""
        if gang and gang.kind:
            kind = kind_of(gang, site)
            why = f"{gang.framework} in a {gang.kind}" if gang.framework in kind.rooted else ""
            root = root or bool(why)
            if found := kind.adds(
                gang.roles, (site.known or {}).get((kind.version, kind.plural), frozenset())
            ):
                added[name] = (kind.name, *found)
        tasks[name] = (node.task, root, why)
    return tasks, added


def needed(gang: Gang, site: Site) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the platform's account must be allowed for a gang, (group, resource, verbs): an account gives no
    right that it does not have."""
    kind = kind_of(gang, site)
    found: list[tuple[str, str, tuple[str, ...]]] = [
        (kind.version.partition("/")[0], kind.plural, ("create", "get", "list", "delete"))
    ]
    if kind.group(gang.roles) and site.scheduler in GROUPING:
        found.append((GROUPING[site.scheduler].partition("/")[0], GROUPS, ("create",)))
    for rule in kind.account[1] if kind.account else ():
        found += [
            (group, resource, tuple(rule["verbs"]))
            for group in rule["apiGroups"]
            for resource in rule["resources"]
        ]
    return found


def grounds(
    site: Site, kinds: Iterable[tuple[str, str]], wanted: Iterable[Kind] = ()
) -> list[tuple[str, str, dict[str, Any]]]:
    """What a namespace needs for gangs of these kinds, (API version, plural): an account that may make,
    follow and end them, and look at their pods; and the accounts of the leaders of `wanted`."""
    rules: list[dict[str, Any]] = [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]},
    ]
    for version, plural in sorted({(version.partition("/")[0], plural) for version, plural in kinds}):
        rules.append({"apiGroups": [version], "resources": [plural], "verbs": ["create", "get", "delete"]})
    if site.scheduler in GROUPING:
        rules.append(
            {
                "apiGroups": [GROUPING[site.scheduler].partition("/")[0]],
                "resources": [GROUPS],
                "verbs": ["create"],
            }
        )
    own = [
        each
        for kind in wanted
        if kind.account
        for each in account(kind.account[0], site, [dict(rule) for rule in kind.account[1]])
    ]
    return [*account(GANG_ACCOUNT, site, rules), *own]
