"""The objects of ours on one cluster, kept from its watches, and which of them have changed.

A watch may break and list again: what a list lacks was deleted meanwhile. A kind that the cluster does not
know counts as listed with nothing in it, but what was there is not taken for deleted.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cubestudio.core import clock, log
from cubestudio.core.cluster.kubernetes.status import nodes
from cubestudio.core.cluster.kubernetes.status.fields import revision, step_of
from cubestudio.core.cluster.kubernetes.status.workflows import final
from cubestudio.core.cluster.kubernetes.task import GENERATION, WORKLOAD
from cubestudio.core.cluster.port import Synced

logger = log.get(__name__)
Body = dict[str, Any]


@dataclass(kw_only=True)
class Changes:
    """What has changed since changes were last taken."""

    pods: dict[str, tuple[Body, bool]] = field(default_factory=dict)
    """Pods by uid, and whether each was deleted."""
    workloads: set[str] = field(default_factory=set)
    """Workloads that have to be read again."""
    workflows: set[str] = field(default_factory=set)
    """Workflows that changed themselves; of the others only the steps of changed pods are read again."""
    deleted: dict[str, Body] = field(default_factory=dict)
    """Workflows that were deleted, as they were last."""
    deleted_servers: set[str] = field(default_factory=set)
    listed: bool = False
    """Whether all objects of a kind were listed."""


class Objects:
    """Workflows, pods and deployments of ours, and nodes in trouble. `wake` is called after each change."""

    def __init__(self, wake: Callable[[], None]):
        self._wake = wake
        self.workflows: dict[str, Body] = {}
        self.pods: dict[str, Body] = {}
        self.servers: dict[str, Body] = {}
        self.troubles: dict[str, nodes.Trouble] = {}
        self.recovered: dict[str, int] = {}
        """Revisions at which nodes were ready again."""
        self.uids: dict[str, set[str]] = defaultdict(set)
        """Pods of each workload, deleted ones too."""
        self.no_controller: str | None = None
        """Why nothing acts on workflows now."""
        self._listed: set[str] = set()
        self._unsure: set[str] = set()
        self._changes = Changes()

    @property
    def complete(self) -> bool:
        """Whether each kind has been listed."""
        return self._listed == {"workflows", "pods", "deployments"}

    def take_changes(self) -> Changes:
        """Return what has changed since the last call."""
        changes, self._changes = self._changes, Changes()
        return changes

    def present(self) -> Synced:
        """Return which workloads there are."""
        single = {workload_of(body) for body in self.pods.values() if is_single(body)}
        return Synced(
            frozenset(self.workflows) | frozenset(self.servers) | single, not self._unsure - {"deployments"}
        )

    # workflows and servers -------------------------------------------------------------------------

    def list_workflows(self, items: list[Body]) -> None:
        now = {body["metadata"]["name"]: body for body in items}
        for name in set(self.workflows) - set(now):
            self._changes.deleted[name] = self.workflows[name]
        self.workflows = now
        self._changes.workloads |= set(now) | set(self._changes.deleted)
        self._changes.workflows |= set(now)
        self._complete("workflows")

    def change_workflow(self, kind: str, body: Body) -> None:
        name = body["metadata"]["name"]
        if kind == "DELETED":
            self.workflows.pop(name, None)
            self._changes.deleted[name] = body
        else:
            self.workflows[name] = body
        self._changes.workloads.add(name)
        self._changes.workflows.add(name)
        self._wake()

    def list_servers(self, items: list[Body]) -> None:
        now = {body["metadata"]["name"]: body for body in items}
        for name in set(self.servers) - set(now):
            self.change_server("DELETED", self.servers[name])
        for body in now.values():
            self.change_server("ADDED", body)
        self._complete("deployments")

    def change_server(self, kind: str, body: Body) -> None:
        name = body["metadata"]["name"]
        if kind == "DELETED":
            self.servers.pop(name, None)
            self._changes.deleted_servers.add(name)
            if not self.uids.get(name):
                self.uids.pop(name, None)
        else:
            self.servers[name] = body
        self._changes.workloads.add(name)
        self._wake()

    def set_controller_problem(self, problem: str | None) -> None:
        """Note why nothing acts on workflows now; None when something does."""
        if problem != self.no_controller:
            self.no_controller = problem
            waiting = {name for name, body in self.workflows.items() if not final(body)}
            self._changes.workloads |= waiting
            self._changes.workflows |= self._changes.workloads & set(self.workflows)
            self._wake()

    # pods ------------------------------------------------------------------------------------------

    def list_pods(self, items: list[Body]) -> None:
        now = {body["metadata"]["uid"]: body for body in items}
        for uid in set(self.pods) - set(now):
            self._change_pod("DELETED", self.pods[uid])
        for body in now.values():
            try:
                self._change_pod("ADDED", body)
            except Exception as error:
                log_unreadable(f"pod {body['metadata'].get('name')}", body, error)
        self._complete("pods")

    def change_pod(self, kind: str, body: Body) -> None:
        self._change_pod(kind, body)
        self._wake()

    def _change_pod(self, kind: str, body: Body) -> None:
        uid = body["metadata"]["uid"]
        workload = workload_of(body)
        if step_of(body)[0] is None:
            return  # a pod of Argo's own, such as the one that creates a gang's resource
        if kind == "DELETED":
            self.pods.pop(uid, None)
        else:
            self.pods[uid] = body
        self.uids[workload].add(uid)
        self._changes.pods[uid] = (body, kind == "DELETED")
        self._changes.workloads.add(workload)

    # nodes -----------------------------------------------------------------------------------------

    def list_nodes(self, items: list[Body]) -> None:
        now = {body["metadata"]["name"]: body for body in items}
        for name in set(self.troubles) - set(now):
            self._set_trouble(name, None, 0)
        for body in now.values():
            self.change_node("ADDED", body)

    def change_node(self, kind: str, body: Body) -> None:
        found = nodes.gone(body, clock.now()) if kind == "DELETED" else nodes.trouble(body)
        self._set_trouble(body["metadata"]["name"], found, revision(body))

    def _set_trouble(self, name: str, found: nodes.Trouble | None, at: int) -> None:
        """Note what is wrong with a node, or that nothing is: what runs on it is read again."""
        before = self.troubles.get(name)
        if (before and (before.silent, before.since, before.message)) == (
            found and (found.silent, found.since, found.message)
        ):
            return
        if found:
            self.troubles[name] = found
        else:
            self.troubles.pop(name, None)
            self.recovered[name] = max(at, before.revision + 1 if before else 0)
        for uid, body in self.pods.items():
            if (body.get("spec") or {}).get("nodeName") == name:
                self._changes.pods.setdefault(uid, (body, False))
                self._changes.workloads.add(workload_of(body))
        self._wake()

    # kinds -----------------------------------------------------------------------------------------

    def _complete(self, kind: str) -> None:
        self._listed.add(kind)
        self._unsure.discard(kind)
        self._changes.listed = True
        self._wake()

    def absent(self, kind: str) -> None:
        """Note that the cluster does not know a kind: it is not installed, or the server has only just
        started. What was there is not taken for deleted."""
        if kind not in self._listed:
            self._complete(kind)
            self._unsure.add(kind)


def is_single(body: Mapping[str, Any]) -> bool:
    """Whether a pod is a single task, with no workflow above it."""
    return GENERATION in (body["metadata"].get("annotations") or {})


def workload_of(body: Mapping[str, Any]) -> str:
    """Return the name of the workload that a pod belongs to."""
    return (body["metadata"].get("labels") or {}).get(WORKLOAD, "")


def log_unreadable(name: str, body: Mapping[str, Any], error: Exception) -> None:
    logger.error(
        "an object of a cluster cannot be read", object=name, revision=revision(body), error=repr(error)[:500]
    )
