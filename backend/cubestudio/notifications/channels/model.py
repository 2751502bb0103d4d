"""Channels of users and projects, and what is delivered by them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class ChannelKind(StrEnum):
    """How messages of a channel are sent."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    WECOM = "wecom"


class DeliveryState(StrEnum):
    """What became of a delivery."""

    WAITING = "Waiting"
    DELIVERED = "Delivered"
    FAILED = "Failed"


class Channel(Base):
    """A channel of one user or of one project: exactly one of both is set."""

    __tablename__ = "notification_channel"
    __table_args__ = (UniqueConstraint("user_id", "name"), UniqueConstraint("project_id", "name"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"))
    project_id: Mapped[str | None] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    sealed_address: Mapped[str] = mapped_column(Text)
    """E-mail address or URL; the URLs of robots are credentials."""
    sealed_secret: Mapped[str | None] = mapped_column(Text)
    """Key of the signatures."""
    kinds: Mapped[list[Any]]
    """The kinds of notifications that it gets."""
    created_at: Mapped[datetime]
    busy_until: Mapped[datetime | None]
    """A message is being sent until then at the latest: one at a time, so that a receiver that does not
    answer holds up one worker and no other channel."""
    delivered_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    """Of the last attempt, until one succeeds."""


class Delivery(Base):
    """One message by one channel. There is one for each event, however often its job runs."""

    __tablename__ = "notification_delivery"
    __table_args__ = (
        UniqueConstraint("channel_id", "event"),
        Index("ix_notification_delivery_channel_id", "channel_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[str] = mapped_column(Id, ForeignKey("notification_channel.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(150))
    kind: Mapped[str | None] = mapped_column(String(30))
    """None: a test message."""
    project: Mapped[str | None] = mapped_column(String(50))
    subject_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(120))
    number: Mapped[int | None]
    detail: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    error: Mapped[str | None] = mapped_column(Text)
    """Of the last attempt."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
