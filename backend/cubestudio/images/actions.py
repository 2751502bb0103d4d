"""What people do with images and builds, and what builds are on a cluster."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from cubestudio.clusters import actions as clusters
from cubestudio.core import clock, ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import Workload
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Fault, Invalid, NotFound, Raced
from cubestudio.core.inputs.definition import checked
from cubestudio.core.inputs.git import git_token
from cubestudio.images import access, conda, listing, messages, source, spec
from cubestudio.images.catalogue import PRESETS
from cubestudio.images.events import BuildChanged, BuildFailed, ImageDeleted
from cubestudio.images.model import Build, BuildState, Image, Preset
from cubestudio.images.spec import Definition
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role
from cubestudio.projects.quotas import actions as quotas
from cubestudio.projects.registries import actions as registries
from cubestudio.projects.secrets import actions as secrets
from cubestudio.users.access import administrator
from cubestudio.workloads import actions as workloads
from cubestudio.workloads.kinds import Changed, Kind
from cubestudio.workloads.model import Body, WorkloadState


def defined(told: Mapping[str, Any]) -> Definition:
    """A definition, or Invalid with everything that is wrong. `environment_yml`, the text of a file of conda,
    is read into its parts."""
    if isinstance(told, Mapping) and told.get(conda.FIELD) is not None:
        told = conda.merged(told)
    return checked(Definition, told, messages.IMAGE_NOT_BUILT, sent=source.place_of(told))


async def able(
    conn: Reader, ctx: AppContext, cluster: str, definition: Definition, workload: Workload
) -> None:
    """Refuse what could never be built on a cluster."""
    port = ctx.clusters[cluster]
    local = port.kind == "local"
    if local and not definition.plain:
        buildah = next(each for each in await port.components() if each.name == "buildah")
        if buildah.state == "not ready":
            raise Invalid(messages.LOCAL_BUILDS_NEED_ROOT(), field="cluster")
        if buildah.state == "absent":
            raise Invalid(messages.BUILDAH_MISSING(install=buildah.install), field="cluster")
    if not local and not ctx.settings.builder_image:
        raise Invalid(messages.BUILDER_IMAGE_MISSING(cluster=cluster), field="cluster")
    if problems := await port.preview(await clusters.equipped(conn, ctx, workload)):
        raise Invalid.many(
            [Fault(problem, "resources.cpu") for problem in problems],
            messages.NEVER_BUILT_ON_CLUSTER,
            cluster=cluster,
        )


async def save(  # noqa: C901, PLR0913
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
    rebuild: bool = False,
) -> tuple[str, str, bool]:
    """Make a version of an image (the image too when it is new) and have it built: (image, build, whether it
    is new). What is built already from the same recipe is not built twice, unless `rebuild`."""
    standing = await projects.project(tx, viewer, project, Role.MEMBER)
    place = clusters.chosen_cluster(ctx, standing, cluster)
    named(name)
    if description is not None and len(description) > 500:
        raise Invalid(shared.DESCRIPTION_TOO_LONG(), field="description")
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
            raise Invalid(
                messages.PROJECT_REGISTRY_NOT_FOUND(project=standing.name, registry=registry[:60]),
                field="registry",
            )
    kind = ctx.clusters[place].kind
    if target is None and kind == "kubernetes":
        raise Invalid(messages.REGISTRY_REQUIRED(), field="registry")
    mark = spec.recipe(definition, ctx.settings.image_registry, target.id if target else None, place)
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
                raise Conflict(messages.IMAGE_ALREADY_BUILDING(version=row.number), field="source")
            if row.state == BuildState.SUCCEEDED.value and not rebuild:
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
            raise Raced(messages.IMAGE_RACED(), field="name")
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
            created_by=viewer.id,
            created_at=now,
        )
    )
    await workloads.request(
        tx,
        workloads.Request(
            kind="build",
            body=Body.TASK,
            owner_id=build,
            name=spec.workload_name(build),
            project_id=standing.id,
            user_id=viewer.id,
            cluster=place,
        ),
    )
    tx.record(BuildChanged(build, key, standing.id))
    return key, build, True


async def cancel(tx: Tx, viewer: Viewer, build: str) -> None:
    """Stop a build; one that has ended stays as it is."""
    row, _ = await access.build(tx, viewer, build, Role.MEMBER)
    if await workloads.stop(tx, row.id):
        await tx.execute(update(Build).where(Build.id == row.id).values(state=BuildState.CANCELLING.value))
        tx.record(BuildChanged(row.id, row.image_id, row.project_id))


async def remove(tx: Tx, viewer: Viewer, image: str) -> str:
    """Delete an image with its versions, when nothing uses it and none is being built; its project's id."""
    row, standing = await access.image(tx, viewer, image, Role.MEMBER)
    builds = await listing.builds_of(tx, row.id)
    if going := [build.number for build in builds if not BuildState(build.state).final]:
        raise Conflict(messages.BUILD_IN_PROGRESS(version=going[0]), field="id")
    references = [build.reference for build in builds if build.reference] + [
        spec.local_name(row.name, build.number) for build in builds
    ]
    if used := await listing.uses(tx, standing.id, references):
        names = ", ".join(f"{use.kind} {use.name}" for use in used[:5])
        raise Conflict(messages.IMAGE_IN_USE(users=names), field="id")
    await tx.execute(delete(Image).where(Image.id == row.id))
    tx.record(ImageDeleted(row.id, standing.id))
    return standing.id


