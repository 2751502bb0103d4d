"""Workloads: one row for each start of anything that a cluster runs, and one row for each of its
transitions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class WorkloadState(StrEnum):
    REQUESTED = "Requested"
    QUEUED = "Queued"
    """It waits for room in a quota."""
    SUBMITTED = "Submitted"
    PENDING = "Pending"
    RUNNING = "Running"
    READY = "Ready"
    """A replica of a server answers."""
    STOPPING = "Stopping"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"
    LOST = "Lost"
    """Its cluster no longer has it. It continues when the cluster has it again."""

    @property
    def final(self) -> bool:
        return self in FINAL


_S = WorkloadState
FINAL = frozenset({_S.SUCCEEDED, _S.FAILED, _S.STOPPED, _S.LOST})
WAITING = frozenset({_S.REQUESTED, _S.QUEUED})
"""States before the cluster has it."""
OPEN = frozenset(_S) - FINAL
TRANSITIONS: dict[WorkloadState, frozenset[WorkloadState]] = {
    _S.REQUESTED: OPEN | FINAL,
    _S.QUEUED: OPEN | FINAL,
    _S.SUBMITTED: (OPEN - {_S.QUEUED}) | FINAL,
    _S.PENDING: frozenset({_S.REQUESTED, _S.RUNNING, _S.READY, _S.STOPPING}) | FINAL,
    _S.RUNNING: frozenset({_S.REQUESTED, _S.PENDING, _S.READY, _S.STOPPING}) | FINAL,
    _S.READY: frozenset({_S.PENDING, _S.RUNNING, _S.STOPPING}) | FINAL,
    _S.STOPPING: FINAL,
    _S.LOST: frozenset({_S.RUNNING, _S.STOPPING}),
    **{state: frozenset() for state in (_S.SUCCEEDED, _S.FAILED, _S.STOPPED)},
}
"""The allowed transitions. Requested again is what is moved to another cluster before anything of it has
started."""


class Body(StrEnum):
    """What a workload is: a graph of tasks, one task, or a server."""

    GRAPH = "graph"
    TASK = "task"
    SERVER = "server"


class Workload(Base):
    __tablename__ = "workload"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("owner_id", "start"),
        Index("ix_workload_state", "state", "released_at"),
        Index("ix_workload_project_id", "project_id", "released_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """The kind of its owner: run, build, notebook, service."""
    body: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[str] = mapped_column(Id)
    """The run, the build, the notebook or the service revision. The row outlives it."""
    start: Mapped[int]
    """Which start of its owner it is, from 1."""
    name: Mapped[str] = mapped_column(String(100))
    """Its name on the cluster."""
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Id)
    cluster: Mapped[str] = mapped_column(String(50))
    candidates: Mapped[list[Any] | None]
    """The clusters, in order, among which it is placed when it is submitted; None when it has its cluster."""
    passed: Mapped[list[Any] | None]
    """[[cluster, why it is not there], …]."""
    leaving: Mapped[str | None] = mapped_column(String(50))
    """The cluster that it was moved from, until that has deleted it."""
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[list[Any] | None]
    """[reason, message] of why it was given up, while it stops because of that."""
    sequence: Mapped[int] = mapped_column(BigInteger)
    """Of the newest observation."""
    ready: Mapped[int]
    """How many replicas answer."""
    replicas: Mapped[int]
    """How many replicas are wanted."""
    requested_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    """Since when its cluster may have it, whether that has answered or not."""
    submitted_at: Mapped[datetime | None]
    """Since when its cluster has it."""
    placed_at: Mapped[datetime | None]
    """When it got its place on a machine: image and environment are next."""
    started_at: Mapped[datetime | None]
    """When its process began."""
    ready_at: Mapped[datetime | None]
    """When it first answered."""
    stopping_at: Mapped[datetime | None]
    """When it was requested to stop."""
    ended_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    """When its cluster deleted it, its logs and files being stored here by then."""


class WorkloadEvent(Base):
    """One transition of a workload; rows are only added."""

    __tablename__ = "workload_event"
    __table_args__ = (Index("ix_workload_event_workload_id", "workload_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    workload_id: Mapped[str] = mapped_column(Id, ForeignKey("workload.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    old: Mapped[str | None] = mapped_column(String(10))
    """None: it is the first."""
    new: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(50))
    message: Mapped[str | None] = mapped_column(Text)
