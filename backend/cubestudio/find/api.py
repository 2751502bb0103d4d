"""Finding objects by name or id, in the graph."""

from typing import Annotated

import strawberry
from strawberry import argument

from cubestudio.core.errors import Invalid
from cubestudio.core.graph.context import Context
from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.node import Node
from cubestudio.find import listing, messages, nodes
from cubestudio.pipelines.runs.api import RunState

enum(
    listing.Kind,
    name="FoundKind",
    description="Kind of an object that was found by its name.",
    values={kind.name: f"A {kind.value}." for kind in listing.Kind} | {"IMAGE": "An image."},
)
FoundKind = listing.Kind


@strawberry.type(description="An object that matches a text.")
class Found:
    kind: FoundKind = strawberry.field(description="Kind of the object.")
    id: strawberry.ID = strawberry.field(description="Its id; the name of a cluster.")
    name: str = strawberry.field(
        description="Its name; of a run the name of its pipeline and its number, such as “train #3”."
    )
    exact: bool = strawberry.field(
        description="Whether the text is its name, title, e-mail address or id; case is ignored."
    )
    project: str | None = strawberry.field(description="Name of its project; null if it has none.")
    detail: str | None = strawberry.field(
        description="Title of a template, pipeline of a schedule, e-mail address of a user; null for other "
        "kinds."
    )
    run_state: RunState | None = strawberry.field(description="State of a run; null for other kinds.")


MOST_NODES = 100


async def nodes_of(info: strawberry.Info[Context], ids: list[strawberry.ID]) -> list[Node | None]:
    async with info.context.read() as conn:
        kinds = await nodes.kinds_of(conn, ids)
    return [await nodes.show(info, kinds[key], key) if key in kinds else None for key in ids]


@strawberry.type
class Query:
    @strawberry.field(
        description="Objects of every kind that have a text in their name and that the viewer may see: exact "
        "matches first, then names that begin with it. Runs are found by “train #3”, “#3”, the name of their "
        "pipeline, or like all objects by id; users and groups by administrators and auditors only."
    )
    async def find(
        self,
        info: strawberry.Info[Context],
        text: Annotated[str, argument(description="Text to find, 1–100 characters.")],
        first: Annotated[int, argument(description="Objects of each kind, 1–20.")] = 5,
    ) -> list[Found]:
        context = info.context
        async with context.read() as conn:
            found = await listing.find(conn, context.who, list(context.ctx.clusters), text, first)
        return [
            Found(
                kind=FoundKind(each.kind),
                id=strawberry.ID(each.id),
                name=each.name,
                exact=each.rank == 0,
                project=each.project,
                detail=each.detail,
                run_state=RunState(each.state) if each.state else None,
            )
            for each in found
        ]

    @strawberry.field(description="The object with a global id; null if the viewer may see none with it.")
    async def node(
        self, info: strawberry.Info[Context], id: Annotated[strawberry.ID, argument(description="Global id.")]
    ) -> Node | None:
        return (await nodes_of(info, [id]))[0]

    @strawberry.field(
        description="The objects with some global ids, in their order; null in place of each that the viewer "
        "may not see."
    )
    async def nodes(
        self,
        info: strawberry.Info[Context],
        ids: Annotated[list[strawberry.ID], argument(description="Global ids, 100 at most.")],
    ) -> list[Node | None]:
        if len(ids) > MOST_NODES:
            raise Invalid(messages.TOO_MANY_IDS(most=MOST_NODES), field="ids")
        return await nodes_of(info, ids)
