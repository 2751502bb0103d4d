"""What people do with notebooks, and writing down what clusters report of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import LOST, PodState, PodStatus, Workload, WorkloadStatus
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, IllegalStep, Invalid, Raced
from cubestudio.core.inputs.definition import checked
from cubestudio.core.inputs.variables import amended
from cubestudio.core.inputs.volumes import allowed
from cubestudio.core.vault import Vault
from cubestudio.notebooks import access, listing, plan, spec
from cubestudio.notebooks.events import NotebookChanged, NotebookDeleted, NotebookEnded, NotebookWanted
from cubestudio.notebooks.model import NOTEBOOK_STEPS, Notebook, NotebookState, Policy, Share
from cubestudio.notebooks.spec import KINDS, Definition
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.projects.secrets import actions as secrets

TRIES = 3
"""How often a notebook that never answered may end before it is given up."""
HOPELESS = ("EnvironmentFailed", "CannotStart")
TOUCH = timedelta(seconds=30)
"""How exact `touched_at` and `connected_at` are."""


def defined(kind: str, told: Mapping[str, Any], ctx: AppContext, cluster: str) -> Definition:
    """What was said of a notebook, secrets in the clear; Invalid with everything that is wrong."""
    if kind not in KINDS:
        raise Invalid(f"There is no kind {kind[:40]}.", field="kind", hint=f"Kinds: {', '.join(KINDS)}.")
    definition = checked(Definition, told, "The notebook cannot be made")
    if kind == "custom" and not (definition.command or "").strip():
        raise Invalid("Say which command answers HTTP on the port $CUBE_PORT.", field="command")
    if cluster not in ctx.clusters:
        raise Conflict(f"Cluster {cluster} is not configured here.", field="cluster")
    return definition


async def create(
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    project: str,
    name: str,
    kind: str,
    told: Mapping[str, Any],
    *,
    description: str = "",
    share: Share = Share.NONE,
    cluster: str | None = None,
    start: bool = True,
) -> str:
    """A notebook of the viewer's, which starts at once unless said otherwise; its id."""
    standing = await projects.project(tx, viewer, project, Role.MEMBER)
    place = clusters.chosen_cluster(ctx, standing, cluster)
    named(name)
    definition = defined(kind, told, ctx, place)
    _checked(description, kind, share)
    taken = select(Notebook.id).where(Notebook.project_id == standing.id, Notebook.name == name)
    if (await tx.execute(taken)).scalar_one_or_none():
        raise Conflict(
            f"There is a notebook named {name} in this project already.",
            field="name",
            hint="Choose another name.",
        )
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
    await secrets.given(tx, ctx.vault, standing.id, definition.given)
    allowed(definition.volumes, ctx.settings.volumes)
    await clusters.fits(tx, ctx, place, spec.workload(definition, facts))
    await tx.execute(
        insert(Notebook).values(
            id=notebook,
            project_id=standing.id,
            name=name,
            description=description,
            kind=kind,
            cluster=place,
            spec=definition.sealed(ctx.vault.seal),
            share=share.value,
            state=NotebookState.STOPPED.value,
            again=False,
            starts=0,
            released=0,
            seq=0,
            activity={},
            created_by=viewer.id,
            created_at=now,
        )
    )
    if start:
        await _begin(tx, notebook, NotebookState.STOPPED)
    tx.record(NotebookChanged(notebook, standing.id))
    return notebook


def _checked(description: str, kind: str, share: Share) -> None:
    if len(description) > 500:
        raise Invalid("A description has 500 characters at most.", field="description")
    if share == Share.VIEW and not KINDS[kind].looks:
        raise Invalid(
            f"A notebook of the kind {kind} cannot be shared for looking only.",
            field="share",
            hint="Share it for editing, or not.",
        )


async def _begin(tx: Tx, notebook: str, old: NotebookState) -> None:
    """Start it once more."""
    now = clock.now()
    await _move(
        tx,
        notebook,
        old,
        NotebookState.REQUESTED,
        starts=Notebook.starts + 1,
        seq=0,
        again=False,
        reason=None,
        message=None,
        failure=None,
        submitted_at=None,
        requested_at=now,
        placed_at=None,
        running_at=None,
        ready_at=None,
        ended_at=None,
        activity={},
        keep_until=None,
        evidence=None,
        touched_at=None,
        connected_at=None,
    )
    tx.record(NotebookWanted(notebook))


async def _move(tx: Tx, notebook: str, old: NotebookState, new: NotebookState, **values: Any) -> None:
    """The one place where a notebook's state changes."""
    if new not in NOTEBOOK_STEPS[old]:
        raise IllegalStep(f"a notebook cannot go from {old} to {new}")
    moved = await tx.execute(
        update(Notebook)
        .where(Notebook.id == notebook, Notebook.state == old.value)
        .values(state=new.value, **values)
    )
    if moved.rowcount != 1:
        raise Raced("The notebook changed at the same moment.", field="id", hint="Look again.")


