"""Descriptions that follow from a name alone: the input of an operation, what a mutation answers with, the
roots, and the two arguments by which every list is paged."""

from collections.abc import Mapping

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType

ROOTS: Mapping[str, str] = {
    "Query": "Read operations. What the viewer may not see is null or left out.",
    "Mutation": "Operations that change something. Each answers with what it changed, or with a Problem.",
    "Subscription": "Streams: what there is now, where the field says so, then each change.",
}
PAGING: Mapping[str, str] = {
    "after": "Cursor after which the page begins; the first page when it is left out.",
    "first": "How many nodes to return at most.",
}


def complete(schema: GraphQLSchema) -> None:
    """Describe what follows from its name and has no description of its own."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLUnionType) and not type_.description:
            thing = type_.name.removesuffix("OrProblem")
            type_.description = f"{thing}, or the Problem for which the operation was refused."
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            continue
        type_.description = type_.description or ROOTS.get(type_.name)
        for name, field in type_.fields.items():
            for each, argument in field.args.items():
                if argument.description is None:
                    argument.description = f"Input of {name}." if each == "input" else PAGING.get(each)
