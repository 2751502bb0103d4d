"""Services, their revisions, the keys that open them, and what was counted of their requests."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class RevisionState(StrEnum):
    REQUESTED = "Requested"
    DEPLOYING = "Deploying"
    READY = "Ready"
    DEGRADED = "Degraded"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    ASLEEP = "Asleep"
    FAILED = "Failed"

    @property
    def off(self) -> bool:
        """Whether nothing of it runs and it can be started."""
        return self in (RevisionState.STOPPED, RevisionState.ASLEEP, RevisionState.FAILED)

    @property
    def answers(self) -> bool:
        return self in (RevisionState.READY, RevisionState.DEGRADED)


class Access(StrEnum):
    """Who may send it requests: members of the project; also whoever has one of its keys; everybody."""

    PROJECT = "project"
    KEY = "key"
    PUBLIC = "public"


class Service(Base):
    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        Index("ix_service_project_id", "project_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(50))
    description: Mapped[str] = mapped_column(String(500))
    cluster: Mapped[str] = mapped_column(String(50))
    access: Mapped[str] = mapped_column(String(10))
    on: Mapped[bool]
    """Whether it is wanted to answer."""
    traffic: Mapped[dict[str, Any]]
    """{number of a revision: percent}, 100 in all; {} before the first answered."""
    mirror: Mapped[int | None]
    """The revision that gets copies of requests, and whose answers nobody sees."""
    rollout: Mapped[dict[str, Any] | None]
    """The last way of a revision to the traffic, as `plan.Rollout` writes it."""
    latest: Mapped[int]
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]


class Revision(Base):
    """One state of what a service is made of; that never changes, only whether it runs."""

    __tablename__ = "service_revision"
    __table_args__ = (
        UniqueConstraint("service_id", "number"),
        Index("ix_service_revision_state", "state"),
        Index("ix_service_revision_model_version_id", "model_version_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    service_id: Mapped[str] = mapped_column(Id, ForeignKey("service.id", ondelete="CASCADE"))
    number: Mapped[int]
    spec: Mapped[dict[str, Any]]
    """As `spec.Definition` writes it; secrets sealed."""
    model_version_id: Mapped[str | None] = mapped_column(Id)
    model: Mapped[dict[str, Any] | None]
    """What it serves, as it was then: {id, name, number, framework, requirements, signature, files}."""
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
    sleeps: Mapped[bool]
    """Whether it stops because nobody asked it anything."""
    again: Mapped[bool]
    """Whether it starts once more when it has stopped."""
    ready: Mapped[int]
    """How many replicas answer."""
    wanted: Mapped[int | None]
    """How many are wanted now; None: as many as were asked for."""
    scaled_at: Mapped[datetime | None]
    """When it was last looked at how many are right."""
    starts: Mapped[int]
    """How often it was started: each start is a workload of its own."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]


class Key(Base):
    """Opens one service to whoever has it; only its digest is kept."""

    __tablename__ = "service_key"
    __table_args__ = (UniqueConstraint("service_id", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    service_id: Mapped[str] = mapped_column(Id, ForeignKey("service.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    ending: Mapped[str] = mapped_column(String(8))
    """The last characters, to tell keys apart."""
    per_minute: Mapped[int | None]
    """The most requests a minute; None: as many as come."""
    tokens_per_minute: Mapped[int | None]
    """The most tokens of a language model a minute, questions and answers together; None: as many as come."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]


class Slot(Base):
    """What one process counted of the requests to one revision in ten seconds."""

    __tablename__ = "service_slot"
    __table_args__ = (Index("ix_service_slot_at", "at"),)

    service_id: Mapped[str] = mapped_column(
        Id, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Seconds since 1970 at which the ten began."""
    number: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    requests: Mapped[int]
    errors: Mapped[int]
    """Answers that are `plan.Outcome.FAILED`."""
    rejected: Mapped[int]
    """Answers that are `plan.Outcome.REJECTED`."""
    busy: Mapped[int]
    """The most requests that were under way at once."""
    mirrored: Mapped[int]
    different: Mapped[int]
    """Of what was mirrored to it: how many answers were not those of the revision that people got."""
    times: Mapped[list[Any]]
    """How many answers took at most `plan.BOUNDS`."""
