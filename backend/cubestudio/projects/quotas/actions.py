"""Saying how much projects and people may have at work, and keeping to it: exactly, because whoever asks
holds the limits until it is written down that they have it."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from cubestudio.core import clock
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import Workload
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Invalid, NotFound, QuotaExceeded
from cubestudio.core.offload import offload
from cubestudio.projects import access as projects
from cubestudio.projects import messages
from cubestudio.projects.model import Project
from cubestudio.projects.quotas.model import Holding, Quota, QuotaScope
from cubestudio.projects.quotas.spec import FIELDS, Amount, amount, caps, fitted, over
from cubestudio.users import actions as users
from cubestudio.users.access import administrator
from cubestudio.users.model import User

EVERYBODY = "*"
LARGEST = {"cpu": 10**6, "memory": 2**60, "gpu": 10**6, "pods": 10**7, "notebooks": 10**6, "storage": 2**60}
Store = Callable[[Reader, str], Awaitable[int]]
STORES: list[Store] = []
"""project → bytes that a room keeps of it; filled from `app.ROOMS`."""


@dataclass(frozen=True)
class Limit:
    """Limits that hold for a project or a person: their own, or those of everybody."""

    scope: str
    target: str
    name: str
    row: Any

    @property
    def who(self) -> str:
        return f"Project {self.name}" if self.scope == "project" else self.name


# what administrators say ---------------------------------------------------------------------------


async def save(
    tx: Tx,
    viewer: Viewer,
    project: str | None,
    user: str | None,
    default_for: QuotaScope | None,
    told: Mapping[str, Any],
    queue: bool,
) -> tuple[str, str]:
    """Set the limits of a project, of a user, or (`default_for`) of all projects or users that have none of
    their own; no limits at all removes them. Return (scope, target)."""
    administrator(viewer)
    scope, target = await _target(tx, viewer, project, user, default_for)
    values = {name: told.get(name) for name in (*FIELDS, "storage")}
    for name, value in values.items():
        if value is not None and not 0 <= value <= LARGEST[name]:
            raise Invalid(messages.LIMIT_OUT_OF_RANGE(most=LARGEST[name]), field=name)
    if scope == "user" and values["storage"] is not None:
        raise Invalid(messages.USER_HAS_NO_STORAGE_LIMIT(), field="storage")
    values["cards"] = _types(told.get("gpus_by_type") or ()) or None
    await tx.execute(delete(Quota).where(Quota.scope == scope, Quota.target == target))
    if any(value is not None for value in values.values()):
        now = clock.now()
        await tx.execute(
            insert(Quota).values(
                scope=scope, target=target, queue=queue, changed_by=viewer.id, changed_at=now, **values
            )
        )
    await _admit(tx)
    return scope, target


def _types(limits: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return limits of GPUs by type, {type: count}."""
    for each in limits:
        if not 0 <= each["count"] <= LARGEST["gpu"]:
            raise Invalid(messages.LIMIT_OUT_OF_RANGE(most=LARGEST["gpu"]), field="gpusByType")
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", each["type"]):
            raise Invalid(messages.GPU_LIMIT_INVALID(), field="gpusByType")
    return {each["type"]: each["count"] for each in limits}


async def _target(
    tx: Tx, viewer: Viewer, project: str | None, user: str | None, default_for: QuotaScope | None
) -> tuple[str, str]:
    if (project is not None) + (user is not None) + (default_for is not None) != 1:
        raise Invalid(messages.QUOTA_TARGET_MISSING(), field="target")
    if project is not None:
        return "project", (await projects.project(tx, viewer, project)).id
    if user is not None:
        found = await users.by_name(tx, user)
        if found is None:
            raise NotFound(messages.USER_NOT_FOUND(name=user[:60]), field="user")
        return "user", found
    return str(default_for), EVERYBODY


# reading -------------------------------------------------------------------------------------------


async def limits(conn: Reader, project: str, user: str, hold: bool = False) -> list[Limit]:
    """Those that hold for work of a person in a project. `hold`: nobody else decides by them until this
    transaction is over."""
    mine = or_(
        (Quota.scope == "project") & Quota.target.in_([project, EVERYBODY]),
        (Quota.scope == "user") & Quota.target.in_([user, EVERYBODY]),
    )
    statement = select(*Quota.__table__.columns).where(mine).order_by(Quota.scope, Quota.target)
    rows = {
        (row.scope, row.target): row
        for row in await conn.execute(statement.with_for_update() if hold else statement)
    }
    found = []
    for scope, target in (("project", project), ("user", user)):
        row = rows.get((scope, target)) or rows.get((scope, EVERYBODY))
        if row is not None:
            table: Any = Project if scope == "project" else User
            name = (
                await conn.execute(select(table.name).where(table.id == target))
            ).scalar_one_or_none() or ""
            found.append(Limit(scope, target, name, row))
    return found


