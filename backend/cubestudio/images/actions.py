"""What people do with images and builds, and writing down what clusters report of builds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import LOST, NodeState, StepStatus, Workload, WorkloadStatus
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Fault, IllegalStep, Invalid, NotFound, Raced
from cubestudio.core.inputs.definition import checked
from cubestudio.core.inputs.git import git_token
from cubestudio.images import access, conda, listing, spec
from cubestudio.images.catalogue import START
from cubestudio.images.events import BuildChanged, BuildEnded, BuildWanted, ImageDeleted
from cubestudio.images.model import BUILD_STEPS, Build, BuildState, Image, Start
from cubestudio.images.spec import Definition
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.projects.registries import actions as registries
from cubestudio.projects.secrets import actions as secrets
from cubestudio.users.access import administrator


def defined(told: Mapping[str, Any]) -> Definition:
    """A definition, or Invalid with everything that is wrong. `environment_yml`, the text of a file of conda,
    is read into its parts."""
    if isinstance(told, Mapping) and told.get(conda.FIELD) is not None:
        told = conda.merged(told)
    return checked(Definition, told, "The image cannot be made")


async def able(
    conn: Reader, ctx: AppContext, cluster: str, definition: Definition, workload: Workload
) -> None:
    """Refuse what could never be built on a cluster."""
    port = ctx.clusters[cluster]
    local = port.kind == "local"
    if local and not definition.plain:
        buildah = next(each for each in await port.components() if each.name == "buildah")
        if buildah.state == "not ready":
            raise Invalid(
                "Images are built on this machine only where the platform runs as root and gives "
                "each project a user of its own; "
                "Python packages alone need neither.",
                field="cluster",
                hint="Choose another cluster, or start the platform as root.",
            )
        if buildah.state == "absent":
            raise Invalid(
                "This machine has no buildah, which building images needs; Python packages alone need none.",
                field="cluster",
                hint=f"Install it: {buildah.install}.",
            )
    if not local and not ctx.settings.builder_image:
        raise Invalid(
            f"No image for builders is set, so nothing can be built on cluster {cluster}.",
            field="cluster",
            hint="Set CUBE_BUILDER_IMAGE to an image that has buildah and python3.",
        )
    if problems := await port.preview(await clusters.equipped(conn, ctx, workload)):
        raise Invalid.many(
            [Fault(problem, "cpu") for problem in problems], f"This can never be built on cluster {cluster}"
        )


async def save(
    tx: Tx,
    ctx: AppContext,
    viewer: Viewer,
    project: str,
    name: str,
    told: Mapping[str, Any],
    *,
    description: str | None = None,
    registry: str | None = None,
    cluster: str | None = None,
    again: bool = False,
) -> tuple[str, str, bool]:
    """Make a version of an image (the image too when it is new) and have it built: (image, build, whether it
    is new). What is built already from the same recipe is not built twice, unless `again`."""
    standing = await projects.project(tx, viewer, project, Role.MEMBER)
    place = clusters.chosen_cluster(ctx, standing, cluster)
    named(name)
    if description is not None and len(description) > 500:
        raise Invalid("A description has 500 characters at most.", field="description")
    definition = defined(told)
    target = None
    if registry is not None:
        target = next(
            (
                row
                for row in await registries.registries_of(tx, standing.id)
                if registry in (row.id, row.name)
            ),
            None,
        )
        if target is None:
            raise Invalid(f"Project {standing.name} has no registry {registry[:60]}.", field="registry")
    kind = ctx.clusters[place].kind
    if target is None and kind == "kubernetes":
        raise Invalid(
            "An image that is built on Kubernetes goes to a registry; say which.",
            field="registry",
            hint="Add one to the project first.",
        )
    mark = spec.recipe(definition, ctx.settings.image_prefix, target.id if target else None, place)
    image = (
        await tx.execute(
            select(*Image.__table__.columns).where(Image.project_id == standing.id, Image.name == name)
        )
    ).one_or_none()
    if image is not None:
        same = select(Build.id, Build.number, Build.state).where(
            Build.image_id == image.id, Build.recipe == mark
        )
        for row in await tx.execute(same.order_by(Build.number.desc())):
            if not BuildState(row.state).final:
                raise Conflict(
                    f"The same is being built as version {row.number}.",
                    field="definition",
                    hint="Wait for it.",
                )
            if row.state == BuildState.SUCCEEDED.value and not again:
                return image.id, row.id, False
    await secrets.given(
        tx, ctx.vault, standing.id, [definition.repo_secret] if definition.repo_secret else []
    )
    now, build = clock.now(), ids.new()
    made = spec.workload(
        definition,
        spec.Facts(
            id=build, project_id=standing.id, user_id=viewer.id, push=None, auth=None, prefix="", builder=None
        ),
        kind == "local",
    )
    await quotas.judged(tx, made)
    await able(tx, ctx, place, definition, made)
    if image is None:
        key, number = ids.new(), 1
        await tx.execute(
            insert(Image).values(
                id=key,
                project_id=standing.id,
                name=name,
                description=description or "",
                latest=1,
                created_by=viewer.id,
                created_at=now,
            )
        )
    else:
        key, number = image.id, image.latest + 1
        values = {"latest": number} | ({"description": description} if description is not None else {})
        moved = await tx.execute(
            update(Image).where(Image.id == key, Image.latest == image.latest).values(**values)
        )
        if moved.rowcount != 1:
            raise Raced("Somebody else made a version at the same moment.", field="name", hint="Try again.")
    reference = f"{target.prefix}/{name}:v{number}" if target else None
    await tx.execute(
        insert(Build).values(
            id=build,
            image_id=key,
            project_id=standing.id,
            number=number,
            definition=definition.model_dump(mode="json"),
            recipe=mark,
            registry_id=target.id if target else None,
            reference=reference,
            cluster=place,
            state=BuildState.REQUESTED.value,
            packages={},
            files=[],
            seq=0,
            released=False,
            created_by=viewer.id,
            created_at=now,
        )
    )
    tx.record(BuildWanted(build))
    tx.record(BuildChanged(build, key, standing.id))
    return key, build, True


async def cancel(tx: Tx, viewer: Viewer, build: str) -> None:
    """Stop a build; one that has ended stays as it is."""
    row, _ = await access.build(tx, viewer, build, Role.MEMBER)
    state = BuildState(row.state)
    if not state.final and state != BuildState.CANCELLING:
        await _move(tx, row, BuildState.CANCELLING)
        tx.record(BuildWanted(row.id))
        tx.record(BuildChanged(row.id, row.image_id, row.project_id))


async def remove(tx: Tx, viewer: Viewer, image: str) -> str:
    """Delete an image with its versions, when nothing uses it and none is being built; its project's id."""
    row, standing = await access.image(tx, viewer, image, Role.MEMBER)
    builds = await listing.builds_of(tx, row.id)
    if going := [build.number for build in builds if not BuildState(build.state).final]:
        raise Conflict(f"Version {going[0]} is being built.", field="id", hint="Cancel it first.")
    references = [build.reference for build in builds if build.reference] + [
        spec.local_name(row.name, build.number) for build in builds
    ]
    if used := await listing.uses(tx, standing.id, references):
        names = ", ".join(f"{use.kind} {use.name}" for use in used[:5])
        raise Conflict(f"It is used by {names}.", field="id", hint="Give them another image first.")
    await tx.execute(delete(Image).where(Image.id == row.id))
    tx.record(ImageDeleted(row.id, standing.id))
    return standing.id


