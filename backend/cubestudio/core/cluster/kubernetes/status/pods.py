"""A pod of Kubernetes as the platform's observation of it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.kubernetes.status import nodes, reasons
from cubestudio.core.cluster.kubernetes.status.fields import (
    container_spec,
    container_status,
    is_replica,
    member,
    parse_time,
    revision,
    step_of,
)
from cubestudio.core.cluster.kubernetes.task import ATTEMPT, WORKLOAD
from cubestudio.core.cluster.port import PodState, PodStatus


class _State(NamedTuple):
    state: PodState
    reason: str | None
    message: str | None
    finished: datetime | None = None
    exit_code: int | None = None


def _state(body: Mapping[str, Any], stopped: bool, gone: bool, node: nodes.Trouble | None) -> _State:
    """Return how a pod is, and when and with what it ended."""
    meta = body["metadata"]
    state = container_status(body).get("state") or {}
    running, terminated = state.get("running"), state.get("terminated") or {}
    deleted = parse_time(meta.get("deletionTimestamp"))
    if over := reasons.end(body, stopped):
        finished = parse_time(terminated.get("finishedAt")) or deleted
        return _State(over.state, over.reason, over.message, finished, over.exit_code)
    if gone:
        return _deleted(body, stopped, deleted)
    if node and (running or node.silent):
        reason, message = nodes.told(body, node, is_replica(body))
        return _State(PodState.UNKNOWN if node.silent else PodState.RUNNING, reason, message)
    if running:
        return _State(PodState.RUNNING, *(reasons.again(body) or (None, None)))
    return _State(PodState.PENDING, *reasons.waits(body))


def _deleted(body: Mapping[str, Any], stopped: bool, at: datetime | None) -> _State:
    if is_replica(body):
        return _State(PodState.CANCELLED, "Stopped", reasons.replaced(body), at)
    if stopped:
        return _State(PodState.CANCELLED, "Cancelled", "it was asked to stop", at)
    return _State(PodState.FAILED, "Deleted", "its pod was deleted from the cluster", at)


def pod_status(
    body: Mapping[str, Any],
    stopped: bool = False,
    metrics: tuple[Mapping[str, Any], ...] = (),
    gone: bool = False,
    node: nodes.Trouble | None = None,
) -> PodStatus:
    """Return a pod as it is now.

    `stopped`: whether we asked it to end. `gone`: it was deleted, and this is the last that was observed of
    it. `node`: what is wrong with its node."""
    meta, status = body["metadata"], body.get("status") or {}
    labels = meta.get("labels") or {}
    state = container_status(body).get("state") or {}
    now = _state(body, stopped, gone, node)
    requests = (container_spec(body).get("resources") or {}).get("requests") or {}
    step, item = step_of(body)
    code = now.exit_code
    signal = code - 128 if code is not None and 128 < code < 160 else None
    role, rank = member(labels)
    conditions = {each.get("type"): each.get("status") for each in status.get("conditions") or ()}
    ready = (
        is_replica(body)
        and now.state == PodState.RUNNING
        and conditions.get("Ready") == "True"
        and not meta.get("deletionTimestamp")
    )
    return PodStatus(
        id=meta["uid"],
        workload=labels.get(WORKLOAD, ""),
        labels=labels,
        node=step,
        item=item,
        attempt=int(labels.get(ATTEMPT) or 0) + 1,
        state=now.state,
        sequence=max(revision(body), node.revision if node else 0),
        reason=now.reason,
        message=now.message,
        machine=(body.get("spec") or {}).get("nodeName"),
        runtime="container",
        cpu=quantity(requests.get("cpu")),
        memory=int(quantity(requests.get("memory"))),
        created_at=parse_time(meta.get("creationTimestamp")),
        started_at=parse_time((state.get("running") or state.get("terminated") or {}).get("startedAt")),
        finished_at=now.finished,
        exit_code=None if signal else code,
        signal=signal,
        metrics=metrics,
        role=role,
        rank=rank,
        ready=ready,
        placed_at=_scheduled_at(body),
        restarts=container_status(body).get("restartCount") or 0,
    )


def _scheduled_at(body: Mapping[str, Any]) -> datetime | None:
    """Return when a pod got its node; None while it has none."""
    for condition in (body.get("status") or {}).get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "True":
            return parse_time(condition.get("lastTransitionTime")) or parse_time(
                body["metadata"].get("creationTimestamp")
            )
    return None
