"""Notifications of users, and which kinds each user wants."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class NotificationKind(StrEnum):
    """What a notification is about."""

    RUN_FAILED = "run_failed"
    RUN_SUCCEEDED = "run_succeeded"
    RUN_RECOVERED = "run_recovered"
    SEARCH_FINISHED = "search_finished"
    NOTEBOOK_IDLE = "notebook_idle"
    NOTEBOOK_STOPPED = "notebook_stopped"
    SERVICE_FAILED = "service_failed"
    SERVICE_ROLLED_BACK = "service_rolled_back"
    CANARY_COMPLETED = "canary_completed"
    BUILD_FAILED = "build_failed"
    SCHEDULE_MISSED = "schedule_missed"
    PROJECT_JOINED = "project_joined"


class SubjectKind(StrEnum):
    """The kind of object that a notification is about."""

    RUN = "run"
    SEARCH = "search"
    NOTEBOOK = "notebook"
    SERVICE = "service"
    IMAGE = "image"
    SCHEDULE = "schedule"
    PROJECT = "project"


class Notification(Base):
    """One notification of one user. There is one for each event, however often its job runs."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("user_id", "event"),
        Index("ix_notification_user_id", "user_id", "id"),
        Index("ix_notification_user_id_unread", "user_id", "unread", "id"),
        Index("ix_notification_project_id", "project_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(150))
    """Names the event: its class and ids."""
    kind: Mapped[str] = mapped_column(String(30))
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    subject_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(120))
    """Of the subject at the time of the event."""
    number: Mapped[int | None]
    """Of a run, of a version of an image, or of a revision of a service."""
    detail: Mapped[str | None] = mapped_column(Text)
    """The cause."""
    unread: Mapped[bool]
    created_at: Mapped[datetime]


class Setting(Base):
    """Whether a user wants one kind of notification in the console; kinds without a row have the default."""

    __tablename__ = "notification_setting"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    console: Mapped[bool]
