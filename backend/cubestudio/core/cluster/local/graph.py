"""The graph runner: which steps may start, given what has ended; pure, so that a test can drive it without
processes."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cubestudio.core import expression
from cubestudio.core.cluster.local.state import StepRow
from cubestudio.core.cluster.port import Graph, Node, NodeState, Outcome, PodState, Ref, Text
from cubestudio.core.inputs.values import uncarried, unlisted
from cubestudio.core.templating import plain

MOST_ITEMS = 10_000
ENDLESS = 10**9
"""A limit of attempts that stands for none."""
Key = tuple[str, int | None]


class Unresolved(Exception):
    """A value cannot be had, or not be used: `reason` is MissingValue, BadValue, or UpstreamSkipped when the
    step that it comes from was skipped."""

    def __init__(self, message: str, reason: str = "MissingValue"):
        super().__init__(message)
        self.reason = reason


class Runner:
    """One graph while it lives: its rows, and what follows from each change. `changed` collects rows to be
    stored and `ready` the keys of steps that wait for a place to run; the owner takes both after each
    call."""

    def __init__(self, name: str, graph: Graph, rows: list[StepRow], clock: Callable[[], float]):
        self.name = name
        self.graph = graph
        self.nodes = {node.name: node for node in graph.nodes}
        self.rows: dict[Key, StepRow] = {(row.node, row.item): row for row in rows}
        self.after: dict[str, list[str]] = defaultdict(list)
        self._before = {node.name: len(set(node.needs)) for node in graph.nodes}
        """How many of the steps before a step have not ended; counted, because steps may need thousands."""
        for node in graph.nodes:
            for need in dict.fromkeys(node.needs):
                self.after[need].append(node.name)
        self.changed: dict[Key, StepRow] = {}
        self.ready: list[Key] = []
        self.retries: set[Key] = set()
        self.parked: set[Key] = set()
        """Items that are not to run now."""
        self.leaving: set[Key] = set()
        """Items whose pods were asked to end because they were too many."""
        self.running = 0
        self.stopping = False
        """Whether everything was asked to stop: what fails at that moment is not tried again."""
        self._clock = clock
        self._open = len(graph.nodes)
        self._items: dict[str, int] = {}
        self._todo: list[str] = []
        if rows:
            self._recall()

    def _recall(self) -> None:
        """Count again what the rows of an earlier life say."""
        self._open = sum(not self.rows[node.name, None].state.final for node in self.graph.nodes)
        for node in self.graph.nodes:
            self._before[node.name] = sum(not self.rows[need, None].state.final for need in set(node.needs))
        for (node, item), row in sorted(self.rows.items(), key=lambda pair: pair[1].seq):
            if item is not None and not row.state.final:
                self._items[node] = self._items.get(node, 0) + 1
            if row.pod is not None and not row.state.final:
                self.running += 1
            if row.state == NodeState.PENDING and row.pod is None:
                self.ready.append((node, item))
            elif row.state == NodeState.RETRYING:
                self.retries.add((node, item))

    def begin(self) -> None:
        """Make the rows of a new graph and let what needs nothing be ready."""
        for node in self.graph.nodes:
            self._set(StepRow(workload=self.name, node=node.name, item=None))
        self._todo = [node.name for node in self.graph.nodes if not node.needs]
        self._follow()

    @property
    def over(self) -> bool:
        return self._open == 0

    def verdict(self) -> tuple[PodState, str | None, str | None]:
        """The graph's end: its state, a word and a sentence."""
        states = {node.name: self.rows[node.name, None] for node in self.graph.nodes}
        failed = [name for name, row in states.items() if row.state == NodeState.FAILED]
        if any(row.state == NodeState.CANCELLED for row in states.values()):
            return PodState.CANCELLED, "Cancelled", "it was asked to stop"
        if failed:
            more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
            return (
                PodState.FAILED,
                "StepFailed",
                f"step {failed[0]}{more} failed: {states[failed[0]].message or 'no reason given'}",
            )
        return PodState.SUCCEEDED, None, None

    def _set(self, row: StepRow) -> None:
        key = (row.node, row.item)
        self.rows[key] = row
        self.changed[key] = row

    def take(self) -> list[StepRow]:
        rows = list(self.changed.values())
        self.changed = {}
        return rows

    def stored(self, rows: list[StepRow]) -> None:
        for row in rows:
            key = (row.node, row.item)
            if key not in self.changed:
                self.rows[key] = row

    # what happens to a step ------------------------------------------------------------------

    def placed(self, key: Key, pod: str) -> StepRow:
        """It got a pod."""
        row = self.rows[key]
        self.running += 1
        self._set(
            replace(
                row,
                attempt=row.attempt + 1,
                pod=pod,
                state=NodeState.PENDING,
                reason=None,
                message=None,
                started=self._clock(),
                due=None,
            )
        )
        return self.rows[key]

    def started(self, key: Key) -> None:
        self._set(
            replace(self.rows[key], state=NodeState.RUNNING, reason=None, message=None, started=self._clock())
        )

    def waits(self, key: Key, reason: str, message: str) -> None:
        """It has no place yet, and why."""
        row = self.rows[key]
        if (row.reason, row.message) != (reason, message):
            self._set(replace(row, reason=reason, message=message))

    def ended(
        self, key: Key, state: PodState, reason: str | None, message: str | None, outcome: Outcome | None
    ) -> None:
        """Its pod has ended: keep the result, try again, or give up; then consider what comes after."""
        self.running -= 1
        row = self.rows[key]
        retry = self.nodes[key[0]].retry
        if key in self.leaving or key in self.parked:
            self.leaving.discard(key)
            self._rest(key)
            return
        if state == PodState.SUCCEEDED:
            self._finish(key, NodeState.SUCCEEDED, None, None, outcome)
        elif state == PodState.CANCELLED:
            self._finish(key, NodeState.CANCELLED, reason, message, outcome)
        elif row.attempt <= retry.limit and not self.stopping:
            pause = min(retry.pause * retry.factor ** min(row.attempt - 1, 60), retry.longest)
            of = "" if retry.limit >= ENDLESS else f" of {retry.limit + 1}"
            words = f"attempt {row.attempt}{of} failed ({message or reason}); the next starts in {pause:g} s"
            self._set(
                replace(
                    row,
                    state=NodeState.RETRYING,
                    pod=None,
                    reason=reason,
                    message=words,
                    due=self._clock() + pause,
                )
            )
            self.retries.add(key)
        else:
            self._finish(key, NodeState.FAILED, reason, message, outcome)
        self._follow()

    def scale(self, name: str, count: int) -> list[str]:
        """Of a fan-out of replicas, the first `count` are to run and the others to rest; the pods of those,
        which are to end."""
        pods = []
        for row in self.items(name):
            key = (name, row.item)
            if row.item is not None and row.item < count:
                self.parked.discard(key)
                if row.state == NodeState.WAITING:
                    self._rest(key)
            elif key not in self.parked:
                self.parked.add(key)
                if row.pod is not None:
                    self.leaving.add(key)
                    pods.append(row.pod)
                else:
                    self._rest(key)
        return pods

    def _rest(self, key: Key) -> None:
        """It has no pod: it rests, or waits for a place when it is wanted again."""
        self.retries.discard(key)
        self.ready = [each for each in self.ready if each != key]
        wanted = key not in self.parked
        state = NodeState.PENDING if wanted else NodeState.WAITING
        self._set(
            replace(self.rows[key], state=state, pod=None, attempt=0, reason=None, message=None, due=None)
        )
        if wanted:
            self.ready.append(key)

    def due(self, now: float) -> float | None:
        """Make retries ready whose pause is over; when the next one will be."""
        later = None
        for key in list(self.retries):
            row = self.rows[key]
            if row.state != NodeState.RETRYING:
                self.retries.discard(key)
            elif (row.due or 0) <= now:
                self.retries.discard(key)
                self._set(replace(row, state=NodeState.PENDING))
                self.ready.append(key)
            else:
                later = min(later or row.due or now, row.due or now)
        return later

    def stop(self) -> list[str]:
        """Cancel what has not started; the pods of what has."""
        self.stopping = True
        self.parked.clear()
        self.leaving.clear()
        pods = []
        for key, row in list(self.rows.items()):
            if row.state.final:
                continue
            if row.pod is not None:
                pods.append(row.pod)
            elif row.items is None or key[1] is not None:
                self._finish(key, NodeState.CANCELLED, "Cancelled", "it was asked to stop", follow=False)
        self.ready.clear()
        self.retries.clear()
        return pods

    def abandon(self, message: str) -> list[str]:
        """Something that should not happen did: fail what has not ended, so that nobody waits for it; the
        pods of what has begun."""
        self.stopping = True
        pods = []
        self.ready.clear()
        self.retries.clear()
        self._todo.clear()
        for node in self.graph.nodes:
            if (node.name, None) not in self.rows:
                self._set(StepRow(workload=self.name, node=node.name, item=None))
        for key, row in list(self.rows.items()):
            if row.state.final:
                continue
            if row.pod is not None:
                pods.append(row.pod)
            elif row.items is None or key[1] is not None:
                self._finish(key, NodeState.FAILED, "InternalError", message, follow=False)
        return pods

    # what follows ------------------------------------------------------------------------------

    def _finish(
        self,
        key: Key,
        state: NodeState,
        reason: str | None,
        message: str | None,
        outcome: Outcome | None = None,
        follow: bool = True,
    ) -> None:
        name, item = key
        self._set(
            replace(
                self.rows[key],
                state=state,
                reason=reason,
                message=message,
                outcome=outcome,
                finished=self._clock(),
            )
        )
        if item is not None:
            self._items[name] -= 1
            if self._items[name] == 0:
                self._gather(name, follow)
            return
        self._open -= 1
        for other in self.after[name]:
            self._before[other] -= 1
            if follow and not self._before[other]:
                self._todo.append(other)

    def _follow(self) -> None:
        """Consider what comes after what has ended; a loop, because a chain may be thousands long."""
        while self._todo:
            self._consider(self._todo.pop())

    def _gather(self, name: str, follow: bool) -> None:
        """Every item of a fan-out has ended: so has the step."""
        rows = self.items(name)
        bad = [row for row in rows if row.state in (NodeState.FAILED, NodeState.CANCELLED)]
        if any(row.state == NodeState.CANCELLED for row in bad):
            self._finish(
                (name, None), NodeState.CANCELLED, "Cancelled", "it was asked to stop", follow=follow
            )
        elif bad:
            words = (
                f"{len(bad)} of {len(rows)} items failed, first item {bad[0].item}: "
                f"{bad[0].message or bad[0].reason}"
            )
            self._finish((name, None), NodeState.FAILED, "ItemFailed", words, follow=follow)
        else:
            names = sorted({output for row in rows if row.outcome for output in row.outcome.values})
            values = {
                output: [row.outcome.values.get(output) if row.outcome else None for row in rows]
                for output in names
            }
            state = (
                NodeState.GIVEN if all(row.state == NodeState.GIVEN for row in rows) else NodeState.SUCCEEDED
            )
            self._finish((name, None), state, None, None, Outcome(values), follow=follow)

    def items(self, name: str) -> list[StepRow]:
        """The rows of a fan-out's items, in order."""
        count = self.rows[name, None].items or 0
        return [self.rows[name, item] for item in range(count)]

    def _consider(self, name: str) -> None:
        """Start, skip or leave a node that waits."""
        node = self.nodes[name]
        row = self.rows[name, None]
        if row.state != NodeState.WAITING:
            return
        given = dict(node.given)
        for need in (self.rows[need, None] for need in node.needs):
            if need.state in (NodeState.FAILED, NodeState.CANCELLED) or need.reason == "UpstreamFailed":
                words = f"step {need.node} did not succeed"
                self._finish((name, None), NodeState.SKIPPED, "UpstreamFailed", words)
                return
        if node.skip:
            self._finish((name, None), NodeState.SKIPPED, "Skip", "it is switched off in the pipeline")
            return
        try:
            if node.when is not None and not expression.holds(node.when, self._output):
                words = f"its condition does not hold: {expression.said(node.when, self._output)}"
                self._finish((name, None), NodeState.SKIPPED, "Condition", words)
                return
            if node.each is None and None in given:
                self._finish((name, None), NodeState.GIVEN, None, None, given[None])
            elif node.each is None:
                self._fillable(node, None)
                self._set(replace(row, state=NodeState.PENDING))
                self.ready.append((name, None))
            else:
                self._fan(node, given)
        except expression.Undecided as error:
            self._finish(
                (name, None), NodeState.FAILED, "ConditionFailed", f"its condition cannot be decided: {error}"
            )
        except Unresolved as error:
            state = NodeState.SKIPPED if error.reason == "UpstreamSkipped" else NodeState.FAILED
            self._finish((name, None), state, error.reason, str(error))

    def _fan(self, node: Node, given: dict[int | None, Outcome]) -> None:
        values = self.value(node.each) if isinstance(node.each, Ref) else node.each
        if not isinstance(values, list | tuple):
            raise Unresolved(unlisted(values))
        if len(values) > MOST_ITEMS:
            raise Unresolved(f"for_each got {len(values)} items; the most is {MOST_ITEMS}")
        parent = replace(
            self.rows[node.name, None], state=NodeState.RUNNING, items=len(values), started=self._clock()
        )
        self._set(parent)
        self._items[node.name] = len(values)
        if not values:
            self._finish(
                (node.name, None),
                NodeState.SUCCEEDED,
                None,
                None,
                Outcome({name: [] for name in node.task.outputs}),
            )
            return
        for item, value in enumerate(values):
            self._set(
                StepRow(workload=self.name, node=node.name, item=item, state=NodeState.PENDING, value=value)
            )
        for item, value in enumerate(values):
            if item in given:
                self._finish((node.name, item), NodeState.GIVEN, None, None, given[item])
                continue
            try:
                if wrong := uncarried(plain(value)):
                    raise Unresolved(wrong, "BadValue")
                self._fillable(node, value)
            except Unresolved as error:
                self._finish((node.name, item), NodeState.FAILED, error.reason, str(error))
            else:
                self.ready.append((node.name, item))

    def _fillable(self, node: Node, item: Any) -> None:
        """Refuse now what could not be filled in when a pod is there. Raises Unresolved."""
        for started, text in texts(node):
            if all(isinstance(piece, str) for piece in text):
                continue
            if "\0" in self.join(text, item) and started:
                raise Unresolved(
                    "a value that its command is given has a NUL character; pass it in a file", "BadValue"
                )

    # values ------------------------------------------------------------------------------------

    def value(self, ref: Ref, item: Any = None) -> Any:
        """What a reference stands for now."""
        if ref.node is None:
            value = item
            for part in filter(None, ref.output.split(".")):
                if not isinstance(value, dict) or part not in value:
                    raise Unresolved(f"the item has no member {ref.output!r}")
                value = value[part]
            return value
        row = self.rows[ref.node, None]
        if row.state == NodeState.SKIPPED:
            raise Unresolved(
                f"it needs output {ref.output} of step {ref.node}, which was skipped", "UpstreamSkipped"
            )
        if row.outcome is None or ref.output not in row.outcome.values:
            raise Unresolved(f"step {ref.node} gave no output {ref.output}")
        return row.outcome.values[ref.output]

    def join(self, text: Text, item: Any = None) -> str:
        """A text with its references replaced, once: what they bring in is not read again."""
        return "".join(
            piece if isinstance(piece, str) else written(self.value(piece, item), piece.form)
            for piece in text
        )

    def _output(self, step: str, output: str) -> Any:
        """What a condition's reference stands for."""
        return self.value(Ref(step, output))


def texts(node: Node) -> Iterator[tuple[bool, Text]]:
    """Every text of a node's task, and whether a program is started with it."""
    yield from ((True, text) for text in (*node.task.command, *node.task.env.values()))
    yield from ((False, text) for text in node.task.files.values())


def written(value: Any, form: str) -> str:
    """A value in the form that a reference asks for."""
    if form == "json":
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(plain(value), ensure_ascii=False)[1:-1] if form == "inside" else plain(value)
