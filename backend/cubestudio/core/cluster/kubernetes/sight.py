"""What a pod or a node of Kubernetes is to us, with the sentence that a person needs. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cubestudio.core.cluster.frameworks.contract import SERVES
from cubestudio.core.cluster.kubernetes import cards, heard, interpreter, nodes, security, slices, starting
from cubestudio.core.cluster.kubernetes.quantities import quantity
from cubestudio.core.cluster.kubernetes.reading import revision, when
from cubestudio.core.cluster.kubernetes.task import (
    ATTEMPT,
    CONTAINER,
    ITEM,
    KEEPER,
    OFFSET,
    ROLE,
    STEP,
    WORKLOAD,
)
from cubestudio.core.cluster.port import ClusterEvent, Machine, PodState, PodStatus


def size(count: float) -> str:
    """Bytes for a person."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.4g} {unit}"
        count /= 1024
    return f"{count:.4g} TiB"


def called(body: Mapping[str, Any]) -> str:
    """The name of our container: operators of frameworks ask for names of their own."""
    return (body["metadata"].get("labels") or {}).get(CONTAINER, "main")


INDEXES = (
    "training.kubeflow.org/replica-index",
    "batch.kubernetes.io/job-completion-index",
    "volcano.sh/task-index",
    "FC_TASK_INDEX",
)
"""Labels by which the operators number the members of a role."""


def member(labels: Mapping[str, str]) -> tuple[str | None, int | None]:
    """(role, rank) of a pod in a gang; its keeper has no rank."""
    if labels.get(ROLE) in (None, KEEPER):
        return labels.get(ROLE), None
    index = next((labels[name] for name in INDEXES if labels.get(name, "").isdecimal()), "0")
    return labels[ROLE], int(labels.get(OFFSET, "0")) + int(index)


def main(body: Mapping[str, Any], kind: str = "containerStatuses") -> Mapping[str, Any]:
    """The status of our container; empty before there is one."""
    statuses = (body.get("status") or {}).get(kind) or ()
    name = called(body)
    return next((each for each in statuses if each.get("name") == name), {})


