"""Pipelines in the graph."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from cubestudio.core import messages as shared
from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
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
ProjectKey = Annotated[str, strawberry.argument(description="Name or id of the project.")]
PipelineId = Annotated[strawberry.ID, strawberry.argument(description="Id of the pipeline.")]
Search = Annotated[
    str,
    strawberry.argument(
        description="Only pipelines with this text in their name or description; empty: all."
    ),
]
Order = Annotated[actions.PipelineSort, strawberry.argument(description="Order of the list.")]
After = Annotated[
    str | None, strawberry.argument(description="Cursor after which the page begins; null: the first page.")
]
First = Annotated[int, strawberry.argument(description="Number of items on the page, 1–200.")]
Yaml = Annotated[
    str | None, strawberry.argument(description="The definition as YAML; either this or `definition`.")
]
DefinitionJson = Annotated[
    Json | None, strawberry.argument(description="The definition as an object of the shape of the YAML file.")
]

enum(
    actions.PipelineSort,
    "Order of a list of pipelines.",
    {
        "NEWEST": "Last created first.",
        "NAME": "By name, in alphabetical order.",
        "CHANGED": "Last changed first.",
    },
)


@strawberry.type(description="An immutable version of a pipeline.")
class PipelineVersion:
    id: strawberry.ID = strawberry.field(description="Unique identifier.")
    number: int = strawberry.field(description="Number of the version in its pipeline, from 1.")
    created_at: Time = strawberry.field(description="When it was saved.")
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

    @strawberry.field(description="The user who saved it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.created_by))

    @strawberry.field(
        description="The definition as an object of the shape of the YAML file: `{name, description, "
        "parameters, parallelism, steps: [{name, template, args, …}]}`. Values of secret arguments are left "
        "out."
    )
    async def definition(self, info: Info) -> Json:
        return await self._definition(info)

    @strawberry.field(description="The definition as YAML. Saving it again makes no new version.")
    async def yaml(self, info: Info) -> str:
        return await offload(actions.to_yaml, await self._definition(info))


@strawberry.type(description="Your unsaved changes to a pipeline. Only you can see them.")
class PipelineDraft:
    definition: Json = strawberry.field(
        description="The definition as it was sent, valid or not. JSON, because it need not have the shape "
        "of a definition."
    )
    base_version: int = strawberry.field(description="Number of the version that the changes are based on.")
    changed_at: Time = strawberry.field(description="When it was last saved.")


@strawberry.type(description="Position of a step on the canvas of the editor.")
class StepPosition:
    step: str = strawberry.field(description="Name of the step.")
    x: int = strawberry.field(description="Distance from the origin to the right, in pixels.")
    y: int = strawberry.field(description="Distance from the origin downwards, in pixels.")


@strawberry.input(description="Position of a step on the canvas of the editor.")
class StepPositionInput:
    step: str = strawberry.field(description="Name of the step, at most 50 characters.")
    x: int = strawberry.field(description="Distance from the origin to the right, in pixels.")
    y: int = strawberry.field(description="Distance from the origin downwards, in pixels.")


@strawberry.type(description="A directed acyclic graph of steps, each an instance of a template.")
class Pipeline(Node):
    name: str = strawberry.field(description="Name, unique in its project.")
    description: str = strawberry.field(description="Description, at most 500 characters.")
    latest: int = strawberry.field(description="Number of the newest version.")
    created_at: Time = strawberry.field(description="When it was created.")
    changed_at: Time = strawberry.field(description="When its newest version was saved.")
    run_count: int = strawberry.field(description="Number of runs that were started, deleted ones included.")
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

    @strawberry.field(description="The project that it belongs to.")
    async def project(self, info: Info) -> Project:
        if info.context.who.run:
            raise NotFound(messages.RUN_SEES_ITSELF_ONLY(), field="project")
        row = await info.context.load(projects_by_id, self.project_id)
        return Project.of(
            row, (await info.context.load(projects.roles_by_viewer, info.context.who)).of(self.project_id)
        )

    @strawberry.field(description="A version of the pipeline; null when there is none with that number.")
    async def version(
        self,
        info: Info,
        number: Annotated[
            int | None, strawberry.argument(description="Number of the version; null: the newest.")
        ] = None,
    ) -> PipelineVersion | None:
        async with info.context.read() as conn:
            row = await actions.version(conn, self.id, self.latest if number is None else number)
        return PipelineVersion.of(row) if row else None

    @strawberry.field(description="Its versions, newest first.")
    async def versions(
        self, info: Info, after: After = None, first: First = 50
    ) -> Connection[PipelineVersion]:
        async with info.context.read() as conn:
            rows = await actions.versions_of(
                conn, self.id, after, first, info.context.ctx.settings.max_page_size
            )
        return connection(rows, lambda row: PipelineVersion.of(row))

    @strawberry.field(
        description="Positions of steps on the canvas of the editor; steps without one are placed by the "
        "editor. The same for all users and versions."
    )
    async def layout(self, info: Info) -> list[StepPosition]:
        async with info.context.read() as conn:
            found = await actions.layout(conn, self.id)
        return [StepPosition(step=step, x=x, y=y) for step, (x, y) in found.items()]

    @strawberry.field(description="Your unsaved changes to it; null when there are none.")
    async def draft(self, info: Info) -> PipelineDraft | None:
        context = info.context
        async with context.read() as conn:
            found = await drafts.get(conn, context.who, context.ctx.vault, self.id)
        return (
            PipelineDraft(definition=found.definition, base_version=found.base, changed_at=found.changed_at)
            if found
            else None
        )

    @strawberry.field(description="Whether you can change, run and delete it: members of its project can.")
    async def viewer_can_run(self, info: Info) -> bool:
        return (await info.context.load(projects.roles_by_viewer, info.context.who)).of(
            self.project_id
        ).rank >= Role.MEMBER.rank


async def fresh(info: Info, pipeline: str) -> Pipeline:
    """Return a pipeline as the transaction of the mutation sees it."""
    conn = info.context.writing.connection
    return Pipeline.of((await actions.pipelines_by_id(conn, [pipeline]))[pipeline])


@strawberry.type(description="Result of saving a pipeline.")
class SavedPipeline:
    pipeline: Pipeline = strawberry.field(description="The pipeline.")
    changed: bool = strawberry.field(
        description="Whether a version was created: false when the newest version is equal already."
    )


@strawberry.type(description="Result of validating the definition of a pipeline.")
class PipelineCheck:
    faults: list[Fault] = strawberry.field(
        description="Every reason for which saving would be refused; empty when it could be saved."
    )


async def _check(info: Info, project: str, yaml: str | None, definition: Any) -> PipelineCheck:
    try:
        data = await _document(yaml, definition)
        async with info.context.read() as conn:
            standing = await projects.project(conn, info.context.who, project)
            former = await actions.newest(conn, standing.id, str(data.get("name")))
            _, _, faults = await actions.read(conn, standing.id, data, former)
    except Invalid as refusal:
        return PipelineCheck(faults=Problem.of(refusal).all)
    return PipelineCheck(faults=[Fault.of(fault) for fault in faults])


@strawberry.type
class Query:
    @strawberry.field(
        description="A pipeline by id; null when there is none, or you cannot read its project."
    )
    async def pipeline(self, info: Info, id: PipelineId) -> Pipeline | None:
        try:
            async with info.context.read() as conn:
                held = await access.pipeline(conn, info.context.who, id)
        except NotFound:
            return None
        return Pipeline.of(await info.context.load(actions.pipelines_by_id, held.id))

    @strawberry.field(
        description="Pipelines of a project or of all projects that you can read, newest first by default."
    )
    async def pipelines(
        self,
        info: Info,
        project: Annotated[
            str | None, strawberry.argument(description="Name or id of a project; null: all projects.")
        ] = None,
        search: Search = "",
        sort: Order = actions.PipelineSort.NEWEST,
        after: After = None,
        first: First = 50,
    ) -> Connection[Pipeline]:
        return await _page(info, project, search, sort=sort, after=after, first=first)

    @strawberry.field(
        description="Validate a definition without saving it, by the rules of `savePipeline`. Requires the "
        "viewer role in the project."
    )
    async def check_pipeline(
        self, info: Info, project: ProjectKey, yaml: Yaml = None, definition: DefinitionJson = None
    ) -> PipelineCheck:
        return await _check(info, project, yaml, definition)


async def _document(yaml: str | None, definition: Any) -> dict[str, Any]:
    """Return the definition in a request, which has one of two forms."""
    if (yaml is None) == (definition is None):
        raise Invalid(messages.PIPELINE_SOURCE_AMBIGUOUS(), field="yaml")
    data = await offload(actions.from_yaml, yaml) if yaml is not None else definition
    if not isinstance(data, dict):
        raise Invalid(shared.DEFINITION_NOT_AN_OBJECT(), field="definition")
    return data


@strawberry.input(description="Input of `savePipeline`: either `yaml` or `definition`.")
class SavePipelineInput:
    project: str = strawberry.field(description="Name or id of the project.")
    yaml: str | None = strawberry.field(default=None, description="The definition as YAML.")
    definition: Json | None = strawberry.field(
        default=None, description="The definition as an object of the shape of the YAML file."
    )
    expected_version: int | None = strawberry.field(
        default=None,
        description="Number of the version that the definition is based on, 0 for a new pipeline; null: any.",
    )


@strawberry.input(description="Input of `savePipelineDraft`.")
class SavePipelineDraftInput:
    pipeline_id: strawberry.ID = strawberry.field(description="The pipeline that was changed.")
    definition: Json = strawberry.field(
        description="The changed definition, an object of at most 8 MiB; it need not be valid."
    )
    base_version: int = strawberry.field(description="Number of the version that the changes are based on.")


@strawberry.input(description="Input of `setPipelineLayout`.")
class SetPipelineLayoutInput:
    pipeline_id: strawberry.ID = strawberry.field(description="The pipeline to lay out.")
    positions: list[StepPositionInput] = strawberry.field(
        description="Positions of steps, at most 10000; they replace all positions that were set before."
    )


async def _read(_: Context, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the definition in the input of savePipeline."""
    return await _document(arguments["input"].yaml, arguments["input"].definition)


