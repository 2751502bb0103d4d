"""What every object that has an address of its own in the graph shares."""

import strawberry


@strawberry.interface(
    description="An object with a global id: `node(id)` finds it without knowing what it is. Ids of two "
    "objects never agree, whatever their types."
)
class Node:
    id: strawberry.ID = strawberry.field(description="Global id: a UUID of version 7 as text.")
