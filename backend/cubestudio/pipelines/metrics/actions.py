"""What steps report, written down: each point once, whoever tells of it and however often."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, tuple_, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock
from cubestudio.core.cluster.port import PodStatus
from cubestudio.core.db import Tx, pieces
from cubestudio.core.errors import NotFound
from cubestudio.pipelines import messages
from cubestudio.pipelines.metrics import spec
from cubestudio.pipelines.metrics.model import Metric, MetricPiece, MetricSource
from cubestudio.pipelines.steps.model import Step

MOST_NAMES = 5_000
"""Curves of one source."""
MOST_POINTS = 20_000_000
"""Points of one source."""
MOST_FAULTS = 20
"""Sentences of one source about what was left out; of more the number alone is kept."""
ASIDE = 5_000
"""More points than this at once are not handled on the event loop."""
BYTES = spec.PIECE * spec.RECORD.size


@dataclass(kw_only=True, frozen=True)
class Source:
    """What reports: a pod or, when its code logs by itself, a step; of which run, step, item (-1: of none)
    and attempt."""

    id: str
    run: str
    step: str
    item: int
    attempt: int


@dataclass
class News:
    """What a source reported that is not written down yet."""

    source: Source
    row: dict[str, Any]
    curves: dict[str, list[tuple[int | None, int, float]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def _number(item: int | None) -> int:
    return -1 if item is None else item


async def measure(tx: Tx, pods: Sequence[PodStatus]) -> set[str]:
    """Write down the metrics that pods reported; which runs they belong to."""
    told = [
        (
            Source(
                id=pod.id,
                run=pod.labels["cubestudio/id"],
                step=pod.node or "",
                item=_number(pod.item),
                attempt=pod.attempt,
            ),
            pod.metrics,
        )
        for pod in pods
        if pod.metrics
    ]
    await _write(tx, told)
    return {source.run for source, _ in told}


async def report(tx: Tx, run: str, pod: str, points: Sequence[Mapping[str, Any]]) -> None:
    """Write down points that a pod of a run sends while it runs, numbered as those of its whole file will be.
    Raises NotFound when the run has no such pod yet."""
    row = (await clusters.pods_by_id(tx.connection, [pod])).get(pod)
    if row is None or row.owner_id != run:
        raise NotFound(messages.RUN_POD_NOT_FOUND())
    await _write(
        tx,
        [(Source(id=pod, run=run, step=row.step or "", item=_number(row.item), attempt=row.attempt), points)],
    )


async def log(
    tx: Tx, run: str, step: str, item: int, points: Sequence[tuple[str, float, int | None, int | None]]
) -> None:
    """Write down what a step's code logs by itself: (name, value, step, milliseconds since 1970). Raises
    NotFound when it has no such step."""
    found = select(Step.id, Step.attempt).where(Step.run_id == run, Step.name == step, Step.item == item)
    row = (await tx.execute(found)).one_or_none()
    if row is None:
        raise NotFound(messages.RUNNING_STEP_NOT_FOUND(step=step[:60]))
    told = [{"name": name, "value": value, "step": at_step, "at": at} for name, value, at_step, at in points]
    await _write(tx, [(Source(id=row.id, run=run, step=step, item=item, attempt=row.attempt), told)])


async def _write(tx: Tx, told: Sequence[tuple[Source, Sequence[Mapping[str, Any]]]]) -> None:
    """Points without a place in a file (`line`) come after all that there are."""
    if not told:
        return
    rows = await _sources(tx, [source for source, _ in told])
    many = sum(len(points) for _, points in told) > ASIDE
    news = await asyncio.to_thread(_new, rows, told) if many else _new(rows, told)
    await _extend(tx, [here for here in news.values() if here.curves])
    for here in news.values():
        here.row["left_out"] += len(here.faults)
        here.row["faults"] = (here.row["faults"] + here.faults)[:MOST_FAULTS]
    changed = [{"b_id": each, **{name: here.row[name] for name in _CHANGES}} for each, here in news.items()]
    statement = update(MetricSource).where(MetricSource.id == bindparam("b_id"))
    for piece in pieces(changed):
        await tx.execute(statement, piece)


def _new(
    rows: Mapping[str, dict[str, Any]], told: Sequence[tuple[Source, Sequence[Mapping[str, Any]]]]
) -> dict[str, News]:
    """What is not written down yet, by source; the rows of sources count on."""
    now = clock.micros() // 1000
    news: dict[str, News] = {}
    for source, points in told:
        here = news.setdefault(source.id, News(source, rows[source.id]))
        lines = here.row["lines"]
        for point in points:
            line = point.get("line", lines)
            if line < lines:
                continue
            lines = line + 1
            if "fault" in point:
                here.faults.append(point["fault"])
            if point["value"] is not None:
                at = point["at"]
                here.curves.setdefault(point["name"], []).append(
                    (point["step"], now if at is None else at, point["value"])
                )
        here.row["lines"] = lines
    return news


_CHANGES = ("lines", "names", "points", "faults", "left_out")


async def _sources(tx: Tx, sources: Iterable[Source]) -> dict[str, dict[str, Any]]:
    """The rows of sources, which nobody else extends until this is over; those that lack are made."""
    wanted = {source.id: source for source in sources}
    found: dict[str, dict[str, Any]] = {}
    for piece in pieces(sorted(wanted)):
        statement = (
            select(*MetricSource.__table__.columns).where(MetricSource.id.in_(piece)).with_for_update()
        )
        found |= {row.id: dict(row._mapping) for row in await tx.execute(statement)}
    new: list[dict[str, Any]] = [
        {
            "id": source.id,
            "run_id": source.run,
            "step": source.step,
            "item": source.item,
            "lines": 0,
            "names": 0,
            "points": 0,
            "faults": [],
            "left_out": 0,
        }
        for source in wanted.values()
        if source.id not in found
    ]
    for piece in pieces(new):
        await tx.execute(insert(MetricSource), piece)
    return found | {row["id"]: row for row in new}


async def _extend(tx: Tx, news: Sequence[News]) -> None:
    """Put points at the ends of their curves."""
    known = await _curves(tx, news)
    new: list[dict[str, Any]] = []
    longer: list[dict[str, Any]] = []
    full: list[dict[str, Any]] = []
    for here in news:
        for name, points in here.curves.items():
            key = spec.key_of(name)
            row = known.get((here.source.id, key))
            if not _has_room(here, name, row is None, len(points)):
                continue
            work = partial(_extended, here.source, key, name, row, points)
            made, pressed = await asyncio.to_thread(work) if len(points) > ASIDE else work()
            (new if row is None else longer).append(made)
            full += pressed
    for piece in pieces(full):
        await tx.execute(insert(MetricPiece), piece)
    for piece in pieces(new):
        await tx.execute(insert(Metric), piece)
    here_ = (Metric.source_id == bindparam("b_source")) & (Metric.key == bindparam("b_key"))
    columns = ("points", "low", "high", "tail")
    for piece in pieces(
        [
            {"b_source": row["source_id"], "b_key": row["key"], **{name: row[name] for name in columns}}
            for row in longer
        ]
    ):
        await tx.execute(update(Metric).where(here_), piece)


async def _curves(tx: Tx, news: Sequence[News]) -> dict[tuple[str, str], Row]:
    wanted = [(here.source.id, spec.key_of(name)) for here in news for name in here.curves]
    columns = (Metric.source_id, Metric.key, Metric.points, Metric.low, Metric.high, Metric.tail)
    found: dict[tuple[str, str], Row] = {}
    for piece in pieces(wanted, 200):
        for row in await tx.execute(select(*columns).where(tuple_(Metric.source_id, Metric.key).in_(piece))):
            found[row.source_id, row.key] = row
    return found


def _has_room(here: News, name: str, new: bool, points: int) -> bool:
    """Whether a source may report that much more; else it is said that it may not."""
    if new and here.row["names"] >= MOST_NAMES:
        here.faults.append(f"{name[:60]} was left out: a step reports {MOST_NAMES} names at most")
        return False
    if here.row["points"] + points > MOST_POINTS:
        here.faults.append(
            f"{points} points of {name[:60]} were left out: a step reports {MOST_POINTS} points at most"
        )
        return False
    here.row["names"] += new
    here.row["points"] += points
    return True


def _extended(
    source: Source, key: str, name: str, row: Row | None, points: Sequence[tuple[int | None, int, float]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A curve with further points at its end, and the pieces that became full."""
    before = row.points if row else 0
    tail = (row.tail if row else b"") + spec.pack(points)
    xs = [before + place if step is None else step for place, (step, _, _) in enumerate(points)]
    begin = (before + len(points) - len(tail) // spec.RECORD.size) // spec.PIECE
    full: list[dict[str, Any]] = []
    while (len(tail) - len(full) * BYTES) > BYTES:
        data = tail[len(full) * BYTES : (len(full) + 1) * BYTES]
        number = begin + len(full)
        piece = spec.unpack(data, number * spec.PIECE)
        inside = [point[0] for point in piece]
        full.append(
            {
                "source_id": source.id,
                "key": key,
                "number": number,
                "run_id": source.run,
                "low": min(inside),
                "high": max(inside),
                "outline": spec.outline(piece),
                "data": spec.press(data),
            }
        )
    return {
        "source_id": source.id,
        "key": key,
        "run_id": source.run,
        "step": source.step,
        "item": source.item,
        "attempt": source.attempt,
        "name": name,
        "points": before + len(points),
        "low": min([*xs, *([row.low] if row else [])]),
        "high": max([*xs, *([row.high] if row else [])]),
        "tail": tail[len(full) * BYTES :],
    }, full
