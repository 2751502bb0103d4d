"""How long projects keep their runs, and what was deleted because of it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class RetentionPolicy(Base):
    """Which runs are kept: of one project, or of all that have no policy of their own. Without a limit every
    run is kept."""

    __tablename__ = "retention_policy"

    target: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The id of the project; `*` for the default of the platform."""
    keep_days: Mapped[int | None]
    """Runs that ended in the last so many days are kept."""
    keep_last: Mapped[int | None]
    """The last so many runs of each pipeline are kept."""
    changed_by: Mapped[str] = mapped_column(Id, ForeignKey("user.id"))
    changed_at: Mapped[datetime]


class RetentionResult(Base):
    """What the last application of the policy to a project did."""

    __tablename__ = "retention_result"

    project_id: Mapped[str] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]
    """When it began."""
    runs: Mapped[int]
    """How many runs were deleted."""
    freed: Mapped[int] = mapped_column(BigInteger)
    """Bytes that this frees."""
    failures: Mapped[int]
    """How many runs could not be deleted because of an error."""
