"""Who did what, in the graph; for administrators and auditors."""

from typing import Any

import strawberry

from cubestudio.audit import listing
from cubestudio.core import audit as ledger
from cubestudio.core.errors import Invalid
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.page import Page, page
from cubestudio.core.graph.scalars import Json, Time
from cubestudio.users.access import overseer

Info = strawberry.Info[Context]


@strawberry.type(description="One act, written down in the same transaction; it never changes.")
class AuditEntry:
    id: strawberry.ID
    number: int = strawberry.field(description="1, 2, 3 … without a gap.")
    at: Time
    actor: str = strawberry.field(description="The name of whoever did it, as it was then.")
    by: str = strawberry.field(
        description="How they showed who they are: session, token, run, link, the name of a provider, or "
        "machine."
    )
    address: str | None = strawberry.field(description="Where it came from.")
    operation: str = strawberry.field(
        description="The mutation's name; signIn; or look: an administrator or auditor was shown what they "
        "are no member of."
    )
    target: str | None = strawberry.field(description="The id of what it was done to.")
    outcome: str = strawberry.field(
        description="done, or the code of the refusal: FORBIDDEN, NOT_FOUND, SIGNED_OUT."
    )
    detail: Json = strawberry.field(
        description="What was asked: secrets masked, long texts cut; and `changed`: [{of: a table, id, was, "
        "is}]."
    )

    @classmethod
    def of(cls, row: Any) -> "AuditEntry":
        return cls(
            id=row.id,
            number=row.number,
            at=row.at,
            actor=row.actor,
            by=row.by,
            address=row.address,
            operation=row.operation,
            target=row.target,
            outcome=row.outcome,
            detail=row.detail,
        )


@strawberry.type(description="Whether the ledger is as it was written.")
class AuditCheck:
    entries: int
    problem: str | None = strawberry.field(
        description="The first thing that is wrong; null: the chain holds."
    )


@strawberry.type
class Query:
    @strawberry.field(
        description="What was done, newest first; for administrators and auditors. `actor`: a name; "
        "`operation`: how its name begins; `target`: an id; `outcome`: done or refused."
    )
    async def audit(
        self,
        info: Info,
        actor: str = "",
        operation: str = "",
        target: str = "",
        outcome: str = "",
        since: Time | None = None,
        until: Time | None = None,
        after: str | None = None,
        first: int = 50,
    ) -> Page[AuditEntry]:
        context = info.context
        if outcome not in ("", "done", "refused"):
            raise Invalid("outcome is done or refused.", field="outcome")
        async with context.read() as conn:
            rows = await listing.entries_of(
                conn,
                context.who,
                listing.Filter(
                    actor=actor, operation=operation, target=target, outcome=outcome, since=since, until=until
                ),
                after=after,
                first=first,
                most=context.ctx.settings.max_page,
            )
        return page([AuditEntry.of(row) for row in rows], first)

    @strawberry.field(
        description="Go through the whole ledger and say whether an entry was changed, taken out, put in or "
        "cut off; for administrators and auditors."
    )
    async def audit_check(self, info: Info) -> AuditCheck:
        overseer(info.context.who)
        async with info.context.read() as conn:
            found = await ledger.verify(conn, info.context.ctx.vault)
        return AuditCheck(entries=found.rows, problem=found.problem)
