"""Invitations into projects: a link for one person, or for whoever has an address of e-mail; only the link's
digest is kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class Invitation(Base):
    __tablename__ = "project_invitation"
    __table_args__ = (
        Index("ix_project_invitation_project_id", "project_id"),
        Index("ix_project_invitation_email", "email"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    email: Mapped[str | None] = mapped_column(String(254))
    """Whose it is, in small letters; None: whoever has the link."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user.id", ondelete="SET NULL"))
