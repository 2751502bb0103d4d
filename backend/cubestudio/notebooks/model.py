"""Notebooks: workspaces of one person that are started, stopped and reached through the proxy."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
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


class NotebookKind(StrEnum):
    """The program that a notebook runs."""

    JUPYTER = "jupyter"
    VSCODE = "vscode"
    RSTUDIO = "rstudio"
    THEIA = "theia"
    MATLAB = "matlab"
    CUSTOM = "custom"


class Sharing(StrEnum):
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
    """What it is made of, as `spec.NotebookSpec` writes it; secrets sealed."""
    former: Mapped[dict[str, Any] | None]
    """What it was made of before the last change, until it answers with the new: the way back."""
    sharing: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
    again: Mapped[bool]
    """Whether it starts once more when it has stopped."""
    starts: Mapped[int]
    """How often it was started: each start is a workload of its own."""
    touched_at: Mapped[datetime | None]
    """When somebody last changed something in it through the proxy, exact to half a minute."""
    connected_at: Mapped[datetime | None]
    """When a connection through the proxy was last open, exact to half a minute."""
    activity: Mapped[dict[str, Any]]
    """The last look: {at, since: when it was last active, signals: [{name, active, since, detail}]}."""
    extended_until: Mapped[datetime | None]
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
