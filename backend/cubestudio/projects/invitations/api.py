"""Invitations into projects in the graph."""

from typing import Any

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.projects import actions as projects
from cubestudio.projects.api import Project, Role
from cubestudio.projects.invitations import actions
from cubestudio.users import actions as users
from cubestudio.users.api import User, here

Info = strawberry.Info[Context]


@strawberry.type(description="An invitation into a project that may still be used, once.")
class ProjectInvitation:
    id: strawberry.ID
    role: Role
    email: str | None = strawberry.field(description="Whose it is; null: whoever has the link.")
    created_at: Time
    expires_at: Time
    user_id: strawberry.Private[str]

    @classmethod
    def of(cls, row: Any) -> "ProjectInvitation":
        return cls(
            id=row.id, role=Role(row.role), email=row.email, created_at=row.created_at, expires_at=row.expires_at, user_id=row.created_by
        )

    @strawberry.field
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="An invitation just made, with its link, which is not shown again.")
class NewProjectInvitation:
    id: strawberry.ID
    url: str


@strawberry.type(description="What an invitation is about, as whoever has its link sees it.")
class ProjectInvitationShown:
    project: str
    role: Role
    author: str = strawberry.field(description="Who invites.")
    email: str | None = strawberry.field(description="Whose it is; null: whoever has the link.")
    expires_at: Time


@strawberry.type
class Query:
    @strawberry.field(description="What an invitation is about, by the secret of its link; NOT_FOUND when it lets nobody in any more.")
    async def project_invitation(self, info: Info, secret: str) -> ProjectInvitationShown:
        async with info.context.read() as conn:
            row = await actions.read(conn, info.context.who, secret)
        return ProjectInvitationShown(project=row.name, role=Role(row.role), author=row.author, email=row.email, expires_at=row.expires_at)


@strawberry.type
class Mutation:
    @mutation
    async def invite_to_project(
        self, info: Info, project: str, role: Role = Role.MEMBER, email: str | None = None, days: int = 14
    ) -> NewProjectInvitation:  # fmt: skip
        """Make a link by which one person comes into a project. With `email`, only whoever has that address (as a provider of sign-in
        verified it, or an administrator wrote it down), who also comes in by just signing in. No e-mail is sent."""
        context = info.context
        key, secret = await actions.invite(context.writing, context.who, project, role, email, days)
        return NewProjectInvitation(id=strawberry.ID(key), url=f"{here(info)}/join?invitation={secret}")

    @mutation
    async def withdraw_invitation(self, info: Info, id: strawberry.ID) -> Done:
        """Have an invitation let nobody in any more."""
        await actions.withdraw(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def accept_invitation(self, info: Info, secret: str) -> Project:
        """Come into a project by the secret of an invitation's link."""
        context = info.context
        key = await actions.accept(context.writing, context.who, secret)
        row = (await projects.projects_by_id(context.writing.connection, [key]))[key]
        return Project.of(row, Role.VIEWER)


async def _invitations(root: Project, info: Info) -> list[ProjectInvitation]:
    if not root.viewer_can_manage():
        return []
    return [ProjectInvitation.of(row) for row in await info.context.load(actions.open_by_project, root.id) or ()]


extend(
    Project,
    invitations=strawberry.field(
        resolver=_invitations, description="Who was invited and has not come yet; none for those who do not decide."
    ),
)
