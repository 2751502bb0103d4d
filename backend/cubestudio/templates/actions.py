"""Loading and saving templates. Built-in ones are upserted by version, so that upgrades reach existing
installations."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cubestudio.core import clock, ids, yaml_reader
from cubestudio.core.auth.viewer import Viewer
from cubestudio.core.db import Reader, Tx
from cubestudio.core.errors import Conflict, Invalid
from cubestudio.core.inputs.definition import checked
from cubestudio.projects import access as projects
from cubestudio.templates import access, messages
from cubestudio.templates.model import Template, TemplateVersion
from cubestudio.templates.spec import Body

Bodies = Mapping[tuple[str, int | None], Body]
"""Templates by the name and version that a pipeline asks for; no version: the latest."""
BUILTIN = Path(__file__).parent / "builtin"


def read(text: str) -> Body:
    """A template from YAML; Invalid with every broken rule."""
    data = yaml_reader.read(text)
    if not isinstance(data, dict):
        raise Invalid(messages.TEMPLATE_NOT_AN_OBJECT(), field="yaml")
    return checked(Body, data, messages.TEMPLATE_NOT_SAVED)


async def install(tx: Tx) -> int:
    """Bring the built-in templates of this version into the database; how many were new."""
    new = 0
    for path in sorted(BUILTIN.glob("*.yaml")):
        new += await _put(tx, None, read(path.read_text()))
    return new


async def _put(tx: Tx, project: str | None, body: Body) -> bool:
    """Store a version; False when it is there already. A number that is there with other contents is a
    mistake."""
    now = clock.now()
    scope = project or ""
    found = (
        await tx.execute(
            select(Template.id, Template.latest).where(Template.scope == scope, Template.name == body.name)
        )
    ).one_or_none()
    shown = {"category": body.category, "title": body.title or body.name, "description": body.description}
    if found is None:
        template, latest = ids.new(), 0
        await tx.execute(
            insert(Template).values(
                id=template,
                project_id=project,
                scope=scope,
                name=body.name,
                latest=body.version,
                created_at=now,
                **shown,
            )
        )
    else:
        template, latest = found
        same = (
            await tx.execute(
                select(TemplateVersion.digest).where(
                    TemplateVersion.template_id == template, TemplateVersion.number == body.version
                )
            )
        ).scalar_one_or_none()
        if same is not None:
            if same != body.digest:
                raise Conflict(
                    messages.TEMPLATE_VERSION_EXISTS(version=body.version, name=body.name), field="version"
                )
            return False
        if body.version > latest:
            await tx.execute(
                update(Template).where(Template.id == template).values(latest=body.version, **shown)
            )
    await tx.execute(
        insert(TemplateVersion).values(
            id=ids.new(),
            template_id=template,
            number=body.version,
            body=body.model_dump(mode="json"),
            digest=body.digest,
            created_at=now,
        )
    )
    return True


async def save(tx: Tx, viewer: Viewer, project: str, body: Body) -> str:
    """Add a version of a template to a project; its id."""
    standing = await access.save(tx, viewer, project)
    await _put(tx, standing.id, body)
    return (
        await tx.execute(select(Template.id).where(Template.scope == standing.id, Template.name == body.name))
    ).scalar_one()


COLUMNS = (
    Template.id,
    Template.project_id,
    Template.name,
    Template.category,
    Template.title,
    Template.description,
    Template.latest,
)


async def templates_of(conn: Reader, viewer: Viewer, project: str | None, mine: bool) -> Sequence[Row]:
    """The platform's templates and, when a project is named, that project's, or (`mine`) those of all the
    viewer's projects; by category and name."""
    which = Template.scope == ""
    if mine and not project:
        roles = await projects.mine(conn, viewer)
        which = Template.id.is_not(None) if roles is None else or_(which, Template.scope.in_(list(roles)))
    if project:
        which = or_(which, Template.scope == (await projects.project(conn, viewer, project)).id)
    return (
        await conn.execute(
            select(*COLUMNS).where(which).order_by(Template.category, Template.name).limit(1000)
        )
    ).all()


async def versions_by_template(conn: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Any]:
    """Every version of templates, newest first."""
    rows = await conn.execute(
        select(
            TemplateVersion.template_id,
            TemplateVersion.number,
            TemplateVersion.body,
            TemplateVersion.created_at,
        )
        .where(TemplateVersion.template_id.in_(keys))
        .order_by(TemplateVersion.number.desc())
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.template_id, []).append(row)
    return found


async def named(
    conn: Reader, project: str, wanted: Sequence[tuple[str, int | None]]
) -> dict[tuple[str, int | None], Body]:
    """The templates that a project's pipeline names, by (name, version); no version: the latest. A project's
    own template hides the platform's of the same name."""
    names = {name for name, _ in wanted}
    rows = await conn.execute(
        select(Template.name, Template.scope, Template.latest, TemplateVersion.number, TemplateVersion.body)
        .join(TemplateVersion, TemplateVersion.template_id == Template.id)
        .where(Template.name.in_(names), Template.scope.in_(["", project]))
        .order_by(Template.scope)
    )
    found: dict[tuple[str, int | None], Body] = {}
    for row in rows:
        body = Body.model_validate(row.body)
        if (row.name, row.number) in wanted:
            found[row.name, row.number] = body
        if row.number == row.latest and (row.name, None) in wanted:
            found[row.name, None] = body
    return found


async def get(conn: Reader, viewer: Viewer, key: str) -> Row:
    template = await access.template(conn, viewer, key)
    return (await conn.execute(select(*COLUMNS).where(Template.id == template))).one()
