"""Pipelines in the graph."""

from collections.abc import Mapping
from typing import Any

import strawberry

from cubestudio.core import messages as shared
from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Fault, Problem, mutation
from cubestudio.core.graph.scalars import Json, Time
from cubestudio.core.offload import offload
from cubestudio.pipelines import access, actions, drafts, messages
from cubestudio.projects import access as projects
from cubestudio.projects.actions import projects_by_id
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]
PipelineSort = strawberry.enum(
    actions.Sort, name="PipelineSort", description="Newest first, by name, or last changed first."
)


@strawberry.type(description="An immutable version of a pipeline.")
class PipelineVersion:
    id: strawberry.ID
    number: int
    created_at: Time
    created_by: strawberry.Private[str]
    pipeline_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "PipelineVersion":
        return cls(
            id=row.id,
            number=row.number,
            created_at=row.created_at,
            created_by=row.created_by,
            pipeline_id=row.pipeline_id,
        )

    async def _definition(self, info: Info) -> dict[str, Any]:
        async with info.context.read() as conn:
            row = await actions.version(conn, self.pipeline_id, self.number)
        assert row is not None
        return actions.hide(row.definition)

    @strawberry.field(description="Who saved it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.created_by))

    @strawberry.field(
        description="{name, description, parameters, parallelism, steps: [{name, template, args, …}]}; "
        "secrets are left out."
    )
    async def definition(self, info: Info) -> Json:
        return await self._definition(info)

    @strawberry.field(description="The same as YAML, which saves to the same version again.")
    async def yaml(self, info: Info) -> str:
        return await offload(actions.to_yaml, await self._definition(info))


@strawberry.type(description="What one person has changed in a pipeline and not saved; nobody else sees it.")
class Draft:
    definition: Json = strawberry.field(description="As it was sent, right or wrong.")
    base: int = strawberry.field(description="Number of the version that it began with.")
    changed_at: Time


@strawberry.type(description="A DAG of steps over templates.")
class Pipeline(Node):
    name: str
    description: str
    latest: int = strawberry.field(description="Number of the newest version.")
    created_at: Time
    changed_at: Time
    run_count: int = strawberry.field(description="How often it was run.")
    project_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "Pipeline":
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            latest=row.latest,
            created_at=row.created_at,
            changed_at=row.changed_at,
            run_count=row.runs,
            project_id=row.project_id,
        )

    @strawberry.field(description="Where it belongs.")
    async def project(self, info: Info) -> Project:
        if info.context.who.run:
            raise NotFound(messages.RUN_SEES_ITSELF_ONLY(), field="project")
        row = await info.context.load(projects_by_id, self.project_id)
        return Project.of(
            row, (await info.context.load(projects.roles_by_viewer, info.context.who)).of(self.project_id)
        )

    @strawberry.field(description="A version by number; the newest when none is given.")
    async def version(self, info: Info, number: int | None = None) -> PipelineVersion | None:
        async with info.context.read() as conn:
            row = await actions.version(conn, self.id, self.latest if number is None else number)
        return PipelineVersion.of(row) if row else None

    @strawberry.field(description="Its versions, newest first.")
    async def versions(
        self, info: Info, after: str | None = None, first: int = 50
    ) -> Connection[PipelineVersion]:
        async with info.context.read() as conn:
            rows = await actions.versions_of(conn, self.id, after, first, info.context.ctx.settings.max_page)
        return connection(rows, lambda row: PipelineVersion.of(row))

    @strawberry.field(
        description="{step: [x, y]}: where people put its steps on the canvas; a step that is not here has "
        "no place yet."
    )
    async def layout(self, info: Info) -> Json:
        async with info.context.read() as conn:
            return await actions.layout(conn, self.id)

    @strawberry.field(description="What I have changed in it and not saved; null when there is nothing.")
    async def draft(self, info: Info) -> Draft | None:
        context = info.context
        async with context.read() as conn:
            found = await drafts.get(conn, context.who, context.ctx.vault, self.id)
        return (
            Draft(definition=found.definition, base=found.base, changed_at=found.changed_at)
            if found
            else None
        )

    @strawberry.field(description="Whether I may change, run and delete it.")
    async def viewer_can_run(self, info: Info) -> bool:
        return (await info.context.load(projects.roles_by_viewer, info.context.who)).of(
            self.project_id
        ).rank >= Role.MEMBER.rank


async def fresh(info: Info, pipeline: str) -> Pipeline:
    """A pipeline as the running mutation has it."""
    conn = info.context.writing.connection
    return Pipeline.of((await actions.pipelines_by_id(conn, [pipeline]))[pipeline])


@strawberry.type(description="A pipeline as it was saved.")
class SavedPipeline:
    pipeline: Pipeline
    changed: bool = strawberry.field(description="False when the newest version said the same already.")


@strawberry.type(description="What is wrong with a document; nothing when it could be saved.")
class Check:
    faults: list[Fault]