async def used(conn: Reader, scope: str, target: str) -> Amount:
    """What a project or a person has at work."""
    column = Holding.project_id if scope == "project" else Holding.user_id
    mine = (column == target, Holding.waits.is_(False))
    sums = [func.coalesce(func.sum(getattr(Holding, name)), 0).label(name) for name in FIELDS]
    row = (await conn.execute(select(*sums).where(*mine))).one()
    cards: Counter[str] = Counter()
    for (told,) in await conn.execute(select(Holding.cards).where(*mine, Holding.gpu > 0)):
        cards.update(told or {})
    return Amount(
        cpu=float(row.cpu),
        memory=int(row.memory),
        gpu=int(row.gpu),
        pods=int(row.pods),
        notebooks=int(row.notebooks),
        cards=dict(cards),
    )


async def stored(conn: Reader, project: str) -> int:
    """Bytes that are kept for a project: files of runs, models, images."""
    return sum([await store(conn, project) for store in STORES])


async def _full(conn: Reader, limit: Limit, more: int = 0) -> None:
    """Refuse what would keep more, of a project that keeps as much as it may."""
    if limit.row.storage is None:
        return
    has = await stored(conn, limit.target)
    if has + more > limit.row.storage or has >= limit.row.storage:
        used, most = amount("storage", has), amount("storage", limit.row.storage)
        message = (
            messages.STORAGE_QUOTA_TOO_SMALL(
                who=limit.who, used=used, limit=most, needed=amount("storage", more)
            )
            if more
            else messages.STORAGE_QUOTA_EXCEEDED(who=limit.who, used=used, limit=most)
        )
        raise QuotaExceeded(message, field="storage")


async def room(conn: Reader, project: str, size: int) -> None:
    """Refuse a file of so many bytes when there is no room for it."""
    for limit in await limits(conn, project, ""):
        if limit.scope == "project":
            await _full(conn, limit, size)


async def holders(conn: Reader, scope: str, target: str) -> Sequence[Row]:
    """What has it and what waits, in order."""
    column = Holding.project_id if scope == "project" else Holding.user_id
    statement = (
        select(*Holding.__table__.columns)
        .where(column == target)
        .order_by(Holding.waits, Holding.at, Holding.workload)
    )
    return (await conn.execute(statement.limit(500))).all()


async def _lacks(conn: Reader, limit: Limit, wanted: Amount) -> str | None:
    """Why it does not fit now, in words."""
    has = await used(conn, limit.scope, limit.target)
    short = over(limit.row, has + wanted)
    if not short:
        return None
    name = short[0]
    kinds: dict[str, int] = {}
    for row in await holders(conn, limit.scope, limit.target):
        if not row.waits and Amount.of(row).parts.get(name):
            kinds[row.kind] = kinds.get(row.kind, 0) + 1
    by = " and ".join(
        f"{count} {kind if count == 1 else kind + 's'}" for kind, count in sorted(kinds.items())
    )
    now, most, needs = has.parts.get(name, 0), caps(limit.row)[name], wanted.parts[name]
    use = (
        f"{amount(name, now)} of {amount(name, most)} of memory"
        if name == "memory"
        else f"{now:.4g} of {amount(name, most)}"
    )
    return f"{limit.who} has {use} in use{f' by {by}' if by else ''}, and this needs {amount(name, needs)}"


def _never(limit: Limit, wanted: Amount) -> None:
    if short := over(limit.row, wanted):
        name = short[0]
        raise QuotaExceeded(
            messages.QUOTA_TOO_SMALL(
                needed=amount(name, wanted.parts[name]),
                who=limit.who,
                limit=amount(name, caps(limit.row)[name]),
            ),
            field="resources",
        )


async def judged(conn: Reader, workload: Workload, patient: bool = False) -> str | None:
    """Why a workload would have to wait now, in words; None when it would not. QuotaExceeded when it never
    fits, or, unless nobody waits for the answer (`patient`), when what does not fit now is refused."""
    known = await limits(conn, workload.labels["cubestudio/project"], workload.labels["cubestudio/user"])
    _, wanted = await offload(fitted, workload, [limit.row for limit in known])
    for limit in known:
        _never(limit, wanted)
        await _full(conn, limit)
    waits = None
    for limit in known:
        if words := await _lacks(conn, limit, wanted):
            if not limit.row.queue and not patient:
                raise QuotaExceeded(messages.QUOTA_FULL(problem=words), field="resources")
            waits = waits or words
    return waits


