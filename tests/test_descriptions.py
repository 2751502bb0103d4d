"""Every type, field, argument and value of the graph is described: its descriptions are its reference."""

import re
from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType
from graphql import get_named_type as named
from graphql import is_specified_scalar_type as is_standard

from cubestudio.schema import schema


def undescribed() -> Iterator[str]:
    for name, type_ in schema._schema.type_map.items():
        if name.startswith("__") or is_standard(type_):
            continue
        if not type_.description:
            yield name
        if isinstance(type_, GraphQLEnumType):
            yield from (f"{name}.{key}" for key, value in type_.values.items() if not value.description)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            yield from (f"{name}.{key}" for key, field in type_.fields.items() if not field.description)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for key, field in type_.fields.items():
                yield from (f"{name}.{key}({arg})" for arg, it in field.args.items() if not it.description)


def test_everything_is_described():
    assert list(undescribed()) == []


def untyped() -> Iterator[str]:
    """Whatever is of the type JSON."""
    for name, type_ in schema._schema.type_map.items():
        for key, field in getattr(type_, "fields", {}).items():
            if named(field.type).name == "JSON":
                yield f"{name}.{key}"
            for arg, it in getattr(field, "args", {}).items():
                if named(it.type).name == "JSON":
                    yield f"{name}.{key}({arg})"


def test_what_is_json_is_listed_with_its_reason():
    text = (Path(__file__).parent.parent / "docs" / "api.md").read_text()
    table = text.partition("\n## JSON\n")[2]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    listed = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert sorted(listed) == sorted(untyped())
