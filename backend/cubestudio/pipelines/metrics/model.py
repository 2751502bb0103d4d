"""The metrics that steps reported: a row for each curve, which holds its newest points, and pieces for those
before.

A curve of a million points is 2,000 pieces of 512. A piece is packed (about 5 bytes a point), never changes,
and has an outline, so that a curve is drawn at the width of a screen without unpacking it. Values are kept as
the eight bytes that they are: no database keeps NaN and the infinities in a column of numbers.
"""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cubestudio.core.db import Base, Id


class MetricSource(Base):
    """What reports: a pod by what it writes into its file, or a step by what its code logs through the
    API."""

    __tablename__ = "metric_source"
    __table_args__ = (Index("ix_metric_source_run_id", "run_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    """The pod's id, or the step's."""
    run_id: Mapped[str] = mapped_column(Id, ForeignKey("run.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(50))
    item: Mapped[int]
    lines: Mapped[int] = mapped_column(BigInteger)
    """How many points of its file have been taken: what is reported again is known by its place."""
    names: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    faults: Mapped[list[Any]]
    """The first sentences that say what was left out."""
    left_out: Mapped[int] = mapped_column(BigInteger)
    """How many such sentences there were."""


class Metric(Base):
    """A curve: the points of one name that one source reported."""

    __tablename__ = "metric"
    __table_args__ = (Index("ix_metric_run_id", "run_id"),)

    source_id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    """A digest of its name: a database may take capitals for small letters."""
    run_id: Mapped[str] = mapped_column(Id, ForeignKey("run.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(50))
    item: Mapped[int]
    attempt: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    points: Mapped[int] = mapped_column(BigInteger)
    low: Mapped[int] = mapped_column(BigInteger)
    """The lowest place on its x axis."""
    high: Mapped[int] = mapped_column(BigInteger)
    tail: Mapped[bytes]
    """Its newest points, 1 to 512 of them, as `spec.pack` has them."""


class MetricPiece(Base):
    """512 points of a curve. `low` and `high`: where they are on its x axis."""

    __tablename__ = "metric_piece"
    __table_args__ = (Index("ix_metric_piece_run_id", "run_id"),)

    source_id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(Id, ForeignKey("run.id", ondelete="CASCADE"))
    low: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[int] = mapped_column(BigInteger)
    outline: Mapped[bytes]
    """Those of its points that a coarse drawing needs, as `spec.outline` has them."""
    data: Mapped[bytes]
    """All of them, as `spec.press` has them."""
