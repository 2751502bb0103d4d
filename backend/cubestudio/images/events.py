"""What can happen to an image and its builds."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class BuildChanged(Event):
    build_id: str
    image_id: str
    project_id: str


@dataclass(frozen=True)
class BuildFailed(Event):
    build_id: str
    project_id: str


@dataclass(frozen=True)
class ImageDeleted(Event):
    """Its rows are gone; what was pushed to a registry stays there."""

    image_id: str
    project_id: str
