"""What a cluster holds of ours, kept from its watches, and told as observations: each once, a whole after its
parts."""

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cubestudio.core import clock, log
from cubestudio.core.cluster.kubernetes import heard, nodes, reading, server, sight, starting, status
from cubestudio.core.cluster.kubernetes.task import GENERATION, STOP, WORKLOAD
from cubestudio.core.cluster.metrics import numbered, points
from cubestudio.core.cluster.port import (
    LOST,
    NodeState,
    Observation,
    Outcome,
    PodState,
    PodStatus,
    StepStatus,
    Synced,
    WorkloadStatus,
)

logger = log.get(__name__)
AGAIN = 15.0
"""Seconds after which a workload that could not be read is read again."""
PATIENCE = 5.0
"""Seconds that the end of a workflow waits for the ends of its pods."""
UNSEEN = 30.0
"""Seconds that it waits for a pod which has succeeded and was not seen: the news of pods may be late after a
break, and what has ended is parted from with the logs that are known."""
FILES = 4000
"""Small files of pods that are remembered."""


class Mirror:
    """One cluster's workflows and pods. `fetch(project, digest)` gives a file that a pod sent, None when
    there is none."""

    def __init__(self, fetch: Callable[[str, str], Awaitable[bytes | None]], limit: float = 1800):
        self._fetch = fetch
        self._limit = limit
        """Seconds that a server or a single task may take to start."""
        self._due: dict[str, datetime] = {}
        """When what does not start is to be looked at again, by workload."""
        self.overdue: dict[str, str] = {}
        """Single tasks that did not start in time, and why: they are to be ended."""
        self.workflows: dict[str, dict[str, Any]] = {}
        self.pods: dict[str, dict[str, Any]] = {}
        self.servers: dict[str, dict[str, Any]] = {}
        self._troubles: dict[str, nodes.Trouble] = {}
        self._healed: dict[str, int] = {}
        """Revisions at which nodes were ready again."""
        self._of: dict[str, set[str]] = defaultdict(set)
        self._listed: set[str] = set()
        self._unsure: set[str] = set()
        self._announce = False
        self._dirty: set[str] = set()
        self._moved: set[str] = set()
        """Workflows that changed themselves; of the others only the places of changed pods are read again."""
        self._touched: dict[str, tuple[dict[str, Any], bool]] = {}
        self._buried: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, PodStatus] = {}
        self._steps: dict[str, dict[tuple[str, int | None], StepStatus]] = defaultdict(dict)
        self._graphs: dict[str, WorkloadStatus] = {}
        self._ended: dict[str, float] = {}
        self._silent: str | None = None
        self._puzzles: dict[str, float] = {}
        """Workloads that cannot be read, and when they are read again."""
        self._results: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
        self._files: OrderedDict[tuple[str, str], Outcome] = OrderedDict()
        self.wake = asyncio.Event()

    # what the watches say --------------------------------------------------------------------------

    def list_workflows(self, items: list[dict]) -> None:
        now = {body["metadata"]["name"]: body for body in items}
        for name in set(self.workflows) - set(now):
            self._buried[name] = self.workflows[name]
        self.workflows = now
        self._dirty |= set(now) | set(self._buried)
        self._moved |= set(now)
        self._complete("workflows")

    def list_servers(self, items: list[dict]) -> None:
        now = {body["metadata"]["name"]: body for body in items}
        for name in set(self.servers) - set(now):
            self.tell_server("DELETED", self.servers[name])
        for body in now.values():
            self.tell_server("ADDED", body)
        self._complete("deployments")

    def tell_server(self, kind: str, body: dict) -> None:
        name = body["metadata"]["name"]
        if kind == "DELETED":
            self.servers.pop(name, None)
            if not self._of.get(name):
                self._of.pop(name, None)
            for memory in (self._graphs, self._due, self._puzzles):
                memory.pop(name, None)
        else:
            self.servers[name] = body
        self._dirty.add(name)
        self.wake.set()

    def list_pods(self, items: list[dict]) -> None:
        now = {body["metadata"]["uid"]: body for body in items}
        for uid in set(self.pods) - set(now):
            self._pod("DELETED", self.pods[uid])
        for body in now.values():
            try:
                self._pod("ADDED", body)
            except Exception as error:
                self._odd(f"pod {body['metadata'].get('name')}", body, error)
        self._complete("pods")

    def hush(self, words: str | None) -> None:
        """Why nothing acts on workflows now; None when something does."""
        if words != self._silent:
            self._silent = words
            self._dirty |= {name for name, body in self.workflows.items() if not reading.final(body)}
            self._moved |= self._dirty & set(self.workflows)
            self.wake.set()

    def list_nodes(self, items: list[dict]) -> None:
        now = {body["metadata"]["name"]: body for body in items}
        for name in set(self._troubles) - set(now):
            self._node(name, None, 0)
        for body in now.values():
            self.tell_node("ADDED", body)

    def tell_node(self, kind: str, body: dict) -> None:
        found = nodes.gone(body, clock.now()) if kind == "DELETED" else nodes.trouble(body)
        self._node(body["metadata"]["name"], found, reading.revision(body))

    def _node(self, name: str, found: nodes.Trouble | None, revision: int) -> None:
        """A node is in trouble, or no more: what runs on it is read again."""
        before = self._troubles.get(name)
        if (before and (before.silent, before.since, before.message)) == (
            found and (found.silent, found.since, found.message)
        ):
            return
        if found:
            self._troubles[name] = found
        else:
            self._troubles.pop(name, None)
            self._healed[name] = max(revision, before.revision + 1 if before else 0)
        for uid, body in self.pods.items():
            if (body.get("spec") or {}).get("nodeName") == name:
                self._touched.setdefault(uid, (body, False))
                self._dirty.add(_workload(body))
        self.wake.set()

    def _complete(self, kind: str) -> None:
        self._listed.add(kind)
        self._unsure.discard(kind)
        self._announce = True
        self.wake.set()

    def absent(self, kind: str) -> None:
        """The cluster does not know this kind: it is not installed, or the server has only just started. What
        was there is not taken for gone."""
        if kind not in self._listed:
            self._complete(kind)
            self._unsure.add(kind)

    def tell_workflow(self, kind: str, body: dict) -> None:
        name = body["metadata"]["name"]
        if kind == "DELETED":
            self.workflows.pop(name, None)
            self._buried[name] = body
        else:
            self.workflows[name] = body
        self._dirty.add(name)
        self._moved.add(name)
        self.wake.set()

    def tell_pod(self, kind: str, body: dict) -> None:
        self._pod(kind, body)
        self.wake.set()

    def _pod(self, kind: str, body: dict) -> None:
        uid = body["metadata"]["uid"]
        workload = _workload(body)
        if sight.place(body)[0] is None:
            return  # a pod of Argo's own, such as the one that makes a gang's resource
        if kind == "DELETED":
            self.pods.pop(uid, None)
        else:
            self.pods[uid] = body
        self._of[workload].add(uid)
        self._touched[uid] = (body, kind == "DELETED")
        self._dirty.add(workload)

    # what follows from it --------------------------------------------------------------------------

    @property
    def pause(self) -> float | None:
        """Seconds after which to drain although there is no news: something is held back for a moment, or
        something that does not start is due. None: there is nothing to wait for."""
        if self._ended or self._puzzles:
            return 1
        return (
            min(max((min(self._due.values()) - clock.now()).total_seconds(), 0.01), 3600)
            if self._due
            else None
        )

    async def drain(self) -> list[Observation]:
        """Everything that has changed since the last time: pods, then steps, then wholes."""
        self.wake.clear()
        if self._listed != {"workflows", "pods", "deployments"}:
            return []
        touched, self._touched = self._touched, {}
        late = set(self._ended) | {name for name, due in self._puzzles.items() if due <= time.monotonic()}
        dirty, self._dirty = (
            self._dirty | late | {name for name, at in self._due.items() if at <= clock.now()},
            set(),
        )
        moved, self._moved = self._moved | late, set()
        buried, self._buried = self._buried, {}
        announce, self._announce = self._announce, False
        seen: list[Observation] = []
        for uid, (body, gone) in list(touched.items()):
            try:
                observation = later(self._seen.get(uid), await self._read_pod(body, gone))
            except Exception as error:
                self._odd(f"pod {body['metadata'].get('name')}", body, error)
                del touched[uid]
                continue
            if self._seen.get(uid) != observation:
                self._seen[uid] = observation
                seen.append(observation)
        wholes: list[Observation] = []
        places: dict[str, set[reading.Place]] = defaultdict(set)
        for body, _ in touched.values():
            step, item = sight.place(body)
            places[_workload(body)].add((step or "", item))
        for name in sorted(dirty):
            try:
                steps, whole = await self._read(
                    name, buried.get(name), None if name in moved else places[name]
                )
            except Exception as error:
                wholes += self._unreadable(name, error)
                continue
            self._puzzles.pop(name, None)
            seen += steps
            wholes += whole
        for uid, (body, gone) in touched.items():
            if gone and _alone(body):
                steps, whole = await self._tell_alone(self._seen[uid], body)
                seen += steps
                wholes += whole
        for workload in {_workload(body) for body, gone in touched.values() if gone} | set(buried):
            self._forget(workload)
        seen += wholes
        if announce:
            alone = {_workload(body) for body in self.pods.values() if _alone(body)}
            seen.append(
                Synced(
                    frozenset(self.workflows) | frozenset(self.servers) | alone,
                    not self._unsure - {"deployments"},
                )
            )
        return seen

    def _odd(self, what: str, body: Mapping[str, Any], error: Exception) -> None:
        logger.error(
            "an object of a cluster cannot be read",
            object=what,
            revision=reading.revision(body),
            error=repr(error)[:500],
        )

    def _unreadable(self, name: str, error: Exception) -> list[Observation]:
        """What is told of a workload that cannot be read now: that, and no state. It is read again after a
        while, for it may be the store that did not give a file of it."""
        body = self.workflows.get(name) or self.servers.get(name)
        if name not in self._puzzles:
            self._odd(f"workload {name}", body or {"metadata": {}}, error)
        self._puzzles[name] = time.monotonic() + AGAIN
        if body is None:
            return []
        words = f"what the cluster says of it cannot be read: {error}"[:500]
        meta = body["metadata"]
        generation = int((meta.get("annotations") or {}).get(GENERATION) or 1)
        # A revision less, so that the same object counts as news once it can be read.
        seen = WorkloadStatus(
            workload=name,
            labels=meta.get("labels") or {},
            generation=generation,
            state=PodState.RUNNING,
            sequence=reading.revision(body) - 1,
            reason="Unreadable",
            message=words,
        )
        return self._whole(seen)

    def _forget(self, workload: str) -> None:
        """Pods that are gone are remembered as long as their workflow is there, because its steps are told
        from them too."""
        if workload in self.workflows:
            return
        for uid in self._of.get(workload, set()) - set(self.pods):
            self._of[workload].discard(uid)
            self._seen.pop(uid, None)
        if (
            not self._of.get(workload) and workload not in self.servers
        ):  # of a server what comes next is to be told as later
            for memory in (self._of, self._steps, self._graphs, self._ended, self._puzzles, self._due):
                memory.pop(workload, None)

    def _stopped(self, workload: str, body: Mapping[str, Any]) -> bool:
        owner = self.workflows.get(workload)
        if owner is not None:
            return reading.stopped(owner)
        return (body["metadata"].get("annotations") or {}).get(STOP) == "true"

    async def _read_pod(self, body: dict, gone: bool) -> PodStatus:
        workload = _workload(body)
        where = (body.get("spec") or {}).get("nodeName")
        observation = sight.pod(body, self._stopped(workload, body), (), gone, self._troubles.get(where))
        observation = replace(observation, sequence=max(observation.sequence, self._healed.get(where, 0)))
        before = self._seen.get(observation.id)
        if (
            before
            and before.reason == observation.reason == "ImagePull"
            and (observation.message or "").endswith(sight.AGAIN)
        ):
            observation = replace(observation, message=before.message)
        if observation.state.final and (digest := sight.told(body).get("metrics")):
            data = await self._file(observation.labels.get("cubestudio/project", "none"), digest)
            observation = replace(observation, metrics=numbered(await asyncio.to_thread(points, data or b"")))
        return observation

    async def _result(self, project: str, digest: str) -> dict[str, Any]:
        if (project, digest) not in self._results:
            data = await self._file(project, digest)
            if data is None:
                return {}
            self._results[project, digest] = heard.end(data)
            while len(self._results) > FILES:
                self._results.popitem(last=False)
        return self._results[project, digest]

    async def _file(self, project: str, digest: str) -> bytes | None:
        """A file that a pod sent; None also when what it says is no name of one."""
        return await self._fetch(project, digest) if heard.digest(digest) else None

    async def _outcome(self, said: Mapping[str, Any], project: str) -> Outcome:
        """What a task alone left: its values on the pod, or in a file when they are long."""
        left = await self._result(project, said["result"]) if said.get("result") else said
        files = await self._left(project, left["files"]) if left.get("files") else Outcome()
        return replace(files, values=left.get("values") or {})

    async def _left(self, project: str, digest: str) -> Outcome:
        """The files in a list that a launcher sent, and what it could not take."""
        if (project, digest) not in self._files:
            data = await self._file(project, digest)
            if data is None:
                return Outcome({}, (), (heard.NO_LIST,))
            self._files[project, digest] = await asyncio.to_thread(heard.listed, project, data)
            while len(self._files) > FILES:
                self._files.popitem(last=False)
        return self._files[project, digest]

    async def _read(
        self, name: str, buried: dict[str, Any] | None, only: set[reading.Place] | None
    ) -> tuple[list[Observation], list[Observation]]:
        """(steps, whole) of a workload that have changed."""
        body = self.workflows.get(name)
        hidden = body is not None and status.offloaded(body.get("status") or {})
        if body is None or reading.final(body) or hidden:
            only = None
        pods = sorted(
            (
                pod
                for uid in self._of.get(name, ())
                if (pod := self._seen.get(uid)) and (only is None or _place(pod) in only)
            ),
            key=lambda pod: (pod.created_at is not None, pod.created_at, pod.attempt),
        )
        if name in self.servers:
            return [], self._whole(self._server(self.servers[name], pods))
        if body is None:
            alone = [pod for pod in pods if pod.id in self.pods and _alone(self.pods[pod.id])]
            if alone:
                return await self._tell_alone(alone[-1], self.pods[alone[-1].id])
            return self._lost(name, buried) if buried is not None else ([], [])
        places: dict[reading.Place, list[PodStatus]] = defaultdict(list)
        for pod in pods:
            places[_place(pod)].append(pod)
        sequence = max([reading.revision(body), *(pod.sequence for pod in pods)])
        project = (body["metadata"].get("labels") or {}).get("cubestudio/project", "none")
        known: dict[str, Outcome] = {}
        results: dict[str, dict[str, Any]] = {}
        said: dict[str, dict[str, Any]] = {}
        for pod in pods if hidden else ():
            if ended := sight.told(self.pods[pod.id]) if pod.id in self.pods else {}:
                said[pod.id] = await self._result(project, ended["result"]) if ended.get("result") else ended
        told = reading.Reading(body, places, sequence, left=known, results=results, said=said)
        for digest in told.far:
            results[digest] = await self._result(project, digest)
        for digest in told.lists:
            known[digest] = await self._left(project, digest)
        steps = []
        for step in told.steps(only):
            if (
                step.state == NodeState.FAILED
                and step.pod in self.pods
                and (digest := sight.told(self.pods[step.pod]).get("files"))
            ):
                step = replace(step, outcome=await self._left(project, digest))
            steps.append(step)
        changed: list[Observation] = [step for step in steps if self._news(step)]
        if only is not None:
            return changed, []
        whole = told.graph(steps)
        if self._silent and not whole.state.final:
            whole = replace(
                whole,
                reason="NoController",
                message=f"nothing runs pipelines on its cluster now: {self._silent}",
            )
        unseen = any(
            step.state == NodeState.SUCCEEDED and step.pod is None and step.items is None for step in steps
        )
        early = whole.state.final and (unseen or any(not pod.state.final for pod in pods))
        if early:
            since = self._ended.setdefault(name, time.monotonic())
            if time.monotonic() < since + (UNSEEN if unseen else PATIENCE):
                return changed, []
        self._ended.pop(name, None)
        return changed, self._whole(whole)

    def _server(self, body: dict[str, Any], pods: list[PodStatus]) -> WorkloadStatus:
        """A server as a whole."""
        meta = body["metadata"]
        notes = meta.get("annotations") or {}
        (state, ready, reason, message), due = server.state(
            body, pods, notes.get(STOP) == "true", clock.now(), self._limit
        )
        self._wait(meta["name"], due)
        sequence = max([reading.revision(body), *(pod.sequence for pod in pods)])
        return WorkloadStatus(
            workload=meta["name"],
            labels=meta.get("labels") or {},
            generation=int(notes.get(GENERATION) or 1),
            state=state,
            sequence=sequence,
            reason=reason,
            message=message,
            started_at=reading.when(meta.get("creationTimestamp")),
            ready=ready,
        )

    def _wait(self, workload: str, due: datetime | None) -> None:
        if due is None:
            self._due.pop(workload, None)
        else:
            self._due[workload] = due

    def _news(self, step: StepStatus) -> bool:
        memory, key = self._steps[step.workload], (step.node, step.item)
        before = memory.get(key)
        if before is not None and replace(before, sequence=step.sequence) == step:
            return False
        memory[key] = step
        return True

    def _whole(self, whole: WorkloadStatus) -> list[Observation]:
        before = self._graphs.get(whole.workload)
        if before is not None and replace(before, sequence=whole.sequence) == whole:
            return []
        self._graphs[whole.workload] = whole = later(before, whole)
        return [whole]

    async def _tell_alone(
        self, pod: PodStatus, body: Mapping[str, Any]
    ) -> tuple[list[Observation], list[Observation]]:
        """A task without a graph, told as a graph of one step."""
        stuck = starting.pod(pod)
        due = starting.due(stuck, self._limit, pod.reason) if stuck else None
        if stuck and due and due <= clock.now():
            self.overdue[pod.id] = starting.given_up(stuck, self._limit, pod.reason)
            due = None
        self._wait(pod.workload, due)
        said = sight.told(body)
        skipped = said.get("skipped")
        state = (
            NodeState.SKIPPED if skipped and pod.state == PodState.SUCCEEDED else NodeState(pod.state.value)
        )
        outcome = (
            await self._outcome(said, pod.labels.get("cubestudio/project", "none"))
            if state == NodeState.SUCCEEDED
            else None
        )
        step = StepStatus(
            workload=pod.workload,
            labels=pod.labels,
            node="main",
            item=None,
            state=state,
            attempt=pod.attempt,
            sequence=pod.sequence,
            pod=pod.id,
            reason=skipped or pod.reason,
            message=said.get("message") or pod.message,
            outcome=outcome,
            started_at=pod.started_at,
            finished_at=pod.finished_at,
        )
        generation = int((body["metadata"].get("annotations") or {}).get(GENERATION) or 1)
        words = (
            f"step main failed: {pod.message}"
            if pod.state == PodState.FAILED
            else pod.message
            if pod.state == PodState.CANCELLED
            else None
        )
        whole = WorkloadStatus(
            workload=pod.workload,
            labels=pod.labels,
            generation=generation,
            state=pod.state,
            sequence=pod.sequence,
            reason="StepFailed" if pod.state == PodState.FAILED else pod.reason,
            message=words,
            started_at=pod.started_at,
            finished_at=pod.finished_at,
        )
        return ([step] if self._news(step) else []), self._whole(whole)

    def _lost(self, name: str, body: dict[str, Any]) -> tuple[list[Observation], list[Observation]]:
        """A workflow was deleted; when it had not ended, that is its end."""
        steps = self._steps.pop(name, {})
        before = self._graphs.pop(name, None)
        if before is None or before.state.final:
            return [], []
        sequence = max(reading.revision(body), before.sequence + 1)
        stopped = reading.stopped(body)
        words = "it was asked to stop" if stopped else "its workflow was deleted from the cluster"
        ended = (NodeState.CANCELLED, "Cancelled") if stopped else (NodeState.FAILED, LOST)
        ends: list[Observation] = []
        for step in steps.values():
            if not step.state.final:
                state, reason = (
                    (NodeState.SKIPPED, "UpstreamFailed")
                    if step.state == NodeState.WAITING and not stopped
                    else ended
                )
                ends.append(replace(step, state=state, reason=reason, message=words, sequence=sequence))
        return ends, [
            replace(before, state=PodState(ended[0].value), reason=ended[1], message=words, sequence=sequence)
        ]


def later(before: Any, observation: Any) -> Any:
    """An observation with a sequence above that of the one before it: news of a node and of its pods come in
    any order, and an older sequence would be passed over."""
    if before is None or observation.sequence > before.sequence or observation == before:
        return observation
    same = replace(observation, sequence=before.sequence)
    return before if same == before else replace(observation, sequence=before.sequence + 1)


def _alone(body: Mapping[str, Any]) -> bool:
    """Whether a pod is a task of its own, with no workflow above it."""
    return GENERATION in (body["metadata"].get("annotations") or {})


def _workload(body: Mapping[str, Any]) -> str:
    """The name of the workload that a pod belongs to."""
    return (body["metadata"].get("labels") or {}).get(WORKLOAD, "")


def _place(pod: PodStatus) -> reading.Place:
    return pod.node or "", pod.item
