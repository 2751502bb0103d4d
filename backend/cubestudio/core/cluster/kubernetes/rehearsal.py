"""What a cluster says to the resources of gangs before there are any: a dry run of each, through its schemas,
webhooks and queues."""

import re
from collections.abc import Mapping
from typing import Any

from cubestudio.core.cluster.frameworks.contract import QUEUE
from cubestudio.core.cluster.kubernetes import argo, gangs
from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.task import Site
from cubestudio.core.cluster.port import Graph, Workload
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound

MOST = 20
"""Gangs of one graph that are tried: the others are of the same few kinds."""
MARK = re.compile(r"@\{[A-Z0-9_]+\}")


def resources(workload: Workload, site: Site) -> list[tuple[str, str, dict[str, Any]]]:
    """(step, plural, body) of the resources that a graph would make for its first item and attempt."""
    assert isinstance(workload.body, Graph)
    found = []
    for node in workload.body.nodes:
        if argo.spread(node) and not workload.body.aside(node) and len(found) < MOST:
            told = gangs.told(node, [], workload, site)
            found.append((node.name, told["plural"], filled(told["manifest"])))
    return found


def filled(value: Any) -> Any:
    if isinstance(value, str):
        return MARK.sub("0", value)
    if isinstance(value, list):
        return [filled(each) for each in value]
    return {key: filled(each) for key, each in value.items()} if isinstance(value, dict) else value


def passed(made: Mapping[str, Any]) -> bool:
    """Whether a resource that names a queue would run past it: whoever keeps the queue holds back what it
    takes."""
    spec = made.get("spec") or {}
    held = spec.get("suspend") or (spec.get("runPolicy") or {}).get("suspend")
    return QUEUE in ((made.get("metadata") or {}).get("labels") or {}) and not held


async def problems(client: Client, workload: Workload, site: Site) -> list[str]:
    """Why the gangs of a graph would not run, in sentences. Raises Unavailable."""
    if not isinstance(workload.body, Graph):
        return []
    found = []
    for step, plural, body in resources(workload, site):
        try:
            made = await client.rehearse(path(body["apiVersion"], plural, site.namespace), body)
        except Conflict:
            continue  # that of an earlier attempt is there: it was taken
        except (Invalid, Forbidden, NotFound) as error:
            found.append(f"step {step}: {error.message}")
            continue
        if passed(made):
            found.append(
                f"step {step} is to wait in queue {body['metadata']['labels'][QUEUE]}, and Kueue on "
                f"cluster {client.name} does not take resources of kind {body['kind']}: its operator "
                "adds the kind to Kueue's integrations"
            )
    return found
