"""Narrow reads of workloads."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core.db import Reader
from cubestudio.workloads.model import FINAL, OPEN, WAITING, Workload, WorkloadState

COLUMNS = Workload.__table__.columns
PIECE = 500
"""Names or ids in one statement."""


async def workload(conn: Reader, key: str) -> Row | None:
    return (await conn.execute(select(*COLUMNS).where(Workload.id == key))).one_or_none()


def newest(owner: str) -> Any:
    """The statement for the newest start of an owner."""
    return select(*COLUMNS).where(Workload.owner_id == owner).order_by(Workload.start.desc()).limit(1)


async def newest_by_owner(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """The newest start of owners; None for one that was never started."""
    last = (
        select(Workload.owner_id, func.max(Workload.start).label("start"))
        .where(Workload.owner_id.in_(keys))
        .group_by(Workload.owner_id)
        .subquery()
    )
    here = (Workload.owner_id == last.c.owner_id) & (Workload.start == last.c.start)
    found = {row.owner_id: row for row in await conn.execute(select(*COLUMNS).join(last, here))}
    return {key: found.get(key) for key in keys}


async def open_on(conn: Reader, cluster: str, before: Any) -> Sequence[Row]:
    """Those that a cluster got before a moment and that have not ended."""
    columns = (Workload.id, Workload.kind, Workload.project_id, Workload.name)
    statement = select(*columns).where(
        Workload.state.in_(OPEN), Workload.cluster == cluster, Workload.submitted_at < before
    )
    return (await conn.execute(statement)).all()


async def waiting(conn: Reader) -> Sequence[Row]:
    """Those that no cluster has yet, or that their cluster was not asked yet to stop or to delete."""
    states = (*WAITING, WorkloadState.STOPPING)
    wanted = Workload.state.in_(states) & or_(
        Workload.submitted_at.is_(None), Workload.state == WorkloadState.STOPPING
    )
    columns = (Workload.id, Workload.state, Workload.leaving)
    return (await conn.execute(select(*columns).where(wanted).limit(10_000))).all()


_held = select(
    Workload.id, Workload.kind, Workload.cluster, Workload.name, Workload.project_id, Workload.owner_id
).where(Workload.released_at.is_(None))
_UNRELEASED = Workload.state.in_(FINAL) & Workload.released_at.is_(None)


async def unreleased(conn: Reader) -> Sequence[str]:
    """Those that have ended and that their cluster may still have."""
    return (await conn.execute(select(Workload.id).where(_UNRELEASED).limit(1000))).scalars().all()


async def unreleased_of(conn: Reader, project: str) -> Sequence[Row]:
    """Those of a project that clusters may still have."""
    return (await conn.execute(_held.where(Workload.project_id == project))).all()


async def unreleased_by(conn: Reader, owners: Collection[str]) -> Sequence[Row]:
    """Those of owners that clusters may still have."""
    return (await conn.execute(_held.where(Workload.owner_id.in_(owners)))).all()
