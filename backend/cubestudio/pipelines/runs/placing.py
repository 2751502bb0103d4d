"""On which cluster a run is: chosen by its project's rule, or moved by a person."""

from sqlalchemy import select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.context import AppContext
from cubestudio.core.db import Tx
from cubestudio.core.errors import Conflict
from cubestudio.pipelines import access as pipelines
from cubestudio.pipelines import messages
from cubestudio.pipelines.runs import access
from cubestudio.pipelines.runs.events import RunChanged
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.pipelines.runs.spec import state_of
from cubestudio.pipelines.steps.model import Step, StepState
from cubestudio.projects.access import Standing
from cubestudio.projects.model import Placement, Role
from cubestudio.workloads import actions as workloads
from cubestudio.workloads.model import FINAL, WorkloadState

MOVABLE = frozenset(WorkloadState) - FINAL - {WorkloadState.STOPPING}
WAITING = (StepState.QUEUED.value, StepState.PENDING.value)


def candidates(ctx: AppContext, project: Standing, cluster: str | None) -> list[str]:
    """The clusters among which a run is placed when it is submitted, in order; none when it has a named
    one."""
    if cluster is not None or project.placement != Placement.FIRST:
        return []
    known = [each for each in project.clusters if each in ctx.clusters]
    return known if len(known) > 1 else []


async def move(tx: Tx, ctx: AppContext, viewer: Viewer, run: str, cluster: str) -> None:
    """Give a run to another cluster of its project, while no step of it has started; the same run, with its
    number and its parameters."""
    held = await access.run(tx, viewer, run, Role.MEMBER)
    project = (await pipelines.pipeline(tx, viewer, held.pipeline_id, Role.MEMBER)).project
    target = clusters.chosen_cluster(ctx, project, cluster)
    row = await workloads.newest(tx, run)
    if row is not None and row.cluster == target:
        raise Conflict(messages.RUN_ALREADY_ON_CLUSTER(cluster=target), field="cluster")
    if row is None or row.state not in MOVABLE:
        state = held.state if row is None else state_of(row)
        raise Conflict(messages.RUN_STARTED(state=state), field="id")
    if row.leaving is not None:
        raise Conflict(messages.RUN_MOVING(cluster=row.leaving), field="id")
    own = (Step.run_id == run, Step.cached_from.is_(None))
    started = (
        await tx.execute(select(Step.name).where(*own, Step.state.not_in(WAITING)).limit(1))
    ).scalar_one_or_none()
    if started is not None:
        raise Conflict(messages.RUN_STEP_STARTED(step=started), field="id")
    away = row.offered_at is not None and not clusters.cluster_of(ctx, row.cluster).health().reachable
    if away:
        raise Conflict(messages.RUN_CLUSTER_UNKNOWN(cluster=row.cluster), field="id")
    await workloads.move(tx, run, target, f"It was moved by {viewer.name}.")
    queued = {"cluster": target, "state": RunState.QUEUED.value, "started_at": None}
    await tx.execute(update(Run).where(Run.id == run).values(**queued, reason=None, message=None))
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
    tx.record(RunChanged(run, held.project_id))
