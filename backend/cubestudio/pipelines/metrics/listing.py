"""Metrics, read: which curves a run has, and each as exactly as it is drawn."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.db import Reader, pieces
from cubestudio.pipelines.metrics import spec
from cubestudio.pipelines.metrics.model import Metric, MetricPiece, MetricSource
from cubestudio.pipelines.metrics.spec import Drawn, Reported
from cubestudio.pipelines.steps import actions as steps
from cubestudio.pipelines.steps.model import Step

UNPACKED = 262_144
"""Points that one question unpacks; a curve with more than its share of them is drawn by the outlines of its
pieces."""
_COLUMNS = (
    Metric.source_id,
    Metric.key,
    Metric.run_id,
    Metric.step,
    Metric.item,
    Metric.attempt,
    Metric.name,
    Metric.points,
    Metric.low,
    Metric.high,
    Metric.tail,
)


@dataclass(frozen=True)
class Curve:
    """The points of one name that a step, or one item of its fan-out, reported. `rows`: a row for each
    source, in the order of attempts."""

    step: str
    item: int
    name: str
    rows: tuple[Row, ...]

    @property
    def points(self) -> int:
        return sum(row.points for row in self.rows)

    @property
    def last(self) -> Drawn:
        """The point that was reported last."""
        return _last(self.rows[-1])


@dataclass(frozen=True)
class Origin:
    """Whose metrics a step of a run shows: its own, or, when its result was taken from before, those of the
    step that ran."""

    run: str
    step: str
    source_run: str
    source_step: str


async def origins(conn: Reader, runs: Sequence[str]) -> list[Origin]:
    """Of all steps of runs, in their order; however often a result was taken since it was made."""
    found: list[Origin] = []
    for piece in pieces(runs):
        columns = (Step.id, Step.run_id, Step.name, Step.cached_from)
        rows = (
            await conn.execute(
                select(*columns).where(Step.run_id.in_(piece), Step.item == -1).order_by(Step.position)
            )
        ).all()
        taken = await steps.origins(conn, [row.cached_from for row in rows if row.cached_from is not None])
        for row in rows:
            ran = row if row.cached_from is None else taken.get(row.cached_from)
            if ran is not None:
                found.append(Origin(row.run_id, row.name, ran.run_id, ran.name))
    return found


async def curves(
    conn: Reader,
    run: str,
    step: str | None = None,
    item: int | None = None,
    names: Sequence[str] | None = None,
) -> list[Curve]:
    """The curves of a run, of one step, of one item; in the order of the steps. Steps whose results were
    taken from before have those of the steps that ran."""
    found: list[Curve] = []
    for origin in await origins(conn, [run]):
        if step is None or origin.step == step:
            statement = select(*_COLUMNS).where(
                Metric.run_id == origin.source_run, Metric.step == origin.source_step
            )
            if item is not None:
                statement = statement.where(Metric.item == item)
            if names is not None:
                statement = statement.where(Metric.key.in_([spec.key_of(name) for name in names]))
            found += _grouped(origin.step, (await conn.execute(statement)).all())
    return found


def _grouped(step: str, rows: Sequence[Row]) -> list[Curve]:
    groups: dict[tuple[int, str], list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row.item, row.name, row.attempt, row.source_id)):
        groups.setdefault((row.item, row.name), []).append(row)
    return [Curve(step, item, name, tuple(group)) for (item, name), group in groups.items()]


async def drawn(
    conn: Reader, curve: Curve, low: int | None, high: int | None, columns: int, share: int
) -> tuple[list[Drawn], bool]:
    """A curve between two places of its x axis, as it is drawn `columns` pixels wide, and whether these are
    all its points there. What a later attempt reports again replaces what an earlier one reported from there
    on."""
    found: list[Drawn] = []
    every = True
    ends: int | None = None
    attempt: int | None = None
    for row in reversed(curve.rows):
        if attempt is not None and row.attempt < attempt:
            ends = min(
                each
                for each in (ends, *(other.low for other in curve.rows if other.attempt == attempt))
                if each is not None
            )
        attempt = row.attempt
        top = high if ends is None else ends - 1 if high is None else min(high, ends - 1)
        more, exact = await _of_source(conn, row, low, top, max(share, columns))
        found, every = more + found, every and exact
    thinned = (
        spec.thin(found, columns)
        if len(found) <= columns
        else await asyncio.to_thread(spec.thin, found, columns)
    )
    return thinned, every and len(thinned) == len(found)


async def _of_source(
    conn: Reader, row: Row, low: int | None, high: int | None, most: int
) -> tuple[list[Drawn], bool]:
    """The points of one source between two places; when there are more than `most`, of full pieces those of
    their outlines."""
    if (low is not None and row.high < low) or (high is not None and row.low > high):
        return [], True
    found, before = _tail(row)
    exact = True
    if before:
        here = [
            MetricPiece.source_id == row.source_id,
            MetricPiece.key == row.key,
            MetricPiece.number < before // spec.PIECE,
        ]
        here += [] if low is None else [MetricPiece.high >= low]
        here += [] if high is None else [MetricPiece.low <= high]
        count = (await conn.execute(select(func.count()).select_from(MetricPiece).where(*here))).scalar_one()
        exact = count * spec.PIECE <= most
        found = await _pieces(conn, here, exact) + found
    return [
        point for point in found if (low is None or point[0] >= low) and (high is None or point[0] <= high)
    ], exact


def _tail(row: Row) -> tuple[list[Drawn], int]:
    """The newest points of a source, and how many come before them in pieces. A piece that was made since
    this was read holds these points too, and is not looked at."""
    before = row.points - len(row.tail) // spec.RECORD.size
    return spec.unpack(row.tail, before), before


def _last(row: Row) -> Drawn:
    return spec.unpack(row.tail[-spec.RECORD.size :], row.points - 1)[0]


async def _pieces(conn: Reader, here: Sequence[ColumnElement[bool]], exact: bool) -> list[Drawn]:
    column = MetricPiece.data if exact else MetricPiece.outline
    rows = (
        await conn.execute(
            select(MetricPiece.number, column.label("data")).where(*here).order_by(MetricPiece.number)
        )
    ).all()

    def read() -> list[Drawn]:
        found: list[Drawn] = []
        for row in rows:
            first = row.number * spec.PIECE
            found += spec.unpack(spec.unpress(row.data), first) if exact else spec.outlined(row.data, first)
        return found

    return await asyncio.to_thread(read) if len(rows) > 1 else read()


async def page(conn: Reader, curve: Curve, after: int, first: int) -> list[Drawn]:
    """Points of a curve in the order reported, from place `after` on."""
    found: list[Drawn] = []
    for row in curve.rows:
        if after < row.points and len(found) < first:
            tail, before = _tail(row)
            end = min(before, after + first - len(found)) - 1
            here = [MetricPiece.source_id == row.source_id, MetricPiece.key == row.key]
            between = MetricPiece.number.between(after // spec.PIECE, end // spec.PIECE)
            points = (await _pieces(conn, [*here, between], True) if end >= after else []) + tail
            found += [point for point in points if point[1] >= after][: first - len(found)]
        after = max(after - row.points, 0)
    return found


async def reported(conn: Reader, runs: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, Reported]]:
    """{run: {metric: what it reported of it}}; of several steps and items that report the same, the one that
    did so last counts."""
    keys = [spec.key_of(name) for name in names]
    told = await origins(conn, runs)
    rows: dict[tuple[str, str], list[Row]] = {}
    for piece in pieces(sorted({origin.source_run for origin in told})):
        for row in await conn.execute(
            select(*_COLUMNS).where(Metric.run_id.in_(piece), Metric.key.in_(keys))
        ):
            rows.setdefault((row.run_id, row.step), []).append(row)
    together: dict[str, dict[str, list[Row]]] = {}
    for origin in told:
        for row in rows.get((origin.source_run, origin.source_step), ()):
            together.setdefault(origin.run, {}).setdefault(row.name, []).append(row)
    found: dict[str, dict[str, Reported]] = {}
    for run, named in together.items():
        for name, sources in named.items():
            sources.sort(key=lambda row: (_last(row)[2], row.source_id))
            points = [
                point for row in sources for point in (await _of_source(conn, row, None, None, row.points))[0]
            ]
            found.setdefault(run, {})[name] = await asyncio.to_thread(Reported.of, points)
    return found


async def warnings_by_step(
    conn: AsyncConnection, keys: Sequence[tuple[str, str, int]]
) -> dict[tuple[str, str, int], list[str]]:
    """Sentences about numbers that were left out, of steps by (run, name, item)."""
    columns = (
        MetricSource.run_id,
        MetricSource.step,
        MetricSource.item,
        MetricSource.faults,
        MetricSource.left_out,
    )
    statement = select(*columns).where(
        MetricSource.run_id.in_({run for run, _, _ in keys}), MetricSource.left_out > 0
    )
    found: dict[tuple[str, str, int], list[str]] = {}
    for row in await conn.execute(statement.order_by(MetricSource.id)):
        words = found.setdefault((row.run_id, row.step, row.item), [])
        words += row.faults
        if row.left_out > len(row.faults):
            words.append(f"{row.left_out - len(row.faults)} more metrics were left out or changed")
    return found
