"""What names an image: notebooks, templates and pipelines of its project."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, or_, select

from cubestudio.builds.listing import Use
from cubestudio.core.db import Reader
from cubestudio.notebooks.model import Notebook
from cubestudio.pipelines.model import Pipeline, Version
from cubestudio.templates.model import Template, TemplateVersion

MOST = 50


async def uses(conn: Reader, project: str, references: Sequence[str]) -> list[Use]:
    """Of pipelines and templates the newest version counts."""

    def named(column: Any) -> Any:
        return or_(*(cast(column, String).contains(f'"{reference}"', autoescape=True) for reference in references))

    notebooks = select(Notebook.id, Notebook.name).where(Notebook.project_id == project, named(Notebook.spec))
    templates = (
        select(Template.id, Template.name)
        .join(TemplateVersion, TemplateVersion.template_id == Template.id)
        .where(Template.project_id == project, named(TemplateVersion.body))
        .distinct()
    )
    pipelines = (
        select(Pipeline.id, Pipeline.name)
        .join(Version, (Version.pipeline_id == Pipeline.id) & (Version.number == Pipeline.latest))
        .where(Pipeline.project_id == project, named(Version.definition))
    )
    found = []
    for kind, statement in (("notebook", notebooks), ("template", templates), ("pipeline", pipelines)):
        found += [Use(kind, row.id, row.name) for row in await conn.execute(statement.limit(MOST))]
    return found
