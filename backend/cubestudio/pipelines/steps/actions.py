"""What the cluster reports of steps, written down; and reading it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids
from cubestudio.core.cluster.port import Graph, NodeState, Outcome, StepStatus
from cubestudio.core.db import Reader, Tx, pieces
from cubestudio.core.errors import NotFound
from cubestudio.pipelines import messages
from cubestudio.pipelines.steps.model import NOT_RECORDED, Artifact, Step, StepState, Tracked
from cubestudio.pipelines.steps.spec import key, left, left_by_items

STATES = {
    NodeState.WAITING: StepState.QUEUED,
    NodeState.PENDING: StepState.PENDING,
    NodeState.RUNNING: StepState.RUNNING,
    NodeState.RETRYING: StepState.RETRYING,
    NodeState.SUCCEEDED: StepState.SUCCEEDED,
    NodeState.FAILED: StepState.FAILED,
    NodeState.SKIPPED: StepState.SKIPPED,
    NodeState.CANCELLED: StepState.CANCELLED,
    NodeState.GIVEN: StepState.CACHED,
    NodeState.UNKNOWN: StepState.UNKNOWN,
}
MOST_ON_STRIP = 60
MOST_TRACKED = 5000
"""Parameters and tags that one step may log by MLflow."""
_FIXED = ("id", "run_id", "pipeline_id", "name", "item", "position", "template", "needs", "parts")
_SEEN = (
    "state",
    "attempt",
    "reason",
    "message",
    "items",
    "value",
    "started_at",
    "finished_at",
    "seq",
    "pod_id",
    "omitted",
    "outputs",
    "digest",
    "cache_key",
    "cached_from",
)
"""Columns that observations change."""
_WRITE = update(Step).where(Step.id == bindparam("of"))


def _number(item: int | None) -> int:
    return -1 if item is None else item


async def observe(tx: Tx, seen: Sequence[StepStatus]) -> set[str]:  # noqa: C901
    """Write down observations of steps; which runs they changed. Late or repeated ones change nothing."""
    newest = {(sight.labels["cubestudio/id"], sight.node, _number(sight.item)): sight for sight in seen}
    rows: dict[Any, dict[str, Any]] = await _rows(tx, {(run, name) for run, name, _ in newest})
    ended = [(run, name) for (run, name, _), sight in newest.items() if sight.outcome is not None]
    inputs = await _digests(tx, {(run, need) for run, name in ended for need in _needs(rows, run, name)})
    changes: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    left_: list[dict[str, Any]] = []
    changed: set[str] = set()
    for place in sorted(newest, key=lambda place: newest[place].sequence):
        run, name, item = place
        sight = newest[place]
        row, parent = rows.get(place), rows.get((run, name, -1))
        if parent is None or (row is not None and row["seq"] > sight.sequence):
            # the same again is written again: what a step is may follow from more than one object of a
            # cluster
            continue
        changed.add(run)
        values = _values(sight)
        if sight.state == NodeState.GIVEN:  # what is known of it was laid out with the run
            values = {column: value for column, value in values.items() if value is not None}
        over = row is not None and row["state"] == values["state"] and sight.state.final
        if row is None:
            row = {**parent, **dict.fromkeys(_SEEN), "id": ids.new(), "item": item, "seq": 0}
            rows[place] = row
            new.append(row)
        if sight.outcome is not None:
            values["omitted"] = list(sight.outcome.warnings) or None
            if sight.state in (NodeState.SUCCEEDED, NodeState.GIVEN):
                digest = left(sight.outcome)
                if sight.items is not None:
                    digest = left_by_items(
                        [
                            rows[run, name, index]["digest"]
                            for index in range(sight.items)
                            if (run, name, index) in rows
                        ]
                    )
                outputs = dict(sight.outcome.values)
                if sight.items is not None:
                    outputs = _gathered(
                        outputs, [rows.get((run, name, index), {}) for index in range(sight.items)]
                    )
                values |= {"outputs": outputs, "digest": digest}
                read = {need: inputs.get((run, need)) or "" for need in parent["needs"]}
                if all(read.values()) and sight.items is None:
                    values["cache_key"] = key(parent["parts"], read, sight.value, item >= 0)
                inputs[run, name] = digest if item < 0 else inputs.get((run, name))
            if not over and not (sight.state == NodeState.GIVEN and row["digest"]):
                left_ += _artifacts(run, row["id"], sight.outcome)  # ty: ignore
        row |= values
        changes.append(row)
    columns = {column.key for column in Step.__table__.columns}
    for piece in pieces(new):
        await tx.execute(insert(Step), [{column: row.get(column) for column in columns} for row in piece])
    fresh = {row["id"] for row in new}
    known = [
        {"of": row["id"], **{name: row[name] for name in _SEEN}} for row in changes if row["id"] not in fresh
    ]
    for piece in pieces(known):
        await tx.execute(_WRITE, piece)
    for piece in pieces(left_):
        await tx.execute(insert(Artifact), piece)
    return changed


def _gathered(outputs: dict[str, Any], items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The outputs of a fan-out, with those of items that were taken from before, of which a cluster may know
    nothing."""
    kept = {
        index: row["outputs"]
        for index, row in enumerate(items)
        if row.get("state") == StepState.CACHED.value and row.get("outputs")
    }
    names = dict.fromkeys([*outputs, *(name for values in kept.values() for name in values)])
    return {
        name: [
            kept[index].get(name) if index in kept else (outputs.get(name) or [None] * len(items))[index]
            for index in range(len(items))
        ]
        for name in names
    }


