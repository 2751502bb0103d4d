"""The fields of Kubernetes objects that say what we need of a pod: whose it is, and how its container is.
Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cubestudio.core.cluster.kubernetes.status import reports
from cubestudio.core.cluster.kubernetes.task import CONTAINER, GENERATION, ITEM, KEEPER, OFFSET, ROLE, STEP


def parse_time(text: str | None) -> datetime | None:
    """Return an RFC 3339 time as the API server writes it; None for no text."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def revision(body: Mapping[str, Any]) -> int:
    """Return the resource version of an object as a number: later changes have higher ones."""
    text = str(body["metadata"].get("resourceVersion") or "0")
    return int(text) if text.isdecimal() else 0


def container_name(body: Mapping[str, Any]) -> str:
    """Return the name of our container: operators of frameworks require names of their own."""
    return (body["metadata"].get("labels") or {}).get(CONTAINER, "main")


def container_spec(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the specification of our container; empty when there is none."""
    return _named((body.get("spec") or {}).get("containers"), container_name(body))


def container_status(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the status of our container; empty before there is one."""
    return _named((body.get("status") or {}).get("containerStatuses"), container_name(body))


def _named(items: Any, name: str) -> Mapping[str, Any]:
    return next((each for each in items or () if each.get("name") == name), {})


def report(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the launcher reported at the end of a pod."""
    return termination_report((container_status(body).get("state") or {}).get("terminated") or {})


def termination_report(terminated: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the launcher reported in a termination message."""
    return reports.end(terminated.get("message") or "")


def last_termination(container: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how a container last ended; empty before it has ended."""
    return (
        (container.get("lastState") or {}).get("terminated")
        or (container.get("state") or {}).get("terminated")
        or {}
    )


def last_ended_at(body: Mapping[str, Any]) -> str:
    """Return when our container last ended; empty when that is not known."""
    return str(last_termination(container_status(body)).get("finishedAt") or "")


def is_replica(body: Mapping[str, Any]) -> bool:
    """Whether a pod is a replica of a server: what ends in it is started again."""
    return (body.get("spec") or {}).get("restartPolicy") == "Always"


def step_of(body: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Return (step, item) of a pod of ours."""
    labels = body["metadata"].get("labels") or {}
    item = labels.get(ITEM)
    return labels.get(STEP), int(item[1:-1]) if item else None


INDEXES = (
    "training.kubeflow.org/replica-index",
    "batch.kubernetes.io/job-completion-index",
    "volcano.sh/task-index",
    "FC_TASK_INDEX",
)
"""Labels by which the operators number the members of a role."""


def member(labels: Mapping[str, str]) -> tuple[str | None, int | None]:
    """Return (role, rank) of a pod in a gang; its keeper has no rank."""
    if labels.get(ROLE) in (None, KEEPER):
        return labels.get(ROLE), None
    index = next((labels[name] for name in INDEXES if labels.get(name, "").isdecimal()), "0")
    return labels[ROLE], int(labels.get(OFFSET, "0")) + int(index)


def generation_of(body: Mapping[str, Any]) -> int:
    """Return the generation of the workload that an object was created for."""
    return int((body["metadata"].get("annotations") or {}).get(GENERATION) or 1)
