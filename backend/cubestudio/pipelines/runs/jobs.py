"""Giving runs to clusters, stopping them there, and letting clusters forget what is ours by now."""

from dataclasses import replace
from datetime import timedelta

from cubestudio.clusters import actions as clusters
from cubestudio.core.jobs.declare import Failure, job
from cubestudio.core.jobs.outbox import send_again
from cubestudio.core.parts import Parts
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs import actions, listing, spec
from cubestudio.pipelines.runs.events import RunCancelled, RunFinished, RunRequested
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.projects.contents import CONTENTS, Content


async def unsubmitted(parts: Parts, event: RunRequested, failure: Failure) -> None:
    """Say why a run waits; one whose submission was given up has failed."""
    async with parts.db.write() as tx:
        row = await actions.untold(tx, event.run_id)
        if row is None or row.state != RunState.QUEUED.value:
            return
        words = clusters.delayed(row.cluster, failure, stops=False)
        if not failure.last:
            return await actions.waits(tx, row.id, "Submission", words)
        await actions.end(tx, row.id, RunState.FAILED, "Submission", words)
    await clusters.abandon(parts, row.cluster, row.project_id, "run", spec.workload_name(row.id), stops=False)


async def unstopped(parts: Parts, event: RunCancelled, failure: Failure) -> None:
    """Say why a run does not stop; when its graph cannot be stopped in good order, the cluster deletes it."""
    async with parts.db.write() as tx:
        row = await actions.untold(tx, event.run_id)
        if row is None or row.state != RunState.CANCELLING.value:
            return
        words = clusters.delayed(row.cluster, failure, stops=True)
        await actions.waits(tx, row.id, "Submission", words)
    if failure.last:
        await clusters.abandon(parts, row.cluster, row.project_id, "run", spec.workload_name(row.id), stops=True)
        async with parts.db.write() as tx:
            await actions.end(tx, row.id, RunState.CANCELLED, "Cancelled", words)


@job(on=RunRequested, failed=unsubmitted)
async def submit(parts: Parts, event: RunRequested) -> None:
    """Apply the run's graph to its cluster; applying twice changes nothing there."""
    async with parts.db.read() as conn:
        row = await actions.whole(conn, event.run_id)
    if RunState(row.state) != RunState.QUEUED or row.submitted_at is not None:
        return
    try:
        refused = await clusters.give(parts, row.cluster, lambda conn: actions.workload(conn, parts, row), submit.name, [event.pack()])
    except clusters.Waits as waits:
        async with parts.db.write() as tx:
            return await actions.waits(tx, row.id, "Quota", str(waits))
    async with parts.db.write() as tx:
        if refused is not None:
            await actions.end(tx, event.run_id, RunState.FAILED, "Refused", refused)
        else:
            await actions.submitted(tx, event.run_id)


@job(on=RunCancelled, failed=unstopped)
async def stop(parts: Parts, event: RunCancelled) -> None:
    """Ask the cluster to end the run; one that never reached it ends here."""
    async with parts.db.read() as conn:
        row = await actions.whole(conn, event.run_id)
        if RunState(row.state).final:
            return
        workload = await actions.workload(conn, parts, row, masked=True)
        stopped = replace(await clusters.equipped(conn, parts, workload), generation=row.generation, stop=True)
    if await clusters.withdrawn(parts, stopped.name):
        async with parts.db.write() as tx:
            return await actions.end(
                tx, event.run_id, RunState.CANCELLED, "Cancelled", "It was stopped while it waited for room in its quota."
            )
    # A submission may be on its way: applying the stopped graph makes it a stopped one in either order.
    await clusters.cluster_of(parts, row.cluster).apply(stopped)
    async with parts.db.write() as tx:
        await actions.submitted(tx, event.run_id)


@job(on=RunFinished, delay=timedelta(seconds=1))
async def release(parts: Parts, event: RunFinished) -> None:
    """When all logs are kept, have the cluster forget the run and free its disk."""
    async with parts.db.read() as conn:
        row = (await listing.runs_by_id(conn, [event.run_id])).get(event.run_id)
    if row is None:
        return
    parted = await clusters.part(parts, row.cluster, row.project_id, "run", event.run_id, spec.workload_name(event.run_id))
    async with parts.db.write() as tx:
        if parted:
            await actions.released(tx, event.run_id)
        else:
            tx.send(release.name, event.pack(), delay=clusters.LOGS)


@job(cron="*/10 * * * *")
async def sweep(parts: Parts) -> None:
    """Take up again whatever waited too long, whatever the reason was."""
    async with parts.db.read() as conn:
        left, stuck = await actions.unreleased(conn), await actions.stuck(conn)
    await send_again(
        parts.db,
        {
            release: [RunFinished(row.id, row.project_id) for row in left],
            submit: [RunRequested(row.id, row.project_id) for row in stuck if row.state == RunState.QUEUED.value],
            stop: [RunCancelled(row.id, row.project_id) for row in stuck if row.state == RunState.CANCELLING.value],
        },
    )


async def clear(parts: Parts, project: str) -> None:
    """What clusters still have of a project's runs goes."""
    async with parts.db.read() as conn:
        rows = await listing.unreleased_of(conn, project)
    await clusters.drop(parts, project, "run", [(row.cluster, spec.workload_name(row.id)) for row in rows])


CONTENTS.append(Content("pipeline", Pipeline))
CONTENTS.append(Content("run", Run, listing.going_of, clear))
