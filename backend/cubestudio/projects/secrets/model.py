"""Secrets of a project: values that are written and never shown again."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class Secret(Base):
    """One value by name, sealed."""

    __tablename__ = "secret"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    sealed: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(String(500))
    changed_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]
