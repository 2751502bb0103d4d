"""Models and their versions in the graph."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from operator import attrgetter
from typing import Any
from urllib.parse import quote

import strawberry

from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Json, Long, Time
from cubestudio.models import access, actions, listing, messages, spec
from cubestudio.models.events import ModelChanged
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]


@strawberry.type(description="A file of a version of a model; its bytes are at `url`.")
class ModelFile:
    path: str
    size: Long = strawberry.field(description="Bytes.")
    sha256: str
    media_type: str
    url: str = strawberry.field(description="Where to read it, with the same session or token.")


@strawberry.type(description="Something that should be so before a version is promoted.")
class ModelCheck:
    name: str = strawberry.field(
        description="card, signature, lineage, metrics, or the name of a metric that both versions have."
    )
    holds: bool
    message: str = strawberry.field(name="explanation")


@strawberry.type(description="Something that runs with a version of a model.")
class ModelReference:
    kind: str
    id: strawberry.ID
    name: str


@strawberry.type(description="A name that points to one version of a model, and moves.")
class ModelAlias:
    name: str
    number: int
    moved_at: Time
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "ModelAlias":
        return cls(name=row.name, number=row.number, moved_at=row.moved_at, user_id=row.moved_by)

    @strawberry.field(description="Who moved it there.")
    async def mover(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="One version of a model: files that never change, and what is known of them.")
class ModelVersion:
    id: strawberry.ID
    model_id: strawberry.ID
    number: int
    description: str
    framework: str = strawberry.field(
        description="mlflow, sklearn, xgboost, lightgbm, onnx, torchscript, tensorflow, safetensors or other."
    )
    files: list[ModelFile]
    size: Long = strawberry.field(description="Bytes of all files.")
    digest: str = strawberry.field(description="Of the list of paths and digests.")
    signature: Json | None = strawberry.field(
        description="{inputs: [{name, type, size}], outputs: [{name, type, size}], example: [[value, …], "
        "…]}; null: nobody said."
    )
    requirements: list[str] = strawberry.field(description="Python packages that it needs to be loaded.")
    metrics: Json = strawberry.field(description='{name: number}; "NaN", "Infinity" and "-Infinity" as text.')
    tags: Json = strawberry.field(description="{name: text}.")
    run_id: strawberry.ID | None = strawberry.field(
        description="The run that left it, which may be gone; null: it was uploaded."
    )
    lineage: Json = strawberry.field(
        description="Where it came from: {pipeline, pipelineId, version, run, step, parameters, inputs, "
        "image}; {} for an upload."
    )
    created_at: Time
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "ModelVersion":
        files = [
            ModelFile(
                path=path,
                size=size,
                sha256=sha256,
                media_type=media,
                url=f"/model-files/{row.id}/{quote(path)}",
            )
            for path, size, sha256, media in row.files
        ]
        return cls(
            id=row.id,
            model_id=row.model_id,
            number=row.number,
            description=row.description,
            framework=row.framework,
            files=files,
            size=row.size,
            digest=row.digest,
            signature=row.signature,
            requirements=row.requirements,
            metrics=row.metrics,
            tags=row.tags,
            run_id=row.run_id,
            lineage=row.lineage,
            created_at=row.created_at,
            user_id=row.created_by,
        )

    @strawberry.field
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="The model that it is a version of.")
    async def model(self, info: Info) -> "Model":
        return await load(info, self.model_id)


@strawberry.type(description="A named model of a project.")
class Model(Node):
    name: str
    description: str
    card: str = strawberry.field(description="What people should know before they use it, in Markdown.")
    project_id: strawberry.ID
    created_at: Time
    role: strawberry.Private[Role]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Model":
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            card=row.card,
            project_id=row.project_id,
            created_at=row.created_at,
            role=role,
        )

    @strawberry.field
    async def project(self, info: Info) -> Project:
        return Project.of(await info.context.load(project_actions.projects_by_id, self.project_id), self.role)

    @strawberry.field(description="Its versions, newest first, 200 at most.")
    async def versions(self, info: Info) -> list[ModelVersion]:
        async with info.context.read() as conn:
            return [ModelVersion.of(row) for row in await listing.versions_of(conn, self.id)]

    @strawberry.field(description="Its newest version.")
    async def newest(self, info: Info) -> ModelVersion | None:
        row = await info.context.load(listing.latest_by_model, self.id)
        return ModelVersion.of(row) if row else None

    @strawberry.field(description="The names that point to one of its versions.")
    async def aliases(self, info: Info) -> list[ModelAlias]:
        return [ModelAlias.of(row) for row in await info.context.load(listing.aliases_by_model, self.id)]

    @strawberry.field(
        description="What should be so before the name `alias` is moved to a version, against the version "
        "that has the name now."
    )
    async def checks(self, info: Info, version: strawberry.ID, alias: str = "production") -> list[ModelCheck]:
        async with info.context.read() as conn:
            row, model, _ = await access.version(conn, info.context.who, version)
            current = {
                each.name: each.number
                for each in (await listing.aliases_by_model(conn, [model.id]))[model.id]
            }.get(alias)
            before = (
                await listing.numbered(conn, model.id, current) if current not in (None, row.number) else None
            )
        found = spec.checks(row._mapping, model.card, before._mapping if before else None)
        return [ModelCheck(name=name, holds=holds, message=words) for name, holds, words in found]

    @strawberry.field(description="What runs with one of its versions.")
    async def uses(self, info: Info) -> list[ModelReference]:
        async with info.context.read() as conn:
            found = await listing.uses(conn, [row.id for row in await listing.versions_of(conn, self.id)])
        return [ModelReference(kind=each.kind, id=strawberry.ID(each.id), name=each.name) for each in found]

    @strawberry.field(description="Whether I may register versions, promote and delete.")
    def viewer_can_change(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank


@strawberry.type(description="A version of a model; `changed` is false when the same was registered already.")
class RegisteredModel:
    model: Model
    version: ModelVersion
    changed: bool


@strawberry.type(description="A model that changed; null: it is gone.")
class ModelNews:
    cursor: str
    id: strawberry.ID
    model: Model | None


@strawberry.input(
    description="A file of a new version, whose bytes were put at /files/{id of the project}/{sha256} before."
)
class ModelFileInput:
    path: str = strawberry.field(description="Below the folder of the version.")
    sha256: str
    media_type: str | None = None


async def load(info: Info, id: str) -> Model:
    """A model that the viewer may see."""
    async with info.context.read() as conn:
        row, standing = await access.model(conn, info.context.who, id)
    return Model.of(row, standing.role)


async def fresh(info: Info, id: str) -> Model:
    """A model as the running mutation has it."""
    row, standing = await access.model(info.context.writing, info.context.who, id)
    return Model.of(row, standing.role)


async def registered(info: Info, version: str, changed: bool) -> RegisteredModel:
    """What a mutation that registered a version answers."""
    row, model, standing = await access.version(info.context.writing, info.context.who, version)
    return RegisteredModel(
        model=Model.of(model, standing.role), version=ModelVersion.of(row), changed=changed
    )


def told(about: Any) -> dict[str, Any]:
    if not isinstance(about, dict):
        raise Invalid(messages.MODEL_ABOUT_NOT_AN_OBJECT(), field="about")
    return about


def _files(files: Sequence[ModelFileInput]) -> list[dict[str, Any]]:
    return [{"path": each.path, "sha256": each.sha256, "mediaType": each.media_type} for each in files]


@strawberry.type
class Query:
    @strawberry.field(description="A model by id; null when there is none that I may see.")
    async def model(self, info: Info, id: strawberry.ID) -> Model | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(
        description="Models, newest first: of all my projects or of one. `search`: part of a name."
    )
    async def models(
        self,
        info: Info,
        project: str | None = None,
        search: str = "",
        after: str | None = None,
        first: int = 50,
    ) -> Connection[Model]:
        context = info.context
        async with context.read() as conn:
            rows, roles = await listing.models_of(
                conn,
                context.who,
                project,
                search=search,
                after=after,
                first=first,
                most=context.ctx.settings.max_page,
            )
        return connection(rows, lambda row: Model.of(row, projects.Roles(roles).of(row.project_id)))


@strawberry.type
class Mutation:
    @mutation
    async def upload_model(
        self, info: Info, project: str, name: str, files: list[ModelFileInput], about: Json | None = None
    ) -> RegisteredModel:
        """Register a version of a model from files that were put into the project's store before. `about`:
        {description, framework, signature {inputs, outputs, example}, requirements, metrics {name: number},
        tags {name: text}}; what is left out is found out or empty. An MLflow model folder says its signature
        and requirements itself; one that cannot be read is INVALID, unless `framework` is said."""
        context = info.context
        standing = await projects.project(context.writing, context.who, project, Role.MEMBER)
        if len(files) > spec.MOST_FILES:
            raise Invalid(messages.MODEL_FILES_TOO_MANY(most=spec.MOST_FILES), field="files")
        there = await actions.uploaded(context.ctx, standing.id, _files(files))
        whole = actions.about(
            await actions.recognised(context.ctx.store, standing.id, there, told(about or {}))
        )
        version, new = await actions.register(
            context.writing, context.who, standing.id, name=name, files=there, told=whole
        )
        return await registered(info, version, new)

    @mutation
    async def update_model(
        self, info: Info, id: strawberry.ID, description: str | None = None, card: str | None = None
    ) -> Model:
        """Say what a model is; what is left out stays."""
        await actions.change(info.context.writing, info.context.who, id, description, card)
        return await fresh(info, id)

    @mutation
    async def update_model_version(self, info: Info, id: strawberry.ID, about: Json) -> ModelVersion:
        """Say more of a version; its files stay. `about` as for uploadModel; what is left out stays."""
        context = info.context
        await actions.describe(context.writing, context.who, id, told(about))
        return ModelVersion.of((await access.version(context.writing, context.who, id))[0])

    @mutation
    async def set_model_alias(self, info: Info, id: strawberry.ID, alias: str, force: bool = False) -> Model:
        """Have a name such as production point to the version `id`. Refused when something on the check list
        does not hold, unless `force`."""
        context = info.context
        await actions.set_alias(context.writing, context.who, id, alias, force)
        return await fresh(info, (await access.version(context.writing, context.who, id))[1].id)

    @mutation
    async def remove_model_alias(self, info: Info, id: strawberry.ID, alias: str) -> Model:
        """Take a name away from the model `id`; no version changes."""
        await actions.remove_alias(info.context.writing, info.context.who, id, alias)
        return await fresh(info, id)

    @mutation
    async def delete_model_version(self, info: Info, id: strawberry.ID) -> Model:
        """Delete a version that nothing uses and no name points to."""
        return await fresh(info, await actions.remove_version(info.context.writing, info.context.who, id))

    @mutation
    async def delete_model(self, info: Info, id: strawberry.ID) -> Done:
        """Delete a model with all its versions, if nothing uses one of them."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="A model now, then at each change of it or of its versions; null and the end when it is "
        "deleted."
    )
    async def model_changed(self, info: Info, id: strawberry.ID) -> AsyncIterator[ModelNews]:
        async with aclosing(
            follow.one(info.context.ctx.bus, [on(ModelChanged, model_id=id)], lambda: load(info, id))
        ) as news:
            async for cursor, found in news:
                yield ModelNews(cursor=cursor, id=id, model=found)

    @strawberry.subscription(description="Each model of a project (or of all mine) that changes from now on.")
    async def models_changed(self, info: Info, project: str | None = None) -> AsyncIterator[ModelNews]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, ModelChanged)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("model_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield ModelNews(cursor=cursor, id=strawberry.ID(key), model=found)
