"""Accounts in the graph."""

from typing import Annotated, Any

import strawberry
from strawberry import argument

from cubestudio.core.auth.check import check
from cubestudio.core.auth.viewer import Scope
from cubestudio.core.errors import NotFound
from cubestudio.core.graph.connection import After, Connection, First, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.users import access, actions, credentials, messages

Info = strawberry.Info[Context]


enum(
    Scope,
    name="TokenScope",
    description="What an API token allows.",
    values={
        "READ": "Read everything that its owner may read.",
        "RUN": "Also start, stop and steer runs, searches, notebooks, builds and services.",
        "MANAGE": "Everything that its owner may do.",
    },
)
TokenScope = Scope


@strawberry.type(
    description="A personal access token for scripts, sent as the header `Authorization: Bearer …`."
)
class ApiToken:
    id: strawberry.ID = strawberry.field(description="Id for `revokeToken`.")
    name: str = strawberry.field(description="Name that its owner gave it, 1–60 characters.")
    ending: str = strawberry.field(description="The last four characters of the secret.")
    created_at: Time = strawberry.field(description="When it was created.")
    expires_at: Time | None = strawberry.field(description="When it expires; null if it does not expire.")
    used_at: Time | None = strawberry.field(
        description="When it was last used, exact to five minutes; null if it was never used."
    )
    revoked_at: Time | None = strawberry.field(description="When it was revoked; null if it was not.")
    scope: TokenScope = strawberry.field(description="What it allows.")
    project_id: strawberry.ID | None = strawberry.field(
        description="The only project that it gives access to; null for all projects of its owner."
    )

    @classmethod
    def of(cls, row: Any) -> "ApiToken":
        return cls(
            id=row.id,
            name=row.name,
            ending=row.ending,
            created_at=row.created_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            revoked_at=row.revoked_at,
            scope=Scope(row.scope),
            project_id=row.project_id,
        )


@strawberry.type(description="A new token with its secret, which is never shown again.")
class NewToken:
    id: strawberry.ID = strawberry.field(description="Id of the token.")
    secret: str = strawberry.field(description="The token to send. Store it now.")


@strawberry.type(description="An identity provider that the sign-in page offers.")
class SignInProvider:
    name: str = strawberry.field(description="Name in the configuration.")
    title: str = strawberry.field(description="Name to show on the button.")
    url: str = strawberry.field(description="Path to which a browser goes to sign in.")


@strawberry.type(
    description="An identity provider as it is configured (`CUBE_PROVIDERS`), for administrators and "
    "auditors. Its client secret is never shown."
)
class IdentityProvider:
    name: str = strawberry.field(description="Name in the configuration.")
    title: str = strawberry.field(description="Name on the sign-in page.")
    kind: str = strawberry.field(
        description="One of oidc, google, gitlab, keycloak, github, feishu, dingtalk and wecom."
    )
    issuer: str = strawberry.field(description="URL of the issuer; empty where the kind implies it.")
    client_id: str = strawberry.field(description="OAuth 2 client id.")
    sign_up: str = strawberry.field(
        description="`open`: everybody whom it authenticates gets an account; `known`: only users who have "
        "an account with their verified e-mail address, or who were invited."
    )
    domains: list[str] = strawberry.field(
        description="E-mail domains whose verified addresses may sign in; empty for all."
    )
    groups: list[str] = strawberry.field(
        description="Groups at the provider whose members may sign in; empty for all."
    )
    admin_groups: list[str] = strawberry.field(
        description="Groups at the provider whose members are administrators here."
    )
    callback: str = strawberry.field(description="Redirect URI to register at the provider.")


@strawberry.type(description="One check of an identity provider as it answers now.")
class IdentityProviderCheck:
    what: str = strawberry.field(
        description="One of discovery document, issuer, endpoints, PKCE, scopes, keys; sign-in page, API."
    )
    problem: str | None = strawberry.field(description="What is wrong; null if the check passed.")


@strawberry.type(description="A browser in which a user is signed in.")
class Session:
    id: strawberry.ID = strawberry.field(description="Id for `endSession`.")
    agent: str = strawberry.field(description="The User-Agent header of the browser.")
    created_at: Time = strawberry.field(description="When the user signed in.")
    seen_at: Time = strawberry.field(description="The last request, exact to five minutes.")
    expires_at: Time = strawberry.field(description="When the user has to sign in again.")
    current: bool = strawberry.field(description="Whether this request belongs to it.")

    @classmethod
    def of(cls, row: Any, current: str | None) -> "Session":
        return cls(
            id=row.id,
            agent=row.agent,
            created_at=row.created_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            current=row.id == current,
        )


