"""What can happen to a delivery."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class DeliveryRequested(Event):
    """It is to be sent."""

    delivery_id: str
