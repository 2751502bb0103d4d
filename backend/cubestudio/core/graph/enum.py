"""Enums of the rooms in the graph: their models stay free of it, and every value has a description here."""

from collections.abc import Mapping
from enum import EnumType

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition


def enum(kind: EnumType, description: str, values: Mapping[str, str], name: str | None = None) -> None:
    """Make an enum part of the graph. `values`: the description of each member by its name. `name`: its name
    in the graph where that is another. Raises TypeError when a member has no description or one too many."""
    if values.keys() != kind.__members__.keys():
        odd = ", ".join(sorted(values.keys() ^ kind.__members__.keys()))
        raise TypeError(f"the descriptions of {kind.__name__} do not fit its members: {odd}")
    strawberry.enum(kind, name=name, description=description)
    definition: StrawberryEnumDefinition = kind.__strawberry_definition__  # ty: ignore
    for value in definition.values:
        value.description = values[value.name]
