"""What names an image or a secret: notebooks, templates and pipelines of its project."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, or_, select

from cubestudio.core.db import Reader
from cubestudio.images.listing import Use
from cubestudio.images.model import Build, Image
from cubestudio.notebooks.model import Notebook
from cubestudio.pipelines.model import Pipeline, Version
from cubestudio.templates.model import Template, TemplateVersion

MOST = 50


async def uses(conn: Reader, project: str, references: Sequence[str]) -> list[Use]:
    """Of pipelines and templates the newest version counts."""

    def named(column: Any) -> Any:
        return or_(
            *(cast(column, String).contains(f'"{reference}"', autoescape=True) for reference in references)
        )

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


async def secret_uses(conn: Reader, project: str, name: str) -> list[str]:
    """In words; of pipelines and images the newest version counts."""
    text = f'"{name}"'
    notebooks = select(Notebook.name, Notebook.spec).where(
        Notebook.project_id == project, cast(Notebook.spec, String).contains(text)
    )
    pipelines = (
        select(Pipeline.name, Version.definition)
        .join(Version, (Version.pipeline_id == Pipeline.id) & (Version.number == Pipeline.latest))
        .where(Pipeline.project_id == project, cast(Version.definition, String).contains(text))
    )
    images = (
        select(Image.name, Build.definition)
        .join(Build, (Build.image_id == Image.id) & (Build.number == Image.latest))
        .where(Image.project_id == project, cast(Build.definition, String).contains(text))
    )
    found = []
    for row in await conn.execute(pipelines):
        if any(name in step.get("secrets", ()) for step in row.definition["steps"]):
            found.append(f"pipeline {row.name}")
    for row in await conn.execute(notebooks):
        if name in row.spec.get("project_secrets", ()) or row.spec.get("repo_secret") == name:
            found.append(f"notebook {row.name}")
    for row in await conn.execute(images):
        if row.definition.get("repo_secret") == name:
            found.append(f"image {row.name}")
    return found
