"""What people do with notebooks, and what notebooks are on a cluster."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import Workload
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid, Raced
from cubestudio.core.inputs.definition import checked
from cubestudio.core.inputs.grouping import place_of
from cubestudio.core.inputs.variables import amended
from cubestudio.core.inputs.volumes import allowed
from cubestudio.core.vault import Vault
from cubestudio.notebooks import access, listing, messages, plan, spec
from cubestudio.notebooks.events import NotebookChanged, NotebookDeleted, NotebookIdle, NotebookIdleStopped
from cubestudio.notebooks.model import Notebook, NotebookKind, NotebookState, Policy, Sharing
from cubestudio.notebooks.spec import KINDS, NotebookSpec
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.projects.secrets import actions as secrets
from cubestudio.workloads import actions as workloads
from cubestudio.workloads.kinds import Changed, Kind
from cubestudio.workloads.model import Body, WorkloadState

TOUCH = timedelta(seconds=30)
"""How exact `touched_at` and `connected_at` are."""


def defined(kind: NotebookKind, given: Mapping[str, Any], ctx: AppContext, cluster: str) -> NotebookSpec:
    """Return the spec of a notebook, secrets in the clear. Raises Invalid with everything that is wrong."""
    if isinstance(secrets_ := given.get("secrets"), Mapping):
        given = {**given, "secrets": {name: each or "" for name, each in secrets_.items()}}
    definition = checked(
        NotebookSpec, given, messages.NOTEBOOK_NOT_SAVED, "spec", place_of(NotebookSpec, given)
    )
    if kind == NotebookKind.CUSTOM and not (definition.command or "").strip():
        raise Invalid(messages.NOTEBOOK_COMMAND_MISSING(), field="spec.command")
    if cluster not in ctx.clusters:
        raise Conflict(shared.CLUSTER_NOT_CONFIGURED(cluster=cluster), field="cluster")
    return definition


async def create(  # noqa: PLR0913
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    project: str,
    name: str,
    kind: NotebookKind,
    told: Mapping[str, Any],
    *,
    description: str = "",
    sharing: Sharing = Sharing.NONE,
    cluster: str | None = None,
    start: bool = True,
) -> str:
    """A notebook of the viewer's, which starts at once unless said otherwise; its id."""
    standing = await projects.project(tx, viewer, project, Role.MEMBER)
    place = clusters.chosen_cluster(ctx, standing, cluster)
    named(name)
    definition = defined(kind, told, ctx, place)
    _checked(description, kind, sharing)
    taken = select(Notebook.id).where(Notebook.project_id == standing.id, Notebook.name == name)
    if (await tx.execute(taken)).scalar_one_or_none():
        raise Conflict(messages.NOTEBOOK_NAME_TAKEN(name=name), field="name")
    notebook, now = ids.new(), clock.now()
    facts = spec.Facts(
        id=notebook,
        name=name,
        kind=kind,
        project_id=standing.id,
        project=standing.name,
        user_id=viewer.id,
        user=viewer.name,
        start=1,
        key="",
        unseal=lambda text: text,
    )
    await secrets.given(tx, ctx.vault, standing.id, definition.given, "spec.projectSecrets")
    allowed(definition.volumes, ctx.settings.allowed_volumes, "spec.volumes")
    await clusters.fits(tx, ctx, place, spec.workload(definition, facts), "spec.resources")
    await tx.execute(
        insert(Notebook).values(
            id=notebook,
            project_id=standing.id,
            name=name,
            description=description,
            kind=kind.value,
            cluster=place,
            spec=definition.sealed(ctx.vault.seal),
            sharing=sharing.value,
            state=NotebookState.STOPPED.value,
            again=False,
            starts=0,
            activity={},
            created_by=viewer.id,
            created_at=now,
        )
    )
    if start:
        await _begin(tx, notebook)
    tx.record(NotebookChanged(notebook, standing.id))
    return notebook


def _checked(description: str, kind: NotebookKind, sharing: Sharing) -> None:
    if len(description) > 500:
        raise Invalid(shared.DESCRIPTION_TOO_LONG(), field="description")
    if sharing == Sharing.VIEW and not KINDS[kind].supports_view_only:
        raise Invalid(messages.NOTEBOOK_READ_SHARE_UNSUPPORTED(kind=kind), field="sharing")


