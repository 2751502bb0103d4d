"""On which cluster a run is: chosen by its project's rule, moved by a person, and told apart from what
another cluster still has of it."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from sqlalchemy import select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import Plan, Workload
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid, Raced, Unavailable
from cubestudio.pipelines import access as pipelines
from cubestudio.pipelines.runs import access
from cubestudio.pipelines.runs.events import RunChanged, RunLeft, RunRequested
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.pipelines.runs.spec import workload_name
from cubestudio.pipelines.steps.model import Step, StepState
from cubestudio.projects.access import Standing
from cubestudio.projects.model import Placement, Role

Passed = list[list[str]]
"""[[cluster, why the run is not there], …]."""
WAITING = (StepState.QUEUED.value, StepState.PENDING.value)


def candidates(ctx: AppContext, project: Standing, cluster: str | None) -> list[str]:
    """The clusters among which a run is placed when it is submitted, in order; none when it has a named
    one."""
    if cluster is not None or project.placement != Placement.FIRST:
        return []
    known = [each for each in project.clusters if each in ctx.clusters]
    return known if len(known) > 1 else []


async def choose(
    ctx: AppContext, names: Sequence[str], make: Callable[[str], Awaitable[Workload]]
) -> tuple[str | None, Passed, dict[str, Plan]]:
    """(the first cluster on which a run starts now, else the first on which it waits; why not those before
    it; what each said that was asked). None when it can run on none of them; Unavailable when none of them
    answers. `make`: the workload for a cluster."""
    passed: Passed = []
    plans: dict[str, Plan] = {}
    waiting: str | None = None
    for name in names:
        if name not in ctx.clusters:
            passed.append([name, "It is not configured here."])
            continue
        try:
            plan = plans[name] = await ctx.clusters[name].plan(await make(name))
        except (Invalid, Conflict) as error:
            plan = plans[name] = Plan(verdict="never", message=error.message, problems=(error.message,))
        if plan.verdict == "now":
            return name, passed, plans
        if plan.verdict == "waits" and waiting is None:
            waiting = name
        passed.append([name, "; ".join(plan.problems[:3]) or plan.message])
    if waiting is not None:
        return waiting, [each for each in passed if each[0] != waiting], plans
    if plans and all(plan.verdict == "unknown" for plan in plans.values()):
        raise Unavailable(f"None of the clusters answers: {', '.join(names)}.")
    return None, passed, plans


async def place(tx: Tx, run: str, cluster: str, passed: Passed) -> bool:
    """Write down where a run goes; whether it still was to be placed."""
    open_ = (
        Run.id == run,
        Run.state == RunState.QUEUED.value,
        Run.submitted_at.is_(None),
        Run.candidates.is_not(None),
    )
    moved = await tx.execute(
        update(Run).where(*open_).values(cluster=cluster, candidates=None, passed=passed or None)
    )
    return moved.rowcount == 1


async def offer(tx: Tx, run: str, cluster: str, at: Any) -> bool:
    """Write down that a cluster may have a run from now on; whether the run is still to go there."""
    open_ = (
        Run.id == run,
        Run.state == RunState.QUEUED.value,
        Run.submitted_at.is_(None),
        Run.cluster == cluster,
        Run.leaving.is_(None),
    )
    return (await tx.execute(update(Run).where(*open_).values(offered_at=at))).rowcount == 1


async def kept(tx: Tx, run: str, cluster: str, options: Sequence[str] | None) -> None:
    """A cluster was not given a run after all: it waits for room in its quota, and is placed again when there
    is."""
    open_ = (Run.id == run, Run.cluster == cluster, Run.submitted_at.is_(None))
    await tx.execute(update(Run).where(*open_).values(offered_at=None, candidates=options))


async def left(tx: Tx, run: str, cluster: str) -> bool:
    """The cluster that a run was moved from has it no more; whether the run waited for that."""
    return (
        await tx.execute(update(Run).where(Run.id == run, Run.leaving == cluster).values(leaving=None))
    ).rowcount == 1


async def move(tx: Tx, ctx: AppContext, viewer: Viewer, run: str, cluster: str) -> None:
    """Give a run to another cluster of its project, while no step of it has started; the same run, with its
    number and its parameters."""
    held = await access.run(tx, viewer, run, Role.MEMBER)
    project = (await pipelines.pipeline(tx, viewer, held.pipeline_id, Role.MEMBER)).project
    target = clusters.chosen_cluster(ctx, project, cluster)
    columns = (Run.cluster, Run.state, Run.offered_at, Run.leaving, Run.passed)
    row = (await tx.execute(select(*columns).where(Run.id == run).with_for_update())).one()
    if row.cluster == target:
        raise Conflict(f"The run is on cluster {target}.", field="cluster")
    if row.state not in (RunState.QUEUED.value, RunState.RUNNING.value):
        raise Conflict(
            f"The run is {row.state}; only one of which nothing has started can be moved.",
            field="id",
            hint="Retry it on the other cluster.",
        )
    if row.leaving is not None:
        raise Conflict(
            f"The run is being moved from cluster {row.leaving}.",
            field="id",
            hint="Look again when it has left.",
        )
    own = (Step.run_id == run, Step.cached_from.is_(None))
    started = (
        await tx.execute(select(Step.name).where(*own, Step.state.not_in(WAITING)).limit(1))
    ).scalar_one_or_none()
    if started is not None:
        raise Conflict(
            f"Step {started} of the run has started already.",
            field="id",
            hint="Cancel the run, and retry it on the other cluster.",
        )
    away = row.offered_at is not None and not clusters.cluster_of(ctx, row.cluster).health().reachable
    if away:
        raise Conflict(
            f"Cluster {row.cluster} does not answer: whether the run has started there is not known.",
            field="id",
            hint="Move it when the cluster answers again, or cancel it.",
        )
    moved = await tx.execute(
        update(Run)
        .where(Run.id == run, Run.cluster == row.cluster, Run.state == row.state)
        .values(
            cluster=target,
            candidates=None,
            passed=[*(row.passed or ()), [row.cluster, f"It was moved by {viewer.name}."]],
            leaving=row.cluster if row.offered_at is not None else None,
            offered_at=None,
            submitted_at=None,
            state=RunState.QUEUED.value,
            seq=0,
            started_at=None,
            reason=None,
            message=None,
        )
    )
    if moved.rowcount != 1:
        raise Raced("The run changed at the same moment.", field="id", hint="Look again.")
    await tx.execute(
        update(Step)
        .where(*own)
        .values(
            state=StepState.QUEUED.value,
            seq=0,
            attempt=0,
            reason=None,
            message=None,
            pod_id=None,
            started_at=None,
        )
    )
    await clusters.vanish(tx, row.cluster, workload_name(run), f"Its run was moved to cluster {target}.")
    tx.record(
        RunLeft(run, held.project_id, row.cluster)
        if row.offered_at is not None
        else RunRequested(run, held.project_id)
    )
    tx.record(RunChanged(run, held.project_id))


async def strays(conn: Reader, cluster: str, runs: Collection[str]) -> set[str]:
    """Of runs that a cluster reports, those that are on another by now: they were moved, and it is to forget
    them."""
    if not runs:
        return set()
    statement = select(Run.id).where(Run.id.in_(runs), Run.cluster != cluster).with_for_update()
    return set((await conn.execute(statement)).scalars())


def report(tx: Tx, cluster: str, run: str, project: str) -> None:
    """Have a cluster forget a run that is on another."""
    tx.record(RunLeft(run, project, cluster))
