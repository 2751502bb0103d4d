"""Images and their builds in the graph."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from operator import attrgetter
from typing import Annotated, Any

import strawberry

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.api import Pod
from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, Fault, Problem, mutation
from cubestudio.core.graph.scalars import Long, Time
from cubestudio.core.graph.typed import from_mapping, to_mapping
from cubestudio.core.graph.workload_spec import EnvVar, EnvVarInput
from cubestudio.images import access, actions, listing, spec
from cubestudio.images.events import BuildChanged, ImageDeleted
from cubestudio.images.model import BuildState, PackageKind
from cubestudio.images.source import flattened, grouped
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project, ProjectFilter
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]
UNSET = strawberry.UNSET
enum(
    BuildState,
    "The state of the build of an image.",
    {
        "REQUESTED": "It waits for a quota or for its cluster.",
        "PENDING": "Its cluster has no room for it yet.",
        "RUNNING": "It runs.",
        "SUCCEEDED": "The image is built.",
        "FAILED": "It failed.",
        "CANCELLING": "It was cancelled and has not ended yet.",
        "CANCELLED": "It was cancelled.",
    },
)
enum(
    PackageKind,
    "What a package in an image is.",
    {"PYTHON": "A Python package.", "DEBIAN": "A Debian package."},
)
FAILED = "cubestudio: failed at "
MOST_LINES = 12
TAIL = 16 * 2**10
"""Bytes of the end of a log in which the failing step is looked for."""


@strawberry.type(description="A text file of an image.")
class ImageFile:
    path: str = strawberry.field(description="Absolute path in the image.")
    content: str = strawberry.field(description="Its text.")


@strawberry.input(description="A text file of an image.")
class ImageFileInput:
    path: str = strawberry.field(description="Absolute path in the image, at most 300 characters.")
    content: str = strawberry.field(description="Its text; all files together have at most 1 Mi characters.")


@strawberry.type(description="Packages and other parts, of which the platform writes a Dockerfile.")
class ImagePackages:
    base: str | None = strawberry.field(description="Base image; null: a default that fits the packages.")
    python: str | None = strawberry.field(description="Version of Python, such as 3.11; null: the default.")
    pip: list[str] = strawberry.field(description="Python packages, as lines of a requirements file.")
    apt: list[str] = strawberry.field(description="Debian packages, such as git or git=1:2.47.*.")
    conda: list[str] = strawberry.field(description="Conda packages, such as numpy=2.1.")
    channels: list[str] = strawberry.field(description="Conda channels, in order of priority.")
    env: list[EnvVar] = strawberry.field(description="Environment variables.")
    files: list[ImageFile] = strawberry.field(description="Text files that are copied into the image.")
    commands: list[str] = strawberry.field(description="Shell commands that run in order, each as a layer.")


@strawberry.input(
    description="Packages and other parts, of which the platform writes a Dockerfile. At least one is needed."
)
class ImagePackagesInput:
    base: str | None = strawberry.field(
        default=UNSET,
        description="Base image, at most 400 characters. Default: python:3.11-slim, or an image with conda.",
    )
    python: str | None = strawberry.field(default=UNSET, description="Version of Python, such as 3.11.")
    pip: list[str] | None = strawberry.field(
        default=UNSET, description="Python packages, as lines of a requirements file."
    )
    apt: list[str] | None = strawberry.field(
        default=UNSET, description="Debian packages, such as git or git=1:2.47.1."
    )
    conda: list[str] | None = strawberry.field(
        default=UNSET, description="Conda packages, such as numpy=2.1."
    )
    channels: list[str] | None = strawberry.field(
        default=UNSET, description="Conda channels, in order of priority; only together with conda packages."
    )
    env: list[EnvVarInput] | None = strawberry.field(default=UNSET, description="Environment variables.")
    files: list[ImageFileInput] | None = strawberry.field(
        default=UNSET, description="Text files that are copied into the image."
    )
    commands: list[str] | None = strawberry.field(
        default=UNSET, description="Shell commands that run in order, each as a layer."
    )
    environment_yml: str | None = strawberry.field(
        default=UNSET,
        description="Text of a conda environment file; what it lists is added to the other fields.",
    )


@strawberry.type(description="A Git repository that has a Dockerfile.")
class ImageRepository:
    repo: str = strawberry.field(description="URL of the repository.")
    repo_secret: str | None = strawberry.field(description="Secret of the project with the access token.")
    branch: str | None = strawberry.field(description="Branch or tag; null: the default branch.")
    path: str | None = strawberry.field(description="Path of the Dockerfile; null: Dockerfile.")


@strawberry.input(description="A Git repository that has a Dockerfile.")
class ImageRepositoryInput:
    repo: str = strawberry.field(
        description="URL of the repository: https://, http://, ssh:// or git://, at most 500 characters."
    )
    repo_secret: str | None = strawberry.field(
        default=UNSET, description="Name of a secret of the project with the access token."
    )
    branch: str | None = strawberry.field(
        default=UNSET, description="Branch or tag. Default: the default branch."
    )
    path: str | None = strawberry.field(
        default=UNSET, description="Path of the Dockerfile, at most 300 characters. Default: Dockerfile."
    )


@strawberry.type(description="What an image is built from. Exactly one field is not null.")
class ImageSource:
    packages: ImagePackages | None = strawberry.field(description="Packages and other parts.")
    dockerfile: str | None = strawberry.field(description="A Dockerfile.")
    git: ImageRepository | None = strawberry.field(description="A Git repository that has a Dockerfile.")


@strawberry.input(one_of=True, description="What an image is built from.")
class ImageSourceInput:
    packages: ImagePackagesInput | None = strawberry.field(
        default=UNSET, description="Packages and other parts."
    )
    dockerfile: str | None = strawberry.field(
        default=UNSET, description="A Dockerfile, at most 200,000 characters."
    )
    git: ImageRepositoryInput | None = strawberry.field(
        default=UNSET, description="A Git repository that has a Dockerfile."
    )


@strawberry.type(description="What the build of an image may use.")
class BuildResources:
    cpu: float = strawberry.field(description="CPU in cores.")
    memory: Long = strawberry.field(description="Memory in bytes.")
    timeout_seconds: float = strawberry.field(description="Time limit in seconds.")


@strawberry.input(description="What the build of an image may use.")
class BuildResourcesInput:
    cpu: float | None = strawberry.field(
        default=UNSET, description="CPU in cores, more than 0, at most 64. Default: 1."
    )
    memory: Long | None = strawberry.field(
        default=UNSET, description="Memory in bytes, 128 Mi to 1 Ti. Default: 2 Gi."
    )
    timeout_seconds: float | None = strawberry.field(
        default=UNSET, description="Time limit in seconds, 60 to 86,400. Default: 3,600."
    )


@strawberry.type(description="A package in an image.")
class ImagePackage:
    kind: PackageKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="Its name.")
    version: str = strawberry.field(description="Its version.")


@strawberry.type(description="How a package differs between two versions of an image.")
class PackageChange:
    kind: PackageKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="Its name.")
    before: str | None = strawberry.field(description="Version in the earlier image; null: it is not there.")
    after: str | None = strawberry.field(description="Version in this image; null: it is not there.")


@strawberry.type(description="The step of a build that failed.")
class FailedStep:
    step: str = strawberry.field(description="The instruction of the Dockerfile.")
    output: list[str] = strawberry.field(description="The last lines that it wrote, 12 at most.")


@strawberry.type(description="A file that a build stored because the image was not pushed to a registry.")
class BuildFile:
    path: str = strawberry.field(description="Name of the file.")
    size: Long = strawberry.field(description="Size in bytes.")


@strawberry.type(description="Something that names a version of an image.")
class ImageReference:
    kind: str = strawberry.field(description="One of notebook, pipeline and template.")
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(
    description="One version of an image, and how it was made. It never changes once it is built."
)
class Build(Node):
    image_id: strawberry.ID = strawberry.field(description="Id of the image.")
    number: int = strawberry.field(description="Number of the build among those of its image, from 1.")
    reference: str | None = strawberry.field(
        description="Where it was pushed to; null: it is kept here, as an archive or an environment."
    )
    cluster: str = strawberry.field(description="Name of the cluster on which it was built.")
    state: BuildState = strawberry.field(description="State of the build.")
    reason: str | None = strawberry.field(description="Reason of a failure in one word; null otherwise.")
    message: str | None = strawberry.field(
        name="explanation", description="The reason in a sentence; null otherwise."
    )
    digest: str | None = strawberry.field(
        description="Digest: sha256:… of the image's manifest; env:… of an environment of this machine."
    )
    size: Long | None = strawberry.field(description="Bytes of its files.")
    files: list[BuildFile] = strawberry.field(
        description="What it stored here: the archive when the image was not pushed to a registry."
    )
    created_at: Time = strawberry.field(description="When the build was requested.")
    started_at: Time | None = strawberry.field(description="When it started; null before.")
    finished_at: Time | None = strawberry.field(description="When it ended; null before.")
    user_id: strawberry.Private[str]
    full_row: strawberry.Private[Any]
    """Its whole row where that was read; None where it comes from a list."""

    @classmethod
    def of(cls, row: Any) -> "Build":
        return cls(
            id=row.id,
            image_id=row.image_id,
            number=row.number,
            reference=row.reference,
            cluster=row.cluster,
            state=BuildState(row.state),
            reason=row.reason,
            message=row.message,
            digest=row.digest,
            size=row.size,
            files=[BuildFile(path=each["path"], size=each["size"]) for each in row.files],
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            user_id=row.created_by,
            full_row=row if hasattr(row, "definition") else None,
        )

    async def _row(self, info: Info) -> Any:
        """Return its whole row: lists leave out what takes long to read."""
        if self.full_row is not None:
            return self.full_row
        return await info.context.load(listing.builds_by_id, self.id)

    @strawberry.field(description="What the image is built from.")
    async def source(self, info: Info) -> ImageSource:
        return from_mapping(ImageSource, grouped((await self._row(info)).definition)["source"])

    @strawberry.field(description="What the build may use.")
    async def resources(self, info: Info) -> BuildResources:
        return from_mapping(BuildResources, grouped((await self._row(info)).definition)["resources"])

    @strawberry.field(description="Packages that were found in the image, by kind and name.")
    async def packages(self, info: Info) -> list[ImagePackage]:
        found = (await self._row(info)).packages or {}
        return [
            ImagePackage(kind=PackageKind(kind), name=name, version=version)
            for kind in sorted(found)
            for name, version in sorted(found[kind].items())
        ]

    @strawberry.field(description="Who started it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="Its pod, which has the log.")
    async def pod(self, info: Info) -> Pod | None:
        async with info.context.read() as conn:
            rows = await clusters.pods_of(conn, self.id)
        return Pod.of(rows[-1]) if rows else None

    @strawberry.field(
        description="The Dockerfile that it came to; null for a repository, which has its own, and for an "
        "environment."
    )
    async def dockerfile(self, info: Info) -> str | None:
        definition = spec.Definition.model_validate((await self._row(info)).definition)
        return spec.dockerfile(definition, info.context.ctx.settings.image_registry)

    @strawberry.field(description="How its packages differ from the version that was built before it.")
    async def package_changes(self, info: Info) -> list[PackageChange]:
        async with info.context.read() as conn:
            old = await listing.before(conn, self.image_id, self.number)
        if old is None or self.state != BuildState.SUCCEEDED:
            return []
        now = (await self._row(info)).packages or {}
        return [
            PackageChange(**{**each, "kind": PackageKind(each["kind"])})
            for each in spec.changes(old.packages, now)
        ]

    @strawberry.field(description="Bytes more (or fewer) than the version that was built before it.")
    async def size_change(self, info: Info) -> Long | None:
        async with info.context.read() as conn:
            old = await listing.before(conn, self.image_id, self.number)
        return None if old is None or old.size is None or self.size is None else self.size - old.size

    @strawberry.field(description="Of a build that failed: which step, and what it wrote.")
    async def failed_step(self, info: Info) -> FailedStep | None:
        if self.state != BuildState.FAILED:
            return None
        ctx = info.context.ctx
        async with info.context.read() as conn:
            rows = await clusters.pods_of(conn, self.id)
        if not rows:
            return None
        pod = rows[-1]
        tail = await clusters.read_log(ctx.db, ctx.store, pod.id, max(pod.log_size - TAIL, 0), TAIL)
        return failed_step(tail.data.decode(errors="replace"))


def failed_step(log: str) -> FailedStep | None:
    """The step that a build's last words name, and what it wrote before them."""
    lines = log.splitlines()
    last = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].startswith(FAILED)), None)
    if last is None:
        return None
    step = lines[last].removeprefix(FAILED)
    begin = next(
        (at for at in range(last, -1, -1) if lines[at].strip() == step), max(last - MOST_LINES - 1, -1)
    )
    output = [line for line in lines[begin + 1 : last] if not line.startswith("Error: building at STEP")]
    return FailedStep(step=step, output=output[-MOST_LINES:])


