"""Schedules of pipelines and their ticks."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class TickState(StrEnum):
    WAITING = "Waiting"
    """Until fewer runs of the schedule are active."""
    STARTED = "Started"
    SKIPPED = "Skipped"
    FAILED = "Failed"
    """No run could be started."""


class Schedule(Base):
    __tablename__ = "pipeline_schedule"
    __table_args__ = (
        UniqueConstraint("pipeline_id", "name"),
        Index("ix_pipeline_schedule_next_at", "next_at"),
        Index("ix_pipeline_schedule_project_id", "project_id", "id"),
        Index("ix_pipeline_schedule_pipeline_id", "pipeline_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    pipeline_id: Mapped[str] = mapped_column(Id, ForeignKey("pipeline.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(50))
    spec: Mapped[dict[str, Any]]
    paused: Mapped[bool]
    next_at: Mapped[datetime | None]
    """The next tick; None when it is paused or has ended."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    """Whose access its runs have: the user who saved it last."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Tick(Base):
    """A time at which a schedule runs: there is one row, however many processes notice it."""

    __tablename__ = "pipeline_tick"
    __table_args__ = (Index("ix_pipeline_tick_run_id", "run_id"), Index("ix_pipeline_tick_state", "state"))

    schedule_id: Mapped[str] = mapped_column(
        Id, ForeignKey("pipeline_schedule.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    message: Mapped[str | None] = mapped_column(String(500))
    run_id: Mapped[str | None] = mapped_column(Id, ForeignKey("run.id", ondelete="SET NULL"))
