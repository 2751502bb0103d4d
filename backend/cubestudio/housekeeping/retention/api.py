"""Retention policies in the graph."""

from typing import Annotated, Any

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.core.graph.problem import mutation
from cubestudio.core.graph.scalars import Long, Time
from cubestudio.housekeeping.retention import actions, listing
from cubestudio.housekeeping.retention.spec import MOST_DAYS, MOST_RUNS, Rule
from cubestudio.projects import access as projects
from cubestudio.projects.model import Role

Info = strawberry.Info[Context]
DAYS = f"Keep runs that ended in the last so many days, 1–{MOST_DAYS}; null: the age keeps no run."
LAST = f"Keep the last so many runs of each pipeline, 1–{MOST_RUNS}; null: their order keeps no run."


@strawberry.type(
    description="Which runs are kept: those that one of its limits keeps. Without a limit every run is kept."
)
class RetentionRule:
    keep_days: int | None = strawberry.field(description=DAYS)
    keep_last: int | None = strawberry.field(description=LAST)


@strawberry.input(
    description="Which runs are kept: those that one of its limits keeps. Without a limit every run is kept."
)
class RetentionRuleInput:
    keep_days: int | None = strawberry.field(default=None, description=DAYS)
    keep_last: int | None = strawberry.field(default=None, description=LAST)

    def rule(self) -> Rule:
        return Rule(self.keep_days, self.keep_last)


@strawberry.input(description="The retention policy of a project, or of the platform.")
class UpdateRetentionPolicyInput:
    project: str | None = strawberry.field(
        default=None,
        description="Id or name of the project; null: the default for all projects that have no policy of "
        "their own.",
    )
    rule: RetentionRuleInput | None = strawberry.field(
        default=None,
        description="Which runs are kept. Null: the project has the default of the platform; as the default, "
        "every run is kept.",
    )


@strawberry.input(description="A rule that is tried on a project.")
class PreviewRetentionInput:
    project: str = strawberry.field(description="Id or name of the project.")
    rule: RetentionRuleInput = strawberry.field(description="Which runs are kept.")


@strawberry.type(description="What a retention rule would delete now.")
class RetentionPreview:
    runs: int = strawberry.field(description="Number of runs.")
    bytes: Long = strawberry.field(
        description="Bytes of files and logs that this would free: those that nothing else refers to."
    )


@strawberry.type(description="What the last application of a retention policy did.")
class RetentionResult:
    at: Time = strawberry.field(description="When it began.")
    runs: int = strawberry.field(description="Number of runs that were deleted.")
    freed_bytes: Long = strawberry.field(description="Bytes of files and logs that this frees.")
    failures: int = strawberry.field(
        description="Number of runs that could not be deleted because of an internal error; the log of the "
        "platform has the reasons."
    )

    @classmethod
    def of(cls, row: Any) -> "RetentionResult":
        return cls(at=row.at, runs=row.runs, freed_bytes=row.freed, failures=row.failures)


@strawberry.type(
    description="Which runs of a project are kept. Runs that have not ended, that are pinned, from which a "
    "model was registered, or that a search needs which has not ended, are always kept."
)
class RetentionPolicy:
    rule: RetentionRule = strawberry.field(description="The rule that holds.")
    inherited: bool = strawberry.field(
        description="Whether the rule is the default of the platform; false for the default itself."
    )
    default: RetentionRule = strawberry.field(description="The default of the platform.")
    viewer_can_update: bool = strawberry.field(description="Whether you may change it.")
    project_id: strawberry.Private[str | None]

    @strawberry.field(
        description="What the last application did; null when there was none, and for the default."
    )
    async def last_result(self, info: Info) -> RetentionResult | None:
        if self.project_id is None:
            return None
        row = await info.context.load(listing.results_by_project, self.project_id)
        return RetentionResult.of(row) if row is not None else None


def _shown(rule: Rule) -> RetentionRule:
    return RetentionRule(keep_days=rule.days, keep_last=rule.last)


async def _policy(info: Info, conn: Any, project: str | None) -> RetentionPolicy:
    viewer = info.context.who
    usual, _ = await listing.rule_of(conn, listing.DEFAULT)
    if project is None:
        return RetentionPolicy(
            rule=_shown(usual),
            inherited=False,
            default=_shown(usual),
            viewer_can_update=viewer.admin,
            project_id=None,
        )
    standing = await projects.project(conn, viewer, project)
    rule, own = await listing.rule_of(conn, standing.id)
    return RetentionPolicy(
        rule=_shown(rule),
        inherited=not own,
        default=_shown(usual),
        viewer_can_update=standing.role == Role.OWNER,
        project_id=standing.id,
    )


@strawberry.type
class Query:
    @strawberry.field(description="The retention policy of a project, or the default of the platform.")
    async def retention_policy(
        self,
        info: Info,
        project: Annotated[
            str | None,
            strawberry.argument(description="Id or name of the project; null: the default of the platform."),
        ] = None,
    ) -> RetentionPolicy:
        async with info.context.read() as conn:
            return await _policy(info, conn, project)

    @strawberry.field(
        description="What a retention rule would delete from a project if it were applied now. Nothing is "
        "deleted."
    )
    async def preview_retention(
        self,
        info: Info,
        input: Annotated[PreviewRetentionInput, strawberry.argument(description="What to try.")],
    ) -> RetentionPreview:
        async with info.context.read() as conn:
            runs, size = await actions.preview(conn, info.context.who, input.project, input.rule.rule())
        return RetentionPreview(runs=runs, bytes=size)


@strawberry.type
class Mutation:
    @mutation
    async def update_retention_policy(
        self,
        info: Info,
        input: Annotated[UpdateRetentionPolicyInput, strawberry.argument(description="The policy.")],
    ) -> RetentionPolicy:
        """Set which runs of a project are kept, or the default of the platform. Others are deleted with their
        steps, logs, metrics and files, from the next hour on. Owners of the project may; administrators set
        the default."""
        context = info.context
        rule = input.rule.rule() if input.rule else None
        project = await actions.save(context.writing, context.who, input.project, rule)
        return await _policy(info, context.writing, project)