async def _begin(tx: Tx, notebook: str) -> None:
    """Start it once more."""
    off = [state.value for state in NotebookState if state.off]
    begun = (
        update(Notebook)
        .where(Notebook.id == notebook, Notebook.state.in_(off))
        .values(
            state=NotebookState.REQUESTED.value,
            starts=Notebook.starts + 1,
            again=False,
            reason=None,
            message=None,
            activity={},
            extended_until=None,
            evidence=None,
            touched_at=None,
            connected_at=None,
        )
    )
    if (await tx.execute(begun)).rowcount != 1:
        raise Raced(messages.NOTEBOOK_RACED(), field="id")
    columns = (Notebook.starts, Notebook.project_id, Notebook.created_by, Notebook.cluster)
    row = (await tx.execute(select(*columns).where(Notebook.id == notebook))).one()
    await workloads.request(
        tx,
        workloads.Request(
            kind="notebook",
            body=Body.SERVER,
            owner_id=notebook,
            start=row.starts,
            name=spec.workload_name(notebook, row.starts),
            project_id=row.project_id,
            user_id=row.created_by,
            cluster=row.cluster,
        ),
    )


async def start(tx: Tx, viewer: Viewer, notebook: str) -> None:
    """Start a notebook that is off; one that stops starts when it has stopped."""
    held = await access.changing(tx, viewer, notebook)
    if held.state.off:
        await _begin(tx, held.id)
    elif held.state == NotebookState.STOPPING:
        await _stop(tx, held.id, again=True)
    tx.record(NotebookChanged(held.id, held.project.id))


async def stop(tx: Tx, viewer: Viewer, notebook: str) -> None:
    """End its processes; its files stay. Stopping what is off changes nothing."""
    held = await access.stopping(tx, viewer, notebook)
    await _stop(tx, held.id, again=False)
    tx.record(NotebookChanged(held.id, held.project.id))


async def _stop(tx: Tx, notebook: str, *, again: bool, **values: Any) -> None:
    """Have it stop, and start once more after that when it is to run `again`."""
    if await workloads.stop(tx, notebook):
        stopping = {"state": NotebookState.STOPPING.value, "again": again, **values}
        await tx.execute(update(Notebook).where(Notebook.id == notebook).values(stopping))
    elif again:  # it has ended at the same moment
        await _begin(tx, notebook)


async def restart(tx: Tx, viewer: Viewer, notebook: str) -> None:
    """Stop it, then start it; one that is off starts."""
    held = await access.changing(tx, viewer, notebook)
    await _again(tx, held)
    tx.record(NotebookChanged(held.id, held.project.id))


async def _again(tx: Tx, held: access.Held) -> None:
    if held.state.off:
        await _begin(tx, held.id)
    else:
        await _stop(tx, held.id, again=True)


async def change(  # noqa: PLR0913
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    notebook: str,
    told: Mapping[str, Any],
    *,
    name: str | None = None,
    description: str | None = None,
    sharing: Sharing | None = None,
    restart: bool = False,
) -> None:
    """Change what is given. What it is made of holds from its next start, or at once with `restart`; what it
    was made of is kept until it answers with the new. In `secrets`, null keeps the value that is there."""
    held = await access.changing(tx, viewer, notebook)
    columns = (Notebook.spec, Notebook.description, Notebook.cluster)
    row = (await tx.execute(select(*columns).where(Notebook.id == held.id))).one()
    values: dict[str, Any] = {}
    if name is not None and name != held.name:
        named(name)
        taken = select(Notebook.id).where(Notebook.project_id == held.project.id, Notebook.name == name)
        if (await tx.execute(taken)).scalar_one_or_none():
            raise Conflict(messages.NOTEBOOK_NAME_TAKEN(name=name), field="name")
        values["name"] = name
    if description is not None or sharing is not None:
        _checked(description or "", held.kind, sharing or Sharing.NONE)
        values |= {"description": description} if description is not None else {}
        values |= {"sharing": sharing.value} if sharing is not None else {}
    if told:
        definition = defined(held.kind, amended(row.spec, told, ctx.vault.unseal), ctx, row.cluster)
        facts = spec.Facts(
            id=held.id,
            name=held.name,
            kind=held.kind,
            project_id=held.project.id,
            project="",
            user_id=viewer.id,
            user="",
            start=1,
            key="",
            unseal=lambda text: text,
        )
        await secrets.given(tx, ctx.vault, held.project.id, definition.given, "spec.projectSecrets")
        allowed(definition.volumes, ctx.settings.allowed_volumes, "spec.volumes")
        await clusters.fits(tx, ctx, row.cluster, spec.workload(definition, facts), "spec.resources")
        values |= {"spec": definition.sealed(ctx.vault.seal), "former": row.spec}
    if values:
        await tx.execute(update(Notebook).where(Notebook.id == held.id).values(**values))
    if restart:
        await _again(tx, held)
    tx.record(NotebookChanged(held.id, held.project.id))


