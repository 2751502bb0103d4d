"""Whether the platform's account may do on a cluster what a workload takes, asked of the cluster right by
right.

A plan that is made with rights that are not there fails at its start, half made. The cluster itself is the
only one that knows: roles, bindings and webhooks decide together, and a SelfSubjectAccessReview asks them
all.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cubestudio.core.cluster.kubernetes import devices, gangs, gpus, server
from cubestudio.core.cluster.kubernetes.client import Client
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.port import Graph, Server, Task
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
RULES = "install/kubernetes/rbac.yaml"
AT_ONCE = 8
"""Reviews that are asked for at the same time."""
FILE = ("get", "create", "patch", "delete")
LIVE = (*FILE, "list", "watch")


@dataclass(frozen=True, order=True)
class Right:
    """To do one thing with objects of one kind; `space` None: in the whole cluster."""

    group: str
    plural: str
    verb: str
    space: str | None = None

    def __str__(self) -> str:
        kind = f"{self.plural}.{self.group}" if self.group else self.plural
        return f"{self.verb} {kind}"


def needed(body: Graph | Task | Server, site: Site, made: bool) -> list[Right]:
    """What the account must be allowed for a workload to start, be followed and be ended; `made`: its
    namespace is there."""
    wanted: list[tuple[str, str, Iterable[str]]] = [
        ("", "secrets", FILE),
        ("", "configmaps", ("create", "patch")),
        ("", "pods", ("get", "list", "watch")),
        ("", "pods/log", ("get",)),
    ]
    if any(task.claims for task in gpus.tasks(body)):
        wanted.append((devices.VERSION.partition("/")[0], devices.TEMPLATES, ("get", "create", "patch")))
    if isinstance(body, Graph):
        wanted += [
            ("argoproj.io", "workflows", LIVE),
            ("", "serviceaccounts", ("create", "patch")),
            ("rbac.authorization.k8s.io", "roles", ("create", "patch")),
            ("rbac.authorization.k8s.io", "rolebindings", ("create", "patch")),
        ]
        for gang in (
            node.task.gang
            for node in body.nodes
            if node.task.gang and node.task.gang.kind and not body.aside(node)
        ):
            wanted += gangs.needed(gang, site)
    elif isinstance(body, Server):
        wanted += [
            ("apps", "deployments", LIVE),
            ("", "services", FILE),
            ("", "pods/portforward", ("create",)),
        ]
        wanted += [("", "persistentvolumeclaims", FILE)] if body.folder else []
        wanted += [("networking.k8s.io", "networkpolicies", FILE)] if body.private else []
        wanted += [("policy", "poddisruptionbudgets", FILE)] if server.several(body) else []
        wanted += [("autoscaling", "horizontalpodautoscalers", FILE)] if body.scales_itself else []
    else:
        wanted.append(("", "pods", ("create", "patch", "delete")))
    found = {Right(group, plural, verb, site.namespace) for group, plural, verbs in wanted for verb in verbs}
    return sorted(found) + ([] if made else [Right("", "namespaces", "create")])


def review(right: Right) -> dict[str, Any]:
    """The question whether we have a right."""
    plural, _, sub = right.plural.partition("/")
    asked = {"group": right.group, "resource": plural, "verb": right.verb}
    asked |= ({"subresource": sub} if sub else {}) | ({"namespace": right.space} if right.space else {})
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": asked},
    }


def allowed(answer: Any) -> bool | None:
    """What a cluster answered to a review; None when it could not tell."""
    status = answer.get("status") if isinstance(answer, Mapping) else None
    if not isinstance(status, Mapping):
        return None
    if status.get("allowed") is True:
        return True
    return None if status.get("evaluationError") and not status.get("denied") else False


async def lacking(client: Client, rights: Iterable[Right]) -> list[str]:
    """The rights that the account does not have, a sentence for each namespace. Where the cluster does not
    tell, nothing is said against it. Raises Unavailable."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(right: Right) -> Right | None:
        async with gate:
            try:
                answer = await client.call("POST", REVIEWS, body=review(right))
            except (Forbidden, NotFound, Invalid, Conflict):
                return None
        return right if allowed(answer) is False else None

    missing = [right for right in await asyncio.gather(*map(ask, rights)) if right is not None]
    found = []
    for space in dict.fromkeys(right.space for right in missing):
        names = ", ".join(str(right) for right in missing if right.space == space)
        where = f"in namespace {space}" if space else "in the cluster"
        found.append(
            f"the platform's account may not do this {where}: {names}; {RULES} lists the rights that it needs"
        )
    return found


async def classless(client: Client) -> str | None:
    """Why a new claim would wait for ever: the cluster has no storage class that makes volumes without being
    named. None when it has, or does not tell."""
    try:
        classes, _ = await client.items("/apis/storage.k8s.io/v1/storageclasses")
    except (Forbidden, NotFound, Invalid, Conflict):
        return None
    for each in classes:
        marks = (each.get("metadata") or {}).get("annotations") or {}
        if "true" in (
            marks.get("storageclass.kubernetes.io/is-default-class"),
            marks.get("storageclass.beta.kubernetes.io/is-default-class"),
        ):
            return None
    names = sorted(str((each.get("metadata") or {}).get("name")) for each in classes)
    return (
        f"Its folder waits for a volume: none of the storage classes ({', '.join(names[:5])}) is the "
        "default one."
        if names
        else "Its folder waits for a volume: the cluster has no storage class that makes one."
    )
