"""The life cycle of workloads, as tables: what a row becomes by what is observed or decided."""

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from cubestudio.core.cluster.port import (
    LOST,
    NodeState,
    Outcome,
    PodState,
    PodStatus,
    StepStatus,
    WorkloadStatus,
)
from cubestudio.workloads import lifecycle
from cubestudio.workloads.lifecycle import Seen
from cubestudio.workloads.model import FINAL, OPEN, TRANSITIONS, WAITING, Body, Workload, WorkloadState

NOW = datetime(2026, 11, 1, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=1)
S = WorkloadState


def row(state: S, body: Body, **more) -> SimpleNamespace:
    columns = dict.fromkeys(column.name for column in Workload.__table__.columns)
    usual = {"state": state.value, "body": body.value, "sequence": 10, "ready": 0, "replicas": 1}
    return SimpleNamespace(**{**columns, **usual, **more})


def graph(state: PodState, sequence: int = 11, **more) -> WorkloadStatus:
    return WorkloadStatus(workload="w", labels={}, generation=1, state=state, sequence=sequence, **more)


def step(state: NodeState, sequence: int = 11, **more) -> StepStatus:
    return StepStatus(
        workload="w", labels={}, node="main", item=None, state=state, attempt=1, sequence=sequence, **more
    )


def pod(state: PodState, attempt: int = 1, **more) -> PodStatus:
    return PodStatus(
        id="p",
        workload="w",
        labels={},
        node="main",
        item=None,
        attempt=attempt,
        state=state,
        sequence=1,
        **more,
    )


def after(before: SimpleNamespace, **seen) -> SimpleNamespace:
    """The row as it is after an observation."""
    change = lifecycle.observe(before, Seen(**seen), NOW)
    return SimpleNamespace(**{**vars(before), **(change.values if change else {})})


GRAPHS = [
    (S.REQUESTED, graph(PodState.PENDING), S.PENDING),
    (S.SUBMITTED, graph(PodState.PENDING), S.PENDING),
    (S.QUEUED, graph(PodState.RUNNING), S.RUNNING),
    (S.PENDING, graph(PodState.RUNNING), S.RUNNING),
    (S.RUNNING, graph(PodState.PENDING), S.RUNNING),
    (S.RUNNING, graph(PodState.UNKNOWN), S.RUNNING),
    (S.RUNNING, graph(PodState.SUCCEEDED), S.SUCCEEDED),
    (S.RUNNING, graph(PodState.FAILED), S.FAILED),
    (S.RUNNING, graph(PodState.CANCELLED), S.STOPPED),
    (S.RUNNING, graph(PodState.FAILED, reason=LOST), S.LOST),
    (S.RUNNING, graph(PodState.SUCCEEDED, sequence=1), S.SUCCEEDED),  # an end is always news
    (S.PENDING, graph(PodState.RUNNING, sequence=10), S.PENDING),
    (S.STOPPING, graph(PodState.RUNNING), S.STOPPING),
    (S.STOPPING, graph(PodState.SUCCEEDED), S.SUCCEEDED),
    (S.STOPPING, graph(PodState.CANCELLED), S.STOPPED),
    (S.SUCCEEDED, graph(PodState.RUNNING, sequence=99), S.SUCCEEDED),
    (S.FAILED, graph(PodState.SUCCEEDED, sequence=99), S.FAILED),
    (S.LOST, graph(PodState.RUNNING), S.RUNNING),
    (S.LOST, graph(PodState.SUCCEEDED), S.SUCCEEDED),
    (S.LOST, graph(PodState.FAILED, reason=LOST), S.LOST),
]


@pytest.mark.parametrize("old, seen, new", GRAPHS)
def test_a_graph_follows_its_whole(old, seen, new):
    assert after(row(old, Body.GRAPH), graph=seen).state == new


TASKS = [
    (S.REQUESTED, [step(NodeState.PENDING)], None, S.PENDING),
    (S.SUBMITTED, [step(NodeState.RUNNING)], None, S.RUNNING),
    (S.RUNNING, [step(NodeState.RETRYING)], None, S.PENDING),
    (S.RUNNING, [step(NodeState.UNKNOWN)], None, S.RUNNING),
    (S.RUNNING, [step(NodeState.SUCCEEDED)], graph(PodState.SUCCEEDED), S.SUCCEEDED),
    (S.RUNNING, [step(NodeState.FAILED)], None, S.FAILED),
    (S.RUNNING, [step(NodeState.CANCELLED)], None, S.STOPPED),
    (S.RUNNING, [step(NodeState.SUCCEEDED, sequence=1)], None, S.SUCCEEDED),
    (S.PENDING, [step(NodeState.RUNNING, sequence=10)], None, S.PENDING),
    (S.PENDING, [], graph(PodState.RUNNING), S.PENDING),
    (S.PENDING, [], graph(PodState.CANCELLED), S.FAILED),
    (S.STOPPING, [], graph(PodState.CANCELLED), S.STOPPED),
    (S.STOPPING, [step(NodeState.RUNNING)], None, S.STOPPING),
    (S.LOST, [step(NodeState.RUNNING)], None, S.RUNNING),
    (S.LOST, [step(NodeState.SUCCEEDED)], None, S.SUCCEEDED),
    (S.LOST, [step(NodeState.FAILED, reason=LOST)], None, S.LOST),
]