async def revert(tx: Tx, viewer: Viewer, notebook: str) -> None:
    """The way back from a change: what it was made of before, started at once if it was on."""
    held = await access.changing(tx, viewer, notebook)
    former = (await tx.execute(select(Notebook.former).where(Notebook.id == held.id))).scalar_one()
    if former is None:
        raise Conflict(messages.NOTEBOOK_NOTHING_CHANGED(), field="id")
    await tx.execute(update(Notebook).where(Notebook.id == held.id).values(spec=former, former=None))
    await _again(tx, held)
    tx.record(NotebookChanged(held.id, held.project.id))


async def clone(tx: Tx, ctx: AppContext, viewer: Viewer, notebook: str, name: str) -> str:
    """A notebook of the viewer's made of the same, without the files and, unless it is their own, without the
    secrets."""
    held = await access.notebook(tx, viewer, notebook)
    row = (
        await tx.execute(
            select(Notebook.spec, Notebook.cluster, Notebook.description).where(Notebook.id == held.id)
        )
    ).one()
    own = {key: ctx.vault.unseal(value) for key, value in row.spec["secrets"].items()} if held.mine else {}
    told = {**row.spec, "secrets": own}
    return await create(
        tx,
        ctx,
        viewer,
        project=held.project.id,
        name=name,
        kind=held.kind,
        told=told,
        description=row.description,
        cluster=row.cluster,
        start=False,
    )


async def remove(tx: Tx, viewer: Viewer, notebook: str, keep_files: bool) -> str:
    """Delete a notebook that is off, with its folder unless that is to be kept; the project's id."""
    held = await access.stopping(tx, viewer, notebook)
    if not held.state.off:
        raise Conflict(messages.NOTEBOOK_NOT_STOPPED(state=held.state), field="id")
    cluster = (await tx.execute(select(Notebook.cluster).where(Notebook.id == held.id))).scalar_one()
    await tx.execute(delete(Notebook).where(Notebook.id == held.id))
    folder = None if keep_files else spec.folder(held.id)
    tx.record(NotebookDeleted(held.id, held.project.id, cluster, folder))
    tx.record(NotebookChanged(held.id, held.project.id))
    return held.project.id


async def extend(tx: Tx, viewer: Viewer, notebook: str, hours: int) -> None:
    """Do not stop it for being idle for some hours."""
    held = await access.opening(tx, viewer, notebook, Sharing.EDIT)
    if not 1 <= hours <= 72:
        raise Invalid(messages.NOTEBOOK_HOURS_OUT_OF_RANGE(), field="hours")
    until = clock.now() + timedelta(hours=hours)
    await tx.execute(update(Notebook).where(Notebook.id == held.id).values(extended_until=until))
    tx.record(NotebookChanged(held.id, held.project.id))


async def set_policy(tx: Tx, viewer: Viewer, project: str, idle: int, gpu_idle: int, warn: int) -> str:
    """When idle notebooks of a project are stopped, in minutes; 0: never."""
    standing = await projects.project(tx, viewer, project, Role.MAINTAINER)
    for field, value in (("idleMinutes", idle), ("gpuIdleMinutes", gpu_idle), ("warnMinutes", warn)):
        if not 0 <= value <= 43_200:
            raise Invalid(messages.NOTEBOOK_MINUTES_OUT_OF_RANGE(), field=field)
    await tx.execute(delete(Policy).where(Policy.project_id == standing.id))
    await tx.execute(
        insert(Policy).values(
            project_id=standing.id, idle_minutes=idle, gpu_idle_minutes=gpu_idle, warn_minutes=warn
        )
    )
    return standing.id


# what the platform itself does --------------------------------------------------------------------


def key(ctx: AppContext, notebook: str, start: int) -> str:
    """The secret between one start of a notebook and the proxy; it is nowhere written down."""
    return ctx.vault.sign(f"notebook:{notebook}:{start}")


def token(vault: Vault, notebook: str) -> str:
    """With which the files that a notebook is given are fetched."""
    return vault.grant("cubenote", "inputs", notebook)


async def project_by_token(conn: Reader, vault: Vault, secret: str, notebook: str) -> str | None:
    """The project of a notebook whose own token this is."""
    if not ids.is_id(notebook) or vault.granted("inputs", secret) != notebook:
        return None
    return (
        await conn.execute(select(Notebook.project_id).where(Notebook.id == notebook))
    ).scalar_one_or_none()


