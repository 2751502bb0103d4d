"""How much a project or a person may have at work at once, and what has it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class QuotaScope(StrEnum):
    """What limits are for."""

    PROJECT = "project"
    USER = "user"


class Quota(Base):
    """Limits of a project or of a person; None: no limit. Those of `target` "*" are for all who have no row
    of their own."""

    __tablename__ = "quota"

    scope: Mapped[str] = mapped_column(String(10), primary_key=True)
    """project or user."""
    target: Mapped[str] = mapped_column(Id, primary_key=True)
    cpu: Mapped[float | None]
    memory: Mapped[int | None] = mapped_column(BigInteger)
    gpu: Mapped[int | None]
    pods: Mapped[int | None]
    notebooks: Mapped[int | None]
    cards: Mapped[dict[str, Any] | None]
    """{kind: most} of cards that are asked for by their kind."""
    storage: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes that a project may keep; of a person and of all people nothing."""
    queue: Mapped[bool]
    """Whether what does not fit now waits; else it is refused."""
    changed_by: Mapped[str] = mapped_column(Id)
    changed_at: Mapped[datetime]


class Holding(Base):
    """What a workload has, from before its cluster is told of it until it has ended; or that it waits for
    room."""

    __tablename__ = "holding"
    __table_args__ = (
        Index("ix_holding_project_id", "project_id", "waits"),
        Index("ix_holding_user_id", "user_id", "waits"),
    )

    workload: Mapped[str] = mapped_column(String(100), primary_key=True)
    cluster: Mapped[str] = mapped_column(String(50))
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(Id)
    cpu: Mapped[float]
    memory: Mapped[int] = mapped_column(BigInteger)
    gpu: Mapped[int]
    pods: Mapped[int]
    notebooks: Mapped[int]
    cards: Mapped[dict[str, Any] | None]
    waits: Mapped[bool]
    job: Mapped[str] = mapped_column(String(100))
    """What is sent when there is room, with `args`."""
    args: Mapped[list[Any]]
    at: Mapped[datetime]
