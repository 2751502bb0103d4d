"""The life cycle of a workload, whatever its kind: what observations and decisions change of its row. Pure.

Every function takes the row as it is and returns the `Change`, or None when nothing changes. Observations
arrive late, twice and out of order:

- One whose sequence is not greater than the row's changes nothing, except an end: its sequence may be below
  that of a pod which is gone by now, and nothing follows it.
- After the end nothing changes, except that what is Lost continues when its cluster has it again.
- While it is Stopping only its end changes the state.

The state of a task is that of its one step, the state of a graph or a server that of the whole. A server
that has not answered yet is given up, which stops it, when its process ends again and again, when it can
never start, or when it does not answer in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cubestudio.core.cluster.port import (
    LOST,
    NodeState,
    Outcome,
    PodState,
    PodStatus,
    StepStatus,
    WorkloadStatus,
)
from cubestudio.workloads.model import TRANSITIONS, WAITING, Body, WorkloadState

TRIES = 3
"""How often a replica of a server that never answered may end before the server is given up."""
HOPELESS = ("EnvironmentFailed", "CannotStart")
OURS = ("Submission", "Quota")
"""Reasons that the platform gives while the cluster does not have it, or was not asked to stop it."""
SUBMITTED = frozenset({*WAITING, WorkloadState.SUBMITTED})


@dataclass(kw_only=True, frozen=True)
class Seen:
    """What one batch of observations says of one workload."""

    graph: WorkloadStatus | None = None
    steps: Sequence[StepStatus] = ()
    pods: Sequence[PodStatus] = ()


@dataclass(frozen=True)
class Transition:
    old: WorkloadState
    new: WorkloadState
    reason: str | None
    message: str | None


@dataclass(kw_only=True, frozen=True)
class Change:
    """Columns of the row with their new values, and the transitions in order. `outcome`: what a task left."""

    values: Mapping[str, Any]
    transitions: tuple[Transition, ...] = ()
    outcome: Outcome | None = None


class IllegalTransition(Exception):
    pass


@dataclass
class _Draft:
    """A row while it changes."""

    row: Any
    values: dict[str, Any] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    outcome: Outcome | None = None

    def get(self, name: str) -> Any:
        return self.values.get(name, getattr(self.row, name))

    @property
    def state(self) -> WorkloadState:
        return WorkloadState(self.get("state"))

    def first(self, name: str, value: Any) -> None:
        """Set a column that has no value yet."""
        if value is not None and self.get(name) is None:
            self.values[name] = value

    def move(self, new: WorkloadState, **values: Any) -> None:
        old = self.state
        self.values |= values
        if new is old:
            return
        if new not in TRANSITIONS[old]:
            raise IllegalTransition(f"a workload cannot go from {old} to {new}")
        self.values["state"] = new.value
        self.transitions.append(Transition(old, new, self.get("reason"), self.get("message")))

    def change(self) -> Change | None:
        if not self.values:
            return None
        return Change(values=self.values, transitions=tuple(self.transitions), outcome=self.outcome)


def stopped(row: Any) -> bool:
    """Whether a workload that has ended did so because that was requested. What was lost meanwhile has
    stopped too."""
    return row.state == WorkloadState.STOPPED or (
        row.state == WorkloadState.LOST and row.stopping_at is not None
    )


class StageName(StrEnum):
    """The stages of the start of a server, in order; each value is the column that has its time."""

    REQUESTED = "requested_at"
    SCHEDULED = "placed_at"
    STARTED = "started_at"
    READY = "ready_at"


def stages(row: Any) -> list[tuple[StageName, datetime | None]]:
    """Return the stages of the start of a server, each with when it was reached; None: not yet."""
    return [(stage, row and getattr(row, stage.value)) for stage in StageName]


def stop(row: Any, now: datetime) -> Change | None:
    """It is requested to stop."""
    draft = _Draft(row)
    if not draft.state.final and draft.state != WorkloadState.STOPPING:
        draft.move(WorkloadState.STOPPING, stopping_at=now)
    return draft.change()


def again(row: Any, **values: Any) -> Change:
    """It is moved to another cluster before anything of it has started."""
    draft = _Draft(row)
    draft.move(WorkloadState.REQUESTED, sequence=0, reason=None, message=None, **values)
    for name in ("offered_at", "submitted_at", "placed_at", "started_at"):
        draft.values[name] = None
    return Change(values=draft.values, transitions=tuple(draft.transitions))


def wait(row: Any, reason: str, message: str) -> Change | None:
    """Its cluster does not have it yet, or was not asked yet to stop it."""
    draft = _Draft(row)
    waits = draft.state in WAITING or draft.state == WorkloadState.STOPPING
    if not waits or (row.reason, row.message) == (reason, message):
        return None
    values = {"reason": reason, "message": message}
    queued = reason == "Quota" and draft.state == WorkloadState.REQUESTED
    draft.move(WorkloadState.QUEUED if queued else draft.state, **values)
    return draft.change()


def submitted(row: Any, now: datetime) -> Change | None:
    """Its cluster has it, or was asked to stop it. Why it waited for that is over; what the cluster has said
    of it meanwhile stays."""
    draft = _Draft(row)
    if draft.state.final:
        return None
    draft.first("submitted_at", now)
    if row.reason in OURS:
        draft.values |= {"reason": None, "message": None}
    if draft.state in WAITING:
        draft.move(WorkloadState.SUBMITTED)
    return draft.change()


def end(row: Any, now: datetime, reason: str, message: str) -> Change | None:
    """Its cluster says nothing of it any more: it was lost, refused or given up."""
    draft = _Draft(row)
    if draft.state.final:
        return None
    draft.values["sequence"] = 0
    if reason == LOST and not row.failure:
        _close(draft, WorkloadState.LOST, now, reason=reason, message=message)
    elif draft.state == WorkloadState.STOPPING:
        _close(draft, WorkloadState.STOPPED, now, reason=reason, message=message)
    else:
        _close(draft, WorkloadState.FAILED, now, reason=reason, message=message)
    return draft.change()


def _close(draft: _Draft, state: WorkloadState, now: datetime, **why: str | None) -> None:
    """End it; a server that was given up has failed for that reason, however it ended."""
    if failure := draft.get("failure"):
        state, why = WorkloadState.FAILED, {"reason": failure[0], "message": failure[1]}
    draft.values |= {"failure": None, "ready": 0}
    draft.first("ended_at", now)
    draft.move(state, **why)


def observe(row: Any, seen: Seen, now: datetime) -> Change | None:
    """What a batch of observations changes."""
    draft = _Draft(row)
    if draft.state == WorkloadState.LOST and _found(row, seen):
        draft.move(
            WorkloadState.STOPPING if row.stopping_at else WorkloadState.RUNNING,
            reason=None,
            message=None,
            ended_at=None,
            released_at=None,
        )
    if draft.state.final:
        return None
    for pod in seen.pods:
        draft.first("placed_at", pod.placed_at)
    match Body(row.body):
        case Body.TASK:
            _task(draft, seen, now)
        case Body.GRAPH:
            _graph(draft, seen.graph, now)
        case Body.SERVER:
            _server(draft, seen, now)
    if draft.values and draft.state not in WAITING:
        draft.first("submitted_at", now)
    return draft.change()


def _found(row: Any, seen: Seen) -> bool:
    """Whether the cluster has it again. Of a server that has ended there is nothing to continue."""
    if row.body == Body.TASK:
        return any(step.reason != LOST for step in seen.steps)
    whole = seen.graph
    return whole is not None and whole.reason != LOST and not (row.body == Body.SERVER and whole.state.final)


ENDS = {
    PodState.SUCCEEDED: WorkloadState.SUCCEEDED,
    PodState.FAILED: WorkloadState.FAILED,
    PodState.CANCELLED: WorkloadState.STOPPED,
    NodeState.SUCCEEDED: WorkloadState.SUCCEEDED,
    NodeState.CANCELLED: WorkloadState.STOPPED,
}


def _over(draft: _Draft, seen: WorkloadStatus | StepStatus, now: datetime) -> None:
    """It ended as its cluster says."""
    state = ENDS.get(seen.state, WorkloadState.FAILED)
    if seen.reason == LOST:
        state = WorkloadState.LOST
        draft.values["sequence"] = 0
    draft.first("ended_at", seen.finished_at)
    _close(draft, state, now, reason=seen.reason, message=seen.message)


def _task(draft: _Draft, seen: Seen, now: datetime) -> None:
    for step in seen.steps:
        if draft.state.final or not (step.state.final or step.sequence > draft.get("sequence")):
            continue
        draft.values["sequence"] = step.sequence
        draft.first("started_at", step.started_at)
        if step.state.final:
            draft.outcome = step.outcome
            _over(draft, step, now)
            continue
        draft.values |= {"reason": step.reason, "message": step.message}
        target = WorkloadState.RUNNING if step.state == NodeState.RUNNING else WorkloadState.PENDING
        # Unknown: the machine does not respond.
        if step.state != NodeState.UNKNOWN and draft.state != WorkloadState.STOPPING:
            draft.move(target)
    whole = seen.graph
    if whole is not None and whole.state.final and not draft.state.final:
        change = {
            "reason": whole.reason or "Cancelled",
            "message": whole.message or "it ended before it started",
        }
        stopping = draft.state == WorkloadState.STOPPING
        lost = WorkloadState.LOST if whole.reason == LOST else WorkloadState.FAILED
        draft.values["sequence"] = 0
        _close(draft, WorkloadState.STOPPED if stopping else lost, now, **change)


def _graph(draft: _Draft, whole: WorkloadStatus | None, now: datetime) -> None:
    if whole is None or not whole.newer(draft.get("sequence")):
        return
    draft.values["sequence"] = whole.sequence
    draft.first("started_at", whole.started_at)
    if whole.state.final:
        return _over(draft, whole, now)
    draft.values |= {"reason": whole.reason, "message": whole.message}
    if draft.state in SUBMITTED | {WorkloadState.PENDING} and whole.state == PodState.RUNNING:
        draft.move(WorkloadState.RUNNING)
    elif draft.state in SUBMITTED and whole.state == PodState.PENDING:
        draft.move(WorkloadState.PENDING)


def _server(draft: _Draft, seen: Seen, now: datetime) -> None:
    target, failure = _replicas(draft, seen.pods)
    whole = seen.graph
    if whole is not None and whole.newer(draft.get("sequence")):
        ready = whole.ready or 0
        draft.values |= {
            "sequence": whole.sequence,
            "reason": whole.reason,
            "message": whole.message,
            "ready": ready,
        }
        if whole.state.final:
            return _server_over(draft, whole, failure, now)
        if ready:
            failure = None
            if ready >= draft.get("replicas"):
                draft.values |= {"reason": None, "message": None}
        elif whole.reason == "StartTimeout":
            failure = [whole.reason, whole.message or "it did not start in time"]
        target = _with_replicas(target, ready)
    if draft.state == WorkloadState.STOPPING:
        return
    if target == WorkloadState.READY:
        draft.first("ready_at", now)
    draft.move(target)
    if failure and draft.get("ready_at") is None:
        draft.move(WorkloadState.STOPPING, failure=failure, stopping_at=now)


def _replicas(draft: _Draft, pods: Sequence[PodStatus]) -> tuple[WorkloadState, list[str] | None]:
    """Return the state that a server's pods put it into, and why it is to be given up, if it is."""
    target, failure = draft.state, None
    for pod in pods:
        if pod.state == PodState.RUNNING:
            if pod.started_at and draft.get("ready_at") is None:
                draft.values["started_at"] = pod.started_at
            if target in SUBMITTED | {WorkloadState.PENDING}:
                target = WorkloadState.RUNNING
        failed = pod.state == PodState.FAILED and (pod.attempt >= TRIES or pod.reason in HOPELESS)
        if failed or (pod.restarts >= TRIES and not pod.ready):
            failure = [pod.reason or "Error", pod.message or "it ended again and again"]
    return target, failure


def _with_replicas(target: WorkloadState, ready: int) -> WorkloadState:
    """Return the state of a server of which so many replicas answer."""
    if ready:
        return WorkloadState.READY
    if target == WorkloadState.READY:
        return WorkloadState.RUNNING
    return WorkloadState.PENDING if target in SUBMITTED else target


def _server_over(draft: _Draft, whole: WorkloadStatus, failure: list[str] | None, now: datetime) -> None:
    """A server ended: because it was requested to stop, because it was given up, or by itself."""
    if failure and draft.get("ready_at") is None and draft.state != WorkloadState.STOPPING:
        draft.values["failure"] = failure
    if whole.state == PodState.CANCELLED and whole.reason != LOST:
        _close(draft, WorkloadState.STOPPED, now, reason=None, message=None)
    elif draft.get("failure") is None and whole.state == PodState.FAILED and whole.reason != LOST:
        _close(
            draft,
            WorkloadState.FAILED,
            now,
            reason=whole.reason or "Failed",
            message=whole.message or "it ended",
        )
    else:
        _over(draft, whole, now)