async def workload(conn: Reader, ctx: AppContext, started: Any, cluster: str, stops: bool) -> Workload | None:
    """What the cluster sees of a notebook; when it `stops`, without the project's secrets. Invalid when the
    project does not have all that it needs."""
    row = await listing.whole(conn, started.owner_id)
    if row is None:
        return None
    definition = NotebookSpec.model_validate(row.spec)
    facts = spec.Facts(
        id=row.id,
        name=row.name,
        kind=NotebookKind(row.kind),
        project_id=row.project_id,
        project=row.project,
        user_id=row.created_by,
        user=row.user,
        start=started.start,
        key=key(ctx, row.id, started.start),
        unseal=ctx.vault.unseal,
        given={} if stops else await secrets.given(conn, ctx.vault, row.project_id, definition.given),
        keys=(row.ssh_keys or "") if cluster != "local" else "",
        token=token(ctx.vault, row.id),
    )
    return spec.workload(definition, facts)


async def on_change(tx: Tx, changed: Changed) -> None:
    """Note what its workload says of a notebook; one that has stopped starts once more when it is to."""
    row = changed.row
    here = (Notebook.id == row.owner_id, Notebook.starts == row.start)
    notebook = (await tx.execute(select(Notebook.project_id, Notebook.again).where(*here))).one_or_none()
    if notebook is None:
        return
    state = spec.state_of(row)
    values: dict[str, Any] = {"state": state.value, "reason": row.reason, "message": row.message}
    if state == NotebookState.STOPPED:
        values |= {"reason": None, "message": None}
    elif state == NotebookState.RUNNING:
        values["former"] = None
    if changed.given_up:
        values["again"] = False
    await tx.execute(update(Notebook).where(*here).values(**values))
    if changed.ended and notebook.again and state == NotebookState.STOPPED:
        await _begin(tx, row.owner_id)
    tx.record(NotebookChanged(row.owner_id, notebook.project_id))


KIND = Kind(noun="notebook", workload=workload, on_change=on_change)


async def looked(
    tx: Tx, notebook: str, start: int, found: Sequence[plan.Signal], now: datetime, pages: int | None = None
) -> None:
    """Judge a notebook by what a look that began `now` has found, keep that, and stop it when that is due.
    `pages`: how many are open, when it tells that.

    Judged in the transaction that stops it: while it was looked at somebody may have opened it, asked to keep
    it, or looked later."""
    started = await workloads.newest(tx, notebook)
    if started is None or started.start != start or started.state != WorkloadState.READY:
        return
    row = (await tx.execute(select(*listing.COLUMNS).where(Notebook.id == notebook))).one()
    before = row.activity or {}
    if before and datetime.fromisoformat(before["at"]) > now:
        return
    idle, gpu_idle, warn = (await listing.policies_by_project(tx, [row.project_id]))[row.project_id]
    gpu = NotebookSpec.model_validate(row.spec).gpu
    last = {signal["name"]: signal["last"] for signal in before.get("signals", ())}
    signals = [
        *found,
        plan.edits(row.touched_at),
        plan.connections(row.connected_at, now, counts=not KINDS[row.kind].reports, pages=pages),
    ]
    signals = [plan.remembered(signal, last.get(signal.name), now) for signal in signals]
    judged = plan.judge(
        signals,
        now,
        started.ready_at,
        gpu=gpu,
        idle_minutes=idle,
        gpu_idle_minutes=gpu_idle,
        warn_minutes=warn,
        extended_until=row.extended_until,
    )
    look = plan.told(signals, judged, now)
    if judged.due == plan.Due.STOP and judged.since is not None:
        hours = (now - judged.since).total_seconds() / 3600
        card = {
            "since": look["since"],
            "at": look["at"],
            "signals": look["signals"],
            "gpuHours": round(gpu * hours, 2),
        }
        await _stop(tx, notebook, again=False, evidence=card)
        tx.record(NotebookIdleStopped(notebook, row.project_id, str(start)))
    elif judged.due == plan.Due.WARN and before.get("due") != plan.Due.WARN:
        tx.record(NotebookIdle(notebook, row.project_id, look["since"]))
    await tx.execute(update(Notebook).where(Notebook.id == notebook).values(activity=look))
    if any(look[name] != before.get(name) for name in ("due", "since", "signals")):
        tx.record(NotebookChanged(notebook, row.project_id))


async def touch(tx: Tx, notebook: str, *, connected: bool, touched: bool) -> None:
    """Somebody uses it through the proxy."""
    now = clock.now()
    values = ({"connected_at": now} if connected else {}) | ({"touched_at": now} if touched else {})
    await tx.execute(update(Notebook).where(Notebook.id == notebook).values(**values))
