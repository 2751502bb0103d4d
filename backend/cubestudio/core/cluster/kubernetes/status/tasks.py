"""A single task, which has a pod and no workflow, as a workload of one step. Pure."""

from collections.abc import Mapping
from typing import Any

from cubestudio.core.cluster.kubernetes.status.fields import generation_of
from cubestudio.core.cluster.port import NodeState, Outcome, PodState, PodStatus, StepStatus, WorkloadStatus


def state(pod: PodStatus, report: Mapping[str, Any]) -> NodeState:
    """Return the state of the one step."""
    if report.get("skipped") and pod.state == PodState.SUCCEEDED:
        return NodeState.SKIPPED
    return NodeState(pod.state.value)


def step(pod: PodStatus, report: Mapping[str, Any], outcome: Outcome | None) -> StepStatus:
    """Return the one step. `report`: what the launcher reported at the end of the pod."""
    return StepStatus(
        workload=pod.workload,
        labels=pod.labels,
        node="main",
        item=None,
        state=state(pod, report),
        attempt=pod.attempt,
        sequence=pod.sequence,
        pod=pod.id,
        reason=report.get("skipped") or pod.reason,
        message=report.get("message") or pod.message,
        outcome=outcome,
        started_at=pod.started_at,
        finished_at=pod.finished_at,
    )


def workload(pod: PodStatus, body: Mapping[str, Any]) -> WorkloadStatus:
    """Return the workload, from its pod."""
    message = None
    if pod.state == PodState.FAILED:
        message = f"step main failed: {pod.message}"
    elif pod.state == PodState.CANCELLED:
        message = pod.message
    return WorkloadStatus(
        workload=pod.workload,
        labels=pod.labels,
        generation=generation_of(body),
        state=pod.state,
        sequence=pod.sequence,
        reason="StepFailed" if pod.state == PodState.FAILED else pod.reason,
        message=message,
        started_at=pod.started_at,
        finished_at=pod.finished_at,
    )