@pytest.mark.parametrize("old, steps, whole, new", TASKS)
def test_a_task_follows_its_step(old, steps, whole, new):
    assert after(row(old, Body.TASK), steps=steps, graph=whole).state == new


def test_what_a_task_left_is_told_with_its_end():
    outcome = Outcome({"size": 1})
    change = lifecycle.observe(
        row(S.RUNNING, Body.TASK), Seen(steps=[step(NodeState.SUCCEEDED, outcome=outcome)]), NOW
    )
    assert change and change.outcome == outcome and change.values["ended_at"] == NOW


SERVERS = [
    (S.REQUESTED, {}, [], graph(PodState.PENDING), S.PENDING),
    (S.SUBMITTED, {}, [pod(PodState.RUNNING)], None, S.RUNNING),
    (S.PENDING, {}, [pod(PodState.RUNNING)], graph(PodState.PENDING), S.RUNNING),
    (S.RUNNING, {}, [], graph(PodState.RUNNING, ready=1), S.READY),
    (S.REQUESTED, {}, [], graph(PodState.RUNNING, ready=1), S.READY),
    (S.READY, {"ready_at": BEFORE}, [], graph(PodState.PENDING, ready=0), S.RUNNING),
    (S.RUNNING, {}, [], graph(PodState.PENDING, reason="StartTimeout"), S.STOPPING),
    (S.RUNNING, {"ready_at": BEFORE}, [], graph(PodState.PENDING, reason="StartTimeout"), S.RUNNING),
    (S.RUNNING, {}, [pod(PodState.FAILED, attempt=3)], None, S.STOPPING),
    (S.RUNNING, {}, [pod(PodState.FAILED, attempt=2)], None, S.RUNNING),
    (S.PENDING, {}, [pod(PodState.FAILED, reason="EnvironmentFailed")], None, S.STOPPING),
    (S.RUNNING, {}, [pod(PodState.RUNNING, restarts=3)], None, S.STOPPING),
    (S.RUNNING, {}, [pod(PodState.FAILED, attempt=3)], graph(PodState.RUNNING, ready=1), S.READY),
    (S.STOPPING, {}, [pod(PodState.FAILED, attempt=3)], None, S.STOPPING),
    (S.STOPPING, {}, [], graph(PodState.RUNNING, ready=1), S.STOPPING),
    (S.STOPPING, {}, [], graph(PodState.CANCELLED, sequence=1), S.STOPPED),
    (S.STOPPING, {"failure": ["Error", "no"]}, [], graph(PodState.CANCELLED), S.FAILED),
    (S.READY, {}, [], graph(PodState.CANCELLED), S.STOPPED),
    (S.READY, {}, [], graph(PodState.FAILED), S.FAILED),
    (S.LOST, {}, [], graph(PodState.PENDING), S.RUNNING),
    (S.LOST, {}, [], graph(PodState.RUNNING, ready=1), S.READY),
    (S.LOST, {}, [], graph(PodState.CANCELLED), S.LOST),
    (S.LOST, {"stopping_at": BEFORE}, [], graph(PodState.RUNNING, ready=1), S.STOPPING),
]


@pytest.mark.parametrize("old, more, pods, whole, new", SERVERS)
def test_a_server_follows_its_replicas_and_its_whole(old, more, pods, whole, new):
    assert after(row(old, Body.SERVER, **more), pods=pods, graph=whole).state == new


def test_a_server_that_answers_with_fewer_replicas_than_wanted_says_why():
    whole = graph(PodState.RUNNING, ready=1, reason="Unschedulable", message="no room")
    found = after(row(S.READY, Body.SERVER, replicas=2), graph=whole)
    assert (found.ready, found.reason, found.message) == (1, "Unschedulable", "no room")
    found = after(row(S.READY, Body.SERVER, replicas=1), graph=whole)
    assert (found.ready, found.reason, found.message) == (1, None, None)


