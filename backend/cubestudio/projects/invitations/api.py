"""Invitations into projects in the graph."""

from typing import Any
from urllib.parse import urlencode

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.projects import actions as projects
from cubestudio.projects.api import Project, Role
from cubestudio.projects.invitations import actions
from cubestudio.users import actions as users
from cubestudio.users.api import Invitation as NewPerson
from cubestudio.users.api import User, here, link, person_of

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
            id=row.id,
            role=Role(row.role),
            email=row.email,
            created_at=row.created_at,
            expires_at=row.expires_at,
            user_id=row.created_by,
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
    accepted: bool = strawberry.field(description="Whether I accepted it and am in the project.")
    signs_up: bool = strawberry.field(
        description="Whether somebody without an account gets one by signing in with a provider; false: an "
        "administrator makes it."
    )


@strawberry.type
class Query:
    @strawberry.field(
        description="What an invitation is about, by the secret of its link. Needs nobody to be signed in. "
        "INVALID when this is no such secret, NOT_FOUND when it lets nobody in (any more); the "
        "message says why."
    )
    async def project_invitation(self, info: Info, secret: str) -> ProjectInvitationShown:
        async with info.context.read() as conn:
            shown = await actions.read(conn, info.context.viewer, secret)
        row, providers = shown.row, info.context.ctx.settings.providers
        return ProjectInvitationShown(
            project=row.name,
            role=Role(row.role),
            author=row.author,
            email=row.email,
            expires_at=row.expires_at,
            accepted=shown.accepted,
            signs_up=any(each.sign_up == "open" or row.email for each in providers),
        )


@strawberry.type
class Mutation:
    @mutation
    async def invite_to_project(
        self, info: Info, project: str, role: Role = Role.MEMBER, email: str | None = None, days: int = 14
    ) -> NewProjectInvitation:
        """Make a link by which one person comes into a project. With `email`, only whoever has that address
        (as a provider of sign-in verified it, or an administrator wrote it down), who also comes in by just
        signing in. No e-mail is sent."""
        context = info.context
        key, secret = await actions.invite(
            context.writing, context.who, project, role=role, email=email, days=days
        )
        return NewProjectInvitation(id=strawberry.ID(key), url=f"{here(info)}/join?invitation={secret}")

    @mutation
    async def invite_person(
        self,
        info: Info,
        name: str,
        email: str | None = None,
        project: str | None = None,
        role: Role = Role.MEMBER,
    ) -> NewPerson:
        """Make an account and a link by which its owner signs in; for administrators. With `project` they are
        in it at once, with `role`, and the link leads there."""
        context = info.context
        settings = context.ctx.settings
        made, secret, place = await actions.invite_person(
            context.writing, context.who, settings, name=name, email=email, project=project, role=role
        )
        url = link(info, secret) + (f"&{urlencode({'project': place})}" if place else "")
        return NewPerson(person=await person_of(info, made), url=url)

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
    return [
        ProjectInvitation.of(row) for row in await info.context.load(actions.open_by_project, root.id) or ()
    ]


extend(
    Project,
    invitations=strawberry.field(
        resolver=_invitations,
        description="Who was invited and has not come yet; none for those who do not decide.",
    ),
)
