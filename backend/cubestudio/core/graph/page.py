"""Pages by keyset, as the graph shows them."""

from typing import Generic, TypeVar

import strawberry

T = TypeVar("T")


@strawberry.type(description="Some of a list, newest first.")
class Page(Generic[T]):
    nodes: list[T]
    cursor: str | None = strawberry.field(
        description="Give it as `after` for the next page; null when this was the last."
    )


def page(nodes: list[T], first: int) -> Page[T]:
    """A page of what `keyset.cut` selected."""
    more = len(nodes) > first
    nodes = nodes[:first]
    return Page(nodes=nodes, cursor=str(nodes[-1].id) if more else None)  # ty: ignore
