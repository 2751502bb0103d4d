"""People, their sessions and their tokens; of every secret only the digest is kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class User(Base):
    __tablename__ = "user"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    admin: Mapped[bool] = mapped_column(default=False)
    auditor: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    """Whether they may look at everything, and change no more than they could without it."""
    ssh_keys: Mapped[str | None] = mapped_column(Text)
    """Public keys, a line each, by which they come in to their notebooks."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When the account was closed: nobody gets in by it any more, and what it made stays."""


class Identity(Base):
    """Whom a provider of sign-in means: its own name for a person, and the account here."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("provider", "subject"), Index("ix_identity_user_id", "user_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    provider: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]


class Link(Base):
    """A sign-in link that works once."""

    __tablename__ = "link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Session(Base):
    __tablename__ = "session"
    __table_args__ = (Index("ix_session_user_id", "user_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"))
    agent: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    viewing_id: Mapped[str | None] = mapped_column(Id, ForeignKey("user.id", ondelete="SET NULL"))
    """With whose eyes its administrator looks, changing nothing."""


class Token(Base):
    """A personal API token, for scripts."""

    __tablename__ = "token"
    __table_args__ = (Index("ix_token_user_id", "user_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    ending: Mapped[str] = mapped_column(String(8))
    """The last characters, to tell tokens apart."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    scope: Mapped[str] = mapped_column(String(10), server_default=text("'manage'"))
    project_id: Mapped[str | None] = mapped_column(Id)
    """The one project that it is for."""


class Pass(Base):
    """What lets a browser in to one thing that is reached through the proxy: first a ticket for one use,
    then, under another secret, the cookie that it was traded for. It ends with the session or token that it
    was made with."""

    __tablename__ = "pass"
    __table_args__ = (Index("ix_pass_expires_at", "expires_at"), Index("ix_pass_user_id", "user_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"))
    session_id: Mapped[str | None] = mapped_column(Id, ForeignKey("session.id", ondelete="CASCADE"))
    token_id: Mapped[str | None] = mapped_column(Id, ForeignKey("token.id", ondelete="CASCADE"))
    thing: Mapped[str] = mapped_column(Id)
    ticket: Mapped[bool]
    expires_at: Mapped[datetime]
