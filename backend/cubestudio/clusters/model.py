"""What clusters report, kept after it is gone: pods and their logs."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class Pod(Base):
    """One attempt to run something. `segments` lists the objects in the store that hold its log: [[start,
    size], …]."""

    __tablename__ = "pod"
    __table_args__ = (
        Index("ix_pod_owner_id", "owner_id"),
        Index("ix_pod_project_id", "project_id", "id"),
        Index("ix_pod_workload", "workload"),
        Index("ix_pod_log_done", "log_done"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    cluster: Mapped[str] = mapped_column(String(50))
    workload: Mapped[str] = mapped_column(String(100))
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(Id)
    step: Mapped[str | None] = mapped_column(String(50))
    item: Mapped[int | None]
    attempt: Mapped[int]
    role: Mapped[str | None] = mapped_column(String(30))
    rank: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
    machine: Mapped[str | None] = mapped_column(String(253))
    runtime: Mapped[str] = mapped_column(String(20))
    cpu: Mapped[float]
    memory: Mapped[int] = mapped_column(BigInteger)
    gpus: Mapped[list[Any]]
    created_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    exit_code: Mapped[int | None]
    signal: Mapped[int | None]
    cpu_seconds: Mapped[float | None]
    peak_cpu: Mapped[float | None]
    peak_memory: Mapped[int | None] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    log_size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes of log that are in the store."""
    index_size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes of the log's time stamps that are in the store."""
    log_done: Mapped[bool] = mapped_column(default=False)
    segments: Mapped[list[Any]]
    usage: Mapped[list[Any]]
    """[[milliseconds since 1970, cores, bytes], …], kept when it has ended."""
