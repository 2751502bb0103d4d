"""Images: named definitions with versions that never change, each built once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class BuildState(StrEnum):
    REQUESTED = "Requested"
    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELLING = "Cancelling"
    CANCELLED = "Cancelled"

    @property
    def final(self) -> bool:
        return self in (BuildState.SUCCEEDED, BuildState.FAILED, BuildState.CANCELLED)


class PackageKind(StrEnum):
    PYTHON = "python"
    DEBIAN = "debian"


class Image(Base):
    __tablename__ = "image"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        Index("ix_image_project_id", "project_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(50))
    description: Mapped[str] = mapped_column(String(500))
    latest: Mapped[int]
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]


class Preset(Base):
    """A starting point for images: one that we brought along, as it was or as an administrator changed it, or
    one of theirs."""

    __tablename__ = "image_preset"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(500))
    definition: Mapped[dict[str, Any]]
    builtin: Mapped[bool]
    hidden: Mapped[bool]
    """One that we brought along and that was taken out; it does not come back with the next version."""
    changed_by: Mapped[str | None] = mapped_column(Id)
    """None: it is as we brought it along, and the next version may change it."""
    changed_at: Mapped[datetime]


class Build(Base):
    """One version of an image and how it was made."""

    __tablename__ = "build"
    __table_args__ = (UniqueConstraint("image_id", "number"), Index("ix_build_state", "state"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    image_id: Mapped[str] = mapped_column(Id, ForeignKey("image.id", ondelete="CASCADE"))
    project_id: Mapped[str] = mapped_column(Id)
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    recipe: Mapped[str] = mapped_column(String(64))
    """Digest of what it is made from: equal recipes are built once."""
    registry_id: Mapped[str | None] = mapped_column(Id, ForeignKey("registry.id", ondelete="SET NULL"))
    reference: Mapped[str | None] = mapped_column(String(500))
    """Where it was pushed to."""
    cluster: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes of its files."""
    packages: Mapped[dict[str, Any]]
    """{kind: {name: version}}, found in it."""
    files: Mapped[list[Any]]
    """[{path, size, key}] of what it left: the image as an archive when there is no registry."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