def test_a_server_that_was_given_up_has_failed_for_that_reason():
    gone = after(row(S.RUNNING, Body.SERVER), pods=[pod(PodState.FAILED, 3, reason="Error", message="no")])
    assert gone.state == S.STOPPING and gone.stopping_at == NOW
    ended = after(gone, graph=graph(PodState.CANCELLED))
    assert (ended.state, ended.reason, ended.message, ended.failure) == (S.FAILED, "Error", "no", None)


@pytest.mark.parametrize("body", Body)
def test_what_is_seen_is_on_its_cluster(body):
    seen = {"graph": graph(PodState.PENDING), "steps": [step(NodeState.PENDING)]}
    assert after(row(S.REQUESTED, body), **seen).submitted_at == NOW


@pytest.mark.parametrize("body, stops", list(itertools.product(Body, [None, BEFORE])))
def test_what_was_lost_is_found_whatever_was_seen_before(body, stops):
    old = row(S.STOPPING if stops else S.RUNNING, body, stopping_at=stops, sequence=10**9)
    change = lifecycle.end(old, NOW, LOST, "gone")
    assert change and change.values["state"] == S.LOST and change.values["ended_at"] == NOW
    lost = SimpleNamespace(**{**vars(old), **change.values})
    assert lifecycle.stopped(lost) is bool(stops)
    seen = {"graph": graph(PodState.RUNNING, sequence=1), "steps": [step(NodeState.RUNNING, sequence=1)]}
    found = after(lost, **seen)
    assert found.state == (S.STOPPING if stops else S.RUNNING)
    assert (found.reason, found.message, found.ended_at, found.released_at) == (None, None, None, None)


ENDS = [
    (S.REQUESTED, {}, "Refused", S.FAILED, "Refused"),
    (S.RUNNING, {}, LOST, S.LOST, LOST),
    (S.STOPPING, {}, "Submission", S.STOPPED, "Submission"),
    (S.STOPPING, {"failure": ["Error", "no"]}, LOST, S.FAILED, "Error"),
    (S.STOPPING, {"failure": ["Error", "no"]}, "Submission", S.FAILED, "Error"),
]


@pytest.mark.parametrize("old, more, reason, new, why", ENDS)
def test_an_end_without_its_cluster(old, more, reason, new, why):
    change = lifecycle.end(row(old, Body.SERVER, **more), NOW, reason, "because")
    assert change and (change.values["state"], change.values["reason"]) == (new, why)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_what_has_ended_changes_no_more(state):
    old = row(state, Body.GRAPH)
    assert lifecycle.stop(old, NOW) is None
    assert lifecycle.end(old, NOW, LOST, "gone") is None
    assert lifecycle.submitted(old, NOW) is None
    assert lifecycle.wait(old, "Submission", "away") is None


def test_why_it_waited_is_over_when_its_cluster_has_it():
    waiting = row(S.QUEUED, Body.GRAPH, reason="Quota", message="full")
    change = lifecycle.submitted(waiting, NOW)
    assert change and change.values == {
        "submitted_at": NOW,
        "reason": None,
        "message": None,
        "state": S.SUBMITTED,
    }


def test_what_a_cluster_said_before_it_had_answered_stays():
    seen = row(S.PENDING, Body.SERVER, reason="ImagePull", message="it cannot be pulled")
    change = lifecycle.submitted(seen, NOW)
    assert change and change.values == {"submitted_at": NOW}


def test_a_reason_to_wait_is_told_once():
    old = row(S.REQUESTED, Body.GRAPH)
    change = lifecycle.wait(old, "Quota", "full")
    assert change and change.values["state"] == S.QUEUED
    new = SimpleNamespace(**{**vars(old), **change.values})
    assert lifecycle.wait(new, "Quota", "full") is None
    assert lifecycle.wait(row(S.RUNNING, Body.GRAPH), "Submission", "away") is None


def test_each_transition_is_told_with_its_reason():
    old = row(S.LOST, Body.GRAPH)
    change = lifecycle.observe(old, Seen(graph=graph(PodState.FAILED, reason="Error", message="no")), NOW)
    assert change and [(each.old, each.new, each.reason) for each in change.transitions] == [
        (S.LOST, S.RUNNING, None),
        (S.RUNNING, S.FAILED, "Error"),
    ]


def test_every_state_has_its_transitions():
    assert set(TRANSITIONS) == set(S) and set(S) == FINAL | OPEN and WAITING < OPEN
    assert all(TRANSITIONS[state] >= FINAL for state in OPEN)
