"""What can happen to a workload."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class WorkloadRequested(Event):
    """It is to be submitted to its cluster."""

    workload_id: str


@dataclass(frozen=True)
class WorkloadStopping(Event):
    """Its cluster is to stop it."""

    workload_id: str


@dataclass(frozen=True)
class WorkloadEnded(Event):
    """It has ended; its cluster deletes it when its logs are stored."""

    workload_id: str


@dataclass(frozen=True)
class WorkloadLeft(Event):
    """It is on another cluster than one that has, or may have, something of it."""

    workload_id: str
    cluster: str
