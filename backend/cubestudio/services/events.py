"""What can happen to a service."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class RevisionWanted(Event):
    """What its cluster should do has changed: start it or stop it."""

    revision_id: str


@dataclass(frozen=True)
class RevisionEnded(Event):
    """A start of it is over."""

    revision_id: str
    start: str


@dataclass(frozen=True)
class ServiceChanged(Event):
    """It, a revision of it, who may ask it, or how traffic is shared out."""

    service_id: str
    project_id: str


@dataclass(frozen=True)
class ServiceMoved(Event):
    """Its traffic goes elsewhere: ways in from outside are to follow, and what gets none may stop after a
    while."""

    service_id: str


@dataclass(frozen=True)
class CanaryBegun(Event):
    """A revision gets a first share of the traffic and is to be judged."""

    service_id: str
    number: str


@dataclass(frozen=True)
class RevisionScales(Event):
    """A start of a revision whose number of replicas changes answers: it is to be looked at how many are
    right."""

    revision_id: str
    start: str


@dataclass(frozen=True)
class ServiceDeleted(Event):
    """Its rows are gone; what its cluster has of it is to go. `workloads`: names, joined by commas."""

    service_id: str
    project_id: str
    cluster: str
    workloads: str
