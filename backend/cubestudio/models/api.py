"""Models and their versions in the graph."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from enum import Enum
from operator import attrgetter
from typing import Annotated, Any
from urllib.parse import quote

import strawberry

from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Json, Long, Time
from cubestudio.core.graph.typed import from_mapping, to_mapping
from cubestudio.models import access, actions, listing, messages, spec
from cubestudio.models.events import ModelChanged
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project, ProjectFilter
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]
enum(
    spec.Framework,
    "The format of a model's files. It decides which kinds of service can serve the model.",
    {
        "MLFLOW": "A folder in the format of MLflow, with an MLmodel file.",
        "SKLEARN": "A scikit-learn estimator saved by joblib or pickle.",
        "XGBOOST": "An XGBoost booster in UBJSON or JSON.",
        "LIGHTGBM": "A LightGBM booster in its text format.",
        "ONNX": "An ONNX graph.",
        "TORCHSCRIPT": "A TorchScript module of PyTorch.",
        "TENSORFLOW": "A TensorFlow SavedModel or a Keras file.",
        "SAFETENSORS": "Weights in safetensors or GGUF, such as those of a language model.",
        "OTHER": "Anything else.",
    },
    name="ModelFramework",
)
enum(
    spec.FieldType,
    "The type of an input or an output of a model.",
    {
        "NUMBER": "A floating-point number.",
        "INTEGER": "A whole number.",
        "BOOLEAN": "True or false.",
        "TEXT": "Text.",
        "VECTOR": "A list of numbers of a fixed length.",
        "IMAGE": "An image, encoded in Base64.",
        "ANY": "Any JSON value.",
    },
    name="ModelFieldType",
)


@strawberry.enum(description="What kind of thing uses a version of a model.")
class ModelReferenceKind(Enum):
    SERVICE = strawberry.enum_value("service", description="A revision of a service.")


@strawberry.type(description="A file of a version of a model.")
class ModelFile:
    path: str = strawberry.field(description="The path in the folder of the version.")
    size: Long = strawberry.field(description="The size in bytes.")
    sha256: str = strawberry.field(description="The SHA-256 digest of the file, in hexadecimal.")
    media_type: str = strawberry.field(description="The media type, such as application/json.")
    url: str = strawberry.field(
        description="The path to download it from, with the same session or token as the API."
    )


@strawberry.type(description="One input or output of a model.")
class ModelField:
    name: str = strawberry.field(description="The name of the column or tensor.")
    type: spec.FieldType = strawberry.field(description="The type of the value.")
    size: int | None = strawberry.field(
        description="The length of a vector; null when it is not known or not a vector."
    )


@strawberry.type(description="The inputs and outputs of a model.")
class ModelSignature:
    inputs: list[ModelField] = strawberry.field(description="The inputs, in order.")
    outputs: list[ModelField] = strawberry.field(description="The outputs, in order.")
    example: list[Json] = strawberry.field(
        description="Example rows of inputs, 100 at most. JSON, because the signature of the model defines "
        "the shape of a row."
    )


@strawberry.input(description="One input or output of a model.")
class ModelFieldInput:
    name: str = strawberry.field(description="The name of the column or tensor, 1 to 100 characters.")
    type: spec.FieldType = strawberry.field(
        default=spec.FieldType.NUMBER, description="The type of the value. Default: NUMBER."
    )
    size: int | None = strawberry.field(
        default=None, description="The length of a vector, 1 to 10000000. Leave it out for other types."
    )


@strawberry.input(description="The inputs and outputs of a model.")
class ModelSignatureInput:
    inputs: list[ModelFieldInput] = strawberry.field(
        default_factory=list, description="The inputs, in order, 10000 at most."
    )
    outputs: list[ModelFieldInput] = strawberry.field(
        default_factory=list, description="The outputs, in order, 1000 at most."
    )
    example: list[Json] = strawberry.field(
        default_factory=list,
        description="Example rows of inputs, 100 at most. JSON, because the signature of the model defines "
        "the shape of a row.",
    )


@strawberry.input(
    description="A file of a new version. Upload its bytes to /files/{project id}/{sha256} first."
)
class ModelFileInput:
    path: str = strawberry.field(
        description="The path in the folder of the version, 1 to 500 characters, relative, without `..`."
    )
    sha256: str = strawberry.field(description="The SHA-256 digest of the file, in hexadecimal.")
    media_type: str | None = strawberry.field(
        default=None, description="The media type. Default: application/octet-stream."
    )


@strawberry.input
class _VersionFields:
    """What is known of a version besides its files."""

    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is new in this version, 500 characters at most."
    )
    framework: spec.Framework | None = strawberry.field(
        default=strawberry.UNSET, description="The format of the files. Default: detected from the files."
    )
    signature: ModelSignatureInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="The inputs and outputs. Default: read from the files where they say so.",
    )
    requirements: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="The Python packages that are needed to load it, as in a requirements file, 100 at most.",
    )
    metrics: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description='The metrics by name: {name: number}, 500 at most; "NaN", "Infinity" and "-Infinity" as '
        "text. JSON, because you choose the names.",
    )
    tags: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="Tags: {name: text}, 100 at most. JSON, because you choose the names.",
    )


@strawberry.input(description="Input of uploadModel.")
class UploadModelInput(_VersionFields):
    project: str = strawberry.field(description="The name or id of the project.")
    name: str = strawberry.field(
        description="The name of the model. It gets a new version, or is created when there is none."
    )
    files: list[ModelFileInput] = strawberry.field(description="The files, 1 to 10000.")


@strawberry.input(description="Input of registerModel.")
class RegisterModelInput(_VersionFields):
    run: strawberry.ID = strawberry.field(description="The id of the run.")
    step: str = strawberry.field(description="The name of a step that succeeded.")
    item: int | None = strawberry.field(
        default=None, description="The index in a fan-out, from 0; null for a step without items."
    )
    name: str = strawberry.field(
        description="The name of the model. It gets a new version, or is created when there is none."
    )
    paths: list[str] = strawberry.field(
        default_factory=list,
        description="Artifacts of the step, or folders of artifacts. Default: all artifacts.",
    )


@strawberry.input(description="Input of updateModel. A field that is left out keeps its value.")
class UpdateModelInput:
    id: strawberry.ID = strawberry.field(description="The id of the model.")
    description: str | None = strawberry.field(
        default=None, description="What the model is for, 500 characters at most."
    )
    card: str | None = strawberry.field(
        default=None, description="The model card in Markdown, 100000 characters at most."
    )


@strawberry.input(description="Input of updateModelVersion. A field that is left out keeps its value.")
class UpdateModelVersionInput(_VersionFields):
    id: strawberry.ID = strawberry.field(description="The id of the version.")


@strawberry.type(description="A condition that a version should meet before an alias is set to it.")
class ModelCheck:
    name: str = strawberry.field(
        description="One of card, signature, lineage and metrics, or the name of a metric that both versions "
        "have."
    )
    passed: bool = strawberry.field(description="Whether the version meets the condition.")
    message: str = strawberry.field(name="explanation", description="Why, as a sentence.")


@strawberry.type(description="Something that uses a version of a model.")
class ModelReference:
    kind: ModelReferenceKind = strawberry.field(description="What it is.")
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="A name such as production that points to one version of a model.")
class ModelAlias:
    name: str = strawberry.field(description="1 to 50 lowercase letters, digits and hyphens.")
    number: int = strawberry.field(description="The number of the version that it points to.")
    moved_at: Time = strawberry.field(description="When it was set to that version.")
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "ModelAlias":
        return cls(name=row.name, number=row.number, moved_at=row.moved_at, user_id=row.moved_by)

    @strawberry.field(description="Who set it to that version.")
    async def moved_by(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="A digest of one part of what a step ran with.")
class ModelLineageDigest:
    name: str = strawberry.field(description="The part, such as code or image.")
    digest: str = strawberry.field(description="Its digest.")


@strawberry.type(
    description="The run and the step that produced a version. It is kept when the run is deleted."
)
class ModelLineage:
    pipeline: str = strawberry.field(description="The name of the pipeline at that time.")
    pipeline_id: strawberry.ID = strawberry.field(description="The id of the pipeline.")
    pipeline_version: int = strawberry.field(description="The number of the version of the pipeline.")
    run_number: int = strawberry.field(description="The number of the run.")
    step: str = strawberry.field(description="The name of the step.")
    item: Json | None = strawberry.field(
        description="The item of a fan-out; null without one. JSON, because the pipeline defines its shape."
    )
    parameters: Json = strawberry.field(
        description="The parameters of the run: {name: value}. JSON, because the pipeline defines them."
    )
    digests: list[ModelLineageDigest] = strawberry.field(description="Digests of what the step ran with.")
    cache_key: str | None = strawberry.field(
        description="The digest of all of it: steps with the same key did the same work."
    )

    @classmethod
    def of(cls, lineage: Mapping[str, Any]) -> "ModelLineage":
        return cls(
            pipeline=lineage["pipeline"],
            pipeline_id=lineage["pipelineId"],
            pipeline_version=lineage["version"],
            run_number=lineage["run"],
            step=lineage["step"],
            item=lineage["item"],
            parameters=lineage["parameters"],
            digests=[
                ModelLineageDigest(name=name, digest=digest) for name, digest in lineage["made"].items()
            ],
            cache_key=lineage["left"],
        )


@strawberry.type(description="One version of a model: files that never change, and what is known of them.")
class ModelVersion:
    id: strawberry.ID = strawberry.field(description="The id of the version.")
    model_id: strawberry.ID = strawberry.field(description="The id of the model.")
    number: int = strawberry.field(description="1, 2, 3 … in the order of registration.")
    description: str = strawberry.field(description="What is new in this version.")
    framework: spec.Framework = strawberry.field(description="The format of the files.")
    files: list[ModelFile] = strawberry.field(description="The files, by path.")
    size: Long = strawberry.field(description="The size of all files in bytes.")
    digest: str = strawberry.field(description="The SHA-256 digest of the list of paths and digests.")
    signature: ModelSignature | None = strawberry.field(
        description="The inputs and outputs; null when they are not known."
    )
    requirements: list[str] = strawberry.field(description="The Python packages that are needed to load it.")
    metrics: Json = strawberry.field(
        description='The metrics by name: {name: number}; "NaN", "Infinity" and "-Infinity" as text. JSON, '
        "because you choose the names."
    )
    tags: Json = strawberry.field(description="Tags: {name: text}. JSON, because you choose the names.")
    run_id: strawberry.ID | None = strawberry.field(
        description="The id of the run that produced it, which may be deleted; null for an upload."
    )
    lineage: ModelLineage | None = strawberry.field(description="What produced it; null for an upload.")
    created_at: Time = strawberry.field(description="When it was registered.")
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
            framework=spec.Framework(row.framework),
            files=files,
            size=row.size,
            digest=row.digest,
            signature=row.signature and from_mapping(ModelSignature, row.signature),
            requirements=row.requirements,
            metrics=row.metrics,
            tags=row.tags,
            run_id=row.run_id,
            lineage=ModelLineage.of(row.lineage) if row.lineage else None,
            created_at=row.created_at,
            user_id=row.created_by,
        )

    @strawberry.field(description="Who registered it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="The model that it is a version of.")
    async def model(self, info: Info) -> "Model":
        return await load(info, self.model_id)


@strawberry.type(description="A named model of a project.")
class Model(Node):
    name: str = strawberry.field(description="The name, unique in its project.")
    description: str = strawberry.field(description="What the model is for.")
    card: str = strawberry.field(description="The model card: what users should know, in Markdown.")
    project_id: strawberry.ID = strawberry.field(description="The id of the project.")
    created_at: Time = strawberry.field(description="When its first version was registered.")
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

    @strawberry.field(description="The project that it belongs to.")
    async def project(self, info: Info) -> Project:
        return Project.of(await info.context.load(project_actions.projects_by_id, self.project_id), self.role)

    @strawberry.field(description="The versions, newest first, 200 at most.")
    async def versions(self, info: Info) -> list[ModelVersion]:
        async with info.context.read() as conn:
            return [ModelVersion.of(row) for row in await listing.versions_of(conn, self.id)]

    @strawberry.field(description="The newest version; null when all were deleted.")
    async def latest_version(self, info: Info) -> ModelVersion | None:
        row = await info.context.load(listing.latest_by_model, self.id)
        return ModelVersion.of(row) if row else None

    @strawberry.field(description="The aliases of its versions, by name.")
    async def aliases(self, info: Info) -> list[ModelAlias]:
        return [ModelAlias.of(row) for row in await info.context.load(listing.aliases_by_model, self.id)]

    @strawberry.field(
        description="The conditions that a version should meet before the alias is set to it, compared with "
        "the version that the alias points to now."
    )
    async def checks(
        self,
        info: Info,
        version: Annotated[strawberry.ID, strawberry.argument(description="The id of the version.")],
        alias: Annotated[str, strawberry.argument(description="The alias.")] = "production",
    ) -> list[ModelCheck]:
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
        return [ModelCheck(name=name, passed=holds, message=words) for name, holds, words in found]

    @strawberry.field(description="What uses one of its versions.")
    async def used_by(self, info: Info) -> list[ModelReference]:
        async with info.context.read() as conn:
            found = await listing.uses(conn, [row.id for row in await listing.versions_of(conn, self.id)])
        return [
            ModelReference(kind=ModelReferenceKind(each.kind), id=strawberry.ID(each.id), name=each.name)
            for each in found
        ]

    @strawberry.field(
        description="Whether you may register versions, set aliases and delete: members of the project may."
    )
    def viewer_can_change(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank


@strawberry.type(description="A registered version of a model.")
class RegisteredModel:
    model: Model = strawberry.field(description="The model.")
    version: ModelVersion = strawberry.field(description="The version.")
    changed: bool = strawberry.field(
        description="False when the same files of the same run were registered before."
    )


@strawberry.type(description="A model that changed.")
class ModelChange:
    cursor: str = strawberry.field(description="The position in the stream of changes.")
    id: strawberry.ID = strawberry.field(description="The id of the model.")
    model: Model | None = strawberry.field(description="The model now; null when it was deleted.")


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


def fields_of(given: _VersionFields) -> dict[str, Any]:
    """Return what an input says of a version, as `spec.VersionSpec` reads it."""
    found = to_mapping(given)
    return {name: found[name] for name in spec.VersionSpec.model_fields if name in found}


@strawberry.type
class Query:
    @strawberry.field(description="Return a model by id; null when there is none that you may see.")
    async def model(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id.")]
    ) -> Model | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(description="List the models of your projects, or of one project, newest first.")
    async def models(
        self,
        info: Info,
        project: Annotated[
            str | None,
            strawberry.argument(description="The name or id of a project. Default: all your projects."),
        ] = None,
        search: Annotated[str, strawberry.argument(description="A part of the name.")] = "",
        after: Annotated[
            str | None, strawberry.argument(description="The `endCursor` of the page before.")
        ] = None,
        first: Annotated[int, strawberry.argument(description="The size of a page, 1 to 200.")] = 50,
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
                most=context.ctx.settings.max_page_size,
            )
        return connection(rows, lambda row: Model.of(row, projects.Roles(roles).of(row.project_id)))


@strawberry.type
class Mutation:
    @mutation
    async def upload_model(
        self,
        info: Info,
        input: Annotated[UploadModelInput, strawberry.argument(description="What to register.")],
    ) -> RegisteredModel:
        """Register a version of a model from files that were uploaded to the project's storage before.
        Members of the project may. The signature and the requirements of an MLflow folder are read from its
        files; when these cannot be read, the result is a problem unless you give `framework`."""
        context = info.context
        standing = await projects.project(context.writing, context.who, input.project, Role.MEMBER)
        if len(input.files) > spec.MOST_FILES:
            raise Invalid(messages.MODEL_FILES_TOO_MANY(most=spec.MOST_FILES), field="files")
        there = await actions.uploaded(context.ctx, standing.id, to_mapping(input.files))
        version = actions.version_spec(
            await actions.recognised(context.ctx.store, standing.id, there, fields_of(input))
        )
        key, new = await actions.register(
            context.writing, context.who, standing.id, name=input.name, files=there, told=version
        )
        return await registered(info, key, new)

    @mutation
    async def update_model(
        self,
        info: Info,
        input: Annotated[UpdateModelInput, strawberry.argument(description="What to change.")],
    ) -> Model:
        """Change the description or the card of a model. Members of the project may."""
        await actions.change(info.context.writing, info.context.who, input.id, input.description, input.card)
        return await fresh(info, input.id)

    @mutation
    async def update_model_version(
        self,
        info: Info,
        input: Annotated[UpdateModelVersionInput, strawberry.argument(description="What to change.")],
    ) -> ModelVersion:
        """Change what is known of a version; its files never change. Members of the project may."""
        context = info.context
        await actions.describe(context.writing, context.who, input.id, fields_of(input))
        return ModelVersion.of((await access.version(context.writing, context.who, input.id))[0])

    @mutation
    async def set_model_alias(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the version.")],
        alias: Annotated[
            str,
            strawberry.argument(
                description="The alias: 1 to 50 lowercase letters, digits and hyphens, such as production."
            ),
        ],
        force: Annotated[
            bool, strawberry.argument(description="Set it although a condition is not met.")
        ] = False,
    ) -> Model:
        """Set an alias to a version. The result is a problem when the version does not meet a condition of
        `Model.checks`, unless `force`. Members of the project may."""
        context = info.context
        await actions.set_alias(context.writing, context.who, id, alias, force)
        return await fresh(info, (await access.version(context.writing, context.who, id))[1].id)

    @mutation
    async def remove_model_alias(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the model.")],
        alias: Annotated[str, strawberry.argument(description="The alias.")],
    ) -> Model:
        """Remove an alias of a model; its versions stay. Members of the project may."""
        await actions.remove_alias(info.context.writing, info.context.who, id, alias)
        return await fresh(info, id)

    @mutation
    async def delete_model_version(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the version.")],
    ) -> Model:
        """Delete a version that nothing uses and no alias points to. Members of the project may."""
        return await fresh(info, await actions.remove_version(info.context.writing, info.context.who, id))

    @mutation
    async def delete_model(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the model.")],
    ) -> Done:
        """Delete a model with all its versions, when nothing uses one of them. Members of the project may."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Follow a model: the model now, then at each change of it or its versions. The stream "
        "ends with null when the model is deleted."
    )
    async def model_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the model.")],
    ) -> AsyncIterator[ModelChange]:
        async with aclosing(
            follow.one(info.context.ctx.bus, [on(ModelChanged, model_id=id)], lambda: load(info, id))
        ) as news:
            async for cursor, found in news:
                yield ModelChange(cursor=cursor, id=id, model=found)

    @strawberry.subscription(description="Each model of a project (or of all mine) that changes from now on.")
    async def models_changed(self, info: Info, project: ProjectFilter = None) -> AsyncIterator[ModelChange]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, ModelChanged)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("model_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield ModelChange(cursor=cursor, id=strawberry.ID(key), model=found)
