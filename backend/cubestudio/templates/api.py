"""Templates in the graph."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from cubestudio.core.errors import NotFound
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import mutation
from cubestudio.core.graph.scalars import Json, Time
from cubestudio.core.offload import offload
from cubestudio.projects import access as projects
from cubestudio.projects.actions import projects_by_id
from cubestudio.projects.api import Project
from cubestudio.templates import actions
from cubestudio.templates.spec import Body

Info = strawberry.Info[Context]


@strawberry.type(description="An immutable version of a template.")
class TemplateVersion:
    number: int = strawberry.field(description="Number of the version, from 1.")
    created_at: Time = strawberry.field(description="When the version was saved.")
    body: Json = strawberry.field(
        description="Everything it says: {command, files, env, environment, arguments: [{name, type, label, "
        "require, "
        "default, choice, range, …}], outputs, resources: {cpu cores, memory bytes, gpu, gpu_type, "
        "gpu_share, devices, claims}}."
    )


@strawberry.type(
    description="What a step can be: a command with typed arguments and what it needs around it."
)
class Template(Node):
    name: str = strawberry.field(description="Name of the template, unique in its project.")
    category: str = strawberry.field(description="Group under which the catalog shows it.")
    title: str = strawberry.field(description="Name of the template as people read it.")
    description: str = strawberry.field(description="What a step of this template does.")
    latest: int = strawberry.field(description="Number of the newest version, which new steps get.")
    builtin: bool = strawberry.field(description="Whether it comes with the platform.")
    scope: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "Template":
        return cls(
            id=row.id,
            name=row.name,
            category=row.category,
            title=row.title,
            description=row.description,
            latest=row.latest,
            builtin=row.project_id is None,
            scope=row.project_id or "",
        )

    @strawberry.field(description="Whose it is; null: the platform's.")
    async def project(self, info: Info) -> Project | None:
        if not self.scope:
            return None
        row = await info.context.load(projects_by_id, self.scope)
        return Project.of(
            row, (await info.context.load(projects.roles_by_viewer, info.context.who)).of(self.scope)
        )

    @strawberry.field(description="Its versions, newest first.")
    async def versions(self, info: Info) -> list[TemplateVersion]:
        rows = await info.context.load(actions.versions_by_template, self.id) or []
        return [TemplateVersion(number=row.number, created_at=row.created_at, body=row.body) for row in rows]


@strawberry.type
class Query:
    @strawberry.field(
        description="The platform's templates and, with a project named, that project's; without, but "
        "`mine`, those of all my projects."
    )
    async def templates(
        self,
        info: Info,
        project: Annotated[str | None, strawberry.argument(description="Name or id of a project.")] = None,
        mine: Annotated[
            bool,
            strawberry.argument(
                description="Without `project`: whether to return the templates of all "
                "projects of the viewer, too."
            ),
        ] = False,
    ) -> list[Template]:
        async with info.context.read() as conn:
            return [
                Template.of(row) for row in await actions.templates_of(conn, info.context.who, project, mine)
            ]

    @strawberry.field(description="A template by id; null when there is none that I may see.")
    async def template(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the template.")]
    ) -> Template | None:
        try:
            async with info.context.read() as conn:
                return Template.of(await actions.get(conn, info.context.who, id))
        except NotFound:
            return None


async def _read(_: Context, arguments: Mapping[str, Any]) -> Body:
    """The document of saveTemplate."""
    return await offload(actions.read, arguments["yaml"])


@strawberry.type
class Mutation:
    @mutation(prepare=_read)
    async def save_template(
        self,
        info: Info,
        project: Annotated[str, strawberry.argument(description="Name or id of the project.")],
        yaml: Annotated[
            str, strawberry.argument(description="The template as YAML; see the page on templates.")
        ],
    ) -> Template:
        """Add a version of a template to a project, from YAML; an existing version is never changed."""
        tx = info.context.writing
        template = await actions.save(tx, info.context.who, project, info.context.prepared)
        return Template.of(await actions.get(tx, info.context.who, template))