async def install(tx: Tx) -> None:
    """Bring the starting points of this version into the database; what somebody changed or took out stays
    so."""
    rows = {row.name: row for row in await tx.execute(select(Start.name, Start.changed_by))}
    for each in START:
        told = {key: each[key] for key in ("title", "description", "definition")}
        if each["name"] not in rows:
            await tx.execute(
                insert(Start).values(
                    name=each["name"], builtin=True, hidden=False, changed_at=clock.now(), **told
                )
            )
        elif rows[each["name"]].changed_by is None:
            await tx.execute(update(Start).where(Start.name == each["name"]).values(**told))


async def save_start(
    tx: Tx, viewer: Viewer, name: str, title: str, description: str, told: Mapping[str, Any]
) -> str:
    """Make a starting point, or change the one of that name; its name."""
    administrator(viewer)
    named(name)
    if not title.strip() or len(title) > 100 or len(description) > 500:
        raise Invalid("A title has 1 to 100 characters, a description 500 at most.", field="title")
    definition = defined(told)
    kept = {key: value for key, value in definition.model_dump(mode="json").items() if key in told}
    values = {
        "title": title.strip(),
        "description": description,
        "definition": kept,
        "hidden": False,
        "changed_by": viewer.id,
        "changed_at": clock.now(),
    }
    changed = await tx.execute(update(Start).where(Start.name == name).values(**values))
    if changed.rowcount == 0:
        await tx.execute(insert(Start).values(name=name, builtin=False, **values))
    return name


