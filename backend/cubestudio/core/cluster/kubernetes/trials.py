"""What a cluster says to each kind of object that we make: a dry run of a small one, built by the code that
builds all of them.

A cluster that knows a kind may still take none of ours: our account lacks the right, a policy or a webhook
refuses it, the webhook does not answer, the definition is older than the fields that we set. A dry run goes
through all of that and stores nothing.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cubestudio.core.cluster.frameworks import katib
from cubestudio.core.cluster.frameworks.table import KINDS, gang
from cubestudio.core.cluster.kubernetes import argo, devices, gangs, rehearsal, server
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.components import TABLE
from cubestudio.core.cluster.kubernetes.task import GANG_ACCOUNT, INSTALLATION, Site, grounds, pod
from cubestudio.core.cluster.port import Graph, Image, Node, Route, Scale, Server, Task, Workload
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

NAME = "cube-doctor"
KUBERNETES = "objects"
"""The row of the kinds of Kubernetes itself."""
SEARCH = {
    "direction": "maximize",
    "goal": None,
    "algorithm": "random",
    "settings": {},
    "trials": 1,
    "parallel": 1,
    "failed": 0,
    "seed": 1,
    "space": [{"name": "x", "parameterType": "double", "feasibleSpace": {"min": "0", "max": "1"}}],
}
"""What a small search is told, in Katib's own form."""
AT_ONCE = 8
"""Dry runs at the same time."""
CALLING = "failed calling webhook"
"""How an API server begins to say that a webhook could not be asked (kubernetes,
apiserver/pkg/util/webhook/error.go)."""
UNTRIED = "does not support dry run"
"""What it says of a webhook that it may not ask in a dry run: nothing is known then, and nothing is wrong."""


@dataclass(kw_only=True, frozen=True)
class Trial:
    """A small object of a kind; `part` is the row of components that its answer belongs to."""

    part: str
    version: str
    plural: str
    space: str
    body: Mapping[str, Any]
    problem: str | None = None
    """Why none can be built for this cluster."""


def trials(site: Site, ways: frozenset[str], classes: Iterable[str] = ()) -> list[Trial]:
    """One object of each kind that we would make on a cluster, in the namespaces in which we would; `ways`:
    the API versions that it serves, `classes` its device classes."""
    made: list[tuple[str, str, dict[str, Any]]] = []
    marks = {f"cubestudio/{name}": NAME for name in ("kind", "id", "project", "user")}
    task = Task(command=(("true",),), image=Image(host=False, name=site.image))
    body, secret = argo.workflow(
        Workload(name=NAME, body=Graph((Node(name="a", task=task),)), labels=marks), site
    )
    made += [
        ("v1", "secrets", secret),
        ("v1", "pods", pod(Workload(name=NAME, body=task, labels=marks), site)[0]),
        *grounds(site),
    ]
    if argo.VERSION in ways:
        made.append((argo.VERSION, "workflows", body))
    known = site.known or {}
    unbuilt: list[Trial] = []
    for name, kind in KINDS.items():
        asked = gang(kind.frameworks[0], 1, 1, name, SEARCH if kind is katib.KIND else None)
        if gangs.unknown(asked, site):
            continue
        node, chosen = Node(name="a", task=replace(task, gang=asked)), gangs.kind_of(asked, site)
        try:
            found = gangs.told(node, [], Workload(name=NAME, body=Graph((node,)), labels=marks), site)
        except Invalid as error:
            unbuilt.append(
                Trial(
                    part=_part(chosen.version),
                    version=chosen.version,
                    plural=chosen.plural,
                    space=site.namespace,
                    body={"kind": chosen.name},
                    problem=error.message,
                )
            )
            continue
        for told in filter(None, (found, found["group"])):
            manifest = rehearsal.filled(told["manifest"])
            made.append((manifest["apiVersion"], told["plural"], manifest))
    if known:
        made += [each for each in gangs.grounds(site, known) if each[2]["metadata"]["name"] == GANG_ACCOUNT]
    owned = {INSTALLATION: site.installation}
    made += devices.templates(
        [replace(task, claims={name: 1}) for name in sorted(filter(None, classes))[:1]], site, owned
    )
    here = {(site.namespace, version, plural): body for version, plural, body in made}
    for space in site.spaces or (site.namespace,):
        here |= {
            (space, version, plural): body
            for version, plural, body in _served(task, marks, replace(site, namespace=space), ways)
        }
    return [
        *unbuilt,
        *(
            Trial(part=_part(version), version=version, plural=plural, space=space, body=body)
            for (space, version, plural), body in here.items()
        ),
    ]


def _served(task: Task, marks: Mapping[str, str], site: Site, ways: frozenset[str]) -> list[server.Made]:
    """What a server with a folder, one with a scale, and the way to it are made of; and a pod, as builds of
    images have one."""
    several = Server(task=task, replicas=2, private=True, scale=Scale(least=2, most=3, itself=True))
    way = Route("doctor.example.org", "/", ((NAME, 100),))
    return [
        *server.objects(Workload(name=NAME, body=Server(task=task, folder="doctor"), labels=marks), site),
        *server.objects(Workload(name=NAME, body=several, labels=marks), site),
        server.route(NAME, marks, way, site, ways),
        ("v1", "pods", pod(Workload(name=NAME, body=task, labels=marks), site)[0]),
    ]


def _part(version: str) -> str:
    group = version.partition("/")[0]
    return next((part.name for part in TABLE if part.api in (version, group)), KUBERNETES)


async def answers(client: Client, tried: Iterable[Trial]) -> dict[str, list[str]]:
    """Why a cluster would not take objects, in sentences by row; rows whose objects it takes have none.
    Raises Unavailable."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(trial: Trial) -> tuple[str, str | None]:
        if trial.problem:
            return trial.part, f"{trial.body['kind']}: {trial.problem}"
        async with gate:
            try:
                made = await client.rehearse(
                    path(trial.version, trial.plural, trial.space), dict(trial.body), strict=True
                )
            except Conflict:  # one of that name is there: it was taken
                return trial.part, None
            except (Invalid, Forbidden, NotFound) as error:
                return trial.part, refused(trial, error.message)
            except Unavailable as error:
                if CALLING not in error.message:
                    raise
                return trial.part, refused(trial, error.message)
        words = (
            f"Kueue does not take {trial.body['kind']} from its queue: its operator adds the kind to "
            "Kueue's integrations"
        )
        return trial.part, words if rehearsal.passed(made) else None

    found: dict[str, list[str]] = {}
    for part, words in await asyncio.gather(*map(ask, tried)):
        found.setdefault(part, []).extend([words] if words and words not in found.get(part, ()) else [])
    return found


def refused(trial: Trial, said: str) -> str | None:
    """What a cluster's words against an object mean, and the way out; None when they mean nothing for real
    ones."""
    kind = trial.body["kind"]
    if UNTRIED in said:
        return None
    said = said[:500]
    if CALLING in said:
        return (
            f"{kind}: its webhook does not answer, so none can be made; look at the pods and the Service "
            f"of that webhook ({said})"
        )
    if "unknown field" in said:
        return f"{kind}: its definition does not know what the platform sets; upgrade it ({said})"
    if "does not let the platform" in said:
        return (
            f"{kind} in {trial.space}: the platform's account lacks a right of "
            f"install/kubernetes/rbac.yaml, or a policy refuses it ({said})"
        )
    if "could not find the requested resource" in said:
        return f"{kind}: the cluster does not serve {trial.version} ({said})"
    return f"{kind} in {trial.space} would be refused: {said}"
