"""Lists in the graph, as the GraphQL Cursor Connections Specification says: pages by keyset, newest first
unless a list has an order of its own, counted only on request."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from sqlalchemy import Row, Select

from cubestudio.core.graph.context import Context
from cubestudio.core.paging import Rows

T = TypeVar("T")
After = Annotated[
    str | None,
    strawberry.argument(description="Cursor of the last item of the page before; null for the first page."),
]
First = Annotated[int, strawberry.argument(description="Number of items on a page, 1–200.")]


@strawberry.type(description="Where a page is in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether the list goes on after this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether the list has items before this page: true when `after` was given."
    )
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first item of this page; null when it is empty."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last item of this page; pass it as `after` to get the next page. Null "
        "when the page is empty."
    )


@strawberry.type(description="An item of a list and its cursor.")
class Edge(Generic[T]):
    node: T = strawberry.field(description="The item.")
    cursor: str = strawberry.field(description="Pass it as `after` to get the items that follow this one.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(description="The items of this page.")
    page_info: PageInfo = strawberry.field(description="Whether there is a next page, and how to get it.")
    total: strawberry.Private[Select]

    @strawberry.field(description="The items of this page, each with its cursor.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(node=node, cursor=str(node.id)) for node in self.nodes]  # ty: ignore

    @strawberry.field(
        description="The number of items in the whole list with these filters. It costs a count over all of "
        "them, so request it only where it is shown."
    )
    async def total_count(self, info: strawberry.Info[Context]) -> int:
        async with info.context.read() as conn:
            return (await conn.execute(self.total)).scalar_one()


def connection(rows: Rows, make: Callable[[Row], Any]) -> Connection:
    """Return the page that `paging.fetch` read, each row made into a node."""
    nodes = [make(row) for row in rows.page]
    cursors = [str(nodes[at].id) for at in (0, -1)] if nodes else [None, None]
    return Connection(
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=rows.more,
            has_previous_page=rows.after is not None,
            start_cursor=cursors[0],
            end_cursor=cursors[1],
        ),
        total=rows.total,
    )
