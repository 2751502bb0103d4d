"""Projects in the graph."""

from typing import Annotated, Any

import strawberry
from strawberry import argument

from cubestudio.core.auth.viewer import Scope
from cubestudio.core.errors import NotFound
from cubestudio.core.graph.connection import After, Connection, First, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.core.graph.scalars import Time
from cubestudio.core.graph.typed import from_mapping, to_mapping
from cubestudio.projects import access, actions
from cubestudio.projects.model import Placement as PlacementName
from cubestudio.projects.model import Role as RoleName
from cubestudio.users import actions as users
from cubestudio.users import credentials
from cubestudio.users.api import NewToken, TokenScope, User

Info = strawberry.Info[Context]
enum(
    PlacementName,
    name="Placement",
    description="Where runs go for which no cluster is selected.",
    values={
        "NAMED": "To the default cluster of the project.",
        "FIRST": "To the first of the project's clusters, in their order, on which the run starts "
        "immediately; otherwise to the first on which it has to wait.",
    },
)
Placement = PlacementName
enum(
    RoleName,
    name="Role",
    description="What a member of a project may do. Each role includes the ones before it.",
    values={
        "VIEWER": "Read everything but the values of secrets.",
        "MEMBER": "Create and run pipelines, notebooks, images, models and services.",
        "MAINTAINER": "Manage secrets, registries and policies, and stop the work of others.",
        "OWNER": "Manage the project, its members and its invitations.",
    },
)
Role = RoleName


