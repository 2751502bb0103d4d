"""Writing down what was asked of services, and forgetting it again."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update

from cubestudio.core.db import Tx
from cubestudio.services.model import Key, Service
from cubestudio.services.plan import Outcome
from cubestudio.services.requests.events import ServiceRequestsChanged
from cubestudio.services.requests.model import KeyUse, Request
from cubestudio.services.requests.spec import Line

MOST_KEPT = 20_000
"""Lines of one service; of older ones the counts alone are left."""
PIECE = 500
COUNTED = ("requests", "errors", "rejected", "tokens")
"""What is counted for a key."""


async def keep(tx: Tx, lines: Sequence[Line]) -> None:
    """Write down requests in the order in which they were answered, and count them for their keys. Of what is
    deleted by now nothing is kept."""
    there = set(
        (
            await tx.execute(select(Service.id).where(Service.id.in_({line.service for line in lines})))
        ).scalars()
    )
    rows = [
        {
            "id": line.id,
            "service_id": line.service,
            "number": line.number,
            "caller": line.caller[:120],
            "method": line.method[:10],
            "path": line.path[:300],
            "status": line.status,
            "milliseconds": round(line.milliseconds, 2),
            "size": line.size,
            "tokens": line.tokens,
        }
        for line in lines
        if line.service in there
    ]
    for start in range(0, len(rows), PIECE):
        await tx.execute(insert(Request), rows[start : start + PIECE])
    keys = {line.key for line in lines if line.key}
    known = set((await tx.execute(select(Key.id).where(Key.id.in_(keys)))).scalars()) if keys else set()
    used: dict[tuple[str, int], Counter[str]] = {}
    for line in lines:
        if line.key in known:
            counts, outcome = used.setdefault((line.key, line.day), Counter()), Outcome.of(line.status)  # ty: ignore
            counts.update(
                requests=1,
                errors=outcome == Outcome.FAILED,
                rejected=outcome == Outcome.REJECTED,
                tokens=line.tokens or 0,
            )
    for (key, day), counts in used.items():
        more = {name: getattr(KeyUse, name) + counts[name] for name in COUNTED}
        changed = await tx.execute(
            update(KeyUse).where(KeyUse.key_id == key, KeyUse.day == day).values(**more)
        )
        if changed.rowcount == 0:
            values = {name: counts[name] for name in COUNTED}
            await tx.execute(insert(KeyUse).values(key_id=key, day=day, **values))
    for service in there:
        tx.record(ServiceRequestsChanged(service))


async def forget(tx: Tx) -> None:
    """Of services that were asked much, the oldest lines go."""
    counted = (
        select(Request.service_id, func.count()).group_by(Request.service_id).having(func.count() > MOST_KEPT)
    )
    for service, _ in (await tx.execute(counted)).all():
        last = (
            select(Request.id)
            .where(Request.service_id == service)
            .order_by(Request.id.desc())
            .offset(MOST_KEPT)
            .limit(1)
        )
        oldest = (await tx.execute(last)).scalar_one()
        await tx.execute(delete(Request).where(Request.service_id == service, Request.id <= oldest))
