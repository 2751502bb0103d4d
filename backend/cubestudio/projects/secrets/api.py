"""Secrets in the graph: their names, never their values."""

from typing import Any

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.projects.api import Project
from cubestudio.projects.secrets import actions
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]


@strawberry.type(description="A secret of a project. Its value is written and never shown.")
class Secret:
    id: strawberry.ID
    name: str = strawberry.field(
        description="The variable by which steps, notebooks and services are given it."
    )
    description: str
    changed_at: Time
    project_id: strawberry.Private[str]
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "Secret":
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            changed_at=row.changed_at,
            project_id=row.project_id,
            user_id=row.changed_by,
        )

    @strawberry.field(description="Who wrote it last.")
    async def changed_by(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(description="What names it, in words: pipelines, notebooks, services, images.")
    async def used_by(self, info: Info) -> list[str]:
        async with info.context.read() as conn:
            return await actions.users_of(conn, self.project_id, self.name)


@strawberry.type
class Mutation:
    @mutation
    async def save_secret(
        self, info: Info, project: str, name: str, value: str | None = None, description: str | None = None
    ) -> Secret:
        """Write a secret of a project, new or in place of the one of that name; a null value keeps the one
        that is there. What starts from then on is given the new value."""
        context = info.context
        tx = context.writing
        key = await actions.save(
            tx,
            context.ctx.vault,
            context.who,
            project=project,
            name=name,
            value=value,
            description=description,
        )
        return Secret.of((await actions.secrets_by_id(tx.connection, [key]))[key])

    @mutation
    async def delete_secret(self, info: Info, project: str, name: str, force: bool = False) -> Done:
        """Take a secret away from a project; unless `force`, only when nothing uses it."""
        return Done(
            id=strawberry.ID(
                await actions.remove(info.context.writing, info.context.who, project, name, force)
            )
        )


async def _secrets(root: Project, info: Info) -> list[Secret]:
    async with info.context.read() as conn:
        return [Secret.of(row) for row in await actions.secrets_of(conn, root.id)]


extend(
    Project,
    secrets=strawberry.field(
        resolver=_secrets, description="What its work may be given by name; never the values."
    ),
)
