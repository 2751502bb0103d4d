"""Quotas in the graph: what may be had, what is had, and what waits."""

from collections.abc import Iterable
from typing import Any

import strawberry
from sqlalchemy import Row

from cubestudio.core.db import Reader
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import mutation
from cubestudio.core.graph.scalars import Json, Long, Time
from cubestudio.projects import actions as projects
from cubestudio.projects.api import Project
from cubestudio.projects.quotas import actions
from cubestudio.users import actions as users
from cubestudio.users.access import overseer
from cubestudio.users.api import User

Info = strawberry.Info[Context]


@strawberry.type(description="An amount of what can be limited; null: no limit.")
class QuotaAmount:
    cpu: float | None = strawberry.field(description="Cores.")
    memory: Long | None = strawberry.field(description="Bytes.")
    gpu: int | None = strawberry.field(description="Cards.")
    pods: int | None
    notebooks: int | None = strawberry.field(description="Notebooks that are on.")
    cards: Json | None = strawberry.field(
        description="{kind: how many} of cards that were asked for by their kind."
    )
    storage: Long | None = strawberry.field(
        description="Bytes that a project keeps: files of runs, models, images."
    )

    @classmethod
    def of(cls, row: Any, storage: int | None = None) -> "QuotaAmount":
        return cls(
            cpu=row.cpu,
            memory=row.memory,
            gpu=row.gpu,
            pods=row.pods,
            notebooks=row.notebooks,
            cards=row.cards or None,
            storage=storage,
        )


@strawberry.type(description="Something that has a part of a quota, or waits for it.")
class QuotaHolder:
    kind: str = strawberry.field(description="run, notebook, build or service.")
    owner_id: strawberry.ID = strawberry.field(
        description="Of the run, the notebook, the build or the service."
    )
    amount: QuotaAmount
    waits: bool
    at: Time = strawberry.field(description="Since when.")
    project_id: strawberry.Private[str]
    user_id: strawberry.Private[str]

    @strawberry.field(description="Who started it.")
    async def user(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="What a project or a person may have at work at once, and has.")
class Quota:
    limits: QuotaAmount
    used: QuotaAmount
    queue: bool = strawberry.field(description="Whether what does not fit now waits; else it is refused.")
    own: bool = strawberry.field(
        description="Whether the limits are its own; else they are those of everybody, or there are none."
    )
    holders: list[QuotaHolder] = strawberry.field(
        description="What has a part of it, then what waits, in order."
    )


@strawberry.type(
    description="Limits that were set. Neither project nor user: for all who have none of their own."
)
class QuotaRow:
    scope: str = strawberry.field(description="project or user.")
    limits: QuotaAmount
    queue: bool
    changed_at: Time
    target: strawberry.Private[str]

    @strawberry.field(description="The project, by name.")
    async def project(self, info: Info) -> str | None:
        found = (
            await info.context.load(projects.projects_by_id, self.target) if self.scope == "project" else None
        )
        return found.name if found else None

    @strawberry.field(description="The person, by name.")
    async def user(self, info: Info) -> str | None:
        found = await info.context.load(users.users_by_id, self.target) if self.scope == "user" else None
        return found.name if found else None


NONE = QuotaAmount(cpu=None, memory=None, gpu=None, pods=None, notebooks=None, cards=None, storage=None)


async def _quota(conn: Reader, scope: str, target: str, holders: Iterable[Row] = ()) -> Quota:
    """`holders`: those that are named."""
    known = await actions.limits(
        conn, target if scope == "project" else "", target if scope == "user" else ""
    )
    mine = next((limit.row for limit in known if limit.scope == scope), None)
    kept = await actions.stored(conn, target) if scope == "project" else None
    return Quota(
        limits=QuotaAmount.of(mine, mine.storage) if mine else NONE,
        used=QuotaAmount.of(await actions.used(conn, scope, target), kept),
        queue=mine.queue if mine else True,
        own=bool(mine and mine.target == target),
        holders=[
            QuotaHolder(
                kind=row.kind,
                owner_id=row.owner_id,
                amount=QuotaAmount.of(row),
                waits=row.waits,
                at=row.at,
                project_id=row.project_id,
                user_id=row.user_id,
            )
            for row in holders
        ],
    )


async def _held(info: Info, scope: str, target: str, project: str | None) -> Quota:
    """A quota and who has it. `project`: only holders in it are named."""
    async with info.context.read() as conn:
        rows = [
            row for row in await actions.holders(conn, scope, target) if project in (None, row.project_id)
        ]
        return await _quota(conn, scope, target, rows)


@strawberry.type
class Query:
    @strawberry.field(description="What I may have at work at once, over all projects, and have.")
    async def my_quota(self, info: Info) -> Quota:
        who = info.context.who
        return await _held(info, "user", who.id, who.project)

    @strawberry.field(description="All limits there are; for administrators and auditors.")
    async def quotas(self, info: Info) -> list[QuotaRow]:
        overseer(info.context.who)
        async with info.context.read() as conn:
            rows = await actions.rows(conn)
        return [
            QuotaRow(
                scope=row.scope,
                limits=QuotaAmount.of(row, row.storage),
                queue=row.queue,
                changed_at=row.changed_at,
                target=row.target,
            )
            for row in rows
        ]


@strawberry.type
class Mutation:
    @mutation
    async def set_quota(
        self,
        info: Info,
        project: str | None = None,
        user: str | None = None,
        everybody: str | None = None,
        cpu: float | None = None,
        memory: Long | None = None,
        gpu: int | None = None,
        pods: int | None = None,
        notebooks: int | None = None,
        cards: Json | None = None,
        storage: Long | None = None,
        queue: bool = True,
    ) -> Quota:
        """Set what a project or a person may have at work at once, or (`everybody`: project or user) all who
        have no limits of their own. What is left out has no limit; nothing at all takes the limits away.
        `cards`: {kind: most} of cards that are asked for by their kind; `storage`: bytes that a project
        keeps, above which nothing new begins. `queue`: what does not fit now waits, else it is refused. For
        administrators."""
        told = {
            "cpu": cpu,
            "memory": memory,
            "gpu": gpu,
            "pods": pods,
            "notebooks": notebooks,
            "cards": cards,
            "storage": storage,
        }
        tx = info.context.writing
        scope, target = await actions.save(
            tx, info.context.who, project, user=user, everybody=everybody, told=told, queue=queue
        )
        return await _quota(tx, scope, target)


async def _of_project(root: Project, info: Info) -> Quota:
    return await _held(info, "project", root.id, None)


extend(
    Project,
    quota=strawberry.field(resolver=_of_project, description="What it may have at work at once, and has."),
)
