"""Registering versions of models, saying things of them, promoting and deleting them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from cubestudio.core import clock, ids
from cubestudio.core import messages as shared
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.cluster.port import artifact_key
from cubestudio.core.context import AppContext
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Fault, Invalid, NotFound
from cubestudio.core.inputs.definition import checked
from cubestudio.core.store import Store
from cubestudio.models import access, formats, listing, messages, spec
from cubestudio.models.events import ModelChanged
from cubestudio.models.model import Alias, Model, ModelVersion
from cubestudio.models.spec import File, VersionSpec
from cubestudio.projects import access as projects
from cubestudio.projects.actions import named
from cubestudio.projects.model import Role


def version_spec(given: Mapping[str, Any]) -> VersionSpec:
    """Return what is known of a version. Raises Invalid with everything that is wrong."""
    return checked(VersionSpec, given, messages.MODEL_VERSION_NOT_REGISTERED)


async def recognised(
    store: Store, project: str, files: Sequence[File], told: Mapping[str, Any]
) -> dict[str, Any]:
    """What was said of a version, and what its files say besides: of both, what was said holds. Files are not
    looked into when the framework was said. Raises Invalid."""
    said = {name: value for name, value in told.items() if value is not None}
    if "framework" in said:
        return said
    texts = {}
    for path, sha256, length in formats.wanted(files):
        try:
            texts[path] = await store.part(artifact_key(project, sha256), 0, length) if length else b""
        except FileNotFoundError:
            raise Invalid(messages.MODEL_FILE_GONE(path=path[:100]), field="files") from None
    found = formats.recognised(files, texts)
    if "tags" in found and isinstance(said.get("tags"), Mapping):
        said["tags"] = {**found["tags"], **said["tags"]}
    return {**found, **said}


async def register(
    tx: Tx,
    viewer: Viewer,
    project: str,
    name: str,
    files: Sequence[File],
    told: VersionSpec,
    *,
    run: str | None = None,
    lineage: Mapping[str, Any] | None = None,
) -> tuple[str, bool]:
    """A new version of the model `name`, which is made when it is not there: (id, whether it is new). The
    same files from the same run are registered once. The bytes are in the store already."""
    standing = await projects.project(tx, viewer, project, Role.MEMBER)
    named(name)
    if not files:
        raise Invalid(messages.MODEL_FILES_MISSING(), field="files")
    if len(files) > spec.MOST_FILES:
        raise Invalid(messages.MODEL_FILES_TOO_MANY(most=spec.MOST_FILES), field="files")
    faults = [
        Fault(words, f"files[{place}]")
        for place, (path, *_) in enumerate(files)
        if (words := spec.fault_of(path))
    ]
    if faults:
        raise Invalid.many(faults, messages.MODEL_VERSION_NOT_REGISTERED)
    if twice := sorted(path for path, count in Counter(path for path, *_ in files).items() if count > 1):
        raise Invalid(messages.MODEL_FILE_TWICE(path=twice[0]), field="files")
    row = (
        await tx.execute(select(Model.id).where(Model.project_id == standing.id, Model.name == name))
    ).one_or_none()
    now, digest = clock.now(), spec.digest(files)
    if row is None:
        model = ids.new()
        values = {
            "id": model,
            "project_id": standing.id,
            "name": name,
            "description": "",
            "card": "",
            "latest": 0,
            "created_by": viewer.id,
            "created_at": now,
        }
        await tx.execute(insert(Model).values(**values))
    else:
        model = row.id
        if run is not None:
            same = select(ModelVersion.id).where(
                ModelVersion.model_id == model, ModelVersion.run_id == run, ModelVersion.digest == digest
            )
            if there := (await tx.execute(same)).scalars().first():
                return there, False
    await tx.execute(update(Model).where(Model.id == model).values(latest=Model.latest + 1))
    number = (await tx.execute(select(Model.latest).where(Model.id == model))).scalar_one()
    version = ids.new()
    await tx.execute(
        insert(ModelVersion).values(
            id=version,
            model_id=model,
            number=number,
            description=told.description,
            files=[list(file) for file in sorted(files)],
            framework=told.framework or spec.framework_of([path for path, *_ in files]),
            size=sum(size for _, size, *_ in files),
            digest=digest,
            signature=told.signature.model_dump(mode="json") if told.signature else None,
            requirements=told.requirements,
            metrics=told.model_dump()["metrics"],
            tags=told.tags,
            run_id=run,
            lineage=dict(lineage or {}),
            created_by=viewer.id,
            created_at=now,
        )
    )
    tx.record(ModelChanged(model, standing.id))
    return version, True


async def uploaded(ctx: AppContext, project: str, files: Sequence[Mapping[str, Any]]) -> list[File]:
    """Files that were put into the store before, as a version has them; Invalid when one is not there."""
    found: list[File] = []
    faults: list[Fault] = []
    for place, each in enumerate(files):
        path, sha256 = str(each.get("path", "")), str(each.get("sha256", ""))
        size = None
        if spec.DIGEST.fullmatch(sha256):
            size = await ctx.store.size(artifact_key(project, sha256))
        media = str(each.get("media_type") or "application/octet-stream")[:100]
        if media.lower().startswith(("inode/", "application/vnd.cubestudio.")):
            faults.append(Fault(messages.MODEL_MEDIA_TYPE_RESERVED(type=media), f"files[{place}].mediaType"))
        elif size is None:
            faults.append(
                Fault(
                    messages.MODEL_FILE_NOT_UPLOADED(path=path[:100], project=project),
                    f"files[{place}].sha256",
                )
            )
        else:
            found.append((path, size, sha256, media))
    if faults:
        raise Invalid.many(faults, messages.MODEL_VERSION_NOT_REGISTERED)
    return found


async def change(tx: Tx, viewer: Viewer, model: str, description: str | None, card: str | None) -> None:
    """Say what a model is; what is None stays."""
    row, standing = await access.model(tx, viewer, model, Role.MEMBER)
    values = {}
    if description is not None:
        if len(description) > 500:
            raise Invalid(shared.DESCRIPTION_TOO_LONG(), field="description")
        values["description"] = description
    if card is not None:
        if len(card) > spec.MOST_CARD:
            raise Invalid(messages.MODEL_CARD_TOO_LONG(most=spec.MOST_CARD), field="card")
        values["card"] = card
    if values:
        await tx.execute(update(Model).where(Model.id == row.id).values(**values))
    tx.record(ModelChanged(row.id, standing.id))


async def describe(tx: Tx, viewer: Viewer, version: str, told: Mapping[str, Any]) -> None:
    """Say more of a version: its files stay what they are. What is left out stays."""
    row, model, standing = await access.version(tx, viewer, version, Role.MEMBER)
    kept = {
        name: getattr(row, name)
        for name in ("description", "framework", "signature", "requirements", "metrics", "tags")
    }
    new = version_spec({**kept, **told}).model_dump(mode="json")
    await tx.execute(update(ModelVersion).where(ModelVersion.id == row.id).values(**new))
    tx.record(ModelChanged(model.id, standing.id))


async def set_alias(
    tx: Tx, viewer: Viewer, version: str, alias: str, force: bool
) -> list[tuple[str, bool, str]]:
    """Have a name point to a version. Unless `force`, everything on the check list must hold."""
    row, model, standing = await access.version(tx, viewer, version, Role.MEMBER)
    if not spec.ALIAS.fullmatch(alias):
        raise Invalid(messages.MODEL_ALIAS_INVALID(), field="alias")
    points = (Alias.model_id == model.id) & (Alias.name == alias)
    current = (await tx.execute(select(Alias.number).where(points))).scalar_one_or_none()
    before = await listing.numbered(tx, model.id, current) if current not in (None, row.number) else None
    found = spec.checks(row._mapping, model.card, before._mapping if before else None)
    if not force and (failing := [words for _, holds, words in found if not holds]):
        faults = [Fault(words, "id") for words in failing]
        raise Invalid(
            messages.MODEL_CHECKS_FAILED(version=row.number, alias=alias, checks="; ".join(failing)),
            field="force",
            faults=faults,
        )
    await tx.execute(delete(Alias).where(points))
    await tx.execute(
        insert(Alias).values(
            model_id=model.id, name=alias, number=row.number, moved_by=viewer.id, moved_at=clock.now()
        )
    )
    tx.record(ModelChanged(model.id, standing.id))
    return found


async def remove_alias(tx: Tx, viewer: Viewer, model: str, alias: str) -> None:
    """Take a name away; taking one that is not there changes nothing."""
    row, standing = await access.model(tx, viewer, model, Role.MEMBER)
    await tx.execute(delete(Alias).where(Alias.model_id == row.id, Alias.name == alias))
    tx.record(ModelChanged(row.id, standing.id))


async def _unused(tx: Tx, versions: Sequence[str]) -> None:
    if found := await listing.uses(tx, versions):
        names = ", ".join(f"{use.kind} {use.name}" for use in found[:5])
        raise Conflict(messages.MODEL_IN_USE(users=names), field="id")


async def remove_version(tx: Tx, viewer: Viewer, version: str) -> str:
    """Delete a version that nothing uses and no name points to; the model's id. Its bytes stay in the store:
    a run may have left the same."""
    row, model, standing = await access.version(tx, viewer, version, Role.MEMBER)
    await _unused(tx, [row.id])
    names = (
        (await tx.execute(select(Alias.name).where(Alias.model_id == model.id, Alias.number == row.number)))
        .scalars()
        .all()
    )
    if names:
        raise Conflict(
            messages.MODEL_VERSION_HAS_ALIAS(version=row.number, aliases=", ".join(sorted(names))), field="id"
        )
    await tx.execute(delete(ModelVersion).where(ModelVersion.id == row.id))
    tx.record(ModelChanged(model.id, standing.id))
    return model.id


async def remove(tx: Tx, viewer: Viewer, model: str) -> None:
    """Delete a model with all its versions, if nothing uses one."""
    row, standing = await access.model(tx, viewer, model, Role.MEMBER)
    versions = (
        (await tx.execute(select(ModelVersion.id).where(ModelVersion.model_id == row.id))).scalars().all()
    )
    await _unused(tx, versions)
    await tx.execute(delete(Model).where(Model.id == row.id))
    tx.record(ModelChanged(row.id, standing.id))


async def resolve(conn: Reader, project: str, reference: str) -> str:
    """The id of a version by name:number or name@alias, or name alone for the newest, in a project."""
    name, mark, which = (*reference.partition("@"),) if "@" in reference else (*reference.partition(":"),)
    missing = NotFound(messages.MODEL_REFERENCE_NOT_FOUND(reference=reference[:120]), field="model")
    model = (
        await conn.execute(select(Model.id).where(Model.project_id == project, Model.name == name))
    ).scalar_one_or_none()
    if model is None:
        raise missing
    number: Any
    if mark == "@":
        number = (
            await conn.execute(select(Alias.number).where(Alias.model_id == model, Alias.name == which))
        ).scalar_one_or_none()
    elif mark:
        number = int(which) if which.isdecimal() and len(which) < 9 else None
    else:
        number = (
            await conn.execute(select(func.max(ModelVersion.number)).where(ModelVersion.model_id == model))
        ).scalar_one_or_none()
    row = await listing.numbered(conn, model, number) if number is not None else None
    if row is None:
        raise missing
    return row.id
