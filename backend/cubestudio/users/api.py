"""Accounts in the graph."""

from typing import Any

import strawberry

from cubestudio.core.auth.check import check
from cubestudio.core.auth.viewer import Scope
from cubestudio.core.errors import NotFound
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.page import Page, page
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.users import access, actions, credentials

Info = strawberry.Info[Context]


TokenScope = strawberry.enum(
    Scope,
    name="TokenScope",
    description="How far an API token goes: look; also start, stop and steer work; everything that its "
    "owner may.",
)


@strawberry.type(description="A person with an account here.")
class User:
    id: strawberry.ID
    name: str
    email: str | None
    admin: bool = strawberry.field(description="Whether they administer the whole platform.")
    auditor: bool = strawberry.field(description="Whether they may look at everything.")

    @classmethod
    def of(cls, row: Any) -> "User":
        return cls(id=row.id, name=row.name, email=row.email, admin=row.admin, auditor=row.auditor)


@strawberry.type(description="A personal token for scripts, sent as `Authorization: Bearer …`.")
class ApiToken:
    id: strawberry.ID
    name: str
    ending: str = strawberry.field(description="The last four characters, to tell tokens apart.")
    created_at: Time
    expires_at: Time | None
    used_at: Time | None = strawberry.field(description="Last use, exact to five minutes.")
    revoked_at: Time | None
    scope: TokenScope
    project_id: strawberry.ID | None = strawberry.field(
        description="The one project that it is for; null: all of mine."
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


@strawberry.type(description="A token just made, with its secret, which is never shown again.")
class NewToken:
    id: strawberry.ID
    secret: str


@strawberry.type(description="Another way to sign in than the one-time link.")
class SignInProvider:
    name: str
    title: str
    url: str = strawberry.field(description="Where a browser goes to sign in.")


@strawberry.type(
    description="A provider of sign-in as it is configured (CUBE_PROVIDERS), for administrators; its secret "
    "is never shown."
)
class Provider:
    name: str
    title: str
    kind: str = strawberry.field(
        description="oidc, google, gitlab, keycloak, github, feishu, dingtalk or wecom."
    )
    issuer: str
    client_id: str
    sign_up: str = strawberry.field(
        description="open: whoever it lets in gets an account; known: only those who have one with their "
        "verified address, or were invited."
    )
    domains: list[str] = strawberry.field(
        description="Only verified addresses in these are let in; empty: all."
    )
    groups: list[str] = strawberry.field(description="Only members of these are let in; empty: all.")
    admin_groups: list[str] = strawberry.field(description="Whose members are administrators.")
    callback: str = strawberry.field(
        description="The address that its application must let it send browsers back to."
    )


@strawberry.type(description="One thing that was looked at of a provider as it answers now.")
class ProviderCheck:
    what: str = strawberry.field(
        description="discovery document, issuer, endpoints, PKCE, scopes, keys; sign-in page, API."
    )
    problem: str | None = strawberry.field(description="What is wrong, in words; null: it is right.")


@strawberry.type(description="A browser in which somebody is signed in.")
class MySession:
    id: strawberry.ID
    agent: str = strawberry.field(description="What the browser calls itself.")
    created_at: Time
    seen_at: Time
    expires_at: Time
    current: bool = strawberry.field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, row: Any, current: str | None) -> "MySession":
        return cls(
            id=row.id,
            agent=row.agent,
            created_at=row.created_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            current=row.id == current,
        )


@strawberry.type(description="An account, as administrators see it.")
class Person:
    id: strawberry.ID
    name: str
    email: str | None
    admin: bool
    auditor: bool = strawberry.field(description="Whether they may look at everything.")
    created_at: Time
    closed_at: Time | None = strawberry.field(description="When the account was closed; null: it is open.")

    @classmethod
    def of(cls, row: Any) -> "Person":
        return cls(
            id=row.id,
            name=row.name,
            email=row.email,
            admin=row.admin,
            auditor=row.auditor,
            created_at=row.created_at,
            closed_at=row.closed_at,
        )

    @strawberry.field(
        description="When they were last here, exact to five minutes; null: never, or only with tokens."
    )
    async def seen_at(self, info: Info) -> Time | None:
        return await info.context.load(actions.seen_by_user, self.id)

    @strawberry.field(description="The browsers in which they are signed in, the last used first.")
    async def sessions(self, info: Info) -> list[MySession]:
        async with info.context.read() as conn:
            rows = await credentials.sessions_of(conn, info.context.who, self.id)
        return [MySession.of(row, info.context.who.session) for row in rows]

    @strawberry.field(description="Their API tokens, newest first, revoked ones too.")
    async def tokens(self, info: Info) -> list[ApiToken]:
        async with info.context.read() as conn:
            return [ApiToken.of(row) for row in await credentials.tokens_of(conn, info.context.who, self.id)]


@strawberry.type(
    description="A new way in for somebody, to be handed to them; it works once and for a short time."
)
class Invitation:
    person: Person
    url: str


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


async def person_of(info: Info, key: str) -> Person:
    """A person as the running mutation has them."""
    row = (await actions.users_by_id(info.context.writing.connection, [key]))[key]
    return Person.of(row)


