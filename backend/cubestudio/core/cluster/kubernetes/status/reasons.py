"""Why a pod waits, was started again, or has ended, as a reason and a sentence.

Kubernetes spreads that over the pod's conditions, the states of its containers, its own reason and message,
and what the launcher wrote as the termination message. The order in which they are read decides: whatever is
most specific to this pod comes first, and an exit code alone last. Pure."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cubestudio.core.cluster.frameworks.contract import SERVES
from cubestudio.core.cluster.kubernetes import interpreter
from cubestudio.core.cluster.kubernetes.quantities import format_bytes, quantity
from cubestudio.core.cluster.kubernetes.status import starting
from cubestudio.core.cluster.kubernetes.status.fields import (
    container_spec,
    container_status,
    is_replica,
    last_termination,
    member,
    termination_report,
)
from cubestudio.core.cluster.port import PodState

Reason = tuple[str, str]
"""(reason, sentence)."""


class End(NamedTuple):
    """How a pod has ended."""

    state: PodState
    reason: str | None
    message: str | None
    exit_code: int | None


NOT_THERE = "failed to find name in PATH"
"""What Argo's emissary, which looks a command up before it starts it, says of one that an image has not; it
exits with 64 (argo-workflows v4.1.2, cmd/argoexec/commands/emissary.go and main.go)."""


def why(body: Mapping[str, Any], ended: Mapping[str, Any]) -> tuple[str, str]:
    """(reason, sentence) of an end of our container that was not asked for."""
    code, said = ended.get("exitCode"), termination_report(ended)
    if ended.get("reason") == "OOMKilled" or said.get("reason") == "OOMKilled":
        limit = quantity(((container_spec(body).get("resources") or {}).get("limits") or {}).get("memory"))
        return (
            "OOMKilled",
            f"it used more memory than its limit of {format_bytes(limit)}"
            if limit
            else "it used too much memory",
        )
    if said.get("reason"):
        return str(said["reason"])[:50], said.get("message") or f"it ended with exit code {code}"
    words = str(ended.get("message") or "").strip()[:300]
    if (
        ended.get("reason") in ("StartError", "ContainerCannotRun")
        or code in (126, 127, 128)
        or (code == 64 and NOT_THERE in words)
    ):
        image = container_spec(body).get("image") or "?"
        hint = (
            f"image {image} has no python3, and none was brought to it (CUBE_PYTHON_IMAGE); "
            if "python3" in words
            else ""
        )
        return "CannotStart", f"{hint}its container cannot start: {words or f'exit code {code}'}"
    return ended.get("reason") or "Error", f"it ended with exit code {code}"


def again(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """(reason, sentence) of the last end of our container, after which its node started it again, or is about
    to; None before."""
    last = last_termination(container_status(body))
    return (
        why(body, last) if is_replica(body) and container_status(body).get("restartCount") and last else None
    )


def unscheduled(message: str) -> str:
    """The scheduler's words, shortened: `0/3 nodes are available: 2 Insufficient nvidia.com/gpu, 1 node(s)
    had untolerated taint {x: y}. preemption: …`."""
    if "unbound immediate PersistentVolumeClaims" in message:
        return "a volume of it is not there yet: the cluster is making it, or has no storage class that does"
    found = re.match(r"(\d+)/(\d+) nodes are available: (.*)", message, re.DOTALL)
    if not found:
        return message
    words = re.split(r"\.\s+preemption:|\.\s+no new claims", found[3])[0].strip().rstrip(".")
    words = re.sub(r"(\d+) Insufficient ([^,]+)", r"\1 without enough free \2", words)
    words = words.replace("node(s) ", "").replace("had untolerated taint", "with the taint")
    words = words.replace("didn't match Pod's node affinity/selector", "with other labels than asked for")
    return f"{found[1]} of {found[2]} nodes fit: {words}"


_PULLS = (
    "ImagePullBackOff",
    "ErrImagePull",
    "InvalidImageName",
    "ImageInspectError",
    "ErrImageNeverPull",
    "RegistryUnavailable",
)

AGAIN = "the node tries again"
"""Between two tries a node does not say what the last one met."""


def pull(image: str, reason: str, message: str) -> str:
    """Why an image does not come, in words."""
    low = message.lower()
    if reason == "InvalidImageName":
        why = "that is no valid name"
    elif reason == "ErrImageNeverPull":
        why = "it is not on the node, and pulling is switched off"
    elif any(word in low for word in ("unauthorized", "denied", "authentication", "forbidden")):
        why = "the registry refuses us, or there is no such image; a pull secret may be missing"
    elif any(word in low for word in ("not found", "manifest unknown", "does not exist")):
        why = "not found"
    elif any(
        word in low
        for word in ("timeout", "no such host", "connection refused", "i/o", "dial tcp", "temporary failure")
    ):
        why = "the registry does not answer from the node"
    else:
        why = AGAIN if low.startswith("back-off") else message.strip()[:300] or AGAIN
    return f"image {image} cannot be pulled: {why}"


_NOT_CREATED = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError")


def waits(body: Mapping[str, Any]) -> Reason:
    """Return why a pod has not started."""
    status = body.get("status") or {}
    if found := _unscheduled(status):
        return found
    for container in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        if found := _container_waits(body, container):
            return found
    if (body.get("spec") or {}).get("nodeName"):
        return "Starting", "its node is fetching the image and mounting what it needs"
    return "Scheduling", "a node is being looked for"


def _unscheduled(status: Mapping[str, Any]) -> Reason | None:
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            if condition.get("reason") == "SchedulingGated":
                return "Gated", "it waits to be admitted by a queue"
            return "Unschedulable", unscheduled(condition.get("message") or "no node takes it yet")
    return None


def _container_waits(body: Mapping[str, Any], container: Mapping[str, Any]) -> Reason | None:
    state = container.get("state") or {}
    waiting = state.get("waiting") or {}
    reason, message = waiting.get("reason") or "", waiting.get("message") or ""
    if reason in _PULLS:
        return "InvalidImageName" if reason == "InvalidImageName" else "ImagePull", pull(
            container.get("image") or "", reason, message
        )
    if reason == "CrashLoopBackOff" and (bad := interpreter.failed(body)):
        return "CannotStart", bad
    if reason == "CrashLoopBackOff" or (container.get("restartCount") and not state.get("running")):
        return _restarting(body, container)
    if reason == "CreateContainerConfigError" and "non-root" in message.replace("runAsNonRoot", "non-root"):
        return (
            "CannotStart",
            "its image's user is root or has no number, and no other is chosen for it "
            f"(CUBE_RUN_AS_USER): {message.strip()[:300]}",
        )
    if reason in _NOT_CREATED:
        return "CannotStart", f"its container cannot be made: {message.strip()[:300] or reason}"
    return None


def _restarting(body: Mapping[str, Any], container: Mapping[str, Any]) -> Reason:
    reason, words = why(body, last_termination(container))
    return (
        reason if reason == "OOMKilled" else "Restarting",
        f"it is started again after it ended {container.get('restartCount') or 1} times: {words}",
    )


DISRUPTIONS = {
    "PreemptionByScheduler": "a pod with a higher priority needed its resources",
    "DeletionByTaintManager": "its node did not respond, or got a taint that it does not tolerate",
    "EvictionByEvictionAPI": "its node was drained",
    "DeletionByPodGC": "its node was removed from the cluster",
}
"""Why a cluster ends a pod by itself, by the reason of the pod's condition DisruptionTarget."""


def disruption(body: Mapping[str, Any]) -> str | None:
    """Why the cluster ends a pod by itself, in words; None when it gives no reason."""
    for condition in (body.get("status") or {}).get("conditions") or ():
        if condition.get("type") == "DisruptionTarget" and condition.get("status") == "True":
            return (
                DISRUPTIONS.get(str(condition.get("reason")))
                or str(condition.get("message") or condition.get("reason") or "")[:300]
            )
    return None


def replaced(body: Mapping[str, Any]) -> str:
    """Why a replica of a server was removed. Its node asks it to stop, which it reports as a failure with
    exit code 143, and then its object goes: neither is a failure of the replica."""
    words = disruption(body)
    return f"the cluster removed it: {words}" if words else "it was asked to stop, or another took its place"


_NODE_REFUSALS = ("NodeLost", "NodeAffinity", "UnexpectedAdmissionError", "OutOfcpu", "OutOfmemory")


def end(body: Mapping[str, Any], stopped: bool) -> End | None:
    """Return how a pod has ended; None while it lives. `stopped`: whether we asked it to end."""
    phase = (body.get("status") or {}).get("phase")
    over = phase in ("Succeeded", "Failed")
    note = (body["metadata"].get("annotations") or {}).get(starting.NOTE)
    if phase == "Failed" and note:
        return End(PodState.FAILED, starting.GIVEN_UP, note, None)
    if is_replica(body) and not over:
        return None  # its container is started again
    terminated = (container_status(body).get("state") or {}).get("terminated")
    if is_replica(body) and body["metadata"].get("deletionTimestamp"):
        return End(PodState.CANCELLED, "Stopped", replaced(body), (terminated or {}).get("exitCode"))
    if terminated is not None:
        return _container_ended(body, terminated, stopped)
    return _ended_before_container(body, stopped) if over else None


def _ended_before_container(body: Mapping[str, Any], stopped: bool) -> End:
    """Return the end of a pod whose container has none: it never started, or its node is gone."""
    status = body.get("status") or {}
    reason, message = status.get("reason"), status.get("message")
    if status.get("phase") == "Succeeded":
        return End(PodState.SUCCEEDED, None, None, 0)
    if stopped:
        return End(PodState.CANCELLED, "Cancelled", "it was asked to stop", None)
    if reason == "DeadlineExceeded":
        words = f"it did not start in the time that it had: {waits(body)[1]}"
        return End(PodState.FAILED, starting.GIVEN_UP, words, None)
    if reason in _NODE_REFUSALS:
        return End(PodState.FAILED, reason, f"its node did not take it: {message or reason}", None)
    if bad := interpreter.failed(body):
        return End(PodState.FAILED, "CannotStart", bad, None)
    return End(PodState.FAILED, reason or "Error", message or "it ended before it began", None)


def _container_ended(body: Mapping[str, Any], terminated: Mapping[str, Any], stopped: bool) -> End:
    """Return the end of a pod whose container has ended."""
    status = body.get("status") or {}
    code, reported = terminated.get("exitCode"), termination_report(terminated).get("reason")
    if status.get("reason") == "Evicted":
        words = f"its node sent it away: {status.get('message') or 'no reason given'}"
        return End(PodState.FAILED, "Evicted", words, code)
    reason, words = why(body, terminated)
    if reason == "OOMKilled":
        return End(PodState.FAILED, reason, words, code)
    if code == 0:
        return End(PodState.SUCCEEDED, None, None, 0)
    if stopped and (
        reported in (None, "Cancelled", "Deleted") or code in (137, 143)
    ):  # Deleted: of a keeper, by our stop
        return End(PodState.CANCELLED, "Cancelled", "it was asked to stop", code)
    if SERVES in (body["metadata"].get("labels") or {}) and body["metadata"].get("deletionTimestamp"):
        return End(PodState.CANCELLED, "Stopped", "its operator ended it after the command", code)
    if reported == "Cancelled":
        return _asked_to_stop(body, code)
    if not reported and status.get("reason") == "DeadlineExceeded":
        return End(PodState.FAILED, "Timeout", "it ran longer than the cluster lets it", code)
    return End(PodState.FAILED, reason, words, code)


def _asked_to_stop(body: Mapping[str, Any], code: int | None) -> End:
    """Return the end of a pod that somebody else than us asked to stop."""
    meta, disrupted = body["metadata"], disruption(body)
    if meta.get("deletionTimestamp") and not disrupted and member(meta.get("labels") or {})[1] is not None:
        return End(PodState.CANCELLED, "Stopped", "it was ended with its gang", code)
    words = (
        disrupted
        or (body.get("status") or {}).get("message")
        or "somebody deleted the pod, or its node was emptied"
    )
    return End(PodState.FAILED, "Stopped", f"the cluster asked it to stop: {words}", code)
