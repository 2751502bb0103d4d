"""Pipelines and their versions; a version never changes, so that a run can always say what it ran."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id, LongText


class Pipeline(Base):
    __tablename__ = "pipeline"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        Index("ix_pipeline_project_id", "project_id", "id"),
        Index("ix_pipeline_changed_at", "project_id", "changed_at", "id"),
        Index("ix_pipeline_changed_at_id", "changed_at", "id"),
        Index("ix_pipeline_name_id", "name", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(50))
    description: Mapped[str] = mapped_column(String(500))
    latest: Mapped[int]
    """Number of the newest version."""
    runs: Mapped[int] = mapped_column(default=0)
    """Number of the newest run."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    layout: Mapped[dict[str, Any] | None]
    """{step: [x, y]}: where people put the steps on the canvas; no part of any version."""


class Version(Base):
    """`definition` is the canonical form, with template versions fixed and secret arguments sealed."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("pipeline_id", "number"),
        Index("ix_version_pipeline_id", "pipeline_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    pipeline_id: Mapped[str] = mapped_column(Id, ForeignKey("pipeline.id", ondelete="CASCADE"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]


class Draft(Base):
    """What one person has changed and not saved; sealed as a whole, because it may hold secrets in the
    open."""

    __tablename__ = "draft"

    pipeline_id: Mapped[str] = mapped_column(
        Id, ForeignKey("pipeline.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    base: Mapped[int]
    """Number of the version that it began with."""
    sealed: Mapped[str] = mapped_column(LongText)
    changed_at: Mapped[datetime]
