"""Metrics in the graph."""

import math
from collections.abc import Sequence
from typing import Any

import strawberry

from cubestudio.core.errors import Invalid
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.scalars import Json, Long
from cubestudio.core.numeric import packed
from cubestudio.pipelines import messages
from cubestudio.pipelines.metrics import listing
from cubestudio.pipelines.metrics.spec import Drawn
from cubestudio.pipelines.steps.api import Step

Info = strawberry.Info[Context]
MOST_CURVES = 10_000
MOST_COLUMNS = 10_000
MOST_NAMES = 1_000


def _shown(point: Drawn) -> list[Any]:
    x, _, at, value = point
    return [x, packed(value), at]


@strawberry.type(
    description="The metric of one name that a step, or one item of its fan-out, reported. Where an attempt "
    "reports again what an "
    "earlier attempt reported, it replaces that from its own lowest step on."
)
class MetricSeries:
    step: str = strawberry.field(description="Name of the step that reported it.")
    item: int | None = strawberry.field(description="Index in the fan-out, from 0; null for the step itself.")
    name: str = strawberry.field(description="Name of the metric.")
    count: Long = strawberry.field(description="How many points were reported.")
    low: Long = strawberry.field(
        description="The lowest step. A point that was reported without a step has its place from 0 on "
        "instead."
    )
    high: Long = strawberry.field(description="The highest step.")
    last: Json = strawberry.field(
        description="The point that was reported last: [step, value, milliseconds since 1970]. A value is a "
        'number, or "NaN", "Infinity" or "-Infinity" as text.'
    )
    points: Json = strawberry.field(
        description="Points by step, packed: [[step, value, milliseconds since 1970], …], values as in "
        "`last`."
    )
    exact: bool = strawberry.field(
        description="Whether `points` has every point between `from` and `to`. If not, it has of each column "
        "of pixels the first, lowest, highest and last point, and the first that is no finite number."
    )


async def series(
    info: Info,
    run: str,
    step: str | None,
    item: int | None,
    names: Sequence[str] | None,
    between: tuple[float | None, float | None],
    columns: int,
) -> list[MetricSeries]:
    """The metrics of a run that the viewer may see."""
    if not 0 <= columns <= MOST_COLUMNS:
        raise Invalid(messages.POINTS_OUT_OF_RANGE(most=MOST_COLUMNS), field="points")
    if names is not None and len(names) > MOST_NAMES:
        raise Invalid(messages.METRIC_NAMES_TOO_MANY(most=MOST_NAMES), field="names")
    low, high = (
        _place(name, value, up)
        for name, value, up in zip(("from", "to"), between, (True, False), strict=True)
    )
    async with info.context.read() as conn:
        curves = await listing.curves(conn, run, step, item, names)
        if len(curves) > MOST_CURVES:
            raise Invalid(messages.METRICS_TOO_MANY(count=len(curves), most=MOST_CURVES), field="names")
        share = listing.UNPACKED // max(len(curves), 1)
        found = []
        for curve in curves:
            points, exact = (
                await listing.drawn(conn, curve, low, high=high, columns=columns, share=share)
                if columns
                else ([], False)
            )
            found.append(
                MetricSeries(
                    step=curve.step,
                    item=None if curve.item < 0 else curve.item,
                    name=curve.name,
                    count=curve.points,
                    low=min(row.low for row in curve.rows),
                    high=max(row.high for row in curve.rows),
                    last=_shown(curve.last),
                    points=[_shown(point) for point in points],
                    exact=exact,
                )
            )
    return found


def _place(name: str, value: float | None, up: bool) -> int | None:
    """A bound of the x axis as a whole number."""
    if value is None:
        return None
    if not math.isfinite(value):
        raise Invalid(messages.NUMBER_NOT_FINITE(name=name), field=name)
    return max(min(math.ceil(value) if up else math.floor(value), 2**63 - 1), -(2**63))


async def _warnings(root: Step, info: Info) -> list[str]:
    return (
        await info.context.load(
            listing.warnings_by_step, (root.run_id, root.name, -1 if root.item is None else root.item)
        )
        or []
    )


extend(
    Step,
    warnings=strawberry.field(
        resolver=_warnings,
        description="What of its metrics was left out or changed, and why: the first 20 sentences of each "
        "attempt.",
    ),
)
