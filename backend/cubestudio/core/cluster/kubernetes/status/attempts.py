"""Which of a step's pods says how the step is. Pure."""

from collections.abc import Sequence

from cubestudio.core.cluster.kubernetes.task import KEEPER
from cubestudio.core.cluster.port import PodState, PodStatus


def decisive(attempts: Sequence[PodStatus]) -> PodStatus | None:
    """Return the pod that decides how a step is: the last; of a gang, of the last attempt's members the first
    that failed, else one that has not begun, else the leader, and its keeper while there are none."""
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


def keeper(attempts: Sequence[PodStatus]) -> PodStatus | None:
    """Return the keeper of a gang's last attempt; None where there is none."""
    return next((pod for pod in reversed(attempts) if pod.role == KEEPER), None)