@strawberry.type(description="A named image of a project; its versions are its builds.")
class Image(Node):
    name: str = strawberry.field(description="Name of the image, unique in its project.")
    description: str = strawberry.field(description="What the image is for.")
    project_id: strawberry.ID = strawberry.field(description="Id of its project.")
    latest_number: int = strawberry.field(description="The number of the newest version.")
    created_at: Time = strawberry.field(description="When the image was created.")
    role: strawberry.Private[Role]

    @classmethod
    def of(cls, row: Any, role: Role) -> "Image":
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            project_id=row.project_id,
            latest_number=row.latest,
            created_at=row.created_at,
            role=role,
        )

    @strawberry.field(description="Project of the image.")
    async def project(self, info: Info) -> Project:
        return Project.of(await info.context.load(project_actions.projects_by_id, self.project_id), self.role)

    @strawberry.field(description="Its versions, newest first, 200 at most.")
    async def builds(self, info: Info) -> list[Build]:
        async with info.context.read() as conn:
            return [Build.of(row) for row in await listing.builds_of(conn, self.id)]

    @strawberry.field(description="The newest version.")
    async def latest_build(self, info: Info) -> Build | None:
        row = await info.context.load(listing.latest_by_image, self.id)
        return row and Build.of(row)

    @strawberry.field(description="Notebooks, templates and pipelines that name one of its versions.")
    async def used_by(self, info: Info) -> list[ImageReference]:
        async with info.context.read() as conn:
            rows = await listing.builds_of(conn, self.id)
            references = [row.reference for row in rows if row.reference] + [
                spec.local_name(self.name, row.number) for row in rows
            ]
            found = await listing.uses(conn, self.project_id, references)
        return [ImageReference(kind=each.kind, id=strawberry.ID(each.id), name=each.name) for each in found]

    @strawberry.field(description="Whether I may make versions, cancel builds and delete it.")
    def viewer_can_build(self) -> bool:
        return self.role.rank >= Role.MEMBER.rank