async def remove_start(tx: Tx, viewer: Viewer, name: str) -> None:
    """Take a starting point out of the catalogue; images that began with it stay."""
    administrator(viewer)
    row = (
        await tx.execute(select(Start.builtin).where(Start.name == name, Start.hidden.is_(False)))
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no starting point {name[:60]}.", field="name")
    if row.builtin:
        await tx.execute(
            update(Start)
            .where(Start.name == name)
            .values(hidden=True, changed_by=viewer.id, changed_at=clock.now())
        )
    else:
        await tx.execute(delete(Start).where(Start.name == name))


async def _move(tx: Tx, row: Row, new: BuildState, **values: Any) -> None:
    """The one place where a build's state changes."""
    if new not in BUILD_STEPS[BuildState(row.state)]:
        raise IllegalStep(f"a build cannot go from {row.state} to {new}")
    moved = await tx.execute(
        update(Build).where(Build.id == row.id, Build.state == row.state).values(state=new.value, **values)
    )
    if moved.rowcount != 1:
        raise Raced("The build changed at the same moment.", field="id", hint="Look again.")


# what the platform itself does --------------------------------------------------------------------


async def prepared(conn: Reader, ctx: AppContext, row: Row, stops: bool) -> Workload:
    """What is applied for a build, from its whole row. Invalid when the project has not the secret that it
    needs."""
    definition = Definition.model_validate(row.definition)
    known = await registries.registries_of(conn, row.project_id)
    target = next((each for each in known if each.id == row.registry_id), None)
    push = row.reference if target else None
    insecure = tuple(sorted({each.prefix.partition("/")[0] for each in known if each.insecure}))
    kind = ctx.clusters[row.cluster].kind if row.cluster in ctx.clusters else "kubernetes"
    git: dict[str, str] = {}
    if definition.repo_secret and not stops:
        git = git_token(
            definition.repo,
            *(await secrets.given(conn, ctx.vault, row.project_id, [definition.repo_secret])).values(),
        )
    facts = spec.Facts(
        id=row.id,
        project_id=row.project_id,
        user_id=row.created_by,
        push=push,
        auth=registries.credentials(ctx.vault, known),
        prefix=ctx.settings.image_prefix,
        builder=ctx.settings.builder_image,
        git=git,
        layers=ctx.settings.layer_bytes,
        insecure=insecure,
    )
    made = spec.workload(definition, facts, kind == "local")
    return replace(made, generation=2, stop=True) if stops else made


async def waits(tx: Tx, build: str, reason: str, words: str) -> None:
    """Its cluster does not have it yet, or was not told yet to stop it."""
    here = (Build.id == build, Build.state.in_([BuildState.REQUESTED.value, BuildState.CANCELLING.value]))
    row = (
        await tx.execute(select(Build.image_id, Build.project_id, Build.message).where(*here))
    ).one_or_none()
    if row is not None and row.message != words:
        await tx.execute(update(Build).where(*here).values(reason=reason, message=words))
        tx.record(BuildChanged(build, row.image_id, row.project_id))


async def submitted(tx: Tx, build: str) -> None:
    """Its cluster has it. Why it waited to be told is over; what the cluster has said of it meanwhile
    stays."""
    await tx.execute(
        update(Build)
        .where(Build.id == build, Build.submitted_at.is_(None), Build.seq == 0)
        .values(reason=None, message=None)
    )
    await tx.execute(
        update(Build).where(Build.id == build, Build.submitted_at.is_(None)).values(submitted_at=clock.now())
    )


async def observe(tx: Tx, graphs: Sequence[WorkloadStatus], steps: Sequence[StepStatus]) -> None:
    """Write down observations of builds: their one step says how they stand and what came of it."""
    for seen in steps:
        held = (
            select(*Build.__table__.columns).where(Build.id == seen.labels["cubestudio/id"]).with_for_update()
        )
        row = (await tx.execute(held)).one_or_none()
        if (
            row is not None
            and row.state == BuildState.FAILED.value
            and row.reason == LOST
            and seen.reason != LOST
        ):
            row = await _found(tx, row)
        if row is None or seen.sequence <= row.seq or BuildState(row.state).final:
            continue
        values: dict[str, Any] = {"seq": seen.sequence, "started_at": seen.started_at or row.started_at}
        if seen.state.final:
            await _end(tx, row, seen, values)
            continue
        values |= {"reason": seen.reason, "message": seen.message}
        target = BuildState.RUNNING if seen.state == NodeState.RUNNING else BuildState.PENDING
        if seen.state == NodeState.UNKNOWN:  # its node does not respond: it stays what it was
            target = BuildState(row.state)
        if target.value != row.state and row.state != BuildState.CANCELLING.value:
            values["state"] = target.value
        await tx.execute(update(Build).where(Build.id == row.id).values(**values))
        tx.record(BuildChanged(row.id, row.image_id, row.project_id))
    for whole in graphs:
        if whole.state.final:
            row = (
                await tx.execute(
                    select(*Build.__table__.columns).where(Build.id == whole.labels["cubestudio/id"])
                )
            ).one_or_none()
            if row is not None and not BuildState(row.state).final:
                await lose(
                    tx, row.id, whole.reason or "Cancelled", whole.message or "it was ended before it began"
                )


async def _found(tx: Tx, row: Row) -> Row:
    """A build that was lost is there again, and goes on; its row from now on."""
    values = {
        "state": BuildState.RUNNING.value,
        "reason": None,
        "message": None,
        "finished_at": None,
        "released": False,
    }
    await tx.execute(update(Build).where(Build.id == row.id, Build.state == row.state).values(values))
    tx.record(BuildChanged(row.id, row.image_id, row.project_id))
    return (await tx.execute(select(*Build.__table__.columns).where(Build.id == row.id))).one()


async def _end(tx: Tx, row: Row, seen: StepStatus, values: dict[str, Any]) -> None:
    """A build has ended: what it says of itself is kept."""
    values |= {"reason": seen.reason, "message": seen.message, "finished_at": seen.finished_at or clock.now()}
    state = {NodeState.SUCCEEDED: BuildState.SUCCEEDED, NodeState.CANCELLED: BuildState.CANCELLED}.get(
        seen.state, BuildState.FAILED
    )
    if state == BuildState.SUCCEEDED:
        values |= spec.result(seen.outcome.values if seen.outcome else {})
        values["files"] = (
            [{"path": each.path, "size": each.size, "key": each.key} for each in seen.outcome.artifacts]
            if seen.outcome
            else []
        )
    await _move(tx, row, state, **values)
    tx.record(BuildEnded(row.id))
    tx.record(BuildChanged(row.id, row.image_id, row.project_id))


async def lose(tx: Tx, build: str, reason: str, message: str) -> None:
    """Close a build that no cluster will speak of again."""
    row = (await tx.execute(select(*Build.__table__.columns).where(Build.id == build))).one_or_none()
    if row is None or BuildState(row.state).final:
        return
    end = BuildState.CANCELLED if row.state == BuildState.CANCELLING.value else BuildState.FAILED
    await _move(tx, row, end, reason=reason, message=message, finished_at=clock.now(), seq=0)
    tx.record(BuildEnded(row.id))
    tx.record(BuildChanged(row.id, row.image_id, row.project_id))


async def released(tx: Tx, build: str) -> None:
    await tx.execute(update(Build).where(Build.id == build).values(released=True))
