"""Registries in the graph."""

from typing import Any

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.projects.api import Project
from cubestudio.projects.registries import access, actions

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


@strawberry.type
class Query:
    @strawberry.field(description="Asks a registry of my project whether it lets us in.")
    async def registry_check(self, info: Info, id: strawberry.ID) -> RegistryCheck:
        context = info.context
        async with context.read() as conn:
            row, _ = await access.registry(conn, context.who, id)
        return RegistryCheck(problem=await actions.knock(row, context.parts.vault.unseal(row.password)))


@strawberry.type
class Mutation:
    @mutation
    async def save_registry(
        self, info: Info, project: str, name: str, prefix: str, username: str = "", password: str | None = None, insecure: bool = False
    ) -> Registry:
        """Add a registry to a project, or change the one of that name. A null password keeps the one that is there."""
        context = info.context
        tx = context.writing
        key = await actions.save(tx, context.parts.vault, context.who, project, name, prefix, username, password, insecure)
        return Registry.of((await actions.registries_by_id(tx.connection, [key]))[key])

    @mutation
    async def delete_registry(self, info: Info, id: strawberry.ID) -> Done:
        """Take a registry away from its project; the images that are there stay there."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)


async def _registries(root: Project, info: Info) -> list[Registry]:
    async with info.context.read() as conn:
        return [Registry.of(row) for row in await actions.registries_of(conn, root.id)]


extend(Project, registries=strawberry.field(resolver=_registries, description="Where its images go, and with what they are pulled."))
