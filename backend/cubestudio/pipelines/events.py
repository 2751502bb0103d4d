"""What can happen to a pipeline."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class PipelineChanged(Event):
    pipeline_id: str
    project_id: str