async def settle(tx: Tx, run: str, graph: Graph) -> None:
    """Close the steps of a run in which nothing is to be run. What was taken from before was laid out as
    that."""
    for step in graph.nodes:
        values = {
            "skip": {
                "state": StepState.SKIPPED.value,
                "reason": "Skip",
                "message": "it is switched off in the pipeline",
            },
            "empty": {
                "state": StepState.SUCCEEDED.value,
                "items": 0,
                "outputs": {},
                "finished_at": clock.now(),
            },
        }.get(graph.aside(step) or "")
        if values:
            await tx.execute(update(Step).where(Step.run_id == run, Step.name == step.name).values(**values))


def _needs(rows: Mapping[tuple[str, str, int], dict], run: str, name: str) -> list[str]:
    parent = rows.get((run, name, -1))
    return parent["needs"] if parent else []


def _values(sight: StepStatus) -> dict[str, Any]:
    """The columns that an observation sets."""
    return {
        "state": STATES[sight.state].value,
        "attempt": sight.attempt,
        "reason": sight.reason,
        "message": sight.message,
        "items": sight.items,
        "value": sight.value,
        "started_at": sight.started_at,
        "finished_at": sight.finished_at,
        "seq": sight.sequence,
    } | ({"pod_id": sight.pod} if sight.pod else {})


def _artifacts(run: str, step: str, outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {
            "id": ids.new(),
            "run_id": run,
            "step_id": step,
            "path": artifact.path,
            "size": artifact.size,
            "sha256": artifact.sha256,
            "media_type": artifact.media_type,
            "key": artifact.key,
        }
        for artifact in outcome.artifacts
    ]


async def _rows(tx: Tx, names: set[tuple[str, str]]) -> dict[tuple[str, str, int], dict]:
    columns = [getattr(Step, name) for name in (*_FIXED, *_SEEN)]
    found: dict[tuple[str, str, int], dict] = {}
    for piece in pieces(sorted(names)):
        for row in await tx.execute(select(*columns).where(tuple_(Step.run_id, Step.name).in_(piece))):
            found[row.run_id, row.name, row.item] = dict(row._mapping)
    return found


