"""What was asked of services: a line for each request, and for each key how much a day."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class Request(Base):
    """One request to a service; its id says when it was answered."""

    __tablename__ = "service_request"
    __table_args__ = (Index("ix_service_request_service_id", "service_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    service_id: Mapped[str] = mapped_column(Id, ForeignKey("service.id", ondelete="CASCADE"))
    number: Mapped[int | None]
    """The revision that answered; None when none was asked."""
    caller: Mapped[str] = mapped_column(String(120))
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(300))
    status: Mapped[int]
    milliseconds: Mapped[float]
    """To the beginning of the answer."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes of the answer."""
    tokens: Mapped[int | None]
    """Of a language model; None where the answer says nothing of them."""


class KeyUse(Base):
    """What was asked with a key on one day."""

    __tablename__ = "service_key_use"

    key_id: Mapped[str] = mapped_column(
        Id, ForeignKey("service_key.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[int] = mapped_column(primary_key=True)
    """Days since 1970 (UTC)."""
    requests: Mapped[int] = mapped_column(BigInteger)
    errors: Mapped[int] = mapped_column(BigInteger)
    """Answers that are `plan.Outcome.FAILED`."""
    rejected: Mapped[int] = mapped_column(BigInteger)
    """Answers that are `plan.Outcome.REJECTED`."""
    tokens: Mapped[int] = mapped_column(BigInteger)
