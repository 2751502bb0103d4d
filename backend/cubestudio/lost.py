"""What is lost on a cluster.

To end work that still runs is worse than to learn late that it is gone: its end cannot be taken back, and its
cluster is told to delete it. So the absence of something from a list only raises the question. It is lost
when the cluster, which is asked by name and makes sure first that it is the one it was, says twice that it is
not there.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from cubestudio.clusters import actions as clusters
from cubestudio.core import log
from cubestudio.core.cluster.port import LOST, Cluster, Synced
from cubestudio.core.context import AppContext
from cubestudio.core.errors import Unavailable
from cubestudio.workloads import actions as workloads
from cubestudio.workloads import listing

logger = log.get(__name__)
BETWEEN = 5.0
"""Seconds between the two looks."""
AT_ONCE = 8
"""Looks at the same time."""


async def find(
    ctx: AppContext, cluster: Cluster, present: Synced, before: Any
) -> tuple[list[Row], list[Row]]:
    """(lost, hidden): what a cluster no longer has; what it has and does not list. Raises Unavailable."""
    async with ctx.db.read() as conn:
        missing = [
            work
            for work in await listing.open_on(conn, cluster.name, before)
            if work.name not in present.workloads
        ]
        places = {(work.project_id, work.kind) for work in missing}
        spaces = {place: await clusters.space_of(conn, ctx, *place) for place in places}
    if not missing:
        return [], []
    first = await _gone(cluster, missing, spaces)
    if first:
        await asyncio.sleep(BETWEEN)
    lost = await _gone(cluster, first, spaces)
    return lost, [work for work in missing if work not in lost]


async def _gone(cluster: Cluster, missing: Sequence[Row], spaces: dict[tuple[str, str], str]) -> list[Row]:
    """Those that the cluster says it has not, when it is asked by name."""
    found: list[Row] = []
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        looks = await asyncio.gather(
            *(cluster.gone(work.name, spaces[work.project_id, work.kind]) for work in some)
        )
        found += [work for work, gone in zip(some, looks, strict=True) if gone]
    return found


async def end(ctx: AppContext, cluster: Cluster, lost: Sequence[Row]) -> None:
    """Close what is lost."""
    for work in lost:
        words = f"cluster {cluster.name} no longer knows this {ctx.kinds[work.kind].noun}"

        async def close(tx: Any, work: Row = work, words: str = words) -> None:
            await clusters.vanish(tx, cluster.name, work.name, words)
            await workloads.end(tx, ctx.kinds, work.id, LOST, words)

        try:
            await ctx.db.transact(close)
        except Unavailable:
            raise
        except Exception:  # its row is odd; the others are ended all the same
            logger.exception("lost work cannot be ended", cluster=cluster.name, workload=work.name)
