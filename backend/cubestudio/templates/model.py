"""Templates: what a step can be. A version never changes; pipelines name the version that they were saved
with."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class Template(Base):
    """`project_id` is None for those that come with the platform."""

    __tablename__ = "template"
    __table_args__ = (UniqueConstraint("scope", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str | None] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(36))
    """The project's id, or "" for everybody: what a name is unique in."""
    name: Mapped[str] = mapped_column(String(50))
    category: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(500))
    latest: Mapped[int]
    created_at: Mapped[datetime]


class TemplateVersion(Base):
    __tablename__ = "template_version"
    __table_args__ = (
        UniqueConstraint("template_id", "number"),
        Index("ix_template_version_template_id", "template_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    template_id: Mapped[str] = mapped_column(Id, ForeignKey("template.id", ondelete="CASCADE"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
