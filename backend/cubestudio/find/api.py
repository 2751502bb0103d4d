"""Finding things by name, in the graph."""

import strawberry

from cubestudio.core.graph.context import Context
from cubestudio.find import listing
from cubestudio.pipelines.runs.api import RunState

FoundKind = strawberry.enum(
    listing.Kind, name="FoundKind", description="What a thing is that was found by its name."
)


@strawberry.type(description="Something that has a text in its name.")
class Found:
    kind: FoundKind
    id: strawberry.ID = strawberry.field(description="Of a cluster, its name.")
    name: str = strawberry.field(description="Of a run, its pipeline's name and its number: train #3.")
    exact: bool = strawberry.field(
        description="Whether the text is its name (in large or small letters), its title, its address or its "
        "id."
    )
    project: str | None = strawberry.field(description="The name of its project; null: it belongs to none.")
    detail: str | None = strawberry.field(
        description="What its kind has beside the name: the title of a template, the pipeline of a schedule, "
        "the address of an account."
    )
    run_state: RunState | None = strawberry.field(description="Of a run, how it stands.")


@strawberry.type
class Query:
    @strawberry.field(
        description="Things of every kind that have `text` (1 to 100 characters) in their name and that I "
        "may see, at most `first` (1 to 20) of each kind: exact matches first, then those that begin "
        "so. Runs are found as train #3, #3, by their pipeline's name, or like everything by id; "
        "accounts and groups by administrators and auditors only."
    )
    async def find(self, info: strawberry.Info[Context], text: str, first: int = 5) -> list[Found]:
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