async def install(tx: Tx) -> None:
    """Bring the starting points of this version into the database; what somebody changed or took out stays
    so."""
    rows = {row.name: row for row in await tx.execute(select(Preset.name, Preset.changed_by))}
    for each in PRESETS:
        told = {key: each[key] for key in ("title", "description", "definition")}
        if each["name"] not in rows:
            await tx.execute(
                insert(Preset).values(
                    name=each["name"], builtin=True, hidden=False, changed_at=clock.now(), **told
                )
            )
        elif rows[each["name"]].changed_by is None:
            await tx.execute(update(Preset).where(Preset.name == each["name"]).values(**told))


async def save_preset(
    tx: Tx, viewer: Viewer, name: str, title: str, description: str, told: Mapping[str, Any]
) -> str:
    """Make a starting point, or change the one of that name; its name."""
    administrator(viewer)
    named(name)
    if not title.strip() or len(title) > 100 or len(description) > 500:
        raise Invalid(messages.IMAGE_START_TOO_LONG(), field="title")
    definition = defined(told)
    values = {
        "title": title.strip(),
        "description": description,
        "definition": definition.model_dump(mode="json", exclude_unset=True),
        "hidden": False,
        "changed_by": viewer.id,
        "changed_at": clock.now(),
    }
    changed = await tx.execute(update(Preset).where(Preset.name == name).values(**values))
    if changed.rowcount == 0:
        await tx.execute(insert(Preset).values(name=name, builtin=False, **values))
    return name


async def remove_preset(tx: Tx, viewer: Viewer, name: str) -> None:
    """Take a starting point out of the catalogue; images that began with it stay."""
    administrator(viewer)
    row = (
        await tx.execute(select(Preset.builtin).where(Preset.name == name, Preset.hidden.is_(False)))
    ).one_or_none()
    if row is None:
        raise NotFound(messages.IMAGE_START_NOT_FOUND(name=name[:60]), field="name")
    if row.builtin:
        await tx.execute(
            update(Preset)
            .where(Preset.name == name)
            .values(hidden=True, changed_by=viewer.id, changed_at=clock.now())
        )
    else:
        await tx.execute(delete(Preset).where(Preset.name == name))


# what the platform itself does --------------------------------------------------------------------


async def workload(conn: Reader, ctx: AppContext, started: Any, cluster: str, stops: bool) -> Workload | None:
    """What the cluster sees of a build. Invalid when the project does not have the secret that it needs."""
    row = await listing.whole(conn, started.owner_id)
    if row is None:
        return None
    definition = Definition.model_validate(row.definition)
    known = await registries.registries_of(conn, row.project_id)
    target = next((each for each in known if each.id == row.registry_id), None)
    push = row.reference if target else None
    insecure = tuple(sorted({each.prefix.partition("/")[0] for each in known if each.insecure}))
    kind = ctx.clusters[cluster].kind if cluster in ctx.clusters else "kubernetes"
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
        prefix=ctx.settings.image_registry,
        builder=ctx.settings.builder_image,
        git=git,
        layers=ctx.settings.max_layer_bytes,
        insecure=insecure,
    )
    return spec.workload(definition, facts, kind == "local")


async def on_change(tx: Tx, changed: Changed) -> None:
    """Note what its workload says of a build, and when it has succeeded what it left."""
    row = changed.row
    columns = (Build.image_id, Build.project_id)
    build = (await tx.execute(select(*columns).where(Build.id == row.owner_id))).one_or_none()
    if build is None:
        return
    values: dict[str, Any] = {
        "state": spec.state_of(row).value,
        "reason": row.reason,
        "message": row.message,
        "started_at": row.started_at,
        "finished_at": row.ended_at,
    }
    if changed.state == WorkloadState.SUCCEEDED:
        left = changed.outcome
        values |= spec.result(left.values if left else {})
        values["files"] = [
            {"path": each.path, "size": each.size, "key": each.key}
            for each in (left.artifacts if left else ())
        ]
    await tx.execute(update(Build).where(Build.id == row.owner_id).values(**values))
    tx.record(BuildChanged(row.owner_id, build.image_id, build.project_id))
    if changed.ended and spec.state_of(row) == BuildState.FAILED:
        tx.record(BuildFailed(row.owner_id, build.project_id))


KIND = Kind(noun="build", workload=workload, on_change=on_change)
