"""What can happen to a service."""

from dataclasses import dataclass

from cubestudio.core.events import Event


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
class RolloutEnded(Event):
    """The platform completed the canary of a revision or rolled it back. `at`: when, in ISO 8601."""

    service_id: str
    project_id: str
    number: str
    at: str


@dataclass(frozen=True)
class RevisionFailed(Event):
    """A start of a revision failed that was not part of a rollout."""

    service_id: str
    project_id: str
    number: str
    start: str


@dataclass(frozen=True)
class RevisionScales(Event):
    """A start of a revision whose number of replicas changes answers: it is to be looked at how many are
    right."""

    revision_id: str
    start: str


@dataclass(frozen=True)
class ServiceDeleted(Event):
    """Its rows are gone; what its cluster has of it is to go. `revisions`: their ids, joined by commas."""

    service_id: str
    project_id: str
    cluster: str
    revisions: str
