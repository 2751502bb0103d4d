"""What former runs say: the strip of a pipeline's last runs, how long its steps usually take, when a run will
end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Text, exists, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader
from cubestudio.pipelines.model import Pipeline, Version
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.steps.model import Step, StepState
from cubestudio.projects import access as projects
from cubestudio.projects.model import Project

LAST = 20
"""How many former runs are shown, and how many times that a step ran say how long it usually takes."""
FAR = 200
"""How many former runs are looked through for these: in most of the last ones its result may have been taken
from before."""
LAST_STEPS = 500


@dataclass(frozen=True)
class Usual:
    """Seconds: half of the former ones took at most `median`, nine of ten at most `p90`; `count` were looked
    at."""

    median: float
    p90: float
    count: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Usual":
        ordered = sorted(seconds)
        return cls(
            ordered[(len(ordered) - 1) // 2],
            ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))],
            len(ordered),
        )


@dataclass(frozen=True)
class Waiting:
    """A step of a run that is going on, as `expect` needs it."""

    name: str
    needs: Sequence[str]
    final: bool
    started_at: datetime | None


def expect(
    steps: Iterable[Waiting], usual: Mapping[str, Usual], now: datetime
) -> tuple[datetime, datetime] | None:
    """When a run will have ended, by medians and by nine of ten: the longest way through what is left of it.
    None when a step that is left never succeeded before."""
    open_ = {step.name: step for step in steps if not step.final}
    ends: dict[str, tuple[float, float]] = {}
    while len(ends) < len(open_):
        ready = [
            step
            for name, step in open_.items()
            if name not in ends and all(need in ends or need not in open_ for need in step.needs)
        ]
        if not ready:
            return None
        for step in ready:
            if step.name not in usual:
                return None
            known = usual[step.name]
            before = [ends[need] for need in step.needs if need in ends]
            passed = (now - step.started_at).total_seconds() if step.started_at else 0.0
            ends[step.name] = (
                max([end for end, _ in before], default=0.0) + max(known.median - passed, 0.0),
                max([end for _, end in before], default=0.0) + max(known.p90 - passed, 0.0),
            )
    longest = [max((end[place] for end in ends.values()), default=0.0) for place in (0, 1)]
    return now + timedelta(seconds=longest[0]), now + timedelta(seconds=longest[1])


async def recent_by_pipeline(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, list[Row]]:
    """The last runs of pipelines, oldest first."""
    columns = (
        Run.pipeline_id,
        Run.id,
        Run.number,
        Run.state,
        Run.counts,
        Run.created_at,
        Run.started_at,
        Run.finished_at,
    )
    found: dict[str, list[Row]] = {}
    for row in await conn.execute(
        select(*columns)
        .join(Pipeline, Pipeline.id == Run.pipeline_id)
        .where(Run.pipeline_id.in_(keys), Run.number > Pipeline.runs - LAST)
        .order_by(Run.pipeline_id, Run.number)
    ):
        found.setdefault(row.pipeline_id, []).append(row)
    return found


async def usual_by_pipeline(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, dict[str, Usual]]:
    """How long each step of pipelines took the last times that it ran and succeeded. Where its result was
    taken from before, or that of some of its items, it took no time that says anything."""
    item = aliased(Step)
    ran = (
        select(
            Run.pipeline_id,
            Step.name,
            Step.started_at,
            Step.finished_at,
            func.row_number()
            .over(partition_by=(Run.pipeline_id, Step.name), order_by=Run.number.desc())
            .label("place"),
        )
        .join(Run, Run.id == Step.run_id)
        .join(Pipeline, Pipeline.id == Run.pipeline_id)
        .where(
            Run.pipeline_id.in_(keys),
            Run.number > Pipeline.runs - FAR,
            Step.item == -1,
            Step.state == StepState.SUCCEEDED.value,
            Step.started_at.is_not(None),
            Step.finished_at.is_not(None),
            ~exists().where(
                item.run_id == Step.run_id, item.name == Step.name, item.state == StepState.CACHED.value
            ),
        )
        .subquery()
    )
    seconds: dict[str, dict[str, list[float]]] = {}
    for row in await conn.execute(select(ran).where(ran.c.place <= LAST)):
        took = (row.finished_at - row.started_at).total_seconds()
        seconds.setdefault(row.pipeline_id, {}).setdefault(row.name, []).append(took)
    return {key: {name: Usual.of(values) for name, values in steps.items()} for key, steps in seconds.items()}


async def record_of(conn: Reader, viewer: Viewer, name: str, scope: str) -> tuple[int, int, float | None]:
    """(steps that ended, those that succeeded, median seconds) among the newest of a template that the viewer
    may see; `scope`: the project that the template belongs to, or "" for the platform's."""
    roles = await projects.mine(conn, viewer)
    statement = (
        select(Step.state, Step.started_at, Step.finished_at)
        .join(Run, Run.id == Step.run_id)
        .where(
            Step.template == name,
            Step.item == -1,
            Step.state.in_([StepState.SUCCEEDED.value, StepState.FAILED.value]),
        )
    )
    if scope:
        statement = statement.where(Run.project_id == scope)
    elif roles is not None:
        statement = statement.where(Run.project_id.in_(list(roles)))
    rows = (await conn.execute(statement.order_by(Step.id.desc()).limit(LAST_STEPS))).all()
    good = [row for row in rows if row.state == StepState.SUCCEEDED.value]
    took = [
        (row.finished_at - row.started_at).total_seconds()
        for row in good
        if row.started_at and row.finished_at
    ]
    return len(rows), len(good), Usual.of(took).median if took else None


async def users_of(conn: Reader, viewer: Viewer, name: str, scope: str, most: int = 200) -> Sequence[Any]:
    """The pipelines that the viewer may see whose newest version uses a template."""
    roles = await projects.mine(conn, viewer)
    statement = (
        select(Pipeline.id)
        .join(Project, Project.id == Pipeline.project_id)
        .join(Version, (Version.pipeline_id == Pipeline.id) & (Version.number == Pipeline.latest))
        .where(type_coerce(Version.definition, Text).contains(f'"template":"{name}@', autoescape=True))
    )
    if scope:
        statement = statement.where(Pipeline.project_id == scope)
    elif roles is not None:
        statement = statement.where(Pipeline.project_id.in_(list(roles)))
    return (await conn.execute(statement.order_by(Pipeline.changed_at.desc()).limit(most))).scalars().all()
