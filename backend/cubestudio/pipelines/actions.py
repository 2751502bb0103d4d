"""Saving pipelines: from a document to an immutable version, or to everything that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids, yaml_reader
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Fault, Invalid
from cubestudio.core.inputs.definition import checked
from cubestudio.core.offload import offload
from cubestudio.core.paging import Order, Rows, among, cut, fetch
from cubestudio.core.vault import Vault
from cubestudio.pipelines import access, messages
from cubestudio.pipelines.events import PipelineChanged
from cubestudio.pipelines.model import Draft, Pipeline, Version
from cubestudio.pipelines.spec import SEALED, Definition, check
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role
from cubestudio.templates import actions as templates
from cubestudio.templates.actions import Bodies
from cubestudio.templates.spec import Kind


def from_yaml(text: str) -> dict[str, Any]:
    """The object in a YAML document."""
    data = yaml_reader.read(text)
    if not isinstance(data, dict):
        raise Invalid(messages.PIPELINE_NOT_AN_OBJECT(), field="yaml")
    return data


def to_yaml(definition: Mapping[str, Any]) -> str:
    """A definition as the YAML that gives it back; secrets are left out."""
    return yaml_reader.write(
        Definition.model_validate(hide(definition)).model_dump(mode="json", exclude_defaults=True)
    )


def hide(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A definition without its secrets: each is {"sealed": ""}, which stands for "as it was" when saved
    again."""
    steps = []
    for step in definition["steps"]:
        args = {
            name: {SEALED: ""} if isinstance(value, dict) and set(value) == {SEALED} else value
            for name, value in step["args"].items()
        }
        steps.append({**step, "args": args})
    return {**definition, "steps": steps}


def _definition(data: Mapping[str, Any]) -> Definition:
    return checked(Definition, data, messages.PIPELINE_NOT_SAVED)


async def read(
    conn: Reader, project: str, data: Mapping[str, Any], former: Mapping[str, Any] | None
) -> tuple[Definition, Bodies, list[Fault]]:
    """A document as a definition with the templates that it names, and every fault of it. Secrets that were
    left as they were are taken from `former`."""
    definition = await offload(_definition, data)
    if former:
        kept = {
            (step["name"], name): value for step in former["steps"] for name, value in step["args"].items()
        }
        steps = []
        for step in definition.steps:
            args = {
                name: kept.get((step.name, name), value) if value == {SEALED: ""} else value
                for name, value in step.args.items()
            }
            steps.append(step.model_copy(update={"args": args}))
        definition = definition.model_copy(update={"steps": tuple(steps)})
    bodies = await templates.named(conn, project, [step.wanted for step in definition.steps])
    return definition, bodies, await offload(check, definition, bodies)


def settle(definition: Definition, bodies: Bodies, seal: Callable[[str], str]) -> Definition:
    """The canonical form: template versions fixed, secrets sealed."""
    steps = []
    for step in definition.steps:
        body = bodies[step.wanted]
        args = {}
        for name, value in step.args.items():
            argument = body.argument(name)
            secret = argument is not None and argument.type == Kind.SECRET and isinstance(value, str)
            args[name] = {SEALED: seal(value)} if secret else value
        steps.append(step.model_copy(update={"template": f"{body.name}@{body.version}", "args": args}))
    return definition.model_copy(update={"steps": tuple(steps)})


async def save(
    tx: Tx, viewer: Viewer, vault: Vault, project: str, data: Mapping[str, Any], expected: int | None = None
) -> tuple[str, bool]:
    """Save a document as the newest version of the pipeline that it names; its id, and whether anything
    changed. `expected`: the version that the author began with; a Conflict when somebody saved a newer one
    meanwhile."""
    standing = await projects.project(tx, viewer, project, Role.MEMBER)
    name = data.get("name")
    found = None
    if isinstance(name, str):
        await tx.execute(
            update(Pipeline)
            .where(Pipeline.project_id == standing.id, Pipeline.name == name)
            .values(name=name)
        )
        found = (
            await tx.execute(
                select(Pipeline.id, Pipeline.latest, Version.definition, Version.digest)
                .join(Version, (Version.pipeline_id == Pipeline.id) & (Version.number == Pipeline.latest))
                .where(Pipeline.project_id == standing.id, Pipeline.name == name)
            )
        ).one_or_none()
    if expected is not None and expected != (found.latest if found else 0):
        raise Conflict(
            messages.PIPELINE_CHANGED(version=found.latest if found else 0, expected=expected),
            field="expectedVersion",
        )
    definition, bodies, faults = await read(tx, standing.id, data, found.definition if found else None)
    if faults:
        raise Invalid.many(faults, messages.PIPELINE_NOT_SAVED)
    definition = await offload(settle, definition, bodies, vault.seal)
    digest = await offload(_digest, definition, vault)
    if found and found.digest == digest:
        return found.id, False
    now = clock.now()
    if found:
        pipeline, number = found.id, found.latest + 1
        await tx.execute(
            update(Pipeline)
            .where(Pipeline.id == pipeline)
            .values(latest=number, description=definition.description, changed_at=now)
        )
    else:
        pipeline, number = ids.new(), 1
        await tx.execute(
            insert(Pipeline).values(
                id=pipeline,
                project_id=standing.id,
                name=definition.name,
                description=definition.description,
                latest=1,
                runs=0,
                created_by=viewer.id,
                created_at=now,
                changed_at=now,
            )
        )
    await tx.execute(
        insert(Version).values(
            id=ids.new(),
            pipeline_id=pipeline,
            number=number,
            definition=definition.model_dump(mode="json"),
            digest=digest,
            created_by=viewer.id,
            created_at=now,
        )
    )
    await tx.execute(delete(Draft).where(Draft.pipeline_id == pipeline, Draft.user_id == viewer.id))
    tx.record(PipelineChanged(pipeline, standing.id))
    return pipeline, True


