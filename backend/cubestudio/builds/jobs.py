"""Giving builds to clusters, ending them there, and letting clusters forget what is ours by now."""

from dataclasses import replace
from datetime import timedelta

from cubestudio.builds import actions, listing, spec
from cubestudio.builds.events import BuildEnded, BuildWanted
from cubestudio.builds.model import BuildState
from cubestudio.clusters import actions as clusters
from cubestudio.core.errors import Conflict, Forbidden, Invalid, NotFound
from cubestudio.core.jobs.declare import job
from cubestudio.core.parts import Parts

LOGS = timedelta(seconds=2)
"""How long to wait for logs that are still being collected."""


@job(on=BuildWanted)
async def carry(parts: Parts, event: BuildWanted) -> None:
    """Tell the cluster what is wanted now; telling it twice changes nothing there."""
    async with parts.db.read() as conn:
        row = await listing.whole(conn, event.build_id)
        if row is None or BuildState(row.state).final:
            return
        made = await actions.prepared(conn, parts, row)
    stops = row.state == BuildState.CANCELLING.value
    if not stops and row.submitted_at is not None:
        return
    try:
        await clusters.cluster_of(parts, row.cluster).apply(replace(made, generation=2, stop=True) if stops else made)
    except (Invalid, Forbidden, Conflict, NotFound) as error:  # it will not take it later either
        async with parts.db.write() as tx:
            await actions.lose(tx, row.id, "Refused", " ".join(filter(None, (error.message, error.hint))))
        return
    async with parts.db.write() as tx:
        await actions.submitted(tx, row.id)


@job(on=BuildEnded, delay=timedelta(seconds=1))
async def release(parts: Parts, event: BuildEnded) -> None:
    """When its log is kept, have the cluster forget it and free its disk."""
    async with parts.db.read() as conn:
        waiting = await clusters.open_logs(conn, event.build_id)
        row = (await listing.builds_by_id(conn, [event.build_id])).get(event.build_id)
    if row is None:
        return
    if waiting:
        async with parts.db.write() as tx:
            tx.send(release.name, event.pack(), delay=LOGS)
        return
    await clusters.cluster_of(parts, row.cluster).delete(spec.workload_name(row.id))
    async with parts.db.write() as tx:
        await actions.released(tx, row.id)


@job(cron="*/10 * * * *")
async def sweep(parts: Parts) -> None:
    """Take up again whatever waited too long, whatever the reason was."""
    async with parts.db.read() as conn:
        left, stuck = await listing.unsettled(conn)
    async with parts.db.write() as tx:
        for build in left:
            tx.send(release.name, BuildEnded(build).pack())
        for build in stuck:
            tx.send(carry.name, BuildWanted(build).pack())