# keeping to it -------------------------------------------------------------------------------------


async def reserve(
    tx: Tx, cluster: str, workload: Workload, job: str, args: Sequence[Any]
) -> tuple[Workload, str | None]:
    """Write down that a workload has what it takes, or that it waits, in words why: then `job` is sent when
    there is room. Said again it changes nothing. The workload comes back with as few steps at once as its
    limits make necessary; QuotaExceeded when they can never be enough."""
    told = workload.labels
    known = await limits(tx, told["cubestudio/project"], told["cubestudio/user"], hold=True)
    workload, wanted = await offload(fitted, workload, [limit.row for limit in known])
    row = (await tx.execute(select(Holding.waits).where(Holding.workload == workload.name))).one_or_none()
    if row is not None and not row.waits:
        return workload, None
    for limit in known:
        _never(limit, wanted)
    if row is None:
        await tx.execute(
            insert(Holding).values(
                workload=workload.name,
                cluster=cluster,
                project_id=told["cubestudio/project"],
                user_id=told["cubestudio/user"],
                kind=told["cubestudio/kind"],
                owner_id=told["cubestudio/id"],
                waits=bool(known),
                job=job,
                args=list(args),
                at=clock.now(),
                cards=dict(wanted.cards) or None,
                **{name: getattr(wanted, name) for name in FIELDS},
            )
        )
        if not known:
            return workload, None
    why = await _admit(tx, but=workload.name)
    return workload, why.get(workload.name)


async def _admit(tx: Tx, but: str | None = None) -> Mapping[str, str]:
    """Let in what waits, first come first served: what cannot come in keeps out those after it that share the
    limit which it met. Why each waits, in words. The job of `but` is not sent: it is under way."""
    rows = (
        await tx.execute(
            select(*Holding.__table__.columns).where(Holding.waits).order_by(Holding.at, Holding.workload)
        )
    ).all()
    known: dict[tuple[str, str], list[Limit]] = {}
    full: dict[tuple[str, str], int] = {}
    why: dict[str, str] = {}
    for row in rows:
        pair = (row.project_id, row.user_id)
        if pair not in known:
            known[pair] = await limits(tx, *pair, hold=True)
        wanted, words = Amount.of(row), None
        for limit in known[pair]:
            key = (limit.scope, limit.target)
            if short := over(limit.row, wanted):  # the limit was lowered since: nobody waits for it
                name = short[0]
                words = (
                    f"{limit.who} may have {amount(name, caps(limit.row)[name])} at once by now, and "
                    f"this needs {amount(name, wanted.parts[name])}"
                )
                break
            if ahead := full.get(key):
                words = (
                    f"{ahead} {'waits' if ahead == 1 else 'wait'} before it for room in the quota of "
                    f"{limit.name}"
                )
            else:
                words = await _lacks(tx, limit, wanted)
            if words:
                full[key] = full.get(key, 0) + 1
                break
        if words:
            why[row.workload] = words
            continue
        await tx.execute(update(Holding).where(Holding.workload == row.workload).values(waits=False))
        if row.workload != but:
            tx.send(row.job, *row.args)
    return why


async def release(tx: Tx, workloads: Collection[str]) -> None:
    """These have ended, or will never begin: others may come in."""
    if workloads and (await tx.execute(delete(Holding).where(Holding.workload.in_(workloads)))).rowcount:
        await _admit(tx)


async def withdraw(tx: Tx, workload: str) -> bool:
    """It is wanted no more: if it was waiting still, which is the answer, it waits no more. What runs holds
    its part until it has ended."""
    gone = await tx.execute(delete(Holding).where(Holding.workload == workload, Holding.waits))
    if gone.rowcount:
        await _admit(tx)
    return gone.rowcount == 1


async def held_on(conn: Reader, cluster: str) -> Sequence[Row]:
    """What has its part on a cluster, and since when."""
    statement = select(Holding.workload, Holding.at).where(
        Holding.cluster == cluster, Holding.waits.is_(False)
    )
    return (await conn.execute(statement)).all()


async def rows(conn: Reader) -> Sequence[Row]:
    """All limits there are, those for everybody first."""
    return (
        await conn.execute(
            select(*Quota.__table__.columns).order_by(Quota.target != EVERYBODY, Quota.scope, Quota.target)
        )
    ).all()
