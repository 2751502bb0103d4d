"""The audit log in the graph; for administrators and auditors."""

from typing import Annotated, Any

import strawberry
from strawberry import argument

from cubestudio.audit import listing
from cubestudio.audit.listing import AuditOutcome
from cubestudio.core import audit as ledger
from cubestudio.core.graph.connection import After, Connection, First, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.scalars import Json, Time
from cubestudio.users.access import overseer

Info = strawberry.Info[Context]


enum(
    AuditOutcome,
    description="Outcome of an operation.",
    values={"DONE": "The operation was carried out.", "REFUSED": "The operation was refused."},
)


@strawberry.type(
    description="An entry of the audit log. It is written in the transaction of the operation and never "
    "changes."
)
class AuditEntry:
    id: strawberry.ID = strawberry.field(description="Id of the entry.")
    number: int = strawberry.field(description="Position in the log: 1, 2, 3 … without gaps.")
    at: Time = strawberry.field(description="When the operation was carried out or refused.")
    actor: str = strawberry.field(description="User name of whoever sent it, as it was then.")
    by: str = strawberry.field(
        description="Credential of the actor: session, token, run, link, the name of an identity provider, "
        "or "
        "machine."
    )
    address: str | None = strawberry.field(description="IP address of the client.")
    operation: str = strawberry.field(
        description="Name of the mutation; `signIn`; or `look`: an administrator or auditor read something "
        "of "
        "a project that they are not a member of."
    )
    target: str | None = strawberry.field(description="Id of the object that it was about.")
    outcome: str = strawberry.field(
        description="`done`, or the code of the refusal: FORBIDDEN, NOT_FOUND or SIGNED_OUT."
    )
    detail: Json = strawberry.field(
        description="Arguments, with secrets masked and long texts cut, and `changed`: "
        "[{of: table, id, was, is}, …]. Its shape is that of the operation."
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


@strawberry.type(description="Whether the audit log is as it was written.")
class AuditCheck:
    entries: int = strawberry.field(description="Number of entries that were checked.")
    problem: str | None = strawberry.field(
        description="The first entry that is wrong, and why; null if the hash chain is intact."
    )


@strawberry.type
class Query:
    @strawberry.field(description="Entries of the audit log, newest first; for administrators and auditors.")
    async def audit(
        self,
        info: Info,
        actor: Annotated[str, argument(description="Id or user name of the actor; empty for all.")] = "",
        operation: Annotated[
            str, argument(description="Name of the operation, or how it begins; empty for all.")
        ] = "",
        target: Annotated[str, argument(description="Id of the object; empty for all.")] = "",
        outcome: Annotated[
            AuditOutcome | None, argument(description="Outcome of the operation; null for all.")
        ] = None,
        since: Annotated[Time | None, argument(description="Only entries from this time on.")] = None,
        until: Annotated[Time | None, argument(description="Only entries up to this time.")] = None,
        after: After = None,
        first: First = 50,
    ) -> Connection[AuditEntry]:
        context = info.context
        async with context.read() as conn:
            rows = await listing.entries_of(
                conn,
                context.who,
                listing.Filter(
                    actor=actor, operation=operation, target=target, outcome=outcome, since=since, until=until
                ),
                after=after,
                first=first,
                most=context.ctx.settings.max_page_size,
            )
        return connection(rows, AuditEntry.of)

    @strawberry.field(
        description="Verify the hash chain of the whole audit log: whether an entry was changed, removed or "
        "inserted, or the end was cut off. For administrators and auditors."
    )
    async def audit_check(self, info: Info) -> AuditCheck:
        overseer(info.context.who)
        async with info.context.read() as conn:
            found = await ledger.verify(conn, info.context.ctx.vault)
        return AuditCheck(entries=found.rows, problem=found.problem)
