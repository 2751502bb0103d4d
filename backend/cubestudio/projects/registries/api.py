"""Registries in the graph."""

from typing import Any

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.projects import access as projects
from cubestudio.projects.api import Project
from cubestudio.projects.model import Role
from cubestudio.projects.registries import access, actions, lookup, spec

Info = strawberry.Info[Context]


@strawberry.type(description="A registry of a project. Its password is never shown.")
class Registry:
    id: strawberry.ID
    name: str
    prefix: str = strawberry.field(description="host[:port][/path] before the name of an image.")
    username: str
    insecure: bool = strawberry.field(description="Whether it speaks plain HTTP.")

    @classmethod
    def of(cls, row: Any) -> "Registry":
        return cls(id=row.id, name=row.name, prefix=row.prefix, username=row.username, insecure=row.insecure)


@strawberry.type(description="How a registry answers now.")
class RegistryCheck:
    problem: str | None = strawberry.field(description="What is wrong, in words; null: it lets us in.")


@strawberry.type(description="An image as its registry has it now.")
class RegistryImage:
    digest: str | None = strawberry.field(
        description="sha256:…, by which it is the same for ever; null with a problem."
    )
    problem: str | None = strawberry.field(description="Why there is no digest, in words.")


@strawberry.type
class Query:
    @strawberry.field(description="Asks a registry of my project whether it lets us in.")
    async def registry_check(self, info: Info, id: strawberry.ID) -> RegistryCheck:
        context = info.context
        async with context.read() as conn:
            row, _ = await access.registry(conn, context.who, id)
        door = spec.door_of(row, context.ctx.vault.unseal(row.password))
        return RegistryCheck(problem=await lookup.knock(door, context.ctx.settings.private_addresses))

    @strawberry.field(
        description="Asks the registry of an image whether it has it. With a project (for its members) its "
        "registries are asked with their "
        "passwords; else the site's and public ones only."
    )
    async def registry_image(self, info: Info, image: str, project: str | None = None) -> RegistryImage:
        context = info.context
        ctx = context.ctx
        async with context.read() as conn:
            held = (await projects.project(conn, context.who, project, Role.MEMBER)).id if project else None
            door, name = (await actions.looked(conn, ctx.vault, held, [image], ctx.settings.image_prefix))[
                image
            ]
        if door is None:
            return RegistryImage(
                digest=None, problem=f"{name.host} is none of the registries that may be asked."
            )
        found = await lookup.find(door, name, ctx.settings.private_addresses)
        return RegistryImage(
            digest=found.digest, problem=f"{door.where} has no such image" if found.absent else found.problem
        )


@strawberry.type
class Mutation:
    @mutation
    async def save_registry(
        self,
        info: Info,
        project: str,
        name: str,
        prefix: str,
        username: str = "",
        password: str | None = None,
        insecure: bool = False,
    ) -> Registry:
        """Add a registry to a project, or change the one of that name. A null password keeps the one that is
        there."""
        context = info.context
        tx = context.writing
        key = await actions.save(
            tx,
            context.ctx.vault,
            context.who,
            project=project,
            name=name,
            login=actions.Login(prefix=prefix, username=username, password=password, insecure=insecure),
        )
        return Registry.of((await actions.registries_by_id(tx.connection, [key]))[key])

    @mutation
    async def delete_registry(self, info: Info, id: strawberry.ID) -> Done:
        """Take a registry away from its project; the images that are there stay there."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)


async def _registries(root: Project, info: Info) -> list[Registry]:
    async with info.context.read() as conn:
        return [Registry.of(row) for row in await actions.registries_of(conn, root.id)]


extend(
    Project,
    registries=strawberry.field(
        resolver=_registries, description="Where its images go, and with what they are pulled."
    ),
)
