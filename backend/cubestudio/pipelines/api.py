"""Pipelines in the graph."""

from typing import Any

import strawberry

from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.page import Page, page
from cubestudio.core.graph.problem import Fault, mutation
from cubestudio.core.graph.scalars import Json, Time
from cubestudio.pipelines import access, actions
from cubestudio.projects import access as projects
from cubestudio.projects.actions import projects_by_id
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]


@strawberry.type(description="An immutable version of a pipeline.")
class PipelineVersion:
    id: strawberry.ID
    number: int
    created_at: Time
    created_by: strawberry.Private[str]
    pipeline_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "PipelineVersion":
        return cls(id=row.id, number=row.number, created_at=row.created_at, created_by=row.created_by, pipeline_id=row.pipeline_id)

    async def _definition(self, info: Info) -> dict[str, Any]:
        async with info.context.read() as conn:
            row = await actions.version(conn, self.pipeline_id, self.number)
        assert row is not None
        return actions.hide(row.definition)

    @strawberry.field(description="Who saved it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.created_by))

    @strawberry.field(description="{name, description, parameters, parallelism, steps: [{name, template, args, …}]}; secrets are left out.")
    async def definition(self, info: Info) -> Json:
        return await self._definition(info)

    @strawberry.field(description="The same as YAML, which saves to the same version again.")
    async def yaml(self, info: Info) -> str:
        return actions.to_yaml(await self._definition(info))


@strawberry.type(description="A DAG of steps over templates.")
class Pipeline:
    id: strawberry.ID
    name: str
    description: str
    latest: int = strawberry.field(description="Number of the newest version.")
    created_at: Time
    changed_at: Time
    project_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "Pipeline":
        return cls(
            id=row.id, name=row.name, description=row.description, latest=row.latest, created_at=row.created_at,
            changed_at=row.changed_at, project_id=row.project_id,
        )  # fmt: skip

    @strawberry.field(description="Where it belongs.")
    async def project(self, info: Info) -> Project:
        from_row = await info.context.load(projects_by_id, self.project_id)
        async with info.context.read() as conn:
            standing = await projects.project(conn, info.context.who, self.project_id)
        return Project.of(from_row, standing.role)

    @strawberry.field(description="A version by number; the newest when none is given.")
    async def version(self, info: Info, number: int | None = None) -> PipelineVersion | None:
        async with info.context.read() as conn:
            row = await actions.version(conn, self.id, self.latest if number is None else number)
        return PipelineVersion.of(row) if row else None

    @strawberry.field(description="Its versions, newest first.")
    async def versions(self, info: Info, after: str | None = None, first: int = 50) -> Page[PipelineVersion]:
        async with info.context.read() as conn:
            rows = await actions.versions_of(conn, self.id, after, first, info.context.parts.settings.max_page)
        return page([PipelineVersion.of(row) for row in rows], first)

    @strawberry.field(description="Whether I may change, run and delete it.")
    async def viewer_can_run(self, info: Info) -> bool:
        async with info.context.read() as conn:
            held = await access.pipeline(conn, info.context.who, self.id)
        return held.project.role.rank >= Role.MEMBER.rank


async def fresh(info: Info, pipeline: str) -> Pipeline:
    """A pipeline as the running mutation has it."""
    conn = await info.context.writing.session.connection()
    return Pipeline.of((await actions.pipelines_by_id(conn, [pipeline]))[pipeline])


@strawberry.type(description="A pipeline as it was saved.")
class SavedPipeline:
    pipeline: Pipeline
    changed: bool = strawberry.field(description="False when the newest version said the same already.")


@strawberry.type(description="What is wrong with a document; nothing when it could be saved.")
class Check:
    faults: list[Fault]


async def _check(info: Info, project: str, data: dict[str, Any]) -> Check:
    async with info.context.read() as conn:
        standing = await projects.project(conn, info.context.who, project)
        try:
            _, _, faults = await actions.read(conn, standing.id, data, None)
        except Invalid as refusal:
            faults = list(refusal.faults)
    return Check(faults=[Fault(code=fault.code, message=fault.message, field=fault.field, hint=fault.hint) for fault in faults])


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

    @strawberry.field(description="What would be refused if this YAML were saved, everything at once.")
    async def check_pipeline(self, info: Info, project: str, yaml: str) -> Check:
        return await _check(info, project, actions.from_yaml(yaml))


@strawberry.type
class Mutation:
    @mutation
    async def save_pipeline(
        self, info: Info, project: str, yaml: str | None = None, definition: Json | None = None, expected: int | None = None
    ) -> SavedPipeline:
        """Save a document, as YAML or as a definition, as the newest version of the pipeline that it names, making the
        pipeline when there is none. `expected` is the version that the author began with (0: none)."""
        if (yaml is None) == (definition is None):
            raise Invalid("Give either yaml or definition.", field="yaml")
        data = actions.from_yaml(yaml) if yaml is not None else definition
        if not isinstance(data, dict):
            raise Invalid("A definition is an object.", field="definition")
        context = info.context
        pipeline, changed = await actions.save(context.writing, context.who, context.parts.vault, project, data, expected)
        return SavedPipeline(pipeline=await fresh(info, pipeline), changed=changed)


async def _pipelines(root: Project, info: Info, after: str | None = None, first: int = 50) -> Page[Pipeline]:
    async with info.context.read() as conn:
        rows = await actions.pipelines_of(conn, info.context.who, root.id, after, first, info.context.parts.settings.max_page)
    return page([Pipeline.of(row) for row in rows], first)


async def _pipeline(root: Project, info: Info, name: str) -> Pipeline | None:
    async with info.context.read() as conn:
        found = await actions.by_name(conn, info.context.who, root.id, name)
    return Pipeline.of(await info.context.load(actions.pipelines_by_id, found)) if found else None


extend(
    Project,
    pipelines=strawberry.field(resolver=_pipelines, description="Its pipelines, newest first."),
    pipeline=strawberry.field(resolver=_pipeline, description="One of its pipelines by name."),
)
