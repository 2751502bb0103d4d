"""Groups of users in the graph."""

from typing import Annotated, Any

import strawberry
from strawberry import argument

from cubestudio.core.graph.connection import After, Connection, First, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.projects.api import Project, Role, fresh
from cubestudio.projects.groups import actions
from cubestudio.projects.model import Role as RoleName
from cubestudio.users.api import User

Info = strawberry.Info[Context]


@strawberry.type(description="A group of users, which projects give a role to.")
class Group:
    id: strawberry.ID = strawberry.field(description="Global id.")
    name: str = strawberry.field(description="Unique name.")
    description: str = strawberry.field(description="What the group is for.")
    provider: str | None = strawberry.field(
        description="The identity provider that decides who is a member, by its group of the same name; null "
        "if administrators decide here."
    )

    @classmethod
    def of(cls, row: Any) -> "Group":
        return cls(id=row.id, name=row.name, description=row.description, provider=row.provider)

    @strawberry.field(
        description="Its members; null unless the viewer is one, an administrator or an auditor."
    )
    async def members(self, info: Info) -> list[User] | None:
        rows, who = await info.context.load(actions.people_of, self.id) or [], info.context.who
        if not (who.admin or who.auditor or who.id in {row.id for row in rows}):
            return None
        return [User.of(row) for row in rows]


@strawberry.type(description="A group that is a member of a project.")
class GroupRole:
    role: Role = strawberry.field(description="Role of each member of the group in the project.")
    group_id: strawberry.Private[str]

    @strawberry.field(description="The group.")
    async def group(self, info: Info) -> Group:
        return Group.of(await info.context.load(actions.groups_by_id, self.group_id))


async def _groups(root: Project, info: Info) -> list[GroupRole]:
    rows = await info.context.load(actions.roles_of, root.id) or []
    return [GroupRole(role=RoleName(row.role), group_id=row.group_id) for row in rows]


extend(
    Project,
    groups=strawberry.field(resolver=_groups, description="The groups that are members, owners first."),
)


async def _fresh(info: Info, group: str) -> Group:
    return Group.of((await actions.groups_by_id(info.context.writing.connection, [group]))[group])


@strawberry.type
class Query:
    @strawberry.field(description="All groups, newest first.")
    async def groups(self, info: Info, after: After = None, first: First = 50) -> Connection[Group]:
        async with info.context.read() as conn:
            rows = await actions.groups_of(conn, after, first, info.context.ctx.settings.max_page_size)
        return connection(rows, Group.of)


@strawberry.input(description="A new group.")
class CreateGroupInput:
    name: str = strawberry.field(description="Unique name.")
    description: str = strawberry.field(default="", description="What the group is for.")
    provider: str | None = strawberry.field(
        default=None,
        description="A configured identity provider: those who sign in with it and are in its group of the "
        "same name are members. Null if administrators add members.",
    )


@strawberry.input(description="A group as it is to be.")
class UpdateGroupInput(CreateGroupInput):
    id: strawberry.ID = strawberry.field(description="The group.")


GroupId = Annotated[strawberry.ID, argument(description="The group.")]
UserName = Annotated[str, argument(description="User name.")]


async def _save(info: Info, sent: CreateGroupInput, group: str | None) -> Group:
    known = [each.name for each in info.context.ctx.settings.providers if each.groups_claim]
    return await _fresh(
        info,
        await actions.save(
            info.context.writing,
            info.context.who,
            sent.name,
            description=sent.description,
            provider=sent.provider,
            known=known,
            group=group,
        ),
    )


@strawberry.type
class Mutation:
    @mutation
    async def create_group(self, info: Info, input: CreateGroupInput) -> Group:
        """Create a group of users. For administrators."""
        return await _save(info, input, None)

    @mutation
    async def update_group(self, info: Info, input: UpdateGroupInput) -> Group:
        """Change the name, description and provider of a group. For administrators."""
        return await _save(info, input, input.id)

    @mutation
    async def delete_group(self, info: Info, id: GroupId) -> Done:
        """Delete a group. Its members lose the roles that they had by it. For administrators."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def add_group_member(self, info: Info, id: GroupId, user: UserName) -> Group:
        """Add a user to a group. For administrators."""
        await actions.join(info.context.writing, info.context.who, id, user, True)
        return await _fresh(info, id)

    @mutation
    async def remove_group_member(self, info: Info, id: GroupId, user: UserName) -> Group:
        """Remove a user from a group. For administrators."""
        await actions.join(info.context.writing, info.context.who, id, user, False)
        return await _fresh(info, id)

    @mutation
    async def set_group_role(
        self,
        info: Info,
        project: Annotated[str, argument(description="Id or name of the project.")],
        group: Annotated[str, argument(description="Name of the group.")],
        role: Annotated[Role | None, argument(description="The role; null removes the group.")] = None,
    ) -> Project:
        """Give a group a role in a project, change it, or remove the group from the project. For owners."""
        chosen = RoleName(role) if role is not None else None
        return await fresh(
            info, await actions.admit(info.context.writing, info.context.who, project, group, chosen)
        )
