"""What does not start, and since when. Pure.

Waiting for a node with room has no end: that is a queue. Whatever else keeps a pod from its start (an image
that cannot be pulled, a quota or an admission that refuses it, a server that never answers) is given up after
the site's limit."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cubestudio.core.cluster.kubernetes.status.fields import parse_time
from cubestudio.core.cluster.port import PodState, PodStatus

GIVEN_UP = "StartTimeout"
"""The reason of what did not start within the limit."""
NOTE = "cubestudio/given-up"
"""The annotation of a pod that is given up, with the sentence."""
NO_NAME = "InvalidImageName"
Stuck = tuple[datetime, str]
"""(since when, why) something does not start."""


def pod(seen: PodStatus) -> Stuck | None:
    """Why a pod that has a node does not start; None when it runs, has ended, or waits for a node."""
    if seen.state != PodState.PENDING or seen.placed_at is None:
        return None
    return seen.placed_at, seen.message or "its containers do not start"


def server(body: Mapping[str, Any], pods: Sequence[PodStatus], path: str) -> Stuck | None:
    """Why a server, from its deployment and its pods that have not ended, never became ready. `path`: where
    it is asked whether it is."""
    if any(seen.ready for seen in pods):
        return None
    if refused := failure(body):
        return refused
    for seen in pods:
        if seen.state == PodState.RUNNING and seen.started_at:
            return seen.started_at, f"it runs, and does not answer GET {path}"
        if found := pod(seen):
            return found
    since = _available(body) or parse_time(body["metadata"].get("creationTimestamp"))
    return (since, "the cluster has not created a pod of it") if since and not pods else None


def _available(body: Mapping[str, Any]) -> datetime | None:
    """When a deployment began or ceased to be available; None for one that the cluster has not looked at."""
    for condition in (body.get("status") or {}).get("conditions") or ():
        if condition.get("type") == "Available":
            return parse_time(condition.get("lastTransitionTime"))
    return None


def failure(body: Mapping[str, Any]) -> Stuck | None:
    """Since when and with which message the cluster refuses to create pods of a deployment, such as for a
    quota."""
    for condition in (body.get("status") or {}).get("conditions") or ():
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            since = parse_time(condition.get("lastTransitionTime")) or parse_time(
                body["metadata"].get("creationTimestamp")
            )
            return (
                (since, str(condition.get("message") or condition.get("reason") or "")[:1000])
                if since
                else None
            )
    return None


def due(stuck: Stuck, limit: float, reason: str | None) -> datetime:
    """When it is given up. A name that is no image's stays none."""
    return stuck[0] + timedelta(seconds=0 if reason == NO_NAME else limit)


def given_up(stuck: Stuck, limit: float, reason: str | None) -> str:
    """What to say of it then."""
    return stuck[1] if reason == NO_NAME else f"it did not start within {duration(limit)}: {stuck[1]}"


def duration(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"
