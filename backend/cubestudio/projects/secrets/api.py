"""Secrets in the graph: their names, never their values."""

from typing import Annotated, Any

import strawberry
from strawberry import argument

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.projects.api import Project
from cubestudio.projects.secrets import actions
from cubestudio.users import actions as users
from cubestudio.users.api import User

Info = strawberry.Info[Context]


@strawberry.type(description="A secret of a project. Its value can be set and is never shown.")
class Secret:
    id: strawberry.ID = strawberry.field(description="Id of the secret.")
    name: str = strawberry.field(
        description="Name of the environment variable that holds it in steps, notebooks and services."
    )
    description: str = strawberry.field(description="What it is for.")
    changed_at: Time = strawberry.field(description="When its value was last changed.")
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

    @strawberry.field(description="Who changed it last.")
    async def changed_by(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))

    @strawberry.field(
        description="What references it: pipelines, notebooks, services and images, such as “pipeline train”."
    )
    async def used_by(self, info: Info) -> list[str]:
        async with info.context.read() as conn:
            return await actions.users_of(conn, self.project_id, self.name)


@strawberry.input(description="A secret of a project as it is to be.")
class SaveSecretInput:
    project: str = strawberry.field(description="Id or name of the project.")
    name: str = strawberry.field(
        description="Name of the environment variable that holds it; an existing secret is changed."
    )
    value: str | None = strawberry.field(default=None, description="The value; null keeps the stored one.")
    description: str | None = strawberry.field(
        default=None, description="What it is for; null keeps the description."
    )


@strawberry.type
class Mutation:
    @mutation
    async def save_secret(self, info: Info, input: SaveSecretInput) -> Secret:
        """Add a secret to a project, or change the one of this name. Workloads that start from now on get the
        new value. For maintainers."""
        context = info.context
        tx = context.writing
        key = await actions.save(
            tx,
            context.ctx.vault,
            context.who,
            project=input.project,
            name=input.name,
            value=input.value,
            description=input.description,
        )
        return Secret.of((await actions.secrets_by_id(tx.connection, [key]))[key])

    @mutation
    async def delete_secret(
        self,
        info: Info,
        project: Annotated[str, argument(description="Id or name of the project.")],
        name: Annotated[str, argument(description="Name of the secret.")],
        force: Annotated[
            bool, argument(description="Whether to delete it although something references it.")
        ] = False,
    ) -> Done:
        """Delete a secret of a project. CONFLICT while something references it, unless `force`. For
        maintainers."""
        return Done(
            id=strawberry.ID(
                await actions.remove(info.context.writing, info.context.who, project, name, force)
            )
        )


async def _secrets(root: Project, info: Info) -> list[Secret]:
    async with info.context.read() as conn:
        return [Secret.of(row) for row in await actions.secrets_of(conn, root.id)]


extend(Project, secrets=strawberry.field(resolver=_secrets, description="Its secrets, without their values."))
