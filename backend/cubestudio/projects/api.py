"""Projects in the graph."""

from typing import Any

import strawberry

from cubestudio.core.auth.viewer import Scope
from cubestudio.core.errors import Invalid, NotFound
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.page import Page, page
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Json, Time
from cubestudio.projects import access, actions
from cubestudio.projects.model import Placement as PlacementName
from cubestudio.projects.model import Role as RoleName
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.users.api import NewToken, TokenScope, User

Info = strawberry.Info[Context]
Placement = strawberry.enum(
    PlacementName,
    name="Placement",
    description="Where runs go that name no cluster: to the project's (NAMED), or to the first of its "
    "clusters, in their order, on which they start now, else the first on which they wait (FIRST).",
)
Role = strawberry.enum(
    RoleName,
    name="Role",
    description="What a member may: look (viewer), make and run (member), also say which secrets, "
    "registries and policies there are and stop what is others' (maintainer), also decide who is in "
    "(owner).",
)


@strawberry.type(description="A person in a project.")
class Member:
    role: Role
    user_id: strawberry.Private[str]

    @strawberry.field
    async def user(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="Owner of pipelines and everything else; its members use it by their role.")
class Project:
    id: strawberry.ID
    name: str = strawberry.field(description="Unique; may stand in a URL.")
    description: str
    cluster: str = strawberry.field(description="Where its work runs unless a run says otherwise.")
    clusters: list[str] = strawberry.field(
        description="Where its runs may go: that one first, then those that a run may choose."
    )
    placement: Placement = strawberry.field(description="Where runs go that name no cluster.")
    spaces: Json = strawberry.field(
        description="Namespaces of its work on Kubernetes by kind: run, build, notebook, service; those that "
        "are not named are the installation's."
    )
    node_group: str | None = strawberry.field(
        description="Resource group of the nodes for its pods; null: the installation's."
    )
    created_at: Time
    archived_at: Time | None = strawberry.field(
        description="Since when it can be looked at and no longer changed."
    )
    viewer_can_restore: bool = strawberry.field(
        description="Whether I may take it back from the archive, or delete it."
    )
    viewer_role: Role = strawberry.field(
        description="What I am here; an administrator is an owner everywhere, and everybody a viewer of what "
        "is archived."
    )

    @classmethod
    def of(cls, row: Any, role: RoleName) -> "Project":
        """`role`: what the viewer would be if it were not archived."""
        places = list(dict.fromkeys((row.cluster, *(row.clusters or ()))))
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            cluster=row.cluster,
            clusters=places,
            placement=PlacementName(row.placement),
            spaces=row.spaces or {},
            node_group=row.node_group,
            created_at=row.created_at,
            archived_at=row.archived_at,
            viewer_can_restore=row.archived_at is not None and role == RoleName.OWNER,
            viewer_role=RoleName.VIEWER if row.archived_at else role,
        )

    @strawberry.field(description="Its members, owners first.")
    async def members(self, info: Info) -> list[Member]:
        rows = await info.context.load(actions.members_of, self.id) or []
        return [Member(role=RoleName(row.role), user_id=row.user_id) for row in rows]

    @strawberry.field(description="Whether I may make and run things here.")
    def viewer_can_run(self) -> bool:
        return self.viewer_role.rank >= RoleName.MEMBER.rank

    @strawberry.field(description="Whether I may change its secrets, registries and policies.")
    def viewer_can_maintain(self) -> bool:
        return self.viewer_role.rank >= RoleName.MAINTAINER.rank

    @strawberry.field(description="Whether I may change it and its members.")
    def viewer_can_manage(self) -> bool:
        return self.viewer_role == RoleName.OWNER


@strawberry.type(description="What is in a project.")
class Contents:
    counts: Json = strawberry.field(description="{kind: how many}.")
    going: list[str] = strawberry.field(description="What of it is at work now: run train #3, notebook mine.")


async def load(info: Info, key: str) -> Project:
    """A project for the viewer; NotFound when they may not see it."""
    async with info.context.read() as conn:
        standing = await access.project(conn, info.context.who, key, archived=True)
    return Project.of(await info.context.load(actions.projects_by_id, standing.id), standing.role)


async def fresh(info: Info, project: str) -> Project:
    """A project as the running mutation has it."""
    tx = info.context.writing
    standing = await access.project(tx, info.context.who, project, archived=True)
    row = (await actions.projects_by_id(tx.connection, [standing.id]))[standing.id]
    return Project.of(row, standing.role)


