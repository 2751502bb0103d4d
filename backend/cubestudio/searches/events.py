"""What can happen to a search."""

from dataclasses import dataclass

from cubestudio.core.events import Event


@dataclass(frozen=True)
class SearchWanted(Event):
    """It is to be thought about: something of it ended, or somebody wants something else."""

    search_id: str


@dataclass(frozen=True)
class SearchFinished(Event):
    """It succeeded or failed. `at`: when, in ISO 8601; one that is extended finishes again."""

    search_id: str
    project_id: str
    at: str


@dataclass(frozen=True)
class SearchChanged(Event):
    search_id: str
    project_id: str