@strawberry.type
class Mutation:
    @mutation(prepare=_read)
    async def save_pipeline(
        self,
        info: Info,
        input: Annotated[SavePipelineInput, strawberry.argument(description="The definition to save.")],
    ) -> SavedPipeline:
        """Save a definition as the newest version of the pipeline of that name, and create the pipeline when
        there is none. Requires the member role in the project. INVALID lists every invalid value; CONFLICT
        when the newest version is not `expectedVersion`."""
        context = info.context
        pipeline, changed = await actions.save(
            context.writing,
            context.who,
            context.ctx.vault,
            project=input.project,
            data=context.prepared,
            expected=input.expected_version,
        )
        return SavedPipeline(pipeline=await fresh(info, pipeline), changed=changed)

    @mutation
    async def save_pipeline_draft(
        self,
        info: Info,
        input: Annotated[SavePipelineDraftInput, strawberry.argument(description="The draft to store.")],
    ) -> Pipeline:
        """Store your unsaved changes to a pipeline without creating a version. Saving the pipeline deletes
        the draft. Requires the member role in the project."""
        context = info.context
        await drafts.save(
            context.writing,
            context.who,
            context.ctx.vault,
            pipeline=input.pipeline_id,
            definition=input.definition,
            base=input.base_version,
        )
        return await fresh(info, input.pipeline_id)

    @mutation
    async def discard_pipeline_draft(self, info: Info, pipeline: PipelineId) -> Pipeline:
        """Delete your unsaved changes to a pipeline. Does nothing when there are none."""
        await drafts.discard(info.context.writing, info.context.who, pipeline)
        return await fresh(info, pipeline)

    @mutation
    async def set_pipeline_layout(
        self,
        info: Info,
        input: Annotated[SetPipelineLayoutInput, strawberry.argument(description="The positions to set.")],
    ) -> Pipeline:
        """Set the positions of the steps of a pipeline on the canvas of the editor. It creates no version.
        Requires the member role in the project."""
        places = {each.step: (each.x, each.y) for each in input.positions}
        await drafts.place(info.context.writing, info.context.who, input.pipeline_id, places)
        return await fresh(info, input.pipeline_id)


