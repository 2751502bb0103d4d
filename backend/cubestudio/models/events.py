"""What can happen to a model."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class ModelChanged(Event):
    """It, a version or a name of it; or it is gone."""

    model_id: str
    project_id: str
