"""Accounts in the graph."""

from typing import Any

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.users import actions

Info = strawberry.Info[Context]


@strawberry.type(description="A person with an account here.")
class User:
    id: strawberry.ID
    name: str
    email: str | None
    admin: bool = strawberry.field(description="Whether they administer the whole platform.")

    @classmethod
    def of(cls, row: Any) -> "User":
        return cls(id=row.id, name=row.name, email=row.email, admin=row.admin)


@strawberry.type(description="A personal token for scripts, sent as `Authorization: Bearer …`.")
class ApiToken:
    id: strawberry.ID
    name: str
    ending: str = strawberry.field(description="The last four characters, to tell tokens apart.")
    created_at: Time
    expires_at: Time | None
    used_at: Time | None = strawberry.field(description="Last use, exact to five minutes.")
    revoked_at: Time | None

    @classmethod
    def of(cls, row: Any) -> "ApiToken":
        return cls(
            id=row.id, name=row.name, ending=row.ending, created_at=row.created_at, expires_at=row.expires_at,
            used_at=row.used_at, revoked_at=row.revoked_at,
        )  # fmt: skip


@strawberry.type(description="A token just made, with its secret, which is never shown again.")
class NewToken:
    id: strawberry.ID
    secret: str


@strawberry.type
class Query:
    @strawberry.field(description="Who is signed in; null when nobody is.")
    async def viewer(self, info: Info) -> User | None:
        viewer = info.context.viewer
        if viewer is None or viewer.run:
            return None
        row = await info.context.load(actions.users_by_id, viewer.id)
        return User.of(row) if row else None

    @strawberry.field(description="My API tokens, newest first, revoked ones too.")
    async def tokens(self, info: Info) -> list[ApiToken]:
        async with info.context.read() as conn:
            return [ApiToken.of(row) for row in await actions.tokens_of(conn, info.context.who)]


@strawberry.type
class Mutation:
    @mutation
    async def create_token(self, info: Info, name: str, days: int | None = None) -> NewToken:
        """Make a personal API token that is good for `days` days, or until it is revoked."""
        made, secret = await actions.make_token(info.context.writing, info.context.who, name, days)
        return NewToken(id=strawberry.ID(made), secret=secret)

    @mutation
    async def revoke_token(self, info: Info, id: strawberry.ID) -> Done:
        """End a token at once."""
        await actions.revoke_token(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def sign_out(self, info: Info, everywhere: bool = False) -> Done:
        """End this session, or every session of mine."""
        viewer = info.context.who
        await actions.sign_out(info.context.writing, viewer, everywhere)
        return Done(id=strawberry.ID(viewer.id))