async def start(tx: Tx, viewer: Viewer, notebook: str) -> None:
    """Start a notebook that is off; one that stops starts when it has stopped."""
    held = await access.changing(tx, viewer, notebook)
    if held.state.off:
        await _begin(tx, held.id, held.state)
    elif held.state == NotebookState.STOPPING:
        await _stop(tx, held.id, held.state, again=True)
    tx.record(NotebookChanged(held.id, held.project.id))


async def stop(tx: Tx, viewer: Viewer, notebook: str) -> None:
    """End its processes; its files stay. Stopping what is off changes nothing."""
    held = await access.stopping(tx, viewer, notebook)
    await _stop(tx, held.id, held.state, again=False)
    tx.record(NotebookChanged(held.id, held.project.id))


async def _stop(tx: Tx, notebook: str, state: NotebookState, **values: Any) -> None:
    if state == NotebookState.STOPPING:
        if (
            await tx.execute(
                update(Notebook)
                .where(Notebook.id == notebook, Notebook.state == state.value)
                .values(**values)
            )
        ).rowcount != 1:
            raise Raced("The notebook changed at the same moment.", field="id", hint="Look again.")
    elif not state.off:
        await _move(tx, notebook, state, NotebookState.STOPPING, **values)
        tx.record(NotebookWanted(notebook))


async def restart(tx: Tx, viewer: Viewer, notebook: str) -> None:
    """Stop it, then start it; one that is off starts."""
    held = await access.changing(tx, viewer, notebook)
    await _again(tx, held)
    tx.record(NotebookChanged(held.id, held.project.id))


async def _again(tx: Tx, held: access.Held) -> None:
    if held.state.off:
        await _begin(tx, held.id, held.state)
    else:
        await _stop(tx, held.id, held.state, again=True)