def _digest(definition: Definition, vault: Vault) -> str:
    """The digest of what the definition says: sealing the same secret twice gives two ciphers, so it is
    opened."""
    steps = []
    for step in definition.steps:
        args = {
            name: {"secret": vault.sign(vault.unseal(value[SEALED]))}
            if isinstance(value, dict) and set(value) == {SEALED}
            else value
            for name, value in step.args.items()
        }
        steps.append(step.model_copy(update={"args": args}))
    return definition.model_copy(update={"steps": tuple(steps)}).digest


async def remove(tx: Tx, viewer: Viewer, key: str) -> str:
    """Delete a pipeline with its versions and runs; refused while a run is going on (a later room says
    which)."""
    held = await access.pipeline(tx, viewer, key, Role.MEMBER)
    await tx.execute(delete(Pipeline).where(Pipeline.id == held.id))
    tx.record(PipelineChanged(held.id, held.project.id))
    return held.id


COLUMNS = (
    Pipeline.id,
    Pipeline.project_id,
    Pipeline.name,
    Pipeline.description,
    Pipeline.latest,
    Pipeline.created_at,
    Pipeline.changed_at,
    Pipeline.created_by,
    Pipeline.runs,
)


class PipelineSort(StrEnum):
    """Orders of a list of pipelines."""

    NEWEST = "newest"
    NAME = "name"
    CHANGED = "changed"


async def pipelines_of(
    conn: Reader,
    viewer: Viewer,
    project: str | None,
    after: str | None,
    first: int,
    most: int,
    search: str = "",
    sort: PipelineSort = PipelineSort.NEWEST,
) -> Rows:
    """A page of pipelines, of one project or of all the viewer's; `search`: part of their name or
    description."""
    roles = await projects.mine(conn, viewer)
    values = await projects.scope(conn, viewer, project, roles)
    narrow = {} if values is None else {Pipeline.project_id: values}
    rest = []
    if words := search.strip()[:100]:
        rest.append(
            or_(
                *(column.contains(words, autoescape=True) for column in (Pipeline.name, Pipeline.description))
            )
        )
    order = await _order(conn, sort, after)
    return await fetch(
        conn, among(COLUMNS, Pipeline.id, narrow, rest=rest, after=after, first=first, most=most, order=order)
    )


async def _order(conn: Reader, sort: PipelineSort, after: str | None) -> Order | None:
    if sort is PipelineSort.NEWEST:
        return None
    column = Pipeline.name if sort is PipelineSort.NAME else Pipeline.changed_at
    last = (
        (await conn.execute(select(column).where(Pipeline.id == after))).scalar_one_or_none()
        if after
        else None
    )
    return Order(column, sort is PipelineSort.CHANGED, last, distinct=sort is PipelineSort.NAME)


async def layout(conn: Reader, pipeline: str) -> dict[str, Any]:
    """{step: [x, y]} of a pipeline that the caller has access to."""
    return (
        await conn.execute(select(Pipeline.layout).where(Pipeline.id == pipeline))
    ).scalar_one_or_none() or {}


async def newest(conn: Reader, project: str, name: str) -> dict[str, Any] | None:
    """The definition of the newest version of a pipeline, with its secrets as they are kept."""
    return (
        await conn.execute(
            select(Version.definition)
            .join(Pipeline, (Pipeline.id == Version.pipeline_id) & (Pipeline.latest == Version.number))
            .where(Pipeline.project_id == project, Pipeline.name == name)
        )
    ).scalar_one_or_none()


async def by_name(conn: Reader, viewer: Viewer, project: str, name: str) -> str | None:
    standing = await projects.project(conn, viewer, project)
    found = await conn.execute(
        select(Pipeline.id).where(Pipeline.project_id == standing.id, Pipeline.name == name)
    )
    return found.scalar_one_or_none()


async def pipelines_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    return {row.id: row for row in await conn.execute(select(*COLUMNS).where(Pipeline.id.in_(keys)))}


async def version(conn: Reader, pipeline: str, number: int) -> Row | None:
    """One version of a pipeline that the caller has access to."""
    columns = (
        Version.id,
        Version.number,
        Version.definition,
        Version.created_at,
        Version.created_by,
        Version.pipeline_id,
    )
    return (
        await conn.execute(select(*columns).where(Version.pipeline_id == pipeline, Version.number == number))
    ).one_or_none()


async def versions_of(conn: Reader, pipeline: str, after: str | None, first: int, most: int) -> Rows:
    columns = (Version.id, Version.number, Version.created_at, Version.created_by, Version.pipeline_id)
    return await fetch(
        conn, cut(select(*columns).where(Version.pipeline_id == pipeline), Version.id, after, first, most)
    )


async def versions_by_id(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    columns = (Version.id, Version.number, Version.created_at, Version.created_by, Version.pipeline_id)
    return {row.id: row for row in await conn.execute(select(*columns).where(Version.id.in_(keys)))}
