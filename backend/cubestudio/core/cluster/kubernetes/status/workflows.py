"""What an Argo Workflow's status says of our steps. Pure.

Argo gives the phase of each node, and little more: why a pod waits or failed, and that a gang's operator has
not started its members, only the pods say. So each step is read from both: the phase decides whether it has
ended, and the pods say why. What Argo refused before there was a pod it says alone. Where Argo keeps the
nodes in a database of its own, they are put together from the pods.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from cubestudio.core.cluster.kubernetes.status import argo_nodes, reports
from cubestudio.core.cluster.kubernetes.status.attempts import decisive, keeper
from cubestudio.core.cluster.kubernetes.status.fields import generation_of, parse_time, revision
from cubestudio.core.cluster.kubernetes.task import GRAPH
from cubestudio.core.cluster.port import NodeState, Outcome, PodState, PodStatus, StepStatus, WorkloadStatus

StepKey = tuple[str, int | None]
"""(step, item of its fan-out)."""
_NAME = re.compile(r"^(?P<step>[A-Za-z0-9_-]+)(?:\(\d+:(?P<item>-?\d+)\))?(?:\((?P<attempt>\d+)\))?$")
_STATES = {
    "Pending": NodeState.PENDING,
    "Running": NodeState.RUNNING,
    "Succeeded": NodeState.SUCCEEDED,
    "Failed": NodeState.FAILED,
    "Error": NodeState.FAILED,
    "Skipped": NodeState.SKIPPED,
    "Omitted": NodeState.SKIPPED,
}


def _format_time(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def result_text(node: Mapping[str, Any] | None) -> str:
    """Return what the launcher left as the result of a step: JSON in base64, or @ and the name of a file with
    it."""
    parameters = ((node or {}).get("outputs") or {}).get("parameters") or ()
    return next(
        (parameter.get("value") or "" for parameter in parameters if parameter.get("name") == "result"), ""
    )


def stopped(workflow: Mapping[str, Any]) -> bool:
    """Whether we asked a workflow to end."""
    return bool((workflow.get("spec") or {}).get("shutdown"))


def final(workflow: Mapping[str, Any]) -> bool:
    """Whether a workflow has ended."""
    return ((workflow.get("status") or {}).get("phase") or "") in ("Succeeded", "Failed", "Error")


class _State(NamedTuple):
    """How a step is."""

    state: NodeState
    reason: str | None = None
    message: str | None = None
    outcome: Outcome | None = None


_CANCELLED = _State(NodeState.CANCELLED, "Cancelled", "it was asked to stop")


class WorkflowReader:
    """One workflow's status as states of its steps. `pods`: the attempts that were observed. The sequence of
    a step is the highest revision of the workflow and of its own pods; `sequence` is that of the workload.
    `files`: what steps left, by the digest of the list of files; `results`: results in files, by digest.
    `reported`: what pods left, by their id; nodes are made from it where the status does not have them."""

    def __init__(
        self,
        body: Mapping[str, Any],
        pods: Mapping[StepKey, list[PodStatus]],
        sequence: int,
        files: Mapping[str, Outcome],
        results: Mapping[str, dict[str, Any]],
        reported: Mapping[str, Mapping[str, Any]],
    ):
        self.body = body
        self.name = body["metadata"]["name"]
        self.labels = body["metadata"].get("labels") or {}
        self.declared: dict[str, Any] = json.loads(
            (body["metadata"].get("annotations") or {}).get(GRAPH) or "{}"
        )
        """What the status alone does not say of each step, from the workflow's annotation."""
        self.status = body.get("status") or {}
        self.pods = pods
        self.sequence = sequence
        self.revision = revision(body)
        self.files = files
        self.results = results
        self.nodes: dict[StepKey, Mapping[str, Any]] = (
            self._nodes_of_pods(reported) if argo_nodes.offloaded(self.status) else {}
        )
        self.all = argo_nodes.nodes(self.status)
        """Every node of the status by its id, those below the steps' own too."""
        for node in self.all.values():
            found = _NAME.match(str(node.get("name", "")).removeprefix(f"{self.name}."))
            if (
                found
                and node.get("name") != self.name
                and found["attempt"] is None
                and node.get("type") != "Pod"
            ):
                self.nodes[found["step"], int(found["item"]) if found["item"] is not None else None] = node

    # nodes from pods -------------------------------------------------------------------------------

    def _nodes_of_pods(self, reported: Mapping[str, Mapping[str, Any]]) -> dict[StepKey, Mapping[str, Any]]:
        """Return the nodes as the pods describe them."""
        found: dict[StepKey, Mapping[str, Any]] = {}
        for (name, item), attempts in self.pods.items():
            last = decisive(attempts)
            if last is None or name not in self.declared:
                continue
            spent = last.attempt > self.declared[name].get("retries", 0) or final(self.body)
            phase = "Running"
            if last.state == PodState.SUCCEEDED:
                phase = "Succeeded"
            elif last.state.final and spent:
                phase = "Failed"
            result = base64.b64encode(json.dumps(reported.get(last.id, {})).encode()).decode()
            found[name, item] = {
                "phase": phase,
                "startedAt": _format_time(attempts[0].started_at or attempts[0].created_at),
                "finishedAt": _format_time(last.finished_at),
                "outputs": {"parameters": [{"name": "result", "value": result}]},
            }
        for name, declared in self.declared.items():
            items = [node for (step, item), node in found.items() if step == name and item is not None]
            if declared.get("each") is not None and items:
                found[name, None] = self._group_of_items(declared, items, found)
        return found

    def _group_of_items(
        self,
        declared: Mapping[str, Any],
        items: list[Mapping[str, Any]],
        nodes: Mapping[StepKey, Mapping[str, Any]],
    ) -> dict[str, Any]:
        """Return the node of a fan-out, from those of its items."""
        over = final(self.body) or len(items) + len(declared.get("given", ())) == self._count(
            declared["each"], nodes
        )
        phases = {node["phase"] for node in items}
        phase = "Failed" if "Failed" in phases else "Succeeded"
        return {
            "phase": "Running" if "Running" in phases or not over else phase,
            "startedAt": min(filter(None, (node["startedAt"] for node in items)), default=None),
            "finishedAt": max(filter(None, (node["finishedAt"] for node in items)), default=None),
        }

    def _count(self, each: Any, nodes: Mapping[StepKey, Mapping[str, Any]]) -> int | None:
        """Return how many items a fan-out has; None when that is not known yet."""
        if isinstance(each, dict):
            each = (self._result(nodes.get((each["node"], None))).get("values") or {}).get(each["output"])
        return len(each) if isinstance(each, list) else each

    # results ---------------------------------------------------------------------------------------

    @property
    def result_digests(self) -> Iterator[str]:
        """Digests of results that are in files; they are to be known before anything else is read."""
        for node in self.nodes.values():
            if (text := result_text(node)).startswith("@"):
                yield text[1:]

    @property
    def file_list_digests(self) -> Iterator[str]:
        """Digests of the lists of files that finished steps left."""
        for node in self.nodes.values():
            if digest := self._result(node).get("files"):
                yield digest

    def _result(self, node: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what the launcher left as the result of a step."""
        text = result_text(node)
        if text.startswith("@"):
            return self.results.get(text[1:], {})
        try:
            return reports.end(base64.b64decode(text))
        except ValueError:
            return {}

    # steps -----------------------------------------------------------------------------------------

    def steps(self, only: Set[StepKey] | None = None) -> list[StepStatus]:
        """Return every step, and the items of those that fan out; a step after its items. With `only`: of
        what has not ended, no others than those."""
        found: list[StepStatus] = []
        names = {name for name, _ in only} if only is not None else None
        for name, declared in self.declared.items():
            if names is not None and name not in names:
                continue
            if declared.get("aside"):
                found.append(self._not_run(name, declared))
            elif declared.get("each") is None:
                found.append(self._one(name, None, declared))
            else:
                found += self._fan_out(name, declared, only)
        return found

    def _step(self, name: str, item: int | None, found: _State, **more: Any) -> StepStatus:
        return StepStatus(
            workload=self.name,
            labels=self.labels,
            node=name,
            item=item,
            state=found.state,
            reason=found.reason,
            message=found.message,
            outcome=found.outcome,
            attempt=more.pop("attempt", 0),
            sequence=more.pop("sequence", self.revision),
            **more,
        )

    def _not_run(self, name: str, declared: Mapping[str, Any]) -> StepStatus:
        if declared["aside"] == "skip":
            return self._step(
                name, None, _State(NodeState.SKIPPED, "Skip", "it is switched off in the pipeline")
            )
        if declared["aside"] == "empty":
            return self._step(name, None, _State(NodeState.SUCCEEDED, outcome=Outcome()), items=0)
        each = declared.get("each")
        each = None if isinstance(each, dict) else each
        items = len(each) if isinstance(each, list) else each or None
        return self._step(name, None, _State(NodeState.GIVEN), items=items)

    def _one(self, name: str, item: int | None, declared: Mapping[str, Any], value: Any = None) -> StepStatus:
        node = self.nodes.get((name, item))
        if node is None:
            return self._step(name, item, self._not_started(declared), value=value)
        attempts = self.pods.get((name, item), [])
        last = decisive(attempts)
        found = self._state(node, attempts, declared)
        return self._step(
            name,
            item,
            found,
            sequence=max([self.revision, *(pod.sequence for pod in attempts)]),
            attempt=last.attempt if last else 0,
            pod=last.id if last else None,
            value=value,
            started_at=parse_time(node.get("startedAt")),
            finished_at=parse_time(node.get("finishedAt")) if found.state.final else None,
        )

    def _not_started(self, declared: Mapping[str, Any]) -> _State:
        """Return how a step is that Argo has no node of."""
        if not final(self.body):
            return _State(NodeState.WAITING)
        if stopped(self.body):
            return _CANCELLED
        return _State(NodeState.SKIPPED, "UpstreamFailed", self._blame(declared, "the run ended before it"))

    def _state(
        self, node: Mapping[str, Any], attempts: list[PodStatus], declared: Mapping[str, Any]
    ) -> _State:
        """Return how a step with a node is."""
        state = _STATES.get(str(node.get("phase")), NodeState.PENDING)
        if not state.final and final(self.body):
            given_up = _State(NodeState.FAILED, "GivenUp", self._given_up())
            return _CANCELLED if stopped(self.body) else given_up
        if state == NodeState.SKIPPED:
            return _State(state, "UpstreamFailed", self._blame(declared))
        if state == NodeState.SUCCEEDED:
            return self._succeeded(self._result(node))
        if state == NodeState.FAILED:
            return self._failed(node, attempts)
        return self._unfinished(node, attempts, state, declared)

    def _succeeded(self, result: Mapping[str, Any]) -> _State:
        if result.get("skipped"):
            return _State(NodeState.SKIPPED, result["skipped"], result.get("message"))
        files = self.files.get(result.get("files") or "", Outcome())
        return _State(NodeState.SUCCEEDED, outcome=replace(files, values=result.get("values") or {}))

    def _failed(self, node: Mapping[str, Any], attempts: list[PodStatus]) -> _State:
        last, keeping = decisive(attempts), keeper(attempts)
        if stopped(self.body) and not (last and last.state == PodState.FAILED):
            return _CANCELLED
        message = argo_nodes.message(node, self.all)
        if self._podless(node, last):
            tries = argo_nodes.attempts(node, self.all)
            return _State(NodeState.FAILED, *argo_nodes.refused(message, tries[-1] if tries else node))
        says = keeping if keeping and keeping.message and keeping.state == PodState.FAILED else last
        return _State(
            NodeState.FAILED,
            says.reason if says and says.reason else "Error",
            (says.message if says else None) or message or "no reason given",
        )

    def _unfinished(
        self,
        node: Mapping[str, Any],
        attempts: list[PodStatus],
        state: NodeState,
        declared: Mapping[str, Any],
    ) -> _State:
        last, podless = decisive(attempts), self._podless(node, decisive(attempts))
        message, retries = argo_nodes.message(node, self.all), declared.get("retries")
        if last and last.state == PodState.FAILED and retries and not (podless and message):
            words = f"attempt {last.attempt} of {retries + 1} failed ({last.message or last.reason})"
            return _State(NodeState.RETRYING, last.reason, words)
        if last and last is keeper(attempts) and last.state == PodState.RUNNING:
            words = "its operator or a queue has not let its members start yet; the keeper's log says more"
            return _State(NodeState.PENDING, "Waiting", words)
        if last and last.state in (PodState.PENDING, PodState.UNKNOWN, PodState.RUNNING):
            return _State(NodeState(last.state.value), last.reason, last.message)
        return _State(NodeState.PENDING, *argo_nodes.pending(message)) if podless else _State(state)

    def _podless(self, node: Mapping[str, Any], last: PodStatus | None) -> bool:
        """Whether the last attempt has no pod; what keeps it from having one is said by Argo alone."""
        return last is None or len(argo_nodes.attempts(node, self.all)) > last.attempt

    def _given_up(self) -> str:
        """Return what to say of a step that was left open when Argo ended its workflow."""
        return (
            "Argo gave the run up while this step was not over: "
            f"{self.status.get('message') or 'it does not say why'}"
        )

    def _blame(self, declared: Mapping[str, Any], else_: str = "a step before it did not succeed") -> str:
        """Return which step before it is the reason that it was not started."""
        for need in declared.get("needs", ()):
            node = self.nodes.get((need, None))
            if node is not None and node.get("phase") in ("Failed", "Error", "Omitted", "Skipped"):
                return f"step {need} did not succeed"
        return else_

    # fan-outs --------------------------------------------------------------------------------------

    def _fan_out(self, name: str, declared: Mapping[str, Any], only: Set[StepKey] | None) -> list[StepStatus]:
        group = self.nodes.get((name, None))
        odd = next((item for item in (-1, -2, -3) if (name, item) in self.nodes), None)
        if group is None or odd is not None:
            return [self._without_items(name, odd, declared)]
        if group.get("phase") in ("Skipped", "Omitted"):
            return [self._one(name, None, declared)]
        each, given = self._items(name, declared), set(declared.get("given", ()))
        count = len(each) if isinstance(each, list) else each
        running = group.get("phase") not in ("Succeeded", "Failed", "Error") and not final(self.body)
        rows: list[StepStatus] = []
        for item in range(count):
            if only is not None and running and (name, item) not in only:
                continue
            value = each[item] if isinstance(each, list) else None
            rows.append(
                self._step(name, item, _State(NodeState.GIVEN), value=value)
                if item in given
                else self._one(name, item, declared, value)
            )
        whole = self._step(
            name,
            None,
            _State(NodeState.RUNNING) if running else _fan_out_end(rows),
            items=count,
            started_at=parse_time(group.get("startedAt")),
            sequence=max([self.revision, *(row.sequence for row in rows)]),
            finished_at=None if running else parse_time(group.get("finishedAt")),
        )
        return [*rows, whole]

    def _items(self, name: str, declared: Mapping[str, Any]) -> Any:
        """Return the items of a fan-out as a list, or how many there are."""
        each, given = declared["each"], set(declared.get("given", ()))
        if not isinstance(each, dict):
            return each
        result = self._result(self.nodes.get((each["node"], None)))
        found = (result.get("values") or {}).get(each["output"])
        known = [item for step, item in self.nodes if step == name and item is not None and item >= 0]
        return found if isinstance(found, list) else max([*known, *given], default=-1) + 1

    def _without_items(self, name: str, odd: int | None, declared: Mapping[str, Any]) -> StepStatus:
        """Return a fan-out that has no items: it has not started, or one pod says why it could not."""
        step = self._one(name, odd, declared)
        if step.reason != "Empty":
            return replace(step, item=None)
        empty = _State(NodeState.SUCCEEDED, outcome=Outcome())
        return self._step(name, None, empty, items=0, finished_at=step.finished_at)

    # the workload ----------------------------------------------------------------------------------

    def workload(self, steps: list[StepStatus]) -> WorkloadStatus:
        """Return the state of the workload, from its steps."""
        phase = self.status.get("phase") or "Pending"
        state, reason, message = self._workload_state(phase, steps)
        return WorkloadStatus(
            workload=self.name,
            labels=self.labels,
            generation=generation_of(self.body),
            state=state,
            sequence=self.sequence,
            reason=reason,
            message=message,
            started_at=parse_time(self.status.get("startedAt")),
            finished_at=parse_time(self.status.get("finishedAt")),
        )

    def _workload_state(self, phase: str, steps: list[StepStatus]) -> tuple[PodState, str | None, str | None]:
        if not final(self.body):
            return (PodState.RUNNING if phase == "Running" else PodState.PENDING), None, None
        if any(step.state == NodeState.CANCELLED for step in steps) or (
            stopped(self.body) and phase != "Succeeded"
        ):
            return PodState.CANCELLED, "Cancelled", "it was asked to stop"
        if phase == "Succeeded":
            return PodState.SUCCEEDED, None, None
        failed = [step for step in steps if step.item is None and step.state == NodeState.FAILED]
        if not failed:
            return PodState.FAILED, "Error", self.status.get("message")
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        words = f"step {failed[0].node}{more} failed: {failed[0].message or 'no reason given'}"
        return PodState.FAILED, "StepFailed", words


def _fan_out_end(rows: list[StepStatus]) -> _State:
    """Return how a fan-out ended, from its items."""
    bad = [row for row in rows if row.state in (NodeState.FAILED, NodeState.CANCELLED)]
    if any(row.state == NodeState.CANCELLED for row in bad):
        return _CANCELLED
    if bad:
        words = (
            f"{len(bad)} of {len(rows)} items failed, first item {bad[0].item}: "
            f"{bad[0].message or bad[0].reason}"
        )
        return _State(NodeState.FAILED, "ItemFailed", words)
    if rows and all(row.state == NodeState.SKIPPED for row in rows):
        return _State(NodeState.SKIPPED, rows[0].reason, rows[0].message)
    names = sorted({output for row in rows if row.outcome for output in row.outcome.values})
    values = {
        output: [row.outcome.values.get(output) if row.outcome else None for row in rows] for output in names
    }
    return _State(NodeState.SUCCEEDED, outcome=Outcome(values))