async def change(
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    notebook: str,
    told: Mapping[str, Any],
    *,
    name: str | None = None,
    description: str | None = None,
    share: Share | None = None,
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
            raise Conflict(
                f"There is a notebook named {name} in this project already.",
                field="name",
                hint="Choose another name.",
            )
        values["name"] = name
    if description is not None or share is not None:
        _checked(description or "", held.kind, share or Share.NONE)
        values |= {"description": description} if description is not None else {}
        values |= {"share": share.value} if share is not None else {}
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
        await secrets.given(tx, ctx.vault, held.project.id, definition.given)
        allowed(definition.volumes, ctx.settings.volumes)
        await clusters.fits(tx, ctx, row.cluster, spec.workload(definition, facts))
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
        raise Conflict("Nothing was changed since it last answered.", field="id")
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
        raise Conflict(f"The notebook is {held.state}.", field="id", hint="Stop it first.")
    row = (await tx.execute(select(Notebook.cluster, Notebook.starts).where(Notebook.id == held.id))).one()
    await tx.execute(delete(Notebook).where(Notebook.id == held.id))
    folder = None if keep_files else spec.folder(held.id)
    tx.record(
        NotebookDeleted(
            held.id, held.project.id, row.cluster, spec.workload_name(held.id, row.starts), folder
        )
    )
    tx.record(NotebookChanged(held.id, held.project.id))
    return held.project.id


async def keep(tx: Tx, viewer: Viewer, notebook: str, hours: int) -> None:
    """Do not stop it for being idle for some hours."""
    held = await access.opening(tx, viewer, notebook, Share.EDIT)
    if not 1 <= hours <= 72:
        raise Invalid("A notebook is kept for 1 to 72 hours at a time.", field="hours")
    until = clock.now() + timedelta(hours=hours)
    await tx.execute(update(Notebook).where(Notebook.id == held.id).values(keep_until=until))
    tx.record(NotebookChanged(held.id, held.project.id))


async def set_policy(tx: Tx, viewer: Viewer, project: str, idle: int, gpu_idle: int, warn: int) -> str:
    """When idle notebooks of a project are stopped, in minutes; 0: never."""
    standing = await projects.project(tx, viewer, project, Role.MAINTAINER)
    for field, value in (("idleMinutes", idle), ("gpuIdleMinutes", gpu_idle), ("warnMinutes", warn)):
        if not 0 <= value <= 43_200:
            raise Invalid("Minutes are from 0 to 43200, which is 30 days.", field=field)
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


async def workload(conn: Reader, ctx: AppContext, row: Row, stops: bool) -> Workload:
    """What is applied for a notebook, from its whole row; when it `stops`, without the project's secrets.
    Invalid when the project has not all that it needs."""
    definition = Definition.model_validate(row.spec)
    facts = spec.Facts(
        id=row.id,
        name=row.name,
        kind=row.kind,
        project_id=row.project_id,
        project=row.project,
        user_id=row.created_by,
        user=row.user,
        start=row.starts,
        key=key(ctx, row.id, row.starts),
        unseal=ctx.vault.unseal,
        given={} if stops else await secrets.given(conn, ctx.vault, row.project_id, definition.given),
        keys=(row.ssh_keys or "") if row.cluster != "local" else "",
        token=token(ctx.vault, row.id),
    )
    made = spec.workload(definition, facts)
    return replace(made, generation=2, stop=True) if stops else made


async def submitted(tx: Tx, notebook: str, start: int) -> None:
    """Its cluster has it. Why it waited to be told is over; what the cluster has said of it meanwhile
    stays."""
    here = (Notebook.id == notebook, Notebook.starts == start, Notebook.submitted_at.is_(None))
    await tx.execute(update(Notebook).where(*here, Notebook.seq == 0).values(reason=None, message=None))
    await tx.execute(update(Notebook).where(*here).values(submitted_at=clock.now()))


async def waits(tx: Tx, notebook: str, start: int, reason: str, words: str) -> None:
    """Its cluster does not have it yet, or was not told yet to stop it."""
    wanted = Notebook.state.in_([NotebookState.REQUESTED.value, NotebookState.STOPPING.value])
    here = (Notebook.id == notebook, Notebook.starts == start, wanted)
    row = (await tx.execute(select(Notebook.project_id, Notebook.message).where(*here))).one_or_none()
    if row is not None and row.message != words:
        await tx.execute(update(Notebook).where(*here).values(reason=reason, message=words))
        tx.record(NotebookChanged(notebook, row.project_id))


async def observe(tx: Tx, graphs: Sequence[WorkloadStatus], pods: Sequence[PodStatus]) -> None:
    """Write down observations of notebooks' servers and their pods; of earlier starts nothing is taken any
    more."""
    wholes = {seen.labels["cubestudio/id"]: seen for seen in graphs}
    parts_: dict[str, list[PodStatus]] = {}
    for pod in pods:
        parts_.setdefault(pod.labels["cubestudio/id"], []).append(pod)
    for notebook in {*wholes, *parts_}:
        row = (
            await tx.execute(
                select(*Notebook.__table__.columns).where(Notebook.id == notebook).with_for_update()
            )
        ).one_or_none()
        if row is None:
            continue
        current = spec.workload_name(notebook, row.starts)
        own = [pod for pod in parts_.get(notebook, ()) if pod.workload == current]
        whole = wholes.get(notebook)
        whole = whole if whole is not None and whole.workload == current and whole.newer(row.seq) else None
        if whole and not whole.state.final and row.state == NotebookState.FAILED.value and row.reason == LOST:
            back = {"reason": None, "message": None, "ended_at": None, "released": row.starts - 1}
            await _move(tx, row.id, NotebookState.FAILED, NotebookState.STARTING, **back)
            row = (await tx.execute(select(*Notebook.__table__.columns).where(Notebook.id == notebook))).one()
        if own or whole:
            await _note(tx, row, whole, own)


async def _note(tx: Tx, row: Row, whole: WorkloadStatus | None, pods: Sequence[PodStatus]) -> None:
    """One notebook's news, in the order: its pods, then the whole."""
    state, now = NotebookState(row.state), clock.now()
    values: dict[str, Any] = {}
    target = state
    for pod in pods:
        if row.placed_at is None and pod.placed_at:
            values["placed_at"] = pod.placed_at
        if pod.state == PodState.RUNNING:
            if pod.started_at:
                values["running_at"] = pod.started_at
            if target in (NotebookState.REQUESTED, NotebookState.BUILDING, NotebookState.PENDING):
                target = NotebookState.STARTING
        failed = pod.state == PodState.FAILED and (pod.attempt >= TRIES or pod.reason in HOPELESS)
        if (
            row.ready_at is None
            and state not in _GOING
            and (failed or (pod.restarts >= TRIES and not pod.ready))
        ):
            values["failure"] = [pod.reason or "Error", pod.message or "it ended again and again"]
    if whole is not None:
        values |= {"seq": whole.sequence, "reason": whole.reason, "message": whole.message}
        if whole.state.final:
            return await _over(tx, row, values, whole)
        if whole.reason == "StartTimeout" and row.ready_at is None and state not in _GOING:
            values["failure"] = [whole.reason, whole.message or "it did not start in time"]
        if whole.ready and state != NotebookState.STOPPING:
            target = NotebookState.RUNNING
            values |= {"reason": None, "message": None, "former": None} | (
                {} if row.ready_at else {"ready_at": now}
            )
            values.pop("failure", None)
        elif state == NotebookState.RUNNING:
            target = NotebookState.STARTING
        elif whole.reason == "Environment" and state not in (NotebookState.STOPPING, NotebookState.STARTING):
            target = NotebookState.BUILDING
        elif state == NotebookState.REQUESTED and target is state:
            target = NotebookState.PENDING
    if target is not state and target in NOTEBOOK_STEPS[state] and state != NotebookState.STOPPING:
        values["state"] = target.value
    else:
        target = state
    if values:
        await tx.execute(update(Notebook).where(Notebook.id == row.id).values(**values))
        tx.record(NotebookChanged(row.id, row.project_id))
    if values.get("failure") and target != NotebookState.STOPPING:
        await _stop(tx, row.id, target, again=False)


_GOING = (NotebookState.STOPPING, NotebookState.STOPPED, NotebookState.FAILED)


async def _over(tx: Tx, row: Row, values: dict[str, Any], whole: WorkloadStatus | None) -> None:
    """A start has ended: because it was asked to, because it was given up, or by itself."""
    state = NotebookState(row.state)
    if state.off:
        return
    failure = values.get("failure") or row.failure
    if failure is None and whole is not None and whole.state == PodState.FAILED:
        failure = [whole.reason, whole.message]
    values |= {"reason": failure[0], "message": failure[1]} if failure else {"reason": None, "message": None}
    end = NotebookState.FAILED if failure else NotebookState.STOPPED
    await _move(tx, row.id, state, end, **values | {"failure": None, "ended_at": clock.now()})
    tx.record(NotebookEnded(row.id, str(row.starts)))
    if row.again and not failure:
        await _begin(tx, row.id, end)
    tx.record(NotebookChanged(row.id, row.project_id))


async def lose(tx: Tx, notebook: str, start: int, reason: str, message: str) -> None:
    """Close a start that no cluster will speak of again; a later start goes on."""
    row = (await tx.execute(select(*Notebook.__table__.columns).where(Notebook.id == notebook))).one_or_none()
    if row is not None and row.starts == start:
        stops = row.state == NotebookState.STOPPING.value
        await _over(tx, row, {"seq": 0} | ({} if stops else {"failure": [reason, message]}), None)


async def released(tx: Tx, notebook: str, start: int) -> None:
    await tx.execute(
        update(Notebook).where(Notebook.id == notebook, Notebook.released < start).values(released=start)
    )


async def looked(
    tx: Tx, notebook: str, start: int, found: Sequence[plan.Signal], now: datetime, pages: int | None = None
) -> None:
    """Judge a notebook by what a look that began `now` has found, keep that, and stop it when that is due.
    `pages`: how many are open, when it tells that.

    Judged in the transaction that stops it: while it was looked at somebody may have opened it, asked to keep
    it, or looked later."""
    row = (
        await tx.execute(select(*Notebook.__table__.columns).where(Notebook.id == notebook).with_for_update())
    ).one_or_none()
    if row is None or row.starts != start or row.state != NotebookState.RUNNING.value:
        return
    before = row.activity or {}
    if before and datetime.fromisoformat(before["at"]) > now:
        return
    idle, gpu_idle, warn = (await listing.policies_by_project(tx, [row.project_id]))[row.project_id]
    gpu = Definition.model_validate(row.spec).gpu
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
        row.ready_at,
        gpu=gpu,
        idle_minutes=idle,
        gpu_idle_minutes=gpu_idle,
        warn_minutes=warn,
        keep_until=row.keep_until,
    )
    look = plan.told(signals, judged, now)
    if judged.due == "stop" and judged.since is not None:
        hours = (now - judged.since).total_seconds() / 3600
        card = {
            "since": look["since"],
            "at": look["at"],
            "signals": look["signals"],
            "gpuHours": round(gpu * hours, 2),
        }
        await _stop(tx, notebook, NotebookState.RUNNING, again=False, evidence=card)
    await tx.execute(update(Notebook).where(Notebook.id == notebook).values(activity=look))
    if any(look[name] != before.get(name) for name in ("due", "since", "signals")):
        tx.record(NotebookChanged(notebook, row.project_id))


async def touch(tx: Tx, notebook: str, *, connected: bool, touched: bool) -> None:
    """Somebody uses it through the proxy."""
    now = clock.now()
    values = ({"connected_at": now} if connected else {}) | ({"touched_at": now} if touched else {})
    await tx.execute(update(Notebook).where(Notebook.id == notebook).values(**values))
