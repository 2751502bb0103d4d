"""Requests to services, and the use of keys, in the graph."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import strawberry

from cubestudio.core import ids
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.scalars import Json, Long, Time
from cubestudio.services import access
from cubestudio.services.api import Service, ServiceKey
from cubestudio.services.plan import Outcome
from cubestudio.services.requests import listing
from cubestudio.services.requests.events import ServiceRequestsChanged

Info = strawberry.Info[Context]
ServiceOutcome = strawberry.enum(
    Outcome,
    name="ServiceOutcome",
    description="How a request was answered: Succeeded (with less than 400), Rejected (400 to 499: the "
    "request was wrong or not permitted), Failed (500 and above: an error of the service). Counts, "
    "gates of canaries and keys use the same.",
)


@strawberry.type(description="A request to a service, as it was answered. What was in it is not kept.")
class ServiceRequest:
    id: strawberry.ID
    at: Time
    revision: int | None = strawberry.field(description="Which answered; null: none was asked.")
    caller: str = strawberry.field(
        description="The name of the key, the person or the run that asked; anyone, or nobody who may."
    )
    method: str
    path: str = strawberry.field(description="Without its question mark and what follows.")
    status: int = strawberry.field(description="Of HTTP.")
    outcome: ServiceOutcome
    milliseconds: float = strawberry.field(description="To the beginning of the answer.")
    size: Long = strawberry.field(description="Bytes of the answer.")
    tokens: int | None = strawberry.field(description="Of a language model, where the answer says so.")

    @classmethod
    def of(cls, row: Any) -> "ServiceRequest":
        return cls(
            id=row.id,
            at=ids.when(row.id),
            revision=row.number,
            caller=row.caller,
            method=row.method,
            path=row.path,
            status=row.status,
            outcome=Outcome.of(row.status),
            milliseconds=row.milliseconds,
            size=row.size,
            tokens=row.tokens,
        )


@strawberry.type(description="Requests to a service were written down.")
class ServiceRequestsChange:
    cursor: str


async def _requests(
    root: Service,
    info: Info,
    outcome: ServiceOutcome | None = None,
    caller: str = "",
    after: str | None = None,
    first: int = 50,
) -> Connection[ServiceRequest]:
    context = info.context
    async with context.read() as conn:
        rows = await listing.requests_of(
            conn,
            root.id,
            outcome,
            caller=caller,
            after=after,
            first=first,
            most=context.ctx.settings.max_page,
        )
    return connection(rows, lambda row: ServiceRequest.of(row))


async def _use(root: ServiceKey, info: Info) -> Json:
    rows = await info.context.load(listing.use_by_key, root.id) or []
    return [[row.day * 86_400, row.requests, row.errors, row.tokens, row.rejected] for row in rows]


extend(
    Service,
    requests=strawberry.field(
        resolver=_requests,
        description="What was asked of it, newest first: the last 20,000. `outcome`: only what was answered "
        "so; `caller`: a part of a name.",
    ),
)
extend(
    ServiceKey,
    use=strawberry.field(
        resolver=_use,
        description="What was asked with it in the last 30 days of use: [[seconds since 1970 of the day, "
        "requests, failed, tokens, rejected], …].",
    ),
)


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Tells, when and whenever requests to a service were written down: read them again."
    )
    async def service_requests_changed(
        self, info: Info, id: strawberry.ID
    ) -> AsyncIterator[ServiceRequestsChange]:
        context = info.context

        async def there() -> bool:
            async with context.read() as conn:
                await access.service(conn, context.who, id)
            return True

        async with aclosing(
            follow.one(context.ctx.bus, [on(ServiceRequestsChanged, service_id=id)], there)
        ) as news:
            async for cursor, found in news:
                if found:
                    yield ServiceRequestsChange(cursor=cursor)