@strawberry.type(
    description="A user account. Members of a project see the name and the e-mail address of each other; "
    "when and where a user works is for the user, administrators and auditors."
)
class User(Node):
    name: str = strawberry.field(description="Unique user name: lowercase letters, digits and hyphens.")
    email: str | None = strawberry.field(description="E-mail address; null if none is known.")
    admin: bool = strawberry.field(description="Whether the user administers the whole platform.")
    auditor: bool = strawberry.field(description="Whether the user may read everything.")

    row: strawberry.Private[Any]

    @classmethod
    def of(cls, row: Any) -> "User":
        return cls(id=row.id, name=row.name, email=row.email, admin=row.admin, auditor=row.auditor, row=row)

    def _private(self, info: Info) -> bool:
        viewer = info.context.who
        return viewer.admin or viewer.auditor or viewer.id == self.id

    async def _account(self, info: Info) -> Any:
        """Return the row with what is private of an account, or None when the viewer may not see it."""
        if not self._private(info):
            return None
        return (
            self.row
            if hasattr(self.row, "created_at")
            else await info.context.load(actions.users_by_id, self.id)
        )

    @strawberry.field(
        description="When the account was created; null unless the viewer is the user, an administrator or "
        "an auditor."
    )
    async def created_at(self, info: Info) -> Time | None:
        row = await self._account(info)
        return row.created_at if row else None

    @strawberry.field(
        description="When the account was deactivated; null if it is active, or if the viewer is not the "
        "user, an administrator or an auditor."
    )
    async def deactivated_at(self, info: Info) -> Time | None:
        row = await self._account(info)
        return row.closed_at if row else None

    @strawberry.field(
        description="The last request from a browser, exact to five minutes; null if there was none, or if "
        "the viewer is not the user, an administrator or an auditor."
    )
    async def last_seen_at(self, info: Info) -> Time | None:
        return await info.context.load(actions.seen_by_user, self.id) if self._private(info) else None

    @strawberry.field(
        description="The browsers in which the user is signed in, the last used first, 200 at most; null "
        "unless the viewer is the user, an administrator or an auditor."
    )
    async def sessions(self, info: Info) -> list[Session] | None:
        viewer = info.context.who
        if not self._private(info):
            return None
        async with info.context.read() as conn:
            rows = await credentials.sessions_of(conn, viewer, None if viewer.id == self.id else self.id)
        return [Session.of(row, viewer.session) for row in rows]

    @strawberry.field(
        description="The user's API tokens, newest first, revoked ones included; null unless the viewer is "
        "the user, an administrator or an auditor."
    )
    async def tokens(self, info: Info) -> list[ApiToken] | None:
        viewer = info.context.who
        if not self._private(info):
            return None
        async with info.context.read() as conn:
            rows = await credentials.tokens_of(conn, viewer, None if viewer.id == self.id else self.id)
        return [ApiToken.of(row) for row in rows]


@strawberry.type(description="A link with which a user signs in, once and for a short time. Hand it to them.")
class SignInLink:
    user: User = strawberry.field(description="The user whom it signs in.")
    url: str = strawberry.field(description="The link. It is not shown again.")


@strawberry.input(description="What to change of a user account; fields that are left out stay.")
class UpdateUserInput:
    id: strawberry.ID = strawberry.field(description="The user.")
    admin: bool | None = strawberry.field(
        default=None, description="Whether the user administers the whole platform."
    )
    auditor: bool | None = strawberry.field(default=None, description="Whether the user may read everything.")
    deactivated: bool | None = strawberry.field(
        default=None,
        description="True signs the user out everywhere and refuses further sign-ins; their work is kept. "
        "False activates the account again.",
    )


def here(info: Info) -> str:
    """The address at which people reach the platform."""
    settings = info.context.ctx.settings
    connection = info.context.connection
    asked = (
        f"{connection.url.scheme}://{connection.headers.get('host', '')}"
        if connection
        else f"http://localhost:{settings.port}"
    )
    return (settings.public_url or asked).rstrip("/")


def link(info: Info, secret: str) -> str:
    """The address at which a sign-in link is used."""
    return f"{here(info)}/auth/link?token={secret}"


async def user_of(info: Info, key: str) -> User:
    """Return a user as the running mutation has them."""
    return User.of((await actions.users_by_id(info.context.writing.connection, [key]))[key])


