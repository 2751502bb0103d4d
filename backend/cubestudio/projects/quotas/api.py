"""Quotas in the graph: limits, use, and what waits for its part."""

from collections.abc import Iterable
from typing import Any

import strawberry
from sqlalchemy import Row

from cubestudio.core.db import Reader
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.problem import mutation
from cubestudio.core.graph.scalars import Long, Time
from cubestudio.core.graph.typed import to_mapping
from cubestudio.projects import actions as projects
from cubestudio.projects.api import Project
from cubestudio.projects.quotas import actions
from cubestudio.projects.quotas.model import QuotaScope
from cubestudio.users import actions as users
from cubestudio.users.access import overseer
from cubestudio.users.api import User

Info = strawberry.Info[Context]


enum(
    QuotaScope,
    description="What a quota limits.",
    values={"PROJECT": "The workloads of a project.", "USER": "The workloads of a user, over all projects."},
)


@strawberry.type(description="A number of GPUs of one type.")
class GpuTypeCount:
    type: str = strawberry.field(description="Type of GPU as workloads request it, such as A100.")
    count: int = strawberry.field(description="Number of GPUs.")


@strawberry.type(
    description="An amount of each resource that a quota can limit; as a limit, null is no limit."
)
class QuotaAmount:
    cpu: float | None = strawberry.field(description="CPU cores.")
    memory: Long | None = strawberry.field(description="Memory in bytes.")
    gpu: int | None = strawberry.field(description="GPUs.")
    pods: int | None = strawberry.field(description="Pods.")
    notebooks: int | None = strawberry.field(description="Notebooks that are not stopped.")
    gpus_by_type: list[GpuTypeCount] = strawberry.field(
        description="GPUs that workloads request by type, by type. Types that are not listed have no limit "
        "of "
        "their own."
    )
    storage: Long | None = strawberry.field(
        description="Bytes that a project stores: files of runs, models and images."
    )

    @classmethod
    def of(cls, row: Any, storage: int | None = None) -> "QuotaAmount":
        return cls(
            cpu=row.cpu,
            memory=row.memory,
            gpu=row.gpu,
            pods=row.pods,
            notebooks=row.notebooks,
            gpus_by_type=[GpuTypeCount(type=kind, count=count) for kind, count in (row.cards or {}).items()],
            storage=storage,
        )


@strawberry.type(description="A workload that uses a part of a quota, or waits for it.")
class QuotaHolder:
    kind: str = strawberry.field(description="One of run, notebook, build and service.")
    owner_id: strawberry.ID = strawberry.field(description="Id of the run, notebook, build or service.")
    amount: QuotaAmount = strawberry.field(description="What it uses or waits for.")
    waits: bool = strawberry.field(description="Whether it waits; otherwise it uses its part.")
    at: Time = strawberry.field(description="Since when.")
    project_id: strawberry.Private[str]
    user_id: strawberry.Private[str]

    @strawberry.field(description="Who started it.")
    async def user(self, info: Info) -> User:
        return User.of(await info.context.load(users.users_by_id, self.user_id))


@strawberry.type(description="What the workloads of a project or a user may use at once, and use now.")
class Quota:
    limits: QuotaAmount = strawberry.field(description="The most that may be used at once.")
    used: QuotaAmount = strawberry.field(description="What is used now.")
    queue: bool = strawberry.field(
        description="Whether a workload that exceeds the quota waits; otherwise it is refused."
    )
    own: bool = strawberry.field(
        description="Whether the limits were set for this project or user; otherwise they are the default "
        "limits, or there are none."
    )
    holders: list[QuotaHolder] = strawberry.field(
        description="Workloads that use a part of it, then those that wait, in order."
    )


