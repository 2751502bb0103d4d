"""Groups of people in the graph."""

from typing import Any

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.page import Page, page
from cubestudio.core.graph.problem import Done, mutation
from cubestudio.projects.api import Project, Role, fresh
from cubestudio.projects.groups import actions
from cubestudio.projects.model import Role as RoleName
from cubestudio.users.api import User

Info = strawberry.Info[Context]


@strawberry.type(description="People who are members of projects together.")
class Group:
    id: strawberry.ID
    name: str
    description: str
    provider: str | None = strawberry.field(
        description="The way to sign in that tells who is in it, by a group of this name; null: "
        "administrators say so here."
    )

    @classmethod
    def of(cls, row: Any) -> "Group":
        return cls(id=row.id, name=row.name, description=row.description, provider=row.provider)

    @strawberry.field(
        description="Who is in it; null for those who are neither in it nor administrators or auditors."
    )
    async def people(self, info: Info) -> list[User] | None:
        rows, who = await info.context.load(actions.people_of, self.id) or [], info.context.who
        if not (who.admin or who.auditor or who.id in {row.id for row in rows}):
            return None
        return [User.of(row) for row in rows]


@strawberry.type(description="A group in a project.")
class GroupRole:
    role: Role
    group_id: strawberry.Private[str]

    @strawberry.field
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
    @strawberry.field(description="All groups of people, newest first.")
    async def groups(self, info: Info, after: str | None = None, first: int = 50) -> Page[Group]:
        async with info.context.read() as conn:
            rows = await actions.groups_of(conn, after, first, info.context.ctx.settings.max_page)
        return page([Group.of(row) for row in rows], first)


@strawberry.type
class Mutation:
    @mutation
    async def save_group(
        self,
        info: Info,
        name: str,
        description: str = "",
        provider: str | None = None,
        id: strawberry.ID | None = None,
    ) -> Group:
        """Make a group of people, or change one (`id`); for administrators. With `provider`, a configured way
        to sign in, its members are those who sign in by it and of whom it says that they are in a group of
        this name."""
        known = [each.name for each in info.context.ctx.settings.providers if each.groups_claim]
        return await _fresh(
            info,
            await actions.save(
                info.context.writing,
                info.context.who,
                name,
                description=description,
                provider=provider,
                known=known,
                group=id,
            ),
        )

    @mutation
    async def delete_group(self, info: Info, id: strawberry.ID) -> Done:
        """Delete a group: what its members were by it they are no more; for administrators."""
        await actions.remove(info.context.writing, info.context.who, id)
        return Done(id=id)

    @mutation
    async def join_group(self, info: Info, id: strawberry.ID, user: str, inside: bool = True) -> Group:
        """Take somebody into a group by user name, or out of it; for administrators."""
        return await _fresh(
            info, await actions.join(info.context.writing, info.context.who, id, user, inside)
        )

    @mutation
    async def set_group(self, info: Info, project: str, group: str, role: Role | None = None) -> Project:
        """Give a group a role in a project, change it, or (null) take it away."""
        chosen = RoleName(role) if role is not None else None
        return await fresh(
            info, await actions.admit(info.context.writing, info.context.who, project, group, chosen)
        )
