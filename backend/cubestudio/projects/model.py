"""A project owns everything that people make; its members may use it by their role."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class Role(StrEnum):
    VIEWER = "viewer"
    MEMBER = "member"
    MAINTAINER = "maintainer"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Placement(StrEnum):
    """Where runs go that name no cluster."""

    NAMED = "named"
    """To the project's cluster."""
    FIRST = "first"
    """To the first of its clusters, in their order, that fits."""


class Project(Base):
    __tablename__ = "project"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    description: Mapped[str] = mapped_column(String(500), default="")
    cluster: Mapped[str] = mapped_column(String(50))
    clusters: Mapped[list[Any] | None]
    """Further clusters that a run may choose."""
    placement: Mapped[str] = mapped_column(
        String(10), default=Placement.NAMED.value, server_default=Placement.NAMED.value
    )
    spaces: Mapped[dict[str, Any] | None]
    """Namespaces on Kubernetes by kind of work (run, build, notebook, service), where they are not the
    installation's."""
    node_group: Mapped[str | None] = mapped_column(String(63))
    """The resource group of the nodes for its pods; None: the installation's."""
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    """Since when it can be looked at and no longer changed."""
    deleted_at: Mapped[datetime | None]
    """Since when nobody sees it: what is in it is being taken away."""


class Membership(Base):
    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_user_id", "user_id"),)

    project_id: Mapped[str] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]


class Group(Base):
    """People who are members of projects together."""

    __tablename__ = "people_group"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    description: Mapped[str] = mapped_column(String(500))
    provider: Mapped[str | None] = mapped_column(String(50))
    """The way to sign in that says who is in it; None: administrators say so here."""
    created_at: Mapped[datetime]


class GroupMember(Base):
    __tablename__ = "people_group_member"
    __table_args__ = (Index("ix_people_group_member_user_id", "user_id"),)

    group_id: Mapped[str] = mapped_column(
        Id, ForeignKey("people_group.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)


class GroupRole(Base):
    """What the members of a group are in a project, unless they are more by themselves."""

    __tablename__ = "project_group"
    __table_args__ = (Index("ix_project_group_group_id", "group_id"),)

    project_id: Mapped[str] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(
        Id, ForeignKey("people_group.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(10))
