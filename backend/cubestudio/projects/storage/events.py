"""What can happen to the stored objects of a project."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class ObjectsDiscarded(Event):
    """Objects of the store lost a row that referred to them."""

    project_id: str