@strawberry.type(
    description="Limits that were set. With neither project nor user they are the default for all that have "
    "no limits of their own."
)
class QuotaRow:
    scope: QuotaScope = strawberry.field(description="What they limit.")
    limits: QuotaAmount = strawberry.field(description="The most that may be used at once.")
    queue: bool = strawberry.field(
        description="Whether a workload that exceeds them waits; otherwise it is refused."
    )
    changed_at: Time = strawberry.field(description="When they were set.")
    target: strawberry.Private[str]

    @strawberry.field(description="Name of the project; null if they are not for one project.")
    async def project(self, info: Info) -> str | None:
        found = (
            await info.context.load(projects.projects_by_id, self.target)
            if self.scope == QuotaScope.PROJECT
            else None
        )
        return found.name if found else None

    @strawberry.field(description="Name of the user; null if they are not for one user.")
    async def user(self, info: Info) -> str | None:
        found = (
            await info.context.load(users.users_by_id, self.target) if self.scope == QuotaScope.USER else None
        )
        return found.name if found else None


NONE = QuotaAmount(cpu=None, memory=None, gpu=None, pods=None, notebooks=None, gpus_by_type=[], storage=None)


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
    @strawberry.field(
        description="What the viewer's workloads may use at once, over all projects, and use now."
    )
    async def my_quota(self, info: Info) -> Quota:
        who = info.context.who
        return await _held(info, "user", who.id, who.project)

    @strawberry.field(description="All limits that were set; for administrators and auditors.")
    async def quotas(self, info: Info) -> list[QuotaRow]:
        overseer(info.context.who)
        async with info.context.read() as conn:
            rows = await actions.rows(conn)
        return [
            QuotaRow(
                scope=QuotaScope(row.scope),
                limits=QuotaAmount.of(row, row.storage),
                queue=row.queue,
                changed_at=row.changed_at,
                target=row.target,
            )
            for row in rows
        ]


@strawberry.input(description="Whose limits are meant. Give exactly one field.", one_of=True)
class QuotaTargetInput:
    project: strawberry.Maybe[str] = strawberry.field(description="A project, by id or name.")
    user: strawberry.Maybe[str] = strawberry.field(description="A user, by name.")
    default_for: strawberry.Maybe[QuotaScope] = strawberry.field(
        description="All projects, or all users, that have no limits of their own."
    )


@strawberry.input(description="The most GPUs of one type.")
class GpuTypeCountInput:
    type: str = strawberry.field(description="Type of GPU as workloads request it, such as A100.")
    count: int = strawberry.field(description="Number of GPUs.")


@strawberry.input(description="Limits; what is left out has no limit.")
class QuotaLimitsInput:
    cpu: float | None = strawberry.field(default=None, description="CPU cores.")
    memory: Long | None = strawberry.field(default=None, description="Memory in bytes.")
    gpu: int | None = strawberry.field(default=None, description="GPUs.")
    pods: int | None = strawberry.field(default=None, description="Pods.")
    notebooks: int | None = strawberry.field(default=None, description="Notebooks that are not stopped.")
    gpus_by_type: list[GpuTypeCountInput] | None = strawberry.field(
        default=None, description="GPUs that workloads request by type, by type."
    )
    storage: Long | None = strawberry.field(
        default=None, description="Bytes that a project stores; above it nothing new starts. Not for users."
    )


@strawberry.input(description="Limits to set.")
class SetQuotaInput:
    target: QuotaTargetInput = strawberry.field(description="Whose limits are meant.")
    limits: QuotaLimitsInput | None = strawberry.field(
        default=None, description="The limits; null, or no limit at all, removes them."
    )
    queue: bool = strawberry.field(
        default=True, description="Whether a workload that exceeds them waits; otherwise it is refused."
    )


@strawberry.type
class Mutation:
    @mutation
    async def set_quota(self, info: Info, input: SetQuotaInput) -> Quota:
        """Set what the workloads of a project or a user may use at once, or the default for all projects or
        users without limits of their own. For administrators."""
        tx = info.context.writing
        target, limits = input.target, to_mapping(input.limits) or {}
        scope, key = await actions.save(
            tx,
            info.context.who,
            target.project.value if target.project else None,
            user=target.user.value if target.user else None,
            default_for=target.default_for.value if target.default_for else None,
            told=limits,
            queue=input.queue,
        )
        return await _quota(tx, scope, key)


async def _of_project(root: Project, info: Info) -> Quota:
    return await _held(info, "project", root.id, None)


extend(
    Project,
    quota=strawberry.field(
        resolver=_of_project, description="What its workloads may use at once, and use now."
    ),
)
