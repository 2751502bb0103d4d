"""Requests to services, and the use of keys, in the graph."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Annotated, Any

import strawberry

from cubestudio.core import ids
from cubestudio.core.events import on
from cubestudio.core.graph import follow
from cubestudio.core.graph.connection import Connection, connection
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.extend import extend
from cubestudio.core.graph.scalars import Long, Time
from cubestudio.services import access
from cubestudio.services.api import Service, ServiceKey, ServiceKeyUsage
from cubestudio.services.plan import Outcome
from cubestudio.services.requests import listing
from cubestudio.services.requests.events import ServiceRequestsChanged

Info = strawberry.Info[Context]
enum(
    Outcome,
    "How a request was answered. Metrics, gates of canaries and usage of keys count by it.",
    {
        "SUCCEEDED": "Status below 400.",
        "REJECTED": "Status 400 to 499: the request was wrong or not permitted.",
        "FAILED": "Status 500 and above: an error of the service.",
    },
    name="ServiceOutcome",
)


@strawberry.type(description="A request to a service. Headers and bodies are not kept.")
class ServiceRequest:
    id: strawberry.ID = strawberry.field(description="The id of the request.")
    at: Time = strawberry.field(description="When it was answered.")
    revision: int | None = strawberry.field(
        description="The number of the revision that answered; null: the gateway answered."
    )
    caller: str = strawberry.field(
        description="The name of the key, the user or the run; `anyone` or `nobody` without one."
    )
    method: str = strawberry.field(description="The HTTP method.")
    path: str = strawberry.field(description="The path without the query string, 300 characters at most.")
    status: int = strawberry.field(description="The HTTP status.")
    outcome: Outcome = strawberry.field(description="How it was answered.")
    latency_seconds: float = strawberry.field(description="The time until the response began.")
    size: Long = strawberry.field(description="The size of the response in bytes.")
    tokens: int | None = strawberry.field(
        description="Tokens of a language model; null where the response does not say."
    )

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
            latency_seconds=row.milliseconds / 1000,
            size=row.size,
            tokens=row.tokens,
        )


@strawberry.type(description="A service got requests.")
class ServiceRequestsChange:
    cursor: str = strawberry.field(description="The position in the stream of changes.")


async def _requests(
    root: Service,
    info: Info,
    outcome: Annotated[
        Outcome | None, strawberry.argument(description="Only requests with this outcome.")
    ] = None,
    caller: Annotated[str, strawberry.argument(description="A part of the name of the caller.")] = "",
    after: Annotated[
        str | None, strawberry.argument(description="The `endCursor` of the page before.")
    ] = None,
    first: Annotated[int, strawberry.argument(description="The size of a page, 1 to 200.")] = 50,
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
            most=context.ctx.settings.max_page_size,
        )
    return connection(rows, lambda row: ServiceRequest.of(row))


async def _usage(root: ServiceKey, info: Info) -> list[ServiceKeyUsage]:
    rows = await info.context.load(listing.use_by_key, root.id) or []
    return [
        ServiceKeyUsage(
            date=datetime.fromtimestamp(row.day * 86_400, UTC),
            requests=row.requests,
            failed=row.errors,
            rejected=row.rejected,
            tokens=row.tokens,
        )
        for row in rows
    ]


extend(
    Service,
    requests=strawberry.field(resolver=_requests, description="The last 20,000 requests, newest first."),
)
extend(
    ServiceKey,
    usage=strawberry.field(
        resolver=_usage, description="The use of the key on the last 30 days with requests, oldest first."
    ),
)


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Follow the requests to a service: an event now, and whenever there are new ones. Read "
        "`Service.requests` again then."
    )
    async def service_requests_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the service.")],
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
