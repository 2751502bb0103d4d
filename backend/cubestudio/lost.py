"""What is lost on a cluster.

To end work that still runs is worse than to learn late that it is gone: its end cannot be taken back, and its
cluster is told to delete it. So the absence of something from a list only raises the question. It is lost
when the cluster, which is asked by name and makes sure first that it is the one it was, says twice that it is
not there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cubestudio.clusters import actions as clusters
from cubestudio.core import log
from cubestudio.core.cluster.port import LOST, Cluster, Synced
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader
from cubestudio.core.errors import Unavailable
from cubestudio.images import actions as builds
from cubestudio.images import listing as images
from cubestudio.images.spec import workload_name as build_name
from cubestudio.notebooks import actions as notebooks
from cubestudio.notebooks import listing as servers
from cubestudio.notebooks.spec import workload_name
from cubestudio.pipelines.runs import actions as runs
from cubestudio.pipelines.runs import spec
from cubestudio.pipelines.runs.model import RunState
from cubestudio.services import life as services
from cubestudio.services import listing as served
from cubestudio.services.spec import workload_name as served_name

logger = log.get(__name__)
BETWEEN = 5.0
"""Seconds between the two looks."""
AT_ONCE = 8
"""Looks at the same time."""


@dataclass(kw_only=True, frozen=True)
class Work:
    """What a cluster has of ours and that has not ended here; `lose` ends it."""

    name: str
    kind: str
    project: str
    id: str
    what: str
    lose: Callable[..., Awaitable[None]]


async def open_work(conn: Reader, cluster: str, before: Any) -> list[Work]:
    """All that a cluster got before a moment and that has not ended."""
    of = [
        *(
            (row, "run", "run", spec.workload_name(row.id), partial(runs.end, state=RunState.FAILED))
            for row in await runs.open_on(conn, cluster)
        ),
        *(
            (
                row,
                "notebook",
                "notebook",
                workload_name(row.id, row.starts),
                partial(notebooks.lose, start=row.starts),
            )
            for row in await servers.open_on(conn, cluster)
        ),
        *(
            (
                row,
                "service",
                "revision",
                served_name(row.service_id, row.number, row.starts),
                partial(services.lose, start=row.starts),
            )
            for row in await served.open_on(conn, cluster)
        ),
        *(
            (row, "build", "build", build_name(row.id), builds.lose)
            for row in await images.open_on(conn, cluster)
        ),
    ]
    return [
        Work(name=name, kind=kind, project=row.project_id, id=row.id, what=what, lose=lose)
        for row, kind, what, name, lose in of
        if row.submitted_at < before
    ]


async def find(
    ctx: AppContext, cluster: Cluster, present: Synced, before: Any
) -> tuple[list[Work], list[Work]]:
    """(lost, hidden): what a cluster no longer has; what it has and does not list. Raises Unavailable."""
    async with ctx.db.read() as conn:
        missing = [
            work for work in await open_work(conn, cluster.name, before) if work.name not in present.workloads
        ]
        places = {(work.project, work.kind) for work in missing}
        spaces = {place: await clusters.space_of(conn, ctx, *place) for place in places}
    if not missing:
        return [], []
    first = await _gone(cluster, missing, spaces)
    if first:
        await asyncio.sleep(BETWEEN)
    lost = await _gone(cluster, first, spaces)
    return lost, [work for work in missing if work not in lost]


async def _gone(cluster: Cluster, missing: Sequence[Work], spaces: dict[tuple[str, str], str]) -> list[Work]:
    """Those that the cluster says it has not, when it is asked by name."""
    found: list[Work] = []
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        looks = await asyncio.gather(
            *(cluster.gone(work.name, spaces[work.project, work.kind]) for work in some)
        )
        found += [work for work, gone in zip(some, looks, strict=True) if gone]
    return found


async def end(ctx: AppContext, cluster: Cluster, lost: Sequence[Work]) -> None:
    """Close what is lost."""
    for work in lost:
        words = f"cluster {cluster.name} no longer knows this {work.what}"

        async def close(tx: Any, work: Work = work, words: str = words) -> None:
            await clusters.vanish(tx, cluster.name, work.name, words)
            await work.lose(tx, work.id, reason=LOST, message=words)

        try:
            await ctx.db.transact(close)
        except Unavailable:
            raise
        except Exception:  # its row is odd; the others are ended all the same
            logger.exception("lost work cannot be ended", cluster=cluster.name, workload=work.name)
