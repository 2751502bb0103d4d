"""Registries: where a project's images are pushed to and pulled from."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class Registry(Base):
    """A registry of a project, with its credentials; the password is sealed."""

    __tablename__ = "registry"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(50))
    prefix: Mapped[str] = mapped_column(String(300))
    """host[:port][/path] before the name of an image."""
    username: Mapped[str] = mapped_column(String(200))
    password: Mapped[str] = mapped_column(Text)
    insecure: Mapped[bool]
    """Whether it speaks plain HTTP."""
    created_at: Mapped[datetime]
