"""What can happen in a cluster."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class PodChanged(Event):
    pod_id: str
    owner_id: str


@dataclass(frozen=True)
class LogGrew(Event):
    """More of a pod's log is in the store, or all of it."""

    pod_id: str