async def _check(info: Info, project: str, yaml: str | None, definition: Any) -> Check:
    try:
        data = await _document(yaml, definition)
        async with info.context.read() as conn:
            standing = await projects.project(conn, info.context.who, project)
            former = await actions.newest(conn, standing.id, str(data.get("name")))
            _, _, faults = await actions.read(conn, standing.id, data, former)
    except Invalid as refusal:
        return Check(faults=Problem.of(refusal).all)
    return Check(faults=[Fault.of(fault) for fault in faults])


@strawberry.type
class Query:
    @strawberry.field(description="A pipeline by id; null when there is none that I may see.")
    async def pipeline(self, info: Info, id: strawberry.ID) -> Pipeline | None:
        try:
            async with info.context.read() as conn:
                held = await access.pipeline(conn, info.context.who, id)
        except NotFound:
            return None
        return Pipeline.of(await info.context.load(actions.pipelines_by_id, held.id))

    @strawberry.field(
        description="Pipelines of all my projects or of one; `search`: part of their name or description; "
        "`sort`: their order."
    )
    async def pipelines(
        self,
        info: Info,
        project: str | None = None,
        search: str = "",
        sort: PipelineSort = PipelineSort.NEWEST,
        after: str | None = None,
        first: int = 50,
    ) -> Connection[Pipeline]:
        return await _page(info, project, search, sort=sort, after=after, first=first)

    @strawberry.field(
        description="What would be refused if this YAML, or this definition, were saved: everything at once."
    )
    async def check_pipeline(
        self, info: Info, project: str, yaml: str | None = None, definition: Json | None = None
    ) -> Check:
        return await _check(info, project, yaml, definition)


async def _document(yaml: str | None, definition: Any) -> dict[str, Any]:
    """What was sent in one of two forms."""
    if (yaml is None) == (definition is None):
        raise Invalid(messages.PIPELINE_SOURCE_AMBIGUOUS(), field="yaml")
    data = await offload(actions.from_yaml, yaml) if yaml is not None else definition
    if not isinstance(data, dict):
        raise Invalid(shared.DEFINITION_NOT_AN_OBJECT(), field="definition")
    return data


async def _read(_: Context, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The document of savePipeline."""
    return await _document(arguments.get("yaml"), arguments.get("definition"))


@strawberry.type
class Mutation:
    @mutation(prepare=_read)
    async def save_pipeline(
        self,
        info: Info,
        project: str,
        yaml: str | None = None,
        definition: Json | None = None,
        expected: int | None = None,
    ) -> SavedPipeline:
        """Save a document, as YAML or as a definition, as the newest version of the pipeline that it names,
        making the pipeline when there is none. `expected` is the version that the author began with (0:
        none)."""
        context = info.context
        pipeline, changed = await actions.save(
            context.writing,
            context.who,
            context.ctx.vault,
            project=project,
            data=context.prepared,
            expected=expected,
        )
        return SavedPipeline(pipeline=await fresh(info, pipeline), changed=changed)

    @mutation
    async def save_draft(self, info: Info, pipeline: strawberry.ID, definition: Json, base: int) -> Pipeline:
        """Keep what I have changed in a pipeline, right or wrong, without making a version. `base`: the
        version that I began with. Saving the pipeline ends the draft."""
        context = info.context
        await drafts.save(
            context.writing,
            context.who,
            context.ctx.vault,
            pipeline=pipeline,
            definition=definition,
            base=base,
        )
        return await fresh(info, pipeline)

    @mutation
    async def discard_draft(self, info: Info, pipeline: strawberry.ID) -> Pipeline:
        """Forget what I have changed in a pipeline and not saved."""
        await drafts.discard(info.context.writing, info.context.who, pipeline)
        return await fresh(info, pipeline)

    @mutation
    async def save_layout(self, info: Info, pipeline: strawberry.ID, layout: Json) -> Pipeline:
        """Put the steps of a pipeline to places on the canvas: {step: [x, y]}. It makes no version."""
        await drafts.place(info.context.writing, info.context.who, pipeline, layout)
        return await fresh(info, pipeline)


async def _page(
    info: Info, project: str | None, search: str, sort: PipelineSort, after: str | None, first: int
) -> Connection[Pipeline]:
    context = info.context
    async with context.read() as conn:
        most = context.ctx.settings.max_page
        rows = await actions.pipelines_of(
            conn,
            context.who,
            project,
            after=after,
            first=first,
            most=most,
            search=search,
            sort=actions.Sort(sort),
        )
    return connection(rows, lambda row: Pipeline.of(row))


async def _pipelines(
    root: Project,
    info: Info,
    search: str = "",
    sort: PipelineSort = PipelineSort.NEWEST,
    after: str | None = None,
    first: int = 50,
) -> Connection[Pipeline]:
    return await _page(info, root.id, search, sort=sort, after=after, first=first)


async def _pipeline(root: Project, info: Info, name: str) -> Pipeline | None:
    async with info.context.read() as conn:
        found = await actions.by_name(conn, info.context.who, root.id, name)
    return Pipeline.of(await info.context.load(actions.pipelines_by_id, found)) if found else None


extend(
    Project,
    pipelines=strawberry.field(
        resolver=_pipelines, description="Its pipelines. `search`: part of a name or description."
    ),
    pipeline=strawberry.field(resolver=_pipeline, description="One of its pipelines by name."),
)