@strawberry.type(description="A version of an image; `created` is false when the same was built already.")
class SavedImage:
    image: Image = strawberry.field(description="The image.")
    build: Build = strawberry.field(
        description="The build of this definition: a new one, or an earlier one of the same."
    )
    created: bool = strawberry.field(description="Whether the image is new.")


@strawberry.type(description="What a definition comes to.")
class ImageCheck:
    dockerfile: str | None = strawberry.field(
        description="The Dockerfile that would be built; null when there is none."
    )
    python_only: bool = strawberry.field(
        description="Python packages only: this machine makes it without a container tool."
    )
    faults: list[Fault] = strawberry.field(description="Every invalid value; empty when there is none.")


@strawberry.type(description="A starting point for images.")
class ImagePreset:
    name: str = strawberry.field(description="Name of the preset.")
    title: str = strawberry.field(description="Name of the preset as people read it.")
    description: str = strawberry.field(description="What the preset is for.")
    source: ImageSource = strawberry.field(description="What an image is built from that begins with it.")
    builtin: bool = strawberry.field(description="Whether the platform brought it along.")
    changed_at: Time = strawberry.field(description="When the preset was last saved.")

    @classmethod
    def of(cls, row: Any) -> "ImagePreset":
        return cls(
            name=row.name,
            title=row.title,
            description=row.description,
            source=from_mapping(ImageSource, grouped(row.definition)["source"]),
            builtin=row.builtin,
            changed_at=row.changed_at,
        )