@strawberry.type
class Query:
    @strawberry.field(description="Identity providers of the sign-in page. Available without signing in.")
    async def sign_in_providers(self, info: Info) -> list[SignInProvider]:
        return [
            SignInProvider(name=each.name, title=each.title or each.name, url=f"/auth/oidc/{each.name}")
            for each in info.context.ctx.settings.providers
        ]

    @strawberry.field(
        description="The identity providers as they are configured; for administrators and auditors."
    )
    async def identity_providers(self, info: Info) -> list[IdentityProvider]:
        access.overseer(info.context.who)
        return [
            IdentityProvider(
                name=each.name,
                title=each.title or each.name,
                kind=each.kind,
                issuer=each.issuer,
                client_id=each.client_id,
                sign_up=each.sign_up,
                domains=list(each.domains),
                groups=list(each.groups),
                admin_groups=list(each.admin_groups),
                callback=f"{here(info)}/auth/oidc/{each.name}/callback",
            )
            for each in info.context.ctx.settings.providers
        ]

    @strawberry.field(
        description="Check whether an identity provider answers as it should; for administrators and "
        "auditors. NOT_FOUND if none has this name."
    )
    async def check_identity_provider(
        self, info: Info, name: Annotated[str, argument(description="Name in the configuration.")]
    ) -> list[IdentityProviderCheck]:
        access.overseer(info.context.who)
        known = {each.name: each for each in info.context.ctx.settings.providers}
        if name not in known:
            raise NotFound(messages.PROVIDER_NOT_FOUND(), field="name")
        return [
            IdentityProviderCheck(what=what, problem=problem) for what, problem in await check(known[name])
        ]

    @strawberry.field(description="All user accounts, newest first; for administrators and auditors.")
    async def users(
        self,
        info: Info,
        search: Annotated[str, argument(description="Part of a user name or an e-mail address.")] = "",
        after: After = None,
        first: First = 50,
    ) -> Connection[User]:
        context = info.context
        async with context.read() as conn:
            rows = await actions.people(
                conn, context.who, search, after=after, first=first, most=context.ctx.settings.max_page_size
            )
        return connection(rows, User.of)

    @strawberry.field(
        description="A user account; null if there is none. For administrators and auditors; everybody may "
        "request their own."
    )
    async def user(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="Id of the user.")]
    ) -> User | None:
        if info.context.who.id != id:
            access.overseer(info.context.who)
        row = await info.context.load(actions.users_by_id, id)
        return User.of(row) if row else None

    @strawberry.field(
        description="The browsers in which the viewer is signed in, the last used first, 200 at most."
    )
    async def sessions(self, info: Info) -> list[Session]:
        context = info.context
        async with context.read() as conn:
            rows = await credentials.sessions_of(conn, context.who)
        return [Session.of(row, context.who.session) for row in rows]

    @strawberry.field(description="The signed-in user; null without a sign-in.")
    async def viewer(self, info: Info) -> User | None:
        viewer = info.context.viewer
        if viewer is None or viewer.run:
            return None
        row = await info.context.load(actions.users_by_id, viewer.id)
        return User.of(row) if row else None

    @strawberry.field(
        description="Name of the administrator who impersonates the viewer; null if nobody does."
    )
    async def impersonator(self, info: Info) -> str | None:
        viewer = info.context.viewer
        return viewer.through if viewer else None

    @strawberry.field(description="The viewer's public SSH keys.")
    async def ssh_keys(self, info: Info) -> list[str]:
        async with info.context.read() as conn:
            return await actions.ssh_keys_of(conn, info.context.who)

    @strawberry.field(description="The viewer's API tokens, newest first, revoked ones included.")
    async def tokens(self, info: Info) -> list[ApiToken]:
        async with info.context.read() as conn:
            return [ApiToken.of(row) for row in await credentials.tokens_of(conn, info.context.who)]


@strawberry.type
class Mutation:
    @mutation
    async def create_sign_in_link(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The user.")]
    ) -> SignInLink:
        """Create a sign-in link for a user who cannot sign in any more. Earlier links of the user stop
        working. For administrators."""
        context = info.context
        secret = await actions.relink(context.writing, context.who, context.ctx.settings, id)
        return SignInLink(user=await user_of(info, id), url=link(info, secret))

    @mutation
    async def update_user(self, info: Info, input: UpdateUserInput) -> User:
        """Change what a user may do on the whole platform, deactivate an account or activate it again. For
        administrators."""
        await actions.change_person(
            info.context.writing,
            info.context.who,
            input.id,
            admin=input.admin,
            auditor=input.auditor,
            closed=input.deactivated,
        )
        return await user_of(info, input.id)

    @mutation
    async def impersonate_user(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The user.")]
    ) -> User:
        """See in this browser what a user sees, until `stopImpersonating`; nothing can be changed meanwhile.
        For administrators with a browser session. The audit log records it."""
        await actions.view_as(info.context.writing, info.context.who, id)
        return await user_of(info, id)

    @mutation
    async def stop_impersonating(self, info: Info) -> Done:
        """End `impersonateUser`."""
        return Done(id=strawberry.ID(await actions.stop_viewing(info.context.writing, info.context.who)))

    @mutation
    async def set_ssh_keys(
        self,
        info: Info,
        keys: Annotated[
            list[str], argument(description="Public keys as in authorized_keys; they replace all others.")
        ],
    ) -> Done:
        """Set the public keys with which the viewer connects to their notebooks on Kubernetes
        (`cubestudio ssh`). Running notebooks take them at their next start."""
        await actions.set_ssh_keys(info.context.writing, info.context.who, keys)
        return Done(id=strawberry.ID(info.context.who.id))

    @mutation
    async def end_session(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The session.")]
    ) -> Done:
        """Sign out one browser of the viewer; administrators also those of other users."""
        await credentials.end_session(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def revoke_token(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The token.")]
    ) -> Done:
        """Revoke a token of the viewer immediately; administrators also those of other users."""
        await credentials.revoke_token(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def sign_out(
        self,
        info: Info,
        everywhere: Annotated[
            bool, argument(description="Whether to end every session of the viewer, not only this one.")
        ] = False,
    ) -> Done:
        """End the session of this request, or every session of the viewer."""
        viewer = info.context.who
        await credentials.sign_out(info.context.writing, viewer, everywhere)
        return Done(id=strawberry.ID(viewer.id))
