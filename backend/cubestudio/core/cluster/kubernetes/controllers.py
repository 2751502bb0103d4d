"""Whether the controllers that act on our custom resources are alive.

A cluster that knows a kind of resource says nothing of a program that acts on it: definitions stay when a
controller is uninstalled, and work for one that is down waits for ever. A controller that lives renews a
lease, or has a deployment with pods that are ready."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cubestudio.core.cluster.kubernetes.client import Client, path
from cubestudio.core.cluster.kubernetes.components import TABLE, ready
from cubestudio.core.cluster.kubernetes.status.fields import parse_time
from cubestudio.core.errors import Forbidden, NotFound

STALE = 60.0
"""Seconds after which a lease that nobody renewed has no holder that lives; clocks of clusters are not quite
ours."""
ARGO = "argoproj.io"
_LEASES = {ARGO: re.compile(r"workflow-controller(-.+)?")}
"""The leases of controllers, by the API group that they act on (Argo: cmd/workflow-controller/main.go)."""


def silent(
    group: str,
    leases: Iterable[Mapping[str, Any]],
    deployments: Iterable[Mapping[str, Any]],
    at: datetime,
    before: Mapping[str, str],
) -> str | None:
    """Why nothing acts on an API group now; None when something does. `before`: when leases were renewed, as
    the last look found them; it is brought up to date by `renewals`."""
    pattern = _LEASES.get(group)
    held = [body for body in leases if pattern and pattern.fullmatch(body["metadata"]["name"])]
    if any(_renewed(body, at, before) for body in held):
        return None
    part = next(part for part in TABLE if part.api == group)
    mine = [body for body in deployments if re.fullmatch(part.workloads, body["metadata"]["name"])]
    if not held and any(ready(body)[0] and (body.get("spec") or {}).get("replicas", 1) for body in mine):
        return None
    where = [
        f"deployment {body['metadata']['namespace']}/{body['metadata']['name']} has {ready(body)[1]}"
        for body in mine
    ]
    where += [f"lease {_name(body)} was last renewed at {_at(body) or 'no time'}" for body in held]
    return (
        f"no live {part.name} is to be seen there "
        f"({'; '.join(where) or 'neither a deployment nor a lease of it was found'})"
    )


def renewals(leases: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {_name(body): _at(body) for body in leases}


def _name(body: Mapping[str, Any]) -> str:
    return f"{body['metadata'].get('namespace')}/{body['metadata']['name']}"


def _at(body: Mapping[str, Any]) -> str:
    return str((body.get("spec") or {}).get("renewTime") or "")


def _renewed(body: Mapping[str, Any], at: datetime, before: Mapping[str, str]) -> bool:
    renewed = _at(body)
    if not (body.get("spec") or {}).get("holderIdentity") or not renewed:
        return False
    if _name(body) in before and renewed > before[_name(body)]:
        return True
    try:
        found = parse_time(renewed)
    except ValueError:
        return False
    return found is not None and found.tzinfo is not None and (at - found).total_seconds() < STALE


async def look(client: Client) -> tuple[list[dict], list[dict]] | None:
    """(leases, deployments) of the whole cluster; None where we may not look everywhere, and nothing can be
    said."""
    try:
        leases, _ = await client.items(path("coordination.k8s.io/v1", "leases"))
        deployments, _ = await client.items(path("apps/v1", "deployments"))
    except (Forbidden, NotFound):
        return None
    return leases, deployments