async def _digests(tx: Tx, names: set[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    found: dict[tuple[str, str], str | None] = {}
    for piece in pieces(sorted(names)):
        statement = select(Step.run_id, Step.name, Step.digest).where(
            tuple_(Step.run_id, Step.name).in_(piece), Step.item == -1
        )
        for row in await tx.execute(statement):
            found[row.run_id, row.name] = row.digest
    return found


async def track(tx: Tx, run: str, step: str, item: int, told: Mapping[tuple[str, str], str]) -> None:
    """Write down what a step's code logged itself: {(param, tag or model, name): text}. ValueError when that
    would be too much."""
    new = 0
    for (kind, name), value in told.items():
        where = {"run_id": run, "step": step, "item": item, "kind": kind, "name": name}
        same = [getattr(Tracked, column) == value_ for column, value_ in where.items()]
        if (await tx.execute(update(Tracked).where(*same).values(value=value))).rowcount == 0:
            await tx.execute(insert(Tracked).values(**where, value=value))
            new += 1
    if new:
        count = select(func.count()).where(Tracked.run_id == run, Tracked.step == step, Tracked.item == item)
        if (await tx.execute(count)).scalar_one() > MOST_TRACKED:
            raise ValueError(f"a step logs {MOST_TRACKED} parameters and tags at most")


async def untrack(tx: Tx, run: str, step: str, item: int, kind: str, name: str) -> None:
    """Forget a param or a tag that a step's code logged itself, if it did."""
    here = (
        Tracked.run_id == run,
        Tracked.step == step,
        Tracked.item == item,
        Tracked.kind == kind,
        Tracked.name == name,
    )
    await tx.execute(delete(Tracked).where(*here))


async def exists(conn: Reader, run: str, step: str, item: int) -> bool:
    """Whether a run has this step, or this item of it."""
    return (
        await conn.execute(select(Step.id).where(Step.run_id == run, Step.name == step, Step.item == item))
    ).first() is not None


async def tracked_of(conn: Reader, run: str, step: str, item: int) -> dict[str, dict[str, str]]:
    """{param: {name: value}, tag: {name: value}} that a step's code logged."""
    columns = (Tracked.kind, Tracked.name, Tracked.value)
    statement = (
        select(*columns)
        .where(Tracked.run_id == run, Tracked.step == step, Tracked.item == item)
        .order_by(Tracked.name)
    )
    found: dict[str, dict[str, str]] = {"param": {}, "tag": {}}
    for row in await conn.execute(statement.where(Tracked.kind.in_(list(found)))):
        found[row.kind][row.name] = row.value
    return found


async def noted(
    conn: Reader, run: str, step: str, item: int, kind: str, name: str | None = None
) -> dict[str, str]:
    """{name: text} of one kind of what a step's code logged; of one name alone, if it is given."""
    which = (Tracked.run_id == run, Tracked.step == step, Tracked.item == item, Tracked.kind == kind)
    rows = await conn.execute(
        select(Tracked.name, Tracked.value).where(*which, *([] if name is None else [Tracked.name == name]))
    )
    return {row.name: row.value for row in rows}


async def leave(  # noqa: PLR0913
    tx: Tx, run: str, step: str, item: int, path: str, size: int, sha256: str, media_type: str, key_: str
) -> None:
    """A file that a step's code logged itself; logging it again replaces it."""
    found = select(Step.id).where(Step.run_id == run, Step.name == step, Step.item == item)
    owner = (await tx.execute(found)).scalar_one_or_none()
    if owner is None:
        raise NotFound(messages.RUNNING_STEP_NOT_FOUND(step=step[:60]))
    await tx.execute(delete(Artifact).where(Artifact.step_id == owner, Artifact.path == path))
    values = {
        "id": ids.new(),
        "run_id": run,
        "step_id": owner,
        "path": path,
        "size": size,
        "sha256": sha256,
        "media_type": media_type,
    }
    await tx.execute(insert(Artifact).values(**values, key=key_))


async def strip(tx: Reader, run: str) -> tuple[list[list[str]], dict[str, int]]:
    """A run's steps as lists show them, and how many are in each state."""
    rows = (
        await tx.execute(
            select(Step.name, Step.state).where(Step.run_id == run, Step.item == -1).order_by(Step.position)
        )
    ).all()
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
    return ([[row.name, row.state] for row in rows] if len(rows) <= MOST_ON_STRIP else []), counts


async def unrecorded(tx: Reader, run: str) -> str | None:
    """The name of a step of a run that ended well, and of which it could not be written down what it left."""
    statement = select(Step.name).where(Step.run_id == run, Step.reason == NOT_RECORDED).limit(1)
    return (await tx.execute(statement)).scalar_one_or_none()


async def lose(tx: Tx, run: str, state: StepState, message: str) -> None:
    """Every step of a run that has not ended takes this state, because the cluster says nothing of it any
    more."""
    open_ = [state.value for state in StepState if not state.final]
    await tx.execute(
        update(Step)
        .where(Step.run_id == run, Step.state.in_(open_))
        .values(state=state.value, message=message, seq=0)
    )


COLUMNS = (
    Step.id,
    Step.run_id,
    Step.name,
    Step.item,
    Step.state,
    Step.attempt,
    Step.pod_id,
    Step.reason,
    Step.message,
    Step.value,
    Step.items,
    Step.outputs,
    Step.omitted,
    Step.needs,
    Step.cached_from,
    Step.cache_reason,
    Step.started_at,
    Step.finished_at,
)
NARROW = (Step.run_id, Step.id, Step.name, Step.state)


async def steps_by_run(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Any]]:
    """The steps of runs, without the items of fan-outs."""
    found: dict[str, list[Any]] = {}
    statement = (
        select(*COLUMNS).where(Step.run_id.in_(keys), Step.item == -1).order_by(Step.run_id, Step.position)
    )
    for row in await conn.execute(statement):
        found.setdefault(row.run_id, []).append(row)
    return found


async def states_by_run(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Any]]:
    """Names and states of the steps of runs: what a list needs, and no more."""
    found: dict[str, list[Any]] = {}
    statement = (
        select(*NARROW).where(Step.run_id.in_(keys), Step.item == -1).order_by(Step.run_id, Step.position)
    )
    for row in await conn.execute(statement):
        found.setdefault(row.run_id, []).append(row)
    return found