def told(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the launcher said of the end."""
    return _told((main(body).get("state") or {}).get("terminated") or {})


def _told(ended: Mapping[str, Any]) -> dict[str, Any]:
    return heard.end(ended.get("message") or "")


NOT_THERE = "failed to find name in PATH"
"""What Argo's emissary, which looks a command up before it starts it, says of one that an image has not; it
exits with 64 (argo-workflows v4.1.2, cmd/argoexec/commands/emissary.go and main.go)."""


def why(body: Mapping[str, Any], ended: Mapping[str, Any]) -> tuple[str, str]:
    """(reason, sentence) of an end of our container that was not asked for."""
    code, said = ended.get("exitCode"), _told(ended)
    if ended.get("reason") == "OOMKilled" or said.get("reason") == "OOMKilled":
        limit = quantity(((_container(body).get("resources") or {}).get("limits") or {}).get("memory"))
        return (
            "OOMKilled",
            f"it used more memory than its limit of {size(limit)}" if limit else "it used too much memory",
        )
    if said.get("reason"):
        return str(said["reason"])[:50], said.get("message") or f"it ended with exit code {code}"
    words = str(ended.get("message") or "").strip()[:300]
    if (
        ended.get("reason") in ("StartError", "ContainerCannotRun")
        or code in (126, 127, 128)
        or (code == 64 and NOT_THERE in words)
    ):
        image = _container(body).get("image") or "?"
        hint = (
            f"image {image} has no python3, and none was brought to it (CUBE_PYTHON_IMAGE); "
            if "python3" in words
            else ""
        )
        return "CannotStart", f"{hint}its container cannot start: {words or f'exit code {code}'}"
    return ended.get("reason") or "Error", f"it ended with exit code {code}"


def _last(container: Mapping[str, Any]) -> Mapping[str, Any]:
    """The last end of a container; empty before it ended."""
    return (
        (container.get("lastState") or {}).get("terminated")
        or (container.get("state") or {}).get("terminated")
        or {}
    )


def again(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """(reason, sentence) of the last end of our container, after which its node started it again, or is about
    to; None before."""
    last = _last(main(body))
    return why(body, last) if stays(body) and main(body).get("restartCount") and last else None


def ended_at(body: Mapping[str, Any]) -> str:
    """When our container last ended; empty when that is not known."""
    return str(_last(main(body)).get("finishedAt") or "")


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


def waits(body: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Why a pod has not started: a word and a sentence."""
    status = body.get("status") or {}
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            if condition.get("reason") == "SchedulingGated":
                return "Gated", "it waits to be admitted by a queue"
            return "Unschedulable", unscheduled(condition.get("message") or "no node takes it yet")
    for container in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        waiting = (container.get("state") or {}).get("waiting") or {}
        reason, message = waiting.get("reason") or "", waiting.get("message") or ""
        if reason in _PULLS:
            return "InvalidImageName" if reason == "InvalidImageName" else "ImagePull", pull(
                container.get("image") or "", reason, message
            )
        if reason == "CrashLoopBackOff" and (bad := interpreter.failed(body)):
            return "CannotStart", bad
        if reason == "CrashLoopBackOff" or (
            container.get("restartCount") and not (container.get("state") or {}).get("running")
        ):
            word, words = why(body, _last(container))
            return (
                word if word == "OOMKilled" else "Restarting",
                f"it is started again after it ended {container.get('restartCount') or 1} times: {words}",
            )
        if reason == "CreateContainerConfigError" and "non-root" in message.replace(
            "runAsNonRoot", "non-root"
        ):
            return (
                "CannotStart",
                "its image's user is root or has no number, and no other is chosen for it "
                f"(CUBE_PODS_USER): {message.strip()[:300]}",
            )
        if reason in (
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "CrashLoopBackOff",
        ):
            return "CannotStart", f"its container cannot be made: {message.strip()[:300] or reason}"
    if (body.get("spec") or {}).get("nodeName"):
        return "Starting", "its node is fetching the image and mounting what it needs"
    return "Scheduling", "a node is being looked for"


def stays(body: Mapping[str, Any]) -> bool:
    """Whether it is a replica of a server: what ends in it is started again."""
    return (body.get("spec") or {}).get("restartPolicy") == "Always"


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


def end(body: Mapping[str, Any], stopped: bool) -> tuple[PodState, str | None, str | None, int | None] | None:
    """(state, reason, sentence, exit code) of a pod that has ended; None while it lives."""
    status = body.get("status") or {}
    ended = (main(body).get("state") or {}).get("terminated")
    phase = status.get("phase")
    if phase == "Failed" and (words := (body["metadata"].get("annotations") or {}).get(starting.NOTE)):
        return PodState.FAILED, starting.GIVEN_UP, words, None
    if stays(body) and phase not in ("Succeeded", "Failed"):
        return None  # its container is started again
    if stays(body) and body["metadata"].get("deletionTimestamp"):
        return PodState.CANCELLED, "Stopped", replaced(body), (ended or {}).get("exitCode")
    if ended is None:
        if phase not in ("Failed", "Succeeded"):
            return None
        if phase == "Succeeded":
            return PodState.SUCCEEDED, None, None, 0
        if stopped:
            return PodState.CANCELLED, "Cancelled", "it was asked to stop", None
        if status.get("reason") == "DeadlineExceeded":
            reason, words = waits(body)
            return (
                PodState.FAILED,
                starting.GIVEN_UP,
                f"it did not start in the time that it had: {words}",
                None,
            )
        if status.get("reason") in (
            "NodeLost",
            "NodeAffinity",
            "UnexpectedAdmissionError",
            "OutOfcpu",
            "OutOfmemory",
        ):
            return (
                PodState.FAILED,
                status["reason"],
                f"its node did not take it: {status.get('message') or status['reason']}",
                None,
            )
        if bad := interpreter.failed(body):
            return PodState.FAILED, "CannotStart", bad, None
        return (
            PodState.FAILED,
            status.get("reason") or "Error",
            status.get("message") or "it ended before it began",
            None,
        )
    code, said = ended.get("exitCode"), _told(ended)
    if status.get("reason") == "Evicted":
        return (
            PodState.FAILED,
            "Evicted",
            f"its node sent it away: {status.get('message') or 'no reason given'}",
            code,
        )
    reason, words = why(body, ended)
    if reason == "OOMKilled":
        return PodState.FAILED, reason, words, code
    if code == 0:
        return PodState.SUCCEEDED, None, None, 0
    if stopped and (
        said.get("reason") in (None, "Cancelled", "Deleted") or code in (137, 143)
    ):  # Deleted: of a keeper, by our stop
        return PodState.CANCELLED, "Cancelled", "it was asked to stop", code
    if SERVES in (body["metadata"].get("labels") or {}) and body["metadata"].get("deletionTimestamp"):
        return PodState.CANCELLED, "Stopped", "its operator ended it after the command", code
    if said.get("reason") == "Cancelled":
        if (
            body["metadata"].get("deletionTimestamp")
            and not disruption(body)
            and member(body["metadata"].get("labels") or {})[1] is not None
        ):
            return PodState.CANCELLED, "Stopped", "it was ended with its gang", code
        words = (
            disruption(body) or status.get("message") or "somebody deleted the pod, or its node was emptied"
        )
        return PodState.FAILED, "Stopped", f"the cluster asked it to stop: {words}", code
    if not said.get("reason") and status.get("reason") == "DeadlineExceeded":
        return PodState.FAILED, "Timeout", "it ran longer than the cluster lets it", code
    return PodState.FAILED, reason, words, code


def _container(body: Mapping[str, Any]) -> Mapping[str, Any]:
    containers = (body.get("spec") or {}).get("containers") or ()
    name = called(body)
    return next((each for each in containers if each.get("name") == name), {})


def place(body: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """(step, item) of a pod of ours."""
    labels = body["metadata"].get("labels") or {}
    item = labels.get(ITEM)
    return labels.get(STEP), int(item[1:-1]) if item else None


def pod(
    body: Mapping[str, Any],
    stopped: bool = False,
    metrics: tuple[Mapping[str, Any], ...] = (),
    gone: bool = False,
    node: nodes.Trouble | None = None,
) -> PodStatus:
    """A pod as it is now; `gone`: it was deleted, and this is the last that was seen of it. `node`: what is
    wrong with its node."""
    meta, status = body["metadata"], body.get("status") or {}
    labels = meta.get("labels") or {}
    state = main(body).get("state") or {}
    running, ended = state.get("running"), state.get("terminated")
    over = end(body, stopped)
    code: int | None = None
    finished: datetime | None = None
    if over:
        state_, reason, message, code = over
        finished = when((ended or {}).get("finishedAt")) or when(meta.get("deletionTimestamp"))
    elif gone and stays(body):
        state_, reason, message = PodState.CANCELLED, "Stopped", replaced(body)
        finished = when(meta.get("deletionTimestamp"))
    elif gone:
        state_, reason, message = (
            (PodState.CANCELLED, "Cancelled", "it was asked to stop")
            if stopped
            else (PodState.FAILED, "Deleted", "its pod was deleted from the cluster")
        )
        finished = when(meta.get("deletionTimestamp"))
    elif node and (running or node.silent):
        reason, message = nodes.told(body, node, stays(body))
        state_ = PodState.UNKNOWN if node.silent else PodState.RUNNING
    elif running:
        state_, (reason, message) = PodState.RUNNING, again(body) or (None, None)
    else:
        state_, (reason, message) = PodState.PENDING, waits(body)
    wanted = (_container(body).get("resources") or {}).get("requests") or {}
    step, item = place(body)
    signal = code - 128 if code is not None and 128 < code < 160 else None
    role, rank = member(labels)
    conditions = {each.get("type"): each.get("status") for each in status.get("conditions") or ()}
    ready = (
        stays(body)
        and state_ == PodState.RUNNING
        and conditions.get("Ready") == "True"
        and not meta.get("deletionTimestamp")
    )
    return PodStatus(
        id=meta["uid"],
        workload=labels.get(WORKLOAD, ""),
        labels=labels,
        node=step,
        item=item,
        attempt=int(labels.get(ATTEMPT) or 0) + 1,
        state=state_,
        sequence=max(revision(body), node.revision if node else 0),
        reason=reason,
        message=message,
        machine=(body.get("spec") or {}).get("nodeName"),
        runtime="container",
        cpu=quantity(wanted.get("cpu")),
        memory=int(quantity(wanted.get("memory"))),
        created_at=when(meta.get("creationTimestamp")),
        started_at=when((running or ended or {}).get("startedAt")),
        finished_at=finished,
        exit_code=None if signal else code,
        signal=signal,
        metrics=metrics,
        role=role,
        rank=rank,
        ready=ready,
        placed_at=_placed(body),
        restarts=main(body).get("restartCount") or 0,
    )


def _placed(body: Mapping[str, Any]) -> datetime | None:
    """When a pod got its node."""
    for condition in (body.get("status") or {}).get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "True":
            return when(condition.get("lastTransitionTime")) or when(
                body["metadata"].get("creationTimestamp")
            )
    return None


def machine(
    body: Mapping[str, Any],
    used: Mapping[str, float],
    gpu: str,
    kinds: Mapping[str, str],
    pods: Sequence[Mapping[str, Any]] = (),
    devices: Mapping[str, str] | None = None,
) -> Machine:
    """A node, with what its pods have asked for: {resource: amount}. `gpu`, `kinds` and `devices` are the
    installation's names."""
    status = body.get("status") or {}
    room = status.get("allocatable") or status.get("capacity") or {}
    conditions = {each.get("type"): each for each in status.get("conditions") or ()}
    ready = (conditions.get("Ready") or {}).get("status") == "True"
    words = [
        f"{kind}: {each.get('message') or each.get('reason')}"
        for kind, each in conditions.items()
        if ((kind == "Ready") != (each.get("status") == "True") and each.get("status") != "Unknown")
        or (kind == "Ready" and not ready)
    ]
    taints = [
        f"{each['key']}{'=' + each['value'] if each.get('value') else ''}:{each.get('effect')}"
        for each in (body.get("spec") or {}).get("taints") or ()
    ]
    there, taken = cards.offered(room, gpu, kinds), cards.offered(used, gpu, kinds)
    divider, divided = slices.divided(body, pods)
    if divider:  # it offers each GPU many times
        there[slices.DRIVERS[divider].count] = len(divided)
        taken[slices.DRIVERS[divider].count] = sum(each.used_pods > 0 for each in divided)
    usual = cards.usual([Machine(name="", cpu=0, memory=0, gpu=0, cards=there)], gpu)
    return Machine(
        name=body["metadata"]["name"],
        ready=ready,
        cordoned=bool((body.get("spec") or {}).get("unschedulable")),
        cpu=quantity(room.get("cpu")),
        memory=int(quantity(room.get("memory"))),
        gpu=there.get(usual, 0),
        used_cpu=used.get("cpu", 0),
        used_memory=int(used.get("memory", 0)),
        used_gpu=taken.get(usual, 0),
        labels=dict(body["metadata"].get("labels") or {}),
        taints=tuple(taints),
        problems=tuple(words),
        version=(status.get("nodeInfo") or {}).get("kubeletVersion"),
        separate=security.separate(status),
        cards=there,
        used_cards=taken,
        divider=divider,
        divided=divided,
        **{
            name: {each: int(quantity(amounts[each])) for each in (devices or {}).values() if each in amounts}
            for name, amounts in (("devices", room), ("used_devices", used))
        },
    )


def asked(body: Mapping[str, Any]) -> dict[str, float]:
    """What a pod has asked for: the sum of its containers, or the largest of those that prepare it."""
    spec = body.get("spec") or {}
    total: dict[str, float] = {}
    for container in spec.get("containers") or ():
        for name, amount in ((container.get("resources") or {}).get("requests") or {}).items():
            total[name] = total.get(name, 0) + quantity(amount)
    for container in spec.get("initContainers") or ():
        for name, amount in ((container.get("resources") or {}).get("requests") or {}).items():
            total[name] = max(total.get(name, 0), quantity(amount))
    return total


def holder(body: Mapping[str, Any]) -> str:
    """Who holds what a pod has asked for, as a person knows it: a run of ours, or a pod by its name."""
    labels = body["metadata"].get("labels") or {}
    if labels.get(WORKLOAD):
        return labels[WORKLOAD].replace("run-", "run ", 1)
    return f"pod {body['metadata'].get('namespace')}/{body['metadata']['name']}"


def note(body: Mapping[str, Any]) -> ClusterEvent:
    """An event of the cluster."""
    series = body.get("series") or {}
    at = (
        body.get("lastTimestamp")
        or series.get("lastObservedTime")
        or body.get("eventTime")
        or body.get("firstTimestamp")
    )
    return ClusterEvent(
        at=when(at),
        bad=body.get("type") == "Warning",
        reason=body.get("reason") or "",
        message=body.get("message") or "",
        count=body.get("count") or series.get("count") or 1,
    )
