"""What projects no longer need of the store."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class DiscardedObject(Base):
    """An object of the store that lost a row which referred to it. It is deleted unless another row refers
    to it; this row is deleted after that. It outlives its project."""

    __tablename__ = "discarded_object"
    __table_args__ = (Index("ix_discarded_object_project_id", "project_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(300))
    """Its key in the store; one that ends with a slash stands for every object below it."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Its size in bytes."""
    at: Mapped[datetime]
    """When it was discarded."""
