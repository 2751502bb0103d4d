"""Invitations into projects in the graph."""

from typing import Annotated, Any
from urllib.parse import urlencode

import strawberry
from strawberry import argument

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.projects import actions as projects
from cubestudio.projects.api import Project, Role
from cubestudio.projects.invitations import actions
from cubestudio.users import actions as users
from cubestudio.users.api import SignInLink, User, here, link, user_of

Info = strawberry.Info[Context]


@strawberry.type(description="An invitation to a project that can still be accepted, once.")
class ProjectInvitation:
    id: strawberry.ID = strawberry.field(description="Id for `revokeInvitation`.")
    role: Role = strawberry.field(description="Role of whoever accepts it.")
    email: str | None = strawberry.field(
        description="Only the user with this e-mail address can accept it; null if everybody with the link "
        "can."
    )
    created_at: Time = strawberry.field(description="When it was created.")
    expires_at: Time = strawberry.field(description="When it expires.")
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

    @strawberry.field(description="Who created it.")
    async def author(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="A new invitation with its link, which is not shown again.")
class NewProjectInvitation:
    id: strawberry.ID = strawberry.field(description="Id of the invitation.")
    url: str = strawberry.field(description="The link to hand to the invited user.")


@strawberry.type(description="An invitation as everybody with its link sees it.")
class InvitationPreview:
    project: str = strawberry.field(description="Name of the project.")
    role: Role = strawberry.field(description="Role of whoever accepts it.")
    author: str = strawberry.field(description="Name of the user who invites.")
    email: str | None = strawberry.field(
        description="Only the user with this e-mail address can accept it; null if everybody with the link "
        "can."
    )
    expires_at: Time = strawberry.field(description="When it expires.")
    accepted: bool = strawberry.field(
        description="Whether the viewer accepted it and is a member of the project."
    )
    signs_up: bool = strawberry.field(
        description="Whether a user without an account gets one by signing in with an identity provider; "
        "otherwise an administrator has to create it."
    )


@strawberry.input(description="A new invitation to a project.")
class InviteToProjectInput:
    project: str = strawberry.field(description="Id or name of the project.")
    role: Role = strawberry.field(default=Role.MEMBER, description="Role of whoever accepts it.")
    email: str | None = strawberry.field(
        default=None,
        description="E-mail address of the only user who can accept it, as an identity provider verified it "
        "or "
        "an administrator entered it. That user also joins by signing in. Null: everybody with the link can.",
    )
    days: int = strawberry.field(default=14, description="Days until it expires.")


@strawberry.input(description="A new user account.")
class InviteUserInput:
    name: str = strawberry.field(description="Unique user name: lowercase letters, digits and hyphens.")
    email: str | None = strawberry.field(default=None, description="E-mail address.")
    project: str | None = strawberry.field(
        default=None, description="Id or name of a project of which the user becomes a member immediately."
    )
    role: Role = strawberry.field(default=Role.MEMBER, description="Role in that project.")


Secret = Annotated[str, argument(description="The secret in the link of the invitation.")]


@strawberry.type
class Query:
    @strawberry.field(
        description="An invitation by the secret in its link. Available without signing in. INVALID if the "
        "secret has not the form of one, NOT_FOUND if the invitation expired, was revoked or was accepted by "
        "somebody else; the message says which."
    )
    async def project_invitation(self, info: Info, secret: Secret) -> InvitationPreview:
        async with info.context.read() as conn:
            shown = await actions.read(conn, info.context.viewer, secret)
        row, providers = shown.row, info.context.ctx.settings.providers
        return InvitationPreview(
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
    async def invite_to_project(self, info: Info, input: InviteToProjectInput) -> NewProjectInvitation:
        """Create a link with which one user joins a project. No e-mail is sent. For owners."""
        context = info.context
        key, secret = await actions.invite(
            context.writing, context.who, input.project, role=input.role, email=input.email, days=input.days
        )
        return NewProjectInvitation(id=strawberry.ID(key), url=f"{here(info)}/join?invitation={secret}")

    @mutation
    async def invite_user(self, info: Info, input: InviteUserInput) -> SignInLink:
        """Create a user account, and the link with which the user signs in. For administrators."""
        context = info.context
        settings = context.ctx.settings
        made, secret, place = await actions.invite_person(
            context.writing,
            context.who,
            settings,
            name=input.name,
            email=input.email,
            project=input.project,
            role=input.role,
        )
        url = link(info, secret) + (f"&{urlencode({'project': place})}" if place else "")
        return SignInLink(user=await user_of(info, made), url=url)

    @mutation
    async def revoke_invitation(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The invitation.")]
    ) -> Done:
        """Revoke an invitation: nobody can accept it any more. For owners."""
        await actions.withdraw(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def accept_invitation(self, info: Info, secret: Secret) -> Project:
        """Join a project with the secret of an invitation."""
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
        description="Invitations that nobody has accepted yet; empty unless the viewer is an owner.",
    ),
)