@strawberry.type
class Query:
    @strawberry.field(description="A project by id or name; null when there is none that I may see.")
    async def project(self, info: Info, key: str) -> Project | None:
        try:
            return await load(info, key)
        except NotFound:
            return None

    @strawberry.field(
        description="My projects, newest first: those that are archived, or those that are not. `search`: "
        "part of their name."
    )
    async def projects(
        self, info: Info, after: str | None = None, first: int = 50, archived: bool = False, search: str = ""
    ) -> Page[Project]:
        async with info.context.read() as conn:
            most = info.context.ctx.settings.max_page
            rows, roles = await actions.projects_of(
                conn, info.context.who, archived, search=search, after=after, first=first, most=most
            )
        return page(
            [Project.of(row, RoleName.OWNER if roles is None else roles[row.id]) for row in rows], first
        )

    @strawberry.field(description="What is in a project, as it would go with it.")
    async def project_contents(self, info: Info, key: str) -> "Contents":
        async with info.context.read() as conn:
            counts, going = await actions.contents_of(conn, info.context.who, key)
        return Contents(counts=dict(counts), going=going)


@strawberry.type
class Mutation:
    @mutation
    async def create_project(self, info: Info, name: str, description: str = "") -> Project:
        """Make a project that I own."""
        ctx = info.context.ctx
        cluster, space = next(iter(ctx.clusters), "local"), ctx.settings.projects_namespace
        return await fresh(
            info,
            await actions.create(
                info.context.writing,
                info.context.who,
                name,
                description=description,
                cluster=cluster,
                space=space,
            ),
        )

    @mutation
    async def update_project(
        self,
        info: Info,
        id: strawberry.ID,
        description: str | None = None,
        name: str | None = None,
        cluster: str | None = None,
        clusters: list[str] | None = None,
        spaces: Json | None = None,
        node_group: str | None = None,
        placement: Placement | None = None,
    ) -> Project:
        """Change a project's description, name, the cluster where its work runs unless a run says otherwise,
        the further clusters that a run may choose, in their order, or where runs go that name no cluster
        (`placement`); what is not given stays. Administrators also say its namespaces on Kubernetes
        (`spaces`: {kind: namespace}, kinds are run, build, notebook, service) and the group of its nodes
        (`nodeGroup`, "-" for the installation's)."""
        context, known = info.context, info.context.ctx.clusters
        if spaces is not None and not isinstance(spaces, dict):
            raise Invalid("spaces is an object of kinds and namespaces.", field="spaces")
        changed = await actions.change(
            context.writing,
            context.who,
            id,
            known,
            actions.Changes(
                name=name,
                description=description,
                cluster=cluster,
                clusters=clusters,
                spaces=spaces,
                group=node_group,
                placement=placement,
            ),
        )
        return await fresh(info, changed)

    @mutation
    async def archive_project(self, info: Info, id: strawberry.ID) -> Project:
        """Put a project away in which nothing is at work: it can be looked at, and nothing in it changed or
        started."""
        return await fresh(info, await actions.archive(info.context.writing, info.context.who, id, True))

    @mutation
    async def restore_project(self, info: Info, id: strawberry.ID) -> Project:
        """Take an archived project back."""
        return await fresh(info, await actions.archive(info.context.writing, info.context.who, id, False))

    @mutation
    async def delete_project(self, info: Info, id: strawberry.ID, name: str) -> Done:
        """Delete an archived project with all that is in it, for good; `name` is its name once more. What it
        has on clusters and in the store is taken away after this was answered."""
        await actions.remove(info.context.writing, info.context.who, id, name)
        return Done(id=id)

    @mutation
    async def create_token(
        self,
        info: Info,
        name: str,
        days: int | None = None,
        scope: TokenScope = Scope.MANAGE,
        project: str | None = None,
    ) -> NewToken:
        """Make an API token of mine that is good for `days` days, or until it is revoked. `scope`: how far it
        goes; `project`: the one that it is for."""
        tx, who = info.context.writing, info.context.who
        bound = (await access.project(tx, who, project)).id if project is not None else None
        made, secret = await credentials.make_token(
            tx, who, name, days=days, scope=Scope(scope), project=bound
        )
        return NewToken(id=strawberry.ID(made), secret=secret)

    @mutation
    async def set_member(self, info: Info, project: str, user: str, role: Role) -> Project:
        """Add a user by name to a project, or change their role."""
        return await fresh(
            info, await actions.admit(info.context.writing, info.context.who, project, user, RoleName(role))
        )

    @mutation
    async def remove_member(self, info: Info, project: str, user: str) -> Project:
        """End a membership; anybody may end their own."""
        viewer = info.context.who
        standing = await access.project(info.context.writing, viewer, project)
        row = (await actions.projects_by_id(info.context.writing.connection, [standing.id]))[standing.id]
        await actions.dismiss(info.context.writing, viewer, project, user)
        return Project.of(row, standing.role)