@strawberry.type(description="A user who is a member of a project.")
class Member:
    role: Role = strawberry.field(description="What the user may do in the project.")
    user_id: strawberry.Private[str]

    @strawberry.field(description="The user.")
    async def user(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


NAMESPACES = "Kubernetes namespace of %s; null for the namespace of the installation."


@strawberry.type(description="The Kubernetes namespaces of a project's workloads.")
class ProjectNamespaces:
    run: str | None = strawberry.field(description=NAMESPACES % "runs")
    build: str | None = strawberry.field(description=NAMESPACES % "image builds")
    notebook: str | None = strawberry.field(description=NAMESPACES % "notebooks")
    service: str | None = strawberry.field(description=NAMESPACES % "services")


@strawberry.type(
    description="A project owns pipelines, runs, notebooks, images, models and services. Its members use "
    "them according to their roles."
)
class Project(Node):
    name: str = strawberry.field(
        description="Unique name: 2–50 lowercase letters, digits and hyphens. It is part of URLs."
    )
    description: str = strawberry.field(description="What the project is for, 500 characters at most.")
    cluster: str = strawberry.field(description="Default cluster of its workloads.")
    clusters: list[str] = strawberry.field(
        description="Clusters that its runs may use; the default cluster is the first."
    )
    placement: Placement = strawberry.field(description="Where runs go for which no cluster is selected.")
    namespaces: ProjectNamespaces = strawberry.field(description="Kubernetes namespaces of its workloads.")
    node_group: str | None = strawberry.field(
        description="Resource group of the nodes for its pods; null for that of the installation."
    )
    created_at: Time = strawberry.field(description="When it was created.")
    archived_at: Time | None = strawberry.field(
        description="When it was archived: since then it is read-only. Null if it is not archived."
    )
    viewer_can_restore: bool = strawberry.field(
        description="Whether the viewer may restore it from the archive, or delete it."
    )
    viewer_role: Role = strawberry.field(
        description="Role of the viewer. Administrators are owners of every project; in an archived project "
        "everybody is a viewer."
    )

    @classmethod
    def of(cls, row: Any, role: RoleName) -> "Project":
        """Return the project of a row. `role`: what the viewer would be if it were not archived."""
        clusters = list(dict.fromkeys((row.cluster, *(row.clusters or ()))))
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            cluster=row.cluster,
            clusters=clusters,
            placement=PlacementName(row.placement),
            namespaces=from_mapping(ProjectNamespaces, row.spaces or {}),
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

    @strawberry.field(description="Whether the viewer may create and run things here.")
    def viewer_can_run(self) -> bool:
        return self.viewer_role.rank >= RoleName.MEMBER.rank

    @strawberry.field(description="Whether the viewer may change its secrets, registries and policies.")
    def viewer_can_maintain(self) -> bool:
        return self.viewer_role.rank >= RoleName.MAINTAINER.rank

    @strawberry.field(description="Whether the viewer may change the project and its members.")
    def viewer_can_manage(self) -> bool:
        return self.viewer_role == RoleName.OWNER


@strawberry.type(description="How many objects of one kind a project has.")
class KindCount:
    kind: str = strawberry.field(description="Kind of the objects, in the plural: pipelines, runs, models.")
    count: int = strawberry.field(description="Number of them.")


@strawberry.type(description="What deleting a project would delete with it.")
class ProjectContents:
    counts: list[KindCount] = strawberry.field(description="How many objects of each kind it has.")
    running: list[str] = strawberry.field(
        description="Its running workloads, such as “run train #3” or “notebook lab”."
    )


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


Key = Annotated[str, argument(description="Id or name of the project.")]
UserName = Annotated[str, argument(description="User name.")]
ProjectId = Annotated[strawberry.ID, argument(description="The project.")]
ProjectFilter = Annotated[
    str | None,
    argument(description="Name or id of a project; all projects of the viewer when it is left out."),
]


@strawberry.type
class Query:
    @strawberry.field(description="A project; null if there is none that the viewer may see.")
    async def project(self, info: Info, key: Key) -> Project | None:
        try:
            return await load(info, key)
        except NotFound:
            return None

    @strawberry.field(description="The projects of the viewer, newest first.")
    async def projects(
        self,
        info: Info,
        after: After = None,
        first: First = 50,
        archived: Annotated[
            bool, argument(description="Whether to list archived projects instead of the others.")
        ] = False,
        search: Annotated[str, argument(description="Part of a name.")] = "",
    ) -> Connection[Project]:
        async with info.context.read() as conn:
            most = info.context.ctx.settings.max_page_size
            rows, roles = await actions.projects_of(
                conn, info.context.who, archived, search=search, after=after, first=first, most=most
            )
        return connection(
            rows, lambda row: Project.of(row, RoleName.OWNER if roles is None else roles[row.id])
        )

    @strawberry.field(
        description="What deleting a project would delete with it. NOT_FOUND if the viewer sees no such "
        "project."
    )
    async def project_contents(self, info: Info, key: Key) -> ProjectContents:
        async with info.context.read() as conn:
            counts, running = await actions.contents_of(conn, info.context.who, key)
        return ProjectContents(
            counts=[KindCount(kind=kind, count=count) for kind, count in dict(counts).items()],
            running=running,
        )


@strawberry.input(description="A new project.")
class CreateProjectInput:
    name: str = strawberry.field(
        description="Unique name: 2–50 lowercase letters, digits and hyphens. It is part of URLs."
    )
    description: str = strawberry.field(default="", description="What it is for, 500 characters at most.")


@strawberry.input(description="Kubernetes namespaces of a project's workloads.")
class ProjectNamespacesInput:
    run: str | None = strawberry.field(default=strawberry.UNSET, description=NAMESPACES % "runs")
    build: str | None = strawberry.field(default=strawberry.UNSET, description=NAMESPACES % "image builds")
    notebook: str | None = strawberry.field(default=strawberry.UNSET, description=NAMESPACES % "notebooks")
    service: str | None = strawberry.field(default=strawberry.UNSET, description=NAMESPACES % "services")


@strawberry.input(description="What to change of a project; fields that are left out stay.")
class UpdateProjectInput:
    id: strawberry.ID = strawberry.field(description="The project.")
    name: str | None = strawberry.field(default=None, description="New unique name.")
    description: str | None = strawberry.field(default=None, description="New description.")
    cluster: str | None = strawberry.field(default=None, description="Default cluster of its workloads.")
    clusters: list[str] | None = strawberry.field(
        default=None, description="Further clusters that its runs may use, in order of preference."
    )
    placement: Placement | None = strawberry.field(
        default=None, description="Where runs go for which no cluster is selected."
    )
    namespaces: ProjectNamespacesInput | None = strawberry.field(
        default=None,
        description="Its namespaces on Kubernetes; all of them are replaced. For administrators.",
    )
    node_group: str | None = strawberry.field(
        default=None,
        description='Resource group of the nodes for its pods; "-" for that of the installation. For '
        "administrators.",
    )


@strawberry.input(description="A new API token of the viewer.")
class CreateTokenInput:
    name: str = strawberry.field(description="What the token is for, 1–60 characters.")
    days: int | None = strawberry.field(
        default=None, description="Days until it expires; null if it does not expire."
    )
    scope: TokenScope = strawberry.field(default=Scope.MANAGE, description="What the token allows.")
    project: str | None = strawberry.field(
        default=None,
        description="Id or name of the only project that it gives access to; null for all projects.",
    )


@strawberry.type
class Mutation:
    @mutation
    async def create_project(self, info: Info, input: CreateProjectInput) -> Project:
        """Create a project, of which the viewer becomes the owner. CONFLICT if the name is taken."""
        ctx = info.context.ctx
        cluster, space = next(iter(ctx.clusters), "local"), ctx.settings.project_namespace_prefix
        return await fresh(
            info,
            await actions.create(
                info.context.writing,
                info.context.who,
                input.name,
                description=input.description,
                cluster=cluster,
                space=space,
            ),
        )

    @mutation
    async def update_project(self, info: Info, input: UpdateProjectInput) -> Project:
        """Change a project. For its owners; namespaces and node group for administrators."""
        context, known = info.context, info.context.ctx.clusters
        changed = await actions.change(
            context.writing,
            context.who,
            input.id,
            known,
            actions.Changes(
                name=input.name,
                description=input.description,
                cluster=input.cluster,
                clusters=input.clusters,
                spaces=to_mapping(input.namespaces),
                group=input.node_group,
                placement=input.placement,
            ),
        )
        return await fresh(info, changed)

    @mutation
    async def archive_project(self, info: Info, id: ProjectId) -> Project:
        """Archive a project: it becomes read-only. CONFLICT while a workload of it is running. For owners."""
        return await fresh(info, await actions.archive(info.context.writing, info.context.who, id, True))

    @mutation
    async def restore_project(self, info: Info, id: ProjectId) -> Project:
        """Restore an archived project. For owners."""
        return await fresh(info, await actions.archive(info.context.writing, info.context.who, id, False))

    @mutation
    async def delete_project(
        self,
        info: Info,
        id: ProjectId,
        name: Annotated[str, argument(description="Name of the project again, as a confirmation.")],
    ) -> Done:
        """Delete an archived project with everything in it, permanently. What it has on clusters and in the
        artifact store is deleted after the answer. For owners."""
        await actions.remove(info.context.writing, info.context.who, id, name)
        return Done(id=id)

    @mutation
    async def create_token(self, info: Info, input: CreateTokenInput) -> NewToken:
        """Create an API token of the viewer."""
        tx, who = info.context.writing, info.context.who
        bound = (await access.project(tx, who, input.project)).id if input.project is not None else None
        made, secret = await credentials.make_token(
            tx, who, input.name, days=input.days, scope=Scope(input.scope), project=bound
        )
        return NewToken(id=strawberry.ID(made), secret=secret)

    @mutation
    async def set_member(
        self,
        info: Info,
        project: Key,
        user: UserName,
        role: Annotated[Role, argument(description="What the user may do in the project.")],
    ) -> Project:
        """Add a user to a project, or change their role. For owners."""
        return await fresh(
            info, await actions.admit(info.context.writing, info.context.who, project, user, RoleName(role))
        )

    @mutation
    async def remove_member(self, info: Info, project: Key, user: UserName) -> Project:
        """Remove a user from a project. For owners; everybody may remove themselves."""
        viewer = info.context.who
        standing = await access.project(info.context.writing, viewer, project)
        row = (await actions.projects_by_id(info.context.writing.connection, [standing.id]))[standing.id]
        await actions.dismiss(info.context.writing, viewer, project, user)
        return Project.of(row, standing.role)
