"""Registries in the graph."""

from typing import Annotated, Any

import strawberry
from strawberry import argument

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.projects import access as projects
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.projects.registries import access, actions, lookup, spec

Info = strawberry.Info[Context]


@strawberry.type(description="A container registry of a project. Its password is never shown.")
class Registry:
    id: strawberry.ID = strawberry.field(description="Id for `registryCheck` and `deleteRegistry`.")
    name: str = strawberry.field(description="Name within the project.")
    prefix: str = strawberry.field(description="`host[:port][/path]` in front of the names of its images.")
    username: str = strawberry.field(description="User name to sign in with; empty for anonymous access.")
    insecure: bool = strawberry.field(description="Whether it is reached by plain HTTP.")

    @classmethod
    def of(cls, row: Any) -> "Registry":
        return cls(id=row.id, name=row.name, prefix=row.prefix, username=row.username, insecure=row.insecure)


@strawberry.type(description="How a registry answers now.")
class RegistryCheck:
    problem: str | None = strawberry.field(description="What is wrong; null if signing in succeeded.")


@strawberry.type(description="An image as its registry has it now.")
class RegistryImage:
    digest: str | None = strawberry.field(
        description="Digest of the manifest, `sha256:…`; null with a problem."
    )
    problem: str | None = strawberry.field(description="Why there is no digest; null if there is one.")


@strawberry.type
class Query:
    @strawberry.field(description="Check whether a registry of a project accepts its credentials.")
    async def registry_check(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The registry.")]
    ) -> RegistryCheck:
        context = info.context
        async with context.read() as conn:
            row, _ = await access.registry(conn, context.who, id)
        door = spec.door_of(row, context.ctx.vault.unseal(row.password))
        return RegistryCheck(problem=await lookup.knock(door, context.ctx.settings.allowed_private_networks))

    @strawberry.field(description="Look an image up in its registry.")
    async def registry_image(
        self,
        info: Info,
        image: Annotated[str, argument(description="Reference of the image, `host/path:tag`.")],
        project: Annotated[
            str | None,
            argument(
                description="Id or name of a project of which the viewer is a member: its registries are "
                "used "
                "with their credentials. Null: only public registries and those of the installation."
            ),
        ] = None,
    ) -> RegistryImage:
        context = info.context
        ctx = context.ctx
        async with context.read() as conn:
            held = (await projects.project(conn, context.who, project, Role.MEMBER)).id if project else None
            door, name = (await actions.looked(conn, ctx.vault, held, [image], ctx.settings.image_registry))[
                image
            ]
        if door is None:
            return RegistryImage(
                digest=None, problem=f"{name.host} is none of the registries that may be asked."
            )
        found = await lookup.find(door, name, ctx.settings.allowed_private_networks)
        return RegistryImage(
            digest=found.digest, problem=f"{door.where} has no such image" if found.absent else found.problem
        )


@strawberry.input(description="A registry of a project as it is to be.")
class SaveRegistryInput:
    project: str = strawberry.field(description="Id or name of the project.")
    name: str = strawberry.field(description="Name within the project; an existing registry is changed.")
    prefix: str = strawberry.field(description="`host[:port][/path]` in front of the names of its images.")
    username: str = strawberry.field(default="", description="User name; empty for anonymous access.")
    password: str | None = strawberry.field(
        default=None, description="Password or access token; null keeps the stored one."
    )
    insecure: bool = strawberry.field(default=False, description="Whether it is reached by plain HTTP.")


@strawberry.type
class Mutation:
    @mutation
    async def save_registry(self, info: Info, input: SaveRegistryInput) -> Registry:
        """Add a registry to a project, or change the one of this name. For maintainers."""
        context = info.context
        tx = context.writing
        key = await actions.save(
            tx,
            context.ctx.vault,
            context.who,
            project=input.project,
            name=input.name,
            login=actions.Login(
                prefix=input.prefix, username=input.username, password=input.password, insecure=input.insecure
            ),
        )
        return Registry.of((await actions.registries_by_id(tx.connection, [key]))[key])

    @mutation
    async def delete_registry(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The registry.")]
    ) -> Done:
        """Remove a registry from its project. Its images stay in it. For maintainers."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)


async def _registries(root: Project, info: Info) -> list[Registry]:
    async with info.context.read() as conn:
        return [Registry.of(row) for row in await actions.registries_of(conn, root.id)]


extend(
    Project,
    registries=strawberry.field(
        resolver=_registries, description="Registries that its images are pushed to and pulled from."
    ),
)