async def items_of(conn: Reader, run: str, name: str, after: int, first: int) -> Sequence[Row]:
    """Items of a fan-out from place `after` + 1 on."""
    statement = (
        select(*COLUMNS)
        .where(Step.run_id == run, Step.name == name, Step.item > after)
        .order_by(Step.item)
        .limit(first)
    )
    return (await conn.execute(statement)).all()


async def get(conn: Reader, step: str) -> Row | None:
    return (await conn.execute(select(*COLUMNS).where(Step.id == step))).one_or_none()


async def origins(conn: Reader, keys: Sequence[str]) -> Mapping[str, Row]:
    """The steps that ran, by those whose results were taken, however often they were taken since; absent
    where they were deleted."""
    found: dict[str, Row] = {}
    pending = {key: key for key in keys}
    while pending:
        known: dict[str, Row] = {}
        for piece in pieces(sorted({*pending.values()})):
            known |= {row.id: row for row in await conn.execute(select(*COLUMNS).where(Step.id.in_(piece)))}
        here = {key: known[at] for key, at in pending.items() if at in known}
        found |= {key: row for key, row in here.items() if row.cached_from is None}
        pending = {key: row.cached_from for key, row in here.items() if row.cached_from is not None}
    return found


async def artifacts_by_step(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in await conn.execute(
        select(Artifact.__table__).where(Artifact.step_id.in_(keys)).order_by(Artifact.path)
    ):
        found.setdefault(row.step_id, []).append(row)
    return found


async def artifacts_of(conn: Reader, run: str, step: str, item: int) -> Sequence[Row]:
    """The files of one step, or of one item of its fan-out."""
    owner = select(Step.id).where(Step.run_id == run, Step.name == step, Step.item == item).scalar_subquery()
    return (
        await conn.execute(
            select(Artifact.__table__).where(Artifact.step_id == owner).order_by(Artifact.path)
        )
    ).all()


async def artifact(conn: Reader, key_: str) -> Row | None:
    return (await conn.execute(select(Artifact.__table__).where(Artifact.id == key_))).one_or_none()