async def _page(
    info: Info, project: str | None, search: str, sort: actions.PipelineSort, after: str | None, first: int
) -> Connection[Pipeline]:
    context = info.context
    async with context.read() as conn:
        most = context.ctx.settings.max_page_size
        rows = await actions.pipelines_of(
            conn, context.who, project, after=after, first=first, most=most, search=search, sort=sort
        )
    return connection(rows, lambda row: Pipeline.of(row))


async def _pipelines(
    root: Project,
    info: Info,
    search: Search = "",
    sort: Order = actions.PipelineSort.NEWEST,
    after: After = None,
    first: First = 50,
) -> Connection[Pipeline]:
    return await _page(info, root.id, search, sort=sort, after=after, first=first)


async def _pipeline(
    root: Project, info: Info, name: Annotated[str, strawberry.argument(description="Name of the pipeline.")]
) -> Pipeline | None:
    async with info.context.read() as conn:
        found = await actions.by_name(conn, info.context.who, root.id, name)
    return Pipeline.of(await info.context.load(actions.pipelines_by_id, found)) if found else None


extend(
    Project,
    pipelines=strawberry.field(resolver=_pipelines, description="Its pipelines, newest first by default."),
    pipeline=strawberry.field(
        resolver=_pipeline, description="A pipeline of it by name; null when there is none."
    ),
)
