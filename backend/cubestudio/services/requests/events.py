"""What can happen to the requests of a service."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class ServiceRequestsChanged(Event):
    """Further requests to it were written down."""

    service_id: str