@strawberry.input(description="An image to check.")
class CheckImageInput:
    source: ImageSourceInput = strawberry.field(description="What it is built from.")
    resources: BuildResourcesInput | None = strawberry.field(
        default=None, description="What the build may use."
    )


@strawberry.input(description="A version of an image to build.")
class SaveImageInput:
    project: str = strawberry.field(description="Id or name of the project.")
    name: str = strawberry.field(description="Name of the image, unique in the project.")
    source: ImageSourceInput = strawberry.field(description="What it is built from.")
    resources: BuildResourcesInput | None = strawberry.field(
        default=None, description="What the build may use."
    )
    description: str | None = strawberry.field(
        default=None, description="Description of the image, at most 500 characters. Null keeps it."
    )
    registry: str | None = strawberry.field(
        default=None,
        description="Id or name of a registry of the project to push to. Default: it is stored here; on "
        "Kubernetes a registry is required.",
    )
    cluster: str | None = strawberry.field(
        default=None, description="Cluster to build on. Default: the default cluster of the project."
    )
    rebuild: bool = strawberry.field(
        default=False, description="Whether to build it again when the same source is built already."
    )


@strawberry.input(description="An image preset to create or change.")
class SaveImagePresetInput:
    name: str = strawberry.field(description="Name, unique on the platform.")
    title: str = strawberry.field(description="Title that people see, 1 to 100 characters.")
    source: ImageSourceInput = strawberry.field(description="What images are built from that begin with it.")
    description: str = strawberry.field(default="", description="Description, at most 500 characters.")


