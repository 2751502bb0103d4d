"""What an Argo Workflow's status says of our steps. Pure."""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from cubestudio.core.cluster.kubernetes import heard, status
from cubestudio.core.cluster.kubernetes.task import GENERATION, GRAPH, KEEPER
from cubestudio.core.cluster.port import NodeState, Outcome, PodState, PodStatus, StepStatus, WorkloadStatus

Place = tuple[str, int | None]
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


def when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def revision(body: Mapping[str, Any]) -> int:
    """The revision of an object as a number, by which later is told from earlier."""
    text = str(body["metadata"].get("resourceVersion") or "0")
    return int(text) if text.isdecimal() else 0


def handed(node: Mapping[str, Any] | None) -> str:
    """What the launcher left as the result of a step: JSON in base64, or @ and the name of a file with it."""
    parameters = ((node or {}).get("outputs") or {}).get("parameters") or ()
    return next(
        (parameter.get("value") or "" for parameter in parameters if parameter.get("name") == "result"), ""
    )


def stopped(workflow: Mapping[str, Any]) -> bool:
    return bool((workflow.get("spec") or {}).get("shutdown"))


def final(workflow: Mapping[str, Any]) -> bool:
    return ((workflow.get("status") or {}).get("phase") or "") in ("Succeeded", "Failed", "Error")


def _speaks(attempts: Sequence[PodStatus]) -> PodStatus | None:
    """The pod that tells how a step stands: the last; of a gang, of the last attempt's members the first that
    failed, else one that has not begun, else the leader, and its keeper while there are none."""
    newest = max((pod.attempt for pod in attempts), default=0)
    latest = [pod for pod in attempts if pod.attempt == newest]
    members = [pod for pod in latest if pod.rank is not None]
    if not members:
        return latest[-1] if latest else None
    leader = min(members, key=lambda pod: pod.rank)
    bad = [
        pod for pod in members if pod.state == PodState.FAILED and pod.reason not in ("Stopped", "Deleted")
    ]
    first = [pod for pod in bad if pod.signal not in (9, 15)] or (
        [] if leader.state == PodState.SUCCEEDED else bad
    )  # the operator ends the others
    if first:
        return min(first, key=lambda pod: (pod.finished_at is None, pod.finished_at, pod.rank))
    return (
        leader
        if leader.state.final
        else min(members, key=lambda pod: (pod.state != PodState.PENDING, pod.rank))
    )


def _kept(attempts: Sequence[PodStatus]) -> PodStatus | None:
    """The keeper of a gang's last attempt; None where there is none."""
    return next((pod for pod in reversed(attempts) if pod.role == KEEPER), None)


