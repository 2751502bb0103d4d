"""Images and their builds in the graph."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from operator import attrgetter
from typing import Any

import strawberry

from cubestudio.clusters import actions as clusters
from cubestudio.clusters.api import Pod
from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, Fault, Problem, mutation
from cubestudio.core.graph.scalars import Json, Long, Time, described
from cubestudio.images import access, actions, listing, spec
from cubestudio.images.events import BuildChanged, ImageDeleted
from cubestudio.images.model import BuildState as State
from cubestudio.projects import access as projects
from cubestudio.projects import actions as project_actions
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]
BuildState = strawberry.enum(
    State,
    name="BuildState",
    description="Requested, Pending, Running, Succeeded, Failed, Cancelling, Cancelled.",
)
FAILED = "cubestudio: failed at "
MOST_LINES = 12
TAIL = 16 * 2**10
"""Bytes of the end of a log in which the failing step is looked for."""


@strawberry.type(description="How a package differs between two versions of an image; null: it is not there.")
class PackageChange:
    kind: str = strawberry.field(description="python or debian.")
    name: str
    before: str | None
    after: str | None


@strawberry.type(description="The step of a build that failed, and the last lines that it wrote.")
class FailedStep:
    step: str
    output: list[str]


@strawberry.type(description="Something that names an image.")
class ImageReference:
    kind: str
    id: strawberry.ID
    name: str


@strawberry.type(
    description="One version of an image, and how it was made. It never changes once it is built."
)
class Build(Node):
    image_id: strawberry.ID
    number: int
    definition: Json = strawberry.field(description="What it is made of.")
    reference: str | None = strawberry.field(
        description="Where it was pushed to; null: it is kept here, as an archive or an environment."
    )
    cluster: str
    state: BuildState
    reason: str | None
    message: str | None = strawberry.field(name="explanation")
    digest: str | None = strawberry.field(
        description="sha256:… of the image's manifest; env:… of an environment of this machine."
    )
    size: Long | None = strawberry.field(description="Bytes of its files.")
    packages: Json = strawberry.field(description="{python: {name: version}, debian: {…}}, found in it.")
    files: Json = strawberry.field(
        description="[{path, size}] of what it left: the archive when there is no registry."
    )
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "Build":
        return cls(
            id=row.id,
            image_id=row.image_id,
            number=row.number,
            definition=row.definition,
            reference=row.reference,
            cluster=row.cluster,
            state=State(row.state),
            reason=row.reason,
            message=row.message,
            digest=row.digest,
            size=row.size,
            packages=row.packages or {},
            files=[{"path": each["path"], "size": each["size"]} for each in row.files],
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            user_id=row.created_by,
        )

    @strawberry.field
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
    def dockerfile(self, info: Info) -> str | None:
        return spec.dockerfile(
            spec.Definition.model_validate(self.definition), info.context.ctx.settings.image_prefix
        )

    @strawberry.field(description="How its packages differ from the version that was built before it.")
    async def package_changes(self, info: Info) -> list[PackageChange]:
        async with info.context.read() as conn:
            old = await listing.before(conn, self.image_id, self.number)
        if old is None or self.state != State.SUCCEEDED:
            return []
        return [PackageChange(**each) for each in spec.changes(old.packages, self.packages)]

    @strawberry.field(description="Bytes more (or fewer) than the version that was built before it.")
    async def size_change(self, info: Info) -> Long | None:
        async with info.context.read() as conn:
            old = await listing.before(conn, self.image_id, self.number)
        return None if old is None or old.size is None or self.size is None else self.size - old.size

    @strawberry.field(description="Of a build that failed: which step, and what it wrote.")
    async def failed_step(self, info: Info) -> FailedStep | None:
        if self.state != State.FAILED:
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
    name: str
    description: str
    project_id: strawberry.ID
    latest_number: int = strawberry.field(description="The number of the newest version.")
    created_at: Time
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

    @strawberry.field
    async def project(self, info: Info) -> Project:
        return Project.of(await info.context.load(project_actions.projects_by_id, self.project_id), self.role)

    @strawberry.field(description="Its versions, newest first, 200 at most.")
    async def builds(self, info: Info) -> list[Build]:
        async with info.context.read() as conn:
            return [Build.of(row) for row in await listing.builds_of(conn, self.id)]

    @strawberry.field(
        description="{state, digest, size, reference, createdAt, finishedAt} of the newest version, packed."
    )
    async def latest_build(self, info: Info) -> Json:
        row = await info.context.load(listing.latest_by_image, self.id)
        return row and {
            "id": row.id,
            "state": row.state,
            "digest": row.digest,
            "size": row.size,
            "reference": row.reference,
            "reason": row.reason,
            "createdAt": row.created_at.isoformat(),
            "finishedAt": row.finished_at and row.finished_at.isoformat(),
        }

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
    image: Image
    build: Build
    created: bool


@strawberry.type(description="What a definition comes to.")
class ImageCheck:
    dockerfile: str | None
    python_only: bool = strawberry.field(
        description="Python packages only: this machine makes it without a container tool."
    )
    faults: list[Fault]


@strawberry.type(description="A starting point for images.")
class ImagePreset:
    name: str
    title: str
    description: str
    definition: Json
    builtin: bool = strawberry.field(description="Whether the platform brought it along.")
    changed_at: Time

    @classmethod
    def of(cls, row: Any) -> "ImagePreset":
        return cls(
            name=row.name,
            title=row.title,
            description=row.description,
            definition=row.definition,
            builtin=row.builtin,
            changed_at=row.changed_at,
        )


@strawberry.type(description="An image that changed; null: it is gone.")
class ImageNews:
    cursor: str
    id: strawberry.ID
    image: Image | None


async def load(info: Info, key: str) -> Image:
    async with info.context.read() as conn:
        row, standing = await access.image(conn, info.context.who, key)
    return Image.of(row, standing.role)


@strawberry.type
class Query:
    @strawberry.field(description="An image by id; null when there is none that I may see.")
    async def image(self, info: Info, id: strawberry.ID) -> Image | None:
        try:
            return await load(info, id)
        except NotFound:
            return None

    @strawberry.field(description="A version of an image by id; null when there is none that I may see.")
    async def build(self, info: Info, id: strawberry.ID) -> Build | None:
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
        project: str | None = None,
        search: str = "",
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
                most=context.ctx.settings.max_page,
            )
        return connection(rows, lambda row: Image.of(row, projects.Roles(roles).of(row.project_id)))

    @strawberry.field(
        description="What a definition comes to, and everything that is wrong with it; changes nothing."
    )
    async def check_image(self, info: Info, definition: Json) -> ImageCheck:
        try:
            made = actions.defined(described(definition))
        except Invalid as refusal:
            return ImageCheck(dockerfile=None, python_only=False, faults=Problem.of(refusal).all)
        return ImageCheck(
            dockerfile=spec.dockerfile(made, info.context.ctx.settings.image_prefix),
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
    async def save_image(
        self,
        info: Info,
        project: str,
        name: str,
        definition: Json,
        description: str | None = None,
        registry: str | None = None,
        cluster: str | None = None,
        rebuild: bool = False,
    ) -> SavedImage:
        """Make a version of an image and build it. `definition`: {base, python, pip, apt, conda, channels,
        env, files, commands, environment_yml} or {dockerfile} or {repo, branch, path}; and {cpu, memory,
        minutes} for the build. What was built from the same already is not built twice, unless `rebuild`."""
        context = info.context
        tx = context.writing
        image, build, created = await actions.save(
            tx,
            context.ctx,
            context.who,
            project=project,
            name=name,
            told=described(definition),
            description=description,
            registry=registry,
            cluster=cluster,
            rebuild=rebuild,
        )
        row, standing = await access.image(tx, context.who, image)
        made = (await listing.builds_by_id(tx.connection, [build]))[build]
        return SavedImage(image=Image.of(row, standing.role), build=Build.of(made), created=created)

    @mutation
    async def cancel_build(self, info: Info, id: strawberry.ID) -> Build:
        """Stop a build; one that has ended stays as it is."""
        tx = info.context.writing
        await actions.cancel(tx, info.context.who, id)
        return Build.of((await listing.builds_by_id(tx.connection, [id]))[id])

    @mutation
    async def delete_image(self, info: Info, id: strawberry.ID) -> Done:
        """Delete an image that nothing uses, with its versions. What was pushed to a registry stays there."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def save_image_preset(
        self, info: Info, name: str, title: str, definition: Json, description: str = ""
    ) -> ImagePreset:
        """Make a starting point for images, or change the one of that name; for administrators. `definition`:
        as for saveImage."""
        tx = info.context.writing
        await actions.save_preset(
            tx, info.context.who, name, title=title, description=description, told=described(definition)
        )
        return ImagePreset.of(next(row for row in await listing.presets(tx) if row.name == name))

    @mutation
    async def delete_image_preset(self, info: Info, name: str) -> Done:
        """Take a starting point out of the catalogue; images that began with it stay. For administrators."""
        await actions.remove_preset(info.context.writing, info.context.who, name)
        return Done(id=strawberry.ID(name))


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="An image now, then at each change of its builds; null and the end when it is deleted."
    )
    async def image_changed(self, info: Info, id: strawberry.ID) -> AsyncIterator[ImageNews]:
        async with aclosing(
            follow.one(
                info.context.ctx.bus,
                [on(BuildChanged, image_id=id), on(ImageDeleted, image_id=id)],
                lambda: load(info, id),
            )
        ) as news:
            async for cursor, found in news:
                yield ImageNews(cursor=cursor, id=id, image=found)

    @strawberry.subscription(
        description="Each image of a project (or of all mine) whose builds change from now on."
    )
    async def images_changed(self, info: Info, project: str | None = None) -> AsyncIterator[ImageNews]:
        context = info.context
        async with context.read() as conn:
            topics = await projects.topics(conn, context.who, project, BuildChanged, ImageDeleted)
        async with aclosing(
            follow.each(context.ctx.bus, topics, attrgetter("image_id"), lambda key: load(info, key))
        ) as news:
            async for cursor, key, found in news:
                yield ImageNews(cursor=cursor, id=strawberry.ID(key), image=found)
