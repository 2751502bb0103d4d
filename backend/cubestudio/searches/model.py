"""Searches over the parameters of a pipeline; each trial is a run of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id, Json


class SearchState(StrEnum):
    RUNNING = "Running"
    PAUSED = "Paused"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"

    @property
    def going(self) -> bool:
        """Whether the platform has something to do for it."""
        return self in (SearchState.RUNNING, SearchState.PAUSED, SearchState.STOPPING)


_ENDS = {SearchState.STOPPED, SearchState.SUCCEEDED, SearchState.FAILED}
SEARCH_STEPS: dict[SearchState, set[SearchState]] = {
    SearchState.RUNNING: {SearchState.PAUSED, SearchState.STOPPING} | _ENDS,
    SearchState.PAUSED: {SearchState.RUNNING, SearchState.STOPPING} | _ENDS,
    SearchState.STOPPING: {SearchState.STOPPED},
    **{state: {SearchState.RUNNING} for state in _ENDS},
}
"""The allowed steps of a search; what has ended can be extended."""


class TrialState(StrEnum):
    RUNNING = "Running"
    PRUNING = "Pruning"
    STOPPING = "Stopping"
    SUCCEEDED = "Succeeded"
    PRUNED = "Pruned"
    FAILED = "Failed"
    CANCELLED = "Cancelled"

    @property
    def final(self) -> bool:
        return not TRIAL_STEPS[self]


TRIAL_STEPS: dict[TrialState, set[TrialState]] = {
    TrialState.RUNNING: {
        TrialState.PRUNING,
        TrialState.STOPPING,
        TrialState.SUCCEEDED,
        TrialState.FAILED,
        TrialState.CANCELLED,
    },
    TrialState.PRUNING: {TrialState.PRUNED, TrialState.SUCCEEDED, TrialState.FAILED},
    TrialState.STOPPING: {TrialState.CANCELLED, TrialState.SUCCEEDED, TrialState.FAILED},
    TrialState.SUCCEEDED: set(),
    TrialState.PRUNED: set(),
    TrialState.FAILED: set(),
    TrialState.CANCELLED: set(),
}
"""The allowed steps of a trial."""


class Search(Base):
    __tablename__ = "search"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        Index("ix_search_engine_run", "engine_run"),
        Index("ix_search_project_id", "project_id", "id"),
        Index("ix_search_state", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    pipeline_id: Mapped[str] = mapped_column(Id, ForeignKey("pipeline.id", ondelete="CASCADE"))
    version: Mapped[int]
    """The version of the pipeline that every trial runs."""
    name: Mapped[str] = mapped_column(String(50))
    spec: Mapped[dict[str, Any]]
    """As `SearchSpec` writes it."""
    cluster: Mapped[str | None] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(10))
    message: Mapped[str | None] = mapped_column(Text)
    counts: Mapped[dict[str, Any]]
    """{state: how many trials are in it}."""
    best: Mapped[dict[str, Any] | None]
    """{number, params, values} of the best trial of one objective."""
    queued: Mapped[list[Any] | None]
    """Points that people want tried before anything else is suggested."""
    engine_run: Mapped[str | None] = mapped_column(Id)
    """The run in which somebody else's engine thinks about it."""
    suggested: Mapped[list[Any] | None]
    """[{key, params}]: points that the engine wants tried, and what it calls them, until they begin."""
    busy_until: Mapped[datetime | None]
    """Somebody is thinking about it until then."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Trial(Base):
    """One point of a search; its run has the logs, files and numbers."""

    __tablename__ = "trial"
    __table_args__ = (
        UniqueConstraint("search_id", "number"),
        Index("ix_trial_engine_key", "search_id", "engine_key"),
        Index("ix_trial_run_id", "run_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    search_id: Mapped[str] = mapped_column(Id, ForeignKey("search.id", ondelete="CASCADE"))
    number: Mapped[int]
    run_id: Mapped[str | None] = mapped_column(Id)
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10))
    values: Mapped[Any] = mapped_column(Json, nullable=True)
    """[a number for each objective], when it succeeded."""
    curve: Mapped[list[Any]]
    """[[step, value], …] of the first objective, as it was reported."""
    memory: Mapped[dict[str, Any]]
    """What the algorithm and the pruner keep of it."""
    engine_key: Mapped[str | None] = mapped_column(String(200))
    """What the engine calls it that suggested it."""
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