class Reading:
    """What one workflow's status says. `pods`: the attempts that were seen, by (step, item). The sequence of
    a step is the highest revision of the workflow and of its own pods; `sequence` is that of the whole.
    `said`: what pods left, by their id; nodes are told from it where the status does not have them."""

    def __init__(
        self,
        body: Mapping[str, Any],
        pods: Mapping[Place, list[PodStatus]],
        sequence: int,
        left: Mapping[str, Outcome],
        results: Mapping[str, dict[str, Any]],
        said: Mapping[str, dict[str, Any]],
    ):
        self.body = body
        self.name = body["metadata"]["name"]
        self.labels = body["metadata"].get("labels") or {}
        self.told: dict[str, Any] = json.loads((body["metadata"].get("annotations") or {}).get(GRAPH) or "{}")
        self.status = body.get("status") or {}
        self.pods = pods
        self.sequence = sequence
        self.revision = revision(body)
        self.left = left
        self.results = results
        self.nodes: dict[Place, Mapping[str, Any]] = (
            self._guess(said) if status.offloaded(self.status) else {}
        )
        self.all = status.whole(self.status)
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

    def _guess(self, said: Mapping[str, dict[str, Any]]) -> dict[Place, Mapping[str, Any]]:
        """The nodes as pods tell of them."""
        found: dict[Place, Mapping[str, Any]] = {}
        for (name, item), attempts in self.pods.items():
            last = _speaks(attempts)
            if last is None or name not in self.told:
                continue
            spent = last.attempt > self.told[name].get("retries", 0) or final(self.body)
            phase = (
                "Succeeded"
                if last.state == PodState.SUCCEEDED
                else "Failed"
                if last.state.final and spent
                else "Running"
            )
            found[name, item] = {
                "phase": phase,
                "startedAt": _written(attempts[0].started_at or attempts[0].created_at),
                "finishedAt": _written(last.finished_at),
                "outputs": {
                    "parameters": [
                        {
                            "name": "result",
                            "value": base64.b64encode(json.dumps(said.get(last.id, {})).encode()).decode(),
                        }
                    ]
                },
            }
        for name, each in self.told.items():
            items = [node for (step, item), node in found.items() if step == name and item is not None]
            if each.get("each") is not None and items:
                over = final(self.body) or len(items) + len(each.get("given", ())) == self._count(
                    each["each"], found
                )
                phases = {node["phase"] for node in items}
                phase = (
                    "Running"
                    if "Running" in phases or not over
                    else "Failed"
                    if "Failed" in phases
                    else "Succeeded"
                )
                found[name, None] = {
                    "phase": phase,
                    "startedAt": min(filter(None, (node["startedAt"] for node in items)), default=None),
                    "finishedAt": max(filter(None, (node["finishedAt"] for node in items)), default=None),
                }
        return found

    def _count(self, each: Any, nodes: Mapping[Place, Mapping[str, Any]]) -> int | None:
        """How many items a fan-out has; None when that is not known yet."""
        if isinstance(each, dict):
            each = (self._result(nodes.get((each["node"], None))).get("values") or {}).get(each["output"])
        return len(each) if isinstance(each, list) else each

    @property
    def far(self) -> Iterator[str]:
        """Digests of results that are in files; they are to be known before anything else is asked."""
        for node in self.nodes.values():
            if (text := handed(node)).startswith("@"):
                yield text[1:]

    @property
    def lists(self) -> Iterator[str]:
        """Digests of the lists of files that finished steps left."""
        for node in self.nodes.values():
            if digest := self._result(node).get("files"):
                yield digest

    def _result(self, node: Mapping[str, Any] | None) -> dict[str, Any]:
        """What the launcher left as the result of a step."""
        text = handed(node)
        if text.startswith("@"):
            return self.results.get(text[1:], {})
        try:
            return heard.end(base64.b64decode(text))
        except ValueError:
            return {}

    def steps(self, only: Set[Place] | None = None) -> list[StepStatus]:
        """Every step, and the items of those that fan out; a step after its items. With `only`: of what has
        not ended, no other places than those."""
        seen: list[StepStatus] = []
        names = {name for name, _ in only} if only is not None else None
        for name, told in self.told.items():
            if names is not None and name not in names:
                continue
            if told.get("aside"):
                seen.append(self._aside(name, told))
            elif told.get("each") is None:
                seen.append(self._one(name, None, told))
            else:
                seen += self._fan(name, told, only)
        return seen

    def _seen(self, name: str, item: int | None, state: NodeState, **more: Any) -> StepStatus:
        return StepStatus(
            workload=self.name,
            labels=self.labels,
            node=name,
            item=item,
            state=state,
            attempt=more.pop("attempt", 0),
            sequence=more.pop("sequence", self.revision),
            **more,
        )

    def _aside(self, name: str, told: Mapping[str, Any]) -> StepStatus:
        if told["aside"] == "skip":
            return self._seen(
                name, None, NodeState.SKIPPED, reason="Skip", message="it is switched off in the pipeline"
            )
        if told["aside"] == "empty":
            return self._seen(name, None, NodeState.SUCCEEDED, items=0, outcome=Outcome())
        each = told.get("each")
        each = None if isinstance(each, dict) else each
        return self._seen(
            name, None, NodeState.GIVEN, items=len(each) if isinstance(each, list) else each or None
        )

    def _one(self, name: str, item: int | None, told: Mapping[str, Any], value: Any = None) -> StepStatus:
        node = self.nodes.get((name, item))
        if node is None:
            over = final(self.body)
            state = (
                NodeState.CANCELLED
                if over and stopped(self.body)
                else NodeState.SKIPPED
                if over
                else NodeState.WAITING
            )
            words = {
                NodeState.CANCELLED: ("Cancelled", "it was asked to stop"),
                NodeState.SKIPPED: ("UpstreamFailed", self._blame(told, "the run ended before it")),
            }
            reason, message = words.get(state, (None, None))
            return self._seen(name, item, state, reason=reason, message=message, value=value)
        attempts = self.pods.get((name, item), [])
        last, keeper = _speaks(attempts), _kept(attempts)
        state = _STATES.get(str(node.get("phase")), NodeState.PENDING)
        left = self._result(node)
        reason, message, outcome = None, None, None
        tries = status.attempts(node, self.all)
        podless = (
            last is None or len(tries) > last.attempt
        )  # what keeps an attempt from having a pod is said by Argo alone
        said = status.told(node, self.all)
        if not state.final and final(self.body):
            cancelled = stopped(self.body)
            state = NodeState.CANCELLED if cancelled else NodeState.FAILED
            reason, message = (
                ("Cancelled", "it was asked to stop") if cancelled else ("GivenUp", self._given_up())
            )
        elif state == NodeState.SKIPPED:
            reason, message = "UpstreamFailed", self._blame(told)
        elif state == NodeState.SUCCEEDED and left.get("skipped"):
            state, reason, message = NodeState.SKIPPED, left["skipped"], left.get("message")
        elif state == NodeState.SUCCEEDED:
            outcome = replace(
                self.left.get(left.get("files") or "", Outcome()), values=left.get("values") or {}
            )
        elif (
            state == NodeState.FAILED and stopped(self.body) and not (last and last.state == PodState.FAILED)
        ):
            state, reason, message = NodeState.CANCELLED, "Cancelled", "it was asked to stop"
        elif state == NodeState.FAILED and podless:
            reason, message = status.refused(said, tries[-1] if tries else node)
        elif state == NodeState.FAILED:
            says = keeper if keeper and keeper.message and keeper.state == PodState.FAILED else last
            reason = says.reason if says and says.reason else "Error"
            message = (says.message if says else None) or said or "no reason given"
        elif last and last.state == PodState.FAILED and told.get("retries") and not (podless and said):
            state, reason = NodeState.RETRYING, last.reason
            message = (
                f"attempt {last.attempt} of {told['retries'] + 1} failed ({last.message or last.reason})"
            )
        elif last and last.state == PodState.PENDING:
            state, reason, message = NodeState.PENDING, last.reason, last.message
        elif last and last.state == PodState.UNKNOWN:
            state, reason, message = NodeState.UNKNOWN, last.reason, last.message
        elif last and last is keeper and last.state == PodState.RUNNING:
            state, reason, message = (
                NodeState.PENDING,
                "Waiting",
                "its operator or a queue has not let its members start yet; the keeper's log says more",
            )
        elif last and last.state == PodState.RUNNING:
            state, reason, message = NodeState.RUNNING, last.reason, last.message
        elif podless and not state.final:
            state = NodeState.PENDING
            reason, message = status.held(said)
        sequence = max([self.revision, *(pod.sequence for pod in attempts)])
        return self._seen(
            name,
            item,
            state,
            sequence=sequence,
            attempt=last.attempt if last else 0,
            pod=last.id if last else None,
            reason=reason,
            message=message,
            value=value,
            outcome=outcome,
            started_at=when(node.get("startedAt")),
            finished_at=when(node.get("finishedAt")) if state.final else None,
        )

    def _given_up(self) -> str:
        """What to say of a step that was left open when Argo ended its workflow."""
        return (
            "Argo gave the run up while this step was not over: "
            f"{self.status.get('message') or 'it does not say why'}"
        )

    def _blame(self, told: Mapping[str, Any], else_: str = "a step before it did not succeed") -> str:
        """Which step before it is the reason that it was not started."""
        for need in told.get("needs", ()):
            node = self.nodes.get((need, None))
            if node is not None and node.get("phase") in ("Failed", "Error", "Omitted", "Skipped"):
                return f"step {need} did not succeed"
        return else_

    def _fan(self, name: str, told: Mapping[str, Any], only: Set[Place] | None) -> list[StepStatus]:
        each, given = told["each"], set(told.get("given", ()))
        group = self.nodes.get((name, None))
        here = [item for step, item in self.nodes if step == name and item is not None and item >= 0]
        if isinstance(each, dict):
            left = self._result(self.nodes.get((each["node"], None)))
            found = (left.get("values") or {}).get(each["output"])
            each = found if isinstance(found, list) else max([*here, *given], default=-1) + 1
        count = len(each) if isinstance(each, list) else each
        odd = next((item for item in (-1, -2, -3) if (name, item) in self.nodes), None)
        if group is None or odd is not None:
            seen = self._one(name, odd, told)
            if seen.reason == "Empty":
                return [
                    self._seen(
                        name,
                        None,
                        NodeState.SUCCEEDED,
                        items=0,
                        outcome=Outcome(),
                        finished_at=seen.finished_at,
                    )
                ]
            return [replace(seen, item=None)]
        if group.get("phase") in ("Skipped", "Omitted"):
            return [self._one(name, None, told)]
        rows: list[StepStatus] = []
        going = group.get("phase") not in ("Succeeded", "Failed", "Error") and not final(self.body)
        for item in range(count):
            if only is not None and going and (name, item) not in only:
                continue
            value = each[item] if isinstance(each, list) else None
            rows.append(
                self._seen(name, item, NodeState.GIVEN, value=value)
                if item in given
                else self._one(name, item, told, value)
            )
        bad = [row for row in rows if row.state in (NodeState.FAILED, NodeState.CANCELLED)]
        times = {
            "items": count,
            "started_at": when(group.get("startedAt")),
            "sequence": max([self.revision, *(row.sequence for row in rows)]),
        }
        if going:
            return [*rows, self._seen(name, None, NodeState.RUNNING, **times)]
        times["finished_at"] = when(group.get("finishedAt"))
        if any(row.state == NodeState.CANCELLED for row in bad):
            return [
                *rows,
                self._seen(
                    name,
                    None,
                    NodeState.CANCELLED,
                    reason="Cancelled",
                    message="it was asked to stop",
                    **times,
                ),
            ]
        if bad:
            words = (
                f"{len(bad)} of {len(rows)} items failed, first item {bad[0].item}: "
                f"{bad[0].message or bad[0].reason}"
            )
            return [
                *rows,
                self._seen(name, None, NodeState.FAILED, reason="ItemFailed", message=words, **times),
            ]
        if rows and all(row.state == NodeState.SKIPPED for row in rows):
            return [
                *rows,
                self._seen(
                    name, None, NodeState.SKIPPED, reason=rows[0].reason, message=rows[0].message, **times
                ),
            ]
        names = sorted({output for row in rows if row.outcome for output in row.outcome.values})
        values = {
            output: [row.outcome.values.get(output) if row.outcome else None for row in rows]
            for output in names
        }
        return [*rows, self._seen(name, None, NodeState.SUCCEEDED, outcome=Outcome(values), **times)]

    def graph(self, steps: list[StepStatus]) -> WorkloadStatus:
        """The whole, from its steps."""
        phase = self.status.get("phase") or "Pending"
        generation = int((self.body["metadata"].get("annotations") or {}).get(GENERATION) or 1)
        began, finished = when(self.status.get("startedAt")), when(self.status.get("finishedAt"))
        if not final(self.body):
            state, reason, message = (
                (PodState.RUNNING if phase == "Running" else PodState.PENDING),
                None,
                None,
            )
        elif any(step.state == NodeState.CANCELLED for step in steps) or (
            stopped(self.body) and phase != "Succeeded"
        ):
            state, reason, message = PodState.CANCELLED, "Cancelled", "it was asked to stop"
        elif phase == "Succeeded":
            state, reason, message = PodState.SUCCEEDED, None, None
        else:
            failed = [step for step in steps if step.item is None and step.state == NodeState.FAILED]
            more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
            state, reason = PodState.FAILED, "StepFailed" if failed else "Error"
            message = (
                f"step {failed[0].node}{more} failed: {failed[0].message or 'no reason given'}"
                if failed
                else self.status.get("message")
            )
        return WorkloadStatus(
            workload=self.name,
            labels=self.labels,
            generation=generation,
            state=state,
            sequence=self.sequence,
            reason=reason,
            message=message,
            started_at=began,
            finished_at=finished,
        )
