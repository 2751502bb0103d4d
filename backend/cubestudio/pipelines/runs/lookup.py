"""What a run asks for, looked up: for its planner results of former runs by key, and by name in the run that
is continued; and what images of the project are on this machine."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select

from cubestudio.core.cluster.port import Artifact as Leaves
from cubestudio.core.cluster.port import Graph, Node, Outcome, Workload
from cubestudio.core.db import Reader, pieces
from cubestudio.core.errors import Fault, Invalid
from cubestudio.core.offload import offload
from cubestudio.images import listing
from cubestudio.images.spec import Definition as Built
from cubestudio.pipelines import messages
from cubestudio.pipelines.runs import spec
from cubestudio.pipelines.runs.model import Run
from cubestudio.pipelines.runs.plan import Answer, Ask, Former, Planned, Result, plan
from cubestudio.pipelines.spec import Definition
from cubestudio.pipelines.steps.model import Artifact, Step, StepState
from cubestudio.templates.actions import Bodies

HERE = "localhost/"
"""What the names of images begin with that were pushed nowhere."""
GOOD = (StepState.SUCCEEDED.value, StepState.CACHED.value)


async def planned(
    tx: Reader,
    definition: Definition,
    bodies: Bodies,
    facts: spec.Facts,
    pipeline: str,
    former: str | None,
    cache: bool,
) -> list[Planned]:
    """Drive the planner, looking up what it asks for."""
    planner = plan(definition, bodies, facts, await _former(tx, former) if former else None, cache)
    answer = None
    while True:
        told = await offload(_next, planner, answer)
        if not isinstance(told, Ask):
            return told
        answer = await _answer(tx, told, pipeline, facts.project_id)


def _next(planner: Generator[Ask, Answer, list[Planned]], answer: Answer | None) -> Ask | list[Planned]:
    """Return what the planner wants to know next, or its plan."""
    try:
        return next(planner) if answer is None else planner.send(answer)
    except StopIteration as end:
        return end.value


RESULT = (
    Step.id,
    Step.run_id,
    Step.name,
    Step.item,
    Step.state,
    Step.outputs,
    Step.digest,
    Step.parts,
    Step.cache_key,
    Step.value,
    Step.reason,
    Step.cached_from,
    Run.number,
)


async def outcomes(tx: Reader, rows: Sequence[Row]) -> list[Outcome]:
    """The values and files that steps left; of those that were taken from before they were laid out with the
    run."""
    left: dict[str, list[Leaves]] = {}
    for piece in pieces([row.id for row in rows]):
        for file in await tx.execute(
            select(Artifact.__table__).where(Artifact.step_id.in_(piece)).order_by(Artifact.path)
        ):
            left.setdefault(file.step_id, []).append(
                Leaves(
                    path=file.path,
                    size=file.size,
                    sha256=file.sha256,
                    media_type=file.media_type,
                    key=file.key,
                )
            )
    return [Outcome(row.outputs or {}, tuple(left.get(row.id, ()))) for row in rows]


async def results(tx: Reader, rows: Sequence[Row]) -> list[Result]:
    """What steps left. A result that was itself taken from before is that of the step that ran, as long as
    that one is there."""
    origins: dict[str, Row] = {}
    for piece in pieces([row.cached_from for row in rows if row.cached_from]):
        statement = select(Step.id, Run.number).join(Run, Run.id == Step.run_id).where(Step.id.in_(piece))
        origins |= {found.id: found for found in await tx.execute(statement)}
    made = [origins.get(row.cached_from) or row for row in rows]
    return [
        Result(
            step_id=origin.id,
            run=f"#{origin.number}",
            outcome=outcome,
            digest=row.digest or "",
            parts=row.parts,
            key=row.cache_key,
            value=row.value,
        )
        for row, origin, outcome in zip(rows, made, await outcomes(tx, rows), strict=True)
    ]


async def _former(tx: Reader, run: str) -> Former:
    statement = select(*RESULT).join(Run, Run.id == Step.run_id).where(Step.run_id == run)
    rows = (await tx.execute(statement)).all()
    good = [row for row in rows if row.state in GOOD and row.digest]
    kept = {
        (row.name, None if row.item < 0 else row.item): result
        for row, result in zip(good, await results(tx, good), strict=True)
    }
    others = {row.name: _ending(row) for row in rows if row.item < 0 and row.state not in GOOD}
    number = rows[0].number if rows else 0
    return Former(f"#{number}", kept, others, {row.name: row.parts for row in rows if row.item < 0})


def _ending(row: Row) -> str:
    words = {
        StepState.FAILED.value: "failed",
        StepState.SKIPPED.value: "was skipped",
        StepState.CANCELLED.value: "was cancelled",
    }
    return words.get(row.state, "did not end")


async def _answer(tx: Reader, ask: Ask, pipeline: str, project: str) -> Answer:
    found: list[Row] = []
    for piece in pieces(ask.keys):
        statement = (
            select(*RESULT)
            .join(Run, Run.id == Step.run_id)
            .where(Step.cache_key.in_(piece), Step.state.in_(GOOD), Run.project_id == project)
            .order_by(Step.id)
        )
        found += (await tx.execute(statement)).all()
    newest = (
        await tx.execute(
            select(*RESULT)
            .join(Run, Run.id == Step.run_id)
            .where(Step.pipeline_id == pipeline, Step.name == ask.newest, Step.item == -1)
            .order_by(Step.id.desc())
            .limit(1)
        )
    ).all()
    latest = {row.cache_key: row for row in found}
    told = await results(tx, [*latest.values(), *newest])
    by_key = dict(zip((key or "" for key in latest), told, strict=False))
    if not newest:
        return Answer(by_key, None)
    last = replace(
        told[-1], run=f"#{newest[0].number}"
    )  # what has changed since then, although an older run may have done the work
    return Answer(by_key, last if newest[0].state in GOOD else replace(last, ending=_ending(newest[0])))


async def housed(
    conn: Reader, project: str, local: bool, workload: Workload, *, strict: bool = True
) -> Workload:
    """A run whose steps are told what their images are on its cluster. `local`: it is the platform's
    machine. Invalid when a step names an image that is nowhere, unless not `strict`, for a run that is to
    be stopped."""
    graph = workload.body
    assert isinstance(graph, Graph)
    names = {node.task.image.name for node in graph.nodes if node.task.image.name and node.task.image.host}
    if not names:
        return workload
    found = await listing.kept(conn, project, sorted(names)) if local else {}
    faults = [
        Fault(words, "environment.image") for node in graph.nodes if (words := _nowhere(node, local, found))
    ]
    if faults and strict:
        raise Invalid.many(faults, messages.RUN_IMAGE_MISSING)
    return replace(workload, body=replace(graph, nodes=tuple(_told(node, found) for node in graph.nodes)))


def _nowhere(node: Node, local: bool, found: Mapping[str, Any]) -> str | None:
    name = node.task.image.name or ""
    if not name.startswith(HERE) or name in found or not node.task.image.host:
        return None
    if local:
        return f"step {node.name}: the project has no image {name} that was built on this machine"
    return f"step {node.name}: image {name} is on the platform's own machine alone; build it for a registry"


def _told(node: Node, found: Mapping[str, Any]) -> Node:
    """Python packages alone are an environment here; everything else is the root of what the step sees."""
    row = found.get(node.task.image.name or "") if node.task.image.host else None
    if row is None:
        return node
    made = Built.model_validate(row.definition)
    image = (
        replace(node.task.image, host=False, python=made.python, requirements=made.pip)
        if made.plain
        else replace(node.task.image, kept=row.id)
    )
    return replace(node, task=replace(node.task, image=image))
