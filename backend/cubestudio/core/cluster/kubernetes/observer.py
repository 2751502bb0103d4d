"""What changed on a cluster, as observations of workloads, steps and pods.

Each observation is made once, and that of a workload comes after those of its steps and pods, so that nobody
hears of an end and finds a step that still runs. News of objects come in any order and late: a workflow may
end before the last news of its pods, whose ends it then waits for a moment; an object that cannot be read is
reported as unreadable and read again, and keeps no other from being read.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cubestudio.core import clock
from cubestudio.core.cluster.kubernetes.objects import (
    Body,
    Changes,
    Objects,
    is_single,
    log_unreadable,
    workload_of,
)
from cubestudio.core.cluster.kubernetes.pod_files import PodFiles
from cubestudio.core.cluster.kubernetes.status import argo_nodes, reasons, servers, starting, tasks, workflows
from cubestudio.core.cluster.kubernetes.status.fields import (
    generation_of,
    parse_time,
    report,
    revision,
    step_of,
)
from cubestudio.core.cluster.kubernetes.status.pods import pod_status
from cubestudio.core.cluster.kubernetes.status.workflows import StepKey, WorkflowReader
from cubestudio.core.cluster.kubernetes.task import STOP
from cubestudio.core.cluster.port import (
    LOST,
    NodeState,
    Observation,
    Outcome,
    PodState,
    PodStatus,
    StepStatus,
    WorkloadStatus,
)

UNREADABLE_PAUSE = 15.0
"""Seconds after which a workload that could not be read is read again."""
PODS_PATIENCE = 5.0
"""Seconds that the end of a workflow waits for the ends of its pods."""
UNSEEN_PATIENCE = 30.0
"""Seconds that it waits for a pod which has succeeded and was not observed: the news of pods may be late
after a break, and the platform releases what has ended with the logs that are known."""
News = tuple[list[Observation], list[Observation]]
"""(steps, workloads) that have changed."""


class Observer:
    """Observations of one cluster. `fetch(project, digest)` returns a file that a pod sent, None when there
    is none. `limit`: the seconds that a server or a single task may take to start."""

    def __init__(self, fetch: Callable[[str, str], Awaitable[bytes | None]], limit: float = 1800):
        self.wake = asyncio.Event()
        self.objects = Objects(self.wake.set)
        self.overdue: dict[str, str] = {}
        """Pods of single tasks that did not start in time, and why: they are to be ended."""
        self._files = PodFiles(fetch)
        self._limit = limit
        self._due: dict[str, datetime] = {}
        """When what does not start is to be read again, by workload."""
        self._pods: dict[str, PodStatus] = {}
        self._steps: dict[str, dict[StepKey, StepStatus]] = defaultdict(dict)
        self._workloads: dict[str, WorkloadStatus] = {}
        self._held_back: dict[str, float] = {}
        """Workflows that have ended and wait for their pods, and since when."""
        self._unreadable: dict[str, float] = {}
        """Workloads that cannot be read, and when they are read again."""

    @property
    def pause(self) -> float | None:
        """Seconds after which to drain although there is no news: something is held back for a moment, or
        something that does not start is due. None: there is nothing to wait for."""
        if self._held_back or self._unreadable:
            return 1
        if not self._due:
            return None
        return min(max((min(self._due.values()) - clock.now()).total_seconds(), 0.01), 3600)

    async def drain(self) -> list[Observation]:
        """Return everything that has changed since the last call: pods, then steps, then workloads."""
        self.wake.clear()
        if not self.objects.complete:
            return []
        changes = self.objects.take_changes()
        for name in changes.deleted_servers:
            for memory in (self._workloads, self._due, self._unreadable):
                memory.pop(name, None)
        self._add_due(changes)
        found: list[Observation] = list(await self._changed_pods(changes))
        steps, workloads = await self._changed_workloads(changes)
        for uid, (body, gone) in changes.pods.items():
            if gone and is_single(body):
                more = await self._single(self._pods[uid], body)
                steps, workloads = steps + more[0], workloads + more[1]
        for name in {workload_of(body) for body, gone in changes.pods.values() if gone} | set(
            changes.deleted
        ):
            self._forget(name)
        found += steps + workloads
        if changes.listed:
            found.append(self.objects.present())
        return found

    def _add_due(self, changes: Changes) -> None:
        """Add what is to be read again although nothing of it has changed."""
        now = time.monotonic()
        late = set(self._held_back) | {name for name, at in self._unreadable.items() if at <= now}
        changes.workloads |= late | {name for name, at in self._due.items() if at <= clock.now()}
        changes.workflows |= late

    # pods ------------------------------------------------------------------------------------------

    async def _changed_pods(self, changes: Changes) -> list[PodStatus]:
        """Return the pods that have changed; those that cannot be read are taken out of the changes."""
        found = []
        for uid, (body, gone) in list(changes.pods.items()):
            try:
                pod = later(self._pods.get(uid), await self._pod(body, gone))
            except Exception as error:
                log_unreadable(f"pod {body['metadata'].get('name')}", body, error)
                del changes.pods[uid]
                continue
            if self._pods.get(uid) != pod:
                self._pods[uid] = pod
                found.append(pod)
        return found

    async def _pod(self, body: Body, gone: bool) -> PodStatus:
        node = (body.get("spec") or {}).get("nodeName")
        pod = pod_status(body, self._stopped(body), (), gone, self.objects.troubles.get(node))
        pod = replace(pod, sequence=max(pod.sequence, self.objects.recovered.get(node, 0)))
        before = self._pods.get(pod.id)
        if (
            before
            and before.reason == pod.reason == "ImagePull"
            and (pod.message or "").endswith(reasons.AGAIN)
        ):
            pod = replace(pod, message=before.message)
        if pod.state.final and (digest := report(body).get("metrics")):
            metrics = await self._files.metrics(pod.labels.get("cubestudio/project", "none"), digest)
            pod = replace(pod, metrics=metrics)
        return pod

    def _stopped(self, body: Mapping[str, Any]) -> bool:
        """Whether we asked the workload of a pod to end."""
        owner = self.objects.workflows.get(workload_of(body))
        if owner is not None:
            return workflows.stopped(owner)
        return (body["metadata"].get("annotations") or {}).get(STOP) == "true"

    def _pods_of(self, workload: str, only: set[StepKey] | None) -> list[PodStatus]:
        """Return the pods of a workload, or of some of its steps, oldest first."""
        found = (self._pods.get(uid) for uid in self.objects.uids.get(workload, ()))
        return sorted(
            (pod for pod in found if pod and (only is None or _step_key(pod) in only)),
            key=lambda pod: (pod.created_at is not None, pod.created_at, pod.attempt),
        )

    # workloads -------------------------------------------------------------------------------------

    async def _changed_workloads(self, changes: Changes) -> News:
        steps: list[Observation] = []
        workloads: list[Observation] = []
        touched: dict[str, set[StepKey]] = defaultdict(set)
        for body, _ in changes.pods.values():
            step, item = step_of(body)
            touched[workload_of(body)].add((step or "", item))
        for name in sorted(changes.workloads):
            only = None if name in changes.workflows else touched[name]
            try:
                news = await self._read(name, changes.deleted.get(name), only)
            except Exception as error:
                workloads += self._not_readable(name, error)
                continue
            self._unreadable.pop(name, None)
            steps += news[0]
            workloads += news[1]
        return steps, workloads

    async def _read(self, name: str, deleted: Body | None, only: set[StepKey] | None) -> News:
        """Return what has changed of a workload. `deleted`: its workflow, when that was deleted. `only`: the
        steps that may have changed."""
        body = self.objects.workflows.get(name)
        offloaded = body is not None and argo_nodes.offloaded(body.get("status") or {})
        if body is None or workflows.final(body) or offloaded:
            only = None
        pods = self._pods_of(name, only)
        if name in self.objects.servers:
            return [], self._workload_news(self._server(self.objects.servers[name], pods))
        if body is None:
            return await self._read_single(name, pods, deleted)
        reader = await self._reader(body, pods, offloaded)
        steps = [await self._with_files(step) for step in reader.steps(only)]
        changed: list[Observation] = [step for step in steps if self._step_news(step)]
        if only is not None:
            return changed, []
        workload = self._with_controller(reader.workload(steps))
        if self._waits_for_pods(workload, steps, pods):
            return changed, []
        return changed, self._workload_news(workload)

    async def _reader(self, body: Body, pods: list[PodStatus], offloaded: bool) -> WorkflowReader:
        """Return a reader of a workflow with the files that its steps left."""
        by_step: dict[StepKey, list[PodStatus]] = defaultdict(list)
        for pod in pods:
            by_step[_step_key(pod)].append(pod)
        project = (body["metadata"].get("labels") or {}).get("cubestudio/project", "none")
        files: dict[str, Outcome] = {}
        results: dict[str, dict[str, Any]] = {}
        reported: dict[str, Mapping[str, Any]] = {}
        for pod in pods if offloaded else ():
            if ended := report(self.objects.pods[pod.id]) if pod.id in self.objects.pods else {}:
                reported[pod.id] = await self._files.full_report(ended, project)
        reader = WorkflowReader(
            body,
            by_step,
            max([revision(body), *(pod.sequence for pod in pods)]),
            files=files,
            results=results,
            reported=reported,
        )
        for digest in reader.result_digests:
            results[digest] = await self._files.result(project, digest)
        for digest in reader.file_list_digests:
            files[digest] = await self._files.listed(project, digest)
        return reader

    async def _with_files(self, step: StepStatus) -> StepStatus:
        """Return a step with the files that it left although it failed."""
        if (
            step.state == NodeState.FAILED
            and step.pod in self.objects.pods
            and (digest := report(self.objects.pods[step.pod]).get("files"))
        ):
            project = step.labels.get("cubestudio/project", "none")
            return replace(step, outcome=await self._files.listed(project, digest))
        return step

    def _with_controller(self, workload: WorkloadStatus) -> WorkloadStatus:
        """Return a workload with why nothing acts on it, where that is so."""
        problem = self.objects.no_controller
        if not problem or workload.state.final:
            return workload
        message = f"nothing runs pipelines on its cluster now: {problem}"
        return replace(workload, reason="NoController", message=message)

    def _waits_for_pods(
        self, workload: WorkloadStatus, steps: list[StepStatus], pods: list[PodStatus]
    ) -> bool:
        """Whether a workflow has ended before the news that its pods have; for a while that is not told."""
        name = workload.workload
        unseen = any(
            step.state == NodeState.SUCCEEDED and step.pod is None and step.items is None for step in steps
        )
        if workload.state.final and (unseen or any(not pod.state.final for pod in pods)):
            since = self._held_back.setdefault(name, time.monotonic())
            if time.monotonic() < since + (UNSEEN_PATIENCE if unseen else PODS_PATIENCE):
                return True
        self._held_back.pop(name, None)
        return False

    def _server(self, body: Body, pods: list[PodStatus]) -> WorkloadStatus:
        meta = body["metadata"]
        notes = meta.get("annotations") or {}
        (state, ready, reason, message), due = servers.state(
            body, pods, notes.get(STOP) == "true", clock.now(), self._limit
        )
        self._set_due(meta["name"], due)
        return WorkloadStatus(
            workload=meta["name"],
            labels=meta.get("labels") or {},
            generation=generation_of(body),
            state=state,
            sequence=max([revision(body), *(pod.sequence for pod in pods)]),
            reason=reason,
            message=message,
            started_at=parse_time(meta.get("creationTimestamp")),
            ready=ready,
        )

    async def _read_single(self, name: str, pods: list[PodStatus], deleted: Body | None) -> News:
        """Return what has changed of a workload that has neither a workflow nor a deployment."""
        present = [pod for pod in pods if pod.id in self.objects.pods]
        single = [pod for pod in present if is_single(self.objects.pods[pod.id])]
        if single:
            return await self._single(single[-1], self.objects.pods[single[-1].id])
        return self._deleted(name, deleted) if deleted is not None else ([], [])

    async def _single(self, pod: PodStatus, body: Mapping[str, Any]) -> News:
        stuck = starting.pod(pod)
        due = starting.due(stuck, self._limit, pod.reason) if stuck else None
        if stuck and due and due <= clock.now():
            self.overdue[pod.id] = starting.given_up(stuck, self._limit, pod.reason)
            due = None
        self._set_due(pod.workload, due)
        ended, outcome = report(body), None
        if tasks.state(pod, ended) == NodeState.SUCCEEDED:
            outcome = await self._files.outcome(ended, pod.labels.get("cubestudio/project", "none"))
        step = tasks.step(pod, ended, outcome)
        return ([step] if self._step_news(step) else []), self._workload_news(tasks.workload(pod, body))

    def _deleted(self, name: str, body: Body) -> News:
        """Return the end of a workflow that was deleted, when it had not ended."""
        steps = self._steps.pop(name, {})
        before = self._workloads.pop(name, None)
        if before is None or before.state.final:
            return [], []
        sequence = max(revision(body), before.sequence + 1)
        stopped = workflows.stopped(body)
        message = "it was asked to stop" if stopped else "its workflow was deleted from the cluster"
        ended = (NodeState.CANCELLED, "Cancelled") if stopped else (NodeState.FAILED, LOST)
        ends: list[Observation] = []
        for step in steps.values():
            if not step.state.final:
                waiting = step.state == NodeState.WAITING and not stopped
                state, reason = (NodeState.SKIPPED, "UpstreamFailed") if waiting else ended
                ends.append(replace(step, state=state, reason=reason, message=message, sequence=sequence))
        state = PodState(ended[0].value)
        return ends, [replace(before, state=state, reason=ended[1], message=message, sequence=sequence)]

    def _not_readable(self, name: str, error: Exception) -> list[Observation]:
        """Return the observation of a workload that cannot be read now: that, and no state. It is read again
        after a while, for it may be the store that did not give a file of it."""
        body = self.objects.workflows.get(name) or self.objects.servers.get(name)
        if name not in self._unreadable:
            log_unreadable(f"workload {name}", body or {"metadata": {}}, error)
        self._unreadable[name] = time.monotonic() + UNREADABLE_PAUSE
        if body is None:
            return []
        meta = body["metadata"]
        workload = WorkloadStatus(
            workload=name,
            labels=meta.get("labels") or {},
            generation=generation_of(body),
            state=PodState.RUNNING,
            # A revision less, so that the same object counts as news once it can be read.
            sequence=revision(body) - 1,
            reason="Unreadable",
            message=f"what the cluster says of it cannot be read: {error}"[:500],
        )
        return self._workload_news(workload)

    # what was observed before ----------------------------------------------------------------------

    def _set_due(self, workload: str, due: datetime | None) -> None:
        if due is None:
            self._due.pop(workload, None)
        else:
            self._due[workload] = due

    def _step_news(self, step: StepStatus) -> bool:
        """Remember a step. Return whether more than its sequence has changed."""
        memory, key = self._steps[step.workload], (step.node, step.item)
        before = memory.get(key)
        if before is not None and replace(before, sequence=step.sequence) == step:
            return False
        memory[key] = step
        return True

    def _workload_news(self, workload: WorkloadStatus) -> list[Observation]:
        """Remember a workload. Return it when more than its sequence has changed."""
        before = self._workloads.get(workload.workload)
        if before is not None and replace(before, sequence=workload.sequence) == workload:
            return []
        self._workloads[workload.workload] = workload = later(before, workload)
        return [workload]

    def _forget(self, workload: str) -> None:
        """Forget deleted pods. They are remembered while their workflow is there, because its steps are read
        from them too."""
        if workload in self.objects.workflows:
            return
        uids = self.objects.uids
        for uid in uids.get(workload, set()) - set(self.objects.pods):
            uids[workload].discard(uid)
            self._pods.pop(uid, None)
        # What comes next of a server has to have a higher sequence.
        if not uids.get(workload) and workload not in self.objects.servers:
            for memory in (uids, self._steps, self._workloads, self._held_back, self._unreadable, self._due):
                memory.pop(workload, None)


def later(before: Any, found: Any) -> Any:
    """Return an observation with a sequence above that of the one before it: news of a node and of its pods
    come in any order, and an older sequence would be passed over."""
    if before is None or found.sequence > before.sequence or found == before:
        return found
    same = replace(found, sequence=before.sequence)
    return before if same == before else replace(found, sequence=before.sequence + 1)


def _step_key(pod: PodStatus) -> StepKey:
    return pod.node or "", pod.item
