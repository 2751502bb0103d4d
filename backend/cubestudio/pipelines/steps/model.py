"""The steps of runs, and what these left: files, and what their code logged."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id, Json


class StepState(StrEnum):
    QUEUED = "Queued"
    PENDING = "Pending"
    RUNNING = "Running"
    RETRYING = "Retrying"
    SUCCEEDED = "Succeeded"
    CACHED = "Cached"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    CANCELLED = "Cancelled"
    UNKNOWN = "Unknown"

    @property
    def final(self) -> bool:
        return self in _STEP_FINAL


_STEP_FINAL = {
    StepState.SUCCEEDED,
    StepState.CACHED,
    StepState.FAILED,
    StepState.SKIPPED,
    StepState.CANCELLED,
}


NOT_RECORDED = "NotRecorded"
"""Why a step has failed that ended well: what it left could not be written down."""


class Step(Base):
    """A step of a run; `item` is -1 for the step itself, else the place in its fan-out."""

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("run_id", "name", "item"),
        Index("ix_step_cache_key", "cache_key"),
        Index("ix_step_pipeline_id_name", "pipeline_id", "name", "id"),
        Index("ix_step_template", "template", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    run_id: Mapped[str] = mapped_column(Id, ForeignKey("run.id", ondelete="CASCADE"))
    pipeline_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(50))
    item: Mapped[int]
    position: Mapped[int]
    template: Mapped[str] = mapped_column(String(50), server_default=text("''"))
    """Name of its template, without the version."""
    state: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int] = mapped_column(default=0)
    pod_id: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    """The item of a fan-out."""
    items: Mapped[int | None]
    outputs: Mapped[Any] = mapped_column(Json, nullable=True)
    omitted: Mapped[list[str] | None] = mapped_column(Json, nullable=True)
    """What it left and could not be kept, in sentences."""
    needs: Mapped[list[Any]]
    parts: Mapped[dict[str, Any]]
    """Digests of what it is made of: {template, environment, arguments: {name: …}}."""
    digest: Mapped[str | None] = mapped_column(String(64))
    """Of what it left: values and artifacts."""
    cache_key: Mapped[str | None] = mapped_column(String(64))
    cached_from: Mapped[str | None] = mapped_column(Id)
    cache_reason: Mapped[str | None] = mapped_column(String(500))
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Artifact(Base):
    """A file that a step left; its bytes are in the store under `key`, which names their digest."""

    __tablename__ = "artifact"
    __table_args__ = (
        UniqueConstraint("step_id", "path"),
        Index("ix_artifact_run_id", "run_id"),
        Index("ix_artifact_key", "key"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    run_id: Mapped[str] = mapped_column(Id, ForeignKey("run.id", ondelete="CASCADE"))
    step_id: Mapped[str] = mapped_column(Id)
    path: Mapped[str] = mapped_column(String(500))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(300))


class Tracked(Base):
    """A parameter, a tag or a model that a step's code logged by MLflow."""

    __tablename__ = "tracked"

    run_id: Mapped[str] = mapped_column(Id, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(String(50), primary_key=True)
    item: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(5), primary_key=True)
    """param, tag or model, whose value is JSON: see `tracking.logged`."""
    name: Mapped[str] = mapped_column(String(250), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
