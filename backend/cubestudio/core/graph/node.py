"""What every object that has an address of its own in the graph shares."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.types.base import get_object_definition


@strawberry.interface(
    description="An object with a global id: `node(id)` finds it without knowing what it is. Ids of two "
    "objects never agree, whatever their types."
)
class Node:
    id: strawberry.ID = strawberry.field(description="Global id: a UUID of version 7 as text.")


def resolver(query: type, name: str) -> Callable[..., Awaitable[Any]]:
    """Return the function that answers a root field: (query, info, arguments…). Raises LookupError."""
    field = get_object_definition(query, strict=True).get_field(name)
    if field is None or field.base_resolver is None:
        raise LookupError(f"{query.__module__} has no field {name}")
    return field.base_resolver.wrapped_func  # ty: ignore
