"""Runs of pipeline versions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class RunState(StrEnum):
    QUEUED = "Queued"
    RUNNING = "Running"
    CANCELLING = "Cancelling"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELLED = "Cancelled"

    @property
    def final(self) -> bool:
        return self in (RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED)


class Run(Base):
    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("pipeline_id", "number"),
        Index("ix_run_project_id", "project_id", "id"),
        Index("ix_run_project_id_state", "project_id", "state", "id"),
        Index("ix_run_pipeline_id", "pipeline_id", "id"),
        Index("ix_run_state", "state", "id"),
        Index("ix_run_created_by", "created_by", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    pipeline_id: Mapped[str] = mapped_column(Id, ForeignKey("pipeline.id", ondelete="CASCADE"))
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("version.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
    params: Mapped[dict[str, Any]]
    cluster: Mapped[str] = mapped_column(String(50))
    priority: Mapped[int] = mapped_column(default=0)
    retry_of: Mapped[str | None] = mapped_column(Id)
    """The run whose results were kept."""
    strip: Mapped[list[Any]]
    """[[step, state], …] in order, for lists; empty when there are more than 60 steps."""
    counts: Mapped[dict[str, Any]]
    """{state: how many steps are in it}."""
    posted: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Bytes of letters, which the members of its gangs leave for each other, that came in all."""
    pinned: Mapped[bool] = mapped_column(default=False)
    """Whether it is kept until somebody unpins it."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class RunParam(Base):
    """What each run was started with, to find runs by it."""

    __tablename__ = "run_param"
    __table_args__ = (
        Index("ix_run_param_project_id", "project_id", "digest", "run_id"),
        Index("ix_run_param_run_id", "run_id"),
    )

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Of [name, value]."""
    run_id: Mapped[str] = mapped_column(Id, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[str] = mapped_column(Id)
