"""A server's state, from its deployment and its pods. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cubestudio.core.cluster.kubernetes.status import starting
from cubestudio.core.cluster.port import PodState, PodStatus

State = tuple[PodState, int, str | None, str | None]
"""(state, replicas that answer, reason, sentence)."""


def state(
    body: Mapping[str, Any], pods: list[PodStatus], stopped: bool, now: datetime, limit: float
) -> tuple[State, datetime | None]:
    """How a server is, from its deployment and its pods, and when that is to be asked again although nothing
    changes. `limit`: the seconds after which one that does not start is given up."""
    alive = [pod for pod in pods if not pod.state.final]
    ready = sum(pod.ready for pod in alive)
    running = PodState.RUNNING if ready else PodState.PENDING
    waiting = next((pod for pod in alive if not pod.ready and pod.message), None)
    if stopped:
        lost = waiting is not None and waiting.state == PodState.UNKNOWN and waiting.message
        ends = (running, ready, "Stopping", f"it ends; {lost}" if lost else "it ends")
        return ends if alive else (PodState.CANCELLED, 0, "Cancelled", "it was asked to stop"), None
    reason, message = (waiting.reason, waiting.message) if waiting else (None, None)
    if refused := starting.failure(body):
        reason, message = "ReplicaFailure", refused[1]
    stuck, until = starting.server(body, alive, ready_path(body)), None
    if stuck:
        until = starting.due(stuck, limit, reason)
        if until <= now:
            return (running, ready, starting.GIVEN_UP, starting.given_up(stuck, limit, reason)), None
    return (running, ready, reason, message), until


def ready_path(body: Mapping[str, Any]) -> str:
    """Where a server is asked whether it is ready."""
    containers = (((body.get("spec") or {}).get("template") or {}).get("spec") or {}).get("containers") or (
        {},
    )
    return ((containers[0].get("readinessProbe") or {}).get("httpGet") or {}).get("path") or "/"