@strawberry.type(description="An image that changed; null: it is gone.")
class ImageChange:
    cursor: str = strawberry.field(description="Position in the stream of changes.")
    id: strawberry.ID = strawberry.field(description="Id of the image.")
    image: Image | None = strawberry.field(description="The image as it is now; null when it was deleted.")


def _definition(input: CheckImageInput | SaveImageInput) -> dict[str, Any]:
    """Return what the spec of an image reads."""
    resources = to_mapping(input.resources) if input.resources else None
    return flattened(to_mapping(input.source), resources)


async def load(info: Info, key: str) -> Image:
    async with info.context.read() as conn:
        row, standing = await access.image(conn, info.context.who, key)
    return Image.of(row, standing.role)


@strawberry.type
class Query:
    @strawberry.field(description="An image by id; null when there is none that I may see.")
    async def image(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the image.")]
    ) -> Image | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(description="A version of an image by id; null when there is none that I may see.")
    async def build(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the build.")]
    ) -> Build | None:
        try:
            async with info.context.read() as conn:
                row, _ = await access.build(conn, info.context.who, id)
        except NotFound:
            return None
        return Build.of(row)

    @strawberry.field(
        description="Images, newest first: of all my projects or of one. `search`: part of a name."
    )
    async def images(
        self,
        info: Info,
        project: ProjectFilter = None,
        search: Annotated[str, strawberry.argument(description="Part of the name.")] = "",
        after: str | None = None,
        first: int = 50,
    ) -> Connection[Image]:
        context = info.context
        async with context.read() as conn:
            rows, roles = await listing.images_of(
                conn,
                context.who,
                project,
                search=search,
                after=after,
                first=first,
                most=context.ctx.settings.max_page_size,
            )
        return connection(rows, lambda row: Image.of(row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(
        description="What a definition comes to, and everything that is wrong with it; changes nothing."
    )
    async def check_image(self, info: Info, input: CheckImageInput) -> ImageCheck:
        try:
            made = actions.defined(_definition(input))
        except Invalid as refusal:
            return ImageCheck(dockerfile=None, python_only=False, faults=Problem.of(refusal).all)
        return ImageCheck(
            dockerfile=spec.dockerfile(made, info.context.ctx.settings.image_registry),
            python_only=made.plain,
            faults=[],
        )

    @strawberry.field(description="Starting points for images.")
    async def image_presets(self, info: Info) -> list[ImagePreset]:
        async with info.context.read() as conn:
            return [ImagePreset.of(row) for row in await listing.presets(conn)]


@strawberry.type
class Mutation:
    @mutation
    async def save_image(self, info: Info, input: SaveImageInput) -> SavedImage:
        """Build a version of an image, and create the image when it is new. If the newest succeeded version
        was built from the same source, it is returned instead, unless `rebuild`. For members of the
        project."""
        context = info.context
        tx = context.writing
        image, build, created = await actions.save(
            tx,
            context.ctx,
            context.who,
            project=input.project,
            name=input.name,
            told=_definition(input),
            description=input.description,
            registry=input.registry,
            cluster=input.cluster,
            rebuild=input.rebuild,
        )
        row, standing = await access.image(tx, context.who, image)
        made = (await listing.builds_by_id(tx.connection, [build]))[build]
        return SavedImage(image=Image.of(row, standing.role), build=Build.of(made), created=created)

    @mutation
    async def cancel_build(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the build.")]
    ) -> Build:
        """Stop a build; one that has ended stays as it is."""
        tx = info.context.writing
        await actions.cancel(tx, info.context.who, id)
        return Build.of((await listing.builds_by_id(tx.connection, [id]))[id])

    @mutation
    async def delete_image(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the image.")]
    ) -> Done:
        """Delete an image that nothing uses, with its versions. What was pushed to a registry stays there."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def save_image_preset(self, info: Info, input: SaveImagePresetInput) -> ImagePreset:
        """Create an image preset, or change the one of that name. For administrators."""
        tx = info.context.writing
        await actions.save_preset(
            tx,
            info.context.who,
            input.name,
            title=input.title,
            description=input.description,
            told=flattened(to_mapping(input.source)),
        )
        return ImagePreset.of(next(row for row in await listing.presets(tx) if row.name == input.name))

    @mutation
    async def delete_image_preset(
        self, info: Info, name: Annotated[str, strawberry.argument(description="Name of the preset.")]
    ) -> Done:
        """Take a starting point out of the catalogue; images that began with it stay. For administrators."""
        await actions.remove_preset(info.context.writing, info.context.who, name)
        return Done(id=strawberry.ID(name))


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="An image now, then at each change of its builds; null and the end when it is deleted."
    )
    async def image_changed(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the image.")]
    ) -> AsyncIterator[ImageChange]:
        async with aclosing(
            follow.one(
                info.context.ctx.bus,
                [on(BuildChanged, image_id=id), on(ImageDeleted, image_id=id)],
                lambda: load(info, id),
            )
        ) as news:
            async for cursor, found in news:
                yield ImageChange(cursor=cursor, id=id, image=found)

    @strawberry.subscription(
        description="Each image of a project (or of all mine) whose builds change from now on."
    )
    async def images_changed(self, info: Info, project: ProjectFilter = None) -> AsyncIterator[ImageChange]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, BuildChanged, ImageDeleted)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("image_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield ImageChange(cursor=cursor, id=strawberry.ID(key), image=found)
