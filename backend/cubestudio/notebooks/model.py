"""Notebooks: workspaces of one person that are started, stopped and reached through the proxy."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class NotebookState(StrEnum):
    REQUESTED = "Requested"
    BUILDING = "Building"
    PENDING = "Pending"
    STARTING = "Starting"
    RUNNING = "Running"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    FAILED = "Failed"
    UNKNOWN = "Unknown"
    """Its cluster does not answer; never stored."""

    @property
    def off(self) -> bool:
        """Whether nothing of it runs and it can be started."""
        return self in (NotebookState.STOPPED, NotebookState.FAILED)


_COMING = {NotebookState.REQUESTED, NotebookState.BUILDING, NotebookState.PENDING, NotebookState.STARTING}
_ENDS = {NotebookState.STOPPING, NotebookState.STOPPED, NotebookState.FAILED}
NOTEBOOK_STEPS: dict[NotebookState, set[NotebookState]] = {
    **{
        state: (_COMING | {NotebookState.RUNNING} | _ENDS) - {state, NotebookState.REQUESTED}
        for state in _COMING
    },
    NotebookState.RUNNING: {NotebookState.STARTING, NotebookState.PENDING} | _ENDS,
    NotebookState.STOPPING: {NotebookState.STOPPED, NotebookState.FAILED, NotebookState.REQUESTED},
    NotebookState.STOPPED: {NotebookState.REQUESTED},
    NotebookState.FAILED: {
        NotebookState.REQUESTED,
        NotebookState.STARTING,
    },  # the latter for what was lost and is found
}
"""The allowed steps of a notebook; what is not here cannot happen."""


class Share(StrEnum):
    """What the other members of the project may: nothing, look without changing anything, or work in it."""

    NONE = "none"
    VIEW = "view"
    EDIT = "edit"


class Notebook(Base):
    __tablename__ = "notebook"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        Index("ix_notebook_project_id", "project_id", "id"),
        Index("ix_notebook_created_by", "created_by", "id"),
        Index("ix_notebook_state", "state", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(50))
    description: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(20))
    cluster: Mapped[str] = mapped_column(String(50))
    spec: Mapped[dict[str, Any]]
    """What it is made of, as `spec.Definition` writes it; secrets sealed."""
    former: Mapped[dict[str, Any] | None]
    """What it was made of before the last change, until it answers with the new: the way back."""
    share: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[list[Any] | None]
    """[reason, sentence] of why it was given up, while it stops because of that."""
    again: Mapped[bool]
    """Whether it starts once more when it has stopped."""
    starts: Mapped[int]
    """How often it was started: each start is a workload of its own."""
    released: Mapped[int]
    """Up to which start the cluster was told to forget it, logs being ours by then."""
    seq: Mapped[int] = mapped_column(BigInteger)
    submitted_at: Mapped[datetime | None]
    requested_at: Mapped[datetime | None]
    """When it was last asked to start."""
    placed_at: Mapped[datetime | None]
    """When it got its place: image and environment are next."""
    running_at: Mapped[datetime | None]
    """When its process began."""
    ready_at: Mapped[datetime | None]
    """When it first answered."""
    ended_at: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]
    """When somebody last changed something in it through the proxy, exact to half a minute."""
    connected_at: Mapped[datetime | None]
    """When a connection through the proxy was last open, exact to half a minute."""
    activity: Mapped[dict[str, Any]]
    """The last look: {at, since: when it was last active, signals: [{name, active, since, detail}]}."""
    keep_until: Mapped[datetime | None]
    """Somebody asked that it be kept until then."""
    evidence: Mapped[dict[str, Any] | None]
    """Why it was stopped for being idle: the signals of that moment, since when, card-hours."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]


class Policy(Base):
    """When a project's idle notebooks are stopped; a project without a row has the defaults."""

    __tablename__ = "notebook_policy"

    project_id: Mapped[str] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    idle_minutes: Mapped[int]
    gpu_idle_minutes: Mapped[int]
    warn_minutes: Mapped[int]
