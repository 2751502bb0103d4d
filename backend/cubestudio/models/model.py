"""Models, their versions, and the names that point to one version at a time."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class Model(Base):
    __tablename__ = "model"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        Index("ix_model_project_id", "project_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(50))
    description: Mapped[str] = mapped_column(String(500))
    card: Mapped[str] = mapped_column(Text)
    """What people should know before they use it, in Markdown."""
    latest: Mapped[int]
    """The number of its newest version; numbers are not given twice."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]


class ModelVersion(Base):
    """Files that never change, and what is known of them."""

    __tablename__ = "model_version"
    __table_args__ = (UniqueConstraint("model_id", "number"), Index("ix_model_version_run_id", "run_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    model_id: Mapped[str] = mapped_column(Id, ForeignKey("model.id", ondelete="CASCADE"))
    number: Mapped[int]
    description: Mapped[str] = mapped_column(String(500))
    framework: Mapped[str] = mapped_column(String(20))
    files: Mapped[list[Any]]
    """[[path, size in bytes, sha256, media type], …]; the bytes are in the store, by their digest."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes of all files."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of the list of paths and digests: two versions with the same files have the same."""
    signature: Mapped[dict[str, Any] | None]
    """{inputs: [{name, type}], outputs: [{name, type}], example: [[value, …], …]}, as `spec.Signature` writes
    it."""
    requirements: Mapped[list[Any]]
    """Python packages that it needs to be loaded."""
    metrics: Mapped[dict[str, Any]]
    """{name: number}."""
    tags: Mapped[dict[str, Any]]
    run_id: Mapped[str | None] = mapped_column(Id)
    """The run that left it; the run may be gone."""
    lineage: Mapped[dict[str, Any]]
    """Where it came from, kept when the run is gone: {pipeline, version, run, step, code, inputs, image}."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]


class Alias(Base):
    """A name such as production that points to one version of a model, and moves."""

    __tablename__ = "model_alias"

    model_id: Mapped[str] = mapped_column(Id, ForeignKey("model.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    number: Mapped[int]
    moved_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    moved_at: Mapped[datetime]
