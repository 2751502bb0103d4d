"""Nodes that do not respond, and what becomes of the pods on them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cubestudio.core.cluster.kubernetes.status.fields import parse_time, revision

UNREACHABLE, NOT_READY = "node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"


@dataclass(kw_only=True, frozen=True)
class Trouble:
    """A node that is not ready since a time. `silent`: nobody knows what runs there; else it says itself what
    it lacks, as `message`. `revision` grows with each change of the node."""

    node: str
    silent: bool
    since: datetime | None
    message: str
    revision: int


def trouble(body: Mapping[str, Any]) -> Trouble | None:
    """What is wrong with a node; None when it is ready. A node without the condition has only just come."""
    for each in (body.get("status") or {}).get("conditions") or ():
        if (
            isinstance(each, Mapping)
            and each.get("type") == "Ready"
            and each.get("status") in ("Unknown", "False")
        ):
            since, message = (
                parse_time(each.get("lastTransitionTime")),
                str(each.get("message") or each.get("reason") or "")[:300],
            )
            return Trouble(
                node=body["metadata"]["name"],
                silent=each["status"] == "Unknown",
                since=since,
                message=message,
                revision=revision(body),
            )
    return None


def gone(body: Mapping[str, Any], at: datetime) -> Trouble:
    """A node that was removed from the cluster."""
    return Trouble(
        node=body["metadata"]["name"],
        silent=True,
        since=at,
        message="it was removed from the cluster",
        revision=revision(body),
    )


def tolerated(pod: Mapping[str, Any], silent: bool) -> float | None:
    """Seconds that a pod stays on a node which does not respond (or, when not `silent`, is not ready); None:
    for ever."""
    key, found = UNREACHABLE if silent else NOT_READY, []
    for each in (pod.get("spec") or {}).get("tolerations") or ():
        if each.get("key") in (key, None, "") and each.get("effect") in ("NoExecute", None, ""):
            found.append(each.get("tolerationSeconds"))
    limits = [float(seconds) for seconds in found if isinstance(seconds, int | float)]
    return min(limits) if limits else None if found else 0.0


def told(pod: Mapping[str, Any], node: Trouble, server: bool) -> tuple[str, str]:
    """(reason, sentence) for a pod that runs on a node in trouble. `server`: another replica takes its
    place."""
    since = f" since {_clock(node.since)}" if node.since else ""
    what = (
        f"node {node.node} has not responded{since}"
        if node.silent
        else f"node {node.node} is not ready{since}: {node.message}"
    )
    reason = "NodeLost" if node.silent else "NodeNotReady"
    if pod["metadata"].get("deletionTimestamp"):
        return (
            reason,
            f"{what}; "
            f"{'a replacement starts on another node' if server else 'the cluster ends the pod, and this attempt fails'}",  # noqa: E501
        )
    seconds = tolerated(pod, node.silent)
    if seconds is None:
        return (
            reason,
            f"{what}; the pod stays there until the node is ready again or is removed from the cluster",
        )
    until = (
        f"unless it is ready again by {_clock(node.since + timedelta(seconds=seconds))}"
        if node.since
        else "unless it is ready again soon"
    )
    return (
        reason,
        f"{what}; {until}, {'a replacement starts on another node' if server else 'this attempt fails'}",
    )


def _clock(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%H:%M:%S UTC")
