"""Giving runs to clusters, stopping them there, and letting clusters forget what is ours by now."""

from dataclasses import replace
from datetime import timedelta

from cubestudio.clusters import actions as clusters
from cubestudio.core.jobs.declare import job
from cubestudio.core.parts import Parts
from cubestudio.pipelines.model import Pipeline
from cubestudio.pipelines.runs import actions, listing
from cubestudio.pipelines.runs.events import RunCancelled, RunFinished, RunRequested
from cubestudio.pipelines.runs.model import Run, RunState
from cubestudio.projects.contents import CONTENTS, Content


@job(on=RunRequested)
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
            return await actions.waits(tx, row.id, str(waits))
    async with parts.db.write() as tx:
        if refused is not None:
            await actions.end(tx, event.run_id, RunState.FAILED, "Refused", refused)
        else:
            await actions.submitted(tx, event.run_id)


@job(on=RunCancelled)
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
    parted = await clusters.part(parts, row.cluster, row.project_id, "run", event.run_id, f"run-{event.run_id}")
    async with parts.db.write() as tx:
        if parted:
            await actions.released(tx, event.run_id)
        else:
            tx.send(release.name, event.pack(), delay=clusters.LOGS)


@job(cron="*/10 * * * *")
async def sweep(parts: Parts) -> None:
    """Take up again whatever waited too long, whatever the reason was."""
    async with parts.db.read() as conn:
        left = await actions.unreleased(conn)
    for row in left:
        if row.cluster in parts.clusters:
            async with parts.db.write() as tx:
                tx.send(release.name, RunFinished(row.id, "").pack())


async def clear(parts: Parts, project: str) -> None:
    """What clusters still have of a project's runs goes."""
    async with parts.db.read() as conn:
        rows = await listing.unreleased_of(conn, project)
    await clusters.drop(parts, project, "run", [(row.cluster, f"run-{row.id}") for row in rows])


CONTENTS.append(Content("pipeline", Pipeline))
CONTENTS.append(Content("run", Run, listing.going_of, clear))