@strawberry.type
class Query:
    @strawberry.field(description="Ways to sign in beside the one-time link. Needs nobody to be signed in.")
    async def sign_in_providers(self, info: Info) -> list[SignInProvider]:
        return [
            SignInProvider(name=each.name, title=each.title or each.name, url=f"/auth/oidc/{each.name}")
            for each in info.context.ctx.settings.providers
        ]

    @strawberry.field(
        description="The providers of sign-in as they are configured; for administrators and auditors."
    )
    async def providers(self, info: Info) -> list[Provider]:
        access.overseer(info.context.who)
        return [
            Provider(
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
        description="Asks a provider of sign-in whether it answers as it should; for administrators and "
        "auditors."
    )
    async def provider_check(self, info: Info, name: str) -> list[ProviderCheck]:
        access.overseer(info.context.who)
        known = {each.name: each for each in info.context.ctx.settings.providers}
        if name not in known:
            raise NotFound("There is no such provider.", field="name")
        return [ProviderCheck(what=what, problem=problem) for what, problem in await check(known[name])]

    @strawberry.field(
        description="All accounts, newest first; for administrators and auditors. `search`: part of a name "
        "or address."
    )
    async def people(
        self, info: Info, search: str = "", after: str | None = None, first: int = 50
    ) -> Page[Person]:
        context = info.context
        async with context.read() as conn:
            rows = await actions.people(
                conn, context.who, search, after=after, first=first, most=context.ctx.settings.max_page
            )
        return page([Person.of(row) for row in rows], first)

    @strawberry.field(description="An account by id; for administrators and auditors.")
    async def person(self, info: Info, id: strawberry.ID) -> Person | None:
        access.overseer(info.context.who)
        row = await info.context.load(actions.users_by_id, id)
        return Person.of(row) if row else None

    @strawberry.field(description="The browsers in which I am signed in, the last used first.")
    async def sessions(self, info: Info) -> list[MySession]:
        context = info.context
        async with context.read() as conn:
            rows = await credentials.sessions_of(conn, context.who)
        return [MySession.of(row, context.who.session) for row in rows]

    @strawberry.field(description="Who is signed in; null when nobody is.")
    async def viewer(self, info: Info) -> User | None:
        viewer = info.context.viewer
        if viewer is None or viewer.run:
            return None
        row = await info.context.load(actions.users_by_id, viewer.id)
        return User.of(row) if row else None

    @strawberry.field(
        description="The name of the administrator who sees what this person sees, by viewAs; null: nobody "
        "does."
    )
    async def viewing(self, info: Info) -> str | None:
        viewer = info.context.viewer
        return viewer.through if viewer else None

    @strawberry.field(description="My public keys of SSH.")
    async def ssh_keys(self, info: Info) -> list[str]:
        async with info.context.read() as conn:
            return await actions.ssh_keys_of(conn, info.context.who)

    @strawberry.field(description="My API tokens, newest first, revoked ones too.")
    async def tokens(self, info: Info) -> list[ApiToken]:
        async with info.context.read() as conn:
            return [ApiToken.of(row) for row in await credentials.tokens_of(conn, info.context.who)]


@strawberry.type
class Mutation:
    @mutation
    async def link_person(self, info: Info, id: strawberry.ID) -> Invitation:
        """A fresh sign-in link for somebody who has lost their way in; for administrators."""
        context = info.context
        secret = await actions.relink(context.writing, context.who, context.ctx.settings, id)
        return Invitation(person=await person_of(info, id), url=link(info, secret))

    @mutation
    async def update_person(
        self,
        info: Info,
        id: strawberry.ID,
        admin: bool | None = None,
        closed: bool | None = None,
        auditor: bool | None = None,
    ) -> Person:
        """Make somebody an administrator or an auditor (who may look at everything) or not, close an account
        or open it again; for administrators."""
        await actions.change_person(
            info.context.writing, info.context.who, id, admin=admin, auditor=auditor, closed=closed
        )
        return await person_of(info, id)

    @mutation
    async def view_as(self, info: Info, id: strawberry.ID) -> Person:
        """See what somebody sees, in this browser, until stopViewing; nothing can be changed meanwhile. For
        administrators; it is written down."""
        await actions.view_as(info.context.writing, info.context.who, id)
        return await person_of(info, id)

    @mutation
    async def stop_viewing(self, info: Info) -> Done:
        """Be oneself again after viewAs."""
        return Done(id=strawberry.ID(await actions.stop_viewing(info.context.writing, info.context.who)))

    @mutation
    async def set_ssh_keys(self, info: Info, keys: list[str]) -> Done:
        """Say by which public keys I come in to my notebooks on Kubernetes (`cubestudio ssh`), from their
        next start on; these take the place of those that I had."""
        await actions.set_ssh_keys(info.context.writing, info.context.who, keys)
        return Done(id=strawberry.ID(info.context.who.id))

    @mutation
    async def end_session(self, info: Info, id: strawberry.ID) -> Done:
        """Sign out one of my browsers, or, as an administrator, anybody's."""
        await credentials.end_session(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def revoke_token(self, info: Info, id: strawberry.ID) -> Done:
        """End a token of mine at once, or, as an administrator, anybody's."""
        await credentials.revoke_token(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def sign_out(self, info: Info, everywhere: bool = False) -> Done:
        """End this session, or every session of mine."""
        viewer = info.context.who
        await credentials.sign_out(info.context.writing, viewer, everywhere)
        return Done(id=strawberry.ID(viewer.id))
